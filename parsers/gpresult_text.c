/*
 * gpresult /r, /v and /z (gpresult-format, section 7).
 *
 *     RSOP data for CONTOSO\admin on PC01 : Logging Mode      <- every heading is underlined
 *     ---------------------------------------------------
 *     Site Name:                   Tokyo
 *
 *     COMPUTER SETTINGS                                       <- missing without elevation
 *     ------------------
 *         CN=PC01,OU=Clients,DC=contoso,DC=com
 *         Last time Group Policy was applied: ...             <- five values in this order
 *
 *         Applied Group Policy Objects                        <- then the denied, with a line of detail each
 *         -----------------------------
 *             Baseline
 *     ...
 *         Resultant Set Of Policies for Computer              <- not in /r
 *             Administrative Templates
 *             ------------------------
 *                 GPO: Baseline
 *                     Folder Id: Software\Policies\...\NoGenTicket
 *                     Value:       1, 0, 0, 0                 <- bytes, in decimal
 *
 * Headings and labels are translated; indentation and order are not. A value is what stands behind the first
 * colon. /z lists losing GPOs in the same form as the winner, so what is there twice with two values is not known.
 */
#include "gpresult.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define RULER 6
#define DETAILS 8
#define VALUES_MAX 20000
#define SERVICES_MAX 64

/* A record of "Resultant Set Of Policies". */
struct record {
	const struct line *line;
	struct str gpo;
	struct str details[DETAILS];
	size_t count;
	size_t indent;
	struct str says; /* its lines in one, for citations */
};

struct text_reading {
	struct policy *policy;
	struct arena *arena;
	const struct lines *lines;
	struct str title;
	unsigned scopes; /* headings at the left margin so far, without the title */
	unsigned block;  /* headings one level in, in this scope */
	unsigned group;  /* headings two levels in: kinds of settings */
	size_t item_indent;
	unsigned values; /* of the scope, before its first block */
	bool denied, groups, settings;
	struct fact *gpo;
	struct record record;
	struct policy_registry *found; /* registry values of the scope, told apart at its end */
	size_t found_count, found_room;
	struct fact *services[SERVICES_MAX]; /* of the scope */
	size_t service_count;
};

static bool is_ruler(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i));
	for (size_t k = 0; k < text.size; k++)
		if (text.at[k] != '-')
			return false;
	return text.size >= RULER;
}

/* Blanks in front, as columns: what is copied from a console has only spaces. */
static size_t indent_of(struct str text)
{
	return str_blank_left(text);
}

/* What stands behind the first colon that a blank or the end follows; French has one before it, too. */
static bool value_of(struct str text, struct str *value)
{
	for (size_t i = 0; i < text.size; i++) {
		bool wide = str_starts(str_from(text, i), STR("\xEF\xBC\x9A"));
		if (text.at[i] != ':' && !wide)
			continue;
		struct str rest = str_from(text, i + (wide ? 3 : 1));
		if (rest.size == 0 || wide || str_blank_left(rest) > 0) {
			*value = str_trim(rest);
			return true;
		}
	}
	return false;
}

static bool is_nothing(struct str text)
{
	return str_equal(text, STR("N/A")) || text.size == 0;
}

/*
 * Registry values: decided at the end of the scope
 */

static int by_value(const void *left, const void *right)
{
	const struct policy_registry *a = left, *b = right;
	int order = str_compare(a->key, b->key);
	if (!order)
		order = str_compare(a->name, b->name);
	if (!order)
		order = a->line->number < b->line->number ? -1 : a->line->number > b->line->number;
	return order;
}

static bool is_same_value(const struct policy_registry *a, const struct policy_registry *b)
{
	return str_equal_nocase(a->key, b->key) && str_equal_nocase(a->name, b->name);
}

/* The winner is known when all records about a value agree. */
static void put_values(struct text_reading *r)
{
	if (r->found_count)
		qsort(r->found, r->found_count, sizeof *r->found, by_value);
	for (size_t i = 0; i < r->found_count;) {
		size_t end = i + 1;
		bool agree = true;
		while (end < r->found_count && is_same_value(&r->found[i], &r->found[end]))
			agree &= str_equal(r->found[end++].data, r->found[i].data);
		for (; i < end; i++) {
			r->found[i].in_force = agree;
			policy_put_registry(r->policy, &r->found[i]);
		}
	}
	r->found_count = 0;
}

