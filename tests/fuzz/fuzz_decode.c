/*
 * libFuzzer target: bytes of unknown encoding into UTF-8 and lines.
 *
 * The first byte chooses what the manifest says about the code page. Everything after decoding relies on
 * its text being UTF-8, so that is checked too.
 */
#include "base/arena.h"
#include "base/lines.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned recorded[] = {0, 437, 850, 866, 932, 936, 949, 950, 1252, 65001, 1200, 70000};

static void check_utf8(struct str text)
{
	bool valid = true;
	while (text.size)
		(void)utf8_next(&text, &valid);
	if (!valid)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct arena *arena = arena_new();
	unsigned code_page = recorded[data[0] % (sizeof recorded / sizeof *recorded)];
	struct text text = text_decode(arena, (struct bytes){data + 1, size - 1}, code_page);
	check_utf8(text.utf8);
	struct lines lines = lines_of(arena, text.utf8);
	for (size_t i = 0; i < lines.count; i++)
		check_utf8(lines.at[i].text);
	(void)text_encoding(arena, &text);
	(void)text_how_word(text.how);
	arena_free(arena);
	return 0;
}
