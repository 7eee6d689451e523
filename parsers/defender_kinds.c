#include "defender.h"

const struct fact_kind kind_defender_detection = {
	.name = "defender-detection",
	.says = "something that Defender found: one resource of a detection",
	.fields =
		{
			{"threat", FACT_TEXT, "name of the threat, HackTool:Win32/AutoKMS"},
			{"threat-id", FACT_NUMBER, "its number", NULL, FACT_KEY},
			{"detection-id", FACT_GUID, "id of the detection", NULL, FACT_KEY},
			{"schema", FACT_TEXT, "sort of resource: file, process, regkey, webfile"},
			{"path", FACT_TEXT, "the resource: file, registry key, process", NULL,
				FACT_KEY},
			{"about", FACT_WORD,
				"activator: a tool that imitates activation; keygen; licensing: a file of the "
				"licensing service or a tool of it",
				"activator|keygen|licensing|other"},
			{"process", FACT_TEXT, "process that touched it"},
			{"status", FACT_WORD, "ThreatStatusID: what became of it",
				"unknown|detected|cleaned|quarantined|removed|allowed|blocked|"
				"quarantine-failed|remove-failed|allow-failed|abandoned|block-failed"},
			{"status-id", FACT_NUMBER, "ThreatStatusID"},
			{"action", FACT_WORD, "CleaningActionID: what was to be done",
				"unknown|clean|quarantine|remove|allow|user-defined|none|block"},
			{"action-id", FACT_NUMBER, "CleaningActionID"},
			{"action-success", FACT_FLAG, "it was done"},
			{"error", FACT_CODE, "ThreatStatusErrorCode, or the log's"},
			{"active", FACT_FLAG, "the threat is active"},
			{"severity", FACT_WORD, "SeverityID", "unknown|low|moderate|high|severe"},
			{"executed", FACT_FLAG, "it was running"},
			{"source-id", FACT_NUMBER, "DetectionSourceTypeID: 3 is real-time"},
			{"detected", FACT_TEXT,
				"InitialDetectionTime: UTC in ISO form, or as printed in the user's date format"},
			{"remediated", FACT_TEXT, "RemediationTime, likewise"},
			{"cut", FACT_FLAG, "PowerShell left resources out, or the end of one"},
			{"printed", FACT_WORD,
				"bare: only resources were asked for, together with columns that do not exist "
				"(Timestamp, Action)",
				"full|bare"},
			{0},
		},
};

const struct fact_kind kind_defender_status = {
	.name = "defender-status",
	.says = "state of Defender",
	.is_state = true,
	.fields =
		{
			{"mode", FACT_WORD,
				"AMRunningMode; passive: another product protects this machine",
				"normal|passive|edr-block|sxs-passive|not-running|other"},
			{"service", FACT_FLAG, "AMServiceEnabled"},
			{"antivirus", FACT_FLAG, "AntivirusEnabled"},
			{"real-time", FACT_FLAG, "RealTimeProtectionEnabled"},
			{"behavior-monitor", FACT_FLAG, "BehaviorMonitorEnabled"},
			{"on-access", FACT_FLAG, "OnAccessProtectionEnabled"},
			{"tamper-protected", FACT_FLAG, "IsTamperProtected"},
			{"signatures-outdated", FACT_FLAG, "DefenderSignaturesOutOfDate"},
			{"signature-age-days", FACT_NUMBER, "AntivirusSignatureAge"},
			{"product-status", FACT_NUMBER, "ProductStatus, a bit mask"},
			{"product-version", FACT_TEXT, "version of the platform"},
			{"engine-version", FACT_TEXT, "version of the engine"},
			{"error", FACT_CODE,
				"why the cmdlets could not tell: 0x800106BA when the service is off"},
			{0},
		},
};

const struct fact_kind kind_defender_preference = {
	.name = "defender-preference",
	.says = "settings of Defender",
	.is_state = true,
	.fields =
		{
			{"controlled-folder-access", FACT_WORD,
				"block-disk and audit-disk: only writes to disk sectors",
				"off|block|audit|block-disk|audit-disk"},
			{"lists", FACT_WORD,
				"hidden: Defender showed its exclusions and allowed applications to no one "
				"but an administrator",
				"shown|hidden"},
			{"allowed-applications", FACT_WORD,
				"list for controlled folder access: none, some, or hidden",
				"none|some|hidden"},
			{"exclusions", FACT_WORD,
				"paths, processes and extensions: none, some, or hidden",
				"none|some|hidden"},
			{"cut", FACT_FLAG, "PowerShell printed only the first entries of a list"},
			{"real-time-off", FACT_FLAG, "DisableRealtimeMonitoring"},
			{"behavior-monitor-off", FACT_FLAG, "DisableBehaviorMonitoring"},
			{"download-scan-off", FACT_FLAG, "DisableIOAVProtection"},
			{"script-scan-off", FACT_FLAG, "DisableScriptScanning"},
			{"network-protection", FACT_WORD, "EnableNetworkProtection",
				"off|block|audit"},
			{"pua-protection", FACT_WORD,
				"PUAProtection: against unwanted applications, activators among them",
				"off|block|audit"},
			{"cloud-reporting", FACT_NUMBER, "MAPSReporting: 0 is off"},
			{0},
		},
};

const struct fact_kind kind_defender_allowed_application = {
	.name = "defender-allowed-application",
	.says = "a program that controlled folder access lets through",
	.fields =
		{
			{"path", FACT_TEXT, "the program", NULL, FACT_KEY},
			{"is", FACT_WORD,
				"script: a script file, which is never the process that writes; script-host: "
				"cscript or wscript; licensing: sppsvc and its helpers",
				"script|script-host|licensing|other"},
			{0},
		},
};

const struct fact_kind kind_defender_protected_folder = {
	.name = "defender-protected-folder",
	.says = "a folder that controlled folder access protects beside its own",
	.fields =
		{
			{"path", FACT_TEXT, "the folder", NULL, FACT_KEY},
			{"covers-licensing", FACT_FLAG, "files of the licensing service lie in it"},
			{0},
		},
};

const struct fact_kind kind_defender_asr_rule = {
	.name = "defender-asr-rule",
	.says = "a rule for attack surface reduction, and what it does",
	.is_state = true,
	.fields =
		{
			{"id", FACT_GUID, "GUID of the rule", NULL, FACT_KEY},
			{"name", FACT_TEXT, "what it blocks, in English", NULL, FACT_KEY},
			{"action", FACT_WORD, "what it does",
				"off|block|audit|not-configured|warn"},
			{0},
		},
};

const struct fact_kind kind_defender_exclusion = {
	.name = "defender-exclusion",
	.says = "what Defender does not look at",
	.fields =
		{
			{"kind", FACT_WORD,
				"asr: only rules for attack surface reduction pass over it",
				"path|process|extension|asr", FACT_KEY},
			{"value", FACT_TEXT, "path, program or extension", NULL, FACT_KEY},
			{"wide", FACT_WORD,
				"why it is too wide: a drive, Windows' own folder, all programs, all user "
				"profiles, the temporary folder, a script host, a kind of program; no: none of "
				"these",
				"drive|windows|programs|profiles|temp|script-host|program-type|no"},
			{"licensing", FACT_FLAG, "it covers files of the licensing service"},
			{"activator", FACT_FLAG, "it names a tool that imitates activation"},
			{0},
		},
};
