/*
 * Windows Firewall: what changed in it, and what it dropped (events, section 8).
 *
 * Rules: the channel of the firewall logs every rule that is added, changed or deleted, with all its numbers: Direction
 * 1 in and 2 out, Action 2 block and 3 allow, Protocol 6 TCP and 256 any. Kept are those that can touch TCP port 1688
 * or are bound to the licensing service; a deletion has no more than the rule's id and name, and is kept for their sake.
 *
 * Drops: auditing of the filtering platform, off by default, logs each packet (5152) and connection (5157) that a filter
 * stopped, and the program. Direction is %%14592 (in) or %%14593 (out). Kept are those of port 1688 and of the programs
 * of the licensing service.
 */
#include "event_values.h"

static const struct fact_kind firewall_event = {
	.name = "firewall-event",
	.says = "a change of Windows Firewall that can touch activation",
	.fields =
		{
			{"what", FACT_WORD,
				"rule-added, rule-changed, rule-deleted; all-deleted: all rules; reset: to defaults; "
				"profile-setting: of one kind of network; policy-failed: settings of group policy "
				"could not be read; network-changed: it has another profile now",
				"rule-added|rule-changed|rule-deleted|all-deleted|reset|profile-setting|"
				"policy-failed|network-changed",
				FACT_KEY},
			{"rule-id", FACT_TEXT, "the rule's own id", NULL, FACT_KEY},
			{"rule", FACT_TEXT, "its name"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"direction", FACT_WORD, "of the rule", "in|out"},
			{"action", FACT_WORD, "of the rule", "allow|block"},
			{"enabled", FACT_FLAG, "the rule is active"},
			{"protocol", FACT_NUMBER, "6 TCP, 17 UDP, 256 any"},
			{"local-ports", FACT_TEXT, "ports on this machine; * any"},
			{"remote-ports", FACT_TEXT, "ports on the other machine; * any"},
			{"remote-addresses", FACT_TEXT, "the other machine; * any"},
			{"program", FACT_NAME, "program it is bound to"},
			{"service", FACT_NAME, "service it is bound to"},
			{"profiles", FACT_TEXT,
				"kinds of network, as a number: 1 domain, 2 private, 4 public"},
			{"store", FACT_WORD, "whose rule: of the machine, or of group policy",
				"local|policy|other"},
			{"setting", FACT_WORD, "which setting of a profile",
				"enabled|inbound-default|outbound-default"},
			{"value", FACT_NUMBER,
				"its new value: enabled 0 or 1; defaults 0 allow, 1 block"},
			{"user", FACT_TEXT, "SID of who did it"},
			{"by", FACT_NAME, "the program that did it"},
			{"code", FACT_CODE, "error code"},
			{0},
		},
};

static const struct fact_kind firewall_drop = {
	.name = "firewall-drop",
	.says = "a packet or connection that a filter of this machine stopped",
	.fields =
		{
			{"what", FACT_WORD, "5152 packet, 5157 connection", "packet|connection"},
			{"computer", FACT_NAME, "the machine that stopped it", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"direction", FACT_WORD, "which way it was to go", "in|out", FACT_KEY},
			{"port", FACT_NUMBER, "the port it was to reach", NULL, FACT_KEY},
			{"protocol", FACT_NUMBER, "6 TCP"},
			{"program", FACT_NAME, "file name of the program on this machine"},
			{"path", FACT_NAME, "with its folder"},
			{"from-address", FACT_ADDRESS, "who sent it"},
			{"to-address", FACT_ADDRESS, "who was to get it"},
			{"filter", FACT_NUMBER,
				"run-time id of the filter, as `netsh wfp show filters` has it"},
			{0},
		},
};

#define FIREWALL "Microsoft-Windows-Windows Firewall With Advanced Security"
#define AUDIT "Microsoft-Windows-Security-Auditing"
#define KMS_PORT 1688

enum family { FAMILY_NONE, FAMILY_RULE, FAMILY_DELETED, FAMILY_SETTING, FAMILY_OTHER, FAMILY_DROP };

static const struct {
	uint32_t id;
	enum family family;
	const char *what;
} meanings[] = {
	{2003, FAMILY_SETTING, "profile-setting"},
	{2004, FAMILY_RULE, "rule-added"},
	{2005, FAMILY_RULE, "rule-changed"},
	{2006, FAMILY_DELETED, "rule-deleted"},
	{2009, FAMILY_OTHER, "policy-failed"},
	{2010, FAMILY_OTHER, "network-changed"},
	{2032, FAMILY_OTHER, "reset"},
	{2033, FAMILY_OTHER, "all-deleted"},
	{2052, FAMILY_DELETED, "rule-deleted"},
	{2060, FAMILY_OTHER, "reset"},
	{2097, FAMILY_RULE, "rule-added"},
	{2099, FAMILY_RULE, "rule-changed"},
	{5152, FAMILY_DROP, "packet"},
	{5157, FAMILY_DROP, "connection"},
};

