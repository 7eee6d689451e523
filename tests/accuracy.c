/*
 * Accuracy: how often the right cause is named, over the scenarios in samples/scenarios.
 *
 *   accuracy [--list] [NAME...]   --list names every scenario whose cause is not named
 *   accuracy --update             writes docs/accuracy.md
 *
 * samples/scenarios/NAME/ is what came from one machine; NAME.truth holds, in one line, what was wrong there: a cause id,
 * "healthy", or "unknown" when nobody could tell from it; then further ids that are found beside it. Each scenario is
 * judged as it is, and once more without each of its files. Without a file the tool may know less; what it must not do is
 * name another cause with strength.
 *
 * Fails when the right one is named in fewer than TOP_PERCENT of all scenarios, when a strong verdict is wrong, when a
 * healthy machine gets a cause, or when docs/accuracy.md says something else.
 */
#include "support.h"

#include "cause.h"
#include "diagnosis.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOP_PERCENT 97
#define WORKERS 2
#define NOBODY UINT16_MAX

struct truth {
	const char *name;
	struct str id; /* of a cause, or healthy, or unknown */
	struct str beside;
};

/* What was found once, as a worker tells it; small enough to pass through a pipe in one piece. */
struct verdict_told {
	uint16_t scenario, removed; /* index of the member that was left out; NOBODY: none */
	uint16_t named;             /* index of the cause that is root, or NOBODY */
	uint8_t verdict, strength;
	uint8_t lost; /* ids beside it that were not found */
};

/* What it comes to. */
enum outcome { RIGHT, NOT_NAMED, ANOTHER };

struct tally {
	unsigned count[3]
		      [STRENGTH_MAX + 1]; /* by outcome and strength of the cause that was named */
	unsigned healthy, healthy_with_cause;
};

struct confusion {
	struct str truth, named;
	unsigned whole, removed, strongest;
};

struct run {
	struct arena *arena;
	struct vocabulary vocabulary;
	struct knowledge knowledge;
	struct truth *truths;
	size_t truth_count, truth_room;
	struct verdict_told *told;
	size_t told_count, told_room;
	struct confusion *confusions;
	size_t confusion_count, confusion_room;
	struct tally whole, removed;
	unsigned lost;
	bool list;
};

/*
 * The scenarios
 */

static bool is_wanted(const char *name, char **names)
{
	for (char **one = names; *one; one++)
		if (strcmp(name, *one) == 0)
			return true;
	return !*names;
}

static bool add_truth(struct run *run, const char *folder, struct str name)
{
	struct bytes data = test_read(
		run->arena, arena_format(run->arena, "%s/%.*s.truth", folder, STR_PRINT(name)));
	struct str line = str_trim((struct str){(const char *)data.at, data.size});
	struct str id = str_cut(&line, ' ');
	bool known = knowledge_find(&run->knowledge, id) || str_equal(id, STR("healthy")) ||
		str_equal(id, STR("unknown"));
	for (struct str rest = line; rest.size;)
		known &= knowledge_find(&run->knowledge, str_cut(&rest, ' ')) != NULL;
	if (!known)
		fprintf(stderr, "%.*s.truth: no such cause\n", STR_PRINT(name));
	run->truths = arena_grow(
		run->arena, run->truths, run->truth_count, &run->truth_room, sizeof *run->truths);
	run->truths[run->truth_count++] =
		(struct truth){arena_format(run->arena, "%.*s", STR_PRINT(name)), id, line};
	return known;
}

static bool read_truths(struct run *run, char **names)
{
	const char *path = arena_format(run->arena, "%s/samples/scenarios", test_root());
	struct folder folder;
	if (!folder_list(run->arena, path, &folder))
		return false;
	for (size_t i = 0; i < folder.count; i++) {
		struct str name = str_of(folder.at[i].name);
		if (!str_ends(name, STR(".truth")) || str_has(name, STR("/")))
			continue;
		name = str_slice(name, 0, name.size - STR(".truth").size);
		if (is_wanted(arena_format(run->arena, "%.*s", STR_PRINT(name)), names) &&
			!add_truth(run, path, name))
			return false;
	}
	return run->truth_count > 0;
}

/*
 * Judging, in a worker
 */

static const struct finding *finding_of(const struct diagnosis *found, struct str id)
{
	for (size_t i = 0; i < found->finding_count; i++)
		if (str_equal(found->findings[i].cause->id, id) &&
			finding_stands(&found->findings[i]))
			return &found->findings[i];
	return NULL;
}

