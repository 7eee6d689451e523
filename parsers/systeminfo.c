/*
 * systeminfo.
 */
#include "parser.h"

static const struct fact_kind system = {
	.name = "system",
	.says = "the machine and its Windows",
	.is_state = true,
	.fields =
		{
			{"computer", FACT_NAME, "host name"},
			{"os-name", FACT_TEXT, "Microsoft Windows 11 Pro"},
			{"os-version", FACT_TEXT, "as printed"},
			{"build", FACT_NUMBER, "build number"},
			{"domain", FACT_NAME, "domain or workgroup"},
			{"workgroup", FACT_FLAG, "it is the workgroup that Windows starts with"},
			{"member", FACT_FLAG,
				"its configuration is that of a domain member or controller"},
			{"role", FACT_WORD, "by OS configuration",
				"workstation|server|domain-controller"},
			{"boot-time", FACT_TEXT, "as printed, in the user's date format"},
			{"install-date", FACT_TEXT, "as printed"},
			{"manufacturer", FACT_TEXT, "of the machine"},
			{"model", FACT_TEXT, "of the machine"},
			{"virtual", FACT_FLAG, "a virtual machine, by its model"},
			{"logon-server", FACT_NAME,
				"domain controller of the logon, or the machine itself"},
			{"locale", FACT_TEXT, "system locale, ja;..."},
			{"time-zone", FACT_TEXT, "(UTC+09:00) ..."},
			{0},
		},
};

static const struct fact_kind hotfix = {
	.name = "hotfix",
	.says = "an installed update",
	.fields =
		{
			{"id", FACT_NAME, "KB5031356", NULL, FACT_KEY},
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

static const struct fact_kind *const kinds[] = {&system, &hotfix, NULL};

const struct parser parser_systeminfo = {
	.name = "systeminfo",
	.says = "systeminfo",
	.source = "systeminfo",
	.commands = "systeminfo",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
