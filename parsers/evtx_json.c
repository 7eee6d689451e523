/*
 * A record as one line of JSON, in the shape that users of evtx_dump know: {"Event": {"#attributes": {...}, "System":
 * {...}, "EventData": {...}}}, with the values of <Data Name="..."> by their names.
 *
 * Names can repeat, and values can lack one: a name that stands there more than once gets a list, and so do values
 * without a name, under "Data". Integers and booleans are JSON's own; all else is a string, as Windows' XML has it.
 */
#include "evtx_internal.h"

#include "base/escape.h"

struct node {
	struct str name;
	struct str text;
	bool is_text, is_literal; /* has text; which is a number or a boolean */
	/* Indexes into the list of nodes; 0 is the root, and stands for none. */
	unsigned parent, first, last, next;
	unsigned first_attribute, last_attribute;
	unsigned same; /* the next of its siblings with the same name */
	bool is_repeated;
};

struct tree {
	struct arena *arena;
	struct node *nodes;
	size_t count, room;
	unsigned current;   /* innermost open element */
	unsigned attribute; /* open; 0 when none is */
	struct out text;    /* of the attribute, or of the element, so far */
	bool is_literal, many;
};

static unsigned add(struct tree *t, struct str name, unsigned parent)
{
	t->nodes = arena_grow(t->arena, t->nodes, t->count, &t->room, sizeof *t->nodes);
	t->nodes[t->count] = (struct node){.name = name, .parent = parent};
	return (unsigned)t->count++;
}

/* Text in front of an element inside it, which events do not have, is kept with what comes after. */
static void end_text(struct tree *t, unsigned index)
{
	struct node *node = &t->nodes[index];
	if (t->text.size == 0)
		return;
	node->text = arena_copy(t->arena, out_view(&t->text));
	node->is_text = true;
	node->is_literal = t->is_literal && !t->many;
	t->text.size = 0;
}

static void begin_text(struct tree *t)
{
	t->text.size = 0;
	t->is_literal = t->many = false;
}

static void open(void *context, struct str name)
{
	struct tree *t = context;
	end_text(t, t->current);
	unsigned index = add(t, name, t->current);
	struct node *parent = &t->nodes[t->current];
	if (parent->last)
		t->nodes[parent->last].next = index;
	else
		parent->first = index;
	parent->last = index;
	t->current = index;
	begin_text(t);
}

static void attribute(void *context, struct str name)
{
	struct tree *t = context;
	unsigned index = add(t, name, t->current);
	struct node *element = &t->nodes[t->current];
	if (element->last_attribute)
		t->nodes[element->last_attribute].next = index;
	else
		element->first_attribute = index;
	element->last_attribute = index;
	t->attribute = index;
	begin_text(t);
}

static void attribute_end(void *context)
{
	struct tree *t = context;
	end_text(t, t->attribute);
	t->attribute = 0;
	begin_text(t);
}

static void content(void *context)
{
	(void)context;
}

static void text(void *context, struct str more)
{
	struct tree *t = context;
	t->many |= t->text.size > 0;
	t->is_literal = false;
	out_str(&t->text, more);
}

static void value(void *context, const struct value *from, struct str more)
{
	struct tree *t = context;
	text(context, more);
	t->is_literal = (from->type >= VALUE_INT8 && from->type <= VALUE_UINT64) ||
		from->type == VALUE_BOOL;
	if (t->is_literal && from->data.size == 0)
		t->is_literal = false;
}

static void close(void *context, struct str name)
{
	struct tree *t = context;
	(void)name;
	end_text(t, t->current);
	t->current = t->nodes[t->current].parent;
	begin_text(t);
}

/*
 * The tree as JSON
 */

static void put_string(struct out *out, struct str text)
{
	out_char(out, '"');
	escape_json(out, text);
	out_char(out, '"');
}

static void put_text(struct out *out, const struct node *node)
{
	if (!node->is_text)
		out_text(out, "null");
	else if (node->is_literal)
		out_str(out, node->text);
	else
		put_string(out, node->text);
}

