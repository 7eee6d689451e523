/* From facts to an order of causes: the arithmetic of docs/causes.md, checked from outside. */
#include "rank.h"

#include "reasoning.h"
#include "unit.h"

/* Clauses rest on services: source scm; on tcp-probe: tcp; on dns-answer: dns; on domain-controller: nltest. */
#define SCM "<service name='sppsvc' start='disabled'/>"
#define TCP "<tcp-probe port='1688' result='timeout'/>"
#define DNS "<dns-answer type='srv' result='no-name'/>"
#define DOMAIN "<domain-controller result='failed'/>"
#define FOR(strength, facts) "<for strength='" strength "'><says>s</says>" facts "</for>"
#define AGAINST(strength, facts) \
	"<against strength='" strength "'><says>s</says>" facts "</against>"
#define CAUSE(id, attributes, clauses) \
	"<cause id='" id "' " attributes "><title>t</title>" clauses \
	"<fix><step><says>do</says></step></fix></cause>"
#define STATE(id, clauses) "<state id='" id "'><title>t</title>" clauses "</state>"

static void see_all(struct bench *bench)
{
	bench_add(
		bench, "scm", "service", "name", "sppsvc", "start", "disabled", (const char *)NULL);
	bench_add(bench, "tcp", "tcp-probe", "host", "kms01", "port", "1688", "result", "timeout",
		(const char *)NULL);
	bench_add(bench, "dns", "dns-answer", "question", "x", "type", "srv", "result", "no-name",
		(const char *)NULL);
	bench_add(bench, "nltest", "domain-controller", "domain", "d", "result", "failed",
		(const char *)NULL);
}

struct ranked {
	struct ranking ranking;
	unsigned *strengths;
};

static struct ranked rank_all(struct bench *bench)
{
	knowledge_link(&bench->knowledge);
	for (size_t i = 0; i < bench->knowledge.problem_count; i++)
		ck_abort_msg("%s", bench->knowledge.problems[i].text);
	struct view *view = arena_alloc(bench->arena, sizeof *view);
	*view = bench_view(bench);
	struct ranked ranked = {rank(bench->arena, &bench->knowledge, view), NULL};
	ranked.strengths =
		arena_array(bench->arena, ranked.ranking.count, sizeof *ranked.strengths);
	rank_strengths(&bench->knowledge, &bench->viewable, &ranked.ranking, 3, ranked.strengths);
	return ranked;
}

static const struct {
	const char *clauses;
	int score;
	enum standing standing;
	bool conflict;
} sums[] = {
	{FOR("weak", SCM), 3, STANDING_CANDIDATE, false},
	{FOR("fair", SCM), 7, STANDING_CANDIDATE, false},
	{FOR("strong", SCM), 13, STANDING_ESTABLISHED, false},
	{FOR("decisive", SCM), 30, STANDING_ESTABLISHED, false},
	{FOR("fair", SCM) FOR("fair", TCP), 14, STANDING_ESTABLISHED, false},
	/* the same source twice counts once, the strongest of its clauses */
	{FOR("fair", SCM) FOR("fair", SCM), 7, STANDING_CANDIDATE, false},
	{FOR("weak", SCM) FOR("strong", SCM) FOR("fair", SCM), 13, STANDING_ESTABLISHED, false},
	/* so does one that is new in part only */
	{FOR("strong", SCM) FOR("fair", SCM TCP), 13, STANDING_ESTABLISHED, false},
	/* what takes one source is heard before what takes two */
	{FOR("strong", SCM TCP) FOR("strong", SCM) FOR("strong", TCP), 26, STANDING_ESTABLISHED,
		false},
	{FOR("strong", SCM TCP) FOR("fair", SCM) FOR("weak", TCP), 13, STANDING_ESTABLISHED, false},
	/* each side hears a source once */
	{FOR("strong", SCM) AGAINST("fair", SCM), 6, STANDING_CANDIDATE, false},
	{FOR("strong", SCM) AGAINST("fair", TCP) AGAINST("weak", DNS), 3, STANDING_CANDIDATE,
		false},
	{FOR("weak", SCM) AGAINST("weak", TCP), 0, STANDING_NONE, false},
	{FOR("weak", SCM) AGAINST("strong", TCP) AGAINST("weak", DNS), -13, STANDING_RULED_OUT,
		false},
	{FOR("fair", SCM) AGAINST("strong", TCP), -6, STANDING_NONE, false},
	{FOR("strong", SCM) AGAINST("decisive", TCP), -17, STANDING_RULED_OUT, false},
	{FOR("strong", SCM) FOR("strong", DNS) FOR("strong", DOMAIN) AGAINST("decisive", TCP), 9,
		STANDING_RULED_OUT, false},
	{FOR("decisive", SCM) AGAINST("decisive", TCP), 0, STANDING_CANDIDATE, true},
	{FOR("decisive", SCM) FOR("strong", DNS) AGAINST("decisive", TCP), 13, STANDING_CANDIDATE,
		true},
	{FOR("decisive", SCM) AGAINST("strong", TCP), 17, STANDING_ESTABLISHED, false},
};

