/*
 * Mutations: do the cases in samples/cases notice when a rule is wrong?
 *
 *   mutations [--list] [--at-least PERCENT] [ID...]
 *
 * Each clause of each cause is left out once; each test in it is turned round, and left out; each group loses each of its
 * parts, and has "all" and "any" exchanged. A change is noticed when some case comes to another verdict (other roles or
 * strengths of causes, other states observed, other practices found), or when a case of that very cause has another answer
 * to one of its clauses. What is asked for next does not count, nor does it that a clause left out has no answer.
 * --list names the changes that no case noticed. Fails when fewer than PERCENT of them were noticed.
 */
#include "cases.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLAUSE "clause"

struct sample {
	struct str id;
	const char *path;
	struct inputs inputs;
	struct case_file file;
	uint64_t before, answers; /* digests of what is found with the rules as they are */
	bool *kinds;              /* by vocabulary_index: it has such facts */
	uint64_t told;            /* which causes that names, a bit each of their index modulo 64 */
};

struct run {
	struct arena *arena;
	struct case_rules rules;
	struct sample *samples;
	size_t sample_count, room;
	bool list;
	unsigned tried, noticed;
	/* of the change that is tried */
	const struct cause *cause;
	const struct clause *clause;
};

/*
 * What is found
 */

/* FNV-1a: digests of one program run are compared, nothing is kept. */
static void mix(uint64_t *digest, const char *word, unsigned number)
{
	for (; *word; word++)
		*digest = (*digest ^ (uint8_t)*word) * 0x100000001B3u;
	*digest = (*digest ^ (number + 1)) * 0x100000001B3u;
}

static uint64_t digest_of(const struct diagnosis *found, struct str id)
{
	uint64_t digest = 0xCBF29CE484222325u;
	mix(&digest, verdict_words[found->verdict], 0);
	for (size_t i = 0; i < found->finding_count; i++) {
		const struct finding *one = &found->findings[i];
		bool told = one->role != ROLE_RULED_OUT || str_equal(one->cause->id, id);
		if (told)
			mix(&digest, role_words[one->role],
				(unsigned)one->cause->index * 8 + one->strength);
	}
	for (size_t i = 0; i < found->observed_count; i++)
		mix(&digest, "observed", (unsigned)found->observed[i].state->index);
	for (size_t i = 0; i < found->warning_count; i++)
		if (found->warnings[i].kind == WARNING_PRACTICE)
			mix(&digest, "practice", (unsigned)found->warnings[i].cause->index);
	return digest;
}

/* What the evidence says to each clause of the cause that the case is about. */
static uint64_t answers_of(const struct diagnosis *found, struct str id)
{
	uint64_t digest = 0;
	for (size_t i = 0; i < found->finding_count; i++) {
		const struct finding *one = &found->findings[i];
		for (size_t k = 0; k < one->claim_count && str_equal(one->cause->id, id); k++)
			mix(&digest, "clause", one->claims[k].answer);
	}
	return digest;
}

static bool differs(const struct run *run, const struct sample *sample, bool answers)
{
	struct arena *arena = arena_new();
	struct diagnosis found =
		diagnose(arena, &sample->file, &run->rules.vocabulary, &run->rules.knowledge);
	bool other = digest_of(&found, sample->id) != sample->before ||
		(answers && answers_of(&found, sample->id) != sample->answers);
	arena_free(arena);
	return other;
}

/*
 * The cases
 */

static uint64_t told_by(const struct diagnosis *found)
{
	uint64_t told = 0;
	for (size_t i = 0; i < found->finding_count; i++)
		if (found->findings[i].role != ROLE_RULED_OUT)
			told |= 1ull << found->findings[i].cause->index % 64;
	return told;
}

