/*
 * Attempts to activate by KMS, put together from what the client logged (events, section 1).
 *
 * The client writes 12288 for each host that it asks and 12289 for each answer. Here they are joined: by machine, time and
 * the stamp that both carry. What counts is how it stands at the end, so there is one fact for each machine, product and
 * host, about the newest attempt. A later success of the same product makes earlier failures history, whichever host
 * gave it; and what stopped long before the log ends says nothing about today. Time is that of the evidence, never this
 * program's own.
 *
 * That a request got no answer can only be said where an answer would have been seen: the log is whole, or it holds
 * other answers.
 */
#include "derive.h"

#include "events.h"
#include "kinds.h"

#include "base/instant.h"

#include <stdlib.h>

/* An answer comes within the time-outs of a call; the service writes both events when it is over. */
#define PAIR_SECONDS 120
/* All hosts of one round are asked one after the other, each until it times out. */
#define ROUND_SECONDS 300
/* A client that is activated tries each week, one that is not every two hours. */
#define CURRENT_SECONDS (8 * 24 * 3600)
#define GROUPS_MAX 64
#define PAIR_STEPS 16

#define OUTCOMES \
	"accepted|no-answer|refused|name-unresolved|rpc-broken|denied|count-low|time-stamp|" \
	"not-covered|host-not-activated|rejected|other"

static const struct fact_kind kms_attempt = {
	.name = "kms-attempt",
	.says = "the newest attempt of a machine to activate a product at a KMS host, by its events",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"app", FACT_WORD, "of what; unknown: the SKU is in no other evidence",
				"windows|office|other|unknown", FACT_KEY},
			{"computer", FACT_NAME, "the client", NULL, FACT_KEY},
			{"outcome", FACT_WORD,
				"no-answer: nothing came back; refused: nothing listens; name-unresolved: the name has "
				"no address; rpc-broken: connected, but the call failed; denied; the rest are answers "
				"of the host: count-low, time-stamp: the clocks differ, not-covered: its key is not for "
				"this product, host-not-activated, rejected: another",
				OUTCOMES},
			{"code", FACT_CODE, "the code inside, which 0xC004F074 hides"},
			{"time", FACT_TIME, "when"},
			{"current", FACT_FLAG,
				"it belongs to the last round of this product, within eight days of the end of the log"},
			{"retracted", FACT_FLAG,
				"it failed, and the same product was activated later"},
			{"counts", FACT_FLAG,
				"it is current, not retracted, and of the product that this case is about"},
			{"port", FACT_NUMBER, "port of the KMS host"},
			{"status", FACT_WORD, "licence status when it asked",
				"unlicensed|licensed|oob-grace|oot-grace|non-genuine-grace|notification|"
				"extended-grace"},
			{"activation-id", FACT_GUID, "id of the SKU"},
			{"cmid", FACT_GUID, "client machine id"},
			{"count", FACT_NUMBER, "clients that the host has counted"},
			{"needed", FACT_NUMBER, "clients that it must have counted"},
			{"attempts", FACT_NUMBER, "attempts at this host that the log shows"},
			{"failures", FACT_NUMBER,
				"failed ones of them since the last success there"},
			{"failed-at", FACT_WORD,
				"the first of four hand-overs that failed, where both logs tell. send: the request did "
				"not leave the client; way-there: it did not reach the host; host: the host refused it; "
				"way-back: the host processed it, and the client got no answer; none: all went well",
				"none|send|way-there|host|way-back"},
			{"answered", FACT_CODE,
				"what the host's own log says it answered; 0: granted"},
			{"arrived", FACT_FLAG,
				"the host's own log has the request; no only when that log is whole and covers it"},
			{0},
		},
};

/* 12288 and 12289 in the order they happened. */
struct entry {
	const struct fact *fact;
	struct str computer;
	uint64_t time;
	int64_t record;
	bool is_response;
	const struct fact *answer; /* of a request */
};

struct entries {
	struct entry *at;
	size_t count;
};

