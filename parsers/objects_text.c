/*
 * Lists: Format-List's "Name : value" and wmic's "Name=value" (defender-format, section 1; other-formats).
 *
 *     ActionSuccess    : True                           names padded to the longest one
 *     RemediationTime  :                                printed, empty
 *     Resources        : {file:_C:\x,                   a value goes on below its own column
 *                        webfile:_C:\y}
 *
 * A record ends at a blank line, or where its first name comes again. wmic prints several blank lines between
 * records and, through a pipe, one after each property; there only the first name tells. CIM text,
 * "instance of X { Name = "value"; };", is read as equations too.
 */
#include "objects_build.h"

#include "base/utf8.h"

#include <string.h>

/* A value over more lines than this is no property of any object that we read. */
#define VALUE_LINES 4096

/* Nobody's window is narrower; a line that is shorter ended by itself. */
#define WINDOW_MIN 20

bool objects_list_name(struct str text, struct str *name, struct str *value)
{
	size_t colon = str_find_char(str_slice(text, 0, 200), ':');
	if (colon == STR_NONE || colon < 2 || str_blank_right(str_slice(text, 0, colon)) == 0)
		return false;
	struct str after = str_from(text, colon + 1);
	*name = str_trim(str_slice(text, 0, colon));
	*value = str_trim(after);
	return (after.size == 0 || str_blank_left(after) > 0) && is_property_name(*name);
}

bool objects_equation_name(struct str text, struct str *name, struct str *value)
{
	size_t equal = str_find_char(str_slice(text, 0, 200), '=');
	if (equal == STR_NONE)
		return false;
	*name = str_trim(str_slice(text, 0, equal));
	*value = str_trim(str_from(text, equal + 1));
	return is_property_name(*name);
}

struct list {
	struct objects_builder *b;
	size_t base;    /* blanks before the names */
	size_t columns; /* of the console, told from lines that go on below; 0 when none does */
};

static const struct line *line_at(const struct list *l, size_t i)
{
	return &l->b->lines->at[i];
}

static bool names_something(const struct list *l, size_t i, struct str *name, struct str *value)
{
	struct str text = lines_text(l->b->lines, i);
	return str_blank_left(text) <= l->base && objects_list_name(text, name, value);
}

/* Does line `i` go on with the value above, which begins in column `indent`? */
static bool goes_on(const struct list *l, size_t i, size_t indent)
{
	struct str text = lines_text(l->b->lines, i), name, value;
	size_t blank = str_blank_left(text);
	if (blank == text.size || blank <= l->base)
		return false;
	return blank >= indent || !objects_list_name(text, &name, &value);
}

/* The line after the value that begins on line `i`; blank lines inside a value of several paragraphs belong to it
 * when what follows stands in the value's column. */
static size_t value_end(const struct list *l, size_t i, size_t indent)
{
	size_t end = i + 1;
	while (end < l->b->lines->count && end < i + VALUE_LINES) {
		size_t next = end;
		while (next < l->b->lines->count && next < end + 4 &&
			str_is_blank(lines_text(l->b->lines, next)))
			next++;
		bool after_blank = next > end;
		if (!goes_on(l, next, indent) ||
			(after_blank && str_blank_left(lines_text(l->b->lines, next)) < indent))
			break;
		end = next + 1;
	}
	return end;
}

static struct str last_word(struct str text)
{
	size_t at = str_find_last_char(text, ' ');
	return at == STR_NONE ? text : str_from(text, at + 1);
}

/* PowerShell breaks at blanks; inside a word only when the word alone is longer than the window. */
static bool is_broken_word(
	const struct list *l, struct str line, struct str piece, struct str more, size_t indent)
{
	if (l->columns < WINDOW_MIN || utf8_columns(line) != l->columns ||
		str_ends(piece, STR(",")))
		return false;
	struct str rest = more, first = str_word(&rest);
	return utf8_columns(last_word(piece)) + utf8_columns(first) > l->columns - indent;
}

static struct str joined(struct list *l, size_t i, size_t end, struct str value, size_t indent)
{
	size_t size = value.size;
	for (size_t k = i + 1; k < end; k++)
		size += lines_text(l->b->lines, k).size + 1;
	char *to = arena_alloc(l->b->arena, size + 1);
	if (value.size)
		memcpy(to, value.at, value.size);
	size = value.size;
	for (size_t k = i + 1; k < end; k++) {
		struct str more = str_trim(lines_text(l->b->lines, k));
		struct str above = str_trim_right(lines_text(l->b->lines, k - 1));
		if (more.size == 0)
			continue;
		if (size && !is_broken_word(l, above, str_trim_left(above), more, indent))
			to[size++] = ' ';
		memcpy(to + size, more.at, more.size);
		size += more.size;
	}
	return (struct str){to, size};
}

