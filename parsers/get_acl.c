/*
 * Get-Acl as a list, `sc sdshow`, and SDDL on a line of its own (MS-DTYP 2.5.1; other people's scripts).
 *
 *     Path   : Microsoft.PowerShell.Core\FileSystem::C:\Windows\System32\spp\store\2.0
 *     Owner  : NT AUTHORITY\SYSTEM
 *     Access : NT SERVICE\sppsvc Allow  FullControl
 *              BUILTIN\Users Allow  Read, Synchronize
 *     Sddl   : O:SYG:SYD:PAI(A;OICI;FA;;;SY)...          <- wraps at the width of the console
 *
 * Property names are never translated. Sddl holds everything, with SIDs; the Access lines, which say less,
 * are read where it is missing. `sc sdshow SERVICE` prints the list alone, and does not name the service.
 */
#include "acl.h"

#include "base/out.h"

#include <string.h>

struct reading {
	struct arena *arena;
	const struct lines *lines;
	struct acl_writer writer;
	struct str asked;
	const char *type; /* of what was asked for */
};

/* "Path   : value". */
static bool property(struct str text, struct str name, struct str *value)
{
	if (!str_starts(text, name))
		return false;
	text = str_trim_left(str_from(text, name.size));
	if (!str_starts(text, STR(":")))
		return false;
	*value = str_trim(str_from(text, 1));
	return true;
}

static bool any_property(struct str text)
{
	static const struct str names[] = {STR_INIT("Path"), STR_INIT("Owner"), STR_INIT("Group"),
		STR_INIT("Access"), STR_INIT("Audit"), STR_INIT("Sddl")};
	struct str value;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (property(text, names[i], &value))
			return true;
	return false;
}

static bool list_begins(const struct lines *lines, size_t i, struct str *path)
{
	struct str value;
	if (!property(lines_text(lines, i), STR("Path"), path) || path->size == 0)
		return false;
	/* A long path wraps; Owner is the next property. */
	for (size_t k = i + 1; k < i + 6; k++)
		if (property(lines_text(lines, k), STR("Owner"), &value))
			return true;
	return false;
}

/* The value of line `i` with the lines below that continue it, without the blanks of the wrap. */
static struct str whole_value(struct reading *r, size_t *i, struct str value)
{
	struct out out = out_new(LIMIT_LINE_BYTES);
	out_str(&out, value);
	while (*i + 1 < r->lines->count) {
		struct str next = lines_text(r->lines, *i + 1);
		if (str_blank_left(next) < 4 || str_is_blank(next) || any_property(next))
			break;
		out_str(&out, str_trim(next));
		++*i;
	}
	struct str whole = arena_copy(r->arena, out_view(&out));
	out_free(&out);
	return whole;
}

/* "Microsoft.PowerShell.Core\Registry::HKEY_LOCAL_MACHINE\SYSTEM\WPA". */
static struct str plain_path(struct reading *r, struct str path, const char **type)
{
	static const struct {
		struct str longer;
		const char *brief;
	} hives[] = {
		{STR_INIT("HKEY_LOCAL_MACHINE"), "HKLM"},
		{STR_INIT("HKEY_USERS"), "HKU"},
		{STR_INIT("HKEY_CURRENT_USER"), "HKCU"},
		{STR_INIT("HKEY_CLASSES_ROOT"), "HKCR"},
	};
	size_t provider = str_find(path, STR("::"));
	if (provider != STR_NONE) {
		bool registry = str_has_nocase(str_slice(path, 0, provider), STR("Registry"));
		*type = registry ? "registry" : "file";
		path = str_from(path, provider + 2);
	}
	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++)
		if (str_starts_nocase(path, hives[i].longer)) {
			struct str rest = str_from(path, hives[i].longer.size);
			*type = "registry";
			return str_of(
				arena_format(r->arena, "%s%.*s", hives[i].brief, STR_PRINT(rest)));
		}
	return path;
}

static const struct {
	struct str name;
	uint32_t mask;
} right_names[] = {
	{STR_INIT("FullControl"), 0x1F01FF},
	{STR_INIT("Modify"), 0x1301BF},
	{STR_INIT("ReadAndExecute"), 0x1200A9},
	{STR_INIT("ReadKey"), 0x20019},
	{STR_INIT("WriteKey"), 0x20006},
	{STR_INIT("Read"), 0x120089},
	{STR_INIT("Write"), 0x100116},
	{STR_INIT("Synchronize"), 0x100000},
	{STR_INIT("Delete"), 0x10000},
	{STR_INIT("ChangePermissions"), 0x40000},
	{STR_INIT("TakeOwnership"), 0x80000},
	{STR_INIT("ReadPermissions"), 0x20000},
	{STR_INIT("QueryValues"), 0x1},
	{STR_INIT("SetValue"), 0x2},
	{STR_INIT("CreateSubKey"), 0x4},
	{STR_INIT("EnumerateSubKeys"), 0x8},
	{STR_INIT("Notify"), 0x10},
	{STR_INIT("CreateFiles"), 0x2},
	{STR_INIT("AppendData"), 0x4},
	{STR_INIT("ExecuteFile"), 0x20},
};

static bool read_rights(struct str text, uint32_t *mask)
{
	bool any = false;
	*mask = 0;
	if (scan_code(text, mask)) /* generic rights have no name */
		return true;
	while (text.size) {
		struct str name = str_trim(str_cut(&text, ','));
		for (size_t i = 0; i < sizeof right_names / sizeof *right_names; i++)
			if (str_equal(right_names[i].name, name)) {
				*mask |= right_names[i].mask;
				any = true;
			}
	}
	return any;
}

