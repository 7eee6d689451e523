/*
 * Group policy: what was applied to this machine, by which GPO, and what that says.
 *
 * Sources of the formats: gpresult-format, sections 3 to 7; other-formats (secedit).
 */
#include "policy.h"

#include "firewall.h"
#include "kinds.h"

#include <string.h>

static const struct fact_kind policy_report = {
	.name = "policy-report",
	.says = "a report about group policy",
	.fields =
		{
			{"kind", FACT_WORD,
				"results: what is in force; modeling: what would be; gpo: what one GPO holds, "
				"wherever it applies; database: the local security policy, as secedit exports it; "
				"template: a file of that form, of a GPO or of no machine",
				"results|modeling|gpo|database|template"},
			{"form", FACT_WORD, "how it was written", "html|xml|text|inf"},
			{"name", FACT_TEXT, "user and computer, or GPO, as in its title"},
			{"computer", FACT_WORD,
				"settings of the computer; no-data: the report says that it has none, as when it was "
				"made without elevation, or with /scope user",
				"reported|no-data"},
			{"user", FACT_WORD, "settings of the user", "reported|no-data"},
			{"elevated", FACT_FLAG,
				"it was made with elevation; no: it lacks what only that shows"},
			{"settings", FACT_FLAG,
				"it lists settings, not only GPOs and groups (/r does that)"},
			{"whole", FACT_FLAG, "it was read to its end"},
			{"taken", FACT_TEXT, "when, as printed"},
			{0},
		},
};

static const struct fact_kind policy_scope = {
	.name = "policy-scope",
	.says = "group policy as it was applied to the computer, or to the user",
	.fields =
		{
			{"scope", FACT_WORD, "whose", "computer|user", FACT_KEY},
			{"name", FACT_TEXT, "of the computer, or of the user"},
			{"domain", FACT_TEXT, "its domain"},
			{"site", FACT_TEXT, "Active Directory site"},
			{"ou", FACT_TEXT, "organisational unit"},
			{"slow-link", FACT_FLAG,
				"the link to the domain controller counted as slow"},
			{"loopback", FACT_WORD, "settings of the computer's GPOs for its users",
				"merge|replace"},
			{"applied", FACT_TEXT, "when it was last applied, as printed"},
			{"from", FACT_NAME, "domain controller it was applied from"},
			{0},
		},
};

static const struct fact_kind policy_gpo = {
	.name = "policy-gpo",
	.says = "a GPO that was considered",
	.fields =
		{
			{"scope", FACT_WORD, "for whom", "computer|user", FACT_KEY},
			{"name", FACT_TEXT, "its name", NULL, FACT_KEY},
			{"guid", FACT_GUID, "its GUID", NULL, FACT_KEY},
			{"state", FACT_WORD, "what became of it", "applied|denied"},
			{"reason", FACT_WORD, "why it was denied",
				"security|wmi-filter|empty|disabled|disabled-link|blocked|inaccessible|other"},
			{"link", FACT_TEXT, "where it is linked"},
			{"ad-version", FACT_NUMBER, "revision in Active Directory"},
			{"sysvol-version", FACT_NUMBER,
				"revision in SYSVOL; 65535 when that could not be read"},
			{0},
		},
};

static const struct fact_kind policy_extension = {
	.name = "policy-extension",
	.says = "a client-side extension of group policy, and its last run",
	.fields =
		{
			{"scope", FACT_WORD, "for whom", "computer|user", FACT_KEY},
			{"guid", FACT_GUID, "its GUID, the same in every language", NULL, FACT_KEY},
			{"name", FACT_TEXT, "its name", NULL, FACT_KEY},
			{"result", FACT_WORD, "what became of the run", "ok|failed"},
			{"code", FACT_CODE, "error"},
			{"ended", FACT_TEXT, "when, as printed"},
			{0},
		},
};

static const struct fact_kind policy_group = {
	.name = "policy-group",
	.says = "a group that the computer or user was in when policy was applied",
	.fields =
		{
			{"scope", FACT_WORD, "who", "computer|user", FACT_KEY},
			{"name", FACT_NAME, "its name", NULL, FACT_KEY},
			{"sid", FACT_TEXT, "its SID", NULL, FACT_KEY},
			{0},
		},
};

