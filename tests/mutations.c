/*
 * Mutations: do the samples notice when a rule is wrong?
 *
 *   mutations [--list] [--at-least PERCENT] [ID...]
 *
 * Each clause of each cause is left out once; each test in it is turned round, and left out; each group loses each of its
 * parts, and has "all" and "any" exchanged. A change is noticed when a test would fail: when in some folder of samples/cases
 * or samples/scenarios the clause begins or ceases to hold, or the cause gets another score (samples/weighed), or when a
 * case of that very cause has another answer to the clause (its .json); or when a near miss is judged otherwise
 * (samples/near-misses). That a clause left out has no place in those
 * files any more does not count: only that something is weighed differently without it.
 * --list names the changes that no sample noticed. Fails when fewer than PERCENT of them were noticed.
 */
#include "near_miss.h"

#include "match.h"
#include "rank.h"

#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLAUSE "clause"

/* A folder of evidence, read once; it is matched many times. */
struct sample {
	struct str id; /* of a case; empty for a scenario */
	struct inputs inputs;
	struct case_file file;
	struct viewable viewable;
	struct view view;
	struct ranking ranking; /* with the rules as they are */
};

struct run {
	struct arena *arena;
	struct case_rules rules;
	struct sample *samples;
	size_t sample_count;
	struct near_misses near_misses;
	bool list;
	unsigned tried, by_evidence, by_near_misses;
	/* of the change that is tried */
	const struct cause *cause;
	size_t place; /* of the clause in it */
	const struct clause *clause;
};

static bool read_samples(struct run *run)
{
	struct sample_folders folders;
	if (!sample_folders_read(run->arena, &folders))
		return false;
	run->samples = arena_array(run->arena, folders.count, sizeof *run->samples);
	for (size_t i = 0; i < folders.count; i++) {
		struct sample *sample = &run->samples[run->sample_count++];
		const char *problem = "cannot be read";
		sample->id = folders.at[i].id;
		sample->inputs = inputs_new(run->arena, 1);
		if (!input_read(&sample->inputs, folders.at[i].path, &problem)) {
			fprintf(stderr, "%s: %s\n", folders.at[i].name, problem);
			return false;
		}
		sample->file = case_file_read(run->arena, &sample->inputs);
		sample->viewable =
			viewable_of(run->arena, &run->rules.vocabulary, &sample->file.facts);
		sample->view = view_of(run->arena, &sample->viewable, 0);
		sample->ranking = rank(run->arena, &run->rules.knowledge, &sample->view);
	}
	return true;
}

/*
 * The changes
 */

static const struct assessment *assessment_of(const struct run *run, const struct sample *sample)
{
	return &sample->ranking.at[run->cause->index];
}

/* Does the cause get another score with the rules as they are now? */
static bool scores_otherwise(const struct run *run, const struct sample *sample)
{
	const struct assessment *before = assessment_of(run, sample);
	struct arena *arena = arena_new();
	struct ranking ranking = rank(arena, &run->rules.knowledge, &sample->view);
	bool other = ranking.at[run->cause->index].score != before->score;
	arena_free(arena);
	return other;
}

/* A clause that was left out had to hold to be missed. */
static bool is_missed(const struct run *run, const struct sample *sample)
{
	return assessment_of(run, sample)->clauses[run->place].answer == ANSWER_YES &&
		scores_otherwise(run, sample);
}

/* Does the clause, as it is now, hold where it did not, or the other way round, or rest on something else? */
static bool holds_otherwise(const struct run *run, const struct sample *sample)
{
	struct judgement before = assessment_of(run, sample)->clauses[run->place];
	struct judgement now = match(&run->clause->condition, &sample->view);
	if (str_equal(sample->id, run->cause->id) && now.answer != before.answer)
		return true;
	if ((now.answer == ANSWER_YES) != (before.answer == ANSWER_YES))
		return true;
	return now.answer == ANSWER_YES && now.sources != before.sources &&
		scores_otherwise(run, sample);
}

static bool is_nearly_missed(const struct run *run)
{
	for (size_t i = 0; i < run->near_misses.count; i++) {
		const struct near_miss *one = &run->near_misses.at[i];
		if (one->cause == run->cause && one->place == run->place &&
			(match(&run->clause->condition, &one->view).answer == ANSWER_YES) !=
				one->holds)
			return true;
	}
	return false;
}

static bool is_noticed(const struct run *run, bool is_left_out)
{
	for (size_t i = 0; i < run->sample_count; i++)
		if (is_left_out ? is_missed(run, &run->samples[i])
				: holds_otherwise(run, &run->samples[i]))
			return true;
	return false;
}

/* The rules are changed at this moment. */
static void try(struct run *run, unsigned line, const char *what, const char *about)
{
	bool is_left_out = strcmp(about, CLAUSE) == 0;
	bool by_evidence = is_noticed(run, is_left_out);
	bool by_near_miss = !by_evidence && !is_left_out && is_nearly_missed(run);
	run->tried++;
	run->by_evidence += by_evidence;
	run->by_near_misses += by_near_miss;
	if (!by_evidence && !by_near_miss && run->list)
		printf("analyzer/causes/%s:%u: %s %s: %s\n", run->cause->file, line, what, about,
			arena_format(run->arena, "%.*s", STR_PRINT(run->clause->says.in[ENGLISH])));
}

