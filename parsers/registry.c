/*
 * reg query and .reg exports.
 */
#include "parser.h"

#include "kinds.h"

static const struct fact_kind registry_key = {
	.name = "registry-key",
	.says = "a registry key that was listed, or the answer that it is not there",
	.fields =
		{
			{"key", FACT_NAME, "its full path, hive abbreviated: HKLM\\SOFTWARE\\...",
				NULL, FACT_KEY},
			{"leaf", FACT_NAME, "last part of the path"},
			{"exists", FACT_FLAG, "it is there; no: reg said that it does not exist"},
			{0},
		},
};

static const struct fact_kind registry_value = {
	.name = "registry-value",
	.says = "a value in the registry",
	.is_state = true,
	.fields =
		{
			{"key", FACT_NAME, "path of its key, hive abbreviated: HKLM\\SOFTWARE\\...",
				NULL, FACT_KEY},
			{"leaf", FACT_NAME, "last part of that path", NULL, FACT_KEY},
			{"name", FACT_NAME, "the value's name; (default) for the unnamed one", NULL,
				FACT_KEY},
			{"type", FACT_TEXT, "REG_SZ, REG_DWORD and so on"},
			{"data", FACT_TEXT, "as text; REG_MULTI_SZ joined by |"},
			{"number", FACT_NUMBER, "REG_DWORD and REG_QWORD as a number"},
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
	&kind_firewall_rule, &kind_firewall_profile, &registry_key, &registry_value, NULL};

const struct parser parser_registry = {
	.name = "registry",
	.says = "reg query and .reg exports",
	.source = "registry",
	.commands = "reg|regedit",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
