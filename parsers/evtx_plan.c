/*
 * What making a plan for XML and for JSON have in common.
 */
#include "evtx_plan.h"

#include <string.h>

void *plan_alloc(struct planning *p, size_t count, size_t size)
{
	p->evtx->kept_used += count * size;
	return arena_array(p->evtx->kept_arena, count, size);
}

struct str plan_keep(struct planning *p, struct str text)
{
	char *copy = plan_alloc(p, text.size + PLAN_SLACK, 1);
	if (text.size)
		memcpy(copy, text.at, text.size);
	return (struct str){copy, text.size};
}

struct planning plan_begin(struct evtx *evtx, const struct program *program)
{
	struct planning p = {.evtx = evtx,
		.program = program,
		.literal = out_new(MIB),
		.good = program->good && program->count > 0};
	p.plan = plan_alloc(&p, 1, sizeof *p.plan);
	return p;
}

struct step *plan_step(struct planning *p, enum step_kind kind, unsigned index)
{
	p->steps = arena_grow(p->evtx->arena, p->steps, p->plan->count, &p->room, sizeof *p->steps);
	p->evtx->arena_used += sizeof *p->steps;
	struct step *step = &p->steps[p->plan->count++];
	*step = (struct step){
		.kind = kind, .index = index, .before = plan_keep(p, out_view(&p->literal))};
	p->literal.size = 0;
	return step;
}

size_t plan_cost(const struct program *program, size_t first, size_t last)
{
	size_t cost = 0;
	for (size_t i = first; i <= last && i < program->count; i++)
		cost += sizeof program->ops[i] + program->ops[i].text.size;
	return cost;
}

struct plan *plan_end(struct planning *p)
{
	struct plan *plan = p->plan;
	plan->steps = plan_alloc(p, plan->count, sizeof *plan->steps);
	if (plan->count)
		memcpy(plan->steps, p->steps, plan->count * sizeof *plan->steps);
	plan->after = plan_keep(p, out_view(&p->literal));
	plan->cost = p->program->cost + plan_cost(p->program, 0, p->program->count);
	bool good = p->good && !p->literal.overflowed;
	out_free(&p->literal);
	return good ? plan : NULL;
}
