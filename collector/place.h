/*
 * Where a file that somebody gathered by hand belongs: which item it is, and its name in the bundle.
 *
 * Its name decides when it is the item's own, then what its text is, then words of its name. What stays
 * undecided is a loose file: the analyzer reads those just as well, and a wrong label would be worse.
 */
#ifndef ACTDX_PLACE_H
#define ACTDX_PLACE_H

#include "items.h"

#include "base/arena.h"
#include "base/bytes.h"

#define LOOSE_FOLDER "loose"

struct place {
	const struct item *item;    /* NULL: loose */
	unsigned code_page;         /* what a file of "chcp" says; 0 otherwise */
	const struct item **inside; /* items whose output seems to stand inside a loose file */
	size_t inside_count;
};

/* `name` is relative to the folder given; `head` are its first bytes, LIMIT_RECOGNISE_BYTES at most. */
struct place place_file(struct arena *arena, const char *name, struct bytes head);

/* The item that a file's name alone tells, or NULL. */
const struct item *place_by_name(struct str name);

/* Text that is one item's output through and through belongs to that item; what else it may hold goes to
 * place->inside. */
void place_by_content(struct arena *arena, struct place *place, const char *name, struct str utf8);

/* Names in use, so that no member is written twice; case is not looked at, for Windows would not. */
struct names {
	const char **slots; /* a hash table */
	size_t count;
};

/* A member name for the file: ASCII, new, and nothing a double click would run. In the arena. */
const char *place_member(
	struct arena *arena, struct names *names, const struct item *item, const char *name);

#endif
