/*
 * From a ranking to what a report says: roles, the evidence behind each, chains, the verdict.
 *
 * What is missing is worked out in wanted.c, what is wrong with the input in warnings.c.
 */
#include "diagnose.h"

#include "join.h"

#include "derive.h"
#include "fill.h"
#include "timeline.h"

#include <assert.h>
#include <stdlib.h>

const char *const verdict_words[] = {"healthy", "found", "uncertain", "insufficient"};
const char *const role_words[] = {"root", "contributing", "candidate", "ruled-out"};
const char *const warning_words[WARNING_KIND_COUNT] = {"integrity", "damaged", "refused", "limit",
	"unlisted", "collection", "partial", "practice", "no-symptom", "several-machines",
	"conflict"};

const char *band_word(unsigned strength)
{
	static const char *const words[] = {"none", "weak", "fair", "strong"};
	return words[strength > STRENGTH_MAX ? STRENGTH_MAX : strength];
}

bool finding_stands(const struct finding *finding)
{
	return finding->role == ROLE_ROOT || finding->role == ROLE_CONTRIBUTING;
}

struct citation cite(struct arena *arena, const struct line *line)
{
	return (struct citation){
		.member = line->origin ? line->origin->member : "",
		.first = line->number,
		.last = line->last,
		.record = line->record,
		.quote = fact_quote(arena, line),
		.machine = line->origin ? line->origin->machine : 0,
	};
}

void cite_line(struct arena *arena, struct citations *list, const struct line *line)
{
	if (!line || !line->origin)
		return;
	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].first == line->number && list->at[i].record == line->record &&
			list->at[i].machine == line->origin->machine &&
			str_equal(str_of(list->at[i].member), str_of(line->origin->member)))
			return;
	list->at = arena_grow(arena, list->at, list->count, &list->room, sizeof *list->at);
	list->at[list->count++] = cite(arena, line);
}

/* The lines that the tested fields were read from; the fact's own when none of them has one. */
static void cite_match(struct arena *arena, struct citations *list, const struct matched *matched)
{
	bool any = false;
	for (size_t i = 0; i < matched->pattern->test_count; i++) {
		const struct line *line =
			matched->fact->values[matched->pattern->tests[i].field].line;
		any |= line != NULL;
		cite_line(arena, list, line);
	}
	if (!any)
		cite_line(arena, list, matched->fact->line);
}

static void cite_claim(struct arena *arena, struct claim *claim, const struct judgement *judged)
{
	claim->answer = judged->answer;
	for (size_t i = 0; i < judged->count; i++)
		cite_match(arena, &claim->cited, &judged->at[i]);
}

/*
 * Findings
 */

/* The next link of a chain: rather one that was seen than one that only should follow. */
static const struct cause *next_link(const struct ranking *ranking, const struct cause *cause)
{
	for (size_t i = 0; i < cause->explain_count; i++)
		if (ranking_find(ranking, cause->explains[i])->standing == STANDING_ESTABLISHED)
			return cause->explains[i];
	return cause->explain_count ? cause->explains[0] : NULL;
}

static void add_chain(struct arena *arena, const struct ranking *ranking, struct finding *finding)
{
	size_t room = 0;
	/* knowledge_link refuses rings; a knowledge base with problems is never used. */
	for (const struct cause *at = next_link(ranking, finding->cause); at;
		at = next_link(ranking, at)) {
		finding->chain = arena_grow(
			arena, finding->chain, finding->chain_count, &room, sizeof *finding->chain);
		finding->chain[finding->chain_count++] = (struct link){
			at, ranking_find(ranking, at)->standing == STANDING_ESTABLISHED};
	}
}

static bool is_healthy(const struct diagnosis *found)
{
	return found->working && !found->failing && !str_equal(found->method, STR("kms-host"));
}

bool several_machines(const struct diagnosis *found)
{
	for (size_t i = 0; i < found->contradiction_count; i++)
		if (str_equal(str_of(found->contradictions[i].kind), STR("computer")))
			return true;
	return false;
}

static bool is_in(const struct line *line, const struct origin **origin)
{
	if (!line || !line->origin)
		return true;
	if (!*origin)
		*origin = line->origin;
	return line->origin->machine == (*origin)->machine &&
		str_equal(str_of(line->origin->member), str_of((*origin)->member));
}

