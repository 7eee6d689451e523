/*
 * MPLog-*.log and MPDetection-*.log: the Defender service's own logs (defender-format, section 4).
 *
 *     2022-03-10T19:49:22.667Z DETECTIONEVENT MPSOURCE_REALTIME Trojan:BAT/X.A file:C:\a.bat;file:C:\b.bat;
 *     2022-03-10T19:49:38.251Z DETECTION_CLEANEVENT MPSOURCE_REALTIME MP_THREAT_ACTION_QUARANTINE 0x0 Trojan:BAT/X.A
 *             file:C:\a.bat                                         (on the same line)
 *     2022-03-10T19:47:14.694Z Loaded ASR rule "Block ...", State=5, Action=0, Type=1, ...
 *     2021-02-13T19:56:38.412Z Version: Product 4.18.1 Service 4.18.1 Engine 1.1.2 AS 1.3.4 AV 1.3.4
 *     Process Exclusions:                                           a block without times, on each start
 *     Path Exclusions:
 *     Ext Exclusions:
 *
 * English in every language; times are UTC. DETECTION_ADD and DETECTION_MERGE repeat what DETECTIONEVENT says. Lines
 * between blocks may be anything. That a rule's State is the number of Get-MpPreference is not documented: the fact
 * says what the log does, and no cause rests on it alone.
 */
#include "defender.h"
#include "parser.h"

/* What the service writes behind a time; its GUID stands in the head of MPLog. */
static const struct str marks[] = {
	STR_INIT("DETECTION"),
	STR_INIT("Service started - "),
	STR_INIT("Service stopped with exit code "),
	STR_INIT("Version: Product "),
	STR_INIT("Loaded ASR rule "),
	STR_INIT("[MpRtp] "),
	STR_INIT("[RTP] "),
	STR_INIT("[Cloud] "),
	STR_INIT("[Engine] "),
	STR_INIT("[Mini-filter] "),
	STR_INIT("[PlatUpd] "),
	STR_INIT("[RoutineClean] "),
	STR_INIT("[AutoExclusion] "),
	STR_INIT("[TP] "),
	STR_INIT("[WPP] "),
	STR_INIT("ProcessImageName: "),
	STR_INIT("Per-process counts:"),
	STR_INIT("ProductId: "),
	STR_INIT("SDN:"),
	STR_INIT("Internal signature match:"),
	STR_INIT("MpCmdRun: "),
};

#define SERVICE_GUID "77BDAF73-B396-481F-9042-AD358843EC24"

/* "2022-03-10T19:49:22.667Z " and what follows it. */
static bool timed(struct str text, struct str *time, struct str *rest)
{
	static const char shape[] = "0000-00-00T00:00:00.000Z ";
	if (text.size < sizeof shape - 1)
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == '0' ? !char_is_digit(text.at[i]) : text.at[i] != shape[i])
			return false;
	*time = str_slice(text, 0, sizeof shape - 2);
	*rest = str_from(text, sizeof shape - 1);
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), time, rest;
	if (!timed(text, &time, &rest))
		return str_has(text, STR(SERVICE_GUID)) && str_has(text, STR("Antivirus ("));
	for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
		if (str_starts(rest, marks[k]))
			return true;
	return false;
}

struct reading {
	struct facts *facts;
	const struct line *line;
	struct str time;
};

/* The next resource of a list that is separated by ';': a path may hold one, too. */
static struct str next_resource(struct str *rest)
{
	for (size_t end = 0; end < rest->size; end++) {
		struct str after = str_from(*rest, end + 1);
		if (rest->at[end] != ';' ||
			!(str_is_blank(after) || defender_begins_resource(after)))
			continue;
		struct str resource = str_trim(str_slice(*rest, 0, end));
		*rest = after;
		return resource;
	}
	struct str last = str_trim(*rest);
	*rest = STR("");
	return last;
}

struct event {
	const char *status, *action;
	struct str error;
};

/* "NAME file:PATH;file:PATH": a fact for each resource. */
static void read_threat(const struct reading *r, struct str rest, const struct event *event)
{
	struct str threat = str_word(&rest);
	rest = str_trim_left(rest);
	for (size_t count = 0; count == 0 || !str_is_blank(rest); count++) {
		struct str resource = next_resource(&rest);
		/* The service's own name for what stands beside it, in a form only it can read. */
		if (count > 0 && str_starts(resource, STR("internal")))
			continue;
		struct fact *fact = fact_add(r->facts, &kind_defender_detection, r->line);
		fact_put(r->facts, fact, NULL, "threat", threat);
		fact_put(r->facts, fact, NULL, "status", str_of(event->status));
		fact_put(r->facts, fact, NULL, event->action ? "remediated" : "detected",
			object_date(r->facts->arena, r->time));
		if (event->action)
			fact_put(r->facts, fact, NULL, "action", str_of(event->action));
		if (event->error.size)
			fact_put(r->facts, fact, NULL, "error", event->error);
		defender_put_resource(r->facts, fact, NULL, resource);
	}
}

static const struct {
	struct str text;
	const char *action, *done, *failed;
} actions[] = {
	{STR_INIT("MP_THREAT_ACTION_QUARANTINE"), "quarantine", "quarantined", "quarantine-failed"},
	{STR_INIT("MP_THREAT_ACTION_REMOVE"), "remove", "removed", "remove-failed"},
	{STR_INIT("MP_THREAT_ACTION_CLEAN"), "clean", "cleaned", "unknown"},
	{STR_INIT("MP_THREAT_ACTION_ALLOW"), "allow", "allowed", "allow-failed"},
	{STR_INIT("MP_THREAT_ACTION_BLOCK"), "block", "blocked", "block-failed"},
	{STR_INIT("MP_THREAT_ACTION_NOACTION"), "none", "detected", "detected"},
};

