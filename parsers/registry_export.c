/*
 * Registry exports, .reg (slmgr-format, section 5).
 *
 *     Windows Registry Editor Version 5.00            <- or REGEDIT4, whose hex text is in a code page
 *
 *     [HKEY_LOCAL_MACHINE\SOFTWARE\Contoso]
 *     "Name"="text with \\ and \""
 *     @="the unnamed value"
 *     "Number"=dword:0000000a
 *     "Path"=hex(2):25,00,57,00,\                     <- REG_EXPAND_SZ; goes on in the next line
 *       00,00
 *     "Gone"=-                                        <- deletes a value when imported: says nothing
 *     [-HKEY_LOCAL_MACHINE\SOFTWARE\Fabrikam]         <- deletes a key, likewise
 */
#include "registry.h"

#include "base/text.h"
#include "base/utf8.h"

#define TITLE STR("Windows Registry Editor Version ")

/* Bytes of a value that are looked at: all that a fact can hold, in UTF-16. */
#define HEX_BYTES ((size_t)2 * LIMIT_VALUE_BYTES + 64)

static bool is_key_line(struct str text)
{
	return (str_starts(text, STR("[")) || str_starts(text, STR("[-"))) &&
		str_ends(text, STR("]")) &&
		registry_is_path(str_from(text, text.size > 1 && text.at[1] == '-' ? 2 : 1));
}

bool registry_export_line(struct str text)
{
	return str_starts(text, TITLE) || str_equal(text, STR("REGEDIT4")) || is_key_line(text);
}

/* Takes a quoted string with its escapes undone off the front of `*rest`. Without a closing quote
 * it ends with the line: strings may hold line breaks. */
static struct str take_string(struct arena *arena, struct str *rest)
{
	char *to = arena_alloc(arena, rest->size + 1);
	size_t size = 0, i = 1;
	while (i < rest->size && rest->at[i] != '"') {
		if (rest->at[i] == '\\' && i + 1 < rest->size)
			i++;
		to[size++] = rest->at[i++];
	}
	*rest = str_from(*rest, i + 1);
	return (struct str){to, size};
}

static unsigned hex_digit(char c)
{
	return char_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(char_lower(c) - 'a') + 10;
}

struct hex {
	uint8_t *at;
	size_t size;
};

/* The bytes of one line, "25,00,\"; false when the value ends with it. */
static bool hex_line(struct hex *hex, struct str text)
{
	bool more = false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i];
		more = c == '\\' || (more && str_blank_left(str_slice(text, i, i + 1)) > 0);
		if (!char_is_hex(c) || i + 1 == text.size || !char_is_hex(text.at[i + 1]))
			continue;
		if (hex->size < HEX_BYTES)
			hex->at[hex->size++] =
				(uint8_t)(hex_digit(c) << 4 | hex_digit(text.at[i + 1]));
		i++;
	}
	return more;
}

static uint32_t unit_at(const struct hex *hex, size_t at)
{
	return at + 1 < hex->size ? (uint32_t)hex->at[at] | (uint32_t)hex->at[at + 1] << 8 : 0;
}

/* UTF-16LE; a zero ends one string of a list and becomes a bar. */
static struct str text_of_utf16(struct arena *arena, const struct hex *hex)
{
	char *to = arena_alloc(arena, hex->size * 2 + 4);
	size_t size = 0;
	for (size_t at = 0; at + 1 < hex->size; at += 2) {
		uint32_t c = unit_at(hex, at), low = unit_at(hex, at + 2);
		if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			at += 2;
		}
		size += utf8_put(to + size, c ? c : '|');
	}
	return (struct str){to, size};
}

static struct str text_of_hex(struct registry_reading *r, const struct hex *hex)
{
	struct str text;
	if (r->ansi) {
		for (size_t i = 0; i < hex->size; i++)
			if (hex->at[i] == 0)
				hex->at[i] = '|';
		struct bytes bytes = {hex->at, hex->size};
		text = text_decode(r->facts->arena, bytes, 0).utf8;
	} else {
		text = text_of_utf16(r->facts->arena, hex);
	}
	while (str_ends(text, STR("|")))
		text = str_slice(text, 0, text.size - 1);
	return text;
}

static struct str digits_of_hex(struct arena *arena, const struct hex *hex)
{
	static const char digits[] = "0123456789ABCDEF";
	char *to = arena_alloc(arena, hex->size * 2 + 1);
	for (size_t i = 0; i < hex->size; i++) {
		to[2 * i] = digits[hex->at[i] >> 4];
		to[2 * i + 1] = digits[hex->at[i] & 15];
	}
	return (struct str){to, hex->size * 2};
}

