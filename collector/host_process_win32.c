/*
 * Running one of Windows' own tools.
 *
 * It is started from the system folder by its full path, in a job that ends with it, so that nothing it started outlives
 * it; without a window; with nothing to read, and one pipe for all that it prints. It inherits that pipe and no other
 * handle, for several are started at once. A grandchild may keep the pipe open for ever: after the tool itself has ended,
 * what stands in the pipe is taken and no more is waited for.
 */
#include "host_win32.h"

#include "base/limits.h"
#include "base/wide.h"
#include "parser.h"

#include <stdlib.h>
#include <string.h>

/* More than any tool has to say; netsh's list of all rules is the longest, some 4 MB. */
#define OUTPUT_LIMIT (8 * MIB)
#define POLL_MS 15

#ifndef ERROR_ELEVATION_REQUIRED
#define ERROR_ELEVATION_REQUIRED 740 /* winerror.h of mingw-w64 lacks it */
#endif

struct child {
	HANDLE process, job, read_end;
	uint8_t *data;
	size_t size, room;
	bool full;
};

/* The tool in the system folder; false when there is none. */
static bool find_tool(struct str program, wchar_t path[MAX_PATH])
{
	static const wchar_t *const places[] = {
		L"%ls\\%ls.exe", L"%ls\\%ls.com", L"%ls\\WindowsPowerShell\\v1.0\\%ls.exe"};
	wchar_t name[64] = L"";
	if (program.size == 0 || program.size >= 60 || str_find_char(program, '\\') != STR_NONE)
		return false;
	MultiByteToWideChar(CP_UTF8, 0, program.at, (int)program.size, name, 63);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (_snwprintf(path, MAX_PATH - 1, places[i], system_folder(), name) < 0)
			continue;
		path[MAX_PATH - 1] = L'\0';
		DWORD attributes = GetFileAttributesW(path);
		if (attributes != INVALID_FILE_ATTRIBUTES &&
			!(attributes & FILE_ATTRIBUTE_DIRECTORY))
			return true;
	}
	return false;
}

static HANDLE new_job(void)
{
	JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
	HANDLE job = CreateJobObjectW(NULL, NULL);
	limits.BasicLimitInformation.LimitFlags =
		JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
	if (job)
		SetInformationJobObject(
			job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
	return job;
}

static HANDLE open_nothing(void)
{
	SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
	return CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
		OPEN_EXISTING, 0, NULL);
}

/* Starts it with these two handles and no others. */
static bool create(const wchar_t *program, wchar_t *line, HANDLE input, HANDLE output,
	PROCESS_INFORMATION *made)
{
	HANDLE handles[] = {input, output};
	SIZE_T size = 0;
	STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start,
					.dwFlags = STARTF_USESTDHANDLES,
					.hStdInput = input,
					.hStdOutput = output,
					.hStdError = output}};
	InitializeProcThreadAttributeList(NULL, 1, 0, &size);
	start.lpAttributeList = malloc(size);
	if (!start.lpAttributeList ||
		!InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size)) {
		free(start.lpAttributeList);
		return false;
	}
	bool good =
		UpdateProcThreadAttribute(start.lpAttributeList, 0,
			PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, sizeof handles, NULL, NULL) &&
		CreateProcessW(program, line, NULL, NULL, TRUE,
			CREATE_SUSPENDED | CREATE_NO_WINDOW | BELOW_NORMAL_PRIORITY_CLASS |
				EXTENDED_STARTUPINFO_PRESENT,
			NULL, system_folder(), &start.StartupInfo, made);
	DWORD error = GetLastError();
	DeleteProcThreadAttributeList(start.lpAttributeList);
	free(start.lpAttributeList);
	SetLastError(error);
	return good;
}

static bool start(struct child *child, const wchar_t *program, wchar_t *line)
{
	SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
	HANDLE input = open_nothing(), write_end = NULL;
	PROCESS_INFORMATION made = {0};
	bool good = input != INVALID_HANDLE_VALUE &&
		CreatePipe(&child->read_end, &write_end, &inherited, 64 * KIB);
	if (good) {
		SetHandleInformation(child->read_end, HANDLE_FLAG_INHERIT, 0);
		good = create(program, line, input, write_end, &made);
	}
	DWORD error = GetLastError();
	if (good) {
		child->process = made.hProcess;
		child->job = new_job();
		/* Before Windows 8 a process that is in a job already, ours perhaps, can be put in no other. */
		if (child->job && !AssignProcessToJobObject(child->job, made.hProcess)) {
			CloseHandle(child->job);
			child->job = NULL;
		}
		ResumeThread(made.hThread);
		CloseHandle(made.hThread);
	}
	if (write_end)
		CloseHandle(write_end);
	if (input != INVALID_HANDLE_VALUE)
		CloseHandle(input);
	SetLastError(error);
	return good;
}

