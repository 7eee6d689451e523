/*
 * Values of binary XML as the text that Windows' own event XML has for them ([MS-EVEN6] 2.2.12 and 2.2.13).
 *
 * Numbers are decimal, HexInt32, HexInt64 and SizeT hexadecimal with 0x, GUIDs in braces, times in ISO 8601 with 100 ns,
 * binary data as hexadecimal digits. Sizes are the record's and may be any: what is too short for its type is shown as
 * hexadecimal digits, so that nothing is lost.
 */
#include "evtx_internal.h"

#include "base/instant.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t little(struct bytes data)
{
	uint64_t number = 0;
	for (size_t i = data.size < 8 ? data.size : 8; i > 0; i--)
		number = number << 8 | data.at[i - 1];
	return number;
}

static unsigned u16_at(const uint8_t *at)
{
	return (unsigned)(at[0] | at[1] << 8);
}

void put_utf16(struct out *out, struct bytes utf16)
{
	char made[256];
	size_t used = 0, count = utf16.size / 2;
	for (size_t i = 0; i < count; i++) {
		uint32_t c = u16_at(utf16.at + 2 * i);
		if (used + 4 > sizeof made) {
			out_str(out, (struct str){made, used});
			used = 0;
		}
		if (c < 0x80) {
			made[used++] = (char)c;
			continue;
		}
		if (c >= 0xD800 && c < 0xDC00 && i + 1 < count) {
			uint32_t low = u16_at(utf16.at + 2 * i + 2);
			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				i++;
			}
		}
		used += utf8_put(made + used, c);
	}
	out_str(out, (struct str){made, used});
}

/* Strings end at their size; some have a NUL, or several, too. */
static void put_string(struct out *out, struct bytes data)
{
	size_t size = data.size & ~(size_t)1;
	while (size >= 2 && data.at[size - 1] == 0 && data.at[size - 2] == 0)
		size -= 2;
	put_utf16(out, (struct bytes){data.at, size});
}

/* Which code page is not recorded: ASCII as it is, the rest as Latin-1. */
static void put_ansi(struct out *out, struct bytes data)
{
	while (data.size && data.at[data.size - 1] == 0)
		data.size--;
	for (size_t i = 0; i < data.size; i++) {
		char c[4];
		out_str(out, (struct str){c, utf8_put(c, data.at[i])});
	}
}

static const char hex_digits[] = "0123456789ABCDEF";

static void put_hex_digits(struct out *out, struct bytes data)
{
	for (size_t i = 0; i < data.size; i++) {
		char pair[2] = {hex_digits[data.at[i] >> 4], hex_digits[data.at[i] & 15]};
		out_str(out, (struct str){pair, 2});
	}
}

/* Decimal, with zeros in front up to `width`: printf is most of the time of a log without this. */
static char *decimal(char *end, uint64_t number, unsigned width)
{
	for (unsigned i = 0; number || i < width; i++) {
		*--end = (char)('0' + number % 10);
		number /= 10;
	}
	return end;
}

static void put_decimal(struct out *out, uint64_t number, bool negative)
{
	char text[24], *end = text + sizeof text, *from = decimal(end, number, 1);
	if (negative)
		*--from = '-';
	out_str(out, (struct str){from, (size_t)(end - from)});
}

static void put_signed(struct out *out, struct bytes data)
{
	unsigned bits = (unsigned)data.size * 8;
	uint64_t number = little(data);
	if (bits < 64 && bits > 0 && number >> (bits - 1))
		number |= UINT64_MAX << bits;
	bool negative = number >> 63;
	put_decimal(out, negative ? 0 - number : number, negative);
}

static void put_guid(struct out *out, struct bytes data)
{
	/* Bytes in the order they are written; between them '-'. */
	static const uint8_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	char text[38], *to = text;
	*to++ = '{';
	for (size_t i = 0; i < sizeof order; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex_digits[data.at[order[i]] >> 4];
		*to++ = hex_digits[data.at[order[i]] & 15];
	}
	*to++ = '}';
	out_str(out, (struct str){text, (size_t)(to - text)});
}

static void put_filetime(struct out *out, struct bytes data)
{
	struct instant_parts p = instant_parts(little(data));
	const struct {
		unsigned number, width;
		char after;
	} parts[] = {{p.fraction, 7, 'Z'}, {p.second, 2, '.'}, {p.minute, 2, ':'}, {p.hour, 2, ':'},
		{p.day, 2, 'T'}, {p.month, 2, '-'}, {p.year, 4, '-'}};
	char text[48], *end = text + sizeof text, *from = end;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		*--from = parts[i].after;
		from = decimal(from, parts[i].number, parts[i].width);
	}
	out_str(out, (struct str){from, (size_t)(end - from)});
}

static void put_systemtime(struct out *out, struct bytes data)
{
	const uint8_t *t = data.at;
	out_format(out, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", u16_at(t), u16_at(t + 2),
		u16_at(t + 6), u16_at(t + 8), u16_at(t + 10), u16_at(t + 12), u16_at(t + 14));
}

static bool is_sid(struct bytes data)
{
	return data.size >= 8 && data.at[1] <= 15 && data.size >= 8 + 4 * (size_t)data.at[1];
}

