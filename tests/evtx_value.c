/*
 * Values of binary XML, from the text that Windows prints for them.
 */
#include "evtx_parts.h"

#include "base/instant.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum form {
	FORM_STRING,
	FORM_ANSI,
	FORM_INT,
	FORM_FLOAT,
	FORM_DOUBLE,
	FORM_BOOL,
	FORM_BINARY,
	FORM_GUID,
	FORM_FILETIME,
	FORM_SYSTEMTIME,
	FORM_SID
};

static const struct type_row {
	const char *name;
	uint8_t type;
	enum form form;
	uint8_t size; /* of an integer */
} types[] = {
	{"string", EVTX_STRING, FORM_STRING, 0},
	{"ansi", 0x02, FORM_ANSI, 0},
	{"int8", 0x03, FORM_INT, 1},
	{"uint8", EVTX_UINT8, FORM_INT, 1},
	{"int16", 0x05, FORM_INT, 2},
	{"uint16", EVTX_UINT16, FORM_INT, 2},
	{"int32", 0x07, FORM_INT, 4},
	{"uint32", EVTX_UINT32, FORM_INT, 4},
	{"int64", 0x09, FORM_INT, 8},
	{"uint64", EVTX_UINT64, FORM_INT, 8},
	{"float", 0x0b, FORM_FLOAT, 4},
	{"double", 0x0c, FORM_DOUBLE, 8},
	{"bool", 0x0d, FORM_BOOL, 4},
	{"binary", EVTX_BINARY, FORM_BINARY, 0},
	{"guid", EVTX_GUID, FORM_GUID, 16},
	{"sizet", 0x10, FORM_INT, 8},
	{"sizet32", 0x10, FORM_INT, 4},
	{"filetime", EVTX_FILETIME, FORM_FILETIME, 8},
	{"systemtime", 0x12, FORM_SYSTEMTIME, 16},
	{"sid", EVTX_SID, FORM_SID, 0},
	{"hexint32", 0x14, FORM_INT, 4},
	{"hexint64", EVTX_HEX64, FORM_INT, 8},
};
#define TYPES (sizeof types / sizeof *types)

bool evtx_value_type(struct str name, uint8_t *type, bool *narrow)
{
	struct str array = STR("-array");
	bool many = str_ends(name, array);
	if (many)
		name = str_slice(name, 0, name.size - array.size);
	for (size_t i = 0; i < TYPES; i++) {
		if (!str_equal(name, str_of(types[i].name)))
			continue;
		*type = many ? types[i].type | EVTX_ARRAY : types[i].type;
		*narrow = str_equal(name, STR("sizet32"));
		return true;
	}
	return false;
}

/* Bytes being made, in the arena. */
struct making {
	struct arena *arena;
	uint8_t *at;
	size_t size, room;
};

static void put(struct making *made, uint8_t byte)
{
	made->at = arena_grow(made->arena, made->at, made->size, &made->room, 1);
	made->at[made->size++] = byte;
}

static void put_little(struct making *made, uint64_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		put(made, (uint8_t)(number >> 8 * i));
}

static void put_utf16(struct making *made, struct str text)
{
	while (text.size) {
		bool valid = true;
		uint32_t c = utf8_next(&text, &valid);
		if (c > 0xffff) {
			put_little(made, 0xd7c0 + (c >> 10), 2);
			c = 0xdc00 + (c & 0x3ff);
		}
		put_little(made, c, 2);
	}
}

static void put_ansi(struct making *made, struct str text)
{
	while (text.size) {
		bool valid = true;
		uint32_t c = utf8_next(&text, &valid);
		put(made, c < 0x100 ? (uint8_t)c : '?');
	}
}

static bool number(struct str text, uint64_t *value)
{
	int64_t small = 0;
	text = str_trim(text);
	if (scan_hex(text, value))
		return true;
	if (scan_number(text, &small)) {
		*value = (uint64_t)small;
		return true;
	}
	*value = 0; /* above INT64_MAX */
	for (size_t i = 0; i < text.size; i++) {
		if (!char_is_digit(text.at[i]))
			return false;
		*value = *value * 10 + (uint64_t)(text.at[i] - '0');
	}
	return text.size > 0;
}

static bool put_integer(struct making *made, struct str text, unsigned size)
{
	uint64_t value = 0;
	if (!number(text, &value))
		return false;
	bool negative = str_starts(str_trim(text), STR("-"));
	uint64_t high = size < 8 ? value >> 8 * size : 0;
	if (high != 0 && !(negative && high == UINT64_MAX >> 8 * size))
		return false;
	put_little(made, value, size);
	return true;
}

static bool put_float(struct making *made, struct str text, bool is_double)
{
	char *copy = arena_copy_chars(made->arena, str_trim(text)), *end = NULL;
	uint64_t bits = 0;
	uint32_t narrow = 0;
	double wide = strtod(copy, &end);
	float small = (float)wide;
	memcpy(&bits, &wide, sizeof bits);
	memcpy(&narrow, &small, sizeof narrow);
	put_little(made, is_double ? bits : narrow, is_double ? 8 : 4);
	return end != copy && *end == '\0';
}