static bool is_found_beside(const struct diagnosis *found, struct str id)
{
	for (size_t i = 0; i < found->warning_count; i++)
		if (found->warnings[i].kind == WARNING_PRACTICE &&
			str_equal(found->warnings[i].about, id))
			return true;
	return finding_of(found, id) != NULL;
}

static uint8_t lost_of(const struct diagnosis *found, struct str beside)
{
	uint8_t lost = 0;
	while (beside.size)
		lost = (uint8_t)(lost + !is_found_beside(found, str_cut(&beside, ' ')));
	return lost;
}

static void tell(int to, const struct run *run, const struct inputs *inputs, uint16_t scenario,
	uint16_t removed)
{
	struct arena *arena = arena_new();
	struct case_file file = case_file_read(arena, inputs);
	struct diagnosis found = diagnose(arena, &file, &run->vocabulary, &run->knowledge);
	const struct finding *root = diagnosis_first(&found, ROLE_ROOT);
	struct verdict_told told = {.scenario = scenario,
		.removed = removed,
		.named = root ? (uint16_t)root->cause->index : NOBODY,
		.verdict = (uint8_t)found.verdict,
		.strength = (uint8_t)(root ? root->strength : 0),
		.lost = lost_of(&found, run->truths[scenario].beside)};
	arena_free(arena);
	if (write(to, &told, sizeof told) != sizeof told)
		_exit(1);
}

static void judge(int to, const struct run *run, uint16_t scenario)
{
	struct arena *arena = arena_new();
	const char *problem = NULL;
	struct inputs inputs = inputs_new(arena, 1);
	if (!input_read(&inputs,
		    arena_format(arena, "%s/samples/scenarios/%s", test_root(),
			    run->truths[scenario].name),
		    &problem)) {
		fprintf(stderr, "%s: %s\n", run->truths[scenario].name,
			problem ? problem : "cannot be read");
		_exit(1);
	}
	tell(to, run, &inputs, scenario, NOBODY);
	for (size_t i = 0; i < inputs.count; i++) {
		struct inputs fewer = inputs;
		fewer.members = arena_array(arena, inputs.count, sizeof *fewer.members);
		fewer.count = inputs.count - 1;
		for (size_t k = 0; k < fewer.count; k++)
			fewer.members[k] = inputs.members[k + (k >= i)];
		tell(to, run, &fewer, scenario, (uint16_t)i);
	}
	inputs_free(&inputs);
	arena_free(arena);
}

static void start_worker(const struct run *run, size_t part, const int *ends)
{
	pid_t child = fork();
	if (child < 0)
		machine_failed("fork");
	if (child > 0)
		return;
	(void)close(ends[0]);
	for (size_t i = part; i < run->truth_count; i += WORKERS)
		judge(ends[1], run, (uint16_t)i);
	_exit(0);
}

static int compare_told(const void *a, const void *b)
{
	const struct verdict_told *left = a, *right = b;
	int order = (left->scenario > right->scenario) - (left->scenario < right->scenario);
	/* The whole has no number and comes first. */
	uint16_t x = (uint16_t)(left->removed + 1u), y = (uint16_t)(right->removed + 1u);
	return order ? order : (x > y) - (x < y);
}

static void judge_all(struct run *run)
{
	int ends[2];
	struct verdict_told told;
	if (pipe(ends) != 0)
		machine_failed("pipe");
	for (size_t part = 0; part < WORKERS; part++)
		start_worker(run, part, ends);
	(void)close(ends[1]);
	while (read(ends[0], &told, sizeof told) == sizeof told) {
		run->told = arena_grow(
			run->arena, run->told, run->told_count, &run->told_room, sizeof *run->told);
		run->told[run->told_count++] = told;
	}
	(void)close(ends[0]);
	qsort(run->told, run->told_count, sizeof *run->told, compare_told);
}

/*
 * Counting
 */

static const struct cause *named_by(const struct run *run, const struct verdict_told *told)
{
	return told->named == NOBODY ? NULL : run->knowledge.at[told->named];
}

static enum outcome outcome_of(const struct run *run, const struct verdict_told *told)
{
	struct str id = run->truths[told->scenario].id;
	const struct cause *named = named_by(run, told);
	if (named)
		return str_equal(named->id, id) ? RIGHT : ANOTHER;
	if (str_equal(id, STR("unknown")))
		return told->verdict != VERDICT_HEALTHY ? RIGHT : ANOTHER;
	if (told->verdict == VERDICT_HEALTHY)
		return str_equal(id, STR("healthy")) ? RIGHT : ANOTHER;
	return NOT_NAMED;
}

