/*
 * The numbers of Defender's classes and what they stand for; which files, programs and threats have to do with
 * activation (defender-format, sections 1 and 4; causes, C64 and C66).
 */
#include "defender.h"

#include <stdio.h>

struct number_word {
	int64_t number;
	const char *word;
};

#define WORD_OF(table, number) word_of(table, sizeof(table) / sizeof *(table), number)

static const char *word_of(const struct number_word *table, size_t count, int64_t number)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].number == number)
			return table[i].word;
	return NULL;
}

const char *defender_status_word(int64_t threat_status_id)
{
	static const struct number_word words[] = {{0, "unknown"}, {1, "detected"}, {2, "cleaned"},
		{3, "quarantined"}, {4, "removed"}, {5, "allowed"}, {6, "blocked"},
		{102, "quarantine-failed"}, {103, "remove-failed"}, {104, "allow-failed"},
		{105, "abandoned"}, {107, "block-failed"}};
	return WORD_OF(words, threat_status_id);
}

const char *defender_action_word(int64_t cleaning_action_id)
{
	static const struct number_word words[] = {{0, "unknown"}, {1, "clean"}, {2, "quarantine"},
		{3, "remove"}, {6, "allow"}, {8, "user-defined"}, {9, "none"}, {10, "block"}};
	return WORD_OF(words, cleaning_action_id);
}

const char *defender_severity_word(int64_t severity_id)
{
	static const struct number_word words[] = {
		{0, "unknown"}, {1, "low"}, {2, "moderate"}, {4, "high"}, {5, "severe"}};
	return WORD_OF(words, severity_id);
}

const char *defender_rule_action(int64_t number)
{
	static const struct number_word words[] = {
		{0, "off"}, {1, "block"}, {2, "audit"}, {5, "not-configured"}, {6, "warn"}};
	return WORD_OF(words, number);
}

const char *defender_cfa_word(int64_t number)
{
	static const struct number_word words[] = {
		{0, "off"}, {1, "block"}, {2, "audit"}, {3, "block-disk"}, {4, "audit-disk"}};
	return WORD_OF(words, number);
}

/* "Attack surface reduction rules reference", Microsoft Learn. */
static const struct {
	struct str guid;
	const char *name;
} rules[] = {
	{STR_INIT("56a863a9-875e-4185-98a7-b882c64b5ce5"),
		"Block abuse of exploited vulnerable signed drivers"},
	{STR_INIT("7674ba52-37eb-4a4f-a9a1-f0f9a1619a2c"),
		"Block Adobe Reader from creating child processes"},
	{STR_INIT("d4f940ab-401b-4efc-aadc-ad5f3c50688a"),
		"Block all Office applications from creating child processes"},
	{STR_INIT("9e6c4e1f-7d60-472f-ba1a-a39ef669e4b2"),
		"Block credential stealing from the Windows local security authority subsystem "
		"(lsass.exe)"},
	{STR_INIT("be9ba2d9-53ea-4cdc-84e5-9b1eeee46550"),
		"Block executable content from email client and webmail"},
	{STR_INIT("01443614-cd74-433a-b99e-2ecdc07bfc25"),
		"Block executable files from running unless they meet a prevalence, age, or trusted "
		"list criteria"},
	{STR_INIT("5beb7efe-fd9a-4556-801d-275e5ffc04cc"),
		"Block execution of potentially obfuscated scripts"},
	{STR_INIT("d3e037e1-3eb8-44c8-a917-57927947596d"),
		"Block JavaScript or VBScript from launching downloaded executable content"},
	{STR_INIT("3b576869-a4ec-4529-8536-b80a7769e899"),
		"Block Office applications from creating executable content"},
	{STR_INIT("75668c1f-73b5-4cf0-bb93-3ecf5cb7cc84"),
		"Block Office applications from injecting code into other processes"},
	{STR_INIT("26190899-1602-49e8-8b27-eb1d0a1ce869"),
		"Block Office communication application from creating child processes"},
	{STR_INIT("e6db77e5-3df2-4cf1-b95a-636979351e5b"),
		"Block persistence through WMI event subscription"},
	{STR_INIT("d1e49aac-8f56-4280-b9ba-993a6d77406c"),
		"Block process creations originating from PSExec and WMI commands"},
	{STR_INIT("33ddedf1-c6e0-47cb-833e-de6133960387"), "Block rebooting machine in Safe Mode"},
	{STR_INIT("b2b3f03d-6a65-4f7b-a9c7-1c7ef74a9ba4"),
		"Block untrusted and unsigned processes that run from USB"},
	{STR_INIT("c0033c00-d16d-4114-a5a0-dc9b3a7d2ceb"),
		"Block use of copied or impersonated system tools"},
	{STR_INIT("a8f5898e-1dc8-49a9-9878-85004b8a61e6"), "Block Webshell creation for Servers"},
	{STR_INIT("92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"),
		"Block Win32 API calls from Office macro"},
	{STR_INIT("c1db55ab-c21a-4637-bb3f-a12568109d35"),
		"Use advanced protection against ransomware"},
};

