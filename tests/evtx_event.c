/*
 * One event, from XML to a template and the values that fill it.
 *
 * System has the layout that Windows gives it, whatever the order in the XML: places 0 to 12 are fixed. Logs hold two
 * forms of it. Classic events, and those of Windows' own logging, have provider and channel in the template, and the
 * body in place 19; events of manifest providers have provider, GUID and channel in places 14 to 16, the body in 17.
 */
#include "evtx_parts.h"
#include "evtx_writer.h"

#include "xml.h"

#include "base/instant.h"
#include "base/limits.h"

#include <string.h>

static const char *const name_space = "http://schemas.microsoft.com/win/2004/08/events/event";

/*
 * The XML as a tree
 */

struct tag {
	struct str name, text, type; /* type: actdx:type */
	struct evtx_attribute *attributes;
	size_t attribute_count, attribute_room;
	struct tag *first, *last, *next, *parent;
};

struct reading {
	struct arena *arena;
	const char *problem;
	bool literal_provider;
	struct evtx_event *event;
};

static void keep_attributes(struct arena *arena, struct xml *xml, struct tag *tag)
{
	struct str name, value;
	for (int i = 0; xml_attribute_at(xml, i, &name, &value); i++) {
		if (str_equal(name, STR("actdx:type")))
			tag->type = value;
		if (str_has(name, STR("actdx")))
			continue;
		tag->attributes = arena_grow(arena, tag->attributes, tag->attribute_count,
			&tag->attribute_room, sizeof *tag->attributes);
		tag->attributes[tag->attribute_count++] =
			(struct evtx_attribute){name, {CONTENT_LITERAL, value, 0, EVTX_STRING}};
	}
}

static struct tag *open_tag(struct arena *arena, struct xml *xml, struct tag *parent)
{
	struct tag *tag = arena_alloc(arena, sizeof *tag);
	tag->name = arena_copy(arena, xml_name(xml));
	tag->parent = parent;
	keep_attributes(arena, xml, tag);
	if (parent && parent->last)
		parent->last->next = tag;
	else if (parent)
		parent->first = tag;
	if (parent)
		parent->last = tag;
	return tag;
}

static struct str joined(struct arena *arena, struct str a, struct str b)
{
	char *both = arena_alloc(arena, a.size + b.size + 1);
	if (a.size)
		memcpy(both, a.at, a.size);
	if (b.size)
		memcpy(both + a.size, b.at, b.size);
	return (struct str){both, a.size + b.size};
}

static struct tag *read_tree(struct arena *arena, struct xml *xml)
{
	struct tag *root = NULL, *open = NULL;
	for (enum xml_event what; (what = xml_next(xml)) != XML_DONE;) {
		if (what == XML_ERROR)
			return NULL;
		if (what == XML_START) {
			open = open_tag(arena, xml, open);
			root = root ? root : open;
		} else if (what == XML_END && open) {
			open = open->parent;
		} else if (open) {
			open->text = joined(arena, open->text, xml_text(xml));
		}
	}
	return root;
}

static const struct tag *child(const struct tag *parent, const char *name)
{
	const struct tag *found = parent ? parent->first : NULL;
	while (found && !str_equal(found->name, str_of(name)))
		found = found->next;
	return found;
}

static const struct str *attribute(const struct tag *tag, const char *name)
{
	for (size_t i = 0; tag && i < tag->attribute_count; i++)
		if (str_equal(tag->attributes[i].name, str_of(name)))
			return &tag->attributes[i].content.text;
	return NULL;
}

/*
 * Templates
 */

static struct evtx_element *element(
	struct arena *arena, struct evtx_element *parent, struct str name)
{
	struct evtx_element *made = arena_alloc(arena, sizeof *made);
	made->name = name;
	made->dependency = EVTX_NO_DEPENDENCY;
	if (parent && parent->last)
		parent->last->next = made;
	else if (parent)
		parent->first = made;
	if (parent)
		parent->last = made;
	return made;
}

static void add_attribute(
	struct arena *arena, struct evtx_element *to, struct str name, struct evtx_content content)
{
	to->attributes = arena_grow(arena, to->attributes, to->attribute_count, &to->attribute_room,
		sizeof *to->attributes);
	to->attributes[to->attribute_count++] = (struct evtx_attribute){name, content};
}

