/* Events of activation, joined: outcomes, what is history, what silence may say, clocks and machine ids. */
#include "reasoning.h"
#include "unit.h"

#define WINDOWS "73111121-5638-40f6-bc11-f1d7b0d64300"
#define OFFICE "d450596f-894d-49e0-966a-fd39ed4c4c64"
#define CMID "36f27b39-2fd5-440b-be67-a09996d27a38"

static void request(struct bench *bench, const char *time, const char *record, const char *host,
	const char *code, bool office)
{
	bench_add(bench, "log", "kms-request", "computer", "pc", "time", time, "record", record,
		"host", host, "code", code, "cmid", CMID, "status", "notification", "activation-id",
		office ? OFFICE : WINDOWS, "needed", office ? "5" : "25", NULL);
}

static void response(struct bench *bench, const char *time, const char *record, const char *code,
	const char *count)
{
	bool low = strcmp(code, "low") == 0;
	bench_add(bench, "log", "kms-response", "computer", "pc", "time", time, "record", record,
		"code", low ? "0x0" : code, "not-enough-count", low ? "yes" : "no", "activated",
		low ? "no" : "yes", "count", count, NULL);
}

static void covers(struct bench *bench, const char *oldest, const char *newest, const char *whole)
{
	bench_add(bench, "log", "event-log", "channel", "Application", "oldest", oldest, "newest",
		newest, "events", "100", "whole", whole, NULL);
}

static struct view *seen(struct bench *bench)
{
	struct view *view = arena_alloc(bench->arena, sizeof *view);
	*view = bench_view(bench);
	return view;
}

/* A field of the first fact of a kind whose `key` is `value`; "none" without such a fact, "" when it is unset. */
static const char *field(
	struct bench *bench, const char *kind, const char *key, const char *value, const char *name)
{
	const struct bucket *bucket = view_kind(seen(bench), kind);
	for (size_t i = 0; i < bucket->count; i++)
		if (fact_is(bucket->at[i], key, value)) {
			struct str text = fact_text(bucket->at[i], name);
			return arena_format(bench->arena, "%.*s", STR_PRINT(text));
		}
	return "none";
}

static const char *attempt(struct bench *bench, const char *host, const char *name)
{
	return field(bench, "kms-attempt", "host", host, name);
}

START_TEST(silence)
{
	static const struct {
		const char *newest, *whole, *outcome;
	} rows[] = {
		{"2026-11-25T00:00:00Z", "yes", "no-answer"}, {"2026-11-25T00:00:00Z", "no", ""},
		{"2026-11-24T08:00:10Z", "yes", ""}, /* the answer may still come */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench bench = bench_new();
		covers(&bench, "2026-11-20T00:00:00Z", rows[i].newest, rows[i].whole);
		request(&bench, "2026-11-24T08:00:00Z", "7", "kms01", "0x0", false);
		ck_assert_str_eq(attempt(&bench, "kms01", "outcome"), rows[i].outcome);
	}
}
END_TEST

/* A selection that holds other answers would hold this one. */
START_TEST(silence_among_answers)
{
	struct bench bench = bench_new();
	request(&bench, "2026-11-23T08:00:00Z", "1", "kms02", "0x0", false);
	response(&bench, "2026-11-23T08:00:01Z", "2", "low", "4");
	request(&bench, "2026-11-24T08:00:00Z", "3", "kms01", "0x0", false);
	ck_assert_str_eq(attempt(&bench, "kms01", "outcome"), "no-answer");
	ck_assert_str_eq(attempt(&bench, "kms02", "outcome"), "count-low");
	ck_assert_str_eq(attempt(&bench, "kms02", "current"), "no");
}
END_TEST

/* All within one second: the record ids tell which answer is whose. */
START_TEST(pairs_in_one_second)
{
	struct bench bench = bench_new();
	const char *time = "2026-11-24T08:00:00Z";
	request(&bench, time, "1", "kms01", "0x0", false);
	response(&bench, time, "2", "low", "4");
	request(&bench, time, "3", "kms02", "0x0", false);
	response(&bench, time, "4", "0x0", "31");
	request(&bench, time, "5", "kms03", "0x8007274D", false);
	ck_assert_str_eq(attempt(&bench, "kms01", "outcome"), "count-low");
	ck_assert_str_eq(attempt(&bench, "kms01", "count"), "4");
	ck_assert_str_eq(attempt(&bench, "kms02", "outcome"), "accepted");
	ck_assert_str_eq(attempt(&bench, "kms03", "outcome"), "refused");
	ck_assert_str_eq(attempt(&bench, "kms03", "code"), "0x8007274D");
}
END_TEST

