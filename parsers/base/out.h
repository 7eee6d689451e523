/*
 * Text being made: a report, a manifest, a listing.
 *
 * Everything actdx prints is made in memory first and written in one piece, so that what is printed is
 * either whole or not there. An `out` cannot be made without a limit; past it, text is dropped and
 * `overflowed` says so. Calls go in a series and are asked once, at the end.
 */
#ifndef ACTDX_BASE_OUT_H
#define ACTDX_BASE_OUT_H

#include "base/str.h"

struct out {
	char *at;
	size_t size, room, limit;
	bool overflowed;
};

/* Free with out_free. */
struct out out_new(size_t limit);
void out_free(struct out *out);

void out_str(struct out *out, struct str text);
void out_text(struct out *out, const char *text);
void out_char(struct out *out, char c);
void out_repeat(struct out *out, char c, size_t count);
void out_format(struct out *out, const char *format, ...) PRINTF_LIKE(2, 3);

/* Room for `size` more bytes, for who writes behind `at + size` himself; false, and nothing marked, past the limit. */
bool out_reserve(struct out *out, size_t size);

/* What has been made so far; valid until the next call. */
struct str out_view(const struct out *out);

#endif
