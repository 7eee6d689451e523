/*
 * The clock: what the time service found, what set the clock, what Kerberos said about it (events, section 4).
 *
 * Kernel-General 1 is logged each time that anything moves the clock, mostly by milliseconds. What moves it by a
 * minute or more is kept. A jump forward need not be a wrong clock: a machine that slept, or a virtual one that was
 * paused, is put right by its tools (user S-1-5-18) or the hardware clock (Reason 2). A jump back is: the clock had
 * been ahead. S-1-5-19 is the time service. That Reason 3 is a change of time zone is not confirmed.
 *
 * Kerberos 3 holds the server's time as "23:4:2.0000 3/13/2026 Z": hours, then month, day, year, in UTC and the same in
 * every language. Kerberos 4 (KRB_AP_ERR_MODIFIED) is about names and passwords, not about clocks.
 */
#include "event_values.h"

#include "base/instant.h"

static const struct fact_kind time_sync_event = {
	.name = "time-sync-event",
	.says = "what the time service found when it synchronised, or tried to",
	.fields =
		{
			{"what", FACT_WORD,
				"synchronised; set: the clock was set by more than a jump that is normal; too-far-off: "
				"it should be, but by more than is allowed, and was not; differs: samples do; "
				"no-source, no-dc, no-answer, not-resolved, no-trust: why there is none; "
				"not-synchronised: for some time; ended: the service did; not-serving: it tells its "
				"time to others no more",
				"synchronised|set|too-far-off|differs|no-source|no-dc|no-answer|not-resolved|"
				"no-trust|not-synchronised|ended|not-serving"},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"peer", FACT_NAME, "the time source"},
			{"seconds", FACT_NUMBER,
				"by how much the clock is, or was, to be moved; positive: it was behind"},
			{"limit-seconds", FACT_NUMBER, "how much is allowed"},
			{"unsynchronised-seconds", FACT_NUMBER, "for how long"},
			{"code", FACT_CODE, "error code"},
			{0},
		},
};

static const struct fact_kind clock_change = {
	.name = "clock-change",
	.says = "the clock was moved by a minute or more",
	.fields =
		{
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged, by the new time"},
			{"id", FACT_NUMBER, "event id"},
			{"from", FACT_TIME, "time before"},
			{"to", FACT_TIME, "time after"},
			{"seconds", FACT_NUMBER, "by how much; negative: it had been ahead"},
			{"by", FACT_WORD,
				"time-service; system: a service or the tools of a virtual machine; hardware-clock, as "
				"after sleep; user: a person or a program of theirs; unknown",
				"time-service|system|hardware-clock|user|unknown"},
			{"process", FACT_NAME, "the program that did it, in newer versions"},
			{0},
		},
};

static const struct fact_kind kerberos_error = {
	.name = "kerberos-error",
	.says = "Kerberos refused a ticket because of the clock",
	.fields =
		{
			{"computer", FACT_NAME, "the machine that logged it", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"code", FACT_CODE, "0x25: clocks differ; 0x21: ticket not valid yet"},
			{"server", FACT_NAME, "the service that was asked"},
			{"server-time", FACT_TIME, "the server's clock, where it told it"},
			{"seconds", FACT_NUMBER,
				"this clock less the server's, where it told it; positive: ahead"},
			{"client", FACT_NAME, "account, on a domain controller"},
			{"address", FACT_ADDRESS, "its address, on a domain controller"},
			{0},
		},
};

#define TIME_SERVICE "Microsoft-Windows-Time-Service|W32Time"
#define KERNEL "Microsoft-Windows-Kernel-General"
#define KERBEROS "Microsoft-Windows-Security-Kerberos|Kerberos"
#define AUDIT "Microsoft-Windows-Security-Auditing"

