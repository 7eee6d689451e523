#include "near_miss.h"

#include "support.h"
#include "xml.h"

#include "base/files.h"

#include <stdio.h>

struct near_reading {
	struct arena *arena;
	const struct case_rules *rules;
	struct near_misses *list;
	const char *path;
	struct xml *xml;
	const struct cause *cause;
	bool good;
};

static void complain(struct near_reading *r, const char *problem, struct str about)
{
	fprintf(stderr, "%s:%u: %s%s%.*s\n", r->path, r->xml ? xml_line(r->xml) : 0, problem,
		about.size ? ": " : "", STR_PRINT(about));
	r->good = false;
}

static void read_fact(struct near_reading *r, struct facts *facts)
{
	const struct fact_kind *kind = vocabulary_find(&r->rules->vocabulary, xml_name(r->xml));
	struct str name, value;
	if (!kind) {
		complain(r, "no such fact", xml_name(r->xml));
		return;
	}
	struct origin *origin = arena_alloc(r->arena, sizeof *origin);
	struct line *line = arena_alloc(r->arena, sizeof *line);
	*origin = (struct origin){.member = kind->name, .source = kind->name};
	*line = (struct line){.text = STR("a line"),
		.raw = STR("a line"),
		.number = (unsigned)facts->count + 1,
		.last = (unsigned)facts->count + 1,
		.origin = origin};
	struct fact *fact = fact_add(facts, kind, line);
	for (int i = 0; xml_attribute_at(r->xml, i, &name, &value); i++) {
		int field = fact_field_index(kind, name);
		if (field < 0) {
			complain(r, "the fact has no such field", name);
			continue;
		}
		fact_put(facts, fact, NULL, kind->fields[field].name, value);
		if (!fact->values[field].set)
			complain(r, "no such value", value);
	}
}

/* The facts up to the end of the element that just started. */
static void read_facts(struct near_reading *r, struct facts *facts)
{
	for (unsigned depth = 1; depth > 0;)
		switch (xml_next(r->xml)) {
		case XML_START:
			depth++;
			read_fact(r, facts);
			break;
		case XML_END:
			depth--;
			break;
		case XML_TEXT:
			break;
		case XML_DONE:
		case XML_ERROR:
			complain(r, "the file ends too early", STR(""));
			return;
		}
}

static void read_case(struct near_reading *r)
{
	struct near_miss one = {.cause = r->cause,
		.line = xml_line(r->xml),
		.holds = str_equal(xml_name(r->xml), STR("holds"))};
	struct str clause = STR("");
	int64_t place = 0;
	struct facts facts = facts_new(r->arena);
	if (!one.holds && !str_equal(xml_name(r->xml), STR("fails")))
		complain(r, "neither <holds> nor <fails>", xml_name(r->xml));
	if (!xml_attribute(r->xml, "clause", &clause) || !scan_number(clause, &place) ||
		place < 1 || (size_t)place > r->cause->clause_count) {
		complain(r, "the cause has no such clause", clause);
		place = 1;
	}
	one.place = (size_t)place - 1;
	read_facts(r, &facts);
	one.viewable = viewable_of(r->arena, &r->rules->vocabulary, &facts);
	r->list->at = arena_grow(
		r->arena, r->list->at, r->list->count, &r->list->room, sizeof *r->list->at);
	r->list->at[r->list->count++] = one;
}

static void read_file(struct near_reading *r)
{
	struct bytes data = test_read(r->arena, r->path);
	bool inside = false;
	r->xml = xml_open(r->arena, (struct str){(const char *)data.at, data.size});
	for (enum xml_event event; (event = xml_next(r->xml)) != XML_DONE;) {
		if (event == XML_ERROR) {
			complain(r, xml_problem(r->xml), STR(""));
			break;
		}
		if (event == XML_START && inside)
			read_case(r);
		inside |= event == XML_START;
	}
	xml_free(r->xml);
	r->xml = NULL;
}

bool near_misses_read(struct arena *arena, const struct case_rules *rules, struct near_misses *list)
{
	struct near_reading r = {.arena = arena, .rules = rules, .list = list, .good = true};
	struct folder folder;
	*list = (struct near_misses){0};
	if (!folder_list(
		    arena, arena_format(arena, "%s/samples/near-misses", test_root()), &folder)) {
		fprintf(stderr, "samples/near-misses cannot be read\n");
		return false;
	}
	for (size_t i = 0; i < folder.count; i++) {
		struct str name = str_of(folder.at[i].name);
		if (!str_ends(name, STR(".xml")))
			continue;
		name = str_slice(name, 0, name.size - STR(".xml").size);
		r.path = folder.at[i].path;
		r.cause = knowledge_find(&rules->knowledge, name);
		if (r.cause)
			read_file(&r);
		else
			complain(&r, "no such cause", name);
	}
	/* A view points into its viewable, which does not move any more. */
	for (size_t i = 0; i < list->count; i++)
		list->at[i].view = view_of(arena, &list->at[i].viewable, 0);
	return r.good;
}
