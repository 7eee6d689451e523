/*
 * A record as a struct event: a sink that keeps System by name and the values of the rest in order.
 */
#include "evtx_internal.h"

#include "base/instant.h"

#include <string.h>

struct gathering {
	struct arena *arena;
	struct event *event;
	struct event_data *data;
	size_t room;
	unsigned depth;       /* of open elements */
	struct str part;      /* the child of Event that is open: "System", "EventData" */
	struct str element;   /* the innermost open element */
	struct str attribute; /* open; empty when none is */
	struct str name;      /* of <Data Name="..."> */
	struct out text;      /* of the element or attribute so far */
	struct bytes binary;  /* the value, when it is one */
	bool leaf;            /* no element inside the innermost one so far */
};

static struct str keep(struct gathering *g)
{
	return arena_copy(g->arena, out_view(&g->text));
}

static void open(void *context, struct str name)
{
	struct gathering *g = context;
	g->depth++;
	if (g->depth == 2)
		g->part = name;
	g->element = name;
	g->name = STR("");
	g->text.size = 0;
	g->binary = (struct bytes){0};
	g->leaf = true;
}

static void attribute(void *context, struct str name)
{
	struct gathering *g = context;
	g->attribute = name;
	g->text.size = 0;
}

static uint32_t number32(struct str text)
{
	int64_t number = 0;
	return scan_number(text, &number) && number >= 0 && number <= UINT32_MAX ? (uint32_t)number
										 : 0;
}

static const struct {
	const char *element, *attribute;
	size_t offset;
	bool number;
} attributes[] = {
	{"Provider", "Name", offsetof(struct event, provider), false},
	{"Provider", "EventSourceName", offsetof(struct event, source), false},
	{"EventID", "Qualifiers", offsetof(struct event, qualifiers), true},
	{"Correlation", "ActivityID", offsetof(struct event, activity), false},
	{"Execution", "ProcessID", offsetof(struct event, process), true},
	{"Execution", "ThreadID", offsetof(struct event, thread), true},
	{"Security", "UserID", offsetof(struct event, user), false},
	{"EventID", NULL, offsetof(struct event, id), true},
	{"Version", NULL, offsetof(struct event, version), true},
	{"Level", NULL, offsetof(struct event, level), true},
	{"Task", NULL, offsetof(struct event, task), true},
	{"Opcode", NULL, offsetof(struct event, opcode), true},
	{"Channel", NULL, offsetof(struct event, channel), false},
	{"Computer", NULL, offsetof(struct event, computer), false},
};

/* Sets the field of System that an element's text or attribute is. */
static void put_system(struct gathering *g, const char *attribute_name)
{
	struct str text = out_view(&g->text);
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		bool same = attributes[i].attribute && attribute_name
			? str_equal(g->attribute, str_of(attributes[i].attribute))
			: !attributes[i].attribute && !attribute_name;
		if (!same || !str_equal(g->element, str_of(attributes[i].element)))
			continue;
		char *field = (char *)g->event + attributes[i].offset;
		struct str kept = attributes[i].number ? STR("") : keep(g);
		uint32_t number = number32(text);
		if (attributes[i].number)
			memcpy(field, &number, sizeof number);
		else
			memcpy(field, &kept, sizeof kept);
		return;
	}
	int64_t record = 0;
	if (attribute_name && str_equal(g->attribute, STR("SystemTime"))) {
		if (!scan_instant(text, &g->event->time))
			g->event->time = 0;
	} else if (!attribute_name && str_equal(g->element, STR("Keywords"))) {
		(void)!scan_hex(text, &g->event->keywords);
	} else if (!attribute_name && str_equal(g->element, STR("EventRecordID"))) {
		g->event->record = scan_number(text, &record) ? (uint64_t)record : 0;
	}
}

static void attribute_end(void *context)
{
	struct gathering *g = context;
	if (str_equal(g->part, STR("System")))
		put_system(g, "");
	else if (str_equal(g->attribute, STR("Name")))
		g->name = keep(g);
	g->attribute = STR("");
	g->text.size = 0;
}

static void content(void *context)
{
	(void)context;
}

static void text(void *context, struct str more)
{
	struct gathering *g = context;
	out_str(&g->text, more);
}

static void value(void *context, const struct value *from, struct str more)
{
	struct gathering *g = context;
	if (from->type == VALUE_BINARY)
		g->binary = from->data;
	out_str(&g->text, more);
}

static void keep_value(struct gathering *g)
{
	struct event *event = g->event;
	bool named = str_equal(g->element, STR("Data"));
	if (event->data_count >= LIMIT_EVENT_VALUES)
		return;
	g->data = arena_grow(g->arena, g->data, event->data_count, &g->room, sizeof *g->data);
	g->data[event->data_count++] =
		(struct event_data){named ? g->name : arena_copy(g->arena, g->element), keep(g)};
	event->data = g->data;
}

static void keep_binary(struct gathering *g)
{
	struct str bytes = {(const char *)g->binary.at, g->binary.size};
	bytes = bytes.size ? arena_copy(g->arena, bytes) : bytes;
	g->event->binary = (struct bytes){(const uint8_t *)bytes.at, bytes.size};
}

static void close(void *context, struct str name)
{
	struct gathering *g = context;
	(void)name;
	if (g->leaf && g->depth >= 3) {
		if (str_equal(g->part, STR("System")))
			put_system(g, NULL);
		else if (str_equal(g->part, STR("EventData")) &&
			str_equal(g->element, STR("Binary")))
			keep_binary(g);
		else
			keep_value(g);
	}
	g->leaf = false;
	g->text.size = 0;
	g->depth--;
}

bool evtx_event(const struct evtx_record *record, struct arena *arena, struct event *event)
{
	static const struct sink sink = {
		open, attribute, attribute_end, content, text, value, close};
	struct gathering g = {.arena = arena, .event = event, .text = out_new(LIMIT_RECORD_TEXT)};
	*event = (struct event){.doubtful = record->evtx->doubtful};
	bool good = record_run(record, &sink, &g);
	out_free(&g.text);
	if (event->record == 0)
		event->record = record->id;
	if (event->time == 0)
		event->time = record->time;
	return good && event->provider.size;
}