/* The same for services, of which few are configured. */
static void settle_services(struct text_reading *r)
{
	for (size_t i = 0; i < r->service_count; i++) {
		bool agree = true;
		for (size_t k = 0; k < r->service_count; k++)
			agree &= !fact_same_thing(r->services[i], r->services[k]) ||
				str_equal(fact_text(r->services[i], "start"),
					fact_text(r->services[k], "start"));
		if (agree)
			fact_put_flag(r->policy->facts, r->services[i], NULL, "in-force", true);
	}
	r->service_count = 0;
}

static void keep_value(struct text_reading *r, const struct policy_registry *value)
{
	if (r->found_count >= VALUES_MAX)
		return;
	r->found = arena_grow(r->arena, r->found, r->found_count, &r->found_room, sizeof *r->found);
	r->found[r->found_count++] = *value;
}

/* "1, 0, 0, 0" into bytes; false when it is no such list. */
static bool bytes_of(struct arena *arena, struct str text, struct bytes *bytes)
{
	uint8_t *to = arena_alloc(arena, text.size + 1);
	size_t size = 0;
	for (struct str rest = text; rest.size;) {
		int64_t number = 0;
		if (!scan_number(str_cut(&rest, ','), &number) || number < 0 || number > 255)
			return false;
		to[size++] = (uint8_t)number;
	}
	*bytes = (struct bytes){to, size};
	return size > 0;
}

/* Text when it is UTF-16 of printable characters with its end. */
static bool text_of_bytes(struct arena *arena, struct bytes bytes, struct str *text)
{
	char *to = arena_alloc(arena, bytes.size * 2 + 4);
	size_t size = 0;
	if (bytes.size % 2 || bytes.size < 4 || bytes.at[bytes.size - 1] ||
		bytes.at[bytes.size - 2] || (bytes.at[0] == 0 && bytes.at[1] == 0))
		return false;
	for (size_t i = 0; i + 3 < bytes.size; i += 2) {
		uint32_t unit = (uint32_t)bytes.at[i] | (uint32_t)bytes.at[i + 1] << 8;
		if ((unit > 0 && unit < 32) || (unit >= 0xD800 && unit < 0xE000))
			return false;
		size += utf8_put(to + size, unit ? unit : '|');
	}
	*text = (struct str){to, size};
	return size > 0;
}

/* The type is not printed. Four bytes are a number; "1" as text has the same bytes as the number 49, so
 * that a digit is kept as what it would read as, without a claim to be a number. */
static void put_bytes(struct text_reading *r, struct policy_registry *value, struct bytes bytes)
{
	struct str text = STR("");
	if (text_of_bytes(r->arena, bytes, &text)) {
		value->type = STR("REG_SZ");
		value->data = text;
	} else if (bytes.size == 4) {
		uint32_t number = (uint32_t)bytes.at[0] | (uint32_t)bytes.at[1] << 8 |
			(uint32_t)bytes.at[2] << 16 | (uint32_t)bytes.at[3] << 24;
		value->type = STR("REG_DWORD");
		value->data = str_of(arena_format(r->arena, "%u", (unsigned)number));
	} else {
		return;
	}
	keep_value(r, value);
}

/*
 * Records
 */

static bool is_right(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!char_is_alpha(text.at[i]))
			return false;
	return str_ends(text, STR("Privilege")) || str_ends(text, STR("Right"));
}

static struct str join_details(struct text_reading *r, size_t from)
{
	struct str all = STR("");
	const struct record *record = &r->record;
	for (size_t i = from; i < record->count; i++)
		if (!is_nothing(record->details[i]))
			all = all.size ? str_of(arena_format(r->arena, "%.*s|%.*s", STR_PRINT(all),
						 STR_PRINT(record->details[i])))
				       : record->details[i];
	return all;
}

/* A path and, behind it, either bytes or the value of a security option. */
static void end_path(struct text_reading *r, size_t at)
{
	struct record *record = &r->record;
	struct str path = record->details[at];
	size_t last = str_find_last_char(path, '\\');
	struct bytes bytes;
	if (last == STR_NONE || str_ends(path, STR("...")) || at + 1 >= record->count)
		return; /* long paths are cut */
	struct str text = record->details[at + 1];
	struct policy_registry value = {.line = record->line,
		.key = str_slice(path, 0, last),
		.name = str_from(path, last + 1),
		.gpo = record->gpo,
		.by = at ? "security" : "template"};
	int64_t number = 0;
	if (at && !is_nothing(text)) {
		value.data = text;
		value.type = scan_number(text, &number) ? STR("REG_DWORD") : STR("");
		keep_value(r, &value);
	} else if (!at && bytes_of(r->arena, text, &bytes)) {
		put_bytes(r, &value, bytes);
	}
}

