#include "base/utf8.h"

uint32_t utf8_next(struct str *rest, bool *valid)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *b = (const unsigned char *)rest->at;
	unsigned size = b[0] < 0x80     ? 1
		: (b[0] & 0xE0) == 0xC0 ? 2
		: (b[0] & 0xF0) == 0xE0 ? 3
		: (b[0] & 0xF8) == 0xF0 ? 4
					: 0;
	uint32_t code_point = size == 1 ? b[0] : b[0] & (0x7Fu >> size);
	bool good = size > 0 && size <= rest->size;
	for (unsigned i = 1; good && i < size; i++) {
		good = (b[i] & 0xC0) == 0x80;
		code_point = code_point << 6 | (b[i] & 0x3Fu);
	}
	good = good && code_point >= smallest[size] && code_point <= 0x10FFFF &&
		(code_point < 0xD800 || code_point > 0xDFFF);
	*valid = good;
	*rest = str_from(*rest, good ? size : 1);
	return good ? code_point : UTF8_REPLACEMENT;
}

bool utf8_is_valid(struct str text)
{
	bool valid = true;
	while (text.size && valid) {
		if ((unsigned char)*text.at < 0x80)
			text = str_from(text, 1);
		else
			(void)utf8_next(&text, &valid);
	}
	return valid;
}

size_t utf8_put(char *to, uint32_t c)
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_REPLACEMENT;
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xC0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xE0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3F));
		to[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3F));
	to[2] = (char)(0x80 | (c >> 6 & 0x3F));
	to[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

struct str utf8_clip(struct str text, size_t size)
{
	if (text.size <= size)
		return text;
	while (size > 0 && ((unsigned char)text.at[size] & 0xC0) == 0x80)
		size--;
	return str_slice(text, 0, size);
}

struct range {
	uint32_t first, last;
};

/* Unicode TR 11, wide and full-width blocks that Windows tools or names can contain. */
static const struct range wide[] = {
	{0x1100, 0x115F},
	{0x2E80, 0x303E},
	{0x3041, 0x33FF},
	{0x3400, 0x4DBF},
	{0x4E00, 0x9FFF},
	{0xA000, 0xA4CF},
	{0xA960, 0xA97F},
	{0xAC00, 0xD7A3},
	{0xF900, 0xFAFF},
	{0xFE30, 0xFE6F},
	{0xFF00, 0xFF60},
	{0xFFE0, 0xFFE6},
	{0x1F300, 0x1F64F},
	{0x1F900, 0x1F9FF},
	{0x20000, 0x3FFFD},
};

/* Controls, combining marks, joiners and direction marks take no column. */
static const struct range zero[] = {
	{0x0000, 0x001F},
	{0x007F, 0x009F},
	{0x0300, 0x036F},
	{0x0483, 0x0489},
	{0x0591, 0x05BD},
	{0x0610, 0x061A},
	{0x064B, 0x065F},
	{0x0E31, 0x0E31},
	{0x0E34, 0x0E3A},
	{0x0E47, 0x0E4E},
	{0x200B, 0x200F},
	{0x202A, 0x202E},
	{0x2060, 0x2064},
	{0x20D0, 0x20FF},
	{0xFE00, 0xFE0F},
	{0xFEFF, 0xFEFF},
};

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

unsigned utf8_columns_of(uint32_t c)
{
	if (c >= 0x20 && c < 0x7F)
		return 1;
	if (in_ranges(c, zero, sizeof zero / sizeof *zero))
		return 0;
	return in_ranges(c, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

size_t utf8_columns(struct str text)
{
	size_t columns = 0;
	bool valid = true;
	while (text.size)
		columns += utf8_columns_of(utf8_next(&text, &valid));
	return columns;
}