static enum family family_of(const struct event *event, const char **what)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		bool drop = meanings[i].family == FAMILY_DROP;
		if (meanings[i].id != event->id || !event_is_from(event, drop ? AUDIT : FIREWALL))
			continue;
		*what = meanings[i].what;
		return meanings[i].family;
	}
	return FAMILY_NONE;
}

static int64_t number_of(const struct event *event, const char *names)
{
	int64_t number = -1;
	return scan_number(event_any(event, names), &number) ? number : -1;
}

/* Is 1688 in "80,443,1000-2000", or is any port meant? */
static bool has_port(struct str ports)
{
	ports = str_trim(ports);
	if (ports.size == 0 || str_equal(ports, STR("*")))
		return true;
	while (ports.size) {
		struct str part = str_trim(str_cut(&ports, ','));
		struct str low = str_cut(&part, '-');
		int64_t first = 0, last = 0;
		if (!scan_number(low, &first))
			continue;
		if (!scan_number(part, &last))
			last = first;
		if (first <= KMS_PORT && KMS_PORT <= last)
			return true;
	}
	return false;
}

static bool is_licensing_service(const struct event *event)
{
	return str_in_list(event_any(event, "ServiceName"), "sppsvc|osppsvc") ||
		event_is_licensing_program(event_any(event, "ApplicationPath"));
}

/* A rule of another program is no matter of the licensing service; one that blocks all ports is, one that allows all
 * is not worth telling. */
static bool rule_matters(const struct event *event)
{
	int64_t direction = number_of(event, "Direction"), protocol = number_of(event, "Protocol");
	bool blocks = number_of(event, "Action") == 2;
	struct str ports = event_any(event, direction == 1 ? "LocalPorts" : "RemotePorts");
	bool bound =
		event_any(event, "ApplicationPath").size || event_any(event, "ServiceName").size;
	if (is_licensing_service(event))
		return true;
	if (bound && !str_has_nocase(event_any(event, "ApplicationPath"), STR("\\svchost.exe")))
		return false;
	if (protocol != 6 && protocol != 256)
		return false;
	bool names_port = ports.size && !str_equal(str_trim(ports), STR("*"));
	return has_port(ports) && (names_port || blocks);
}

/* It may be the end of a rule that blocked; rules of packages ("@{Name...}") come and go with every update. */
static bool deletion_matters(const struct event *event)
{
	return !str_starts(str_trim(event_any(event, "RuleName")), STR("@{"));
}

/* FW_PROFILE_CONFIG of [MS-FASP]; that 1 is the switch itself was seen. */
static const char *setting_of(int64_t type)
{
	return type == 1     ? "enabled"
		: type == 16 ? "outbound-default"
		: type == 17 ? "inbound-default"
			     : NULL;
}

static bool drop_matters(const struct event *event)
{
	struct str path = event_any(event, "Application");
	return number_of(event, "DestPort") == KMS_PORT ||
		str_in_list(
			event_file_name(path), "sppsvc.exe|osppsvc.exe|SppExtComObj.exe|slui.exe");
}

static bool matters(const struct event *event)
{
	const char *what = NULL;
	switch (family_of(event, &what)) {
	case FAMILY_RULE:
		return rule_matters(event);
	case FAMILY_DELETED:
		return deletion_matters(event);
	case FAMILY_SETTING:
		return setting_of(number_of(event, "SettingType")) != NULL;
	case FAMILY_DROP:
		return drop_matters(event);
	case FAMILY_OTHER:
		return true;
	case FAMILY_NONE:
	default:
		return false;
	}
}

/* FW_RULE_ORIGIN_TYPE of [MS-FASP]. */
static const char *store_of(int64_t origin)
{
	return origin == 1 ? "local" : origin == 2 ? "policy" : "other";
}

