/*
 * Events as text: Event Viewer's copy, `wevtutil qe /f:text`, and objects of PowerShell (events, section 0, E10, E11;
 * other-formats).
 *
 * Event Viewer and wevtutil print one line for each property, in a fixed order, and then the message:
 *
 *     Log Name:      Application                        <- labels in the language of the machine that printed it
 *     Source:        Microsoft-Windows-Security-SPP     <- a provider that is known, two lines above a number:
 *     Date:          11/24/2026 5:15:02 PM                 so an event is recognised in any language
 *     Event ID:      12288
 *     Task Category: None
 *     ...
 *     Computer:      pc042.contoso.com
 *     Description:
 *
 * wevtutil indents them, has two more (Opcode, User Name) and always speaks English. Dates are local, and which of
 * their numbers is the month is not told: only those with a zone are read. A copy of Event Viewer goes on with the
 * event as XML, which says all that the text says and more; then the text is passed over.
 *
 * Get-WinEvent and Get-EventLog give objects: lists, JSON, CLIXML (objects.h), or the XML of ConvertTo-Xml.
 */
#include "event_message.h"
#include "event_values.h"
#include "objects.h"
#include "xml.h"

#include "base/instant.h"
#include "base/out.h"
#include "base/utf8.h"

#define HEADER_LINES 9

static struct str value_at(const struct lines *lines, size_t i)
{
	struct str label, value;
	return event_labelled(lines_text(lines, i), &label, &value) ? value : STR("");
}

static bool read_id(struct str text, uint32_t *id)
{
	int64_t number = 0;
	if (!scan_number(text, &number) || number < 0 || number > UINT16_MAX)
		return false;
	*id = (uint32_t)number;
	return true;
}

/* The lines of an event's properties begin at `i`. */
static bool is_header(const struct lines *lines, size_t i)
{
	uint32_t id = 0;
	struct str provider = value_at(lines, i + 1);
	return provider.size && event_provider_matters(provider) && value_at(lines, i).size &&
		read_id(value_at(lines, i + 3), &id);
}

#define TYPES "EventLogRecord|EventLogEntry"
#define NAMES "ProviderName|ReplacementStrings|RecordId|InstanceId|EntryType"

#define UNTYPED_LINES 600

static bool is_converted(struct str text)
{
	return str_has(text, STR("<Object ")) && str_has(text, STR(".EventLog")) &&
		str_has(text, STR("Type=\""));
}

/* The same with -NoTypeInformation: an object without a type, told by the names of its properties. */
static bool is_untyped(const struct lines *lines, size_t i)
{
	bool provider = false, id = false, source = false, entry = false;
	if (!str_has(lines->at[i].raw, STR("<Object>")))
		return false;
	/* A message can have hundreds of lines, and stands in front. */
	for (size_t k = i; k < lines->count && k < i + UNTYPED_LINES; k++) {
		struct str text = lines->at[k].raw;
		if (k > i && str_has(text, STR("<Object>")))
			return false;
		provider |= str_has(text, STR("<Property Name=\"ProviderName\">"));
		id |= str_has(text, STR("<Property Name=\"Id\">"));
		source |= str_has(text, STR("<Property Name=\"Source\">"));
		entry |= str_has(text, STR("<Property Name=\"EntryType\">")) ||
			str_has(text, STR("<Property Name=\"ReplacementStrings\">"));
		if ((provider && id) || (source && entry))
			return true;
		if (str_has(text, STR("</Object>")))
			return false;
	}
	return false;
}

static bool opens(const struct lines *lines, size_t i)
{
	return is_header(lines, i) || is_converted(lines_text(lines, i)) || is_untyped(lines, i) ||
		objects_begin(lines, i, TYPES, NAMES);
}

/*
 * What all forms give
 */

/* Words for "error" and "warning", of the ten languages. */
#define ERRORS "Error|エラー|Fehler|Erreur|错误|錯誤|오류|Ошибка|Erro|Errore|Critical|重大"
#define WARNINGS "Warning|警告|Warnung|Avertissement|Advertencia|경고|Предупреждение|Aviso|Avviso"

