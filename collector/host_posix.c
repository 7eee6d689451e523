/*
 * There is nothing to collect here: this is not Windows. --from, --script and the lists work everywhere.
 */
#include "host.h"

bool host_can_collect(void)
{
	return false;
}

struct host_machine host_describe(struct arena *arena)
{
	(void)arena;
	return (struct host_machine){.elevated = "unknown"};
}

void host_begin(void)
{
}

void host_end(void)
{
}

void host_find_names(struct arena *arena, struct text_list *domains, struct text_list *hosts)
{
	(void)arena;
	(void)domains;
	(void)hosts;
}

struct text_list host_matches(struct arena *arena, const char *pattern)
{
	(void)arena;
	(void)pattern;
	return (struct text_list){0};
}

const char *host_output_folder(struct arena *arena)
{
	(void)arena;
	return "";
}

void host_gather(struct job *job)
{
	struct rung *rung = &job->rungs[job->rung_count++];
	gathered_say(&rung->result, ROW_SKIPPED, "this is not Windows");
}

void host_gather_all(struct job *jobs, size_t count, job_finished *finished, void *context)
{
	for (size_t i = 0; i < count; i++) {
		host_gather(&jobs[i]);
		finished(context, &jobs[i]);
	}
}

bool host_owns_console(void)
{
	return false;
}

bool host_wait_for_key(void)
{
	return true;
}
