/*
 * Binary XML: names, templates, elements and values, written straight into a chunk.
 *
 * Names and templates of a chunk are defined where they are first used, and found again by a hash table in the
 * chunk's header, the newest first in each chain.
 */
#include "evtx_parts.h"
#include "evtx_writer.h"

#include "base/hash.h"
#include "base/out.h"

#include <string.h>

#define CHUNK EVTX_MADE_CHUNK_BYTES
#define STRING_TABLE 128
#define STRING_BUCKETS 64
#define TEMPLATE_TABLE 384
#define TEMPLATE_BUCKETS 32
#define MOST_DEPTH 64

enum {
	TOKEN_END = 0x00,
	TOKEN_OPEN = 0x01,
	TOKEN_CLOSE_START = 0x02,
	TOKEN_CLOSE_EMPTY = 0x03,
	TOKEN_CLOSE = 0x04,
	TOKEN_VALUE = 0x05,
	TOKEN_ATTRIBUTE = 0x06,
	TOKEN_CDATA = 0x07,
	TOKEN_CHARACTER = 0x08,
	TOKEN_ENTITY = 0x09,
	TOKEN_PI_TARGET = 0x0a,
	TOKEN_PI_DATA = 0x0b,
	TOKEN_TEMPLATE = 0x0c,
	TOKEN_SUBSTITUTION = 0x0d,
	TOKEN_OPTIONAL = 0x0e,
	TOKEN_HEADER = 0x0f,
	TOKEN_MORE = 0x40,
};

/*
 * Bytes
 */

void evtx_put(struct evtx_writing *w, const void *data, size_t size)
{
	if (w->full || size > CHUNK - w->chunk->used) {
		w->full = true;
		return;
	}
	if (size)
		memcpy(w->chunk->at + w->chunk->used, data, size);
	w->chunk->used += size;
}

void evtx_set(uint8_t *at, uint64_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(number >> 8 * i);
}

uint32_t evtx_get32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void evtx_put_number(struct evtx_writing *w, uint64_t number, unsigned size)
{
	uint8_t bytes[8];
	evtx_set(bytes, number, size);
	evtx_put(w, bytes, size);
}

/* A size that is known later: where it stands, and what then fills it with the bytes behind it. */
static size_t put_later(struct evtx_writing *w)
{
	size_t at = w->chunk->used;
	evtx_put_number(w, 0, 4);
	return at;
}

static void settle(struct evtx_writing *w, size_t at)
{
	if (!w->full)
		evtx_set(w->chunk->at + at, w->chunk->used - at - 4, 4);
}

/*
 * Names and templates
 */

static const struct evtx_definition *defined(
	const struct evtx_definition *list, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(list[i].key, key))
			return &list[i];
	return NULL;
}

/* Puts what begins at `offset` in front of its chain, and the former front behind it. */
static void link_in(struct evtx_writing *w, size_t bucket_at, uint32_t offset)
{
	uint8_t *bucket = w->chunk->at + bucket_at;
	if (w->full)
		return;
	evtx_set(w->chunk->at + offset, w->form->loops ? offset : evtx_get32(bucket), 4);
	evtx_set(bucket, offset, 4);
}

static uint16_t name_hash(struct bytes utf16)
{
	uint32_t hash = 0;
	for (size_t i = 0; i + 1 < utf16.size; i += 2)
		hash = hash * 65599 + (utf16.at[i] | (uint32_t)utf16.at[i + 1] << 8);
	return (uint16_t)hash;
}

