/*
 * UTF-16 of a record straight to text that is printed: decoded and escaped in one go.
 *
 * Most of a log is ASCII without anything to escape. Sixteen characters of that are copied at once where the machine
 * can (SSE2, which every x86-64 has), one by one elsewhere. What is rare goes the way of all other text, through the
 * escaping functions of JSON and XML, so that there is one place that knows them.
 */
#include "evtx_internal.h"

#include "base/utf8.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static unsigned unit_at(const uint8_t *at)
{
	return (unsigned)(at[0] | at[1] << 8);
}

static bool is_plain(unsigned unit, bool xml)
{
	if (unit < 0x20 || unit >= 0x7F || unit == '"')
		return false;
	return xml ? unit != '<' && unit != '>' && unit != '&' : unit != '\\';
}

size_t text_copy_plain_by_one(char *to, const uint8_t *at, size_t count, bool xml)
{
	size_t done = 0;
	for (; done < count && is_plain(unit_at(at + 2 * done), xml); done++)
		to[done] = (char)at[2 * done];
	return done;
}

#if defined(__SSE2__)
/* A bit for each of 16 characters that is not to be copied. Units from 0x80 became 0, 0x80..0xFF or 0xFF when they
 * were packed, which are all below a space as signed bytes. */
static unsigned not_plain(__m128i text, bool xml)
{
	__m128i bad = _mm_cmplt_epi8(text, _mm_set1_epi8(0x20));
	bad = _mm_or_si128(bad, _mm_cmpeq_epi8(text, _mm_set1_epi8(0x7F)));
	bad = _mm_or_si128(bad, _mm_cmpeq_epi8(text, _mm_set1_epi8('"')));
	if (xml) {
		bad = _mm_or_si128(bad, _mm_cmpeq_epi8(text, _mm_set1_epi8('&')));
		/* '<' is 0x3C, '>' 0x3E */
		__m128i both = _mm_or_si128(text, _mm_set1_epi8(2));
		bad = _mm_or_si128(bad, _mm_cmpeq_epi8(both, _mm_set1_epi8('>')));
	} else {
		bad = _mm_or_si128(bad, _mm_cmpeq_epi8(text, _mm_set1_epi8('\\')));
	}
	return (unsigned)_mm_movemask_epi8(bad);
}

static size_t copy_plain(
	char *to, const uint8_t *at, size_t count, const uint8_t *readable, bool xml)
{
	size_t done = 0;
	while (done < count && readable - (at + 2 * done) >= 32) {
		const uint8_t *from = at + 2 * done;
		__m128i low = _mm_loadu_si128((const __m128i *)(const void *)from);
		__m128i high = _mm_loadu_si128((const __m128i *)(const void *)(from + 16));
		__m128i text = _mm_packus_epi16(low, high);
		_mm_storeu_si128((__m128i *)(void *)(to + done), text);
		unsigned bad = not_plain(text, xml) | 0x10000;
		size_t plain = (size_t)__builtin_ctz(bad), left = count - done;
		done += plain < left ? plain : left;
		if (plain < 16 || left <= 16)
			return done;
	}
	return done + text_copy_plain_by_one(to + done, at + 2 * done, count - done, xml);
}
#else
static size_t copy_plain(
	char *to, const uint8_t *at, size_t count, const uint8_t *readable, bool xml)
{
	(void)readable;
	return text_copy_plain_by_one(to, at, count, xml);
}
#endif

/* Letters that neither JSON nor XML escapes: all but ASCII, controls, what turns the writing direction, and what is no
 * character. */
static bool is_letter(uint32_t c)
{
	return (c >= 0xA0 && c < 0x61C) || (c > 0x61C && c < 0x200E) ||
		(c >= 0x2010 && c < 0x2028) || (c >= 0x2070 && c < 0xD800) ||
		(c >= 0xE000 && c < 0xFDD0);
}

static size_t escape(char room[static ESCAPE_MAX], uint32_t c, bool xml)
{
	char bytes[4];
	struct out out = {.at = room, .room = ESCAPE_MAX, .limit = ESCAPE_MAX};
	struct str text = {bytes, utf8_put(bytes, c)};
	if (xml)
		xml_put(&out, text);
	else
		json_put(&out, text);
	return out.size;
}

void escapes_make(struct escapes *escapes)
{
	for (unsigned c = 0; c < ESCAPES; c++) {
		escapes->json.size[c] = (uint8_t)escape(escapes->json.text[c], c, false);
		escapes->xml.size[c] = (uint8_t)escape(escapes->xml.text[c], c, true);
	}
}

/* Beyond ASCII: one character, of one unit or two. */
static char *put_wide(char *to, const uint8_t **at, size_t *count, bool xml)
{
	uint32_t c = unit_at(*at);
	size_t units = 1;
	if (is_letter(c)) {
		to += utf8_put(to, c);
	} else {
		if (c >= 0xD800 && c < 0xDC00 && *count > 1) {
			uint32_t low = unit_at(*at + 2);
			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				units = 2;
			}
		}
		char room[ESCAPE_MAX];
		size_t size = escape(room, c, xml);
		memcpy(to, room, size);
		to += size;
	}
	*at += 2 * units;
	*count -= units;
	return to;
}

static inline char *put_units(char *to, const struct escape_table *table, struct bytes utf16,
	const uint8_t *readable, bool xml)
{
	const uint8_t *at = utf16.at;
	size_t count = utf16.size / 2;
	while (count) {
		size_t plain = copy_plain(to, at, count, readable, xml);
		to += plain;
		at += 2 * plain;
		count -= plain;
		while (count && !is_plain(unit_at(at), xml)) {
			unsigned unit = unit_at(at);
			if (unit >= ESCAPES) {
				to = put_wide(to, &at, &count, xml);
				continue;
			}
			memcpy(to, table->text[unit], 8);
			to += table->size[unit];
			at += 2;
			count--;
		}
	}
	return to;
}

char *text_put_json(
	char *to, const struct escapes *escapes, struct bytes utf16, const uint8_t *readable)
{
	return put_units(to, &escapes->json, utf16, readable, false);
}

char *text_put_xml(
	char *to, const struct escapes *escapes, struct bytes utf16, const uint8_t *readable)
{
	return put_units(to, &escapes->xml, utf16, readable, true);
}
