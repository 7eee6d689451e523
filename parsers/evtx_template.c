/*
 * Binary XML compiled into operations ([MS-EVEN6] 2.2.12; libevtx documentation, "Binary XML").
 *
 *     0x0F 1 1 flags                 fragment header
 *     0x0C 1 id offset               template instance; its definition stands at `offset`, here at first use:
 *                                    next, GUID, size, fragment; behind it the values: count, (size, type, 0)..., data
 *     0x01 dependency size name      element; 0x41: with a list of attributes, 0x06 name, value
 *     0x02, 0x03, 0x04               end of start tag, of an empty element, of an element
 *     0x05 type count text           literal; 0x07 CDATA, 0x08 character, 0x09 entity, 0x0A and 0x0B instruction
 *     0x0D, 0x0E index type          substitution; 0x0E: may be left out
 *
 * 0x40 on a token says that more of its kind follow. The dependency is missing inside fragments that are values.
 */
#include "evtx_internal.h"

#include "base/utf8.h"

#include <string.h>

uint16_t chunk_u16(const struct evtx *evtx, size_t offset)
{
	if (offset + 2 > evtx->chunk.size)
		return 0;
	return (uint16_t)(evtx->chunk.at[offset] | evtx->chunk.at[offset + 1] << 8);
}

uint32_t chunk_u32(const struct evtx *evtx, size_t offset)
{
	return chunk_u16(evtx, offset) | (uint32_t)chunk_u16(evtx, offset + 2) << 16;
}

/* A name: next, hash, count, UTF-16, NUL. */
bool name_fits(const struct evtx *evtx, size_t offset)
{
	return offset >= 8 && offset + 10 <= evtx->chunk.size &&
		chunk_u16(evtx, offset + 6) <= LIMIT_BINXML_NAME &&
		offset + 10 + 2 * (size_t)chunk_u16(evtx, offset + 6) <= evtx->chunk.size;
}

/* XML 1.0, section 2.3, without U+FFFD, which stands for what was no character, and without what lies beyond 16 bits,
 * which older readers of XML refuse. */
static bool is_name_char(uint32_t c, bool first)
{
	static const struct {
		uint32_t first, last;
		bool starts;
	} ranges[] = {{'-', '.', false}, {'0', ':', false}, {':', ':', true}, {'A', 'Z', true},
		{'_', '_', true}, {'a', 'z', true}, {0xB7, 0xB7, false}, {0xC0, 0xD6, true},
		{0xD8, 0xF6, true}, {0xF8, 0x2FF, true}, {0x300, 0x36F, false},
		{0x370, 0x37D, true}, {0x37F, 0x1FFF, true}, {0x200C, 0x200D, true},
		{0x203F, 0x2040, false}, {0x2070, 0x218F, true}, {0x2C00, 0x2FEF, true},
		{0x3001, 0xD7FF, true}, {0xF900, 0xFDCF, true}, {0xFDF0, 0xFFFC, true}};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].first && c <= ranges[i].last && (!first || ranges[i].starts))
			return true;
	return false;
}

/* As far as XML allows it in a name; each other character becomes '_'. Bounds what a hostile name can do to XML and
 * JSON. */
struct str chunk_name(struct evtx *evtx, uint32_t offset)
{
	if (!name_fits(evtx, offset))
		return STR("_");
	struct bytes utf16 = {evtx->chunk.at + offset + 8, 2 * (size_t)chunk_u16(evtx, offset + 6)};
	struct out out = out_new(4 * LIMIT_BINXML_NAME);
	put_utf16(&out, utf16);
	char *copy = arena_copy_chars(evtx->arena, out_view(&out));
	struct str rest = out_view(&out), name = {copy, 0};
	evtx->arena_used += rest.size + 1;
	while (rest.size) {
		bool valid;
		uint32_t c = utf8_next(&rest, &valid);
		/* Never longer than what it stands for. */
		name.size += utf8_put(
			copy + name.size, is_name_char(c, name.size == 0) ? c : (uint32_t)'_');
	}
	out_free(&out);
	return name.size ? name : STR("_");
}

