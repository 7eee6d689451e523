#include "base/text.h"

#include "base/code_page.h"
#include "base/limits.h"
#include "base/out.h"
#include "base/scan.h"
#include "base/utf8.h"

/* The code pages of Windows' consoles and editors, likelier ones first: on a tie the first wins. */
static const unsigned code_pages[] = {932, 936, 949, 950, 850, 437, 1252, 866, 1251, 852, 1250, 855,
	857, 1254, 874, 1253, 1255, 1256, 1257, 1258};

#define CODE_PAGE_COUNT (sizeof code_pages / sizeof *code_pages)

/* Enough text to tell languages apart; a whole log would only repeat it. */
#define GUESS_BYTES (16 * KIB)

bool text_knows_code_page(unsigned code_page)
{
	for (size_t i = 0; i < CODE_PAGE_COUNT; i++)
		if (code_pages[i] == code_page)
			return true;
	return false;
}

const char *text_encoding(struct arena *arena, const struct text *text)
{
	switch (text->code_page) {
	case CODE_PAGE_ASCII:
		return "ascii";
	case CODE_PAGE_UTF8:
		return "utf-8";
	case CODE_PAGE_UTF16LE:
		return "utf-16le";
	case CODE_PAGE_UTF16BE:
		return "utf-16be";
	default:
		return arena_format(arena, "cp%u", text->code_page);
	}
}

const char *text_how_word(enum text_how how)
{
	static const char *const words[] = {
		[TEXT_ASCII] = "nothing else in it",
		[TEXT_BOM] = "mark",
		[TEXT_UTF16] = "nul bytes",
		[TEXT_UTF8] = "validity",
		[TEXT_RECORDED] = "manifest",
		[TEXT_GUESSED] = "guess",
	};
	return words[how];
}

static bool is_ascii(struct bytes data)
{
	for (size_t i = 0; i < data.size; i++)
		if (data.at[i] >= 0x80 || data.at[i] == 0)
			return false;
	return true;
}

static struct str as_str(struct bytes data)
{
	return (struct str){(const char *)data.at, data.size};
}

static void put_code_point(struct out *out, uint32_t code_point)
{
	char bytes[4];
	out_str(out, (struct str){bytes, utf8_put(bytes, code_point)});
}

/* The next character; `*wrong` when half a pair stands alone. */
static uint32_t next_of_utf16(struct cursor *cursor, bool big, bool *wrong)
{
	uint32_t unit = big ? cursor_u16_big(cursor) : cursor_u16(cursor);
	if (unit >= 0xD800 && unit <= 0xDBFF && cursor_left(cursor) >= 2) {
		struct cursor ahead = *cursor;
		uint32_t low = big ? cursor_u16_big(&ahead) : cursor_u16(&ahead);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			*cursor = ahead;
			return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
		}
	}
	*wrong = unit >= 0xD800 && unit <= 0xDFFF;
	return unit;
}

/* Bytes that suffice: one for ASCII, three for any other unit, four for what half a unit becomes. */
static size_t room_for_utf16(struct bytes data, size_t low)
{
	size_t room = 4;
	for (size_t at = 0; at + 1 < data.size; at += 2)
		room += data.at[at + 1 - low] == 0 && data.at[at + low] < 0x80 ? 1 : 3;
	return room;
}

/* Reports of several megabytes are nearly all ASCII, which is copied without a detour. */
static struct str decode_utf16(struct arena *arena, struct bytes data, bool big, size_t *replaced)
{
	char *to = arena_alloc(arena, room_for_utf16(data, big ? 1 : 0));
	size_t size = 0, low = big ? 1 : 0, at = 0;
	while (at + 1 < data.size) {
		uint8_t byte = data.at[at + low];
		if (data.at[at + 1 - low] == 0 && byte < 0x80) {
			to[size++] = (char)byte;
			at += 2;
			continue;
		}
		struct cursor cursor = cursor_on((struct bytes){data.at + at, data.size - at});
		bool wrong = false;
		size += utf8_put(to + size, next_of_utf16(&cursor, big, &wrong));
		*replaced += wrong;
		at = data.size - cursor_left(&cursor);
	}
	if (at < data.size) {
		size += utf8_put(to + size, UTF8_REPLACEMENT);
		++*replaced;
	}
	return (struct str){to, size};
}

