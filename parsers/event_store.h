/*
 * The events of one log that matter, as many as are worth keeping.
 *
 * A log can hold millions. What counts is how things stand at its end, so newer events push out older ones, and each
 * sort of event (its reader and id) gets an equal share of LIMIT_EVENTS: one that is logged every minute pushes out
 * nothing but itself. Of each sort those that are kept are the newest without a gap, so that between them nothing is
 * missing; sorts that explain each other count as one. How many were not kept is told.
 *
 * What is newer is decided by the record's number in the log: the clock is what may be wrong.
 */
#ifndef ACTDX_EVENT_STORE_H
#define ACTDX_EVENT_STORE_H

#include "events.h"

struct event_store;

/* To be freed; nothing of it is in an arena. */
struct event_store *event_store_new(void);
void event_store_free(struct event_store *store);

/* Keeps a copy of an event that a reader names, with its number in the log. */
void event_store_add(struct event_store *store, const struct event *event, uint64_t number);

/* All that are kept, in the order they were added, in the arena; the store is empty then. */
struct event_list {
	struct event *at;
	size_t count;
};
struct event_list event_store_take(struct event_store *store, struct arena *arena);

/* A sort of which not all were kept. */
struct event_surplus {
	struct str provider;  /* of the newest; in the arena */
	uint32_t id, last_id; /* of the sort, which mostly is one */
	uint64_t count;       /* in the log */
	uint64_t kept;
	uint64_t oldest, from; /* times: of the oldest in the log, and of the oldest that is kept */
	uint64_t record;       /* EventRecordID of that */
};
struct event_surpluses {
	struct event_surplus *at;
	size_t count;
};
struct event_surpluses event_store_surpluses(const struct event_store *store, struct arena *arena);

#endif
