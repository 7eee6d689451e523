/*
 * Which KMS host this machine uses, where that comes from, and whether it is there
 * (network-time, sections 1, 2, 7, 9; causes, section 0 rule 2).
 */
#include "derive.h"

#include "kinds.h"

#define KMS_PORT 1688

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
			{"effective", FACT_FLAG, "this is the one that is used"},
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
static struct str level_of(struct str key, struct str *sku)
{
	int guids = 0;
	for (struct str rest = key; rest.size;) {
		struct str part = str_cut(&rest, '\\');
		if (scan_is_guid(part)) {
			guids++;
			*sku = part;
		}
	}
	if (str_has_nocase(key, STR("\\Policies\\")))
		return STR("policy");
	return guids >= 2 ? STR("sku") : guids == 1 ? STR("app") : STR("root");
}

static const struct fact *value_beside(
	const struct view *view, const struct fact *value, const char *name)
{
	FOR_EACH_FACT(other, view_kind(view, "registry-value"))
	if (fact_is(other, "name", name) &&
		str_equal_nocase(fact_text(other, "key"), fact_text(value, "key")))
		return other;
	return NULL;
}

static void add_registry_setting(struct view *view, const struct fact *value, struct str level)
{
	struct str sku = STR("");
	struct fact *fact = view_add(view, &kms_setting, value->line);
	struct str told = level_of(fact_text(value, "key"), &sku);
	view_put(view, fact, NULL, "level", level.size ? level : told);
	view_copy(view, fact, "host", value, "data");
	view_copy(view, fact, "key", value, "key");
	if (str_equal(told, STR("sku")))
		view_put(view, fact, NULL, "activation-id", sku);
	const struct fact *port = value_beside(view, value, "KeyManagementServicePort");
	if (port)
		view_copy(view, fact, "port", port, "data");
}

static void settings_of_registry(struct view *view)
{
	FOR_EACH_FACT(value, view_kind(view, "registry-value"))
	{
		struct str key = fact_text(value, "key");
		if (!is_licensing_key(key) || is_cache_key(key) ||
			str_is_blank(fact_text(value, "data")) || view_is_full(view, &kms_setting))
			continue;
		if (fact_is(value, "name", "KeyManagementServiceName"))
			add_registry_setting(view, value, STR(""));
		else if (fact_is(value, "name", "KeyManagementServiceLookupDomain"))
			add_registry_setting(view, value, STR("lookup-domain"));
	}
}

static void settings_of_service(struct view *view)
{
	FOR_EACH_FACT(client, view_bucket(view, &kind_kms_client))
	{
		const struct fact_value *from = fact_get(client, "host-from");
		if (!fact_is(client, "host-from", "registered") || !fact_is_set(client, "host"))
			continue;
		struct fact *fact = view_add(view, &kms_setting, from->line);
		view_put(view, fact, NULL, "level", STR("service"));
		view_copy(view, fact, "host", client, "host");
		view_copy(view, fact, "port", client, "port");
		view_copy(view, fact, "activation-id", client, "activation-id");
	}
}

/* A whole listing of the key, or the service itself, says that no host is fixed. */
static const struct line *says_none(const struct view *view)
{
	FOR_EACH_FACT(client, view_bucket(view, &kind_kms_client))
	if (fact_is(client, "host-from", "dns") || fact_is(client, "host-from", "none"))
		return fact_get(client, "host-from")->line;
	FOR_EACH_FACT(key, view_kind(view, "registry-key"))
	{
		struct str path = fact_text(key, "key"), sku = STR("");
		const struct origin *origin = key->line->origin;
		bool one_value = origin && str_has_nocase(origin->command, STR(" /v "));
		if (is_licensing_key(path) && !is_cache_key(path) && !one_value &&
			str_equal(level_of(path, &sku), STR("root")) &&
			fact_is(key, "leaf", "SoftwareProtectionPlatform"))
			return key->line;
	}
	return NULL;
}

static void mark_effective(struct view *view)
{
	static const char *const order[] = {"sku", "app", "root", "policy", "service"};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		FOR_EACH_FACT(setting, view_bucket(view, &kms_setting))
	if (fact_is(setting, "level", order[i])) {
		/* Derived facts belong to this view alone. */
		view_put(view, (struct fact *)(uintptr_t)setting, NULL, "effective", STR("yes"));
		return;
	}
}

