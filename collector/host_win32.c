/*
 * The Windows host: what it is, its folders, and gathering in several threads.
 *
 * A thread that hangs in a function of Windows cannot be ended safely. It is left behind: its job counts as timed out,
 * another thread takes its place, and what it may still find is thrown away.
 */
#include "host_win32.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/scan.h"
#include "base/wide.h"

#include <conio.h>
#include <sddl.h>
#include <shlobj.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_MS (5 * 60 * 1000)
#define WORKERS 4
#define GRACE_MS 5000 /* beyond an item's own limit, for reading back and clearing up */
#define STOP_MS \
	2000 /* the same when the run is stopped: a window that is closed leaves five seconds in all */

static ULONGLONG deadline;
static wchar_t system32[MAX_PATH], temp[MAX_PATH];

bool host_can_collect(void)
{
	return true;
}

bool host_must_stop(void)
{
	return machine_interrupted() || (deadline && GetTickCount64() > deadline);
}

/*
 * Folders
 */

static bool is_wow64(void)
{
	BOOL wow = FALSE;
	return IsWow64Process(GetCurrentProcess(), &wow) && wow;
}

const wchar_t *system_folder(void)
{
	return system32;
}

const wchar_t *temp_folder(void)
{
	return *temp ? temp : NULL;
}

static void find_system_folder(void)
{
	UINT size = is_wow64() ? GetSystemWindowsDirectoryW(system32, MAX_PATH - 16)
			       : GetSystemDirectoryW(system32, MAX_PATH);
	if (size == 0 || size >= MAX_PATH - 16)
		machine_failed("Windows does not tell its system folder");
	if (is_wow64())
		wcscat(system32, L"\\Sysnative");
}

static bool is_elevated(bool *elevated)
{
	TOKEN_ELEVATION elevation = {0};
	DWORD size = sizeof elevation;
	HANDLE token;
	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
		return false;
	bool good = GetTokenInformation(token, TokenElevation, &elevation, size, &size);
	CloseHandle(token);
	*elevated = elevation.TokenIsElevated != 0;
	return good;
}

/* With an administrator's rights on, the folder is closed to the same user's programs without them: a script is run
 * from a copy in it. */
static void make_temp_folder(void)
{
	wchar_t base[MAX_PATH - 40];
	SECURITY_ATTRIBUTES security = {sizeof security, NULL, FALSE};
	bool elevated = false;
	DWORD size = GetTempPathW(sizeof base / sizeof *base, base);
	if (size == 0 || size >= sizeof base / sizeof *base)
		return;
	if (is_elevated(&elevated) && elevated)
		(void)ConvertStringSecurityDescriptorToSecurityDescriptorW(
			L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", SDDL_REVISION_1,
			&security.lpSecurityDescriptor, NULL);
	for (unsigned i = 0; i < 16; i++) {
		_snwprintf(temp, MAX_PATH - 1, L"%lsactdx-%lx-%x", base, GetCurrentProcessId(), i);
		if (CreateDirectoryW(temp, &security))
			break;
		*temp = L'\0';
	}
	LocalFree(security.lpSecurityDescriptor);
}

void host_begin(void)
{
	WSADATA sockets;
	find_system_folder();
	make_temp_folder();
	/* No box that asks for a disk or tells of a crash: children inherit this. */
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
	SetPriorityClass(GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS);
	(void)WSAStartup(MAKEWORD(2, 2), &sockets);
	deadline = GetTickCount64() + DEADLINE_MS;
}

void host_end(void)
{
	wchar_t path[2 * MAX_PATH];
	WIN32_FIND_DATAW found;
	if (!*temp)
		return;
	_snwprintf(path, 2 * MAX_PATH - 1, L"%ls\\*", temp);
	HANDLE search = FindFirstFileW(path, &found);
	if (search != INVALID_HANDLE_VALUE) {
		do {
			_snwprintf(path, 2 * MAX_PATH - 1, L"%ls\\%ls", temp, found.cFileName);
			DeleteFileW(path);
		} while (FindNextFileW(search, &found));
		FindClose(search);
	}
	RemoveDirectoryW(temp);
}

