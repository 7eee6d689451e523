/*
 * Objects that PowerShell or WMI printed, in whatever form.
 *
 * One cmdlet's output reaches us as Export-Clixml's XML, as JSON, as a list ("Name : value"), as a table, as
 * wmic's "Name=value" or as CIM text ("instance of X { ... };"). All give the same: a list of objects, each with
 * its type names where the form has them, and properties in the order they were printed. Names of properties are
 * never translated. A stretch of lines may hold several forms, with other text between them.
 *
 * Objects live in the arena; they and their texts outlive the lines' parser. Nothing fails: damage ends an
 * object early, and what was read of it stays. Sizes, depth and count are bounded (limits.h).
 *
 * What differs between forms, and what a caller must know:
 * - A property that was printed without a value, or with an empty text, has no values; one that was not printed is
 *   not there.
 * - Numbers, booleans and dates are text, as printed: "True", "true" and "TRUE" are all seen. object_flag,
 *   object_number and object_date read them.
 * - Lists and tables are lossy: "{a, b...}" and a cut cell leave values out, and the property is `cut`. A path
 *   that the console broke in two is put together again; where that is ambiguous a blank is put between.
 * - Only CLIXML and JSON nest. A nested object has its own properties; one that is too deep for the form's own
 *   limit is the text that PowerShell wrote for it ("System.Object[]").
 * - References in CLIXML make two properties share one object. There are no cycles, but a walk over all nested
 *   objects can take exponential time: ask for properties by name.
 */
#ifndef ACTDX_OBJECTS_H
#define ACTDX_OBJECTS_H

#include "base/arena.h"
#include "base/facts.h"
#include "base/scan.h"

struct object;

struct object_value {
	struct str
		text; /* the value; of a nested object, what ToString gave. Of an enumeration, the number */
	struct str shown;            /* of an enumeration with a number, its name; else empty */
	const struct object *object; /* a nested object with properties, or NULL */
	const struct line *line;     /* where it was read; a piece of a line that holds very much */
};

struct object_property {
	struct str name;
	const struct line *line;
	struct object_value *values; /* none: printed, but empty. Lists have several */
	size_t count, room;
	bool cut; /* PowerShell left values out, or the end of the value */
};

enum object_form { OBJECT_CLIXML, OBJECT_JSON, OBJECT_LIST, OBJECT_TABLE, OBJECT_EQUATIONS };

struct object {
	enum object_form form;
	const struct line *line; /* where it begins */
	struct str *types;       /* most derived first; of CIM text, the class */
	size_t type_count;
	struct object_property *properties;
	size_t count, room;
	struct str text; /* ToString, or the value itself: CLIXML of a string, an error record */
};

struct objects {
	struct object **at;
	size_t count, room;
	bool cut;         /* a limit was reached; the rest was not read */
	struct stop stop; /* which limit, for facts_stop; without a problem when there was none */
};

/* All objects in `lines`. `names` are property names that the caller knows, "One|Two": a heading without a
 * ruler, as wmic prints, is taken for a table's when two of them are in it. NULL when there are none. */
struct objects objects_read(struct arena *arena, const struct lines *lines, const char *names);

/* For `opens`: does an object begin at line `i` that is the caller's? It is when one of `types` ("MSFT_Mp|...",
 * any part of a type name) or of `names` is seen in its first lines. List names no other tool prints. */
bool objects_begin(const struct lines *lines, size_t i, const char *types, const char *names);

/* For `opens`, too: does line `i` hold a property, in any form, and is one of `names` on it or on a line close by?
 * "Description : ..." alone may be anybody's. */
bool objects_around(const struct lines *lines, size_t i, const char *names);

/* Has one of its type names this part? */
bool object_has_type(const struct object *object, const char *part);

/* The property of that name (ASCII case is not looked at), or NULL. */
const struct object_property *object_property(const struct object *object, const char *name);

/* Its first value as text; empty when it is absent or empty. */
struct str object_text(const struct object *object, const char *name);

/* Its first value as a number, "2" or "0x2"; as a flag, True or False. False when it is no such value. */
NODISCARD bool object_number(const struct object *object, const char *name, int64_t *number);
NODISCARD bool object_flag(const struct object *object, const char *name, bool *flag);

/* A date in ISO form where the text leaves no doubt: "/Date(1738081891243)/", "20250128164451.243000+000" and
 * ISO itself give "2025-01-28T16:44:51Z". Any other is given back as printed, marks of Windows removed: day and
 * month cannot be told apart in it. */
struct str object_date(struct arena *arena, struct str text);

#endif
