/*
 * "Did you mean": the known name nearest to a mistyped one.
 */
#ifndef ACTDX_BASE_NEAREST_H
#define ACTDX_BASE_NEAREST_H

#include "base/str.h"

struct nearest {
	struct str wanted;
	const char *best; /* NULL while nothing near was offered */
	size_t distance;
};

struct nearest nearest_to(struct str wanted);

/* Offers a known name; the nearest within a third of its length is kept, the first on a tie. Distance is
 * Levenshtein's, without regard to ASCII case. */
void nearest_offer(struct nearest *nearest, const char *name);

#endif
