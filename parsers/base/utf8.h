/*
 * UTF-8 (RFC 3629): strict validation, one code point at a time, and how wide a terminal shows it.
 */
#ifndef ACTDX_BASE_UTF8_H
#define ACTDX_BASE_UTF8_H

#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Takes one code point off the front of `*rest`, which must not be empty. A byte that starts no valid,
 * shortest-form sequence is taken alone and gives UTF8_REPLACEMENT with `*valid` false. */
uint32_t utf8_next(struct str *rest, bool *valid);

bool utf8_is_valid(struct str text);

/* Writes `code_point` to `to` (room for 4) and returns its size. Surrogates and values past U+10FFFF
 * become U+FFFD. */
size_t utf8_put(char *to, uint32_t code_point);

/* The longest front part of `text` of at most `size` bytes that cuts no character in two. */
struct str utf8_clip(struct str text, size_t size);

/* Terminal columns: 0 for combining marks and controls, 2 for East Asian wide (Unicode TR 11), else 1. */
unsigned utf8_columns_of(uint32_t code_point);
size_t utf8_columns(struct str text);

#endif
