#include "record.h"

#include "base/escape.h"
#include "base/machine.h"

#include <string.h>

const char *const row_status_words[ROW_STATUS_COUNT] = {
	"ok", "failed", "timeout", "denied", "skipped", "missing-tool"};

struct record_row *record_add_row(
	struct record *record, const struct item *item, enum row_status status, const char *reason)
{
	record->rows = arena_grow(record->arena, record->rows, record->row_count, &record->row_room,
		sizeof *record->rows);
	struct record_row *row = &record->rows[record->row_count++];
	*row = (struct record_row){.item = item,
		.status = status,
		.reason = reason,
		.first_member = record->member_count};
	return row;
}

void record_add_member(struct record *record, struct record_member member)
{
	record->members = arena_grow(record->arena, record->members, record->member_count,
		&record->member_room, sizeof *record->members);
	record->members[record->member_count++] = member;
	record->rows[record->row_count - 1].member_count++;
}

static void put_attribute(struct out *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	out_format(out, " %s=\"", name);
	escape_xml(out, str_of(value));
	out_char(out, '"');
}

static void put_time(struct out *out, const char *name, int64_t seconds)
{
	if (seconds)
		put_attribute(out, name, machine_time_text(seconds, false).text);
}

static void put_member(struct out *out, const struct record_member *member)
{
	out_text(out, "\t\t\t<member");
	put_attribute(out, "name", member->name);
	out_format(out, " bytes=\"%llu\" sha256=\"%s\"", (unsigned long long)member->size,
		member->hash.hex);
	put_time(out, "modified", member->modified);
	put_attribute(out, "name-given", member->given);
	out_text(out, "/>\n");
}

/* What is known of a row because the collector ran it. */
static void put_run(struct out *out, const struct record_row *row)
{
	put_attribute(out, "way", row->way);
	put_time(out, "started", row->started);
	if (row->started)
		out_format(out, " milliseconds=\"%u\"", row->milliseconds);
	if (row->has_exit_code)
		out_format(out,
			row->exit_code < 0x10000 ? " exit-code=\"%u\"" : " exit-code=\"0x%08X\"",
			(unsigned)row->exit_code);
	if (row->truncated)
		put_attribute(out, "truncated", "yes");
	if (row->absent)
		put_attribute(out, "absent", "yes");
}

static void put_tried(struct out *out, const struct record_way *way)
{
	out_text(out, "\t\t\t<tried");
	put_attribute(out, "way", way->name);
	put_attribute(out, "status", row_status_words[way->status]);
	put_attribute(out, "reason", way->reason);
	out_text(out, "/>\n");
}

static const char *command_of(const struct record_row *row)
{
	return row->command ? row->command : row->item ? row->item->command : NULL;
}

static void put_row(struct out *out, const struct record *record, const struct record_row *row)
{
	out_text(out, "\t\t<item");
	put_attribute(out, "id", row->item ? row->item->id : ROW_LOOSE);
	put_attribute(out, "status", row_status_words[row->status]);
	put_attribute(out, "reason", row->reason);
	put_attribute(out, "name-given", row->given);
	put_attribute(out, "command", command_of(row));
	put_run(out, row);
	if (row->member_count + row->tried_count == 0) {
		out_text(out, "/>\n");
		return;
	}
	out_text(out, ">\n");
	for (size_t i = 0; i < row->tried_count; i++)
		put_tried(out, &row->tried[i]);
	for (size_t i = 0; i < row->member_count; i++)
		put_member(out, &record->members[row->first_member + i]);
	out_text(out, "\t\t</item>\n");
}

static void put_machine(struct out *out, const struct record *record)
{
	if (!record->computer && !record->oem_code_page)
		return;
	out_text(out, "\t<machine");
	put_attribute(out, "computer", record->computer);
	put_attribute(out, "os-build", record->os_build);
	put_attribute(out, "ui-language", record->ui_language);
	if (record->oem_code_page)
		out_format(out, " oem-code-page=\"%u\"", record->oem_code_page);
	if (record->ansi_code_page)
		out_format(out, " ansi-code-page=\"%u\"", record->ansi_code_page);
	out_text(out, "/>\n");
}

void record_manifest(struct out *out, const struct record *record)
{
	out_text(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<bundle schema=\"actdx-bundle/1\">\n"
		"\t<collector version=\"" ACTDX_VERSION "\"");
	put_attribute(out, "mode", record->mode);
	put_time(out, "started", record->started);
	put_time(out, "ended", record->ended);
	put_attribute(out, "elevated", record->elevated);
	put_attribute(out, "partial", record->partial ? "yes" : "no");
	put_time(out, "since", record->since);
	put_attribute(out, "parent", record->parent);
	out_text(out, "/>\n");
	put_machine(out, record);
	out_text(out, "\t<items>\n");
	for (size_t i = 0; i < record->row_count; i++)
		put_row(out, record, &record->rows[i]);
	out_text(out, "\t</items>\n</bundle>\n");
}
