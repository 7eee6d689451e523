/*
 * Get-MpThreatDetection, Get-MpThreat, Get-MpPreference, Get-MpComputerStatus in any form (defender-format, sections 1
 * to 3).
 *
 * What an object is, its type says (MSFT_MpThreatDetection); lists and tables have none, there its properties tell.
 * Without elevation Defender puts a sentence in the place of its lists, "N/A: Must be an administrator to view
 * exclusions": that is no path. When its service is off the cmdlets fail with 0x800106BA.
 *
 * A widely copied command asks for properties that do not exist: "Select Timestamp, Action, Resources". Only the last
 * column has anything in it; such a detection is `bare`.
 */
#include "defender.h"
#include "parser.h"

/* Properties that no other tool prints, in no order. */
static const char names[] =
	"ActionSuccess|AdditionalActionsBitMask|CleaningActionID|CurrentThreatExecutionStatusID|"
	"DetectionSourceTypeID|InitialDetectionTime|LastThreatStatusChangeTime|RemediationTime|"
	"ThreatStatusErrorCode|ThreatStatusID|ThreatID|DidThreatExecute|RollupStatus|ThreatName|"
	"AMEngineVersion|AMProductVersion|AMRunningMode|AMServiceEnabled|AMServiceVersion|"
	"AntispywareEnabled|AntivirusEnabled|BehaviorMonitorEnabled|IsTamperProtected|"
	"OnAccessProtectionEnabled|RealTimeProtectionEnabled|AntivirusSignatureAge|NISEnabled|"
	"AttackSurfaceReductionOnlyExclusions|AttackSurfaceReductionRules_Actions|"
	"AttackSurfaceReductionRules_Ids|ControlledFolderAccessAllowedApplications|"
	"ControlledFolderAccessProtectedFolders|EnableControlledFolderAccess|EnableNetworkProtection|"
	"ExclusionPath|ExclusionProcess|ExclusionExtension|DisableRealtimeMonitoring|"
	"DisableBehaviorMonitoring|DisableIOAVProtection|DisableScriptScanning|PUAProtection|"
	"MAPSReporting|CheckForSignaturesBeforeRunningScan|AllowDatagramProcessingOnWinServer|"
	"CloudBlockLevel|SubmitSamplesConsent";

static const char class_prefix[] = "MSFT_Mp";

/* More threats than this are not joined to detections: each would have to be compared with each. */
#define THREATS_JOINED 500

struct reading {
	struct facts *facts;
	const struct object *object;
	const struct object **threats; /* Get-MpThreat's, by which detections get names */
	size_t threat_count, threat_room;
};

static const struct line *line_of(const struct object *object, const char *name)
{
	const struct object_property *property = object_property(object, name);
	return property ? property->line : object->line;
}

static void put_text(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	struct str text = object_text(r->object, name);
	if (text.size)
		fact_put(r->facts, fact, line_of(r->object, name), field, text);
}

static void put_date(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	struct str text = object_text(r->object, name);
	if (text.size)
		fact_put(r->facts, fact, line_of(r->object, name), field,
			object_date(r->facts->arena, text));
}

static void put_flag(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	bool flag;
	if (object_flag(r->object, name, &flag))
		fact_put_flag(r->facts, fact, line_of(r->object, name), field, flag);
}

static void put_word(struct reading *r, struct fact *fact, const char *field, const char *name,
	const char *(*word_of)(int64_t))
{
	int64_t number;
	const char *word = object_number(r->object, name, &number) ? word_of(number) : NULL;
	if (word)
		fact_put(r->facts, fact, line_of(r->object, name), field, str_of(word));
}

static void put_number(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	int64_t number;
	if (object_number(r->object, name, &number))
		fact_put_number(r->facts, fact, line_of(r->object, name), field, number);
}

/* Get-MpThreat's object for the same threat: the detection itself has only a number. */
static const struct object *threat_of(const struct reading *r, int64_t id)
{
	int64_t other;
	for (size_t i = 0; i < r->threat_count; i++)
		if (object_number(r->threats[i], "ThreatID", &other) && other == id)
			return r->threats[i];
	return NULL;
}

