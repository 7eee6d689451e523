/*
 * Binary event logs (.evtx): which of their records are evidence, and what they say.
 *
 * A log passes by as it is read from its file or archive (evtx.h takes it apart). Records are chosen by provider and
 * event id before anything else of them is looked at; those that matter are kept, as many as event_store.h says. The
 * log itself becomes a fact too: the time that it covers.
 */
#include "event_store.h"
#include "evtx.h"

#include "base/instant.h"

/* What decoding one event leaves behind is given back now and then. */
#define SCRATCH_EVENTS 256

struct reading {
	struct arena *arena; /* of the analysis */
	struct evtx *evtx;
	struct evtx_log log;
	struct event_store *store;
	struct arena *scratch;
	unsigned scratched;
	struct event_list events; /* in the end */
	struct event_surpluses surpluses;
};

static bool wanted_provider(struct str name, const void *context)
{
	(void)context;
	return event_provider_matters(name);
}

static bool wanted_event(struct str provider, uint32_t id, const void *context)
{
	(void)context;
	return event_reader_for(provider, id) != NULL;
}

static const struct evtx_selection evidence_only = {
	.provider = wanted_provider,
	.event = wanted_event,
};

static void take(const struct evtx_record *record, void *context)
{
	struct reading *r = context;
	struct event event = {0};
	if (evtx_event(record, r->scratch, &event) && event_matters(&event))
		event_store_add(r->store, &event, evtx_record_id(record));
	if (++r->scratched == SCRATCH_EVENTS) {
		arena_free(r->scratch);
		r->scratch = arena_new();
		r->scratched = 0;
	}
}

static void *begin(struct arena *arena)
{
	struct reading *r = arena_alloc(arena, sizeof *r);
	r->arena = arena;
	r->scratch = arena_new();
	r->store = event_store_new();
	r->evtx = evtx_open(&evidence_only, take, r);
	return r;
}

static void feed(void *reading, struct bytes piece)
{
	struct reading *r = reading;
	evtx_feed(r->evtx, piece);
}

static void end(void *reading)
{
	struct reading *r = reading;
	r->log = *evtx_end(r->evtx);
	r->surpluses = event_store_surpluses(r->store, r->arena);
	r->events = event_store_take(r->store, r->arena);
	event_store_free(r->store);
	arena_free(r->scratch);
	evtx_close(r->evtx);
}

static struct line *line_for(
	const struct evidence *evidence, struct facts *facts, struct str text, size_t number)
{
	struct line *line = arena_alloc(facts->arena, sizeof *line);
	*line = (struct line){
		.text = text,
		.raw = text,
		.number = (unsigned)number,
		.last = (unsigned)number,
		.origin = &evidence->origin,
	};
	return line;
}

static void put_time(struct facts *facts, struct fact *fact, const char *field, uint64_t time)
{
	if (time)
		fact_put_time(facts, fact, NULL, field, time);
}

static void put_log(const struct reading *r, const struct evidence *evidence, struct facts *facts)
{
	const struct evtx_log *log = &r->log;
	struct arena *arena = facts->arena;
	struct str oldest = log->records ? instant_text(arena, log->oldest) : STR("");
	struct str newest = log->records ? instant_text(arena, log->newest) : STR("");
	struct str text = str_of(arena_format(arena, "%llu records, %.*s to %.*s",
		(unsigned long long)log->records, STR_PRINT(oldest), STR_PRINT(newest)));
	struct line *line = line_for(evidence, facts, text, 1);
	line->record = log->first_record ? log->first_record : 1;
	struct fact *fact = fact_add(facts, &kind_event_log, line);
	fact_put(facts, fact, NULL, "channel", str_of(log->channel));
	put_time(facts, fact, "oldest", log->oldest);
	put_time(facts, fact, "newest", log->newest);
	fact_put_number(facts, fact, NULL, "events", (int64_t)log->records);
	fact_put_flag(facts, fact, NULL, "whole", log->lost == 0);
	fact_put_number(facts, fact, NULL, "lost", (int64_t)(log->lost & INT64_MAX));
	fact_put_number(facts, fact, NULL, "damaged", (int64_t)log->records_damaged);
}

static struct line *line_of_surplus(
	const struct event_surplus *surplus, const struct evidence *evidence, struct facts *facts)
{
	const char *to = surplus->last_id == surplus->id
		? ""
		: arena_format(facts->arena, " to %u", surplus->last_id);
	char *text = arena_format(facts->arena,
		"%llu events %u%s of %.*s, of which the newest %llu were looked at",
		(unsigned long long)surplus->count, surplus->id, to, STR_PRINT(surplus->provider),
		(unsigned long long)surplus->kept);
	struct line *line = line_for(evidence, facts, str_of(text), 1);
	line->record = surplus->record;
	return line;
}

static void put_surpluses(
	const struct reading *r, const struct evidence *evidence, struct facts *facts)
{
	for (size_t i = 0; i < r->surpluses.count; i++) {
		const struct event_surplus *surplus = &r->surpluses.at[i];
		struct fact *fact = fact_add(
			facts, &kind_event_surplus, line_of_surplus(surplus, evidence, facts));
		fact_put(facts, fact, NULL, "provider", surplus->provider);
		fact_put_number(facts, fact, NULL, "id", surplus->id);
		if (surplus->last_id != surplus->id)
			fact_put_number(facts, fact, NULL, "last-id", surplus->last_id);
		fact_put(facts, fact, NULL, "channel", str_of(r->log.channel));
		fact_put_number(facts, fact, NULL, "events", (int64_t)surplus->count);
		fact_put_number(facts, fact, NULL, "kept", (int64_t)surplus->kept);
		put_time(facts, fact, "oldest", surplus->oldest);
		put_time(facts, fact, "from", surplus->from);
	}
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct reading *r = evidence->binary;
	if (!r)
		return;
	put_log(r, evidence, facts);
	put_surpluses(r, evidence, facts);
	for (size_t i = 0; i < r->events.count; i++) {
		const struct event *event = &r->events.at[i];
		struct line *line =
			line_for(evidence, facts, event_line(facts->arena, event), i + 1);
		line->record = event->record;
		event_to_facts(event, line, facts);
	}
}

static const struct binary binary = {
	.recognises = is_evtx,
	.begin = begin,
	.feed = feed,
	.end = end,
};

const struct parser parser_event_log = {
	.name = "event_log",
	.says = "event logs of Windows, as .evtx files",
	.source = "event-log",
	.kinds = event_shared_kinds,
	.binary = &binary,
	.parse = parse,
};