struct compiling {
	struct evtx *evtx;
	struct program *program;
	size_t at, end;
	bool has_dependency;
	unsigned open[LIMIT_BINXML_DEPTH]; /* ops that opened the elements around */
	unsigned depth;
	unsigned attributes; /* of the element being opened */
	size_t raw;          /* where bytes begin that are in no piece yet */
	bool keeps;          /* pieces are asked for */
	bool ended;          /* by a token, not by the size of the definition */
};

/* What stands before `c->at` and was not noted yet is a piece, followed by a size or a name. */
static void note_piece(struct compiling *c, bool is_name, struct bytes name)
{
	struct program *program = c->program;
	if (!c->keeps)
		return;
	program->pieces = arena_grow(c->evtx->arena, program->pieces, program->piece_count,
		&program->piece_room, sizeof(struct piece));
	c->evtx->arena_used += sizeof(struct piece);
	struct bytes raw = {c->evtx->chunk.at + c->raw, c->at - c->raw};
	program->pieces[program->piece_count++] = (struct piece){raw, name, is_name};
}

/* A size, which is not needed: the tokens tell too. */
static bool take_size(struct compiling *c)
{
	if (c->end - c->at < 4)
		return false;
	note_piece(c, false, (struct bytes){0});
	c->at += 4;
	c->raw = c->at;
	return true;
}

static struct op *add(struct compiling *c, enum op_kind kind, struct str text)
{
	struct program *program = c->program;
	program->ops = arena_grow(
		c->evtx->arena, program->ops, program->count, &program->room, sizeof(struct op));
	c->evtx->arena_used += sizeof(struct op);
	struct op *op = &program->ops[program->count++];
	*op = (struct op){.kind = kind, .text = text, .index = NO_INDEX};
	return op;
}

static bool has(const struct compiling *c, size_t bytes)
{
	return c->end - c->at >= bytes;
}

/* A name by its offset; one that stands here is passed over. */
static bool take_name(struct compiling *c, struct str *name)
{
	if (!has(c, 4))
		return false;
	uint32_t offset = chunk_u32(c->evtx, c->at);
	if (!name_fits(c->evtx, offset))
		return false;
	size_t size = 2 * (size_t)chunk_u16(c->evtx, offset + 6);
	note_piece(c, true, (struct bytes){c->evtx->chunk.at + offset + 8, size});
	*name = chunk_name(c->evtx, offset);
	c->at += 4;
	if (offset == c->at)
		c->at += 10 + size;
	c->raw = c->at;
	return c->at <= c->end;
}

static bool take_literal(struct compiling *c)
{
	size_t size = 2 * (size_t)chunk_u16(c->evtx, c->at);
	if (!has(c, 2 + size))
		return false;
	struct out out = out_new(256 * KIB);
	put_utf16(&out, (struct bytes){c->evtx->chunk.at + c->at + 2, size});
	struct str text = arena_copy(c->evtx->arena, out_view(&out));
	c->evtx->arena_used += text.size + 1;
	out_free(&out);
	c->at += 2 + size;
	add(c, OP_TEXT, text);
	return true;
}

static bool take_entity(struct compiling *c)
{
	static const struct {
		const char *name, *text;
	} entities[] = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
	struct str name;
	if (!take_name(c, &name))
		return false;
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (str_equal(name, str_of(entities[i].name))) {
			add(c, OP_TEXT, str_of(entities[i].text));
			return true;
		}
	add(c, OP_TEXT, str_of(arena_format(c->evtx->arena, "&%.*s;", STR_PRINT(name))));
	return true;
}