/* The same, where Get-MpThreat was asked before, in another command. */
static void put_known_threat(struct reading *r, struct fact *fact, int64_t id)
{
	if (r->facts->count > THREATS_JOINED)
		return;
	for (size_t i = 0; i < r->facts->count; i++) {
		const struct fact *known = r->facts->at[i];
		if (known->kind != &kind_defender_detection || !fact_is_set(known, "threat") ||
			fact_number(known, "threat-id", -1) != id || known->line->origin == NULL ||
			known->line->origin->machine != fact->line->origin->machine)
			continue;
		const struct fact_value *threat = fact_get(known, "threat");
		fact_put(r->facts, fact, threat->line, "threat", threat->text);
		return;
	}
}

static void put_threat(struct reading *r, struct fact *fact)
{
	int64_t id;
	const struct object *own = r->object;
	if (object_text(own, "ThreatName").size == 0 && object_number(own, "ThreatID", &id)) {
		const struct object *threat = threat_of(r, id);
		r->object = threat ? threat : own;
	}
	put_text(r, fact, "threat", "ThreatName");
	put_word(r, fact, "severity", "SeverityID", defender_severity_word);
	put_flag(r, fact, "active", "IsActive");
	put_flag(r, fact, "executed", "DidThreatExecute");
	r->object = own;
	if (!fact_is_set(fact, "threat") && object_number(own, "ThreatID", &id))
		put_known_threat(r, fact, id);
}

static void put_detection(struct reading *r, struct fact *fact)
{
	put_threat(r, fact);
	put_number(r, fact, "threat-id", "ThreatID");
	struct str id = str_trim(object_text(r->object, "DetectionID")), guid;
	if (scan_first_guid(id, &guid))
		fact_put(r->facts, fact, line_of(r->object, "DetectionID"), "detection-id", guid);
	put_text(r, fact, "process", "ProcessName");
	put_word(r, fact, "status", "ThreatStatusID", defender_status_word);
	put_number(r, fact, "status-id", "ThreatStatusID");
	put_word(r, fact, "action", "CleaningActionID", defender_action_word);
	put_number(r, fact, "action-id", "CleaningActionID");
	put_flag(r, fact, "action-success", "ActionSuccess");
	put_text(r, fact, "error", "ThreatStatusErrorCode");
	put_number(r, fact, "source-id", "DetectionSourceTypeID");
	put_date(r, fact, "detected", "InitialDetectionTime");
	put_date(r, fact, "remediated", "RemediationTime");
}

static void read_detection(struct reading *r, bool bare)
{
	const struct object_property *resources = object_property(r->object, "Resources");
	size_t count = resources ? resources->count : 0;
	for (size_t i = 0; i < count || i == 0;) {
		struct fact *fact = fact_add(r->facts, &kind_defender_detection, r->object->line);
		fact_put(r->facts, fact, NULL, "printed", bare ? STR("bare") : STR("full"));
		put_detection(r, fact);
		if (resources && resources->cut)
			fact_put_flag(r->facts, fact, resources->line, "cut", true);
		size_t end = i + 1;
		struct str resource = i < count ? resources->values[i].text : STR("");
		for (; end < count && end < i + 8 &&
			!defender_begins_resource(resources->values[end].text);
			end++)
			resource = str_of(arena_format(r->facts->arena, "%.*s, %.*s",
				STR_PRINT(resource), STR_PRINT(resources->values[end].text)));
		defender_put_resource(r->facts, fact,
			i < count ? resources->values[i].line : r->object->line, resource);
		i = end;
	}
}

/* Defender's own words for a list that it does not show: "N/A: Must be and administrator to view exclusions". */
static bool is_hidden(struct str value)
{
	return str_starts(str_trim(value), STR("N/A:"));
}

static bool property_is_hidden(const struct object_property *property)
{
	return property && property->count && is_hidden(property->values[0].text);
}

typedef void put_item(struct facts *facts, const struct line *line, struct str value);

static void put_application(struct facts *facts, const struct line *line, struct str value)
{
	struct fact *fact = fact_add(facts, &kind_defender_allowed_application, line);
	size_t dot = str_find_last_char(value, '.');
	struct str extension = dot == STR_NONE ? STR("") : str_from(value, dot + 1);
	bool host = str_ends_nocase(value, STR("cscript.exe")) ||
		str_ends_nocase(value, STR("wscript.exe"));
	const char *is = str_in_list(extension, "vbs|vbe|js|jse|wsf|ps1|bat|cmd") ? "script"
		: host                                                            ? "script-host"
		: defender_is_licensing(value)                                    ? "licensing"
										  : "other";
	fact_put(facts, fact, NULL, "path", value);
	fact_put(facts, fact, NULL, "is", str_of(is));
}

