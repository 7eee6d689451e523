/*
 * gpresult /x, and the XML of GPO reports (gpresult-format, section 6).
 *
 *     <Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop">
 *       <DataType>LoggedData</DataType>                       <- PlanningData: a model, nothing in force
 *       <ComputerResults>
 *         <Name/> <Domain/> <SecurityGroup/>* <ExtensionStatus/>* <GPO/>*
 *         <ExtensionData><Extension xsi:type="q1:..."><q1:Policy/>...
 *
 * Element names are English everywhere; prefixes are arbitrary and left away. Elements that hold one thing each
 * (a GPO, a policy, a service) are records: their values are gathered, and read when the record ends. A setting names
 * its GPO by GUID, and stands once for each GPO that has it: the one with precedence 1 won.
 */
#include "gpresult_xml.h"

#include <string.h>

static const struct str rsop = STR_INIT("http://www.microsoft.com/GroupPolicy/Rsop");
static const struct str settings = STR_INIT("http://www.microsoft.com/GroupPolicy/Settings\"");

static struct name name_of(struct str text)
{
	struct name name = {.size = text.size < NAME_BYTES ? text.size : NAME_BYTES};
	if (name.size)
		memcpy(name.at, text.at, name.size);
	return name;
}

struct str xml_name_text(const struct name *name)
{
	return (struct str){name->at, name->size};
}

bool xml_is_named(const struct name *name, const char *text)
{
	return str_equal(xml_name_text(name), str_of(text));
}

const struct line *xml_line_now(struct xml_reading *r)
{
	const struct lines *lines = &r->policy->evidence->lines;
	unsigned number = r->base->number + xml_line(r->xml) - 1;
	while (r->index < r->last && lines->at[r->index + 1].number <= number)
		r->index++;
	return &lines->at[r->index];
}

/* The first value of that name, in an element `parent` when that is given. */
struct str xml_value_in(const struct xml_reading *r, const char *parent, const char *name)
{
	for (size_t i = 0; i < r->leaf_count; i++)
		if (xml_is_named(&r->leaves[i].name, name) &&
			(!parent || xml_is_named(&r->leaves[i].parent, parent)))
			return r->leaves[i].text;
	return STR("");
}

bool xml_says(const struct xml_reading *r, const char *parent, const char *name, const char *what)
{
	return str_equal_nocase(xml_value_in(r, parent, name), str_of(what));
}

/* All values of that name, joined. */
struct str xml_values_of(
	const struct xml_reading *r, const char *parent, const char *names, const char *separator)
{
	struct str all = STR("");
	for (size_t i = 0; i < r->leaf_count; i++) {
		const struct leaf *leaf = &r->leaves[i];
		if (!str_in_list(xml_name_text(&leaf->name), names) ||
			(parent && !xml_is_named(&leaf->parent, parent)) || leaf->text.size == 0 ||
			all.size > LIMIT_VALUE_BYTES)
			continue;
		all = all.size ? str_of(arena_format(r->arena, "%.*s%s%.*s", STR_PRINT(all),
					 separator, STR_PRINT(leaf->text)))
			       : leaf->text;
	}
	return all;
}

struct str xml_gpo_name(const struct xml_reading *r)
{
	for (size_t i = 0; i < r->gpo_count; i++)
		if (str_equal_nocase(r->gpos[i].id, r->gpo))
			return r->gpos[i].name;
	return r->gpo;
}

static bool has_won(const struct xml_reading *r)
{
	struct str precedence = xml_value_in(r, NULL, "Precedence");
	return precedence.size == 0 || str_equal(precedence, STR("1"));
}

/*
 * Records of a scope
 */

