/*
 * Rows of settings (gpresult-format, section 4).
 *
 * Form tells what a row is: a registry path, a GUID, "(Startup Mode: Disabled)" at the end of a title, a value that
 * begins with HKEY_. Rows of a firewall rule and of a registry item have a fixed order.
 */
#include "gpresult_report.h"

#include "firewall.h"

#include <string.h>

/* "Software Protection (Startup Mode: Disabled)" */
static void open_service(struct report *report, const struct line *line, struct str title)
{
	size_t open = str_find_last_char(title, '(');
	if (open == STR_NONE || !str_ends(title, STR(")")))
		return;
	struct str inside = str_slice(title, open + 1, title.size - 1);
	size_t colon = str_find_last_char(inside, ':');
	struct str word = colon == STR_NONE ? inside : str_from(inside, colon + 1);
	if (str_starts(word, STR("\xEF\xBC\x9A"))) /* full-width colon */
		word = str_from(word, 3);
	int start = policy_word_start(word);
	if (start < 0)
		return;
	report->service = policy_put_service(report->policy, line, STR(""),
		report_keep(report, str_trim(str_slice(title, 0, open))), start, STR(""));
	report->object_depth = report->service ? report->depth : 0;
	report->object.type = NULL;
}

static const char *object_of_title(struct str title)
{
	bool drive = title.size > 2 && char_is_alpha(title.at[0]) && title.at[1] == ':' &&
		title.at[2] == '\\';
	if (str_starts_nocase(title, STR("MACHINE\\")) ||
		str_starts_nocase(title, STR("CLASSES_ROOT\\")) ||
		str_starts_nocase(title, STR("USERS\\")))
		return "registry";
	return drive || (str_starts(title, STR("%")) && str_has(title, STR("%\\"))) ? "file" : NULL;
}

static void open_object(struct report *report, const struct line *line, struct str title)
{
	report->object = (struct policy_object){
		.path = report_keep(report, title), .type = object_of_title(title)};
	report->entries_size = 0;
	report->object_line = line;
	report->object_depth = report->object.type ? report->depth : 0;
	report->service = NULL;
}

static void close_object(struct report *report)
{
	report->object.entries = (struct str){report->entries, report->entries_size};
	if (report->object.type)
		policy_put_object(report->policy, report->object_line, &report->object);
	report->object = (struct policy_object){0};
	report->service = NULL;
	report->object_depth = 0;
}

/*
 * Firewall
 */

static struct str rule_value(const struct report *report, unsigned row)
{
	return row < report->rule_count ? report->rule_rows[row] : STR("");
}

/* "Any" and "All" restrict nothing, whatever language they are in: no digit, path or bracket. */
static struct str restriction(struct str value)
{
	for (size_t i = 0; i < value.size; i++)
		if (char_is_digit(value.at[i]) || value.at[i] == '\\' || value.at[i] == ':')
			return value;
	return str_in_list(value, "LocalSubnet|RPC|RPC-EPMap|IPHTTPS") ? value : STR("");
}

/* "All programs and services" is none. */
static struct str service_key(struct str value)
{
	for (size_t i = 0; i < value.size; i++)
		if (!char_is_alpha(value.at[i]) && !char_is_digit(value.at[i]) &&
			value.at[i] != '_' && value.at[i] != '-')
			return STR("");
	return firewall_is_any(value) ? STR("") : value;
}

/* After a note: enabled, program, action, then rows about computers and users that may be absent, then the
 * protocol with its ports. */
static unsigned protocol_row(const struct report *report)
{
	for (unsigned i = 4; i < report->rule_count; i++) {
		int64_t number = 0;
		if (scan_number(rule_value(report, i), &number) && number >= 0 && number <= 256)
			return i;
	}
	return 0;
}

static void end_rule(struct report *report)
{
	struct policy_rule *rule = &report->rule;
	unsigned at = protocol_row(report);
	int64_t number = 256;
	if (rule->line && report->rule_count >= 12) {
		rule->enabled = policy_word_flag(rule_value(report, 1));
		rule->program = restriction(rule_value(report, 2));
		rule->action = policy_word_action(rule_value(report, 3));
		/* Without a number it is any protocol; the rows behind keep their distance to the end. */
		(void)!scan_number(rule_value(report, at), &number);
		rule->protocol = at == 0 ? "any"
			: number == 6    ? "tcp"
			: number == 17   ? "udp"
			: number == 256  ? "any"
					 : "other";
		unsigned from = at ? at : report->rule_count - 10;
		rule->local_ports = restriction(rule_value(report, from + 1));
		rule->remote_ports = restriction(rule_value(report, from + 2));
		rule->remote_addresses = restriction(rule_value(report, from + 5));
		rule->profiles = rule_value(report, from + 6);
		rule->service = service_key(rule_value(report, from + 8));
		struct str says = rule->name;
		for (unsigned i = 1; i < report->rule_count; i++)
			says = policy_join(report->arena, says, rule_value(report, i));
		rule->line = policy_cite(report->arena, rule->line, says);
		policy_put_rule(report->policy, rule);
	}
	*rule = (struct policy_rule){0};
	report->rule_count = 0;
}

