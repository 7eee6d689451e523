/*
 * The ladder of one job: its ways, best first, until one gives something. What failed, and why, is kept.
 */
#include "host_win32.h"

#include "base/limits.h"
#include "base/wide.h"
#include "parser.h"

#include <stdlib.h>
#include <string.h>

struct error_text error_text(DWORD error)
{
	struct error_text made;
	unsigned long shown = error < 0x10000 ? 0x80070000u | error : error;
	(void)snprintf(made.text, sizeof made.text, "error %lu (0x%08lX)", error, shown);
	return made;
}

void gathered_error(struct gathered *to, DWORD error, const char *what)
{
	bool denied = error == ERROR_ACCESS_DENIED || error == ERROR_PRIVILEGE_NOT_HELD ||
		error == (DWORD)E_ACCESSDENIED;
	bool none = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
	to->absent = none;
	gathered_say(to,
		denied         ? ROW_DENIED
			: none ? ROW_SKIPPED
			       : ROW_FAILED,
		"%s: %s", what, none ? "not on this machine" : error_text(error).text);
}

/* Opened for backup, so that an administrator may read what its list of permissions does not give him. */
void copy_file(const wchar_t *path, struct gathered *to)
{
	HANDLE file = CreateFileW(path, GENERIC_READ,
		FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
		FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
	if (file == INVALID_HANDLE_VALUE) {
		gathered_error(to, GetLastError(), "the file cannot be read");
		return;
	}
	LARGE_INTEGER size = {.QuadPart = 0};
	if (GetFileType(file) != FILE_TYPE_DISK || !GetFileSizeEx(file, &size))
		gathered_error(to, GetLastError(), "the file cannot be read");
	else if ((uint64_t)size.QuadPart > LIMIT_MEMBER_BYTES)
		gathered_say(to, ROW_SKIPPED, "larger than 32 MB");
	else if ((to->data = malloc((size_t)size.QuadPart + 1)) == NULL)
		gathered_say(to, ROW_FAILED, "no memory for it");
	while (to->data && to->size < (size_t)size.QuadPart) {
		DWORD got = 0;
		if (!ReadFile(file, to->data + to->size, (DWORD)((size_t)size.QuadPart - to->size),
			    &got, NULL) ||
			got == 0) {
			to->truncated = true;
			gathered_error(to, GetLastError(), "it cannot be read to its end");
			break;
		}
		to->size += got;
	}
	CloseHandle(file);
}

void take_file(const wchar_t *path, struct gathered *to)
{
	copy_file(path, to);
	DeleteFileW(path);
	if (to->status == ROW_SKIPPED && to->absent) {
		to->absent = false;
		gathered_say(to, ROW_FAILED, "it said that all went well and wrote no file");
	} else if (to->status == ROW_OK && to->size == 0) {
		gathered_say(to, ROW_FAILED, "it wrote an empty file");
	}
}

static void way_file(const struct job *job, struct gathered *to)
{
	wchar_t *path = expand(job->command);
	copy_file(path, to);
	free(path);
}

/* A tool that writes its result to a file of its own instead of printing it. */
static void run_with_file(const struct job *job, const char *out, struct gathered *to)
{
	struct arena *arena = arena_new();
	wchar_t path[2 * MAX_PATH];
	static volatile LONG number;
	if (!temp_folder()) {
		gathered_say(to, ROW_FAILED, "no temporary folder");
		arena_free(arena);
		return;
	}
	_snwprintf(path, 2 * MAX_PATH - 1, L"%ls\\out%ld.tmp", temp_folder(),
		InterlockedIncrement(&number));
	char *utf8 = wide_to_utf8(path, WIDE_ALL);
	struct gathered printed = {0};
	run_tool(arena_format(arena, "%.*s\"%s\"%s", (int)(out - job->command), job->command, utf8,
			 out + strlen("{out}")),
		job->item->timeout_seconds, &printed);
	free(printed.data);
	printed.data = NULL;
	printed.size = 0;
	bool ran = printed.has_exit_code;
	struct gathered file = {0};
	take_file(path, &file);
	if (file.status == ROW_OK || (ran && printed.exit_code == 0)) {
		*to = file;
		to->has_exit_code = ran;
		to->exit_code = printed.exit_code;
	} else {
		free(file.data);
		*to = printed;
		if (ran)
			gathered_say(to, ROW_FAILED, "%s, and it wrote no file",
				exit_text(printed.exit_code).text);
	}
	free(utf8);
	arena_free(arena);
}

/* The script that a command line has the script host run, when it is not there: the host says so in its own language,
 * and not on every machine. */
static bool lacks_script(const char *command, struct gathered *to)
{
	struct str rest = str_of(command), word = command_argument(&rest);
	if (!str_equal_nocase(word, STR("cscript")))
		return false;
	do
		word = command_argument(&rest);
	while (str_starts(word, STR("//")));
	struct arena *arena = arena_new();
	wchar_t *path = wide_path(arena_copy(arena, word).at);
	bool lacks = !path || GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES;
	if (lacks) {
		to->absent = true;
		gathered_say(to, ROW_MISSING_TOOL, "%.*s is not on this machine", STR_PRINT(word));
	}
	free(path);
	arena_free(arena);
	return lacks;
}

static void way_tool(const struct job *job, struct gathered *to)
{
	wchar_t *expanded = expand(job->command);
	char *command = wide_to_utf8(expanded, WIDE_ALL);
	const char *out = strstr(job->command, "{out}");
	if (out)
		run_with_file(job, out, to);
	else if (!lacks_script(command, to))
		run_tool(command, job->item->timeout_seconds, to);
	free(command);
	free(expanded);
}

/*
 * Which ways
 */

typedef void way_function(const struct job *job, struct gathered *to);

enum when { FIRST, OTHERWISE, ONLY };

static const struct native {
	const char *command;
	way_function *function;
	enum when when;
} natives[] = {
#define NATIVE(command, function, when) {command, function, when},
#include "natives.def"
#undef NATIVE
};

static const struct native *native_for(const struct job *job, enum when when)
{
	for (size_t i = 0; i < sizeof natives / sizeof *natives; i++)
		if (natives[i].when == when &&
			strncmp(job->item->command, natives[i].command,
				strlen(natives[i].command)) == 0)
			return &natives[i];
	return NULL;
}

/* True when this way gave something, and no other needs to be tried. */
static bool try_way(struct job *job, const char *name, way_function *function)
{
	struct rung *rung = &job->rungs[job->rung_count];
	if (job->rung_count == sizeof job->rungs / sizeof *job->rungs || host_must_stop())
		return job->rung_count > 0;
	if (job->rung_count) {
		struct gathered *before = &rung[-1].result;
		free(before->data);
		before->data = NULL;
		before->size = 0;
	}
	job->rung_count++;
	rung->way = name;
	function(job, &rung->result);
	return rung->result.status == ROW_OK && rung->result.size > 0;
}

static bool try_native(struct job *job, enum when when)
{
	const struct native *native = native_for(job, when);
	return native && try_way(job, "native", native->function);
}

static void gather_events(struct job *job)
{
	if (try_way(job, "EvtExportLog", export_events) || job->rungs[0].result.absent)
		return;
	if (!try_way(job, "wevtutil", export_events_by_tool))
		try_way(job, "copy", copy_event_log);
}

static void gather_by_tool(struct job *job)
{
	if (try_native(job, FIRST) || try_way(job, "tool", way_tool))
		return;
	try_native(job, OTHERWISE);
}

void host_gather(struct job *job)
{
	switch (job->item->way) {
	case WAY_COMMAND:
		gather_by_tool(job);
		break;
	case WAY_FILE:
		try_way(job, "file", way_file);
		break;
	case WAY_EVENTS:
		gather_events(job);
		break;
	case WAY_NATIVE:
		if (!try_native(job, ONLY))
			try_native(job, OTHERWISE);
		break;
	}
	if (job->rung_count == 0) {
		job->rungs[job->rung_count++].way = "none";
		gathered_say(&job->rungs[0].result, ROW_SKIPPED, "interrupted");
	}
}
