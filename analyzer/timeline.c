#include "timeline.h"

#include "derive.h"

#include <stdlib.h>

const char *const lane_words[LANE_COUNT] = {
	"attempt", "policy", "clock", "block", "service", "licence"};

/* Told by the facts that an event gives (event_meanings.def). */
static const struct {
	struct str kind;
	enum lane lane;
} lanes[] = {
	{STR_INIT("kms-request"), LANE_ATTEMPT},
	{STR_INIT("kms-response"), LANE_ATTEMPT},
	{STR_INIT("kms-request-served"), LANE_ATTEMPT},
	{STR_INIT("activation-event"), LANE_ATTEMPT},
	{STR_INIT("event-failure"), LANE_ATTEMPT},
	{STR_INIT("adba-event"), LANE_ATTEMPT},
	{STR_INIT("avma-event"), LANE_ATTEMPT},
	{STR_INIT("firewall-event"), LANE_POLICY},
	{STR_INIT("domain-event"), LANE_POLICY},
	{STR_INIT("clock-change"), LANE_CLOCK},
	{STR_INIT("time-sync-event"), LANE_CLOCK},
	{STR_INIT("kerberos-error"), LANE_CLOCK},
	{STR_INIT("execution-event"), LANE_BLOCK},
	{STR_INIT("defender-event"), LANE_BLOCK},
	{STR_INIT("firewall-drop"), LANE_BLOCK},
	{STR_INIT("service-event"), LANE_SERVICE},
	{STR_INIT("key-event"), LANE_LICENCE},
	{STR_INIT("token-store-event"), LANE_LICENCE},
	{STR_INIT("log-cleared"), LANE_LICENCE},
};

static enum lane lane_of(const struct event_meaning *meaning)
{
	for (struct str rest = str_of(meaning->facts); rest.size;) {
		struct str kind = str_cut(&rest, ';');
		kind = str_cut(&kind, '.');
		for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
			if (str_equal(kind, lanes[i].kind))
				return lanes[i].lane;
	}
	return LANE_COUNT;
}

static const struct event_meaning *meaning_of(const struct fact *event)
{
	struct str provider = fact_text(event, "provider");
	int64_t id = fact_number(event, "id", -1);
	for (size_t i = 0; i < event_meaning_count; i++)
		if (event_meanings[i].id == id && event_meaning_is_of(&event_meanings[i], provider))
			return &event_meanings[i];
	return NULL;
}

/* Both sort keys and what is needed of an event that goes on the line. */
struct candidate {
	const struct fact *event;
	const struct event_meaning *meaning;
	enum lane lane;
	int64_t time;
};

static int by_time(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return left->event->order < right->event->order ? -1 : 1;
}

/* Series that are open at the same time: hosts that are asked in turn, times the sorts of events of one attempt. */
#define SERIES_MAX 64

/* The moment that this one repeats. Changes of policy are told one by one: what lies between them counts. */
static struct moment *repeated(struct diagnosis *found, const struct moment *next)
{
	for (size_t i = found->moment_count; i > 0 && found->moment_count - i < SERIES_MAX; i--) {
		struct moment *moment = &found->moments[i - 1];
		if (moment->lane != next->lane)
			continue;
		bool same = moment->meaning == next->meaning &&
			str_equal(moment->about, next->about) &&
			str_equal(moment->computer, next->computer);
		if (same || next->lane == LANE_POLICY)
			return same && str_equal(moment->code, next->code) ? moment : NULL;
	}
	return NULL;
}

static void add_moment(struct investigation *in, const struct candidate *from, size_t *room)
{
	struct diagnosis *found = in->found;
	const struct fact *event = from->event;
	struct moment next = {
		.lane = from->lane,
		.meaning = from->meaning,
		.from = from->time,
		.to = from->time,
		.count = 1,
		.about = fact_text(event, "about"),
		.computer = fact_text(event, "computer"),
		.code = fact_text(event, "code"),
		.failed = fact_number(event, "code", 0) != 0,
	};
	struct moment *before = repeated(found, &next);
	if (before) {
		before->to = next.to;
		before->count++;
		return;
	}
	next.cited = cite(in->arena, event->line);
	found->moments = arena_grow(
		in->arena, found->moments, found->moment_count, room, sizeof *found->moments);
	found->moments[found->moment_count++] = next;
}

static void add_moments(struct investigation *in)
{
	struct diagnosis *found = in->found;
	const struct bucket *events = view_kind(in->view, "event");
	struct candidate *candidates = arena_array(in->arena, events->count, sizeof *candidates);
	size_t count = 0, room = 0;
	FOR_EACH_FACT (event, events) {
		const struct event_meaning *meaning = meaning_of(event);
		struct candidate one = {event, meaning, meaning ? lane_of(meaning) : LANE_COUNT,
			fact_number(event, "time", 0)};
		if (one.lane != LANE_COUNT && one.time > 0)
			candidates[count++] = one;
	}
	if (count)
		qsort(candidates, count, sizeof *candidates, by_time);
	for (size_t i = 0; i < count; i++)
		add_moment(in, &candidates[i], &room);
	if (found->moment_count > MOMENTS_MAX) {
		found->moments_left_out = found->moment_count - MOMENTS_MAX;
		found->moments += found->moments_left_out;
		found->moment_count = MOMENTS_MAX;
	}
}

static void add_spans(struct investigation *in)
{
	struct diagnosis *found = in->found;
	const struct bucket *logs = view_kind(in->view, "event-coverage");
	found->spans = arena_array(in->arena, logs->count, sizeof *found->spans);
	FOR_EACH_FACT (log, logs) {
		if (!fact_is_set(log, "from") || !fact_is_set(log, "to"))
			continue;
		found->spans[found->span_count++] = (struct span){
			.log = fact_text(log, "channel"),
			.computer = fact_text(log, "computer"),
			.from = fact_number(log, "from", 0),
			.to = fact_number(log, "to", 0),
			.left_out = fact_number(log, "left-out", 0),
			.whole = fact_is(log, "whole", "yes"),
			.cleared = fact_is(log, "cleared", "yes"),
			.cited = cite(in->arena, log->line),
		};
	}
}

void add_timeline(struct investigation *in)
{
	add_moments(in);
	add_spans(in);
}
