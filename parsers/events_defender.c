/*
 * Microsoft Defender's own channel (events, section 7; defender-format, section 6).
 *
 * Names of values have blanks in events ("Process Name") and none in the manifest. Numbers (Action ID, Severity ID) are
 * read, not their translated names. "Path" may hold several resources: "file:_C:\x; process:_pid:12,...". The id says
 * what happened: 1121 blocked, 1122 would have (audit). svchost.exe is a frequent harmless 1127.
 *
 * Kept are detections of tools that imitate activation, whatever touches a file or program of the licensing service,
 * and changes of the protection itself.
 */
#include "event_values.h"

static const struct fact_kind defender_event = {
	.name = "defender-event",
	.says = "Defender met a file or program that activation needs, or a tool that imitates activation; or its "
		"protection was changed",
	.fields =
		{
			{"what", FACT_WORD,
				"detected, acted: and did something about it, action-failed, restored; rule: attack "
				"surface reduction; folder: controlled folder access; network: network protection; "
				"allowed: a person let something blocked run; protection-on, protection-off; "
				"setting: one was changed; tamper: a change was not let through",
				"detected|acted|action-failed|restored|rule|folder|network|allowed|"
				"protection-on|protection-off|setting|tamper",
				FACT_KEY},
			{"action", FACT_WORD, "of rule, folder and network", "block|audit"},
			{"about", FACT_WORD,
				"licensing: a file or program of the licensing service; activator: a tool that "
				"imitates activation, by the threat's name; other",
				"licensing|activator|other"},
			{"path", FACT_NAME, "the file, or what was found", NULL, FACT_KEY},
			{"process", FACT_NAME, "the program that touched it"},
			{"threat", FACT_TEXT, "name of the threat"},
			{"threat-action", FACT_NUMBER,
				"2 quarantine, 3 remove, 6 allow, 8 user's choice, 9 none, 10 block"},
			{"rule-id", FACT_GUID, "the rule for attack surface reduction"},
			{"destination", FACT_NAME,
				"what network protection kept from being reached"},
			{"old-value", FACT_TEXT, "of a setting"},
			{"new-value", FACT_TEXT, "of a setting"},
			{"exclusion", FACT_FLAG, "the setting is a list of what is not looked at"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"code", FACT_CODE, "error code"},
			{0},
		},
};

enum family { FAMILY_THREAT, FAMILY_BLOCK, FAMILY_STATE, FAMILY_SETTING, FAMILY_TAMPER };

static const struct {
	uint32_t id;
	enum family family;
	const char *what, *action;
} meanings[] = {
	{1006, FAMILY_THREAT, "detected", NULL},
	{1007, FAMILY_THREAT, "acted", NULL},
	{1008, FAMILY_THREAT, "action-failed", NULL},
	{1009, FAMILY_THREAT, "restored", NULL},
	{1015, FAMILY_THREAT, "detected", NULL},
	{1116, FAMILY_THREAT, "detected", NULL},
	{1117, FAMILY_THREAT, "acted", NULL},
	{1118, FAMILY_THREAT, "action-failed", NULL},
	{1119, FAMILY_THREAT, "action-failed", NULL},
	{1121, FAMILY_BLOCK, "rule", "block"},
	{1122, FAMILY_BLOCK, "rule", "audit"},
	{1123, FAMILY_BLOCK, "folder", "block"},
	{1124, FAMILY_BLOCK, "folder", "audit"},
	{1125, FAMILY_BLOCK, "network", "audit"},
	{1126, FAMILY_BLOCK, "network", "block"},
	{1127, FAMILY_BLOCK, "folder", "block"},
	{1128, FAMILY_BLOCK, "folder", "audit"},
	{1129, FAMILY_BLOCK, "allowed", NULL},
	{5000, FAMILY_STATE, "protection-on", NULL},
	{5001, FAMILY_STATE, "protection-off", NULL},
	{5009, FAMILY_STATE, "protection-on", NULL},
	{5010, FAMILY_STATE, "protection-off", NULL},
	{5011, FAMILY_STATE, "protection-on", NULL},
	{5012, FAMILY_STATE, "protection-off", NULL},
	{5007, FAMILY_SETTING, "setting", NULL},
	{5013, FAMILY_TAMPER, "tamper", NULL},
};

#define MEANINGS (sizeof meanings / sizeof *meanings)

static size_t meaning_of(const struct event *event)
{
	size_t i = 0;
	while (i < MEANINGS && meanings[i].id != event->id)
		i++;
	return i;
}

#define PATH_NAMES "Path|Path Found|PathFound"
#define PROCESS_NAMES "Process Name|ProcessName"
#define THREAT_NAMES "Threat Name|ThreatName"
#define OLD_NAMES "Old Value|OldValue"
#define NEW_NAMES "New Value|NewValue"

/* "file:_C:\x" and its kin without what stands before the path. */
static struct str without_schema(struct str resource)
{
	resource = str_trim(resource);
	size_t at = str_find(resource, STR(":_"));
	return at == STR_NONE || at > 32 ? resource : str_from(resource, at + 2);
}

/* The resource that is the licensing service's, else the first. */
static struct str resource_of(struct str resources, bool *licensing)
{
	struct str rest = resources, first = STR("");
	while (rest.size) {
		struct str piece = without_schema(str_cut(&rest, ';'));
		if (first.size == 0)
			first = piece;
		if (event_is_licensing_file(piece)) {
			*licensing = true;
			return piece;
		}
	}
	return first;
}