/* "BUILTIN\Users Allow  ReadAndExecute, Synchronize". */
static bool read_access(struct str text, struct ace *ace)
{
	size_t allow = str_find(text, STR(" Allow  ")), deny = str_find(text, STR(" Deny  "));
	size_t at = allow != STR_NONE ? allow : deny;
	if (at == STR_NONE)
		return false;
	*ace = (struct ace){.type = allow != STR_NONE ? ACE_ALLOW : ACE_DENY,
		.principal = str_trim(str_slice(text, 0, at))};
	struct str rest = str_trim(str_from(text, at));
	(void)str_word(&rest);
	return read_rights(str_trim(rest), &ace->mask);
}

/* The lines of Access, the first of which has the property's name. Returns the last one. */
static size_t read_access_lines(struct reading *r, size_t i, struct str value)
{
	struct ace ace;
	for (;; value = str_trim(lines_text(r->lines, ++i))) {
		if (read_access(value, &ace))
			acl_put_ace(&r->writer, &r->lines->at[i], &ace);
		struct str next = lines_text(r->lines, i + 1);
		if (i + 1 >= r->lines->count || str_blank_left(next) < 4 || str_is_blank(next))
			return i;
	}
}

/* One list of properties. Returns its last line. */
static size_t read_list(struct reading *r, size_t i, struct str path)
{
	const char *type = NULL;
	struct str value, owner = STR(""), sddl = STR("");
	size_t first = i, owner_line = i, access = STR_NONE, sddl_line = i;
	path = plain_path(r, whole_value(r, &i, path), &type);
	for (i++; i < r->lines->count && !str_is_blank(lines_text(r->lines, i)); i++) {
		struct str text = lines_text(r->lines, i);
		if (property(text, STR("Owner"), &owner)) {
			owner_line = i;
		} else if (property(text, STR("Access"), &value)) {
			access = i;
		} else if (property(text, STR("Sddl"), &value)) {
			sddl_line = i;
			sddl = whole_value(r, &i, value);
		}
	}
	acl_begin(&r->writer, &r->lines->at[first], path, type);
	if (owner.size)
		acl_put_owner(&r->writer, &r->lines->at[owner_line], owner);
	if (sddl.size) {
		acl_put_sddl(&r->writer, &r->lines->at[sddl_line], sddl);
	} else if (access != STR_NONE &&
		property(lines_text(r->lines, access), STR("Access"), &value)) {
		(void)read_access_lines(r, access, value);
		acl_end(&r->writer, i < r->lines->count);
	}
	acl_end(&r->writer, false);
	return i;
}

/* "HKLM\SYSTEM\WPA  O:SYG:SYD:(...)", or SDDL alone. */
static bool sddl_line(struct str text, struct str *name, struct str *sddl)
{
	static const struct str parts[] = {
		STR_INIT(" O:"), STR_INIT(" D:"), STR_INIT("\tO:"), STR_INIT("\tD:")};
	text = str_trim(text);
	*name = STR("");
	*sddl = text;
	if (sddl_is(text))
		return true;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t at = str_find(text, parts[i]);
		if (at == STR_NONE || !sddl_is(str_from(text, at + 1)))
			continue;
		*sddl = str_from(text, at + 1);
		*name = str_trim(str_slice(text, 0, at));
		while (str_ends(*name, STR(":")) || str_ends(*name, STR("=")))
			*name = str_trim_right(str_slice(*name, 0, name->size - 1));
		return true;
	}
	return false;
}

static size_t read_sddl(struct reading *r, size_t i, struct str name, struct str sddl)
{
	const struct line *line = &r->lines->at[i];
	const char *type = r->type;
	struct str value;
	if (property(str_trim(line->text), STR("Sddl"), &value))
		name = STR("");
	if (name.size)
		type = NULL;
	else
		name = r->asked;
	name = plain_path(r, name, &type);
	acl_begin(&r->writer, line, name, type);
	acl_put_sddl(&r->writer, line, sddl);
	acl_end(&r->writer, false);
	return i;
}

/* sc [\\SERVER] sdshow NAME; (Get-Acl [-Path] PATH).Sddl */
static void read_command(struct reading *r, struct str command)
{
	struct str rest, word;
	struct str program = command_program(command, &rest);
	bool service = str_equal_nocase(program, STR("sc"));
	while ((word = command_argument(&rest)).size) {
		if (str_starts(word, STR("-")) ||
			(service && str_equal_nocase(word, STR("sdshow"))))
			continue;
		r->asked = str_cut(&word, ')');
		break;
	}
	r->type = service ? "service" : NULL;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str path, name, sddl, text = lines_text(lines, i);
	if (text.size < 8)
		return false;
	if (list_begins(lines, i, &path))
		return true;
	return sddl_line(text, &name, &sddl) &&
		(name.size > 0 || i == 0 || str_is_blank(lines_text(lines, i - 1)));
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {
		.arena = facts->arena, .lines = &evidence->lines, .writer = {.facts = facts}};
	struct str path, name, sddl;
	read_command(&r, evidence->origin.command);
	for (size_t i = 0; i < evidence->lines.count; i++) {
		if (list_begins(&evidence->lines, i, &path))
			i = read_list(&r, i, path);
		else if (sddl_line(evidence->lines.at[i].text, &name, &sddl))
			i = read_sddl(&r, i, name, sddl);
	}
}

static const struct fact_kind *const kinds[] = {&kind_acl, &kind_ace, NULL};

const struct parser parser_get_acl = {
	.name = "get_acl",
	.says = "Get-Acl as a list, sc sdshow, lines of SDDL",
	.source = "acl",
	.commands = "sc sdshow|Get-Acl|(Get-Acl",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
