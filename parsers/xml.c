#include "xml.h"

#include "markup.h"

#include "base/fail.h"
#include "base/limits.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#define OWN_ENTITY "a document type or an entity of its own; refused"

struct xml {
	struct arena *arena;
	xmlTextReaderPtr reader;
	const char *problem;
	bool refused;
	unsigned line;
	bool end_pending; /* an empty element's end is still to be told */
};

static void keep_error(void *user, const xmlError *error)
{
	struct xml *xml = user;
	if (xml->problem || error->level < XML_ERR_ERROR)
		return;
	/* The document type that declared it stood in front of what is read here. */
	if (error->code == XML_ERR_UNDECLARED_ENTITY) {
		xml->problem = OWN_ENTITY;
		xml->refused = true;
		xml->line = error->line > 0 ? (unsigned)error->line : 1;
		return;
	}
	struct str message = str_trim(str_of(error->message ? error->message : "malformed"));
	char *phrase = arena_copy_chars(xml->arena, message);
	*phrase = char_lower(*phrase);
	xml->problem = phrase;
	xml->line = error->line > 0 ? (unsigned)error->line : 1;
}

/* libxml2 changed its callback's parameter to const in 2.12. */
static void on_error(void *user, xmlErrorPtr error)
{
	keep_error(user, error);
}

/* What the library would take long over. */
static void look_ahead(struct xml *xml, struct str utf8)
{
	struct markup_scan scan = {.html = false};
	xml->problem = markup_floods(&scan, utf8);
	xml->line += xml->problem ? scan.lines : 0;
}

struct xml *xml_open(struct arena *arena, struct str utf8)
{
	struct xml *xml = arena_alloc(arena, sizeof *xml);
	xml->arena = arena;
	xml->line = 1;
	if (utf8.size > LIMIT_XML_BYTES)
		xml->problem = "larger than 16 MiB";
	/* libxml2 expands entities in attributes before the reader sees the document type: look first. */
	else if (str_has(utf8, STR("<!DOCTYPE")) || str_has(utf8, STR("<!ENTITY")))
		xml->problem = OWN_ENTITY;
	else
		look_ahead(xml, utf8);
	xml->refused = xml->problem != NULL;
	if (xml->problem)
		return xml;
	xml->reader = xmlReaderForMemory(utf8.at, (int)utf8.size, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC);
	if (!xml->reader)
		machine_failed("out of memory");
	xmlTextReaderSetStructuredErrorHandler(xml->reader, (xmlStructuredErrorFunc)on_error, xml);
	return xml;
}

void xml_free(struct xml *xml)
{
	if (xml->reader)
		xmlFreeTextReader(xml->reader);
	xml->reader = NULL;
}

/* The parser reads ahead; the node knows where it began. */
static unsigned node_line(const struct xml *xml)
{
	xmlNodePtr node = xmlTextReaderCurrentNode(xml->reader);
	long line = node ? xmlGetLineNo(node) : 0;
	return line > 0 ? (unsigned)line : (unsigned)xmlTextReaderGetParserLineNumber(xml->reader);
}

static enum xml_event fail(struct xml *xml, const char *problem)
{
	if (!xml->problem) {
		xml->problem = problem;
		xml->line = (unsigned)xmlTextReaderGetParserLineNumber(xml->reader);
	}
	return XML_ERROR;
}

static enum xml_event refuse(struct xml *xml, const char *problem)
{
	xml->refused |= !xml->problem;
	return fail(xml, problem);
}

static enum xml_event started(struct xml *xml)
{
	if (xmlTextReaderDepth(xml->reader) >= LIMIT_XML_DEPTH)
		return refuse(xml, "elements nest deeper than 64");
	xml->end_pending = xmlTextReaderIsEmptyElement(xml->reader) == 1;
	return XML_START;
}

enum xml_event xml_next(struct xml *xml)
{
	if (xml->problem)
		return XML_ERROR;
	if (xml->end_pending) {
		xml->end_pending = false;
		return XML_END;
	}
	for (;;) {
		int status = xmlTextReaderRead(xml->reader);
		if (status == 0 && !xml->problem)
			return XML_DONE;
		if (status != 1 || xml->problem)
			return fail(xml, "malformed");
		xml->line = node_line(xml);
		switch (xmlTextReaderNodeType(xml->reader)) {
		case XML_READER_TYPE_ELEMENT:
			return started(xml);
		case XML_READER_TYPE_END_ELEMENT:
			return XML_END;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
			return XML_TEXT;
		case XML_READER_TYPE_DOCUMENT_TYPE:
		case XML_READER_TYPE_ENTITY_REFERENCE:
			return refuse(xml, OWN_ENTITY);
		default:
			break;
		}
	}
}

struct str xml_name(const struct xml *xml)
{
	return str_of((const char *)xmlTextReaderConstLocalName(xml->reader));
}

struct str xml_text(const struct xml *xml)
{
	return str_of((const char *)xmlTextReaderConstValue(xml->reader));
}

unsigned xml_line(const struct xml *xml)
{
	return xml->line;
}

const char *xml_problem(const struct xml *xml)
{
	return xml->problem ? xml->problem : "malformed";
}

bool xml_refused(const struct xml *xml)
{
	return xml->refused;
}

bool xml_attribute(struct xml *xml, const char *name, struct str *value)
{
	xmlChar *found = xmlTextReaderGetAttribute(xml->reader, (const xmlChar *)name);
	if (!found)
		return false;
	*value = arena_copy(xml->arena, str_of((const char *)found));
	xmlFree(found);
	return true;
}

bool xml_attribute_at(struct xml *xml, int index, struct str *name, struct str *value)
{
	if (xmlTextReaderMoveToAttributeNo(xml->reader, index) != 1)
		return false;
	*name = arena_copy(xml->arena, str_of((const char *)xmlTextReaderConstName(xml->reader)));
	*value = arena_copy(xml->arena, str_of((const char *)xmlTextReaderConstValue(xml->reader)));
	xmlTextReaderMoveToElement(xml->reader);
	return true;
}

bool xml_skip(struct xml *xml)
{
	for (int depth = 1; depth > 0;) {
		enum xml_event event = xml_next(xml);
		if (event == XML_ERROR || event == XML_DONE)
			return false;
		depth += event == XML_START ? 1 : event == XML_END ? -1 : 0;
	}
	return true;
}
