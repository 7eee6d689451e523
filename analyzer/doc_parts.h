/*
 * Inside of a report as parts: what doc.c, doc_findings.c and doc_rest.c share.
 */
#ifndef ACTDX_DOC_PARTS_H
#define ACTDX_DOC_PARTS_H

#include "doc.h"

struct doc_writer {
	struct doc doc;
	const struct diagnosis *from;
};

struct part *doc_add(struct doc_writer *w, enum part_kind kind, struct str text);
struct str doc_words(const struct doc_writer *w, enum message id);
struct str doc_phrase(const struct doc_writer *w, const struct phrase *phrase);
void doc_section(struct doc_writer *w, enum message title, const char *class);
void doc_topic(struct doc_writer *w, enum message title);
void doc_cite(struct doc_writer *w, const struct citation *cited);
void doc_cite_all(struct doc_writer *w, const struct citations *cited);

/* What a page folds away: from here to doc_unfold, under this line. Other formats show it. */
void doc_fold(struct doc_writer *w, struct str summary);
void doc_unfold(struct doc_writer *w);

/* A message that takes values. The format is one of messages.def, where a test compares both languages. */
#define SAY(w, id, ...) \
	str_of(arena_format((w)->doc.arena, message(MESSAGE_##id, (w)->doc.language), __VA_ARGS__))

/* doc_findings.c: causes, what speaks for and against each, and what is done about them. */
void doc_root(struct doc_writer *w);
void doc_findings(struct doc_writer *w, enum role role, enum message title, size_t shown);
void doc_ruled_out(struct doc_writer *w);
void doc_fix_plan(struct doc_writer *w);
void doc_prevention(struct doc_writer *w);
/* At most `shown` steps of the fix; returns how many there are. */
size_t doc_steps(
	struct doc_writer *w, const struct finding *finding, enum step_kind kind, size_t shown);

/* doc_rest.c: everything that is not about one cause. */
void doc_contradictions(struct doc_writer *w);
void doc_practices(struct doc_writer *w);
void doc_exchanges(struct doc_writer *w);
void doc_timeline(struct doc_writer *w);
void doc_collected(struct doc_writer *w);
void doc_integrity(struct doc_writer *w);
struct str doc_warning_text(const struct doc_writer *w, const struct warning *warning);

#endif
