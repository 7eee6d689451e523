/*
 * CLIXML: what Export-Clixml writes, and "powershell -OutputFormat XML" ([MS-PSRP] 2.2.5; defender-format,
 * section 3).
 *
 *     <Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
 *       <Obj RefId="0">
 *         <TN RefId="0"><T>Selected...</T><T>System.Object</T></TN>       later <TNRef RefId="0"/>
 *         <ToString>...</ToString>
 *         <Props>  <U32 N="SeverityID">5</U32>  <Nil N="RemediationTime"/>
 *                  <Obj N="Resources" RefId="1"><LST><S>file:_C:\x</S></LST></Obj>  <Ref N="x" RefId="1"/>
 *         </Props>
 *         <MS> as Props; what Select-Object chose is here </MS>
 *
 * Dictionaries, <DCT><En><S N="Key">k</S><S N="Value">v</S></En></DCT>, become properties. An enumeration is an
 * <Obj> with a number in it and its name in ToString. "_x000A_" in a string is an escaped UTF-16 unit.
 */
#include "objects_build.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "xml.h"

#include <string.h>

struct reference {
	const struct object_value *values; /* none as long as the object is being read: no cycles */
	size_t count;
	struct str *types;
	size_t type_count;
};

struct references {
	struct reference *at;
	size_t count, room;
};

struct clixml {
	struct objects_builder *b;
	struct xml *xml;
	size_t first;                     /* line of the document's first */
	struct references objects, types; /* by RefId */
	size_t long_line, long_offset; /* how far a long line has been looked through for names */
	bool broken;                   /* nothing further can be read */
};

#define REFERENCE_MAX 500000

static enum xml_event next(struct clixml *c)
{
	enum xml_event event = xml_next(c->xml);
	c->broken |= event == XML_ERROR || event == XML_DONE;
	return event;
}

/* The next child of the element at hand: false at its end, or when nothing further can be read. */
static bool next_child(struct clixml *c)
{
	while (!c->broken) {
		enum xml_event event = next(c);
		if (event == XML_START)
			return true;
		if (event == XML_END)
			return false;
	}
	return false;
}

static void skip(struct clixml *c)
{
	if (!c->broken && !xml_skip(c->xml))
		c->broken = true;
}

static struct reference *reference(struct clixml *c, struct references *list, bool make)
{
	struct str text;
	int64_t id;
	if (!xml_attribute(c->xml, "RefId", &text) || !scan_number(text, &id) || id < 0 ||
		id >= REFERENCE_MAX)
		return NULL;
	if ((size_t)id >= list->count && !make)
		return NULL;
	while (list->count <= (size_t)id) {
		list->at = arena_grow(
			c->b->arena, list->at, list->count, &list->room, sizeof *list->at);
		list->at[list->count++] = (struct reference){0};
	}
	return &list->at[id];
}

