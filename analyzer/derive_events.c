/*
 * What event logs say about activation as a whole: which failures still stand, in which state that leaves the product,
 * and how far a log reaches.
 */
#include "derive.h"

#include "events.h"
#include "kinds.h"

#include "base/instant.h"

/* A log's own times are those of writing, somewhat later than the events' own. */
#define LOGGED_AFTER INSTANT_MINUTE

/* A client that is activated tries each week, one that is not every two hours. */
#define CURRENT ((uint64_t)8 * INSTANT_DAY)

static uint64_t time_of(const struct fact *fact, const char *field)
{
	return (uint64_t)fact_number(fact, field, 0);
}

/*
 * Coverage
 */

static const struct fact_kind event_coverage = {
	.name = "event-coverage",
	.says = "the time that an event log covers, and what it holds; that something is not in it is said of "
		"whole logs only, and for that time only",
	.fields =
		{
			{"channel", FACT_NAME, "the log", NULL, FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"from", FACT_TIME, "oldest event"},
			{"to", FACT_TIME, "newest event"},
			{"days", FACT_NUMBER, "between them"},
			{"whole", FACT_FLAG, "a log without gaps, not a selection"},
			{"cleared", FACT_FLAG, "it was emptied on the day it begins, or later"},
			{"left-out", FACT_NUMBER,
				"events that matter of which only the number was looked at, for newer ones of "
				"their sort are many"},
			{"kms-requests", FACT_FLAG,
				"a client's requests to KMS hosts are in it (12288)"},
			{"kms-requests-served", FACT_FLAG,
				"requests that a KMS host processed are in it (12290)"},
			{0},
		},
};

/* The first fact of a kind in the same member; those of one member stand together, in its order. */
static const struct fact *first_in_member(
	const struct view *view, const char *kind, const struct fact *log)
{
	FOR_EACH_FACT (fact, view_kind(view, kind))
		if (fact->line->origin->member == log->line->origin->member &&
			(!fact_is_set(fact, "time") ||
				(time_of(fact, "time") + LOGGED_AFTER >= time_of(log, "oldest") &&
					time_of(fact, "time") <= time_of(log, "newest"))))
			return fact;
	return NULL;
}

/* Were some of the requests of KMS, whoever logged them, only counted? */
static bool events_lack_requests(const struct view *view, const struct fact *log)
{
	FOR_EACH_FACT (surplus, view_kind(view, "event-surplus"))
		if (surplus->line->origin->member == log->line->origin->member &&
			fact_number(surplus, "id", 0) == KMS_REQUEST_ID)
			return true;
	return false;
}

static void put_left_out(struct view *view, struct fact *fact, const struct fact *log)
{
	int64_t left_out = 0;
	FOR_EACH_FACT (surplus, view_kind(view, "event-surplus"))
		if (surplus->line->origin->member == log->line->origin->member)
			left_out +=
				fact_number(surplus, "events", 0) - fact_number(surplus, "kept", 0);
	if (left_out > 0)
		view_put_number(view, fact, NULL, "left-out", left_out);
}

/* "No" only where every event was read, and where such events would be. */
static void put_holds(struct view *view, struct fact *fact, const struct fact *log,
	const char *field, const char *kind, const char *channel)
{
	const struct fact *first = NULL;
	if (fact_is(log, "channel", channel))
		first = first_in_member(view, kind, log);
	if (first)
		view_put(view, fact, first->line, field, STR("yes"));
	else if (fact_is(log, "whole", "yes") && fact_is(log, "channel", channel) &&
		fact_number(log, "events", 0) > 0 && !events_lack_requests(view, log))
		view_put(view, fact, log->line, field, STR("no"));
}

static void put_cleared(struct view *view, struct fact *fact, const struct fact *log)
{
	FOR_EACH_FACT (cleared, view_kind(view, "log-cleared"))
		if (str_equal_nocase(fact_text(cleared, "log"), fact_text(log, "channel")) &&
			time_of(cleared, "time") + INSTANT_DAY >= time_of(log, "oldest")) {
			view_put(view, fact, cleared->line, "cleared", STR("yes"));
			return;
		}
}

