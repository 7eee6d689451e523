/*
 * ospp.vbs: /dstatus and /act of Office.
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

static const struct fact_kind *const kinds[] = {
	&kind_licence, &kind_kms_client, &kind_slmgr_result, NULL};

const struct parser parser_ospp = {
	.name = "ospp",
	.says = "ospp.vbs: /dstatus and /act of Office",
	.source = "ospp",
	.commands = "ospp|ospp.vbs",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
