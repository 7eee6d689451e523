/*
 * secedit /export, and security templates of the same form (other-formats, secedit).
 *
 *     [Unicode]
 *     Unicode=yes
 *     [Registry Values]
 *     MACHINE\System\CurrentControlSet\Control\Lsa\LmCompatibilityLevel=4,5      <- type as in the registry, value
 *     [Privilege Rights]
 *     SeServiceLogonRight = *S-1-5-20,*S-1-5-19
 *     [Service General Setting]
 *     "sppsvc",4,"D:(A;;CCLCSWRPLOCRRC;;;SY)"                                    <- start, permissions
 *     [File Security]
 *     "%SystemRoot%\System32\spp",0,"D:PAR(A;OICI;FA;;;SY)"
 *
 * Sections and names are English everywhere. Templates, and the settings of a GPO, are files of the same form, and some
 * hold as much as an export does: only the command that exported it tells that a file is about this machine. Without it
 * the settings are read, but not as being in force.
 */
#include "policy.h"

#include <string.h>

enum section {
	SECTION_NONE,
	SECTION_VALUES,
	SECTION_RIGHTS,
	SECTION_SERVICES,
	SECTION_FILES,
	SECTION_KEYS
};

static const struct {
	struct str title;
	enum section section;
} sections[] = {
	{STR_INIT("[Registry Values]"), SECTION_VALUES},
	{STR_INIT("[Privilege Rights]"), SECTION_RIGHTS},
	{STR_INIT("[Service General Setting]"), SECTION_SERVICES},
	{STR_INIT("[File Security]"), SECTION_FILES},
	{STR_INIT("[Registry Keys]"), SECTION_KEYS},
};

struct reading {
	struct policy policy;
	const struct line *line;
	enum section section;
};

static enum section section_of(struct str text)
{
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		if (str_equal_nocase(text, sections[i].title))
			return sections[i].section;
	return SECTION_NONE;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i));
	if (!str_starts(text, STR("[")))
		return false;
	return section_of(text) != SECTION_NONE ||
		(str_equal_nocase(text, STR("[Unicode]")) &&
			str_starts_nocase(str_trim(lines_text(lines, i + 1)), STR("Unicode=")));
}

/* Takes a value off the front: in quotation marks, or up to a comma. */
static struct str take(struct str *rest)
{
	*rest = str_trim(*rest);
	if (!str_starts(*rest, STR("\"")))
		return str_trim(str_cut(rest, ','));
	*rest = str_from(*rest, 1);
	struct str value = str_cut(rest, '"');
	(void)str_cut(rest, ',');
	return value;
}

/* Of a value, as the registry counts; NULL: it is none. */
static const char *type_of(struct str number)
{
	static const struct {
		const char *number, *type;
	} types[] = {{"1", "REG_SZ"}, {"2", "REG_EXPAND_SZ"}, {"3", "REG_BINARY"},
		{"4", "REG_DWORD"}, {"7", "REG_MULTI_SZ"}};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_equal(number, str_of(types[i].number)))
			return types[i].type;
	return NULL;
}

static bool is_key_path(struct str path)
{
	return str_starts_nocase(path, STR("MACHINE\\")) ||
		str_starts_nocase(path, STR("USERS\\")) ||
		str_starts_nocase(path, STR("CLASSES_ROOT\\"));
}

/* PATH\NAME=TYPE,VALUE */
static void put_value(struct reading *r, struct str text)
{
	struct str rest = text, path = str_trim(str_cut(&rest, '='));
	size_t last = str_find_last_char(path, '\\');
	const char *type = type_of(str_trim(str_cut(&rest, ',')));
	struct str data = str_trim(rest);
	if (!type || !is_key_path(path))
		return;
	if (data.size >= 2 && str_starts(data, STR("\"")) && str_ends(data, STR("\"")))
		data = str_slice(data, 1, data.size - 1);
	policy_put_registry(&r->policy,
		&(struct policy_registry){.line = r->line,
			.key = str_slice(path, 0, last),
			.name = str_from(path, last + 1),
			.type = str_of(type),
			.data = data,
			.by = "security",
			.in_force = !r->policy.unsure});
}

/* NAME = *SID,ACCOUNT,... */
static void put_right(struct reading *r, struct str text)
{
	struct str rest = text, right = str_trim(str_cut(&rest, '=')), members = str_trim(rest);
	if (!str_starts_nocase(right, STR("Se")) || str_find_char(right, ' ') != STR_NONE ||
		right.size == text.size)
		return;
	char *to = arena_alloc(r->policy.facts->arena, members.size + 1);
	size_t size = 0;
	while (members.size) {
		struct str member = str_trim(str_cut(&members, ','));
		if (str_starts(member, STR("*")))
			member = str_from(member, 1);
		if (member.size == 0)
			continue;
		if (size)
			to[size++] = '|';
		memcpy(to + size, member.at, member.size);
		size += member.size;
	}
	policy_put_right(&r->policy, r->line, right, (struct str){to, size}, STR(""));
}

/* "PATH",DIGIT,"SDDL" */
static void put_object(struct reading *r, struct str text, const char *type)
{
	struct str rest = text, path = take(&rest), mode = take(&rest), sddl = take(&rest);
	if (path.size == 0 || mode.size != 1 || !char_is_digit(mode.at[0]))
		return;
	if (str_equal(str_of(type), STR("service")))
		policy_put_service(&r->policy, r->line, path, STR(""), mode.at[0] - '0', STR(""));
	if (sddl.size)
		policy_put_object(&r->policy, r->line,
			&(struct policy_object){.path = path, .sddl = sddl, .type = type});
}

static void read_line(struct reading *r, struct str text)
{
	switch (r->section) {
	case SECTION_VALUES:
		put_value(r, text);
		break;
	case SECTION_RIGHTS:
		put_right(r, text);
		break;
	case SECTION_SERVICES:
		put_object(r, text, "service");
		break;
	case SECTION_FILES:
		put_object(r, text, "file");
		break;
	case SECTION_KEYS:
		put_object(r, text, "registry");
		break;
	case SECTION_NONE:
		break;
	}
}

static void open_report(struct reading *r)
{
	struct policy *policy = &r->policy;
	bool exported = command_has(policy->evidence->origin.command, "/export");
	policy_open_report(policy, r->line, exported ? "database" : "template", "inf");
	policy_scope_reported(policy, SCOPE_COMPUTER, true);
	policy->scope = SCOPE_COMPUTER;
	policy->in_force = true; /* kept; each says whether it is in force */
	policy->unsure = !exported;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.policy = {.evidence = evidence, .facts = facts}};
	for (size_t i = 0; i < evidence->lines.count; i++) {
		struct str text = str_trim(evidence->lines.at[i].text);
		r.line = &evidence->lines.at[i];
		if (!r.policy.report && opens(&evidence->lines, i))
			open_report(&r);
		if (str_starts(text, STR("[")) && str_ends(text, STR("]")))
			r.section = section_of(text);
		else if (r.policy.report && text.size)
			read_line(&r, text);
	}
}

const struct parser parser_secedit = {
	.name = "secedit",
	.says = "security settings as secedit exports them, and security templates",
	.source = "policy",
	.commands = "secedit",
	.kinds = policy_kinds,
	.opens = opens,
	.parse = parse,
};
