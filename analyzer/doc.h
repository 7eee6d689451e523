/*
 * A report as a flat list of parts: what is said and in which order, without any format.
 *
 * doc_of makes it from a diagnosis; each writer prints it for one place (a terminal, a browser, a ticket)
 * and decides nothing. Texts may hold anything that evidence held: each writer escapes everything.
 */
#ifndef ACTDX_DOC_H
#define ACTDX_DOC_H

#include "diagnosis.h"
#include "language.h"

#include "base/out.h"

enum part_kind {
	PART_TITLE,     /* text */
	PART_FIELD,     /* text: label; detail: value */
	PART_VERDICT,   /* text; detail: strength; class: healthy, found, uncertain, insufficient */
	PART_ALERT,     /* text: what to know before anything is done */
	PART_SECTION,   /* text; class: its name, the same in every language */
	PART_FINDING,   /* text: title; detail: id; class: role */
	PART_TOPIC,     /* text: what follows inside a section (check, undo, do not) */
	PART_TEXT,      /* text: a paragraph */
	PART_NOTE,      /* text: a remark to what stands before it */
	PART_CLAIM,     /* text; detail: its weight; class: for, against, unchecked */
	PART_RULED_OUT, /* text: a cause; detail: why it is not that */
	PART_CITATION,  /* cited: where the part before it comes from */
	PART_LINK,      /* text: a link of the chain; class: seen or unseen */
	PART_STEP,      /* text; detail: where and as whom */
	PART_COMMAND,   /* text: command line, to be copied; never wrapped */
	PART_BULLET,    /* text */
	PART_HREF,      /* text: an https: address, from a cause file */
	PART_TIMELINE, /* text: a remark; moments and spans follow, to be drawn where that can be */
	PART_MOMENT,   /* text; detail: when; class: lane; from, to, outcome */
	PART_SPAN,     /* text: a log; detail: what it covers; class: whole or part; from, to */
	PART_FILE, /* text: name; more: what it is for; detail: what was read; class: read, unread, absent */
	PART_FOLD, /* text: what stands folded up to PART_UNFOLD */
	PART_UNFOLD,
	PART_FOOTER, /* text */
	PART_COUNT
};

enum outcome { OUTCOME_NONE, OUTCOME_GOOD, OUTCOME_BAD };

struct part {
	enum part_kind kind;
	struct str text, detail, more;
	const char *class;
	struct citation cited;
	int64_t from, to; /* as base/instant.h counts */
	enum outcome outcome;
};

struct doc {
	struct arena *arena;
	enum language language;
	struct part *at;
	size_t count, room;
};

struct doc doc_of(struct arena *arena, const struct diagnosis *diagnosis, enum language language);

/* Where a citation points, "licensing/slmgr-dlv.txt:12" or "...:12-13", and in a binary log
 * "events/system.evtx, record 4711". */
void put_place(struct out *out, const struct citation *cited);

/* The writers. */
/* `colour`: with escape sequences, for a terminal that knows them. */
void write_text(struct out *out, const struct doc *doc, bool colour);
void write_html(struct out *out, const struct doc *doc);
void write_markdown(struct out *out, const struct doc *doc);

/* The stable contract; not made from the doc, but from the diagnosis itself. `flat`: on one line. */
void write_json(struct out *out, struct arena *arena, const struct diagnosis *diagnosis,
	enum language language, bool flat);

/* One line for an input that could not be read, in place of its report; `status` is the exit status that it would have
 * had alone. */
void write_json_error(struct out *out, const char *path, const char *problem, int status);

#endif
