/*
 * DetectionHistory: what Defender remembers of one detection, in Scans\History\Service\DetectionHistory\NN\GUID
 * (defender-format, section 5).
 *
 *     record := u32 size, u32 type, data[size], zeros up to a multiple of 8
 *     types     00 u32, 05 u8, 06 u32, 08 u64, 0A FILETIME, 15 UTF-16 text, 1E GUID, 28 bytes
 *
 * Order, the same in all files seen: ThreatID (u64), detection id (GUID), "Magic.Version:1.2", name of the threat, then
 * numbers: 0, severity, category, flags, -, ThreatStatusID, n, n allowed actions, count of resources. Each resource is
 * six records: "Magic.Version:1.2", its sort, its value, u32, u32, bytes. Then 26 records; the first is the time of the
 * last change, the 9th the process, the 13th the time of the detection, the 15th that of the remediation.
 *
 * Records are walked, never looked for at an offset: the name of the threat moves all that follows. Microsoft does not
 * document the format; a file that fits it only in part gives what was read up to there.
 */
#include "defender.h"
#include "parser.h"

#include "base/instant.h"
#include "base/utf8.h"

#include <string.h>

enum record_type {
	RECORD_U32 = 0x00,
	RECORD_U8 = 0x05,
	RECORD_NUMBER = 0x06,
	RECORD_U64 = 0x08,
	RECORD_TIME = 0x0A,
	RECORD_TEXT = 0x15,
	RECORD_GUID = 0x1E,
	RECORD_BYTES = 0x28,
};

struct record {
	uint32_t type;
	struct bytes data;
};

static bool next_record(struct cursor *cursor, struct record *record)
{
	uint32_t size = cursor_u32(cursor);
	record->type = cursor_u32(cursor);
	record->data = cursor_take(cursor, size);
	if (cursor->failed)
		return false;
	size_t padding = (8 - cursor->offset % 8) % 8, left = cursor_left(cursor);
	cursor_skip(cursor, padding < left ? padding : left);
	return true;
}

static bool next_of(struct cursor *cursor, enum record_type type, struct record *record)
{
	return next_record(cursor, record) && record->type == (uint32_t)type;
}

static bool recognises(struct bytes head)
{
	static const char magic[] = "M\0a\0g\0i\0c\0.\0V\0e\0r\0s\0i\0o\0n\0:";
	struct cursor cursor = cursor_on(head);
	struct record id, guid, text;
	return next_of(&cursor, RECORD_U64, &id) && id.data.size == 8 &&
		next_of(&cursor, RECORD_GUID, &guid) && guid.data.size == 16 &&
		next_of(&cursor, RECORD_TEXT, &text) && text.data.size >= sizeof magic - 1 &&
		memcmp(text.data.at, magic, sizeof magic - 1) == 0;
}

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct cursor cursor;
	struct str guid, threat;
	int64_t threat_id, severity, status;
	struct str process;
	uint64_t detected, remediated;
	struct resource {
		struct str schema, value;
	} resources[64];
	size_t resource_count;
};

/* UTF-16 up to its zero. */
static struct str text_of(struct arena *arena, struct bytes data)
{
	struct cursor cursor = cursor_on(data);
	char *to = arena_alloc(arena, data.size / 2 * 3 + 1);
	size_t size = 0;
	while (cursor_left(&cursor) >= 2) {
		uint32_t unit = cursor_u16(&cursor);
		if (unit == 0)
			break;
		if (unit >= 0xD800 && unit < 0xDC00 && cursor_left(&cursor) >= 2) {
			uint32_t low = cursor_u16(&cursor);
			unit = low >= 0xDC00 && low < 0xE000
				? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
				: UTF8_REPLACEMENT;
		}
		size += utf8_put(to + size, unit);
	}
	return (struct str){to, size};
}

static bool next_text(struct reading *r, struct str *text)
{
	struct record record;
	if (!next_of(&r->cursor, RECORD_TEXT, &record))
		return false;
	*text = text_of(r->facts->arena, record.data);
	return true;
}

static bool next_number(struct reading *r, int64_t *number)
{
	struct record record;
	if (!next_record(&r->cursor, &record) || record.data.size < 4)
		return false;
	struct cursor data = cursor_on(record.data);
	*number = record.data.size >= 8 ? (int64_t)(cursor_u64(&data) & INT64_MAX)
					: (int64_t)cursor_u32(&data);
	return true;
}

static bool next_guid(struct reading *r, struct str *guid)
{
	struct record record;
	if (!next_of(&r->cursor, RECORD_GUID, &record) || record.data.size != 16)
		return false;
	struct cursor data = cursor_on(record.data);
	unsigned first = cursor_u32(&data), second = cursor_u16(&data), third = cursor_u16(&data);
	const uint8_t *b = cursor_take(&data, 8).at;
	*guid = str_of(
		arena_format(r->facts->arena, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			first, second, third, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]));
	return true;
}

static bool skip_records(struct reading *r, int64_t count)
{
	struct record record;
	for (int64_t i = 0; i < count; i++)
		if (!next_record(&r->cursor, &record))
			return false;
	return true;
}

