/*
 * XML of policy as its records see it: gpresult_xml.c follows the elements and gathers the values of a record,
 * gpresult_xml_settings.c reads those that are settings.
 */
#ifndef ACTDX_GPRESULT_XML_H
#define ACTDX_GPRESULT_XML_H

#include "gpresult.h"
#include "xml.h"

#include "base/limits.h"

#define LEAVES 128
#define NAME_BYTES 40
#define RECORD_DEPTH 5 /* of settings: Rsop, scope, ExtensionData, Extension */

struct name {
	char at[NAME_BYTES];
	size_t size;
};

struct leaf {
	struct name parent, name;
	struct str text;
};

/* An item of the preferences: its GPO may stand before its properties or behind them. */
struct xml_item {
	unsigned depth;                  /* of the item; 0: none is open */
	struct policy_registry registry; /* without a key: a service */
	struct str service;
	int start;
};

struct known_gpo {
	struct str id, name;
};

struct xml_reading {
	struct policy *policy;
	struct arena *arena;
	struct xml *xml;
	size_t index, last; /* lines */
	const struct line *base;
	struct name open[LIMIT_XML_DEPTH + 2];
	unsigned depth;
	bool is_leaf;
	char *text; /* of the open element, LIMIT_VALUE_BYTES */
	size_t text_size;
	unsigned record_depth; /* 0: none is open */
	const struct line *record_line;
	struct leaf leaves[LEAVES];
	size_t leaf_count;
	struct str gpo;   /* id of the one that the setting comes from */
	bool gpo_differs; /* the open record names several */
	bool lost;        /* the last precedence that was read is none of a winner */
	struct xml_item item;
	struct known_gpo *gpos;
	size_t gpo_count, gpo_room;
};

bool xml_is_named(const struct name *name, const char *text);
struct str xml_name_text(const struct name *name);

/* The first value of that name in the open record, of an element `parent` when that is given; empty: none. */
struct str xml_value_in(const struct xml_reading *r, const char *parent, const char *name);
bool xml_says(const struct xml_reading *r, const char *parent, const char *name, const char *what);
/* All values of these names, joined. */
struct str xml_values_of(
	const struct xml_reading *r, const char *parent, const char *names, const char *separator);
/* The name of the GPO that the open record names. */
struct str xml_gpo_name(const struct xml_reading *r);
/* The line the reader stands at. */
const struct line *xml_line_now(struct xml_reading *r);

/* A record of settings has ended; an element inside one ends, or begins. */
void xml_settings_end(struct xml_reading *r, const struct name *record);
void xml_settings_close(struct xml_reading *r);
void xml_settings_start(struct xml_reading *r, const struct name *element);

#endif