static bool is_escape(struct str text)
{
	if (text.size < 7 || text.at[0] != '_' || text.at[1] != 'x' || text.at[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!char_is_hex(text.at[i]))
			return false;
	return true;
}

static uint32_t escaped_unit(struct str text)
{
	uint32_t unit = 0;
	for (size_t i = 2; i < 6; i++) {
		char d = char_lower(text.at[i]);
		unit = unit * 16 + (uint32_t)(char_is_digit(d) ? d - '0' : d - 'a' + 10);
	}
	return unit;
}

/* "_x000A_" undone. Never longer than what it is made from: seven bytes become at most three, fourteen four. */
static struct str unescaped(struct arena *arena, struct str text)
{
	if (!str_has(text, STR("_x")))
		return arena_copy(arena, text);
	char *to = arena_alloc(arena, text.size + 1);
	size_t size = 0;
	while (text.size) {
		if (!is_escape(text)) {
			to[size++] = *text.at;
			text = str_from(text, 1);
			continue;
		}
		uint32_t unit = escaped_unit(text);
		text = str_from(text, 7);
		if (unit >= 0xD800 && unit < 0xDC00 && is_escape(text)) {
			uint32_t low = escaped_unit(text);
			if (low >= 0xDC00 && low < 0xE000) {
				unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
				text = str_from(text, 7);
			}
		}
		size += utf8_put(to + size, unit);
	}
	return (struct str){to, size};
}

/* The text of the element that just started, to its end. */
static struct str read_text(struct clixml *c)
{
	struct str text = STR("");
	unsigned pieces =
		0; /* more than one only around comments, which PowerShell does not write */
	for (int depth = 1; depth > 0 && !c->broken;) {
		enum xml_event event = next(c);
		depth += event == XML_START ? 1 : event == XML_END ? -1 : 0;
		if (event != XML_TEXT || pieces++ >= 4)
			continue;
		struct str more = unescaped(c->b->arena, xml_text(c->xml));
		text = text.size == 0 ? more
				      : str_of(arena_format(c->b->arena, "%.*s%.*s",
						STR_PRINT(text), STR_PRINT(more)));
	}
	return text;
}

/* PowerShell's standard error puts everything on one line: there each property gets a piece of it. */
static const struct line *line_here(struct clixml *c, struct str name)
{
	const struct lines *lines = c->b->lines;
	size_t at = c->first + xml_line(c->xml) - 1;
	const struct line *line = &lines->at[at < lines->count ? at : lines->count - 1];
	if (line->raw.size <= LIMIT_QUOTE_BYTES || name.size == 0 || name.size > 128)
		return line;
	if (c->long_line != at) {
		c->long_line = at;
		c->long_offset = 0;
	}
	struct str rest = str_from(line->raw, c->long_offset);
	size_t found =
		str_find(rest, str_of(arena_format(c->b->arena, " N=\"%.*s\"", STR_PRINT(name))));
	if (found ==
		STR_NONE) { /* looked for once, never again: this line has names we cannot find */
		c->long_offset = line->raw.size;
		return line;
	}
	size_t from = c->long_offset + found;
	c->long_offset = from + name.size;
	while (from > 0 && line->raw.at[from] != '<')
		from--;
	struct str piece = str_slice(line->raw, from, from + LIMIT_QUOTE_BYTES);
	size_t end = str_find(piece, STR("</"));
	return builder_piece(c->b, line, from, end == STR_NONE ? piece.size : end);
}

static struct str name_here(struct clixml *c)
{
	struct str name = STR("");
	return xml_attribute(c->xml, "N", &name) ? unescaped(c->b->arena, name) : STR("");
}

/* What was found inside an <Obj>. */
struct found {
	struct object *object;
	struct str text;  /* ToString */
	struct str value; /* the primitive inside, of an enumeration */
	bool has_value, is_list;
};

static void read_value(struct clixml *c, struct object_property *into, unsigned depth);

static void read_members(struct clixml *c, struct object *object, unsigned depth)
{
	while (next_child(c)) {
		struct str name = name_here(c);
		if (name.size == 0 || str_equal(name, STR("__ClassMetadata"))) {
			skip(c);
			continue;
		}
		const struct line *line = line_here(c, name);
		read_value(c, builder_property(c->b, object, name, line), depth);
	}
}

/* <En><S N="Key">name</S><S N="Value">...</S></En> */
static void read_entry(struct clixml *c, struct object *object, unsigned depth)
{
	struct str key = STR("");
	while (next_child(c)) {
		bool is_key = str_equal(name_here(c), STR("Key"));
		if (is_key)
			key = read_text(c);
		else
			read_value(c, builder_property(c->b, object, key, line_here(c, STR(""))),
				depth);
	}
}

static void read_dictionary(struct clixml *c, struct object *object, unsigned depth)
{
	while (next_child(c))
		read_entry(c, object, depth);
}

static void read_types(struct clixml *c, struct object *object)
{
	struct reference *kept = reference(c, &c->types, true);
	size_t id = kept ? (size_t)(kept - c->types.at) : 0;
	while (next_child(c))
		builder_type(c->b, object, read_text(c));
	if (!kept)
		return;
	c->types.at[id].types = object->types;
	c->types.at[id].type_count = object->type_count;
}

static void read_type_reference(struct clixml *c, struct object *object)
{
	const struct reference *kept = reference(c, &c->types, false);
	if (kept) {
		object->types = kept->types;
		object->type_count = kept->type_count;
	}
	skip(c);
}

static bool is_list(struct str name)
{
	return str_in_list(name, "LST|IE|QUE|STK");
}

/* One child of an <Obj>. */
static void read_part(
	struct clixml *c, struct found *found, struct object_property *into, unsigned depth)
{
	struct str name = xml_name(c->xml);
	if (str_equal(name, STR("TN"))) {
		read_types(c, found->object);
	} else if (str_equal(name, STR("TNRef"))) {
		read_type_reference(c, found->object);
	} else if (str_equal(name, STR("ToString"))) {
		found->text = read_text(c);
	} else if (str_in_list(name, "Props|MS")) {
		read_members(c, found->object, depth);
	} else if (str_equal(name, STR("DCT"))) {
		read_dictionary(c, found->object, depth);
	} else if (is_list(name)) {
		found->is_list = true;
		while (next_child(c))
			read_value(c, into, depth);
	} else if (str_equal(name, STR("Nil"))) {
		skip(c);
	} else {
		found->value = read_text(c);
		found->has_value = true;
	}
}

/* `into` is NULL for an object of the outermost list. */
static void read_object(struct clixml *c, struct object_property *into, unsigned depth)
{
	struct objects_builder *b = c->b;
	struct reference *kept = reference(c, &c->objects, true);
	size_t id = kept ? (size_t)(kept - c->objects.at) : 0;
	if (kept)
		*kept = (struct reference){0};
	const struct line *line = line_here(c, STR(""));
	struct found found = {.object = builder_object(b, OBJECT_CLIXML, line, false)};
	size_t before = into ? into->count : 0;
	while (next_child(c))
		read_part(c, &found, into, depth);
	bool plain_list = found.is_list && found.object->count == 0;
	if (line->raw.size > LIMIT_QUOTE_BYTES && found.object->count)
		found.object->line = found.object->properties[0].line;
	found.object->text = found.has_value ? found.value : found.text;
	if (!into && !plain_list && builder_has_room(b)) {
		b->made.at = arena_grow(b->arena, b->made.at, b->made.count, &b->made.room,
			sizeof(struct object *));
		b->made.at[b->made.count++] = found.object;
	} else if (into && !plain_list) {
		struct object_value *value = builder_value(b, into, found.object->text);
		value->shown = found.has_value ? found.text : STR("");
		value->object = found.object->count ? found.object : NULL;
	}
	if (kept && into && into->count > before) {
		c->objects.at[id].values = into->values + before;
		c->objects.at[id].count = into->count - before;
	}
}

static void read_reference(struct clixml *c, struct object_property *into)
{
	const struct reference *kept = reference(c, &c->objects, false);
	for (size_t i = 0; kept && into && i < kept->count && builder_has_room(c->b); i++) {
		struct object_value copy = kept->values[i];
		copy.line = into->line;
		*builder_value(c->b, into, copy.text) = copy;
	}
	skip(c);
}

static void read_value(struct clixml *c, struct object_property *into, unsigned depth)
{
	struct str name = xml_name(c->xml);
	if (depth >= LIMIT_OBJECT_DEPTH || str_equal(name, STR("Nil"))) {
		skip(c);
	} else if (str_equal(name, STR("Obj"))) {
		read_object(c, into, depth + 1);
	} else if (str_equal(name, STR("Ref"))) {
		read_reference(c, into);
	} else if (into) {
		struct str text = read_text(c);
		into->cut |= c->broken; /* libxml2 gives no text that lacks its end */
		if (!c->broken && text.size)
			builder_value(c->b, into, text);
	} else { /* a string or number of its own */
		const struct line *line = line_here(c, STR(""));
		struct object *object = builder_object(c->b, OBJECT_CLIXML, line, true);
		object->text = read_text(c);
	}
}

static void read_document(struct objects_builder *b, size_t first, struct str text)
{
	if (text.size > LIMIT_XML_BYTES) {
		text = str_slice(text, 0, LIMIT_XML_BYTES);
		builder_stop(b, &b->lines->at[first], "larger than 16 MiB");
	}
	struct clixml c = {
		.b = b, .xml = xml_open(b->arena, text), .first = first, .long_line = SIZE_MAX};
	if (next_child(&c))
		while (next_child(&c) && builder_has_room(b))
			read_value(&c, NULL, 0);
	if (xml_refused(c.xml))
		builder_stop(b, line_here(&c, STR("")), xml_problem(c.xml));
	xml_free(c.xml);
}

/* Lines `i` to `end` as they stood, except that a line which the console broke is whole again. */
static struct str joined(struct objects_builder *b, size_t i, size_t end)
{
	size_t size = 0;
	for (size_t k = i; k < end; k++)
		size += b->lines->at[k].raw.size + 1;
	char *to = arena_alloc(b->arena, size + 1);
	size = 0;
	for (size_t k = i; k < end; k++) {
		struct str raw = b->lines->at[k].raw;
		for (size_t at = 0; at < raw.size; at++)
			if (raw.at[at] != '\r' && raw.at[at] != '\n')
				to[size++] = raw.at[at];
		to[size++] = '\n';
	}
	return (struct str){to, size};
}

size_t objects_read_clixml(struct objects_builder *b, size_t i)
{
	static const struct str open = STR_INIT("<Objs"), close = STR_INIT("</Objs>");
	struct str text = str_trim_left(b->lines->at[i].text);
	if (!str_starts(text, open) && !str_starts(text, STR("#< CLIXML<Objs")))
		return i;
	size_t end = i;
	while (end < b->lines->count && !str_has(b->lines->at[end].raw, close))
		end++;
	end += end < b->lines->count;
	struct str rest = joined(b, i, end);
	size_t line = i;
	for (size_t at; (at = str_find(rest, open)) != STR_NONE && builder_has_room(b);) {
		size_t size = str_find(str_from(rest, at), close);
		size_t stop = size == STR_NONE ? rest.size : at + size + close.size;
		for (size_t k = 0; k < at; k++)
			line += rest.at[k] == '\n';
		read_document(b, line, str_slice(rest, at, stop));
		for (size_t k = at; k < stop; k++)
			line += rest.at[k] == '\n';
		rest = str_from(rest, stop);
	}
	return end;
}
