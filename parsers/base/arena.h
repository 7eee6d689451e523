/*
 * Memory that is freed all at once.
 *
 * One arena lives as long as one analysis. Whatever it hands out is zeroed, aligned for any type, and
 * never freed alone. No function here returns NULL: a machine without memory ends in machine_failed.
 */
#ifndef ACTDX_BASE_ARENA_H
#define ACTDX_BASE_ARENA_H

#include "base/str.h"

#include <stddef.h>

struct arena;

/* The caller frees it with arena_free. */
struct arena *arena_new(void);

/* `size` bytes; zero gives a valid pointer too. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` elements of `size` bytes each; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Room for one more element in a list of `count` elements of `size` bytes: the list itself, or a copy with
 * room for twice as many. `*room` is how many fit; a list starts as NULL with no room. */
void *arena_grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size);

/* A copy of `text`, followed by a NUL byte that is not counted. */
struct str arena_copy(struct arena *arena, struct str text);
char *arena_copy_chars(struct arena *arena, struct str text); /* the same, to be changed */

/* The same, or a copy that this made before of the same text: what repeats is kept once, as far as a small memory of
 * recent ones goes. Never to be changed. */
struct str arena_share(struct arena *arena, struct str text);

/* What printf would print, NUL-terminated. */
char *arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

/* NULL is allowed. */
void arena_free(struct arena *arena);

#endif