static bool put_hex(struct making *made, struct str text)
{
	text = str_trim(text);
	for (size_t i = 0; i + 1 < text.size; i += 2) {
		uint64_t byte = 0;
		char digits[] = {'0', 'x', text.at[i], text.at[i + 1]};
		if (!scan_hex((struct str){digits, sizeof digits}, &byte))
			return false;
		put(made, (uint8_t)byte);
	}
	return text.size % 2 == 0;
}

static bool put_guid(struct making *made, struct str text)
{
	static const uint8_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	struct making plain = {.arena = made->arena};
	struct str guid, part;
	if (!scan_first_guid(text, &guid))
		return false;
	while ((part = str_cut(&guid, '-')).size)
		if (!put_hex(&plain, part))
			return false;
	for (size_t i = 0; i < sizeof order && plain.size == 16; i++)
		put(made, plain.at[order[i]]);
	return plain.size == 16;
}

static bool put_time(struct making *made, struct str text, bool parts)
{
	uint64_t instant = 0;
	if (!scan_instant(text, &instant))
		return false;
	if (!parts) {
		put_little(made, instant, 8);
		return true;
	}
	struct instant_parts at = instant_parts(instant);
	unsigned weekday = (unsigned)((instant / INSTANT_DAY + 1) % 7); /* 1601 began on a Monday */
	const unsigned fields[] = {at.year, at.month, weekday, at.day, at.hour, at.minute,
		at.second, at.fraction / 10000};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		put_little(made, fields[i], 2);
	return true;
}

/* S-1-AUTHORITY-RID-RID... */
static bool put_sid(struct making *made, struct str text)
{
	struct str rest = str_trim(text);
	uint64_t revision = 0, authority = 0, rid = 0;
	if (!str_equal(str_cut(&rest, '-'), STR("S")) || !number(str_cut(&rest, '-'), &revision) ||
		!number(str_cut(&rest, '-'), &authority))
		return false;
	size_t count_at = made->size + 1;
	put_little(made, revision, 1);
	put_little(made, 0, 1);
	for (unsigned i = 6; i-- > 0;)
		put(made, (uint8_t)(authority >> 8 * i));
	while (rest.size) {
		if (!number(str_cut(&rest, '-'), &rid) || rid > UINT32_MAX)
			return false;
		put_little(made, rid, 4);
		made->at[count_at]++;
	}
	return true;
}

static bool put_one(struct making *made, const struct type_row *row, struct str text)
{
	switch (row->form) {
	case FORM_STRING:
		put_utf16(made, text);
		return true;
	case FORM_ANSI:
		put_ansi(made, text);
		return true;
	case FORM_INT:
		return put_integer(made, text, row->size);
	case FORM_FLOAT:
	case FORM_DOUBLE:
		return put_float(made, text, row->form == FORM_DOUBLE);
	case FORM_BOOL:
		put_little(made, str_equal_nocase(text, STR("true")), 4);
		return str_in_list(text, "true|false");
	case FORM_BINARY:
		return put_hex(made, text);
	case FORM_GUID:
		return put_guid(made, text);
	case FORM_FILETIME:
	case FORM_SYSTEMTIME:
		return put_time(made, text, row->form == FORM_SYSTEMTIME);
	case FORM_SID:
		return put_sid(made, text);
	}
	return false;
}

static const struct type_row *row_of(uint8_t type, bool narrow)
{
	const struct type_row *row = types;
	while (row < types + TYPES - 1 &&
		(row->type != type || (narrow && !str_equal(str_of(row->name), STR("sizet32")))))
		row++;
	return row;
}

bool evtx_value_of(
	struct arena *arena, uint8_t type, bool narrow, struct str text, struct bytes *data)
{
	struct making made = {.arena = arena};
	bool many = type & EVTX_ARRAY, good = true;
	const struct type_row *row = row_of(type & (uint8_t)~EVTX_ARRAY, narrow);
	if (!many)
		good = put_one(&made, row, text);
	for (struct str rest = text; many && good && rest.size;) {
		good = put_one(&made, row, str_cut(&rest, '|'));
		if (row->form == FORM_STRING || row->form == FORM_ANSI)
			put_little(&made, 0, row->form == FORM_STRING ? 2 : 1);
	}
	*data = (struct bytes){made.at, made.size};
	return good;
}

struct bytes evtx_value_strings(struct arena *arena, const struct str *at, size_t count)
{
	struct making made = {.arena = arena};
	for (size_t i = 0; i < count; i++) {
		put_utf16(&made, at[i]);
		put_little(&made, 0, 2);
	}
	return (struct bytes){made.at, made.size};
}

struct bytes evtx_utf16(struct arena *arena, struct str text)
{
	struct making made = {.arena = arena};
	put_utf16(&made, text);
	return (struct bytes){made.at, made.size};
}