static void put_folder(struct facts *facts, const struct line *line, struct str value)
{
	struct fact *fact = fact_add(facts, &kind_defender_protected_folder, line);
	size_t end = value.size;
	while (end > 0 && value.at[end - 1] == '\\')
		end--;
	struct str folder = str_slice(value, 0, end), rest = folder;
	if (rest.size >= 2 && rest.at[1] == ':')
		rest = str_from(rest, 2);
	fact_put(facts, fact, NULL, "path", value);
	fact_put_flag(facts, fact, NULL, "covers-licensing",
		defender_is_licensing(folder) ||
			(rest.size < folder.size &&
				(rest.size == 0 ||
					str_in_list(rest, "\\Windows|\\Windows\\System32"))));
}

static void put_path(struct facts *facts, const struct line *line, struct str value)
{
	defender_put_exclusion(facts, line, "path", value);
}

static void put_process(struct facts *facts, const struct line *line, struct str value)
{
	defender_put_exclusion(facts, line, "process", value);
}

static void put_extension(struct facts *facts, const struct line *line, struct str value)
{
	defender_put_exclusion(facts, line, "extension", value);
}

static void put_asr_exclusion(struct facts *facts, const struct line *line, struct str value)
{
	defender_put_exclusion(facts, line, "asr", value);
}

static const struct {
	const char *property;
	put_item *put;
} item_lists[] = {
	{"ControlledFolderAccessAllowedApplications", put_application},
	{"ControlledFolderAccessProtectedFolders", put_folder},
	{"ExclusionPath", put_path},
	{"ExclusionProcess", put_process},
	{"ExclusionExtension", put_extension},
	{"AttackSurfaceReductionOnlyExclusions", put_asr_exclusion},
};

static void read_lists(struct reading *r, struct fact *preference)
{
	for (size_t i = 0; i < sizeof item_lists / sizeof *item_lists; i++) {
		const struct object_property *list =
			object_property(r->object, item_lists[i].property);
		if (list && list->cut)
			fact_put_flag(r->facts, preference, list->line, "cut", true);
		for (size_t k = 0; list && k < list->count; k++)
			if (!is_hidden(list->values[k].text))
				item_lists[i].put(
					r->facts, list->values[k].line, list->values[k].text);
	}
}

/* Ids and actions are two lists that run side by side. A list that was cut has lost the place of none. */
static void read_rules(struct reading *r)
{
	const struct object_property *ids =
		object_property(r->object, "AttackSurfaceReductionRules_Ids");
	const struct object_property *actions =
		object_property(r->object, "AttackSurfaceReductionRules_Actions");
	for (size_t i = 0; ids && i < ids->count; i++) {
		struct str guid;
		int64_t number;
		if (!scan_first_guid(ids->values[i].text, &guid))
			continue;
		struct fact *fact =
			fact_add(r->facts, &kind_defender_asr_rule, ids->values[i].line);
		const char *name = defender_rule_name(guid);
		fact_put(r->facts, fact, NULL, "id", guid);
		if (name)
			fact_put(r->facts, fact, NULL, "name", str_of(name));
		const char *action = actions && i < actions->count &&
				scan_number(actions->values[i].text, &number)
			? defender_rule_action(number)
			: NULL;
		if (action)
			fact_put(r->facts, fact, actions->values[i].line, "action", str_of(action));
	}
}

static const char *off_block_audit(int64_t number)
{
	static const char *const words[] = {"off", "block", "audit"};
	return number >= 0 && number <= 2 ? words[number] : NULL;
}

static void put_list_state(
	struct reading *r, struct fact *fact, const char *field, const char *property)
{
	const struct object_property *list = object_property(r->object, property);
	if (!list || (fact_is_set(fact, field) && !fact_is(fact, field, "none")))
		return;
	fact_put(r->facts, fact, list->line, field,
		property_is_hidden(list) ? STR("hidden")
			: list->count    ? STR("some")
					 : STR("none"));
}

