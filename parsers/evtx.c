/*
 * The file around the records: header, chunks, records, and which of them somebody wants.
 *
 * A record stands where its mark is and where its size is said twice, in front and at its end: pages that were never
 * written, or written half, do not have that. Chunks are read to the end of the file whatever the header declares; a
 * chunk whose checksum is wrong is read too, and its events are marked. What lies behind a chunk's last record is left
 * over from earlier use and no evidence.
 */
#include "evtx_internal.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

#define RECORD_MARK 0x00002A2A

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t u64_at(const uint8_t *at)
{
	return u32_at(at) | (uint64_t)u32_at(at + 4) << 32;
}

static bool has_mark(struct bytes data, const char *mark)
{
	return data.size >= 8 && memcmp(data.at, mark, 8) == 0;
}

bool is_evtx(struct bytes head)
{
	return has_mark(head, "ElfFile") || has_mark(head, "ElfChnk");
}

uint64_t evtx_record_id(const struct evtx_record *record)
{
	return record->id;
}

uint64_t evtx_record_time(const struct evtx_record *record)
{
	return record->time;
}

static void note_problem(struct evtx *evtx, size_t offset, const char *problem)
{
	if (evtx->log.problem)
		return;
	evtx->log.problem = problem;
	evtx->log.problem_offset = evtx->chunk_offset + offset;
}

/*
 * Choosing
 */

static bool wants_provider(const struct evtx *evtx, struct str name)
{
	const struct evtx_selection *selection = evtx->selection;
	return !selection->provider || selection->provider(name, selection->context);
}

static bool wants_event(const struct evtx *evtx, struct str provider, uint32_t id)
{
	const struct evtx_selection *selection = evtx->selection;
	return !selection->event || selection->event(provider, id, selection->context);
}

/* Providers and ids repeat: the answer for a template's id is remembered. */
static bool wants_id(struct evtx *evtx, const struct program *program, uint32_t id)
{
	struct id_memo *memo =
		&evtx->memo[((uintptr_t)program / sizeof *program * 31 + id) % ID_MEMO];
	if (memo->generation != evtx->generation || memo->program != program || memo->id != id)
		*memo = (struct id_memo){
			program, evtx->generation, id, wants_event(evtx, program->provider, id)};
	return memo->wanted;
}

/* Provider and id by the template's fixed places, without looking at anything else. */
static bool wants_instance(
	struct evtx *evtx, const struct program *program, size_t table, size_t end)
{
	uint32_t id = program->id;
	struct value value;
	if (program->provider_index == NO_INDEX && !program->provider_wanted)
		return false;
	if (program->id_index != NO_INDEX) {
		if (!table_value(evtx, table, end, program->id_index, &value) ||
			value.data.size < 2)
			return false;
		id = u32_at((const uint8_t[4]){value.data.at[0], value.data.at[1]});
	}
	if (program->provider_index == NO_INDEX)
		return wants_id(evtx, program, id);
	if (!table_value(evtx, table, end, program->provider_index, &value))
		return false;
	struct out name = out_new(256 * KIB);
	value_put(&name, &value);
	bool wanted =
		wants_provider(evtx, out_view(&name)) && wants_event(evtx, out_view(&name), id);
	out_free(&name);
	return wanted;
}

/* Without a template, or with one that is not made as usual: the whole event has to be read. */
static bool wants_other(struct evtx_record *record)
{
	struct arena *arena = arena_new();
	struct event event;
	bool wanted = evtx_event(record, arena, &event) &&
		wants_provider(record->evtx, event.provider) &&
		wants_event(record->evtx, event.provider, event.id);
	arena_free(arena);
	return wanted;
}

static bool is_wanted(struct evtx *evtx, struct evtx_record *record)
{
	const struct evtx_selection *selection = evtx->selection;
	uint32_t definition;
	size_t table;
	if ((selection->since && record->time < selection->since) ||
		(selection->until && record->time > selection->until))
		return false;
	if (!selection->provider && !selection->event)
		return true;
	if (evtx->chunk.at[record->offset] != 0x0F || evtx->chunk.at[record->offset + 4] != 0x0C)
		return wants_other(record);
	if (!template_instance(evtx, record->offset + 4, record->end, &definition, &table))
		return false;
	struct program *program = program_at(evtx, definition);
	if (!program || !program->provider_known)
		return program && wants_other(record);
	if (!program->provider_asked) {
		program->provider_asked = true;
		program->provider_wanted = program->provider_index != NO_INDEX ||
			wants_provider(evtx, program->provider);
	}
	return wants_instance(evtx, program, table, record->end);
}

