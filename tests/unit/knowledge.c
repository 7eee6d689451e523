/* Cause files: what is refused, with which line and which hint. */
#include "cause.h"

#include "reasoning.h"
#include "unit.h"

#define CAUSE(inside) "<cause id='a'>\n" inside "</cause>"
#define GOOD \
	"<title>t</title><for strength='strong'><says>s</says><service name='sppsvc' " \
	"start='disabled'/></for><fix><step><says>do</says></step></fix>"

static const struct {
	const char *xml;
	unsigned line;
	const char *problem; /* the first one */
} wrong[] = {
	{CAUSE("<titel>t</titel>" GOOD), 2, "<titel> is not known here; did you mean <title>?"},
	{CAUSE(GOOD "<for strength='strong'><says>s</says><service>\n<nmae/></service></for>"), 3,
		"a fact has no content"},
	{CAUSE("<title>t</title>\n<for strength='strong'><says>s</says>\n<service nmae='x'/></for>"
	       "<fix><step><says>do</says></step></fix>"),
		4, "<service> has no field \"nmae\"; did you mean \"name\"?"},
	{CAUSE("\n<for strength='strong'><servce/></for>" GOOD), 3,
		"there is no fact <servce>; did you mean <service>?"},
	{CAUSE("<for strength='strng'><service name='x'/></for>" GOOD), 2,
		"strength=\"strng\" is not known; did you mean \"strong\"?"},
	{CAUSE("<for><service name='x'/></for>" GOOD), 2,
		"strength=\"weak|fair|strong|decisive\" is missing"},
	{CAUSE("<for strength='fair'><service start='dissabled'/></for>" GOOD), 2,
		"service.start: \"dissabled\" is not one of the words of this field; did you mean "
		"\"disabled\"?"},
	{CAUSE("<for strength='fair'><says>s</says></for>" GOOD), 2,
		"a condition without facts would always hold"},
	{CAUSE("<for strength='fair'><service name='x'/></for>" GOOD), 2,
		"<says> is missing: what do these facts tell?"},
	{CAUSE("words" GOOD), 2, "text is not allowed here: put it into <says>"},
	{CAUSE("<title></title>" GOOD), 2, "an empty text"},
	{CAUSE("<title>t</title>" GOOD), 2, "a second text in the same language"},
	{CAUSE("<title xml:lang='de'>t</title>" GOOD), 2, "xml:lang=\"de\": texts are in en or ja"},
	{CAUSE(GOOD "<fix><step run='sc {service.nmae}'/></fix>"), 2,
		"{service.nmae} is no field of a fact"},
	{CAUSE(GOOD "<fix><step/></fix>"), 2, "a step needs run=\"...\" or <says>"},
	{CAUSE(GOOD "<fix><stop run='x'/></fix>"), 2,
		"<stop> is not known here; did you mean <step>?"},
	{CAUSE(GOOD "<fix><step run='x' where='clint'/></fix>"), 2,
		"where=\"clint\" is not known; did you mean \"client\"?"},
	{CAUSE(GOOD "<see href='http://example.com'/>"), 2,
		"href=\"https://...\" is missing, or holds what an address may not"},
	{CAUSE(GOOD "<see href='https://example.com/\"onclick'/>"), 2,
		"href=\"https://...\" is missing, or holds what an address may not"},
	{"<cause id='A b'>" GOOD "</cause>", 1,
		"id=\"...\" must be lower-case letters, digits and '-'"},
	{"<cause id='a' explain='b'>" GOOD "</cause>", 1,
		"attribute \"explain\" is not known; allowed are id, explains, primary"},
	{"<cause id='a' primary='maybe'>" GOOD "</cause>", 1, "primary=\"maybe\" is not known"},
	{"<cause id='a'><title>t</title></cause>", 1,
		"<for> is missing: nothing could ever show this"},
	{"<cause id='a'><title>t</title><for strength='fair'><says>s</says><service name='x'/></for>"
	 "</cause>",
		1, "<fix> has no <step>"},
	{"<rule/>", 1, "<rule> is not known here; allowed are cause|state"},
	{"<cause id='a' explains='nothing-like-it'>" GOOD "</cause>", 1,
		"explains=\"nothing-like-it\" is no cause and no state"},
};

