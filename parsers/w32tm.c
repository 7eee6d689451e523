/*
 * w32tm (network-time, section 3).
 *
 * /query /status prints its fields in one order in every language, so they are read by position and
 * by the shape of their values; /verbose adds seven:
 *
 *     Leap Indicator: 0(no warning)                      Phase Offset: 0.0123456s
 *     Stratum: 3 (secondary reference - ...)             ClockRate: 0.0156250s
 *     Precision: -23 (119.209ns per tick)                State Machine: 2 (Sync)
 *     Root Delay: 0.0312500s                             Time Source Flags: 0 (None)
 *     Root Dispersion: 0.0401234s                        Server Role: 0 (None)
 *     ReferenceId: 0x0A000305 (source IP:  10.0.3.5)     Last Sync Error: 0 (...)
 *     Last Successful Sync Time: 7/16/2026 9:58:01 AM    Time since Last Good Sync Time: 19.4823644s
 *     Source: dc01.contoso.com
 *     Poll Interval: 10 (1024s)
 *
 * /query /source prints one line, a name with flags ("time.windows.com,0x9") or one of three names
 * that are English everywhere; a bare host name is only taken for it when the command line or the
 * file's name says so. /query /configuration prints registry values, "Type: NT5DS (Local)".
 * /stripchart prints "10:20:00, +00.0206779s" below "HOST [ADDRESS:123]", /monitor "NTP: +0.0s
 * offset from HOST" below "HOST[ADDRESS:123]:". Errors end in "(0x80070426)"; exit codes say
 * nothing. What a resync came to is a translated sentence: the only words that are looked at.
 */
#include "w32tm_text.h"

#include "parser.h"

static const struct fact_kind time_status = {
	.name = "time-status",
	.says = "state of time synchronisation",
	.is_state = true,
	.fields =
		{
			{"leap", FACT_NUMBER, "leap indicator; 3 is not synchronised"},
			{"stratum", FACT_NUMBER, "distance to a reference clock; 0 is unspecified"},
			{"reference-id", FACT_CODE,
				"id of the source; 0x4C4F434C is LOCL, the own clock"},
			{"source", FACT_NAME, "where the time comes from, without flags"},
			{"source-kind", FACT_WORD,
				"peer: a time server; local-clock and free-running: only its own hardware; vm: the virtual machine host",
				"peer|local-clock|free-running|vm"},
			{"last-sync", FACT_TEXT, "as printed, in the user's date format"},
			{"ever-synced", FACT_FLAG,
				"no: the last successful synchronisation is unspecified"},
			{"poll-seconds", FACT_NUMBER, "poll interval"},
			{"phase-offset-ms", FACT_NUMBER, "distance to its own source"},
			{"state-machine", FACT_NUMBER, "0 unset, 1 hold, 2 sync, 3 spike"},
			{"last-sync-error", FACT_NUMBER,
				"0 none, 1 no data, 2 only stale data, 3 change too large, 4 shutting down"},
			{"seconds-since-sync", FACT_NUMBER, "since the last good synchronisation"},
			{0},
		},
};

static const struct fact_kind time_source = {
	.name = "time-source",
	.says = "source of the time",
	.is_state = true,
	.fields =
		{
			{"source", FACT_NAME, "where the time comes from, without flags"},
			{"source-kind", FACT_WORD, "as in time-status",
				"peer|local-clock|free-running|vm"},
			{0},
		},
};

static const struct fact_kind time_config = {
	.name = "time-config",
	.says = "settings of the time service",
	.is_state = true,
	.fields =
		{
			{"type", FACT_WORD,
				"nt5ds: from the domain; ntp: from the servers named; allsync: both; nosync: none",
				"nt5ds|ntp|allsync|nosync"},
			{"type-from", FACT_WORD, "who set it", "local|policy|undefined"},
			{"ntp-server", FACT_TEXT, "servers named, with flags"},
			{"ntp-server-from", FACT_WORD, "who set them", "local|policy|undefined"},
			{"client-enabled", FACT_FLAG, "the NTP client provider is on"},
			{"max-positive-seconds", FACT_NUMBER, "largest correction forward"},
			{"max-negative-seconds", FACT_NUMBER, "largest correction backward"},
			{0},
		},
};

