/*
 * From facts to an order of causes, and how firmly the first one stands.
 *
 * docs/causes.md explains the arithmetic: clauses count in decibans, each independent source once per side;
 * a cause is established from 13 up, ruled out from -13 down or by decisive evidence.
 */
#ifndef ACTDX_RANK_H
#define ACTDX_RANK_H

#include "cause.h"

#define ESTABLISHED_FROM 13
#define CANDIDATE_FROM 3

enum standing { STANDING_NONE, STANDING_CANDIDATE, STANDING_ESTABLISHED, STANDING_RULED_OUT };

struct assessment {
	const struct cause *cause;
	struct judgement *clauses; /* parallel to the cause's */
	int score;
	enum standing standing;
	bool conflict;      /* decisive both ways */
	source_set sources; /* that speak for it */
};

struct ranking {
	struct assessment *at; /* parallel to the knowledge base */
	size_t count;
	const struct assessment *root; /* NULL when no cause is established */
};

struct ranking rank(
	struct arena *arena, const struct knowledge *knowledge, const struct view *view);

/* The assessment of a cause of the knowledge base that was ranked. */
const struct assessment *ranking_find(const struct ranking *ranking, const struct cause *cause);

/* How many sources have to go before each cause loses its place: for the root, its first place; for other
 * established causes, being established. `strengths` is parallel to the ranking; at most `max`. */
void rank_strengths(const struct knowledge *knowledge, const struct viewable *viewable,
	const struct ranking *ranking, unsigned max, unsigned *strengths);

#endif