static bool take_character(struct compiling *c)
{
	uint16_t unit = chunk_u16(c->evtx, c->at);
	uint8_t bytes[2] = {(uint8_t)(unit & 0xFF), (uint8_t)(unit >> 8)};
	if (!has(c, 2))
		return false;
	struct out out = out_new(KIB);
	put_utf16(&out, (struct bytes){bytes, 2});
	add(c, OP_TEXT, arena_copy(c->evtx->arena, out_view(&out)));
	out_free(&out);
	c->at += 2;
	return true;
}

static bool take_substitution(struct compiling *c, bool optional)
{
	if (!has(c, 3))
		return false;
	struct op *op = add(c, OP_VALUE, STR(""));
	op->index = chunk_u16(c->evtx, c->at);
	op->optional = optional;
	c->at += 3;
	return true;
}

/* Text, references and substitutions, of an attribute or an element. False at anything else. */
static bool take_value(struct compiling *c, bool *good)
{
	uint8_t token = c->evtx->chunk.at[c->at];
	switch (token & ~0x40) {
	case 0x05:
		c->at += 2; /* the token, and the type, which is always string */
		*good = c->at <= c->end && take_literal(c);
		return true;
	case 0x07:
		c->at += 1;
		*good = take_literal(c);
		return true;
	case 0x08:
		c->at += 1;
		*good = take_character(c);
		return true;
	case 0x09:
		c->at += 1;
		*good = take_entity(c);
		return true;
	case 0x0D:
	case 0x0E:
		c->at += 1;
		*good = take_substitution(c, (token & ~0x40) == 0x0E);
		return true;
	default:
		return false;
	}
}

/* A single value between an opening and an ending op decides whether they are shown, and how often. */
static void close_attribute(struct compiling *c, unsigned open)
{
	struct op *ops = c->program->ops;
	if (c->program->count == open + 2 && ops[open + 1].kind == OP_VALUE)
		ops[open].index = ops[open + 1].index;
	ops[open].end = (unsigned)c->program->count;
	add(c, OP_ATTRIBUTE_END, STR(""));
}

static bool is_taken(const struct compiling *c, struct str name)
{
	for (size_t i = c->program->count; i > 0 && c->program->ops[i - 1].kind != OP_OPEN; i--)
		if (c->program->ops[i - 1].kind == OP_ATTRIBUTE &&
			str_equal(c->program->ops[i - 1].text, name))
			return true;
	return false;
}

static bool take_attribute(struct compiling *c)
{
	struct str name;
	bool good = true;
	c->at++;
	if (c->attributes++ == LIMIT_BINXML_ATTRIBUTES || !take_name(c, &name))
		return false;
	if (is_taken(c, name)) { /* XML allows each name once */
		c->program->regular = false;
		name = str_of(arena_format(c->evtx->arena, "%.*s_%zu", STR_PRINT(name), c->at));
	}
	unsigned open = (unsigned)c->program->count;
	add(c, OP_ATTRIBUTE, name);
	while (good && has(c, 1) && take_value(c, &good))
		;
	close_attribute(c, open);
	return good;
}

/* Where the name's offset stands tells whether there is a dependency, should the rule not hold. */
static bool take_open(struct compiling *c)
{
	uint8_t token = c->evtx->chunk.at[c->at];
	size_t dependency = c->has_dependency ? 2 : 0;
	struct str name;
	if (!has(c, 1 + dependency + 8) || c->depth == LIMIT_BINXML_DEPTH)
		return false;
	if (!name_fits(c->evtx, chunk_u32(c->evtx, c->at + 1 + dependency + 4))) {
		dependency = 2 - dependency;
		c->program->regular = false;
	}
	c->at += 1 + dependency;
	if (!take_size(c) || !take_name(c, &name))
		return false;
	c->open[c->depth++] = (unsigned)c->program->count;
	add(c, OP_OPEN, name);
	if (!(token & 0x40))
		return true;
	if (!take_size(c))
		return false;
	c->attributes = 0;
	while (has(c, 1) && (c->evtx->chunk.at[c->at] & ~0x40) == 0x06)
		if (!take_attribute(c))
			return false;
	return true;
}