static bool match_is_in(const struct matched *matched, const struct origin **origin)
{
	bool in = is_in(matched->fact->line, origin);
	for (size_t i = 0; i < matched->pattern->test_count && in; i++)
		in = is_in(matched->fact->values[matched->pattern->tests[i].field].line, origin);
	return in;
}

/* Does all that speaks for it stand in one member? Then it is about one machine, be there others. */
static bool is_from_one_member(const struct assessment *one)
{
	const struct origin *origin = NULL;
	for (size_t i = 0; i < one->cause->clause_count; i++) {
		const struct judgement *judged = &one->clauses[i];
		if (judged->answer != ANSWER_YES || one->cause->clauses[i].side != SIDE_FOR)
			continue;
		for (size_t k = 0; k < judged->count; k++)
			if (!match_is_in(&judged->at[k], &origin))
				return false;
	}
	return true;
}

static enum role role_of(const struct investigation *in, const struct assessment *one)
{
	const struct diagnosis *found = in->found;
	if (one->cause->is_state || one->cause->is_practice)
		return ROLE_NONE;
	if (one->standing == STANDING_RULED_OUT)
		return ROLE_RULED_OUT;
	if (one->standing == STANDING_CANDIDATE)
		return ROLE_CANDIDATE;
	if (one->standing != STANDING_ESTABLISHED)
		return ROLE_NONE;
	/* A licence that works and is renewed has nothing wrong with it; what would hurt it later is shown. A KMS
	 * host is licensed while its clients fail. */
	if (is_healthy(found))
		return ROLE_CANDIDATE;
	/* The edition of one machine and the key of another are no fault. */
	if (several_machines(found) && !is_from_one_member(one))
		return ROLE_CANDIDATE;
	return one == in->ranking.root ? ROLE_ROOT : ROLE_CONTRIBUTING;
}

static struct finding finding_of(
	struct investigation *in, const struct assessment *one, enum role role, unsigned strength)
{
	struct arena *arena = in->arena;
	const struct cause *cause = one->cause;
	struct finding finding = {
		.cause = cause,
		.role = role,
		.score = one->score,
		.strength = role == ROLE_ROOT || role == ROLE_CONTRIBUTING ? strength : 0,
		.claims = arena_array(arena, cause->clause_count, sizeof *finding.claims),
		.claim_count = cause->clause_count,
		.steps = arena_array(arena, cause->step_count, sizeof *finding.steps),
		.step_count = cause->step_count,
	};
	for (size_t i = 0; i < cause->clause_count; i++) {
		finding.claims[i].clause = &cause->clauses[i];
		cite_claim(arena, &finding.claims[i], &one->clauses[i]);
	}
	for (size_t i = 0; i < cause->step_count; i++)
		finding.steps[i] = fill_step(arena, &cause->steps[i], one, in->view);
	add_chain(arena, &in->ranking, &finding);
	wanted_by_finding(in, one, &finding);
	return finding;
}

/* Root first, ruled out last; within a role, rivals of the first one, then the higher score. */
static int by_importance(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;
	if (left->role != right->role)
		return left->role < right->role ? -1 : 1;
	if (left->rival != right->rival)
		return left->rival ? -1 : 1;
	if (left->score != right->score)
		return left->score > right->score ? -1 : 1;
	return str_compare(left->cause->id, right->cause->id);
}

static bool share_effect(const struct cause *a, const struct cause *b)
{
	for (size_t i = 0; i < a->explain_count; i++)
		for (size_t k = 0; k < b->explain_count; k++)
			if (a->explains[i] == b->explains[k])
				return true;
	return false;
}

static void add_findings(struct investigation *in, const unsigned *strengths)
{
	struct diagnosis *found = in->found;
	found->findings = arena_array(in->arena, in->ranking.count, sizeof *found->findings);
	for (size_t i = 0; i < in->ranking.count; i++) {
		enum role role = role_of(in, &in->ranking.at[i]);
		if (role != ROLE_NONE)
			found->findings[found->finding_count++] =
				finding_of(in, &in->ranking.at[i], role, strengths[i]);
	}
	if (found->finding_count == 0)
		return;
	qsort(found->findings, found->finding_count, sizeof *found->findings, by_importance);
	for (size_t i = 1; i < found->finding_count; i++)
		found->findings[i].rival =
			share_effect(found->findings[0].cause, found->findings[i].cause);
	qsort(found->findings, found->finding_count, sizeof *found->findings, by_importance);
}