/* Is the open section one of the firewall's rules? Its direction, or NULL. */
static const char *rule_direction(const struct report *report)
{
	return report->depth > 1 &&
			policy_says_firewall(report_section(report, report->depth - 1)->title)
		? policy_word_direction(report_section(report, report->depth)->title)
		: NULL;
}

static void rule_row(struct report *report, const struct html_row *row, const char *direction)
{
	if (row->depth == 1 && row->count >= 2) {
		end_rule(report);
		report->rule = (struct policy_rule){.line = row->line,
			.name = report_keep(report, row->cells[0]),
			.direction = direction,
			.gpo = row->count > 2 ? report_keep(report, row->cells[2]) : STR("")};
	} else if (row->depth == 2 && report->rule.line && report->rule_count < REPORT_RULE_ROWS) {
		report->rule_rows[report->rule_count++] =
			row->count > 1 ? report_keep(report, row->cells[1]) : STR("");
	}
}

/* State, inbound, outbound; each with the GPO that won. */
static bool profile_row(struct report *report, const struct html_row *row)
{
	const struct section *above = report_section(report, report->depth - 1);
	struct facts *facts = report->policy->facts;
	if (report->depth < 2 || row->template || row->depth != 1 || row->index > 2 ||
		row->count < 3 || !policy_says_firewall(above->title))
		return false;
	const char *profile = policy_word_profile(report_section(report, report->depth)->title);
	if (!profile)
		return false;
	const char *flag = policy_word_flag(row->cells[1]),
		   *action = policy_word_action(row->cells[1]);
	if (row->index == 0 ? !flag : !action)
		return true;
	struct fact *fact = policy_put_profile(report->policy, row->line, profile, row->cells[2]);
	if (fact)
		fact_put(facts, fact, row->line,
			row->index == 0           ? "enabled"
				: row->index == 1 ? "inbound"
						  : "outbound",
			str_of(row->index == 0 ? flag : action));
	return true;
}

/*
 * Preferences: registry items
 */

static void put_preference(struct report *report)
{
	struct policy_registry *value = &report->preference;
	value->by = "preference";
	value->action = report->preference_action;
	value->gpo = report->preference_gpo;
	value->code = report->preference_code;
	/* "Settings nearest the top are the prevailing": entries of one item are its sections. */
	value->in_force =
		report_section(report, report->preference_depth)->number <= 1 && !value->code;
	value->line = policy_cite(report->arena, value->line,
		str_of(arena_format(report->arena, "%.*s\\%.*s = %.*s (%.*s)",
			STR_PRINT(value->key), STR_PRINT(value->name), STR_PRINT(value->data),
			STR_PRINT(value->gpo))));
	policy_put_registry(report->policy, value);
}

/* A table of two columns: the GPO that won, and further inside the action. */
static void preference_info(struct report *report, struct str value)
{
	const char *action = policy_word_preference(value);
	if (report->preference_gpo.size && report->depth > report->preference_depth) {
		report->preference_action = action;
		return;
	}
	report->preference_gpo = report_keep(report, value);
	report->preference_depth = report->depth;
	report->preference_action = NULL;
	report->preference_code = 0;
}

/* Hive, path, name, type, data, in this order; "GPO" and the action stand in tables above. */
static bool preference_row(struct report *report, const struct html_row *row)
{
	struct policy_registry *value = &report->preference;
	if (row->count != 2)
		return false;
	struct str cell = row->cells[1];
	if (str_starts(cell, STR("HKEY_"))) {
		*value = (struct policy_registry){
			.line = row->line, .key = report_keep(report, cell)};
		report->preference_rows = 1;
		return true;
	}
	if (report->preference_rows == 0 || row->table != TABLE_SUB)
		return false;
	switch (report->preference_rows++) {
	case 1:
		value->key = str_of(arena_format(
			report->arena, "%.*s\\%.*s", STR_PRINT(value->key), STR_PRINT(cell)));
		break;
	case 2:
		value->name = report_keep(report, cell);
		break;
	case 3:
		value->type = report_keep(report, cell);
		if (!str_starts(cell, STR("REG_")))
			report->preference_rows = 0;
		break;
	default:
		value->data = report_joined(report, cell);
		put_preference(report);
		report->preference_rows = 0;
	}
	return true;
}

/*
 * Settings
 */