static void confuse(struct run *run, const struct verdict_told *told)
{
	const struct cause *named = named_by(run, told);
	struct str truth = run->truths[told->scenario].id,
		   instead = named ? named->id : STR("healthy");
	size_t i = 0;
	while (i < run->confusion_count &&
		!(str_equal(run->confusions[i].truth, truth) &&
			str_equal(run->confusions[i].named, instead)))
		i++;
	if (i == run->confusion_count) {
		run->confusions = arena_grow(run->arena, run->confusions, i, &run->confusion_room,
			sizeof *run->confusions);
		run->confusions[run->confusion_count++] =
			(struct confusion){.truth = truth, .named = instead};
	}
	struct confusion *pair = &run->confusions[i];
	*(told->removed == NOBODY ? &pair->whole : &pair->removed) += 1;
	if (told->strength > pair->strongest)
		pair->strongest = told->strength;
}

static int compare_confusions(const void *a, const void *b)
{
	const struct confusion *left = a, *right = b;
	int order = str_compare(left->truth, right->truth);
	return order ? order : str_compare(left->named, right->named);
}

static void count(struct run *run, const struct verdict_told *told)
{
	bool whole = told->removed == NOBODY;
	struct tally *tally = whole ? &run->whole : &run->removed;
	enum outcome outcome = outcome_of(run, told);
	const struct cause *named = named_by(run, told);
	bool healthy = str_equal(run->truths[told->scenario].id, STR("healthy"));
	tally->count[outcome][told->strength]++;
	tally->healthy += healthy;
	tally->healthy_with_cause += healthy && named;
	if (whole)
		run->lost += told->lost;
	if (outcome == ANOTHER)
		confuse(run, told);
	bool tell_all = run->list && outcome != RIGHT && (whole || outcome == ANOTHER);
	if (tell_all || (whole && outcome == ANOTHER) || (whole && told->lost))
		fprintf(stderr, "%s%s: %.*s: %s%.*s, %s\n", run->truths[told->scenario].name,
			whole ? "" : arena_format(run->arena, " without member %u", told->removed),
			STR_PRINT(run->truths[told->scenario].id),
			told->lost ? "not all found beside, " : "",
			STR_PRINT(named ? named->id : str_of(verdict_words[told->verdict])),
			band_word(told->strength));
}

static unsigned sum(const struct tally *tally, enum outcome outcome)
{
	unsigned total = 0;
	for (unsigned strength = 0; strength <= STRENGTH_MAX; strength++)
		total += tally->count[outcome][strength];
	return total;
}

static unsigned all_of(const struct tally *tally)
{
	return sum(tally, RIGHT) + sum(tally, NOT_NAMED) + sum(tally, ANOTHER);
}

/*
 * The table
 */

static void put_share(struct out *out, unsigned part, unsigned whole)
{
	unsigned thousandths = whole ? (part * 1000u + whole / 2) / whole : 0;
	out_format(out, "%u.%u %%", thousandths / 10, thousandths % 10);
}

static void put_rates(struct out *out, const char *what, const struct tally *tally)
{
	out_format(out, "| %s | %u | %u | %u | %u | ", what, all_of(tally), sum(tally, RIGHT),
		sum(tally, NOT_NAMED), sum(tally, ANOTHER));
	put_share(out, sum(tally, RIGHT), all_of(tally));
	out_text(out, " |\n");
}

static void put_band(
	struct out *out, const struct tally *whole, const struct tally *removed, unsigned strength)
{
	out_format(out, "| %s |", band_word(strength));
	for (unsigned i = 0; i < 2; i++) {
		const struct tally *tally = i ? removed : whole;
		unsigned right = tally->count[RIGHT][strength],
			 wrong = tally->count[ANOTHER][strength];
		out_format(out, " %u | %u | ", right + wrong, right);
		if (right + wrong)
			put_share(out, right, right + wrong);
		else
			out_text(out, "-");
		out_text(out, " |");
	}
	out_text(out, "\n");
}

static unsigned causes_covered(const struct run *run)
{
	unsigned covered = 0;
	for (size_t i = 0; i < run->knowledge.count; i++) {
		bool any = false;
		for (size_t k = 0; k < run->truth_count; k++)
			any |= str_equal(run->truths[k].id, run->knowledge.at[i]->id);
		covered += any;
	}
	return covered;
}

static void put_confusions(struct out *out, const struct run *run)
{
	out_text(out, "\n## Confusions\n\n");
	if (!run->confusion_count) {
		out_text(out, "None: what is named is right.\n");
		return;
	}
	out_text(out,
		"| what is wrong | what is named | whole | one file less | at most |\n"
		"| --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < run->confusion_count; i++) {
		const struct confusion *pair = &run->confusions[i];
		out_format(out, "| %.*s | %.*s | %u | %u | %s |\n", STR_PRINT(pair->truth),
			STR_PRINT(pair->named), pair->whole, pair->removed,
			pair->strongest ? band_word(pair->strongest) : "-");
	}
}

