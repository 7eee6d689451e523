/*
 * The clock: how far off, and whether anything keeps it right (network-time, section 3.4).
 */
#include "derive.h"

#include "base/instant.h"

/* Kerberos allows 5 minutes, KMS 4 hours. */
#define KERBEROS_SECONDS 300
#define KMS_SECONDS 14400
/* From UTC-12 to UTC+14. */
#define ZONE_SECONDS (26 * 3600 + 60)

static const struct fact_kind clock_skew = {
	.name = "clock-skew",
	.says = "difference between this clock and a server's",
	.fields =
		{
			{"server", FACT_NAME, "the server", NULL, FACT_KEY},
			{"seconds", FACT_NUMBER, "difference, without sign"},
			{"range", FACT_WORD,
				"none: 5 minutes or less; kerberos: more, which Kerberos refuses; kms: more than 4 "
				"hours, which KMS refuses too",
				"none|kerberos|kms"},
			{"whole-hours", FACT_FLAG,
				"within a minute of whole hours, and no more than a day: a time zone rather than a "
				"clock"},
			{"of", FACT_WORD,
				"whose clock: a KMS host's; the domain's, or that of a machine in it; another's, which "
				"may be wrong itself",
				"kms-host|domain|other"},
			{"uncertainty-seconds", FACT_NUMBER,
				"by how much the difference can be wrong, where that matters: the stamps of KMS "
				"requests have no seconds"},
			{"time", FACT_TIME, "when it was seen, by the server's clock"},
			{0},
		},
};

static bool is_kms_host(const struct view *view, struct str server)
{
	FOR_EACH_FACT (target, view_kind(view, "kms-target"))
		if (str_equal_nocase(fact_text(target, "host"), server) &&
			!fact_is(target, "via", "probe") && !fact_is(target, "used", "no"))
			return true;
	return false;
}

/* "dc01.contoso.com" and "contoso.com" are in contoso.com, "notcontoso.com" is not. */
static bool is_inside(struct str server, struct str domain)
{
	if (domain.size == 0 || !str_ends_nocase(server, domain))
		return false;
	struct str before = str_slice(server, 0, server.size - domain.size);
	return before.size == 0 || str_ends(before, STR("."));
}

/* The domain's DNS name, wherever it is told; "DC01" without one is a machine in it, too. */
static bool is_in_domain(const struct view *view, struct str server)
{
	FOR_EACH_FACT (member, view_kind(view, "membership"))
		if (fact_is(member, "domain-joined", "yes") &&
			(is_inside(server, fact_text(member, "domain")) ||
				str_find_char(server, '.') == STR_NONE))
			return true;
	FOR_EACH_FACT (suffix, view_kind(view, "suffix-in-use"))
		if ((fact_is(suffix, "from", "primary") || fact_is(suffix, "from", "domain")) &&
			is_inside(server, fact_text(suffix, "suffix")))
			return true;
	FOR_EACH_FACT (dc, view_kind(view, "domain-controller"))
		if (str_equal_nocase(fact_text(dc, "dc"), server))
			return true;
	return false;
}

static const char *range_of(int64_t seconds)
{
	return seconds > KMS_SECONDS ? "kms" : seconds > KERBEROS_SECONDS ? "kerberos" : "none";
}

/* A difference that can be on either side of a limit is in no range. */
static void put_difference(
	struct view *view, struct fact *fact, int64_t seconds, int64_t uncertainty)
{
	int64_t past = seconds % 3600;
	const char *range = range_of(seconds + uncertainty);
	bool zone = seconds >= 1800 && seconds <= ZONE_SECONDS &&
		(past <= 60 + uncertainty || past >= 3540 - uncertainty);
	view_put_number(view, fact, NULL, "seconds", seconds);
	if (seconds < uncertainty || range == range_of(seconds - uncertainty))
		view_put(view, fact, NULL, "range", str_of(range));
	view_put(view, fact, NULL, "whole-hours", zone ? STR("yes") : STR("no"));
}

/* Was the clock seen to be right, or set, after this event? */
static bool is_over(const struct view *view, const struct fact *event)
{
	int64_t time = fact_number(event, "time", 0);
	FOR_EACH_FACT (sync, view_kind(view, "time-sync-event"))
		if ((fact_is(sync, "what", "synchronised") || fact_is(sync, "what", "set")) &&
			fact_number(sync, "time", 0) > time)
			return true;
	FOR_EACH_FACT (change, view_kind(view, "clock-change"))
		if (fact_number(change, "time", 0) > time)
			return true;
	return false;
}