/* Where a value without a name stands is its place in the message. */
static const struct {
	uint32_t id;
	const char *what, *peer, *seconds, *code; /* names of values */
	unsigned peer_at, seconds_at, code_at;
} syncs[] = {
	{14, "no-dc", NULL, NULL, NULL, 0, 0, 0},
	{17, "not-resolved", "ManualPeer", NULL, "ErrorMessage", 1, 0, 2},
	{18, "no-trust", "Domain", NULL, "ErrorMessage", 1, 0, 2},
	{24, "no-answer", "DomainPeer", NULL, "ErrorMessage", 1, 0, 2},
	{27, "no-answer", "DomainPeer", NULL, NULL, 1, 0, 0},
	{29, "no-source", NULL, NULL, NULL, 0, 0, 0},
	{34, "too-far-off", "TimeSource", "SystemTimeChangeSeconds", NULL, 3, 1, 0},
	{35, "synchronised", "TimeSource", NULL, NULL, 1, 0, 0},
	{36, "not-synchronised", NULL, NULL, NULL, 0, 0, 0},
	{37, "synchronised", "TimeSource", NULL, NULL, 1, 0, 0},
	{38, "no-answer", "TimeSource", NULL, NULL, 1, 0, 0},
	{46, "ended", NULL, NULL, "ErrorMessage", 0, 0, 1},
	{47, "no-answer", "ManualPeer", NULL, "ErrorMessage", 1, 0, 2},
	{48, "not-resolved", "ManualPeer", NULL, "ErrorMessage", 1, 0, 2},
	{49, "no-dc", NULL, NULL, "ErrorMessage", 0, 0, 1},
	{50, "differs", NULL, NULL, NULL, 0, 0, 0},
	{51, "differs", "Peer", "TimeDifferenceSeconds", NULL, 1, 2, 0},
	{52, "set", NULL, "TimeOffsetSeconds", NULL, 0, 1, 0},
	{129, "no-dc", NULL, NULL, "ErrorMessage", 0, 0, 1},
	{130, "no-trust", "DomainPeer", NULL, "ErrorMessage", 3, 0, 1},
	{131, "not-resolved", "DomainPeer", NULL, "ErrorMessage", 3, 0, 1},
	{134, "not-resolved", "DomainPeer", NULL, "ErrorMessage", 3, 0, 1},
	{142, "not-serving", NULL, NULL, NULL, 0, 0, 0},
	{144, "not-serving", NULL, NULL, NULL, 0, 0, 0},
};

#define SYNCS (sizeof syncs / sizeof *syncs)

static size_t sync_of(uint32_t id)
{
	size_t i = 0;
	while (i < SYNCS && syncs[i].id != id)
		i++;
	return i;
}

/* "time.windows.com,0x9 (ntp.m|0x9|0.0.0.0:123->192.0.2.1:123)" names a host; the sources of virtual machines are
 * sentences, and stay as they are. */
static struct str peer_name(struct str peer)
{
	struct str rest = str_trim(peer);
	struct str host = str_cut(&rest, ',');
	struct str words = host;
	struct str word = str_word(&words);
	return scan_is_host(word) && str_is_blank(str_slice(words, 0, 1)) &&
			(words.size == 0 || str_starts(str_trim(words), STR("(")))
		? word
		: str_trim(peer);
}

static void read_sync(const struct event *event, struct fact *fact, struct facts *facts)
{
	size_t i = sync_of(event->id);
	struct fact *sync = fact_add(facts, &time_sync_event, fact->line);
	int64_t ms = 0;
	fact_put(facts, sync, NULL, "what", str_of(syncs[i].what));
	event_stamp(event, sync, facts);
	if (syncs[i].peer) {
		struct str peer = peer_name(event_value_of(event, syncs[i].peer, syncs[i].peer_at));
		fact_put(facts, sync, NULL, "peer", peer);
		fact_put(facts, fact, NULL, "about", peer);
	}
	if (syncs[i].seconds)
		fact_put(facts, sync, NULL, "seconds",
			event_value_of(event, syncs[i].seconds, syncs[i].seconds_at));
	if (syncs[i].code)
		event_put_code(
			facts, fact, sync, event_value_of(event, syncs[i].code, syncs[i].code_at));
	if (event->id == 34)
		fact_put(facts, sync, NULL, "limit-seconds",
			event_value_of(event, "MaxSystemTimeChangeSeconds", 2));
	if (event->id == 36)
		fact_put(facts, sync, NULL, "unsynchronised-seconds",
			event_value_of(event, "UnsynchronizedTimeSeconds", 1));
	/* Which of the two is ahead is not said. */
	if (event->id == 50 &&
		scan_number(event_value_of(event, "TimeDifferenceMilliseconds", 1), &ms))
		fact_put_number(facts, sync, NULL, "seconds", ms / 1000);
}

