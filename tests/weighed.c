/*
 * What the evidence of every sample says to every cause, clause by clause.
 *
 *   weighed            compares with samples/weighed
 *   weighed --update   writes it anew: read the difference before it is committed
 *
 * samples/weighed/ID.txt has a line for each folder of samples/cases and samples/scenarios in which a clause of the cause
 * holds: the folder, the score in decibans, and the places of those clauses in the cause's file, "+" when they speak for
 * it, "-" when against. A verdict says too little to notice every change of a rule: it stays the same when one of several
 * reasons is lost, or when a clause begins to hold where it should not.
 */
#include "cases.h"
#include "support.h"

#include "rank.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

struct run {
	struct arena *arena;
	struct case_rules rules;
	struct out *lines; /* by index of the cause */
};

static void put_line(struct run *run, const char *name, const struct assessment *one)
{
	struct out *out = &run->lines[one->cause->index];
	bool any = false;
	for (size_t i = 0; i < one->cause->clause_count; i++) {
		if (one->clauses[i].answer != ANSWER_YES)
			continue;
		if (!any)
			out_format(out, "%s %d", name, one->score);
		out_format(
			out, " %c%zu", one->cause->clauses[i].side == SIDE_FOR ? '+' : '-', i + 1);
		any = true;
	}
	if (any)
		out_char(out, '\n');
}

static bool weigh(struct run *run, const struct sample_folder *folder)
{
	struct arena *arena = arena_new();
	struct inputs inputs = inputs_new(arena, 1);
	const char *problem = "cannot be read";
	bool good = input_read(&inputs, folder->path, &problem);
	if (good) {
		struct case_file file = case_file_read(arena, &inputs);
		struct viewable viewable = viewable_of(arena, &run->rules.vocabulary, &file.facts);
		struct view view = view_of(arena, &viewable, 0);
		struct ranking ranking = rank(arena, &run->rules.knowledge, &view);
		for (size_t i = 0; i < ranking.count; i++)
			put_line(run, folder->name, &ranking.at[i]);
	} else {
		fprintf(stderr, "%s: %s\n", folder->name, problem);
	}
	inputs_free(&inputs);
	arena_free(arena);
	return good;
}

static bool compare(struct run *run, bool update)
{
	bool good = true;
	for (size_t i = 0; i < run->rules.knowledge.count; i++) {
		const char *path = arena_format(run->arena, "%s/samples/weighed/%.*s.txt",
			test_root(), STR_PRINT(run->rules.knowledge.at[i]->id));
		if (!test_golden(run->arena, path, out_view(&run->lines[i]), update)) {
			fprintf(stderr, "%s: weighed --update writes it anew\n", path);
			good = false;
		}
		out_free(&run->lines[i]);
	}
	return good;
}

int main(int argc, char **argv)
{
	machine_failed_as("weighed", 1);
	struct run run = {.arena = arena_new()};
	struct sample_folders folders;
	bool update = argc > 1 && strcmp(argv[1], "--update") == 0, good = true;
	if (!case_rules_load(run.arena, &run.rules) || !sample_folders_read(run.arena, &folders))
		return 1;
	run.lines = arena_array(run.arena, run.rules.knowledge.count, sizeof *run.lines);
	for (size_t i = 0; i < run.rules.knowledge.count; i++)
		run.lines[i] = out_new(LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < folders.count; i++)
		good &= weigh(&run, &folders.at[i]);
	good &= compare(&run, update);
	printf("%zu folders weighed for %zu causes\n", folders.count, run.rules.knowledge.count);
	arena_free(run.arena);
	return !good;
}
