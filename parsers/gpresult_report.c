/*
 * What the tables of a report mean (gpresult-format, sections 3 and 4).
 *
 * Titles and labels are translated, their order is not: in a Results report the first part is the computer's and
 * the second the user's; each holds general data, components, settings, GPOs and WMI filters, and GPOs are first
 * the applied, then the denied ones. A part without data has no sections at all, which is no policy of any sort
 * but a report made without elevation.
 *
 * Among settings, form tells what a row is: a registry path, a GUID, "(Startup Mode: Disabled)" at the end of a
 * title. Rows of a firewall rule have a fixed order.
 */
#include "gpresult_report.h"

#include <string.h>

struct report *report_new(struct policy *policy, const struct line *line)
{
	struct report *report = arena_alloc(policy->facts->arena, sizeof *report);
	report->policy = policy;
	report->arena = policy->facts->arena;
	report->line = line;
	report->entries = arena_alloc(report->arena, REPORT_ENTRIES_BYTES);
	return report;
}

struct str report_keep(const struct report *report, struct str text)
{
	return arena_copy(report->arena, text);
}

/* Lines of a cell become parts with bars between. */
struct str report_joined(const struct report *report, struct str text)
{
	char *to = arena_copy_chars(report->arena, text);
	for (size_t i = 0; i < text.size; i++)
		if (to[i] == '\n')
			to[i] = '|';
	return (struct str){to, text.size};
}

const struct section *report_section(const struct report *report, unsigned depth)
{
	static const struct section none;
	return depth && depth <= report->depth && depth < REPORT_SECTIONS ? &report->sections[depth]
									  : &none;
}

static enum part open_part(const struct report *report)
{
	return (enum part)report_section(report, 2)->number;
}

void report_title(struct report *report, const struct line *line, struct str class, struct str text)
{
	struct policy *policy = report->policy;
	if (str_equal(class, STR("rsopheader")))
		policy_open_report(
			policy, line, policy_says_modeling(text) ? "modeling" : "results", "html");
	else if (str_equal(class, STR("gponame")))
		policy_open_report(policy, line, "gpo", "html");
	if (!policy->report || str_is_blank(text))
		return;
	if (str_in_list(class, "rsopname|gponame"))
		fact_put(policy->facts, policy->report, line, "name", text);
	else if (str_equal(class, STR("dtstamp")) && str_find(text, STR(": ")) != STR_NONE)
		fact_put(policy->facts, policy->report, line, "taken",
			str_trim(str_from(text, str_find(text, STR(": ")) + 1)));
}

/* A report without its title has an area that only Results and Modeling have. */
void report_area(struct report *report, enum html_area area)
{
	report->area = area;
	report->depth = 0;
	report->sections[0] = (struct section){0};
}

/* "NAME [{GUID}]"; the name may hold brackets. */
static void open_gpo(struct report *report, const struct line *line, struct str title)
{
	size_t open = str_find_last_char(title, '[');
	if (open == STR_NONE || !str_ends(title, STR("]")))
		return;
	struct str id = str_slice(title, open + 1, title.size - 1), guid = STR("");
	if (!scan_first_guid(id, &guid) && !str_equal(id, STR("LocalGPO")))
		return;
	bool applied = report_section(report, 3)->number == 1;
	report->gpo = policy_put_gpo(report->policy, line, str_trim(str_slice(title, 0, open)),
		guid, applied ? "applied" : "denied");
	report->gpo_depth = report->depth;
	report->gpo_rows = 0;
}

static enum policy_scope scope_of(const struct report *report)
{
	unsigned number = report_section(report, 1)->number;
	return number == 1 ? SCOPE_COMPUTER : number == 2 ? SCOPE_USER : SCOPE_NONE;
}

static void open_scope(struct report *report, const struct line *line)
{
	enum policy_scope scope = scope_of(report);
	policy_open_scope(report->policy, line, scope);
	if (report->slow_link[scope])
		policy_put_about(
			report->policy, NULL, "slow-link", str_of(report->slow_link[scope]));
}

void report_enter(struct report *report, const struct line *line, struct str title)
{
	unsigned number =
		++report->sections[report->depth < REPORT_SECTIONS ? report->depth : 0].children;
	if (++report->depth >= REPORT_SECTIONS)
		return;
	report->sections[report->depth] = (struct section){report_keep(report, title), number, 0};
	if (report->area != AREA_RESULT || !report->policy->report)
		return;
	if (report->depth == 2 && number == 1)
		open_scope(report, line);
	if (open_part(report) == PART_GPOS && report->depth >= 4)
		open_gpo(report, line, title);
	else if (open_part(report) == PART_SETTINGS)
		settings_enter(report, line, title);
	if (open_part(report) == PART_SETTINGS && report->depth == 2 && report->policy->in_force)
		fact_put_flag(
			report->policy->facts, report->policy->report, line, "settings", true);
}

/* A part without sections has no data. */
static void close_scope(struct report *report)
{
	enum policy_scope scope = scope_of(report);
	policy_scope_reported(report->policy, scope, report_section(report, 1)->children > 0);
	report->policy->scope = SCOPE_NONE;
	report->policy->about = NULL;
}

void report_leave(struct report *report)
{
	if (report->depth == 0)
		return;
	if (open_part(report) == PART_SETTINGS)
		settings_leave(report);
	if (report->gpo && report->gpo_depth == report->depth)
		report->gpo = NULL;
	if (report->depth == 1 && report->area == AREA_RESULT)
		close_scope(report);
	report->depth--;
}

/*
 * Rows outside the settings
 */

