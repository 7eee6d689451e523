/*
 * Every kind of fact there is: what parsers read and what is derived from it.
 *
 * The list is put together from the parsers' own declarations, so there is nothing to register. A cause file
 * may ask only for what is in it.
 */
#ifndef ACTDX_VOCABULARY_H
#define ACTDX_VOCABULARY_H

#include "base/facts.h"

struct vocabulary {
	const struct fact_kind **at; /* in the order of parsers.def, then derived kinds */
	size_t count;
};

struct vocabulary vocabulary_all(struct arena *arena);

/* The kind called `name`, or NULL. */
const struct fact_kind *vocabulary_find(const struct vocabulary *vocabulary, struct str name);

/* Index of a kind, which must be in the vocabulary. */
size_t vocabulary_index(const struct vocabulary *vocabulary, const struct fact_kind *kind);

/* "did you mean": the nearest kind, or the nearest field of a kind; NULL when none is near. */
const char *vocabulary_nearest_kind(const struct vocabulary *vocabulary, struct str name);
const char *vocabulary_nearest_field(const struct fact_kind *kind, struct str name);

#endif