static void read_preference(struct reading *r)
{
	struct fact *fact = fact_add(r->facts, &kind_defender_preference, r->object->line);
	put_word(r, fact, "controlled-folder-access", "EnableControlledFolderAccess",
		defender_cfa_word);
	put_list_state(
		r, fact, "allowed-applications", "ControlledFolderAccessAllowedApplications");
	put_list_state(r, fact, "exclusions", "ExclusionPath");
	put_list_state(r, fact, "exclusions", "ExclusionProcess");
	put_list_state(r, fact, "exclusions", "ExclusionExtension");
	put_flag(r, fact, "real-time-off", "DisableRealtimeMonitoring");
	put_flag(r, fact, "behavior-monitor-off", "DisableBehaviorMonitoring");
	put_flag(r, fact, "download-scan-off", "DisableIOAVProtection");
	put_flag(r, fact, "script-scan-off", "DisableScriptScanning");
	put_word(r, fact, "network-protection", "EnableNetworkProtection", off_block_audit);
	put_word(r, fact, "pua-protection", "PUAProtection", off_block_audit);
	put_number(r, fact, "cloud-reporting", "MAPSReporting");
	bool hidden = fact_is(fact, "allowed-applications", "hidden") ||
		fact_is(fact, "exclusions", "hidden") ||
		property_is_hidden(
			object_property(r->object, "AttackSurfaceReductionOnlyExclusions"));
	const char *told = fact_is_set(fact, "exclusions") ? "exclusions" : "allowed-applications";
	if (hidden || fact_is_set(fact, told))
		fact_put(r->facts, fact, fact_get(fact, told)->line, "lists",
			hidden ? STR("hidden") : STR("shown"));
	read_lists(r, fact);
	read_rules(r);
}

static const char *mode_word(struct str text)
{
	static const struct {
		const char *text, *word;
	} modes[] = {{"Normal", "normal"}, {"Passive Mode", "passive"}, {"Passive", "passive"},
		{"EDR Block Mode", "edr-block"}, {"EDR Blocked Mode", "edr-block"},
		{"SxS Passive Mode", "sxs-passive"}, {"Not running", "not-running"}};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (str_equal_nocase(text, str_of(modes[i].text)))
			return modes[i].word;
	return text.size ? "other" : NULL;
}

static void read_status(struct reading *r)
{
	struct fact *fact = fact_add(r->facts, &kind_defender_status, r->object->line);
	const char *mode = mode_word(str_trim(object_text(r->object, "AMRunningMode")));
	if (mode)
		fact_put(r->facts, fact, line_of(r->object, "AMRunningMode"), "mode", str_of(mode));
	put_flag(r, fact, "service", "AMServiceEnabled");
	put_flag(r, fact, "antivirus", "AntivirusEnabled");
	put_flag(r, fact, "real-time", "RealTimeProtectionEnabled");
	put_flag(r, fact, "behavior-monitor", "BehaviorMonitorEnabled");
	put_flag(r, fact, "on-access", "OnAccessProtectionEnabled");
	put_flag(r, fact, "tamper-protected", "IsTamperProtected");
	put_flag(r, fact, "signatures-outdated", "DefenderSignaturesOutOfDate");
	int64_t age; /* 65535 and 4294967295 stand for "never" */
	if (object_number(r->object, "AntivirusSignatureAge", &age) && age >= 0 && age < 65535)
		put_number(r, fact, "signature-age-days", "AntivirusSignatureAge");
	put_number(r, fact, "product-status", "ProductStatus");
	put_text(r, fact, "product-version", "AMProductVersion");
	put_text(r, fact, "engine-version", "AMEngineVersion");
}

static bool has_any(const struct object *object, const char *list)
{
	for (size_t i = 0; i < object->count; i++)
		if (str_in_list(object->properties[i].name, list))
			return true;
	return false;
}

enum sort { NOTHING, DETECTION, THREAT, BARE, PREFERENCE, STATUS };

static enum sort sort_of(const struct object *object)
{
	if (object_has_type(object, "MSFT_MpThreatDetection"))
		return DETECTION;
	if (object_has_type(object, "MSFT_MpThreat"))
		return THREAT;
	if (object_has_type(object, "MSFT_MpPreference"))
		return PREFERENCE;
	if (object_has_type(object, "MSFT_MpComputerStatus"))
		return STATUS;
	if (has_any(object,
		    "ActionSuccess|CleaningActionID|CurrentThreatExecutionStatusID|DetectionID|"
		    "ThreatStatusID|InitialDetectionTime|RemediationTime|DetectionSourceTypeID"))
		return DETECTION;
	if (has_any(object, "ThreatName|RollupStatus|DidThreatExecute"))
		return THREAT;
	if (has_any(object,
		    "AMRunningMode|AMServiceEnabled|RealTimeProtectionEnabled|"
		    "AntivirusEnabled|IsTamperProtected|AMEngineVersion|"
		    "AntivirusSignatureAge|OnAccessProtectionEnabled|AMServiceVersion"))
		return STATUS;
	if (has_any(object, "Resources"))
		return has_any(object, "ThreatID|ProcessName") ? DETECTION : BARE;
	return has_any(object, names) ? PREFERENCE : NOTHING;
}