static const struct node *name_attribute(const struct tree *t, const struct node *node)
{
	const struct node *attribute = &t->nodes[node->first_attribute];
	bool only = node->first_attribute && !attribute->next;
	return only && str_equal(attribute->name, STR("Name")) ? attribute : NULL;
}

/* <Data Name="X">: X. */
static struct str key_of(const struct tree *t, const struct node *node)
{
	const struct node *name =
		str_equal(node->name, STR("Data")) ? name_attribute(t, node) : NULL;
	return name && name->is_text ? name->text : node->name;
}

static bool is_flat(const struct tree *t, const struct node *node)
{
	return !node->first && (!node->first_attribute || !str_equal(key_of(t, node), node->name));
}

static void put_attributes(const struct tree *t, struct out *out, const struct node *node)
{
	out_text(out, "\"#attributes\":{");
	for (unsigned i = node->first_attribute; i; i = t->nodes[i].next) {
		if (i != node->first_attribute)
			out_char(out, ',');
		put_string(out, t->nodes[i].name);
		out_char(out, ':');
		put_text(out, &t->nodes[i]);
	}
	out_char(out, '}');
}

/* Links siblings of the same key, so that each key is written once. Events have few; the number that is looked at
 * for each is bounded. */
#define SIBLINGS_COMPARED 512

static void link_twins(struct tree *t, const struct node *node)
{
	for (unsigned i = node->first; i; i = t->nodes[i].next) {
		struct str key = key_of(t, &t->nodes[i]);
		unsigned k = t->nodes[i].next;
		for (unsigned seen = 0; k && seen < SIBLINGS_COMPARED; k = t->nodes[k].next, seen++)
			if (str_equal(key_of(t, &t->nodes[k]), key)) {
				t->nodes[i].same = k;
				t->nodes[k].is_repeated = true;
				break;
			}
	}
}

static void put_node(struct tree *t, struct out *out, const struct node *node, unsigned depth);

static void put_children(
	struct tree *t, struct out *out, const struct node *node, bool first, unsigned depth)
{
	link_twins(t, node);
	for (unsigned i = node->first; i; i = t->nodes[i].next) {
		if (t->nodes[i].is_repeated)
			continue;
		if (!first)
			out_char(out, ',');
		first = false;
		put_string(out, key_of(t, &t->nodes[i]));
		out_char(out, ':');
		if (!t->nodes[i].same) {
			put_node(t, out, &t->nodes[i], depth);
			continue;
		}
		for (unsigned k = i; k; k = t->nodes[k].same) {
			out_char(out, k == i ? '[' : ',');
			put_node(t, out, &t->nodes[k], depth);
		}
		out_char(out, ']');
	}
}

static void put_node(struct tree *t, struct out *out, const struct node *node, unsigned depth)
{
	bool first = true;
	if (is_flat(t, node) || depth > LIMIT_BINXML_DEPTH * LIMIT_FRAGMENT_DEPTH) {
		put_text(out, node);
		return;
	}
	out_char(out, '{');
	if (node->first_attribute && str_equal(key_of(t, node), node->name)) {
		put_attributes(t, out, node);
		first = false;
	}
	if (node->is_text) {
		out_text(out, first ? "\"#text\":" : ",\"#text\":");
		put_text(out, node);
		first = false;
	}
	put_children(t, out, node, first, depth + 1);
	out_char(out, '}');
}

bool evtx_write_json(const struct evtx_record *record, struct out *out)
{
	static const struct sink sink = {
		open, attribute, attribute_end, content, text, value, close};
	struct tree t = {.arena = arena_new(), .text = out_new(LIMIT_RECORD_TEXT)};
	(void)add(&t, STR(""), 0);
	bool good = record_run(record, &sink, &t) && t.nodes[0].first;
	if (good) {
		out_char(out, '{');
		put_children(&t, out, &t.nodes[0], true, 0);
		out_text(out, "}\n");
	}
	out_free(&t.text);
	arena_free(t.arena);
	return good;
}