/* Takes `at` out of an array, and puts it back. */
static void without(struct run *run, void *array, size_t *count, size_t size, size_t at,
	unsigned line, const char *what, const char *about)
{
	char *bytes = array;
	void *kept = arena_alloc(run->arena, *count * size);
	memcpy(kept, array, *count * size);
	memmove(bytes + at * size, bytes + (at + 1) * size, (*count - at - 1) * size);
	--*count;
	try(run, line, what, about);
	++*count;
	memcpy(array, kept, *count * size);
}

static void change_tests(struct run *run, struct condition *condition)
{
	for (size_t i = 0; i < condition->test_count; i++) {
		struct test *test = &condition->tests[i];
		const char *field = condition->of->fields[test->field].name;
		test->negated = !test->negated;
		try(run, condition->line, "turned round", field);
		test->negated = !test->negated;
		without(run, condition->tests, &condition->test_count, sizeof *condition->tests, i,
			condition->line, "left out", field);
	}
}

static void change_condition(struct run *run, struct condition *condition)
{
	if (condition->kind == CONDITION_PATTERN) {
		change_tests(run, condition);
		return;
	}
	enum condition_kind kind = condition->kind;
	bool several = condition->child_count > 1;
	if (several) {
		condition->kind = kind == CONDITION_ALL ? CONDITION_ANY : CONDITION_ALL;
		try(run, condition->line, "exchanged",
			kind == CONDITION_ALL ? "all, by any" : "any, by all");
		condition->kind = kind;
	}
	for (size_t i = 0; i < condition->child_count; i++) {
		if (several)
			without(run, condition->children, &condition->child_count,
				sizeof *condition->children, i, condition->children[i].line,
				"left out", "part of a group");
		change_condition(run, &condition->children[i]);
	}
}

static void change_cause(struct run *run, struct cause *cause)
{
	run->cause = cause;
	for (size_t i = 0; i < cause->clause_count; i++) {
		struct clause clause = cause->clauses[i];
		run->place = i;
		run->clause = &clause;
		without(run, cause->clauses, &cause->clause_count, sizeof *cause->clauses, i,
			clause.condition.line, "left out", CLAUSE);
		run->clause = &cause->clauses[i];
		change_condition(run, &cause->clauses[i].condition);
	}
}

#define WORKERS 2

/* Every WORKERS-th cause; tells the counts. */
static void work(struct run *run, char **ids, size_t part, int to)
{
	for (size_t i = part; i < run->rules.knowledge.count; i += WORKERS)
		if (case_is_wanted(run->rules.knowledge.at[i]->id, ids))
			change_cause(run, run->rules.knowledge.at[i]);
	unsigned counts[3] = {run->tried, run->by_evidence, run->by_near_misses};
	if (fflush(stdout) != 0 || write(to, counts, sizeof counts) != sizeof counts)
		_exit(1);
	_exit(0);
}

static void try_all(struct run *run, char **ids)
{
	int ends[2];
	unsigned counts[3];
	if (pipe(ends) != 0)
		machine_failed("pipe");
	for (size_t part = 0; part < WORKERS; part++) {
		pid_t child = fork();
		if (child < 0)
			machine_failed("fork");
		if (child == 0)
			work(run, ids, part, ends[1]);
	}
	(void)close(ends[1]);
	for (size_t part = 0; part < WORKERS; part++) {
		if (read(ends[0], counts, sizeof counts) != sizeof counts)
			machine_failed("a worker");
		run->tried += counts[0];
		run->by_evidence += counts[1];
		run->by_near_misses += counts[2];
	}
}

int main(int argc, char **argv)
{
	machine_failed_as("mutations", 1);
	struct run run = {.arena = arena_new()};
	unsigned long wanted = 0;
	argc--;
	argv++;
	for (; argc > 0 && **argv == '-'; argc--, argv++)
		if (strcmp(*argv, "--list") == 0)
			run.list = true;
		else if (strcmp(*argv, "--at-least") == 0 && argc > 1)
			wanted = strtoul(*++argv, NULL, 10), argc--;
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (!case_rules_load(run.arena, &run.rules) || !read_samples(&run) ||
		!near_misses_read(run.arena, &run.rules, &run.near_misses))
		return 1;
	try_all(&run, argv);
	unsigned noticed = run.by_evidence + run.by_near_misses;
	unsigned long percent = run.tried ? noticed * 100ul / run.tried : 0;
	printf("%u of %u changes to the rules were noticed (%lu %%): %u by %zu folders of evidence, "
	       "%u more by %zu near misses\n",
		noticed, run.tried, percent, run.by_evidence, run.sample_count, run.by_near_misses,
		run.near_misses.count);
	for (size_t i = 0; i < run.sample_count; i++)
		inputs_free(&run.samples[i].inputs);
	arena_free(run.arena);
	return run.tried == 0 || percent < wanted;
}