const char *defender_rule_name(struct str guid)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (str_equal_nocase(guid, rules[i].guid))
			return rules[i].name;
	return NULL;
}

static bool has_one_of(struct str text, const char *list)
{
	for (struct str rest = str_of(list); rest.size;)
		if (str_has_nocase(text, str_cut(&rest, '|')))
			return true;
	return false;
}

/* Parts of names by which Defender calls such tools, and by which their files are known. */
static const char activator_threats[] = "AutoKMS|KMSpico|KMSActivat|KMSAuto|WinActivator|/KMS|:KMS";
static const char activator_files[] =
	"AutoKMS|KMSpico|KMSAuto|KMSELDI|SppExtComObjHook|SppExtComObjPatch|SECOPatcher|vlmcsd";
static const char licensing_folders[] = "\\System32\\spp\\|\\SoftwareProtectionPlatform\\";
static const char licensing_files[] =
	"\\sppsvc.exe|\\SppExtComObj.exe|\\sppobjs.dll|\\sppwinob.dll|\\sppcomapi.dll|\\slmgr.vbs|"
	"\\slui.exe|\\slc.dll|\\slcext.dll|\\osppsvc.exe|\\ospp.vbs";
/* Where Windows and Office keep them: the same name elsewhere is somebody's copy. */
static const char licensing_homes[] =
	"\\Windows\\|%SystemRoot%|%windir%|\\Program Files|%ProgramFiles%|\\Microsoft Shared\\";

bool defender_is_licensing(struct str path)
{
	if (has_one_of(path, licensing_folders) || str_ends_nocase(path, STR("\\System32\\spp")))
		return true;
	return has_one_of(path, licensing_files) && has_one_of(path, licensing_homes);
}

const char *defender_about(struct str threat, struct str path)
{
	if (has_one_of(threat, activator_threats) || has_one_of(path, activator_files))
		return "activator";
	if (str_has_nocase(threat, STR("Keygen")))
		return "keygen";
	return defender_is_licensing(path) ? "licensing" : "other";
}

void defender_resource(struct str resource, struct str *schema, struct str *path)
{
	size_t colon = str_find_char(str_slice(resource, 0, 40), ':');
	*schema = STR("");
	*path = resource;
	if (colon != STR_NONE && colon > 1) { /* one letter is a drive */
		*schema = str_slice(resource, 0, colon);
		*path = str_from(resource, colon + 1);
		if (str_starts(*path, STR("_")))
			*path = str_from(*path, 1);
	}
	if (str_starts(*path, STR("\\\\?\\")))
		*path = str_from(*path, 4);
	if (str_equal_nocase(*schema, STR("webfile")))
		*path = str_slice(*path, 0, str_find_char(*path, '|'));
}

bool defender_begins_resource(struct str text)
{
	struct str schema, path;
	defender_resource(text, &schema, &path);
	for (size_t i = 0; i < schema.size; i++)
		if (!char_is_alpha(schema.at[i]))
			return false;
	return schema.size > 1;
}

void defender_put_resource(
	struct facts *facts, struct fact *fact, const struct line *line, struct str resource)
{
	struct str schema, path;
	defender_resource(str_trim(resource), &schema, &path);
	fact_put(facts, fact, line, "schema", schema);
	fact_put(facts, fact, line, "path", path);
	fact_put(facts, fact, line, "about",
		str_of(defender_about(fact_text(fact, "threat"), path)));
}

struct wide {
	struct str text;
	const char *word;
};