static uint64_t time_of(const struct fact *fact, const char *field)
{
	return (uint64_t)fact_number(fact, field, 0);
}

static int by_time(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = str_compare(a->computer, b->computer);
	if (order)
		return order;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->record != b->record && a->record && b->record)
		return a->record < b->record ? -1 : 1;
	if (a->is_response != b->is_response)
		return a->is_response ? 1 : -1;
	return a->fact->order < b->fact->order ? -1 : a->fact->order > b->fact->order;
}

static void gather(const struct view *view, const char *kind, bool response, struct entries *to)
{
	FOR_EACH_FACT (fact, view_kind(view, kind))
		if (fact_is_set(fact, "time"))
			to->at[to->count++] = (struct entry){
				.fact = fact,
				.computer = fact_text(fact, "computer"),
				.time = time_of(fact, "time"),
				.record = fact_number(fact, "record", 0),
				.is_response = response,
			};
}

static bool same_stamp(const struct fact *request, const struct fact *response)
{
	return !fact_is_set(request, "client-time") || !fact_is_set(response, "client-time") ||
		fact_number(request, "client-time", 0) == fact_number(response, "client-time", 0);
}

/* The request that a response belongs to: the nearest before it that was sent, else the nearest. */
static void pair(const struct entries *entries, size_t response)
{
	struct entry *nearest = NULL;
	const struct entry *answer = &entries->at[response];
	for (size_t i = response, steps = 0; i-- > 0 && steps < PAIR_STEPS; steps++) {
		struct entry *entry = &entries->at[i];
		if (!str_equal(entry->computer, answer->computer) ||
			answer->time - entry->time > PAIR_SECONDS * INSTANT_SECOND)
			break;
		if (entry->is_response || entry->answer || !same_stamp(entry->fact, answer->fact))
			continue;
		if (fact_number(entry->fact, "code", 0) == 0) {
			entry->answer = answer->fact;
			return;
		}
		nearest = nearest ? nearest : entry;
	}
	if (nearest)
		nearest->answer = answer->fact;
}

static struct entries join(const struct view *view)
{
	size_t count =
		view_kind(view, "kms-request")->count + view_kind(view, "kms-response")->count;
	struct entries entries = {.at = arena_array(view->arena, count, sizeof *entries.at)};
	gather(view, "kms-request", false, &entries);
	gather(view, "kms-response", true, &entries);
	if (entries.count > 1)
		qsort(entries.at, entries.count, sizeof *entries.at, by_time);
	for (size_t i = 0; i < entries.count; i++)
		if (entries.at[i].is_response)
			pair(&entries, i);
	return entries;
}

/*
 * Outcomes
 */

struct outcome {
	struct str word;
	const struct fact_value *code; /* the one that says most */
};

static struct str word_of_code(int64_t code)
{
	static const struct {
		uint32_t code;
		struct str word;
	} words[] = {
		{0x800706BA, STR_INIT("no-answer")}, /* RPC server unavailable */
		{0xC0020017, STR_INIT("no-answer")}, /* the same as NTSTATUS */
		{0x8007274C, STR_INIT("no-answer")}, /* time-out */
		{0x80072EE2, STR_INIT("no-answer")},
		{0x80072751, STR_INIT("no-answer")},
		{0x80072743, STR_INIT("no-answer")}, /* no route to the host, the network */
		{0x800705B4, STR_INIT("no-answer")},
		{0x8007274D, STR_INIT("refused")},
		{0x80072AF9, STR_INIT("name-unresolved")},
		{0x80072AFA, STR_INIT("name-unresolved")},
		{0x80072AFC, STR_INIT("name-unresolved")},
		{0x8007232A, STR_INIT("name-unresolved")},
		{0x8007232B, STR_INIT("name-unresolved")},
		{0x8007251D, STR_INIT("name-unresolved")},
		{0x8007267C, STR_INIT("name-unresolved")},
		{0x800706BE, STR_INIT("rpc-broken")}, /* call failed, did not execute */
		{0x800706BF, STR_INIT("rpc-broken")},
		{0x800706D9, STR_INIT("rpc-broken")},
		{0x80072746, STR_INIT("rpc-broken")}, /* connection reset */
		{0x80070005, STR_INIT("denied")},
		{0x80070721, STR_INIT("denied")},
		{0xC004F038, STR_INIT("count-low")},
		{0xC004F06C, STR_INIT("time-stamp")},
		{0xC004F042, STR_INIT("not-covered")},
		{0xC004F015, STR_INIT("not-covered")},
		{0xC004F041, STR_INIT("host-not-activated")},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].code == code)
			return words[i].word;
	return STR("");
}