/*
 * Records
 */

static void note_record(struct evtx *evtx, uint64_t id, uint64_t time)
{
	struct evtx_log *log = &evtx->log;
	if (evtx->previous && id != evtx->previous + 1)
		log->gaps++;
	evtx->previous = id;
	if (log->records++ == 0) {
		evtx->first = id;
		log->first_record = log->last_record = id;
		log->oldest = log->newest = time;
	}
	log->first_record = id < log->first_record ? id : log->first_record;
	log->last_record = id > log->last_record ? id : log->last_record;
	log->oldest = time < log->oldest ? time : log->oldest;
	log->newest = time > log->newest ? time : log->newest;
}

/* The log's own name, for which one event has to be read whole. */
static void note_channel(struct evtx *evtx, const struct evtx_record *record)
{
	struct arena *arena = arena_new();
	struct event event;
	if (evtx_event(record, arena, &event) && event.channel.size) {
		struct str name = str_slice(event.channel, 0, sizeof evtx->log.channel - 1);
		memcpy(evtx->log.channel, name.at, name.size);
		evtx->knows_channel = true;
	}
	arena_free(arena);
}

/* A chunk's programs take some 100 KiB. Definitions that overlap could take a million times that: what is over this
 * is forgotten between two records, and compiled again when it is named again. */
#define ARENA_USED_MAX (256 * KIB)
#define ARENA_USED_MAX_IN_CHUNK (4 * MIB)

static void forget_programs(struct evtx *evtx)
{
	evtx->generation++;
	if (evtx->arena_used < ARENA_USED_MAX)
		return;
	arena_free(evtx->arena);
	evtx->arena = arena_new();
	evtx->arena_used = 0;
	evtx->values = NULL;
	evtx->value_count = evtx->value_room = 0;
}

static void take_record(struct evtx *evtx, size_t offset, size_t size)
{
	const uint8_t *at = evtx->chunk.at + offset;
	struct evtx_record record = {
		.evtx = evtx,
		.id = u64_at(at + 8),
		.time = u64_at(at + 16),
		.offset = offset + RECORD_HEADER_BYTES,
		.end = offset + size - 4,
	};
	if (evtx->arena_used > ARENA_USED_MAX_IN_CHUNK)
		forget_programs(evtx);
	note_record(evtx, record.id, record.time);
	if (!evtx->knows_channel)
		note_channel(evtx, &record);
	if (record.end - record.offset >= 8 && is_wanted(evtx, &record))
		evtx->sink(&record, evtx->context);
}

/* Size of the record at `offset`, or 0 when there is none. */
static size_t record_size(const struct evtx *evtx, size_t offset)
{
	const struct bytes *chunk = &evtx->chunk;
	if (offset + RECORD_BYTES_MIN > chunk->size || u32_at(chunk->at + offset) != RECORD_MARK)
		return 0;
	size_t size = u32_at(chunk->at + offset + 4);
	if (size < RECORD_BYTES_MIN || size > chunk->size - offset ||
		u32_at(chunk->at + offset + size - 4) != size)
		return 0;
	return size;
}

/* Records stand at multiples of 8. */
static size_t next_record(const struct evtx *evtx, size_t offset, size_t end)
{
	for (offset = (offset + 8) & ~(size_t)7; offset < end; offset += 8)
		if (record_size(evtx, offset))
			return offset;
	return end;
}

/* One record after the other; up to where the chunk says its records end, damage is stepped over. Behind that only
 * what goes on counting belongs to it: the header of a chunk in use is written late. */
static void read_records(struct evtx *evtx)
{
	size_t said = chunk_u32(evtx, 48), offset = CHUNK_HEADER_BYTES;
	size_t end =
		said > CHUNK_HEADER_BYTES && said <= evtx->chunk.size ? said : CHUNK_HEADER_BYTES;
	uint64_t last = 0;
	for (;;) {
		size_t size = record_size(evtx, offset);
		uint64_t id = size ? u64_at(evtx->chunk.at + offset + 8) : 0;
		if (size && (offset < end || last == 0 || id == last + 1)) {
			take_record(evtx, offset, size);
			last = id;
			offset += size;
		} else if (!size && offset < end) {
			evtx->log.records_damaged++;
			note_problem(evtx, offset, "a record is damaged");
			offset = next_record(evtx, offset, end);
		} else {
			return;
		}
	}
}

