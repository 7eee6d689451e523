/*
 * ipconfig /all.
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

static bool opens(const struct lines *lines, size_t i)
{
	(void)lines;
	(void)i;
	return false;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	(void)evidence;
	(void)facts;
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
