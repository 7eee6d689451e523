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
	bool own;            /* what the collector says about the others: no evidence */
	bool cut;            /* LIMIT_LINES was reached */
	bool empty;          /* nothing in it, and nobody knows that a command printed nothing */
	bool wrong_hash;     /* differs from what the manifest says */
	bool unlisted;       /* in a bundle, but not in its manifest */
	const char *problem; /* why nothing, or not all, was understood; NULL when all is well */
};

struct machine {
	const char *input; /* path the user gave */
	struct manifest manifest;
	bool is_bundle;
	/* What stands before the names of its members: a bundle that was zipped once more ("bundle.zip!") or
	 * unpacked into a folder ("bundle/"). Empty as a rule. */
	const char *prefix;
};

/* The name of a member as the machine's manifest has it; empty for one outside the bundle. */
struct str bundle_name(const struct machine *machine, const struct member *member);

/* How many members of an input are evidence, and how many of those gave facts. */
struct member_count {
	size_t members, understood;
};

/* Everything that was read, for one analysis. Lives in the arena. */
struct case_file {
	struct arena *arena;
	const struct inputs *inputs;
	struct machine *machines;
	size_t machine_count;
	struct reading *readings; /* one per member, in order */
	size_t reading_count;
	const struct reading **by_name; /* sorted by machine and name */
	struct evidence *evidence;
	size_t evidence_count, evidence_room;
	struct facts facts;
	bool integrity_broken;
	const struct member *broken_archive; /* while reading: the last that failed its checksum */
	bool cut;                            /* a reading is */
};

/* Never fails: what cannot be understood is a reading with a problem. */
struct case_file case_file_read(struct arena *arena, const struct inputs *inputs);

struct member_count case_file_count(const struct case_file *file, size_t machine);

/* How many members of a manifest are there, and as it says. */
size_t case_file_verified(const struct case_file *file, size_t machine);

/* The reading of a member by its name in the bundle, or NULL. */
const struct reading *case_file_find(const struct case_file *file, size_t machine, struct str name);

#endif
