/*
 * slmgr.vbs: /dli /dlv /xpr /ato /ipk /skms and the rest.
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

static const struct fact_kind *const kinds[] = {&kind_licence, &kind_kms_client, &kind_kms_host,
	&kind_slmgr_result, &kind_licence_expiry, &kind_activation_object, NULL};

const struct parser parser_slmgr = {
	.name = "slmgr",
	.says = "slmgr.vbs: /dli /dlv /xpr /ato /ipk /skms and the rest",
	.source = "slmgr",
	.commands = "slmgr|slmgr.vbs",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