static struct evtx_content literal(struct str text)
{
	return (struct evtx_content){CONTENT_LITERAL, text, 0, EVTX_STRING};
}

/* The value of a place of System; a missing one is null. */
static struct evtx_content place(struct reading *r, struct evtx_template *template, unsigned slot,
	uint8_t type, const struct str *text)
{
	struct evtx_content content = {CONTENT_OPTIONAL, STR(""), (uint16_t)slot, type};
	struct evtx_value *value = &template->values[slot];
	if (!text)
		return content;
	content.text = *text;
	value->type = type;
	if (!evtx_value_of(r->arena, type, false, *text, &value->data))
		r->problem = arena_format(
			r->arena, "\"%.*s\" is no value for its place in System", STR_PRINT(*text));
	return content;
}

/* Rows in the order that Windows writes; those of one element stand together. `slot_manifest` where the two forms
 * differ. An attribute of NULL is the element's text. */
static const struct system_row {
	const char *element, *attribute;
	uint8_t slot, slot_manifest, type;
	bool dependent; /* the element falls away with the value */
} system_rows[] = {
	{"EventID", "Qualifiers", 4, 4, EVTX_UINT16, false},
	{"EventID", NULL, 3, 3, EVTX_UINT16, true},
	{"Version", NULL, 11, 11, EVTX_UINT8, true},
	{"Level", NULL, 0, 0, EVTX_UINT8, true},
	{"Task", NULL, 2, 2, EVTX_UINT16, true},
	{"Opcode", NULL, 1, 1, EVTX_UINT8, true},
	{"Keywords", NULL, 5, 5, EVTX_HEX64, true},
	{"TimeCreated", "SystemTime", 6, 6, EVTX_FILETIME, false},
	{"EventRecordID", NULL, 10, 10, EVTX_UINT64, true},
	{"Correlation", "ActivityID", 7, 7, EVTX_GUID, false},
	{"Correlation", "RelatedActivityID", 18, 13, EVTX_GUID, false},
	{"Execution", "ProcessID", 8, 8, EVTX_UINT32, false},
	{"Execution", "ThreadID", 9, 9, EVTX_UINT32, false},
	{"Channel", NULL, 16, 16, EVTX_STRING, true},
	{"Computer", NULL, 0, 0, EVTX_STRING, false},
	{"Security", "UserID", 12, 12, EVTX_SID, false},
};
#define SYSTEM_ROWS (sizeof system_rows / sizeof *system_rows)

static const char *const provider_attributes[] = {"Name", "Guid", "EventSourceName"};

static bool is_written(const char *in, const char *name)
{
	if (strcmp(in, "Provider") == 0) {
		for (size_t i = 0; i < 3; i++)
			if (strcmp(provider_attributes[i], name) == 0)
				return true;
	}
	for (size_t i = 0; i < SYSTEM_ROWS; i++)
		if (strcmp(system_rows[i].element, in) == 0 && system_rows[i].attribute &&
			strcmp(system_rows[i].attribute, name) == 0)
			return true;
	return false;
}

/* What the table has no place for must not be lost silently. */
static void look_for_unwritten(struct reading *r, const struct tag *system)
{
	for (const struct tag *tag = system->first; tag; tag = tag->next)
		for (size_t i = 0; i < tag->attribute_count; i++) {
			const char *in = arena_copy(r->arena, tag->name).at;
			const char *name = arena_copy(r->arena, tag->attributes[i].name).at;
			if (!is_written(in, name))
				r->problem = arena_format(
					r->arena, "%s/@%s cannot be written", in, name);
		}
}

static void put_provider(struct reading *r, struct evtx_template *template,
	struct evtx_element *system, const struct tag *tag, bool manifest)
{
	static const uint8_t kinds[] = {EVTX_STRING, EVTX_GUID};
	struct evtx_element *provider = element(r->arena, system, STR("Provider"));
	for (unsigned i = 0; i < 3; i++) {
		const struct str *value = attribute(tag, provider_attributes[i]);
		if (manifest && i < 2)
			add_attribute(r->arena, provider, str_of(provider_attributes[i]),
				place(r, template, 14 + i, kinds[i], value));
		else if (value)
			add_attribute(r->arena, provider, str_of(provider_attributes[i]),
				literal(*value));
	}
}

