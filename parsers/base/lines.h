/*
 * A text as numbered lines, with what copying did to it undone.
 *
 * People paste consoles into mail: each line gets "> " in front, long lines break at column 80, a web page
 * turns quotes into entities and spaces into no-break spaces. A line therefore has two faces: `text`, which
 * parsers read, with all that undone, and `raw`, which citations quote, exactly as it stood.
 */
#ifndef ACTDX_BASE_LINES_H
#define ACTDX_BASE_LINES_H

#include "base/arena.h"

/* Where lines come from; what a citation needs besides the line itself. */
struct origin {
	const char *member; /* path inside the bundle or folder, always with '/' */
	struct str command; /* the command line that printed it; empty when nobody wrote it down */
	const char *
		source; /* the independent source it is a view of (parser.h); NULL when not understood */
	unsigned machine; /* index of the machine it was taken on */
	bool collected;   /* there, by the collector, as its manifest says */
};

struct line {
	struct str text;
	struct str raw;        /* may span several physical lines */
	unsigned number, last; /* first and last physical line, from 1 */
	uint64_t
		record; /* EventRecordID, when this is a record of a binary log and not a line; else 0 */
	const struct origin
		*origin; /* set when the text is split into the outputs of its commands */
};

struct lines {
	struct line *at;
	size_t count;
	bool cut; /* LIMIT_LINES was reached; the rest was not read */
};

/* `text` is valid UTF-8 and outlives the lines. CR LF, LF, CR CR LF (wmic) and a lone CR end a line. */
struct lines lines_of(struct arena *arena, struct str text);

/* Convenience for parsers: the text of line `i`, empty past the end. */
struct str lines_text(const struct lines *lines, size_t i);

#endif
