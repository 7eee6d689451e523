#include "base/str.h"

#include <string.h>

struct str str_of(const char *terminated)
{
	return (struct str){terminated, terminated ? strlen(terminated) : 0};
}

struct str str_slice(struct str text, size_t from, size_t to)
{
	if (to > text.size)
		to = text.size;
	if (from > to)
		from = to;
	return (struct str){from ? text.at + from : text.at, to - from};
}

struct str str_from(struct str text, size_t from)
{
	return str_slice(text, from, text.size);
}

static bool same(const char *a, const char *b, size_t size)
{
	return size == 0 || memcmp(a, b, size) == 0;
}

static bool same_nocase(const char *a, const char *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (char_lower(a[i]) != char_lower(b[i]))
			return false;
	return true;
}

bool str_equal(struct str a, struct str b)
{
	return a.size == b.size && same(a.at, b.at, a.size);
}

bool str_equal_nocase(struct str a, struct str b)
{
	return a.size == b.size && same_nocase(a.at, b.at, a.size);
}

int str_compare(struct str a, struct str b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter ? memcmp(a.at, b.at, shorter) : 0;
	return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool str_starts(struct str text, struct str with)
{
	return text.size >= with.size && same(text.at, with.at, with.size);
}

bool str_starts_nocase(struct str text, struct str with)
{
	return text.size >= with.size && same_nocase(text.at, with.at, with.size);
}

bool str_ends(struct str text, struct str with)
{
	return text.size >= with.size && same(text.at + text.size - with.size, with.at, with.size);
}

bool str_ends_nocase(struct str text, struct str with)
{
	return text.size >= with.size &&
		same_nocase(text.at + text.size - with.size, with.at, with.size);
}

size_t str_find(struct str text, struct str what)
{
	if (what.size == 0)
		return 0;
	for (size_t from = 0; text.size - from >= what.size;) {
		const char *hit =
			memchr(text.at + from, what.at[0], text.size - from - what.size + 1);
		if (!hit)
			return STR_NONE;
		if (same(hit, what.at, what.size))
			return (size_t)(hit - text.at);
		from = (size_t)(hit - text.at) + 1;
	}
	return STR_NONE;
}

size_t str_find_nocase(struct str text, struct str what)
{
	if (what.size == 0)
		return 0;
	char first = char_lower(*what.at); /* settles most places without a call */
	for (size_t from = 0; from + what.size <= text.size; from++)
		if (char_lower(text.at[from]) == first &&
			same_nocase(text.at + from, what.at, what.size))
			return from;
	return STR_NONE;
}

size_t str_find_char(struct str text, char what)
{
	const char *hit = text.size ? memchr(text.at, what, text.size) : NULL;
	return hit ? (size_t)(hit - text.at) : STR_NONE;
}

size_t str_find_last_char(struct str text, char what)
{
	for (size_t i = text.size; i > 0; i--)
		if (text.at[i - 1] == what)
			return i - 1;
	return STR_NONE;
}

bool str_has(struct str text, struct str what)
{
	return str_find(text, what) != STR_NONE;
}

bool str_has_nocase(struct str text, struct str what)
{
	return str_find_nocase(text, what) != STR_NONE;
}

/* Blanks beyond ASCII, in UTF-8: U+00A0, U+200E, U+200F, U+202F, U+3000, U+FEFF. */
static const struct str wide_blanks[] = {
	STR_INIT("\xC2\xA0"),
	STR_INIT("\xE2\x80\x8E"),
	STR_INIT("\xE2\x80\x8F"),
	STR_INIT("\xE2\x80\xAF"),
	STR_INIT("\xE3\x80\x80"),
	STR_INIT("\xEF\xBB\xBF"),
};

static bool is_ascii_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static size_t wide_blank(struct str text, bool (*at_end)(struct str, struct str))
{
	for (size_t i = 0; i < sizeof wide_blanks / sizeof *wide_blanks; i++)
		if (at_end(text, wide_blanks[i]))
			return wide_blanks[i].size;
	return 0;
}

/* Surely no blank, and no beginning of one. Most characters are; every parser trims every line. */
static bool is_plain(char c)
{
	return c > ' ' && c < 0x7F;
}

size_t str_blank_left(struct str text)
{
	size_t size = 0;
	while (size < text.size && !is_plain(text.at[size])) {
		size_t step = is_ascii_blank(text.at[size]) ? 1
			: (unsigned char)text.at[size] >= 0x80
			? wide_blank(str_from(text, size), str_starts)
			: 0;
		if (!step)
			break;
		size += step;
	}
	return size;
}

size_t str_blank_right(struct str text)
{
	size_t size = 0;
	if (text.size && is_plain(text.at[text.size - 1]))
		return 0;
	while (size < text.size) {
		struct str rest = str_slice(text, 0, text.size - size);
		char last = rest.at[rest.size - 1];
		size_t step = is_ascii_blank(last)    ? 1
			: (unsigned char)last >= 0x80 ? wide_blank(rest, str_ends)
						      : 0;
		if (!step)
			break;
		size += step;
	}
	return size;
}

struct str str_trim_left(struct str text)
{
	return str_from(text, str_blank_left(text));
}

struct str str_trim_right(struct str text)
{
	return str_slice(text, 0, text.size - str_blank_right(text));
}

struct str str_trim(struct str text)
{
	return str_trim_right(str_trim_left(text));
}

bool str_is_blank(struct str text)
{
	return str_blank_left(text) == text.size;
}

struct str str_cut(struct str *rest, char separator)
{
	size_t at = str_find_char(*rest, separator);
	struct str part = str_slice(*rest, 0, at);
	*rest = at == STR_NONE ? str_from(*rest, rest->size) : str_from(*rest, at + 1);
	return part;
}

struct str str_word(struct str *rest)
{
	*rest = str_trim_left(*rest);
	size_t size = 0;
	while (size < rest->size &&
		(is_plain(rest->at[size]) || str_blank_left(str_from(*rest, size)) == 0))
		size++;
	struct str word = str_slice(*rest, 0, size);
	*rest = str_from(*rest, size);
	return word;
}

bool str_in_list(struct str word, const char *list)
{
	struct str rest = str_of(list);
	while (rest.size)
		if (str_equal_nocase(str_cut(&rest, '|'), word))
			return true;
	return false;
}
