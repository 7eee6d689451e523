/*
 * Settings that come back: what somebody cleared, and something else wrote again.
 *
 * A group policy preference, a deployment task or a logon script writes the same registry values
 * that slmgr /skms does, so nothing in the registry tells who wrote them. A value that is listed
 * below a successful /ckms, in the same session, was written in between.
 */
#include "derive.h"

#include "kinds.h"

static const struct fact_kind kms_rewritten = {
	.name = "kms-rewritten",
	.says = "a fixed KMS host that was there again after it had been cleared",
	.fields = {{"host", FACT_NAME, "the host", NULL, FACT_KEY}, {0}},
};

static bool is_below(const struct line *line, const struct line *other)
{
	return line && other && line->origin && other->origin &&
		line->origin->member == other->origin->member && line->number > other->number;
}

/* Was a host set by hand between the two? */
static bool was_set_between(
	const struct view *view, const struct line *cleared, const struct line *listed)
{
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result))
		if (fact_is(result, "verb", "skms") && is_below(result->line, cleared) &&
			is_below(listed, result->line))
			return true;
	return false;
}

/* Sub-keys of an application or SKU are not cleared by /ckms: those prove nothing. */
static void look_below(struct view *view, const struct line *cleared)
{
	FOR_EACH_FACT (setting, view_kind(view, "kms-setting")) {
		if (!(fact_is(setting, "level", "root") || fact_is(setting, "level", "policy")) ||
			!is_below(setting->line, cleared) ||
			was_set_between(view, cleared, setting->line) ||
			view_is_full(view, &kms_rewritten))
			continue;
		struct fact *fact = view_add(view, &kms_rewritten, setting->line);
		view_copy(view, fact, "host", setting, "host");
	}
}

static void derive_rewritten(struct view *view)
{
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result))
		if (fact_is(result, "verb", "ckms") && fact_is(result, "result", "success")) {
			look_below(view, result->line);
			return;
		}
}
const struct derivation derive_kms_rewritten = {&kms_rewritten, derive_rewritten};

static const struct fact_kind policy_kms = {
	.name = "policy-kms",
	.says = "a KMS host that group policy writes",
	.fields =
		{
			{"host", FACT_NAME, "the host", NULL, FACT_KEY},
			{"port", FACT_NUMBER, "its port, when policy writes one"},
			{"state", FACT_WORD,
				"in-use: it is the one that is set on this machine; differs: another is, or none; "
				"unknown: what is set was not read; none: the computer's settings were read, and no "
				"host is among them",
				"in-use|differs|unknown|none"},
			{"by", FACT_WORD,
				"preference: written again at each refresh; template, security: as in policy-value",
				"template|security|preference"},
			{"gpo", FACT_TEXT, "the GPO that writes it"},
			{0},
		},
};

static bool is_licensing_key(struct str key)
{
	return str_has_nocase(key, STR("\\SoftwareProtectionPlatform")) ||
		str_has_nocase(key, STR("\\Software Protection Platform"));
}

static struct str state_of_host(const struct view *view, struct str host)
{
	struct str state = STR("unknown");
	FOR_EACH_FACT (setting, view_kind(view, "kms-setting")) {
		if (str_equal_nocase(fact_text(setting, "host"), host))
			return STR("in-use");
		state = STR("differs");
	}
	return state;
}

static void add_policy_host(struct view *view, const struct fact *value)
{
	struct str host = fact_text(value, "data"), key = fact_text(value, "key");
	struct fact *fact = view_add(view, &policy_kms, value->line);
	view_copy(view, fact, "host", value, "data");
	view_put(view, fact, NULL, "state", state_of_host(view, host));
	view_copy(view, fact, "by", value, "by");
	view_copy(view, fact, "gpo", value, "gpo");
	FOR_EACH_FACT (port, view_kind(view, "policy-value"))
		if (fact_is(port, "name", "KeyManagementServicePort") &&
			fact_is(port, "in-force", "yes") &&
			str_equal_nocase(fact_text(port, "key"), key)) {
			int64_t number = fact_number(port, "number", 0);
			if (!fact_is_set(port, "number") &&
				!scan_number(fact_text(port, "data"), &number))
				continue;
			view_put_number(view, fact, port->line, "port", number);
			return;
		}
}

/* Settings of an extension that failed may be missing in a report. */
static bool extension_failed(const struct view *view)
{
	FOR_EACH_FACT (extension, view_kind(view, "policy-extension"))
		if (fact_is(extension, "scope", "computer") &&
			fact_is(extension, "result", "failed"))
			return true;
	return false;
}

/* Only a report that lists the computer's settings can say that there is none; /r and reports without elevation
 * cannot. */
static void derive_policy_kms(struct view *view)
{
	FOR_EACH_FACT (value, view_kind(view, "policy-value"))
		if (fact_is(value, "name", "KeyManagementServiceName") &&
			fact_is(value, "in-force", "yes") &&
			is_licensing_key(fact_text(value, "key")) &&
			!str_is_blank(fact_text(value, "data")) && !view_is_full(view, &policy_kms))
			add_policy_host(view, value);
	FOR_EACH_FACT (report, view_kind(view, "policy-report"))
		if (view_bucket(view, &policy_kms)->count == 0 && !extension_failed(view) &&
			fact_is(report, "kind", "results") && fact_is(report, "settings", "yes") &&
			fact_is(report, "computer", "reported") && fact_is(report, "whole", "yes"))
			view_put(view, view_add(view, &policy_kms, report->line), NULL, "state",
				STR("none"));
}
const struct derivation derive_policy_kms_host = {&policy_kms, derive_policy_kms};
