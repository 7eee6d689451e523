/*
 * ipconfig /all (network-time, section 8).
 *
 *     Windows IP Configuration
 *
 *        Host Name . . . . . . . . . . . . : CLIENT01
 *        Primary Dns Suffix  . . . . . . . : contoso.com             <- empty in a workgroup
 *        DNS Suffix Search List. . . . . . : contoso.com
 *                                            fabrikam.com
 *
 *     Ethernet adapter Ethernet:
 *
 *        Connection-specific DNS Suffix  . : contoso.com
 *        Description . . . . . . . . . . . : ...
 *        Physical Address. . . . . . . . . : 00-15-5D-00-00-01
 *        DHCP Enabled. . . . . . . . . . . : Yes
 *        IPv4 Address. . . . . . . . . . . : 192.168.2.188(Preferred)
 *        Subnet Mask . . . . . . . . . . . : 255.255.255.0
 *        DNS Servers . . . . . . . . . . . : 10.0.3.5
 *
 * Labels are translated, but the abbreviations in them are not (DNS, DHCP, WINS, IPv6), and
 * neither are the order of the lines and the form of the values; so no label is looked up. Only
 * "yes" and "no" are words.
 */
#include "parser.h"

static const struct fact_kind ip_host = {
	.name = "ip-host",
	.says = "name and DNS settings of the machine",
	.is_state = true,
	.fields =
		{
			{"computer", FACT_NAME, "host name"},
			{"primary-suffix", FACT_NAME, "primary DNS suffix; absent when empty"},
			{"has-primary-suffix", FACT_FLAG,
				"no: the line is there and empty, as in a workgroup"},
			{0},
		},
};

static const struct fact_kind ip_adapter = {
	.name = "ip-adapter",
	.says = "a network adapter",
	.is_state = true,
	.fields =
		{
			{"name", FACT_TEXT, "as printed", NULL, FACT_KEY},
			{"connected", FACT_FLAG, "no: media disconnected"},
			{"address", FACT_ADDRESS,
				"its first IPv4 address, or IPv6 when there is no other"},
			{"self-assigned", FACT_FLAG,
				"address is 169.254.x.x: no DHCP server answered"},
			{"dhcp", FACT_FLAG, "gets its address by DHCP"},
			{"gateway", FACT_ADDRESS, "default gateway"},
			{"vpn", FACT_FLAG, "a VPN or tunnel by its description"},
			{"description", FACT_TEXT, "as printed"},
			{0},
		},
};

static const struct fact_kind dns_suffix = {
	.name = "dns-suffix",
	.says = "a DNS suffix from ipconfig",
	.fields =
		{
			{"suffix", FACT_NAME, "contoso.com", NULL, FACT_KEY},
			{"from", FACT_WORD, "where it comes from", "primary|search-list|connection",
				FACT_KEY},
			{"adapter", FACT_TEXT, "adapter, for a connection suffix"},
			{0},
		},
};

static const struct fact_kind dns_server = {
	.name = "dns-server",
	.says = "a DNS server that an adapter asks",
	.fields =
		{
			{"address", FACT_ADDRESS, "its address", NULL, FACT_KEY},
			{"adapter", FACT_TEXT, "the adapter", NULL, FACT_KEY},
			{0},
		},
};

/* Adapters of VPN clients by what stands in their description or header. Names of products stay
 * as they are in every language; "PPP" and "WAN Miniport" do too. */
static const struct str vpn_marks[] = {
	STR_INIT("WAN Miniport"),
	STR_INIT("AnyConnect"),
	STR_INIT("GlobalProtect"),
	STR_INIT("PANGP"),
	STR_INIT("Fortinet"),
	STR_INIT("FortiClient"),
	STR_INIT("TAP-Windows"),
	STR_INIT("TAP-Win32"),
	STR_INIT("OpenVPN"),
	STR_INIT("Wintun"),
	STR_INIT("WireGuard"),
	STR_INIT("Zscaler"),
	STR_INIT("Juniper"),
	STR_INIT("Pulse Secure"),
	STR_INIT("SonicWall"),
	STR_INIT("Check Point Virtual"),
	STR_INIT("Citrix Virtual Adapter"),
	STR_INIT("VPN"),
};