/* As reg query prints it. */
static struct str number_text(struct arena *arena, uint64_t number)
{
	return str_of(arena_format(arena, "0x%llx", (unsigned long long)number));
}

static struct str number_of_hex(struct arena *arena, const struct hex *hex, bool big)
{
	uint64_t number = 0;
	size_t size = hex->size < 8 ? hex->size : 8;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | hex->at[big ? i : size - 1 - i];
	return number_text(arena, number);
}

/* "hex:", "hex(2):": the type by its number. */
static const struct {
	struct str prefix, type;
} hex_types[] = {
	{STR_INIT("hex:"), STR_INIT("REG_BINARY")},
	{STR_INIT("hex(0):"), STR_INIT("REG_NONE")},
	{STR_INIT("hex(1):"), STR_INIT("REG_SZ")},
	{STR_INIT("hex(2):"), STR_INIT("REG_EXPAND_SZ")},
	{STR_INIT("hex(3):"), STR_INIT("REG_BINARY")},
	{STR_INIT("hex(4):"), STR_INIT("REG_DWORD")},
	{STR_INIT("hex(5):"), STR_INIT("REG_DWORD_BIG_ENDIAN")},
	{STR_INIT("hex(7):"), STR_INIT("REG_MULTI_SZ")},
	{STR_INIT("hex(b):"), STR_INIT("REG_QWORD")},
};

static void put_hex(struct registry_reading *r, struct registry_item *item, const struct hex *hex)
{
	struct arena *arena = r->facts->arena;
	if (str_ends(item->type, STR("_SZ")))
		item->data = text_of_hex(r, hex);
	else if (str_starts(item->type, STR("REG_DWORD")) ||
		str_starts(item->type, STR("REG_QWORD")))
		item->data = number_of_hex(arena, hex, str_ends(item->type, STR("BIG_ENDIAN")));
	else
		item->data = digits_of_hex(arena, hex);
	registry_put(r, item);
}

/* A value in hex with its continuation lines; returns the last of them. */
static size_t read_hex(
	struct registry_reading *r, size_t i, struct registry_item *item, struct str text)
{
	const struct lines *lines = &r->evidence->lines;
	uint8_t room[HEX_BYTES];
	struct hex hex = {room, 0};
	bool more = hex_line(&hex, text);
	while (more && i + 1 < lines->count && str_blank_left(lines->at[i + 1].text) > 0)
		more = hex_line(&hex, lines->at[++i].text);
	put_hex(r, item, &hex);
	return i;
}

/* What stands behind the equal sign. */
static size_t read_data(
	struct registry_reading *r, size_t i, struct registry_item *item, struct str text)
{
	if (str_starts(text, STR("\""))) {
		item->type = STR("REG_SZ");
		item->data = take_string(r->facts->arena, &text);
		registry_put(r, item);
	} else if (str_starts_nocase(text, STR("dword:"))) {
		struct str digits = str_trim(str_from(text, STR("dword:").size));
		uint64_t number = 0;
		char *hex =
			arena_format(r->facts->arena, "0x%.*s", STR_PRINT(str_slice(digits, 0, 9)));
		if (!scan_hex(str_of(hex), &number) || number > UINT32_MAX)
			return i;
		item->type = STR("REG_DWORD");
		item->data = number_text(r->facts->arena, number);
		registry_put(r, item);
	}
	for (size_t t = 0; t < sizeof hex_types / sizeof *hex_types; t++)
		if (str_starts_nocase(text, hex_types[t].prefix)) {
			item->type = hex_types[t].type;
			return read_hex(r, i, item, str_from(text, hex_types[t].prefix.size));
		}
	return i;
}

size_t registry_export_read(struct registry_reading *r, size_t i, bool *known)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str text = str_trim(line->text);
	struct registry_item item = {.line = line};
	*known = true;
	if (registry_export_line(text)) {
		r->key = STR("");
		r->exported = true;
		if (!str_starts(text, STR("[")))
			r->ansi = str_equal(text, STR("REGEDIT4"));
		else if (!str_starts(text, STR("[-")))
			registry_open(r, line, str_slice(text, 1, text.size - 1));
		return i;
	}
	if (str_starts(text, STR("@="))) {
		item.name = STR("(default)");
		return read_data(r, i, &item, str_from(text, 2));
	}
	if (str_starts(text, STR("\""))) {
		item.name = take_string(r->facts->arena, &text);
		if (str_starts(text, STR("=")))
			return read_data(r, i, &item, str_from(text, 1));
	}
	*known = false;
	return i;
}
