/*
 * Ports of firewall rules: "1688", "80,443,1600-1700", "Any", "RPC" (network-time, sections 7, 8).
 *
 * A word among the ports is either "any", which netsh translates, or one of a few names of
 * dynamic ports, which it does not. A word that is neither leaves the answer open.
 */
#include "firewall.h"

#define KMS_PORT 1688

static const char any_words[] =
	"any|*|任意|すべて|任何|所有|不限|모두|임의|beliebig|alle|tout|tous|tous les|cualquiera|todos|todo|"
	"qualquer|qualsiasi|tutti|любой|любые|Любой|Любые|все|Все";

bool firewall_is_any(struct str text)
{
	return str_in_list(str_trim(text), any_words);
}

const char *firewall_protocol(struct str text)
{
	int64_t number = 0;
	text = str_trim(text);
	if (scan_number(text, &number))
		return number == 6 ? "tcp" : number == 17 ? "udp" : number == 256 ? "any" : "other";
	if (firewall_is_any(text))
		return "any";
	if (str_in_list(text, "tcp|udp"))
		return str_equal_nocase(text, STR("tcp")) ? "tcp" : "udp";
	return str_starts_nocase(text, STR("ICMP")) ||
			str_in_list(text, "gre|igmp|ipv6|l2tp|pgm|vrrp")
		? "other"
		: NULL;
}

enum cover { COVER_NO, COVER_YES, COVER_OPEN };

/* One entry: a port, a range, or a word. */
static enum cover entry_covers(struct str entry)
{
	int64_t low = 0, high = 0;
	struct str rest = entry, first = str_cut(&rest, '-');
	if (scan_number(first, &low)) {
		high = low;
		if (rest.size && !scan_number(rest, &high))
			return COVER_OPEN;
		return low <= KMS_PORT && KMS_PORT <= high ? COVER_YES : COVER_NO;
	}
	if (firewall_is_any(entry))
		return COVER_YES;
	return str_in_list(str_trim(entry),
		       "rpc|rpc-epmap|iphttps|iphttpsin|iphttpsout|teredo|ply2disc|playtodiscovery|mdns|"
		       "cortanaout")
		? COVER_NO
		: COVER_OPEN;
}

static enum cover ports_cover(struct str ports)
{
	enum cover all = COVER_NO;
	while (ports.size) {
		enum cover one = entry_covers(str_cut(&ports, ','));
		if (one == COVER_YES)
			return COVER_YES;
		if (one == COVER_OPEN)
			all = COVER_OPEN;
	}
	return all;
}

void firewall_put_cover(struct facts *facts, struct fact *rule, bool complete)
{
	if (!fact_is_set(rule, "protocol") || !fact_is_set(rule, "direction"))
		return;
	bool out = fact_is(rule, "direction", "out");
	const struct fact_value *ports = fact_get(rule, out ? "remote-ports" : "local-ports");
	enum cover cover = COVER_OPEN;
	if (fact_is(rule, "protocol", "udp") || fact_is(rule, "protocol", "other"))
		cover = COVER_NO;
	else if (ports->set)
		cover = ports_cover(ports->text);
	else if (complete)
		cover = COVER_YES;
	if (cover != COVER_OPEN)
		fact_put_flag(facts, rule, ports->set ? ports->line : NULL, "covers-1688",
			cover == COVER_YES);
}