static const struct fact_kind time_offset = {
	.name = "time-offset",
	.says = "difference to another clock, by stripchart or monitor",
	.is_state = true,
	.fields =
		{
			{"server", FACT_NAME, "the other machine", NULL, FACT_KEY},
			{"address", FACT_ADDRESS, "its address"},
			{"offset-ms", FACT_NUMBER,
				"its time minus ours; positive: our clock is slow"},
			{"samples", FACT_NUMBER, "measurements that succeeded"},
			{"reference", FACT_NAME,
				"monitor: the machine it was compared with, which is not this one"},
			{"reference-offset-ms", FACT_NUMBER, "its time minus the reference's"},
			{"code", FACT_CODE, "error, when none succeeded"},
			{0},
		},
};

static const struct fact_kind time_command = {
	.name = "time-command",
	.says = "what became of one call of w32tm",
	.is_state = true,
	.fields =
		{
			{"verb", FACT_WORD, "what was asked; unknown when only the answer is there",
				"status|source|configuration|peers|resync|stripchart|monitor|other|unknown",
				FACT_KEY},
			{"result", FACT_WORD,
				"not-running: the time service is stopped; denied: needs an administrator; no-data, too-big, stale: why a resync did nothing",
				"ok|not-running|denied|no-data|too-big|stale|failed"},
			{"code", FACT_CODE, "error"},
			{0},
		},
};

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	const char *verb; /* from the command line, the file's name, or what was read so far */
	bool verb_known;  /* by the command line or the file's name */
	bool answered;    /* /query /source has said its one line */
	struct fact *config;
	bool in_client;      /* of [TimeProviders] */
	struct fact *offset; /* the stripchart or the peer of /monitor being read */
	const struct line *last_sample;
	int64_t samples;
	uint32_t error; /* of its last failure */
	bool monitor, own_machine;
};

static const struct line *line_at(const struct reading *r, size_t i)
{
	return &r->evidence->lines.at[i];
}

static void put(struct reading *r, struct fact *fact, const struct line *line, const char *field,
	struct str text)
{
	fact_put(r->facts, fact, line, field, text);
}

static void add_command(struct reading *r, const struct line *line, const char *verb,
	const char *result, struct str code)
{
	struct fact *fact = fact_add(r->facts, &time_command, line);
	put(r, fact, NULL, "verb", str_of(verb));
	put(r, fact, NULL, "result", str_of(result));
	if (code.size)
		put(r, fact, NULL, "code", code);
}

static const char *verb_of(struct str word)
{
	static const char *const verbs[] = {
		"status", "source", "configuration", "peers", "resync", "stripchart", "monitor"};
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (str_equal_nocase(word, str_of(verbs[i])))
			return verbs[i];
	return NULL;
}

static bool is_verb(const struct reading *r, const char *verb)
{
	return str_equal(str_of(r->verb), str_of(verb));
}

/* "w32tm /query /computer:X /status"; without it, a word of the file's name, "w32tm-source.txt". */
static void read_command(struct reading *r)
{
	struct str rest, name = str_of(r->evidence->origin.member);
	r->verb = "unknown";
	if (command_program(r->evidence->origin.command, &rest).size) {
		r->verb_known = true;
		r->verb = "other";
		for (struct str word; (word = str_word(&rest)).size;)
			if (verb_of(str_from(word, 1)))
				r->verb = verb_of(str_from(word, 1));
		return;
	}
	name = str_from(name, str_find_last_char(name, '/') + 1); /* STR_NONE + 1 is 0 */
	if (!str_has_nocase(name, STR("w32tm")))
		return;
	for (size_t i = 0; i < name.size;) {
		size_t end = i;
		while (end < name.size && char_is_alpha(name.at[end]))
			end++;
		if (verb_of(str_slice(name, i, end))) {
			r->verb = verb_of(str_slice(name, i, end));
			r->verb_known = true;
		}
		i = end + 1;
	}
}