/* Text in UTF-16 without a mark: console text is mostly ASCII, so one byte of most pairs is NUL and the
 * other never. Text in any other encoding has no NUL at all. */
static unsigned unmarked_utf16(struct bytes data)
{
	size_t zeros[2] = {0, 0};
	size_t looked = data.size < 4 * KIB ? data.size : 4 * KIB;
	for (size_t i = 0; i < looked; i++)
		zeros[i & 1] += data.at[i] == 0;
	if (zeros[1] * 20 > looked / 2 && zeros[1] > 8 * zeros[0])
		return CODE_PAGE_UTF16LE;
	if (zeros[0] * 20 > looked / 2 && zeros[0] > 8 * zeros[1])
		return CODE_PAGE_UTF16BE;
	return 0;
}

/* UTF-8, if at least eight sequences are right for each byte that is wrong: a file cut in the middle of
 * a character, or damaged in one place, is still UTF-8. No code page spells that by chance. */
static bool is_utf8(struct bytes data, size_t *wrong)
{
	struct str rest = as_str(data);
	size_t right = 0;
	*wrong = 0;
	while (rest.size) {
		bool valid = true;
		bool ascii = (unsigned char)*rest.at < 0x80;
		if (ascii) {
			rest = str_from(rest, 1);
			continue;
		}
		(void)utf8_next(&rest, &valid);
		right += valid;
		*wrong += !valid;
	}
	return *wrong == 0 || right >= 8 * *wrong;
}

static struct str copy_utf8(struct arena *arena, struct str text, size_t wrong)
{
	if (wrong == 0)
		return arena_copy(arena, text);
	struct out out = out_new(text.size * 3 + 16);
	while (text.size) {
		bool valid = true;
		put_code_point(&out, utf8_next(&text, &valid));
	}
	struct str copy = arena_copy(arena, out_view(&out));
	out_free(&out);
	return copy;
}

static bool decode_page(
	struct arena *arena, struct bytes data, unsigned code_page, struct text *text)
{
	struct out out = out_new(data.size * 4 + 16);
	bool known = code_page_decode(code_page, data, &out, &text->replaced);
	if (known) {
		text->utf8 = arena_copy(arena, out_view(&out));
		text->code_page = code_page;
	}
	out_free(&out);
	return known;
}

struct text text_decode(struct arena *arena, struct bytes data, unsigned recorded_code_page)
{
	struct text text = {.how = TEXT_BOM};
	struct str raw = as_str(data);
	unsigned utf16 = str_starts(raw, STR("\xFF\xFE")) ? CODE_PAGE_UTF16LE
		: str_starts(raw, STR("\xFE\xFF"))        ? CODE_PAGE_UTF16BE
							  : 0;
	size_t mark = utf16 ? 2 : str_starts(raw, STR("\xEF\xBB\xBF")) ? 3 : 0;
	if (!mark && (utf16 = unmarked_utf16(data)) != 0)
		text.how = TEXT_UTF16;
	struct bytes body = {mark ? data.at + mark : data.at, data.size - mark};
	if (utf16) {
		text.code_page = utf16;
		text.utf8 = decode_utf16(arena, body, utf16 == CODE_PAGE_UTF16BE, &text.replaced);
		return text;
	}
	if (!mark && is_ascii(data))
		return (struct text){arena_copy(arena, raw), TEXT_ASCII, CODE_PAGE_ASCII, 0};
	size_t wrong = 0;
	if (is_utf8(body, &wrong) || mark) {
		text.how = mark ? TEXT_BOM : TEXT_UTF8;
		text.code_page = CODE_PAGE_UTF8;
		text.replaced = wrong;
		text.utf8 = copy_utf8(arena, as_str(body), wrong);
		return text;
	}
	text.how = TEXT_RECORDED;
	if (text_knows_code_page(recorded_code_page) &&
		decode_page(arena, data, recorded_code_page, &text))
		return text;
	text.how = TEXT_GUESSED;
	if (!decode_page(arena, data, text_guess_code_page(data), &text))
		text.utf8 = copy_utf8(arena, raw, wrong);
	return text;
}