static void put_row(struct reading *r, struct evtx_template *template, struct evtx_element *system,
	const struct system_row *row, const struct tag *tag, bool manifest)
{
	unsigned slot = manifest ? row->slot_manifest : row->slot;
	bool is_channel = strcmp(row->element, "Channel") == 0;
	bool in_template = strcmp(row->element, "Computer") == 0 || (is_channel && !manifest);
	bool continues = system->last && str_equal(system->last->name, str_of(row->element));
	struct evtx_element *made =
		continues ? system->last : element(r->arena, system, str_of(row->element));
	const struct str *text = row->attribute ? attribute(tag, row->attribute)
		: tag                           ? &tag->text
						: NULL;
	struct evtx_content content = in_template ? literal(text ? *text : STR(""))
						  : place(r, template, slot, row->type, text);
	if (row->dependent && !in_template)
		made->dependency = (uint16_t)slot;
	if (row->attribute)
		add_attribute(r->arena, made, str_of(row->attribute), content);
	else
		made->content = content;
	if (strcmp(row->element, "EventRecordID") == 0)
		r->event->record_text = &made->content.text;
	if (strcmp(row->element, "TimeCreated") == 0)
		r->event->time_text = &made->attributes[0].content.text;
}

static void put_system(struct reading *r, struct evtx_template *template, struct evtx_element *root,
	const struct tag *tag, bool manifest)
{
	struct evtx_element *system = element(r->arena, root, STR("System"));
	look_for_unwritten(r, tag);
	put_provider(r, template, system, child(tag, "Provider"), manifest);
	for (size_t i = 0; i < SYSTEM_ROWS; i++)
		put_row(r, template, system, &system_rows[i], child(tag, system_rows[i].element),
			manifest);
}

/*
 * The body: EventData, UserData and their kin
 */

static struct evtx_content value_place(struct reading *r, struct evtx_template *template,
	enum evtx_content_kind kind, struct evtx_value value, struct str text)
{
	if (template->count == EVTX_MOST_VALUES) {
		r->problem = "more values than a template of this writer holds";
		return literal(text);
	}
	template->values[template->count] = value;
	return (struct evtx_content){kind, text, (uint16_t) template->count++, value.type};
}

static struct evtx_template *new_template(struct arena *arena)
{
	return arena_alloc(arena, sizeof(struct evtx_template));
}

static void put_tag(struct reading *r, struct evtx_template *template, struct evtx_element *parent,
	const struct tag *tag);

static struct evtx_content nested(
	struct reading *r, struct evtx_template *template, const struct tag *tag)
{
	struct evtx_template *inner = new_template(r->arena);
	struct evtx_element *holder = element(r->arena, NULL, STR(""));
	if (!tag->first || tag->first->next) {
		r->problem = "actdx:type=\"xml\" wants exactly one child";
		return literal(STR(""));
	}
	put_tag(r, inner, holder, tag->first);
	inner->root = holder->first;
	return value_place(r, template, CONTENT_OPTIONAL,
		(struct evtx_value){.type = EVTX_XML, .nested = inner}, STR(""));
}

static struct evtx_content content_of(
	struct reading *r, struct evtx_template *template, const struct tag *tag)
{
	struct evtx_value value = {.type = EVTX_STRING};
	bool narrow = false;
	if (str_equal(tag->type, STR("literal")))
		return literal(tag->text);
	if (str_equal(tag->type, STR("cdata")))
		return (struct evtx_content){CONTENT_CDATA, tag->text, 0, 0};
	if (str_equal(tag->type, STR("pi")))
		return (struct evtx_content){CONTENT_PI, tag->text, 0, 0};
	if (str_equal(tag->type, STR("xml")))
		return nested(r, template, tag);
	if (str_equal(tag->type, STR("null")))
		return value_place(r, template, CONTENT_VALUE, (struct evtx_value){0}, STR(""));
	if (tag->type.size && !evtx_value_type(tag->type, &value.type, &narrow))
		r->problem = arena_format(
			r->arena, "actdx:type \"%.*s\" is unknown", STR_PRINT(tag->type));
	else if (!evtx_value_of(r->arena, value.type, narrow, tag->text, &value.data))
		r->problem = arena_format(r->arena, "\"%.*s\" is no value of type %.*s",
			STR_PRINT(tag->text), STR_PRINT(tag->type));
	return value_place(r, template, CONTENT_VALUE, value, tag->text);
}

