/*
 * the hosts file.
 */
#include "parser.h"

static const struct fact_kind hosts_file = {
	.name = "hosts-file",
	.says = "the hosts file was read",
	.is_state = true,
	.fields =
		{
			{"entries", FACT_NUMBER, "lines in force"},
			{0},
		},
};

static const struct fact_kind hosts_entry = {
	.name = "hosts-entry",
	.says = "a name that the hosts file fixes",
	.fields =
		{
			{"name", FACT_NAME, "the name", NULL, FACT_KEY},
			{"address", FACT_ADDRESS, "its address"},
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

static const struct fact_kind *const kinds[] = {&hosts_file, &hosts_entry, NULL};

const struct parser parser_hosts = {
	.name = "hosts",
	.says = "the hosts file",
	.source = "hosts",
	.commands = "hosts",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
