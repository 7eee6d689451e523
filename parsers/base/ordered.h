/*
 * Jobs that several threads do at the same time, and that are taken back in the order they were given.
 *
 * There is a fixed number of jobs, which are used again and again; the caller keeps what belongs to each, by its number.
 * One thread gives and takes (the caller's), the others work. So much is in memory at a time and no more, however fast
 * the input comes.
 */
#ifndef ACTDX_BASE_ORDERED_H
#define ACTDX_BASE_ORDERED_H

#include <stddef.h>

struct ordered_calls {
	/* On one of the threads, which are counted from 0. */
	void (*work)(void *context, size_t job, unsigned thread);
	/* On the caller's thread, in the order of ordered_submit. */
	void (*take)(void *context, size_t job);
};

struct ordered;

/* Threads are started when there is work for them. */
struct ordered *ordered_new(
	unsigned threads, size_t jobs, const struct ordered_calls *calls, void *context);

/* A job that is free to be filled; waits for the oldest when there is none. Then ordered_submit gives it to a thread. */
size_t ordered_next(struct ordered *ordered);
void ordered_submit(struct ordered *ordered);

/* Called by `work`: waits until this job is the oldest, so that what it does now is in order. */
void ordered_await_turn(struct ordered *ordered, size_t job);

/* Waits for all jobs, takes them, and ends the threads. NULL is allowed. */
void ordered_end(struct ordered *ordered);

#endif
