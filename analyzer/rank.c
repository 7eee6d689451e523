#include "rank.h"

#include <stdlib.h>

static int source_count(source_set set)
{
	int count = 0;
	for (; set; set &= set - 1)
		count++;
	return count;
}

struct hearing {
	const struct cause *cause;
	const struct judgement *clauses;
	enum side side;
	int sum;
	bool decisive;
	source_set heard;
};

/* Is a clause one more witness? Not if it repeats, be it only in part, what a stronger one said: two clauses
 * that rest on one measurement are one measurement, whatever else stands beside it in the second. */
static bool is_new_witness(const struct hearing *h, size_t i, int weight)
{
	return h->cause->clauses[i].side == h->side && (int)h->cause->clauses[i].weight == weight &&
		h->clauses[i].answer == ANSWER_YES && h->clauses[i].sources &&
		!(h->clauses[i].sources & h->heard);
}

static void hear(struct hearing *h, int weight, bool alone)
{
	for (size_t i = 0; i < h->cause->clause_count; i++) {
		if (!is_new_witness(h, i, weight) ||
			(alone && source_count(h->clauses[i].sources) > 1))
			continue;
		h->sum += weight_decibans[weight];
		h->heard |= h->clauses[i].sources;
		h->decisive |= weight == WEIGHT_DECISIVE;
	}
}

/* Strongest clauses first, and of equal ones those that take a single source: they leave most to be heard. */
static struct hearing weigh_side(
	const struct cause *cause, const struct judgement *clauses, enum side side)
{
	struct hearing h = {.cause = cause, .clauses = clauses, .side = side};
	for (int weight = WEIGHT_DECISIVE; weight >= WEIGHT_WEAK; weight--) {
		hear(&h, weight, true);
		hear(&h, weight, false);
	}
	return h;
}

static enum standing standing_of(int score, bool decisive_for, bool decisive_against, bool any_for)
{
	if ((decisive_against && !decisive_for) || score <= -ESTABLISHED_FROM)
		return STANDING_RULED_OUT;
	if (score >= ESTABLISHED_FROM && !decisive_against)
		return STANDING_ESTABLISHED;
	return any_for && (score >= CANDIDATE_FROM || decisive_for) ? STANDING_CANDIDATE
								    : STANDING_NONE;
}

static struct assessment assess(
	struct arena *arena, const struct cause *cause, const struct view *view)
{
	struct assessment found = {
		.cause = cause,
		.clauses = arena_array(arena, cause->clause_count, sizeof *found.clauses),
	};
	for (size_t i = 0; i < cause->clause_count; i++)
		found.clauses[i] = match(&cause->clauses[i].condition, view);
	struct hearing pro = weigh_side(cause, found.clauses, SIDE_FOR);
	struct hearing contra = weigh_side(cause, found.clauses, SIDE_AGAINST);
	found.sources = pro.heard;
	found.score = pro.sum - contra.sum;
	found.conflict = pro.decisive && contra.decisive;
	found.standing = standing_of(found.score, pro.decisive, contra.decisive, pro.sum > 0);
	return found;
}

const struct assessment *ranking_find(const struct ranking *ranking, const struct cause *cause)
{
	return &ranking->at[cause->index];
}

static bool can_be_root(const struct assessment *one)
{
	return one->standing == STANDING_ESTABLISHED && !one->cause->is_state &&
		!one->cause->is_practice && !one->cause->never_root;
}

/* Does another established cause lie deeper? */
static bool is_explained(const struct ranking *ranking, const struct assessment *one)
{
	for (size_t i = 0; i < ranking->count; i++)
		if (&ranking->at[i] != one && can_be_root(&ranking->at[i]) &&
			cause_explains(ranking->at[i].cause, one->cause))
			return true;
	return false;
}

/* Does it bring about something that was seen? */
static bool explains_observed(const struct ranking *ranking, const struct assessment *one)
{
	for (size_t i = 0; i < one->cause->explain_count; i++) {
		const struct assessment *other = ranking_find(ranking, one->cause->explains[i]);
		if (other->standing == STANDING_ESTABLISHED)
			return true;
	}
	return false;
}

