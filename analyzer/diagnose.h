/*
 * Inside of a diagnosis: what its parts share while it is made.
 */
#ifndef ACTDX_DIAGNOSE_H
#define ACTDX_DIAGNOSE_H

#include "diagnosis.h"
#include "rank.h"

#define CONTRADICTIONS_MAX 32

/* Facts about one thing that contradict each other lie near; a hostile input may hold very many. */
#define LIMIT_FACTS_COMPARED 500

struct investigation {
	struct arena *arena;
	struct diagnosis *found;
	const struct view *view;
	struct ranking ranking;
	bool *collected; /* by item: its output is there, whatever it says */
};

/* Adds the place of a line to a list, once. */
void cite_line(struct arena *arena, struct citations *list, const struct line *line);

/* Two computer names in the evidence: the files of two machines lie together. */
bool several_machines(const struct diagnosis *found);

/* wanted.c: which items of the catalogue would answer what is open. wanted_look comes first. */
void wanted_look(struct investigation *in);
void wanted_by_finding(
	const struct investigation *in, const struct assessment *one, struct finding *finding);
void wanted_by_case(struct investigation *in);

/* warnings.c */
void add_warnings(struct investigation *in, const struct viewable *viewable);

#endif
