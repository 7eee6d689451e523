/*
 * nltest: domain controller and secure channel.
 */
#include "parser.h"

static const struct fact_kind domain_controller = {
	.name = "domain-controller",
	.says = "which domain controller answers",
	.is_state = true,
	.fields =
		{
			{"domain", FACT_NAME, "domain that was asked for", NULL, FACT_KEY},
			{"dc", FACT_NAME, "the controller"},
			{"address", FACT_ADDRESS, "its address"},
			{"site", FACT_TEXT, "the machine's site"},
			{"result", FACT_WORD, "ok, or failed with a code", "ok|failed"},
			{"code", FACT_CODE, "error: 0x8007054B no such domain"},
			{0},
		},
};

static const struct fact_kind secure_channel = {
	.name = "secure-channel",
	.says = "trust between the machine and its domain",
	.is_state = true,
	.fields =
		{
			{"domain", FACT_NAME, "domain", NULL, FACT_KEY},
			{"dc", FACT_NAME, "controller that was used"},
			{"result", FACT_WORD,
				"broken is told by the status codes, whatever the last line says; denied: the query needs an administrator",
				"ok|broken|denied"},
			{"code", FACT_CODE, "first status that is not zero"},
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

static const struct fact_kind *const kinds[] = {&domain_controller, &secure_channel, NULL};

const struct parser parser_nltest = {
	.name = "nltest",
	.says = "nltest: domain controller and secure channel",
	.source = "nltest",
	.commands = "nltest|Test-ComputerSecureChannel",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