static bool *kinds_of(struct run *run, const struct case_file *file)
{
	size_t count = run->rules.vocabulary.count;
	bool *kinds = arena_array(run->arena, count, sizeof *kinds);
	struct viewable viewable = viewable_of(run->arena, &run->rules.vocabulary, &file->facts);
	struct view view = view_of(run->arena, &viewable, 0);
	for (size_t i = 0; i < count; i++)
		kinds[i] = view.kinds[i].count > 0;
	return kinds;
}

static void add_sample(struct run *run, struct str id, struct str variant)
{
	run->samples = arena_grow(
		run->arena, run->samples, run->sample_count, &run->room, sizeof *run->samples);
	struct sample *sample = &run->samples[run->sample_count++];
	const char *problem = NULL;
	*sample = (struct sample){.id = arena_copy(run->arena, id),
		.path = case_path(run->arena, id, variant),
		.inputs = inputs_new(run->arena, 1)};
	if (!input_read(&sample->inputs, sample->path, &problem)) {
		fprintf(stderr, "%s: %s\n", sample->path, problem ? problem : "cannot be read");
		exit(1);
	}
	sample->file = case_file_read(run->arena, &sample->inputs);
	struct diagnosis found =
		diagnose(run->arena, &sample->file, &run->rules.vocabulary, &run->rules.knowledge);
	sample->before = digest_of(&found, sample->id);
	sample->answers = answers_of(&found, sample->id);
	sample->told = told_by(&found);
	sample->kinds = kinds_of(run, &sample->file);
}

static bool read_samples(struct run *run)
{
	struct case_list list;
	if (!case_list_read(run->arena, &list))
		return false;
	for (size_t i = 0; i < list.count; i++)
		add_sample(run, list.at[i].id, list.at[i].variant);
	return run->sample_count > 0;
}

/*
 * The changes
 */

/* Which cases are likeliest to notice: those of the cause, those that name it, the others. */
static unsigned nearness(const struct run *run, const struct sample *sample)
{
	if (str_equal(sample->id, run->cause->id))
		return 0;
	return sample->told >> run->cause->index % 64 & 1 ? 1 : 2;
}

/* Without a fact of any kind that the clause names, it says nothing, changed or not. */
static bool concerns(
	const struct run *run, const struct sample *sample, const struct condition *condition)
{
	if (condition->kind == CONDITION_PATTERN)
		return sample->kinds[vocabulary_index(&run->rules.vocabulary, condition->of)];
	for (size_t i = 0; i < condition->child_count; i++)
		if (concerns(run, sample, &condition->children[i]))
			return true;
	return false;
}

static bool is_noticed(const struct run *run, bool answers)
{
	for (unsigned near = 0; near <= 2; near++)
		for (size_t i = 0; i < run->sample_count; i++)
			if (nearness(run, &run->samples[i]) == near &&
				concerns(run, &run->samples[i], &run->clause->condition) &&
				differs(run, &run->samples[i], answers))
				return true;
	return false;
}

/* The rules are changed at this moment. */
static void try(struct run *run, unsigned line, const char *what, const char *about)
{
	bool noticed = is_noticed(run, strcmp(about, CLAUSE) != 0);
	run->tried++;
	run->noticed += noticed;
	if (!noticed && run->list)
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
	unsigned counts[2] = {run->tried, run->noticed};
	if (fflush(stdout) != 0 || write(to, counts, sizeof counts) != sizeof counts)
		_exit(1);
	_exit(0);
}

static void try_all(struct run *run, char **ids)
{
	int ends[2];
	unsigned counts[2];
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
		run->noticed += counts[1];
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
	if (!case_rules_load(run.arena, &run.rules) || !read_samples(&run))
		return 1;
	try_all(&run, argv);
	printf("%u of %u changes to the rules were noticed by %zu cases\n", run.noticed, run.tried,
		run.sample_count);
	unsigned long percent = run.tried ? run.noticed * 100ul / run.tried : 0;
	for (size_t i = 0; i < run.sample_count; i++)
		inputs_free(&run.samples[i].inputs);
	arena_free(run.arena);
	return run.tried == 0 || percent < wanted;
}
