/*
 * Events into facts, the same for every form a log comes in.
 *
 * A reader knows one family of events: by which providers and with which ids they are logged, and what their values
 * mean. It is one file that ends in one constant, `const struct event_reader event_reader_NAME`, and one line in
 * events.def. An event that no reader names is no evidence and is never looked at.
 *
 * Every event that matters gives a fact of kind `event`; a reader adds what it knows to it, and facts of its own.
 * Where a log was read from its beginning to its end, a fact of kind `event-log` says which time it covers: what
 * did not happen can only be said of that.
 */
#ifndef ACTDX_EVENTS_H
#define ACTDX_EVENTS_H

#include "event.h"
#include "parser.h"

struct event_ids {
	uint32_t first, last;
};

#define EVENT_ID_RANGES 24

/* The first event of the requests of KMS, which are one sort (`together`). */
#define KMS_REQUEST_ID 12288

struct event_reader {
	const char *name;
	const char *says; /* for docs: what these events tell */
	const char *
		providers; /* "A|B": Provider/@Name, or the classic source name, as the XML has it */

	/* The independent source (parser.h); the licensing service's events can be wrong together, but not
	 * together with those of the firewall. */
	const char *source;

	struct event_ids ids[EVENT_ID_RANGES + 1]; /* ended by {0, 0} */

	/* Its events explain each other: where there are too many to keep, all of them are kept from one time on. */
	bool together;

	const struct fact_kind *const *kinds; /* its own kinds, ended by NULL; NULL for none */

	/* Of those with its ids, is this one evidence? NULL: all are. */
	bool (*matters)(const struct event *event);

	/* Reads the event that gave `fact`, of kind `event`. NULL when that fact says all. */
	void (*read)(const struct event *event, struct fact *fact, struct facts *facts);
};

extern const struct event_reader *const event_readers[];
extern const size_t event_reader_count;

/* A provider that some reader names, and the reader of an event; NULL when there is none. */
bool event_provider_matters(struct str provider);
const struct event_reader *event_reader_for(struct str provider, uint32_t id);

/* Does anything follow from this event? */
bool event_matters(const struct event *event);

/* The kinds that all events share. */
extern const struct fact_kind kind_event, kind_event_log, kind_event_surplus;
extern const struct fact_kind *const event_shared_kinds[];

/* The facts of an event that matters. Citations show `line`, whose origin's source this replaces by the
 * reader's. */
void event_to_facts(const struct event *event, struct line *line, struct facts *facts);

/* The event in one line, as a citation shows it: time, provider, id and values. */
struct str event_line(struct arena *arena, const struct event *event);

/* "12288" as %1 of a message and its kin: the first code in the value, written 0x..., hr=0x... or %%5. */
NODISCARD bool event_code(struct str value, uint32_t *code);

/* A GUID, with or without braces; empty when it is none. */
struct str event_guid(struct str value);

#endif