static void read_clean(const struct reading *r, struct str rest)
{
	struct event event = {.status = "unknown", .action = "unknown"};
	struct str action = str_word(&rest);
	uint64_t code;
	event.error = str_word(&rest);
	if (!scan_hex(event.error, &code))
		return;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (str_equal(action, actions[i].text)) {
			event.action = actions[i].action;
			event.status = code ? actions[i].failed : actions[i].done;
		}
	read_threat(r, rest, &event);
}

/* "Loaded ASR rule "NAME", State=5, ..." */
static void read_rule(const struct reading *r, struct str rest)
{
	struct str name = command_argument(&rest);
	size_t at = str_find(rest, STR("State="));
	if (at == STR_NONE || name.size == 0)
		return;
	int64_t state;
	rest = str_from(rest, at + STR("State=").size);
	const char *action =
		scan_number(str_cut(&rest, ','), &state) ? defender_rule_action(state) : NULL;
	struct fact *fact = fact_add(r->facts, &kind_defender_asr_rule, r->line);
	fact_put(r->facts, fact, NULL, "name", name);
	if (action)
		fact_put(r->facts, fact, NULL, "action", str_of(action));
}

static void put_word_after(const struct reading *r, struct fact *fact, const char *field,
	struct str text, struct str mark)
{
	size_t at = str_find(text, mark);
	struct str rest = at == STR_NONE ? STR("") : str_from(text, at + mark.size);
	fact_put(r->facts, fact, NULL, field, str_word(&rest));
}

static void read_versions(const struct reading *r, struct str rest)
{
	struct fact *fact = fact_add(r->facts, &kind_defender_status, r->line);
	put_word_after(r, fact, "product-version", rest, STR("Product "));
	put_word_after(r, fact, "engine-version", rest, STR(" Engine "));
}

static void read_tamper(const struct reading *r, struct str rest)
{
	int64_t number;
	if (!scan_first_number(str_slice(rest, 0, 24), &number) || number > 1)
		return;
	struct fact *fact = fact_add(r->facts, &kind_defender_status, r->line);
	fact_put_flag(r->facts, fact, NULL, "tamper-protected", number == 1);
}

/* What follows `mark` at the front of `*rest`. */
static bool follows(struct str *rest, struct str mark)
{
	if (!str_starts(*rest, mark))
		return false;
	*rest = str_from(*rest, mark.size);
	return true;
}

static void read_timed(const struct reading *r, struct str rest)
{
	static const struct event detected = {.status = "detected"};
	if (follows(&rest, STR("DETECTIONEVENT "))) {
		(void)str_word(&rest); /* MPSOURCE_REALTIME */
		read_threat(r, rest, &detected);
	} else if (follows(&rest, STR("DETECTION_CLEANEVENT "))) {
		(void)str_word(&rest);
		read_clean(r, rest);
	} else if (follows(&rest, STR("Loaded ASR rule "))) {
		read_rule(r, rest);
	} else if (follows(&rest, STR("Version: "))) {
		read_versions(r, rest);
	} else if (follows(&rest, STR("[TP] TP Enabled: "))) {
		read_tamper(r, rest);
	}
}

static const struct {
	struct str label;
	const char *kind;
} exclusions[] = {
	{STR_INIT("Process Exclusions:"), "process"},
	{STR_INIT("Path Exclusions:"), "path"},
	{STR_INIT("Ext Exclusions:"), "extension"},
};

static const char *exclusion_kind(struct str text)
{
	for (size_t i = 0; i < sizeof exclusions / sizeof *exclusions; i++)
		if (str_equal(str_trim_right(text), exclusions[i].label))
			return exclusions[i].kind;
	return NULL;
}

/* No site has more, and what is not closed by another label is no such list. */
#define EXCLUSIONS_MAX 500

/* The indented lines below a label. Returns the line after them. */
static size_t read_exclusions(
	const struct evidence *evidence, struct facts *facts, size_t i, const char *kind)
{
	const struct lines *lines = &evidence->lines;
	size_t end = i + 1;
	while (end < lines->count && end < i + EXCLUSIONS_MAX &&
		str_blank_left(lines->at[end].text) > 0 && !str_is_blank(lines->at[end].text))
		end++;
	for (size_t k = i + 1; k < end; k++)
		defender_put_exclusion(facts, &lines->at[k], kind, str_trim(lines->at[k].text));
	return end;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	for (size_t i = 0; i < lines->count;) {
		struct reading r = {.facts = facts, .line = &lines->at[i]};
		struct str rest;
		const char *kind = exclusion_kind(r.line->text);
		if (timed(r.line->text, &r.time, &rest))
			read_timed(&r, rest);
		i = kind ? read_exclusions(evidence, facts, i, kind) : i + 1;
	}
}

static const struct fact_kind *const kinds[] = {&kind_defender_detection, &kind_defender_status,
	&kind_defender_asr_rule, &kind_defender_exclusion, NULL};

const struct parser parser_mplog = {
	.name = "mplog",
	.says = "logs of the Defender service: MPLog, MPDetection",
	.source = DEFENDER_SOURCE,
	.commands = NULL,
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