static bool is_path_of_registry(struct str text)
{
	return str_starts_nocase(text, STR("MACHINE\\")) ||
		str_starts_nocase(text, STR("Software\\")) ||
		str_starts_nocase(text, STR("System\\"));
}

static void keep_service(struct text_reading *r, struct str service, int start)
{
	struct fact *fact = policy_put_service(
		r->policy, r->record.line, service, STR(""), start, r->record.gpo);
	if (fact && r->service_count < SERVICES_MAX)
		r->services[r->service_count++] = fact;
}

/* Kinds of settings of a computer by their order: the sixth are rights, the tenth services, then keys and
 * files; rights are told by their names, too. */
static void end_record(struct text_reading *r)
{
	struct record *record = &r->record;
	struct str first = record->details[0];
	int start = record->count > 1 ? policy_word_start(record->details[1]) : -1;
	if (!record->line || record->count == 0 || is_nothing(first)) {
		;
	} else if (is_right(first)) {
		policy_put_right(r->policy, record->line,
			str_of(arena_format(r->arena, "Se%.*s", STR_PRINT(first))),
			join_details(r, 1), record->gpo);
	} else if (is_path_of_registry(first)) {
		end_path(r, 0);
	} else if (record->count > 2 && is_path_of_registry(record->details[1])) {
		end_path(r, 1);
	} else if (r->group == 10 && start >= 0 && str_find_char(first, ' ') == STR_NONE) {
		keep_service(r, first, start);
	} else if (r->group == 11 || r->group == 12) {
		policy_put_object(r->policy, record->line,
			&(struct policy_object){.path = first,
				.gpo = record->gpo,
				.type = r->group == 11 ? "registry" : "file"});
	}
	*record = (struct record){0};
}

/* "GPO: NAME" one level in, its details deeper; a value of several lines goes on without a label. */
static void record_line(struct text_reading *r, const struct line *line, size_t indent)
{
	struct record *record = &r->record;
	struct str text = str_trim(line->text), value;
	bool labelled = value_of(text, &value);
	if (!record->line || indent <= record->indent) {
		end_record(r);
		if (labelled)
			*record = (struct record){
				.line = line, .gpo = value, .indent = indent, .says = text};
		return;
	}
	record->says = policy_join(r->arena, record->says, text);
	record->line = policy_cite(r->arena, record->line, record->says);
	if (record->count < DETAILS)
		record->details[record->count++] = labelled ? value : text;
}

/*
 * Blocks of a scope
 */

/* A line of the list of GPOs: a name, or one level deeper why it was denied. */
static void gpo_line(struct text_reading *r, const struct line *line, size_t indent)
{
	struct facts *facts = r->policy->facts;
	struct str text = str_trim(line->text), value;
	if (r->item_indent == 0)
		r->item_indent = indent;
	if (indent <= r->item_indent) {
		r->gpo = is_nothing(text) ? NULL
					  : policy_put_gpo(r->policy, line, text, STR(""),
						    r->denied ? "denied" : "applied");
	} else if (r->gpo && value_of(text, &value) && !fact_is_set(r->gpo, "reason")) {
		const char *reason = policy_word_reason(value);
		if (reason)
			fact_put(facts, r->gpo, line, "reason", str_of(reason));
	}
}

/* Five values in this order; the distinguished name in front has no label. */
static void about_line(struct text_reading *r, const struct line *line)
{
	static const char *const fields[] = {"applied", "from", NULL, "domain"};
	struct str text = str_trim(line->text), value;
	if (str_starts(text, STR("CN="))) {
		policy_put_about(r->policy, line, "name", text);
		return;
	}
	if (!value_of(text, &value))
		return;
	const char *field = r->values < 4 ? fields[r->values] : NULL;
	r->values++;
	if (field && !is_nothing(value))
		policy_put_about(r->policy, line, field, value);
}

