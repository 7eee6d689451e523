/*
 * Which KMS host this machine is told to use, or remembers (network-time, section 7; causes,
 * section 0 rule 2).
 */
#include "derive.h"

#include "kinds.h"

#include <string.h>

static const struct fact_kind kms_setting = {
	.name = "kms-setting",
	.says = "a fixed KMS host; the most specific one wins, and any of them stops discovery",
	.fields =
		{
			{"level", FACT_WORD,
				"where it is set: for one SKU, one application, or all (root); policy: by group policy; "
				"lookup-domain: only the domain to search; service: what the licensing service itself "
				"reports; none: looked for, and there is none",
				"sku|app|root|policy|lookup-domain|service|none", FACT_KEY},
			{"host", FACT_NAME, "KMS host, or the domain to search", NULL, FACT_KEY},
			{"port", FACT_NUMBER, "port, when one is set"},
			{"activation-id", FACT_GUID, "the SKU it is for"},
			{"key", FACT_NAME, "registry key it stands in"},
			{"effective", FACT_FLAG, "this is the one that is used; no: none is"},
			{"endpoint", FACT_TEXT,
				"the host as /skms takes it, with its port when one is set"},
			{0},
		},
};

static bool is_licensing_key(struct str key)
{
	return str_has_nocase(key, STR("\\SoftwareProtectionPlatform")) ||
		str_has_nocase(key, STR("\\Software Protection Platform"));
}

static bool is_cache_key(struct str key)
{
	return str_has_nocase(key, STR("S-1-5-20"));
}

/* How many GUIDs stand below the licensing key: none is the root, one an application, two a SKU. */
static struct str level_of(struct str key, struct str *app, struct str *sku)
{
	int guids = 0;
	for (struct str rest = key; rest.size;) {
		struct str part = str_cut(&rest, '\\');
		if (scan_is_guid(part)) {
			*(guids == 0 ? app : sku) = part;
			guids++;
		}
	}
	if (str_has_nocase(key, STR("\\Policies\\")))
		return STR("policy");
	return guids >= 2 ? STR("sku") : guids == 1 ? STR("app") : STR("root");
}

static const struct fact *value_beside(
	const struct view *view, const struct fact *value, const char *name)
{
	FOR_EACH_FACT (other, view_kind(view, "registry-value"))
		if (fact_is(other, "name", name) &&
			str_equal_nocase(fact_text(other, "key"), fact_text(value, "key")))
			return other;
	return NULL;
}

static bool is_fixed(const struct fact *setting)
{
	return !fact_is(setting, "level", "none") && !fact_is(setting, "level", "lookup-domain");
}

static void put_endpoint(struct view *view, struct fact *setting)
{
	const struct fact_value *port = fact_get(setting, "port");
	struct str host = fact_text(setting, "host");
	if (is_fixed(setting) && host.size)
		view_put(view, setting, port->set ? port->line : NULL, "endpoint",
			str_of(arena_format(view->arena, port->set ? "%.*s:%.*s" : "%.*s%.*s",
				STR_PRINT(host), STR_PRINT(port->text))));
}

static void add_registry_setting(struct view *view, const struct fact *value, struct str level)
{
	struct str app = STR(""), sku = STR("");
	struct fact *fact = view_add(view, &kms_setting, value->line);
	struct str told = level_of(fact_text(value, "key"), &app, &sku);
	view_put(view, fact, NULL, "level", level.size ? level : told);
	view_copy(view, fact, "host", value, "data");
	view_copy(view, fact, "key", value, "key");
	if (str_equal(told, STR("sku")))
		view_put(view, fact, NULL, "activation-id", sku);
	const struct fact *port = value_beside(view, value, "KeyManagementServicePort");
	if (port)
		view_copy(view, fact, "port", port, "data");
	put_endpoint(view, fact);
}

