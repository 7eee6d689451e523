/*
 * slmgr.ini, the words slmgr.vbs uses in one language.
 */
#include "parser.h"

static const struct fact_kind slmgr_label = {
	.name = "slmgr-label",
	.says = "a label or sentence that slmgr.vbs prints, in this machine's language",
	.fields =
		{
			{"key", FACT_TEXT, "resource key, L_MsgProductName", NULL, FACT_KEY},
			{"text", FACT_TEXT, "what slmgr prints for it"},
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

static const struct fact_kind *const kinds[] = {&slmgr_label, NULL};

const struct parser parser_slmgr_ini = {
	.name = "slmgr_ini",
	.says = "slmgr.ini, the words slmgr.vbs uses in one language",
	.source = "slmgr",
	.commands = "slmgr.ini",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