static void take_close(struct compiling *c)
{
	if (c->depth == 0)
		return;
	unsigned open = c->open[--c->depth];
	size_t count = c->program->count;
	struct op *ops = c->program->ops;
	ops[open].end = (unsigned)count;
	/* Nothing inside but one value: of an array, each element gets its own. */
	if (count > open + 1 && ops[count - 1].kind == OP_VALUE &&
		ops[count - 2].kind == OP_CONTENT)
		ops[open].index = ops[count - 1].index;
	struct str name = ops[open].text;
	add(c, OP_CLOSE, name);
}

/* One token. False at the end or at damage; then `program->good` tells which. */
static bool take_token(struct compiling *c)
{
	bool good = true;
	struct str ignored;
	uint8_t token = c->evtx->chunk.at[c->at];
	if (take_value(c, &good))
		return c->program->good = good;
	switch (token & ~0x40) {
	case 0x00:
		c->at++;
		c->ended = true;
		return false;
	case 0x01:
		return c->program->good = take_open(c);
	case 0x02:
		c->at++;
		add(c, OP_CONTENT, STR(""));
		return true;
	case 0x03:
		c->at++;
		add(c, OP_CONTENT, STR(""));
		take_close(c);
		return true;
	case 0x04:
		c->at++;
		take_close(c);
		return true;
	case 0x0A: /* instructions say nothing about an event */
		c->at++;
		return c->program->good = take_name(c, &ignored);
	case 0x0B:
		c->at += 1 + 2 + 2 * (size_t)chunk_u16(c->evtx, c->at + 1);
		return c->program->good = c->at <= c->end;
	case 0x0F:
		c->at += 4;
		return c->program->good = c->at <= c->end;
	default:
		return c->program->good = false;
	}
}

static void compile(struct compiling *c)
{
	c->program->good = c->program->regular = true;
	c->raw = c->at;
	while (c->at < c->end && take_token(c))
		;
	while (c->depth > 0) {
		/* Cut off: end what is open, so that what is there can be shown. */
		if (c->program->ops[c->program->count - 1].kind == OP_OPEN ||
			c->program->ops[c->program->count - 1].kind == OP_ATTRIBUTE_END)
			add(c, OP_CONTENT, STR(""));
		take_close(c);
		c->program->good = false;
	}
	c->program->regular &= c->keeps && c->ended && c->program->good;
	if (c->program->regular)
		c->program->rest = (struct bytes){c->evtx->chunk.at + c->raw, c->at - c->raw};
}

/*
 * Where provider and event id are
 */

static void find_provider(struct program *p, size_t open)
{
	for (size_t i = open + 1; i < p->ops[open].end; i++) {
		if (p->ops[i].kind != OP_ATTRIBUTE || !str_equal(p->ops[i].text, STR("Name")))
			continue;
		p->provider_known = true;
		if (p->ops[i + 1].kind == OP_TEXT && p->ops[i].end == i + 2)
			p->provider = p->ops[i + 1].text;
		else if (p->ops[i].index != NO_INDEX)
			p->provider_index = p->ops[i].index;
		else
			p->provider_known = false;
		return;
	}
}

static void find_id(struct program *p, size_t open)
{
	int64_t number = 0;
	const struct op *value = &p->ops[p->ops[open].end - 1];
	if (value->kind == OP_VALUE && value[-1].kind == OP_CONTENT)
		p->id_index = value->index;
	else if (value->kind == OP_TEXT && scan_number(value->text, &number) && number >= 0)
		p->id = (uint32_t)number;
	else
		p->provider_known = false;
}