static const struct fact_kind policy_setting = {
	.name = "policy-setting",
	.says = "a policy in force, in the words of the report",
	.fields =
		{
			{"scope", FACT_WORD, "for whom", "computer|user", FACT_KEY},
			{"category", FACT_TEXT, "where it stands, translated", NULL, FACT_KEY},
			{"name", FACT_TEXT, "its name, translated", NULL, FACT_KEY},
			{"part", FACT_TEXT, "an element of it", NULL, FACT_KEY},
			{"state", FACT_WORD, "whether it is set",
				"enabled|disabled|not-configured"},
			{"value", FACT_TEXT, "as printed"},
			{"gpo", FACT_TEXT, "the GPO that won"},
			{0},
		},
};

static const struct fact_kind policy_value = {
	.name = "policy-value",
	.says = "a registry value that group policy writes",
	.fields =
		{
			{"key", FACT_NAME, "path of its key: HKLM\\SOFTWARE\\...", NULL, FACT_KEY},
			{"leaf", FACT_NAME, "last part of that path", NULL, FACT_KEY},
			{"name", FACT_NAME, "the value's name", NULL, FACT_KEY},
			{"type", FACT_TEXT,
				"REG_SZ, REG_DWORD and so on, where the report says it"},
			{"data", FACT_TEXT, "as text"},
			{"number", FACT_NUMBER, "as a number, when it is one"},
			{"by", FACT_WORD,
				"template: an administrative template; security: a security option; preference: an "
				"item that is written once more at each refresh, over what was set by hand",
				"template|security|preference"},
			{"action", FACT_WORD, "of a preference", "create|replace|update|delete"},
			{"in-force", FACT_FLAG,
				"it is the one that won, and was applied; absent when the report does not tell"},
			{"code", FACT_CODE, "error with which it was not applied"},
			{"gpo", FACT_TEXT, "the GPO that won"},
			{0},
		},
};

static const struct fact_kind policy_service = {
	.name = "policy-service",
	.says = "how group policy lets a service start",
	.fields =
		{
			{"service", FACT_NAME, "short name", NULL, FACT_KEY},
			{"display", FACT_TEXT, "display name, translated", NULL, FACT_KEY},
			{"start", FACT_WORD, "how it starts", "auto|demand|disabled"},
			{"in-force", FACT_FLAG,
				"it is applied on this machine; absent when the evidence does not tell"},
			{"gpo", FACT_TEXT, "the GPO that won"},
			{0},
		},
};

static const struct fact_kind policy_right = {
	.name = "policy-right",
	.says = "a user right as policy assigns it",
	.fields =
		{
			{"right", FACT_NAME, "SeServiceLogonRight and so on", NULL, FACT_KEY},
			{"members", FACT_TEXT, "who has it, joined by |; none when nobody has"},
			{"in-force", FACT_FLAG,
				"it is applied on this machine; absent when the evidence does not tell"},
			{"gpo", FACT_TEXT, "the GPO that won"},
			{0},
		},
};

static const struct fact_kind policy_acl = {
	.name = "policy-acl",
	.says = "permissions that policy sets",
	.fields =
		{
			{"object", FACT_WORD, "on what", "file|registry|service", FACT_KEY},
			{"path", FACT_NAME, "its path or name", NULL, FACT_KEY},
			{"sddl", FACT_TEXT, "the permissions"},
			{"entries", FACT_TEXT, "the permissions in words, joined by |"},
			{"in-force", FACT_FLAG,
				"it is applied on this machine; absent when the evidence does not tell"},
			{"gpo", FACT_TEXT, "the GPO that won"},
			{0},
		},
};

static const struct fact_kind policy_control = {
	.name = "policy-control",
	.says = "execution control that policy configures",
	.fields =
		{
			{"control", FACT_WORD, "which", "srp|applocker|wdac", FACT_KEY},
			{"collection", FACT_NAME, "AppLocker's kind of file: Exe, Script and so on",
				NULL, FACT_KEY},
			{"mode", FACT_WORD, "enforced, or only logged",
				"enforced|audit|not-configured"},
			{"default", FACT_WORD, "what no rule of SRP names",
				"allowed|disallowed|basic"},
			{"gpo", FACT_TEXT, "the GPO that won"},
			{0},
		},
};

