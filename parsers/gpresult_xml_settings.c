/*
 * Settings in the XML of policy (gpresult-format, section 6): administrative templates, registry values, security
 * settings, firewall, and preferences, each a record of English element names.
 */
#include "gpresult_xml.h"

#include <string.h>

static void put_part(
	struct xml_reading *r, struct policy_item item, struct str part, struct str value)
{
	item.part = part.size ? part : STR("-");
	item.value = value;
	if (value.size)
		policy_put_setting(r->policy, &item);
}

/* <DropDownList><Name/><State/><Value><Name/></Value>, <EditText><Name/><State/><Value/>, <ListBox>...<Element>
 * <Name/><Data/>. */
static void put_parts(struct xml_reading *r, const struct policy_item *item)
{
	struct str label = STR(""), element = STR("");
	for (size_t i = 0; i < r->leaf_count; i++) {
		const struct leaf *leaf = &r->leaves[i];
		struct str parent = xml_name_text(&leaf->parent), name = xml_name_text(&leaf->name);
		bool list = str_equal(parent, STR("Element"));
		if (str_in_list(
			    parent, "DropDownList|EditText|Numeric|CheckBox|MultiText|ListBox")) {
			if (str_equal(name, STR("Name")))
				label = leaf->text;
			else if (str_equal(name, STR("Value")) ||
				(str_equal(name, STR("State")) &&
					str_equal(parent, STR("CheckBox"))))
				put_part(r, *item, label, leaf->text);
		} else if (str_equal(parent, STR("Value")) && str_equal(name, STR("Name"))) {
			put_part(r, *item, label, leaf->text);
		} else if (list && str_equal(name, STR("Name"))) {
			element = leaf->text;
		} else if (list && str_equal(name, STR("Data"))) {
			put_part(r, *item, element, leaf->text);
			element = STR("");
		}
	}
}

static void end_policy(struct xml_reading *r)
{
	struct policy_item item = {.line = r->record_line,
		.category = xml_value_in(r, "Policy", "Category"),
		.name = xml_value_in(r, "Policy", "Name"),
		.value = xml_value_in(r, "Policy", "State"),
		.gpo = xml_gpo_name(r)};
	policy_put_setting(r->policy, &item);
	put_parts(r, &item);
}

static void end_registry_setting(struct xml_reading *r)
{
	struct str number = xml_value_in(r, "Value", "Number"),
		   name = xml_value_in(r, "Value", "Name");
	struct policy_registry value = {.line = r->record_line,
		.key = xml_value_in(r, NULL, "KeyPath"),
		.name = name,
		.type = number.size ? STR("REG_DWORD") : STR("REG_SZ"),
		.data = number.size ? number : xml_values_of(r, "Value", "String|Binary|Data", "|"),
		.gpo = xml_gpo_name(r),
		.by = "template",
		.in_force = true};
	if (name.size)
		policy_put_registry(r->policy, &value);
}

/* "MACHINE\...\LmCompatibilityLevel"; strings stand in quotes. */
static void end_security_option(struct xml_reading *r)
{
	struct str path = xml_value_in(r, NULL, "KeyName"),
		   number = xml_value_in(r, NULL, "SettingNumber");
	struct str text = xml_value_in(r, NULL, "SettingString");
	size_t last = str_find_last_char(path, '\\');
	if (last == STR_NONE)
		return;
	if (text.size >= 2 && str_starts(text, STR("\"")) && str_ends(text, STR("\"")))
		text = str_slice(text, 1, text.size - 1);
	if (number.size == 0 && text.size == 0)
		text = xml_values_of(r, "SettingStrings", "Value", "|");
	policy_put_registry(r->policy,
		&(struct policy_registry){.line = r->record_line,
			.key = str_slice(path, 0, last),
			.name = str_from(path, last + 1),
			.type = number.size ? STR("REG_DWORD") : STR("REG_SZ"),
			.data = number.size ? number : text,
			.gpo = xml_gpo_name(r),
			.by = "security",
			.in_force = true});
}

