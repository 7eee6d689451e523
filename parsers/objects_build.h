/*
 * What the readers of objects share: making objects within the limits.
 *
 * Every function may be called after a limit was reached; it then gives something that nobody will see.
 */
#ifndef ACTDX_OBJECTS_BUILD_H
#define ACTDX_OBJECTS_BUILD_H

#include "objects.h"

struct objects_builder {
	struct arena *arena;
	const struct lines *lines;
	const char *names;
	struct objects made;
	size_t nodes; /* objects, properties and values made so far */
};

/* Is there room for more? False marks the result as cut. */
bool builder_has_room(struct objects_builder *b);

/* Nothing further can be read past `line`; the first reason stays. */
void builder_stop(struct objects_builder *b, const struct line *line, const char *problem);

/* A new object; `keep` puts it into the result's list. */
struct object *builder_object(
	struct objects_builder *b, enum object_form form, const struct line *line, bool keep);
struct object_property *builder_property(
	struct objects_builder *b, struct object *object, struct str name, const struct line *line);
struct object_value *builder_value(
	struct objects_builder *b, struct object_property *property, struct str text);
void builder_type(struct objects_builder *b, struct object *object, struct str type);

/* A line for a value inside a line that is too long to be quoted: `from` and `size` are of line->raw. Short lines
 * are given back as they are. */
const struct line *builder_piece(
	struct objects_builder *b, const struct line *line, size_t from, size_t size);

/* "{a, b}" into values, or the text as one. `cut` is set when PowerShell said that there is more. */
void builder_list_values(
	struct objects_builder *b, struct object_property *property, struct str text);

/* Is this how Windows names properties: a letter or '_', then letters, digits, '_', '.', '-'? */
bool is_property_name(struct str text);

/* The readers. Each looks at line `i`, and returns the line after what it read, or `i` when its form does not
 * begin there. */
size_t objects_read_clixml(struct objects_builder *b, size_t i);
size_t objects_read_json(struct objects_builder *b, size_t i);
size_t objects_read_list(struct objects_builder *b, size_t i);
size_t objects_read_table(struct objects_builder *b, size_t i);
size_t objects_read_equations(struct objects_builder *b, size_t i);

/* Where the form begins, for objects_begin: the name in "Name : value" or "Name=value". */
bool objects_list_name(struct str text, struct str *name, struct str *value);
bool objects_equation_name(struct str text, struct str *name, struct str *value);

/* Is line `i + 1` the ruler of a table whose heading is line `i`? */
bool objects_is_ruler(struct str heading, struct str ruler);

/* Does the heading of a table without a ruler stand here? */
bool objects_is_bare_heading(struct str text, const char *names);

#endif