/*
 * The clock was moved
 */

#define JUMP_SECONDS 60

static bool change_of(const struct event *event, uint64_t *from, uint64_t *to, int64_t *seconds)
{
	if (!scan_instant(event_any(event, "OldTime|PreviousTime"), from) ||
		!scan_instant(event_any(event, "NewTime"), to))
		return false;
	int64_t difference = *to >= *from ? (int64_t)((*to - *from) / INSTANT_SECOND)
					  : -(int64_t)((*from - *to) / INSTANT_SECOND);
	*seconds = difference;
	return difference >= JUMP_SECONDS || difference <= -JUMP_SECONDS;
}

static const char *changed_by(const struct event *event)
{
	struct str user = event->user.size ? event->user : event_any(event, "SubjectUserSid");
	struct str reason = str_trim(event_any(event, "Reason"));
	if (str_equal(reason, STR("2")))
		return "hardware-clock";
	if (str_equal(user, STR("S-1-5-19")))
		return "time-service";
	if (str_equal(user, STR("S-1-5-18")))
		return "system";
	return str_starts(user, STR("S-1-5-21-")) ? "user" : "unknown";
}

static void read_change(const struct event *event, struct fact *fact, struct facts *facts)
{
	uint64_t from = 0, to = 0;
	int64_t seconds = 0;
	if (!change_of(event, &from, &to, &seconds))
		return;
	struct fact *change = fact_add(facts, &clock_change, fact->line);
	event_stamp(event, change, facts);
	fact_put_time(facts, change, NULL, "from", from);
	fact_put_time(facts, change, NULL, "to", to);
	fact_put_number(facts, change, NULL, "seconds", seconds);
	fact_put(facts, change, NULL, "by", str_of(changed_by(event)));
	fact_put(facts, change, NULL, "process", event_any(event, "ProcessName"));
}

/*
 * Kerberos
 */

#define SKEW 0x25
#define NOT_YET_VALID 0x21

static uint32_t kerberos_code(const struct event *event)
{
	uint64_t code = 0;
	struct str text = event->id == 4771 ? event_any(event, "Status")
					    : event_value_of(event, "ErrorCode", 4);
	if (event->id == 5)
		return NOT_YET_VALID;
	return scan_hex(text, &code) && code <= UINT32_MAX ? (uint32_t)code : 0;
}

/* "23:4:2.0000 3/13/2026 Z": hour, minute, second, month, day and year are the runs of digits in it, but for the
 * fraction, which is always zero. */
static bool scan_kerberos_time(struct arena *arena, struct str text, uint64_t *instant)
{
	int64_t part[7] = {0};
	size_t count = 0;
	for (size_t i = 0; i < text.size && count < 7;) {
		size_t end = i;
		while (end < text.size && char_is_digit(text.at[end]))
			end++;
		if (end > i && !scan_number(str_slice(text, i, end), &part[count++]))
			return false;
		i = end + (end == i);
	}
	if (count != 7)
		return false;
	return scan_instant(str_of(arena_format(arena, "%lld-%lld-%lld %lld:%lld:%lld",
				    (long long)part[6], (long long)part[4], (long long)part[5],
				    (long long)part[0], (long long)part[1], (long long)part[2])),
		instant);
}

