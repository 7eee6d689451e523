#include "base/arena.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small enough that a one-line input stays cheap, large enough that malloc is not noticed. */
#define BLOCK_BYTES (64 * KIB)

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

/* Names of hosts and providers repeat, longer texts do not. */
#define SHARED_BYTES 256
#define SHARED_SLOTS 1024 /* a power of two */

struct arena {
	struct block *blocks;
	struct str *shared; /* by a hash of the text; NULL until one was */
};

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof *arena);
	if (!arena)
		machine_failed("out of memory");
	return arena;
}

static struct block *block_new(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct block))
		machine_failed("out of memory");
	struct block *block = calloc(1, sizeof *block + size);
	if (!block)
		machine_failed("out of memory");
	block->size = size;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size > SIZE_MAX - align)
		machine_failed("out of memory");
	size = (size + align - 1) / align * align;
	struct block *block = arena->blocks;
	if (!block || block->size - block->used < size) {
		struct block *fresh = block_new(size > BLOCK_BYTES ? size : BLOCK_BYTES);
		/* A block made for one large piece goes behind the current one, whose room stays in use. */
		if (block && size > BLOCK_BYTES) {
			fresh->next = block->next;
			block->next = fresh;
		} else {
			fresh->next = block;
			arena->blocks = fresh;
		}
		block = fresh;
	}
	void *at = block->bytes + block->used;
	block->used += size;
	return at;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		machine_failed("out of memory");
	return arena_alloc(arena, count * size);
}

void *arena_grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	if (*room > SIZE_MAX / 2)
		machine_failed("out of memory");
	*room = *room ? *room * 2 : 16;
	void *grown = arena_array(arena, *room, size);
	if (count)
		memcpy(grown, list, count * size);
	return grown;
}

char *arena_copy_chars(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.size + 1);
	if (text.size)
		memcpy(copy, text.at, text.size);
	return copy;
}

struct str arena_copy(struct arena *arena, struct str text)
{
	return (struct str){arena_copy_chars(arena, text), text.size};
}

static size_t slot_of(struct str text)
{
	uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (unsigned char)text.at[i]) * 0x100000001B3u;
	return (size_t)(hash ^ hash >> 32) % SHARED_SLOTS;
}

struct str arena_share(struct arena *arena, struct str text)
{
	if (text.size > SHARED_BYTES)
		return arena_copy(arena, text);
	if (!arena->shared)
		arena->shared = arena_array(arena, SHARED_SLOTS, sizeof *arena->shared);
	struct str *slot = &arena->shared[slot_of(text)];
	if (!slot->at || !str_equal(*slot, text))
		*slot = arena_copy(arena, text);
	return *slot;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int size = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (size < 0)
		machine_failed("cannot format text");
	char *text = arena_alloc(arena, (size_t)size + 1);
	vsnprintf(text, (size_t)size + 1, format, again);
	va_end(again);
	return text;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks; block;) {
		struct block *next = block->next;
		free(block);
		block = next;
	}
	free(arena);
}