/* An element as it stands: names, attributes and structure make the template, texts the values. */
static void put_tag(struct reading *r, struct evtx_template *template, struct evtx_element *parent,
	const struct tag *tag)
{
	struct evtx_element *made = element(r->arena, parent, tag->name);
	for (size_t i = 0; i < tag->attribute_count; i++)
		add_attribute(r->arena, made, tag->attributes[i].name,
			literal(tag->attributes[i].content.text));
	if (str_equal(tag->name, STR("Binary")) && tag->type.size == 0) {
		struct evtx_value value = {.type = EVTX_BINARY};
		if (!evtx_value_of(r->arena, value.type, false, tag->text, &value.data))
			r->problem = "<Binary> is not hexadecimal";
		made->content = value_place(r, template, CONTENT_OPTIONAL, value, tag->text);
	} else if (tag->first && tag->type.size == 0) {
		if (!str_is_blank(tag->text))
			r->problem = "text beside elements cannot be written";
		for (const struct tag *inner = tag->first; inner; inner = inner->next)
			put_tag(r, template, made, inner);
	} else if (tag->text.size || tag->type.size || str_equal(tag->name, STR("Data"))) {
		made->content = content_of(r, template, tag);
	}
}

static bool is_classic(const struct tag *body)
{
	if (!child(body, "Data"))
		return false;
	for (const struct tag *tag = body->first; tag; tag = tag->next)
		if (tag->type.size || tag->attribute_count)
			return false;
	return str_equal(body->name, STR("EventData"));
}

/* All strings in one array, and what was logged as bytes: places 0 and 2. */
static void put_classic(struct reading *r, struct evtx_template *template, const struct tag *body)
{
	size_t count = 0, room = 0;
	struct str *strings = NULL, text = STR("");
	for (const struct tag *tag = body->first; tag; tag = tag->next) {
		if (!str_equal(tag->name, STR("Data")))
			continue;
		strings = arena_grow(r->arena, strings, count, &room, sizeof *strings);
		strings[count++] = tag->text;
		text = joined(r->arena, text, count > 1 ? STR("|") : STR(""));
		text = joined(r->arena, text, tag->text);
	}
	const struct tag *bytes = child(body, "Binary");
	template->root = element(r->arena, NULL, body->name);
	struct evtx_element *data = element(r->arena, template->root, STR("Data"));
	struct evtx_element *binary = element(r->arena, template->root, STR("Binary"));
	data->dependency = 0;
	binary->dependency = 2;
	data->content = (struct evtx_content){CONTENT_OPTIONAL, text, 0, EVTX_STRING | EVTX_ARRAY};
	binary->content = (struct evtx_content){
		CONTENT_OPTIONAL, bytes ? bytes->text : STR(""), 2, EVTX_BINARY};
	template->count = 3;
	template->values[0] = (struct evtx_value){
		EVTX_STRING | EVTX_ARRAY, evtx_value_strings(r->arena, strings, count), NULL};
	if (!bytes)
		return;
	template->values[2].type = EVTX_BINARY;
	if (!evtx_value_of(r->arena, EVTX_BINARY, false, bytes->text, &template->values[2].data))
		r->problem = "<Binary> is not hexadecimal";
}

static const struct evtx_template *body_of(struct reading *r, const struct tag *event)
{
	const struct tag *body = event->first;
	while (body && str_in_list(body->name, "System|RenderingInfo"))
		body = body->next;
	if (!body)
		return NULL;
	struct evtx_template *template = new_template(r->arena);
	if (is_classic(body)) {
		put_classic(r, template, body);
	} else {
		struct evtx_element *holder = element(r->arena, NULL, STR(""));
		put_tag(r, template, holder, body);
		template->root = holder->first;
	}
	return template;
}

