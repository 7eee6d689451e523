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

/* UTF-16 units of a name: Windows' own stay below 64. Each of thousands of elements can refer to one name, and gets a
 * copy. */
#define LIMIT_BINXML_NAME 256

/* Attributes of one element, which are compared with each other. */
#define LIMIT_BINXML_ATTRIBUTES 256

/* Bytes that one record may become, and what its templates may take besides: 64 KiB of values in a template that
 * repeats them. */
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
	struct str text;
	/* OP_OPEN: the element holds nothing but that value, and is repeated for each element of an array. OP_ATTRIBUTE:
	 * left out when that value is null. OP_VALUE: the value. NO_INDEX else. */
	unsigned index;
	unsigned end; /* OP_OPEN, OP_ATTRIBUTE: index of the op that ends it */
	enum op_kind kind;
	bool optional;
};

#define NO_INDEX UINT32_MAX

/* What a definition was compiled from: bytes that it must have, then a name or a size, which stand elsewhere or differ
 * from chunk to chunk. */
struct piece {
	struct bytes raw, name; /* name: UTF-16; no name: a size of 4 bytes */
	bool is_name;
};

struct plan;
enum format { FORMAT_JSON, FORMAT_XML, FORMATS };

/* A compiled definition, or fragment without one. */
struct program {
	bool good; /* false: damaged; what stands before the damage is there */
	struct op *ops;
	size_t count, room;
	size_t cost; /* bytes of memory that it took */
	/* What another chunk's definition is compared with. */
	bool regular; /* it can be: all of it is in `pieces`, the last of which is followed by `rest` */
	struct piece *pieces;
	size_t piece_count, piece_room;
	struct bytes rest;
	/* Kept for the chunks that follow; only such a one is worth a plan. */
	bool kept, planned[FORMATS];
	struct plan *plans[FORMATS]; /* NULL: none can be made */
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

/* Programs that are kept from chunk to chunk, by a hash of their definition's GUID. */
#define KEPT_BUCKETS 256
struct kept {
	struct kept *next;
	uint8_t guid[16];
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

/* ASCII as it is escaped. */
#define ESCAPES 128
#define ESCAPE_MAX 16
struct escapes {
	struct escape_table {
		char text[ESCAPES][ESCAPE_MAX]; /* of each ASCII character */
		uint8_t size[ESCAPES];
	} json, xml;
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
	uint64_t first, previous; /* ids of the first record and of the one before, 0 at first */
	bool knows_channel;

	/* Takes whole chunks in place of reading them; may be NULL. */
	void (*instead)(void *context, struct bytes chunk, uint64_t offset);

	/* The chunk being read. */
	struct bytes chunk;
	uint64_t chunk_offset;
	bool doubtful;
	unsigned generation;
	struct arena *arena; /* programs and names of the chunk */
	size_t arena_used;   /* since it was made */
	struct program_slot programs[PROGRAMS];
	struct id_memo memo[ID_MEMO];

	/* Of all chunks so far, until it grows too large. */
	struct arena *kept_arena;
	size_t kept_used;
	struct kept *kept[KEPT_BUCKETS];
	struct escapes escapes;

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

/* evtx.c: one chunk read by itself, its summary left in `evtx->log`; and what that says of the log as a whole, chunk by
 * chunk in file order. */
void chunk_read_alone(struct evtx *evtx, struct bytes chunk, uint64_t offset);
struct chunk_summary {
	struct evtx_log log;
	uint64_t first, last; /* ids in the order of the file, where there are records */
};
struct chunk_summary chunk_summary(const struct evtx *evtx);
void chunk_add(struct evtx *evtx, const struct chunk_summary *chunk);
/* Takes what was gathered of a last, short chunk. */
void evtx_take_rest(struct evtx *evtx);

/* evtx_json.c */
struct tree;
struct tree *tree_new(void);
void tree_free(struct tree *tree);

void json_put(struct out *out, struct str text); /* UTF-8, for inside double quotes */
/* A value that has that text, as null, number, boolean or string. */
void json_put_value(struct out *out, const struct value *from, struct str text);

/* evtx_xml.c */
void xml_put(struct out *out, struct str text); /* UTF-8, for text and for inside double quotes */

/* evtx_text.c: UTF-16 printed, decoded and escaped in one go, behind `to`, where there must be TEXT_BYTES_MAX of room;
 * where it ends. Memory up to `readable` can be read, which is faster. */
void escapes_make(struct escapes *escapes);
#define TEXT_BYTES_MAX(utf16_size) \
	(3 * (utf16_size) + 32) /* 6 for each unit: "\\u0001", "&quot;" */
char *text_put_json(
	char *to, const struct escapes *escapes, struct bytes utf16, const uint8_t *readable);
char *text_put_xml(
	char *to, const struct escapes *escapes, struct bytes utf16, const uint8_t *readable);
/* What it does where there is no faster way; for tests. */
size_t text_copy_plain_by_one(char *to, const uint8_t *at, size_t count, bool xml);

/* evtx_template.c */
struct program *program_at(struct evtx *evtx, uint32_t offset);
void find_selectors(struct program *program);
bool name_fits(const struct evtx *evtx, size_t offset);
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

/* evtx_kept.c */
/* The kept program of which the definition from `at` to at most `end` is another copy, or NULL. */
struct program *kept_find(struct evtx *evtx, const uint8_t *guid, size_t at, size_t end);
/* A copy that is kept, or `program` itself when it cannot be. */
struct program *kept_add(struct evtx *evtx, const uint8_t *guid, struct program *program);
/* Between two chunks: forgets all when it has grown too large. */
void kept_trim(struct evtx *evtx);

/* evtx_plan_xml.c, evtx_plan_json.c: NULL when the program is not made as usual. */
struct plan *plan_xml(struct evtx *evtx, const struct program *program);
struct plan *plan_json(struct evtx *evtx, const struct program *program);

/* evtx_print.c: false when the record is not made as usual; then nothing was appended. */
NODISCARD bool record_print(const struct evtx_record *record, enum format format, struct out *out);

/* evtx_run.c: false when nothing of it could be read. */
NODISCARD bool record_run(const struct evtx_record *record, const struct sink *sink, void *context);

/* evtx_value.c */
void value_put(struct out *out, const struct value *value);
/* One whose text is short and needs no escaping, written behind `to`, where there must be room for it: where the text
 * ends. NULL when it is another one. */
#define VALUE_PLAIN_MAX 192 /* a SID of 15 parts is longest */
char *value_put_plain(char *to, const struct value *value);
void put_utf16(struct out *out, struct bytes utf16);
/* Is it shown as a number or a boolean in JSON? */
bool value_is_number(const struct value *value);
/* Takes the next element off an array. */
NODISCARD bool array_next(struct value *array, struct value *element);

#endif