static uint32_t level_of(struct str words)
{
	return str_in_list(str_trim(words), ERRORS)      ? 2
		: str_in_list(str_trim(words), WARNINGS) ? 3
							 : 4;
}

/* Local time says no instant. */
static uint64_t time_of(struct arena *arena, struct str text)
{
	uint64_t time = 0;
	text = object_date(arena, text);
	return str_ends(text, STR("Z")) && scan_instant(text, &time) ? time : 0;
}

static void give(struct event *event, const struct line *line, struct facts *facts)
{
	struct line *cited = arena_alloc(facts->arena, sizeof *cited);
	event_values_from_message(facts->arena, event);
	if (!event_matters(event))
		return;
	*cited = *line;
	cited->text = cited->raw = event_line(facts->arena, event);
	event_to_facts(event, cited, facts);
}

/*
 * Event Viewer and wevtutil
 */

/* The line of the empty label behind the computer's; wevtutil has two labels more. */
static size_t description_of(const struct lines *lines, size_t i)
{
	struct str label, value;
	size_t computer = i + HEADER_LINES - 1;
	if (event_labelled(lines_text(lines, i + 6), &label, &value) &&
		str_equal(label, STR("Opcode")))
		computer += 2;
	return computer + 1;
}

static bool is_bracketed(struct str text)
{
	text = str_trim(text);
	return str_starts(text, STR("Event[")) && text.size < 20;
}

/* "Event Xml:" and its translations. */
static bool announces_xml(struct str text)
{
	struct str label, value;
	return text.size < EVENT_LABEL_BYTES && str_has_nocase(text, STR("xml")) &&
		event_labelled(text, &label, &value) && value.size == 0;
}

/* The lines from that of the label "Description:" to before `to`, the label left out. */
static struct str message_of(struct arena *arena, const struct lines *lines, size_t from, size_t to)
{
	size_t size = 0;
	if (value_at(lines, from).size == 0)
		from++;
	for (size_t i = from; i < to; i++)
		size += lines->at[i].text.size + 1;
	char *at = arena_alloc(arena, size + 1);
	size_t used = 0;
	for (size_t i = from; i < to; i++) {
		struct str text = lines->at[i].text;
		for (size_t k = 0; k < text.size; k++)
			at[used++] = text.at[k];
		at[used++] = '\n';
	}
	return (struct str){at, used};
}

/* Reads the event whose properties begin at `i`; returns the line behind it. */
static size_t read_header(const struct evidence *evidence, size_t i, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	struct event event = {.channel = value_at(lines, i), .provider = value_at(lines, i + 1)};
	size_t description = description_of(lines, i), end = i + 4;
	bool xml_follows = false;
	while (end < lines->count && !is_header(lines, end) && !is_bracketed(lines->at[end].text) &&
		!xml_follows)
		xml_follows = announces_xml(lines->at[end++].text);
	if (!read_id(value_at(lines, i + 3), &event.id) || xml_follows)
		return end;
	event.time = time_of(facts->arena, value_at(lines, i + 2));
	event.level = level_of(value_at(lines, i + 5));
	if (description - 1 < end)
		event.computer = value_at(lines, description - 1);
	if (description < end)
		event.message = message_of(facts->arena, lines, description, end);
	struct line line = lines->at[i];
	line.last = lines->at[end - 1].last;
	give(&event, &line, facts);
	return end;
}

/*
 * Objects
 */

static struct str either(const struct object *object, const char *one, const char *other)
{
	struct str text = object_text(object, one);
	return text.size ? text : object_text(object, other);
}

/* Get-EventLog has both in one number: the qualifiers above the id. */
static bool put_id(const struct object *object, struct event *event)
{
	int64_t number = 0;
	if (object_number(object, "Id", &number) || object_number(object, "EventID", &number) ||
		object_number(object, "InstanceId", &number)) {
		int64_t qualifiers = 0;
		if (number < 0)
			return false;
		event->id = (uint32_t)(number & 0xFFFF);
		event->qualifiers = (uint32_t)(number >> 16 & 0xFFFF);
		if (object_number(object, "Qualifiers", &qualifiers))
			event->qualifiers = (uint32_t)(qualifiers & 0xFFFF);
		return number > 0;
	}
	return false;
}

