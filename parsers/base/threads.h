/*
 * Threads, as far as actdx needs them: one file per platform behind this header.
 *
 * One lock with waiting built in, as a monitor: whoever holds it may wait until somebody else wakes all that wait. No
 * function fails; a machine that cannot ends in machine_failed.
 */
#ifndef ACTDX_BASE_THREADS_H
#define ACTDX_BASE_THREADS_H

struct monitor;
struct monitor *monitor_new(void);
void monitor_free(struct monitor *monitor);
void monitor_enter(struct monitor *monitor);
void monitor_leave(struct monitor *monitor);
/* Leaves, waits until monitor_wake, and enters again; may return without a reason, so ask again in a loop. */
void monitor_wait(struct monitor *monitor);
void monitor_wake(struct monitor *monitor);

struct thread;
struct thread *thread_start(void (*run)(void *context), void *context);
/* Waits for its end, and frees it. */
void thread_join(struct thread *thread);

/* How many threads can run at the same time here; at least 1. */
unsigned thread_processors(void);

#endif
