#include "base/fail.h"
#include "base/threads.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct monitor {
	SRWLOCK lock;
	CONDITION_VARIABLE woken;
};

struct monitor *monitor_new(void)
{
	struct monitor *monitor = calloc(1, sizeof *monitor);
	if (!monitor)
		machine_failed("out of memory");
	InitializeSRWLock(&monitor->lock);
	InitializeConditionVariable(&monitor->woken);
	return monitor;
}

void monitor_free(struct monitor *monitor)
{
	free(monitor);
}

void monitor_enter(struct monitor *monitor)
{
	AcquireSRWLockExclusive(&monitor->lock);
}

void monitor_leave(struct monitor *monitor)
{
	ReleaseSRWLockExclusive(&monitor->lock);
}

void monitor_wait(struct monitor *monitor)
{
	if (!SleepConditionVariableSRW(&monitor->woken, &monitor->lock, INFINITE, 0))
		machine_failed("threads do not work here");
}

void monitor_wake(struct monitor *monitor)
{
	WakeAllConditionVariable(&monitor->woken);
}

struct thread {
	HANDLE handle;
	void (*run)(void *context);
	void *context;
};

static unsigned __stdcall begin(void *thread)
{
	const struct thread *this = thread;
	this->run(this->context);
	return 0;
}

struct thread *thread_start(void (*run)(void *context), void *context)
{
	struct thread *thread = calloc(1, sizeof *thread);
	if (!thread)
		machine_failed("out of memory");
	thread->run = run;
	thread->context = context;
	/* Not CreateThread: the C library keeps data of each thread. */
	thread->handle = (HANDLE)_beginthreadex(NULL, 0, begin, thread, 0, NULL);
	if (!thread->handle)
		machine_failed("cannot start a thread");
	return thread;
}

void thread_join(struct thread *thread)
{
	if (WaitForSingleObject(thread->handle, INFINITE) != WAIT_OBJECT_0)
		machine_failed("threads do not work here");
	(void)CloseHandle(thread->handle);
	free(thread);
}

unsigned thread_processors(void)
{
	SYSTEM_INFO system;
	GetSystemInfo(&system);
	return system.dwNumberOfProcessors > 0 ? (unsigned)system.dwNumberOfProcessors : 1;
}
