/*
 * Services, as the Service Control Manager logs them, and crashes of the licensing service's programs (events,
 * section 3).
 *
 * The first value is the service's display name, which is translated. Its short name is language-neutral: UTF-16 in
 * the binary part ("sppsvc", of 7036 "sppsvc/4"), the fourth value of 7040, the name itself in 7011, 7038 and 7041.
 * Error texts are references, "%%1053", that stand for the number of a Win32 error. Only the start types of 7040 are
 * words and nothing else.
 *
 * That a service started or stopped (7036) is the normal life of services that start on demand; it is kept for the
 * services that matter, because a start says that earlier trouble is over.
 */
#include "event_values.h"

static const struct fact_kind service_event = {
	.name = "service-event",
	.says = "what the Service Control Manager logged about a service, or a crash of its program",
	.fields =
		{
			{"service", FACT_NAME, "short name, the same in every language", NULL,
				FACT_KEY},
			{"what", FACT_WORD,
				"start-failed, start-timeout, dependency-failed, logon-failed; hung: did not answer; "
				"ended: with an error; crashed: unexpectedly; program-crashed: Windows Error "
				"Reporting's view of a crash; running, stopped: normal; start-type: somebody changed "
				"how it starts; installed",
				"start-failed|start-timeout|dependency-failed|logon-failed|hung|ended|crashed|"
				"program-crashed|running|stopped|start-type|installed"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"code", FACT_CODE, "Win32 error, HRESULT or exception"},
			{"count", FACT_NUMBER, "how often it has crashed, as the event says"},
			{"start", FACT_WORD, "how it starts from now on",
				"boot|system|auto|demand|disabled"},
			{"user", FACT_TEXT, "SID of who changed or installed it"},
			{"account", FACT_NAME,
				"account that could not log on, or of the new service"},
			{"path", FACT_NAME, "program of the new service, or that crashed"},
			{"module", FACT_NAME, "library in which the program crashed"},
			{0},
		},
};

#define SCM "Service Control Manager"
#define CRASH "Application Error"

static const struct {
	uint32_t id;
	const char *what;
	unsigned code; /* place of the error; 0 for none */
} meanings[] = {
	{7000, "start-failed", 2},
	{7001, "dependency-failed", 3},
	{7009, "start-timeout", 0},
	{7011, "hung", 0},
	{7023, "ended", 2},
	{7024, "ended", 2},
	{7031, "crashed", 0},
	{7034, "crashed", 0},
	{7038, "logon-failed", 3},
	{7040, "start-type", 0},
	{7041, "logon-failed", 0},
	{7045, "installed", 0},
};

/* The value that some events have in place of a binary part; display names are not taken for short ones. */
static struct str name_in_values(const struct event *event)
{
	switch (event->id) {
	case 7040:
		return event_value(event, 4);
	case 7045:
		return event_value(event, 1);
	case 7009:
	case 7011:
		return event_value(event, 2);
	default:
		return event_value(event, 1);
	}
}

#define NAME_BYTES 260

static struct str service_of(const struct event *event, char *buffer)
{
	struct str name = event_binary_text(event, buffer, NAME_BYTES);
	if (name.size) {
		size_t slash = str_find_char(name, '/');
		return str_slice(name, 0, slash == STR_NONE ? name.size : slash);
	}
	name = str_trim(name_in_values(event));
	bool is_short = event->id == 7040 || event->id == 7045 || event_is_watched_service(name);
	return is_short ? name : STR("");
}

/* The programs of the licensing service, and the service each belongs to. */
static const struct {
	const char *program, *service;
} programs[] = {
	{"sppsvc.exe", "sppsvc"},
	{"SppExtComObj.exe", "sppsvc"},
	{"osppsvc.exe", "osppsvc"},
	{"slui.exe", "sppsvc"},
	{"WmiPrvSE.exe", "winmgmt"},
	{"cscript.exe", "cscript"},
};

/* "svchost.exe_W32Time" names the service that a shared process was for. */
static struct str service_of_program(struct str program)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (str_equal_nocase(program, str_of(programs[i].program)))
			return str_of(programs[i].service);
	const struct str shared = STR("svchost.exe_");
	return str_starts_nocase(program, shared) ? str_from(program, shared.size) : STR("");
}

static struct str crashed_program(const struct event *event)
{
	return event_file_name(event_value(event, 1));
}

/* A service that imitates a KMS host. */
static bool looks_like_kms(const struct event *event)
{
	return str_has_nocase(event_value(event, 1), STR("kms")) ||
		str_has_nocase(event_value(event, 2), STR("kms")) ||
		str_has_nocase(event_value(event, 2), STR("vlmcsd"));
}

static bool matters(const struct event *event)
{
	char buffer[NAME_BYTES];
	if (event_is_from(event, CRASH)) {
		struct str service = service_of_program(crashed_program(event));
		return event->id == 1000 &&
			(event_is_watched_service(service) || str_equal(service, STR("cscript")));
	}
	if (event->id == 7045)
		return looks_like_kms(event) || event_is_watched_service(event_value(event, 1));
	return event->id != 1000 && event_is_watched_service(service_of(event, buffer));
}

/* The start types are words of the system's language. In this order "disabled" is found before the "abled" that
 * other words could hold. */