static void put_object(struct xml_reading *r, const char *type, struct str path)
{
	struct str sddl = xml_value_in(r, NULL, "SDDL");
	if (path.size && (sddl.size || strcmp(type, "service") != 0))
		policy_put_object(r->policy, r->record_line,
			&(struct policy_object){
				.path = path, .sddl = sddl, .gpo = xml_gpo_name(r), .type = type});
}

static void end_service(struct xml_reading *r)
{
	struct str service = xml_value_in(r, "SystemServices", "Name");
	policy_put_service(r->policy, r->record_line, service, STR(""),
		policy_word_start(xml_value_in(r, NULL, "StartupMode")), xml_gpo_name(r));
	put_object(r, "service", service);
}

static void end_file(struct xml_reading *r)
{
	put_object(r, "file", xml_value_in(r, "File", "Path"));
}

static void end_registry_key(struct xml_reading *r)
{
	put_object(r, "registry", xml_value_in(r, "Registry", "Path"));
}

static void end_right(struct xml_reading *r)
{
	struct str members = xml_values_of(r, "Member", "SID", "|");
	policy_put_right(r->policy, r->record_line, xml_value_in(r, "UserRightsAssignment", "Name"),
		members.size ? members : xml_values_of(r, "Member", "Name", "|"), xml_gpo_name(r));
}

/* The parts of a rule as the registry has them, each an element. */
static void end_rule(struct xml_reading *r)
{
	static const char *const actions[] = {"Allow", "Block"};
	static const char *const words[] = {"allow", "block"};
	int64_t number = 256;
	struct str protocol = xml_value_in(r, NULL, "Protocol"),
		   action = xml_value_in(r, NULL, "Action");
	(void)!scan_number(protocol, &number);
	struct policy_rule rule = {.line = r->record_line,
		.name = xml_value_in(r, NULL, "Name"),
		.program = xml_value_in(r, NULL, "App"),
		.service = xml_value_in(r, NULL, "Svc"),
		.local_ports = xml_values_of(r, NULL, "LPort|LPort2_10|LPort2_20", ","),
		.remote_ports = xml_values_of(r, NULL, "RPort|RPort2_10", ","),
		.remote_addresses = xml_values_of(r, NULL, "RA4|RA42|RA6|RA62", ","),
		.profiles = xml_values_of(r, NULL, "Profile", ","),
		.gpo = xml_gpo_name(r),
		.enabled = policy_word_flag(xml_value_in(r, NULL, "Active")),
		.direction = xml_says(r, NULL, "Dir", "Out") ? "out"
			: xml_says(r, NULL, "Dir", "In")     ? "in"
							     : NULL,
		.protocol = number == 6 ? "tcp"
			: number == 17  ? "udp"
			: number == 256 ? "any"
					: "other"};
	for (size_t i = 0; i < 2; i++)
		if (str_equal_nocase(action, str_of(actions[i])))
			rule.action = words[i];
	policy_put_rule(r->policy, &rule);
}

/* <EnableFirewall><Value>true</Value></EnableFirewall>; true for an action means block. */
static void end_profile(struct xml_reading *r, const char *profile)
{
	static const struct {
		const char *element, *field, *when_true, *when_false;
	} parts[] = {
		{"EnableFirewall", "enabled", "yes", "no"},
		{"DefaultInboundAction", "inbound", "block", "allow"},
		{"DefaultOutboundAction", "outbound", "block", "allow"},
	};
	struct fact *fact = NULL;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct str value = xml_value_in(r, parts[i].element, "Value");
		const char *flag = str_in_list(value, "true|1") ? parts[i].when_true
			: str_in_list(value, "false|0")         ? parts[i].when_false
								: NULL;
		if (flag && !fact)
			fact = policy_put_profile(r->policy, r->record_line, profile,
				r->gpo_differs ? STR("") : xml_gpo_name(r));
		if (flag && fact)
			fact_put(r->policy->facts, fact, NULL, parts[i].field, str_of(flag));
	}
}

static void end_domain_profile(struct xml_reading *r)
{
	end_profile(r, "domain");
}