/* What follows the drive, or what takes its place, of a path that covers very much. */
static const struct wide wide_paths[] = {
	{STR_INIT(""), "drive"},
	{STR_INIT("Windows"), "windows"},
	{STR_INIT("Windows\\System32"), "windows"},
	{STR_INIT("Windows\\SysWOW64"), "windows"},
	{STR_INIT("Windows\\Temp"), "temp"},
	{STR_INIT("Temp"), "temp"},
	{STR_INIT("Program Files"), "programs"},
	{STR_INIT("Program Files (x86)"), "programs"},
	{STR_INIT("ProgramData"), "programs"},
	{STR_INIT("Users"), "profiles"},
};

static const struct wide variables[] = {
	{STR_INIT("%SystemDrive%"), ""},
	{STR_INIT("%SystemRoot%"), "Windows"},
	{STR_INIT("%windir%"), "Windows"},
	{STR_INIT("%ProgramFiles%"), "Program Files"},
	{STR_INIT("%ProgramFiles(x86)%"), "Program Files"},
	{STR_INIT("%ProgramData%"), "ProgramData"},
	{STR_INIT("%TEMP%"), "Temp"},
	{STR_INIT("%TMP%"), "Temp"},
};

static struct str without_drive(struct str path)
{
	bool drive =
		path.size >= 2 && (char_is_alpha(*path.at) || *path.at == '*') && path.at[1] == ':';
	return drive ? str_from(path, 2) : path;
}

/* "C:\Windows\*" and "C:\Windows\" are "Windows". */
static struct str without_ends(struct str path)
{
	while (path.size && (*path.at == '\\' || *path.at == '/'))
		path = str_from(path, 1);
	while (path.size && (path.at[path.size - 1] == '\\' || path.at[path.size - 1] == '*'))
		path = str_slice(path, 0, path.size - 1);
	return path;
}

/* A variable at the front replaced by the folder it stands for, without the drive. */
static struct str expanded(struct str path, char *buffer, size_t room)
{
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (!str_starts_nocase(path, variables[i].text))
			continue;
		struct str tail = without_ends(str_from(path, variables[i].text.size));
		int size = snprintf(buffer, room, "%s%s%.*s", variables[i].word,
			*variables[i].word && tail.size ? "\\" : "", STR_PRINT(tail));
		return size > 0 && (size_t)size < room ? (struct str){buffer, (size_t)size} : path;
	}
	return path;
}

static const char *wide_path(struct str path)
{
	char buffer[64]; /* no path that is too wide is longer */
	struct str rest = without_ends(without_drive(path));
	if (rest.size == path.size && !str_starts(path, STR("%")))
		return "no"; /* no drive, no variable, nothing cut off: a name */
	rest = expanded(rest, buffer, sizeof buffer);
	for (size_t i = 0; i < sizeof wide_paths / sizeof *wide_paths; i++)
		if (str_equal_nocase(rest, wide_paths[i].text))
			return wide_paths[i].word;
	return "no";
}

static struct str file_name(struct str path)
{
	size_t slash = str_find_last_char(path, '\\');
	return slash == STR_NONE ? path : str_from(path, slash + 1);
}

static const char *wide_word(const char *kind, struct str value)
{
	if (str_equal(str_of(kind), STR("extension"))) {
		struct str extension = str_starts(value, STR(".")) ? str_from(value, 1) : value;
		return str_in_list(extension, "exe|dll|sys|com|scr|msi|bat|cmd|ps1|vbs|js|*")
			? "program-type"
			: "no";
	}
	bool host = str_in_list(file_name(value),
		"cscript.exe|wscript.exe|powershell.exe|pwsh.exe|cmd.exe|mshta.exe|rundll32.exe|"
		"regsvr32.exe");
	if (host && str_equal(str_of(kind), STR("process")))
		return "script-host";
	return wide_path(value);
}

void defender_put_exclusion(
	struct facts *facts, const struct line *line, const char *kind, struct str value)
{
	struct fact *fact = fact_add(facts, &kind_defender_exclusion, line);
	const char *wide = wide_word(kind, value);
	fact_put(facts, fact, NULL, "kind", str_of(kind));
	fact_put(facts, fact, NULL, "value", value);
	fact_put(facts, fact, NULL, "wide", str_of(wide));
	bool folder = str_equal(str_of(kind), STR("path"));
	fact_put_flag(facts, fact, NULL, "activator", has_one_of(value, activator_files));
	fact_put_flag(facts, fact, NULL, "licensing",
		defender_is_licensing(value) ||
			(folder && str_in_list(str_of(wide), "drive|windows")));
}
