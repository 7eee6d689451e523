/*
 * actdx-analyze verify-report: does the evidence say what a report quotes from it?
 *
 * Whoever distrusts a report, or the way it took, can hold it against the evidence: every place that the JSON report
 * cites is read again and compared with its quote, and every file with its checksum. What the report concludes is not
 * judged here; `report` does that anew from the same input.
 */
#include "command.h"
#include "objects.h"
#include "reread.h"

#include "base/escape.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_PASSPHRASE_FILE, OPTION_HELP };

static const struct option_spec specs[] = {
	[OPTION_PASSPHRASE_FILE] = OPTION_ROW_PASSPHRASE_FILE,
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

/* Deeper than any report, and no deeper than the stack. */
#define REPORT_DEPTH 16

struct checking {
	struct arena *arena;
	struct reread *reread;
	const struct object *report;
	struct out *out;
	struct citation *cited;
	size_t cited_count, cited_room;
	size_t bad_places, bad_files, files;
	const char *problem; /* the report is none, or of another input */
};

/* Which input a place or file is of, by the path that the report gives it. */
static unsigned machine_of(const struct checking *c, const struct object *object)
{
	struct str path = object_text(object, "input");
	const struct object_property *inputs = object_property(c->report, "input");
	for (size_t i = 0; path.size && i < inputs->count; i++)
		if (inputs->values[i].object &&
			str_equal(object_text(inputs->values[i].object, "path"), path))
			return (unsigned)i;
	return 0;
}

static void collect_place(struct checking *c, const struct object *object)
{
	int64_t line = 0, last = 0, record = 0;
	bool has_line = object_number(object, "line", &line);
	bool has_record = object_number(object, "record", &record);
	if (!object_property(object, "quote") || !(has_line || has_record))
		return;
	if (!object_number(object, "last_line", &last))
		last = line;
	if (line < 0 || line > UINT32_MAX || last < line || last > UINT32_MAX || record < 0)
		return;
	c->cited = arena_grow(c->arena, c->cited, c->cited_count, &c->cited_room, sizeof *c->cited);
	c->cited[c->cited_count++] = (struct citation){
		.member = arena_copy(c->arena, object_text(object, "source")).at,
		.first = (unsigned)line,
		.last = (unsigned)last,
		.record = (uint64_t)record,
		.quote = object_text(object, "quote"),
		.machine = machine_of(c, object),
	};
}

static void collect_places(struct checking *c, const struct object *object, unsigned depth)
{
	collect_place(c, object);
	for (size_t i = 0; depth < REPORT_DEPTH && i < object->count; i++)
		for (size_t k = 0; k < object->properties[i].count; k++)
			if (object->properties[i].values[k].object)
				collect_places(
					c, object->properties[i].values[k].object, depth + 1);
}

static int by_citation(const void *a, const void *b)
{
	const struct citation *left = a, *right = b;
	if (left->machine != right->machine)
		return left->machine < right->machine ? -1 : 1;
	int order = strcmp(left->member, right->member);
	if (order)
		return order;
	if (left->record != right->record)
		return left->record < right->record ? -1 : 1;
	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	if (left->last != right->last)
		return left->last < right->last ? -1 : 1;
	return str_compare(left->quote, right->quote);
}

/* Many conclusions rest on one place: each is looked at once. */
static void drop_repeated(struct checking *c)
{
	size_t kept = 0;
	if (c->cited_count)
		qsort(c->cited, c->cited_count, sizeof *c->cited, by_citation);
	for (size_t i = 0; i < c->cited_count; i++)
		if (i == 0 || by_citation(&c->cited[kept - 1], &c->cited[i]) != 0)
			c->cited[kept++] = c->cited[i];
	c->cited_count = kept;
}

static void put_place_of(struct checking *c, const char *word, const struct citation *cited)
{
	struct out place = out_new(LIMIT_OUTPUT_BYTES);
	out_str(&place, str_of(cited->member));
	if (cited->record)
		out_format(&place, ", record %llu", (unsigned long long)cited->record);
	else if (cited->first == cited->last)
		out_format(&place, ":%u", cited->first);
	else
		out_format(&place, ":%u-%u", cited->first, cited->last);
	out_format(c->out, "%-8s ", word);
	escape_terminal(c->out, out_view(&place));
	out_char(c->out, '\n');
	out_free(&place);
}

static void put_quote(struct checking *c, const char *label, struct str quote)
{
	out_format(c->out, "         %s \"", label);
	escape_terminal(c->out, quote);
	out_text(c->out, "\"\n");
}

static void check_place(struct checking *c, const struct citation *cited)
{
	struct str now;
	enum reread_answer answer = reread_place(c->reread, cited, &now);
	if (answer == REREAD_SAME)
		return;
	c->bad_places++;
	put_place_of(c, answer == REREAD_GONE ? "GONE" : "DIFFERS", cited);
	put_quote(c, "report:  ", cited->quote);
	if (now.size)
		put_quote(c, "evidence:", now);
}

static struct str sha256_of(struct checking *c, const struct member *member)
{
	if (member->streamed_by)
		return member->sha256;
	struct hash hash = hash_of(member->data);
	return arena_copy(c->arena, str_of(hash.hex));
}

static void check_file(struct checking *c, const struct object *object)
{
	struct str name = object_text(object, "source"), sha256 = object_text(object, "sha256");
	const struct reading *reading = reread_member(c->reread, machine_of(c, object), name);
	struct str encoding = object_text(object, "encoding");
	if (reading && encoding.size && !str_equal(encoding, STR("null")))
		reread_encoding(c->reread, reading, encoding);
	c->files++;
	bool known = sha256.size && !str_equal(sha256, STR("null"));
	if (reading && (!known || str_equal_nocase(sha256, sha256_of(c, reading->member))))
		return;
	c->bad_files++;
	out_format(c->out, "%-8s ", reading ? "CHANGED" : "MISSING");
	escape_terminal(c->out, name);
	out_text(c->out,
		reading ? ": not the bytes that the report was made of\n" : ": not in the input\n");
}

static void check_files(struct checking *c)
{
	const struct object_property *files = object_property(c->report, "collected");
	for (size_t i = 0; files && i < files->count; i++)
		if (files->values[i].object)
			check_file(c, files->values[i].object);
}

static const struct object *read_report(struct arena *arena, const char *path, const char **problem)
{
	FILE *from = file_open_named(path);
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false;
	if (!from) {
		*problem = strerror(errno);
		return NULL;
	}
	bool whole = file_read(from, LIMIT_MEMBER_BYTES, &data, &size, &more) && !more;
	fclose(from);
	struct text text = text_decode_as(arena, (struct bytes){data, size}, STR("utf-8"));
	free(data);
	struct lines lines = lines_of(arena, text.utf8);
	struct objects objects = objects_read(arena, &lines, NULL);
	*problem = !whole || objects.cut ? "cannot be read to its end"
					 : "not a report of --format json";
	if (!whole || objects.cut || objects.count == 0)
		return NULL;
	const struct object *report = objects.at[0];
	const struct object_property *inputs = object_property(report, "input");
	bool good = str_equal(object_text(report, "schema"), STR("actdx-report/1")) && inputs &&
		inputs->count > 0 && object_property(report, "verdict");
	return good ? report : NULL;
}

static int print_checks(struct checking *c)
{
	check_files(c);
	collect_places(c, c->report, 0);
	drop_repeated(c);
	for (size_t i = 0; i < c->cited_count; i++)
		check_place(c, &c->cited[i]);
	out_format(c->out, "%zu of %zu citations agree with the evidence\n",
		c->cited_count - c->bad_places, c->cited_count);
	out_format(c->out, "%zu of %zu files are the bytes that the report was made of\n",
		c->files - c->bad_files, c->files);
	write_whole(NULL, out_view(c->out));
	return c->bad_places || c->bad_files ? STATUS_INTEGRITY : STATUS_OK;
}

static int verify_report(struct session *session, const struct call *call)
{
	const char *problem = NULL;
	const struct object *report = read_report(session->arena, call->operands[0], &problem);
	if (!report) {
		complain(call->operands[0], problem);
		return STATUS_UNREADABLE;
	}
	if (object_property(report, "input")->count != call->operand_count - 1) {
		complain(call->operands[0], "was made of another number of inputs");
		return STATUS_USAGE;
	}
	if (!session_unlock(session, call->given[OPTION_PASSPHRASE_FILE]))
		return STATUS_USAGE;
	session->use_changed = true;
	if (!session_read(session, call->operands + 1, call->operand_count - 1) ||
		session->unreadable)
		return STATUS_UNREADABLE;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	struct checking checking = {
		.arena = session->arena,
		.reread = reread_new(session->arena, &session->file),
		.report = report,
		.out = &out,
	};
	int status = print_checks(&checking);
	out_free(&out);
	return status == STATUS_OK && session->inputs.limit_reached ? STATUS_LIMIT : status;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	if (!call.problem && call.operand_count < 2)
		call.problem = "verify-report takes a report and what it was made of";
	int status = call_answered(command, &call);
	if (status < 0)
		status = verify_report(&session, &call);
	session_end(&session);
	return status;
}

const struct command command_verify_report = {
	.name = "verify-report",
	.operands = "REPORT.json INPUT...",
	.says = "hold a JSON report against the evidence: every quote, every checksum",
	.examples = "actdx-analyze verify-report report.json bundle.zip",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
