#include "objects.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "objects_build.h"

#include <string.h>

bool builder_has_room(struct objects_builder *b)
{
	if (b->nodes < LIMIT_OBJECT_NODES)
		return true;
	builder_stop(b, NULL, "more than a million objects, properties and values");
	return false;
}

void builder_stop(struct objects_builder *b, const struct line *line, const char *problem)
{
	b->made.cut = true;
	if (!b->made.stop.problem)
		b->made.stop = (struct stop){problem, line, true};
}

struct object *builder_object(
	struct objects_builder *b, enum object_form form, const struct line *line, bool keep)
{
	struct object *object = arena_alloc(b->arena, sizeof *object);
	object->form = form;
	object->line = line;
	if (keep && builder_has_room(b)) {
		b->made.at = arena_grow(b->arena, b->made.at, b->made.count, &b->made.room,
			sizeof(struct object *));
		b->made.at[b->made.count++] = object;
	}
	b->nodes++;
	return object;
}

struct object_property *builder_property(
	struct objects_builder *b, struct object *object, struct str name, const struct line *line)
{
	if (!builder_has_room(b)) {
		struct object_property *unseen = arena_alloc(b->arena, sizeof *unseen);
		*unseen = (struct object_property){.name = name, .line = line};
		return unseen;
	}
	if (object->room == 0) { /* most nested objects have one property: no room for 16 */
		object->properties = arena_alloc(b->arena, sizeof *object->properties);
		object->room = 1;
	}
	object->properties = arena_grow(b->arena, object->properties, object->count, &object->room,
		sizeof *object->properties);
	struct object_property *property = &object->properties[object->count++];
	*property = (struct object_property){.name = name, .line = line};
	b->nodes++;
	return property;
}

struct object_value *builder_value(
	struct objects_builder *b, struct object_property *property, struct str text)
{
	if (!builder_has_room(b)) {
		property->cut = true;
		return arena_alloc(b->arena, sizeof(struct object_value));
	}
	if (property->room == 0) {
		property->values = arena_alloc(b->arena, sizeof *property->values);
		property->room = 1;
	}
	property->values = arena_grow(b->arena, property->values, property->count, &property->room,
		sizeof *property->values);
	struct object_value *value = &property->values[property->count++];
	*value = (struct object_value){.text = text, .line = property->line};
	b->nodes++;
	return value;
}

void builder_type(struct objects_builder *b, struct object *object, struct str type)
{
	enum { ROOM = 16 }; /* no class of .NET is derived that often */
	if (!object->types)
		object->types = arena_array(b->arena, ROOM, sizeof *object->types);
	if (object->type_count < ROOM)
		object->types[object->type_count++] = type;
}

const struct line *builder_piece(
	struct objects_builder *b, const struct line *line, size_t from, size_t size)
{
	if (line->raw.size <= LIMIT_QUOTE_BYTES)
		return line;
	struct line *piece = arena_alloc(b->arena, sizeof *piece);
	*piece = *line;
	piece->raw = utf8_clip(str_from(line->raw, from), size);
	piece->text = piece->raw;
	return piece;
}

static const struct str dots = STR_INIT("..."), ellipsis = STR_INIT("\xE2\x80\xA6");

/* Takes PowerShell's mark of omission off the end. */
static bool take_omission(struct str *text)
{
	const struct str *mark = str_ends(*text, dots) ? &dots
		: str_ends(*text, ellipsis)            ? &ellipsis
						       : NULL;
	if (mark)
		*text = str_trim_right(str_slice(*text, 0, text->size - mark->size));
	return mark != NULL;
}

static struct str unquoted(struct str text)
{
	if (text.size >= 2 && str_starts(text, STR("\"")) && str_ends(text, STR("\"")))
		return str_slice(text, 1, text.size - 1);
	return text;
}

