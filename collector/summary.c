/*
 * summary.txt: the bundle explained to somebody who has nothing but a zip tool and an editor.
 *
 * UTF-8 with a byte order mark and CRLF, so that Notepad of any Windows shows both languages.
 */
#include "record.h"
#include "words.h"

#include "base/escape.h"
#include "base/machine.h"

#include <string.h>

static void line_end(struct out *out)
{
	out_text(out, "\r\n");
}

static void say(struct out *out, enum word id, bool ja, const char *first, const char *second)
{
	word_put(out, id, ja, first, second);
	line_end(out);
}

static const char *count_text(const struct record *record, size_t count)
{
	return arena_format(record->arena, "%zu", count);
}

/* The reason in the reader's language; what has no translation stays English. */
static const char *reason_in(const char *reason, bool ja)
{
	static const enum word known[] = {WORD_REASON_ABSENT, WORD_REASON_INTERRUPTED,
		WORD_REASON_TOO_LARGE, WORD_REASON_TOTAL};
	for (size_t i = 0; ja && i < sizeof known / sizeof *known; i++)
		if (strcmp(word_in(known[i], false), reason) == 0)
			return word_in(known[i], true);
	return reason;
}

static bool same_last_part(const char *a, const char *b)
{
	struct str left = str_of(a), right = str_of(b);
	size_t slash = str_find_last_char(left, '/');
	left = str_from(left, slash == STR_NONE ? 0 : slash + 1);
	slash = str_find_last_char(right, '/');
	return str_equal(left, str_from(right, slash == STR_NONE ? 0 : slash + 1));
}

static void put_members(
	struct out *out, const struct record *record, const struct record_row *row, bool ja)
{
	for (size_t i = 0; i < row->member_count; i++) {
		const struct record_member *member = &record->members[row->first_member + i];
		out_format(out, "  %s", member->name);
		if (row->item)
			out_format(out, "  %s", item_says(row->item, ja));
		line_end(out);
		if (!member->given || same_last_part(member->name, member->given))
			continue;
		struct out given = out_new(4096);
		escape_terminal(&given, str_of(member->given));
		out_char(&given, '\0');
		out_text(out, "      ");
		say(out, WORD_SUMMARY_GIVEN, ja, given.at ? given.at : "", NULL);
		out_free(&given);
	}
}

static void put_reason(struct out *out, const struct record_row *row, bool ja)
{
	out_text(out, "  ");
	if (row->item)
		out_text(out, row->item->id);
	else
		escape_terminal(out, str_of(row->given ? row->given : ROW_LOOSE));
	if (row->item)
		out_format(out, "  %s", item_says(row->item, ja));
	out_format(out, "  (%s)", reason_in(row->reason ? row->reason : "", ja));
	line_end(out);
}

static bool is_gap(const struct record_row *row, bool of_items)
{
	return row->status != ROW_OK && (row->item != NULL) == of_items;
}

static void put_rows_that_are_not_there(
	struct out *out, const struct record *record, bool of_items, enum word title, bool ja)
{
	size_t count = 0;
	for (size_t i = 0; i < record->row_count; i++)
		count += is_gap(&record->rows[i], of_items);
	if (count == 0)
		return;
	line_end(out);
	say(out, title, ja, count_text(record, count), NULL);
	for (size_t i = 0; i < record->row_count; i++)
		if (is_gap(&record->rows[i], of_items))
			put_reason(out, &record->rows[i], ja);
}

static void summary_in(struct out *out, const struct record *record, bool ja)
{
	say(out, WORD_SUMMARY_TITLE, ja, NULL, NULL);
	line_end(out);
	bool live = strcmp(record->mode, "live") == 0;
	say(out, live ? WORD_SUMMARY_LIVE : WORD_SUMMARY_FROM, ja, ACTDX_VERSION,
		machine_time_text(record->ended, false).text);
	if (record->partial)
		say(out, live ? WORD_SUMMARY_LIVE_STOPPED : WORD_SUMMARY_PARTIAL, ja, NULL, NULL);
	say(out, live ? WORD_SUMMARY_LIVE_BYTES : WORD_SUMMARY_BYTES, ja, NULL, NULL);
	if (!live)
		say(out, WORD_SUMMARY_NAMES, ja, NULL, NULL);
	say(out, WORD_SUMMARY_ORDER, ja, NULL, NULL);
	say(out, WORD_SUMMARY_PRIVACY, ja, NULL, NULL);
	line_end(out);
	say(out, WORD_SUMMARY_THERE, ja, count_text(record, record->member_count), NULL);
	for (size_t i = 0; i < record->row_count; i++)
		put_members(out, record, &record->rows[i], ja);
	put_rows_that_are_not_there(out, record, false, WORD_SUMMARY_REFUSED, ja);
	put_rows_that_are_not_there(out, record, true, WORD_SUMMARY_MISSING, ja);
	if (record->left_out) {
		line_end(out);
		say(out, WORD_SUMMARY_LEFT_OUT, ja, count_text(record, record->left_out), NULL);
	}
	line_end(out);
	say(out, WORD_SUMMARY_SILENCE, ja, NULL, NULL);
}

void record_summary(struct out *out, const struct record *record, bool japanese_first)
{
	out_text(out, "\xEF\xBB\xBF");
	summary_in(out, record, japanese_first);
	line_end(out);
	out_repeat(out, '-', 72);
	line_end(out);
	line_end(out);
	summary_in(out, record, !japanese_first);
}
