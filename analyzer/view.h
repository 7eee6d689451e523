/*
 * The facts that one evaluation sees.
 *
 * A verdict is computed many times over: with all evidence, and with one or two sources left out, to learn
 * how much would have to be wrong before it changes. Each evaluation has a view: the facts whose sources
 * are all allowed, without superseded states, in buckets by kind, together with what derives from just
 * those.
 */
#ifndef ACTDX_VIEW_H
#define ACTDX_VIEW_H

#include "vocabulary.h"

/* A set of independent sources, a bit each (parser.h says what a source is). */
typedef uint64_t source_set;

struct sources {
	const char *names[64];
	size_t count;
};

/* The sources of all parsers. */
struct sources sources_all(void);

/* What a line, and what a fact with all its values, was read from. */
source_set sources_of_line(const struct sources *sources, const struct line *line);
source_set sources_of_fact(const struct sources *sources, const struct fact *fact);

struct bucket {
	const struct fact **at;
	size_t count, room;
};

struct view {
	struct arena *arena;
	const struct vocabulary *vocabulary;
	const struct sources *sources; /* of the viewable, which outlives the view */
	struct bucket *kinds;          /* by vocabulary_index */
	struct facts derived;          /* in the order they were derived */
};

/* Facts ready to be viewed many times: for each its kind's index and the sources it rests on. */
struct viewable {
	const struct vocabulary *vocabulary;
	struct sources sources;
	const struct fact **facts; /* without superseded states */
	unsigned *kinds;           /* vocabulary_index of each */
	source_set *rests_on;
	size_t count;
	source_set all;              /* every source that gave a fact */
	const struct fact_kind *cut; /* a kind of which there were too many to look at, or NULL */
};

struct viewable viewable_of(
	struct arena *arena, const struct vocabulary *vocabulary, const struct facts *facts);

/* The facts that rest on no source in `without`, and what derives from them. */
struct view view_of(struct arena *arena, const struct viewable *viewable, source_set without);

/* The facts of a kind, by name; the kind must exist. */
const struct bucket *view_kind(const struct view *view, const char *kind);

/* The same by kind. */
const struct bucket *view_bucket(const struct view *view, const struct fact_kind *kind);

/* Has a derivation made all it may (LIMIT_DERIVED_FACTS)? Then further facts are made, but not kept. */
bool view_is_full(const struct view *view, const struct fact_kind *kind);

/* For derivation: a new fact that rests on `line`, and its values, each with the line it rests on. */
struct fact *view_add(struct view *view, const struct fact_kind *kind, const struct line *line);
void view_put(struct view *view, struct fact *fact, const struct line *line, const char *field,
	struct str text);
void view_put_number(struct view *view, struct fact *fact, const struct line *line,
	const char *field, int64_t number);

/* Copies a value with its line from one fact to another; nothing when it is unset. */
void view_copy(struct view *view, struct fact *to, const char *field, const struct fact *from,
	const char *from_field);

#endif