static bool is_vpn(struct str text)
{
	for (size_t i = 0; i < sizeof vpn_marks / sizeof *vpn_marks; i++)
		if (str_has_nocase(text, vpn_marks[i]))
			return true;
	return false;
}

struct entry {
	const struct line *line;
	struct str label, value;
};

/* One label fills its column, so that no leader is left: German "Verbindungsspezifisches
 * DNS-Suffix:". */
#define FULL_LABEL STR("DNS-Suffix")

/* "LABEL . . . . : VALUE": the first colon that ends a leader of dots. Japanese has no blank
 * before it, and a long label leaves room for a single dot. */
static bool is_entry(const struct line *line, struct entry *entry)
{
	struct str text = str_slice(line->text, 0, 512);
	for (size_t from = 0; from < text.size;) {
		size_t colon = str_find_char(str_from(text, from), ':');
		if (colon == STR_NONE)
			return false;
		struct str label = str_trim(str_slice(text, 0, from + colon));
		bool full = from == 0 && str_ends(label, FULL_LABEL);
		from += colon + 1;
		if (!full && !str_ends(label, STR(" .")) && !str_ends(label, STR(". .")))
			continue;
		entry->line = line;
		entry->label = label;
		entry->value = str_trim(str_from(line->text, from));
		return true;
	}
	return false;
}

/* At least three dots: no other tool draws such leaders. */
static bool is_sure_entry(const struct line *line)
{
	struct entry entry;
	return is_entry(line, &entry) && str_has(entry.label, STR(". . ."));
}

/* "Ethernet adapter Ethernet:", at the left margin; French has a blank before the colon. */
static bool is_header(struct str text)
{
	text = str_trim_right(text);
	return str_blank_left(text) == 0 &&
		(str_ends(text, STR(":")) || str_ends(text, STR("\xEF\xBC\x9A")));
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i);
	if (i < lines->count && is_sure_entry(&lines->at[i]))
		return true;
	if (str_is_blank(text) || str_blank_left(text) > 0)
		return false;
	bool title = str_has(text, STR("Windows")) && str_has(text, STR("IP")) && text.size < 80;
	if (!title && !is_header(text))
		return false;
	size_t next = i + 1;
	while (next <= i + 3 && next < lines->count && str_is_blank(lines->at[next].text))
		next++;
	return next < lines->count &&
		(is_sure_entry(&lines->at[next]) || (title && is_header(lines_text(lines, next))));
}

struct reading {
	const struct lines *lines;
	struct facts *facts;
	struct fact *host, *adapter; /* the block being read; both NULL before the first */
	struct str name;             /* of the adapter */
	const struct line *header;
	size_t index;      /* of the entry in its block, from 0 */
	bool was_physical; /* the entry before was the adapter's hardware address */
};

/* "192.168.2.188(Preferred)": the address without what is said of it. */
static bool is_address(struct str value, struct str *bare, struct address *parsed)
{
	*bare = str_trim_right(str_slice(value, 0, str_find_char(value, '(')));
	return scan_address(*bare, parsed);
}

static bool is_mask(struct str value)
{
	struct address a;
	if (!scan_address(value, &a) || a.v6)
		return false;
	uint32_t bits = (uint32_t)a.bytes[0] << 24 | (uint32_t)a.bytes[1] << 16 |
		(uint32_t)a.bytes[2] << 8 | a.bytes[3];
	return bits && (~bits & (~bits + 1)) == 0;
}

/* 00-15-5D-00-00-01 */
static bool is_physical(struct str value)
{
	if (value.size < 17 || value.size % 3 != 2)
		return false;
	for (size_t i = 0; i < value.size; i++)
		if (i % 3 == 2 ? value.at[i] != '-' : !char_is_hex(value.at[i]))
			return false;
	return true;
}

static bool is_yes(struct str value)
{
	return str_in_list(value, "yes|はい|ja|oui|sí|是|예|да|Да|sim|sì|si");
}

static bool is_no(struct str value)
{
	return str_in_list(value, "no|いいえ|nein|non|否|아니요|아니오|нет|Нет|não");
}

static void put_suffix(
	struct reading *r, const struct line *line, const char *from, struct str suffix)
{
	if (!scan_is_host(suffix))
		return;
	struct fact *fact = fact_add(r->facts, &dns_suffix, line);
	fact_put(r->facts, fact, NULL, "suffix", suffix);
	fact_put(r->facts, fact, NULL, "from", str_of(from));
	if (r->adapter)
		fact_put(r->facts, fact, r->header, "adapter", r->name);
}

