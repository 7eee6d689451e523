/*
 * The clock: how far off, and whether anything keeps it right (network-time, section 3.4).
 */
#include "derive.h"

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

static void derive_skew(struct view *view)
{
	FOR_EACH_FACT (offset, view_kind(view, "time-offset")) {
		const struct fact_value *value = fact_get(offset, "offset-ms");
		if (!value->set || value->number == INT64_MIN || view_is_full(view, &clock_skew))
			continue;
		int64_t seconds = (value->number < 0 ? -value->number : value->number) / 1000;
		int64_t past = seconds % 3600;
		struct fact *fact = view_add(view, &clock_skew, value->line);
		view_copy(view, fact, "server", offset, "server");
		view_put_number(view, fact, NULL, "seconds", seconds);
		view_put(view, fact, NULL, "range",
			seconds > KMS_SECONDS                ? STR("kms")
				: seconds > KERBEROS_SECONDS ? STR("kerberos")
							     : STR("none"));
		view_put(view, fact, NULL, "whole-hours",
			seconds >= 1800 && seconds <= ZONE_SECONDS && (past <= 60 || past >= 3540)
				? STR("yes")
				: STR("no"));
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
				"set to none; disabled, stopped: the time service",
				"ok|local|unsynchronised|nosync|disabled|stopped", FACT_KEY},
			{"source", FACT_NAME, "where the time comes from"},
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
	FOR_EACH_FACT (service, view_kind(view, "service"))
		if (fact_is(service, "name", "w32time") && fact_is(service, "start", "disabled"))
			add_state(view, fact_get(service, "start")->line, STR("disabled"), NULL);
	FOR_EACH_FACT (command, view_kind(view, "time-command"))
		if (fact_is(command, "result", "not-running"))
			add_state(view, command->line, STR("stopped"), NULL);
}
const struct derivation derive_clock_source = {&clock_source, derive_source};
