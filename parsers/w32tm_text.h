/*
 * What lines of w32tm look like, in any language; w32tm.c makes facts of them.
 *
 * Nothing here allocates or remembers. Functions take any text and say no to what is none of
 * theirs.
 */
#ifndef ACTDX_W32TM_TEXT_H
#define ACTDX_W32TM_TEXT_H

#include "base/lines.h"
#include "base/scan.h"

/* A source: "time.windows.com,0x9" without its flags, and its word for `source-kind`, or NULL. */
struct str w32tm_without_flags(struct str source);
const char *w32tm_kind_of_source(struct str source);
/* A whole line that can only be a source, whoever printed it. */
NODISCARD bool w32tm_surely_source(struct str text);

/* /query /status /verbose: fields in the order in which they are printed, from the leap indicator on. */
#define W32TM_FIELDS 16

/* The field that line `i` begins a status with: the first, or a later one when the top was cut off.
 * W32TM_FIELDS when there is none. */
size_t w32tm_status_begins(const struct lines *lines, size_t i);

/* The value of `field`, at or below line `*i`; `before` is the value above, which may go on. */
NODISCARD bool w32tm_next_field(
	const struct lines *lines, size_t *i, size_t field, struct str before, struct str *value);

/* "0.0312500s", and the number in front of "(" in "3 (secondary reference ...)". */
NODISCARD bool w32tm_seconds_of(struct str text, int64_t *milliseconds);
NODISCARD bool w32tm_count_of(struct str value, int64_t *number);

/* /query /configuration: "MaxPosPhaseCorrection: 54000 (Local)"; `from` is local, policy, undefined
 * or NULL. */
struct w32tm_setting {
	struct str name, value;
	const char *from;
};
NODISCARD bool w32tm_setting_of(struct str text, struct w32tm_setting *setting);
NODISCARD bool w32tm_config_begins(struct str text);

/* /stripchart and /monitor: "dc01.contoso.com [10.0.3.5:123]", in any sentence; `*after` follows it. */
NODISCARD bool w32tm_target_of(
	struct str text, struct str *host, struct str *at, struct str *after);

/* One measurement, or the error of it. */
struct w32tm_sample {
	bool good;
	int64_t milliseconds;
	uint32_t code;
};
NODISCARD bool w32tm_sample_of(struct str text, struct w32tm_sample *sample);

/* The code in parentheses at the end of an error; and whether the line can only be w32tm's. */
NODISCARD bool w32tm_error_code(struct str text, uint32_t *code);
NODISCARD bool w32tm_error_begins(struct str text);

/* /resync: the word for `result` that a sentence stands for, or NULL. */
const char *w32tm_resync_result(struct str text);
NODISCARD bool w32tm_resync_begins(struct str text);

#endif
