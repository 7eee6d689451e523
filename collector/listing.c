/*
 * What there is to collect: --list and --dry-run. Columns are parted by two blanks and more, in a fixed
 * order; the last one is for people.
 */
#include "settings.h"
#include "words.h"

#include "base/limits.h"

#include <string.h>

static const char *const needs_words[] = {"user", "admin", "asked"};

static size_t widest(const char *head, const char *(*cell)(const struct item *))
{
	size_t most = strlen(head);
	for (size_t i = 0; i < item_count; i++)
		most = strlen(cell(&items[i])) > most ? strlen(cell(&items[i])) : most;
	return most;
}

static const char *id_of(const struct item *item)
{
	return item->id;
}

static const char *member_of(const struct item *item)
{
	return item->member;
}

static void put_row(struct out *out, const size_t widths[2], const char *id, const char *member,
	const char *needs, const char *what)
{
	out_format(out, "%-*s  %-*s  %-5s  %s\n", (int)widths[0], id, (int)widths[1], member, needs,
		what);
}

enum exit_code list_items(const struct settings *settings)
{
	bool ja = settings->in_japanese;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	size_t widths[2] = {widest("ID", id_of), widest("MEMBER", member_of)};
	put_row(&out, widths, word_in(WORD_HEAD_ID, ja), word_in(WORD_HEAD_MEMBER, ja),
		word_in(WORD_HEAD_NEEDS, ja), word_in(WORD_HEAD_WHAT, ja));
	for (size_t i = 0; i < item_count; i++)
		if (settings->selection.items[i] != CHOICE_NO)
			put_row(&out, widths, items[i].id, items[i].member,
				needs_words[items[i].needs], item_says(&items[i], ja));
	print_out(&out);
	return EXIT_COMPLETE;
}

enum exit_code list_plan(const struct settings *settings)
{
	bool ja = settings->in_japanese;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	size_t widths[2] = {widest("ID", id_of), widest("MEMBER", member_of)};
	out_format(&out, "%s\n", word_in(WORD_DRY_LIVE, ja));
	for (size_t i = 0; i < item_count; i++)
		if (selection_plans(&settings->selection, i))
			put_row(&out, widths, items[i].id, items[i].member,
				needs_words[items[i].needs], items[i].command);
	print_out(&out);
	return EXIT_COMPLETE;
}
