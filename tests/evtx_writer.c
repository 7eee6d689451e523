/*
 * Events into records, chunks and a file; see evtx_writer.h.
 *
 * A record is written straight into its chunk; one that does not fit is taken back, names and all, and begins the next.
 */
#include "evtx_writer.h"

#include "evtx_parts.h"

#include "base/instant.h"

#include <libdeflate.h>
#include <string.h>

#define CHUNK EVTX_MADE_CHUNK_BYTES

/*
 * Records and chunks
 */

static void begin_chunk(struct evtx_writing *w)
{
	memset(w->chunk, 0, sizeof *w->chunk);
	w->chunk->used = EVTX_FIRST_RECORD;
}

static uint32_t checksum(const uint8_t *at, size_t size, uint32_t before)
{
	return libdeflate_crc32(before, at, size);
}

static void finish_header(const struct evtx_writing *w, struct evtx_chunk *chunk)
{
	uint8_t *at = chunk->at;
	if (chunk->records == 0) { /* of a log that was just made or cleared */
		chunk->first_record = 1;
		chunk->last_record = UINT64_MAX;
	}
	memcpy(at, w->form->bad_magic && w->count == 0 ? "ElfChnX" : "ElfChnk", 8);
	evtx_set(at + 8, chunk->first_record, 8);
	evtx_set(at + 16, chunk->last_record, 8);
	evtx_set(at + 24, chunk->first_record, 8);
	evtx_set(at + 32, chunk->last_record, 8);
	evtx_set(at + 40, 128, 4);
	evtx_set(at + 44, chunk->last_offset, 4);
	evtx_set(at + 48, chunk->used, 4);
	evtx_set(at + 120, w->form->no_crc ? 4 : 1, 4);
	if (w->form->no_crc)
		return;
	uint32_t wrong = w->form->bad_crc ? 0x5a5a5a5a : 0;
	uint32_t data = checksum(at + EVTX_FIRST_RECORD, chunk->used - EVTX_FIRST_RECORD, 0);
	evtx_set(at + 52, data ^ wrong, 4);
	uint32_t header = checksum(at + 128, EVTX_FIRST_RECORD - 128, checksum(at, 120, 0));
	evtx_set(at + 124, header ^ wrong, 4);
}

/* Behind the last record, a copy of the first with an id of long ago: once part of this log, no longer. */
static size_t put_slack(struct evtx_chunk *chunk)
{
	size_t size = evtx_get32(chunk->at + EVTX_FIRST_RECORD + 4);
	if (size > CHUNK - chunk->used)
		return 0;
	memcpy(chunk->at + chunk->used, chunk->at + EVTX_FIRST_RECORD, size);
	evtx_set(chunk->at + chunk->used + 8, 1, 8);
	return size;
}

static void keep_chunk(struct evtx_writing *w, const uint8_t *from)
{
	uint8_t *at = arena_alloc(w->arena, CHUNK);
	memcpy(at, from, CHUNK);
	w->chunks = arena_grow(w->arena, w->chunks, w->count, &w->room, sizeof *w->chunks);
	w->chunks[w->count++] = (struct bytes){at, CHUNK};
}

static void finish_chunk(struct evtx_writing *w)
{
	struct evtx_chunk *chunk = w->chunk;
	finish_header(w, chunk);
	w->last_used = chunk->used;
	if (w->form->slack)
		w->last_used += put_slack(chunk);
	if (w->form->zero_page) {
		size_t page = (chunk->used - 1) & ~(size_t)4095;
		memset(chunk->at + page, 0, CHUNK - page);
	}
	keep_chunk(w, chunk->at);
	begin_chunk(w);
	if (w->form->empty_chunk && w->count == 1)
		keep_chunk(w, (const uint8_t[CHUNK]){0});
	/* The event that did not fit any more, and begins the next chunk, is of the arena that is kept. */
	arena_free(w->events_before);
	w->events_before = w->events;
	w->events = arena_new();
}

static void put_record(struct evtx_writing *w, const struct evtx_event *event)
{
	struct evtx_chunk *chunk = w->chunk;
	size_t from = chunk->used;
	evtx_put(w, "**\0\0", 4);
	evtx_put_number(w, 0, 4);
	evtx_put_number(w, event->record, 8);
	evtx_put_number(w, event->time, 8);
	if (w->form->plain) {
		evtx_put_plain(w, event->template);
	} else {
		evtx_put_instance(w, event->template, 0);
	}
	while (!w->full && (chunk->used - from) % 8 != 4)
		evtx_put_number(w, 0, 1);
	size_t size = chunk->used - from + 4;
	evtx_put_number(w, size, 4);
	if (w->full)
		return;
	evtx_set(chunk->at + from + 4, size, 4);
	chunk->last_offset = from;
	chunk->last_record = event->record;
	chunk->first_record = chunk->records ? chunk->first_record : event->record;
	chunk->records++;
}