/* What was seen to follow outweighs any score; the knowledge base's order by id settles the rest. */
static bool is_better(
	const struct ranking *ranking, const struct assessment *one, const struct assessment *than)
{
	bool mine = explains_observed(ranking, one), theirs = explains_observed(ranking, than);
	if (mine != theirs)
		return mine;
	if (one->score != than->score)
		return one->score > than->score;
	return source_count(one->sources) > source_count(than->sources);
}

static const struct assessment *pick_root(const struct ranking *ranking)
{
	const struct assessment *root = NULL;
	for (size_t i = 0; i < ranking->count; i++) {
		const struct assessment *one = &ranking->at[i];
		if (can_be_root(one) && !is_explained(ranking, one) &&
			(!root || is_better(ranking, one, root)))
			root = one;
	}
	return root;
}

struct ranking rank(struct arena *arena, const struct knowledge *knowledge, const struct view *view)
{
	struct ranking ranking = {
		.at = arena_array(arena, knowledge->count, sizeof *ranking.at),
		.count = knowledge->count,
	};
	for (size_t i = 0; i < knowledge->count; i++)
		ranking.at[i] = assess(arena, knowledge->at[i], view);
	ranking.root = pick_root(&ranking);
	return ranking;
}

/*
 * Strength
 */

struct trial {
	const struct knowledge *knowledge;
	const struct viewable *viewable;
	const struct ranking *ranking;
	unsigned *strengths;
};

static bool holds_without(const struct ranking *all, const struct ranking *left, size_t cause)
{
	return &all->at[cause] == all->root ? left->root && left->root->cause == all->root->cause
					    : left->at[cause].standing == STANDING_ESTABLISHED;
}

/* Does a clause answer otherwise, or rest on other sources? Where one of two witnesses is gone, the score may
 * be the same and yet hang on the other one now. */
static bool is_judged_otherwise(const struct assessment *one, const struct assessment *before)
{
	for (size_t i = 0; i < one->cause->clause_count; i++)
		if (one->clauses[i].answer != before->clauses[i].answer ||
			one->clauses[i].sources != before->clauses[i].sources)
			return true;
	return false;
}

/* Without these sources, which causes lose their place? Returns whether anything at all changed. */
static bool try_without(struct trial *trial, source_set without, unsigned size)
{
	const struct ranking *all = trial->ranking;
	struct arena *scratch = arena_new();
	struct view view = view_of(scratch, trial->viewable, without);
	struct ranking left = rank(scratch, trial->knowledge, &view);
	bool changed = false;
	for (size_t i = 0; i < left.count; i++) {
		changed |= is_judged_otherwise(&left.at[i], &all->at[i]);
		if (!holds_without(all, &left, i) && trial->strengths[i] > size)
			trial->strengths[i] = size;
	}
	arena_free(scratch);
	return changed;
}

static bool any_above(const struct trial *trial, unsigned size)
{
	for (size_t i = 0; i < trial->ranking->count; i++)
		if (trial->strengths[i] > size && !trial->ranking->at[i].cause->is_state)
			return true;
	return false;
}

/* Two sources without each of which every clause is judged the same are no pair worth trying. One of a pair may
 * be such: a second witness, not heard while the first is there. */
static void try_pairs(struct trial *trial, source_set active)
{
	for (unsigned a = 0; a < 64; a++)
		for (unsigned b = a + 1; b < 64; b++) {
			source_set pair = (source_set)1 << a | (source_set)1 << b;
			if ((trial->viewable->all & pair) == pair && (active & pair))
				(void)try_without(trial, pair, 2);
		}
}

void rank_strengths(const struct knowledge *knowledge, const struct viewable *viewable,
	const struct ranking *ranking, unsigned max, unsigned *strengths)
{
	struct trial trial = {knowledge, viewable, ranking, strengths};
	source_set active = 0;
	for (size_t i = 0; i < ranking->count; i++)
		strengths[i] = ranking->at[i].standing == STANDING_ESTABLISHED ? max : 0;
	for (unsigned a = 0; a < 64 && any_above(&trial, 1); a++) {
		source_set one = (source_set)1 << a;
		if ((viewable->all & one) && try_without(&trial, one, 1))
			active |= one;
	}
	if (max > 2 && any_above(&trial, 1))
		try_pairs(&trial, active);
}