static void derive_settings(struct view *view)
{
	settings_of_registry(view);
	settings_of_service(view);
	const struct line *none = view_bucket(view, &kms_setting)->count ? NULL : says_none(view);
	if (none)
		view_put(view, view_add(view, &kms_setting, none), NULL, "level", STR("none"));
	mark_effective(view);
}
const struct derivation derive_kms_setting = {&kms_setting, derive_settings};

static bool announced(const struct view *view, struct str host)
{
	FOR_EACH_FACT(record, view_kind(view, "srv-record"))
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

static void derive_cache(struct view *view)
{
	FOR_EACH_FACT(value, view_kind(view, "registry-value"))
	{
		struct str key = fact_text(value, "key");
		if (!is_licensing_key(key) || !is_cache_key(key) ||
			!fact_is(value, "name", "DiscoveredKeyManagementServiceName") ||
			str_is_blank(fact_text(value, "data")) || view_is_full(view, &kms_cache))
			continue;
		struct fact *fact = view_add(view, &kms_cache, value->line);
		view_copy(view, fact, "host", value, "data");
		put_announced(view, fact, "announced", fact_text(value, "data"));
	}
}
const struct derivation derive_kms_cache = {&kms_cache, derive_cache};

static const struct fact_kind kms_target = {
	.name = "kms-target",
	.says = "a KMS host that this machine has reason to contact, and what is known about it",
	.fields =
		{
			{"host", FACT_NAME, "name or address", NULL, FACT_KEY},
			{"via", FACT_WORD, "how the machine comes to it",
				"setting|dns|cache|probe"},
			{"used", FACT_FLAG,
				"the machine would really contact it: fixed, or announced while none is fixed"},
			{"use", FACT_WORD,
				"certain: as used; likely: announced, while nothing tells whether a host is fixed; "
				"possible: remembered, or only tried by somebody; no: passed over",
				"certain|likely|possible|no"},
			{"port", FACT_NUMBER, "port the machine would use"},
			{"announced", FACT_FLAG, "an SRV record names it"},
			{"resolves", FACT_FLAG, "DNS knows its address"},
			{"address", FACT_ADDRESS, "that address"},
			{"hosts-file-address", FACT_ADDRESS,
				"address that the hosts file gives it instead"},
			{"hosts-file", FACT_WORD, "what the hosts file does to it",
				"agrees|overrides|unused"},
			{"path", FACT_WORD, "what a connection to the port came to",
				"connected|refused|timeout|unresolved|failed"},
			{"ping", FACT_FLAG, "it answers to ping"},
			{"open-port", FACT_NUMBER, "another port on which it did answer"},
			{"single-label", FACT_FLAG, "its name has no domain"},
			{"kind", FACT_WORD, "whose it is, by its name",
				"organisation|azure|aws|google|public-unknown|loopback|address"},
			{0},
		},
};

/* network-time, section 9. Names that hobby hosts use are a compliance matter, not a cause. */
static struct str kind_of_host(struct str host)
{
	static const struct {
		struct str ends;
		struct str kind;
	} known[] = {
		{STR_INIT("kms.core.windows.net"), STR_INIT("azure")},
		{STR_INIT("kms.core.usgovcloudapi.net"), STR_INIT("azure")},
		{STR_INIT("kms.core.chinacloudapi.cn"), STR_INIT("azure")},
		{STR_INIT("kms.core.cloudapi.de"), STR_INIT("azure")},
		{STR_INIT("20.118.99.224"), STR_INIT("azure")},
		{STR_INIT("40.83.235.53"), STR_INIT("azure")},
		{STR_INIT("169.254.169.250"), STR_INIT("aws")},
		{STR_INIT("169.254.169.251"), STR_INIT("aws")},
		{STR_INIT("kms.windows.googlecloud.com"), STR_INIT("google")},
		{STR_INIT("msguides.com"), STR_INIT("public-unknown")},
		{STR_INIT("kms.digiboy.ir"), STR_INIT("public-unknown")},
		{STR_INIT("kms.lotro.cc"), STR_INIT("public-unknown")},
		{STR_INIT("kms.chinancce.com"), STR_INIT("public-unknown")},
		{STR_INIT("kms.vbs.net.cn"), STR_INIT("public-unknown")},
		{STR_INIT("kms.loli.beer"), STR_INIT("public-unknown")},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_ends_nocase(host, known[i].ends))
			return known[i].kind;
	struct address address;
	if (!scan_address(host, &address))
		return STR("organisation");
	enum address_class class = address_class(&address);
	return class == ADDRESS_LOOPBACK || class == ADDRESS_UNSPECIFIED ? STR("loopback")
									 : STR("address");
}

static const struct fact *target_for(const struct view *view, struct str host)
{
	FOR_EACH_FACT(target, view_bucket(view, &kms_target))
	if (str_equal_nocase(fact_text(target, "host"), host))
		return target;
	return NULL;
}

static void add_target(
	struct view *view, const struct fact *from, const char *host_field, struct str via)
{
	const struct fact_value *host = fact_get(from, host_field);
	if (!host->set || str_is_blank(host->text) || view_is_full(view, &kms_target) ||
		target_for(view, host->text))
		return;
	struct address address;
	bool is_address = scan_address(host->text, &address);
	struct fact *fact = view_add(view, &kms_target, host->line);
	view_put(view, fact, NULL, "host", host->text);
	view_put(view, fact, NULL, "via", via);
	view_put(view, fact, NULL, "single-label",
		!is_address && str_find_char(host->text, '.') == STR_NONE ? STR("yes") : STR("no"));
	view_put(view, fact, NULL, "kind", kind_of_host(host->text));
	if (fact_field_index(from->kind, STR("port")) >= 0)
		view_copy(view, fact, "port", from, "port");
}

static bool is_fixed(const struct fact *setting)
{
	return !fact_is(setting, "level", "none") && !fact_is(setting, "level", "lookup-domain");
}

static void add_targets(struct view *view)
{
	FOR_EACH_FACT(setting, view_bucket(view, &kms_setting))
	if (is_fixed(setting))
		add_target(view, setting, "host", STR("setting"));
	FOR_EACH_FACT(record, view_kind(view, "srv-record"))
	if (str_starts_nocase(fact_text(record, "name"), STR("_vlmcs.")))
		add_target(view, record, "host", STR("dns"));
	FOR_EACH_FACT(client, view_bucket(view, &kind_kms_client))
	if (fact_is(client, "host-from", "dns"))
		add_target(view, client, "host", STR("dns"));
	FOR_EACH_FACT(cache, view_bucket(view, &kms_cache))
	add_target(view, cache, "host", STR("cache"));
	FOR_EACH_FACT(probe, view_kind(view, "tcp-probe"))
	if (fact_number(probe, "port", 0) == KMS_PORT)
		add_target(view, probe, "host", STR("probe"));
}

static bool any_fixed(const struct view *view)
{
	FOR_EACH_FACT(setting, view_bucket(view, &kms_setting))
	if (is_fixed(setting))
		return true;
	return false;
}

/* A fixed host is used; an announced one when none is fixed, and only if that is known. */
static void put_used(struct view *view, struct fact *target)
{
	bool fixed = any_fixed(view);
	const struct bucket *settings = view_bucket(view, &kms_setting);
	if (fact_is(target, "via", "setting"))
		view_put(view, target, NULL, "used", STR("yes"));
	else if (fixed)
		view_put(view, target, settings->at[0]->line, "used", STR("no"));
	else if (fact_is(target, "via", "dns"))
		view_put(view, target, settings->count ? settings->at[0]->line : NULL, "used",
			STR("yes"));
}

static void put_address(struct view *view, struct fact *target)
{
	struct str host = fact_text(target, "host");
	FOR_EACH_FACT(address, view_kind(view, "dns-address"))
	if (str_equal_nocase(fact_text(address, "name"), host)) {
		view_copy(view, target, "address", address, "address");
		view_put(view, target, fact_get(address, "address")->line, "resolves", STR("yes"));
		return;
	}
	FOR_EACH_FACT(answer, view_kind(view, "dns-answer"))
	if (str_equal_nocase(fact_text(answer, "question"), host) &&
		(fact_is(answer, "result", "no-name") || fact_is(answer, "result", "no-data")))
		view_put(view, target, fact_get(answer, "result")->line, "resolves", STR("no"));
}

static bool same_address(struct str a, struct str b)
{
	struct address left, right;
	if (!scan_address(a, &left) || !scan_address(b, &right) || left.v6 != right.v6)
		return false;
	for (size_t i = 0; i < sizeof left.bytes; i++)
		if (left.bytes[i] != right.bytes[i])
			return false;
	return true;
}

static void put_hosts_file(struct view *view, struct fact *target)
{
	struct str host = fact_text(target, "host");
	FOR_EACH_FACT(entry, view_kind(view, "hosts-entry"))
	if (str_equal_nocase(fact_text(entry, "name"), host)) {
		bool known = fact_is_set(target, "address");
		bool same = same_address(fact_text(entry, "address"), fact_text(target, "address"));
		view_copy(view, target, "hosts-file-address", entry, "address");
		view_put(view, target, entry->line, "hosts-file",
			known && same ? STR("agrees") : STR("overrides"));
		return;
	}
	const struct bucket *file = view_kind(view, "hosts-file");
	if (file->count)
		view_put(view, target, file->at[0]->line, "hosts-file", STR("unused"));
}

static bool is_probe_of(const struct fact *probe, const struct fact *target)
{
	struct str host = fact_text(target, "host"), address = fact_text(target, "address");
	return str_equal_nocase(fact_text(probe, "host"), host) ||
		same_address(fact_text(probe, "address"), host) ||
		same_address(fact_text(probe, "host"), address);
}

static void put_path(struct view *view, struct fact *target)
{
	int64_t port = fact_number(target, "port", KMS_PORT);
	FOR_EACH_FACT(probe, view_kind(view, "tcp-probe"))
	{
		if (!is_probe_of(probe, target) || !fact_is_set(probe, "result"))
			continue;
		bool connected = fact_is(probe, "result", "connected");
		if (fact_number(probe, "port", 0) == port) {
			if (!fact_is(target, "path", "connected"))
				view_copy(view, target, "path", probe, "result");
			view_copy(view, target, "ping", probe, "ping");
		} else if (connected) {
			view_copy(view, target, "open-port", probe, "port");
		}
	}
}

static void derive_targets(struct view *view)
{
	add_targets(view);
	FOR_EACH_FACT(found, view_bucket(view, &kms_target))
	{
		struct fact *target =
			(struct fact *)(uintptr_t)found; /* derived: this view's own */
		put_used(view, target);
		put_announced(view, target, "announced", fact_text(target, "host"));
		put_address(view, target);
		put_hosts_file(view, target);
		put_path(view, target);
	}
}
const struct derivation derive_kms_target = {&kms_target, derive_targets};

static const struct fact_kind kms_path = {
	.name = "kms-path",
	.says = "whether the KMS hosts that this machine would contact can be reached",
	.fields =
		{
			{"result", FACT_WORD, "all, some or none of those that were tried",
				"open|partly|closed"},
			{"how", FACT_WORD, "how the last that failed did",
				"refused|timeout|unresolved|failed"},
			{"tried", FACT_NUMBER, "hosts tried"},
			{0},
		},
};

static void derive_path(struct view *view)
{
	int64_t open = 0, closed = 0;
	const struct fact_value *good = NULL, *bad = NULL;
	FOR_EACH_FACT(target, view_bucket(view, &kms_target))
	{
		const struct fact_value *path = fact_get(target, "path");
		if (!path->set || fact_is(target, "used", "no"))
			continue;
		bool connected = fact_is(target, "path", "connected");
		open += connected;
		closed += !connected;
		if (connected)
			good = path;
		else
			bad = path;
	}
	if (!good && !bad)
		return;
	struct fact *fact = view_add(view, &kms_path, bad ? bad->line : good->line);
	view_put(view, fact, NULL, "result",
		!closed        ? STR("open")
			: open ? STR("partly")
			       : STR("closed"));
	if (bad)
		view_put(view, fact, NULL, "how", bad->text);
	view_put_number(view, fact, NULL, "tried", open + closed);
}
const struct derivation derive_kms_path = {&kms_path, derive_path};
