#include "view.h"

#include "derive.h"
#include "events.h"
#include "parser.h"

#include <assert.h>
#include <string.h>

static void add_source(struct sources *sources, const char *name)
{
	size_t k = 0;
	while (k < sources->count && strcmp(sources->names[k], name) != 0)
		k++;
	assert(k < 64 && "more than 64 independent sources");
	sources->names[k] = name;
	sources->count += k == sources->count;
}

struct sources sources_all(void)
{
	struct sources sources = {.count = 0};
	for (size_t i = 0; i < parser_count; i++)
		add_source(&sources, parsers[i]->source);
	for (size_t i = 0; i < event_reader_count; i++)
		add_source(&sources, event_readers[i]->source);
	return sources;
}

source_set sources_of_line(const struct sources *sources, const struct line *line)
{
	if (!line || !line->origin || !line->origin->source)
		return 0;
	for (size_t i = 0; i < sources->count; i++)
		if (sources->names[i] == line->origin->source ||
			strcmp(sources->names[i], line->origin->source) == 0)
			return (source_set)1 << i;
	return 0;
}

source_set sources_of_fact(const struct sources *sources, const struct fact *fact)
{
	source_set set = sources_of_line(sources, fact->line);
	for (size_t i = 0; fact->kind->fields[i].name; i++)
		if (fact->values[i].set && fact->values[i].line != fact->line)
			set |= sources_of_line(sources, fact->values[i].line);
	return set;
}

static void put_in_bucket(struct view *view, const struct fact *fact)
{
	struct bucket *bucket = &view->kinds[vocabulary_index(view->vocabulary, fact->kind)];
	bucket->at = arena_grow(
		view->arena, bucket->at, bucket->count, &bucket->room, sizeof *bucket->at);
	bucket->at[bucket->count++] = fact;
}

struct viewable viewable_of(
	struct arena *arena, const struct vocabulary *vocabulary, const struct facts *facts)
{
	struct viewable viewable = {
		.vocabulary = vocabulary,
		.sources = sources_all(),
		.facts = arena_array(arena, facts->count, sizeof *viewable.facts),
		.kinds = arena_array(arena, facts->count, sizeof *viewable.kinds),
		.rests_on = arena_array(arena, facts->count, sizeof *viewable.rests_on),
	};
	size_t *seen = arena_array(arena, vocabulary->count, sizeof *seen);
	for (size_t i = 0; i < facts->count; i++) {
		if (facts->at[i]->superseded)
			continue;
		size_t kind = vocabulary_index(vocabulary, facts->at[i]->kind);
		if (seen[kind]++ >= LIMIT_VIEW_FACTS) {
			viewable.cut = facts->at[i]->kind;
			continue;
		}
		size_t k = viewable.count++;
		viewable.facts[k] = facts->at[i];
		viewable.kinds[k] = (unsigned)kind;
		viewable.rests_on[k] = sources_of_line(&viewable.sources, facts->at[i]->line);
		viewable.all |= viewable.rests_on[k];
	}
	return viewable;
}

/* Buckets of just the right size, then what derives from them. */
struct view view_of(struct arena *arena, const struct viewable *viewable, source_set without)
{
	size_t kinds = viewable->vocabulary->count;
	size_t *counts = arena_array(arena, kinds, sizeof *counts);
	struct view view = {
		.arena = arena,
		.vocabulary = viewable->vocabulary,
		.sources = &viewable->sources,
		.kinds = arena_array(arena, kinds, sizeof(struct bucket)),
		.derived = facts_new(arena),
	};
	for (size_t i = 0; i < viewable->count; i++)
		counts[viewable->kinds[i]] += !(viewable->rests_on[i] & without);
	for (size_t i = 0; i < kinds; i++) {
		view.kinds[i].room = counts[i];
		view.kinds[i].at = arena_array(arena, counts[i], sizeof *view.kinds[i].at);
	}
	for (size_t i = 0; i < viewable->count; i++) {
		struct bucket *bucket = &view.kinds[viewable->kinds[i]];
		if (!(viewable->rests_on[i] & without))
			bucket->at[bucket->count++] = viewable->facts[i];
	}
	for (const struct derivation *const *derivation = derivations; *derivation; derivation++)
		(*derivation)->derive(&view);
	return view;
}

const struct bucket *view_bucket(const struct view *view, const struct fact_kind *kind)
{
	return &view->kinds[vocabulary_index(view->vocabulary, kind)];
}

const struct bucket *view_kind(const struct view *view, const char *kind)
{
	const struct fact_kind *found = vocabulary_find(view->vocabulary, str_of(kind));
	assert(found && "a derivation asked for a kind that nobody declares");
	return &view->kinds[vocabulary_index(view->vocabulary, found)];
}

bool view_is_full(const struct view *view, const struct fact_kind *kind)
{
	return view_bucket(view, kind)->count >= LIMIT_DERIVED_FACTS;
}

struct fact *view_add(struct view *view, const struct fact_kind *kind, const struct line *line)
{
	struct fact *fact = fact_add(&view->derived, kind, line);
	if (!view_is_full(view, kind))
		put_in_bucket(view, fact);
	return fact;
}

void view_put(struct view *view, struct fact *fact, const struct line *line, const char *field,
	struct str text)
{
	fact_put(&view->derived, fact, line, field, text);
}

void view_put_number(struct view *view, struct fact *fact, const struct line *line,
	const char *field, int64_t number)
{
	fact_put_number(&view->derived, fact, line, field, number);
}

void view_copy(struct view *view, struct fact *to, const char *field, const struct fact *from,
	const char *from_field)
{
	const struct fact_value *value = fact_get(from, from_field);
	if (value->set)
		view_put(view, to, value->line, field, value->text);
}
