/*
 * Which items are planned: --only and --skip over the catalogue.
 */
#ifndef ACTDX_SELECTION_H
#define ACTDX_SELECTION_H

#include "items.h"

#include "base/arena.h"
#include "base/scan.h"

enum choice {
	CHOICE_NO,
	CHOICE_WHEN_FOUND, /* changes the machine, so never collected unasked; packed when given */
	CHOICE_YES
};

struct selection {
	enum choice *items; /* as many as item_count */
	bool loose;         /* files that no item claims */
};

/* Lists are ids with commas between; NULL when the option was not given. False for an unknown id, with
 * a phrase for the user. The id "loose" stands for files that no item claims. */
NODISCARD bool selection_of(struct arena *arena, const char *only, const char *skip,
	struct selection *selection, const char **problem);

/* Will this be collected when nobody gives files? */
bool selection_plans(const struct selection *selection, size_t item);

#endif
