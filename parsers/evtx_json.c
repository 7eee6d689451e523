/*
 * A record as one line of JSON, in the shape that users of evtx_dump know: {"Event": {"#attributes": {...}, "System":
 * {...}, "EventData": {...}}}, with the values of <Data Name="..."> by their names.
 *
 * Names can repeat, and values can lack one: a name that stands there more than once gets a list, and so do values
 * without a name, under "Data". Integers and booleans are JSON's own; all else is a string, as Windows' XML has it.
 */
#include "evtx_internal.h"

#include "base/escape.h"
#include "base/fail.h"

#include <stdlib.h>

struct node {
	struct str name;
	size_t text, text_size;   /* in the tree's texts */
	bool is_text, is_literal; /* has text; which is a number or a boolean */
	/* Indexes into the list of nodes; 0 is the root, and stands for none. */
	unsigned parent, first, last, next;
	unsigned first_attribute, last_attribute;
	unsigned same; /* the next of its siblings with the same name */
	bool is_repeated;
};

struct tree {
	struct node *nodes;
	size_t count, room;
	unsigned current;   /* innermost open element */
	unsigned attribute; /* open; 0 when none is */
	struct out texts;
	size_t text; /* where that of the open attribute or element begins */
	bool is_literal, many;
};

struct tree *tree_new(void)
{
	struct tree *tree = calloc(1, sizeof *tree);
	if (!tree)
		machine_failed("out of memory");
	tree->texts = out_new(LIMIT_RECORD_TEXT);
	return tree;
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	out_free(&tree->texts);
	free(tree->nodes);
	free(tree);
}

static struct str text_of(const struct tree *t, const struct node *node)
{
	return str_slice(out_view(&t->texts), node->text, node->text + node->text_size);
}

static unsigned add(struct tree *t, struct str name, unsigned parent)
{
	if (t->count == t->room) {
		t->room = t->room ? t->room * 2 : 64;
		struct node *grown = realloc(t->nodes, t->room * sizeof *grown);
		if (!grown)
			machine_failed("out of memory");
		t->nodes = grown;
	}
	t->nodes[t->count] = (struct node){.name = name, .parent = parent};
	return (unsigned)t->count++;
}

/* Text in front of an element inside it, which events do not have, is kept with what comes after. */
static void end_text(struct tree *t, unsigned index)
{
	struct node *node = &t->nodes[index];
	if (t->texts.size == t->text)
		return;
	node->text = t->text;
	node->text_size = t->texts.size - t->text;
	node->is_text = true;
	node->is_literal = t->is_literal && !t->many;
	t->text = t->texts.size;
}

static void begin_text(struct tree *t)
{
	t->text = t->texts.size;
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
	t->many |= t->texts.size > t->text;
	t->is_literal = false;
	out_str(&t->texts, more);
}

/* A value that is too short for its type is shown as hexadecimal digits, which are no number. */
static bool is_json_literal(struct str text)
{
	if (str_equal(text, STR("true")) || str_equal(text, STR("false")))
		return true;
	if (str_starts(text, STR("-")))
		text = str_from(text, 1);
	for (size_t i = 0; i < text.size; i++)
		if (!char_is_digit(text.at[i]))
			return false;
	return text.size == 1 || (text.size > 1 && text.at[0] != '0');
}

static void value(void *context, const struct value *from, struct str more)
{
	struct tree *t = context;
	text(context, more);
	t->is_literal = value_is_number(from) && is_json_literal(more);
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

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7F && c != '"' && c != '\\';
}

/* Most text is plain, and copied as it is. */
void json_put(struct out *out, struct str text)
{
	while (text.size) {
		size_t plain = 0;
		while (plain < text.size && is_plain(text.at[plain]))
			plain++;
		out_str(out, str_slice(text, 0, plain));
		text = str_from(text, plain);
		size_t special = 0;
		while (special < text.size && !is_plain(text.at[special]))
			special++;
		escape_json(out, str_slice(text, 0, special));
		text = str_from(text, special);
	}
}

static void put_string(struct out *out, struct str text)
{
	out_char(out, '"');
	json_put(out, text);
	out_char(out, '"');
}

void json_put_value(struct out *out, const struct value *from, struct str text)
{
	if (text.size == 0)
		out_text(out, "null");
	else if (value_is_number(from) && is_json_literal(text))
		out_str(out, text);
	else
		put_string(out, text);
}

static void put_text(const struct tree *t, struct out *out, const struct node *node)
{
	if (!node->is_text)
		out_text(out, "null");
	else if (node->is_literal)
		out_str(out, text_of(t, node));
	else
		put_string(out, text_of(t, node));
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
	return name && name->is_text ? text_of(t, name) : node->name;
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
		put_text(t, out, &t->nodes[i]);
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
		put_text(t, out, node);
		return;
	}
	out_char(out, '{');
	if (node->first_attribute && str_equal(key_of(t, node), node->name)) {
		put_attributes(t, out, node);
		first = false;
	}
	if (node->is_text) {
		out_text(out, first ? "\"#text\":" : ",\"#text\":");
		put_text(t, out, node);
		first = false;
	}
	put_children(t, out, node, first, depth + 1);
	out_char(out, '}');
}

bool evtx_write_json(const struct evtx_record *record, struct out *out)
{
	static const struct sink sink = {
		open, attribute, attribute_end, content, text, value, close};
	struct evtx *evtx = record->evtx;
	if (record_print(record, FORMAT_JSON, out))
		return true;
	if (!evtx->tree)
		evtx->tree = tree_new();
	struct tree *t = evtx->tree;
	t->count = t->texts.size = t->text = 0;
	t->texts.overflowed = false;
	t->current = t->attribute = 0;
	t->is_literal = t->many = false;
	(void)add(t, STR(""), 0);
	if (!record_run(record, &sink, t) || !t->nodes[0].first)
		return false;
	out_char(out, '{');
	put_children(t, out, &t->nodes[0], true, 0);
	out_text(out, "}\n");
	return true;
}
