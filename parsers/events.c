#include "events.h"

#include "base/instant.h"
#include "base/out.h"
#include "base/utf8.h"

#define EVENTS(name) extern const struct event_reader event_reader_##name;
#include "events.def"
#undef EVENTS

const struct event_reader *const event_readers[] = {
#define EVENTS(name) &event_reader_##name,
#include "events.def"
#undef EVENTS
	NULL, /* C has no empty arrays */
};

const size_t event_reader_count = sizeof event_readers / sizeof *event_readers - 1;

const struct fact_kind kind_event = {
	.name = "event",
	.says = "one event of a Windows event log that can matter for activation",
	.fields =
		{
			{"provider", FACT_NAME, "who logged it: Provider Name of the event", NULL,
				FACT_KEY},
			{"id", FACT_NUMBER, "event id", NULL, FACT_KEY},
			{"about", FACT_NAME,
				"what it is about: the short name of a service, a file, a host",
				NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"channel", FACT_NAME, "the log"},
			{"severity", FACT_WORD,
				"as the event id's qualifiers say, or its level where there are none; licensing "
				"events log harmless things as errors",
				"error|warning|information"},
			{"code", FACT_CODE, "the error code it carries, if any"},
			{"computer", FACT_NAME, "the machine that logged it"},
			{"record", FACT_NUMBER, "EventRecordID"},
			{"values", FACT_TEXT, "its values, one after the other"},
			{"doubtful", FACT_FLAG, "yes when the log is damaged there"},
			{0},
		},
};

const struct fact_kind kind_event_log = {
	.name = "event-log",
	.says = "an event log that was read, and the time that it covers",
	.fields =
		{
			{"channel", FACT_NAME, "the log", NULL, FACT_KEY},
			{"oldest", FACT_TIME, "its oldest event"},
			{"newest", FACT_TIME, "its newest event"},
			{"events", FACT_NUMBER, "events in it"},
			{"whole", FACT_FLAG,
				"yes: a log without gaps, as Windows keeps it; no: a selection of events, which does "
				"not show what is not in it"},
			{"lost", FACT_NUMBER,
				"record ids between oldest and newest that are missing"},
			{"damaged", FACT_NUMBER, "records that could not be read"},
			{0},
		},
};

const struct fact_kind kind_event_surplus = {
	.name = "event-surplus",
	.says = "a sort of event of which a log holds more than are looked at: only the newest are, without a gap; sorts "
		"that explain each other count as one",
	.fields =
		{
			{"provider", FACT_NAME, "who logged them", NULL, FACT_KEY},
			{"id", FACT_NUMBER, "event id", NULL, FACT_KEY},
			{"last-id", FACT_NUMBER, "the highest, when the sort has several"},
			{"channel", FACT_NAME, "the log", NULL, FACT_KEY},
			{"events", FACT_NUMBER, "events of this sort in the log"},
			{"kept", FACT_NUMBER, "those that were looked at"},
			{"oldest", FACT_TIME, "the oldest one in the log"},
			{"from", FACT_TIME, "the oldest one that was looked at"},
			{0},
		},
};

const struct fact_kind *const event_shared_kinds[] = {
	&kind_event, &kind_event_log, &kind_event_surplus, NULL};

static bool is_provider_of(const struct event_reader *reader, struct str provider)
{
	return str_in_list(provider, reader->providers);
}

bool event_provider_matters(struct str provider)
{
	for (size_t i = 0; i < event_reader_count; i++)
		if (is_provider_of(event_readers[i], provider))
			return true;
	return false;
}

static bool has_id(const struct event_reader *reader, uint32_t id)
{
	for (const struct event_ids *ids = reader->ids; ids->first || ids->last; ids++)
		if (id >= ids->first && id <= ids->last)
			return true;
	return false;
}

const struct event_reader *event_reader_for(struct str provider, uint32_t id)
{
	for (size_t i = 0; i < event_reader_count; i++)
		if (has_id(event_readers[i], id) && is_provider_of(event_readers[i], provider))
			return event_readers[i];
	return NULL;
}

bool event_matters(const struct event *event)
{
	const struct event_reader *reader = event_reader_for(event->provider, event->id);
	return reader && (!reader->matters || reader->matters(event));
}

bool event_code(struct str value, uint32_t *code)
{
	size_t at = 0;
	value = str_trim(value);
	if (str_starts(value, STR("%%")))
		return scan_code(str_from(value, 2), code);
	if (str_starts_nocase(value, STR("hr=")))
		value = str_from(value, 3);
	return scan_code(value, code) || scan_first_code(value, code, &at);
}

