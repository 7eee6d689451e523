/*
 * What would settle what is open: from clauses that could not be checked to items of the catalogue.
 *
 * items.def says of each item which kinds of fact it can settle. An item whose output is already there is
 * not asked for again, whatever came of it.
 */
#include "diagnose.h"

#include "derive.h"
#include "events.h"
#include "fill.h"

#include "collector/item_finder.h"

#include <stdlib.h>

#define WANTED_MAX 8 /* more than one mail can ask for */

/*
 * What is there
 */

static const struct item *item_of_reading(
	const struct case_file *file, const struct reading *reading)
{
	const struct machine *machine = &file->machines[reading->member->machine];
	const struct manifest *manifest = &machine->manifest;
	const struct manifest_member *listed =
		manifest_find(manifest, bundle_name(machine, reading->member));
	const struct item *item = listed ? item_for_id(manifest->items[listed->item].id) : NULL;
	return item ? item : item_for_member(str_of(reading->member->name));
}

/* A log may come under any name and in any form; an event or two that somebody copied are no log. */
#define EVENTS_OF_A_LOG 3

static void look_at_logs(struct investigation *in, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *log = facts->at[i];
		if (in->found->is_joined && log->line->origin->machine != in->found->client)
			continue;
		if (log->kind != &kind_event_log || fact_number(log, "events", 0) < EVENTS_OF_A_LOG)
			continue;
		for (size_t k = 0; k < item_count; k++) {
			struct str rest = str_of(items[k].command);
			if (items[k].way == WAY_EVENTS &&
				str_equal_nocase(str_cut(&rest, '|'), fact_text(log, "channel")))
				in->collected[k] = true;
		}
	}
}

static void look_at(
	struct investigation *in, const struct item_finder *finder, const struct evidence *evidence)
{
	if (!evidence->parser || (!evidence->fact_count && !evidence->origin.command.size))
		return;
	const struct item *item = item_of_evidence(finder, evidence);
	if (item)
		in->collected[item - items] = true;
}

void wanted_look(struct investigation *in)
{
	const struct case_file *file = in->found->file;
	struct item_finder finder = item_finder_new(in->arena);
	in->collected = arena_array(in->arena, item_count, sizeof *in->collected);
	for (size_t i = 0; i < file->reading_count; i++) {
		const struct item *item = item_of_reading(file, &file->readings[i]);
		if (in->found->is_joined && file->readings[i].member->machine != in->found->client)
			continue;
		if (item && file->readings[i].member->state != MEMBER_REFUSED &&
			!file->readings[i].empty)
			in->collected[item - items] = true;
	}
	for (size_t i = 0; i < file->evidence_count; i++)
		if (!in->found->is_joined || file->evidence[i].origin.machine == in->found->client)
			look_at(in, &finder, &file->evidence[i]);
	look_at_logs(in, &file->facts);
}

/*
 * What an item can settle
 */

/* "kind:key": is the pattern about that thing, or about no thing in particular? */
static bool is_about(const struct condition *pattern, struct str key)
{
	for (size_t i = 0; i < pattern->test_count; i++) {
		const struct test *test = &pattern->tests[i];
		const struct fact_field *field = &pattern->of->fields[test->field];
		bool names =
			field->role == FACT_KEY && !str_equal(str_of(field->name), STR("name"));
		if (str_equal(str_of(pattern->of->name), STR("registry-value")) && !names)
			continue;
		if (field->role != FACT_KEY || test->negated)
			continue;
		for (size_t k = 0; k < test->count; k++)
			if (test->terms[k].how == TERM_GLOB ||
				str_equal_nocase(test->terms[k].text, key))
				return true;
		return false;
	}
	return true;
}

static bool yields(const struct item *item, const struct condition *pattern)
{
	struct str rest = str_of(item->yields);
	for (struct str key; (key = str_cut(&rest, '|')).size;) {
		struct str kind = str_cut(&key, ':');
		if (str_equal(kind, str_of(pattern->of->name)) &&
			(key.size == 0 || is_about(pattern, key)))
			return true;
	}
	return false;
}

/* Does the item settle a pattern of this condition that could not be checked? */
static bool settles(
	const struct item *item, const struct condition *condition, const struct view *view)
{
	if (condition->kind == CONDITION_PATTERN)
		return yields(item, condition) && match(condition, view).answer == ANSWER_UNCHECKED;
	for (size_t i = 0; i < condition->child_count; i++)
		if (settles(item, &condition->children[i], view))
			return true;
	return false;
}

/* Decibans of the clauses of one cause that hang on an item. */
static int gain_for(
	const struct investigation *in, const struct assessment *one, const struct item *item)
{
	int gain = 0;
	for (size_t i = 0; i < one->cause->clause_count; i++)
		if (one->clauses[i].answer == ANSWER_UNCHECKED &&
			settles(item, &one->cause->clauses[i].condition, in->view))
			gain += weight_decibans[one->cause->clauses[i].weight];
	return gain;
}

/* Why a licence is in its state is the past; only an attempt tells what fails now. */
static bool attempt_is_known(const struct investigation *in)
{
	FOR_EACH_FACT (symptom, view_kind(in->view, "symptom"))
		if (fact_is(symptom, "where", "attempt") || fact_is(symptom, "where", "event"))
			return true;
	return false;
}

static bool may_ask(const struct investigation *in, size_t item)
{
	bool changes = items[item].needs == NEEDS_ASKED;
	return !in->collected[item] && (!changes || !attempt_is_known(in));
}