static void settings_of_registry(struct view *view)
{
	FOR_EACH_FACT (value, view_kind(view, "registry-value")) {
		/* The name first: it settles most of the thousands of values that an export may hold. */
		bool host = fact_is(value, "name", "KeyManagementServiceName");
		bool domain = !host && fact_is(value, "name", "KeyManagementServiceLookupDomain");
		struct str key = fact_text(value, "key");
		if ((!host && !domain) || !is_licensing_key(key) || is_cache_key(key) ||
			str_is_blank(fact_text(value, "data")) || view_is_full(view, &kms_setting))
			continue;
		add_registry_setting(view, value, host ? STR("") : STR("lookup-domain"));
	}
}

/* What the licensing scripts say of a setting: both kinds of fact name its parts alike. */
static void add_setting(
	struct view *view, const struct line *line, struct str level, const struct fact *from)
{
	struct fact *fact = view_add(view, &kms_setting, line);
	view_put(view, fact, NULL, "level", level);
	view_copy(view, fact, "host", from, "host");
	view_copy(view, fact, "port", from, "port");
	view_copy(view, fact, "activation-id", from, "activation-id");
	put_endpoint(view, fact);
}

static void settings_of_service(struct view *view)
{
	FOR_EACH_FACT (client, view_bucket(view, &kind_kms_client)) {
		const struct fact_value *from = fact_get(client, "host-from");
		if (!fact_is(client, "host-from", "registered") || !fact_is_set(client, "host"))
			continue;
		add_setting(view, from->line, STR("service"), client);
	}
}

/* Does `result` stand further down the same file? Across files nothing is known about the order. */
static bool is_later(const struct fact *result, const struct fact *than)
{
	const struct origin *a = result->line->origin, *b = than->line->origin;
	return a && b && a->machine == b->machine && strcmp(a->member, b->member) == 0 &&
		result->line->number > than->line->number;
}

static bool was_cleared(const struct view *view, const struct fact *set)
{
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result))
		if (fact_is(result, "verb", "ckms") && fact_is(result, "result", "success") &&
			is_later(result, set))
			return true;
	return false;
}

/* "slmgr /skms HOST" that succeeded, and was not taken back, says the same as the registry after it. */
static void settings_of_commands(struct view *view)
{
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result)) {
		if (!fact_is(result, "verb", "skms") || !fact_is(result, "result", "success") ||
			!fact_is_set(result, "host") || was_cleared(view, result) ||
			view_is_full(view, &kms_setting))
			continue;
		add_setting(view, result->line, STR("root"), result);
	}
}

/* Did the listing go below the key? There are always values below it (of plug-ins, for one), so
 * that a listing without any was not recursive, and tells nothing of applications and SKUs. */
static bool lists_below(const struct view *view, struct str path)
{
	FOR_EACH_FACT (value, view_kind(view, "registry-value")) {
		struct str key = fact_text(value, "key");
		if (key.size > path.size && str_starts_nocase(key, path) &&
			key.at[path.size] == '\\')
			return true;
	}
	return false;
}

/* A whole listing of the key, or the service itself, says that no host is fixed. */
static const struct line *says_none(const struct view *view)
{
	FOR_EACH_FACT (client, view_bucket(view, &kind_kms_client))
		if (fact_is(client, "host-from", "dns") || fact_is(client, "host-from", "none"))
			return fact_get(client, "host-from")->line;
	FOR_EACH_FACT (key, view_kind(view, "registry-key")) {
		struct str path = fact_text(key, "key");
		if (is_licensing_key(path) && !is_cache_key(path) &&
			!fact_is(key, "exists", "no") &&
			fact_is(key, "leaf", "SoftwareProtectionPlatform") &&
			lists_below(view, path))
			return key->line;
	}
	return NULL;
}

/* Is a setting about the product of this case? Others may have their own hosts, Office for one. */
static bool concerns_target(const struct view *view, const struct fact *setting)
{
	struct str app = STR(""), sku = STR(""), product = STR(""), app_word = STR("windows");
	(void)level_of(fact_text(setting, "key"), &app, &sku);
	FOR_EACH_FACT (target, view_kind(view, "licence-target")) {
		product = fact_text(target, "activation-id");
		app_word = fact_text(target, "app");
	}
	struct str own = fact_text(setting, "activation-id");
	if (own.size && product.size)
		return str_equal_nocase(own, product);
	if (app.size == 0)
		return true;
	bool office = str_equal_nocase(app, STR(APP_ID_OFFICE)) ||
		str_equal_nocase(app, STR(APP_ID_OFFICE_2010));
	return str_equal(app_word, office ? STR("office") : STR("windows"));
}