static void put_name(struct evtx_writing *w, struct str name)
{
	struct evtx_chunk *chunk = w->chunk;
	const struct evtx_definition *known = defined(chunk->names, chunk->name_count, name);
	if (known || chunk->name_count == EVTX_MOST_NAMES) {
		w->full |= !known;
		evtx_put_number(w, known ? known->offset : 0, 4);
		return;
	}
	struct bytes utf16 = evtx_utf16(w->events, name);
	uint32_t offset = (uint32_t)chunk->used + 4;
	evtx_put_number(w, offset, 4);
	evtx_put_number(w, 0, 4);
	evtx_put_number(w, name_hash(utf16), 2);
	evtx_put_number(w, utf16.size / 2, 2);
	evtx_put(w, utf16.at, utf16.size);
	evtx_put_number(w, 0, 2);
	link_in(w, STRING_TABLE + name_hash(utf16) % STRING_BUCKETS * 4u, offset);
	chunk->names[chunk->name_count++] = (struct evtx_definition){name, offset};
}

/* A description of all that a template's bytes say, wherever in a chunk they stand. */
static void describe(struct out *out, const struct evtx_content *content)
{
	out_format(out, "%d %u %u ", (int)content->kind, content->slot, content->type);
	if (content->kind < CONTENT_VALUE)
		out_str(out, content->text);
	out_char(out, '\n');
}

static void describe_element(struct out *out, const struct evtx_element *element)
{
	out_format(out, "<%.*s %u\n", STR_PRINT(element->name), element->dependency);
	for (size_t i = 0; i < element->attribute_count; i++) {
		out_str(out, element->attributes[i].name);
		describe(out, &element->attributes[i].content);
	}
	describe(out, &element->content);
	for (const struct evtx_element *child = element->first; child; child = child->next)
		describe_element(out, child);
	out_char(out, '>');
}

/*
 * Binary XML
 */

static void put_utf16(struct evtx_writing *w, struct str text)
{
	struct bytes utf16 = evtx_utf16(w->events, text);
	evtx_put_number(w, utf16.size / 2, 2);
	evtx_put(w, utf16.at, utf16.size);
}

static void put_string(struct evtx_writing *w, struct str text, bool more)
{
	evtx_put_number(w, TOKEN_VALUE | (more ? TOKEN_MORE : 0), 1);
	evtx_put_number(w, EVTX_STRING, 1);
	put_utf16(w, text);
}

/* How much of the text needs no reference; 0 when its first byte does. */
static size_t plain_run(struct str text)
{
	size_t i = 0;
	while (i < text.size && !strchr("&<>\"'", text.at[i]) && (unsigned char)text.at[i] >= ' ')
		i++;
	return i;
}

/* A character that stands as &name; or &#N; in XML is a token of its own. */
static void put_reference(struct evtx_writing *w, char c, bool more)
{
	static const struct {
		char c;
		struct str name;
	} entities[] = {{'&', STR_INIT("amp")}, {'<', STR_INIT("lt")}, {'>', STR_INIT("gt")},
		{'"', STR_INIT("quot")}, {'\'', STR_INIT("apos")}};
	unsigned flag = more ? TOKEN_MORE : 0;
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (entities[i].c == c) {
			evtx_put_number(w, TOKEN_ENTITY | flag, 1);
			put_name(w, entities[i].name);
			return;
		}
	evtx_put_number(w, TOKEN_CHARACTER | flag, 1);
	evtx_put_number(w, (unsigned char)c, 2);
}

static void put_literal(struct evtx_writing *w, struct str text)
{
	if (text.size == 0)
		put_string(w, text, false);
	while (text.size) {
		size_t run = plain_run(text), taken = run ? run : 1;
		if (run)
			put_string(w, str_slice(text, 0, run), run < text.size);
		else
			put_reference(w, text.at[0], text.size > 1);
		text = str_from(text, taken);
	}
}

