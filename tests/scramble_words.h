/*
 * Text in a language that nobody speaks: every word that Windows translates becomes random letters.
 */
#ifndef ACTDX_TESTS_SCRAMBLE_WORDS_H
#define ACTDX_TESTS_SCRAMBLE_WORDS_H

#include "base/out.h"

#include <stdint.h>

enum { SCRIPT_COUNT = 6 };
extern const char *const script_names[SCRIPT_COUNT];

struct scrambler {
	unsigned script; /* below SCRIPT_COUNT */
	uint64_t seed;   /* the same word becomes the same letters, as in one language of Windows */
	const char
		*kept; /* phrases that this tool prints the same in every language; may be NULL */
	bool identifiers; /* words with a capital inside are names of values, "KeyManagementServiceName" */
	bool markup; /* HTML: what stands in tags, scripts and styles is no word */
	bool in_tag, in_code;
};

/* Appends `line` to `out`, its words replaced. */
void scramble_line(struct scrambler *scrambler, struct out *out, struct str line);

#endif
