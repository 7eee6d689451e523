/*
 * The DNS client (events, section 5).
 *
 * 1014 says that no DNS server answered when a name was asked for. It names the question, which for KMS is the SRV
 * record "_vlmcs._tcp.SUFFIX", and the last server as a sockaddr in hexadecimal: family (0200 or 1700, little-endian),
 * port, then the IPv4 address; of IPv6 four bytes of flow first.
 */
#include "event_values.h"

static const struct fact_kind dns_event = {
	.name = "dns-client-event",
	.says = "what the DNS client of this machine logged",
	.fields =
		{
			{"what", FACT_WORD,
				"timeout: no server answered; hosts-unreadable: the hosts file could not be read; "
				"not-registered: the machine's own name",
				"timeout|hosts-unreadable|not-registered", FACT_KEY},
			{"name", FACT_NAME, "the name asked for, or to be registered", NULL,
				FACT_KEY},
			{"kms", FACT_FLAG, "the name is that of a KMS host's SRV record"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"server", FACT_ADDRESS, "the DNS server that was asked last"},
			{"code", FACT_CODE, "Win32 error"},
			{0},
		},
};

#define PROVIDER "Microsoft-Windows-DNS-Client"

#define FAMILY_IPV4 2
#define FAMILY_IPV6 23

static struct str address_of(struct arena *arena, struct str hex)
{
	unsigned family = 0, byte[16] = {0};
	hex = str_trim(hex);
	if (!event_hex_byte(hex, 0, &family) || (family != FAMILY_IPV4 && family != FAMILY_IPV6))
		return STR("");
	size_t first = family == FAMILY_IPV4 ? 4 : 8, count = family == FAMILY_IPV4 ? 4 : 16;
	for (size_t i = 0; i < count; i++)
		if (!event_hex_byte(hex, first + i, &byte[i]))
			return STR("");
	if (family == FAMILY_IPV4)
		return str_of(
			arena_format(arena, "%u.%u.%u.%u", byte[0], byte[1], byte[2], byte[3]));
	char *text = arena_format(arena, "%x:%x:%x:%x:%x:%x:%x:%x", byte[0] << 8 | byte[1],
		byte[2] << 8 | byte[3], byte[4] << 8 | byte[5], byte[6] << 8 | byte[7],
		byte[8] << 8 | byte[9], byte[10] << 8 | byte[11], byte[12] << 8 | byte[13],
		byte[14] << 8 | byte[15]);
	return str_of(text);
}

static void read_timeout(
	const struct event *event, struct fact *fact, struct fact *about, struct facts *facts)
{
	struct str name = str_trim(event_value_of(event, "QueryName", 1));
	struct str address = event_value_of(event, "Address", 3);
	fact_put(facts, about, NULL, "what", STR("timeout"));
	fact_put(facts, about, NULL, "name", name);
	fact_put(facts, fact, NULL, "about", name);
	fact_put_flag(facts, about, NULL, "kms", str_starts_nocase(name, STR("_vlmcs._tcp")));
	fact_put(facts, about, NULL, "server", address_of(facts->arena, address));
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct fact *about = fact_add(facts, &dns_event, fact->line);
	event_stamp(event, about, facts);
	if (event->id == 1014) {
		read_timeout(event, fact, about, facts);
	} else if (event->id == 1012) {
		fact_put(facts, about, NULL, "what", STR("hosts-unreadable"));
		event_put_code(facts, fact, about, event_value_of(event, "ErrorCode", 1));
	} else {
		struct str name = event_value_of(event, "HostName", 2);
		fact_put(facts, about, NULL, "what", STR("not-registered"));
		fact_put(facts, about, NULL, "name", name);
		fact_put(facts, fact, NULL, "about", name);
		event_put_code(facts, fact, about, event_value_of(event, "ErrorCode", 7));
	}
}

static const struct fact_kind *const kinds[] = {&dns_event, NULL};

const struct event_reader event_reader_dns = {
	.name = "dns",
	.says = "the DNS client: names that no server answered for, registrations that failed",
	.providers = PROVIDER,
	.source = "dns-events",
	.ids = {{1012, 1012}, {1014, 1014}, {8015, 8020}},
	.kinds = kinds,
	.read = read,
};
