/*
 * Hostile XML, one element at a time.
 *
 * A thin layer over libxml2's reader: no network, no DTD, no entities of its own, no XInclude, and caps on
 * size and depth. Bytes are decoded to UTF-8 first (libxml2 on Windows knows few encodings), so an
 * encoding declaration inside is ignored.
 */
#ifndef ACTDX_XML_H
#define ACTDX_XML_H

#include "base/arena.h"
#include "base/scan.h"

struct xml;

enum xml_event { XML_START, XML_END, XML_TEXT, XML_DONE, XML_ERROR };

/* `utf8` outlives the reader. Free with xml_free. */
struct xml *xml_open(struct arena *arena, struct str utf8);
void xml_free(struct xml *xml);

/* The next event. XML_ERROR is final: xml_problem says what, xml_line where. An empty element gives a
 * start and an end. Comments and processing instructions are passed over; a DTD is an error. */
enum xml_event xml_next(struct xml *xml);

struct str xml_name(const struct xml *xml); /* local name, START and END */
struct str xml_text(const struct xml *xml); /* TEXT */
unsigned xml_line(const struct xml *xml);   /* from 1 */
bool xml_attribute(
	struct xml *xml, const char *name, struct str *value); /* START; "xml:lang" too */
const char *xml_problem(const struct xml *xml);                /* lower-case phrase */
bool xml_refused(const struct xml
		*xml); /* after XML_ERROR: a limit was reached, or the form is not allowed */

/* Attributes by position, for readers that take any. False past the last. */
bool xml_attribute_at(struct xml *xml, int index, struct str *name, struct str *value);

/* Passes over the element that just started, to its end. */
NODISCARD bool xml_skip(struct xml *xml);

#endif
