/*
 * JSON as ConvertTo-Json writes it (RFC 8259; defender-format, section 3).
 *
 * One object is a map, several are an array of maps. Windows PowerShell wraps an array that it adds something to:
 * {"value":["a","b"],"Count":2} is the array. What is deeper than -Depth (2 by default) is a string already. Text
 * that was cut keeps what stands before the cut; a string that a console broke in two is put together again.
 * Each value remembers its place, so that a single line of -Compress can be cited in pieces.
 */
#include "objects_build.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

struct json {
	struct objects_builder *b;
	size_t line; /* the cursor: line of b->lines, and byte of its text */
	size_t at;
	bool broken;
};

static struct str text_of(const struct line *line)
{
	/* Mail quoting is undone in `text`, but so are smart quotes and entities, which are data here. */
	bool is_quoted = str_starts(line->raw, STR(">"));
	return is_quoted || line->last > line->number ? line->text : line->raw;
}

static struct str rest_of_line(const struct json *j)
{
	if (j->line >= j->b->lines->count)
		return STR("");
	return str_from(text_of(&j->b->lines->at[j->line]), j->at);
}

/* The next character that is no blank, not taken; 0 at the end. */
static char peek(struct json *j)
{
	while (j->line < j->b->lines->count) {
		struct str rest = rest_of_line(j);
		size_t blank = str_blank_left(rest);
		if (blank < rest.size) {
			j->at += blank;
			return rest.at[blank];
		}
		j->line++;
		j->at = 0;
	}
	j->broken = true;
	return 0;
}

static bool take(struct json *j, char c)
{
	if (peek(j) != c)
		return false;
	j->at++;
	return true;
}

static bool expect(struct json *j, char c)
{
	if (!j->broken && take(j, c))
		return true;
	j->broken = true;
	return false;
}

static const struct line *line_here(const struct json *j, size_t from)
{
	const struct lines *lines = j->b->lines;
	const struct line *line = &lines->at[j->line < lines->count ? j->line : lines->count - 1];
	if (text_of(line).at != line->raw.at)
		return line;
	return builder_piece(j->b, line, from, LIMIT_QUOTE_BYTES);
}

static bool read_unit(struct str text, uint32_t *unit)
{
	if (text.size < 6 || text.at[0] != '\\' || text.at[1] != 'u')
		return false;
	*unit = 0;
	for (size_t i = 2; i < 6; i++) {
		char d = char_lower(text.at[i]);
		if (!char_is_hex(d))
			return false;
		*unit = *unit * 16 + (uint32_t)(char_is_digit(d) ? d - '0' : d - 'a' + 10);
	}
	return true;
}

/* One escape at the front of `text` into `to`; returns how much was read. */
static size_t read_escape(struct str text, char *to, size_t *size)
{
	static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
	uint32_t unit, low;
	if (read_unit(text, &unit)) {
		bool pair = unit >= 0xD800 && unit < 0xDC00 && read_unit(str_from(text, 6), &low) &&
			low >= 0xDC00 && low < 0xE000;
		if (pair)
			unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
		*size += utf8_put(to + *size, unit);
		return pair ? 12 : 6;
	}
	if (text.size < 2)
		return 1;
	const char *found = text.at[1] ? strchr(from, text.at[1]) : NULL;
	to[(*size)++] = found ? into[found - from] : text.at[1];
	return 2;
}

/* Escapes undone; no escape becomes longer by it. */
static struct str unescaped(struct arena *arena, struct str text)
{
	if (str_find_char(text, '\\') == STR_NONE)
		return text;
	char *to = arena_alloc(arena, text.size + 1);
	size_t size = 0;
	while (text.size) {
		size_t read = 1;
		if (*text.at == '\\')
			read = read_escape(text, to, &size);
		else
			to[size++] = *text.at;
		text = str_from(text, read);
	}
	return (struct str){to, size};
}

/* The size of a string up to its quote; SIZE_MAX when the line ends first. */
static size_t string_size(struct str rest)
{
	for (size_t i = 0; i < rest.size; i++) {
		if (rest.at[i] == '"')
			return i;
		i += rest.at[i] == '\\';
	}
	return SIZE_MAX;
}

/* Lines over which one string may be broken: a value is shorter than a screen. */
#define STRING_LINES 64

/* The cursor stands behind the opening quote. */
static struct str read_string(struct json *j)
{
	struct str whole = STR("");
	for (int pieces = 0; pieces < STRING_LINES && j->line < j->b->lines->count; pieces++) {
		struct str rest = rest_of_line(j);
		size_t size = string_size(rest);
		struct str piece = str_slice(rest, 0, size);
		if (pieces > 0 && whole.size + piece.size > LIMIT_LINE_BYTES)
			break;
		whole = pieces == 0 ? piece
				    : str_of(arena_format(j->b->arena, "%.*s%.*s", STR_PRINT(whole),
					      STR_PRINT(piece)));
		if (size != SIZE_MAX) {
			j->at += size + 1;
			return unescaped(j->b->arena, whole);
		}
		j->line++;
		j->at = 0;
	}
	j->broken = true;
	return unescaped(j->b->arena, whole);
}