/* The machine that the command line names. */
static struct str asked_server(const struct reading *r)
{
	struct str rest, server = STR("");
	(void)command_program(r->evidence->origin.command, &rest);
	for (struct str word; (word = str_word(&rest)).size;)
		if (str_starts_nocase(str_from(word, 1), STR("computer:")))
			server = str_from(word, 10);
	return server;
}

/* What another machine says about itself is nothing about this one. */
static bool asks_another(const struct reading *r)
{
	struct str server = asked_server(r);
	return server.size && !str_in_list(server, "localhost|127.0.0.1|::1|.") &&
		!is_verb(r, "stripchart") && !is_verb(r, "monitor");
}

/* ---- sources ---- */

static void put_source(
	struct reading *r, struct fact *fact, const struct line *line, struct str text)
{
	struct str source = w32tm_without_flags(text);
	const char *kind = w32tm_kind_of_source(source);
	put(r, fact, line, "source", source);
	if (kind)
		put(r, fact, line, "source-kind", str_of(kind));
}

static bool read_source(struct reading *r, const struct line *line)
{
	struct str text = str_trim(line->text);
	bool asked = is_verb(r, "source") && r->verb_known && !r->answered;
	if (!w32tm_surely_source(text) &&
		(!asked || !w32tm_kind_of_source(w32tm_without_flags(text))))
		return false;
	r->answered = true;
	struct fact *fact = fact_add(r->facts, &time_source, line);
	put_source(r, fact, line, text);
	add_command(r, line, "source", "ok", STR(""));
	return true;
}

/* ---- /query /status ---- */

static void put_seconds(struct reading *r, struct fact *fact, const struct line *line,
	const char *field, struct str value, int64_t unit)
{
	int64_t milliseconds = 0;
	if (w32tm_seconds_of(value, &milliseconds))
		fact_put_number(r->facts, fact, line, field, milliseconds / unit);
}

/* A date has digits in every language; "unspecified" has none. */
static void put_last_sync(
	struct reading *r, struct fact *fact, const struct line *line, struct str value)
{
	int64_t number = 0;
	bool synced = scan_first_number(value, &number);
	if (value.size == 0)
		return;
	fact_put_flag(r->facts, fact, line, "ever-synced", synced);
	if (synced)
		put(r, fact, line, "last-sync", value);
}

static void put_reference_id(
	struct reading *r, struct fact *fact, const struct line *line, struct str value)
{
	put(r, fact, line, "reference-id", str_word(&value));
	switch (fact_number(fact, "reference-id", 0)) {
	case 0x4C4F434C: /* "LOCL" */
		put(r, fact, line, "source-kind", STR("local-clock"));
		break;
	case 0x564D5450: /* "VMTP" */
	case 0x564D4943: /* "VMIC" */
		put(r, fact, line, "source-kind", STR("vm"));
		break;
	default:
		break;
	}
}

static void put_status(struct reading *r, struct fact *fact, const struct line *line, size_t field,
	struct str value)
{
	static const char *const counts[W32TM_FIELDS] = {
		[0] = "leap", [1] = "stratum", [11] = "state-machine", [14] = "last-sync-error"};
	int64_t number = 0;
	if (counts[field] && w32tm_count_of(value, &number))
		fact_put_number(r->facts, fact, line, counts[field], number);
	else if (field == 5)
		put_reference_id(r, fact, line, value);
	else if (field == 6)
		put_last_sync(r, fact, line, value);
	else if (field == 7)
		put_source(r, fact, line, value); /* what it says goes before the id above */
	else if (field == 8 &&
		scan_first_number(str_from(value, str_find_char(value, '(')), &number))
		fact_put_number(r->facts, fact, line, "poll-seconds", number);
	else if (field == 9)
		put_seconds(r, fact, line, "phase-offset-ms", value, 1);
	else if (field == 15)
		put_seconds(r, fact, line, "seconds-since-sync", value, 1000);
}

/* Returns the last line it used. */
static size_t read_status(struct reading *r, size_t i, size_t field)
{
	struct fact *fact = fact_add(r->facts, &time_status, line_at(r, i));
	struct str value = STR("");
	size_t next = i;
	add_command(r, fact->line, "status", "ok", STR(""));
	if (!r->verb_known)
		r->verb = "unknown";
	for (; field < W32TM_FIELDS; field++) {
		if (!w32tm_next_field(&r->evidence->lines, &next, field, value, &value))
			break;
		put_status(r, fact, line_at(r, next), field, value);
		i = next++;
	}
	return i;
}