static void object_row(struct report *report, const struct html_row *row)
{
	struct facts *facts = report->policy->facts;
	if (row->header || row->count < 2)
		return;
	if (row->count == 2 && row->table == TABLE_INFO) {
		if (report->service && !fact_is_set(report->service, "gpo") &&
			!str_is_blank(row->cells[1]))
			fact_put(facts, report->service, row->line, "gpo", row->cells[1]);
		else if (report->object.type && report->object.gpo.size == 0)
			report->object.gpo = report_keep(report, row->cells[1]);
		return;
	}
	for (size_t i = 0; i < row->count; i++) {
		struct str cell = row->cells[i];
		size_t room = REPORT_ENTRIES_BYTES - report->entries_size;
		if (report->entries_size && room)
			report->entries[report->entries_size++] = i ? ' ' : '|';
		room = REPORT_ENTRIES_BYTES - report->entries_size;
		cell = str_slice(cell, 0, room);
		if (cell.size)
			memcpy(report->entries + report->entries_size, cell.at, cell.size);
		report->entries_size += cell.size;
	}
}

static bool is_registry_path(struct str text)
{
	return (str_starts_nocase(text, STR("Software\\")) ||
		       str_starts_nocase(text, STR("System\\"))) &&
		str_find_char(text, '\n') == STR_NONE;
}

/* "Extra Registry Settings": a path with the value's name at its end, as no template knows it. */
static void put_extra(struct report *report, const struct html_row *row)
{
	struct str path = report_keep(report, row->cells[0]);
	size_t last = str_find_last_char(path, '\\');
	policy_put_registry(report->policy,
		&(struct policy_registry){.line = row->line,
			.key = str_slice(path, 0, last),
			.name = str_from(path, last + 1),
			.data = report_joined(report, row->cells[1]),
			.gpo = report_keep(report, row->cells[2]),
			.by = "template",
			.in_force = true});
}

static struct str category(const struct report *report)
{
	return report_section(report, report->depth)->title;
}

static void setting_row(struct report *report, const struct html_row *row)
{
	report->setting = (struct policy_item){.line = row->line, .category = category(report)};
	report->setting_depth = row->depth;
	if (row->count < 3)
		return;
	report->setting.name = report_keep(report, row->cells[0]);
	report->setting.value = report_joined(report, row->cells[1]);
	report->setting.gpo = report_keep(report, row->cells[row->count - 1]);
	policy_put_setting(report->policy, &report->setting);
}

/* Elements of the setting above: label and value, or a list's name, value and GPO. */
static void part_row(struct report *report, const struct html_row *row)
{
	struct policy_item item = report->setting;
	if (item.name.size == 0)
		return;
	item.line = row->line;
	item.part = row->cells[0];
	item.value = row->count > 1 ? report_joined(report, row->cells[1]) : row->cells[0];
	if (row->count > 2 && !str_is_blank(row->cells[2]))
		item.gpo = row->cells[2];
	if (row->count == 1)
		item.part = STR("-");
	if (!str_is_blank(item.value) && (row->count > 1 || row->table == TABLE_SUB))
		policy_put_setting(report->policy, &item);
}

void settings_row(struct report *report, const struct html_row *row)
{
	const char *direction = rule_direction(report);
	if (direction && (row->depth == 2 || !row->header)) {
		rule_row(report, row, direction);
		return;
	}
	end_rule(report);
	if (row->header)
		return;
	if (report->object_depth) {
		object_row(report, row);
		return;
	}
	if (preference_row(report, row) || profile_row(report, row))
		return;
	if (row->count == 2 && row->table == TABLE_INFO && row->depth == 1) {
		preference_info(report, row->cells[1]);
	} else if (row->depth > 1) {
		part_row(report, row);
	} else if (row->count == 3 && !row->template && is_registry_path(row->cells[0])) {
		put_extra(report, row);
	} else if (row->table == TABLE_INFO3) {
		setting_row(report, row);
	}
}

/* A section of its own for each service, file and key; another one inside belongs to it. */
void settings_enter(struct report *report, const struct line *line, struct str title)
{
	report->setting = (struct policy_item){0};
	if (report->depth < 5)
		return;
	if (report->object_depth == 0)
		open_object(report, line, title);
	if (report->object_depth == 0)
		open_service(report, line, title);
}

void settings_leave(struct report *report)
{
	end_rule(report);
	report->setting = (struct policy_item){0};
	report->preference_rows = 0;
	if (report->object_depth && report->object_depth == report->depth)
		close_object(report);
	if (report->preference_depth == report->depth) {
		report->preference_gpo = STR("");
		report->preference_depth = 0;
	}
}

/* "Result: Failure (Error Code: 0x80070005)" above the properties of a preference. */
void settings_text(struct report *report, struct str text)
{
	uint32_t code = 0;
	if (scan_first_code(text, &code, NULL))
		report->preference_code = code;
}