static void mark_effective(struct view *view)
{
	static const char *const order[] = {"sku", "app", "root", "policy", "service"};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		FOR_EACH_FACT (setting, view_bucket(view, &kms_setting))
			if (fact_is(setting, "level", order[i]) && concerns_target(view, setting)) {
				/* Derived facts belong to this view alone. */
				view_put(view, (struct fact *)(uintptr_t)setting, NULL, "effective",
					STR("yes"));
				return;
			}
}

static bool any_fixed(const struct view *view)
{
	FOR_EACH_FACT (setting, view_bucket(view, &kms_setting))
		if (is_fixed(setting) && concerns_target(view, setting))
			return true;
	return false;
}

static void derive_settings(struct view *view)
{
	settings_of_registry(view);
	settings_of_service(view);
	settings_of_commands(view);
	const struct line *none = any_fixed(view) ? NULL : says_none(view);
	if (none) {
		struct fact *fact = view_add(view, &kms_setting, none);
		view_put(view, fact, NULL, "level", STR("none"));
		view_put(view, fact, NULL, "effective", STR("no"));
	}
	mark_effective(view);
}
const struct derivation derive_kms_setting = {&kms_setting, derive_settings};

static bool announced(const struct view *view, struct str host)
{
	FOR_EACH_FACT (record, view_kind(view, "srv-record"))
		if (str_equal_nocase(fact_text(record, "host"), host) &&
			str_starts_nocase(fact_text(record, "name"), STR("_vlmcs.")))
			return true;
	return false;
}

static const struct fact *discovery(const struct view *view)
{
	const struct bucket *bucket = view_kind(view, "kms-discovery");
	return bucket->count ? bucket->at[0] : NULL;
}

/* Says of a host whether DNS announces it, when that was asked successfully. */
static void put_announced(struct view *view, struct fact *fact, const char *field, struct str host)
{
	const struct fact *found = discovery(view);
	if (found && (fact_is(found, "result", "found") || fact_is(found, "result", "split")))
		view_put(view, fact, found->line, field,
			announced(view, host) ? STR("yes") : STR("no"));
}

static const struct fact_kind kms_cache = {
	.name = "kms-cache",
	.says = "the KMS host that discovery remembers and tries first",
	.fields =
		{
			{"host", FACT_NAME, "its name", NULL, FACT_KEY},
			{"announced", FACT_FLAG, "DNS still announces it"},
			{0},
		},
};

static void add_cache(struct view *view, const struct fact *from, const char *field)
{
	const struct fact_value *host = fact_get(from, field);
	if (!host->set || str_is_blank(host->text) || view_is_full(view, &kms_cache))
		return;
	FOR_EACH_FACT (known, view_bucket(view, &kms_cache))
		if (str_equal_nocase(fact_text(known, "host"), host->text))
			return;
	struct fact *fact = view_add(view, &kms_cache, host->line);
	view_copy(view, fact, "host", from, field);
	put_announced(view, fact, "announced", host->text);
}

static void derive_cache(struct view *view)
{
	FOR_EACH_FACT (value, view_kind(view, "registry-value")) {
		struct str key = fact_text(value, "key");
		if (fact_is(value, "name", "DiscoveredKeyManagementServiceName") &&
			is_licensing_key(key) && is_cache_key(key))
			add_cache(view, value, "data");
	}
	/* "KMS machine name from DNS" is what discovery remembers, not what DNS says today. */
	FOR_EACH_FACT (client, view_bucket(view, &kind_kms_client))
		if (fact_is(client, "host-from", "dns") && !fact_is(client, "caching", "no"))
			add_cache(view, client, "host");
}
const struct derivation derive_kms_cache = {&kms_cache, derive_cache};
