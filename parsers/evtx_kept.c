/*
 * Compiled definitions kept from chunk to chunk.
 *
 * Each chunk defines its templates again, for some four records each, and a definition's bytes are never the same twice:
 * names stand where they are used first, elsewhere is their offset, and sizes differ accordingly. What was compiled is
 * therefore compared piece by piece, names by their letters. A definition's GUID only tells where to look; nothing
 * rests on it.
 */
#include "evtx_internal.h"

#include <string.h>

#define KEPT_MAX (2 * MIB)
#define KEPT_CHAIN_MAX 8 /* compared with one definition */

static struct kept **bucket_of(struct evtx *evtx, const uint8_t *guid)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < 16; i++)
		hash = (hash ^ guid[i]) * 16777619u;
	return &evtx->kept[(hash ^ hash >> 16) % KEPT_BUCKETS];
}

static bool take_same(const struct evtx *evtx, size_t *at, size_t end, struct bytes raw)
{
	if (end - *at < raw.size ||
		(raw.size && memcmp(evtx->chunk.at + *at, raw.at, raw.size) != 0))
		return false;
	*at += raw.size;
	return true;
}

static bool take_same_name(const struct evtx *evtx, size_t *at, size_t end, struct bytes name)
{
	uint32_t offset = chunk_u32(evtx, *at);
	if (!name_fits(evtx, offset) ||
		2 * (size_t)chunk_u16(evtx, (size_t)offset + 6) != name.size ||
		(name.size && memcmp(evtx->chunk.at + offset + 8, name.at, name.size) != 0))
		return false;
	*at += 4;
	if (offset == *at)
		*at += 10 + name.size;
	return *at <= end;
}

static bool is_same(const struct evtx *evtx, const struct program *program, size_t at, size_t end)
{
	for (size_t i = 0; i < program->piece_count; i++) {
		const struct piece *piece = &program->pieces[i];
		if (!take_same(evtx, &at, end, piece->raw) || end - at < 4)
			return false;
		if (!piece->is_name)
			at += 4;
		else if (!take_same_name(evtx, &at, end, piece->name))
			return false;
	}
	return take_same(evtx, &at, end, program->rest);
}

struct program *kept_find(struct evtx *evtx, const uint8_t *guid, size_t at, size_t end)
{
	for (struct kept *kept = *bucket_of(evtx, guid); kept; kept = kept->next)
		if (memcmp(kept->guid, guid, sizeof kept->guid) == 0 &&
			is_same(evtx, kept->program, at, end))
			return kept->program;
	return NULL;
}

static void *keep(struct evtx *evtx, const void *from, size_t size)
{
	void *copy = arena_alloc(evtx->kept_arena, size);
	if (size)
		memcpy(copy, from, size);
	evtx->kept_used += (size + 15) / 16 * 16;
	return copy;
}

static struct bytes keep_bytes(struct evtx *evtx, struct bytes bytes)
{
	return (struct bytes){keep(evtx, bytes.at, bytes.size), bytes.size};
}

static bool has_room(struct kept *const *bucket)
{
	size_t length = 0;
	for (const struct kept *kept = *bucket; kept; kept = kept->next)
		length++;
	return length < KEPT_CHAIN_MAX;
}

struct program *kept_add(struct evtx *evtx, const uint8_t *guid, struct program *program)
{
	struct kept **bucket = bucket_of(evtx, guid);
	if (!has_room(bucket) || evtx->kept_used > KEPT_MAX)
		return program;
	struct program *copy = keep(evtx, program, sizeof *program);
	copy->ops = keep(evtx, program->ops, program->count * sizeof *program->ops);
	copy->pieces = keep(evtx, program->pieces, program->piece_count * sizeof *program->pieces);
	for (size_t i = 0; i < copy->count; i++) {
		struct str *text = &copy->ops[i].text;
		if (text->size)
			text->at = keep(evtx, text->at, text->size);
	}
	for (size_t i = 0; i < copy->piece_count; i++) {
		copy->pieces[i].raw = keep_bytes(evtx, copy->pieces[i].raw);
		copy->pieces[i].name = keep_bytes(evtx, copy->pieces[i].name);
	}
	copy->rest = keep_bytes(evtx, program->rest);
	copy->room = copy->piece_room = 0;
	copy->kept = true;
	copy->provider_known = false;
	find_selectors(copy);
	struct kept *kept =
		keep(evtx, &(struct kept){.next = *bucket, .program = copy}, sizeof *kept);
	memcpy(kept->guid, guid, sizeof kept->guid);
	*bucket = kept;
	return copy;
}

void kept_trim(struct evtx *evtx)
{
	if (evtx->kept_used <= KEPT_MAX)
		return;
	arena_free(evtx->kept_arena);
	evtx->kept_arena = arena_new();
	evtx->kept_used = 0;
	memset(evtx->kept, 0, sizeof evtx->kept);
}
