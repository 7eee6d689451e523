/*
 * Reading events as a history: what the last one of its sort says, and how old it is.
 *
 * A log tells of troubles that are long over. So causes ask for what is derived here, not for events: of one service,
 * clock, domain or rule, only the latest event of a sort counts, and what came after it and says that all is well
 * retracts it. "Recent" is meant relative to the end of the evidence, the newest event that was read; what was copied
 * without a time that can be read is of unknown age: somebody thought it worth copying.
 */
#ifndef ACTDX_HISTORY_H
#define ACTDX_HISTORY_H

#include "derive.h"

/* The time of the newest event that was read, of any log; 0 when none has a time. */
int64_t history_end(const struct view *view);

/* "recent": no more than a week before the end; "old"; "unknown". */
#define HISTORY_AGES "recent|old|unknown"
struct str history_age(int64_t end, const struct fact *fact);

/* Is `fact` later than `other`, which may be NULL? Of two without time, the one that was read later is. */
bool history_later(const struct fact *fact, const struct fact *other);

#endif