/* Nearer to a cause first: what a state explains comes after it. */
static void add_observations(struct investigation *in)
{
	struct diagnosis *found = in->found;
	found->observed = arena_array(in->arena, in->ranking.count, sizeof *found->observed);
	for (size_t i = 0; i < in->ranking.count; i++) {
		const struct assessment *one = &in->ranking.at[i];
		if (!one->cause->is_state || one->standing != STANDING_ESTABLISHED)
			continue;
		struct observation seen = {.state = one->cause};
		for (size_t k = 0; k < one->cause->clause_count; k++) {
			const struct judgement *judged = &one->clauses[k];
			bool speaks = one->cause->clauses[k].side == SIDE_FOR &&
				judged->answer == ANSWER_YES;
			for (size_t m = 0; speaks && m < judged->count; m++)
				cite_match(in->arena, &seen.cited, &judged->at[m]);
		}
		size_t at = found->observed_count++;
		for (; at > 0 && cause_explains(seen.state, found->observed[at - 1].state); at--)
			found->observed[at] = found->observed[at - 1];
		found->observed[at] = seen;
	}
}

const struct finding *diagnosis_first(const struct diagnosis *diagnosis, enum role role)
{
	for (size_t i = 0; i < diagnosis->finding_count; i++)
		if (diagnosis->findings[i].role == role)
			return &diagnosis->findings[i];
	return NULL;
}

/*
 * The case as a whole
 */

static void describe_product(struct investigation *in)
{
	struct diagnosis *found = in->found;
	FOR_EACH_FACT (target, view_kind(in->view, "licence-target")) {
		found->product = fact_text(target, "product");
		found->method = fact_text(target, "method");
	}
	FOR_EACH_FACT (activation, view_kind(in->view, "activation")) {
		found->failing |= !fact_is(activation, "state", "working");
		found->working |= fact_is(activation, "state", "working");
	}
	found->days_left = -1;
	FOR_EACH_FACT (renewal, view_kind(in->view, "renewal")) {
		found->days_left = fact_number(renewal, "days-left", -1);
		found->failing |= fact_is(renewal, "state", "late");
	}
	FOR_EACH_FACT (computer, view_kind(in->view, "computer"))
		if (found->computer.size == 0)
			found->computer = fact_text(computer, "name");
	for (size_t i = 0; i < found->file->machine_count && found->computer.size == 0; i++)
		if (!found->is_joined || i == found->client)
			found->computer = found->file->machines[i].manifest.computer;
}

static void add_symptoms(struct investigation *in)
{
	const struct bucket *bucket = view_kind(in->view, "symptom");
	struct diagnosis *found = in->found;
	found->symptoms = arena_array(in->arena, bucket->count, sizeof *found->symptoms);
	FOR_EACH_FACT (symptom, bucket) {
		const struct fact_value *code = fact_get(symptom, "code");
		found->symptoms[found->symptom_count++] =
			(struct symptom){(uint32_t)code->number, cite(in->arena, code->line)};
	}
}

static enum verdict verdict_of(const struct diagnosis *found)
{
	if (diagnosis_first(found, ROLE_ROOT))
		return VERDICT_FOUND;
	bool suspected =
		diagnosis_first(found, ROLE_CANDIDATE) || diagnosis_first(found, ROLE_CONTRIBUTING);
	if (is_healthy(found) || (found->working && !found->failing && !suspected))
		return VERDICT_HEALTHY;
	return suspected ? VERDICT_UNCERTAIN : VERDICT_INSUFFICIENT;
}

/* Sources of a thing that can have one value only, and do not agree. */
static void contradict(
	struct investigation *in, const struct fact *a, const struct fact *b, int field)
{
	struct diagnosis *found = in->found;
	const struct fact_value *left = &a->values[field], *right = &b->values[field];
	if (found->contradiction_count == CONTRADICTIONS_MAX)
		return;
	found->contradictions[found->contradiction_count++] = (struct contradiction){
		.kind = a->kind->name,
		.field = a->kind->fields[field].name,
		.a = left->text,
		.b = right->text,
		.where_a = cite(in->arena, left->line ? left->line : a->line),
		.where_b = cite(in->arena, right->line ? right->line : b->line),
	};
}

static void compare_with_first(struct investigation *in, const struct bucket *bucket, int field)
{
	for (size_t i = 1; i < bucket->count && i < LIMIT_FACTS_COMPARED; i++)
		for (size_t k = 0; k < i; k++) {
			const struct fact *a = bucket->at[k], *b = bucket->at[i];
			if (!fact_same_thing(a, b))
				continue;
			if (a->values[field].set && b->values[field].set &&
				!str_equal_nocase(a->values[field].text, b->values[field].text))
				contradict(in, a, b, field);
			break;
		}
}

