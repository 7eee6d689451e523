/*
 * Would Software Restriction Policies let these programs run? Read from the registry,
 * HKLM\SOFTWARE\Policies\Microsoft\Windows\Safer\CodeIdentifiers:
 *
 *     DefaultLevel          0 disallowed, 0x20000 basic user, 0x40000 unrestricted
 *     PolicyScope           1: not for administrators
 *     TransparentEnabled    0: not enforced
 *     LEVEL\Paths\{id}      ItemData: a folder, a file or a pattern, with environment variables
 *     LEVEL\Hashes\{id}     go before paths, and cannot be judged from here
 *
 * Of several paths the most specific one decides, of equal ones the stricter. Scripts are asked about by the script
 * host itself, whatever the list of file types says.
 */
#include "derive.h"

#include "execution.h"

static const struct str root = STR_INIT("\\Safer\\CodeIdentifiers");

#define RULES_JUDGED 500
#define BASIC_USER 0x20000

struct path_rule {
	struct str path;
	int64_t level; /* as the key is called: decimal */
	const struct fact *fact;
};

struct policy {
	const struct fact *level; /* NULL: not read */
	int64_t default_level, scope;
	bool off, hashes;
	struct path_rule rules[RULES_JUDGED];
	size_t count;
};

static const struct {
	struct str name, value;
} variables[] = {
	{STR_INIT(
		 "%HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SystemRoot%"),
		STR_INIT("C:\\Windows")},
	{STR_INIT(
		 "%HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\ProgramFilesDir%"),
		STR_INIT("C:\\Program Files")},
	{STR_INIT("%SystemRoot%"), STR_INIT("C:\\Windows")},
	{STR_INIT("%WinDir%"), STR_INIT("C:\\Windows")},
	{STR_INIT("%SystemDrive%"), STR_INIT("C:")},
	{STR_INIT("%UserProfile%"), STR_INIT("C:\\Users\\?")},
	{STR_INIT("%LocalAppData%"), STR_INIT("C:\\Users\\?\\AppData\\Local")},
	{STR_INIT("%AppData%"), STR_INIT("C:\\Users\\?\\AppData\\Roaming")},
	{STR_INIT("%Temp%"), STR_INIT("C:\\Users\\?\\AppData\\Local\\Temp")},
	{STR_INIT("%Tmp%"), STR_INIT("C:\\Users\\?\\AppData\\Local\\Temp")},
};

static struct str expanded(struct view *view, struct str path)
{
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (!str_starts_nocase(path, variables[i].name))
			continue;
		struct str rest = str_from(path, variables[i].name.size);
		return str_of(arena_format(
			view->arena, "%.*s%.*s", STR_PRINT(variables[i].value), STR_PRINT(rest)));
	}
	return path;
}

/* "...\CodeIdentifiers\262144\Paths\{...}": the level. */
static bool path_key(struct str below, int64_t *level)
{
	struct str rest = str_from(below, 1), number = str_cut(&rest, '\\');
	return scan_number(number, level) && str_starts_nocase(rest, STR("Paths\\"));
}

static void read_setting(struct policy *policy, const struct fact *value)
{
	int64_t number = 0;
	if (!fact_is_set(value, "number"))
		return;
	number = fact_number(value, "number", 0);
	if (fact_is(value, "name", "DefaultLevel")) {
		policy->level = value;
		policy->default_level = number;
	} else if (fact_is(value, "name", "PolicyScope")) {
		policy->scope = number;
	} else if (fact_is(value, "name", "TransparentEnabled")) {
		policy->off = number == 0;
	}
}

static void read_value(struct view *view, struct policy *policy, const struct fact *value)
{
	struct str key = fact_text(value, "key");
	size_t at = str_find_nocase(key, root);
	int64_t level = 0;
	if (at == STR_NONE || !str_starts_nocase(key, STR("HKLM\\")))
		return;
	struct str below = str_from(key, at + root.size);
	if (below.size == 0)
		read_setting(policy, value);
	else if (str_has_nocase(below, STR("\\Hashes\\")))
		policy->hashes = true;
	else if (fact_is(value, "name", "ItemData") && path_key(below, &level) &&
		policy->count < RULES_JUDGED)
		policy->rules[policy->count++] =
			(struct path_rule){expanded(view, fact_text(value, "data")), level, value};
}

/* A folder covers all below it; a pattern without a folder is about the file's name. */
static bool covers(struct str rule, struct str path)
{
	while (str_ends(rule, STR("\\")))
		rule = str_slice(rule, 0, rule.size - 1);
	size_t slash = str_find_last_char(path, '\\');
	if (rule.size == 0)
		return false;
	if (str_find_char(rule, '\\') == STR_NONE && !str_ends(rule, STR(":")))
		return execution_glob(rule, str_from(path, slash + 1));
	if (execution_glob(rule, path))
		return true;
	for (size_t i = slash; i > 0; i--)
		if (path.at[i] == '\\' && execution_glob(rule, str_slice(path, 0, i)))
			return true;
	return false;
}

static const struct path_rule *deciding(const struct policy *policy, struct str path)
{
	const struct path_rule *best = NULL;
	for (size_t i = 0; i < policy->count; i++) {
		const struct path_rule *rule = &policy->rules[i];
		if (!covers(rule->path, path))
			continue;
		if (!best || rule->path.size > best->path.size ||
			(rule->path.size == best->path.size && rule->level < best->level))
			best = rule;
	}
	return best;
}

static void add_verdict(struct view *view, const struct policy *policy,
	const struct execution_program *program, bool administrators)
{
	const struct path_rule *rule = deciding(policy, program->path);
	int64_t level = rule ? rule->level : policy->default_level;
	bool outside = policy->off || (administrators && policy->scope == 1);
	const char *verdict = outside ? "allowed"
		: policy->hashes      ? "unknown"
		: level >= BASIC_USER ? "allowed"
				      : "denied";
	const struct fact *from = rule && !outside ? rule->fact : policy->level;
	struct fact *fact = view_add(view, &kind_execution_verdict, from->line);
	view_put(view, fact, NULL, "by", STR("srp"));
	view_put(view, fact, NULL, "program", str_of(program->name));
	view_put(view, fact, NULL, "place", str_of(program->place));
	view_put(
		view, fact, NULL, "account", administrators ? STR("administrators") : STR("users"));
	view_put(view, fact, NULL, "verdict", str_of(verdict));
	view_put(view, fact, NULL, "in-force", STR("yes"));
	if (rule && !outside)
		view_copy(view, fact, "rule", rule->fact, "data");
}

static void derive(struct view *view)
{
	struct policy *policy = arena_alloc(view->arena, sizeof *policy);
	FOR_EACH_FACT (value, view_kind(view, "registry-value"))
		read_value(view, policy, value);
	if (!policy->level)
		return;
	for (const struct execution_program *p = execution_programs; p->name; p++)
		for (int administrators = 0; administrators < 2 && !p->service; administrators++)
			if (!view_is_full(view, &kind_execution_verdict))
				add_verdict(view, policy, p, administrators == 1);
}

const struct derivation derive_srp = {&kind_execution_verdict, derive};
