/*
 * What Windows Firewall does to KMS traffic (network-time, sections 7 and 8; causes C12, C14).
 */
#include "derive.h"

#include "kinds.h"

static const struct fact_kind firewall_block = {
	.name = "firewall-block",
	.says = "whether this machine's own firewall keeps it from reaching port 1688",
	.fields =
		{
			{"by", FACT_WORD,
				"a rule; the default for what no rule names; default-alone: the default, while the "
				"rules that might make exceptions were not read; none: rules and defaults were read, "
				"and nothing blocks",
				"rule|default|default-alone|none", FACT_KEY},
			{"rule", FACT_TEXT, "the rule's name", NULL, FACT_KEY},
			{"store", FACT_WORD, "local, or policy when group policy set it",
				"local|policy"},
			{"profile", FACT_WORD, "kind of network, for the default",
				"domain|private|public"},
			{"bound-to-service", FACT_FLAG,
				"it is bound to the licensing service or its program, so that an administrator's own "
				"test connection passes"},
			{"scoped", FACT_FLAG,
				"it is only about certain remote addresses, and whether a KMS host is among them is "
				"not known"},
			{"applies", FACT_WORD,
				"surely: on every kind of network; maybe: on some, or to some addresses",
				"surely|maybe"},
			{"gpo", FACT_TEXT, "the GPO that sets it"},
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

static uint32_t v4_of(const struct address *address)
{
	const unsigned char *b = address->bytes;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool scan_v4(struct str text, uint32_t *v4)
{
	struct address address;
	if (!scan_address(text, &address) || address.v6)
		return false;
	*v4 = v4_of(&address);
	return true;
}

/* One entry of a list of remote addresses: an address, LOW-HIGH, ADDRESS/BITS or ADDRESS/MASK. */
static bool entry_covers(struct str entry, uint32_t v4)
{
	uint32_t low, high = 0, mask;
	int64_t bits;
	size_t dash = str_find_char(entry, '-'), slash = str_find_char(entry, '/');
	if (dash != STR_NONE)
		return scan_v4(str_slice(entry, 0, dash), &low) &&
			scan_v4(str_from(entry, dash + 1), &high) && v4 >= low && v4 <= high;
	if (!scan_v4(str_slice(entry, 0, slash), &low))
		return false;
	if (slash == STR_NONE)
		return v4 == low;
	struct str length = str_from(entry, slash + 1);
	if (scan_v4(length, &mask))
		return (v4 & mask) == (low & mask);
	if (!scan_number(length, &bits) || bits < 0 || bits > 32)
		return false;
	mask = bits ? UINT32_MAX << (32 - bits) : 0;
	return (v4 & mask) == (low & mask);
}

enum cover { COVERS_UNKNOWN, COVERS_NOT, COVERS };

/* Are the KMS hosts of this machine among the addresses? Unknown without an IPv4 address of any. */
static enum cover covers_targets(const struct view *view, struct str addresses)
{
	enum cover cover = COVERS_UNKNOWN;
	FOR_EACH_FACT (target, view_kind(view, "kms-target")) {
		uint32_t v4;
		struct str address = fact_text(target, "address");
		if (fact_is(target, "use", "no") ||
			!scan_v4(address.size ? address : fact_text(target, "host"), &v4))
			continue;
		cover = COVERS_NOT;
		for (struct str rest = addresses; rest.size;) {
			struct str entry = str_cut(&rest, ',');
			if (entry_covers(str_trim(entry), v4))
				return COVERS;
		}
	}
	return str_has_nocase(addresses, STR("LocalSubnet")) ? COVERS_UNKNOWN : cover;
}

/* Three profiles, whatever their names are in this language; the registry names none for all of
 * them. */
static bool on_every_network(struct str profiles)
{
	size_t names = 1;
	for (size_t i = 0; i < profiles.size; i++)
		names += profiles.at[i] == ',' || profiles.at[i] == '|';
	return profiles.size == 0 || names >= 3 || is_any(profiles) ||
		str_equal_nocase(profiles, STR("all"));
}

static bool is_live(const struct fact *rule, const char *direction, const char *action)
{
	return fact_is(rule, "enabled", "yes") && fact_is(rule, "direction", direction) &&
		fact_is(rule, "action", action) && fact_is(rule, "covers-1688", "yes");
}

static void block_by_rule(struct view *view, const struct fact *rule, bool bound)
{
	struct str addresses = fact_text(rule, "remote-addresses");
	bool scoped = is_scoped(addresses);
	enum cover cover = scoped ? covers_targets(view, addresses) : COVERS;
	if (cover == COVERS_NOT)
		return;
	struct fact *fact = view_add(view, &firewall_block, rule->line);
	view_put(view, fact, NULL, "by", STR("rule"));
	view_copy(view, fact, "rule", rule, "name");
	view_copy(view, fact, "store", rule, "store");
	view_copy(view, fact, "gpo", rule, "gpo");
	view_put(view, fact, fact_get(rule, "action")->line, "bound-to-service",
		bound ? STR("yes") : STR("no"));
	view_put(view, fact, NULL, "scoped", cover == COVERS_UNKNOWN ? STR("yes") : STR("no"));
	view_put(view, fact, NULL, "applies",
		cover == COVERS && on_every_network(fact_text(rule, "profiles")) ? STR("surely")
										 : STR("maybe"));
}

static bool misses_targets(const struct view *view, const struct fact *rule)
{
	struct str addresses = fact_text(rule, "remote-addresses");
	return is_scoped(addresses) && covers_targets(view, addresses) == COVERS_NOT;
}

static void blocks_by_rule(struct view *view, bool *allowed)
{
	FOR_EACH_FACT (rule, view_bucket(view, &kind_firewall_rule)) {
		bool bound;
		if (is_live(rule, "out", "allow") && concerns_licensing(rule, &bound) &&
			!misses_targets(view, rule))
			*allowed = true;
		if (is_live(rule, "out", "block") && concerns_licensing(rule, &bound) &&
			!view_is_full(view, &firewall_block))
			block_by_rule(view, rule, bound);
	}
}

/* The rules of the machine itself were listed; those of policy alone make no list of all. */
static bool rules_were_read(const struct view *view)
{
	FOR_EACH_FACT (rule, view_bucket(view, &kind_firewall_rule))
		if (!fact_is(rule, "store", "policy"))
			return true;
	return false;
}

static bool blocks_by_default(const struct fact *profile)
{
	return fact_is(profile, "outbound", "block") && !fact_is(profile, "enabled", "no");
}

/* The default matters when no rule lets KMS out, which only a listing of rules can tell. */
static void block_by_default(struct view *view, const struct fact *profile, bool read)
{
	bool everywhere = true;
	FOR_EACH_FACT (other, view_bucket(view, &kind_firewall_profile))
		everywhere &= !fact_is_set(other, "outbound") || blocks_by_default(other);
	struct fact *fact = view_add(view, &firewall_block, profile->line);
	view_put(view, fact, fact_get(profile, "outbound")->line, "by",
		read ? STR("default") : STR("default-alone"));
	view_copy(view, fact, "profile", profile, "profile");
	view_copy(view, fact, "store", profile, "store");
	view_copy(view, fact, "gpo", profile, "gpo");
	view_put(view, fact, NULL, "applies", everywhere && read ? STR("surely") : STR("maybe"));
}

static void derive_blocks(struct view *view)
{
	bool allowed = false, read = rules_were_read(view);
	const struct line *line = NULL;
	blocks_by_rule(view, &allowed);
	FOR_EACH_FACT (profile, view_bucket(view, &kind_firewall_profile)) {
		if (fact_is_set(profile, "outbound"))
			line = fact_get(profile, "outbound")->line;
		if (!allowed && blocks_by_default(profile) && !view_is_full(view, &firewall_block))
			block_by_default(view, profile, read);
	}
	if (read && line && view_bucket(view, &firewall_block)->count == 0)
		view_put(view, view_add(view, &firewall_block, line), NULL, "by", STR("none"));
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
			{"applies", FACT_WORD,
				"surely: on every kind of network and for every client; maybe: for some",
				"surely|maybe"},
			{"rule", FACT_TEXT, "the rule's name"},
			{0},
		},
};

static const struct fact *inbound_rule(
	const struct view *view, const char *enabled, const char *action)
{
	FOR_EACH_FACT (rule, view_bucket(view, &kind_firewall_rule))
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
	view_put(view, fact, NULL, "applies",
		on_every_network(fact_text(rule, "profiles")) &&
				!is_scoped(fact_text(rule, "remote-addresses"))
			? STR("surely")
			: STR("maybe"));
	view_copy(view, fact, "rule", rule, "name");
}
const struct derivation derive_kms_host_firewall = {&kms_host_firewall, derive_host_firewall};
