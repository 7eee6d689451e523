/*
 * What Windows Firewall does to KMS traffic (network-time, sections 7 and 8; causes C12, C14).
 */
#include "derive.h"

#include "kinds.h"

static const struct fact_kind firewall_block = {
	.name = "firewall-block",
	.says = "this machine's own firewall keeps it from reaching port 1688",
	.fields =
		{
			{"by", FACT_WORD, "a rule, or the default for what no rule names",
				"rule|default", FACT_KEY},
			{"rule", FACT_TEXT, "the rule's name", NULL, FACT_KEY},
			{"store", FACT_WORD, "local, or policy when group policy set it",
				"local|policy"},
			{"profile", FACT_WORD, "kind of network, for the default",
				"domain|private|public"},
			{"bound-to-service", FACT_FLAG,
				"it is bound to the licensing service or its program, so that an administrator's own "
				"test connection passes"},
			{"scoped", FACT_FLAG, "it is only about certain remote addresses"},
			{0},
		},
};

static bool names_licensing(struct str text)
{
	return str_has_nocase(text, STR("sppsvc")) || str_has_nocase(text, STR("sppextcomobj"));
}

static bool is_any(struct str text)
{
	return text.size == 0 || str_equal(text, STR("*")) || str_equal_nocase(text, STR("any")) ||
		str_equal_nocase(text, STR("system"));
}

/* Whose traffic is it about: everybody's, licensing's, or some other program's? */
static bool concerns_licensing(const struct fact *rule, bool *bound)
{
	struct str program = fact_text(rule, "program"), service = fact_text(rule, "service");
	*bound = names_licensing(program) || names_licensing(service);
	return *bound || (is_any(program) && is_any(service));
}

/* "Any" is translated by netsh; what holds a digit names addresses. */
static bool is_scoped(struct str addresses)
{
	for (size_t i = 0; i < addresses.size; i++)
		if (char_is_digit(addresses.at[i]))
			return true;
	return str_equal_nocase(addresses, STR("LocalSubnet"));
}

static bool is_live(const struct fact *rule, const char *direction, const char *action)
{
	return fact_is(rule, "enabled", "yes") && fact_is(rule, "direction", direction) &&
		fact_is(rule, "action", action) && fact_is(rule, "covers-1688", "yes");
}

static void blocks_by_rule(struct view *view, bool *allowed)
{
	FOR_EACH_FACT(rule, view_bucket(view, &kind_firewall_rule))
	{
		bool bound;
		if (is_live(rule, "out", "allow") && concerns_licensing(rule, &bound))
			*allowed = true;
		if (!is_live(rule, "out", "block") || !concerns_licensing(rule, &bound))
			continue;
		struct fact *fact = view_add(view, &firewall_block, rule->line);
		view_put(view, fact, NULL, "by", STR("rule"));
		view_copy(view, fact, "rule", rule, "name");
		view_copy(view, fact, "store", rule, "store");
		view_put(view, fact, fact_get(rule, "action")->line, "bound-to-service",
			bound ? STR("yes") : STR("no"));
		view_put(view, fact, NULL, "scoped",
			is_scoped(fact_text(rule, "remote-addresses")) ? STR("yes") : STR("no"));
	}
}

/* The default matters when no rule lets KMS out, which only a listing of rules can tell. */
static void derive_blocks(struct view *view)
{
	bool allowed = false;
	blocks_by_rule(view, &allowed);
	FOR_EACH_FACT(profile, view_bucket(view, &kind_firewall_profile))
	{
		if (allowed || !fact_is(profile, "outbound", "block") ||
			fact_is(profile, "enabled", "no"))
			continue;
		struct fact *fact = view_add(view, &firewall_block, profile->line);
		view_put(view, fact, fact_get(profile, "outbound")->line, "by", STR("default"));
		view_copy(view, fact, "profile", profile, "profile");
		view_copy(view, fact, "store", profile, "store");
	}
}
const struct derivation derive_firewall_block = {&firewall_block, derive_blocks};

static const struct fact_kind kms_host_firewall = {
	.name = "kms-host-firewall",
	.says = "on a KMS host: whether its firewall lets clients in",
	.fields =
		{
			{"inbound", FACT_WORD,
				"allowed: an enabled rule lets port 1688 in; blocked: an enabled rule keeps it out; "
				"not-enabled: the rule is there, but switched off",
				"allowed|blocked|not-enabled"},
			{"rule", FACT_TEXT, "the rule's name"},
			{0},
		},
};

static const struct fact *inbound_rule(
	const struct view *view, const char *enabled, const char *action)
{
	FOR_EACH_FACT(rule, view_bucket(view, &kind_firewall_rule))
	if (fact_is(rule, "enabled", enabled) && fact_is(rule, "direction", "in") &&
		fact_is(rule, "action", action) && fact_is(rule, "covers-1688", "yes") &&
		(names_licensing(fact_text(rule, "program")) ||
			str_has(fact_text(rule, "local-ports"), STR("1688"))))
		return rule;
	return NULL;
}

static void derive_host_firewall(struct view *view)
{
	const struct fact *blocked = inbound_rule(view, "yes", "block");
	const struct fact *allowed = inbound_rule(view, "yes", "allow");
	const struct fact *off = inbound_rule(view, "no", "allow");
	const struct fact *rule = blocked ? blocked : allowed ? allowed : off;
	if (!rule)
		return;
	struct fact *fact = view_add(view, &kms_host_firewall, rule->line);
	view_put(view, fact, fact_get(rule, "enabled")->line, "inbound",
		blocked           ? STR("blocked")
			: allowed ? STR("allowed")
				  : STR("not-enabled"));
	view_copy(view, fact, "rule", rule, "name");
}
const struct derivation derive_kms_host_firewall = {&kms_host_firewall, derive_host_firewall};
