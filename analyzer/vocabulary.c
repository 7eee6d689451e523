#include "vocabulary.h"

#include "derive.h"
#include "events.h"
#include "parser.h"

#include "base/nearest.h"

#include <assert.h>

static bool holds(const struct vocabulary *vocabulary, const struct fact_kind *kind)
{
	for (size_t i = 0; i < vocabulary->count; i++)
		if (vocabulary->at[i] == kind)
			return true;
	return false;
}

static void add_kinds(struct arena *arena, struct vocabulary *vocabulary, size_t *room,
	const struct fact_kind *const *kinds)
{
	for (; *kinds; kinds++) {
		if (holds(vocabulary, *kinds))
			continue;
		assert(!vocabulary_find(vocabulary, str_of((*kinds)->name)) &&
			"two kinds have one name");
		vocabulary->at = arena_grow(
			arena, vocabulary->at, vocabulary->count, room, sizeof *vocabulary->at);
		vocabulary->at[vocabulary->count++] = *kinds;
	}
}

struct vocabulary vocabulary_all(struct arena *arena)
{
	struct vocabulary vocabulary = {0};
	size_t room = 0;
	for (size_t i = 0; i < parser_count; i++)
		add_kinds(arena, &vocabulary, &room, parsers[i]->kinds);
	for (size_t i = 0; i < event_reader_count; i++)
		if (event_readers[i]->kinds)
			add_kinds(arena, &vocabulary, &room, event_readers[i]->kinds);
	for (size_t i = 0; derivations[i]; i++) {
		const struct fact_kind *const kinds[] = {derivations[i]->kind, NULL};
		add_kinds(arena, &vocabulary, &room, kinds);
	}
	return vocabulary;
}

const struct fact_kind *vocabulary_find(const struct vocabulary *vocabulary, struct str name)
{
	for (size_t i = 0; i < vocabulary->count; i++)
		if (str_equal(str_of(vocabulary->at[i]->name), name))
			return vocabulary->at[i];
	return NULL;
}

size_t vocabulary_index(const struct vocabulary *vocabulary, const struct fact_kind *kind)
{
	for (size_t i = 0; i < vocabulary->count; i++)
		if (vocabulary->at[i] == kind)
			return i;
	assert(false && "a fact of a kind that no parser declares");
	return 0;
}

const char *vocabulary_nearest_kind(const struct vocabulary *vocabulary, struct str name)
{
	struct nearest nearest = nearest_to(name);
	for (size_t i = 0; i < vocabulary->count; i++)
		nearest_offer(&nearest, vocabulary->at[i]->name);
	return nearest.best;
}

const char *vocabulary_nearest_field(const struct fact_kind *kind, struct str name)
{
	struct nearest nearest = nearest_to(name);
	for (size_t i = 0; kind->fields[i].name; i++)
		nearest_offer(&nearest, kind->fields[i].name);
	return nearest.best;
}
