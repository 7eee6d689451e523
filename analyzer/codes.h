/*
 * Error codes of activation: symbol and meaning, in the languages of reports.
 *
 * Symbols are those of slerror.h and winerror.h; meanings are our own words. Codes that are not in the table still
 * belong to a range (facilities.def), which says where they come from.
 */
#ifndef ACTDX_CODES_H
#define ACTDX_CODES_H

#include "language.h"

#include <stdint.h>

struct code {
	uint32_t number;
	const char *symbol;
	const char *says[LANGUAGE_COUNT];
};

extern const struct code codes[];
extern const size_t code_count;

/* NULL when it is not in the table. */
const struct code *code_find(uint32_t number);

/* The HRESULT of a Win32 error: 1722 gives 0x800706BA. */
uint32_t code_of_win32(uint32_t error);

/* Is it an HRESULT of a Win32 error? */
bool code_is_win32(uint32_t number);

/* Where a code comes from, by the range it lies in; NULL when it is no code of any range. */
struct code_range {
	uint32_t first, last;
	const char *says[LANGUAGE_COUNT];
};

const struct code_range *code_range_of(uint32_t number);

/* Known codes whose hex digits are `digits` with one digit mistyped, left out or too many, or two neighbours
 * exchanged; those exchanged first, then those whose last digit is missing. Returns how many, at most
 * CODES_NEAR. */
#define CODES_NEAR 3
size_t codes_near(struct str digits, const struct code *near[CODES_NEAR]);

#endif
