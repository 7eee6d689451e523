/*
 * The cases in samples/cases, for test programs: the rules that judge them, and each one's folder in turn.
 */
#ifndef ACTDX_TESTS_CASES_H
#define ACTDX_TESTS_CASES_H

#include "cause.h"
#include "diagnosis.h"
#include "input.h"

struct case_rules {
	struct vocabulary vocabulary;
	struct knowledge knowledge;
};

/* The built-in rules; false, with what is wrong printed, when they cannot be used. */
NODISCARD bool case_rules_load(struct arena *arena, struct case_rules *rules);

struct case_name {
	struct str id, variant;
};

struct case_list {
	struct case_name *at;
	size_t count;
};

/* Every samples/cases/ID/VARIANT, sorted; false, with a message, when the folder cannot be read. */
NODISCARD bool case_list_read(struct arena *arena, struct case_list *list);

/* Is `id` among `ids`, a list that ends with NULL? An empty one means all. */
bool case_is_wanted(struct str id, char **ids);

/* Absolute path of a case's folder. */
const char *case_path(struct arena *arena, struct str id, struct str variant);

/* Everything that the rules are tried on: samples/cases/ID/VARIANT and samples/scenarios/NAME. */
struct sample_folder {
	const char *name; /* below samples, "cases/srv-stale/found" */
	const char *path;
	struct str id; /* of a case; empty for a scenario */
};

struct sample_folders {
	struct sample_folder *at;
	size_t count, room;
};

/* All of them, cases first; false, with a message, when a folder cannot be read. */
NODISCARD bool sample_folders_read(struct arena *arena, struct sample_folders *folders);

const struct finding *case_finding(const struct diagnosis *found, struct str id);

#endif
