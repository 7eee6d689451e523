/*
 * Windows Firewall in the registry (network-time, section 7).
 *
 * Group policy writes below HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall, the machine itself
 * below HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy. Both hold
 * a key for each kind of network (StandardProfile is the private one, by its old name) and one
 * with a value for each rule:
 *
 *     v2.30|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=1688|App=%SystemRoot%\x.exe|Name=Block KMS|
 *
 * Parts that are absent do not restrict: no port is any port, no profile is every profile. A part
 * may come several times; RPort2_10 and LPort2_10 hold ranges. Unconfirmed: the numbers of the
 * default actions.
 */
#include "firewall.h"
#include "registry.h"

#include <string.h>

#define POLICY STR("\\Policies\\Microsoft\\WindowsFirewall\\")
#define LOCAL STR("\\SharedAccess\\Parameters\\FirewallPolicy\\")
/* Rules of a device management service; they stand under the local key and are no
 * administrator's. */
#define MANAGED STR("Mdm\\")

/* What follows the firewall's own key, "FirewallRules", and whose it is; empty for other keys. */
static struct str firewall_part(struct str key, const char **store)
{
	size_t at = str_find_nocase(key, POLICY);
	*store = "policy";
	if (at != STR_NONE)
		return str_from(key, at + POLICY.size);
	at = str_find_nocase(key, LOCAL);
	if (at == STR_NONE)
		return STR("");
	struct str part = str_from(key, at + LOCAL.size);
	if (str_starts_nocase(part, MANAGED))
		return str_from(part, MANAGED.size);
	*store = "local";
	return part;
}

static const char *profile_word(struct str part)
{
	return str_equal_nocase(part, STR("DomainProfile"))           ? "domain"
		: str_in_list(part, "StandardProfile|PrivateProfile") ? "private"
		: str_equal_nocase(part, STR("PublicProfile"))        ? "public"
								      : NULL;
}

static void put_profile(struct registry_reading *r, const struct registry_item *item,
	const char *profile, const char *store)
{
	int64_t number = 0;
	uint64_t hex = 0;
	if (scan_hex(item->data, &hex) && hex <= 1)
		number = (int64_t)hex;
	else if (!scan_number(item->data, &number) || number < 0 || number > 1)
		return;
	if (!str_in_list(item->name,
		    "EnableFirewall|DefaultOutboundAction|DefaultInboundAction|DoNotAllowExceptions"))
		return;
	if (!r->profile) {
		r->profile = fact_add(r->facts, &kind_firewall_profile, item->line);
		fact_put(r->facts, r->profile, NULL, "profile", str_of(profile));
		fact_put(r->facts, r->profile, NULL, "store", str_of(store));
	}
	struct str action = number ? STR("block") : STR("allow");
	if (str_equal_nocase(item->name, STR("EnableFirewall")))
		fact_put_flag(r->facts, r->profile, item->line, "enabled", number == 1);
	else if (str_equal_nocase(item->name, STR("DefaultOutboundAction")))
		fact_put(r->facts, r->profile, item->line, "outbound", action);
	else if (str_equal_nocase(item->name, STR("DoNotAllowExceptions"))) {
		if (number == 1)
			fact_put(r->facts, r->profile, item->line, "inbound", STR("block-all"));
	} else if (!fact_is(r->profile, "inbound", "block-all"))
		fact_put(r->facts, r->profile, item->line, "inbound", action);
}

/* Values of parts that may repeat, joined with commas as they come. */
struct joined {
	char *at;
	size_t size;
};

static void join(struct arena *arena, struct joined *joined, struct str value, size_t room)
{
	if (!joined->at)
		joined->at = arena_alloc(arena, room + 1);
	if (joined->size)
		joined->at[joined->size++] = ',';
	memcpy(joined->at + joined->size, value.at, value.size);
	joined->size += value.size;
}

enum part { LOCAL_PORTS, REMOTE_PORTS, REMOTE_ADDRESSES, PROFILES, PART_COUNT };

