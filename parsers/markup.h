/*
 * How many attributes do tags have, and how long are they? libxml2 compares each attribute of an element with all before it, so that one tag
 * with a million of them takes hours. Text is looked at here before the library sees it.
 *
 * For HTML this follows the library where a tag, a quotation or a script ends, and errs on the side of counting
 * too much. Nothing allocates or fails; the scan goes on from call to call.
 */
#ifndef ACTDX_MARKUP_H
#define ACTDX_MARKUP_H

#include "base/str.h"

enum markup_state {
	MARKUP_TEXT,
	MARKUP_TAG_NAME,
	MARKUP_GAP, /* between attributes */
	MARKUP_NAME,
	MARKUP_AFTER_NAME,
	MARKUP_BEFORE_VALUE,
	MARKUP_VALUE,
	MARKUP_QUOTED,
	MARKUP_JUNK,    /* no attribute: up to a blank */
	MARKUP_SKIPPED, /* an end tag, a declaration: up to its '>' */
	MARKUP_COMMENT,
	MARKUP_CDATA,
	MARKUP_RAW, /* a script or a style sheet: up to the next end tag */
};

struct markup_scan {
	bool html;
	enum markup_state state;
	char quote;
	uint64_t last; /* the eight characters before, newest in the lowest byte */
	char name[8];  /* of the open tag, lower case */
	size_t name_size, attributes, value_bytes;
	unsigned lines; /* ends of lines passed so far, where markup_floods found something */
};

/* A phrase when a tag has more than LIMIT_MARKUP_ATTRIBUTES, or one of them is longer than LIMIT_MARKUP_VALUE; else
 * NULL. */
const char *markup_floods(struct markup_scan *scan, struct str text);

#endif
