/*
 * The catalogue of what is collected: items.def as a table.
 *
 * Both programs read it: the collector to collect, the analyzer to name what is missing and to tell which
 * command wrote a loose file that carries an item's name.
 */
#ifndef ACTDX_ITEMS_H
#define ACTDX_ITEMS_H

#include "base/str.h"

enum item_way { WAY_COMMAND, WAY_FILE, WAY_EVENTS, WAY_NATIVE };

enum item_needs {
	NEEDS_USER,  /* anybody may read it */
	NEEDS_ADMIN, /* administrators only */
	NEEDS_ASKED, /* changes something on the machine: only when asked for by name */
};

struct item {
	const char *id;     /* "slmgr-dlv"; stable, requests and reports use it */
	const char *member; /* where it goes in the bundle */
	enum item_way way;
	enum item_needs needs;
	unsigned timeout_seconds;
	const char *yields; /* kinds of fact it can settle, "service:sppsvc|kms-setting" */
	const char *
		command; /* command line, path of a file, name of an event channel, native function */
	const char *says_en, *says_ja;
};

extern const struct item items[];
extern const size_t item_count;

struct out;

/* Of an item of events: what chooses its events, as wevtutil takes it: " \"/q:*[System[...]]\"", or nothing when all are
 * wanted. */
void item_put_query(struct out *out, const struct item *item);

/* What it is for, in the user's language. */
const char *item_says(const struct item *item, bool in_japanese);

/* By id, or NULL. */
const struct item *item_for_id(struct str id);

/* The item that writes this member: same path, or same last part of it; or NULL. */
const struct item *item_for_member(struct str name);

/* The id nearest to a mistyped one, for "did you mean"; NULL when none is near. */
const char *item_nearest(struct str id);

#endif