struct text text_decode_as(struct arena *arena, struct bytes data, struct str encoding)
{
	struct str raw = as_str(data);
	int64_t page = 0;
	bool big = str_equal(encoding, STR("utf-16be"));
	struct text text = {.how = TEXT_RECORDED};
	if (big || str_equal(encoding, STR("utf-16le"))) {
		size_t mark = str_starts(raw, big ? STR("\xFE\xFF") : STR("\xFF\xFE")) ? 2 : 0;
		text.code_page = big ? CODE_PAGE_UTF16BE : CODE_PAGE_UTF16LE;
		text.utf8 = decode_utf16(arena, (struct bytes){data.at + mark, data.size - mark},
			big, &text.replaced);
		return text;
	}
	if (str_equal(encoding, STR("utf-8")) || str_equal(encoding, STR("ascii"))) {
		struct str body = str_from(raw, str_starts(raw, STR("\xEF\xBB\xBF")) ? 3 : 0);
		text.code_page = CODE_PAGE_UTF8;
		text.utf8 = copy_utf8(arena, body, body.size);
		return text;
	}
	if (str_starts(encoding, STR("cp")) && scan_number(str_from(encoding, 2), &page) &&
		page > 0 && page < 65536 && text_knows_code_page((unsigned)page) &&
		decode_page(arena, data, (unsigned)page, &text))
		return text;
	return text_decode(arena, data, 0);
}

/*
 * The guess. Each code page spells the bytes; what it spells is judged character by character against
 * what console text looks like: letters inside words, kana and common ideographs, and hardly ever boxes,
 * fractions or capitals in the middle of a word.
 */

static bool is_ascii_lower(uint32_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_lower(uint32_t c)
{
	return is_ascii_lower(c) || (c >= 0xDF && c <= 0xFF && c != 0xF7) ||
		(c >= 0x100 && c <= 0x17F &&
			((c >= 0x138 && c <= 0x148) ? c % 2 == 0 : c % 2 == 1)) ||
		(c >= 0x3AC && c <= 0x3CE) || (c >= 0x430 && c <= 0x45F);
}

static bool is_letter(uint32_t c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x17F && c != 0xD7) ||
		(c >= 0x218 && c <= 0x21B) || (c >= 0x386 && c <= 0x3CE) ||
		(c >= 0x401 && c <= 0x45F) || (c >= 0x5D0 && c <= 0x5EA) ||
		(c >= 0x621 && c <= 0x64A) || (c >= 0xE01 && c <= 0xE4E) ||
		(c >= 0x1EA0 && c <= 0x1EF9);
}

/* Two-byte code pages: is the lead byte in the rows of common characters? Windows' JIS level 1, GB 2312
 * level 1, KS X 1001 hangul, Big5 level 1. */
static bool is_common_row(unsigned code_page, unsigned char lead, unsigned char trail)
{
	switch (code_page) {
	case 932:
		return lead >= 0x88 && lead <= 0x97;
	case 936:
		return lead >= 0xB0 && lead <= 0xD7 && trail >= 0xA1;
	case 949:
		return lead >= 0xB0 && lead <= 0xC8 && trail >= 0xA1;
	default:
		return lead >= 0xA4 && lead <= 0xC6;
	}
}

static int judge_wide(unsigned code_page, uint32_t before, uint32_t c, uint32_t after, bool common)
{
	if (is_ascii_lower(before) && is_ascii_lower(after))
		return -8; /* a European letter in the middle of a word, eaten with its neighbour */
	if (c >= 0x3040 && c <= 0x30FF)
		return code_page == 932 ? 6 : -2;
	if (c >= 0xAC00 && c <= 0xD7A3)
		return common ? 6 : -2;
	if (c >= 0x4E00 && c <= 0x9FFF)
		return code_page == 949 ? -2 : common ? 4 : -1;
	if ((c >= 0x3000 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF5E))
		return 2;
	return -4;
}

/* Blocks of Unicode, told apart by where they begin: Latin, Greek, Cyrillic, Hebrew, Arabic, Thai. */
static int script_of(uint32_t c)
{
	static const uint32_t begins[] = {0x370, 0x400, 0x590, 0x600, 0xE00};
	int script = 0;
	while (script < 5 && c >= begins[script] && c < 0x1E00)
		script++;
	return script;
}