/* A threat that no detection tells more of. */
static bool is_detected(const struct objects *objects, const struct object *threat)
{
	int64_t id, other;
	if (!object_number(threat, "ThreatID", &id))
		return false;
	for (size_t i = 0; i < objects->count; i++)
		if (sort_of(objects->at[i]) == DETECTION &&
			object_number(objects->at[i], "ThreatID", &other) && other == id)
			return true;
	return false;
}

static void read_object(struct reading *r, const struct objects *objects, enum sort sort)
{
	bool few = objects->count <= THREATS_JOINED;
	switch (sort) {
	case THREAT:
		if (few && is_detected(objects, r->object))
			return;
		read_detection(r, false);
		return;
	case DETECTION:
	case BARE:
		read_detection(r, sort == BARE);
		return;
	case PREFERENCE:
		read_preference(r);
		return;
	case STATUS:
		read_status(r);
		return;
	case NOTHING:
		return;
	}
}

/* A cmdlet that failed says why: "HRESULT 0x800106ba,Get-MpPreference". The code is not translated. */
static void read_errors(const struct evidence *evidence, struct facts *facts)
{
	for (size_t i = 0; i < evidence->lines.count; i++) {
		const struct line *line = &evidence->lines.at[i];
		uint32_t code;
		bool about_defender =
			str_has(line->text, STR("Get-Mp")) || str_has(line->text, STR("MSFT_Mp"));
		if (!str_has(line->text, STR("HRESULT 0x")) && !about_defender)
			continue;
		if (!scan_first_code(line->text, &code, NULL) || (code >> 31) == 0)
			continue;
		struct fact *fact = fact_add(facts, &kind_defender_status, line);
		fact_put(facts, fact, NULL, "error",
			str_of(arena_format(facts->arena, "0x%08X", code)));
	}
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.facts = facts};
	struct objects objects = objects_read(facts->arena, &evidence->lines, names);
	facts->stop = objects.stop;
	for (size_t i = 0; i < objects.count && objects.count <= THREATS_JOINED; i++) {
		if (sort_of(objects.at[i]) != THREAT)
			continue;
		r.threats = arena_grow(
			facts->arena, r.threats, r.threat_count, &r.threat_room, sizeof *r.threats);
		r.threats[r.threat_count++] = objects.at[i];
	}
	for (size_t i = 0; i < objects.count; i++) {
		r.object = objects.at[i];
		read_object(&r, &objects, sort_of(objects.at[i]));
	}
	read_errors(evidence, facts);
}

/* "Resources : {file:_C:\x}", or the table's heading above a ruler. */
static bool opens_bare(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i)), rest = text;
	if (str_starts(text, STR("Resources ")) && str_has(text, STR(" : {")))
		return str_has(text, STR(":_"));
	return str_equal(str_word(&rest), STR("Timestamp")) &&
		str_equal(str_word(&rest), STR("Action")) &&
		str_equal(str_word(&rest), STR("Resources"));
}

static bool opens(const struct lines *lines, size_t i)
{
	return objects_begin(lines, i, class_prefix, names) || opens_bare(lines, i);
}

static const struct fact_kind *const kinds[] = {&kind_defender_detection, &kind_defender_status,
	&kind_defender_preference, &kind_defender_allowed_application,
	&kind_defender_protected_folder, &kind_defender_asr_rule, &kind_defender_exclusion, NULL};

const struct parser parser_defender = {
	.name = "defender",
	.says = "Get-MpThreatDetection, Get-MpThreat, Get-MpPreference, Get-MpComputerStatus",
	.source = DEFENDER_SOURCE,
	.commands = "Get-MpThreatDetection|Get-MpThreat|Get-MpPreference|Get-MpComputerStatus",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