static void put_rule(const struct event *event, struct fact *rule, struct facts *facts)
{
	int64_t direction = number_of(event, "Direction"), action = number_of(event, "Action");
	fact_put(facts, rule, NULL, "direction",
		direction == 1           ? STR("in")
			: direction == 2 ? STR("out")
					 : STR(""));
	fact_put(facts, rule, NULL, "action",
		action == 2           ? STR("block")
			: action == 3 ? STR("allow")
				      : STR(""));
	int64_t active = number_of(event, "Active");
	if (active == 0 || active == 1)
		fact_put_flag(facts, rule, NULL, "enabled", active == 1);
	fact_put(facts, rule, NULL, "protocol", event_any(event, "Protocol"));
	fact_put(facts, rule, NULL, "local-ports", event_any(event, "LocalPorts"));
	fact_put(facts, rule, NULL, "remote-ports", event_any(event, "RemotePorts"));
	fact_put(facts, rule, NULL, "remote-addresses", event_any(event, "RemoteAddresses"));
	fact_put(facts, rule, NULL, "program", event_any(event, "ApplicationPath"));
	fact_put(facts, rule, NULL, "service", event_any(event, "ServiceName"));
	fact_put(facts, rule, NULL, "profiles", event_any(event, "Profiles"));
	if (number_of(event, "Origin") >= 0)
		fact_put(facts, rule, NULL, "store", str_of(store_of(number_of(event, "Origin"))));
}

/* The value is a number, four bytes of one in hexadecimal, or both. */
static void put_setting(const struct event *event, struct fact *change, struct facts *facts)
{
	struct str value = str_trim(event_any(event, "SettingValue"));
	fact_put(facts, change, NULL, "setting",
		str_of(setting_of(number_of(event, "SettingType"))));
	fact_put(facts, change, NULL, "profiles", event_any(event, "Profiles"));
	int64_t number = 0;
	if (value.size == 8 && str_ends(value, STR("000000")) &&
		scan_number(str_slice(value, 0, 2), &number))
		fact_put_number(facts, change, NULL, "value", number);
	else
		fact_put(facts, change, NULL, "value", value);
}

static void read_drop(
	const struct event *event, const char *what, struct fact *fact, struct facts *facts)
{
	struct str direction = str_trim(event_any(event, "Direction"));
	struct str path = event_any(event, "Application");
	struct fact *drop = fact_add(facts, &firewall_drop, fact->line);
	fact_put(facts, drop, NULL, "what", str_of(what));
	event_stamp(event, drop, facts);
	fact_put(facts, drop, NULL, "direction",
		str_equal(direction, STR("%%14592"))           ? STR("in")
			: str_equal(direction, STR("%%14593")) ? STR("out")
							       : STR(""));
	fact_put(facts, drop, NULL, "port", event_any(event, "DestPort"));
	fact_put(facts, drop, NULL, "protocol", event_any(event, "Protocol"));
	if (!str_equal(path, STR("-")))
		fact_put(facts, drop, NULL, "program", event_file_name(path));
	if (!str_equal(path, STR("-")))
		fact_put(facts, drop, NULL, "path", path);
	fact_put(facts, drop, NULL, "from-address", event_any(event, "SourceAddress"));
	fact_put(facts, drop, NULL, "to-address", event_any(event, "DestAddress"));
	fact_put(facts, drop, NULL, "filter", event_any(event, "FilterRTID"));
	fact_put(facts, fact, NULL, "about", event_any(event, "DestAddress"));
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	const char *what = NULL;
	enum family family = family_of(event, &what);
	if (family == FAMILY_DROP) {
		read_drop(event, what, fact, facts);
		return;
	}
	if (!what)
		return;
	struct fact *change = fact_add(facts, &firewall_event, fact->line);
	fact_put(facts, change, NULL, "what", str_of(what));
	event_stamp(event, change, facts);
	fact_put(facts, change, NULL, "rule-id", event_any(event, "RuleId"));
	fact_put(facts, change, NULL, "rule", event_any(event, "RuleName"));
	fact_put(facts, fact, NULL, "about", event_any(event, "RuleName"));
	fact_put(facts, change, NULL, "user", event_any(event, "ModifyingUser"));
	fact_put(facts, change, NULL, "by", event_any(event, "ModifyingApplication"));
	if (family == FAMILY_RULE)
		put_rule(event, change, facts);
	if (family == FAMILY_SETTING)
		put_setting(event, change, facts);
	if (event->id == 2009)
		event_put_code(facts, fact, change, event_any(event, "ErrorCode"));
}

static const struct fact_kind *const kinds[] = {&firewall_event, &firewall_drop, NULL};

const struct event_reader event_reader_firewall = {
	.name = "firewall",
	.says = "Windows Firewall: rules that were changed, connections that were dropped",
	.providers = FIREWALL "|" AUDIT,
	.source = "firewall-events",
	.ids = {{2003, 2006}, {2009, 2010}, {2032, 2033}, {2052, 2052}, {2060, 2060}, {2097, 2097},
		{2099, 2099}, {5152, 5152}, {5157, 5157}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
