/*
 * A bench for reasoning: facts made by hand, causes from strings.
 */
#ifndef ACTDX_TESTS_REASONING_H
#define ACTDX_TESTS_REASONING_H

#include "unit.h"

#include "cause.h"
#include "view.h"

#include "base/out.h"

#include <stdarg.h>
#include <string.h>

struct bench {
	struct arena *arena;
	struct vocabulary vocabulary;
	struct knowledge knowledge;
	struct facts facts;
	struct viewable viewable;
};

static inline struct bench bench_new(void)
{
	struct bench bench = {.arena = unit_memory};
	bench.vocabulary = vocabulary_all(bench.arena);
	bench.facts = facts_new(bench.arena);
	return bench;
}

static inline const struct fact_kind *bench_kind(const struct bench *bench, const char *name)
{
	const struct fact_kind *kind = vocabulary_find(&bench->vocabulary, str_of(name));
	ck_assert_msg(kind != NULL, "no kind %s", name);
	return kind;
}

/* What is read from one source stands in one member. */
static inline const struct origin *bench_origin(struct bench *bench, const char *source)
{
	for (size_t i = 0; i < bench->facts.count; i++)
		if (strcmp(bench->facts.at[i]->line->origin->source, source) == 0)
			return bench->facts.at[i]->line->origin;
	struct origin *origin = arena_alloc(bench->arena, sizeof *origin);
	*origin = (struct origin){
		.member = arena_format(bench->arena, "%s.txt", source), .source = source};
	return origin;
}

/* A fact read from `source`: pairs of field and value follow, ended by NULL. An empty value stays unset. */
static inline struct fact *bench_add(struct bench *bench, const char *source, const char *kind, ...)
{
	const struct origin *origin = bench_origin(bench, source);
	struct line *line = arena_alloc(bench->arena, sizeof *line);
	unsigned number = (unsigned)bench->facts.count + 1;
	*line = (struct line){.text = STR("a line"),
		.raw = STR("a line"),
		.number = number,
		.last = number,
		.origin = origin};
	struct fact *fact = fact_add(&bench->facts, bench_kind(bench, kind), line);
	va_list list;
	va_start(list, kind);
	for (const char *field; (field = va_arg(list, const char *)) != NULL;)
		fact_put(&bench->facts, fact, NULL, field, str_of(va_arg(list, const char *)));
	va_end(list);
	return fact;
}

/* Adds one cause; single quotes will do. Not yet linked. */
static inline void bench_learn(struct bench *bench, const char *xml)
{
	if (!bench->knowledge.arena)
		bench->knowledge = knowledge_new(bench->arena, &bench->vocabulary);
	knowledge_add(&bench->knowledge, "test.xml", str_of(xml));
}

static inline struct view bench_view(struct bench *bench)
{
	bench->viewable = viewable_of(bench->arena, &bench->vocabulary, &bench->facts);
	return view_of(bench->arena, &bench->viewable, 0);
}

#endif
