/*
 * Events into binary XML, records, chunks and a file; see evtx_writer.h.
 *
 * Names and templates of a chunk are defined where they are first used, and found again by a hash table in the
 * chunk's header, the newest first in each chain. A record is written straight into its chunk; one that does not fit
 * is taken back, names and all, and begins the next.
 */
#include "evtx_writer.h"

#include "evtx_parts.h"

#include "base/hash.h"
#include "base/instant.h"
#include "base/out.h"

#include <libdeflate.h>
#include <string.h>

#define CHUNK EVTX_MADE_CHUNK_BYTES
#define FIRST_RECORD 512
#define STRING_TABLE 128
#define STRING_BUCKETS 64
#define TEMPLATE_TABLE 384
#define TEMPLATE_BUCKETS 32
#define MOST_NAMES 2048
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

/* What a chunk has defined: names, and templates by their description. */
struct definition {
	struct str key;
	uint32_t offset;
};

struct chunk {
	uint8_t at[CHUNK];
	size_t used;
	struct definition names[MOST_NAMES], templates[MOST_NAMES];
	size_t name_count, template_count;
	uint64_t first_record, last_record;
	size_t last_offset; /* of the last record */
	unsigned records;
};

struct writing {
	struct arena *arena;
	const struct evtx_form *form;
	struct chunk *chunk;
	bool full;            /* what is being written did not fit */
	struct bytes *chunks; /* finished */
	size_t count, room;
	size_t last_used; /* bytes of the last chunk that hold something */
	uint64_t next_record;
	const char *problem;
};

/*
 * Bytes
 */

static void put(struct writing *w, const void *data, size_t size)
{
	if (w->full || size > CHUNK - w->chunk->used) {
		w->full = true;
		return;
	}
	if (size)
		memcpy(w->chunk->at + w->chunk->used, data, size);
	w->chunk->used += size;
}

static void set_little(uint8_t *at, uint64_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(number >> 8 * i);
}

static uint32_t get32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put_little(struct writing *w, uint64_t number, unsigned size)
{
	uint8_t bytes[8];
	set_little(bytes, number, size);
	put(w, bytes, size);
}

/* A size that is known later: where it stands, and what then fills it with the bytes behind it. */
static size_t put_later(struct writing *w)
{
	size_t at = w->chunk->used;
	put_little(w, 0, 4);
	return at;
}

static void settle(struct writing *w, size_t at)
{
	if (!w->full)
		set_little(w->chunk->at + at, w->chunk->used - at - 4, 4);
}

/*
 * Names and templates
 */

static const struct definition *defined(const struct definition *list, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(list[i].key, key))
			return &list[i];
	return NULL;
}

/* Puts what begins at `offset` in front of its chain, and the former front behind it. */
static void link_in(struct writing *w, size_t bucket_at, uint32_t offset)
{
	uint8_t *bucket = w->chunk->at + bucket_at;
	if (w->full)
		return;
	set_little(w->chunk->at + offset, w->form->loops ? offset : get32(bucket), 4);
	set_little(bucket, offset, 4);
}

static uint16_t name_hash(struct bytes utf16)
{
	uint32_t hash = 0;
	for (size_t i = 0; i + 1 < utf16.size; i += 2)
		hash = hash * 65599 + (utf16.at[i] | (uint32_t)utf16.at[i + 1] << 8);
	return (uint16_t)hash;
}

