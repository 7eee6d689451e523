/*
 * Inside of the page: its style sheet and its pictures.
 */
#ifndef ACTDX_HTML_H
#define ACTDX_HTML_H

#include "doc.h"

extern const char *const html_style[]; /* ended by NULL */

/* A chain of effects as a picture: the PART_LINKs from `first` on. */
void html_chain(struct out *out, const struct doc *doc, size_t first);

/* The moments and spans behind the PART_TIMELINE at `first`, a row for each sort of event and for each log. */
void html_timeline(struct out *out, const struct doc *doc, size_t first);

#endif
