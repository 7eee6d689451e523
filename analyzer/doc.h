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
	PART_TITLE,    /* text */
	PART_FIELD,    /* text: label; detail: value */
	PART_VERDICT,  /* text; detail: strength; class: healthy, found, uncertain, insufficient */
	PART_SECTION,  /* text; class: its name, the same in every language */
	PART_FINDING,  /* text: title; detail: id; class: role */
	PART_TOPIC,    /* text: what follows inside a finding (check, undo, do not) */
	PART_TEXT,     /* text: a paragraph */
	PART_CLAIM,    /* text; class: for, against, unchecked */
	PART_CITATION, /* cited: where the part before it comes from */
	PART_LINK,     /* text: a link of the chain; class: seen or unseen */
	PART_STEP,     /* text; detail: where and as whom */
	PART_COMMAND,  /* text: command line, to be copied; never wrapped */
	PART_BULLET,   /* text */
	PART_HREF,     /* text: an https: address, from a cause file */
	PART_FOOTER,   /* text */
};

struct part {
	enum part_kind kind;
	struct str text, detail;
	const char *class;
	struct citation cited;
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
void write_text(struct out *out, const struct doc *doc);
void write_html(struct out *out, const struct doc *doc);
void write_markdown(struct out *out, const struct doc *doc);

/* The stable contract; not made from the doc, but from the diagnosis itself. */
void write_json(struct out *out, struct arena *arena, const struct diagnosis *diagnosis,
	enum language language);

#endif