static struct outcome outcome_of_response(const struct fact *response)
{
	const struct fact_value *code = fact_get(response, "code");
	if (fact_is(response, "not-enough-count", "yes"))
		return (struct outcome){STR("count-low"), code};
	if (code->number == 0)
		return (struct outcome){
			fact_is(response, "activated", "no") ? STR("rejected") : STR("accepted"),
			code};
	struct str word = word_of_code(code->number);
	return (struct outcome){word.size ? word : STR("rejected"), code};
}

/* Empty when nothing can be said. */
static struct outcome outcome_of(const struct entry *entry, bool would_show)
{
	const struct fact_value *code = fact_get(entry->fact, "code");
	if (entry->answer && (code->number == 0 || !code->set))
		return outcome_of_response(entry->answer);
	if (code->number == 0)
		return (struct outcome){would_show ? STR("no-answer") : STR(""), code};
	struct str word = word_of_code(code->number);
	return (struct outcome){word.size ? word : STR("other"), code};
}

/* What the members are known to show, so that each is looked at once. */
#define MEMBERS_MAX 32

struct members {
	struct {
		const char *name;
		bool answers;   /* it holds some */
		uint64_t whole; /* up to when it is a log without gaps, or 0 */
	} at[MEMBERS_MAX];
	size_t count;
};

static size_t member_index(struct members *members, const struct fact *fact)
{
	const char *name = fact->line->origin->member;
	size_t i = 0;
	while (i < members->count && members->at[i].name != name)
		i++;
	if (i == members->count && i < MEMBERS_MAX)
		members->at[members->count++].name = name;
	return i;
}

static void look_at_members(
	const struct view *view, const struct entries *entries, struct members *members)
{
	for (size_t i = 0; i < entries->count; i++) {
		size_t at = member_index(members, entries->at[i].fact);
		if (at < MEMBERS_MAX && entries->at[i].is_response)
			members->at[at].answers = true;
	}
	FOR_EACH_FACT (log, view_kind(view, "event-log"))
		for (size_t i = 0; i < members->count; i++)
			if (members->at[i].name == log->line->origin->member &&
				fact_is(log, "whole", "yes") &&
				time_of(log, "newest") > members->at[i].whole)
				members->at[i].whole = time_of(log, "newest");
}

/* Would an answer to this request have been seen? There are others in its member, or it is a whole log that goes on. */
static bool answers_show(struct members *members, const struct entry *request)
{
	size_t at = member_index(members, request->fact);
	return at < MEMBERS_MAX &&
		(members->at[at].answers ||
			members->at[at].whole > request->time + PAIR_SECONDS * INSTANT_SECOND);
}

/*
 * Of which product
 */