/* ---- /query /configuration ---- */

static void put_setting(struct reading *r, const struct line *line, const struct w32tm_setting *s,
	const char *field)
{
	put(r, r->config, line, field, s->value);
	const char *from = str_equal(str_of(field), STR("type")) ? "type-from" : "ntp-server-from";
	if (s->from)
		put(r, r->config, line, from, str_of(s->from));
}

/* "NtpClient (Local)" heads the values of a provider. */
static bool read_provider(struct reading *r, struct str text)
{
	struct str name = str_word(&text);
	text = str_trim(text);
	if (!r->config || !scan_is_host(name) || !str_starts(text, STR("(")) ||
		!str_ends(text, STR(")")))
		return false;
	r->in_client = str_equal_nocase(name, STR("NtpClient"));
	return true;
}

static bool read_config(struct reading *r, const struct line *line)
{
	struct w32tm_setting setting;
	if (!r->config && w32tm_config_begins(line->text)) {
		r->config = fact_add(r->facts, &time_config, line);
		add_command(r, line, "configuration", "ok", STR(""));
	}
	if (!r->config)
		return false;
	if (!w32tm_setting_of(line->text, &setting))
		return read_provider(r, line->text);
	int64_t number = 0;
	if (str_equal_nocase(setting.name, STR("Type")))
		put_setting(r, line, &setting, "type");
	else if (str_equal_nocase(setting.name, STR("NtpServer")))
		put_setting(r, line, &setting, "ntp-server");
	else if (str_equal_nocase(setting.name, STR("MaxPosPhaseCorrection")))
		put(r, r->config, line, "max-positive-seconds", setting.value);
	else if (str_equal_nocase(setting.name, STR("MaxNegPhaseCorrection")))
		put(r, r->config, line, "max-negative-seconds", setting.value);
	else if (r->in_client && str_equal_nocase(setting.name, STR("Enabled")) &&
		scan_number(setting.value, &number))
		fact_put_flag(r->facts, r->config, line, "client-enabled", number != 0);
	return true;
}

/* ---- /stripchart and /monitor ---- */

static void put_code(struct reading *r, struct fact *fact, const struct line *line, uint32_t code)
{
	put(r, fact, line, "code", str_of(arena_format(r->facts->arena, "0x%08X", code)));
}

static void end_offset(struct reading *r)
{
	if (r->offset && r->last_sample) {
		fact_put_number(r->facts, r->offset, r->last_sample, "samples", r->samples);
		if (!r->samples)
			put_code(r, r->offset, r->last_sample, r->error);
		if (!r->monitor)
			add_command(r, r->last_sample, "stripchart", r->samples ? "ok" : "failed",
				fact_text(r->offset, "code"));
	}
	r->offset = NULL;
	r->last_sample = NULL;
	r->samples = 0;
}

/* The own machine never answers itself: that it does not means nothing. */
static bool is_own_machine(struct str host, struct str at)
{
	struct address address;
	return str_equal_nocase(host, STR("localhost")) ||
		((scan_address(at, &address) || scan_address(host, &address)) &&
			address_class(&address) == ADDRESS_LOOPBACK);
}

static void begin_offset(struct reading *r, const struct line *line, struct str host, struct str at)
{
	end_offset(r);
	r->own_machine = is_own_machine(host, at);
	if (r->own_machine)
		return;
	r->offset = fact_add(r->facts, &time_offset, line);
	put(r, r->offset, NULL, "server", host);
	put(r, r->offset, NULL, "address", at);
}

static void put_sample(
	struct reading *r, const struct line *line, const struct w32tm_sample *sample)
{
	r->last_sample = line;
	if (sample->good) {
		r->samples++;
		fact_put_number(r->facts, r->offset, line, "offset-ms", sample->milliseconds);
	} else {
		r->error = sample->code;
	}
}

