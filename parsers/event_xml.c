/*
 * Events as XML: `wevtutil qe /f:xml` and `/f:RenderedXml`, Event Viewer's "save as XML" and "copy", ToXml() of
 * PowerShell's event records (events, section 0, E10).
 *
 * wevtutil prints one event after the other without a root, Event Viewer wraps them in <Events>, a pasted one stands
 * alone: so each <Event> to </Event> is read for itself, and a broken one does not take the others along. Values that
 * matter are the same in all of them; RenderingInfo holds localised words and is left alone.
 */
#include "event_values.h"
#include "xml.h"

#include "base/instant.h"
#include "base/out.h"
#include "base/utf8.h"

static const struct str open_tag = STR_INIT("<Event");
static const struct str close_tag = STR_INIT("</Event>");
static const struct str name_space =
	STR_INIT("http://schemas.microsoft.com/win/2004/08/events/event");

/* Where `<Event ...>` begins in the text, behind `from`; not <Events>, not <EventData>. */
static size_t find_event(struct str text, size_t from)
{
	for (;;) {
		size_t at = str_find(str_from(text, from), open_tag);
		if (at == STR_NONE)
			return STR_NONE;
		at += from;
		struct str after = str_from(text, at + open_tag.size);
		if (after.size && (after.at[0] == '>' || (unsigned char)after.at[0] <= ' '))
			return at;
		from = at + open_tag.size;
	}
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i);
	size_t at = find_event(text, 0);
	return at != STR_NONE && str_has(text, name_space);
}

/*
 * One event
 */

enum part { PART_NONE, PART_SYSTEM, PART_EVENT_DATA, PART_USER_DATA };

struct event_reading {
	struct arena *arena;
	struct xml *xml;
	struct event *event;
	struct event_data *data;
	size_t room;
	enum part part;
	unsigned depth;
	struct str element; /* open, in its part */
	struct str name;    /* for its value */
	struct out text;    /* gathered so far: it comes in pieces */
	bool has_children;
};

static struct str attribute(struct event_reading *r, const char *name)
{
	struct str value;
	return xml_attribute(r->xml, name, &value) ? arena_copy(r->arena, value) : STR("");
}

static uint32_t number32(struct str text)
{
	int64_t number = 0;
	uint64_t hex = 0;
	if (scan_number(text, &number) && number >= 0 && number <= UINT32_MAX)
		return (uint32_t)number;
	return scan_hex(text, &hex) && hex <= UINT32_MAX ? (uint32_t)hex : 0;
}

/* Elements of System that say all in attributes. */
static void system_attributes(struct event_reading *r)
{
	struct event *event = r->event;
	if (str_equal(r->element, STR("Provider"))) {
		event->provider = attribute(r, "Name");
		event->source = attribute(r, "EventSourceName");
		if (event->provider.size == 0)
			event->provider = event->source;
	} else if (str_equal(r->element, STR("EventID"))) {
		event->qualifiers = number32(attribute(r, "Qualifiers"));
	} else if (str_equal(r->element, STR("TimeCreated"))) {
		if (!scan_instant(attribute(r, "SystemTime"), &event->time))
			event->time = 0;
	} else if (str_equal(r->element, STR("Correlation"))) {
		event->activity = attribute(r, "ActivityID");
	} else if (str_equal(r->element, STR("Execution"))) {
		event->process = number32(attribute(r, "ProcessID"));
		event->thread = number32(attribute(r, "ThreadID"));
	} else if (str_equal(r->element, STR("Security"))) {
		event->user = attribute(r, "UserID");
	}
}

static struct str gathered(struct event_reading *r)
{
	return r->text.size ? arena_copy(r->arena, out_view(&r->text)) : STR("");
}

