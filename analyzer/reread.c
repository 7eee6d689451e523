#include "reread.h"

#include <stdlib.h>
#include <string.h>

/* A line that a fact or value rests on. */
struct rested {
	unsigned machine;
	const char *member;
	const struct line *line;
};

struct member_lines {
	struct str encoding; /* empty: as it was decoded now */
	bool read;
	struct lines lines;
};

struct reread {
	struct arena *arena;
	const struct case_file *file;
	struct member_lines *members; /* as the readings */
	struct rested *rested;        /* sorted by place */
	size_t rested_count, rested_room;
};

static void rest_on(struct reread *reread, const struct line *line)
{
	if (!line || !line->origin)
		return;
	/* Neighbours rest on one line more often than not. */
	if (reread->rested_count && reread->rested[reread->rested_count - 1].line == line)
		return;
	reread->rested = arena_grow(reread->arena, reread->rested, reread->rested_count,
		&reread->rested_room, sizeof *reread->rested);
	reread->rested[reread->rested_count++] =
		(struct rested){line->origin->machine, line->origin->member, line};
}

static int by_place(const void *a, const void *b)
{
	const struct rested *left = a, *right = b;
	if (left->machine != right->machine)
		return left->machine < right->machine ? -1 : 1;
	int names = strcmp(left->member, right->member);
	if (names)
		return names;
	if (left->line->record != right->line->record)
		return left->line->record < right->line->record ? -1 : 1;
	/* Of a record, its number among those that were read says nothing. */
	if (left->line->record || left->line->number == right->line->number)
		return 0;
	return left->line->number < right->line->number ? -1 : 1;
}

struct reread *reread_new(struct arena *arena, const struct case_file *file)
{
	struct reread *reread = arena_alloc(arena, sizeof *reread);
	*reread = (struct reread){
		.arena = arena,
		.file = file,
		.members = arena_array(arena, file->reading_count, sizeof *reread->members),
	};
	for (size_t i = 0; i < file->facts.count; i++) {
		const struct fact *fact = file->facts.at[i];
		rest_on(reread, fact->line);
		for (size_t k = 0; k < fact_field_count(fact->kind); k++)
			rest_on(reread, fact->values[k].line);
	}
	if (reread->rested_count)
		qsort(reread->rested, reread->rested_count, sizeof *reread->rested, by_place);
	return reread;
}

void reread_encoding(struct reread *reread, const struct reading *reading, struct str encoding)
{
	reread->members[reading - reread->file->readings].encoding = encoding;
}

const struct reading *reread_member(const struct reread *reread, size_t machine, struct str name)
{
	const struct case_file *file = reread->file;
	struct str prefix = str_of(file->machines[machine].prefix);
	if (str_starts(name, prefix))
		return case_file_find(file, machine, str_from(name, prefix.size));
	/* A file beside a bundle. */
	for (size_t i = 0; i < file->reading_count; i++)
		if (file->readings[i].member->machine == machine &&
			str_equal(str_of(file->readings[i].member->name), name))
			return &file->readings[i];
	return NULL;
}

static const struct lines *lines_of_member(struct reread *reread, const struct reading *reading)
{
	struct member_lines *member = &reread->members[reading - reread->file->readings];
	if (!member->read && !reading->member->streamed_by) {
		struct text text = member->encoding.size
			? text_decode_as(reread->arena, reading->member->data, member->encoding)
			: reading->text;
		member->lines = lines_of(reread->arena, text.utf8);
	}
	member->read = true;
	return &member->lines;
}

static const struct line *find_line(const struct lines *lines, unsigned number)
{
	size_t from = 0, to = lines->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (lines->at[middle].last < number)
			from = middle + 1;
		else
			to = middle;
	}
	return from < lines->count ? &lines->at[from] : NULL;
}

static bool says(struct reread *reread, const struct line *line, const struct citation *cited,
	struct str *now)
{
	*now = fact_quote(reread->arena, line);
	return str_equal(*now, cited->quote);
}

/* Several facts can rest on one place in different words. */
static bool any_rested_says(struct reread *reread, const struct citation *cited, struct str *now)
{
	struct line at = {.number = cited->first, .record = cited->record};
	struct rested key = {cited->machine, cited->member, &at}, *rested = reread->rested;
	size_t from = 0, to = reread->rested_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (by_place(&rested[middle], &key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (; from < reread->rested_count && by_place(&rested[from], &key) == 0; from++)
		if (says(reread, rested[from].line, cited, now))
			return true;
	return false;
}

enum reread_answer reread_place(
	struct reread *reread, const struct citation *cited, struct str *now)
{
	*now = STR("");
	const struct reading *reading =
		reread_member(reread, cited->machine, str_of(cited->member));
	if (!reading)
		return REREAD_GONE;
	if (any_rested_says(reread, cited, now))
		return REREAD_SAME;
	const struct line *line =
		cited->record ? NULL : find_line(lines_of_member(reread, reading), cited->first);
	if (line && line->number == cited->first && line->last == cited->last &&
		says(reread, line, cited, now))
		return REREAD_SAME;
	return now->size ? REREAD_DIFFERS : REREAD_GONE;
}