START_TEST(inner_code_of_an_answer)
{
	struct bench bench = bench_new();
	request(&bench, "2026-11-24T08:00:00Z", "1", "kms01", "0x0", false);
	bench_add(&bench, "log", "kms-response", "computer", "pc", "time", "2026-11-24T08:00:01Z",
		"record", "2", "code", "0xC004F06C", NULL);
	ck_assert_str_eq(attempt(&bench, "kms01", "outcome"), "time-stamp");
	ck_assert_str_eq(attempt(&bench, "kms01", "code"), "0xC004F06C");
}
END_TEST

START_TEST(later_success_retracts)
{
	struct bench bench = bench_new();
	request(&bench, "2026-11-23T08:00:00Z", "1", "kms01", "0x8007274C", false);
	ck_assert_str_eq(attempt(&bench, "kms01", "counts"), "yes");
	request(&bench, "2026-11-24T08:00:00Z", "2", "kms02", "0x0", false);
	response(&bench, "2026-11-24T08:00:00Z", "3", "0x0", "31");
	ck_assert_str_eq(attempt(&bench, "kms01", "retracted"), "yes");
	ck_assert_str_eq(attempt(&bench, "kms01", "counts"), "no");
	ck_assert_str_eq(field(&bench, "activation", "app", "windows", "state"), "working");
	ck_assert_str_eq(field(&bench, "symptom", "where", "event", "code"), "none");
}
END_TEST

START_TEST(office_says_nothing_of_windows)
{
	struct bench bench = bench_new();
	request(&bench, "2026-11-23T08:00:00Z", "1", "kms01", "0x8007274C", false);
	request(&bench, "2026-11-24T08:00:00Z", "2", "kms01", "0x0", true);
	response(&bench, "2026-11-24T08:00:00Z", "3", "0x0", "31");
	ck_assert_str_eq(field(&bench, "kms-attempt", "app", "windows", "outcome"), "no-answer");
	ck_assert_str_eq(field(&bench, "kms-attempt", "app", "windows", "retracted"), "no");
	ck_assert_str_eq(field(&bench, "kms-attempt", "app", "office", "outcome"), "accepted");
	ck_assert_str_eq(field(&bench, "kms-attempt", "app", "office", "counts"), "no");
	ck_assert_str_eq(field(&bench, "activation", "app", "windows", "state"), "failing");
}
END_TEST

START_TEST(what_is_long_ago)
{
	struct bench bench = bench_new();
	covers(&bench, "2026-11-01T00:00:00Z", "2026-11-24T00:00:00Z", "no");
	request(&bench, "2026-11-03T08:00:00Z", "1", "kms01", "0x8007274C", false);
	ck_assert_str_eq(attempt(&bench, "kms01", "current"), "no");
	ck_assert_str_eq(field(&bench, "event-failure", "app", "windows", "code"), "none");
}
END_TEST

/* Discovery failed since: no host was asked in the last round. */
START_TEST(discovery_failed_since)
{
	struct bench bench = bench_new();
	request(&bench, "2026-11-23T08:00:00Z", "1", "kms01", "0x8007274C", false);
	bench_add(&bench, "log", "activation-event", "step", "volume", "computer", "pc", "app",
		"windows", "time", "2026-11-24T08:00:00Z", "code", "0x8007232B", NULL);
	ck_assert_str_eq(attempt(&bench, "kms01", "current"), "no");
	ck_assert_str_eq(field(&bench, "symptom", "where", "event", "code"), "0x8007232B");
}
END_TEST

START_TEST(coverage)
{
	for (int whole = 0; whole < 2; whole++) {
		struct bench bench = bench_new();
		covers(&bench, "2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z",
			whole ? "yes" : "no");
		ck_assert_str_eq(
			field(&bench, "event-coverage", "channel", "Application", "kms-requests"),
			whole ? "no" : "");
		ck_assert_str_eq(
			field(&bench, "event-coverage", "channel", "Application", "days"), "4");
		request(&bench, "2026-11-23T08:00:00Z", "1", "kms01", "0x8007274C", false);
		ck_assert_str_eq(
			field(&bench, "event-coverage", "channel", "Application", "kms-requests"),
			"yes");
	}
}
END_TEST

/* What was only counted may have been there. */
START_TEST(coverage_of_what_was_counted)
{
	struct bench bench = bench_new();
	covers(&bench, "2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z", "yes");
	bench_add(&bench, "log", "event-surplus", "provider", "Service Control Manager", "id",
		"7036", "events", "9000", "kept", "2000", NULL);
	ck_assert_str_eq(
		field(&bench, "event-coverage", "channel", "Application", "kms-requests"), "no");
	ck_assert_str_eq(
		field(&bench, "event-coverage", "channel", "Application", "left-out"), "7000");
	bench_add(&bench, "log", "event-surplus", "provider", "Microsoft-Windows-Security-SPP",
		"id", "12288", "last-id", "12290", "events", "9000", "kept", "2000", NULL);
	ck_assert_str_eq(
		field(&bench, "event-coverage", "channel", "Application", "kms-requests"), "");
	ck_assert_str_eq(
		field(&bench, "event-coverage", "channel", "Application", "left-out"), "14000");
}
END_TEST

