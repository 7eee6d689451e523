/*
 * Scenarios: a folder of evidence in, a verdict out.
 *
 *   scenarios [--update] [ID...]
 *   scenarios --table           how often each word of strength names the right cause, as docs/causes.md
 *   scenarios --trim [ID...]    event logs lose their records one by one from the old end
 *
 * samples/cases/ID/VARIANT/ is what a user gathered on one machine; samples/cases/ID/VARIANT.json is the
 * verdict in short, compared to the letter. What a variant is called says what must hold whatever the file says:
 *
 *   found...    the cause ID is the root cause; one that never is (primary="no") contributes, a practice is a
 *               finding beside the failure
 *   not...      it looks like ID, but ID does not stand
 *   missing...  what decides was left out: ID is no root cause, and something is asked for
 *
 * For an ID that is a verdict (healthy, insufficient) instead of a cause, the verdict must be that.
 * Every cause must have all three.
 *
 * Event logs stand in a case as XML. Such a case is tried twice: as it is, and with the logs in their binary form; the
 * verdict is the same. A log that has lost its oldest records, as logs do, may make a verdict less certain, but never
 * name another root cause.
 */
#include "case_logs.h"
#include "cases.h"
#include "support.h"

#include "events.h"

#include "base/escape.h"
#include "base/fail.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

struct run {
	struct arena *arena;
	struct case_rules rules;
	struct case_list list;
	bool update, trim;
	unsigned cases, failures, with_logs, trimmings;
	/* Cases with a known root cause, by the strength of the root that was named, 0 for none. */
	unsigned named[STRENGTH_MAX + 1], right[STRENGTH_MAX + 1];
};

/* What is ruled out depends on everything that was looked at; in short only the one that the case is about is
 * told, so that a new cause does not change the file of every other. */
static bool is_told(const struct finding *finding, struct str id)
{
	return finding->role != ROLE_RULED_OUT || str_equal(finding->cause->id, id);
}

static void put_findings(struct out *out, const struct diagnosis *found, struct str id)
{
	bool any = false;
	out_text(out, ",\n  \"causes\": [");
	for (size_t i = 0; i < found->finding_count; i++) {
		const struct finding *finding = &found->findings[i];
		if (!is_told(finding, id))
			continue;
		out_format(out, "%s\n    {\"id\": \"%.*s\", \"role\": \"%s\", \"band\": \"%s\"}",
			any ? "," : "", STR_PRINT(finding->cause->id), role_words[finding->role],
			band_word(finding->strength));
		any = true;
	}
	out_text(out, any ? "\n  ]" : "]");
}

/* What the evidence says to each clause of the one that the case is about, in the order of its file: a clause that no
 * case answers is a clause that nobody tried. */
static void put_answers(struct out *out, const struct diagnosis *found, struct str id)
{
	static const char *const words[] = {
		[ANSWER_NO] = "no", [ANSWER_UNCHECKED] = "?", [ANSWER_YES] = "yes"};
	const struct finding *finding = case_finding(found, id);
	out_text(out, ",\n  \"clauses\": \"");
	for (size_t i = 0; finding && i < finding->claim_count; i++)
		out_format(out, "%s%s", i ? " " : "", words[finding->claims[i].answer]);
	out_text(out, "\"");
}