struct str event_guid(struct str value)
{
	struct str guid;
	value = str_trim(value);
	if (str_starts(value, STR("{")) && str_ends(value, STR("}")))
		value = str_slice(value, 1, value.size - 1);
	return scan_is_guid(value) && scan_first_guid(value, &guid) ? guid : STR("");
}

/* Event ids of classic sources carry their severity in the upper two bits. */
static const char *severity(const struct event *event)
{
	switch (event->qualifiers >> 14) {
	case 3:
		return "error";
	case 2:
		return "warning";
	case 1:
		return "information";
	default:
		break;
	}
	if (event->level == 0)
		return "information";
	return event->level <= 2 ? "error" : event->level == 3 ? "warning" : "information";
}

#define VALUES_BYTES 400

/* Blank runs, line ends included, as one blank: a value can be a table of its own. */
static void put_flat(struct out *out, struct str text)
{
	bool blank = false;
	for (size_t i = 0; i < text.size; i++) {
		bool now = (unsigned char)text.at[i] <= ' ';
		if (!now && blank && out->size)
			out_char(out, ' ');
		if (!now)
			out_char(out, text.at[i]);
		blank = now;
	}
}

static void put_values(struct out *out, const struct event *event)
{
	for (size_t i = 0; i < event->data_count && out->size < VALUES_BYTES; i++) {
		const struct event_data *data = &event->data[i];
		if (i > 0)
			out_text(out, "; ");
		if (data->name.size)
			out_format(out, "%.*s=", STR_PRINT(utf8_clip(data->name, 64)));
		put_flat(out, utf8_clip(data->text, VALUES_BYTES));
	}
	if (event->data_count == 0)
		put_flat(out, utf8_clip(event->message, VALUES_BYTES));
}

struct str event_line(struct arena *arena, const struct event *event)
{
	char printed[INSTANT_TEXT_BYTES];
	struct str when = event->time ? instant_print(printed, event->time) : STR("(no time)");
	struct out values = out_new(8 * KIB);
	put_values(&values, event);
	struct str line = str_of(arena_format(arena, "%.*s %.*s %u: %.*s", STR_PRINT(when),
		STR_PRINT(event->provider), event->id,
		STR_PRINT(utf8_clip(out_view(&values), VALUES_BYTES))));
	out_free(&values);
	return line;
}

static void put_shared(const struct event *event, struct fact *fact, struct facts *facts)
{
	fact_put(facts, fact, NULL, "provider", event->provider);
	fact_put_number(facts, fact, NULL, "id", event->id);
	if (event->time)
		fact_put_time(facts, fact, NULL, "time", event->time);
	fact_put(facts, fact, NULL, "channel", event->channel);
	fact_put(facts, fact, NULL, "severity", str_of(severity(event)));
	fact_put(facts, fact, NULL, "computer", event->computer);
	if (event->record)
		fact_put_number(facts, fact, NULL, "record", (int64_t)(event->record & INT64_MAX));
	struct out values = out_new(8 * KIB);
	put_values(&values, event);
	fact_put(facts, fact, NULL, "values", utf8_clip(out_view(&values), VALUES_BYTES));
	out_free(&values);
	if (event->doubtful)
		fact_put_flag(facts, fact, NULL, "doubtful", true);
}

/* `origin` with another source: mostly that of an event shortly before. */
#define ORIGINS_LOOKED_AT 16

static const struct origin *origin_of(
	struct facts *facts, const struct origin *origin, const char *source)
{
	for (size_t i = facts->count; i > 0 && i + ORIGINS_LOOKED_AT > facts->count; i--) {
		const struct origin *known = facts->at[i - 1]->line->origin;
		if (known && known->source == source && known->member == origin->member &&
			known->command.at == origin->command.at &&
			known->machine == origin->machine && known->collected == origin->collected)
			return known;
	}
	struct origin *made = arena_alloc(facts->arena, sizeof *made);
	*made = *origin;
	made->source = source;
	return made;
}

void event_to_facts(const struct event *event, struct line *line, struct facts *facts)
{
	const struct event_reader *reader = event_reader_for(event->provider, event->id);
	if (!reader)
		return;
	line->origin = origin_of(facts, line->origin, reader->source);
	struct fact *fact = fact_add(facts, &kind_event, line);
	put_shared(event, fact, facts);
	if (reader->read)
		reader->read(event, fact, facts);
}
