#include "base/fail.h"
#include "base/threads.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct monitor {
	pthread_mutex_t mutex;
	pthread_cond_t woken;
};

static void must(int error)
{
	if (error)
		machine_failed("threads do not work here");
}

struct monitor *monitor_new(void)
{
	struct monitor *monitor = calloc(1, sizeof *monitor);
	if (!monitor)
		machine_failed("out of memory");
	must(pthread_mutex_init(&monitor->mutex, NULL));
	must(pthread_cond_init(&monitor->woken, NULL));
	return monitor;
}

void monitor_free(struct monitor *monitor)
{
	if (!monitor)
		return;
	must(pthread_cond_destroy(&monitor->woken));
	must(pthread_mutex_destroy(&monitor->mutex));
	free(monitor);
}

void monitor_enter(struct monitor *monitor)
{
	must(pthread_mutex_lock(&monitor->mutex));
}

void monitor_leave(struct monitor *monitor)
{
	must(pthread_mutex_unlock(&monitor->mutex));
}

void monitor_wait(struct monitor *monitor)
{
	must(pthread_cond_wait(&monitor->woken, &monitor->mutex));
}

void monitor_wake(struct monitor *monitor)
{
	must(pthread_cond_broadcast(&monitor->woken));
}

struct thread {
	pthread_t id;
	void (*run)(void *context);
	void *context;
};

static void *begin(void *thread)
{
	const struct thread *this = thread;
	this->run(this->context);
	return NULL;
}

struct thread *thread_start(void (*run)(void *context), void *context)
{
	struct thread *thread = calloc(1, sizeof *thread);
	if (!thread)
		machine_failed("out of memory");
	thread->run = run;
	thread->context = context;
	if (pthread_create(&thread->id, NULL, begin, thread) != 0)
		machine_failed("cannot start a thread");
	return thread;
}

void thread_join(struct thread *thread)
{
	must(pthread_join(thread->id, NULL));
	free(thread);
}

unsigned thread_processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count > 0 ? (unsigned)count : 1;
}