/* Actions that may be taken, and resources: no honest file has more. */
#define COUNT_MAX 64

static bool read_head(struct reading *r, int64_t *resources)
{
	struct str version;
	int64_t ignored, actions;
	return next_number(r, &r->threat_id) && next_guid(r, &r->guid) && next_text(r, &version) &&
		next_text(r, &r->threat) && next_number(r, &ignored) &&
		next_number(r, &r->severity) && skip_records(r, 3) && next_number(r, &r->status) &&
		next_number(r, &actions) && actions <= COUNT_MAX && skip_records(r, actions) &&
		next_number(r, resources) && *resources <= COUNT_MAX;
}

static bool read_resources(struct reading *r, int64_t count)
{
	struct str version;
	for (int64_t i = 0; i < count; i++) {
		struct resource *resource = &r->resources[r->resource_count];
		if (!next_text(r, &version) || !next_text(r, &resource->schema) ||
			!next_text(r, &resource->value))
			return false;
		r->resource_count++;
		if (!skip_records(r, 3))
			return false;
	}
	return true;
}

static bool next_time(struct reading *r, uint64_t *time)
{
	struct record record;
	if (!next_of(&r->cursor, RECORD_TIME, &record) || record.data.size != 8)
		return false;
	struct cursor data = cursor_on(record.data);
	*time = cursor_u64(&data);
	return true;
}

static void read_tail(struct reading *r)
{
	uint64_t changed;
	struct str user;
	int64_t ignored;
	if (!next_time(r, &changed) || !skip_records(r, 5) || !next_text(r, &user) ||
		!next_number(r, &ignored) || !next_text(r, &r->process) || !skip_records(r, 3) ||
		!next_time(r, &r->detected) || !next_number(r, &ignored))
		return;
	(void)next_time(r, &r->remediated);
}

static struct line *line_for(struct reading *r, struct str text, size_t number)
{
	struct line *line = arena_alloc(r->facts->arena, sizeof *line);
	*line = (struct line){.text = text,
		.raw = text,
		.number = (unsigned)number,
		.last = (unsigned)number,
		.origin = &r->evidence->origin};
	return line;
}

static void put_word(struct reading *r, struct fact *fact, const char *field, const char *word)
{
	if (word)
		fact_put(r->facts, fact, NULL, field, str_of(word));
}

static void put_time(struct reading *r, struct fact *fact, const char *field, uint64_t time)
{
	if (time)
		fact_put_time(r->facts, fact, NULL, field, time);
}

/* A citation shows the threat, its status and the resource: the file itself has no lines. */
static void put_detection(struct reading *r, size_t i)
{
	struct arena *arena = r->facts->arena;
	static const struct resource none = {STR_INIT(""), STR_INIT("")};
	const struct resource *resource = i < r->resource_count ? &r->resources[i] : &none;
	struct str text = str_of(arena_format(arena, "%.*s, ThreatStatusID %lld, %.*s:_%.*s",
		STR_PRINT(r->threat), (long long)r->status, STR_PRINT(resource->schema),
		STR_PRINT(resource->value)));
	struct fact *fact = fact_add(r->facts, &kind_defender_detection, line_for(r, text, i + 1));
	fact_put(r->facts, fact, NULL, "threat", r->threat);
	fact_put_number(r->facts, fact, NULL, "threat-id", r->threat_id);
	fact_put(r->facts, fact, NULL, "detection-id", r->guid);
	put_word(r, fact, "severity", defender_severity_word(r->severity));
	put_word(r, fact, "status", defender_status_word(r->status));
	fact_put_number(r->facts, fact, NULL, "status-id", r->status);
	fact_put(r->facts, fact, NULL, "process", r->process);
	put_time(r, fact, "detected", r->detected);
	put_time(r, fact, "remediated", r->remediated);
	defender_put_resource(r->facts, fact, NULL,
		str_of(arena_format(arena, "%.*s%s%.*s", STR_PRINT(resource->schema),
			resource->schema.size ? ":_" : "", STR_PRINT(resource->value))));
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct bytes *bytes = evidence->binary;
	int64_t resources = 0;
	if (!bytes)
		return;
	struct reading *r = arena_alloc(facts->arena, sizeof *r);
	*r = (struct reading){.evidence = evidence, .facts = facts, .cursor = cursor_on(*bytes)};
	if (!read_head(r, &resources))
		return;
	if (read_resources(r, resources))
		read_tail(r);
	for (size_t i = 0; i < r->resource_count || i == 0; i++)
		put_detection(r, i);
}

static const struct fact_kind *const kinds[] = {&kind_defender_detection, NULL};

static const struct binary binary = {
	.recognises = recognises,
	.begin = binary_whole_begin,
	.feed = binary_whole_feed,
	.end = binary_whole_end,
};

const struct parser parser_defender_history = {
	.name = "defender_history",
	.says = "Defender's history of one detection, DetectionHistory\\NN\\GUID",
	.source = DEFENDER_SOURCE,
	.kinds = kinds,
	.binary = &binary,
	.parse = parse,
};
