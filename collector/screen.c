/*
 * What the user of a live run sees: a person who was told to start this, and worries.
 */
#include "collect.h"

#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"
#include "base/utf8.h"

#include <string.h>

static const char *number(struct collection *c, size_t value)
{
	return arena_format(c->arena, "%zu", value);
}

static void say(
	struct collection *c, struct out *out, enum word id, const char *first, const char *second)
{
	word_put(out, id, c->settings->in_japanese, first, second);
	out_char(out, '\n');
}

static void show(struct out *out)
{
	bool shown = file_print(stderr, out->at, out->size);
	(void)shown; /* nobody is there to be told */
	out_free(out);
}

void screen_say(struct collection *c, enum word id, const char *first, const char *second)
{
	if (c->settings->quiet)
		return;
	struct out out = out_new(64 * KIB);
	say(c, &out, id, first, second);
	show(&out);
}

/* Ids in lines of 78 columns. */
static void put_ids(struct out *out, const struct item *const *list, size_t count)
{
	size_t column = 0;
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(list[i]->id) + 2;
		if (column && column + size > 78) {
			out_char(out, '\n');
			column = 0;
		}
		out_format(out, "  %s", list[i]->id);
		column += size;
	}
	if (column)
		out_char(out, '\n');
}

static void put_rights(struct collection *c, struct out *out)
{
	const struct item **list = arena_array(c->arena, item_count, sizeof(const struct item *));
	size_t count = 0;
	if (strcmp(c->record.elevated, "yes") == 0)
		return;
	for (size_t i = 0; i < item_count; i++)
		if (selection_plans(&c->settings->selection, i) && items[i].needs == NEEDS_ADMIN)
			list[count++] = &items[i];
	if (count == 0)
		return;
	out_char(out, '\n');
	say(c, out, WORD_LIVE_RIGHTS, number(c, count), NULL);
	put_ids(out, list, count);
	say(c, out, WORD_LIVE_RIGHTS_HOW, NULL, NULL);
}

/* What is not only read: it was named by the user, and is named again. */
static void put_changes(struct collection *c, struct out *out)
{
	for (size_t i = 0; i < item_count; i++)
		if (selection_plans(&c->settings->selection, i) && items[i].needs == NEEDS_ASKED)
			say(c, out, WORD_LIVE_CHANGES, items[i].id,
				item_says(&items[i], c->settings->in_japanese));
}

/* A request comes by mail: what it asks for is shown in plain words. */
static void put_requested(struct collection *c, struct out *out)
{
	const struct settings *settings = c->settings;
	if (!settings->requested)
		return;
	out_char(out, '\n');
	say(c, out, WORD_LIVE_REQUESTED, NULL, NULL);
	for (size_t i = 0; i < item_count; i++)
		if (selection_plans(&settings->selection, i))
			out_format(out, "  %-24s %s\n", items[i].id,
				item_says(&items[i], settings->in_japanese));
	for (size_t i = 0; i < settings->domains.count; i++)
		out_format(out, "  -> %s\n", settings->domains.at[i]);
	for (size_t i = 0; i < settings->paths.count; i++)
		out_format(out, "  -> %s\n", settings->paths.at[i]);
}

static bool is_asked(const struct collection *c)
{
	return !c->settings->quiet && !c->settings->no_pause && file_is_terminal(stdin) &&
		file_is_terminal(stderr);
}

bool screen_begin(struct collection *c)
{
	if (c->settings->quiet)
		return true;
	size_t count = 0;
	for (size_t i = 0; i < item_count; i++)
		count += selection_plans(&c->settings->selection, i);
	struct out out = out_new(64 * KIB);
	say(c, &out, WORD_LIVE_TITLE, ACTDX_VERSION, NULL);
	out_char(&out, '\n');
	say(c, &out, WORD_LIVE_READS, number(c, count), NULL);
	say(c, &out, WORD_LIVE_HOLDS, NULL, NULL);
	say(c, &out, WORD_LIVE_KEYS, NULL, NULL);
	say(c, &out, WORD_LIVE_STAYS, NULL, NULL);
	put_requested(c, &out);
	put_changes(c, &out);
	put_rights(c, &out);
	out_char(&out, '\n');
	if (is_asked(c))
		say(c, &out, WORD_LIVE_START, NULL, NULL);
	show(&out);
	return !is_asked(c) || host_wait_for_key();
}

void screen_progress(struct collection *c, const struct record_row *row)
{
	if (c->settings->quiet)
		return;
	struct out out = out_new(4 * KIB);
	uint64_t size = 0;
	for (size_t i = 0; i < row->member_count; i++)
		size += c->record.members[row->first_member + i].size;
	out_format(&out, "[%2zu/%zu] %-24s %-12s", c->next_task, c->plan.task_count, row->item->id,
		row->absent ? "-" : row_status_words[row->status]);
	if (size)
		out_format(&out, " %10s", zip_size_text(c->arena, size));
	if (row->milliseconds)
		out_format(&out, "%s %u.%u s", size ? "" : "           ", row->milliseconds / 1000,
			row->milliseconds / 100 % 10);
	out_char(&out, '\n');
	show(&out);
}

#define GAPS_SHOWN 40

static void put_gaps(struct collection *c, struct out *out)
{
	size_t gaps = collect_gaps(&c->record), shown = 0, absent = 0;
	if (gaps) {
		out_char(out, '\n');
		say(c, out, WORD_LIVE_MISSING, number(c, gaps), NULL);
	}
	for (size_t i = 0; i < c->record.row_count; i++) {
		const struct record_row *row = &c->record.rows[i];
		absent += row->absent;
		if (row->status == ROW_OK || row->absent || shown++ >= GAPS_SHOWN)
			continue;
		out_format(out, "  %-24s %s: %s\n", row->item->id, row_status_words[row->status],
			row->reason ? row->reason : "");
	}
	if (shown > GAPS_SHOWN)
		say(c, out, WORD_LIVE_MORE, number(c, shown - GAPS_SHOWN), NULL);
	if (absent)
		say(c, out, WORD_LIVE_ABSENT, number(c, absent), NULL);
}

void screen_end(struct collection *c)
{
	struct out out = out_new(256 * KIB);
	size_t seconds = (size_t)(file_clock_seconds() - c->began);
	if (c->settings->quiet) {
		out_format(&out, "%s\n", c->path);
		print_out(&out);
		return;
	}
	out_char(&out, '\n');
	say(c, &out, c->record.partial ? WORD_LIVE_STOPPED : WORD_LIVE_DONE,
		number(c, c->record.member_count), number(c, seconds));
	say(c, &out, WORD_CHECKED, NULL, NULL);
	put_gaps(c, &out);
	out_char(&out, '\n');
	say(c, &out, WORD_SEND, NULL, NULL);
	bool ja = c->settings->in_japanese, small = c->sealed.size <= LIMIT_MAIL_BYTES;
	out_format(&out, "  %s\n  %s   %s\n  SHA-256 %s\n", c->path,
		zip_size_text(c->arena, c->sealed.size),
		word_in(small ? WORD_FITS_YES : WORD_FITS_NO, ja), c->sealed.hash.hex);
	say(c, &out, c->settings->passphrase ? WORD_LIVE_SECRET : WORD_LIVE_LOOK, NULL, NULL);
	if (!machine_closing())
		print_out(&out);
}

void screen_pause(struct collection *c)
{
	if (!is_asked(c) || !host_owns_console() || machine_closing())
		return;
	screen_say(c, WORD_LIVE_KEY, NULL, NULL);
	(void)host_wait_for_key();
}