static const struct {
	const char *id, *app;
} known_skus[] = {
	/* Windows Server: 2022, 2019, 2016, 2012 R2, 2012 Standard and Datacenter; 2008 R2 */
	{"9bd77860-9b31-4b7b-96ad-2564017315bf", "windows"},
	{"ef6cfc9f-8c5d-44ac-9aad-de6a2ea0ae03", "windows"},
	{"de32eafd-aaee-4662-9444-c1befb41bde2", "windows"},
	{"34e1ae55-27f8-4950-8877-7a03be5fb181", "windows"},
	{"8c1c5410-9f39-4805-8c9d-63a07706358f", "windows"},
	{"21c56779-b449-4d20-adfc-eece0e1ad74b", "windows"},
	{"b3ca044e-a358-4d68-9883-aaa2941aca99", "windows"},
	{"00091344-1ea4-4f37-b789-01750ba6988c", "windows"},
	{"f0f5ec41-0d55-4732-af02-440a44a3cf0f", "windows"},
	{"d3643d60-0c42-412d-a7d6-52e6635327f6", "windows"},
	{"68531fb9-5511-4989-97be-d11a0f55633f", "windows"},
	{"7482e61b-c589-4b7f-8ecc-46d455ac3b87", "windows"},
	{"620e2b3d-09e7-42fd-802a-17a13652fe7a", "windows"},
	/* Office Professional Plus: LTSC 2021, 2019, 2016, 2013, 2010 */
	{"fbdb3e18-a8ef-4fb3-9183-dffd60bd0984", "office"},
	{"85dd8b5f-eaa4-4af3-a628-cce9e77c9a03", "office"},
	{"d450596f-894d-49e0-966a-fd39ed4c4c64", "office"},
	{"b322da9c-a2e2-4058-9e4e-f59a6970bd69", "office"},
	{"6f327760-8c5c-417c-9b61-836a98287e0c", "office"},
};

static struct str app_in(const struct view *view, const char *kind, struct str id)
{
	FOR_EACH_FACT (fact, view_kind(view, kind))
		if (str_equal(fact_text(fact, "activation-id"), id) && fact_is_set(fact, "app"))
			return fact_text(fact, "app");
	return STR("");
}

/* 25 is asked for client Windows only; 5 for server Windows and for Office. */
static struct str app_of(const struct view *view, const struct fact *request)
{
	struct str id = fact_text(request, "activation-id"), app = STR("");
	if (fact_number(request, "needed", 0) == 25)
		return STR("windows");
	for (size_t i = 0; id.size && i < sizeof known_skus / sizeof *known_skus; i++)
		if (str_equal(id, str_of(known_skus[i].id)))
			return str_of(known_skus[i].app);
	if (id.size)
		app = app_in(view, "licence", id);
	if (id.size && !app.size)
		app = app_in(view, "activation-event", id);
	if (str_equal(app, STR("windows")) || str_equal(app, STR("office")))
		return app;
	return app.size ? STR("other") : STR("unknown");
}

/* The product of a SKU is looked for once. */
struct skus {
	struct {
		struct str id, app;
		int64_t needed;
	} at[GROUPS_MAX];
	size_t count;
};

static struct str app_remembered(
	const struct view *view, struct skus *skus, const struct fact *request)
{
	struct str id = fact_text(request, "activation-id");
	int64_t needed = fact_number(request, "needed", 0);
	for (size_t i = 0; i < skus->count; i++)
		if (str_equal(skus->at[i].id, id) && skus->at[i].needed == needed)
			return skus->at[i].app;
	if (skus->count == GROUPS_MAX)
		return STR("unknown");
	skus->at[skus->count].id = id;
	skus->at[skus->count].needed = needed;
	return skus->at[skus->count++].app = app_of(view, request);
}

/*
 * Groups
 */

struct group {
	const struct entry *newest;
	struct outcome outcome; /* of the newest of which one is known */
	struct str computer, app, host;
	uint64_t accepted; /* the newest success, or 0 */
	int64_t attempts, failures;
};

struct groups {
	struct group at[GROUPS_MAX];
	size_t count;
};

static struct group *group_for(struct groups *groups, const struct entry *entry, struct str app)
{
	struct str host = fact_text(entry->fact, "host");
	for (size_t i = 0; i < groups->count; i++) {
		struct group *group = &groups->at[i];
		if (str_equal(group->computer, entry->computer) && str_equal(group->app, app) &&
			str_equal_nocase(group->host, host))
			return group;
	}
	if (groups->count == GROUPS_MAX)
		return NULL;
	groups->at[groups->count] =
		(struct group){.computer = entry->computer, .app = app, .host = host};
	return &groups->at[groups->count++];
}