START_TEST(refuses)
{
	struct bench bench = bench_new();
	bench_learn(&bench, wrong[_i].xml);
	knowledge_link(&bench.knowledge);
	ck_assert_uint_ge(bench.knowledge.problem_count, 1);
	ck_assert_str_eq(bench.knowledge.problems[0].text, wrong[_i].problem);
	ck_assert_uint_eq(bench.knowledge.problems[0].line, wrong[_i].line);
	ck_assert_str_eq(bench.knowledge.problems[0].file, "test.xml");
}
END_TEST

/* Not well-formed, cut short, or with what an attacker would add: refused, and read to an end. */
static const char *const hostile[] = {
	"",
	"no XML",
	"<cause id='a'>",
	"<cause id='a'><title>t",
	"<cause id='a'><title>t</cause>",
	"<!DOCTYPE cause [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><cause id='a'>" GOOD
	"<text>&x;</text></cause>",
	"<!DOCTYPE cause [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><cause id='a'>" GOOD
	"<text>&b;</text></cause>",
};

START_TEST(takes_no_bad_xml)
{
	struct bench bench = bench_new();
	bench_learn(&bench, hostile[_i]);
	ck_assert(bench.knowledge.count == 0 || bench.knowledge.problem_count > 0);
}
END_TEST

START_TEST(nests_as_deep_as_the_limit)
{
	struct bench bench = bench_new();
	struct out out = out_new(1 << 20);
	out_text(&out, "<cause id='a'><for strength='fair'>");
	for (int i = 0; i < 10000; i++)
		out_text(&out, "<all>");
	out_char(&out, '\0');
	bench_learn(&bench, out.at);
	ck_assert_uint_ge(bench.knowledge.problem_count, 1);
	out_free(&out);
}
END_TEST

START_TEST(reads_a_whole_cause)
{
	struct bench bench = bench_new();
	bench_learn(&bench,
		"<cause id='a' explains='s' primary='no'><title>One</title><title "
		"xml:lang='ja'>一</title><text> more \n about it </text>"
		"<for strength='decisive'><says>s</says><any><service name='x' line='7'/><all>"
		"<service name='y'/><service name='z'/></all></any></for>"
		"<against strength='weak'><says>n</says><service name='x' state='running'/></against>"
		"<fix><step run='sc config {service.name} start= demand' where='client'>"
		"<says>do</says></step><verify run='sc query {service.name}' needs='user'/>"
		"<undo><says>undo</says></undo></fix>"
		"<avoid><says>not that</says></avoid><prevent><says>and</says></prevent>"
		"<see href='https://learn.example.com/a?b=c#d'/></cause>");
	bench_learn(&bench,
		"<state id='s'><title>S</title><for strength='fair'><service name='x'/></for></state>");
	knowledge_link(&bench.knowledge);
	ck_assert_uint_eq(bench.knowledge.problem_count, 0);
	const struct cause *a = knowledge_find(&bench.knowledge, STR("a"));
	const struct cause *s = knowledge_find(&bench.knowledge, STR("s"));
	EXPECT(a->title.in[JAPANESE], "一");
	EXPECT(a->text.in[ENGLISH], "more about it");
	ck_assert(a->never_root && !a->is_state && s->is_state && !a->is_practice);
	ck_assert_uint_eq(a->clause_count, 2);
	ck_assert_int_eq((int)a->clauses[0].condition.children[0].kind, (int)CONDITION_ANY);
	ck_assert_uint_eq(a->step_count, 3);
	ck_assert(a->steps[0].needs_admin && !a->steps[1].needs_admin);
	ck_assert(!a->steps[2].needs_admin); /* nothing to type */
	ck_assert(cause_explains(a, s) && !cause_explains(s, a));
}
END_TEST

