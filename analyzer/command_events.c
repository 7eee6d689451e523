/*
 * actdx-analyze events: the records of binary event logs, as JSON or XML.
 *
 * A log is read piece by piece and its records are written as they come, in its order whatever the number of threads;
 * nothing is kept, however large it is. Logs in an archive or a folder are found by content, one after the other.
 */
#include "command.h"
#include "event_meanings.h"
#include "evtx.h"

#include "base/escape.h"
#include "base/files.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum {
	OPTION_FORMAT,
	OPTION_PROVIDER,
	OPTION_ID,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_THREADS,
	OPTION_OUTPUT,
	OPTION_HELP
};

static const struct option_spec specs[] = {
	[OPTION_FORMAT] = {"format", 'f', "FORMAT", "jsonl (default) or xml",
		"jsonl(既定)または xml"},
	[OPTION_PROVIDER] = {"provider", 'p', "NAME",
		"only events of this provider, such as Security-SPP",
		"このプロバイダー(例:Security-SPP)のイベントのみ"},
	[OPTION_ID] = {"id", 'i', "N,N-M", "only events with these ids",
		"これらの ID のイベントのみ"},
	[OPTION_SINCE] = {"since", 0, "TIME", "only events logged at that time or later (UTC)",
		"この時刻以降のイベントのみ(UTC)"},
	[OPTION_UNTIL] = {"until", 0, "TIME",
		"only events logged at that time or before (UTC); a day is all of it",
		"この時刻以前のイベントのみ(UTC。日付のみならその日の終わりまで)"},
	[OPTION_THREADS] = {"threads", 0, "N", "print with N threads; default: processors, up to 8",
		"N 個のスレッドで出力(既定:プロセッサ数、最大 8)"},
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "write to FILE instead of standard output",
		"標準出力ではなく FILE に書き込みます"},
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

#define ID_RANGES 64
#define PROGRESS_AFTER_SECONDS 2
#define PROGRESS_EVERY_SECONDS 0.2

struct wanted {
	struct provider_name provider;
	struct {
		uint32_t first, last;
	} ids[ID_RANGES];
	size_t count;
};

/* One run of the command. The reader of an input gets nothing but bytes, so this is how it finds it. */
static struct events_run {
	struct wanted wanted;
	struct evtx_selection selection;
	struct evtx_printing printing;
	const struct inputs *inputs;
	struct output output;
	size_t logs;
	bool shows_progress, printed; /* printed: an event */
	double started, shown;
	uint64_t bytes; /* read of all logs */
} the_run;

static bool wants_provider(struct str name, const void *context)
{
	const struct wanted *wanted = context;
	return provider_is(&wanted->provider, name);
}

static bool wants_event(struct str provider, uint32_t id, const void *context)
{
	const struct wanted *wanted = context;
	(void)provider;
	for (size_t i = 0; i < wanted->count; i++)
		if (id >= wanted->ids[i].first && id <= wanted->ids[i].last)
			return true;
	return false;
}

static void put(struct str text, void *context)
{
	(void)context;
	the_run.printed |= text.size > 0;
	output_put(&the_run.output, text);
}

static void put_frame(struct str text)
{
	bool printed = the_run.printed;
	put(text, NULL);
	the_run.printed = printed;
}

/* The log that is being read. */
static const char *log_name(void)
{
	return the_run.inputs->members[the_run.inputs->count - 1].name;
}

static void show_progress(void)
{
	double now = file_clock_seconds();
	if (!the_run.shows_progress || now - the_run.started < PROGRESS_AFTER_SECONDS ||
		now - the_run.shown < PROGRESS_EVERY_SECONDS)
		return;
	the_run.shown = now;
	struct out name = out_new(KIB);
	escape_terminal(&name, utf8_clip(str_of(log_name()), 50));
	fprintf(stderr, "\r\033[Kreading %.*s: %llu MB", STR_PRINT(out_view(&name)),
		(unsigned long long)(the_run.bytes / 1000000));
	out_free(&name);
}

static void end_progress(void)
{
	if (the_run.shown > 0)
		fprintf(stderr, "\r\033[K");
	the_run.shown = 0;
}

static void *begin(struct arena *arena)
{
	(void)arena;
	the_run.logs++;
	return evtx_printer_open(&the_run.printing);
}

static void feed(void *reading, struct bytes piece)
{
	the_run.bytes += piece.size;
	show_progress();
	evtx_printer_feed(reading, piece);
}

/* Counted from 1, behind the file's header. */
static uint64_t chunk_of(const struct evtx_log *log, uint64_t offset)
{
	uint64_t header = log->has_header ? EVTX_HEADER_BYTES : 0;
	return offset < header ? 0 : (offset - header) / EVTX_CHUNK_BYTES + 1;
}

/* What could not be read, to standard error: the output holds events alone. */
static void end(void *reading)
{
	uint64_t unreadable;
	const struct evtx_log *log = evtx_printer_end(reading, &unreadable);
	char problem[512] = "";
	int size = 0;
	end_progress();
	if (log->problem)
		size = snprintf(problem, sizeof problem,
			"%s, at byte %llu in chunk %llu; chunks: %u read, %u of them with a wrong checksum, %u damaged; "
			"records: %llu read, %llu damaged",
			log->problem, (unsigned long long)log->problem_offset,
			(unsigned long long)chunk_of(log, log->problem_offset), log->chunks_read,
			log->chunks_doubtful, log->chunks_damaged, (unsigned long long)log->records,
			(unsigned long long)log->records_damaged);
	if (unreadable)
		(void)snprintf(problem + size, sizeof problem - (size_t)size,
			"%s%llu records are no events and were not printed", size ? ", " : "",
			(unsigned long long)unreadable);
	if (*problem)
		complain(log_name(), problem);
	evtx_printer_close(reading);
}

