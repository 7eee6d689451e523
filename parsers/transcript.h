/*
 * Text into the outputs of the commands that printed it.
 *
 * The same splitter serves a file that holds one command's output, a console session pasted into a mail
 * with or without prompts, and a log that a script wrote with headings of its own. Prompts and headings
 * name the command; where they are missing, each parser says where its own output begins.
 */
#ifndef ACTDX_TRANSCRIPT_H
#define ACTDX_TRANSCRIPT_H

#include "parser.h"

struct transcript {
	struct evidence *at;
	size_t count;
};

/* What is known about a member before looking at it. */
struct member_hint {
	const char *name;   /* path of the member; its words break ties only */
	struct str command; /* command line that wrote it; may be empty */
	bool certain;       /* the collector's manifest says so: one command, not to be split */
	unsigned machine;
};

/* Splits `lines` into evidence, in order, and points each line at its origin. A stretch that no parser
 * claims has `parser` NULL. Blank stretches are left out, except the empty output of a known command. */
struct transcript transcript_split(
	struct arena *arena, const struct member_hint *hint, struct lines lines);

/* Is `text` a console prompt, "C:\Windows>", "PS C:\> "? `*command` is what was typed, perhaps nothing. */
bool transcript_prompt(struct str text, struct str *command);

#endif
