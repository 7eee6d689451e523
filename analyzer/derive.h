/*
 * Facts from facts.
 *
 * What needs two facts, arithmetic or a table is not written in causes but derived here, once, a few lines
 * of C each: the KMS host that settings really lead to, the clock's difference in words, whether a key is
 * made for the edition. A derived fact rests on the lines of the facts it came from; each of its values
 * says on which. Derivations run in the order of derive.def, and may use what was derived before.
 *
 * One rule above all: a derived fact may say "none" only when the evidence that would show one was read.
 */
#ifndef ACTDX_DERIVE_H
#define ACTDX_DERIVE_H

#include "view.h"

struct derivation {
	const struct fact_kind *kind; /* what it makes */
	void (*derive)(struct view *view);
};

extern const struct derivation *const derivations[]; /* ended by NULL */

/* Walks the facts of a kind: FOR_EACH_FACT (fact, view_kind(view, "service")) { ... }. `continue` goes on to
 * the next fact; to stop, return. */
#define FOR_EACH_FACT(name, facts_of_kind) \
	for (const struct bucket *name##_in = (facts_of_kind); name##_in; name##_in = NULL) \
		for (size_t name##_i = 0; name##_i < name##_in->count; name##_i++) \
			for (const struct fact *name = name##_in->at[name##_i]; name; name = NULL)

#endif