/* The time of writing stands in the log's own bounds. */
START_TEST(coverage_of_the_first_event)
{
	struct bench bench = bench_new();
	covers(&bench, "2026-11-20T00:00:02Z", "2026-11-24T00:00:00Z", "yes");
	request(&bench, "2026-11-20T00:00:00Z", "1", "kms01", "0x8007274C", false);
	ck_assert_str_eq(
		field(&bench, "event-coverage", "channel", "Application", "kms-requests"), "yes");
}
END_TEST

static void served(struct bench *bench, const char *time, const char *client, const char *cmid,
	const char *client_time)
{
	bench_add(bench, "kms-log", "kms-request-served", "host", "kms01", "client", client, "time",
		time, "cmid", cmid, "client-time", client_time, "code", "0x0", NULL);
}

/* The stamp has no seconds: what lies within half a minute of four hours is neither more nor less. */
START_TEST(clock_of_a_request)
{
	static const struct {
		const char *stamp, *range;
	} rows[] = {
		{"2026-11-24T08:00:00Z", "none"},
		{"2026-11-24T07:30:00Z", "kerberos"},
		{"2026-11-24T04:00:00Z", ""},
		{"2026-11-24T03:58:00Z", "kms"},
		{"2026-11-24T12:10:00Z", "kms"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench bench = bench_new();
		bench_add(&bench, "ipconfig", "ip-host", "computer", "PC", NULL);
		served(&bench, "2026-11-24T08:00:30Z", "other.contoso.com", CMID,
			"2026-11-20T00:00:00Z");
		served(&bench, "2026-11-24T08:00:30Z", "pc.contoso.com", CMID, rows[i].stamp);
		ck_assert_str_eq(
			field(&bench, "clock-skew", "of", "kms-host", "range"), rows[i].range);
	}
}
END_TEST

START_TEST(shared_ids)
{
	struct bench bench = bench_new();
	served(&bench, "2026-11-22T08:00:00Z", "old.contoso.com", CMID, "");
	served(&bench, "2026-11-23T08:00:00Z", "NEW", CMID, "");
	served(&bench, "2026-11-24T08:00:00Z", "new.contoso.com", CMID, "");
	ck_assert_str_eq(field(&bench, "cmid-use", "host", "kms01", "interleaved"), "no");
	ck_assert_str_eq(field(&bench, "kms-clients", "host", "kms01", "fewer-ids"), "no");
	served(&bench, "2026-11-25T08:00:00Z", "old.contoso.com", CMID, "");
	ck_assert_str_eq(field(&bench, "cmid-use", "host", "kms01", "interleaved"), "yes");
	ck_assert_str_eq(field(&bench, "cmid-use", "host", "kms01", "clients"), "2");
	ck_assert_str_eq(field(&bench, "kms-clients", "host", "kms01", "fewer-ids"), "yes");
}
END_TEST

/* That a request is not in the host's log can be said of the time of which all requests were looked at. */
START_TEST(arrival_in_a_log_of_many)
{
	static const struct {
		const char *from, *arrived;
	} rows[] = {{"", "no"}, {"2026-11-24T06:00:00Z", "no"}, {"2026-11-24T12:00:00Z", ""}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench bench = bench_new();
		bench_add(&bench, "log", "kms-request", "computer", "pc", "time",
			"2026-11-24T08:00:00Z", "record", "1", "host", "kms01", "code",
			"0x8007274C", "cmid", CMID, "client-time", "2026-11-24T08:00:00Z",
			"activation-id", WINDOWS, NULL);
		bench_add(&bench, "kms-log", "event-log", "channel", "Key Management Service",
			"oldest", "2026-11-20T00:00:00Z", "newest", "2026-11-25T00:00:00Z",
			"events", "90000", "whole", "yes", NULL);
		if (*rows[i].from)
			bench_add(&bench, "kms-log", "event-surplus", "provider",
				"Microsoft-Windows-Security-SPP", "id", "12288", "last-id", "12290",
				"events", "90000", "kept", "2000", "from", rows[i].from, NULL);
		ck_assert_str_eq(attempt(&bench, "kms01", "arrived"), rows[i].arrived);
	}
}
END_TEST

UNIT_MAIN("attempts", {silence}, {silence_among_answers}, {pairs_in_one_second},
	{inner_code_of_an_answer}, {later_success_retracts}, {office_says_nothing_of_windows},
	{what_is_long_ago}, {discovery_failed_since}, {coverage}, {coverage_of_what_was_counted},
	{coverage_of_the_first_event}, {arrival_in_a_log_of_many}, {clock_of_a_request},
	{shared_ids})
