/*
 * Damage: every parser over every prefix and every single-byte change of its samples (of large ones, many).
 *
 *   damage [--more|--all] PARSER
 *
 * Nothing may crash, hang, leak or be read outside its bytes: the sanitizers watch. Each byte is changed to one
 * telling value, a different one from byte to byte; with --more to every telling value, with --all to all 255.
 */
#include "support.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

/* What hurts parsers: end of text, line ends, separators, quotes, digits at the edge, bytes of UTF-8, the
 * lead and trail bytes of two-byte code pages. */
static const uint8_t telling[] = {0x00, '\n', '\r', ' ', ':', '=', '-', '0', '9', 'A', '"', '\\',
	'<', '[', 0x7F, 0x80, 0x83, 0xC2, 0xE3, 0xFF};

struct run {
	const char *name;
	uint8_t *bytes;
	size_t size;
	unsigned long runs;
};

/* `size` bytes in memory of exactly that size, so that one byte too many is seen. */
static void parse_prefix(struct run *run, struct arena *arena, size_t size)
{
	struct str exact = {(const char *)run->bytes, size};
	uint8_t *copy = (uint8_t *)arena_copy_chars(arena, exact);
	test_parse_bytes(run->name, (struct bytes){copy, size});
	run->runs++;
}

/* Trying every byte costs the square of the size. Of a sample of some kilobytes every seventh is tried (no measure of
 * telling[]), of a binary log, 68 KiB at least and nearly all of it filling, some hundred. Fuzzing sees the others. */
static size_t step_of(const struct run *run)
{
	return run->size > 32 * KIB ? 127 : run->size > 3 * KIB ? 7 : 1;
}

static void every_prefix(struct run *run)
{
	for (size_t size = 0; size <= run->size; size += step_of(run)) {
		struct arena *arena = arena_new();
		parse_prefix(run, arena, size);
		arena_free(arena);
	}
}

static void change(struct run *run, size_t at, uint8_t value)
{
	uint8_t before = run->bytes[at];
	if (before == value)
		return;
	run->bytes[at] = value;
	test_parse_bytes(run->name, (struct bytes){run->bytes, run->size});
	run->bytes[at] = before;
	run->runs++;
}

enum thoroughness { ONE_VALUE, TELLING_VALUES, ALL_VALUES };

/* The next telling value that is not there already. */
static uint8_t telling_for(size_t at, uint8_t before)
{
	uint8_t value = telling[at % sizeof telling];
	return value != before ? value : telling[(at + 1) % sizeof telling];
}

static void every_change(struct run *run, enum thoroughness how)
{
	for (size_t at = 0; at < run->size; at += step_of(run)) {
		if (how == ONE_VALUE)
			change(run, at, telling_for(at, run->bytes[at]));
		for (size_t i = 0; how == TELLING_VALUES && i < sizeof telling; i++)
			change(run, at, telling[i]);
		for (unsigned value = 0; how == ALL_VALUES && value < 256; value++)
			change(run, at, (uint8_t)value);
	}
}

static void damage_sample(struct arena *arena, const struct folder_entry *entry,
	enum thoroughness how, unsigned long *runs)
{
	struct bytes data = test_read(arena, entry->path);
	struct str copy = {(const char *)data.at, data.size};
	struct run run = {entry->name, (uint8_t *)arena_copy_chars(arena, copy), data.size, 0};
	every_prefix(&run);
	every_change(&run, how);
	*runs += run.runs;
}

int main(int argc, char **argv)
{
	machine_failed_as("damage", 1);
	enum thoroughness how = argc > 2 && strcmp(argv[1], "--all") == 0 ? ALL_VALUES
		: argc > 2 && strcmp(argv[1], "--more") == 0              ? TELLING_VALUES
									  : ONE_VALUE;
	const char *parser = argc > 1 ? argv[argc - 1] : "";
	struct arena *arena = arena_new();
	struct folder folder;
	unsigned long runs = 0;
	const char *root = arena_format(arena, "%s/samples/evidence/%s", test_root(), parser);
	if (!*parser || !folder_list(arena, root, &folder)) {
		fprintf(stderr, "usage: damage [--more|--all] PARSER (one with samples)\n");
		return 2;
	}
	for (size_t i = 0; i < folder.count; i++)
		if (!str_ends(str_of(folder.at[i].name), STR(".facts")) &&
			!str_ends(str_of(folder.at[i].name), STR("ORIGIN.md")))
			damage_sample(arena, &folder.at[i], how, &runs);
	printf("%s: %lu damaged texts parsed\n", parser, runs);
	arena_free(arena);
	return runs == 0;
}