const struct fact_kind *const policy_kinds[] = {&policy_report, &policy_scope, &policy_gpo,
	&policy_extension, &policy_group, &policy_setting, &policy_value, &policy_service,
	&policy_right, &policy_acl, &policy_control, &kind_firewall_rule, &kind_firewall_profile,
	NULL};

const struct line *policy_cite(struct arena *arena, const struct line *line, struct str says)
{
	struct line *cited = arena_alloc(arena, sizeof *cited);
	*cited = *line;
	cited->text = cited->raw = says;
	return cited;
}

struct str policy_join(struct arena *arena, struct str all, struct str part)
{
	if (str_is_blank(part) || all.size > LIMIT_QUOTE_BYTES)
		return all;
	part = str_trim(part);
	return all.size
		? str_of(arena_format(arena, "%.*s | %.*s", STR_PRINT(all), STR_PRINT(part)))
		: arena_copy(arena, part);
}

static const char *scope_word(enum policy_scope scope)
{
	return scope == SCOPE_USER ? "user" : "computer";
}

static void put_word(struct facts *facts, struct fact *fact, const char *field, const char *word)
{
	if (fact && word)
		fact_put(facts, fact, NULL, field, str_of(word));
}

static void put_text(struct facts *facts, struct fact *fact, const char *field, struct str text)
{
	if (fact && !str_is_blank(text))
		fact_put(facts, fact, NULL, field, text);
}

static bool is_kept(const struct policy *policy)
{
	return policy->in_force && policy->scope != SCOPE_NONE && !policy->facts->full;
}

static void put_in_force(const struct policy *policy, struct fact *fact)
{
	if (!policy->unsure)
		fact_put_flag(policy->facts, fact, NULL, "in-force", true);
}

static struct fact *add_scoped(
	struct policy *policy, const struct fact_kind *kind, const struct line *line)
{
	struct fact *fact = fact_add(policy->facts, kind, line);
	put_word(policy->facts, fact, "scope", scope_word(policy->scope));
	return fact;
}

void policy_open_report(
	struct policy *policy, const struct line *line, const char *kind, const char *form)
{
	policy->report = fact_add(policy->facts, &policy_report, line);
	policy->about = NULL;
	policy->scope = SCOPE_NONE;
	put_word(policy->facts, policy->report, "kind", kind);
	put_word(policy->facts, policy->report, "form", form);
	policy->in_force = str_in_list(str_of(kind), "results|database");
}

void policy_open_scope(struct policy *policy, const struct line *line, enum policy_scope scope)
{
	policy->scope = scope;
	policy->about = NULL;
	if (is_kept(policy))
		policy->about = add_scoped(policy, &policy_scope, line);
}

void policy_put_about(
	struct policy *policy, const struct line *line, const char *field, struct str value)
{
	if (policy->about && !str_is_blank(value) && !fact_is_set(policy->about, field))
		fact_put(policy->facts, policy->about, line, field, value);
}

void policy_scope_reported(struct policy *policy, enum policy_scope scope, bool data)
{
	if (policy->report && scope != SCOPE_NONE &&
		!fact_is(policy->report, scope_word(scope), "reported"))
		put_word(policy->facts, policy->report, scope_word(scope),
			data ? "reported" : "no-data");
}

void policy_put_group(
	struct policy *policy, const struct line *line, struct str name, struct str sid)
{
	if (!is_kept(policy))
		return;
	struct fact *fact = add_scoped(policy, &policy_group, line);
	put_text(policy->facts, fact, "name", name);
	put_text(policy->facts, fact, "sid", sid);
}

struct fact *policy_put_gpo(struct policy *policy, const struct line *line, struct str name,
	struct str guid, const char *state)
{
	if (!is_kept(policy))
		return NULL;
	struct fact *fact = add_scoped(policy, &policy_gpo, line);
	put_text(policy->facts, fact, "name", name);
	put_text(policy->facts, fact, "guid", guid);
	put_word(policy->facts, fact, "state", state);
	return fact;
}