static void put_page(struct out *out, const struct run *run)
{
	out_text(out,
		"# Accuracy\n\n"
		"Made by `build/dev/tests/accuracy --update`, which judges every scenario in "
		"`samples/scenarios`: as it is, and\nonce more without each of its files. How the "
		"scenarios were made is in `samples/scenarios/ORIGIN.md`; they were\nwritten for "
		"this project, so the figures say what the rules do with evidence of this kind, "
		"not how often they are\nright in the field.\n\n");
	out_format(out, "%zu scenarios, %u of them healthy machines; %u causes.\n\n",
		run->truth_count, run->whole.healthy, causes_covered(run));
	out_text(out,
		"| | judged | right | no cause named | wrong | right of all |\n"
		"| --- | --- | --- | --- | --- | --- |\n");
	put_rates(out, "whole", &run->whole);
	put_rates(out, "one file less", &run->removed);
	out_text(out,
		"\nRight: the root cause is the one that was there, a healthy machine is called "
		"healthy, and where nobody could tell, no\ncause is named. Wrong: another cause, "
		"or \"healthy\" where something fails. One file less may be the one that "
		"decides:\nthen no cause is the honest answer, and the report asks for it.\n\n"
		"## By strength\n\n"
		"| strength | named | right | | one file less: named | right | |\n"
		"| --- | --- | --- | --- | --- | --- | --- |\n");
	for (unsigned strength = STRENGTH_MAX; strength > 0; strength--)
		put_band(out, &run->whole, &run->removed, strength);
	out_format(out,
		"\nHealthy machines with a cause: %u of %u; with one file less: %u of %u.\n",
		run->whole.healthy_with_cause, run->whole.healthy, run->removed.healthy_with_cause,
		run->removed.healthy);
	put_confusions(out, run);
}

static bool fits(bool good, const char *what)
{
	if (!good)
		fprintf(stderr, "%s\n", what);
	return good;
}

static bool check_targets(const struct run *run)
{
	const struct tally *whole = &run->whole, *removed = &run->removed;
	bool good = fits(sum(whole, RIGHT) * 100 >= all_of(whole) * TOP_PERCENT,
		"too few scenarios are judged right");
	good &= fits(!whole->count[ANOTHER][STRENGTH_MAX], "a strong verdict is wrong");
	good &= fits(!removed->count[ANOTHER][STRENGTH_MAX],
		"with one file less, a wrong verdict is strong");
	good &= fits(!whole->healthy_with_cause && !removed->healthy_with_cause,
		"a healthy machine gets a cause");
	return fits(!run->lost, "what stands beside a cause is not all found") && good;
}

static bool check_page(const struct run *run, bool update)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	put_page(&out, run);
	bool good = test_golden(run->arena,
		arena_format(run->arena, "%s/docs/accuracy.md", test_root()), out_view(&out),
		update);
	out_free(&out);
	return good;
}

int main(int argc, char **argv)
{
	machine_failed_as("accuracy", 1);
	struct run run = {.arena = arena_new()};
	bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
	run.list = argc > 1 && strcmp(argv[1], "--list") == 0;
	char **names = argv + 1 + (update || run.list);
	run.vocabulary = vocabulary_all(run.arena);
	run.knowledge = knowledge_new(run.arena, &run.vocabulary);
	knowledge_add_built_in(&run.knowledge);
	knowledge_link(&run.knowledge);
	if (run.knowledge.problem_count || !read_truths(&run, names)) {
		fprintf(stderr, "the knowledge base or samples/scenarios cannot be read\n");
		return 1;
	}
	judge_all(&run);
	for (size_t i = 0; i < run.told_count; i++)
		count(&run, &run.told[i]);
	if (run.confusion_count)
		qsort(run.confusions, run.confusion_count, sizeof *run.confusions,
			compare_confusions);
	printf("%u scenarios, %u right, %u with another cause; with one file less %u, %u, %u\n",
		all_of(&run.whole), sum(&run.whole, RIGHT), sum(&run.whole, ANOTHER),
		all_of(&run.removed), sum(&run.removed, RIGHT), sum(&run.removed, ANOTHER));
	bool good = fits(all_of(&run.whole) == run.truth_count, "a worker did not finish");
	good &= check_targets(&run);
	if (!*names)
		good &= check_page(&run, update);
	arena_free(run.arena);
	return !good;
}