/* The time service said by how much the clock is off, and did not correct it. */
static void skew_of_time_service(struct view *view)
{
	const struct fact *last = NULL;
	FOR_EACH_FACT (sync, view_kind(view, "time-sync-event"))
		if (fact_is(sync, "what", "too-far-off") &&
			(!last || fact_number(sync, "time", 0) >= fact_number(last, "time", 0)))
			last = sync;
	int64_t seconds = last ? fact_number(last, "seconds", 0) : 0;
	if (seconds == 0 || seconds == INT64_MIN || is_over(view, last))
		return;
	struct fact *fact = view_add(view, &clock_skew, last->line);
	struct str peer = fact_text(last, "peer");
	view_copy(view, fact, "server", last, "peer");
	put_difference(view, fact, seconds < 0 ? -seconds : seconds, 0);
	view_put(view, fact, NULL, "of", is_in_domain(view, peer) ? STR("domain") : STR("other"));
}

/* A Kerberos error holds the server's time; only domain controllers give tickets. */
static void skew_of_kerberos(struct view *view)
{
	const struct fact *last = NULL;
	FOR_EACH_FACT (error, view_kind(view, "kerberos-error"))
		if (fact_is_set(error, "seconds") &&
			(!last || fact_number(error, "time", 0) >= fact_number(last, "time", 0)))
			last = error;
	if (!last || is_over(view, last))
		return;
	int64_t seconds = fact_number(last, "seconds", 0);
	struct fact *fact = view_add(view, &clock_skew, last->line);
	view_copy(view, fact, "server", last, "server");
	put_difference(view, fact, seconds < 0 ? -seconds : seconds, 0);
	view_put(view, fact, NULL, "of", STR("domain"));
}

#define STAMP_SECONDS 60
#define NAMES_LOOKED_AT 16

/* Is the client that asked a KMS host this machine? By name and machine id of one of its own requests, or by name
 * alone. */
static bool is_this_machine(const struct view *view, const struct fact *served)
{
	size_t looked_at = 0;
	struct str client = fact_text(served, "client"), name = client;
	struct str label = str_slice(str_cut(&name, '.'), 0, 15);
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt"))
		if (looked_at++ < NAMES_LOOKED_AT && fact_is_set(attempt, "cmid") &&
			str_equal(fact_text(attempt, "cmid"), fact_text(served, "cmid")) &&
			str_equal_nocase(fact_text(attempt, "computer"), client))
			return true;
	looked_at = 0;
	FOR_EACH_FACT (computer, view_kind(view, "computer"))
		if (looked_at++ < NAMES_LOOKED_AT && label.size &&
			str_equal_nocase(fact_text(computer, "name"), label))
			return true;
	return false;
}

/* The newest request of this machine that a KMS host logged: the stamp is this clock's, the event's time the host's
 * (events, section 0, E9). The stamp is cut to the minute, so half a minute is added, and may be wrong. */
static const struct fact *newest_served(const struct view *view)
{
	const struct fact *newest = NULL;
	FOR_EACH_FACT (served, view_kind(view, "kms-request-served"))
		if (fact_is_set(served, "time") && fact_is_set(served, "client-time") &&
			(!newest ||
				fact_number(served, "time", 0) >= fact_number(newest, "time", 0)) &&
			is_this_machine(view, served))
			newest = served;
	return newest;
}

static void skew_of_request(struct view *view)
{
	const struct fact *served = newest_served(view);
	if (!served || is_over(view, served))
		return;
	int64_t second = (int64_t)INSTANT_SECOND;
	int64_t difference =
		(fact_number(served, "time", 0) - fact_number(served, "client-time", 0)) / second -
		STAMP_SECONDS / 2;
	struct fact *fact = view_add(view, &clock_skew, served->line);
	view_copy(view, fact, "server", served, "host");
	put_difference(view, fact, difference < 0 ? -difference : difference, STAMP_SECONDS / 2);
	view_put(view, fact, NULL, "of", STR("kms-host"));
	view_put_number(view, fact, NULL, "uncertainty-seconds", STAMP_SECONDS / 2);
	view_copy(view, fact, "time", served, "time");
}

static void derive_skew(struct view *view)
{
	skew_of_time_service(view);
	skew_of_kerberos(view);
	skew_of_request(view);
	FOR_EACH_FACT (offset, view_kind(view, "time-offset")) {
		const struct fact_value *value = fact_get(offset, "offset-ms");
		if (!value->set || value->number == INT64_MIN || view_is_full(view, &clock_skew))
			continue;
		int64_t seconds = (value->number < 0 ? -value->number : value->number) / 1000;
		struct fact *fact = view_add(view, &clock_skew, value->line);
		view_copy(view, fact, "server", offset, "server");
		put_difference(view, fact, seconds, 0);
		struct str server = fact_text(offset, "server");
		view_put(view, fact, NULL, "of",
			is_kms_host(view, server)            ? STR("kms-host")
				: is_in_domain(view, server) ? STR("domain")
							     : STR("other"));
	}
}
const struct derivation derive_clock_skew = {&clock_skew, derive_skew};

