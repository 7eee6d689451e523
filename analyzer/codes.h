/*
 * Error codes of activation: symbol and meaning, in the languages of reports.
 *
 * Symbols are those of slerror.h and winerror.h; meanings are our own words.
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

#endif
