/*
 * Text between UTF-8, which is what actdx speaks, and UTF-16, which is what Windows speaks. On Windows only.
 *
 * The callers free what they get with free; nothing returns NULL but where it says so.
 */
#ifndef ACTDX_BASE_WIDE_H
#define ACTDX_BASE_WIDE_H

#include "base/str.h"

#include <wchar.h>

/* What is no UTF-8 becomes U+FFFD. */
wchar_t *wide_of(const char *utf8);

/* `count` units, or up to the NUL with WIDE_ALL; unpaired surrogates become U+FFFD. */
#define WIDE_ALL (-1)
char *wide_to_utf8(const wchar_t *wide, int count);

/* The path as Windows' functions take it at any length: absolute, and behind "\\?\" when it is a long one. NULL, with
 * errno set, when it is no path. */
wchar_t *wide_path(const char *utf8);

#endif