static void put_digest(struct out *out, const struct diagnosis *found, struct str id, bool answers)
{
	out_format(
		out, "{\n  \"verdict\": \"%s\",\n  \"symptom\": [", verdict_words[found->verdict]);
	for (size_t i = 0; i < found->symptom_count; i++)
		out_format(out, "%s\"0x%08X\"", i ? ", " : "", found->symptoms[i].code);
	out_text(out, "]");
	put_findings(out, found, id);
	if (answers)
		put_answers(out, found, id);
	out_format(out, ",\n  \"decider\": \"%s\"", found->decider ? found->decider->id : "");
	out_text(out, ",\n  \"missing\": [");
	for (size_t i = 0; i < found->missing_count; i++)
		out_format(out, "%s\"%s\"", i ? ", " : "", found->missing[i].item->id);
	out_text(out, "],\n  \"contradictions\": [");
	for (size_t i = 0; i < found->contradiction_count; i++)
		out_format(out, "%s\"%s.%s\"", i ? ", " : "", found->contradictions[i].kind,
			found->contradictions[i].field);
	out_text(out, "],\n  \"warnings\": [");
	for (size_t i = 0; i < found->warning_count; i++) {
		out_format(out, "%s\"%s", i ? ", " : "", warning_words[found->warnings[i].kind]);
		if (found->warnings[i].about.size) {
			out_text(out, " ");
			escape_json(out, found->warnings[i].about);
		}
		out_text(out, "\"");
	}
	out_text(out, "]\n}\n");
}

static bool is_practice_found(const struct diagnosis *found, struct str id)
{
	for (size_t i = 0; i < found->warning_count; i++)
		if (found->warnings[i].kind == WARNING_PRACTICE &&
			str_equal(found->warnings[i].about, id))
			return true;
	return false;
}

/* What the name of the variant promises; a phrase when it does not hold, or NULL. */
static const char *broken_promise(
	const struct run *run, const struct diagnosis *found, struct str id, struct str variant)
{
	const struct cause *cause = knowledge_find(&run->rules.knowledge, id);
	const struct finding *finding = case_finding(found, id);
	if (!cause)
		return str_equal(str_of(verdict_words[found->verdict]), id) ? NULL
									    : "another verdict";
	bool stands = cause->is_practice ? is_practice_found(found, id)
					 : finding && finding_stands(finding);
	bool root = finding && finding->role == ROLE_ROOT;
	if (str_starts(variant, STR("found")))
		return root || (stands && (cause->is_practice || cause->never_root))
			? NULL
			: "the cause is not found";
	if (str_starts(variant, STR("not")))
		return stands ? "the cause stands" : NULL;
	if (!str_starts(variant, STR("missing")))
		return "a variant is called found..., not... or missing...";
	if (root)
		return "the cause is root without the evidence that decides";
	return found->missing_count || found->decider ? NULL : "nothing is asked for";
}

/* Only cases that were made for a root cause say which answer is right. */
static void count_hit(
	struct run *run, const struct diagnosis *found, struct str id, struct str variant)
{
	const struct cause *cause = knowledge_find(&run->rules.knowledge, id);
	if (!cause || cause->is_practice || cause->never_root || !str_starts(variant, STR("found")))
		return;
	const struct finding *root = diagnosis_first(found, ROLE_ROOT);
	unsigned strength = root ? root->strength : 0;
	run->named[strength]++;
	run->right[strength] += root && str_equal(root->cause->id, id);
}

static void print_table(const struct run *run)
{
	printf("| strength | cases | right cause named |\n| --- | --- | --- |\n");
	for (unsigned strength = STRENGTH_MAX; strength > 0; strength--)
		printf("| %s | %u | %u |\n", band_word(strength), run->named[strength],
			run->right[strength]);
	printf("| no root cause named | %u | - |\n", run->named[0]);
}

/* One reading of a case. */
struct attempt {
	struct inputs inputs;
	struct case_logs logs;
	struct case_file file;
	struct diagnosis found;
	const char *problem; /* NULL when all is well */
};

static void open_case(struct arena *arena, const char *path, struct attempt *attempt)
{
	*attempt = (struct attempt){.inputs = inputs_new(arena, 1)};
	if (!input_read(&attempt->inputs, path, &attempt->problem) && !attempt->problem)
		attempt->problem = "cannot be read";
	attempt->logs = case_logs_find(&attempt->inputs);
}