START_TEST(a_site_replaces_a_cause)
{
	struct bench bench = bench_new();
	bench_learn(&bench, CAUSE(GOOD));
	bench_learn(&bench, CAUSE("<text>mine</text>" GOOD));
	ck_assert_uint_eq(bench.knowledge.count, 1);
	EXPECT(bench.knowledge.at[0]->text.in[ENGLISH], "mine");
}
END_TEST

/* A ring would have no root. Long ones too: the chain of a report follows them. */
START_TEST(refuses_rings)
{
	struct bench bench = bench_new();
	int size = _i + 1;
	for (int i = 0; i < size; i++)
		bench_learn(&bench,
			arena_format(bench.arena, "<cause id='c%d' explains='c%d'>" GOOD "</cause>",
				i, (i + 1) % size));
	bench_learn(&bench, "<cause id='outside' explains='c0'>" GOOD "</cause>");
	knowledge_link(&bench.knowledge);
	ck_assert_uint_eq(bench.knowledge.problem_count, (size_t)size);
	ck_assert_str_eq(bench.knowledge.problems[0].text, "explains itself, through others");
}
END_TEST

START_TEST(takes_long_chains)
{
	struct bench bench = bench_new();
	for (int i = 0; i < 30; i++)
		bench_learn(&bench,
			arena_format(bench.arena, "<cause id='c%d' explains='c%d'>" GOOD "</cause>",
				i, i + 1));
	bench_learn(&bench, "<cause id='c30'>" GOOD "</cause>");
	knowledge_link(&bench.knowledge);
	ck_assert_uint_eq(bench.knowledge.problem_count, 0);
	ck_assert(cause_explains(knowledge_find(&bench.knowledge, STR("c0")),
		knowledge_find(&bench.knowledge, STR("c30"))));
}
END_TEST

/* Layers in which everything explains everything of the next: the number of ways is 10 to the 12th. */
START_TEST(many_ways_cost_no_time)
{
	struct bench bench = bench_new();
	for (int layer = 0; layer < 12; layer++)
		for (int i = 0; i < 10; i++) {
			struct out out = out_new(4096);
			for (int k = 0; k < 10 && layer < 11; k++)
				out_format(&out, "%sl%dn%d", k ? "|" : "", layer + 1, k);
			out_char(&out, '\0');
			bench_learn(&bench,
				arena_format(bench.arena,
					"<cause id='l%dn%d' explains='%s'>" GOOD "</cause>", layer,
					i, out.at));
			out_free(&out);
		}
	knowledge_link(&bench.knowledge);
	ck_assert_uint_eq(bench.knowledge.problem_count, 0);
	ck_assert(!cause_explains(knowledge_find(&bench.knowledge, STR("l0n0")),
		knowledge_find(&bench.knowledge, STR("l0n1"))));
}
END_TEST

START_TEST(the_program_carries_no_mistake)
{
	struct bench bench = bench_new();
	bench.knowledge = knowledge_new(bench.arena, &bench.vocabulary);
	knowledge_add_built_in(&bench.knowledge);
	knowledge_link(&bench.knowledge);
	for (size_t i = 0; i < bench.knowledge.problem_count; i++)
		ck_abort_msg("%s:%u: %s", bench.knowledge.problems[i].file,
			bench.knowledge.problems[i].line, bench.knowledge.problems[i].text);
}
END_TEST

UNIT_MAIN("knowledge", {refuses, COUNT(wrong)}, {takes_no_bad_xml, COUNT(hostile)},
	{nests_as_deep_as_the_limit, 0}, {reads_a_whole_cause, 0}, {a_site_replaces_a_cause, 0},
	{refuses_rings, 20}, {takes_long_chains, 0}, {many_ways_cost_no_time, 0},
	{the_program_carries_no_mistake, 0})