static void system_text(struct event_reading *r)
{
	struct event *event = r->event;
	struct str text = out_view(&r->text);
	int64_t number = 0;
	if (str_equal(r->element, STR("EventID")))
		event->id = number32(text);
	else if (str_equal(r->element, STR("Version")))
		event->version = number32(text);
	else if (str_equal(r->element, STR("Level")))
		event->level = number32(text);
	else if (str_equal(r->element, STR("Task")))
		event->task = number32(text);
	else if (str_equal(r->element, STR("Opcode")))
		event->opcode = number32(text);
	else if (str_equal(r->element, STR("Keywords")))
		(void)!scan_hex(text, &event->keywords);
	else if (str_equal(r->element, STR("EventRecordID")))
		event->record = scan_number(text, &number) ? (uint64_t)number : 0;
	else if (str_equal(r->element, STR("Channel")))
		event->channel = gathered(r);
	else if (str_equal(r->element, STR("Computer")))
		event->computer = gathered(r);
}

static void keep_value(struct event_reading *r)
{
	struct event *event = r->event;
	if (event->data_count >= LIMIT_EVENT_VALUES)
		return;
	r->data = arena_grow(r->arena, r->data, event->data_count, &r->room, sizeof *r->data);
	r->data[event->data_count++] = (struct event_data){r->name, gathered(r)};
	event->data = r->data;
}

static void keep_binary(struct event_reading *r)
{
	struct str text = str_trim(out_view(&r->text));
	uint8_t *bytes = arena_alloc(r->arena, text.size / 2);
	size_t size = 0;
	unsigned byte = 0;
	while (event_hex_byte(text, size, &byte))
		bytes[size++] = (uint8_t)byte;
	r->event->binary = (struct bytes){bytes, size};
}

static void start_element(struct event_reading *r, struct str name)
{
	r->has_children = true;
	if (r->depth == 2) {
		r->part = str_equal(name, STR("System")) ? PART_SYSTEM
			: str_equal(name, STR("EventData")) ||
				str_equal(name, STR("BinaryEventData")) ||
				str_equal(name, STR("ProcessingErrorData"))
			? PART_EVENT_DATA
			: str_equal(name, STR("UserData")) ? PART_USER_DATA
							   : PART_NONE;
		return;
	}
	r->element = arena_copy(r->arena, name);
	r->text.size = 0;
	r->has_children = false;
	if (r->part == PART_SYSTEM)
		system_attributes(r);
	else if (r->part == PART_EVENT_DATA)
		r->name = attribute(r, "Name");
	else
		r->name = r->element;
}

static void end_element(struct event_reading *r)
{
	if (r->depth < 3 || r->has_children)
		return;
	if (r->part == PART_SYSTEM)
		system_text(r);
	else if (r->part == PART_EVENT_DATA && str_equal(r->element, STR("Binary")))
		keep_binary(r);
	else if (r->part == PART_EVENT_DATA || r->part == PART_USER_DATA)
		keep_value(r);
	r->has_children = true; /* of the element around it */
}

/* A value longer than any line that is looked at loses what would go beyond it. */
static void add_text(struct event_reading *r)
{
	if (r->part != PART_NONE && !r->has_children && r->depth >= 3)
		out_str(&r->text, utf8_clip(xml_text(r->xml), LIMIT_LINE_BYTES - r->text.size));
}

/* False when it is no event. What a broken one has up to the break counts once System is complete. `*refused`: the
 * reason, where it is one that no program of Windows wrote; else NULL. */
static bool read_event(
	struct arena *arena, struct str text, struct event *event, const char **refused)
{
	struct event_reading r = {.arena = arena, .event = event, .xml = xml_open(arena, text)};
	r.text = out_new(LIMIT_LINE_BYTES);
	*event = (struct event){0};
	for (enum xml_event what; (what = xml_next(r.xml)) != XML_DONE && what != XML_ERROR;) {
		if (what == XML_START) {
			r.depth++;
			start_element(&r, xml_name(r.xml));
		} else if (what == XML_END) {
			end_element(&r);
			r.depth--;
		} else if (what == XML_TEXT) {
			add_text(&r);
		}
	}
	*refused = xml_refused(r.xml) ? xml_problem(r.xml) : NULL;
	xml_free(r.xml);
	out_free(&r.text);
	return event->provider.size && event->channel.size;
}

