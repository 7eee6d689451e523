#include "event_message.h"

#include "event_values.h"

struct finding {
	struct arena *arena;
	struct event *event;
	struct event_data *data;
	size_t room;
};

#define FOUND_VALUES 16

static void found(struct finding *f, const char *name, struct str text)
{
	struct event *event = f->event;
	text = str_trim(text);
	if (text.size == 0 || event->data_count >= FOUND_VALUES)
		return;
	f->data = arena_grow(f->arena, f->data, event->data_count, &f->room, sizeof *f->data);
	f->data[event->data_count++] = (struct event_data){str_of(name), text};
	event->data = f->data;
}

bool event_labelled(struct str text, struct str *label, struct str *value)
{
	const struct str wide = STR("：");
	size_t colon = str_find_char(text, ':'), wide_at = str_find(text, wide);
	size_t at = colon < wide_at ? colon : wide_at;
	if (at == STR_NONE || at == 0 || at > EVENT_LABEL_BYTES)
		return false;
	*label = str_trim(str_slice(text, 0, at));
	*value = str_trim(str_from(text, at + (at == colon ? 1 : wide.size)));
	return true;
}

/* Windows puts U+200E around dates, and "“" and "”" around names. */
static bool is_word_char(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7F &&
		!str_has(STR("\"'()<>,;"), (struct str){&c, 1});
}

static struct str without_stops(struct str token)
{
	while (str_ends(token, STR(".")) || str_ends(token, STR(":")))
		token = str_slice(token, 0, token.size - 1);
	return token;
}

/* The next run of ASCII without blanks, quotes and brackets, and without the stops of a sentence; empty at the end. */
static struct str next_token(struct str *rest)
{
	struct str token = STR("");
	while (rest->size && token.size == 0) {
		size_t from = 0, to;
		while (from < rest->size && !is_word_char(rest->at[from]))
			from++;
		to = from;
		while (to < rest->size && is_word_char(rest->at[to]))
			to++;
		token = without_stops(str_slice(*rest, from, to));
		*rest = str_from(*rest, to);
	}
	return token;
}

/* "2010/09/29 17:52", the one field that has a blank. */
#define STAMP_BYTES 16

static bool is_stamp(struct str field)
{
	return field.size >= STAMP_BYTES && field.at[4] == '/' && field.at[7] == '/' &&
		field.at[10] == ' ' && field.at[13] == ':';
}

#define FIELDS_BYTES 600 /* the longest name of a host, and all the rest */

/* Where the fields at the front of `line` end: at the line's end, or at the first blank that is not a stamp's. */
static size_t fields_end(struct str line)
{
	for (struct str rest = line; rest.size;) {
		struct str field = str_trim(str_cut(&rest, ','));
		size_t size = is_stamp(field) ? STAMP_BYTES : 0;
		while (size < field.size && is_word_char(field.at[size]))
			size++;
		if (size < field.size)
			return (size_t)(field.at - line.at) + size;
	}
	return line.size;
}

/*
 * The fields of 12288 and its kin, which begin with a code: a line of their own, or, where the lines of the message
 * were joined, behind the sentence.
 */
static struct str fields_in(struct str message)
{
	for (size_t at; (at = str_find(message, STR("0x"))) != STR_NONE;) {
		struct str line = str_slice(message, at, at + FIELDS_BYTES), rest;
		uint64_t code = 0;
		line = rest = str_cut(&line, '\n');
		if (scan_hex(str_cut(&rest, ','), &code) && rest.size)
			return str_slice(line, 0, fields_end(line));
		message = str_from(message, at + 2);
	}
	return STR("");
}

/* Codes, GUIDs and "Key=value;" lists, in their order: readers of these events tell values by form. */
static void licensing_values(struct finding *f)
{
	struct str fields = fields_in(f->event->message), rest = f->event->message;
	if (fields.size) {
		found(f, "", fields);
		return;
	}
	while (rest.size) {
		struct str line = str_cut(&rest, '\n');
		if (str_has(line, STR("AppId=")) || str_has(line, STR("RuleId="))) {
			size_t at = str_find(line, STR("RuleId="));
			found(f, "", at == STR_NONE ? line : str_from(line, at));
			continue;
		}
		for (struct str token; (token = next_token(&line)).size;) {
			uint32_t code = 0;
			if (event_guid(token).size || str_starts(token, STR("hr=0x")) ||
				str_starts(token, STR("Trigger=")) ||
				(str_starts(token, STR("0x")) && scan_code(token, &code)))
				found(f, "", token);
		}
	}
}