/*
 * Chunks
 */

static bool is_zero(struct bytes data)
{
	return data.size == 0 ||
		(data.at[0] == 0 && memcmp(data.at, data.at + 1, data.size - 1) == 0);
}

/* The checksum of a chunk's header, and of its records. */
static bool checksums_fit(const struct evtx *evtx)
{
	const uint8_t *at = evtx->chunk.at;
	size_t end = chunk_u32(evtx, 48);
	if (chunk_u32(evtx, 120) & 4) /* says that it has none */
		return false;
	if (end < CHUNK_HEADER_BYTES || end > evtx->chunk.size)
		return false;
	uint32_t header = libdeflate_crc32(0, at, 120);
	header = libdeflate_crc32(header, at + 128, 384);
	return header == chunk_u32(evtx, 124) &&
		libdeflate_crc32(0, at + CHUNK_HEADER_BYTES, end - CHUNK_HEADER_BYTES) ==
		chunk_u32(evtx, 52);
}

static void read_chunk(struct evtx *evtx, struct bytes chunk, uint64_t offset)
{
	struct evtx_log *log = &evtx->log;
	evtx->chunk = chunk;
	evtx->chunk_offset = offset;
	evtx->doubtful = false;
	if (chunk.size < CHUNK_HEADER_BYTES + RECORD_BYTES_MIN || is_zero(chunk)) {
		log->chunks_empty++;
		return;
	}
	forget_programs(evtx);
	kept_trim(evtx);
	if (!has_mark(chunk, "ElfChnk")) {
		log->chunks_damaged++;
		evtx->doubtful = true;
		note_problem(evtx, 0, "a chunk does not begin as one");
	} else if (!checksums_fit(evtx)) {
		log->chunks_doubtful++;
		evtx->doubtful = true;
		note_problem(evtx, 0,
			chunk.size < EVTX_CHUNK_BYTES
				? "the last chunk is cut off"
				: "the checksum of a chunk is wrong or missing");
	}
	log->chunks_read++;
	read_records(evtx);
}

/*
 * Chunks that are read by several readers
 */

void chunk_read_alone(struct evtx *evtx, struct bytes chunk, uint64_t offset)
{
	evtx->log = (struct evtx_log){0};
	evtx->first = evtx->previous = 0;
	read_chunk(evtx, chunk, offset);
}

struct chunk_summary chunk_summary(const struct evtx *evtx)
{
	return (struct chunk_summary){evtx->log, evtx->first, evtx->previous};
}

static void add_records(struct evtx *evtx, const struct chunk_summary *chunk)
{
	struct evtx_log *log = &evtx->log;
	const struct evtx_log *more = &chunk->log;
	if (evtx->previous && chunk->first != evtx->previous + 1)
		log->gaps++;
	evtx->previous = chunk->last;
	if (log->records == 0) {
		log->first_record = more->first_record;
		log->last_record = more->last_record;
		log->oldest = more->oldest;
		log->newest = more->newest;
	}
	log->records += more->records;
	log->gaps += more->gaps;
	if (more->first_record < log->first_record)
		log->first_record = more->first_record;
	if (more->last_record > log->last_record)
		log->last_record = more->last_record;
	log->oldest = more->oldest < log->oldest ? more->oldest : log->oldest;
	log->newest = more->newest > log->newest ? more->newest : log->newest;
}

void chunk_add(struct evtx *evtx, const struct chunk_summary *chunk)
{
	struct evtx_log *log = &evtx->log;
	const struct evtx_log *more = &chunk->log;
	log->chunks_read += more->chunks_read;
	log->chunks_empty += more->chunks_empty;
	log->chunks_damaged += more->chunks_damaged;
	log->chunks_doubtful += more->chunks_doubtful;
	log->records_damaged += more->records_damaged;
	if (!*log->channel)
		memcpy(log->channel, more->channel, sizeof log->channel);
	if (!log->problem) {
		log->problem = more->problem;
		log->problem_offset = more->problem_offset;
	}
	if (more->records)
		add_records(evtx, chunk);
}

/*
 * The file
 */

