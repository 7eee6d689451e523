/* Conditions: every form of a test, and the logic of three answers. */
#include "match.h"

#include "unit.h"

#include "reasoning.h"

/* One pattern on one field, against one fact that holds `value` ("" for unset). */
static const struct {
	const char *kind, *field, *test, *value;
	bool matches;
} tests[] = {
	{"service", "name", "sppsvc", "SPPSVC", true},
	{"service", "name", "sppsvc", "sppsvc.", true}, /* a name: the trailing dot is dropped */
	{"service", "name", "w32time | sppsvc", "sppsvc", true},
	{"service", "name", "w32time|osppsvc", "sppsvc", false},
	{"service", "name", "!w32time", "sppsvc", true},
	{"service", "name", "! w32time | sppsvc", "sppsvc", false},
	{"service", "name", "!w32time", "", false}, /* unset is neither equal nor different */
	{"service", "name", "*", "x", true},
	{"service", "name", "*", "", false},
	{"service", "path", "*system32*", "C:\\Windows\\System32\\sppsvc.exe", true},
	{"service", "path", "*.exe", "C:\\x.exe", true},
	{"service", "path", "*.exe", "C:\\x.exe ", true},
	{"service", "path", "*.exe", "C:\\x.exe -k", false},
	{"service", "path", "C:\\*", "D:\\x", false},
	{"service", "path", "C:\\*x*y", "C:\\axby", true},
	{"service", "path", "C:\\*x*y", "C:\\ayx", false},
	{"service", "path", "a*a", "a", false},
	{"service", "path", "a*a", "aa", true},
	{"service", "path", "**", "anything", true},
	{"service", "path", "!*evil*", "good", true},
	{"service", "start", "auto | demand", "demand", true},
	{"service", "start", "*", "demand", true},
	{"service", "start", "!disabled", "auto", true},
	{"service", "exists", "no", "no", true},
	{"service", "exists", "yes", "no", false},
	{"service", "error", "5", "5", true},
	{"service", "error", "0x5", "5", true},
	{"service", "error", "1..5", "5", true},
	{"service", "error", "..4", "5", false},
	{"service", "error", "6..", "5", false},
	{"service", "error", "1 | 3..7", "5", true},
	{"service", "error", "-10..-1", "-5", true},
	{"service", "error", "!1..4", "5", true},
	{"tcp-probe", "code", "0x8007274C", "-2147014836", true},
	{"tcp-probe", "code", "2147952460", "0x8007274C", true},
	{"tcp-probe", "code", "0x80070000..0x8007FFFF", "0x8007274C", true},
	{"tcp-probe", "address", "@private", "10.0.3.20", true},
	{"tcp-probe", "address", "@public | @loopback", "10.0.3.20", false},
	{"tcp-probe", "address", "!@public", "fd00::1", true},
	{"tcp-probe", "address", "@link-local", "169.254.1.1", true},
	{"tcp-probe", "address", "10.0.3.20", "10.0.3.20", true},
	{"licence", "activation-id", "{55C92734-D682-4D71-983E-D6EC3F16059F}",
		"55c92734-d682-4d71-983e-d6ec3f16059f", true},
};

START_TEST(compares_by_type)
{
	struct bench bench = bench_new();
	const struct fact_kind *kind = bench_kind(&bench, tests[_i].kind);
	int field = fact_field_index(kind, str_of(tests[_i].field));
	struct test test;
	const char *problem = NULL, *hint = NULL;
	ck_assert_msg(match_compile(bench.arena, kind, field, str_of(tests[_i].test), &test,
			      &problem, &hint),
		"%s", problem);
	struct condition pattern = {
		.kind = CONDITION_PATTERN, .of = kind, .tests = &test, .test_count = 1};
	const struct fact *fact = bench_add(&bench, "scm", tests[_i].kind, tests[_i].field,
		tests[_i].value, (const char *)NULL);
	ck_assert_int_eq(match_fact(&pattern, fact), tests[_i].matches);
}
END_TEST

static const struct {
	const char *kind, *field, *test, *problem, *hint;
} wrong[] = {
	{"service", "start", "dissabled", "\"dissabled\" is not one of the words of this field",
		"disabled"},
	{"service", "start", "auto | demnad", "\"demnad\" is not one of the words of this field",
		"demand"},
	{"service", "error", "many", "\"many\" is not a number or a range lo..hi", NULL},
	{"service", "error", "5..1", "\"5..1\" is not a number or a range lo..hi", NULL},
	{"service", "exists", "maybe", "\"maybe\" is neither yes nor no", NULL},
	{"service", "name", "", "\"\" is empty", NULL},
	{"service", "name", "!", "\"\" is empty", NULL},
	{"service", "name", "a||b", "\"\" is empty", NULL},
	{"service", "name", "a|", "\"\" is empty", NULL},
	{"tcp-probe", "code", "C004F074", "\"C004F074\" is not an error code such as 0xC004F074",
		NULL},
	{"tcp-probe", "address", "@privat",
		"\"@privat\" is not an address or a class such as @private", NULL},
	{"tcp-probe", "address", "10.0.*",
		"\"10.0.*\" is not an address or a class such as @private", NULL},
	{"licence", "activation-id", "55c9", "\"55c9\" is not a GUID", NULL},
};