static void derive_coverage(struct view *view)
{
	FOR_EACH_FACT (log, view_kind(view, "event-log")) {
		if (!fact_is_set(log, "oldest") || view_is_full(view, &event_coverage))
			continue;
		struct fact *fact = view_add(view, &event_coverage, log->line);
		const struct fact *event = first_in_member(view, "event", log);
		view_copy(view, fact, "channel", log, "channel");
		if (event)
			view_copy(view, fact, "computer", event, "computer");
		view_copy(view, fact, "from", log, "oldest");
		view_copy(view, fact, "to", log, "newest");
		view_put_number(view, fact, NULL, "days",
			(int64_t)((time_of(log, "newest") - time_of(log, "oldest")) / INSTANT_DAY));
		view_copy(view, fact, "whole", log, "whole");
		put_left_out(view, fact, log);
		put_cleared(view, fact, log);
		put_holds(view, fact, log, "kms-requests", "kms-request", "Application");
		put_holds(view, fact, log, "kms-requests-served", "kms-request-served",
			"Key Management Service");
	}
}
const struct derivation derive_event_coverage = {&event_coverage, derive_coverage};

/*
 * Failures that stand
 */

static const struct fact_kind event_failure = {
	.name = "event-failure",
	.says = "a code with which activation last failed, by events; not one that a later success made history, nor one "
		"from long before the log ends",
	.fields =
		{
			{"app", FACT_WORD, "of what; unknown: no event says",
				"windows|office|other|unknown", FACT_KEY},
			{"code", FACT_CODE, "the code", NULL, FACT_KEY},
			{"from", FACT_WORD,
				"attempt: of the whole attempt (8198, 8233); request: of one request to a KMS host "
				"(12288, 12289)",
				"attempt|request"},
			{"time", FACT_TIME, "when"},
			{0},
		},
};

/* Of the machine with the online servers only: a KMS client has no need of them (events, 8200). */
static bool is_online_code(int64_t code)
{
	static const uint32_t codes[] = {0x80072EE2, 0x80072EE7, 0x80072EFD, 0x80072EFE, 0x80072F76,
		0x80072F78, 0x80072F8F, 0x801901F7, 0x8004FE2F};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == code)
			return true;
	return false;
}

static bool is_kms_client(const struct view *view, struct str app)
{
	FOR_EACH_FACT (target, view_kind(view, "licence-target"))
		if (fact_is_set(target, "method"))
			return fact_is(target, "method", "kms");
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt"))
		if (str_equal(fact_text(attempt, "app"), app))
			return true;
	return false;
}

static uint64_t end_of_log(const struct view *view, const struct fact *event)
{
	uint64_t end = 0;
	FOR_EACH_FACT (log, view_kind(view, "event-log"))
		if (log->line->origin->member == event->line->origin->member &&
			time_of(log, "newest") > end)
			end = time_of(log, "newest");
	return end;
}

/* The newest success of a product: by KMS, or by Active Directory. */
static uint64_t newest_success(const struct view *view, struct str app)
{
	uint64_t newest = 0;
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt"))
		if (str_equal(fact_text(attempt, "app"), app) &&
			fact_is(attempt, "outcome", "accepted") &&
			time_of(attempt, "time") > newest)
			newest = time_of(attempt, "time");
	FOR_EACH_FACT (event, view_kind(view, "adba-event"))
		if (fact_is(event, "result", "activated") && str_equal(app, STR("windows")) &&
			time_of(event, "time") > newest)
			newest = time_of(event, "time");
	return newest;
}

static void add_failure(
	struct view *view, const struct fact *from, struct str app, const char *word)
{
	const struct fact_value *code = fact_get(from, "code");
	FOR_EACH_FACT (known, view_bucket(view, &event_failure))
		if (str_equal(fact_text(known, "app"), app) &&
			fact_number(known, "code", 0) == code->number)
			return;
	struct fact *fact = view_add(view, &event_failure, code->line);
	view_put(view, fact, NULL, "app", app);
	view_copy(view, fact, "code", from, "code");
	view_put(view, fact, NULL, "from", str_of(word));
	view_copy(view, fact, "time", from, "time");
}

