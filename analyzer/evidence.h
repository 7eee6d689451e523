/*
 * Members into facts: decode, split into the outputs of commands, parse.
 *
 * This is the one place that puts the pieces together; what comes out is all that reasoning and reports
 * ever see of the input.
 */
#ifndef ACTDX_EVIDENCE_H
#define ACTDX_EVIDENCE_H

#include "input.h"
#include "manifest.h"

#include "base/text.h"
#include "parser.h"

/* What became of a member. */
struct reading {
	const struct member *member;
	struct text text;    /* how it was decoded; utf8 is empty when it is no text */
	size_t first, count; /* its stretch of `case_file.evidence` */
	size_t facts;        /* facts it gave */
	bool wrong_hash;     /* differs from what the manifest says */
	bool unlisted;       /* in a bundle, but not in its manifest */
	const char *problem; /* why nothing, or not all, was understood; NULL when all is well */
};

struct machine {
	const char *input; /* path the user gave */
	struct manifest manifest;
	bool is_bundle;
};

/* Everything that was read, for one analysis. Lives in the arena. */
struct case_file {
	struct arena *arena;
	const struct inputs *inputs;
	struct machine *machines;
	size_t machine_count;
	struct reading *readings; /* one per member, in order */
	size_t reading_count;
	struct evidence *evidence;
	size_t evidence_count, evidence_room;
	struct facts facts;
	bool integrity_broken;
};

/* Never fails: what cannot be understood is a reading with a problem. */
struct case_file case_file_read(struct arena *arena, const struct inputs *inputs);

#endif