START_TEST(adds_up)
{
	struct bench bench = bench_new();
	see_all(&bench);
	bench_learn(&bench,
		arena_format(bench.arena,
			"<cause id='a'><title>t</title>%s<fix><step><says>d</says></step></fix></cause>",
			sums[_i].clauses));
	struct ranked ranked = rank_all(&bench);
	ck_assert_int_eq(ranked.ranking.at[0].score, sums[_i].score);
	ck_assert_int_eq((int)ranked.ranking.at[0].standing, (int)sums[_i].standing);
	ck_assert_int_eq(ranked.ranking.at[0].conflict, sums[_i].conflict);
}
END_TEST

static const struct {
	const char *causes[4];
	const char *root; /* NULL: none */
} roots[] = {
	{{CAUSE("a", "", FOR("strong", SCM)), CAUSE("b", "", FOR("decisive", TCP))}, "b"},
	{{CAUSE("a", "", FOR("strong", SCM)), CAUSE("b", "", FOR("strong", TCP))}, "a"},
	/* equal scores: more sources */
	{{CAUSE("a", "", FOR("strong", SCM)), CAUSE("b", "", FOR("strong", TCP DNS))}, "b"},
	/* the deeper one, whatever the scores */
	{{CAUSE("a", "explains='b'", FOR("strong", SCM)), CAUSE("b", "", FOR("decisive", TCP))},
		"a"},
	{{CAUSE("a", "explains='s'", FOR("strong", SCM)), STATE("s", FOR("decisive", TCP)),
		 CAUSE("b", "", FOR("decisive", DNS))},
		"a"},
	/* a state that was not seen gives no advantage */
	{{CAUSE("a", "explains='s'", FOR("strong", SCM)),
		 STATE("s", FOR("strong", "<tcp-probe result='refused'/>")),
		 CAUSE("b", "", FOR("decisive", DNS))},
		"b"},
	{{CAUSE("a", "primary='no'", FOR("decisive", SCM)), CAUSE("b", "", FOR("strong", TCP))},
		"b"},
	{{CAUSE("a", "primary='no'", FOR("decisive", SCM))}, NULL},
	{{CAUSE("practice-a", "", FOR("decisive", SCM))}, NULL},
	{{STATE("s", FOR("decisive", SCM))}, NULL},
	{{CAUSE("a", "", FOR("fair", SCM))}, NULL},
	/* one that can be no root takes nobody's place */
	{{CAUSE("a", "primary='no' explains='b'", FOR("decisive", SCM)),
		 CAUSE("b", "", FOR("strong", TCP))},
		"b"},
};

START_TEST(picks_the_root)
{
	struct bench bench = bench_new();
	see_all(&bench);
	for (size_t i = 0; i < 4 && roots[_i].causes[i]; i++)
		bench_learn(&bench, roots[_i].causes[i]);
	struct ranked ranked = rank_all(&bench);
	const struct assessment *root = ranked.ranking.root;
	ck_assert_pstr_eq(root ? unit_text(root->cause->id) : NULL, roots[_i].root);
}
END_TEST