static const char *reason_of(const struct xml_reading *r)
{
	return xml_says(r, "GPO", "IsValid", "false")          ? "inaccessible"
		: xml_says(r, "GPO", "AccessDenied", "true")   ? "security"
		: xml_says(r, "GPO", "Enabled", "false")       ? "disabled"
		: xml_says(r, "Link", "Enabled", "false")      ? "disabled-link"
		: xml_says(r, "GPO", "FilterAllowed", "false") ? "wmi-filter"
		: xml_says(r, "GPO", "VersionDirectory", "0") &&
			xml_says(r, "GPO", "VersionSysvol", "0")
		? "empty"
		: "other";
}

/* Applied when one of its links has a place in the order. */
static bool is_applied(const struct xml_reading *r)
{
	for (size_t i = 0; i < r->leaf_count; i++) {
		int64_t order = 0;
		if (xml_is_named(&r->leaves[i].name, "AppliedOrder") &&
			scan_number(r->leaves[i].text, &order) && order > 0)
			return true;
	}
	return false;
}

static void end_gpo(struct xml_reading *r)
{
	struct policy *policy = r->policy;
	struct str id = xml_value_in(r, "Path", "Identifier"),
		   name = xml_value_in(r, "GPO", "Name"), guid;
	bool applied = is_applied(r);
	if (name.size == 0)
		return;
	r->gpos = arena_grow(r->arena, r->gpos, r->gpo_count, &r->gpo_room, sizeof *r->gpos);
	r->gpos[r->gpo_count++] = (struct known_gpo){id, name};
	if (!scan_first_guid(id, &guid))
		guid = STR("");
	struct fact *fact =
		policy_put_gpo(policy, r->record_line, name, guid, applied ? "applied" : "denied");
	if (!fact)
		return;
	if (!applied)
		fact_put(policy->facts, fact, NULL, "reason", str_of(reason_of(r)));
	fact_put(policy->facts, fact, NULL, "link", xml_value_in(r, "Link", "SOMPath"));
	fact_put(policy->facts, fact, NULL, "ad-version",
		xml_value_in(r, "GPO", "VersionDirectory"));
	fact_put(policy->facts, fact, NULL, "sysvol-version",
		xml_value_in(r, "GPO", "VersionSysvol"));
}

/* The error is an unsigned decimal HRESULT. */
static void end_extension(struct xml_reading *r)
{
	struct facts *facts = r->policy->facts;
	struct str guid;
	uint32_t code = 0;
	if (!scan_first_guid(xml_value_in(r, NULL, "Identifier"), &guid))
		guid = STR("");
	struct fact *fact = policy_put_extension(
		r->policy, r->record_line, guid, xml_value_in(r, NULL, "Name"));
	if (!fact || !scan_code(xml_value_in(r, NULL, "Error"), &code))
		return;
	fact_put(facts, fact, NULL, "result", code ? STR("failed") : STR("ok"));
	if (code)
		fact_put_number(facts, fact, NULL, "code", code);
	fact_put(facts, fact, NULL, "ended", xml_value_in(r, NULL, "EndTime"));
}

static void end_group(struct xml_reading *r)
{
	policy_put_group(r->policy, r->record_line, xml_value_in(r, NULL, "Name"),
		xml_value_in(r, NULL, "SID"));
}

static const struct {
	const char *name;
	void (*end)(struct xml_reading *r);
} records[] = {
	{"GPO", end_gpo},
	{"ExtensionStatus", end_extension},
	{"SecurityGroup", end_group},
};

/* The record as a citation shows it: its name and what it holds. */
static struct str record_text(struct xml_reading *r)
{
	struct str says = arena_copy(r->arena, xml_name_text(&r->open[r->depth]));
	for (size_t i = 0; i < r->leaf_count && says.size < LIMIT_QUOTE_BYTES; i++)
		if (!str_in_list(xml_name_text(&r->leaves[i].name), "Domain|Precedence|Supported"))
			says = policy_join(r->arena, says, r->leaves[i].text);
	return says;
}