static const struct {
	struct str key;
	enum part part;
} joined_parts[] = {
	{STR_INIT("LPort"), LOCAL_PORTS},
	{STR_INIT("LPort2_10"), LOCAL_PORTS},
	{STR_INIT("LPort2_20"), LOCAL_PORTS},
	{STR_INIT("RPort"), REMOTE_PORTS},
	{STR_INIT("RPort2_10"), REMOTE_PORTS},
	{STR_INIT("RA4"), REMOTE_ADDRESSES},
	{STR_INIT("RA42"), REMOTE_ADDRESSES},
	{STR_INIT("RA6"), REMOTE_ADDRESSES},
	{STR_INIT("RA62"), REMOTE_ADDRESSES},
	{STR_INIT("Profile"), PROFILES},
};

static const struct {
	struct str key;
	const char *field;
} plain_parts[] = {
	{STR_INIT("Action"), "action"},
	{STR_INIT("Dir"), "direction"},
	{STR_INIT("App"), "program"},
	{STR_INIT("Svc"), "service"},
};

static void put_part(struct facts *facts, struct fact *rule, struct str key, struct str value)
{
	for (size_t i = 0; i < sizeof plain_parts / sizeof *plain_parts; i++)
		if (str_equal_nocase(key, plain_parts[i].key))
			fact_put(facts, rule, NULL, plain_parts[i].field, value);
	if (str_equal_nocase(key, STR("Active")) && str_in_list(value, "TRUE|FALSE"))
		fact_put_flag(facts, rule, NULL, "enabled", str_equal_nocase(value, STR("TRUE")));
	if (str_equal_nocase(key, STR("Protocol")) && firewall_protocol(value))
		fact_put(facts, rule, NULL, "protocol", str_of(firewall_protocol(value)));
	/* A name out of a library, "@FirewallAPI.dll,-1234", says less than the rule's id. */
	if (str_equal_nocase(key, STR("Name")) && !str_starts(value, STR("@")))
		fact_put(facts, rule, NULL, "name", value);
}

static void read_parts(struct facts *facts, struct fact *rule, struct str data)
{
	static const char *const fields[PART_COUNT] = {
		"local-ports", "remote-ports", "remote-addresses", "profiles"};
	struct joined joined[PART_COUNT] = {{0}};
	for (struct str rest = data; rest.size;) {
		struct str value = str_cut(&rest, '|'), key = str_cut(&value, '=');
		put_part(facts, rule, key, value);
		for (size_t i = 0; i < sizeof joined_parts / sizeof *joined_parts; i++)
			if (value.size && str_equal_nocase(key, joined_parts[i].key))
				join(facts->arena, &joined[joined_parts[i].part], value, data.size);
	}
	for (size_t i = 0; i < PART_COUNT; i++)
		fact_put(facts, rule, NULL, fields[i], (struct str){joined[i].at, joined[i].size});
}

/* "v2.30|": without it the value is no rule. */
static bool has_version(struct str data)
{
	return data.size > 2 && char_lower(data.at[0]) == 'v' && char_is_digit(data.at[1]) &&
		str_find_char(data, '|') <= 8;
}

static void put_rule(
	struct registry_reading *r, const struct registry_item *item, const char *store)
{
	if (!has_version(item->data))
		return;
	struct fact *rule = fact_add(r->facts, &kind_firewall_rule, item->line);
	fact_put(r->facts, rule, NULL, "name", item->name);
	fact_put(r->facts, rule, NULL, "store", str_of(store));
	read_parts(r->facts, rule, item->data);
	if (!fact_is_set(rule, "protocol") && !str_has_nocase(item->data, STR("|Protocol=")))
		fact_put(r->facts, rule, NULL, "protocol", STR("any"));
	firewall_put_cover(r->facts, rule, true);
}

void registry_firewall(struct registry_reading *r, const struct registry_item *item)
{
	const char *store = NULL;
	struct str part = firewall_part(r->key, &store);
	if (part.size == 0)
		return;
	const char *profile = profile_word(part);
	if (profile && str_equal(item->type, STR("REG_DWORD")))
		put_profile(r, item, profile, store);
	else if (str_equal_nocase(part, STR("FirewallRules")))
		put_rule(r, item, store);
}