/* The logs in binary form, that number `trimmed` without its `drop` oldest events. */
static void make_binary(struct attempt *attempt, size_t trimmed, size_t drop)
{
	const char *problem = NULL;
	if (!attempt->problem &&
		!case_logs_to_binary(&attempt->inputs, &attempt->logs, trimmed, drop, &problem))
		attempt->problem = problem;
}

static void judge_case(const struct run *run, struct arena *arena, struct attempt *attempt)
{
	attempt->file = case_file_read(arena, &attempt->inputs);
	attempt->found =
		diagnose(arena, &attempt->file, &run->rules.vocabulary, &run->rules.knowledge);
}

static struct str digest_of(
	struct arena *arena, const struct attempt *attempt, struct str id, bool answers)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	put_digest(&out, &attempt->found, id, answers);
	struct str digest = arena_copy(arena, out_view(&out));
	out_free(&out);
	return digest;
}

/* Two forms of one log hold the same events, whether a verdict rests on them or not. */
static size_t events_read(const struct attempt *attempt)
{
	size_t count = 0;
	for (size_t i = 0; i < attempt->file.facts.count; i++)
		count += attempt->file.facts.at[i]->kind == &kind_event;
	return count;
}

/* The verdict must be the same. Answers need not be: that a whole log holds no request of KMS says something, that an
 * excerpt as XML holds none does not. */
static bool check_binary(const struct run *run, struct arena *arena, const char *path,
	struct str id, const struct attempt *as_xml)
{
	struct attempt attempt;
	open_case(arena, path, &attempt);
	make_binary(&attempt, 0, 0);
	judge_case(run, arena, &attempt);
	if (!attempt.problem && events_read(&attempt) != events_read(as_xml))
		attempt.problem = arena_format(arena, "%zu events as XML, %zu in binary form",
			events_read(as_xml), events_read(&attempt));
	struct str made = digest_of(arena, &attempt, id, false);
	struct str wanted = digest_of(arena, as_xml, id, false);
	if (!attempt.problem && !str_equal(made, wanted))
		attempt.problem = arena_format(
			arena, "with event logs in binary form:\n%.*s", STR_PRINT(made));
	if (attempt.problem)
		fprintf(stderr, "%s: %s\n", path, attempt.problem);
	inputs_free(&attempt.inputs);
	return !attempt.problem;
}

static void check_case(struct run *run, struct str id, struct str variant)
{
	struct arena *arena = arena_new();
	struct attempt attempt;
	const char *path = case_path(arena, id, variant);
	const char *golden = arena_format(arena, "%s.json", path);
	open_case(arena, path, &attempt);
	judge_case(run, arena, &attempt);
	count_hit(run, &attempt.found, id, variant);
	const char *problem = attempt.problem;
	if (!problem)
		problem = broken_promise(run, &attempt.found, id, variant);
	if (problem)
		fprintf(stderr, "%s: %s\n", path, problem);
	bool good = test_golden(arena, golden, digest_of(arena, &attempt, id, true), run->update) &&
		!problem;
	if (attempt.logs.count > 0) {
		run->with_logs++;
		good &= check_binary(run, arena, path, id, &attempt);
	}
	run->cases++;
	run->failures += !good;
	inputs_free(&attempt.inputs);
	arena_free(arena);
}

/*
 * Trimming
 */

/* A root cause that the whole evidence did not even leave standing, or one that is neither the former root nor what
 * it brings about, or health where there was none; or NULL. */
static const char *turned(
	struct arena *arena, const struct diagnosis *whole, const struct diagnosis *trimmed)
{
	const struct finding *root = diagnosis_first(whole, ROLE_ROOT);
	if (trimmed->verdict == VERDICT_HEALTHY && whole->verdict != VERDICT_HEALTHY)
		return "becomes healthy";
	for (size_t i = 0; i < trimmed->finding_count; i++) {
		const struct finding *now = &trimmed->findings[i];
		if (now->role != ROLE_ROOT)
			continue;
		const struct finding *before = case_finding(whole, now->cause->id);
		bool same = !root || root == before || cause_explains(root->cause, now->cause);
		if (!before || !finding_stands(before) || !same)
			return arena_format(arena, "names %.*s", STR_PRINT(now->cause->id));
	}
	return NULL;
}