/* Variables of a 32-bit program tell of 32-bit folders. */
static const char *own_width(struct arena *arena, const char *text)
{
	static const struct {
		const char *from, *to;
	} other[] = {{"%SystemRoot%\\System32\\", "%SystemRoot%\\Sysnative\\"},
		{"%ProgramFiles%", "%ProgramW6432%"}};
	for (size_t i = 0; is_wow64() && i < sizeof other / sizeof *other; i++) {
		struct str whole = str_of(text);
		size_t at = str_find(whole, str_of(other[i].from));
		if (at != STR_NONE)
			text = arena_format(arena, "%.*s%s%s", STR_PRINT(str_slice(whole, 0, at)),
				other[i].to, text + at + strlen(other[i].from));
	}
	return text;
}

wchar_t *expand(const char *text)
{
	struct arena *arena = arena_new();
	wchar_t *wide = wide_of(own_width(arena, text));
	arena_free(arena);
	DWORD size = ExpandEnvironmentStringsW(wide, NULL, 0);
	wchar_t *made = calloc((size_t)size + 1, sizeof *made);
	if (!made)
		machine_failed("out of memory");
	ExpandEnvironmentStringsW(wide, made, size);
	free(wide);
	return made;
}

#define ROOM_LEAST (1024 * 1024) /* bytes for a bundle without its larger logs */

static bool has_room(const wchar_t *folder)
{
	ULARGE_INTEGER room;
	return !GetDiskFreeSpaceExW(folder, &room, NULL, NULL) || room.QuadPart >= ROOM_LEAST;
}

const char *host_output_folder(struct arena *arena)
{
	wchar_t folder[MAX_PATH], probe[MAX_PATH + 32];
	static const int places[] = {CSIDL_DESKTOPDIRECTORY, CSIDL_PERSONAL};
	DWORD size = GetCurrentDirectoryW(MAX_PATH, folder);
	for (size_t i = 0;; i++) {
		_snwprintf(probe, MAX_PATH + 31, L"%ls\\actdx-%lx.partial", folder,
			GetCurrentProcessId());
		HANDLE file = size == 0 || size >= MAX_PATH
			? INVALID_HANDLE_VALUE
			: CreateFileW(probe, GENERIC_WRITE, 0, NULL, CREATE_NEW,
				  FILE_FLAG_DELETE_ON_CLOSE, NULL);
		if (file != INVALID_HANDLE_VALUE)
			CloseHandle(file);
		if (file != INVALID_HANDLE_VALUE && has_room(folder))
			break;
		if (i == sizeof places / sizeof *places)
			return "";
		bool there = SUCCEEDED(SHGetFolderPathW(NULL, places[i], NULL, 0, folder));
		size = there ? (DWORD)wcslen(folder) : 0;
	}
	char *utf8 = wide_to_utf8(folder, WIDE_ALL);
	const char *copy = arena_copy(arena, str_of(utf8)).at;
	free(utf8);
	return copy;
}

struct text_list host_matches(struct arena *arena, const char *pattern)
{
	struct text_list list = {0};
	const char *star = strstr(pattern, "\\*\\");
	WIN32_FIND_DATAW found;
	if (!star) {
		add_name(arena, &list, pattern);
		return list;
	}
	const char *folder = arena_format(arena, "%.*s", (int)(star - pattern), pattern);
	wchar_t *wide = expand(arena_format(arena, "%s\\*", folder));
	HANDLE search = FindFirstFileW(wide, &found);
	free(wide);
	if (search == INVALID_HANDLE_VALUE)
		return list;
	do {
		char *name = wide_to_utf8(found.cFileName, WIDE_ALL);
		const char *path = arena_format(arena, "%s\\%s%s", folder, name, star + 2);
		wchar_t *full = expand(path);
		DWORD attributes = GetFileAttributesW(full);
		if (*name != '.' && attributes != INVALID_FILE_ATTRIBUTES &&
			!(attributes & FILE_ATTRIBUTE_DIRECTORY) && list.count < 64)
			add_name(arena, &list, path);
		free(name);
		free(full);
	} while (FindNextFileW(search, &found));
	FindClose(search);
	return list;
}

