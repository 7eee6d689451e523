/* What policies let run: rules in, verdicts out. */
#include "execution.h"
#include "transcript.h"

#include "reasoning.h"
#include "unit.h"

START_TEST(wildcards)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
	} rows[] = {
		{"*", "C:\\a", true},
		{"C:\\Windows\\*", "c:\\windows\\System32\\cscript.exe", true},
		{"C:\\Windows\\*.vbs", "C:\\Windows\\System32\\cscript.exe", false},
		{"*\\cscript.exe", "C:\\Windows\\System32\\cscript.exe", true},
		{"C:\\Windows", "C:\\Windows\\System32", false},
		{"**", "", true},
		{"", "a", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_msg(execution_glob(str_of(rows[i].pattern), str_of(rows[i].path)) ==
				rows[i].fits,
			"%s", rows[i].pattern);
}
END_TEST

/* The facts of one text, as the output of `command`. */
static void read_text(struct bench *bench, const char *command, const char *text)
{
	struct member_hint hint = {.name = "policy", .command = str_of(command), .certain = true};
	struct lines lines = lines_of(bench->arena, str_of(text));
	struct transcript made = transcript_split(bench->arena, &hint, lines);
	evidence_parse(made.at, made.count, &bench->facts);
}

static const char *verdict(
	struct bench *bench, const char *program, const char *place, const char *account)
{
	struct view *view = arena_alloc(bench->arena, sizeof *view);
	*view = bench_view(bench);
	const struct bucket *verdicts = view_bucket(view, &kind_execution_verdict);
	for (size_t i = 0; i < verdicts->count; i++)
		if (fact_is(verdicts->at[i], "program", program) &&
			fact_is(verdicts->at[i], "place", place) &&
			fact_is(verdicts->at[i], "account", account))
			return fact_text(verdicts->at[i], "verdict").at;
	return "none";
}

#define POLICY(type, mode, rules) \
	"<AppLockerPolicy Version='1'><RuleCollection Type='" type "' EnforcementMode='" mode \
	"'>" rules "</RuleCollection></AppLockerPolicy>"
#define RULE(kind, action, sid, condition, exceptions) \
	"<" kind " Id='921cc481-6e17-4653-8f75-050b80acca20' Name='n' UserOrGroupSid='" sid \
	"' Action='" action "'><Conditions>" condition "</Conditions><Exceptions>" exceptions \
	"</Exceptions></" kind ">"
#define PATH(path) "<FilePathCondition Path='" path "'/>"
#define PATH_RULE(action, sid, path) RULE("FilePathRule", action, sid, PATH(path), "")
#define SIGNED(product, binary, low) \
	"<FilePublisherCondition PublisherName='O=MICROSOFT CORPORATION, L=REDMOND, S=WASHINGTON, C=US' " \
	"ProductName='" product "' BinaryName='" binary "'><BinaryVersionRange LowSection='" low \
	"' HighSection='*'/></FilePublisherCondition>"
#define EVERYONE "S-1-1-0"
#define USERS "S-1-5-32-545"
#define ADMINISTRATORS "S-1-5-32-544"
#define GROUP "S-1-5-21-1-2-3-1104"
#define SERVICES \
	"<RuleCollectionExtensions><ThresholdExtensions><Services EnforcementMode='Enabled'/>" \
	"</ThresholdExtensions><RedstoneExtensions/></RuleCollectionExtensions>"

static const struct {
	const char *policy, *program, *place, *account, *verdict;
} cases[] = {
	/* rules and modes */
	{POLICY("Exe", "Enabled", ""), "cscript.exe", "system32", "users", "allowed"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%PROGRAMFILES%\\*")), "cscript.exe",
		"system32", "users", "denied"},
	{POLICY("Exe", "NotConfigured", PATH_RULE("Allow", EVERYONE, "%PROGRAMFILES%\\*")),
		"cscript.exe", "system32", "users", "denied"},
	{POLICY("Exe", "AuditOnly", PATH_RULE("Allow", EVERYONE, "%PROGRAMFILES%\\*")),
		"cscript.exe", "system32", "users", "audited"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%WINDIR%\\*")), "cscript.exe",
		"system32", "users", "allowed"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%system32%\\*")), "cscript.exe",
		"system32", "users", "allowed"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%SystemRoot%\\*")), "cscript.exe",
		"system32", "users", "denied"},
	{POLICY("Exe", "Enabled",
		 PATH_RULE("Allow", EVERYONE, "*")
			 PATH_RULE("Deny", EVERYONE, "%OSDRIVE%\\Windows\\System32\\?script.exe")),
		"wscript.exe", "system32", "administrators", "denied"},
	/* who */
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", ADMINISTRATORS, "*")), "cscript.exe",
		"system32", "users", "denied"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", ADMINISTRATORS, "*")), "cscript.exe",
		"system32", "administrators", "allowed"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "*") PATH_RULE("Deny", USERS, "*")),
		"cscript.exe", "system32", "administrators", "denied"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", GROUP, "*")), "cscript.exe", "system32",
		"users", "unknown"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "*") PATH_RULE("Deny", GROUP, "*")),
		"cscript.exe", "system32", "users", "unknown"},
	/* exceptions */
	{POLICY("Exe", "Enabled",
		 RULE("FilePathRule", "Allow", EVERYONE, PATH("*"),
			 PATH("%SYSTEM32%\\cscript.exe"))),
		"cscript.exe", "system32", "users", "denied"},
	{POLICY("Exe", "Enabled",
		 RULE("FilePathRule", "Allow", EVERYONE, PATH("*"), "<SomethingNew/>")),
		"cscript.exe", "system32", "users", "unknown"},
	/* places of the user */
	{POLICY("Script", "Enabled", PATH_RULE("Allow", EVERYONE, "%WINDIR%\\*")), "slmgr.vbs",
		"system32", "users", "allowed"},
	{POLICY("Script", "Enabled", PATH_RULE("Allow", EVERYONE, "%WINDIR%\\*")), "slmgr.vbs",
		"temp", "users", "denied"},
	{POLICY("Exe", "Enabled",
		 PATH_RULE("Allow", EVERYONE, "%OSDRIVE%\\Users\\*\\Downloads\\*")),
		"actdx-collect.exe", "downloads", "users", "allowed"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%OSDRIVE%\\Users\\pat\\*")),
		"actdx-collect.exe", "downloads", "users", "unknown"},
	/* publishers and hashes */
	{POLICY("Exe", "Enabled",
		 RULE("FilePublisherRule", "Allow", EVERYONE,
			 SIGNED("MICROSOFT (R) WINDOWS (R) OPERATING SYSTEM", "*", "0.0.0.0"), "")),
		"slui.exe", "system32", "users", "allowed"},
	{POLICY("Exe", "Enabled",
		 RULE("FilePublisherRule", "Allow", EVERYONE,
			 SIGNED("MICROSOFT® WINDOWS® OPERATING SYSTEM", "SLUI.EXE", "6.1.0.0"),
			 "")),
		"slui.exe", "system32", "users", "unknown"},
	{POLICY("Exe", "Enabled",
		 RULE("FilePublisherRule", "Allow", EVERYONE, SIGNED("*", "*", "*"), "")),
		"actdx-collect.exe", "desktop", "users", "denied"},
	{POLICY("Exe", "Enabled",
		 RULE("FileHashRule", "Allow", EVERYONE,
			 "<FileHashCondition><FileHash Type='SHA256' Data='0x00' "
			 "SourceFileName='cscript.exe'/></FileHashCondition>",
			 "")),
		"cscript.exe", "system32", "users", "unknown"},
	/* services */
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%PROGRAMFILES%\\*")), "sppsvc.exe",
		"system32", "service", "allowed"},
	{POLICY("Exe", "Enabled", PATH_RULE("Allow", EVERYONE, "%PROGRAMFILES%\\*") SERVICES),
		"sppsvc.exe", "system32", "service", "denied"},
	/* cut off */
	{"<AppLockerPolicy Version='1'><RuleCollection Type='Exe' EnforcementMode='Enabled'>" PATH_RULE(
		 "Allow", EVERYONE, "%PROGRAMFILES%\\*"),
		"cscript.exe", "system32", "users", "unknown"},
	{"<AppLockerPolicy Version='1'><RuleCollection Type='Exe' EnforcementMode='Enabled'>" PATH_RULE(
		 "Deny", EVERYONE, "*"),
		"cscript.exe", "system32", "users", "denied"},
};