static void end_record(struct xml_reading *r)
{
	const struct name *name = &r->open[r->depth];
	r->record_line = policy_cite(r->arena, r->record_line, record_text(r));
	if (r->depth == RECORD_DEPTH && has_won(r))
		xml_settings_end(r, name);
	for (size_t i = 0; r->depth == 3 && i < sizeof records / sizeof *records; i++)
		if (xml_is_named(name, records[i].name))
			records[i].end(r);
	r->record_depth = 0;
	r->leaf_count = 0;
	r->gpo = STR("");
	r->gpo_differs = r->lost = false;
}

/*
 * Elements
 */

static void start_scope(struct xml_reading *r)
{
	const struct name *name = &r->open[2];
	enum policy_scope scope = xml_is_named(name, "ComputerResults") ? SCOPE_COMPUTER
		: xml_is_named(name, "UserResults")                     ? SCOPE_USER
									: SCOPE_NONE;
	if (scope == SCOPE_NONE || !xml_is_named(&r->open[1], "Rsop"))
		return;
	policy_scope_reported(r->policy, scope, true);
	policy_open_scope(r->policy, xml_line_now(r), scope);
	r->gpo_count = 0;
}

static void start_element(struct xml_reading *r)
{
	r->open[++r->depth] = name_of(xml_name(r->xml));
	r->is_leaf = true;
	r->text_size = 0;
	const struct name *name = &r->open[r->depth];
	if (r->depth == 1)
		policy_open_report(
			r->policy, r->base, xml_is_named(name, "Rsop") ? "results" : "gpo", "xml");
	else if (r->depth == 2)
		start_scope(r);
	else if ((r->depth == 3 && !xml_is_named(name, "ExtensionData")) ||
		(r->depth == RECORD_DEPTH && xml_is_named(&r->open[4], "Extension"))) {
		r->record_depth = r->depth;
		r->record_line = xml_line_now(r);
		r->leaf_count = 0;
	}
	if (r->depth > RECORD_DEPTH)
		xml_settings_start(r, name);
}

/* Children of a scope that are values themselves. */
static void scope_leaf(struct xml_reading *r, struct str text)
{
	static const struct {
		const char *element, *field;
	} fields[] = {{"Name", "name"}, {"Domain", "domain"}, {"Site", "site"}, {"SOM", "ou"}};
	const struct name *name = &r->open[3];
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (xml_is_named(name, fields[i].element))
			policy_put_about(r->policy, xml_line_now(r), fields[i].field, text);
	if (xml_is_named(name, "SlowLink") && policy_word_flag(text))
		policy_put_about(
			r->policy, xml_line_now(r), "slow-link", str_of(policy_word_flag(text)));
}

static void report_leaf(struct xml_reading *r, struct str text)
{
	struct policy *policy = r->policy;
	const struct name *name = &r->open[2];
	if (xml_is_named(name, "DataType") && !str_equal(text, STR("LoggedData"))) {
		fact_put(policy->facts, policy->report, xml_line_now(r), "kind", STR("modeling"));
		policy->in_force = false;
	} else if (xml_is_named(name, "ReadTime")) {
		fact_put(policy->facts, policy->report, xml_line_now(r), "taken", text);
	} else if (xml_is_named(name, "Name")) {
		fact_put(policy->facts, policy->report, xml_line_now(r), "name", text);
	}
}

static void end_leaf(struct xml_reading *r)
{
	struct str text = str_trim((struct str){r->text, r->text_size});
	const struct name *name = &r->open[r->depth], *parent = &r->open[r->depth - 1];
	if (r->depth == 2)
		report_leaf(r, text);
	else if (r->depth == 3)
		scope_leaf(r, text);
	if (!r->record_depth || xml_is_named(name, "Explain"))
		return;
	bool id = xml_is_named(parent, "GPO") && xml_is_named(name, "Identifier");
	if (xml_is_named(name, "Precedence"))
		r->lost = !str_equal(text, STR("1"));
	if (!id && r->leaf_count == LEAVES)
		return;
	text = arena_copy(r->arena, text);
	if (r->leaf_count < LEAVES)
		r->leaves[r->leaf_count++] = (struct leaf){*parent, *name, text};
	if (id) {
		r->gpo_differs |= r->gpo.size && !str_equal_nocase(r->gpo, text);
		r->gpo = text;
		r->lost = false;
	}
}