/* Properties of a record, as far as they were printed: below a certain depth PowerShell gives their type only. */
static void put_values(struct arena *arena, const struct object *object, struct event *event)
{
	const struct object_property *list = object_property(object, "Properties");
	if (!list || list->count == 0)
		list = object_property(object, "ReplacementStrings");
	if (!list || list->cut)
		return;
	struct event_data *data = arena_array(arena, list->count, sizeof *data);
	size_t count = 0;
	for (size_t i = 0; i < list->count && i < LIMIT_EVENT_VALUES; i++) {
		const struct object_value *value = &list->values[i];
		struct str text = value->object ? object_text(value->object, "Value") : value->text;
		if (str_has(text, STR("EventProperty")))
			return;
		data[count++].text = text;
	}
	event->data = data;
	event->data_count = count;
}

static void read_object(const struct object *object, struct facts *facts)
{
	struct event event = {.provider = either(object, "ProviderName", "Source")};
	int64_t record = 0;
	if (event.provider.size == 0 || !put_id(object, &event))
		return;
	event.channel = either(object, "LogName", "Log");
	event.computer = object_text(object, "MachineName");
	event.message = object_text(object, "Message");
	event.user = object_text(object, "UserId");
	event.activity = object_text(object, "ActivityId");
	event.level = level_of(either(object, "LevelDisplayName", "EntryType"));
	if (object_number(object, "RecordId", &record) || object_number(object, "Index", &record))
		event.record = record > 0 ? (uint64_t)record : 0;
	event.time = time_of(facts->arena, either(object, "TimeCreated", "TimeGenerated"));
	put_values(facts->arena, object, &event);
	give(&event, object->line, facts);
}

static void parse_objects(const struct lines *lines, struct facts *facts)
{
	struct objects objects = objects_read(facts->arena, lines, NAMES);
	facts->stop = objects.stop;
	for (size_t i = 0; i < objects.count; i++)
		read_object(objects.at[i], facts);
}

/*
 * ConvertTo-Xml: <Object Type="...EventLogRecord"><Property Name="Id" Type="...">12288</Property>...; a list is a property
 * of properties, each of which has one named Value when it was converted deep enough.
 */

struct converting {
	struct facts *facts;
	const struct lines *lines;
	struct xml *xml;
	size_t first; /* line at which the XML begins */
	struct event event;
	struct event_data *data;
	size_t room;
	const struct line *line;
	struct str outer, inner; /* names of the properties that are open */
	struct out text;
	unsigned depth, object_depth; /* of open elements; 0 for no object */
};

static void begin_object(struct converting *c)
{
	size_t at = c->first + xml_line(c->xml) - 1;
	c->line = &c->lines->at[at < c->lines->count ? at : c->lines->count - 1];
	c->event = (struct event){0};
	c->data = NULL;
	c->room = 0;
	c->object_depth = c->depth;
	c->outer = STR("");
}

static void put_outer(struct converting *c)
{
	struct event *event = &c->event;
	struct str text = arena_copy(c->facts->arena, out_view(&c->text));
	int64_t number = 0;
	bool is_number = scan_number(text, &number) && number >= 0;
	if (str_in_list(c->outer, "ProviderName|Source"))
		event->provider = text;
	else if (str_in_list(c->outer, "Id|EventID") && is_number)
		event->id = (uint32_t)(number & 0xFFFF);
	else if (str_in_list(c->outer, "Qualifiers") && is_number)
		event->qualifiers = (uint32_t)(number & 0xFFFF);
	else if (str_in_list(c->outer, "RecordId|Index") && is_number)
		event->record = (uint64_t)number;
	else if (str_in_list(c->outer, "LogName|Log"))
		event->channel = text;
	else if (str_in_list(c->outer, "MachineName"))
		event->computer = text;
	else if (str_in_list(c->outer, "UserId"))
		event->user = text;
	else if (str_in_list(c->outer, "Message"))
		event->message = text;
	else if (str_in_list(c->outer, "LevelDisplayName|EntryType"))
		event->level = level_of(text);
	else if (str_in_list(c->outer, "TimeCreated|TimeGenerated"))
		event->time = time_of(c->facts->arena, text);
}

