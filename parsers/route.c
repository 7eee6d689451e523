/*
 * route print.
 */
#include "parser.h"

static const struct fact_kind route = {
	.name = "route",
	.says = "an IPv4 route",
	.fields =
		{
			{"destination", FACT_ADDRESS, "network", NULL, FACT_KEY},
			{"mask", FACT_ADDRESS, "netmask", NULL, FACT_KEY},
			{"gateway", FACT_ADDRESS, "absent when the network is directly connected",
				NULL, FACT_KEY},
			{"interface", FACT_ADDRESS, "address of the interface"},
			{"metric", FACT_NUMBER, "lower wins"},
			{"persistent", FACT_FLAG, "survives a restart"},
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

static const struct fact_kind *const kinds[] = {&route, NULL};

const struct parser parser_route = {
	.name = "route",
	.says = "route print",
	.source = "route",
	.commands = "route",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
