/*
 * The KMS hosts that this machine has reason to contact, and what is known about each: name,
 * address, port, whether it answers (network-time, sections 1, 2, 8, 9; causes, section 0 rule 2).
 */
#include "derive.h"

#include "kinds.h"

#define KMS_PORT 1688
#define TARGETS_MAX 32 /* no organisation announces more; each is held against all other evidence */
#define ADAPTERS_MAX 64

static const struct fact_kind kms_target = {
	.name = "kms-target",
	.says = "a KMS host that this machine has reason to contact, and what is known about it",
	.fields =
		{
			{"host", FACT_NAME, "name or address", NULL, FACT_KEY},
			{"via", FACT_WORD, "how the machine comes to it",
				"setting|dns|cache|probe|event"},
			{"used", FACT_FLAG,
				"the machine would really contact it: fixed, or announced while none is fixed; unset "
				"when that is not known"},
			{"use", FACT_WORD,
				"certain: as used; likely: announced, while nothing tells whether a host is fixed; "
				"possible: remembered, or only tried by somebody; no: passed over",
				"certain|likely|possible|no"},
			{"port", FACT_NUMBER, "port the machine would use"},
			{"other-port", FACT_NUMBER,
				"another port that its SRV record, or the KMS host itself, names"},
			{"port-agrees", FACT_FLAG,
				"the port is the one its SRV record or the host names"},
			{"other-path", FACT_WORD, "what a connection to that other port came to",
				"connected|refused|timeout|unresolved|failed"},
			{"announced", FACT_FLAG, "an SRV record names it"},
			{"zone", FACT_NAME, "DNS zone of that record"},
			{"priority", FACT_NUMBER, "of that record"},
			{"weight", FACT_NUMBER, "of that record"},
			{"resolves", FACT_FLAG, "DNS knows its address"},
			{"address", FACT_ADDRESS,
				"that address; when DNS was not asked, the one that a test connection went to"},
			{"address-changed", FACT_FLAG,
				"DNS gives another one than that of the last activation"},
			{"family", FACT_WORD, "addresses that DNS gave", "ipv4|ipv6|both"},
			{"hosts-file-address", FACT_ADDRESS,
				"address that the hosts file gives it instead"},
			{"hosts-file", FACT_WORD,
				"what the hosts file does to it: overrides another address, or loops it back; only: "
				"DNS's own address is not known",
				"agrees|overrides|only|unused"},
			{"path", FACT_WORD, "what a connection to the port came to",
				"connected|refused|timeout|unresolved|failed"},
			{"path-elsewhere", FACT_WORD, "what it came to from another machine",
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
/* A whole name or address, or a name below it. */
static bool ends_in_name(struct str host, struct str name)
{
	return str_ends_nocase(host, name) &&
		(host.size == name.size || host.at[host.size - name.size - 1] == '.');
}

static struct str kind_of_host(struct str host)
{
	static const struct {
		struct str ends;
		struct str kind;
	} known[] = {
		{STR_INIT("kms.core.windows.net"), STR_INIT("azure")},
		{STR_INIT("azkms.core.windows.net"), STR_INIT("azure")},
		{STR_INIT("kms.core.usgovcloudapi.net"), STR_INIT("azure")},
		{STR_INIT("azkms.core.usgovcloudapi.net"), STR_INIT("azure")},
		{STR_INIT("kms.core.chinacloudapi.cn"), STR_INIT("azure")},
		{STR_INIT("azkms.core.chinacloudapi.cn"), STR_INIT("azure")},
		{STR_INIT("kms.core.cloudapi.de"), STR_INIT("azure")},
		{STR_INIT("20.118.99.224"), STR_INIT("azure")},
		{STR_INIT("40.83.235.53"), STR_INIT("azure")},
		{STR_INIT("23.102.135.246"), STR_INIT("azure")},
		{STR_INIT("23.97.0.13"), STR_INIT("azure")},
		{STR_INIT("52.126.105.2"), STR_INIT("azure")},
		{STR_INIT("42.159.7.249"), STR_INIT("azure")},
		{STR_INIT("159.27.28.100"), STR_INIT("azure")},
		{STR_INIT("163.228.64.161"), STR_INIT("azure")},
		{STR_INIT("51.4.143.248"), STR_INIT("azure")},
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
		if (ends_in_name(host, known[i].ends))
			return known[i].kind;
	struct address address;
	if (!scan_address(host, &address))
		return STR("organisation");
	enum address_class class = address_class(&address);
	return class == ADDRESS_LOOPBACK || class == ADDRESS_UNSPECIFIED ? STR("loopback")
									 : STR("address");
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

/* The first label is all of a short name; with it, nslookup and the service ask for a full one. */
static bool is_name_of(struct str name, struct str host)
{
	if (str_equal_nocase(name, host))
		return true;
	return str_find_char(host, '.') == STR_NONE && name.size > host.size &&
		str_starts_nocase(name, host) && name.at[host.size] == '.';
}

static struct fact *target_for(const struct view *view, struct str host)
{
	FOR_EACH_FACT (target, view_bucket(view, &kms_target))
		if (str_equal_nocase(fact_text(target, "host"), host))
			return (struct fact *)(uintptr_t)target; /* derived: this view's own */
	return NULL;
}

/* Adds a host, or returns the one that is there already. NULL when there is no name. */
static struct fact *add_target(
	struct view *view, const struct fact *from, const char *host_field, struct str via)
{
	const struct fact_value *host = fact_get(from, host_field);
	if (!host->set || str_is_blank(host->text))
		return NULL;
	struct fact *known = target_for(view, host->text);
	if (known || view_bucket(view, &kms_target)->count >= TARGETS_MAX)
		return known;
	struct address address;
	bool is_address = scan_address(host->text, &address);
	struct fact *fact = view_add(view, &kms_target, host->line);
	view_put(view, fact, NULL, "host", host->text);
	view_put(view, fact, NULL, "via", via);
	view_put(view, fact, NULL, "single-label",
		!is_address && str_find_char(host->text, '.') == STR_NONE ? STR("yes") : STR("no"));
	view_put(view, fact, NULL, "kind", kind_of_host(host->text));
	return fact;
}

static void put_use(struct view *view, struct fact *target, const struct line *line, struct str use)
{
	if (!target || fact_is_set(target, "use"))
		return;
	view_put(view, target, line, "use", use);
	if (str_equal(use, STR("certain")) || str_equal(use, STR("no")))
		view_put(view, target, line, "used",
			str_equal(use, STR("certain")) ? STR("yes") : STR("no"));
}

/* Without a port the registry means 1688; the service prints 1688 in either case. */
static void add_settings(struct view *view)
{
	FOR_EACH_FACT (setting, view_kind(view, "kms-setting")) {
		if (!fact_is(setting, "effective", "yes"))
			continue;
		struct fact *target = add_target(view, setting, "host", STR("setting"));
		if (!target)
			return;
		put_use(view, target, NULL, STR("certain"));
		if (fact_is_set(setting, "port"))
			view_copy(view, target, "port", setting, "port");
		else
			view_put_number(view, target, NULL, "port", KMS_PORT);
	}
}

/* The line that settles whether a host is fixed, and whether one is. */
static const struct line *line_of_settings(const struct view *view, bool *fixed)
{
	const struct line *line = NULL;
	*fixed = false;
	FOR_EACH_FACT (setting, view_kind(view, "kms-setting")) {
		if (fact_is(setting, "effective", "yes")) {
			*fixed = true;
			return setting->line;
		}
		if (fact_is(setting, "level", "none"))
			line = setting->line;
	}
	return line;
}

/* Is the record in a zone that this machine asks? Unknown counts as yes. */
static bool is_in_use(const struct view *view, const struct fact *record)
{
	struct str suffix = str_from(fact_text(record, "name"), STR("_vlmcs._tcp.").size);
	FOR_EACH_FACT (check, view_kind(view, "srv-check"))
		if (str_equal_nocase(fact_text(check, "suffix"), suffix))
			return !fact_is(check, "in-use", "no");
	return true;
}

static void put_record(struct view *view, struct fact *target, const struct fact *record)
{
	if (fact_is_set(target, "zone"))
		return;
	view_put(view, target, record->line, "zone",
		str_from(fact_text(record, "name"), STR("_vlmcs._tcp.").size));
	view_copy(view, target, "priority", record, "priority");
	view_copy(view, target, "weight", record, "weight");
}

static void put_srv_port(struct view *view, struct fact *target, const struct fact *record)
{
	const struct fact_value *port = fact_get(record, "port");
	if (!port->set)
		return;
	if (!fact_is_set(target, "port")) {
		view_copy(view, target, "port", record, "port");
	} else if (fact_is(target, "via", "setting") && !fact_is_set(target, "port-agrees")) {
		bool same = fact_number(target, "port", 0) == port->number;
		view_put(view, target, port->line, "port-agrees", same ? STR("yes") : STR("no"));
		if (!same)
			view_copy(view, target, "other-port", record, "port");
	}
}

static void add_announced(struct view *view)
{
	bool fixed;
	const struct line *settled = line_of_settings(view, &fixed);
	FOR_EACH_FACT (record, view_kind(view, "srv-record")) {
		if (!str_starts_nocase(fact_text(record, "name"), STR("_vlmcs.")))
			continue;
		struct fact *target = add_target(view, record, "host", STR("dns"));
		if (!target)
			continue;
		put_record(view, target, record);
		put_srv_port(view, target, record);
		if (fixed || !is_in_use(view, record))
			put_use(view, target, settled, STR("no"));
		else
			put_use(view, target, settled, settled ? STR("certain") : STR("likely"));
	}
	FOR_EACH_FACT (cache, view_kind(view, "kms-cache"))
		put_use(view, add_target(view, cache, "host", STR("cache")), settled,
			fixed ? STR("no") : STR("possible"));
}

static void put_family(struct view *view, struct fact *target, bool v4, bool v6)
{
	const struct line *line = fact_get(target, "address")->line;
	bool asked = v4;
	FOR_EACH_FACT (answer, view_kind(view, "dns-answer"))
		asked |= is_name_of(fact_text(answer, "question"), fact_text(target, "host")) &&
			!fact_is(answer, "type", "srv") && !fact_is(answer, "type", "aaaa");
	if (asked && (v4 || v6))
		view_put(view, target, line, "family",
			v4 && v6     ? STR("both")
				: v4 ? STR("ipv4")
				     : STR("ipv6"));
}

/* The first IPv4 address, or the first of all. Additional records of an SRV answer may hold only
 * some, so that "IPv6 alone" takes an answer to the name itself. */
static void put_address(struct view *view, struct fact *target)
{
	struct str host = fact_text(target, "host");
	bool v4 = false, v6 = false;
	FOR_EACH_FACT (known, view_kind(view, "dns-address")) {
		struct address address;
		if (!is_name_of(fact_text(known, "name"), host) ||
			!scan_address(fact_text(known, "address"), &address))
			continue;
		if (!fact_is_set(target, "address") || (!address.v6 && !v4))
			view_copy(view, target, "address", known, "address");
		v4 |= !address.v6;
		v6 |= address.v6;
	}
	if (v4 || v6) {
		view_put(view, target, fact_get(target, "address")->line, "resolves", STR("yes"));
		put_family(view, target, v4, v6);
		return;
	}
	FOR_EACH_FACT (answer, view_kind(view, "dns-answer"))
		if (is_name_of(fact_text(answer, "question"), host) &&
			!fact_is(answer, "type", "srv") &&
			(fact_is(answer, "result", "no-name") ||
				(fact_is(answer, "result", "no-data") &&
					!fact_is(answer, "type", "aaaa"))))
			view_put(view, target, fact_get(answer, "result")->line, "resolves",
				STR("no"));
}

static bool dns_gives(const struct view *view, struct str host, struct str address)
{
	FOR_EACH_FACT (known, view_kind(view, "dns-address"))
		if (is_name_of(fact_text(known, "name"), host) &&
			same_address(fact_text(known, "address"), address))
			return true;
	return false;
}

/* The service remembers the address that it activated with. */
static void put_change(struct view *view, struct fact *target)
{
	FOR_EACH_FACT (client, view_bucket(view, &kind_kms_client)) {
		struct str host = fact_text(target, "host"), before = fact_text(client, "address");
		if (before.size == 0 || !fact_is(target, "resolves", "yes") ||
			!str_equal_nocase(fact_text(client, "host"), host))
			continue;
		view_put(view, target, fact_get(client, "address")->line, "address-changed",
			dns_gives(view, host, before) ? STR("no") : STR("yes"));
	}
}

static struct str effect_of_hosts(
	const struct view *view, const struct fact *target, struct str given)
{
	struct address address;
	if (scan_address(given, &address) &&
		(address_class(&address) == ADDRESS_LOOPBACK ||
			address_class(&address) == ADDRESS_UNSPECIFIED))
		return STR("overrides");
	if (!fact_is_set(target, "address"))
		return STR("only");
	return dns_gives(view, fact_text(target, "host"), given) ? STR("agrees") : STR("overrides");
}

static void put_hosts_file(struct view *view, struct fact *target)
{
	struct str host = fact_text(target, "host");
	FOR_EACH_FACT (entry, view_kind(view, "hosts-entry"))
		if (str_equal_nocase(fact_text(entry, "name"), host)) {
			view_copy(view, target, "hosts-file-address", entry, "address");
			view_put(view, target, entry->line, "hosts-file",
				effect_of_hosts(view, target, fact_text(entry, "address")));
			return;
		}
	const struct bucket *file = view_kind(view, "hosts-file");
	if (file->count)
		view_put(view, target, file->at[0]->line, "hosts-file", STR("unused"));
}

/* When the target is this very machine, the port of its listener is known. */
static void put_listener(struct view *view, struct fact *target)
{
	struct str rest = fact_text(target, "host");
	struct str label = str_cut(&rest, '.');
	FOR_EACH_FACT (computer, view_kind(view, "computer"))
		if (str_equal_nocase(fact_text(computer, "name"), str_slice(label, 0, 15)))
			FOR_EACH_FACT (host, view_bucket(view, &kind_kms_host)) {
				const struct fact_value *port = fact_get(host, "port");
				int64_t expected = fact_number(target, "port", KMS_PORT);
				if (!port->set || fact_is_set(target, "port-agrees"))
					continue;
				view_put(view, target, port->line, "port-agrees",
					port->number == expected ? STR("yes") : STR("no"));
				if (port->number != expected)
					view_copy(view, target, "other-port", host, "port");
			}
}

/*
 * Test connections
 */

/* Of several attempts the more telling one counts: a connection, then a reason, then none. */
static int telling(struct str result)
{
	static const char *const order[] = {
		"failed", "unresolved", "timeout", "refused", "connected"};
	for (int i = 0; i < 5; i++)
		if (str_equal(result, str_of(order[i])))
			return i + 1;
	return 0;
}

#define PROBES_COMPARED 64

/* Where this machine's addresses are not known: of two machines that tried the same, one in vain, the case is about
 * that one. */
static bool reached_for_another(const struct view *view, const struct fact *probe)
{
	int compared = 0;
	if (!fact_is(probe, "result", "connected"))
		return false;
	FOR_EACH_FACT (other, view_kind(view, "tcp-probe")) {
		if (++compared > PROBES_COMPARED)
			return false;
		if (fact_number(other, "port", 0) == fact_number(probe, "port", 0) &&
			str_equal_nocase(fact_text(other, "host"), fact_text(probe, "host")) &&
			telling(fact_text(other, "result")) < telling(STR("connected")) &&
			fact_is_set(other, "result") && !fact_is(other, "result", "unresolved") &&
			fact_is_set(other, "source-address") &&
			!same_address(fact_text(other, "source-address"),
				fact_text(probe, "source-address")))
			return true;
	}
	return false;
}

/* Was the probe made on another machine? Its source address tells, when this machine's are
 * known. */
static bool is_foreign(const struct view *view, const struct fact *probe)
{
	struct str source = fact_text(probe, "source-address");
	struct address address;
	bool known = false;
	int adapters = 0;
	if (!scan_address(source, &address) || address.v6)
		return false;
	FOR_EACH_FACT (adapter, view_kind(view, "ip-adapter")) {
		struct str own = fact_text(adapter, "address");
		if (same_address(own, source) || ++adapters > ADAPTERS_MAX)
			return false;
		known |= scan_address(own, &address) && !address.v6;
	}
	return known || (adapters == 0 && reached_for_another(view, probe));
}

enum probed { PROBED_NOT, PROBED_ADDRESS, PROBED_NAME };

/* By name a probe takes the way that activation takes; by address it only shows that somebody is
 * there. */
static enum probed probed(const struct fact *probe, const struct fact *target)
{
	struct str host = fact_text(target, "host"), tried = fact_text(probe, "host");
	bool overridden = fact_is(target, "hosts-file", "overrides");
	struct str address = fact_text(target, overridden ? "hosts-file-address" : "address");
	if (str_equal_nocase(tried, host) || is_name_of(host, tried) || is_name_of(tried, host))
		return PROBED_NAME;
	return same_address(tried, address) || same_address(tried, host) ? PROBED_ADDRESS
									 : PROBED_NOT;
}

static void put_result(
	struct view *view, struct fact *target, const char *field, const struct fact *probe)
{
	if (telling(fact_text(probe, "result")) > telling(fact_text(target, field)))
		view_copy(view, target, field, probe, "result");
}

static void put_probe(struct view *view, struct fact *target, const struct fact *probe)
{
	int64_t port = fact_number(probe, "port", 0);
	bool is_main = port == fact_number(target, "port", KMS_PORT);
	if (is_foreign(view, probe)) {
		if (is_main)
			put_result(view, target, "path-elsewhere", probe);
		return;
	}
	if (is_main) {
		put_result(view, target, "path", probe);
		view_copy(view, target, "ping", probe, "ping");
		if (!fact_is_set(target, "address"))
			view_copy(view, target, "address", probe, "address");
		return;
	}
	if (port == fact_number(target, "other-port", -1))
		put_result(view, target, "other-path", probe);
	if (fact_is(probe, "result", "connected"))
		view_copy(view, target, "open-port", probe, "port");
}

static void put_path(struct view *view, struct fact *target)
{
	bool by_name = false;
	for (int way = PROBED_NAME; way >= PROBED_ADDRESS; way--)
		FOR_EACH_FACT (probe, view_kind(view, "tcp-probe")) {
			if ((int)probed(probe, target) != way || !fact_is_set(probe, "result") ||
				(by_name && way == PROBED_ADDRESS && !is_foreign(view, probe)))
				continue;
			put_probe(view, target, probe);
			by_name |= way == PROBED_NAME && fact_is_set(target, "path");
		}
}

/* Somebody tried a host that nothing else names. */
static void add_probed(struct view *view)
{
	size_t named = view_bucket(view, &kms_target)->count;
	FOR_EACH_FACT (probe, view_kind(view, "tcp-probe")) {
		bool known = false;
		if (fact_number(probe, "port", 0) != KMS_PORT)
			continue;
		for (size_t i = 0; i < named && !known; i++)
			known = probed(probe, view_bucket(view, &kms_target)->at[i]) != PROBED_NOT;
		if (known)
			continue;
		struct fact *target = add_target(view, probe, "host", STR("probe"));
		put_use(view, target, NULL, named ? STR("no") : STR("possible"));
		if (target)
			put_address(view, target);
	}
}

/* Says of a host whether DNS announces it, when that was asked successfully. */
static void put_announced(struct view *view, struct fact *target)
{
	FOR_EACH_FACT (found, view_kind(view, "kms-discovery")) {
		if (!fact_is(found, "result", "found") && !fact_is(found, "result", "split"))
			continue;
		bool named = false;
		FOR_EACH_FACT (record, view_kind(view, "srv-record"))
			named |= str_equal_nocase(
				fact_text(record, "host"), fact_text(target, "host"));
		view_put(view, target, found->line, "announced", named ? STR("yes") : STR("no"));
	}
}

/* Hosts that the machine's own requests went to: the licensing service asks as it will ask again. */
static void add_asked(struct view *view)
{
	size_t named = view_bucket(view, &kms_target)->count;
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt")) {
		if (!fact_is(attempt, "counts", "yes"))
			continue;
		struct fact *target = add_target(view, attempt, "host", STR("event"));
		if (!target || !fact_is(target, "via", "event"))
			continue;
		put_use(view, target, NULL, named ? STR("possible") : STR("likely"));
		if (!fact_is_set(target, "port"))
			view_copy(view, target, "port", attempt, "port");
	}
}

static void derive_targets(struct view *view)
{
	const struct bucket *targets = view_bucket(view, &kms_target);
	add_settings(view);
	add_announced(view);
	add_asked(view);
	for (size_t i = 0; i < targets->count; i++)
		put_address(view, (struct fact *)(uintptr_t)targets->at[i]);
	add_probed(view);
	for (size_t i = 0; i < targets->count; i++) {
		struct fact *target = (struct fact *)(uintptr_t)targets->at[i];
		put_announced(view, target);
		put_change(view, target);
		put_hosts_file(view, target);
		put_listener(view, target);
		put_path(view, target);
	}
}
const struct derivation derive_kms_target = {&kms_target, derive_targets};