struct fact *policy_put_extension(
	struct policy *policy, const struct line *line, struct str guid, struct str name)
{
	if (!is_kept(policy))
		return NULL;
	struct fact *fact = add_scoped(policy, &policy_extension, line);
	put_text(policy->facts, fact, "guid", guid);
	put_text(policy->facts, fact, "name", name);
	return fact;
}

void policy_put_setting(struct policy *policy, const struct policy_item *item)
{
	if (!is_kept(policy) || str_is_blank(item->name))
		return;
	const char *state = item->part.size ? NULL : policy_word_state(item->value);
	if (state && strcmp(state, "not-configured") == 0)
		return;
	struct fact *fact = add_scoped(policy, &policy_setting, item->line);
	put_text(policy->facts, fact, "category", item->category);
	put_text(policy->facts, fact, "name", item->name);
	put_text(policy->facts, fact, "part", item->part);
	put_word(policy->facts, fact, "state", state);
	put_text(policy->facts, fact, "value", item->value);
	put_text(policy->facts, fact, "gpo", item->gpo);
	if (item->part.size)
		policy_mean_part(policy, item);
	else
		policy_mean_setting(policy, item, state);
}

/* "MACHINE\System\...", "HKEY_LOCAL_MACHINE\...", or a path below the scope's own hive. */
static struct str full_key(struct policy *policy, struct str key)
{
	static const struct {
		struct str prefix;
		const char *hive;
	} hives[] = {
		{STR_INIT("MACHINE\\"), "HKLM"},
		{STR_INIT("HKEY_LOCAL_MACHINE\\"), "HKLM"},
		{STR_INIT("HKLM\\"), "HKLM"},
		{STR_INIT("USER\\"), "HKCU"},
		{STR_INIT("HKEY_CURRENT_USER\\"), "HKCU"},
		{STR_INIT("HKCU\\"), "HKCU"},
		{STR_INIT("HKEY_USERS\\"), "HKU"},
		{STR_INIT("USERS\\"), "HKU"},
		{STR_INIT("HKEY_CLASSES_ROOT\\"), "HKCR"},
		{STR_INIT("CLASSES_ROOT\\"), "HKCR"},
	};
	const char *hive = policy->scope == SCOPE_USER ? "HKCU" : "HKLM";
	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++)
		if (str_starts_nocase(key, hives[i].prefix)) {
			hive = hives[i].hive;
			key = str_from(key, hives[i].prefix.size);
			break;
		}
	while (str_ends(key, STR("\\")))
		key = str_slice(key, 0, key.size - 1);
	return str_of(arena_format(policy->facts->arena, "%s\\%.*s", hive, STR_PRINT(key)));
}

struct str policy_leaf_of(struct str key)
{
	size_t last = str_find_last_char(key, '\\');
	return last == STR_NONE ? key : str_from(key, last + 1);
}

/* "0x1 (1)", "1", "0x00000001". */
static bool number_of(struct str data, int64_t *number)
{
	struct str rest = data, word = str_word(&rest);
	uint64_t hex = 0;
	if (scan_hex(word, &hex) && hex <= INT64_MAX) {
		*number = (int64_t)hex;
		return true;
	}
	return scan_number(data, number);
}

void policy_put_registry(struct policy *policy, const struct policy_registry *value)
{
	int64_t number = 0;
	if (!is_kept(policy) || str_is_blank(value->key) || value->key.size > KIB)
		return;
	struct facts *facts = policy->facts;
	struct str key = full_key(policy, value->key);
	struct fact *fact = fact_add(facts, &policy_value, value->line);
	bool has_number = !str_ends(value->type, STR("_SZ")) && number_of(value->data, &number);
	put_text(facts, fact, "key", key);
	put_text(facts, fact, "leaf", policy_leaf_of(key));
	put_text(facts, fact, "name", value->name);
	put_text(facts, fact, "type", value->type);
	put_text(facts, fact, "data", value->data);
	if (has_number)
		fact_put_number(facts, fact, NULL, "number", number);
	put_word(facts, fact, "by", value->by);
	put_word(facts, fact, "action", value->action);
	if (value->code)
		fact_put_number(facts, fact, NULL, "code", value->code);
	bool deletes = value->action && strcmp(value->action, "delete") == 0;
	if (value->in_force || value->code)
		fact_put_flag(facts, fact, NULL, "in-force", value->in_force && !deletes);
	put_text(facts, fact, "gpo", value->gpo);
	if (!value->in_force || policy->scope != SCOPE_COMPUTER || deletes)
		return;
	policy_mean_value(policy, value, key, has_number ? &number : NULL);
}