static void put_inner(struct converting *c)
{
	struct event *event = &c->event;
	bool value = str_equal_nocase(c->outer, STR("Properties"))
		? str_equal_nocase(c->inner, STR("Value"))
		: str_equal_nocase(c->outer, STR("ReplacementStrings")) && c->inner.size == 0;
	if (!value || event->data_count >= LIMIT_EVENT_VALUES)
		return;
	c->data =
		arena_grow(c->facts->arena, c->data, event->data_count, &c->room, sizeof *c->data);
	c->data[event->data_count++] =
		(struct event_data){STR(""), arena_copy(c->facts->arena, out_view(&c->text))};
	event->data = c->data;
}

static void start_converted(struct converting *c)
{
	struct str name = STR(""), type = STR(".EventLog");
	c->depth++;
	c->text.size = 0;
	if (str_equal(xml_name(c->xml), STR("Object"))) {
		(void)xml_attribute(c->xml, "Type", &type);
		if (str_has(type, STR(".EventLog")))
			begin_object(c);
	}
	if (!str_equal(xml_name(c->xml), STR("Property")) || c->object_depth == 0)
		return;
	(void)xml_attribute(c->xml, "Name", &name);
	if (c->depth == c->object_depth + 1)
		c->outer = name;
	else
		c->inner = name;
}

static void end_converted(struct converting *c)
{
	if (c->object_depth && c->depth == c->object_depth + 1)
		put_outer(c);
	else if (c->object_depth && c->depth > c->object_depth + 1)
		put_inner(c);
	if (c->object_depth && c->depth == c->object_depth) {
		if (c->event.provider.size && c->event.id)
			give(&c->event, c->line, c->facts);
		c->object_depth = 0;
	}
	c->depth--;
	c->inner = STR("");
	c->text.size = 0;
}

static void parse_converted(const struct lines *lines, size_t first, struct facts *facts)
{
	const struct str *from = &lines->at[first].raw, *last = &lines->at[lines->count - 1].raw;
	struct str text = {from->at, (size_t)(last->at - from->at) + last->size};
	size_t at = str_find(text, STR("<Object"));
	if (at == STR_NONE)
		return;
	struct converting c = {.facts = facts, .lines = lines, .first = first};
	c.xml = xml_open(facts->arena, str_from(text, at));
	c.text = out_new(LIMIT_LINE_BYTES);
	for (enum xml_event what; (what = xml_next(c.xml)) != XML_DONE && what != XML_ERROR;) {
		if (what == XML_START)
			start_converted(&c);
		else if (what == XML_END)
			end_converted(&c);
		else
			out_str(&c.text,
				utf8_clip(xml_text(c.xml), LIMIT_LINE_BYTES - c.text.size));
	}
	if (xml_refused(c.xml))
		facts_stop(facts, &lines->at[first], xml_problem(c.xml), true);
	xml_free(c.xml);
	out_free(&c.text);
}

/* The line at which the XML of ConvertTo-Xml begins; its root may stand above. */
static size_t converted_at(const struct lines *lines)
{
	size_t i = 0;
	while (i < lines->count && !str_has(lines->at[i].raw, STR("<Object")))
		i++;
	for (size_t k = i; k < lines->count && k < i + 4; k++)
		if (is_converted(lines->at[k].raw) || is_untyped(lines, k))
			return i;
	return lines->count;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	bool any = false;
	for (size_t i = 0; i < lines->count;) {
		if (is_header(lines, i)) {
			i = read_header(evidence, i, facts);
			any = true;
		} else {
			i++;
		}
	}
	size_t converted = converted_at(lines);
	if (converted < lines->count)
		parse_converted(lines, converted, facts);
	else if (!any)
		parse_objects(lines, facts);
}

const struct parser parser_event_text = {
	.name = "event_text",
	.says = "events as text: Event Viewer's copy, wevtutil, Get-WinEvent, Get-EventLog",
	.source = "event-log",
	.commands = "Get-WinEvent|Get-EventLog",
	.kinds = event_shared_kinds,
	.opens = opens,
	.parse = parse,
};
