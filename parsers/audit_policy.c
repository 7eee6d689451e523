/*
 * auditpol: which events Windows writes into the security log at all (other-formats).
 *
 *     Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value
 *     PC-0417,System,Filtering Platform Connection,{0CCE9226-69AE-11D9-BED3-505054503030},Failure,,2
 *
 * That is /get /r, /backup, and Group Policy's audit.csv. Names and settings are translated; the GUID and the number (0
 * none, 1 success, 2 failure, 3 both; the last column, which /get /r leaves out) are not. Of /get's table, which has
 * words alone, nothing is read.
 */
#include "parser.h"

static const struct fact_kind audit_policy = {
	.name = "audit-policy",
	.says = "whether a sort of event is written into the security log",
	.is_state = true,
	.fields =
		{
			{"subcategory", FACT_GUID, "GUID of the sort", NULL, FACT_KEY},
			{"what", FACT_WORD,
				"what bears on activation: filtered-connection: event 5157; filtered-packet: 5152; "
				"rule-change: rules of the firewall; other",
				"filtered-connection|filtered-packet|rule-change|other"},
			{"success", FACT_FLAG, "what was allowed is written"},
			{"failure", FACT_FLAG, "what was refused is written"},
			{"target", FACT_WORD, "for the whole system, or one user", "system|user"},
			{0},
		},
};

/* All subcategories differ in the first group only. */
static const struct str guid_end = STR_INIT("-69ae-11d9-bed3-505054503030");

static const struct {
	struct str guid;
	const char *what;
} subcategories[] = {
	{STR_INIT("0cce9226"), "filtered-connection"},
	{STR_INIT("0cce9225"), "filtered-packet"},
	{STR_INIT("0cce9232"), "rule-change"},
};

static const char *what_of(struct str guid)
{
	for (size_t i = 0; i < sizeof subcategories / sizeof *subcategories; i++)
		if (str_starts_nocase(guid, subcategories[i].guid))
			return subcategories[i].what;
	return "other";
}

struct row {
	struct str target, guid;
	int64_t setting;
};

/* Names of subcategories hold no comma; a machine's name cannot. */
static bool read_row(struct str text, struct row *row)
{
	struct str rest = str_trim(text), guid;
	if (rest.size > 400)
		return false;
	(void)str_cut(&rest, ',');
	row->target = str_cut(&rest, ',');
	(void)str_cut(&rest, ',');
	guid = str_cut(&rest, ',');
	if (!scan_first_guid(guid, &row->guid) || !str_ends_nocase(row->guid, guid_end))
		return false;
	(void)str_cut(&rest, ',');
	(void)str_cut(&rest, ',');
	row->setting = -1;
	if (rest.size &&
		(!scan_number(rest, &row->setting) || row->setting < 0 || row->setting > 3))
		row->setting = -1;
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct row row;
	return read_row(lines_text(lines, i), &row);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct row row;
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++) {
		const struct line *line = &evidence->lines.at[i];
		if (!read_row(line->text, &row))
			continue;
		struct fact *fact = fact_add(facts, &audit_policy, line);
		fact_put(facts, fact, NULL, "subcategory", row.guid);
		fact_put(facts, fact, NULL, "what", str_of(what_of(row.guid)));
		if (row.setting >= 0) {
			fact_put_flag(facts, fact, NULL, "success", row.setting & 1);
			fact_put_flag(facts, fact, NULL, "failure", row.setting & 2);
		}
		/* A user's own settings name the user by SID. */
		fact_put(facts, fact, NULL, "target",
			str_starts(row.target, STR("S-1-")) ? STR("user") : STR("system"));
	}
}

static const struct fact_kind *const kinds[] = {&audit_policy, NULL};

const struct parser parser_audit_policy = {
	.name = "audit_policy",
	.says = "auditpol as CSV",
	.source = "audit-policy",
	.commands = "auditpol",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