/* "HackTool:Win32/AutoKMS" */
static bool is_threat(struct str token)
{
	size_t colon = str_find_char(token, ':'), slash = str_find_char(token, '/');
	return colon != STR_NONE && slash != STR_NONE && colon > 3 && colon + 2 < slash &&
		!str_has(token, STR("//")) && !str_has(token, STR("\\"));
}

/* Resources of a detection, to the end of their line; a path may hold blanks. */
static void defender_values(struct finding *f)
{
	struct str rest = f->event->message;
	while (rest.size) {
		struct str line = str_cut(&rest, '\n'), words = line;
		size_t mark = str_find(line, STR(":_"));
		size_t from = mark == STR_NONE ? 0 : mark;
		while (from > 0 && char_is_alpha(line.at[from - 1]))
			from--;
		if (mark != STR_NONE) {
			found(f, "Path", str_from(line, from));
			continue;
		}
		for (struct str token; (token = next_token(&words)).size;)
			if (is_threat(token))
				found(f, "Threat Name", token);
	}
}

/* Names and paths of the rest: those that are activation's own can be told from their form alone. */
static void other_values(struct finding *f)
{
	struct str rest = f->event->message;
	bool path = false;
	for (struct str token; (token = next_token(&rest)).size;) {
		if (str_starts_nocase(token, STR("_vlmcs._tcp")))
			found(f, "QueryName", token);
		else if (!path && str_has(token, STR("\\")) && event_is_licensing_program(token)) {
			found(f, "FilePath", token);
			path = true;
		}
	}
}

/* Which way a packet went, by the layer of the filter (FWPS_BUILTIN_LAYERS of fwpsu.h); NULL: this layer does not tell. */
static const char *direction_of_layer(struct str text)
{
	static const struct {
		int first, last;
		const char *direction;
	} layers[] = {
		{0, 3, "%%14592"},   /* IP packets in */
		{4, 7, "%%14593"},   /* IP packets out */
		{12, 15, "%%14592"}, /* transport in */
		{16, 19, "%%14593"}, /* transport out */
		{44, 47, "%%14592"}, /* a connection is accepted */
		{48, 51, "%%14593"}, /* a connection is made */
	};
	int64_t layer = -1;
	for (size_t i = 0; scan_number(text, &layer) && i < sizeof layers / sizeof *layers; i++)
		if (layer >= layers[i].first && layer <= layers[i].last)
			return layers[i].direction;
	return NULL;
}

/*
 * 5152 and 5157 are forms: three groups, each a heading and lines "Label:  value" in an order that is the same in
 * every language. Windows 11 has more values behind those of the second group and before those of the third.
 */
static void drop_values(struct finding *f)
{
	static const char *const names[][8] = {
		{"ProcessId", "Application"},
		{"Direction", "SourceAddress", "SourcePort", "DestAddress", "DestPort", "Protocol"},
		{"FilterRTID", "LayerName", "LayerRTID"},
	};
	size_t group = 0, place = 0, groups = sizeof names / sizeof *names;
	for (struct str rest = f->event->message, label, value; rest.size && group <= groups;) {
		if (!event_labelled(str_cut(&rest, '\n'), &label, &value))
			continue;
		int64_t number;
		bool origin = group == groups && place == 0 && !scan_number(value, &number);
		if (value.size == 0) {
			group++;
			place = 0;
		} else if (group && !origin && place < sizeof *names / sizeof **names) {
			const char *name = names[group - 1][place++];
			if (name)
				found(f, name, value);
		}
	}
	struct str layer = event_any(f->event, "LayerRTID");
	for (size_t i = 0; i < f->event->data_count; i++)
		if (str_equal(f->data[i].name, STR("Direction")) && direction_of_layer(layer))
			f->data[i].text = str_of(direction_of_layer(layer));
}

#define LICENSING \
	"Microsoft-Windows-Security-SPP|Software Protection Platform Service|" \
	"Microsoft-Windows-Security-Licensing-SLC|Software Licensing Service|" \
	"Office Software Protection Platform Service|KmsRequests"

void event_values_from_message(struct arena *arena, struct event *event)
{
	struct finding f = {.arena = arena, .event = event};
	if (event->data_count || event->message.size == 0)
		return;
	if (str_in_list(event->provider, LICENSING))
		licensing_values(&f);
	else if (str_in_list(event->provider, "Microsoft-Windows-Windows Defender"))
		defender_values(&f);
	else if (str_in_list(event->provider, "Microsoft-Windows-Security-Auditing") &&
		(event->id == 5152 || event->id == 5157))
		drop_values(&f);
	else
		other_values(&f);
}
