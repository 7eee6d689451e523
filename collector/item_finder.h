/*
 * Which item of the catalogue an output is: by the command line that stands before it, else by what it says itself.
 */
#ifndef ACTDX_ITEM_FINDER_H
#define ACTDX_ITEM_FINDER_H

#include "items.h"

#include "base/arena.h"
#include "parser.h"

/* The catalogue with its command lines taken apart: once, not once per output. Lives in the arena. */
struct item_finder {
	struct item_command *commands; /* by place in `items` */
};

struct item_finder item_finder_new(struct arena *arena);

/* The item with this command, or NULL: program and arguments as the catalogue has them, in any order. */
const struct item *item_of_command(const struct item_finder *finder, struct str command_line);

/* The item that gave this output, or NULL when it may be of several. */
const struct item *item_of_evidence(
	const struct item_finder *finder, const struct evidence *evidence);

#endif
