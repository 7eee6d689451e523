#include "support.h"

#include "transcript.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *test_root(void)
{
	return ACTDX_SOURCE_DIR;
}

bool test_exists(const char *path)
{
	return file_kind(path) != FILE_MISSING;
}

static _Noreturn void fail(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(1);
}

struct bytes test_read(struct arena *arena, const char *path)
{
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false;
	FILE *from = fopen(path, "rb");
	if (!from || !file_read(from, LIMIT_MEMBER_BYTES, &data, &size, &more))
		fail(path);
	fclose(from);
	struct str copy = arena_copy(arena, (struct str){(const char *)data, size});
	free(data);
	return (struct bytes){(const uint8_t *)copy.at, size};
}

void test_write(const char *path, struct bytes data)
{
	FILE *to = fopen(path, "wb");
	if (!to || (data.size && fwrite(data.at, 1, data.size, to) != data.size) || fclose(to) != 0)
		fail(path);
}

static void print_first_difference(const char *path, struct str expected, struct str made)
{
	for (unsigned line = 1; expected.size || made.size; line++) {
		struct str left = str_cut(&expected, '\n'), right = str_cut(&made, '\n');
		if (str_equal(left, right))
			continue;
		fprintf(stderr, "%s:%u:\n  expected: %.*s\n  made:     %.*s\n", path, line,
			STR_PRINT(left), STR_PRINT(right));
		return;
	}
	fprintf(stderr, "%s: differs only in line ends\n", path);
}

bool test_golden(struct arena *arena, const char *path, struct str made, bool update)
{
	if (update) {
		test_write(path, (struct bytes){(const uint8_t *)made.at, made.size});
		return true;
	}
	if (!test_exists(path)) {
		fprintf(stderr, "%s: missing; make it with --update and review it\n", path);
		return false;
	}
	struct bytes data = test_read(arena, path);
	struct str expected = {(const char *)data.at, data.size};
	if (str_equal(expected, made))
		return true;
	print_first_difference(path, expected, made);
	return false;
}

/* A binary file passes by in pieces, as it does when it is read. */
static bool parse_binary(struct arena *arena, const char *name, struct bytes data)
{
	const struct parser *parser = parser_for_bytes(data);
	if (!parser)
		return false;
	struct evidence evidence = {.origin = {.member = name, .source = parser->source},
		.parser = parser,
		.binary = parser->binary->begin(arena)};
	for (size_t at = 0; at < data.size; at += 1000) {
		size_t left = data.size - at;
		parser->binary->feed(
			evidence.binary, (struct bytes){data.at + at, left < 1000 ? left : 1000});
	}
	parser->binary->end(evidence.binary);
	struct facts facts = facts_new(arena);
	evidence_parse(&evidence, 1, &facts);
	return true;
}

void test_parse_bytes(const char *name, struct bytes data)
{
	struct arena *arena = arena_new();
	if (parse_binary(arena, name, data)) {
		arena_free(arena);
		return;
	}
	struct member_hint hint = {.name = name};
	struct text text = text_decode(arena, data, 0);
	struct lines lines = lines_of(arena, text.utf8);
	struct transcript transcript = transcript_split(arena, &hint, lines);
	struct facts facts = facts_new(arena);
	evidence_parse(transcript.at, transcript.count, &facts);
	arena_free(arena);
}
