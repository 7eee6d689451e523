/*
 * What the event logs tell of blocks: by execution control, Defender and the firewall (events, sections 6 to 8).
 */
#include "history.h"

/*
 * Execution control
 */

static const struct fact_kind execution_outcome = {
	.name = "execution-outcome",
	.says = "what execution control did with a program, last",
	.fields =
		{
			{"program", FACT_NAME, "file name", NULL, FACT_KEY},
			{"place", FACT_WORD, "folder of the file",
				"system32|temp|downloads|desktop|other", FACT_KEY},
			{"action", FACT_WORD, "audit: it ran, and would not under enforcement",
				"allow|audit|block"},
			{"mechanism", FACT_WORD, "as in execution-event",
				"applocker|srp|app-control|code-integrity|smartscreen"},
			{"path", FACT_NAME, "the file"},
			{"rule", FACT_TEXT, "the rule or policy"},
			{"rule-id", FACT_GUID, "its id"},
			{"age", FACT_WORD, "of that event", HISTORY_AGES},
			{0},
		},
};

static bool same_file(const struct fact *a, const struct fact *b)
{
	return str_equal_nocase(fact_text(a, "program"), fact_text(b, "program")) &&
		str_equal(fact_text(a, "place"), fact_text(b, "place"));
}

static bool is_known_file(const struct view *view, const struct fact *event)
{
	FOR_EACH_FACT (known, view_bucket(view, &execution_outcome))
		if (same_file(known, event))
			return true;
	return false;
}

/* One program may be met by two mechanisms at once; a block is what the user sees. */
static const struct fact *latest_outcome(const struct view *view, const struct fact *of)
{
	const struct fact *latest = NULL;
	FOR_EACH_FACT (event, view_kind(view, "execution-event")) {
		if (!fact_is_set(event, "action") || !same_file(event, of))
			continue;
		bool same_time =
			latest && fact_number(event, "time", 0) == fact_number(latest, "time", 0);
		if (same_time ? fact_is(event, "action", "block") : history_later(event, latest))
			latest = event;
	}
	return latest;
}

#define FILES 40

static void derive_outcome(struct view *view)
{
	int64_t end = history_end(view);
	size_t files = 0;
	FOR_EACH_FACT (event, view_kind(view, "execution-event")) {
		if (files == FILES || !fact_is_set(event, "action") || is_known_file(view, event))
			continue;
		const struct fact *latest = latest_outcome(view, event);
		if (!latest)
			continue;
		struct fact *fact = view_add(view, &execution_outcome, latest->line);
		view_copy(view, fact, "program", latest, "program");
		view_copy(view, fact, "place", latest, "place");
		view_copy(view, fact, "action", latest, "action");
		view_copy(view, fact, "mechanism", latest, "mechanism");
		view_copy(view, fact, "path", latest, "path");
		view_copy(view, fact, "rule", latest, "rule");
		view_copy(view, fact, "rule-id", latest, "rule-id");
		view_put(view, fact, NULL, "age", history_age(end, latest));
		files++;
	}
}
const struct derivation derive_execution_outcome = {&execution_outcome, derive_outcome};

/*
 * Defender
 */

static const struct fact_kind defender_incident = {
	.name = "defender-incident",
	.says = "what Defender did, last, that touches activation",
	.fields =
		{
			{"what", FACT_WORD, "as in defender-event",
				"detected|acted|action-failed|restored|rule|folder|network|allowed",
				FACT_KEY},
			{"about", FACT_WORD,
				"a file or program of the licensing service, or a tool",
				"licensing|activator|other", FACT_KEY},
			{"action", FACT_WORD, "of rule, folder and network", "block|audit"},
			{"path", FACT_NAME, "the file"},
			{"process", FACT_NAME, "the program that touched it"},
			{"threat", FACT_TEXT, "name of the threat"},
			{"rule-id", FACT_GUID, "the rule"},
			{"age", FACT_WORD, "of that event", HISTORY_AGES},
			{0},
		},
};

static const struct fact *latest_incident(
	const struct view *view, struct str what, struct str about)
{
	const struct fact *latest = NULL;
	FOR_EACH_FACT (event, view_kind(view, "defender-event"))
		if (str_equal(fact_text(event, "what"), what) &&
			str_equal(fact_text(event, "about"), about) && history_later(event, latest))
			latest = event;
	return latest;
}

static void derive_incident(struct view *view)
{
	static const char *const whats[] = {"detected", "acted", "action-failed", "restored",
		"rule", "folder", "network", "allowed"};
	static const char *const abouts[] = {"licensing", "activator"};
	int64_t end = history_end(view);
	for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
		for (size_t k = 0; k < sizeof abouts / sizeof *abouts; k++) {
			const struct fact *latest =
				latest_incident(view, str_of(whats[i]), str_of(abouts[k]));
			if (!latest)
				continue;
			struct fact *fact = view_add(view, &defender_incident, latest->line);
			static const char *const same[] = {
				"what", "about", "action", "path", "process", "threat", "rule-id"};
			for (size_t f = 0; f < sizeof same / sizeof *same; f++)
				view_copy(view, fact, same[f], latest, same[f]);
			view_put(view, fact, NULL, "age", history_age(end, latest));
		}
}
const struct derivation derive_defender_incident = {&defender_incident, derive_incident};

