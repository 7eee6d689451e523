/*
 * Event logs: an export of the events that matter. wevtapi.dll is looked for while running, so that the program starts
 * on a machine where it is damaged.
 *
 * The command of an item is "Channel|Provider or event id|...". EvtExportLog's query is an XPath, and takes at most some
 * twenty conditions.
 */
#include "host_win32.h"

#include "base/scan.h"
#include "base/wide.h"

#include <stdlib.h>
#include <string.h>
#include <winevt.h>

/* "*[System[(Provider[@Name='X'] or EventID=7) and TimeCreated[...]]]", or "*". */
static void put_query(struct out *out, struct str providers, int64_t since)
{
	if (providers.size == 0 && !since) {
		out_char(out, '*');
		return;
	}
	out_text(out, "*[System[");
	for (bool first = true; providers.size; first = false) {
		struct str one = str_cut(&providers, '|');
		int64_t id;
		out_text(out, first ? "(" : " or ");
		if (scan_number(one, &id))
			out_format(out, "EventID=%lld", (long long)id);
		else
			out_format(out, "Provider[@Name='%.*s']", STR_PRINT(one));
		if (providers.size == 0)
			out_text(out, since ? ") and " : ")");
	}
	if (since)
		out_format(out, "TimeCreated[@SystemTime>='%s']",
			machine_time_text(since, false).text);
	out_text(out, "]]");
}

static char *query_of(const struct job *job, struct str *channel)
{
	struct str rest = str_of(job->command);
	struct out out = out_new(8192);
	*channel = str_cut(&rest, '|');
	put_query(&out, rest, job->since);
	out_char(&out, '\0');
	return out.at; /* freed by the caller like any memory */
}

/* A name of its own for the exported file. */
static bool new_path(wchar_t path[2 * MAX_PATH])
{
	static volatile LONG number;
	if (!temp_folder())
		return false;
	_snwprintf(path, 2 * MAX_PATH - 1, L"%ls\\log%ld.evtx", temp_folder(),
		InterlockedIncrement(&number));
	return true;
}

typedef BOOL(WINAPI export_log)(EVT_HANDLE, LPCWSTR, LPCWSTR, LPCWSTR, DWORD);

static export_log *find_export_log(void)
{
	wchar_t path[MAX_PATH];
	if (GetSystemDirectoryW(path, MAX_PATH - 16) == 0)
		return NULL;
	wcscat(path, L"\\wevtapi.dll");
	HMODULE library = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
	FARPROC found = library ? GetProcAddress(library, "EvtExportLog") : NULL;
	export_log *function;
	memcpy(&function, &found, sizeof function);
	return function;
}

void export_events(const struct job *job, struct gathered *to)
{
	struct str channel;
	wchar_t path[2 * MAX_PATH];
	export_log *function = find_export_log();
	if (!function || !new_path(path)) {
		gathered_say(to, ROW_FAILED,
			function ? "no temporary folder" : "wevtapi.dll cannot be used");
		return;
	}
	char *query = query_of(job, &channel);
	wchar_t *wide_query = wide_of(query), *wide_channel = wide_of(job->command);
	wide_channel[wcscspn(wide_channel, L"|")] = L'\0';
	SetLastError(0);
	if (function(NULL, wide_channel, wide_query, path, EvtExportLogChannelPath)) {
		take_file(path, to);
	} else {
		DWORD error = GetLastError();
		if (error == ERROR_EVT_CHANNEL_NOT_FOUND) {
			to->absent = true;
			gathered_say(to, ROW_SKIPPED, "this machine has no such event log");
		} else {
			gathered_error(to, error, "EvtExportLog");
		}
		DeleteFileW(path);
	}
	free(query);
	free(wide_query);
	free(wide_channel);
}

void export_events_by_tool(const struct job *job, struct gathered *to)
{
	struct str channel;
	wchar_t path[2 * MAX_PATH];
	if (!new_path(path)) {
		gathered_say(to, ROW_FAILED, "no temporary folder");
		return;
	}
	char *query = query_of(job, &channel), *utf8 = wide_to_utf8(path, WIDE_ALL);
	struct arena *arena = arena_new();
	struct gathered printed = {0};
	run_tool(arena_format(arena, "wevtutil epl \"%.*s\" \"%s\" \"/q:%s\"", STR_PRINT(channel),
			 utf8, query),
		job->item->timeout_seconds, &printed);
	free(printed.data);
	if (printed.status == ROW_OK && printed.exit_code != 0)
		gathered_say(to, ROW_FAILED, "%s", exit_text(printed.exit_code).text);
	else if (printed.has_exit_code && printed.exit_code == 0)
		take_file(path, to);
	else {
		*to = printed;
		to->data = NULL;
		to->size = 0;
	}
	DeleteFileW(path);
	arena_free(arena);
	free(query);
	free(utf8);
}

/* The log's own file, which Event Viewer calls "A%4B.evtx" for the channel "A/B". Reading it needs an administrator. */
void copy_event_log(const struct job *job, struct gathered *to)
{
	struct out path = out_new(1024);
	out_text(&path, "%SystemRoot%\\System32\\winevt\\Logs\\");
	for (const char *c = job->command; *c && *c != '|'; c++)
		if (*c == '/')
			out_text(&path, "%4");
		else
			out_char(&path, *c);
	out_text(&path, ".evtx");
	out_char(&path, '\0');
	wchar_t *wide = expand(path.at);
	copy_file(wide, to);
	/* Only EvtExportLog can say that there is no such log. */
	if (to->absent)
		gathered_say(to, ROW_FAILED, "no file of this log");
	to->absent = false;
	free(wide);
	out_free(&path);
}