static void put_content(struct evtx_writing *w, const struct evtx_content *content)
{
	struct str data = content->text;
	switch (content->kind) {
	case CONTENT_NONE:
		break;
	case CONTENT_LITERAL:
		put_literal(w, content->text);
		break;
	case CONTENT_CDATA:
		evtx_put_number(w, TOKEN_CDATA, 1);
		put_utf16(w, content->text);
		break;
	case CONTENT_PI:
		evtx_put_number(w, TOKEN_PI_TARGET, 1);
		put_name(w, str_word(&data));
		evtx_put_number(w, TOKEN_PI_DATA, 1);
		put_utf16(w, str_trim_left(data));
		break;
	case CONTENT_VALUE:
	case CONTENT_OPTIONAL:
		evtx_put_number(
			w, content->kind == CONTENT_VALUE ? TOKEN_SUBSTITUTION : TOKEN_OPTIONAL, 1);
		evtx_put_number(w, content->slot, 2);
		evtx_put_number(w, content->type, 1);
		break;
	}
}

/* In plain binary XML values stand as strings where they belong; null ones, and what holds them, are not there. */
static bool is_left_out(
	const struct evtx_template *plain, uint16_t slot, enum evtx_content_kind kind)
{
	return plain && kind == CONTENT_OPTIONAL && plain->values[slot].type == EVTX_NULL;
}

static void put_element(struct evtx_writing *w, const struct evtx_element *element,
	const struct evtx_template *plain, unsigned depth);

static struct evtx_content shown(
	const struct evtx_content *content, const struct evtx_template *plain)
{
	struct evtx_content made = *content;
	if (plain && content->kind >= CONTENT_VALUE)
		made.kind = CONTENT_LITERAL;
	return made;
}

static void put_attributes(struct evtx_writing *w, const struct evtx_element *element,
	const struct evtx_template *plain, size_t count)
{
	size_t list = put_later(w);
	for (size_t i = 0; i < element->attribute_count; i++) {
		const struct evtx_attribute *attribute = &element->attributes[i];
		if (is_left_out(plain, attribute->content.slot, attribute->content.kind))
			continue;
		struct evtx_content content = shown(&attribute->content, plain);
		evtx_put_number(w, TOKEN_ATTRIBUTE | (--count ? TOKEN_MORE : 0), 1);
		put_name(w, attribute->name);
		put_content(w, &content);
	}
	settle(w, list);
}

static size_t attributes_shown(
	const struct evtx_element *element, const struct evtx_template *plain)
{
	size_t count = 0;
	for (size_t i = 0; i < element->attribute_count; i++)
		count += !is_left_out(plain, element->attributes[i].content.slot,
			element->attributes[i].content.kind);
	return count;
}

static void put_inside(struct evtx_writing *w, const struct evtx_element *element,
	const struct evtx_template *plain, unsigned depth)
{
	struct evtx_content content = shown(&element->content, plain);
	const struct evtx_template *nested = plain && element->content.kind >= CONTENT_VALUE
		? plain->values[element->content.slot].nested
		: NULL;
	for (const struct evtx_element *child = element->first; child; child = child->next)
		put_element(w, child, plain, depth + 1);
	if (nested)
		put_element(w, nested->root, nested, depth + 1);
	else
		put_content(w, &content);
}

/* An array of strings in plain binary XML: one element for each. */
static void put_each(struct evtx_writing *w, const struct evtx_element *element, unsigned depth)
{
	for (struct str rest = element->content.text; rest.size;) {
		struct evtx_element one = *element;
		one.content = (struct evtx_content){CONTENT_LITERAL, str_cut(&rest, '|'), 0, 0};
		put_element(w, &one, NULL, depth);
	}
}