START_TEST(applocker)
{
	struct bench bench = bench_new();
	read_text(&bench, "powershell -Command \"Get-AppLockerPolicy -Effective -Xml\"",
		cases[_i].policy);
	ck_assert_str_eq(verdict(&bench, cases[_i].program, cases[_i].place, cases[_i].account),
		cases[_i].verdict);
}
END_TEST

#define SAFER "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\Safer\\CodeIdentifiers"

START_TEST(software_restriction)
{
	struct bench bench = bench_new();
	read_text(&bench, "reg query HKLM\\SOFTWARE\\Policies /s",
		SAFER "\n    DefaultLevel    REG_DWORD    0x0\n"
		      "    PolicyScope    REG_DWORD    0x1\n" SAFER "\\262144\\Paths\\{a}\n"
		      "    ItemData    REG_EXPAND_SZ    %SystemRoot%\n" SAFER "\\0\\Paths\\{b}\n"
		      "    ItemData    REG_EXPAND_SZ    %SystemRoot%\\System32\\cscript.exe\n");
	ck_assert_str_eq(verdict(&bench, "slmgr.vbs", "system32", "users"), "allowed");
	ck_assert_str_eq(verdict(&bench, "cscript.exe", "system32", "users"), "denied");
	ck_assert_str_eq(verdict(&bench, "cscript.exe", "system32", "administrators"), "allowed");
	ck_assert_str_eq(verdict(&bench, "slmgr.vbs", "temp", "users"), "denied");
	ck_assert_str_eq(verdict(&bench, "sppsvc.exe", "system32", "service"), "none");
}
END_TEST

UNIT_MAIN("execution", {wildcards}, {applocker, COUNT(cases)}, {software_restriction})