static void put_sid(struct out *out, struct bytes data)
{
	uint64_t authority = 0;
	for (size_t i = 2; i < 8; i++)
		authority = authority << 8 | data.at[i];
	out_format(out, "S-%u-%llu", data.at[0], (unsigned long long)authority);
	for (size_t i = 0; i < data.at[1]; i++)
		out_format(out, "-%llu",
			(unsigned long long)little((struct bytes){data.at + 8 + 4 * i, 4}));
}

/* The shortest text that gives the same number again. */
static void put_real(struct out *out, double number, int digits, int most)
{
	char text[64];
	if (isnan(number)) {
		out_text(out, "NaN");
		return;
	}
	if (isinf(number)) {
		out_text(out, number < 0 ? "-INF" : "INF");
		return;
	}
	for (; digits <= most; digits++) {
		(void)snprintf(text, sizeof text, "%.*g", digits, number);
		double back = strtod(text, NULL);
		if ((back >= number && back <= number) ||
			(most < 10 && (float)back >= (float)number && (float)back <= (float)number))
			break;
	}
	out_text(out, text);
}

static void put_real32(struct out *out, struct bytes data)
{
	float number;
	memcpy(&number, data.at, sizeof number);
	put_real(out, (double)number, 6, 9);
}

static void put_real64(struct out *out, struct bytes data)
{
	double number;
	memcpy(&number, data.at, sizeof number);
	put_real(out, number, 15, 17);
}

static void put_unsigned(struct out *out, struct bytes data)
{
	put_decimal(out, little(data), false);
}

static void put_hex(struct out *out, struct bytes data)
{
	static const char digits[] = "0123456789abcdef";
	char text[20], *end = text + sizeof text, *from = end;
	uint64_t number = little(data);
	do {
		*--from = digits[number & 15];
		number >>= 4;
	} while (number);
	*--from = 'x';
	*--from = '0';
	out_str(out, (struct str){from, (size_t)(end - from)});
}

static void put_bool(struct out *out, struct bytes data)
{
	out_text(out, little(data) ? "true" : "false");
}

static const struct {
	void (*put)(struct out *out, struct bytes data);
	size_t least,
		size; /* bytes it must have; bytes of an array's element, 0: none of its own */
} types[] = {
	[VALUE_STRING] = {put_string, 0, 0},
	[VALUE_ANSI] = {put_ansi, 0, 0},
	[VALUE_INT8] = {put_signed, 1, 1},
	[VALUE_UINT8] = {put_unsigned, 1, 1},
	[VALUE_INT16] = {put_signed, 2, 2},
	[VALUE_UINT16] = {put_unsigned, 2, 2},
	[VALUE_INT32] = {put_signed, 4, 4},
	[VALUE_UINT32] = {put_unsigned, 4, 4},
	[VALUE_INT64] = {put_signed, 8, 8},
	[VALUE_UINT64] = {put_unsigned, 8, 8},
	[VALUE_REAL32] = {put_real32, 4, 4},
	[VALUE_REAL64] = {put_real64, 8, 8},
	[VALUE_BOOL] = {put_bool, 1, 4},
	[VALUE_BINARY] = {put_hex_digits, 0, 1},
	[VALUE_GUID] = {put_guid, 16, 16},
	[VALUE_SIZE] = {put_hex, 4, 8},
	[VALUE_FILETIME] = {put_filetime, 8, 8},
	[VALUE_SYSTEMTIME] = {put_systemtime, 16, 16},
	[VALUE_SID] = {put_sid, 8, 0},
	[VALUE_HEX32] = {put_hex, 4, 4},
	[VALUE_HEX64] = {put_hex, 8, 8},
};

#define TYPES (sizeof types / sizeof *types)

static void put_element(struct out *out, const struct value *value)
{
	void (*put)(struct out *, struct bytes) =
		value->type < TYPES ? types[value->type].put : NULL;
	bool short_one = put && value->data.size < types[value->type].least;
	bool broken_sid = value->type == VALUE_SID && !is_sid(value->data);
	if (!put || short_one || broken_sid)
		put = put_hex_digits;
	put(out, value->data);
}

/* Strings of an array stand one behind the other, each with its NUL. */
static bool next_string(struct value *array, struct value *element)
{
	struct bytes *left = &array->data;
	size_t size = 0;
	while (size + 1 < left->size && (left->at[size] || left->at[size + 1]))
		size += 2;
	element->data = (struct bytes){left->at, size};
	size_t used = size + 2 < left->size ? size + 2 : left->size;
	*left = (struct bytes){left->at + used, left->size - used};
	return true;
}

bool array_next(struct value *array, struct value *element)
{
	struct bytes *left = &array->data;
	element->type = array->type & (uint8_t)~VALUE_ARRAY;
	if (left->size == 0)
		return false;
	if (element->type == VALUE_STRING)
		return next_string(array, element);
	size_t size = element->type < TYPES ? types[element->type].size : 0;
	if (element->type == VALUE_SID && is_sid(*left))
		size = 8 + 4 * (size_t)left->at[1];
	if (size == 0 || size > left->size || element->type == VALUE_BINARY)
		size = left->size;
	element->data = (struct bytes){left->at, size};
	*left = (struct bytes){left->at + size, left->size - size};
	return true;
}

void value_put(struct out *out, const struct value *value)
{
	if (!(value->type & VALUE_ARRAY)) {
		put_element(out, value);
		return;
	}
	/* Inside an attribute or running text: as Windows lists them. */
	struct value array = *value, element;
	for (bool more = false; array_next(&array, &element); more = true) {
		if (more)
			out_text(out, ", ");
		put_element(out, &element);
	}
}
