/*
 * libFuzzer target: the XML of a cause file.
 */
#include "cause.h"

#include "base/text.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct vocabulary vocabulary = vocabulary_all(arena);
	struct knowledge knowledge = knowledge_new(arena, &vocabulary);
	struct text text = text_decode(arena, (struct bytes){data, size}, 0);
	knowledge_add(&knowledge, "fuzz.xml", text.utf8);
	knowledge_link(&knowledge);
	arena_free(arena);
	return 0;
}
