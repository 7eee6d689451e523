/*
 * Events by provider and number: what each means, in the languages of reports, and which facts it gives.
 */
#ifndef ACTDX_EVENT_MEANINGS_H
#define ACTDX_EVENT_MEANINGS_H

#include "language.h"

#include <stdint.h>

struct event_meaning {
	const char *provider; /* Provider/@Name */
	const char *aliases;  /* "A|B": classic sources and short forms */
	uint32_t id;
	const char *facts; /* "kind;kind.field": what it gives, or what is derived from it */
	const char *says[LANGUAGE_COUNT];
};

/* By provider, and in each by number. */
extern const struct event_meaning event_meanings[];
extern const size_t event_meaning_count;

/* Is `name` the provider of the event, in any form? */
bool event_meaning_is_of(const struct event_meaning *meaning, struct str name);

/* Is there such a provider? */
bool event_meaning_has_provider(struct str name);

/* A provider as people name it: as Windows does, without "Microsoft-Windows-", or by a short form or a classic source,
 * which stand for all of its names. */
struct provider_name {
	struct str name;
	const struct event_meaning *known; /* has its other names; NULL: none is meant */
};
struct provider_name provider_named(struct str name);
bool provider_is(const struct provider_name *wanted, struct str provider);

/* The nearest name of a provider, or NULL. */
const char *event_meaning_nearest_provider(struct str name);

#endif