static void put_groups(struct report *report, const struct html_row *row)
{
	struct str rest = row->cells[row->count - 1];
	while (rest.size)
		policy_put_group(
			report->policy, row->line, str_trim(str_cut(&rest, '\n')), STR(""));
}

/* Name, domain, for a computer its site, then the unit, then groups; loopback only when it is on. */
static void general_row(struct report *report, const struct html_row *row)
{
	struct policy *policy = report->policy;
	struct str value = row->cells[1];
	if (row->count != 2 || row->header)
		return;
	if (row->list) {
		put_groups(report, row);
		return;
	}
	if (row->index == 0)
		policy_put_about(policy, row->line, "name", value);
	else if (row->index == 1)
		policy_put_about(policy, row->line, "domain", value);
	else if (row->index <= 3 && str_find_char(value, '/') != STR_NONE)
		policy_put_about(policy, row->line, "ou", value);
	else if (row->index == 2 && policy->scope == SCOPE_COMPUTER && !str_starts(value, STR("(")))
		policy_put_about(policy, row->line, "site", value);
	else if (policy_word_loop(value))
		policy_put_about(policy, row->line, "loopback", str_of(policy_word_loop(value)));
}

/* Name, status, time taken, end, log. Modeling has the first two alone. */
static void component_row(struct report *report, const struct html_row *row)
{
	struct policy *policy = report->policy;
	uint32_t code = 0;
	if (row->count == 2 && !row->list && row->table == TABLE_INFO3 && policy->report)
		fact_put(policy->facts, policy->report, NULL, "kind", STR("modeling"));
	policy->in_force &= row->count != 2;
	if (row->header || row->count < 4 || !policy->in_force)
		return;
	struct str guid = STR("");
	report->components = true;
	report->elevated |= row->extension.size > 0;
	if (!scan_first_guid(row->extension, &guid))
		guid = STR("");
	struct fact *fact = policy_put_extension(policy, row->line, guid, row->cells[0]);
	if (!fact)
		return;
	bool failed = scan_first_code(row->cells[1], &code, NULL) || row->warning;
	const char *word = policy_word_result(row->cells[1]);
	if (failed || word)
		fact_put(
			policy->facts, fact, NULL, "result", failed ? STR("failed") : str_of(word));
	if (code)
		fact_put_number(policy->facts, fact, NULL, "code", code);
	if (!str_is_blank(row->cells[3]))
		fact_put(policy->facts, fact, NULL, "ended", row->cells[3]);
}

/* "AD (22), SYSVOL (65535)" */
static void put_versions(struct report *report, struct fact *gpo, struct str text)
{
	static const struct {
		struct str label;
		const char *field;
	} sides[] = {{STR_INIT("AD ("), "ad-version"}, {STR_INIT("SYSVOL ("), "sysvol-version"}};
	for (size_t i = 0; i < 2; i++) {
		size_t at = str_find(text, sides[i].label);
		int64_t number = 0;
		if (at != STR_NONE &&
			scan_first_number(str_from(text, at + sides[i].label.size), &number))
			fact_put_number(report->policy->facts, gpo, NULL, sides[i].field, number);
	}
}

/* Link, extensions, enforced, disabled, filters, revision, WMI filter, and for a denied one the reason. */
static void gpo_row(struct report *report, const struct html_row *row)
{
	struct facts *facts = report->policy->facts;
	struct str value = row->cells[1];
	if (!report->gpo || row->count != 2 || row->depth != 1)
		return;
	unsigned number = report->gpo_rows++;
	if (number == 0)
		fact_put(facts, report->gpo, row->line, "link", value);
	put_versions(report, report->gpo, value);
	if (number == 7 && fact_is(report->gpo, "state", "denied") && policy_word_reason(value))
		fact_put(
			facts, report->gpo, row->line, "reason", str_of(policy_word_reason(value)));
}

/* "During last computer policy refresh on ...", and inside that row "A fast link was detected". */
static void summary_row(struct report *report, const struct html_row *row)
{
	struct str text = row->cells[row->count - 1];
	if (row->depth == 1)
		report->summary = policy_word_scope(text);
	else if (policy_word_slow(text))
		report->slow_link[report->summary] = policy_word_slow(text);
}

void report_row(struct report *report, const struct html_row *row)
{
	if (report->area == AREA_SUMMARY)
		summary_row(report, row);
	if (report->area != AREA_RESULT || !report->policy->report || report->depth < 2)
		return;
	switch (open_part(report)) {
	case PART_GENERAL:
		general_row(report, row);
		break;
	case PART_COMPONENTS:
		component_row(report, row);
		break;
	case PART_SETTINGS:
		settings_row(report, row);
		break;
	case PART_GPOS:
		gpo_row(report, row);
		break;
	case PART_FILTERS:
		break;
	}
}

void report_text(struct report *report, const struct line *line, struct str text)
{
	(void)line;
	if (report->area == AREA_RESULT && open_part(report) == PART_SETTINGS)
		settings_text(report, text);
}

void report_end(struct report *report, bool whole)
{
	struct policy *policy = report->policy;
	while (report->depth)
		report_leave(report);
	if (policy->report)
		fact_put_flag(policy->facts, policy->report, NULL, "whole", whole);
	if (!policy->report || !report->components)
		return;
	/* Only elevation shows the GUIDs of extensions; without, the computer's part is missing. */
	if (report->elevated)
		fact_put_flag(policy->facts, policy->report, NULL, "elevated", true);
	else if (fact_is(policy->report, "computer", "no-data"))
		fact_put_flag(policy->facts, policy->report, NULL, "elevated", false);
}
