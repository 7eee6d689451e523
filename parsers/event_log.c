/*
 * Binary event logs (.evtx): which of their records are evidence, and what they say.
 *
 * A log passes by as it is read from its file or archive (evtx.h takes it apart). Records are chosen by provider and
 * event id before anything else of them is looked at; those that matter are kept, at most LIMIT_EVENTS of a log, older
 * ones giving way to newer. The log itself becomes a fact too: the time that it covers.
 */
#include "events.h"
#include "evtx.h"

#include "base/instant.h"

/* Events are kept in portions, so that old ones can be dropped without keeping account of each. */
#define PORTIONS 16
#define PORTION_EVENTS (LIMIT_EVENTS / PORTIONS)
#define SCRATCH_EVENTS 256

struct portion {
	struct arena *arena;
	struct event *at;
	size_t count;
};

struct reading {
	struct arena *arena; /* of the analysis */
	struct evtx *evtx;
	struct evtx_log log;
	struct portion portions[PORTIONS + 1]; /* a ring: `first` is the oldest */
	size_t first, used;
	uint64_t dropped;
	struct arena *scratch;
	unsigned scratched;
	struct event *events; /* in the end, oldest first */
	size_t count;
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

static struct portion *open_portion(struct reading *r)
{
	struct portion *last = &r->portions[(r->first + r->used - 1) % (PORTIONS + 1)];
	if (r->used > 0 && last->count < PORTION_EVENTS)
		return last;
	if (r->used == PORTIONS + 1) {
		r->dropped += r->portions[r->first].count;
		arena_free(r->portions[r->first].arena);
		r->first = (r->first + 1) % (PORTIONS + 1);
		r->used--;
	}
	struct portion *next = &r->portions[(r->first + r->used++) % (PORTIONS + 1)];
	*next = (struct portion){.arena = arena_new()};
	next->at = arena_array(next->arena, PORTION_EVENTS, sizeof *next->at);
	return next;
}

static struct str kept(struct arena *arena, struct str text)
{
	return text.size ? arena_copy(arena, text) : text;
}

static void copy_event(struct arena *arena, struct event *copy, const struct event *event)
{
	struct event_data *data = arena_array(arena, event->data_count, sizeof *data);
	*copy = *event;
	copy->provider = kept(arena, event->provider);
	copy->source = kept(arena, event->source);
	copy->channel = kept(arena, event->channel);
	copy->computer = kept(arena, event->computer);
	copy->user = kept(arena, event->user);
	copy->activity = kept(arena, event->activity);
	copy->message = kept(arena, event->message);
	for (size_t i = 0; i < event->data_count; i++)
		data[i] = (struct event_data){
			kept(arena, event->data[i].name), kept(arena, event->data[i].text)};
	copy->data = data;
	struct str binary = {(const char *)event->binary.at, event->binary.size};
	binary = kept(arena, binary);
	copy->binary = (struct bytes){(const uint8_t *)binary.at, binary.size};
}

/* Most events of an audit log do not matter after all: what they took is given back now and then. */
static void take(const struct evtx_record *record, void *context)
{
	struct reading *r = context;
	struct event event = {0};
	if (evtx_event(record, r->scratch, &event) && event_matters(&event)) {
		struct portion *portion = open_portion(r);
		copy_event(portion->arena, &portion->at[portion->count++], &event);
	}
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
	size_t total = 0;
	r->log = *evtx_end(r->evtx);
	for (size_t i = 0; i < r->used; i++)
		total += r->portions[(r->first + i) % (PORTIONS + 1)].count;
	r->events = arena_array(r->arena, total, sizeof *r->events);
	for (size_t i = 0; i < r->used; i++) {
		struct portion *portion = &r->portions[(r->first + i) % (PORTIONS + 1)];
		for (size_t k = 0; k < portion->count; k++)
			copy_event(r->arena, &r->events[r->count++], &portion->at[k]);
		arena_free(portion->arena);
	}
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
		fact_put(facts, fact, NULL, field, instant_text(facts->arena, time));
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
	fact_put_flag(facts, fact, NULL, "whole", log->lost == 0 && r->dropped == 0);
	fact_put_number(facts, fact, NULL, "lost", (int64_t)(log->lost & INT64_MAX));
	fact_put_number(facts, fact, NULL, "damaged", (int64_t)log->records_damaged);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct reading *r = evidence->binary;
	if (!r)
		return;
	put_log(r, evidence, facts);
	for (size_t i = 0; i < r->count; i++) {
		const struct event *event = &r->events[i];
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