static const struct {
	struct str part;
	const char *start;
} starts[] = {
	{STR_INIT("disabled"), "disabled"},
	{STR_INIT("無効"), "disabled"},
	{STR_INIT("eaktiviert"), "disabled"},
	{STR_INIT("sactiv"), "disabled"}, /* French, Portuguese of Portugal */
	{STR_INIT("eshabilit"), "disabled"},
	{STR_INIT("esabilit"), "disabled"}, /* Portuguese */
	{STR_INIT("isabilit"), "disabled"}, /* Italian */
	{STR_INIT("禁用"), "disabled"},
	{STR_INIT("停用"), "disabled"},
	{STR_INIT("사용 안"), "disabled"},
	{STR_INIT("사용하지"), "disabled"},
	{STR_INIT("тключен"), "disabled"},
	{STR_INIT("demand"), "demand"}, /* "demand start", "démarrage à la demande", "demanda" */
	{STR_INIT("要求"), "demand"},
	{STR_INIT("手動"), "demand"},
	{STR_INIT("手动"), "demand"},
	{STR_INIT("按需"), "demand"},
	{STR_INIT("anuel"), "demand"},
	{STR_INIT("anual"), "demand"},
	{STR_INIT("anuell"), "demand"},
	{STR_INIT("edarf"), "demand"},
	{STR_INIT("nforderung"), "demand"},
	{STR_INIT("etici"), "demand"},
	{STR_INIT("olicita"), "demand"},
	{STR_INIT("ichiesta"), "demand"},
	{STR_INIT("요구"), "demand"},
	{STR_INIT("요청"), "demand"},
	{STR_INIT("수동"), "demand"},
	{STR_INIT("требован"), "demand"},
	{STR_INIT("ручную"), "demand"},
	{STR_INIT("auto"), "auto"},
	{STR_INIT("自動"), "auto"},
	{STR_INIT("自动"), "auto"},
	{STR_INIT("자동"), "auto"},
	{STR_INIT("втомат"), "auto"},
};

static void put_start(struct facts *facts, struct fact *fact, struct str words)
{
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (str_has_nocase(words, starts[i].part)) {
			fact_put(facts, fact, NULL, "start", str_of(starts[i].start));
			return;
		}
}

/* "c0000005", with or without "0x". */
static void put_exception(struct facts *facts, struct fact *fact, struct str text)
{
	uint64_t code = 0;
	char buffer[2 + 16] = "0x";
	text = str_trim(text);
	if (scan_hex(text, &code) || text.size == 0 || text.size > 8) {
		if (code && code <= UINT32_MAX)
			fact_put_number(facts, fact, NULL, "code", (int64_t)code);
		return;
	}
	for (size_t i = 0; i < text.size; i++)
		buffer[2 + i] = text.at[i];
	if (scan_hex((struct str){buffer, 2 + text.size}, &code))
		fact_put_number(facts, fact, NULL, "code", (int64_t)code);
}

static void read_crash(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct str service = service_of_program(crashed_program(event));
	struct fact *crash = fact_add(facts, &service_event, fact->line);
	fact_put(facts, fact, NULL, "about", crashed_program(event));
	fact_put(facts, crash, NULL, "service", service);
	fact_put(facts, crash, NULL, "what", STR("program-crashed"));
	event_stamp(event, crash, facts);
	put_exception(facts, crash, event_value(event, 7));
	put_exception(facts, fact, event_value(event, 7));
	fact_put(facts, crash, NULL, "path", event_value(event, 1));
	if (!str_equal_nocase(event_value(event, 4), STR("unknown")))
		fact_put(facts, crash, NULL, "module", event_value(event, 4));
}

/* State 1 is stopped, 4 running; others are on the way. */
static const char *what_of_7036(const struct event *event)
{
	char buffer[NAME_BYTES];
	struct str text = event_binary_text(event, buffer, sizeof buffer);
	return str_ends(text, STR("/4")) ? "running" : str_ends(text, STR("/1")) ? "stopped" : NULL;
}

static void put_meaning(
	const struct event *event, struct fact *event_fact, struct fact *fact, struct facts *facts)
{
	const char *what = event->id == 7036 ? what_of_7036(event) : NULL;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (meanings[i].id != event->id)
			continue;
		what = meanings[i].what;
		if (meanings[i].code)
			event_put_code(
				facts, event_fact, fact, event_value(event, meanings[i].code));
	}
	if (what)
		fact_put(facts, fact, NULL, "what", str_of(what));
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	char buffer[NAME_BYTES];
	if (event_is_from(event, CRASH)) {
		read_crash(event, fact, facts);
		return;
	}
	struct str service = service_of(event, buffer);
	struct fact *about = fact_add(facts, &service_event, fact->line);
	fact_put(facts, fact, NULL, "about", service);
	fact_put(facts, about, NULL, "service", service);
	put_meaning(event, fact, about, facts);
	event_stamp(event, about, facts);
	if (event->id == 7031 || event->id == 7034)
		fact_put(facts, about, NULL, "count", event_value(event, 2));
	if (event->id == 7038 || event->id == 7041)
		fact_put(facts, about, NULL, "account", event_value(event, 2));
	if (event->id == 7040) {
		put_start(facts, about, event_value(event, 3));
		fact_put(facts, about, NULL, "user", event->user);
	}
	if (event->id == 7045) {
		fact_put(facts, about, NULL, "path", event_value_of(event, "ImagePath", 2));
		fact_put(facts, about, NULL, "account", event_value_of(event, "AccountName", 5));
		fact_put(facts, about, NULL, "user", event->user);
	}
}

static const struct fact_kind *const kinds[] = {&service_event, NULL};

const struct event_reader event_reader_service = {
	.name = "service",
	.says = "services that failed, crashed, were changed or installed; crashes of licensing programs",
	.providers = SCM "|Microsoft-Windows-Service Control Manager|" CRASH,
	.source = "service-events",
	.ids = {{7000, 7001}, {7009, 7009}, {7011, 7011}, {7023, 7024}, {7031, 7031}, {7034, 7034},
		{7036, 7036}, {7038, 7038}, {7040, 7041}, {7045, 7045}, {1000, 1000}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