/* More first; among equals what needs no rights, then the order of the catalogue. */
static int by_gain(const void *a, const void *b)
{
	const struct wanted *left = a, *right = b;
	if (left->gain != right->gain)
		return left->gain > right->gain ? -1 : 1;
	if (left->item->needs != right->item->needs)
		return left->item->needs < right->item->needs ? -1 : 1;
	return (left->item > right->item) - (left->item < right->item);
}

static struct wanted *sorted(struct investigation *in, int *gains, size_t *count)
{
	struct wanted *list = arena_array(in->arena, item_count, sizeof *list);
	*count = 0;
	for (size_t i = 0; i < item_count; i++)
		if (gains[i] > 0 && may_ask(in, i))
			list[(*count)++] = (struct wanted){&items[i], gains[i], NULL};
	if (*count)
		qsort(list, *count, sizeof *list, by_gain);
	return list;
}

void wanted_by_finding(
	const struct investigation *in, const struct assessment *one, struct finding *finding)
{
	int *gains = arena_array(in->arena, item_count, sizeof *gains);
	struct investigation mine = *in;
	size_t count;
	for (size_t i = 0; i < item_count; i++)
		gains[i] = in->collected[i] ? 0 : gain_for(in, one, &items[i]);
	struct wanted *list = sorted(&mine, gains, &count);
	finding->missing = arena_array(in->arena, count, sizeof *finding->missing);
	for (size_t i = 0; i < count; i++)
		finding->missing[finding->missing_count++] = list[i].item;
}

/*
 * For the case as a whole
 */

/* Causes that are in the running; all that are not ruled out while none is. */
static bool counts(const struct investigation *in, const struct assessment *one)
{
	/* A consequence alone (grace-expired) names nothing to look for. */
	bool none_found = !diagnosis_first(in->found, ROLE_ROOT) &&
		!diagnosis_first(in->found, ROLE_CANDIDATE);
	if (one->cause->is_state || one->cause->is_practice || one->standing == STANDING_RULED_OUT)
		return false;
	return none_found || one->standing != STANDING_NONE;
}

static const struct cause *first_to_ask(const struct investigation *in, const struct item *item)
{
	for (size_t i = 0; i < in->found->finding_count; i++) {
		const struct finding *finding = &in->found->findings[i];
		for (size_t k = 0; k < finding->missing_count && finding->role != ROLE_RULED_OUT;
			k++)
			if (finding->missing[k] == item)
				return finding->cause;
	}
	return NULL;
}

static void list_missing(struct investigation *in)
{
	struct diagnosis *found = in->found;
	int *gains = arena_array(in->arena, item_count, sizeof *gains);
	for (size_t i = 0; i < in->ranking.count; i++)
		for (size_t k = 0; k < item_count && counts(in, &in->ranking.at[i]); k++)
			if (!in->collected[k])
				gains[k] += gain_for(in, &in->ranking.at[i], &items[k]);
	found->missing = sorted(in, gains, &found->missing_count);
	if (found->missing_count > WANTED_MAX)
		found->missing_count = WANTED_MAX;
	for (size_t i = 0; i < found->missing_count; i++)
		found->missing[i].for_whom = first_to_ask(in, found->missing[i].item);
}

/* The second explanation: the best of the others that is no link in the first one's chain. */
static const struct finding *rival_of(const struct diagnosis *found, const struct finding *first)
{
	for (size_t i = 0; i < found->finding_count; i++) {
		const struct finding *other = &found->findings[i];
		if (other != first && other->role != ROLE_RULED_OUT &&
			!cause_explains(first->cause, other->cause) &&
			!cause_explains(other->cause, first->cause))
			return other;
	}
	return NULL;
}

static void pick_decider(struct investigation *in)
{
	const struct diagnosis *found = in->found;
	const struct finding *first = found->finding_count ? &found->findings[0] : NULL;
	const struct finding *second = first ? rival_of(found, first) : NULL;
	if (!second || first->role == ROLE_RULED_OUT)
		return;
	const struct assessment *a = ranking_find(&in->ranking, first->cause);
	const struct assessment *b = ranking_find(&in->ranking, second->cause);
	int *gains = arena_array(in->arena, item_count, sizeof *gains);
	for (size_t i = 0; i < item_count; i++)
		if (!in->collected[i])
			gains[i] = gain_for(in, a, &items[i]) + gain_for(in, b, &items[i]);
	size_t count;
	struct wanted *list = sorted(in, gains, &count);
	in->found->decider = count ? list[0].item : NULL;
}

/* A host only when the machine may come to it. */
static struct str host_for_command(const struct investigation *in)
{
	FOR_EACH_FACT (target, view_kind(in->view, "kms-target"))
		if (!fact_is(target, "use", "no") && fill_is_safe(fact_text(target, "host")))
			return fact_text(target, "host");
	return STR("");
}

static struct str domain_for_command(const struct investigation *in)
{
	FOR_EACH_FACT (suffix, view_kind(in->view, "suffix-in-use"))
		if (fill_is_safe(fact_text(suffix, "suffix")))
			return fact_text(suffix, "suffix");
	return STR("");
}

void wanted_by_case(struct investigation *in)
{
	in->found->asked_host = host_for_command(in);
	in->found->asked_domain = domain_for_command(in);
	if (in->found->verdict == VERDICT_HEALTHY)
		return;
	list_missing(in);
	pick_decider(in);
}
