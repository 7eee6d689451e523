/*
 * What evtx_writer.c, evtx_event.c and evtx_value.c share: an event on its way from XML to binary XML.
 */
#ifndef ACTDX_TESTS_EVTX_PARTS_H
#define ACTDX_TESTS_EVTX_PARTS_H

#include "evtx_writer.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "base/scan.h"

enum {
	EVTX_NULL = 0x00,
	EVTX_STRING = 0x01,
	EVTX_UINT8 = 0x04,
	EVTX_UINT16 = 0x06,
	EVTX_UINT32 = 0x08,
	EVTX_UINT64 = 0x0a,
	EVTX_BINARY = 0x0e,
	EVTX_GUID = 0x0f,
	EVTX_FILETIME = 0x11,
	EVTX_SID = 0x13,
	EVTX_HEX64 = 0x15,
	EVTX_XML = 0x21,
	EVTX_ARRAY = 0x80,
};

#define EVTX_NO_DEPENDENCY 0xffff
#define EVTX_MOST_VALUES 256

/* What stands in an element or attribute: nothing, something of the template, or a place for a value. */
enum evtx_content_kind {
	CONTENT_NONE,
	CONTENT_LITERAL,
	CONTENT_CDATA,
	CONTENT_PI,
	CONTENT_VALUE,
	CONTENT_OPTIONAL, /* a place for a value; what holds it falls away with the value */
};

struct evtx_content {
	enum evtx_content_kind kind;
	struct str text; /* of the template; of a value too, for plain binary XML */
	uint16_t slot;
	uint8_t type;
};

struct evtx_attribute {
	struct str name;
	struct evtx_content content;
};

struct evtx_element {
	struct str name;
	uint16_t dependency; /* the value without which the element falls away */
	struct evtx_attribute *attributes;
	size_t attribute_count, attribute_room;
	struct evtx_content content;
	struct evtx_element *first, *last, *next; /* children; the next one of the same parent */
};

struct evtx_template;

struct evtx_value {
	uint8_t type;
	struct bytes data;
	const struct evtx_template *nested; /* instead of data, for EVTX_XML */
};

/* A template and the values of one instance. */
struct evtx_template {
	struct evtx_element *root;
	const struct evtx_template *body; /* behind the root's children, for plain binary XML */
	struct evtx_value values[EVTX_MOST_VALUES];
	size_t count;
};

/* One event, ready to be written. */
struct evtx_event {
	const struct evtx_template *template;
	uint64_t record, time;
	struct evtx_value *record_value, *time_value; /* in the template's values */
	struct str *record_text, *time_text;          /* the same, for plain binary XML */
};

/* Reads one <Event> element. False with a phrase and a line when it cannot be written. */
NODISCARD bool evtx_event_read(struct arena *arena, struct str xml, bool literal_provider,
	struct evtx_event *event, const char **problem, unsigned *line);

/* A type by its name in actdx:type, arrays included. */
NODISCARD bool evtx_value_type(struct str name, uint8_t *type, bool *narrow);

/* `text` as a value; `narrow`: of 32 bits, for sizet32. */
NODISCARD bool evtx_value_of(
	struct arena *arena, uint8_t type, bool narrow, struct str text, struct bytes *data);

/* An array of strings, each ended by NUL. */
struct bytes evtx_value_strings(struct arena *arena, const struct str *at, size_t count);

/* Text as UTF-16LE. */
struct bytes evtx_utf16(struct arena *arena, struct str text);

/*
 * Writing (evtx_binxml.c)
 */

#define EVTX_FIRST_RECORD 512
#define EVTX_MOST_NAMES 2048

/* What a chunk has defined: names, and templates by their description. */
struct evtx_definition {
	struct str key;
	uint32_t offset;
};

struct evtx_chunk {
	uint8_t at[EVTX_MADE_CHUNK_BYTES];
	size_t used;
	struct evtx_definition names[EVTX_MOST_NAMES], templates[EVTX_MOST_NAMES];
	size_t name_count, template_count;
	uint64_t first_record, last_record;
	size_t last_offset; /* of the last record */
	unsigned records;
};

struct evtx_writing {
	struct arena *arena; /* of what is made, as long as the file */
	/* Of events, and of what the chunk being written knows of them: those of this chunk, and those before. */
	struct arena *events, *events_before;
	const struct evtx_form *form;
	struct evtx_chunk *chunk;
	bool full;            /* what is being written did not fit */
	struct bytes *chunks; /* finished */
	size_t count, room;
	size_t last_used; /* bytes of the last chunk that hold something */
	uint64_t next_record;
	const char *problem;
};

/* Bytes at the end of what is written; once they do not fit, `full`, and nothing more is put. */
void evtx_put(struct evtx_writing *w, const void *data, size_t size);
void evtx_put_number(struct evtx_writing *w, uint64_t number, unsigned size);

/* Little-endian. */
void evtx_set(uint8_t *at, uint64_t number, unsigned size);
uint32_t evtx_get32(const uint8_t *at);

/* A document: an instance of a template, defined here when this chunk has not seen it; or the same without any. */
void evtx_put_instance(
	struct evtx_writing *w, const struct evtx_template *template, unsigned depth);
void evtx_put_plain(struct evtx_writing *w, const struct evtx_template *template);

#endif