void builder_list_values(
	struct objects_builder *b, struct object_property *property, struct str text)
{
	text = str_trim(text);
	if (!str_starts(text, STR("{"))) {
		property->cut |= take_omission(&text);
		if (text.size)
			builder_value(b, property, unquoted(text));
		return;
	}
	text = str_from(text, 1);
	if (str_ends(text, STR("}")))
		text = str_slice(text, 0, text.size - 1);
	else
		property->cut = true; /* its end was not printed */
	property->cut |= take_omission(&text);
	bool quoted = str_starts(str_trim_left(text), STR("\"")); /* wmic: {"a","b"} */
	while (text.size) {
		size_t end = str_find(text, quoted ? STR("\",") : STR(", "));
		size_t skip = end == STR_NONE ? text.size : end + (quoted ? 1 : 0);
		struct str item = str_trim(str_slice(text, 0, skip));
		if (item.size)
			builder_value(b, property, unquoted(item));
		text = str_from(text, end == STR_NONE ? text.size : end + 2);
	}
}

bool is_property_name(struct str text)
{
	if (text.size == 0 || text.size > 128 || !(char_is_alpha(*text.at) || *text.at == '_'))
		return false;
	for (size_t i = 1; i < text.size; i++) {
		char c = text.at[i];
		if (!char_is_alpha(c) && !char_is_digit(c) && c != '_' && c != '.' && c != '-')
			return false;
	}
	return true;
}

typedef size_t reader(struct objects_builder *b, size_t i);

/* A form's reader comes before one that would take its lines for its own. */
static reader *const readers[] = {objects_read_clixml, objects_read_json, objects_read_table,
	objects_read_list, objects_read_equations};

struct objects objects_read(struct arena *arena, const struct lines *lines, const char *names)
{
	struct objects_builder b = {.arena = arena, .lines = lines, .names = names};
	for (size_t i = 0; i < lines->count && builder_has_room(&b);) {
		size_t next = i;
		for (size_t r = 0; r < sizeof readers / sizeof *readers && next == i; r++)
			next = readers[r](&b, i);
		i = next > i ? next : i + 1;
	}
	return b.made;
}

/* Is one of the names after `mark` in `text`, up to `end`, the caller's? */
static bool has_marked(struct str text, struct str mark, char end, const char *names)
{
	for (size_t at; (at = str_find(text, mark)) != STR_NONE;) {
		text = str_from(text, at + mark.size);
		struct str name = str_slice(text, 0, str_find_char(str_slice(text, 0, 128), end));
		if (str_in_list(name, names))
			return true;
	}
	return false;
}

static bool has_part(struct str text, const char *parts)
{
	for (struct str rest = str_of(parts); rest.size;)
		if (str_has(text, str_cut(&rest, '|')))
			return true;
	return false;
}

/* How far a beginning is looked for: a CLIXML object's type stands in its first lines, but an array's list or an
 * error may come first. */
#define CLIXML_LINES 200
#define CLIXML_BYTES (16 * KIB)
#define JSON_LINES 16
#define JSON_BYTES (4 * KIB)

/* The name of the property on a line, whatever the form. */
static bool line_name(struct str text, struct str *name)
{
	struct str value;
	text = str_trim(utf8_clip(text, JSON_BYTES));
	if (str_starts(text, STR("\""))) {
		text = str_from(text, 1);
		*name = str_slice(text, 0, str_find_char(text, '"'));
		return str_starts(str_trim_left(str_from(text, name->size + 1)), STR(":"));
	}
	size_t marked = str_starts(text, STR("<")) ? str_find(text, STR(" N=\"")) : STR_NONE;
	if (marked != STR_NONE) {
		*name = str_from(text, marked + 4);
		*name = str_slice(*name, 0, str_find_char(*name, '"'));
		return true;
	}
	return objects_list_name(text, name, &value) || objects_equation_name(text, name, &value);
}

#define LINES_AROUND 12

bool objects_around(const struct lines *lines, size_t i, const char *names)
{
	struct str name;
	if (!line_name(lines_text(lines, i), &name))
		return false;
	if (str_in_list(name, names))
		return true;
	for (size_t k = i + 1; k < lines->count && k <= i + LINES_AROUND; k++)
		if (!line_name(lines->at[k].text, &name))
			break;
		else if (str_in_list(name, names))
			return true;
	for (size_t k = i; k > 0 && k + LINES_AROUND > i; k--)
		if (!line_name(lines->at[k - 1].text, &name))
			break;
		else if (str_in_list(name, names))
			return true;
	return false;
}