/*
 * What machine it is
 */

static unsigned code_page(const wchar_t *name, UINT otherwise)
{
	HKEY key;
	int64_t number = 0;
	if (!open_key("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage", &key))
		return otherwise;
	char *text = read_registry_text(key, name);
	RegCloseKey(key);
	if (text && !(scan_number(str_of(text), &number) && number > 0 && number < 70000))
		number = 0;
	free(text);
	return number ? (unsigned)number : otherwise;
}

static const char *registry_copy(struct arena *arena, HKEY key, const wchar_t *name)
{
	char *text = read_registry_text(key, name);
	const char *copy = text ? arena_copy(arena, str_of(text)).at : "";
	free(text);
	return copy;
}

static const char *os_build(struct arena *arena)
{
	HKEY key;
	DWORD revision = 0, size = sizeof revision, type = 0;
	if (!open_key("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", &key))
		return NULL;
	const char *build = registry_copy(arena, key, L"CurrentBuildNumber");
	if (RegQueryValueExW(key, L"UBR", NULL, &type, (BYTE *)&revision, &size) == ERROR_SUCCESS &&
		type == REG_DWORD)
		build = arena_format(arena, "%s.%lu", build, revision);
	RegCloseKey(key);
	return build;
}

struct host_machine host_describe(struct arena *arena)
{
	struct host_machine machine = {.elevated = "unknown",
		.oem_code_page = code_page(L"OEMCP", GetOEMCP()),
		.ansi_code_page = code_page(L"ACP", GetACP()),
		.os_build = os_build(arena)};
	wchar_t name[256], language[LOCALE_NAME_MAX_LENGTH];
	DWORD size = 256;
	bool elevated;
	if (is_elevated(&elevated))
		machine.elevated = elevated ? "yes" : "no";
	if (GetComputerNameExW(ComputerNameDnsHostname, name, &size)) {
		char *utf8 = wide_to_utf8(name, WIDE_ALL);
		machine.computer = arena_copy(arena, str_of(utf8)).at;
		free(utf8);
	}
	if (LCIDToLocaleName(MAKELCID(GetUserDefaultUILanguage(), SORT_DEFAULT), language,
		    LOCALE_NAME_MAX_LENGTH, 0)) {
		char *utf8 = wide_to_utf8(language, WIDE_ALL);
		machine.ui_language = arena_copy(arena, str_of(utf8)).at;
		free(utf8);
	}
	return machine;
}

/*
 * Gathering
 */

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_LEFT };

struct slot {
	struct job job; /* the worker's own copy */
	enum job_state state;
	ULONGLONG began;
	HANDLE done;
};

static struct {
	CRITICAL_SECTION lock;
	struct slot *slots;
	size_t count, next;
} queue;

static void run_slot(struct slot *slot)
{
	ULONGLONG began = GetTickCount64();
	slot->job.started = machine_now();
	host_gather(&slot->job);
	slot->job.milliseconds = (unsigned)(GetTickCount64() - began);
}

static DWORD WINAPI work(void *unused)
{
	(void)unused;
	(void)CoInitializeEx(NULL, COINIT_MULTITHREADED);
	for (;;) {
		EnterCriticalSection(&queue.lock);
		struct slot *slot = queue.next < queue.count && !host_must_stop()
			? &queue.slots[queue.next++]
			: NULL;
		if (slot) {
			slot->state = JOB_RUNNING;
			slot->began = GetTickCount64();
		}
		LeaveCriticalSection(&queue.lock);
		if (!slot)
			return 0;
		run_slot(slot);
		EnterCriticalSection(&queue.lock);
		bool left = slot->state == JOB_LEFT;
		slot->state = left ? JOB_LEFT : JOB_DONE;
		SetEvent(slot->done);
		LeaveCriticalSection(&queue.lock);
		if (left)
			return 0;
	}
}

