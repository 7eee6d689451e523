/*
 * Places of a case, looked up again: what does the evidence say at a line or record now?
 *
 * Lines of text are looked up without any parser, so that damage in one place cannot hide another. What a parser made
 * out of several lines or of a binary record, an event, is looked up among the lines that facts rest on.
 */
#ifndef ACTDX_REREAD_H
#define ACTDX_REREAD_H

#include "diagnosis.h"

struct reread;

struct reread *reread_new(struct arena *arena, const struct case_file *file);

/* From now on the text of this member is decoded as it was once (text_encoding's word). Ahead of the first look-up. */
void reread_encoding(struct reread *reread, const struct reading *reading, struct str encoding);

/* A member by its whole name, or NULL. */
const struct reading *reread_member(const struct reread *reread, size_t machine, struct str name);

enum reread_answer { REREAD_SAME, REREAD_DIFFERS, REREAD_GONE };

/* Is the quote still what stands there? When not, `*now` is what does, or empty. */
enum reread_answer reread_place(
	struct reread *reread, const struct citation *cited, struct str *now);

#endif
