/*
 * What settings of policy mean here, besides what they say: the registry value behind a setting of the
 * administrative templates, the firewall and the execution control behind a registry value.
 */
#include "policy.h"

#include "kinds.h"

#include <string.h>

/* Elements of a setting ask once more what it is. */
static const struct policy_template *template_of(struct policy *policy, struct str name)
{
	if (policy->asked.at != name.at || policy->asked.size != name.size) {
		policy->asked = name;
		policy->known = policy_template_of(name);
	}
	return policy->known;
}

/* What a known setting of the templates writes, when the report words it. */
void policy_mean_setting(struct policy *policy, const struct policy_item *item, const char *state)
{
	const struct policy_template *known = template_of(policy, item->name);
	if (!known || !state)
		return;
	bool enabled = strcmp(state, "enabled") == 0;
	int number = enabled ? known->when_enabled : known->when_disabled;
	const char *profile = policy_word_profile(item->category);
	if (known->profile_firewall) {
		struct fact *fact = profile && policy->scope == SCOPE_COMPUTER
			? policy_put_profile(policy, item->line, profile, item->gpo)
			: NULL;
		if (fact)
			fact_put_flag(policy->facts, fact, NULL, "enabled", enabled);
	}
	if (known->control && enabled)
		policy_put_control(policy, item->line, known->control, item->gpo);
	if (!known->key || number < 0)
		return;
	policy_put_registry(policy,
		&(struct policy_registry){.line = item->line,
			.key = str_of(known->key),
			.name = str_of(known->name),
			.type = STR("REG_DWORD"),
			.data = str_of(arena_format(policy->facts->arena, "%d", number)),
			.gpo = item->gpo,
			.by = "template",
			.in_force = true});
}

/* Elements of a setting that are told by what they are called or hold, not by translated words. */
void policy_mean_part(struct policy *policy, const struct policy_item *item)
{
	struct policy_registry value = {.line = item->line,
		.name = item->part,
		.data = item->value,
		.gpo = item->gpo,
		.by = "template",
		.in_force = true};
	const struct policy_template *known = template_of(policy, item->name);
	int choice = -1;
	if (str_equal_nocase(item->part, STR("NtpServer")) ||
		(str_equal_nocase(item->part, STR("Type")) &&
			str_in_list(item->value, "NT5DS|NTP|NoSync|AllSync"))) {
		value.key = STR("SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters");
		value.type = STR("REG_SZ");
	} else if (known && known->name && strcmp(known->name, "RestrictRemoteClients") == 0) {
		choice = policy_rpc_choice(item->value);
	} else if (known && known->name &&
		strcmp(known->name, "EnableControlledFolderAccess") == 0) {
		choice = policy_folder_choice(item->value);
	} else if (scan_is_guid(item->part) && str_in_list(item->value, "0|1|2|5|6")) {
		value.key = STR("SOFTWARE\\Policies\\Microsoft\\Windows Defender\\"
				"Windows Defender Exploit Guard\\ASR\\Rules");
		value.type = STR("REG_SZ");
	}
	if (choice >= 0) {
		value.key = str_of(known->key);
		value.name = str_of(known->name);
		value.type = STR("REG_DWORD");
		value.data = str_of(arena_format(policy->facts->arena, "%d", choice));
	}
	if (value.key.size)
		policy_put_registry(policy, &value);
}

/* Values by which AppLocker, SRP and WDAC are configured. */
static void put_key_control(
	struct policy *policy, const struct policy_registry *value, struct str key, int64_t number)
{
	size_t at = str_find_nocase(key, STR("\\Policies\\Microsoft\\Windows\\SrpV2\\"));
	struct facts *facts = policy->facts;
	if (at != STR_NONE && str_equal_nocase(value->name, STR("EnforcementMode"))) {
		struct fact *fact =
			policy_put_control(policy, value->line, "applocker", value->gpo);
		if (!fact)
			return;
		fact_put(facts, fact, NULL, "collection", policy_leaf_of(key));
		fact_put(facts, fact, NULL, "mode", number == 1 ? STR("enforced") : STR("audit"));
	} else if (str_ends_nocase(key, STR("\\Safer\\CodeIdentifiers")) &&
		str_equal_nocase(value->name, STR("DefaultLevel"))) {
		struct fact *fact = policy_put_control(policy, value->line, "srp", value->gpo);
		if (!fact)
			return;
		fact_put(facts, fact, NULL, "default",
			number == 0                 ? STR("disallowed")
				: number == 0x40000 ? STR("allowed")
						    : STR("basic"));
	} else if (str_ends_nocase(key, STR("\\DeviceGuard")) &&
		str_in_list(value->name, "DeployConfigCIPolicy") && number == 1) {
		policy_put_control(policy, value->line, "wdac", value->gpo);
	}
}

/* Firewall settings written as registry values are read by the parser of the registry. */
static void put_key_firewall(
	struct policy *policy, const struct policy_registry *value, struct str key)
{
	struct registry_reading *r = &policy->registry;
	struct registry_item item = {value->line, value->name,
		value->type.size ? value->type : STR("REG_DWORD"), value->data};
	size_t before = policy->facts->count;
	if (!str_equal(r->key, key))
		*r = (struct registry_reading){
			.evidence = policy->evidence, .facts = policy->facts, .key = key};
	registry_firewall(r, &item);
	for (size_t i = before; i < policy->facts->count; i++)
		if (policy->facts->at[i]->kind == &kind_firewall_rule ||
			policy->facts->at[i]->kind == &kind_firewall_profile)
			fact_put(policy->facts, policy->facts->at[i], NULL, "gpo", value->gpo);
}

void policy_mean_value(struct policy *policy, const struct policy_registry *value, struct str key,
	const int64_t *number)
{
	put_key_firewall(policy, value, key);
	if (number)
		put_key_control(policy, value, key, *number);
}