static void count_in(struct group *group, const struct entry *entry, struct outcome outcome)
{
	bool accepted = str_equal(outcome.word, STR("accepted"));
	group->attempts++;
	if (accepted) {
		group->accepted = entry->time;
		group->failures = 0;
	} else if (outcome.word.size) {
		group->failures++;
	}
	if (outcome.word.size || !group->newest) {
		group->newest = entry;
		group->outcome = outcome;
	}
}

static void group_all(const struct view *view, const struct entries *entries, struct groups *groups)
{
	struct skus skus = {0};
	struct members members = {0};
	look_at_members(view, entries, &members);
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->at[i];
		if (entry->is_response)
			continue;
		struct group *group =
			group_for(groups, entry, app_remembered(view, &skus, entry->fact));
		if (group)
			count_in(group, entry, outcome_of(entry, answers_show(&members, entry)));
	}
}

/* The newest of a machine's product, and its newest success: over all hosts, and by Active Directory, too. */
static void product_times(const struct view *view, const struct groups *groups,
	const struct group *of, uint64_t *newest, uint64_t *accepted)
{
	*newest = *accepted = 0;
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->at[i];
		if (!str_equal(group->computer, of->computer) || !str_equal(group->app, of->app))
			continue;
		if (group->newest->time > *newest)
			*newest = group->newest->time;
		if (group->accepted > *accepted)
			*accepted = group->accepted;
	}
	FOR_EACH_FACT (event, view_kind(view, "adba-event"))
		if (fact_is(event, "result", "activated") &&
			str_equal(fact_text(event, "computer"), of->computer) &&
			(!fact_is_set(event, "activation-id") ||
				str_equal(fact_text(event, "activation-id"),
					fact_text(of->newest->fact, "activation-id"))) &&
			time_of(event, "time") > *accepted)
			*accepted = time_of(event, "time");
}

/* Where the evidence of that machine's log ends. */
static uint64_t end_of_log(const struct view *view, const struct fact *request)
{
	uint64_t end = 0;
	FOR_EACH_FACT (log, view_kind(view, "event-log"))
		if (log->line->origin->member == request->line->origin->member &&
			time_of(log, "newest") > end)
			end = time_of(log, "newest");
	return end;
}

/* Since when a host's log would show a request: of very many, older ones were only counted. */
static uint64_t kms_log_begins(const struct view *view, const struct fact *log)
{
	FOR_EACH_FACT (surplus, view_kind(view, "event-surplus"))
		if (surplus->line->origin->member == log->line->origin->member &&
			fact_number(surplus, "id", 0) == KMS_REQUEST_ID)
			return time_of(surplus, "from");
	return time_of(log, "oldest");
}

/* Did the request reach the host? The host's log has the same machine id and stamp. */
static void put_arrival(struct view *view, struct fact *fact, const struct fact *request)
{
	struct str cmid = fact_text(request, "cmid");
	uint64_t stamp = time_of(request, "client-time");
	if (!cmid.size || !stamp)
		return;
	FOR_EACH_FACT (served, view_kind(view, "kms-request-served"))
		if (str_equal(fact_text(served, "cmid"), cmid) &&
			time_of(served, "client-time") == stamp) {
			view_put(view, fact, served->line, "arrived", STR("yes"));
			view_copy(view, fact, "answered", served, "code");
			return;
		}
	FOR_EACH_FACT (log, view_kind(view, "event-log"))
		if (fact_is(log, "channel", "Key Management Service") &&
			fact_is(log, "whole", "yes") &&
			kms_log_begins(view, log) + INSTANT_HOUR < stamp &&
			time_of(log, "newest") > stamp + INSTANT_HOUR) {
			view_put(view, fact, log->line, "arrived", STR("no"));
			return;
		}
}

/* The newest time that Windows' own attempt found no KMS host in DNS: then it asked none, and what it asked before is
 * not the last round. */
