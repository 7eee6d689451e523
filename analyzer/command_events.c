/*
 * actdx-analyze events: the records of binary event logs, as JSON or XML.
 *
 * A log is read piece by piece and its records are written as they come; nothing is kept, however large it is. Logs in
 * an archive or a folder are found by content, one after the other.
 */
#include "command.h"
#include "evtx.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/instant.h"
#include "base/limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	OPTION_FORMAT,
	OPTION_PROVIDER,
	OPTION_ID,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_OUTPUT,
	OPTION_HELP
};

static const struct option_spec specs[] = {
	[OPTION_FORMAT] = {"format", 'f', "FORMAT", "jsonl (default) or xml",
		"jsonl(既定)または xml"},
	[OPTION_PROVIDER] = {"provider", 'p', "NAME", "only events of this provider",
		"このプロバイダーのイベントのみ"},
	[OPTION_ID] = {"id", 'i', "N,N-M", "only events with these ids",
		"これらの ID のイベントのみ"},
	[OPTION_SINCE] = {"since", 0, "TIME", "only events logged at that time or later (UTC)",
		"この時刻以降のイベントのみ(UTC)"},
	[OPTION_UNTIL] = {"until", 0, "TIME", "only events logged at that time or before (UTC)",
		"この時刻以前のイベントのみ(UTC)"},
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "write to FILE instead of standard output",
		"標準出力ではなく FILE に書き込みます"},
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

#define ID_RANGES 64
#define FLUSH_BYTES (256 * KIB)

struct wanted {
	struct str provider;
	struct {
		uint32_t first, last;
	} ids[ID_RANGES];
	size_t count;
};

/* One run of the command. The reader of an input gets nothing but bytes, so this is how it finds it. */
static struct events_run {
	struct wanted wanted;
	struct evtx_selection selection;
	bool xml;
	FILE *to;
	const char *path;
	struct out out;
	uint64_t written, unreadable;
	size_t logs;
} the_run;

static bool wants_provider(struct str name, const void *context)
{
	const struct wanted *wanted = context;
	return str_equal_nocase(wanted->provider, name);
}

static bool wants_event(struct str provider, uint32_t id, const void *context)
{
	const struct wanted *wanted = context;
	(void)provider;
	for (size_t i = 0; i < wanted->count; i++)
		if (id >= wanted->ids[i].first && id <= wanted->ids[i].last)
			return true;
	return false;
}

static void cannot_write(void)
{
	char message[1024];
	(void)snprintf(message, sizeof message, "cannot write %s: %s",
		the_run.path ? the_run.path : "standard output", strerror(errno));
	machine_failed(message);
}

static void flush(void)
{
	struct str made = out_view(&the_run.out);
	if (fwrite(made.at, 1, made.size, the_run.to) != made.size)
		cannot_write();
	the_run.out.size = 0;
}

static void put_record(const struct evtx_record *record, void *context)
{
	struct events_run *run = context;
	bool good =
		run->xml ? evtx_write_xml(record, &run->out) : evtx_write_json(record, &run->out);
	run->written += good;
	run->unreadable += !good;
	if (run->out.size >= FLUSH_BYTES)
		flush();
}

static void *begin(struct arena *arena)
{
	(void)arena;
	the_run.logs++;
	return evtx_open(&the_run.selection, put_record, &the_run);
}

static void feed(void *reading, struct bytes piece)
{
	evtx_feed(reading, piece);
}

/* What could not be read, to standard error: the output holds events alone. */
static void end(void *reading)
{
	const struct evtx_log *log = evtx_end(reading);
	char problem[256];
	if (log->problem) {
		(void)snprintf(problem, sizeof problem,
			"%s, at byte %llu; chunks: %u read, %u of them with a wrong checksum, %u damaged; "
			"records: %llu read, %llu damaged",
			log->problem, (unsigned long long)log->problem_offset, log->chunks_read,
			log->chunks_doubtful, log->chunks_damaged, (unsigned long long)log->records,
			(unsigned long long)log->records_damaged);
		complain("event log", problem);
	}
	evtx_close(reading);
}