static void put_server_time(const struct event *event, struct fact *error, struct facts *facts)
{
	uint64_t server = 0;
	if (event->time == 0 ||
		!scan_kerberos_time(facts->arena, event_value_of(event, "ServerTime", 3), &server))
		return;
	int64_t ahead = event->time >= server ? (int64_t)((event->time - server) / INSTANT_SECOND)
					      : -(int64_t)((server - event->time) / INSTANT_SECOND);
	fact_put_time(facts, error, NULL, "server-time", server);
	fact_put_number(facts, error, NULL, "seconds", ahead);
}

static void read_kerberos(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct fact *error = fact_add(facts, &kerberos_error, fact->line);
	event_stamp(event, error, facts);
	fact_put_number(facts, error, NULL, "code", kerberos_code(event));
	fact_put_number(facts, fact, NULL, "code", kerberos_code(event));
	if (event->id == 3) {
		struct str server = event_value_of(event, "ServerName", 10);
		fact_put(facts, error, NULL, "server", server);
		fact_put(facts, fact, NULL, "about", server);
		put_server_time(event, error, facts);
	}
	if (event->id == 4771) {
		struct str address = str_trim(event_any(event, "IpAddress"));
		struct str mapped = STR("::ffff:");
		if (str_starts_nocase(address, mapped))
			address = str_from(address, mapped.size);
		fact_put(facts, error, NULL, "client", event_any(event, "TargetUserName"));
		fact_put(facts, error, NULL, "address", address);
		fact_put(facts, error, NULL, "server", event_any(event, "ServiceName"));
	}
}

/*
 * Which is which
 */

enum family { FAMILY_NONE, FAMILY_SYNC, FAMILY_CHANGE, FAMILY_KERBEROS };

static enum family family_of(const struct event *event)
{
	if (event_is_from(event, TIME_SERVICE))
		return sync_of(event->id) < SYNCS ? FAMILY_SYNC : FAMILY_NONE;
	if (event_is_from(event, KERNEL))
		return event->id == 1 ? FAMILY_CHANGE : FAMILY_NONE;
	if (event_is_from(event, AUDIT))
		return event->id == 4616    ? FAMILY_CHANGE
			: event->id == 4771 ? FAMILY_KERBEROS
					    : FAMILY_NONE;
	if (event_is_from(event, KERBEROS))
		return event->id == 3 || event->id == 5 ? FAMILY_KERBEROS : FAMILY_NONE;
	return FAMILY_NONE;
}

static bool matters(const struct event *event)
{
	uint64_t from = 0, to = 0;
	int64_t seconds = 0;
	switch (family_of(event)) {
	case FAMILY_SYNC:
		return true;
	case FAMILY_CHANGE:
		return change_of(event, &from, &to, &seconds);
	case FAMILY_KERBEROS:
		return kerberos_code(event) == SKEW || kerberos_code(event) == NOT_YET_VALID;
	case FAMILY_NONE:
	default:
		return false;
	}
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	switch (family_of(event)) {
	case FAMILY_SYNC:
		read_sync(event, fact, facts);
		break;
	case FAMILY_CHANGE:
		read_change(event, fact, facts);
		break;
	case FAMILY_KERBEROS:
		read_kerberos(event, fact, facts);
		break;
	case FAMILY_NONE:
	default:
		break;
	}
}

static const struct fact_kind *const kinds[] = {
	&time_sync_event, &clock_change, &kerberos_error, NULL};

const struct event_reader event_reader_time = {
	.name = "time",
	.says = "the time service, jumps of the clock, Kerberos errors that come of a wrong clock",
	.providers = TIME_SERVICE "|" KERNEL "|" AUDIT "|" KERBEROS,
	.source = "time-events",
	.ids = {{1, 1}, {3, 3}, {5, 5}, {14, 14}, {17, 18}, {24, 24}, {27, 27}, {29, 29}, {34, 38},
		{46, 52}, {129, 131}, {134, 134}, {142, 142}, {144, 144}, {4616, 4616},
		{4771, 4771}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
