/*
 * A plan for JSON: what evtx_json.c would write, as far as that does not depend on values.
 *
 * It covers elements that hold either other elements or one text or value. Names that repeat are a list when they stand
 * side by side, as those of <Data> do.
 */
#include "evtx_plan.h"

/* Children of an element; their keys are compared with each other. */
#define CHILDREN_MAX 160

struct child {
	struct str key;
	size_t at; /* its op; a value among elements has no key */
};

static void put_string(struct out *out, struct str text)
{
	out_char(out, '"');
	json_put(out, text);
	out_char(out, '"');
}

/* Texts side by side, from `first` up to `end`, as one; false when there is anything else. */
static bool join_texts(const struct program *program, size_t first, size_t end, struct out *text)
{
	for (size_t i = first; i < end; i++) {
		if (program->ops[i].kind != OP_TEXT)
			return false;
		out_str(text, program->ops[i].text);
	}
	return true;
}

/* The same as JSON: a string, or null when it is empty. */
static struct str text_literal(struct planning *p, size_t first, size_t end)
{
	struct out text = out_new(MIB), json = out_new(MIB);
	p->good &= join_texts(p->program, first, end, &text);
	if (text.size)
		put_string(&json, out_view(&text));
	else
		out_text(&json, "null");
	p->good &= !text.overflowed && !json.overflowed;
	struct str kept = plan_keep(p, out_view(&json));
	out_free(&text);
	out_free(&json);
	return kept;
}

/* Where the attributes of an element end; its content begins behind that. */
static size_t attributes_end(const struct program *program, size_t open)
{
	size_t i = open + 1;
	while (i < program->ops[open].end && program->ops[i].kind == OP_ATTRIBUTE)
		i = program->ops[i].end + 1;
	return i;
}

static size_t attribute_count(const struct program *program, size_t open)
{
	size_t count = 0, end = attributes_end(program, open);
	for (size_t i = open + 1; i < end; i = program->ops[i].end + 1)
		count++;
	return count;
}

/* <Data Name="X">: X. A name that is a value cannot be told. */
static struct str key_of(struct planning *p, size_t open)
{
	const struct op *ops = p->program->ops;
	if (!str_equal(ops[open].text, STR("Data")) || attribute_count(p->program, open) != 1 ||
		!str_equal(ops[open + 1].text, STR("Name")))
		return ops[open].text;
	struct out text = out_new(MIB);
	p->good &= join_texts(p->program, open + 2, ops[open + 1].end, &text);
	struct str key = text.size ? plan_keep(p, out_view(&text)) : ops[open].text;
	out_free(&text);
	return key;
}

/* Attributes that are values are left out when null; so is the whole list when none is there. */
static struct planned_element *plan_attributes(struct planning *p, size_t open)
{
	const struct op *ops = p->program->ops;
	struct planned_element *element = plan_alloc(p, 1, sizeof *element);
	size_t end = attributes_end(p->program, open);
	element->attributes =
		plan_alloc(p, attribute_count(p->program, open), sizeof *element->attributes);
	for (size_t i = open + 1; i < end; i = ops[i].end + 1) {
		struct planned_attribute *attribute = &element->attributes[element->count++];
		struct out key = out_new(MIB);
		put_string(&key, ops[i].text);
		out_char(&key, ':');
		attribute->key = plan_keep(p, out_view(&key));
		attribute->index = ops[i].index;
		out_free(&key);
		if (ops[i].index == NO_INDEX)
			attribute->text = text_literal(p, i + 1, ops[i].end);
	}
	return element;
}

static void put_attributes(struct planning *p, const struct planned_element *element)
{
	out_text(&p->literal, "\"#attributes\":{");
	for (size_t i = 0; i < element->count; i++) {
		p->good &= element->attributes[i].index == NO_INDEX;
		if (i > 0)
			out_char(&p->literal, ',');
		out_str(&p->literal, element->attributes[i].key);
		out_str(&p->literal, element->attributes[i].text);
	}
	out_char(&p->literal, '}');
}

/* An element without others inside. */
static void plan_leaf(struct planning *p, size_t open, bool bare, bool listed)
{
	const struct op *ops = p->program->ops;
	size_t first = attributes_end(p->program, open) + 1, end = ops[open].end;
	bool value = end == first + 1 && ops[first].kind == OP_VALUE;
	struct str text = value ? STR("") : text_literal(p, first, end);
	if (bare && !value) {
		out_str(&p->literal, text);
		return;
	}
	const struct planned_element *element = bare ? NULL : plan_attributes(p, open);
	struct step *step = plan_step(
		p, bare ? STEP_CONTENT : STEP_ELEMENT, value ? ops[first].index : NO_INDEX);
	step->single = true;
	step->listed = listed;
	step->again_cost = (unsigned)plan_cost(p->program, open, end);
	if (element) {
		struct planned_element *with_text = plan_alloc(p, 1, sizeof *with_text);
		*with_text = *element;
		with_text->text = value || str_equal(text, STR("null")) ? STR("") : text;
		step->element = with_text;
	}
}

