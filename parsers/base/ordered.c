#include "base/ordered.h"

#include "base/fail.h"
#include "base/threads.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct worker {
	struct ordered *ordered;
	struct thread *thread;
	unsigned number;
};

struct ordered {
	const struct ordered_calls *calls;
	void *context;
	struct worker *workers;
	unsigned started, threads;
	size_t jobs;
	/* What follows is under the monitor. Jobs are counted on: taken <= claimed <= given <= taken + jobs. */
	struct monitor *monitor;
	uint64_t given, claimed, taken;
	bool *done; /* by job */
	bool ending;
};

struct ordered *ordered_new(
	unsigned threads, size_t jobs, const struct ordered_calls *calls, void *context)
{
	struct ordered *ordered = calloc(1, sizeof *ordered);
	if (!ordered)
		machine_failed("out of memory");
	*ordered = (struct ordered){
		.calls = calls,
		.context = context,
		.workers = calloc(threads, sizeof *ordered->workers),
		.threads = threads,
		.jobs = jobs,
		.monitor = monitor_new(),
		.done = calloc(jobs, sizeof *ordered->done),
	};
	if (!ordered->workers || !ordered->done)
		machine_failed("out of memory");
	return ordered;
}

static void work(void *context)
{
	const struct worker *worker = context;
	struct ordered *ordered = worker->ordered;
	monitor_enter(ordered->monitor);
	for (;;) {
		while (ordered->claimed == ordered->given && !ordered->ending)
			monitor_wait(ordered->monitor);
		if (ordered->claimed == ordered->given)
			break;
		size_t job = (size_t)(ordered->claimed++ % ordered->jobs);
		monitor_leave(ordered->monitor);
		ordered->calls->work(ordered->context, job, worker->number);
		monitor_enter(ordered->monitor);
		ordered->done[job] = true;
		monitor_wake(ordered->monitor);
	}
	monitor_leave(ordered->monitor);
}

/* Inside the monitor, which it leaves while the caller takes the job. */
static void take_oldest(struct ordered *ordered)
{
	size_t job = (size_t)(ordered->taken % ordered->jobs);
	while (!ordered->done[job])
		monitor_wait(ordered->monitor);
	monitor_leave(ordered->monitor);
	ordered->calls->take(ordered->context, job);
	monitor_enter(ordered->monitor);
	ordered->done[job] = false;
	ordered->taken++;
	monitor_wake(ordered->monitor);
}

size_t ordered_next(struct ordered *ordered)
{
	monitor_enter(ordered->monitor);
	while (ordered->given - ordered->taken == ordered->jobs ||
		(ordered->taken < ordered->given &&
			ordered->done[(size_t)(ordered->taken % ordered->jobs)]))
		take_oldest(ordered);
	size_t job = (size_t)(ordered->given % ordered->jobs);
	monitor_leave(ordered->monitor);
	return job;
}

void ordered_submit(struct ordered *ordered)
{
	monitor_enter(ordered->monitor);
	ordered->given++;
	monitor_wake(ordered->monitor);
	monitor_leave(ordered->monitor);
	if (ordered->started == ordered->threads)
		return;
	struct worker *worker = &ordered->workers[ordered->started];
	*worker = (struct worker){.ordered = ordered, .number = ordered->started++};
	worker->thread = thread_start(work, worker);
}

void ordered_await_turn(struct ordered *ordered, size_t job)
{
	monitor_enter(ordered->monitor);
	while (ordered->taken % ordered->jobs != job)
		monitor_wait(ordered->monitor);
	monitor_leave(ordered->monitor);
}

void ordered_end(struct ordered *ordered)
{
	if (!ordered)
		return;
	monitor_enter(ordered->monitor);
	while (ordered->taken < ordered->given)
		take_oldest(ordered);
	ordered->ending = true;
	monitor_wake(ordered->monitor);
	monitor_leave(ordered->monitor);
	for (unsigned i = 0; i < ordered->started; i++)
		thread_join(ordered->workers[i].thread);
	monitor_free(ordered->monitor);
	free(ordered->workers);
	free(ordered->done);
	free(ordered);
}
