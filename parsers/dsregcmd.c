/*
 * dsregcmd /status.
 */
#include "parser.h"

static const struct fact_kind device_join = {
	.name = "device-join",
	.says = "what the device is joined to",
	.is_state = true,
	.fields =
		{
			{"azure-ad", FACT_FLAG, "joined to the cloud directory"},
			{"enterprise", FACT_FLAG, "joined to an enterprise registration"},
			{"domain", FACT_FLAG, "member of an Active Directory domain"},
			{"domain-name", FACT_NAME, "NetBIOS or DNS name of that domain"},
			{"device-name", FACT_NAME, "name of the device"},
			{"tenant", FACT_TEXT, "name of the cloud tenant"},
			{"prt", FACT_FLAG, "the user has a primary refresh token"},
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

static const struct fact_kind *const kinds[] = {&device_join, NULL};

const struct parser parser_dsregcmd = {
	.name = "dsregcmd",
	.says = "dsregcmd /status",
	.source = "dsregcmd",
	.commands = "dsregcmd",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