struct evtx *evtx_open(const struct evtx_selection *selection,
	void (*sink)(const struct evtx_record *, void *), void *context)
{
	struct evtx *evtx = calloc(1, sizeof *evtx);
	uint8_t *gathered = malloc(EVTX_CHUNK_BYTES);
	if (!evtx || !gathered)
		machine_failed("out of memory");
	evtx->selection = selection;
	evtx->sink = sink;
	evtx->context = context;
	evtx->gathered = gathered;
	evtx->arena = arena_new();
	evtx->generation = 1;
	evtx->text = out_new(LIMIT_RECORD_TEXT);
	evtx->kept_arena = arena_new();
	escapes_make(&evtx->escapes);
	return evtx;
}

/* A header of 4 KiB comes before the chunks, unless somebody cut it off. Its fields are told, not trusted. */
static void read_file_header(struct evtx *evtx, struct bytes header)
{
	struct evtx_log *log = &evtx->log;
	uint32_t flags = header.size >= 124 ? u32_at(header.at + 120) : 0;
	log->has_header = true;
	log->dirty = flags & 1;
	log->full = flags & 2;
	if (header.size >= 44)
		log->chunks_declared = (uint32_t)(header.at[42] | header.at[43] << 8);
}

static void pass(struct bytes *piece, size_t size)
{
	piece->at += size;
	piece->size -= size;
}

/* The front of the file is gathered up to a header's size first: pieces may be small. */
static void take_front(struct evtx *evtx, struct bytes *piece)
{
	size_t missing = EVTX_HEADER_BYTES - evtx->gathered_size;
	size_t size = piece->size < missing ? piece->size : missing;
	memcpy(evtx->gathered + evtx->gathered_size, piece->at, size);
	evtx->gathered_size += size;
	pass(piece, size);
	if (evtx->gathered_size < EVTX_HEADER_BYTES)
		return;
	evtx->started = true;
	struct bytes front = {evtx->gathered, evtx->gathered_size};
	if (!has_mark(front, "ElfFile"))
		return; /* a bare chunk: what was gathered is its beginning */
	read_file_header(evtx, front);
	evtx->offset = EVTX_HEADER_BYTES;
	evtx->gathered_size = 0;
}

static void take_chunk(struct evtx *evtx, struct bytes chunk)
{
	if (evtx->instead)
		evtx->instead(evtx->context, chunk, evtx->offset);
	else
		read_chunk(evtx, chunk, evtx->offset);
	evtx->offset += chunk.size;
}

void evtx_feed(struct evtx *evtx, struct bytes piece)
{
	evtx->log.bytes += piece.size;
	if (!evtx->started && piece.size)
		take_front(evtx, &piece);
	while (piece.size) {
		if (evtx->gathered_size == 0 && piece.size >= EVTX_CHUNK_BYTES) {
			take_chunk(evtx, (struct bytes){piece.at, EVTX_CHUNK_BYTES});
			pass(&piece, EVTX_CHUNK_BYTES);
			continue;
		}
		size_t missing = EVTX_CHUNK_BYTES - evtx->gathered_size;
		size_t size = piece.size < missing ? piece.size : missing;
		memcpy(evtx->gathered + evtx->gathered_size, piece.at, size);
		evtx->gathered_size += size;
		pass(&piece, size);
		if (evtx->gathered_size == EVTX_CHUNK_BYTES) {
			evtx->gathered_size = 0;
			take_chunk(evtx, (struct bytes){evtx->gathered, EVTX_CHUNK_BYTES});
		}
	}
}

void evtx_take_rest(struct evtx *evtx)
{
	struct bytes rest = {evtx->gathered, evtx->gathered_size};
	evtx->gathered_size = 0;
	if (!evtx->started && has_mark(rest, "ElfFile")) {
		read_file_header(evtx, rest);
		evtx->log.problem = "the log ends inside its header";
	} else if (rest.size) {
		take_chunk(evtx, rest);
	}
}

const struct evtx_log *evtx_end(struct evtx *evtx)
{
	struct evtx_log *log = &evtx->log;
	evtx_take_rest(evtx);
	uint64_t span = log->records ? log->last_record - log->first_record + 1 : 0;
	log->lost = span > log->records ? span - log->records : 0;
	return log;
}

void evtx_close(struct evtx *evtx)
{
	if (!evtx)
		return;
	arena_free(evtx->arena);
	arena_free(evtx->kept_arena);
	out_free(&evtx->text);
	tree_free(evtx->tree);
	free(evtx->gathered);
	free(evtx);
}