static void body_line(struct text_reading *r, const struct line *line)
{
	size_t indent = indent_of(line->text);
	if (indent == 0 || r->policy->scope == SCOPE_NONE)
		return;
	if (r->block == 0)
		about_line(r, line);
	else if (r->settings)
		record_line(r, line, indent);
	else if (r->groups)
		policy_put_group(r->policy, line, str_trim(line->text), STR(""));
	else if (r->block <= 2)
		gpo_line(r, line, indent);
}

/*
 * Headings
 */

static void end_scope(struct text_reading *r)
{
	end_record(r);
	put_values(r);
	settle_services(r);
	r->policy->scope = SCOPE_NONE;
}

/* How many headings stand at the left margin below the title, and are none of other output? */
static unsigned count_scopes(const struct lines *lines, size_t i)
{
	unsigned count = 0;
	for (i += 2; i + 1 < lines->count && !gpresult_text_opens(lines, i); i++)
		count += indent_of(lines->at[i].text) == 0 && !is_ruler(lines, i) &&
			!str_is_blank(lines->at[i].text) && is_ruler(lines, i + 1);
	return count;
}

/* In the title, a user has a domain in front and a computer has none. */
static enum policy_scope scope_of_name(struct str title, struct str name)
{
	for (struct str word; name.size && (word = str_word(&title)).size;) {
		size_t slash = str_find_last_char(word, '\\');
		if (slash == STR_NONE && str_equal_nocase(word, name))
			return SCOPE_COMPUTER;
		if (slash != STR_NONE && str_equal_nocase(str_from(word, slash + 1), name))
			return SCOPE_USER;
	}
	return SCOPE_NONE;
}

/* Whose settings these are: by the heading's word, or by the object below it, "CN=KMS01,OU=...", which the title
 * names. */
static enum policy_scope scope_of(const struct text_reading *r, const struct line *line)
{
	enum policy_scope scope = policy_word_scope(line->text);
	size_t i = (size_t)(line - r->lines->at) + 2;
	struct str object = str_trim(lines_text(r->lines, i));
	if (scope != SCOPE_NONE || !str_starts(object, STR("CN=")))
		return scope;
	object = str_from(object, 3);
	return scope_of_name(r->title, str_cut(&object, ','));
}

static void open_scope(struct text_reading *r, const struct line *line, unsigned all)
{
	enum policy_scope scope = scope_of(r, line);
	end_scope(r);
	r->scopes++;
	if (all == 2)
		scope = r->scopes == 1 ? SCOPE_COMPUTER : SCOPE_USER;
	r->block = r->group = r->values = 0;
	r->settings = r->groups = false;
	policy_scope_reported(r->policy, scope, true);
	policy_open_scope(r->policy, line, scope);
}

/* Does a list of GPOs follow whose names have a detail below them, or a plain list? */
static bool has_details(const struct text_reading *r, size_t i)
{
	size_t first = 0;
	for (; i < r->lines->count && !is_ruler(r->lines, i + 1); i++) {
		struct str text = r->lines->at[i].text, value;
		if (str_is_blank(text))
			continue;
		if (first == 0)
			first = indent_of(text);
		else
			return indent_of(text) > first && value_of(text, &value);
	}
	return false;
}

/* A heading in two lines has its second one above the ruler. */
static void open_block(struct text_reading *r, size_t i, size_t indent)
{
	end_record(r);
	if (r->settings && r->group && indent > r->item_indent) {
		r->group++;
		return;
	}
	bool nested = false; /* another heading follows, deeper: kinds of settings */
	for (size_t k = i + 2; k < r->lines->count; k++)
		if (!str_is_blank(r->lines->at[k].text)) {
			nested = is_ruler(r->lines, k + 1) &&
				indent_of(r->lines->at[k].text) > indent;
			break;
		}
	r->block++;
	if (nested) {
		r->settings = true;
		r->groups = false;
		r->group = 0;
		r->item_indent = indent;
		fact_put_flag(r->policy->facts, r->policy->report, NULL, "settings", true);
		return;
	}
	if (r->settings) {
		r->group++;
		return;
	}
	r->denied = r->block == 2 && has_details(r, i + 2);
	bool list = r->block == 1 || r->denied;
	bool groups_before = r->groups;
	r->groups = !list && !groups_before && r->block <= 3;
	if (!list && groups_before)
		r->block = 9; /* privileges: a list that nobody asks for */
	r->item_indent = 0;
	r->gpo = NULL;
}

