#include "execution.h"

const struct fact_kind kind_execution_verdict = {
	.name = "execution-verdict",
	.says = "whether a policy lets a program run",
	.fields =
		{
			{"by", FACT_WORD,
				"AppLocker, or Software Restriction Policies (srp), which Windows 11 no longer "
				"knows",
				"applocker|srp", FACT_KEY},
			{"program", FACT_NAME, "file name", NULL, FACT_KEY},
			{"place", FACT_WORD,
				"folder it is in; temp, desktop and downloads are the user's",
				"system32|temp|downloads|desktop", FACT_KEY},
			{"account", FACT_WORD,
				"who starts it: a standard user, an elevated administrator, a service",
				"users|administrators|service", FACT_KEY},
			{"verdict", FACT_WORD,
				"audited: the rules say no, and that is only recorded; unknown: a hash, version or "
				"group decides, or the policy is incomplete",
				"allowed|audited|denied|unknown"},
			{"in-force", FACT_FLAG,
				"the policy is known to be in force; no: it is an export, a part or of another place"},
			{"rule", FACT_TEXT, "the rule that decides; absent when none fits"},
			{"rule-id", FACT_GUID, "its id"},
			{0},
		},
};

#define SYSTEM32 "C:\\Windows\\System32\\"
#define TEMP EXECUTION_HOME "AppData\\Local\\Temp\\"
#define SCRIPT_HOST "microsoftwindowsscripthost"
#define WINDOWS "microsoftwindowsoperatingsystem"

const struct execution_program execution_programs[] = {
	{"cscript.exe", "system32", "exe", STR_INIT(SYSTEM32 "cscript.exe"), SIGNER_WINDOWS,
		SCRIPT_HOST, false},
	{"wscript.exe", "system32", "exe", STR_INIT(SYSTEM32 "wscript.exe"), SIGNER_WINDOWS,
		SCRIPT_HOST, false},
	{"slmgr.vbs", "system32", "script", STR_INIT(SYSTEM32 "slmgr.vbs"), SIGNER_CATALOGUE, "",
		false},
	{"slmgr.vbs", "temp", "script", STR_INIT(TEMP "slmgr.vbs"), SIGNER_CATALOGUE, "", false},
	{"slui.exe", "system32", "exe", STR_INIT(SYSTEM32 "slui.exe"), SIGNER_WINDOWS, WINDOWS,
		false},
	{"sppsvc.exe", "system32", "exe", STR_INIT(SYSTEM32 "sppsvc.exe"), SIGNER_WINDOWS, WINDOWS,
		true},
	{"SppExtComObj.exe", "system32", "exe", STR_INIT(SYSTEM32 "SppExtComObj.exe"),
		SIGNER_WINDOWS, WINDOWS, true},
	{"actdx-collect.exe", "downloads", "exe",
		STR_INIT(EXECUTION_HOME "Downloads\\actdx-collect.exe"), SIGNER_NONE, "", false},
	{"actdx-collect.exe", "desktop", "exe",
		STR_INIT(EXECUTION_HOME "Desktop\\actdx-collect.exe"), SIGNER_NONE, "", false},
	{"actdx-collect.exe", "temp", "exe", STR_INIT(TEMP "actdx-collect.exe"), SIGNER_NONE, "",
		false},
	{0},
};

#define PATTERN_BYTES 300

static bool same_char(char pattern, char c)
{
	return pattern == '?' || char_lower(pattern) == char_lower(c);
}

/* Of several stars only the last one needs to be tried again. */
bool execution_glob(struct str pattern, struct str path)
{
	size_t p = 0, i = 0, star = STR_NONE, retry = 0;
	if (pattern.size > PATTERN_BYTES)
		return false;
	while (i < path.size) {
		if (p < pattern.size && pattern.at[p] == '*') {
			star = p++;
			retry = i;
		} else if (p < pattern.size && same_char(pattern.at[p], path.at[i])) {
			p++;
			i++;
		} else if (star != STR_NONE) {
			p = star + 1;
			i = ++retry;
		} else {
			return false;
		}
	}
	while (p < pattern.size && pattern.at[p] == '*')
		p++;
	return p == pattern.size;
}
