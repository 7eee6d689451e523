/*
 * A plan for XML: what evtx_xml.c would write, as far as that does not depend on values.
 */
#include "evtx_plan.h"

#define NOWHERE SIZE_MAX

struct writing {
	struct planning plan;
	bool tag_open, in_attribute;
	size_t tag; /* where the innermost start tag begins in the literal; NOWHERE: a step is in between */
};

static void end_tag(struct writing *w)
{
	if (w->tag_open)
		out_char(&w->plan.literal, '>');
	w->tag_open = false;
}

static struct step *add_step(struct writing *w, enum step_kind kind, unsigned index)
{
	w->tag = NOWHERE;
	return plan_step(&w->plan, kind, index);
}

/* Opens an attribute; one that is nothing but a value is a step of its own. True then. */
static bool take_attribute(struct writing *w, const struct op *op)
{
	struct out text = out_new(KIB * KIB);
	out_char(&text, ' ');
	out_str(&text, op->text);
	out_text(&text, "=\"");
	bool alone = op->index != NO_INDEX;
	if (alone)
		add_step(w, STEP_ATTRIBUTE, op->index)->again =
			plan_keep(&w->plan, out_view(&text));
	else
		out_str(&w->plan.literal, out_view(&text));
	out_free(&text);
	w->in_attribute = !alone;
	return alone;
}

/* An element around that value and nothing else; its start tag is in the literal when it holds no values. */
static void take_single(struct writing *w, size_t open, size_t i)
{
	const struct op *ops = w->plan.program->ops;
	struct out again = out_new(MIB);
	if (w->tag != NOWHERE) {
		out_text(&again, "</");
		out_str(&again, ops[open].text);
		out_char(&again, '>');
		out_str(&again, str_from(out_view(&w->plan.literal), w->tag));
	}
	struct step *step = add_step(w, STEP_CONTENT, ops[i].index);
	step->single = true;
	step->again = plan_keep(&w->plan, out_view(&again));
	step->again_cost = (unsigned)plan_cost(w->plan.program, open, i + 1);
	out_free(&again);
}

static void take_value(struct writing *w, size_t open, size_t i)
{
	const struct op *ops = w->plan.program->ops;
	if (w->in_attribute)
		(void)add_step(w, STEP_IN_ATTRIBUTE, ops[i].index);
	else if (w->tag_open)
		w->plan.good = false; /* whether the tag ends depends on the value */
	else if (open != NOWHERE && ops[open].index != NO_INDEX && ops[open].end == i + 1)
		take_single(w, open, i);
	else
		(void)add_step(w, STEP_CONTENT, ops[i].index);
}

static void take_literal(struct writing *w, const struct op *op)
{
	struct out *out = &w->plan.literal;
	switch (op->kind) {
	case OP_OPEN:
		end_tag(w);
		w->tag = out->size;
		out_char(out, '<');
		out_str(out, op->text);
		w->tag_open = true;
		break;
	case OP_ATTRIBUTE_END:
		out_char(out, '"');
		w->in_attribute = false;
		break;
	case OP_CONTENT:
		end_tag(w);
		break;
	case OP_CLOSE:
		end_tag(w);
		out_text(out, "</");
		out_str(out, op->text);
		out_char(out, '>');
		break;
	case OP_TEXT:
		if (!w->in_attribute)
			end_tag(w);
		xml_put(out, op->text);
		break;
	case OP_ATTRIBUTE:
	case OP_VALUE:
		break;
	}
}

struct plan *plan_xml(struct evtx *evtx, const struct program *program)
{
	struct writing w = {.plan = plan_begin(evtx, program), .tag = NOWHERE};
	size_t open = NOWHERE; /* the element that was opened last */
	for (size_t i = 0; i < program->count && w.plan.good; i++) {
		const struct op *op = &program->ops[i];
		if (op->kind == OP_ATTRIBUTE) {
			if (take_attribute(&w, op))
				i = op->end;
		} else if (op->kind == OP_VALUE) {
			take_value(&w, open, i);
		} else {
			open = op->kind == OP_OPEN ? i : open;
			take_literal(&w, op);
		}
	}
	return plan_end(&w.plan);
}