/* A number, true, false, null. */
static struct str read_word(struct json *j)
{
	struct str rest = rest_of_line(j);
	size_t size = 0;
	while (size < rest.size &&
		(char_is_alpha(rest.at[size]) || char_is_digit(rest.at[size]) ||
			strchr("+-.", rest.at[size])))
		size++;
	if (size == 0)
		j->broken = true;
	j->at += size;
	return str_slice(rest, 0, size);
}

static void read_value(struct json *j, struct object_property *into, unsigned depth);
static struct object *read_map(struct json *j, bool keep, unsigned depth);

/* {"value":[...],"Count":n} is the array. */
static bool is_wrapped_array(const struct object *object)
{
	return object->count == 2 && str_equal(object->properties[0].name, STR("value")) &&
		str_equal(object->properties[1].name, STR("Count"));
}

static void add_map(struct json *j, struct object_property *into, unsigned depth)
{
	const struct object *object = read_map(j, into == NULL, depth);
	if (!into)
		return;
	if (!is_wrapped_array(object)) {
		builder_value(j->b, into, STR(""))->object = object;
		return;
	}
	const struct object_property *array = &object->properties[0];
	for (size_t i = 0; i < array->count && builder_has_room(j->b); i++) {
		struct object_value copy = array->values[i];
		*builder_value(j->b, into, copy.text) = copy;
	}
}

static void read_array(struct json *j, struct object_property *into, unsigned depth)
{
	if (take(j, ']'))
		return;
	do
		read_value(j, into, depth);
	while (!j->broken && take(j, ','));
	(void)expect(j, ']');
}

static void add_scalar(struct json *j, struct object_property *into)
{
	size_t from = j->at;
	bool is_string = take(j, '"');
	const struct line *line = line_here(j, from);
	struct str text = is_string ? read_string(j) : read_word(j);
	if (!into || text.size == 0 || (!is_string && str_equal(text, STR("null"))))
		return;
	struct object_value *value = builder_value(j->b, into, text);
	value->line = into->count == 1 ? into->line : line;
}

static void read_value(struct json *j, struct object_property *into, unsigned depth)
{
	char c = peek(j);
	if (depth >= LIMIT_OBJECT_DEPTH)
		builder_stop(j->b, line_here(j, j->at), "objects nest deeper than 24");
	j->broken |= depth >= LIMIT_OBJECT_DEPTH || !builder_has_room(j->b);
	if (j->broken)
		return;
	if (c == '{' || c == '[')
		j->at++;
	if (c == '{')
		add_map(j, into, depth + 1);
	else if (c == '[')
		read_array(j, into, depth + 1);
	else
		add_scalar(j, into);
}

/* The cursor stands behind the opening brace. */
static struct object *read_map(struct json *j, bool keep, unsigned depth)
{
	struct object *object = builder_object(j->b, OBJECT_JSON, line_here(j, j->at - 1), keep);
	if (take(j, '}'))
		return object;
	do {
		char quote = peek(j);
		size_t from = j->at;
		const struct line *line = line_here(j, from);
		if (quote != '"' || !expect(j, '"'))
			break;
		struct str name = read_string(j);
		if (!expect(j, ':'))
			return object;
		read_value(j, builder_property(j->b, object, name, line), depth);
	} while (!j->broken && take(j, ','));
	(void)expect(j, '}');
	return object;
}

/* An array of the outermost list that Windows PowerShell wrapped: its objects are what is meant. */
static void unwrap_outermost(struct objects_builder *b, size_t first)
{
	if (b->made.count != first + 1 || !is_wrapped_array(b->made.at[first]))
		return;
	const struct object_property *array = &b->made.at[first]->properties[0];
	b->made.count = first;
	for (size_t i = 0; i < array->count; i++) {
		if (!array->values[i].object)
			continue;
		b->made.at = arena_grow(b->arena, b->made.at, b->made.count, &b->made.room,
			sizeof(struct object *));
		b->made.at[b->made.count] = arena_alloc(b->arena, sizeof(struct object));
		*b->made.at[b->made.count++] = *array->values[i].object;
	}
}

/* Lists and tables begin with letters, so that a brace or bracket can only be JSON; a bracket alone is also a
 * heading, "[section]": what follows must be a map. */
static bool begins(struct json *j)
{
	(void)take(j, '[');
	return peek(j) == '{';
}

size_t objects_read_json(struct objects_builder *b, size_t i)
{
	struct json j = {.b = b, .line = i};
	struct str text = str_trim_left(text_of(&b->lines->at[i]));
	if (!str_starts(text, STR("{")) && !str_starts(text, STR("[")))
		return i;
	if (!begins(&j))
		return i;
	j = (struct json){.b = b, .line = i};
	size_t first = b->made.count;
	read_value(&j, NULL, 0);
	unwrap_outermost(b, first);
	return j.line < b->lines->count && j.line > i && j.broken ? j.line : j.line + 1;
}
