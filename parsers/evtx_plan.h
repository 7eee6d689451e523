/*
 * How the records of one definition are printed: finished bytes with places for values between them.
 *
 * A plan is made once from a program, for one format. It covers what Windows' own definitions do; a definition that
 * does anything else has none, and a record whose values are anything else is not printed by it: those go through
 * evtx_run.c and its sinks, which know everything, and both print the same bytes.
 */
#ifndef ACTDX_EVTX_PLAN_H
#define ACTDX_EVTX_PLAN_H

#include "evtx_internal.h"

enum step_kind {
	STEP_CONTENT,      /* a value between tags, or behind its key in JSON */
	STEP_ATTRIBUTE,    /* XML: an attribute, left out when its value is null */
	STEP_IN_ATTRIBUTE, /* XML: a value among other text of an attribute */
	STEP_ELEMENT,      /* JSON: an element with attributes, of which some are values */
	STEP_NESTED,       /* JSON: a value that holds elements, beside other elements */
};

/* A JSON element with attributes. */
struct planned_element {
	struct planned_attribute {
		struct str key; /* "Name": */
		unsigned index; /* NO_INDEX: */
		struct str text;
	} * attributes;
	size_t count;
	struct str text; /* its content, when that is no value; empty: none */
};

struct step {
	struct str before; /* finished bytes in front, PLAN_SLACK readable behind them */
	enum step_kind kind;
	unsigned index; /* of the value; NO_INDEX: an element's text is no value */
	/* Nothing but that value is in its element: each value of an array gets its own. In XML `again` stands between
	 * them; where that is empty, it cannot be told. */
	bool single;
	bool listed;         /* JSON: it stands in a list already, for others have its key */
	unsigned again_cost; /* of each value of an array, as evtx_run.c counts it */
	union {
		struct str
			again; /* STEP_CONTENT; STEP_ATTRIBUTE: what stands in front of its value */
		const struct planned_element *element; /* STEP_ELEMENT */
		struct {
			const struct str *at;
			size_t count;
		} keys; /* STEP_NESTED: of the elements beside it */
	};
};

#define PLAN_SLACK 32

struct plan {
	struct step *steps;
	size_t count;
	struct str after;       /* behind the last one */
	size_t cost;            /* of a run, as evtx_run.c counts it, without its values */
	const struct str *keys; /* JSON: of its outermost elements */
	size_t key_count;
};

/* A plan being made. */
struct planning {
	struct evtx *evtx;
	const struct program *program;
	struct plan *plan;
	struct step *steps; /* so far; the plan gets a copy */
	size_t room;
	struct out literal; /* finished bytes that are in no step yet */
	bool good;
};

struct planning plan_begin(struct evtx *evtx, const struct program *program);
struct step *plan_step(struct planning *p, enum step_kind kind, unsigned index);
struct str plan_keep(struct planning *p, struct str text);
void *plan_alloc(struct planning *p, size_t count, size_t size);
/* What the ops from `first` to `last` cost when they are run. */
size_t plan_cost(const struct program *program, size_t first, size_t last);
struct plan *plan_end(struct planning *p);

#endif