/* "NTP: +0.0012345s offset from local clock", or from another machine, which is not our clock. */
static bool read_monitor(struct reading *r, const struct line *line)
{
	struct str text = str_trim(line->text), word;
	struct w32tm_sample sample = {.good = true};
	if (!r->offset || !r->monitor || !str_starts(text, STR("NTP: ")))
		return false;
	text = str_from(text, 5);
	if (str_has(text, STR("ERROR_TIMEOUT"))) {
		sample = (struct w32tm_sample){.code = 0x800705B4};
		put_sample(r, line, &sample);
		return true;
	}
	if (!w32tm_seconds_of(str_word(&text), &sample.milliseconds))
		return true;
	struct str last = STR("");
	while ((word = str_word(&text)).size)
		last = word;
	bool other = scan_is_host(last) &&
		(str_find_char(last, '.') != STR_NONE ||
			str_equal_nocase(last, fact_text(r->offset, "server")));
	if (other) {
		put(r, r->offset, line, "reference", last);
		fact_put_number(
			r->facts, r->offset, line, "reference-offset-ms", sample.milliseconds);
		r->last_sample = line;
		r->samples++;
	} else {
		put_sample(r, line, &sample);
	}
	return true;
}

static bool read_offset(struct reading *r, const struct line *line)
{
	struct str host, at, after;
	struct w32tm_sample sample = {0};
	if (w32tm_target_of(line->text, &host, &at, &after)) {
		begin_offset(r, line, host, at);
		r->monitor = str_starts(after, STR(":"));
		return true;
	}
	if (read_monitor(r, line))
		return true;
	if (!w32tm_sample_of(line->text, &sample))
		return false;
	if ((!r->offset && !r->own_machine) || r->monitor) {
		begin_offset(r, line, asked_server(r), STR(""));
		r->monitor = false;
	}
	if (r->offset)
		put_sample(r, line, &sample);
	return true;
}

/* ---- errors and resync ---- */

static const char *result_of_code(uint32_t code)
{
	switch (code) {
	case 0x80070426:
		return "not-running";
	case 0x80070005:
		return "denied";
	default:
		return "failed";
	}
}

static bool read_resync(struct reading *r, size_t i)
{
	const struct line *line = line_at(r, i);
	if (w32tm_resync_begins(line->text))
		r->verb = "resync";
	if (!is_verb(r, "resync") || line->text.size > 500)
		return false;
	const char *result = w32tm_resync_result(line->text);
	if (!result)
		return false;
	add_command(r, line, "resync", result, STR(""));
	r->verb = "unknown"; /* it has answered: what people write below is no second answer */
	return true;
}

static bool read_error(struct reading *r, const struct line *line)
{
	uint32_t code = 0;
	if (!w32tm_error_code(line->text, &code))
		return false;
	end_offset(r);
	r->answered = true;
	add_command(r, line, r->verb, result_of_code(code),
		str_of(arena_format(r->facts->arena, "0x%08X", code)));
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), host, at, after;
	struct w32tm_sample sample = {0};
	return w32tm_status_begins(lines, i) < W32TM_FIELDS || w32tm_surely_source(text) ||
		w32tm_config_begins(text) || w32tm_target_of(text, &host, &at, &after) ||
		(w32tm_sample_of(text, &sample) && sample.good) || w32tm_error_begins(text) ||
		w32tm_resync_begins(text);
}

static size_t read_line(struct reading *r, size_t i)
{
	const struct line *line = line_at(r, i);
	if (str_is_blank(line->text))
		return i;
	size_t field = w32tm_status_begins(&r->evidence->lines, i);
	if (field < W32TM_FIELDS)
		return read_status(r, i, field);
	if (!read_error(r, line) && !read_offset(r, line) && !read_resync(r, i) &&
		!read_source(r, line))
		(void)read_config(r, line);
	return i;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	if (asks_another(&r))
		return;
	for (size_t i = 0; i < evidence->lines.count; i++)
		i = read_line(&r, i);
	end_offset(&r);
}

static const struct fact_kind *const kinds[] = {
	&time_status, &time_source, &time_config, &time_offset, &time_command, NULL};

const struct parser parser_w32tm = {
	.name = "w32tm",
	.says = "w32tm: status, source, configuration, stripchart, resync",
	.source = "w32tm",
	.commands = "w32tm",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