static void put_event(struct evtx_writing *w, const struct evtx_event *event)
{
	if (w->form->chunk_records && w->chunk->records == w->form->chunk_records)
		finish_chunk(w);
	for (int attempt = 0; attempt < 2; attempt++) {
		struct evtx_chunk *chunk = w->chunk;
		size_t used = chunk->used, names = chunk->name_count;
		size_t templates = chunk->template_count;
		uint8_t tables[EVTX_FIRST_RECORD];
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

static void write_header(const struct evtx_writing *w, uint8_t *at)
{
	size_t chunks = w->form->dirty ? 1 : w->count, shift = w->form->wrap % w->count;
	memcpy(at, "ElfFile", 8);
	evtx_set(at + 8, w->form->dirty ? 0 : shift, 8);
	evtx_set(at + 16, shift ? shift - 1 : chunks - 1, 8);
	evtx_set(at + 24, w->next_record, 8);
	evtx_set(at + 32, 128, 4);
	evtx_set(at + 36, 1, 2);
	evtx_set(at + 38, 3, 2);
	evtx_set(at + 40, EVTX_MADE_HEADER_BYTES, 2);
	evtx_set(at + 42, chunks, 2);
	evtx_set(at + 120, (w->form->dirty ? 1u : 0u) | (w->form->no_crc ? 4u : 0u), 4);
	if (!w->form->no_crc)
		evtx_set(at + 124, checksum(at, 120, 0) ^ (w->form->bad_crc ? 0x5a5a5a5a : 0), 4);
}

static struct bytes file_of(struct evtx_writing *w)
{
	size_t size = EVTX_MADE_HEADER_BYTES + w->count * CHUNK;
	size_t shift = w->form->wrap % w->count;
	uint8_t *file = arena_alloc(w->arena, size);
	write_header(w, file);
	for (size_t i = 0; i < w->count; i++)
		memcpy(file + EVTX_MADE_HEADER_BYTES + (i + shift) % w->count * CHUNK,
			w->chunks[i].at, CHUNK);
	if (w->form->short_end && shift == 0)
		size -= CHUNK - w->last_used;
	size_t from = w->form->bare ? EVTX_MADE_HEADER_BYTES : 0;
	size -= from;
	size -= w->form->cut < size ? w->form->cut : size;
	return (struct bytes){file + from, size};
}

static struct bytes little(struct arena *arena, uint64_t number)
{
	uint8_t *at = arena_alloc(arena, 8);
	evtx_set(at, number, 8);
	return (struct bytes){at, 8};
}

/* Its id and time, in the record's header and in its values. */
static void number_event(struct evtx_writing *w, struct evtx_event *event, uint64_t record,
	uint64_t time, uint64_t later)
{
	bool given = event->record_value->type != EVTX_NULL;
	event->record = w->form->first_record ? w->next_record
		: given && record             ? record
					      : w->next_record;
	event->time = time + later;
	*event->record_value =
		(struct evtx_value){EVTX_UINT64, little(w->events, event->record), NULL};
	*event->record_text =
		str_of(arena_format(w->events, "%llu", (unsigned long long)event->record));
	if (event->time_value->type != EVTX_NULL && later) {
		event->time_value->data = little(w->events, event->time);
		*event->time_text = instant_text(w->events, event->time);
	}
	w->next_record = event->record + 1;
}

bool evtx_make(
	struct arena *arena, struct str xml, const struct evtx_form *form, struct evtx_made *made)
{
	struct evtx_writing w = {
		.arena = arena,
		.form = form,
		.chunk = arena_alloc(arena, sizeof *w.chunk),
		.events = arena_new(),
	};
	struct evtx_text *texts = NULL;
	begin_chunk(&w);
	struct evtx_event event;
	size_t count = evtx_split(arena, xml, &texts);
	*made = (struct evtx_made){0};
	w.next_record = form->first_record ? form->first_record : 1;
	for (size_t turn = 0; turn <= form->repeat; turn++)
		for (size_t i = 0; i < count && !w.problem; i++) {
			if (!evtx_event_read(w.events, texts[i].xml, form->literal_providers,
				    &event, &w.problem, &made->line))
				break;
			number_event(&w, &event, turn == 0 ? texts[i].record : 0, texts[i].time,
				turn * INSTANT_DAY);
			put_event(&w, &event);
			made->events += !w.problem;
		}
	if (w.chunk->records > 0 || w.count == 0)
		finish_chunk(&w);
	if (!w.problem)
		made->log = file_of(&w);
	made->chunks = w.count;
	if (w.problem)
		made->problem = arena_copy(arena, str_of(w.problem)).at;
	arena_free(w.events_before);
	arena_free(w.events);
	return !w.problem;
}