static const struct fact_kind clock_source = {
	.name = "clock-source",
	.says = "whether the clock is kept right",
	.fields =
		{
			{"state", FACT_WORD,
				"ok: synchronised with a peer; local: only its own hardware; unsynchronised; nosync: "
				"set to none; no-client: the NTP client is switched off by policy; disabled, stopped: "
				"the time service",
				"ok|local|unsynchronised|nosync|no-client|disabled|stopped",
				FACT_KEY},
			{"source", FACT_NAME, "where the time comes from"},
			{"gpo", FACT_TEXT, "the GPO that switches it off"},
			{0},
		},
};

static void add_state(
	struct view *view, const struct line *line, struct str state, const struct fact *source)
{
	FOR_EACH_FACT (known, view_bucket(view, &clock_source))
		if (str_equal(fact_text(known, "state"), state))
			return;
	struct fact *fact = view_add(view, &clock_source, line);
	view_put(view, fact, NULL, "state", state);
	if (source)
		view_copy(view, fact, "source", source, "source");
}

static void state_of_source(struct view *view, const struct fact *from)
{
	const struct fact_value *kind = fact_get(from, "source-kind");
	if (!kind->set)
		return;
	bool local = fact_is(from, "source-kind", "local-clock") ||
		fact_is(from, "source-kind", "free-running");
	if (local)
		add_state(view, kind->line, STR("local"), from);
	else if (fact_is(from, "source-kind", "peer") || fact_is(from, "source-kind", "vm"))
		add_state(view, kind->line, STR("ok"), from);
}

static void state_of_status(struct view *view, const struct fact *status)
{
	/* Leap indicator 3 and stratum 0 both say "not synchronised". */
	const struct fact_value *leap = fact_get(status, "leap"),
				*stratum = fact_get(status, "stratum");
	if (leap->set && leap->number == 3)
		add_state(view, leap->line, STR("unsynchronised"), status);
	else if (stratum->set && stratum->number == 0)
		add_state(view, stratum->line, STR("unsynchronised"), status);
	else
		state_of_source(view, status);
}

static void add_by_policy(struct view *view, const struct fact *from, struct str state)
{
	add_state(view, from->line, state, NULL);
	FOR_EACH_FACT (known, view_bucket(view, &clock_source))
		if (str_equal(fact_text(known, "state"), state) && !fact_is_set(known, "gpo"))
			view_copy(view, (struct fact *)(uintptr_t)known, "gpo", from, "gpo");
}

/* The policy's own type of synchronisation, its only provider that takes the time from others, and how the service
 * starts. */
static void state_of_policy(struct view *view)
{
	FOR_EACH_FACT (value, view_kind(view, "policy-value")) {
		bool in_force = fact_is(value, "in-force", "yes") &&
			str_has_nocase(fact_text(value, "key"), STR("\\W32Time\\"));
		if (in_force && fact_is(value, "name", "Type") && fact_is(value, "data", "NoSync"))
			add_by_policy(view, value, STR("nosync"));
		if (in_force && fact_is(value, "leaf", "NtpClient") &&
			fact_is(value, "name", "Enabled") && fact_is(value, "number", "0"))
			add_by_policy(view, value, STR("no-client"));
	}
	FOR_EACH_FACT (service, view_kind(view, "policy-service"))
		if (fact_is(service, "service", "w32time") &&
			fact_is(service, "start", "disabled") &&
			fact_is(service, "in-force", "yes"))
			add_by_policy(view, service, STR("disabled"));
}

static void derive_source(struct view *view)
{
	FOR_EACH_FACT (status, view_kind(view, "time-status"))
		state_of_status(view, status);
	FOR_EACH_FACT (source, view_kind(view, "time-source"))
		state_of_source(view, source);
	FOR_EACH_FACT (config, view_kind(view, "time-config"))
		if (fact_is(config, "type", "nosync"))
			add_state(view, fact_get(config, "type")->line, STR("nosync"), NULL);
	FOR_EACH_FACT (value, view_kind(view, "registry-value"))
		if (fact_is(value, "name", "Type") && fact_is(value, "data", "NoSync") &&
			str_has_nocase(fact_text(value, "key"), STR("\\W32Time\\")))
			add_state(view, value->line, STR("nosync"), NULL);
	state_of_policy(view);
	FOR_EACH_FACT (service, view_kind(view, "service"))
		if (fact_is(service, "name", "w32time") && fact_is(service, "start", "disabled"))
			add_state(view, fact_get(service, "start")->line, STR("disabled"), NULL);
	FOR_EACH_FACT (command, view_kind(view, "time-command"))
		if (fact_is(command, "result", "not-running"))
			add_state(view, command->line, STR("stopped"), NULL);
}
const struct derivation derive_clock_source = {&clock_source, derive_source};
