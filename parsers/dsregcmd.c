/*
 * dsregcmd /status: what the device is joined to (network-time, section 8).
 *
 *     +----------------------------------------------------------------------+
 *     | Device State                                                         |
 *     +----------------------------------------------------------------------+
 *
 *                  AzureAdJoined : YES
 *               EnterpriseJoined : NO
 *                   DomainJoined : NO
 *                    Device Name : PC01.contoso.com
 *
 * Labels are English on every Windows; only names that people chose are not. A device without a
 * tenant has no tenant section. Run as the system account ("User Context : SYSTEM", near the end) it
 * always prints "AzureAdPrt : NO", which says nothing about the user.
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

static const struct {
	struct str label;
	const char *field;
} rows[] = {
	{STR_INIT("AzureAdJoined"), "azure-ad"},
	{STR_INIT("EnterpriseJoined"), "enterprise"},
	{STR_INIT("DomainJoined"), "domain"},
	{STR_INIT("DomainName"), "domain-name"},
	{STR_INIT("Device Name"), "device-name"},
	{STR_INIT("TenantName"), "tenant"},
	{STR_INIT("AzureAdPrt"), "prt"},
};

/* "             AzureAdJoined : YES"; labels are right-aligned before the colon. */
static bool row(struct str text, struct str *label, struct str *value)
{
	size_t colon = str_find_char(text, ':');
	if (colon == STR_NONE)
		return false;
	*label = str_trim(str_slice(text, 0, colon));
	*value = str_trim(str_from(text, colon + 1));
	return label->size > 0;
}

/* "| Device State        |" */
static bool title(struct str text)
{
	text = str_trim(text);
	if (!str_starts(text, STR("|")) || !str_ends(text, STR("|")) || text.size < 3)
		return false;
	return str_in_list(str_trim(str_slice(text, 1, text.size - 1)),
		"Device State|Device Details|Tenant Details|User State|SSO State|Diagnostic Data|"
		"IE Proxy Config for Current User|WinHttp Default Proxy Config|"
		"Ngc Prerequisite Check|Work Account 1");
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), label, value;
	if (str_starts(str_trim(text), STR("+----")))
		return title(lines_text(lines, i + 1));
	if (title(text))
		return true;
	return row(text, &label, &value) &&
		str_in_list(label, "AzureAdJoined|EnterpriseJoined|DomainJoined") &&
		str_in_list(value, "YES|NO");
}

struct reading {
	struct facts *facts;
	struct fact *join;
	struct str prt; /* not believed before it is known whose token it is */
	const struct line *prt_line;
};

static void end_run(struct reading *r)
{
	if (r->join && r->prt.size)
		fact_put(r->facts, r->join, r->prt_line, "prt", r->prt);
	r->join = NULL;
	r->prt = STR("");
}

static void read_row(struct reading *r, const struct line *line, struct str label, struct str value)
{
	if (str_equal(label, STR("User Context")) && str_equal_nocase(value, STR("SYSTEM")))
		r->prt = STR("");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!str_equal(label, rows[i].label))
			continue;
		bool prt = str_equal(label, STR("AzureAdPrt"));
		/* The same row again is another run. */
		if (r->join && (prt ? r->prt.size > 0 : fact_is_set(r->join, rows[i].field)))
			end_run(r);
		if (!r->join)
			r->join = fact_add(r->facts, &device_join, line);
		if (prt) {
			r->prt = value;
			r->prt_line = line;
		} else {
			fact_put(r->facts, r->join, line, rows[i].field, value);
		}
	}
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.facts = facts};
	struct str label, value;
	for (size_t i = 0; i < evidence->lines.count; i++)
		if (row(evidence->lines.at[i].text, &label, &value) && value.size)
			read_row(&r, &evidence->lines.at[i], label, value);
	end_run(&r);
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
