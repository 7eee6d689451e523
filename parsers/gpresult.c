/*
 * gpresult and the reports of the Group Policy Management Console: which policies are in force, and which GPO won
 * (gpresult-format).
 *
 *     gpresult /h FILE    HTML, as the console's Results report; its Modeling and GPO reports look the same, and
 *                         say nothing about what is in force
 *     gpresult /x FILE    XML
 *     gpresult /r, /v, /z text in the user's language; /r has no settings
 *
 * Without elevation, the part of the computer is missing in all of them: a report then says so, and nothing may
 * be concluded from the settings that are not there.
 */
#include "gpresult.h"

static bool opens(const struct lines *lines, size_t i)
{
	return gpresult_html_opens(lines, i) || gpresult_xml_opens(lines, i) ||
		gpresult_text_opens(lines, i);
}

/* Scripts and event records inside a report look like other evidence. */
static size_t ends(const struct lines *lines, size_t i)
{
	return gpresult_html_opens(lines, i)   ? gpresult_html_end(lines, i)
		: gpresult_xml_opens(lines, i) ? gpresult_xml_end(lines, i)
					       : i;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct policy policy = {.evidence = evidence, .facts = facts};
	for (size_t i = 0; i < evidence->lines.count; i++) {
		if (gpresult_html_opens(&evidence->lines, i))
			i = gpresult_read_html(&policy, i);
		else if (gpresult_xml_opens(&evidence->lines, i))
			i = gpresult_read_xml(&policy, i);
		else if (gpresult_text_opens(&evidence->lines, i))
			i = gpresult_read_text(&policy, i);
	}
}

const struct parser parser_gpresult = {
	.name = "gpresult",
	.says = "gpresult and reports of the Group Policy Management Console",
	.source = "policy",
	.commands = "gpresult|Get-GPResultantSetOfPolicy|Get-GPOReport",
	.kinds = policy_kinds,
	.opens = opens,
	.ends = ends,
	.parse = parse,
};
