/*
 * What the files of the EVTX reader share.
 *
 * The definition of a template is compiled once in a chunk into a list of operations; a record's values are then put
 * through it into a sink, which writes JSON or XML or gathers a struct event. Nothing else looks at binary XML.
 *
 * Offsets in a chunk count from its first byte. A name or template is named by its offset, and stands there once, at
 * its first use.
 */
#ifndef ACTDX_EVTX_INTERNAL_H
#define ACTDX_EVTX_INTERNAL_H

#include "evtx.h"

#define CHUNK_HEADER_BYTES 512
#define RECORD_HEADER_BYTES 24
#define RECORD_BYTES_MIN (RECORD_HEADER_BYTES + 4)

/* How deep elements, and fragments inside values, may nest: Windows' own events stay below 10. */
#define LIMIT_BINXML_DEPTH 32
#define LIMIT_FRAGMENT_DEPTH 8

/* Bytes that one record may become: 64 KiB of values in a template that repeats them. */
#define LIMIT_RECORD_TEXT (4 * MIB)

enum value_type {
	VALUE_NULL = 0x00,
	VALUE_STRING = 0x01,
	VALUE_ANSI = 0x02,
	VALUE_INT8 = 0x03,
	VALUE_UINT8 = 0x04,
	VALUE_INT16 = 0x05,
	VALUE_UINT16 = 0x06,
	VALUE_INT32 = 0x07,
	VALUE_UINT32 = 0x08,
	VALUE_INT64 = 0x09,
	VALUE_UINT64 = 0x0A,
	VALUE_REAL32 = 0x0B,
	VALUE_REAL64 = 0x0C,
	VALUE_BOOL = 0x0D,
	VALUE_BINARY = 0x0E,
	VALUE_GUID = 0x0F,
	VALUE_SIZE = 0x10,
	VALUE_FILETIME = 0x11,
	VALUE_SYSTEMTIME = 0x12,
	VALUE_SID = 0x13,
	VALUE_HEX32 = 0x14,
	VALUE_HEX64 = 0x15,
	VALUE_BINXML = 0x21,
	VALUE_ARRAY = 0x80, /* added to the type of its elements */
};

struct value {
	struct bytes data;
	uint8_t type;
};

enum op_kind {
	OP_OPEN,      /* <text */
	OP_ATTRIBUTE, /* text=" */
	OP_ATTRIBUTE_END,
	OP_CONTENT, /* > */
	OP_CLOSE,   /* </text> */
	OP_TEXT,
	OP_VALUE, /* of the record, by `index` */
};

struct op {
	enum op_kind kind;
	struct str text;
	/* OP_OPEN: the element holds nothing but that value, and is repeated for each element of an array. OP_ATTRIBUTE:
	 * left out when that value is null. OP_VALUE: the value. NO_INDEX else. */
	unsigned index;
	unsigned end; /* OP_OPEN, OP_ATTRIBUTE: index of the op that ends it */
	bool optional;
};

#define NO_INDEX UINT32_MAX

/* A compiled definition, or fragment without one. */
struct program {
	bool good; /* false: damaged; what stands before the damage is there */
	struct op *ops;
	size_t count, room;
	size_t end; /* offset behind it */
	/* For choosing records: where provider and event id are. A literal has no index. */
	struct str provider;
	unsigned provider_index, id_index;
	bool provider_known, provider_asked, provider_wanted;
	uint32_t id;
};

/* Programs of the current chunk, by the offset of their definition. */
struct program_slot {
	unsigned generation; /* of the chunk; another one's is free */
	uint32_t offset;
	struct program *program;
};

#define PROGRAMS 512 /* a power of two; a chunk holds some 20 templates, at most 64 KiB / 33 */
#define ID_MEMO 256

struct id_memo {
	const struct program *program;
	unsigned generation;
	uint32_t id;
	bool wanted;
};

struct evtx {
	const struct evtx_selection *selection;
	void (*sink)(const struct evtx_record *, void *);
	void *context;
	struct evtx_log log;
	uint64_t offset; /* in the file, of the chunk being gathered */
	uint8_t *gathered;
	size_t gathered_size;

	bool started;
	uint64_t previous; /* id of the record before, 0 at first */

	/* The chunk being read. */
	struct bytes chunk;
	uint64_t chunk_offset;
	bool doubtful;
	unsigned generation;
	struct arena *arena; /* programs and names of the chunk */
	size_t arena_used;   /* since it was made */
	struct program_slot programs[PROGRAMS];
	struct id_memo memo[ID_MEMO];

	/* Scratch of the record being shown. */
	struct value *values;
	size_t value_count, value_room;
	struct out text;
	struct tree *tree; /* of the JSON writer; NULL until it is used */
};

struct evtx_record {
	struct evtx *evtx;
	uint64_t id, time;
	size_t offset, end;      /* of its binary XML in the chunk */
	struct program *program; /* of its template; NULL without one */
};

/* What a record is put into. Texts are valid UTF-8 and stay until the next call. */
struct sink {
	void (*open)(void *context, struct str name);
	void (*attribute)(void *context, struct str name);
	void (*attribute_end)(void *context);
	void (*content)(void *context); /* the start tag ends */
	void (*text)(void *context, struct str text);
	void (*value)(void *context, const struct value *value, struct str text); /* not null */
	void (*close)(void *context, struct str name);
};

/* evtx_json.c */
struct tree;
struct tree *tree_new(void);
void tree_free(struct tree *tree);

/* evtx_template.c */
struct program *program_at(struct evtx *evtx, uint32_t offset);
/* Of a fragment's elements that stand without a template, from `offset` to at most `end`. */
struct program *program_of_fragment(
	struct evtx *evtx, size_t offset, size_t end, bool has_dependency);
struct str chunk_name(struct evtx *evtx, uint32_t offset);
uint16_t chunk_u16(const struct evtx *evtx, size_t offset);
uint32_t chunk_u32(const struct evtx *evtx, size_t offset);

/* A template instance that begins at `offset` (its token 0x0C): offsets of its definition and of its value table.
 * False when it does not fit. */
NODISCARD bool template_instance(
	const struct evtx *evtx, size_t offset, size_t end, uint32_t *definition, size_t *values);

/* The value of a table by index, without reading the others. */
NODISCARD bool table_value(
	const struct evtx *evtx, size_t table, size_t end, unsigned index, struct value *value);

/* evtx_run.c: false when nothing of it could be read. */
NODISCARD bool record_run(const struct evtx_record *record, const struct sink *sink, void *context);

/* evtx_value.c */
void value_put(struct out *out, const struct value *value);
void put_utf16(struct out *out, struct bytes utf16);
/* Takes the next element off an array. */
NODISCARD bool array_next(struct value *array, struct value *element);

#endif
