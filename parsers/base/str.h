/*
 * Views of text: a pointer and a size, never a terminator.
 *
 * A view owns nothing and may hold any byte, NUL included. Every function takes views by value, looks at
 * no byte outside them, and never allocates. "Blank" is what a person sees as a space: space, tab,
 * no-break space (French puts one before a colon), ideographic space, and the invisible marks that
 * Windows puts around dates (U+200E, U+200F, U+FEFF).
 */
#ifndef ACTDX_BASE_STR_H
#define ACTDX_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *at;
	size_t size;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
/* The same in the initializer of a constant table. */
#define STR_INIT(literal) \
	{ \
		(literal), sizeof(literal) - 1 \
	}

/* For printf's "%.*s". Evaluates its argument twice: name a variable. */
#define STR_PRINT(s) (int)(s).size, (s).at

/* Marks a function that takes a format like printf's, at these places among its arguments. gcc has to be told that
 * on Windows, too, the format is that of C and not that of an old C library. */
#if defined __MINGW32__ && !defined __clang__
#define PRINTF_LIKE(format_at, values_at) __attribute__((format(gnu_printf, format_at, values_at)))
#else
#define PRINTF_LIKE(format_at, values_at) __attribute__((format(printf, format_at, values_at)))
#endif

/* What str_find and friends return when there is nothing. */
#define STR_NONE SIZE_MAX

struct str str_of(const char *terminated);
struct str str_slice(struct str text, size_t from, size_t to); /* clamped to the text */
struct str str_from(struct str text, size_t from);

/* "nocase" folds ASCII letters only: field names, host names, hex digits. */
bool str_equal(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b);
int str_compare(struct str a, struct str b); /* bytewise, for sorting */
bool str_starts(struct str text, struct str with);
bool str_starts_nocase(struct str text, struct str with);
bool str_ends(struct str text, struct str with);
bool str_ends_nocase(struct str text, struct str with);

size_t str_find(struct str text, struct str what);
size_t str_find_nocase(struct str text, struct str what);
size_t str_find_char(struct str text, char what);
size_t str_find_last_char(struct str text, char what);
bool str_has(struct str text, struct str what);
bool str_has_nocase(struct str text, struct str what);

struct str str_trim(struct str text);
struct str str_trim_left(struct str text);
struct str str_trim_right(struct str text);
bool str_is_blank(struct str text);

/* Takes what stands before the first `separator` off the front of `*rest`, and the separator with it;
 * all of it when there is none. */
struct str str_cut(struct str *rest, char separator);

/* Takes the next run of non-blank bytes off the front of `*rest`; empty at the end. */
struct str str_word(struct str *rest);

/* Is `word` one of the alternatives in `list`, written "one|two|three"? nocase. */
bool str_in_list(struct str word, const char *list);

/* How many bytes of blank stand at the front (at the back) of `text`? */
size_t str_blank_left(struct str text);
size_t str_blank_right(struct str text);

static inline bool char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool char_is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
static inline bool char_is_hex(char c)
{
	return char_is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}
static inline char char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

#endif
