/*
 * w32tm: status, source, configuration, stripchart, resync.
 */
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

static bool opens(const struct lines *lines, size_t i)
{
	(void)lines;
	(void)i;
	return false;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	(void)evidence;
	(void)facts;
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