static void put_name(struct writing *w, struct str name)
{
	struct chunk *chunk = w->chunk;
	const struct definition *known = defined(chunk->names, chunk->name_count, name);
	if (known || chunk->name_count == MOST_NAMES) {
		w->full |= !known;
		put_little(w, known ? known->offset : 0, 4);
		return;
	}
	struct bytes utf16 = evtx_utf16(w->arena, name);
	uint32_t offset = (uint32_t)chunk->used + 4;
	put_little(w, offset, 4);
	put_little(w, 0, 4);
	put_little(w, name_hash(utf16), 2);
	put_little(w, utf16.size / 2, 2);
	put(w, utf16.at, utf16.size);
	put_little(w, 0, 2);
	link_in(w, STRING_TABLE + name_hash(utf16) % STRING_BUCKETS * 4u, offset);
	chunk->names[chunk->name_count++] = (struct definition){name, offset};
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

static void put_utf16(struct writing *w, struct str text)
{
	struct bytes utf16 = evtx_utf16(w->arena, text);
	put_little(w, utf16.size / 2, 2);
	put(w, utf16.at, utf16.size);
}

static void put_string(struct writing *w, struct str text, bool more)
{
	put_little(w, TOKEN_VALUE | (more ? TOKEN_MORE : 0), 1);
	put_little(w, EVTX_STRING, 1);
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
static void put_reference(struct writing *w, char c, bool more)
{
	static const struct {
		char c;
		struct str name;
	} entities[] = {{'&', STR_INIT("amp")}, {'<', STR_INIT("lt")}, {'>', STR_INIT("gt")},
		{'"', STR_INIT("quot")}, {'\'', STR_INIT("apos")}};
	unsigned flag = more ? TOKEN_MORE : 0;
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (entities[i].c == c) {
			put_little(w, TOKEN_ENTITY | flag, 1);
			put_name(w, entities[i].name);
			return;
		}
	put_little(w, TOKEN_CHARACTER | flag, 1);
	put_little(w, (unsigned char)c, 2);
}

static void put_literal(struct writing *w, struct str text)
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

static void put_content(struct writing *w, const struct evtx_content *content)
{
	struct str data = content->text;
	switch (content->kind) {
	case CONTENT_NONE:
		break;
	case CONTENT_LITERAL:
		put_literal(w, content->text);
		break;
	case CONTENT_CDATA:
		put_little(w, TOKEN_CDATA, 1);
		put_utf16(w, content->text);
		break;
	case CONTENT_PI:
		put_little(w, TOKEN_PI_TARGET, 1);
		put_name(w, str_word(&data));
		put_little(w, TOKEN_PI_DATA, 1);
		put_utf16(w, str_trim_left(data));
		break;
	case CONTENT_VALUE:
	case CONTENT_OPTIONAL:
		put_little(
			w, content->kind == CONTENT_VALUE ? TOKEN_SUBSTITUTION : TOKEN_OPTIONAL, 1);
		put_little(w, content->slot, 2);
		put_little(w, content->type, 1);
		break;
	}
}

/* In plain binary XML values stand as strings where they belong; null ones, and what holds them, are not there. */
static bool is_left_out(
	const struct evtx_template *plain, uint16_t slot, enum evtx_content_kind kind)
{
	return plain && kind == CONTENT_OPTIONAL && plain->values[slot].type == EVTX_NULL;
}

static void put_element(struct writing *w, const struct evtx_element *element,
	const struct evtx_template *plain, unsigned depth);

static struct evtx_content shown(
	const struct evtx_content *content, const struct evtx_template *plain)
{
	struct evtx_content made = *content;
	if (plain && content->kind >= CONTENT_VALUE)
		made.kind = CONTENT_LITERAL;
	return made;
}

static void put_attributes(struct writing *w, const struct evtx_element *element,
	const struct evtx_template *plain, size_t count)
{
	size_t list = put_later(w);
	for (size_t i = 0; i < element->attribute_count; i++) {
		const struct evtx_attribute *attribute = &element->attributes[i];
		if (is_left_out(plain, attribute->content.slot, attribute->content.kind))
			continue;
		struct evtx_content content = shown(&attribute->content, plain);
		put_little(w, TOKEN_ATTRIBUTE | (--count ? TOKEN_MORE : 0), 1);
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

static void put_inside(struct writing *w, const struct evtx_element *element,
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
static void put_each(struct writing *w, const struct evtx_element *element, unsigned depth)
{
	for (struct str rest = element->content.text; rest.size;) {
		struct evtx_element one = *element;
		one.content = (struct evtx_content){CONTENT_LITERAL, str_cut(&rest, '|'), 0, 0};
		put_element(w, &one, NULL, depth);
	}
}

static void put_element(struct writing *w, const struct evtx_element *element,
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
	put_little(w, TOKEN_OPEN | (attributes ? TOKEN_MORE : 0), 1);
	put_little(w, plain ? EVTX_NO_DEPENDENCY : element->dependency, 2);
	size_t size = put_later(w);
	put_name(w, element->name);
	if (attributes)
		put_attributes(w, element, plain, attributes);
	if (content->kind == CONTENT_NONE && !element->first) {
		put_little(w, TOKEN_CLOSE_EMPTY, 1);
	} else {
		put_little(w, TOKEN_CLOSE_START, 1);
		put_inside(w, element, plain, depth);
		put_little(w, TOKEN_CLOSE, 1);
	}
	settle(w, size);
}

static void put_fragment_header(struct writing *w)
{
	static const uint8_t header[] = {TOKEN_HEADER, 1, 1, 0};
	put(w, header, sizeof header);
}

/* A template where it is used for the first time; elsewhere, where that was. */
static void put_definition(struct writing *w, const struct evtx_template *template)
{
	struct chunk *chunk = w->chunk;
	struct out out = out_new(1u << 20);
	describe_element(&out, template->root);
	struct str key = arena_copy(w->arena, out_view(&out));
	out_free(&out);
	struct hash hash = hash_of((struct bytes){(const uint8_t *)key.at, key.size});
	struct bytes guid;
	const struct definition *known = defined(chunk->templates, chunk->template_count, key);
	char *digits = arena_format(w->arena, "%.32s", hash.hex);
	if (!evtx_value_of(w->arena, EVTX_BINARY, false, str_of(digits), &guid))
		w->problem = "a hash is not hexadecimal";
	uint32_t offset = known ? known->offset : (uint32_t)chunk->used + 8;
	put(w, guid.at, 4);
	put_little(w, offset, 4);
	if (known || chunk->template_count == MOST_NAMES) {
		w->full |= !known;
		return;
	}
	put_little(w, 0, 4);
	put(w, guid.at, guid.size);
	size_t size = put_later(w);
	put_fragment_header(w);
	put_element(w, template->root, NULL, 0);
	put_little(w, TOKEN_END, 1);
	settle(w, size);
	link_in(w, TEMPLATE_TABLE + get32(guid.at) % TEMPLATE_BUCKETS * 4u, offset);
	chunk->templates[chunk->template_count++] = (struct definition){key, offset};
}

static void put_instance(struct writing *w, const struct evtx_template *template, unsigned depth)
{
	if (depth > MOST_DEPTH) {
		w->problem = "elements nest too deep";
		return;
	}
	put_fragment_header(w);
	put_little(w, TOKEN_TEMPLATE, 1);
	put_little(w, 1, 1);
	put_definition(w, template);
	put_little(w, template->count, 4);
	size_t table = w->chunk->used;
	for (size_t i = 0; i < template->count; i++) {
		put_little(w, 0, 2);
		put_little(w, template->values[i].type, 2);
	}
	for (size_t i = 0; i < template->count && !w->full; i++) {
		const struct evtx_value *value = &template->values[i];
		size_t from = w->chunk->used;
		if (value->nested)
			put_instance(w, value->nested, depth + 1);
		else
			put(w, value->data.at, value->data.size);
		if (!w->full)
			set_little(w->chunk->at + table + 4 * i, w->chunk->used - from, 2);
	}
	put_little(w, TOKEN_END, 1);
}

/*
 * Records and chunks
 */

static struct chunk *new_chunk(struct arena *arena)
{
	struct chunk *chunk = arena_alloc(arena, sizeof *chunk);
	chunk->used = FIRST_RECORD;
	return chunk;
}

static uint32_t checksum(const uint8_t *at, size_t size, uint32_t before)
{
	return libdeflate_crc32(before, at, size);
}

static void finish_header(const struct writing *w, struct chunk *chunk)
{
	uint8_t *at = chunk->at;
	if (chunk->records == 0) { /* of a log that was just made or cleared */
		chunk->first_record = 1;
		chunk->last_record = UINT64_MAX;
	}
	memcpy(at, w->form->bad_magic && w->count == 0 ? "ElfChnX" : "ElfChnk", 8);
	set_little(at + 8, chunk->first_record, 8);
	set_little(at + 16, chunk->last_record, 8);
	set_little(at + 24, chunk->first_record, 8);
	set_little(at + 32, chunk->last_record, 8);
	set_little(at + 40, 128, 4);
	set_little(at + 44, chunk->last_offset, 4);
	set_little(at + 48, chunk->used, 4);
	set_little(at + 120, w->form->no_crc ? 4 : 1, 4);
	if (w->form->no_crc)
		return;
	uint32_t wrong = w->form->bad_crc ? 0x5a5a5a5a : 0;
	uint32_t data = checksum(at + FIRST_RECORD, chunk->used - FIRST_RECORD, 0);
	set_little(at + 52, data ^ wrong, 4);
	uint32_t header = checksum(at + 128, FIRST_RECORD - 128, checksum(at, 120, 0));
	set_little(at + 124, header ^ wrong, 4);
}

/* Behind the last record, a copy of the first with an id of long ago: once part of this log, no longer. */
static size_t put_slack(struct chunk *chunk)
{
	size_t size = get32(chunk->at + FIRST_RECORD + 4);
	if (size > CHUNK - chunk->used)
		return 0;
	memcpy(chunk->at + chunk->used, chunk->at + FIRST_RECORD, size);
	set_little(chunk->at + chunk->used + 8, 1, 8);
	return size;
}

static void keep_chunk(struct writing *w, const uint8_t *at)
{
	w->chunks = arena_grow(w->arena, w->chunks, w->count, &w->room, sizeof *w->chunks);
	w->chunks[w->count++] = (struct bytes){at, CHUNK};
}

static void finish_chunk(struct writing *w)
{
	struct chunk *chunk = w->chunk;
	finish_header(w, chunk);
	w->last_used = chunk->used;
	if (w->form->slack)
		w->last_used += put_slack(chunk);
	if (w->form->zero_page) {
		size_t page = (chunk->used - 1) & ~(size_t)4095;
		memset(chunk->at + page, 0, CHUNK - page);
	}
	keep_chunk(w, chunk->at);
	if (w->form->empty_chunk && w->count == 1)
		keep_chunk(w, arena_alloc(w->arena, CHUNK));
	w->chunk = new_chunk(w->arena);
}

static void put_record(struct writing *w, const struct evtx_event *event)
{
	struct chunk *chunk = w->chunk;
	size_t from = chunk->used;
	put(w, "**\0\0", 4);
	put_little(w, 0, 4);
	put_little(w, event->record, 8);
	put_little(w, event->time, 8);
	if (w->form->plain) {
		put_fragment_header(w);
		put_element(w, event->template->root, event->template, 0);
		put_little(w, TOKEN_END, 1);
	} else {
		put_instance(w, event->template, 0);
	}
	while (!w->full && (chunk->used - from) % 8 != 4)
		put_little(w, 0, 1);
	size_t size = chunk->used - from + 4;
	put_little(w, size, 4);
	if (w->full)
		return;
	set_little(chunk->at + from + 4, size, 4);
	chunk->last_offset = from;
	chunk->last_record = event->record;
	chunk->first_record = chunk->records ? chunk->first_record : event->record;
	chunk->records++;
}

static void put_event(struct writing *w, const struct evtx_event *event)
{
	if (w->form->chunk_records && w->chunk->records == w->form->chunk_records)
		finish_chunk(w);
	for (int attempt = 0; attempt < 2; attempt++) {
		struct chunk *chunk = w->chunk;
		size_t used = chunk->used, names = chunk->name_count;
		size_t templates = chunk->template_count;
		uint8_t tables[FIRST_RECORD];
		memcpy(tables, chunk->at, sizeof tables);
		w->full = false;
		put_record(w, event);
		if (!w->full || w->problem)
			return;
		memcpy(chunk->at, tables, sizeof tables);
		memset(chunk->at + used, 0, CHUNK - used);
		chunk->used = used;
		chunk->name_count = names;
		chunk->template_count = templates;
		if (chunk->records > 0)
			finish_chunk(w);
	}
	w->problem = "an event is larger than a chunk";
}

/*
 * The file
 */

static void write_header(const struct writing *w, uint8_t *at)
{
	size_t chunks = w->form->dirty ? 1 : w->count, shift = w->form->wrap % w->count;
	memcpy(at, "ElfFile", 8);
	set_little(at + 8, w->form->dirty ? 0 : shift, 8);
	set_little(at + 16, shift ? shift - 1 : chunks - 1, 8);
	set_little(at + 24, w->next_record, 8);
	set_little(at + 32, 128, 4);
	set_little(at + 36, 1, 2);
	set_little(at + 38, 3, 2);
	set_little(at + 40, EVTX_HEADER_BYTES, 2);
	set_little(at + 42, chunks, 2);
	set_little(at + 120, (w->form->dirty ? 1u : 0u) | (w->form->no_crc ? 4u : 0u), 4);
	if (!w->form->no_crc)
		set_little(at + 124, checksum(at, 120, 0) ^ (w->form->bad_crc ? 0x5a5a5a5a : 0), 4);
}

static struct bytes file_of(struct writing *w)
{
	size_t size = EVTX_HEADER_BYTES + w->count * CHUNK;
	size_t shift = w->form->wrap % w->count;
	uint8_t *file = arena_alloc(w->arena, size);
	write_header(w, file);
	for (size_t i = 0; i < w->count; i++)
		memcpy(file + EVTX_HEADER_BYTES + (i + shift) % w->count * CHUNK, w->chunks[i].at,
			CHUNK);
	if (w->form->short_end && shift == 0)
		size -= CHUNK - w->last_used;
	size_t from = w->form->bare ? EVTX_HEADER_BYTES : 0;
	size -= from;
	size -= w->form->cut < size ? w->form->cut : size;
	return (struct bytes){file + from, size};
}

static struct bytes little(struct arena *arena, uint64_t number)
{
	uint8_t *at = arena_alloc(arena, 8);
	set_little(at, number, 8);
	return (struct bytes){at, 8};
}

/* Its id and time, in the record's header and in its values. */
static void number_event(
	struct writing *w, struct evtx_event *event, uint64_t record, uint64_t time)
{
	bool given = event->record_value->type != EVTX_NULL;
	event->record = w->form->first_record ? w->next_record
		: given && record             ? record
					      : w->next_record;
	event->time = time;
	*event->record_value =
		(struct evtx_value){EVTX_UINT64, little(w->arena, event->record), NULL};
	if (event->time_value->type != EVTX_NULL)
		event->time_value->data = little(w->arena, time);
	w->next_record = event->record + 1;
}

bool evtx_make(
	struct arena *arena, struct str xml, const struct evtx_form *form, struct evtx_made *made)
{
	struct writing w = {.arena = arena, .form = form, .chunk = new_chunk(arena)};
	struct evtx_text *texts = NULL;
	struct evtx_event event;
	size_t count = evtx_split(arena, xml, &texts);
	*made = (struct evtx_made){0};
	w.next_record = form->first_record ? form->first_record : 1;
	for (size_t turn = 0; turn <= form->repeat; turn++)
		for (size_t i = 0; i < count && !w.problem; i++) {
			if (!evtx_event_read(arena, texts[i].xml, form->literal_providers, &event,
				    &w.problem, &made->line))
				break;
			number_event(&w, &event, turn == 0 ? texts[i].record : 0,
				texts[i].time + turn * INSTANT_DAY);
			put_event(&w, &event);
		}
	if (w.chunk->records > 0 || w.count == 0)
		finish_chunk(&w);
	if (!w.problem)
		made->log = file_of(&w);
	made->events = count * (form->repeat + (size_t)1);
	made->chunks = w.count;
	made->problem = w.problem;
	return !w.problem;
}
