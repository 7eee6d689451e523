/*
 * Facts: what evidence says, typed, each with the place it was read.
 *
 * A kind of fact is declared once, as a constant: its name, its fields, what each means. The declaration
 * is the vocabulary of the whole product: parsers may set only declared fields (anything else asserts),
 * cause files may ask only for declared fields (anything else is an error before evidence is read), and
 * docs/facts.md is printed from it.
 *
 * Each value remembers the line it was read from, so that a report can quote the very lines that a
 * conclusion rests on. Facts, values and lines live in the arena of the analysis.
 */
#ifndef ACTDX_BASE_FACTS_H
#define ACTDX_BASE_FACTS_H

#include "base/limits.h"
#include "base/lines.h"
#include "base/scan.h"

enum fact_type {
	FACT_TEXT,   /* words for people; compared without regard to ASCII case */
	FACT_NAME,   /* host, service, account, registry key: same, and a trailing dot is dropped */
	FACT_WORD,   /* one of the field's `words` */
	FACT_NUMBER, /* integer; the field's name says the unit */
	FACT_CODE,   /* HRESULT, Win32 or NTSTATUS, 32 bits; printed 0x%08X */
	FACT_GUID,   /* lower case, no braces */
	FACT_FLAG,   /* yes or no */
	FACT_ADDRESS, /* IPv4 or IPv6 */
	FACT_TIME,    /* a point in time, ISO 8601 UTC; as a number 100 ns since 1601 */
};

enum fact_role {
	FACT_PLAIN,
	FACT_KEY,    /* which thing this fact is about: the service's name, the record's name */
	FACT_SINGLE, /* one thing has one value of it: two sources that differ contradict each other */
};

struct fact_field {
	const char *name;
	enum fact_type type;
	const char *says;
	const char *words; /* FACT_WORD: "one|two|three" */
	enum fact_role role;
};

struct fact_kind {
	const char *name;
	const char *says;
	/* A state can change: what a later fact about the same thing says, further down the same file,
	 * replaces what an earlier one said. Values that only the earlier one has stay: `sc query` tells the
	 * state of a service, `sc qc` how it starts. Facts that are no states (records, routes, list
	 * entries) stand side by side. */
	bool is_state;
	struct fact_field fields[LIMIT_FACT_FIELDS + 1]; /* ended by a NULL name */
};

struct fact_value {
	bool set;
	bool replaced; /* by a later fact about the same thing; then `set` is false too, once all is read */
	struct str text; /* canonical */
	int64_t number;  /* NUMBER, CODE, FLAG (0 or 1); index of a WORD */
	const struct line *line;
};

struct fact {
	const struct fact_kind *kind;
	const struct line *line;   /* where it starts */
	struct fact_value *values; /* one per field of the kind */
	bool superseded; /* a state of which every value was replaced later in the same file */
	unsigned order;  /* of creation, from 0 */
};

/* Why the parser of an evidence gave up, and where. `refused`: a limit or a rule of ours, whatever was read before;
 * else the markup broke, as that of any file that was cut. */
struct stop {
	const char *problem; /* NULL: it did not */
	const struct line *line;
	bool refused;
	bool went_on; /* only what stands there was left out */
};

struct facts {
	struct arena *arena;
	struct fact **at;
	size_t count, room;
	bool full;        /* LIMIT_FACTS was reached; later facts are dropped */
	struct stop stop; /* of the evidence being parsed: the first one */
};

struct facts facts_new(struct arena *arena);

/* A new fact read at `line`. Never NULL; once the list is full the fact is made but not kept. */
struct fact *fact_add(struct facts *facts, const struct fact_kind *kind, const struct line *line);

/* Sets `field` from text read at `line`, converted by the field's type. Text that is no such value
 * ("n/a" for a number, an unknown word) leaves the field unset. NULL for `line` means the fact's own. */
void fact_put(struct facts *facts, struct fact *fact, const struct line *line, const char *field,
	struct str text);
void fact_put_number(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, int64_t number);
void fact_put_time(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, uint64_t time); /* 100 ns since 1601 UTC */
void fact_put_flag(struct facts *facts, struct fact *fact, const struct line *line,
	const char *field, bool flag);

/* The parser cannot go on past `line`. `problem`, in the arena or constant, is a lower-case phrase. */
void facts_stop(struct facts *facts, const struct line *line, const char *problem, bool refused);

/* One thing at `line`, such as one event of many, breaks a rule of ours: it was left out, what stands around it was read. */
void facts_leave_out(struct facts *facts, const struct line *line, const char *problem);

/* Index of a field, or -1 when the kind does not declare it. */
int fact_field_index(const struct fact_kind *kind, struct str name);
size_t fact_field_count(const struct fact_kind *kind);

/* The value of a declared field; `set` tells whether it was read. */
const struct fact_value *fact_get(const struct fact *fact, const char *field);
bool fact_is_set(const struct fact *fact, const char *field);
struct str fact_text(const struct fact *fact, const char *field); /* empty when unset */
int64_t fact_number(const struct fact *fact, const char *field, int64_t otherwise);
bool fact_is(const struct fact *fact, const char *field, const char *value); /* nocase */

/* Converts `text` by `field`'s type into `*value` (text in the arena); false when it is no such value. */
NODISCARD bool fact_convert(struct arena *arena, const struct fact_field *field, struct str text,
	struct fact_value *value);

/* Do two facts of one kind speak of the same thing, i.e. are all their keys equal (or both unset)? */
bool fact_same_thing(const struct fact *a, const struct fact *b);

/* Marks states replaced by a later one in the same member. Call once, after parsing. */
void facts_supersede(struct facts *facts);

/* The line as a citation shows it: trimmed, in one piece where the console broke it, cut to
 * LIMIT_QUOTE_BYTES, full product keys masked. */
struct str fact_quote(struct arena *arena, const struct line *line);

/* A copy of `text` with product keys masked. */
struct str fact_mask(struct arena *arena, struct str text);

/* Replaces the first 24 characters of every product key in `text`, in place. True if there was one. */
bool fact_mask_product_keys(char *text, size_t size);

#endif