/*
 * The whole event
 */

static void put_event(struct reading *r, const struct tag *tag)
{
	struct evtx_template *template = new_template(r->arena);
	const struct tag *system = child(tag, "System"), *provider = child(system, "Provider");
	if (!system || !provider) {
		r->problem = "no event: System or Provider is missing";
		return;
	}
	bool manifest = !r->literal_provider && attribute(provider, "Guid") &&
		!attribute(provider, "EventSourceName");
	unsigned slot = manifest ? 17 : 19;
	template->count = slot + 1;
	template->root = element(r->arena, NULL, STR("Event"));
	add_attribute(r->arena, template->root, STR("xmlns"), literal(str_of(name_space)));
	put_system(r, template, template->root, system, manifest);
	template->body = body_of(r, tag);
	template->values[slot] = (struct evtx_value){
		.type = template->body ? EVTX_XML : EVTX_NULL, .nested = template->body};
	template->root->dependency = (uint16_t)slot;
	template->root->content =
		(struct evtx_content){CONTENT_OPTIONAL, STR(""), (uint16_t)slot, EVTX_XML};
	r->event->template = template;
	r->event->time_value = &template->values[6];
	r->event->record_value = &template->values[10];
}

bool evtx_event_read(struct arena *arena, struct str xml, bool literal_provider,
	struct evtx_event *event, const char **problem, unsigned *line)
{
	struct reading r = {.arena = arena, .event = event, .literal_provider = literal_provider};
	struct xml *reader = xml_open(arena, xml);
	const struct tag *tag = read_tree(arena, reader);
	*event = (struct evtx_event){0};
	if (tag)
		put_event(&r, tag);
	else
		r.problem = xml_problem(reader);
	*problem = r.problem;
	*line = xml_line(reader);
	xml_free(reader);
	return !r.problem;
}

/* Where `<Event ` or `<Event>` begins; not <Events>, not <EventData>. */
static size_t find_event(struct str text, size_t from)
{
	static const struct str tag = STR_INIT("<Event");
	for (;;) {
		size_t at = str_find(str_from(text, from), tag);
		if (at == STR_NONE)
			return STR_NONE;
		at += from;
		from = at + tag.size;
		if (from < text.size &&
			(text.at[from] == '>' || (unsigned char)text.at[from] <= ' '))
			return at;
	}
}

/* Attribute or text behind `mark`, up to `end`. */
static struct str behind(struct str xml, const char *mark, const char *ends)
{
	size_t at = str_find(xml, str_of(mark));
	if (at == STR_NONE)
		return STR("");
	struct str value = str_from(xml, at + strlen(mark));
	size_t end = 0;
	while (end < value.size && !strchr(ends, value.at[end]))
		end++;
	return str_slice(value, 0, end);
}

size_t evtx_split(struct arena *arena, struct str xml, struct evtx_text **events)
{
	static const struct str close = STR_INIT("</Event>");
	size_t count = 0, room = 0;
	*events = NULL;
	for (size_t at = 0; (at = find_event(xml, at)) != STR_NONE;) {
		size_t size = str_find(str_from(xml, at), close);
		size_t end = size == STR_NONE ? xml.size : at + size + close.size;
		struct evtx_text text = {.xml = str_slice(xml, at, end)};
		int64_t record = 0;
		bool dated = scan_instant(behind(text.xml, "SystemTime='", "'"), &text.time) ||
			scan_instant(behind(text.xml, "SystemTime=\"", "\""), &text.time);
		if (!dated)
			text.time = 0;
		if (scan_number(behind(text.xml, "<EventRecordID>", "<"), &record) && record > 0)
			text.record = (uint64_t)record;
		*events = arena_grow(arena, *events, count, &room, sizeof **events);
		(*events)[count++] = text;
		at = end;
	}
	/* A log has its records in order; `wevtutil /rd:true` prints the newest first. */
	for (size_t i = 1; i < count; i++) {
		struct evtx_text moved = (*events)[i];
		size_t k = i;
		for (; k > 0 && (*events)[k - 1].record > moved.record; k--)
			(*events)[k] = (*events)[k - 1];
		(*events)[k] = moved;
	}
	return count;
}