/* The newest event of Windows' own attempts on a product that failed for a reason that concerns it. */
static const struct fact *newest_event(const struct view *view, const char *app)
{
	const struct fact *newest = NULL;
	bool kms = is_kms_client(view, str_of(app));
	FOR_EACH_FACT (event, view_kind(view, "activation-event")) {
		int64_t code = fact_number(event, "code", 0);
		if (!fact_is(event, "app", app) || code == 0 || (kms && is_online_code(code)) ||
			(!fact_is(event, "step", "attempt") && !fact_is(event, "step", "volume")))
			continue;
		if (!newest || time_of(event, "time") >= time_of(newest, "time"))
			newest = event;
	}
	return newest;
}

static void derive_failures(struct view *view)
{
	static const char *const apps[] = {"windows", "office"};
	for (size_t i = 0; i < sizeof apps / sizeof *apps; i++) {
		const struct fact *event = newest_event(view, apps[i]);
		if (event && time_of(event, "time") > newest_success(view, str_of(apps[i])) &&
			time_of(event, "time") + CURRENT >= end_of_log(view, event))
			add_failure(view, event, str_of(apps[i]), "attempt");
	}
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt"))
		if (fact_is(attempt, "current", "yes") && fact_is(attempt, "retracted", "no") &&
			fact_number(attempt, "code", 0) != 0 && !view_is_full(view, &event_failure))
			add_failure(view, attempt, fact_text(attempt, "app"), "request");
}
const struct derivation derive_event_failure = {&event_failure, derive_failures};

/*
 * The state that events leave
 */

static const struct fact_kind activation_log = {
	.name = "activation-log",
	.says = "whether activation works, by events alone: by the last round of requests to KMS hosts",
	.fields =
		{
			{"app", FACT_WORD, "of what", "windows|office|other|unknown", FACT_KEY},
			{"state", FACT_WORD, "as in activation", "failing|renewal-failing|working"},
			{"code", FACT_CODE, "of the failure"},
			{"time", FACT_TIME, "when"},
			{0},
		},
};

static const struct fact *state_known(const struct view *view, struct str app)
{
	FOR_EACH_FACT (known, view_bucket(view, &activation_log))
		if (str_equal(fact_text(known, "app"), app))
			return known;
	return NULL;
}

/* The code of the whole attempt, where there is one; else that of the request. */
static void put_failure(struct view *view, struct fact *fact, const struct fact *attempt)
{
	view_copy(view, fact, "code", attempt, "code");
	FOR_EACH_FACT (failure, view_bucket(view, &event_failure))
		if (fact_is(failure, "from", "attempt") &&
			str_equal(fact_text(failure, "app"), fact_text(attempt, "app"))) {
			view_copy(view, fact, "code", failure, "code");
			return;
		}
}

/* One host that accepts is enough. */
static void derive_log_state(struct view *view)
{
	for (int good = 1; good >= 0; good--)
		FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt")) {
			const struct fact_value *outcome = fact_get(attempt, "outcome");
			bool accepted = fact_is(attempt, "outcome", "accepted");
			if (!outcome->set || accepted != good ||
				!fact_is(attempt, "current", "yes") ||
				fact_is(attempt, "retracted", "yes") ||
				(!accepted && !fact_is_set(attempt, "status")) ||
				state_known(view, fact_text(attempt, "app")))
				continue;
			struct fact *fact = view_add(view, &activation_log, outcome->line);
			view_copy(view, fact, "app", attempt, "app");
			view_put(view, fact, NULL, "state",
				accepted ? STR("working")
					: fact_is(attempt, "status", "licensed")
					? STR("renewal-failing")
					: STR("failing"));
			view_copy(view, fact, "time", attempt, "time");
			if (!accepted)
				put_failure(view, fact, attempt);
		}
}
const struct derivation derive_activation_log = {&activation_log, derive_log_state};
