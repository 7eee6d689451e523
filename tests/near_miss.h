/*
 * Facts that a clause must just take, or just not take: samples/near-misses/ID.xml.
 *
 *     <near-misses>
 *       <holds clause="2"><service name="sppsvc" start="disabled"/></holds>
 *       <fails clause="2"><service name="w32time" start="disabled"/></fails>
 *     </near-misses>
 *
 * `clause` is the place of the clause in the cause's file, from 1. The facts are written as `actdx-analyze facts` prints
 * them, derived ones included; each is taken for one that was read from a source of its own kind.
 */
#ifndef ACTDX_TESTS_NEAR_MISS_H
#define ACTDX_TESTS_NEAR_MISS_H

#include "cases.h"

#include "view.h"

struct near_miss {
	const struct cause *cause;
	size_t place; /* of the clause, from 0 */
	bool holds;
	unsigned line; /* in its file */
	struct viewable viewable;
	struct view view;
};

struct near_misses {
	struct near_miss *at;
	size_t count, room;
};

/* All of them; false, with a message for each mistake, when one is not as above. Lives in the arena. */
NODISCARD bool near_misses_read(
	struct arena *arena, const struct case_rules *rules, struct near_misses *list);

#endif