static void end_element(struct xml_reading *r)
{
	if (r->is_leaf && r->depth > 1)
		end_leaf(r);
	xml_settings_close(r);
	if (r->record_depth && r->record_depth == r->depth)
		end_record(r);
	if (r->depth == 2 && r->policy->scope != SCOPE_NONE)
		policy_open_scope(r->policy, NULL, SCOPE_NONE);
	r->is_leaf = false;
	r->depth--;
}

static void add_text(struct xml_reading *r)
{
	struct str text = str_slice(xml_text(r->xml), 0, LIMIT_VALUE_BYTES - r->text_size);
	if (!r->is_leaf || text.size == 0)
		return;
	memcpy(r->text + r->text_size, text.at, text.size);
	r->text_size += text.size;
}

static void read_all(struct xml_reading *r)
{
	enum xml_event what;
	while ((what = xml_next(r->xml)) != XML_DONE && what != XML_ERROR) {
		if (what == XML_START && r->depth < LIMIT_XML_DEPTH)
			start_element(r);
		else if (what == XML_END && r->depth)
			end_element(r);
		else if (what == XML_TEXT)
			add_text(r);
	}
	struct policy *policy = r->policy;
	if (policy->report)
		fact_put_flag(policy->facts, policy->report, NULL, "whole", what == XML_DONE);
	if (policy->report && policy->in_force && what == XML_DONE)
		fact_put_flag(policy->facts, policy->report, NULL, "settings", true);
}

size_t gpresult_read_xml(struct policy *policy, size_t i)
{
	const struct lines *lines = &policy->evidence->lines;
	size_t last = gpresult_xml_end(lines, i);
	const struct str *first = &lines->at[i].raw, *end = &lines->at[last].raw;
	struct str text = {first->at, (size_t)(end->at - first->at) + end->size};
	size_t tag = str_find(text, STR("<"));
	struct xml_reading *r = arena_alloc(policy->facts->arena, sizeof *r);
	*r = (struct xml_reading){.policy = policy,
		.arena = policy->facts->arena,
		.index = i,
		.last = last,
		.base = &lines->at[i]};
	r->text = arena_alloc(r->arena, LIMIT_VALUE_BYTES);
	r->xml = xml_open(r->arena, str_from(text, tag == STR_NONE ? 0 : tag));
	read_all(r);
	if (xml_refused(r->xml))
		facts_stop(policy->facts, xml_line_now(r), xml_problem(r->xml), true);
	xml_free(r->xml);
	if (policy->report && policy->in_force && policy->scope != SCOPE_NONE)
		policy_open_scope(policy, NULL, SCOPE_NONE); /* cut off in the middle */
	return last;
}

static bool has_root(struct str text, struct str tag, struct str name_space)
{
	size_t at = str_find(text, tag);
	return at != STR_NONE && str_has(str_from(text, at), name_space);
}

bool gpresult_xml_opens(const struct lines *lines, size_t i)
{
	struct str text = str_slice(lines_text(lines, i), 0, 4 * KIB);
	return str_find_char(text, '<') != STR_NONE &&
		(has_root(text, STR("<Rsop"), rsop) || has_root(text, STR("<GPO "), settings) ||
			has_root(text, STR("<report"), settings));
}

size_t gpresult_xml_end(const struct lines *lines, size_t i)
{
	bool results = str_has(lines_text(lines, i), STR("<Rsop"));
	struct str tag = results ? STR("</Rsop>") : STR("</GPO>");
	while (i + 1 < lines->count && !str_has(lines->at[i].raw, tag))
		i++;
	return i;
}