/* Event, System, Provider and EventID stand in this order in every event. */
void find_selectors(struct program *p)
{
	p->provider_index = p->id_index = NO_INDEX;
	bool id = false;
	for (size_t i = 0; i < p->count && !id; i++) {
		if (p->ops[i].kind != OP_OPEN || p->ops[i].end == 0)
			continue;
		if (str_equal(p->ops[i].text, STR("Provider")) && !p->provider_known)
			find_provider(p, i);
		if (str_equal(p->ops[i].text, STR("EventID"))) {
			id = true;
			find_id(p, i);
		}
	}
	p->provider_known &= id;
}

/* Larger ones are compiled again in each chunk. */
#define KEPT_DEFINITION_MAX (16 * KIB)

static struct program *compile_program(
	struct evtx *evtx, size_t offset, size_t end, bool has_dependency, bool keeps)
{
	size_t used = evtx->arena_used;
	struct program *program = arena_alloc(evtx->arena, sizeof *program);
	evtx->arena_used += sizeof *program;
	struct compiling c = {.evtx = evtx,
		.program = program,
		.at = offset,
		.end = end,
		.has_dependency = has_dependency,
		.keeps = keeps && end - offset <= KEPT_DEFINITION_MAX};
	compile(&c);
	find_selectors(program);
	program->cost = evtx->arena_used - used;
	return program;
}

struct program *program_of_fragment(
	struct evtx *evtx, size_t offset, size_t end, bool has_dependency)
{
	return compile_program(evtx, offset, end, has_dependency, false);
}

static struct program *program_of_definition(struct evtx *evtx, uint32_t offset)
{
	size_t data = (size_t)offset + 24, size = chunk_u32(evtx, (size_t)offset + 20);
	if (data > evtx->chunk.size)
		return NULL;
	const uint8_t *guid = evtx->chunk.at + offset + 4;
	size_t end = size < evtx->chunk.size - data ? data + size : evtx->chunk.size;
	struct program *kept = kept_find(evtx, guid, data, end);
	if (kept)
		return kept;
	struct program *program = compile_program(evtx, data, end, true, true);
	return program->regular ? kept_add(evtx, guid, program) : program;
}

struct program *program_at(struct evtx *evtx, uint32_t offset)
{
	size_t slot = (offset * 2654435761u >> 16) % PROGRAMS;
	for (size_t tried = 0; tried < PROGRAMS; tried++) {
		struct program_slot *at = &evtx->programs[(slot + tried) % PROGRAMS];
		if (at->generation == evtx->generation) {
			if (at->offset == offset)
				return at->program;
			continue;
		}
		struct program *program = program_of_definition(evtx, offset);
		if (program)
			*at = (struct program_slot){evtx->generation, offset, program};
		return program;
	}
	return NULL; /* more definitions than a chunk can hold */
}

/*
 * Instances
 */

bool template_instance(
	const struct evtx *evtx, size_t offset, size_t end, uint32_t *definition, size_t *values)
{
	if (offset + 10 > end)
		return false;
	*definition = chunk_u32(evtx, offset + 6);
	size_t at = offset + 10;
	if (*definition == at) { /* here at first use */
		if (at + 24 > end)
			return false;
		at += 24 + (size_t)chunk_u32(evtx, at + 20);
	}
	*values = at;
	return at + 4 <= end;
}

bool table_value(
	const struct evtx *evtx, size_t table, size_t end, unsigned index, struct value *value)
{
	size_t count = chunk_u32(evtx, table), at = table + 4;
	if (index >= count || count > (end - at) / 4)
		return false;
	size_t data = at + 4 * count;
	for (unsigned i = 0; i < index; i++)
		data += chunk_u16(evtx, at + 4 * (size_t)i);
	size_t size = chunk_u16(evtx, at + 4 * (size_t)index);
	if (data > end || size > end - data)
		return false;
	*value = (struct value){
		{evtx->chunk.at + data, size}, evtx->chunk.at[at + 4 * (size_t)index + 2]};
	return true;
}
