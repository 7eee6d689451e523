/* Values of a stranger's evidence in command lines. */
#include "fill.h"

#include "reasoning.h"
#include "unit.h"

/* The step `run`, with the field path of a service, which the cause rests on, holding `value`. */
static struct filled_step fill(const char *run, const char *value)
{
	struct bench bench = bench_new();
	bench_learn(&bench,
		arena_format(bench.arena,
			"<cause id='a'><title>t</title><for strength='strong'><says>s</says>"
			"<service name='sppsvc'/></for><fix><step run='%s'/></fix></cause>",
			run));
	bench_add(&bench, "scm", "service", "name", "other", "path", "wrong", (const char *)NULL);
	bench_add(&bench, "scm", "service", "name", "sppsvc", "path", value, (const char *)NULL);
	knowledge_link(&bench.knowledge);
	for (size_t i = 0; i < bench.knowledge.problem_count; i++)
		ck_abort_msg("%s", bench.knowledge.problems[i].text);
	struct view view = bench_view(&bench);
	struct ranking ranking = rank(bench.arena, &bench.knowledge, &view);
	return fill_step(bench.arena, &bench.knowledge.at[0]->steps[0], &ranking.at[0], &view);
}

static const struct {
	const char *run, *value, *made;
	bool unrecorded;
} cases[] = {
	{"x {service.path}", "kms01.contoso.com", "x kms01.contoso.com", false},
	{"x {service.path}:1688", "10.0.3.20", "x 10.0.3.20:1688", false},
	{"x {service.path}", "C:\\Windows\\x.exe", "x C:\\Windows\\x.exe", false},
	{"x \"{service.path}\" y", "C:\\Program Files (x86)\\a, b",
		"x \"C:\\Program Files (x86)\\a, b\" y", false},
	{"x {service.path}", "C:\\Program Files", "x <service.path>", true},
	{"x[ /p {service.path}] y", "a b", "x y", false},
	{"x[ /p {service.path}] y", "ab", "x /p ab y", false},
	{"[{service.path}]", "ab", "ab", false},
	{"a[0] {service.path}", "ab", "a[0] ab", false},
	{"a [b {service.path}", "ab", "a [b ab", false},
	{"{service.start}", "ab", "<service.start>", true},
	{"no placeholder", "ab", "no placeholder", false},
};

START_TEST(fills)
{
	struct filled_step filled = fill(cases[_i].run, cases[_i].value);
	EXPECT(filled.run, cases[_i].made);
	ck_assert_int_eq(filled.unrecorded, cases[_i].unrecorded);
}
END_TEST

/* Whose value it is, when nothing that holds it spoke for the cause. */
static const struct {
	const char *clause, *first, *second, *made;
} owners[] = {
	{"<service name='sppsvc' start='disabled'/>", "other", "sppsvc", "demand"},
	{"<any><service name='sppsvc' start='disabled'/></any>", "other", "sppsvc", "demand"},
	{"<service name='sppsvc' start='disabled'/>", "other", "third", "<service.start>"},
	{"<tcp-probe port='1'/>", "other", "sppsvc", "<service.start>"},
	{"<tcp-probe port='1'/>", NULL, "sppsvc", "demand"},
};

START_TEST(takes_no_stranger)
{
	struct bench bench = bench_new();
	bench_learn(&bench,
		arena_format(bench.arena,
			"<cause id='a'><title>t</title><for strength='strong'><says>s</says>%s</for>"
			"<fix><step run='{service.start}'/></fix></cause>",
			owners[_i].clause));
	if (owners[_i].first)
		bench_add(&bench, "scm", "service", "name", owners[_i].first, "start", "auto",
			(const char *)NULL);
	bench_add(&bench, "scm", "service", "name", owners[_i].second, "start", "demand",
		(const char *)NULL);
	knowledge_link(&bench.knowledge);
	struct view view = bench_view(&bench);
	struct ranking ranking = rank(bench.arena, &bench.knowledge, &view);
	struct filled_step filled =
		fill_step(bench.arena, &bench.knowledge.at[0]->steps[0], &ranking.at[0], &view);
	EXPECT(filled.run, owners[_i].made);
}
END_TEST

/* None of these may reach a shell, inside quotation marks or not. */
static const char *const attacks[] = {
	"a&calc",
	"a|calc",
	"a;calc",
	"$(calc)",
	"`calc`",
	"a\"b",
	"a'b",
	"%TEMP%",
	"!x!",
	"a\ncalc",
	"a\rcalc",
	"-x",
	"/x",
	"//server/share",
	"a^b",
	"a<b",
	"a>b",
	"a*b",
	"a?b",
	"$env:x",
	"@(calc)",
	"a#b",
	"x\\",
	"x\xC2\xA0x",
	"kms\xE2\x80\x99",
	"\xE2\x80\x9C",
	"\xD0\xBAms01",
	"a=b",
	"a~b",
	"a+b",
	"[a]",
};

START_TEST(fills_in_no_attack)
{
	struct filled_step bare = fill("x {service.path} y", attacks[_i]);
	EXPECT(bare.run, "x <service.path> y");
	ck_assert(bare.unrecorded);
	struct filled_step quoted = fill("x \"{service.path}\" y", attacks[_i]);
	EXPECT(quoted.run, "x \"<service.path>\" y");
	ck_assert(quoted.unrecorded);
	struct filled_step optional = fill("x[ {service.path}]", attacks[_i]);
	EXPECT(optional.run, "x");
	ck_assert(!optional.unrecorded);
}
END_TEST

START_TEST(fills_in_nothing_long)
{
	char value[301];
	memset(value, 'a', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	EXPECT(fill("{service.path}", value).run, "<service.path>");
	value[255] = '\0';
	EXPECT(fill("{service.path}", value).run, value);
}
END_TEST

UNIT_MAIN("fill", {fills, COUNT(cases)}, {takes_no_stranger, COUNT(owners)},
	{fills_in_no_attack, COUNT(attacks)}, {fills_in_nothing_long, 0})
