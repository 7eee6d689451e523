/*
 * libFuzzer target: the XML of a bundle's manifest.
 */
#include "manifest.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct text text = text_decode(arena, (struct bytes){data, size}, 0);
	struct manifest manifest = manifest_read(arena, text.utf8);
	for (size_t i = 0; i < manifest.member_count; i++)
		if (manifest.members[i].item >= manifest.item_count ||
			!manifest_find(&manifest, manifest.members[i].name))
			abort();
	arena_free(arena);
	return 0;
}