static bool check_trimming(
	struct run *run, const char *path, size_t log, size_t drop, const struct diagnosis *whole)
{
	struct arena *arena = arena_new();
	struct attempt attempt;
	open_case(arena, path, &attempt);
	make_binary(&attempt, log, drop);
	judge_case(run, arena, &attempt);
	const char *problem = attempt.problem;
	if (!problem)
		problem = turned(arena, whole, &attempt.found);
	if (problem)
		fprintf(stderr, "%s: %.*s without its %zu oldest: %s\n", path,
			STR_PRINT(attempt.logs.at[log].channel), drop, problem);
	run->trimmings++;
	inputs_free(&attempt.inputs);
	arena_free(arena);
	return !problem;
}

static void check_trimmed(struct run *run, struct str id, struct str variant)
{
	struct arena *arena = arena_new();
	struct attempt whole;
	const char *path = case_path(arena, id, variant);
	bool good = true;
	open_case(arena, path, &whole);
	size_t logs = whole.logs.count;
	if (logs > 0) {
		make_binary(&whole, 0, 0);
		judge_case(run, arena, &whole);
		run->with_logs++;
	}
	for (size_t log = 0; log < logs && good; log++)
		for (size_t drop = 1; drop <= whole.logs.at[log].count && good; drop++)
			good = check_trimming(run, path, log, drop, &whole.found);
	run->cases++;
	run->failures += !good;
	inputs_free(&whole.inputs);
	arena_free(arena);
}

static void check_all(struct run *run, char **ids)
{
	for (size_t i = 0; i < run->list.count; i++) {
		struct case_name name = run->list.at[i];
		if (!case_is_wanted(name.id, ids))
			continue;
		if (run->trim)
			check_trimmed(run, name.id, name.variant);
		else
			check_case(run, name.id, name.variant);
	}
}

static bool has_variant(const struct case_list *list, struct str id, const char *prefix)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_equal(list->at[i].id, id) &&
			str_starts(list->at[i].variant, str_of(prefix)))
			return true;
	return false;
}

static void check_complete(struct run *run)
{
	static const char *const variants[] = {"found", "not", "missing"};
	for (size_t i = 0; i < run->rules.knowledge.count; i++) {
		const struct cause *cause = run->rules.knowledge.at[i];
		for (size_t k = 0; k < 3 && !cause->is_state; k++)
			if (!has_variant(&run->list, cause->id, variants[k])) {
				fprintf(stderr, "samples/cases/%.*s: no variant %s...\n",
					STR_PRINT(cause->id), variants[k]);
				run->failures++;
			}
	}
}

int main(int argc, char **argv)
{
	machine_failed_as("scenarios", 1);
	struct run run = {.arena = arena_new()};
	bool table = argc > 1 && strcmp(argv[1], "--table") == 0;
	run.update = argc > 1 && strcmp(argv[1], "--update") == 0;
	run.trim = argc > 1 && strcmp(argv[1], "--trim") == 0;
	int first = table || run.update || run.trim ? 2 : 1;
	if (!case_rules_load(run.arena, &run.rules) || !case_list_read(run.arena, &run.list))
		return 1;
	check_all(&run, argv + first);
	if (first == argc && !run.trim)
		check_complete(&run);
	if (table)
		print_table(&run);
	else if (run.trim)
		printf("%u cases with event logs, %u trimmings, %u failed\n", run.with_logs,
			run.trimmings, run.failures);
	else
		printf("%u cases, %u of them with event logs, %u failed\n", run.cases,
			run.with_logs, run.failures);
	arena_free(run.arena);
	return run.failures != 0 || run.cases == 0;
}
