/*
 * The parts of the registry parser: reg query's text (registry.c), exports (registry_export.c),
 * and the firewall's values (registry_firewall.c).
 *
 * Every form ends in registry_key and registry_value; the firewall's part sees each value on the
 * way. All text is in the arena of the facts or in the lines; nothing here fails.
 */
#ifndef ACTDX_REGISTRY_H
#define ACTDX_REGISTRY_H

#include "parser.h"

/* What the command line asked reg for. */
struct registry_question {
	struct str key;   /* abbreviated; empty when it is not known */
	struct str value; /* /v NAME or /ve; empty when all values were asked for */
	bool below;       /* /s: keys below, too */
	bool search;      /* /f: only what matches is printed */
};

struct registry_reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct registry_question asked;
	struct str key; /* abbreviated; empty: none is open, or one that the export deletes */
	bool listed;    /* some key was */
	bool exported;  /* a title or a key in brackets was read: an export holds every value */
	bool ansi;      /* an export of Windows 9x form, REGEDIT4: hex text is in a code page */
	struct fact *profile; /* firewall profile of the open key, NULL before its first value */
};

struct registry_item {
	const struct line *line;
	struct str name, type, data;
};

/* A key header was read; `path` as printed. */
void registry_open(struct registry_reading *r, const struct line *line, struct str path);

/* A value of the open key. Ignored when none is open. */
void registry_put(struct registry_reading *r, const struct registry_item *item);

/* Does `path` start with the name of a hive and a backslash? */
bool registry_is_path(struct str path);

/* Is this a line that only an export has: its title, or a key in brackets? */
bool registry_export_line(struct str text);

/* Reads what begins at line `i` of an export: a title, a key, a value with its continuation
 * lines. Returns the last line used; `*known` tells whether it was any of these. */
size_t registry_export_read(struct registry_reading *r, size_t i, bool *known);

/* Sees a value of the open key and makes firewall facts of it when it is one of the firewall's. */
void registry_firewall(struct registry_reading *r, const struct registry_item *item);

#endif