static const struct binary instead = {is_evtx, begin, feed, end};

/* "N" or "N-M". */
static bool read_range(struct str text, uint32_t *first, uint32_t *last)
{
	size_t dash = str_find_char(text, '-');
	int64_t from = 0, to = 0;
	if (!scan_number(str_trim(str_slice(text, 0, dash)), &from))
		return false;
	to = from;
	if (dash != STR_NONE && !scan_number(str_trim(str_from(text, dash + 1)), &to))
		return false;
	*first = (uint32_t)from;
	*last = (uint32_t)to;
	return from >= 0 && to >= from && to <= UINT32_MAX;
}

static bool read_ids(struct wanted *wanted, struct str list)
{
	while (list.size) {
		struct str part = str_cut(&list, ',');
		if (wanted->count == ID_RANGES ||
			!read_range(part, &wanted->ids[wanted->count].first,
				&wanted->ids[wanted->count].last))
			return false;
		wanted->count++;
	}
	return wanted->count > 0;
}

/* A day alone begins at its first moment and ends with its last. */
static bool read_times(const char *since, const char *until, struct evtx_selection *selection)
{
	if (since && !scan_instant(str_of(since), &selection->since))
		return false;
	if (until && !scan_instant(str_of(until), &selection->until))
		return false;
	if (until && str_find_char(str_of(until), ':') == STR_NONE)
		selection->until += INSTANT_DAY - 1;
	return true;
}

static const char *read_options(const struct call *call)
{
	struct events_run *run = &the_run;
	const char *format = call->given[OPTION_FORMAT], *since = call->given[OPTION_SINCE],
		   *until = call->given[OPTION_UNTIL];
	if (format && strcmp(format, "xml") != 0 && strcmp(format, "jsonl") != 0)
		return "--format is jsonl or xml";
	run->printing = (struct evtx_printing){
		.selection = &run->selection,
		.xml = format && strcmp(format, "xml") == 0,
		.put = put,
	};
	if (!read_threads(call->given[OPTION_THREADS], &run->printing.threads))
		return THREADS_PROBLEM;
	run->selection.context = &run->wanted;
	if (call->given[OPTION_PROVIDER]) {
		run->wanted.provider =
			provider_named(str_trim(str_of(call->given[OPTION_PROVIDER])));
		if (run->wanted.provider.name.size == 0)
			return "--provider is a provider's name, such as Security-SPP";
		run->selection.provider = wants_provider;
	}
	if (call->given[OPTION_ID]) {
		if (!read_ids(&run->wanted, str_of(call->given[OPTION_ID])))
			return "--id is a list of event ids and ranges, such as 12288,8198-8233";
		run->selection.event = wants_event;
	}
	if (!read_times(since, until, &run->selection))
		return "--since and --until are times such as 2026-11-25 or 2026-11-25T09:15:00Z";
	if (since && until && run->selection.since > run->selection.until)
		return "--since is later than --until";
	return NULL;
}

static void open_output(const char *path)
{
	the_run.output = output_open(path);
	the_run.started = file_clock_seconds();
	the_run.shows_progress = file_is_terminal(stderr) && !file_is_terminal(the_run.output.to);
}

static bool is_choosing(const struct call *call)
{
	return call->given[OPTION_PROVIDER] || call->given[OPTION_ID] ||
		call->given[OPTION_SINCE] || call->given[OPTION_UNTIL];
}

static int print_events(struct session *session, const struct call *call)
{
	bool unreadable = false;
	open_output(call->given[OPTION_OUTPUT]);
	session->inputs = inputs_new(session->arena, call->operand_count);
	session->inputs.instead = &instead;
	the_run.inputs = &session->inputs;
	if (the_run.printing.xml)
		put_frame(STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n"));
	for (size_t i = 0; i < call->operand_count; i++) {
		const char *problem = "cannot be read";
		if (!input_read(&session->inputs, call->operands[i], &problem)) {
			complain(call->operands[i], problem);
			unreadable = true;
		}
	}
	if (the_run.printing.xml)
		put_frame(STR("</Events>\n"));
	output_close(&the_run.output);
	if (unreadable)
		return STATUS_UNREADABLE;
	if (the_run.logs == 0)
		complain("", "no event log (.evtx) in the input");
	else if (!the_run.printed && is_choosing(call))
		complain("", "no event matches what was asked for");
	if (session->inputs.limit_reached)
		return STATUS_LIMIT;
	return the_run.logs == 0 ? STATUS_NOTHING : STATUS_OK;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	if (!call.problem && call.operand_count == 0)
		call.problem = "no input; name an event log (.evtx), a bundle or a folder";
	if (!call.problem && !call_wants_help(command, &call))
		call.problem = read_options(&call);
	int status = call_answered(command, &call);
	if (status < 0)
		status = print_events(&session, &call);
	session_end(&session);
	return status;
}

const struct command command_events = {
	.name = "events",
	.operands = "[OPTIONS] INPUT...",
	.says = "print the records of binary event logs (.evtx), as JSON or XML",
	.examples =
		"actdx-analyze events Application.evtx --provider Security-SPP --id 12288,12289,8198-8233\n"
		"actdx-analyze events System.evtx --since 2026-11-24 --until 2026-11-25\n"
		"actdx-analyze events bundle.zip --format xml -o events.xml",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