static const struct binary instead = {is_evtx, begin, feed, end};

static bool read_ids(struct wanted *wanted, struct str list)
{
	while (list.size) {
		struct str part = str_cut(&list, ','), first = str_cut(&part, '-');
		int64_t from = 0, to = 0;
		if (!scan_number(first, &from) || from < 0 || from > UINT32_MAX)
			return false;
		to = from;
		if (part.size && (!scan_number(part, &to) || to < from || to > UINT32_MAX))
			return false;
		if (wanted->count == ID_RANGES)
			return false;
		wanted->ids[wanted->count].first = (uint32_t)from;
		wanted->ids[wanted->count++].last = (uint32_t)to;
	}
	return wanted->count > 0;
}

static const char *read_options(const struct call *call)
{
	struct events_run *run = &the_run;
	const char *format = call->given[OPTION_FORMAT], *since = call->given[OPTION_SINCE],
		   *until = call->given[OPTION_UNTIL];
	if (format && strcmp(format, "xml") != 0 && strcmp(format, "jsonl") != 0)
		return "--format is jsonl or xml";
	run->xml = format && strcmp(format, "xml") == 0;
	run->selection.context = &run->wanted;
	if (call->given[OPTION_PROVIDER]) {
		run->wanted.provider = str_of(call->given[OPTION_PROVIDER]);
		run->selection.provider = wants_provider;
	}
	if (call->given[OPTION_ID]) {
		if (!read_ids(&run->wanted, str_of(call->given[OPTION_ID])))
			return "--id is a list of event ids and ranges, such as 12288,8198-8233";
		run->selection.event = wants_event;
	}
	if (since && !scan_instant(str_of(since), &run->selection.since))
		return "--since is a time such as 2026-11-25 or 2026-11-25T09:15:00Z";
	if (until && !scan_instant(str_of(until), &run->selection.until))
		return "--until is a time such as 2026-11-25 or 2026-11-25T09:15:00Z";
	return NULL;
}

static void open_output(const char *path)
{
	bool file = path && strcmp(path, "-") != 0;
	the_run.path = file ? path : NULL;
	the_run.to = file ? fopen(path, "wb") : stdout;
	the_run.out = out_new(LIMIT_OUTPUT_BYTES);
	if (!the_run.to)
		cannot_write();
}

static void close_output(void)
{
	flush();
	out_free(&the_run.out);
	if (fflush(the_run.to) != 0 || (the_run.path && fclose(the_run.to) != 0))
		cannot_write();
}

static int print_events(struct session *session, const struct call *call)
{
	bool unreadable = false;
	open_output(call->given[OPTION_OUTPUT]);
	session->inputs = inputs_new(session->arena, call->operand_count);
	session->inputs.instead = &instead;
	if (the_run.xml)
		out_text(&the_run.out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n");
	for (size_t i = 0; i < call->operand_count; i++) {
		const char *problem = "cannot be read";
		if (!input_read(&session->inputs, call->operands[i], &problem)) {
			complain(call->operands[i], problem);
			unreadable = true;
		}
	}
	if (the_run.xml)
		out_text(&the_run.out, "</Events>\n");
	close_output();
	if (unreadable)
		return STATUS_UNREADABLE;
	if (the_run.logs == 0)
		complain("", "no event log (.evtx) in the input");
	if (session->inputs.limit_reached)
		return STATUS_LIMIT;
	return the_run.logs == 0 ? STATUS_NOTHING : STATUS_OK;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	if (!call.problem && call.operand_count == 0)
		call.problem = "no input; name an event log (.evtx), a bundle or a folder";
	if (!call.problem && !call_wants_help(command, &call))
		call.problem = read_options(&call);
	int status = call_answered(command, &call);
	if (status < 0)
		status = print_events(&session, &call);
	session_end(&session);
	return status;
}

const struct command command_events = {
	.name = "events",
	.operands = "[OPTIONS] INPUT...",
	.says = "print the records of binary event logs (.evtx), as JSON or XML",
	.examples = "actdx-analyze events Application.evtx --id 12288,12289,8198\n"
		    "actdx-analyze events bundle.zip --format xml -o events.xml",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