static size_t value_column(struct str text)
{
	size_t colon = str_find_char(text, ':');
	return colon == STR_NONE ? 0 : colon + 2;
}

/* How wide was the window? As wide as the widest line that goes on below. */
static size_t window_columns(const struct list *l, size_t i, struct str first)
{
	size_t columns = 0;
	struct str name, value;
	for (size_t k = i; k < l->b->lines->count && names_something(l, k, &name, &value);) {
		if (k > i && str_equal(name, first))
			break;
		size_t end = value_end(l, k, value_column(lines_text(l->b->lines, k)));
		for (; k + 1 < end; k++) {
			size_t wide = utf8_columns(str_trim_right(lines_text(l->b->lines, k)));
			columns = wide > columns ? wide : columns;
		}
		k = end;
	}
	return columns;
}

size_t objects_read_list(struct objects_builder *b, size_t i)
{
	struct str text = b->lines->at[i].text, name, value, first;
	struct list l = {.b = b, .base = str_blank_left(text)};
	if (!objects_list_name(text, &first, &value))
		return i;
	l.columns = window_columns(&l, i, first);
	struct object *object = builder_object(b, OBJECT_LIST, &b->lines->at[i], true);
	size_t k = i;
	while (k < b->lines->count && builder_has_room(b) &&
		names_something(&l, k, &name, &value)) {
		if (k > i && str_equal(name, first))
			break;
		size_t indent = value_column(lines_text(b->lines, k));
		size_t end = value_end(&l, k, indent);
		struct object_property *property =
			builder_property(b, object, name, line_at(&l, k));
		if (end > k + 1)
			value = joined(&l, k, end, value, indent);
		builder_list_values(b, property, value);
		k = end;
	}
	return k;
}

/* "Name = value;" of CIM text: without the semicolon, and without escapes in strings. */
static struct str cim_value(struct arena *arena, struct str text)
{
	if (str_ends(text, STR(";")))
		text = str_trim_right(str_slice(text, 0, text.size - 1));
	if (str_equal(text, STR("NULL")))
		return STR("");
	if (str_find_char(text, '\\') == STR_NONE)
		return text;
	char *to = arena_alloc(arena, text.size + 1);
	size_t size = 0;
	for (size_t i = 0; i < text.size; i++) {
		i += text.at[i] == '\\' && i + 1 < text.size;
		to[size++] = text.at[i];
	}
	return (struct str){to, size};
}

static size_t read_instance(struct objects_builder *b, size_t i)
{
	struct str text = str_trim(lines_text(b->lines, i)), name, value;
	struct object *object = builder_object(b, OBJECT_EQUATIONS, &b->lines->at[i], true);
	text = str_from(text, STR("instance of ").size);
	builder_type(b, object, str_word(&text));
	size_t k = i + 1;
	for (; k < b->lines->count && builder_has_room(b); k++) {
		text = str_trim(lines_text(b->lines, k));
		if (str_starts(text, STR("}")))
			return k + 1;
		if (str_starts(text, STR("instance of ")))
			return k;
		if (objects_equation_name(text, &name, &value))
			builder_list_values(b, builder_property(b, object, name, &b->lines->at[k]),
				cim_value(b->arena, value));
	}
	return k;
}

size_t objects_read_equations(struct objects_builder *b, size_t i)
{
	struct str text = str_trim(lines_text(b->lines, i)), first, name, value;
	if (str_starts(text, STR("instance of ")))
		return read_instance(b, i);
	if (!objects_equation_name(text, &first, &value))
		return i;
	struct object *object = builder_object(b, OBJECT_EQUATIONS, &b->lines->at[i], true);
	size_t k = i;
	for (; k < b->lines->count && builder_has_room(b); k++) {
		text = str_trim(lines_text(b->lines, k));
		if (text.size == 0)
			continue;
		if (!objects_equation_name(text, &name, &value) ||
			(k > i && str_equal(name, first)))
			break;
		builder_list_values(b, builder_property(b, object, name, &b->lines->at[k]), value);
	}
	return k;
}
