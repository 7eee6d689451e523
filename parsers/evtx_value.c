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

#include <float.h>
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

static const char upper[] = "0123456789ABCDEF", lower[] = "0123456789abcdef";

static void put_hex_digits(struct out *out, struct bytes data)
{
	for (size_t i = 0; i < data.size; i++) {
		char pair[2] = {upper[data.at[i] >> 4], upper[data.at[i] & 15]};
		out_str(out, (struct str){pair, 2});
	}
}

/*
 * Values whose text is short and plain: written behind `to`, the end is returned
 */

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

static char *put_pair(char *to, unsigned number)
{
	memcpy(to, pairs + (size_t)number * 2, 2);
	return to + 2;
}

/* Decimal, two digits at a time: a log is full of numbers. */
static char *put_number(char *to, uint64_t number)
{
	char text[20], *end = text + sizeof text, *from = end;
	for (; number >= 100; number /= 100)
		(void)put_pair(from -= 2, (unsigned)(number % 100));
	if (number >= 10)
		(void)put_pair(from -= 2, (unsigned)number);
	else
		*--from = (char)('0' + number);
	memcpy(to, from, (size_t)(end - from));
	return to + (end - from);
}

/* With zeros in front up to `width`. */
static char *put_wide(char *to, unsigned number, unsigned width)
{
	for (unsigned least = 10; --width > 0; least *= 10)
		if (number < least)
			*to++ = '0';
	return put_number(to, number);
}

static char *put_unsigned(char *to, struct bytes data)
{
	return put_number(to, little(data));
}

static char *put_signed(char *to, struct bytes data)
{
	unsigned bits = (unsigned)data.size * 8;
	uint64_t number = little(data);
	if (bits < 64 && bits > 0 && number >> (bits - 1))
		number |= UINT64_MAX << bits;
	bool negative = number >> 63;
	if (negative)
		*to++ = '-';
	return put_number(to, negative ? 0 - number : number);
}

static char *put_guid(char *to, struct bytes data)
{
	/* Bytes in the order they are written; between them '-'. */
	static const uint8_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	*to++ = '{';
	for (size_t i = 0; i < sizeof order; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = upper[data.at[order[i]] >> 4];
		*to++ = upper[data.at[order[i]] & 15];
	}
	*to++ = '}';
	return to;
}

static char *put_filetime(char *to, struct bytes data)
{
	struct instant_parts p = instant_parts(little(data));
	to = put_wide(to, p.year, 4);
	*to++ = '-';
	to = put_pair(to, p.month);
	*to++ = '-';
	to = put_pair(to, p.day);
	*to++ = 'T';
	to = put_pair(to, p.hour);
	*to++ = ':';
	to = put_pair(to, p.minute);
	*to++ = ':';
	to = put_pair(to, p.second);
	*to++ = '.';
	*to++ = (char)('0' + p.fraction / 1000000);
	to = put_pair(to, p.fraction / 10000 % 100);
	to = put_pair(to, p.fraction / 100 % 100);
	to = put_pair(to, p.fraction % 100);
	*to++ = 'Z';
	return to;
}

/* Its numbers are the record's, and can be any of 16 bits. */
static char *put_systemtime(char *to, struct bytes data)
{
	static const struct {
		size_t offset;
		unsigned width;
		char after;
	} parts[] = {{0, 4, '-'}, {2, 2, '-'}, {6, 2, 'T'}, {8, 2, ':'}, {10, 2, ':'}, {12, 2, '.'},
		{14, 3, 'Z'}};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		to = put_wide(to, u16_at(data.at + parts[i].offset), parts[i].width);
		*to++ = parts[i].after;
	}
	return to;
}

static bool is_sid(struct bytes data)
{
	return data.size >= 8 && data.at[1] <= 15 && data.size >= 8 + 4 * (size_t)data.at[1];
}

static char *put_sid(char *to, struct bytes data)
{
	uint64_t authority = 0;
	for (size_t i = 2; i < 8; i++)
		authority = authority << 8 | data.at[i];
	*to++ = 'S';
	*to++ = '-';
	to = put_number(to, data.at[0]);
	*to++ = '-';
	to = put_number(to, authority);
	for (size_t i = 0; i < data.at[1]; i++) {
		*to++ = '-';
		to = put_number(to, little((struct bytes){data.at + 8 + 4 * i, 4}));
	}
	return to;
}