static bool make_room(struct child *child, size_t more)
{
	if (child->size + more <= child->room)
		return true;
	size_t room = child->room ? child->room * 2 : 64 * KIB;
	uint8_t *grown = realloc(child->data, room);
	if (!grown)
		return false;
	child->data = grown;
	child->room = room;
	return true;
}

/* Takes what stands in the pipe; false when there was nothing. */
static bool take(struct child *child)
{
	DWORD there = 0, got = 0;
	if (child->full || !PeekNamedPipe(child->read_end, NULL, 0, NULL, &there, NULL) || !there)
		return false;
	if (there > 32 * KIB)
		there = 32 * KIB;
	if (child->size + there > OUTPUT_LIMIT || !make_room(child, there)) {
		child->full = true;
		return false;
	}
	if (!ReadFile(child->read_end, child->data + child->size, there, &got, NULL))
		return false;
	child->size += got;
	return got > 0;
}

/* Reads until it ends, or is no longer waited for. False when it had to be given up. */
static bool follow(struct child *child, ULONGLONG until)
{
	for (;;) {
		while (take(child))
			if (GetTickCount64() > until)
				return false;
		if (child->full)
			return true;
		if (WaitForSingleObject(child->process, POLL_MS) == WAIT_OBJECT_0)
			break;
		if (GetTickCount64() > until || host_must_stop())
			return false;
	}
	while (take(child))
		;
	return true;
}

static void end(struct child *child)
{
	if (child->job) {
		TerminateJobObject(child->job, ERROR_CANCELLED);
		CloseHandle(child->job);
	}
	if (child->process) {
		TerminateProcess(child->process, ERROR_CANCELLED);
		CloseHandle(child->process);
	}
	if (child->read_end)
		CloseHandle(child->read_end);
}

/* Cuts what was cut off anyway at the end of a line, in UTF-16 too. */
static size_t whole_lines(const uint8_t *data, size_t size)
{
	size_t end = size;
	while (end && data[end - 1] != '\n')
		end--;
	bool wide = end && end < size && data[end] == 0;
	return end ? end + wide : size;
}

static void judge(struct gathered *to, const struct child *child, bool ended, unsigned seconds)
{
	DWORD code = 0;
	if (child->full) {
		to->truncated = true;
		gathered_say(to, ROW_OK, "it printed more than %u MB; the rest was dropped",
			(unsigned)(OUTPUT_LIMIT / MIB));
		return;
	}
	if (!ended) {
		to->truncated = true;
		if (machine_interrupted())
			gathered_say(to, ROW_SKIPPED, "interrupted");
		else
			gathered_say(to, ROW_TIMEOUT, "it did not end within %u seconds", seconds);
		return;
	}
	GetExitCodeProcess(child->process, &code);
	to->has_exit_code = true;
	to->exit_code = code;
	if (child->size == 0)
		gathered_say(to, ROW_FAILED, "%s, and it printed nothing", exit_text(code).text);
}

void run_tool(const char *command, unsigned seconds, struct gathered *to)
{
	struct str rest = str_of(command);
	struct str name = command_argument(&rest);
	wchar_t program[MAX_PATH];
	if (!find_tool(name, program)) {
		to->absent = true;
		gathered_say(
			to, ROW_MISSING_TOOL, "%.*s is not in the system folder", STR_PRINT(name));
		return;
	}
	struct out line = out_new(32 * KIB);
	char *path = wide_to_utf8(program, WIDE_ALL);
	out_format(&line, "\"%s\" %.*s", path, STR_PRINT(rest));
	out_char(&line, '\0');
	wchar_t *wide = wide_of(line.at);
	struct child child = {0};
	ULONGLONG until = GetTickCount64() + 1000ull * seconds;
	if (start(&child, program, wide)) {
		bool ended = follow(&child, until);
		judge(to, &child, ended, seconds);
		to->data = child.data;
		to->size = to->truncated && child.size ? whole_lines(child.data, child.size)
						       : child.size;
	} else {
		DWORD error = GetLastError();
		bool denied = error == ERROR_ACCESS_DENIED ||
			error == ERROR_ACCESS_DISABLED_BY_POLICY ||
			error == ERROR_ELEVATION_REQUIRED;
		gathered_say(to, denied ? ROW_DENIED : ROW_FAILED,
			"it could not be started: error %lu", error);
	}
	end(&child);
	free(path);
	free(wide);
	out_free(&line);
}