static void heading(struct text_reading *r, size_t i, unsigned all)
{
	const struct line *line = &r->lines->at[i];
	size_t indent = indent_of(line->text);
	if (indent == 0)
		open_scope(r, line, all);
	else if (r->policy->scope != SCOPE_NONE)
		open_block(r, i, indent);
}

/* Above the scopes: configuration, version, site, two profiles, and whether the link is slow. */
static struct str head_value(const struct lines *lines, size_t title, unsigned wanted, size_t *at)
{
	unsigned number = 0;
	struct str value;
	for (size_t i = title + 2; i < lines->count && !is_ruler(lines, i + 1); i++)
		if (value_of(str_trim(lines->at[i].text), &value) && ++number == wanted) {
			*at = i;
			return value;
		}
	return STR("");
}

static void put_head(struct text_reading *r, size_t title)
{
	size_t at = title;
	struct str site = head_value(r->lines, title, 3, &at);
	if (!is_nothing(site))
		policy_put_about(r->policy, &r->lines->at[at], "site", site);
	const char *slow = policy_word_flag(head_value(r->lines, title, 6, &at));
	if (slow)
		policy_put_about(r->policy, &r->lines->at[at], "slow-link", str_of(slow));
}

static bool is_title(const struct lines *lines, size_t i)
{
	struct str text = str_slice(lines_text(lines, i), 0, 400);
	return (str_has(text, STR("RSOP")) || str_has(text, STR("RSoP"))) && indent_of(text) == 0 &&
		is_ruler(lines, i + 1);
}

/* "INFO: The user "CONTOSO\admin" does not have RSoP data." */
static bool is_refusal(const struct lines *lines, size_t i)
{
	struct str text = str_slice(lines_text(lines, i), 0, 400);
	size_t token = str_find(text, STR("RSoP"));
	return token != STR_NONE && !is_title(lines, i) && str_has(text, STR("\"")) &&
		str_has(text, STR("\\"));
}

static size_t read_refusal(struct policy *policy, size_t i)
{
	const struct line *line = &policy->evidence->lines.at[i];
	policy_open_report(policy, line, "results", "text");
	policy_scope_reported(policy, SCOPE_USER, false);
	return i;
}

size_t gpresult_read_text(struct policy *policy, size_t i)
{
	const struct lines *lines = &policy->evidence->lines;
	if (is_refusal(lines, i))
		return read_refusal(policy, i);
	if (!is_title(lines, i))
		return i; /* the tool's own name above it */
	struct text_reading *r = arena_alloc(policy->facts->arena, sizeof *r);
	*r = (struct text_reading){.policy = policy, .arena = policy->facts->arena, .lines = lines};
	unsigned all = count_scopes(lines, i);
	size_t title = i;
	struct str name = str_trim(lines->at[i].text);
	r->title = name;
	size_t mode = str_find_last_char(name, ':');
	policy_open_report(policy, &lines->at[i], "results", "text");
	policy->unsure = true; /* who lost is listed, too */
	fact_put(policy->facts, policy->report, NULL, "name",
		str_trim(str_slice(name, 0, mode == STR_NONE ? name.size : mode)));
	for (i += 2; i < lines->count && !is_title(lines, i); i++) {
		if (str_is_blank(lines->at[i].text) || is_ruler(lines, i))
			continue;
		bool heads = is_ruler(lines, i + 1) ||
			(is_ruler(lines, i + 2) && !str_is_blank(lines_text(lines, i + 1)) &&
				indent_of(lines->at[i].text) ==
					indent_of(lines_text(lines, i + 1)));
		if (is_ruler(lines, i + 1)) {
			heading(r, i, all);
			if (r->block == 0)
				put_head(r, title);
		} else if (!heads) {
			body_line(r, &lines->at[i]);
		}
	}
	end_scope(r);
	policy->unsure = false;
	return i - 1;
}

/* The title is the only heading that holds the abbreviation; the tool names itself above. */
bool gpresult_text_opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(str_slice(lines_text(lines, i), 0, 400));
	if (str_starts(text, STR("Microsoft")) && str_ends(text, STR("v2.0")))
		return true;
	return is_title(lines, i) || is_refusal(lines, i);
}
