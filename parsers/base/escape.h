/*
 * Text leaving the program: one function per place it can arrive at.
 *
 * Whatever came out of evidence goes through one of these, always. Each accepts any bytes, shows what is
 * not valid UTF-8 as U+FFFD, and lets nothing through that the place would act on: escape sequences and
 * direction controls in a terminal, markup in HTML and XML, quotes in JSON. Controls are not dropped but
 * shown ("\u001B"), so that a reader sees that they were there.
 */
#ifndef ACTDX_BASE_ESCAPE_H
#define ACTDX_BASE_ESCAPE_H

#include "base/out.h"

void escape_terminal(struct out *out, struct str text);
void escape_html_text(struct out *out, struct str text);
void escape_html_attribute(struct out *out, struct str text); /* inside double quotes */
void escape_json(struct out *out, struct str text);           /* inside double quotes */
void escape_xml(struct out *out, struct str text);            /* text, or inside double quotes */
void escape_markdown(struct out *out, struct str text);       /* running text and table cells */
void escape_markdown_code(
	struct out *out, struct str text); /* an inline code span, delimiters included */

#endif