struct fact *policy_put_service(struct policy *policy, const struct line *line, struct str service,
	struct str display, int start, struct str gpo)
{
	if (!is_kept(policy) || policy->scope != SCOPE_COMPUTER)
		return NULL;
	struct fact *fact = fact_add(policy->facts, &policy_service, line);
	put_text(policy->facts, fact, "service",
		service.size ? service : policy_service_of(display));
	put_text(policy->facts, fact, "display", display);
	put_word(policy->facts, fact, "start",
		start == 2           ? "auto"
			: start == 3 ? "demand"
			: start == 4 ? "disabled"
				     : NULL);
	put_in_force(policy, fact);
	put_text(policy->facts, fact, "gpo", gpo);
	return fact;
}

void policy_put_right(struct policy *policy, const struct line *line, struct str right,
	struct str members, struct str gpo)
{
	if (!is_kept(policy) || policy->scope != SCOPE_COMPUTER)
		return;
	struct fact *fact = fact_add(policy->facts, &policy_right, line);
	put_text(policy->facts, fact, "right", right);
	put_text(policy->facts, fact, "members", str_is_blank(members) ? STR("none") : members);
	put_in_force(policy, fact);
	put_text(policy->facts, fact, "gpo", gpo);
}

void policy_put_object(
	struct policy *policy, const struct line *line, const struct policy_object *object)
{
	if (!is_kept(policy) || policy->scope != SCOPE_COMPUTER)
		return;
	struct fact *fact = fact_add(policy->facts, &policy_acl, line);
	put_word(policy->facts, fact, "object", object->type);
	put_text(policy->facts, fact, "path", object->path);
	put_text(policy->facts, fact, "sddl", object->sddl);
	put_text(policy->facts, fact, "entries", object->entries);
	put_in_force(policy, fact);
	put_text(policy->facts, fact, "gpo", object->gpo);
}

struct fact *policy_put_control(
	struct policy *policy, const struct line *line, const char *control, struct str gpo)
{
	if (!is_kept(policy))
		return NULL;
	struct fact *fact = fact_add(policy->facts, &policy_control, line);
	put_word(policy->facts, fact, "control", control);
	put_text(policy->facts, fact, "gpo", gpo);
	return fact;
}

struct fact *policy_put_profile(
	struct policy *policy, const struct line *line, const char *profile, struct str gpo)
{
	if (!is_kept(policy) || policy->scope != SCOPE_COMPUTER)
		return NULL;
	struct fact *fact = fact_add(policy->facts, &kind_firewall_profile, line);
	put_word(policy->facts, fact, "profile", profile);
	put_word(policy->facts, fact, "store", "policy");
	put_text(policy->facts, fact, "gpo", gpo);
	return fact;
}

void policy_put_rule(struct policy *policy, const struct policy_rule *rule)
{
	if (!is_kept(policy) || policy->scope != SCOPE_COMPUTER)
		return;
	struct facts *facts = policy->facts;
	struct fact *fact = fact_add(facts, &kind_firewall_rule, rule->line);
	put_text(facts, fact, "name", rule->name);
	put_word(facts, fact, "store", "policy");
	put_word(facts, fact, "enabled", rule->enabled);
	put_word(facts, fact, "direction", rule->direction);
	put_word(facts, fact, "action", rule->action);
	put_word(facts, fact, "protocol", rule->protocol);
	put_text(facts, fact, "local-ports", rule->local_ports);
	put_text(facts, fact, "remote-ports", rule->remote_ports);
	put_text(facts, fact, "remote-addresses", rule->remote_addresses);
	put_text(facts, fact, "profiles", rule->profiles);
	put_text(facts, fact, "program", rule->program);
	put_text(facts, fact, "service", rule->service);
	put_text(facts, fact, "gpo", rule->gpo);
	firewall_put_cover(facts, fact, true);
}
