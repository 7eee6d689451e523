/*
 * What execution control let run, or did not: AppLocker, Software Restriction Policies, code integrity (application
 * control), SmartScreen (events, section 6; other-formats).
 *
 * The id says what happened: AppLocker 8002 allowed, 8003 would have been blocked (audit), 8004 blocked; the same in
 * threes for scripts and for packages. Application control blocks programs by 3077 and scripts by 8029, audits by 3076
 * and 8028. Other ids of code integrity are about signatures of what was loaded. Only programs that activation or its
 * diagnosis needs are kept: every machine with such a policy blocks many others.
 */
#include "event_values.h"

static const struct fact_kind execution_event = {
	.name = "execution-event",
	.says = "execution control met a program that activation or its diagnosis needs",
	.fields =
		{
			{"program", FACT_NAME, "file name", NULL, FACT_KEY},
			{"mechanism", FACT_WORD,
				"applocker; srp: Software Restriction Policies; app-control: a code integrity policy; "
				"code-integrity: signatures; smartscreen",
				"applocker|srp|app-control|code-integrity|smartscreen", FACT_KEY},
			{"action", FACT_WORD, "audit: it ran, and would not have under enforcement",
				"allow|audit|block"},
			{"place", FACT_WORD, "folder of the file",
				"system32|temp|downloads|desktop|other"},
			{"path", FACT_NAME, "the file"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"by", FACT_NAME, "the program that was to load it"},
			{"rule", FACT_TEXT, "name of the rule or policy"},
			{"rule-id", FACT_GUID, "its id"},
			{"user", FACT_TEXT, "SID of who wanted to run it"},
			{"code", FACT_CODE, "status"},
			{0},
		},
};

#define APPLOCKER "Microsoft-Windows-AppLocker"
#define SRP \
	"Microsoft-Windows-SoftwareRestrictionPolicies|Software Restriction Policies|" \
	"Software Restriction Policy"
#define INTEGRITY "Microsoft-Windows-CodeIntegrity"
#define SMARTSCREEN "Microsoft-Windows-SmartScreen"

static const struct {
	uint32_t first, last;
	const char *providers, *mechanism, *action;
} meanings[] = {
	{8002, 8002, APPLOCKER, "applocker", "allow"},
	{8003, 8003, APPLOCKER, "applocker", "audit"},
	{8004, 8004, APPLOCKER, "applocker", "block"},
	{8005, 8005, APPLOCKER, "applocker", "allow"},
	{8006, 8006, APPLOCKER, "applocker", "audit"},
	{8007, 8007, APPLOCKER, "applocker", "block"},
	{8028, 8028, APPLOCKER, "app-control", "audit"},
	{8029, 8029, APPLOCKER, "app-control", "block"}, {865, 868, SRP, "srp", "block"},
	{882, 882, SRP, "srp", "block"}, {3076, 3076, INTEGRITY, "app-control", "audit"},
	{3077, 3077, INTEGRITY, "app-control", "block"},
	{3033, 3033, INTEGRITY, "code-integrity", "block"},
	{3034, 3034, INTEGRITY, "code-integrity", "audit"},
	{3002, 3004, INTEGRITY, "code-integrity", "block"},
	{3023, 3023, INTEGRITY, "code-integrity", "block"},
	{1000, 1000, SMARTSCREEN, "smartscreen", NULL}, /* what came of it is another event's */
};

#define MEANINGS (sizeof meanings / sizeof *meanings)

static size_t meaning_of(const struct event *event)
{
	size_t i = 0;
	while (i < MEANINGS &&
		(event->id < meanings[i].first || event->id > meanings[i].last ||
			!event_is_from(event, meanings[i].providers)))
		i++;
	return i;
}

/* AppLocker has the path with its own variables, and in newer versions in full, too. */
static struct str path_of(const struct event *event)
{
	struct str full = event_any(event, "FullFilePath|FullFilePathBuffer");
	if (full.size)
		return full;
	return event_value_of(event,
		"FilePath|FilePathBuffer|File Name|FileName|FileNameBuffer|AttemptedPath", 1);
}

static bool matters(const struct event *event)
{
	return meaning_of(event) < MEANINGS && event_is_licensing_program(path_of(event));
}

static const char *place_of(struct str path)
{
	return event_in_system32(path)                       ? "system32"
		: str_has_nocase(path, STR("\\temp\\"))      ? "temp"
		: str_has_nocase(path, STR("\\downloads\\")) ? "downloads"
		: str_has_nocase(path, STR("\\desktop\\"))   ? "desktop"
							     : "other";
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	size_t i = meaning_of(event);
	struct str path = path_of(event), program = event_file_name(path);
	struct fact *run = fact_add(facts, &execution_event, fact->line);
	fact_put(facts, fact, NULL, "about", program);
	fact_put(facts, run, NULL, "program", program);
	fact_put(facts, run, NULL, "mechanism", str_of(meanings[i].mechanism));
	if (meanings[i].action)
		fact_put(facts, run, NULL, "action", str_of(meanings[i].action));
	fact_put(facts, run, NULL, "place", str_of(place_of(path)));
	fact_put(facts, run, NULL, "path", path);
	event_stamp(event, run, facts);
	fact_put(facts, run, NULL, "by",
		event_any(event, "Process Name|ProcessName|ProcessNameBuffer"));
	struct str rule = event_any(event,
		event_is_from(event, INTEGRITY) ? "PolicyName"
						: "RuleName|RuleNameBuffer|RulePath");
	if (!str_equal(str_trim(rule), STR("-")))
		fact_put(facts, run, NULL, "rule", rule);
	struct str guid = event_guid(event_any(event, "RuleId|SrpRuleGuid|PolicyGUID"));
	if (guid.size && !str_equal(guid, STR("00000000-0000-0000-0000-000000000000")))
		fact_put(facts, run, NULL, "rule-id", guid);
	struct str user = event_any(event, "TargetUser|Sid");
	fact_put(facts, run, NULL, "user", user.size ? user : event->user);
	event_put_code(facts, fact, run, event_any(event, "Status"));
}

static const struct fact_kind *const kinds[] = {&execution_event, NULL};

const struct event_reader event_reader_execution = {
	.name = "execution",
	.says = "execution control: AppLocker, Software Restriction Policies, application control, SmartScreen",
	.providers = APPLOCKER "|" SRP "|" INTEGRITY "|" SMARTSCREEN,
	.source = "execution-events",
	.ids = {{865, 868}, {882, 882}, {1000, 1000}, {3002, 3004}, {3023, 3023}, {3033, 3034},
		{3076, 3077}, {8002, 8007}, {8028, 8029}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