static void put_server(struct reading *r, const struct line *line, struct str address)
{
	struct fact *fact = fact_add(r->facts, &dns_server, line);
	fact_put(r->facts, fact, NULL, "address", address);
	fact_put(r->facts, fact, r->header, "adapter", r->name);
}

/* What follows an entry without a label of its own: a further server, gateway or suffix. */
static bool is_continuation(const struct line *line, struct str *value)
{
	struct entry entry;
	struct str rest = line->text;
	*value = str_word(&rest);
	return value->size && str_is_blank(rest) && !is_entry(line, &entry) &&
		!is_header(line->text);
}

/* The first block: host name, primary suffix, node type, IP routing, WINS proxy, and perhaps the
 * search list. Labels of suffixes say "DNS" in every language. Returns the last line used. */
static size_t read_host(struct reading *r, size_t i, const struct entry *entry)
{
	bool suffix = str_has_nocase(entry->label, STR("DNS"));
	if (r->index == 0) {
		fact_put(r->facts, r->host, entry->line, "computer", entry->value);
	} else if (r->index == 1 && suffix) {
		fact_put_flag(r->facts, r->host, entry->line, "has-primary-suffix",
			entry->value.size > 0);
		fact_put(r->facts, r->host, entry->line, "primary-suffix", entry->value);
		put_suffix(r, entry->line, "primary", entry->value);
	} else if (suffix) {
		struct str more;
		put_suffix(r, entry->line, "search-list", entry->value);
		while (i + 1 < r->lines->count && is_continuation(&r->lines->at[i + 1], &more))
			put_suffix(r, &r->lines->at[++i], "search-list", more);
	}
	return i;
}

static void put_address(struct reading *r, const struct line *line, struct str address, bool v4)
{
	struct str had = fact_text(r->adapter, "address");
	bool had_v4 = had.size && !str_has(had, STR(":"));
	if (had.size && (had_v4 || !v4))
		return;
	struct address parsed;
	fact_put(r->facts, r->adapter, line, "address", address);
	fact_put_flag(r->facts, r->adapter, line, "connected", true);
	if (v4 && scan_address(address, &parsed))
		fact_put_flag(r->facts, r->adapter, line, "self-assigned",
			address_class(&parsed) == ADDRESS_LINK_LOCAL);
}

/* Which of its addresses an entry of an adapter is. "DNS", "DHCP", "WINS" and "IPv6" stand in the
 * label in every language; an address whose next entry is a mask is the adapter's own; what is
 * left is the gateway. */
enum role { ROLE_NONE, ROLE_SERVER, ROLE_OWN, ROLE_GATEWAY };

static enum role role_of(const struct reading *r, size_t i, const struct entry *entry, bool v6)
{
	struct entry next;
	if (str_has_nocase(entry->label, STR("DNS")))
		return ROLE_SERVER;
	if (str_has_nocase(entry->label, STR("DHCP")) || str_has_nocase(entry->label, STR("WINS")))
		return ROLE_NONE;
	if (v6 && str_has_nocase(entry->label, STR("IPv6")))
		return ROLE_OWN;
	bool followed = i + 1 < r->lines->count && is_entry(&r->lines->at[i + 1], &next);
	if (!v6 && followed && is_mask(next.value))
		return ROLE_OWN;
	if (!v6 && (is_mask(entry->value) || str_has_nocase(entry->label, STR("IPv4"))))
		return ROLE_NONE;
	return ROLE_GATEWAY;
}

static void put_role(
	struct reading *r, const struct line *line, enum role role, struct str address, bool v6)
{
	if (role == ROLE_SERVER)
		put_server(r, line, address);
	else if (role == ROLE_OWN)
		put_address(r, line, address, !v6);
	else if (role == ROLE_GATEWAY &&
		(!fact_is_set(r->adapter, "gateway") ||
			(!v6 && str_has(fact_text(r->adapter, "gateway"), STR(":")))))
		fact_put(r->facts, r->adapter, line, "gateway", address);
}