static void end_private_profile(struct xml_reading *r)
{
	end_profile(r, "private");
}

static void end_public_profile(struct xml_reading *r)
{
	end_profile(r, "public");
}

static const struct {
	const char *name;
	void (*end)(struct xml_reading *r);
} records[] = {
	{"Policy", end_policy},
	{"RegistrySetting", end_registry_setting},
	{"SecurityOptions", end_security_option},
	{"SystemServices", end_service},
	{"File", end_file},
	{"Registry", end_registry_key},
	{"UserRightsAssignment", end_right},
	{"InboundFirewallRules", end_rule},
	{"OutboundFirewallRules", end_rule},
	{"DomainProfile", end_domain_profile},
	{"PrivateProfile", end_private_profile},
	{"StandardProfile", end_private_profile},
	{"PublicProfile", end_public_profile},
};

void xml_settings_end(struct xml_reading *r, const struct name *record)
{
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		if (xml_is_named(record, records[i].name))
			records[i].end(r);
}

static struct str attribute(struct xml_reading *r, const char *name)
{
	struct str value;
	return xml_attribute(r->xml, name, &value) ? value : STR("");
}

/* An item of the preferences: <Properties action="U" hive="HKEY_LOCAL_MACHINE" key="..." name="..." .../> */
static void start_properties(struct xml_reading *r)
{
	struct str hive = attribute(r, "hive"), type = attribute(r, "type");
	struct str service = attribute(r, "serviceName"), data = attribute(r, "value");
	if (hive.size == 0 && service.size == 0)
		return;
	r->item = (struct xml_item){.depth = r->depth - 1,
		.service = arena_copy(r->arena, service),
		.start = policy_word_start(attribute(r, "startupType")),
		.registry = {.line = xml_line_now(r)}};
	if (hive.size == 0)
		return;
	if (str_equal(type, STR("REG_DWORD"))) /* eight hex digits without a prefix */
		data = str_of(arena_format(r->arena, "0x%.*s", STR_PRINT(data)));
	r->item.registry.key = str_of(arena_format(
		r->arena, "%.*s\\%.*s", STR_PRINT(hive), STR_PRINT(attribute(r, "key"))));
	r->item.registry.name = arena_copy(r->arena, attribute(r, "name"));
	r->item.registry.type = arena_copy(r->arena, type);
	r->item.registry.data = arena_copy(r->arena, data);
	r->item.registry.by = "preference";
	r->item.registry.action = policy_word_preference(attribute(r, "action"));
	r->item.registry.in_force = true;
}

void xml_settings_close(struct xml_reading *r)
{
	struct xml_item *item = &r->item;
	if (item->depth == 0 || item->depth < r->depth)
		return;
	item->registry.gpo = xml_gpo_name(r);
	if (r->lost)
		; /* another GPO's item of that name is written */
	else if (item->registry.key.size)
		policy_put_registry(r->policy, &item->registry);
	else
		policy_put_service(r->policy, item->registry.line, item->service, STR(""),
			item->start, item->registry.gpo);
	*item = (struct xml_item){0};
	r->gpo = STR("");
	r->lost = false;
}

static void start_collection(struct xml_reading *r)
{
	struct str mode = attribute(r, "EnforcementMode"), type = attribute(r, "Type");
	struct facts *facts = r->policy->facts;
	struct fact *fact =
		policy_put_control(r->policy, xml_line_now(r), "applocker", xml_gpo_name(r));
	if (!fact)
		return;
	fact_put(facts, fact, NULL, "collection", type);
	if (str_in_list(mode, "Enabled|AuditOnly|NotConfigured"))
		fact_put(facts, fact, NULL, "mode",
			str_equal(mode, STR("Enabled"))             ? STR("enforced")
				: str_equal(mode, STR("AuditOnly")) ? STR("audit")
								    : STR("not-configured"));
}

void xml_settings_start(struct xml_reading *r, const struct name *element)
{
	if (xml_is_named(element, "Properties"))
		start_properties(r);
	else if (xml_is_named(element, "RuleCollection"))
		start_collection(r);
}