static bool clixml_begins(const struct lines *lines, size_t i, const char *types, const char *names)
{
	size_t bytes = 0;
	for (size_t k = i; k < lines->count && k < i + CLIXML_LINES && bytes < CLIXML_BYTES; k++) {
		struct str text = utf8_clip(lines->at[k].raw, CLIXML_BYTES);
		if (k > i && str_has(text, STR("<Objs")))
			return false; /* the next document: not looked at twice */
		bool typed = str_has(text, STR("<T>")) && has_part(text, types);
		if (typed || has_marked(text, STR(" N=\""), '"', names))
			return true;
		if (str_has(text, STR("</Objs>")))
			return false;
		bytes += text.size;
	}
	return false;
}

static bool json_begins(const struct lines *lines, size_t i, const char *names)
{
	for (size_t k = i; k < lines->count && k < i + JSON_LINES; k++) {
		struct str text = utf8_clip(lines->at[k].text, JSON_BYTES);
		if (k > i && str_is_blank(text))
			return false;
		for (size_t at; (at = str_find_char(text, '"')) != STR_NONE;) {
			text = str_from(text, at + 1);
			struct str name = str_slice(text, 0, str_find_char(text, '"'));
			text = str_from(text, name.size + 1);
			if (str_starts(str_trim_left(text), STR(":")) && str_in_list(name, names))
				return true;
		}
	}
	return false;
}

static bool table_begins(struct str heading, struct str ruler, const char *names)
{
	if (objects_is_bare_heading(heading, names))
		return true;
	if (!objects_is_ruler(heading, ruler))
		return false;
	for (struct str word; (word = str_word(&heading)).size;)
		if (str_in_list(word, names))
			return true;
	return false;
}

bool objects_begin(const struct lines *lines, size_t i, const char *types, const char *names)
{
	struct str text = str_trim(lines_text(lines, i)), name, value;
	if (text.size == 0)
		return false;
	if (str_starts(text, STR("<Objs")) || str_starts(text, STR("#< CLIXML<Objs")))
		return clixml_begins(lines, i, types, names);
	if (*text.at == '{' || *text.at == '[')
		return json_begins(lines, i, names);
	if (str_starts(text, STR("instance of ")))
		return has_part(text, types);
	if (!char_is_alpha(*text.at) && *text.at != '_')
		return false;
	if (objects_list_name(text, &name, &value) || objects_equation_name(text, &name, &value))
		return str_in_list(name, names);
	return table_begins(lines_text(lines, i), lines_text(lines, i + 1), names);
}

bool object_has_type(const struct object *object, const char *part)
{
	for (size_t i = 0; i < object->type_count; i++)
		if (str_has(object->types[i], str_of(part)))
			return true;
	return false;
}

const struct object_property *object_property(const struct object *object, const char *name)
{
	struct str wanted = str_of(name);
	for (size_t i = 0; i < object->count; i++)
		if (str_equal_nocase(object->properties[i].name, wanted))
			return &object->properties[i];
	return NULL;
}

struct str object_text(const struct object *object, const char *name)
{
	const struct object_property *property = object_property(object, name);
	return property && property->count ? property->values[0].text : STR("");
}

bool object_number(const struct object *object, const char *name, int64_t *number)
{
	struct str text = object_text(object, name);
	uint64_t hex;
	if (scan_number(text, number))
		return true;
	if (!scan_hex(text, &hex) || hex > INT64_MAX)
		return false;
	*number = (int64_t)hex;
	return true;
}

bool object_flag(const struct object *object, const char *name, bool *flag)
{
	struct str text = str_trim(object_text(object, name));
	*flag = str_equal_nocase(text, STR("true"));
	return *flag || str_equal_nocase(text, STR("false"));
}
