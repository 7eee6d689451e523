/*
 * netsh winhttp show proxy.
 */
#include "parser.h"

static const struct fact_kind winhttp_proxy = {
	.name = "winhttp-proxy",
	.says = "proxy that services use",
	.is_state = true,
	.fields =
		{
			{"mode", FACT_WORD, "direct, or through a proxy", "direct|proxy"},
			{"proxy", FACT_TEXT, "proxy servers"},
			{"bypass", FACT_TEXT, "names that go direct"},
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

static const struct fact_kind *const kinds[] = {&winhttp_proxy, NULL};

const struct parser parser_winhttp = {
	.name = "winhttp",
	.says = "netsh winhttp show proxy",
	.source = "winhttp",
	.commands = "netsh winhttp",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