static const struct {
	const char *causes[3];
	unsigned strength; /* of "a" */
} strengths[] = {
	{{CAUSE("a", "", FOR("decisive", SCM))}, 1},
	{{CAUSE("a", "", FOR("decisive", SCM TCP))}, 1}, /* both are needed */
	{{CAUSE("a", "", FOR("decisive", SCM) FOR("decisive", TCP))}, 2},
	{{CAUSE("a", "", FOR("strong", SCM) FOR("strong", TCP) FOR("strong", DNS))}, 3},
	{{CAUSE("a", "", FOR("fair", SCM) FOR("fair", TCP))}, 1},
	{{CAUSE("a", "", FOR("fair", SCM) FOR("fair", TCP) FOR("fair", DNS))}, 2},
	{{CAUSE("a", "", FOR("strong", "<any>" SCM TCP "</any>"))}, 2},
	{{CAUSE("a", "", FOR("weak", SCM))}, 0}, /* does not stand */
	/* another cause takes the place as soon as one source is gone */
	{{CAUSE("a", "", FOR("strong", SCM) FOR("strong", TCP) FOR("strong", DNS)),
		 CAUSE("b", "", FOR("decisive", DOMAIN))},
		1},
	/* and when what rules the other out is gone */
	{{CAUSE("a", "", FOR("strong", SCM) FOR("strong", TCP)),
		 CAUSE("b", "", FOR("decisive", DOMAIN) AGAINST("decisive", DNS))},
		1},
};

START_TEST(measures_strength)
{
	struct bench bench = bench_new();
	see_all(&bench);
	for (size_t i = 0; i < 3 && strengths[_i].causes[i]; i++)
		bench_learn(&bench, strengths[_i].causes[i]);
	struct ranked ranked = rank_all(&bench);
	ck_assert_uint_eq(ranked.strengths[0], strengths[_i].strength);
}
END_TEST

/* The same number from a definition written down again: the fewest sources without which rank() gives the
 * first place to another, or to none. */
static unsigned brute_force(struct bench *bench, const struct ranking *with_all)
{
	unsigned fewest = 3;
	source_set all = bench->viewable.all;
	for (source_set without = all; without; without = (without - 1) & all) {
		unsigned size = 0;
		for (source_set rest = without; rest; rest &= rest - 1)
			size++;
		struct view view = view_of(bench->arena, &bench->viewable, without);
		struct ranking left = rank(bench->arena, &bench->knowledge, &view);
		bool holds = left.root && left.root->cause == with_all->root->cause;
		if (!holds && size < fewest)
			fewest = size;
	}
	return fewest;
}

START_TEST(agrees_with_brute_force)
{
	static const char *const facts[] = {SCM, TCP, DNS, DOMAIN};
	static const char *const words[] = {"weak", "fair", "strong", "decisive"};
	unsigned long seed = (unsigned long)_i * 2654435761u + 12345;
	struct bench bench = bench_new();
	see_all(&bench);
	for (int cause = 0; cause < 4; cause++) {
		struct out out = out_new(8192);
		out_format(&out, "<cause id='c%d'><title>t</title>", cause);
		for (int clause = 0; clause < 4; clause++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			unsigned long pick = seed >> 33;
			const char *group = pick / 1024 % 2 ? "any" : "all";
			const char *side = clause && pick % 4 == 0 ? "against" : "for";
			out_format(&out, "<%s strength='%s'><says>s</says><%s>%s%s</%s></%s>", side,
				words[pick / 4 % 4], group, facts[pick / 16 % 4],
				pick / 64 % 3 ? "" : facts[pick / 256 % 4], group, side);
		}
		out_text(&out, "<fix><step><says>d</says></step></fix></cause>");
		out_char(&out, '\0');
		bench_learn(&bench, out.at);
		out_free(&out);
	}
	struct ranked ranked = rank_all(&bench);
	if (ranked.ranking.root)
		ck_assert_uint_eq(ranked.strengths[ranked.ranking.root - ranked.ranking.at],
			brute_force(&bench, &ranked.ranking));
}
END_TEST

UNIT_MAIN("rank", {adds_up, COUNT(sums)}, {picks_the_root, COUNT(roots)},
	{measures_strength, COUNT(strengths)}, {agrees_with_brute_force, 200})