static void start_worker(void)
{
	HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
	if (thread)
		CloseHandle(thread);
}

/* When the run was seen to be stopped; a tool is then ended at once, and what it printed is still taken. */
static ULONGLONG stopped_at;

/* Has it come to the point where nobody waits for it any longer? Decided under the lock. */
static bool give_up(struct slot *slot, const struct job *job)
{
	bool stopped = host_must_stop();
	ULONGLONG now = GetTickCount64();
	if (stopped && !stopped_at)
		stopped_at = now;
	bool late = slot->state == JOB_RUNNING &&
		(stopped ? now - stopped_at > STOP_MS
			 : now - slot->began > 2000ull * job->item->timeout_seconds + GRACE_MS);
	if (!late && !(stopped && slot->state == JOB_WAITING))
		return false;
	slot->state = JOB_LEFT;
	if (!stopped)
		start_worker();
	return true;
}

static void say_left(struct job *job, bool began)
{
	struct rung *rung = &job->rungs[0];
	job->rung_count = 1;
	rung->way = "none";
	if (machine_interrupted())
		gathered_say(&rung->result, ROW_SKIPPED, "interrupted");
	else if (began)
		gathered_say(&rung->result, ROW_TIMEOUT, "Windows did not answer");
	else
		gathered_say(&rung->result, ROW_TIMEOUT, "the five minutes of the run were over");
}

static void wait_for(struct slot *slot, struct job *job)
{
	for (;;) {
		bool done = WaitForSingleObject(slot->done, 50) == WAIT_OBJECT_0;
		EnterCriticalSection(&queue.lock);
		bool began = slot->state != JOB_WAITING;
		bool left = !done && give_up(slot, job);
		LeaveCriticalSection(&queue.lock);
		if (done)
			*job = slot->job;
		else if (left)
			say_left(job, began);
		if (done || left)
			return;
	}
}

void host_gather_all(struct job *jobs, size_t count, job_finished *finished, void *context)
{
	/* Never freed: a thread that was left behind may still write to its slot. */
	struct slot *slots = calloc(count + 1, sizeof *slots);
	if (!slots)
		machine_failed("out of memory");
	for (size_t i = 0; i < count; i++) {
		slots[i].job = jobs[i];
		slots[i].done = CreateEventW(NULL, TRUE, FALSE, NULL);
	}
	InitializeCriticalSection(&queue.lock);
	queue.slots = slots;
	queue.count = count;
	for (size_t i = 0; i < WORKERS && i < count; i++)
		start_worker();
	for (size_t i = 0; i < count; i++) {
		wait_for(&slots[i], &jobs[i]);
		finished(context, &jobs[i]);
	}
}

/*
 * The user
 */

bool host_owns_console(void)
{
	DWORD processes[2];
	return GetConsoleProcessList(processes, 2) == 1;
}

bool host_wait_for_key(void)
{
	HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
	DWORD mode, got;
	INPUT_RECORD record;
	if (!GetConsoleMode(input, &mode))
		return true;
	FlushConsoleInputBuffer(input);
	while (!machine_interrupted()) {
		if (WaitForSingleObject(input, 100) != WAIT_OBJECT_0 ||
			!ReadConsoleInputW(input, &record, 1, &got) || got == 0 ||
			record.EventType != KEY_EVENT || !record.Event.KeyEvent.bKeyDown)
			continue;
		WORD key = record.Event.KeyEvent.wVirtualKeyCode;
		if (key == VK_ESCAPE || key == 'Q')
			return false;
		if (key == VK_RETURN || key == VK_SPACE ||
			record.Event.KeyEvent.uChar.UnicodeChar >= L' ')
			return true;
	}
	return false;
}