static bool is_activator(struct str threat)
{
	static const struct str parts[] = {STR_INIT("AutoKMS"), STR_INIT("KMSAuto"),
		STR_INIT("KMSpico"), STR_INIT("KMSActivat"), STR_INIT("WinActivat"),
		STR_INIT("Keygen"), STR_INIT("/Kms")};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (str_has_nocase(threat, parts[i]))
			return true;
	return false;
}

static const char *about(const struct event *event)
{
	bool licensing = false;
	(void)resource_of(event_any(event, PATH_NAMES), &licensing);
	if (is_activator(event_any(event, THREAT_NAMES)))
		return "activator";
	if (licensing || event_is_licensing_program(event_any(event, PROCESS_NAMES)))
		return "licensing";
	return "other";
}

static bool is_exclusion(const struct event *event)
{
	struct str mark = STR("\\Exclusions\\");
	return str_has_nocase(event_any(event, NEW_NAMES), mark) ||
		str_has_nocase(event_any(event, OLD_NAMES), mark);
}

/* Definitions are updated several times a day, which changes settings, too. */
static bool setting_matters(const struct event *event)
{
	static const struct str parts[] = {STR_INIT("\\DisableRealtimeMonitoring"),
		STR_INIT("\\DisableAntiSpyware"), STR_INIT("\\DisableAntiVirus"),
		STR_INIT("\\Controlled Folder Access\\"), STR_INIT("\\ASR\\"),
		STR_INIT("\\Network Protection\\"), STR_INIT("\\DisableBehaviorMonitoring")};
	if (is_exclusion(event))
		return true;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (str_has_nocase(event_any(event, NEW_NAMES), parts[i]) ||
			str_has_nocase(event_any(event, OLD_NAMES), parts[i]))
			return true;
	return false;
}

static bool matters(const struct event *event)
{
	size_t i = meaning_of(event);
	if (i == MEANINGS)
		return false;
	switch (meanings[i].family) {
	case FAMILY_THREAT:
	case FAMILY_BLOCK:
		return !str_equal(str_of(about(event)), STR("other"));
	case FAMILY_SETTING:
		return setting_matters(event);
	case FAMILY_STATE:
	case FAMILY_TAMPER:
	default:
		return true;
	}
}

static void put_threat(const struct event *event, struct fact *about_fact, struct facts *facts)
{
	fact_put(facts, about_fact, NULL, "threat", event_any(event, THREAT_NAMES));
	fact_put(facts, about_fact, NULL, "threat-action",
		event_any(event, "Action ID|ActionID|Cleaning Action ID"));
}

static void put_touched(
	const struct event *event, struct fact *fact, struct fact *touched, struct facts *facts)
{
	bool licensing = false;
	struct str path = resource_of(event_any(event, PATH_NAMES), &licensing);
	fact_put(facts, touched, NULL, "about", str_of(about(event)));
	fact_put(facts, touched, NULL, "path", path);
	fact_put(facts, fact, NULL, "about", event_file_name(path));
	fact_put(facts, touched, NULL, "process", event_any(event, PROCESS_NAMES));
	fact_put(facts, touched, NULL, "destination", event_any(event, "Destination"));
	struct str rule = event_guid(event_any(event, "ID"));
	if (rule.size && (event->id == 1121 || event->id == 1122 || event->id == 1129))
		fact_put(facts, touched, NULL, "rule-id", rule);
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	size_t i = meaning_of(event);
	if (i == MEANINGS)
		return;
	struct fact *defender = fact_add(facts, &defender_event, fact->line);
	fact_put(facts, defender, NULL, "what", str_of(meanings[i].what));
	if (meanings[i].action)
		fact_put(facts, defender, NULL, "action", str_of(meanings[i].action));
	event_stamp(event, defender, facts);
	if (meanings[i].family == FAMILY_THREAT || meanings[i].family == FAMILY_BLOCK)
		put_touched(event, fact, defender, facts);
	if (meanings[i].family == FAMILY_THREAT)
		put_threat(event, defender, facts);
	if (meanings[i].family == FAMILY_SETTING) {
		fact_put(facts, defender, NULL, "old-value", event_any(event, OLD_NAMES));
		fact_put(facts, defender, NULL, "new-value", event_any(event, NEW_NAMES));
		fact_put_flag(facts, defender, NULL, "exclusion", is_exclusion(event));
	}
	if (meanings[i].family == FAMILY_TAMPER)
		fact_put(facts, defender, NULL, "new-value", event_any(event, "Value"));
	uint32_t code = 0;
	if (event_code(event_any(event, "Error Code|ErrorCode"), &code) && code)
		event_put_code(facts, fact, defender, event_any(event, "Error Code|ErrorCode"));
}

static const struct fact_kind *const kinds[] = {&defender_event, NULL};

const struct event_reader event_reader_defender = {
	.name = "defender",
	.says = "Microsoft Defender: what it found or blocked that activation needs, and changes of its protection",
	.providers = "Microsoft-Windows-Windows Defender|Microsoft Antimalware|WinDefend",
	.source = "defender", /* as its cmdlets and its history: one service says all of them */
	.ids = {{1006, 1009}, {1015, 1015}, {1116, 1119}, {1121, 1129}, {5000, 5001}, {5007, 5007},
		{5009, 5013}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