static void add_contradictions(struct investigation *in)
{
	const struct vocabulary *vocabulary = in->view->vocabulary;
	in->found->contradictions =
		arena_array(in->arena, CONTRADICTIONS_MAX, sizeof *in->found->contradictions);
	for (size_t i = 0; i < vocabulary->count; i++)
		for (int field = 0; vocabulary->at[i]->fields[field].name; field++)
			if (vocabulary->at[i]->fields[field].role == FACT_SINGLE)
				compare_with_first(in, &in->view->kinds[i], field);
}

const char *const hand_over_words[] = {
	[HAND_OVER_UNKNOWN] = "unknown", [HAND_OVER_NO] = "no", [HAND_OVER_YES] = "yes"};

static enum hand_over told(const struct fact *fact, const char *field)
{
	if (!fact_is_set(fact, field))
		return HAND_OVER_UNKNOWN;
	return fact_is(fact, field, "yes") ? HAND_OVER_YES : HAND_OVER_NO;
}

static bool log_of_host_is_there(const struct investigation *in)
{
	if (view_kind(in->view, "kms-request-served")->count)
		return true;
	FOR_EACH_FACT (log, view_kind(in->view, "event-log"))
		if (fact_is(log, "channel", "Key Management Service"))
			return true;
	return false;
}

/* The newest request to each host, when there is a host's log to compare with. */
static void add_exchanges(struct investigation *in)
{
	const struct bucket *attempts = view_kind(in->view, "kms-attempt");
	struct diagnosis *found = in->found;
	if (!log_of_host_is_there(in))
		return;
	found->exchanges = arena_array(in->arena, attempts->count, sizeof *found->exchanges);
	FOR_EACH_FACT (attempt, attempts) {
		struct exchange *one = &found->exchanges[found->exchange_count++];
		struct str outcome = fact_text(attempt, "outcome");
		bool unsent = str_equal(outcome, STR("name-unresolved"));
		bool silent = str_in_list(outcome, "no-answer|rpc-broken|refused|denied");
		*one = (struct exchange){
			.host = fact_text(attempt, "host"),
			.time = fact_number(attempt, "time", 0),
			.sent = unsent ? HAND_OVER_NO : HAND_OVER_YES,
			.arrived = unsent ? HAND_OVER_NO : told(attempt, "arrived"),
			.answer = fact_text(attempt, "answered"),
			.failed_at = fact_text(attempt, "failed-at"),
		};
		one->answered = one->arrived;
		if (outcome.size)
			one->received = unsent || silent ? HAND_OVER_NO : HAND_OVER_YES;
		/* An answer that came back was sent, whatever the host's log covers. */
		if (one->received == HAND_OVER_YES)
			one->arrived = one->answered = HAND_OVER_YES;
		cite_line(in->arena, &one->cited, attempt->line);
		if (fact_is_set(attempt, "arrived"))
			cite_line(in->arena, &one->cited, fact_get(attempt, "arrived")->line);
	}
}

struct diagnosis diagnose(struct arena *arena, const struct case_file *file,
	const struct vocabulary *vocabulary, const struct knowledge *knowledge)
{
	assert(knowledge->problem_count == 0 && "a knowledge base with problems decides nothing");
	struct diagnosis found = {.file = file, .knowledge = knowledge};
	struct joined joined = join_machines(arena, file, vocabulary);
	found.is_joined = joined.is_joined;
	found.client = joined.client;
	struct viewable viewable = viewable_of(arena, vocabulary, &joined.facts);
	struct view view = view_of(arena, &viewable, 0);
	struct investigation in = {
		.arena = arena,
		.found = &found,
		.view = &view,
		.ranking = rank(arena, knowledge, &view),
	};
	unsigned *strengths = arena_array(arena, in.ranking.count, sizeof *strengths);
	rank_strengths(knowledge, &viewable, &in.ranking, STRENGTH_MAX, strengths);
	wanted_look(&in);
	describe_product(&in);
	add_symptoms(&in);
	add_contradictions(&in);
	add_findings(&in, strengths);
	add_observations(&in);
	found.verdict = verdict_of(&found);
	wanted_by_case(&in);
	add_warnings(&in, &viewable);
	add_timeline(&in);
	add_exchanges(&in);
	return found;
}