static void put_element(struct evtx_writing *w, const struct evtx_element *element,
	const struct evtx_template *plain, unsigned depth)
{
	const struct evtx_content *content = &element->content;
	bool is_root = depth == 0;
	if (depth > MOST_DEPTH)
		w->problem = "elements nest too deep";
	if (w->problem || (!is_root && is_left_out(plain, content->slot, content->kind)))
		return;
	if (plain && content->kind >= CONTENT_VALUE && content->type & EVTX_ARRAY) {
		put_each(w, element, depth);
		return;
	}
	size_t attributes = attributes_shown(element, plain);
	evtx_put_number(w, TOKEN_OPEN | (attributes ? TOKEN_MORE : 0), 1);
	evtx_put_number(w, plain ? EVTX_NO_DEPENDENCY : element->dependency, 2);
	size_t size = put_later(w);
	put_name(w, element->name);
	if (attributes)
		put_attributes(w, element, plain, attributes);
	if (content->kind == CONTENT_NONE && !element->first) {
		evtx_put_number(w, TOKEN_CLOSE_EMPTY, 1);
	} else {
		evtx_put_number(w, TOKEN_CLOSE_START, 1);
		put_inside(w, element, plain, depth);
		evtx_put_number(w, TOKEN_CLOSE, 1);
	}
	settle(w, size);
}

static void put_header(struct evtx_writing *w)
{
	static const uint8_t header[] = {TOKEN_HEADER, 1, 1, 0};
	evtx_put(w, header, sizeof header);
}

/* A template where it is used for the first time; elsewhere, where that was. */
static void put_definition(struct evtx_writing *w, const struct evtx_template *template)
{
	struct evtx_chunk *chunk = w->chunk;
	struct out out = out_new(1u << 20);
	describe_element(&out, template->root);
	struct str key = arena_copy(w->events, out_view(&out));
	out_free(&out);
	struct hash hash = hash_of((struct bytes){(const uint8_t *)key.at, key.size});
	struct bytes guid;
	const struct evtx_definition *known = defined(chunk->templates, chunk->template_count, key);
	char *digits = arena_format(w->events, "%.32s", hash.hex);
	if (!evtx_value_of(w->events, EVTX_BINARY, false, str_of(digits), &guid))
		w->problem = "a hash is not hexadecimal";
	uint32_t offset = known ? known->offset : (uint32_t)chunk->used + 8;
	evtx_put(w, guid.at, 4);
	evtx_put_number(w, offset, 4);
	if (known || chunk->template_count == EVTX_MOST_NAMES) {
		w->full |= !known;
		return;
	}
	evtx_put_number(w, 0, 4);
	evtx_put(w, guid.at, guid.size);
	size_t size = put_later(w);
	put_header(w);
	put_element(w, template->root, NULL, 0);
	evtx_put_number(w, TOKEN_END, 1);
	settle(w, size);
	link_in(w, TEMPLATE_TABLE + evtx_get32(guid.at) % TEMPLATE_BUCKETS * 4u, offset);
	chunk->templates[chunk->template_count++] = (struct evtx_definition){key, offset};
}

void evtx_put_instance(struct evtx_writing *w, const struct evtx_template *template, unsigned depth)
{
	if (depth > MOST_DEPTH) {
		w->problem = "elements nest too deep";
		return;
	}
	put_header(w);
	evtx_put_number(w, TOKEN_TEMPLATE, 1);
	evtx_put_number(w, 1, 1);
	put_definition(w, template);
	evtx_put_number(w, template->count, 4);
	size_t table = w->chunk->used;
	for (size_t i = 0; i < template->count; i++) {
		evtx_put_number(w, 0, 2);
		evtx_put_number(w, template->values[i].type, 2);
	}
	for (size_t i = 0; i < template->count && !w->full; i++) {
		const struct evtx_value *value = &template->values[i];
		size_t from = w->chunk->used;
		if (value->nested)
			evtx_put_instance(w, value->nested, depth + 1);
		else
			evtx_put(w, value->data.at, value->data.size);
		if (!w->full)
			evtx_set(w->chunk->at + table + 4 * i, w->chunk->used - from, 2);
	}
	evtx_put_number(w, TOKEN_END, 1);
}

void evtx_put_plain(struct evtx_writing *w, const struct evtx_template *template)
{
	put_header(w);
	put_element(w, template->root, template, 0);
	evtx_put_number(w, TOKEN_END, 1);
}