static size_t read_address(
	struct reading *r, size_t i, const struct entry *entry, struct str address, bool v6)
{
	enum role role = role_of(r, i, entry, v6);
	struct address parsed;
	struct str more;
	put_role(r, entry->line, role, address, v6);
	while (i + 1 < r->lines->count && is_continuation(&r->lines->at[i + 1], &more) &&
		is_address(more, &more, &parsed))
		put_role(r, &r->lines->at[++i], role, more, parsed.v6);
	return i;
}

/* Lines without an address: media state, suffix, description, hardware address, DHCP, in this
 * order. */
static void read_setting(struct reading *r, const struct entry *entry)
{
	if (is_physical(entry->value)) {
		r->was_physical = true;
		return;
	}
	bool after_physical = r->was_physical;
	r->was_physical = false;
	if (str_has_nocase(entry->label, STR("DNS"))) {
		put_suffix(r, entry->line, "connection", entry->value);
	} else if (r->index == 0 && entry->value.size) {
		/* The state of the medium is printed only when nothing is plugged in. */
		fact_put_flag(r->facts, r->adapter, entry->line, "connected", false);
	} else if (str_has_nocase(entry->label, STR("DHCP")) &&
		!str_has_nocase(entry->label, STR("DHCPv6"))) {
		if (is_yes(entry->value) || is_no(entry->value))
			fact_put_flag(
				r->facts, r->adapter, entry->line, "dhcp", is_yes(entry->value));
	} else if (r->index <= 2 && entry->value.size && !after_physical &&
		!fact_is_set(r->adapter, "description")) {
		fact_put(r->facts, r->adapter, entry->line, "description", entry->value);
		fact_put_flag(r->facts, r->adapter, entry->line, "vpn",
			is_vpn(entry->value) || fact_is(r->adapter, "vpn", "yes"));
	}
}

static size_t read_entry(struct reading *r, size_t i, const struct entry *entry)
{
	struct address parsed;
	struct str address;
	size_t last = i;
	if (!r->host && !r->adapter)
		return i;
	if (r->host)
		last = read_host(r, i, entry);
	else if (is_address(entry->value, &address, &parsed))
		last = read_address(r, i, entry, address, parsed.v6);
	else
		read_setting(r, entry);
	r->index++;
	return last;
}

static void begin_adapter(struct reading *r, const struct line *line)
{
	struct str text = str_trim(line->text);
	size_t colon = str_ends(text, STR(":")) ? 1 : 3;
	r->host = NULL;
	r->name = str_trim(str_slice(text, 0, text.size - colon));
	r->header = line;
	r->index = 0;
	r->was_physical = false;
	r->adapter = fact_add(r->facts, &ip_adapter, line);
	fact_put(r->facts, r->adapter, NULL, "name", r->name);
	if (str_starts(r->name, STR("PPP")) || str_has(r->name, STR(" PPP ")) || is_vpn(r->name))
		fact_put_flag(r->facts, r->adapter, NULL, "vpn", true);
}

/* Is the next line that is not blank an entry, so that this line is a header and not a stray
 * sentence? */
static bool entry_follows(const struct reading *r, size_t i)
{
	struct entry entry;
	size_t next = i + 1;
	while (next <= i + 3 && next < r->lines->count && str_is_blank(r->lines->at[next].text))
		next++;
	return next < r->lines->count && is_entry(&r->lines->at[next], &entry);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.lines = &evidence->lines, .facts = facts};
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++) {
		const struct line *line = &evidence->lines.at[i];
		struct entry entry;
		if (is_entry(line, &entry)) {
			i = read_entry(&r, i, &entry);
		} else if (is_header(line->text) && entry_follows(&r, i)) {
			begin_adapter(&r, line);
		} else if (str_has(line->text, STR("Windows")) && str_has(line->text, STR("IP")) &&
			entry_follows(&r, i)) {
			r = (struct reading){.lines = r.lines, .facts = facts};
			r.host = fact_add(facts, &ip_host, &evidence->lines.at[i]);
		}
	}
}

static const struct fact_kind *const kinds[] = {
	&ip_host, &ip_adapter, &dns_suffix, &dns_server, NULL};

const struct parser parser_ipconfig = {
	.name = "ipconfig",
	.says = "ipconfig /all",
	.source = "ipconfig",
	.commands = "ipconfig",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