static void plan_children(struct planning *p, size_t first, size_t end, bool is_first);

static void plan_element(struct planning *p, const struct child *child, bool listed)
{
	const struct op *ops = p->program->ops;
	size_t open = child->at, content = attributes_end(p->program, open);
	size_t end = ops[open].end;
	if (content >= end || ops[content].kind != OP_CONTENT) {
		p->good = false;
		return;
	}
	/* No attributes are shown of what its name stands for. */
	bool bare = content == open + 1 || !str_equal(child->key, ops[open].text);
	bool leaf = true;
	for (size_t i = content + 1; i < end; i++)
		leaf &= ops[i].kind != OP_OPEN;
	if (leaf) {
		plan_leaf(p, open, bare, listed);
		return;
	}
	out_char(&p->literal, '{');
	if (!bare)
		put_attributes(p, plan_attributes(p, open));
	plan_children(p, content + 1, end, bare);
	out_char(&p->literal, '}');
}

/* The elements from `first` up to `end`, and at most one value among them, never in front. */
static size_t find_children(
	struct planning *p, size_t first, size_t end, struct child children[static CHILDREN_MAX])
{
	const struct op *ops = p->program->ops;
	size_t count = 0, values = 0;
	for (size_t i = first; i < end;) {
		bool value = ops[i].kind == OP_VALUE;
		if (count == CHILDREN_MAX || (!value && ops[i].kind != OP_OPEN) ||
			(value && (values++ || count == 0))) {
			p->good = false;
			return 0;
		}
		children[count++] = (struct child){value ? STR("") : key_of(p, i), i};
		i = value ? i + 1 : ops[i].end + 1;
	}
	return count;
}

/* Elements of one key become one list, where the first of them stands: a plan has them side by side. */
static bool keys_stand_together(const struct child *children, size_t count)
{
	for (size_t k = 2; k < count; k++)
		for (size_t i = 0; i + 1 < k; i++)
			if (str_equal(children[i].key, children[k].key) &&
				!str_equal(children[k - 1].key, children[k].key))
				return false;
	return true;
}

static struct str *keep_keys(struct planning *p, const struct child *children, size_t count)
{
	struct str *keys = plan_alloc(p, count, sizeof *keys);
	for (size_t i = 0; i < count; i++)
		keys[i] = plan_keep(p, children[i].key);
	return keys;
}

static void plan_child(struct planning *p, const struct child *children, size_t count, size_t i)
{
	const struct child *child = &children[i];
	bool after = i > 0 && str_equal(children[i - 1].key, child->key);
	bool before = i + 1 < count && str_equal(children[i + 1].key, child->key);
	if (!after) {
		put_string(&p->literal, child->key);
		out_text(&p->literal, before ? ":[" : ":");
	}
	plan_element(p, child, after || before);
	if (after && !before)
		out_char(&p->literal, ']');
}

static void plan_children(struct planning *p, size_t first, size_t end, bool is_first)
{
	struct child children[CHILDREN_MAX];
	size_t count = find_children(p, first, end, children);
	p->good &= count > 0 && keys_stand_together(children, count);
	struct str *keys = NULL;
	for (size_t i = 0; i < count && p->good; i++) {
		if (p->program->ops[children[i].at].kind == OP_VALUE) {
			struct step *step =
				plan_step(p, STEP_NESTED, p->program->ops[children[i].at].index);
			keys = keys ? keys : keep_keys(p, children, count);
			step->keys.at = keys;
			step->keys.count = count;
			continue;
		}
		if (i > 0 || !is_first)
			out_char(&p->literal, ',');
		plan_child(p, children, count, i);
	}
}

struct plan *plan_json(struct evtx *evtx, const struct program *program)
{
	struct planning p = plan_begin(evtx, program);
	struct child children[CHILDREN_MAX];
	if (p.good) {
		p.plan->key_count = find_children(&p, 0, program->count, children);
		p.plan->keys = keep_keys(&p, children, p.plan->key_count);
		plan_children(&p, 0, program->count, true);
	}
	return plan_end(&p);
}