/*
 * The firewall
 */

static const struct fact_kind firewall_drops = {
	.name = "firewall-drops",
	.says = "connections to the KMS port that filters of a machine stopped, as the security log tells",
	.fields =
		{
			{"direction", FACT_WORD,
				"out: this machine did not let them out; in: it is a KMS host, and did not let "
				"clients in",
				"in|out", FACT_KEY},
			{"count", FACT_NUMBER, "how many in the last week of the log"},
			{"program", FACT_NAME, "the program on this machine, last"},
			{"to-address", FACT_ADDRESS, "where they were to go, last"},
			{"from-address", FACT_ADDRESS, "where they came from, last"},
			{"filter", FACT_NUMBER, "run-time id of the filter, last"},
			{"age", FACT_WORD, "of the last one", HISTORY_AGES},
			{0},
		},
};

#define KMS_PORT 1688

static void drops_of(struct view *view, const char *direction, int64_t end)
{
	const struct fact *latest = NULL;
	int64_t count = 0;
	FOR_EACH_FACT (drop, view_kind(view, "firewall-drop")) {
		if (fact_number(drop, "port", 0) != KMS_PORT ||
			!fact_is(drop, "direction", direction))
			continue;
		if (history_later(drop, latest))
			latest = drop;
		count += !str_equal(history_age(end, drop), STR("old"));
	}
	if (!latest)
		return;
	struct fact *fact = view_add(view, &firewall_drops, latest->line);
	view_copy(view, fact, "direction", latest, "direction");
	view_put_number(view, fact, NULL, "count", count);
	view_copy(view, fact, "program", latest, "program");
	view_copy(view, fact, "to-address", latest, "to-address");
	view_copy(view, fact, "from-address", latest, "from-address");
	view_copy(view, fact, "filter", latest, "filter");
	view_put(view, fact, NULL, "age", history_age(end, latest));
}

static void derive_drops(struct view *view)
{
	int64_t end = history_end(view);
	drops_of(view, "out", end);
	drops_of(view, "in", end);
}
const struct derivation derive_firewall_drops = {&firewall_drops, derive_drops};

static const struct fact_kind firewall_rule_change = {
	.name = "firewall-rule-change",
	.says = "a rule that blocks the KMS port was made or changed, and not deleted since, as the event log tells",
	.fields =
		{
			{"rule", FACT_TEXT, "its name", NULL, FACT_KEY},
			{"direction", FACT_WORD, "which way", "in|out", FACT_KEY},
			{"store", FACT_WORD, "whose rule", "local|policy|other"},
			{"user", FACT_TEXT, "SID of who did it"},
			{"by", FACT_NAME, "with which program"},
			{"age", FACT_WORD, "of that event", HISTORY_AGES},
			{0},
		},
};

/* Is a later event about the same rule, or about all rules, in the logs? */
static bool is_superseded(const struct view *view, const struct fact *rule)
{
	FOR_EACH_FACT (event, view_kind(view, "firewall-event")) {
		bool same =
			str_equal_nocase(fact_text(event, "rule-id"), fact_text(rule, "rule-id"));
		bool all = fact_is(event, "what", "all-deleted") || fact_is(event, "what", "reset");
		if (event != rule && (same || all) && history_later(event, rule))
			return true;
	}
	return false;
}

/* Of the rules that were touched last; each is compared with all later events. */
#define RULES_EXAMINED 100
#define RULES 20

static void derive_rule_change(struct view *view)
{
	const struct bucket *events = view_kind(view, "firewall-event");
	int64_t end = history_end(view);
	size_t rules = 0, examined = 0;
	for (size_t i = events->count; i-- > 0 && rules < RULES && examined < RULES_EXAMINED;) {
		const struct fact *event = events->at[i];
		if (!fact_is(event, "action", "block") || fact_is(event, "enabled", "no"))
			continue;
		examined++;
		if (is_superseded(view, event))
			continue;
		struct fact *fact = view_add(view, &firewall_rule_change, event->line);
		view_copy(view, fact, "rule", event, "rule");
		view_copy(view, fact, "direction", event, "direction");
		view_copy(view, fact, "store", event, "store");
		view_copy(view, fact, "user", event, "user");
		view_copy(view, fact, "by", event, "by");
		view_put(view, fact, NULL, "age", history_age(end, event));
		rules++;
	}
}
const struct derivation derive_firewall_rule_change = {&firewall_rule_change, derive_rule_change};