static uint64_t newest_unfound(const struct view *view, const struct group *group)
{
	uint64_t newest = 0;
	FOR_EACH_FACT (event, view_kind(view, "activation-event")) {
		int64_t code = fact_number(event, "code", 0);
		if (str_equal(word_of_code(code), STR("name-unresolved")) &&
			str_equal(fact_text(event, "computer"), group->computer) &&
			str_equal(fact_text(event, "app"), group->app) &&
			time_of(event, "time") > newest)
			newest = time_of(event, "time");
	}
	return newest;
}

static bool is_current(const struct view *view, const struct group *group, uint64_t newest)
{
	const uint64_t round = ROUND_SECONDS * INSTANT_SECOND;
	uint64_t time = group->newest->time, unfound = newest_unfound(view, group);
	return time + round >= newest && time + round >= unfound &&
		time + CURRENT_SECONDS * INSTANT_SECOND >= end_of_log(view, group->newest->fact);
}

/* Without a licence that says what the case is about, Windows: an event of Office says nothing about it. */
static bool is_in_question(const struct view *view, struct str app)
{
	bool office = str_equal(app, STR("office"));
	if (str_equal(app, STR("other")))
		return false;
	FOR_EACH_FACT (target, view_kind(view, "licence-target"))
		return fact_is(target, "app", "office") == office;
	return !office;
}

/* Only what the logs of both sides show. */
static void put_hand_over(struct view *view, struct fact *fact, const struct group *group)
{
	struct str outcome = group->outcome.word;
	bool came = fact_is(fact, "arrived", "yes"), lost = fact_is(fact, "arrived", "no");
	bool unsent = str_in_list(outcome, "name-unresolved");
	bool silent = str_in_list(outcome, "no-answer|rpc-broken|refused");
	const char *at = NULL;
	if (unsent)
		at = "send";
	else if (lost && silent)
		at = "way-there";
	else if (came && silent)
		at = "way-back";
	else if (came && str_equal(outcome, STR("accepted")))
		at = "none";
	else if (came && outcome.size && fact_number(fact, "answered", 0) != 0)
		at = "host";
	if (at)
		view_put(view, fact, group->outcome.code->line, "failed-at", str_of(at));
}

static void add_attempt(struct view *view, const struct groups *groups, const struct group *group)
{
	static const char *const same[] = {
		"host", "computer", "time", "port", "status", "activation-id", "cmid", "needed"};
	const struct fact *request = group->newest->fact, *answer = group->newest->answer;
	uint64_t newest, accepted, time = group->newest->time;
	bool good = str_equal(group->outcome.word, STR("accepted"));
	product_times(view, groups, group, &newest, &accepted);
	struct fact *fact = view_add(view, &kms_attempt, request->line);
	view_put(view, fact, NULL, "app", group->app);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		view_copy(view, fact, same[i], request, same[i]);
	if (answer && fact_get(request, "code")->number == 0)
		view_copy(view, fact, "count", answer, "count");
	if (group->outcome.word.size)
		view_put(view, fact, group->outcome.code->line, "outcome", group->outcome.word);
	if (group->outcome.code && group->outcome.code->set)
		view_put(view, fact, group->outcome.code->line, "code", group->outcome.code->text);
	bool current = is_current(view, group, newest), retracted = !good && accepted > time;
	view_put(view, fact, NULL, "current", current ? STR("yes") : STR("no"));
	view_put(view, fact, NULL, "retracted", retracted ? STR("yes") : STR("no"));
	view_put(view, fact, NULL, "counts",
		current && !retracted && is_in_question(view, group->app) ? STR("yes") : STR("no"));
	view_put_number(view, fact, NULL, "attempts", group->attempts);
	view_put_number(view, fact, NULL, "failures", group->failures);
	put_arrival(view, fact, request);
	put_hand_over(view, fact, group);
}

static void derive_attempts(struct view *view)
{
	struct entries entries = join(view);
	struct groups *groups = arena_alloc(view->arena, sizeof *groups);
	group_all(view, &entries, groups);
	for (size_t i = 0; i < groups->count; i++)
		add_attempt(view, groups, &groups->at[i]);
}
const struct derivation derive_kms_attempt = {&kms_attempt, derive_attempts};
