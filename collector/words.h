/*
 * What the collector says to its user, in English and Japanese.
 */
#ifndef ACTDX_WORDS_H
#define ACTDX_WORDS_H

#include "base/out.h"

enum word {
#define WORD(id, en, ja) WORD_##id,
#include "words.def"
#undef WORD
	WORD_COUNT
};

const char *word_in(enum word id, bool in_japanese);

/* The sentence with "%1" and "%2" replaced; NULL for one that it does not have. */
void word_put(
	struct out *out, enum word id, bool in_japanese, const char *first, const char *second);

#endif