/*
 * All events of a file
 */

/* The time that each log is seen to cover: selections, of which nothing follows that is not in them. */
struct seen_log {
	struct str channel;
	uint64_t oldest, newest;
	size_t count;
	struct line *line;
};

#define SEEN_LOGS 32

struct file_reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct seen_log logs[SEEN_LOGS];
	size_t log_count;
	size_t line; /* at which the search stands */
};

static void note_log(struct file_reading *r, const struct event *event, struct line *line)
{
	struct seen_log *log = r->logs;
	while (log < r->logs + r->log_count && !str_equal_nocase(log->channel, event->channel))
		log++;
	if (log == r->logs + SEEN_LOGS)
		return;
	if (log == r->logs + r->log_count) {
		r->log_count++;
		*log = (struct seen_log){event->channel, event->time, event->time, 0, line};
	}
	log->count++;
	log->oldest = event->time < log->oldest ? event->time : log->oldest;
	log->newest = event->time > log->newest ? event->time : log->newest;
}

static void put_logs(const struct file_reading *r)
{
	for (size_t i = 0; i < r->log_count; i++) {
		const struct seen_log *log = &r->logs[i];
		struct fact *fact = fact_add(r->facts, &kind_event_log, log->line);
		fact_put(r->facts, fact, NULL, "channel", log->channel);
		fact_put_time(r->facts, fact, NULL, "oldest", log->oldest);
		fact_put_time(r->facts, fact, NULL, "newest", log->newest);
		fact_put_number(r->facts, fact, NULL, "events", (int64_t)log->count);
		fact_put_flag(r->facts, fact, NULL, "whole", false);
	}
}

/* The physical lines that `at` to `end` lie in; the search goes only forward. */
static struct line *line_of(struct file_reading *r, const char *at, const char *end)
{
	const struct lines *lines = &r->evidence->lines;
	while (r->line + 1 < lines->count && lines->at[r->line + 1].raw.at <= at)
		r->line++;
	struct line *line = arena_alloc(r->facts->arena, sizeof *line);
	*line = lines->at[r->line];
	for (size_t i = r->line; i < lines->count && lines->at[i].raw.at < end; i++)
		line->last = lines->at[i].last;
	return line;
}

static void take_event(struct file_reading *r, struct str text)
{
	struct event event;
	struct arena *arena = r->facts->arena;
	const char *refused;
	bool is_event = read_event(arena, text, &event, &refused);
	struct line *line = is_event || refused ? line_of(r, text.at, text.at + text.size) : NULL;
	if (refused)
		facts_leave_out(r->facts, line, refused);
	if (!is_event)
		return;
	line->text = line->raw = event_line(arena, &event);
	if (event.time)
		note_log(r, &event, line);
	if (event_matters(&event))
		event_to_facts(&event, line, r->facts);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	if (lines->count == 0)
		return;
	const struct str *first = &lines->at[0].raw, *last = &lines->at[lines->count - 1].raw;
	struct str text = {first->at, (size_t)(last->at - first->at) + last->size};
	struct file_reading r = {.evidence = evidence, .facts = facts};
	for (size_t at = 0; (at = find_event(text, at)) != STR_NONE;) {
		/* One that is cut off ends where the next begins. */
		size_t next = find_event(text, at + open_tag.size);
		size_t end = next == STR_NONE ? text.size : next;
		size_t size = str_find(str_slice(text, at, end), close_tag);
		if (size != STR_NONE)
			end = at + size + close_tag.size;
		take_event(&r, str_slice(text, at, end));
		at = end;
	}
	put_logs(&r);
}

const struct parser parser_event_xml = {
	.name = "event_xml",
	.says = "events as XML: wevtutil, Event Viewer, PowerShell's ToXml()",
	.source = "event-log",
	.commands = "wevtutil",
	.kinds = event_shared_kinds,
	.opens = opens,
	.parse = parse,
};