static char *put_hex(char *to, struct bytes data)
{
	char text[16], *end = text + sizeof text, *from = end;
	uint64_t number = little(data);
	do {
		*--from = lower[number & 15];
		number >>= 4;
	} while (number);
	*to++ = '0';
	*to++ = 'x';
	memcpy(to, from, (size_t)(end - from));
	return to + (end - from);
}

static char *put_bool(char *to, struct bytes data)
{
	bool is = little(data);
	memcpy(to, is ? "true" : "false", 5);
	return to + (is ? 4 : 5);
}

/*
 * Values of any length
 */

/* The shortest text that gives the same number again. */
static void put_real(struct out *out, double number, int digits, int most)
{
	char text[64];
	/* Comparisons, because mingw-w64's isnan and isinf warn about conversions. */
	if (!(number >= -HUGE_VAL)) {
		out_text(out, "NaN");
		return;
	}
	if (number > DBL_MAX || number < -DBL_MAX) {
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

static const struct {
	void (*put)(struct out *out, struct bytes data); /* this, or */
	char *(*plain)(char *to, struct bytes data);     /* this */
	/* Bytes it must have; bytes of an array's element, 0: none of its own. */
	size_t least, size;
} types[] = {
	[VALUE_STRING] = {put_string, NULL, 0, 0},
	[VALUE_ANSI] = {put_ansi, NULL, 0, 0},
	[VALUE_INT8] = {NULL, put_signed, 1, 1},
	[VALUE_UINT8] = {NULL, put_unsigned, 1, 1},
	[VALUE_INT16] = {NULL, put_signed, 2, 2},
	[VALUE_UINT16] = {NULL, put_unsigned, 2, 2},
	[VALUE_INT32] = {NULL, put_signed, 4, 4},
	[VALUE_UINT32] = {NULL, put_unsigned, 4, 4},
	[VALUE_INT64] = {NULL, put_signed, 8, 8},
	[VALUE_UINT64] = {NULL, put_unsigned, 8, 8},
	[VALUE_REAL32] = {put_real32, NULL, 4, 4},
	[VALUE_REAL64] = {put_real64, NULL, 8, 8},
	[VALUE_BOOL] = {NULL, put_bool, 1, 4},
	[VALUE_BINARY] = {put_hex_digits, NULL, 0, 1},
	[VALUE_GUID] = {NULL, put_guid, 16, 16},
	[VALUE_SIZE] = {NULL, put_hex, 4, 8},
	[VALUE_FILETIME] = {NULL, put_filetime, 8, 8},
	[VALUE_SYSTEMTIME] = {NULL, put_systemtime, 16, 16},
	[VALUE_SID] = {NULL, put_sid, 8, 0},
	[VALUE_HEX32] = {NULL, put_hex, 4, 4},
	[VALUE_HEX64] = {NULL, put_hex, 8, 8},
};

#define TYPES (sizeof types / sizeof *types)

char *value_put_plain(char *to, const struct value *value)
{
	uint8_t type = value->type;
	if (type >= TYPES || !types[type].plain || value->data.size < types[type].least ||
		(type == VALUE_SID && !is_sid(value->data)))
		return NULL;
	return types[type].plain(to, value->data);
}

static void put_element(struct out *out, const struct value *value)
{
	char text[VALUE_PLAIN_MAX], *end = value_put_plain(text, value);
	void (*put)(struct out *, struct bytes) =
		value->type < TYPES ? types[value->type].put : NULL;
	if (end)
		out_str(out, (struct str){text, (size_t)(end - text)});
	else if (put && value->data.size >= types[value->type].least)
		put(out, value->data);
	else
		put_hex_digits(out, value->data);
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

bool value_is_number(const struct value *value)
{
	return (value->type >= VALUE_INT8 && value->type <= VALUE_UINT64) ||
		value->type == VALUE_BOOL;
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
