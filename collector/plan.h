/*
 * What will be gathered on this machine: the planned items of the catalogue, once for each domain, KMS host or path that
 * they ask about.
 */
#ifndef ACTDX_PLAN_H
#define ACTDX_PLAN_H

#include "host.h"

/* One row of the manifest to be: something to run, or the reason why there is nothing to. */
struct task {
	const struct item *item;
	struct job *job;    /* NULL when there is nothing to run */
	const char *reason; /* then: why */
};

struct plan {
	struct task *tasks; /* in the order of the catalogue */
	size_t task_count;
	struct job *jobs; /* of those that have one, in the same order */
	size_t job_count;
};

/* `since` is a time for events, 0 for all. */
struct plan plan_of(struct arena *arena, const struct selection *selection,
	const struct text_list *domains, const struct text_list *hosts,
	const struct text_list *paths, int64_t since);

/* NULL, or why one of the values cannot become part of a command line. */
const char *plan_problem(const struct text_list *domains, const struct text_list *paths);

#endif