/* No word of any language mixes two: Czech read as Cyrillic does. */
static bool mixes_scripts(uint32_t neighbour, uint32_t c)
{
	return is_letter(neighbour) && script_of(neighbour) != script_of(c);
}

static bool is_capital(uint32_t c)
{
	return is_letter(c) && !is_lower(c);
}

static int judge_narrow(uint32_t before, uint32_t c, uint32_t after)
{
	if (is_letter(c)) {
		bool in_word = is_letter(before) || is_letter(after);
		if (mixes_scripts(before, c) || mixes_scripts(after, c))
			return -6;
		/* Hebrew: Cyrillic would need letters where it has none. */
		if (c >= 0x5D0 && c <= 0x5EA)
			return in_word ? 5 : -1;
		bool between_capitals = is_capital(before) && is_capital(after);
		if (is_lower(c) ? between_capitals : is_lower(before))
			return -6;
		return in_word ? (is_lower(c) ? 4 : 2) : -1;
	}
	/* no-break space, guillemets, degree, copyright, registered, dashes, quotes, inverted marks */
	if (c == 0xA0 || c == 0xAB || c == 0xBB || c == 0xB0 || c == 0xA9 || c == 0xAE ||
		c == 0xA1 || c == 0xBF || (c >= 0x2013 && c <= 0x201E) || c == 0x2026)
		return is_letter(before) && is_letter(after) ? -4 : 1;
	return -6;
}

static int judge(
	unsigned code_page, uint32_t before, uint32_t c, uint32_t after, bool pair, bool common)
{
	if (c == UTF8_REPLACEMENT || (c >= 0x80 && c < 0xA0) || (c >= 0xE000 && c <= 0xF8FF))
		return -20;
	if (pair)
		return judge_wide(code_page, before, c, after, common);
	if (code_page >= 932 && code_page <= 950)
		return c >= 0xFF61 && c <= 0xFF9F ? -5
						  : -10; /* half-width katakana: wrong code page */
	return judge_narrow(before, c, after);
}

/* Average worth of a byte from 0x80 up, in hundredths. */
static long judge_page(unsigned code_page, struct bytes sample, struct str spelled)
{
	bool wide_page = code_page >= 932 && code_page <= 950;
	long worth = 0, high = 0;
	uint32_t before = ' ';
	size_t at = 0;
	bool valid = true;
	while (spelled.size && at < sample.size) {
		uint32_t c = utf8_next(&spelled, &valid);
		struct str peek = spelled;
		uint32_t after = peek.size ? utf8_next(&peek, &valid) : ' ';
		bool is_high = sample.at[at] >= 0x80;
		bool pair = is_high && wide_page && c >= 0x80 && c != UTF8_REPLACEMENT &&
			!(c >= 0xFF61 && c <= 0xFF9F) && at + 1 < sample.size;
		if (is_high) {
			bool common =
				pair && is_common_row(code_page, sample.at[at], sample.at[at + 1]);
			worth += judge(code_page, before, c, after, pair, common);
			high++;
		}
		before = c;
		at += pair ? 2 : 1;
	}
	return high ? worth * 100 / high : 0;
}

/* The stretch that is judged: from a little before the first byte that is not ASCII. */
static struct bytes guess_sample(struct bytes data)
{
	size_t first = 0;
	while (first < data.size && data.at[first] < 0x80)
		first++;
	first = first > 64 ? first - 64 : 0;
	size_t size = data.size - first;
	return (struct bytes){data.at + first, size < GUESS_BYTES ? size : GUESS_BYTES};
}

unsigned text_guess_code_page(struct bytes data)
{
	struct bytes sample = guess_sample(data);
	unsigned best = 1252;
	long best_worth = -1000000;
	for (size_t i = 0; i < CODE_PAGE_COUNT; i++) {
		struct out spelled = out_new(sample.size * 4 + 16);
		size_t replaced = 0;
		if (code_page_decode(code_pages[i], sample, &spelled, &replaced)) {
			long worth = judge_page(code_pages[i], sample, out_view(&spelled));
			if (worth > best_worth) {
				best_worth = worth;
				best = code_pages[i];
			}
		}
		out_free(&spelled);
	}
	return best;
}