START_TEST(refuses_what_could_never_match)
{
	struct bench bench = bench_new();
	const struct fact_kind *kind = bench_kind(&bench, wrong[_i].kind);
	struct test test;
	const char *problem = NULL, *hint = NULL;
	ck_assert(!match_compile(bench.arena, kind, fact_field_index(kind, str_of(wrong[_i].field)),
		str_of(wrong[_i].test), &test, &problem, &hint));
	ck_assert_str_eq(problem, wrong[_i].problem);
	ck_assert_pstr_eq(hint, wrong[_i].hint);
}
END_TEST

/* Patterns whose answers are known: "y", "n" and "u" for a fact that is there as asked, there and different,
 * and not there at all. */
static struct condition leaf(struct bench *bench, char answer)
{
	const struct fact_kind *kind =
		bench_kind(bench, answer == 'u' ? "domain-controller" : "service");
	struct condition leaf = {.kind = CONDITION_PATTERN, .of = kind, .test_count = 1};
	leaf.tests = arena_alloc(bench->arena, sizeof *leaf.tests);
	const char *problem, *hint;
	const char *field = answer == 'u' ? "result" : "start";
	ck_assert(match_compile(bench->arena, kind, fact_field_index(kind, str_of(field)),
		answer == 'y'           ? STR("auto")
			: answer == 'n' ? STR("disabled")
					: STR("ok"),
		leaf.tests, &problem, &hint));
	return leaf;
}

static const struct {
	enum condition_kind kind;
	const char *children;
	enum answer answer;
} logic[] = {
	{CONDITION_ALL, "yy", ANSWER_YES},
	{CONDITION_ALL, "yn", ANSWER_NO},
	{CONDITION_ALL, "yu", ANSWER_UNCHECKED},
	{CONDITION_ALL, "nu", ANSWER_NO},
	{CONDITION_ALL, "un", ANSWER_NO},
	{CONDITION_ALL, "uu", ANSWER_UNCHECKED},
	{CONDITION_ALL, "nn", ANSWER_NO},
	{CONDITION_ANY, "yy", ANSWER_YES},
	{CONDITION_ANY, "ny", ANSWER_YES},
	{CONDITION_ANY, "uy", ANSWER_YES},
	{CONDITION_ANY, "nu", ANSWER_UNCHECKED},
	{CONDITION_ANY, "nn", ANSWER_NO},
	{CONDITION_ANY, "uu", ANSWER_UNCHECKED},
};

START_TEST(knows_three_answers)
{
	struct bench bench = bench_new();
	bench_add(&bench, "scm", "service", "name", "sppsvc", "start", "auto", (const char *)NULL);
	struct condition children[4];
	struct condition group = {.kind = logic[_i].kind, .children = children};
	for (; logic[_i].children[group.child_count]; group.child_count++)
		children[group.child_count] = leaf(&bench, logic[_i].children[group.child_count]);
	struct view view = bench_view(&bench);
	struct judgement judged = match(&group, &view);
	ck_assert_int_eq((int)judged.answer, (int)logic[_i].answer);
	if (judged.answer != ANSWER_UNCHECKED)
		ck_assert(judged.count > 0 && judged.sources != 0);
}
END_TEST

/* NO needs a fact about the same thing: another service says nothing about this one. */
START_TEST(another_thing_is_no_answer)
{
	struct bench bench = bench_new();
	bench_learn(&bench,
		"<state id='s'><title>t</title><for strength='fair'>"
		"<service name='sppsvc' start='disabled'/></for></state>");
	bench_add(&bench, "scm", "service", "name", "w32time", "start", "auto", (const char *)NULL);
	struct view view = bench_view(&bench);
	const struct condition *condition = &bench.knowledge.at[0]->clauses[0].condition;
	ck_assert_int_eq((int)match(condition, &view).answer, (int)ANSWER_UNCHECKED);
	/* the same service, but its start is not known */
	bench_add(
		&bench, "scm", "service", "name", "sppsvc", "state", "running", (const char *)NULL);
	view = bench_view(&bench);
	ck_assert_int_eq((int)match(condition, &view).answer, (int)ANSWER_UNCHECKED);
	bench_add(&bench, "scm", "service", "name", "sppsvc", "start", "auto", (const char *)NULL);
	view = bench_view(&bench);
	ck_assert_int_eq((int)match(condition, &view).answer, (int)ANSWER_NO);
	bench_add(&bench, "scm", "service", "name", "sppsvc", "start", "disabled",
		(const char *)NULL);
	view = bench_view(&bench);
	ck_assert_int_eq((int)match(condition, &view).answer, (int)ANSWER_YES);
}
END_TEST

UNIT_MAIN("match", {compares_by_type, COUNT(tests)}, {refuses_what_could_never_match, COUNT(wrong)},
	{knows_three_answers, COUNT(logic)}, {another_thing_is_no_answer, 0})
