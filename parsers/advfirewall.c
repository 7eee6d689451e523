/*
 * netsh advfirewall: profiles and rules.
 */
#include "parser.h"

#include "kinds.h"

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

static const struct fact_kind *const kinds[] = {&kind_firewall_rule, &kind_firewall_profile, NULL};

const struct parser parser_advfirewall = {
	.name = "advfirewall",
	.says = "netsh advfirewall: profiles and rules",
	.source = "firewall",
	.commands = "netsh advfirewall",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
