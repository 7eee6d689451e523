/*
 * The machine itself, asked without a tool: services, permissions, who has files open.
 */
#include "host_win32.h"

#include "base/limits.h"
#include "base/wide.h"
#include "parser.h"

#include <aclapi.h>
#include <restartmanager.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>

static void put_wide(struct out *out, const wchar_t *text)
{
	char *utf8 = wide_to_utf8(text ? text : L"", WIDE_ALL);
	for (const char *c = utf8; *c; c++)
		out_char(out, strchr("\t\r\n", *c) ? ' ' : *c);
	free(utf8);
}

/*
 * Services, as sc prints them
 */

static const char *word_of(const char *const *words, size_t count, DWORD number)
{
	return number < count && words[number] ? words[number] : "";
}

static void put_state(struct out *out, const char *name, const SERVICE_STATUS_PROCESS *status)
{
	static const char *const states[] = {NULL, "STOPPED", "START_PENDING", "STOP_PENDING",
		"RUNNING", "CONTINUE_PENDING", "PAUSE_PENDING", "PAUSED"};
	out_format(out,
		"\r\nSERVICE_NAME: %s\r\n        TYPE               : %lx\r\n"
		"        STATE              : %lu  %s\r\n"
		"        WIN32_EXIT_CODE    : %lu  (0x%lx)\r\n"
		"        SERVICE_EXIT_CODE  : %lu  (0x%lx)\r\n"
		"        CHECKPOINT         : 0x%lx\r\n        WAIT_HINT          : 0x%lx\r\n"
		"        PID                : %lu\r\n        FLAGS              : %s\r\n",
		name, status->dwServiceType, status->dwCurrentState,
		word_of(states, 8, status->dwCurrentState), status->dwWin32ExitCode,
		status->dwWin32ExitCode, status->dwServiceSpecificExitCode,
		status->dwServiceSpecificExitCode, status->dwCheckPoint, status->dwWaitHint,
		status->dwProcessId, "");
}

static void put_config(struct out *out, const char *name, const QUERY_SERVICE_CONFIGW *config)
{
	static const char *const starts[] = {
		"BOOT_START", "SYSTEM_START", "AUTO_START", "DEMAND_START", "DISABLED"};
	out_format(out,
		"[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: %s\r\n"
		"        TYPE               : %lx\r\n        START_TYPE         : %lu   %s\r\n"
		"        ERROR_CONTROL      : %lu\r\n        BINARY_PATH_NAME   : ",
		name, config->dwServiceType, config->dwStartType,
		word_of(starts, 5, config->dwStartType), config->dwErrorControl);
	put_wide(out, config->lpBinaryPathName);
	out_text(out, "\r\n        DISPLAY_NAME       : ");
	put_wide(out, config->lpDisplayName);
	out_text(out, "\r\n        DEPENDENCIES       : ");
	for (const wchar_t *one = config->lpDependencies; one && *one; one += wcslen(one) + 1) {
		out_text(out,
			one == config->lpDependencies ? "" : "\r\n                           : ");
		put_wide(out, one);
	}
	out_text(out, "\r\n        SERVICE_START_NAME : ");
	put_wide(out, config->lpServiceStartName);
	out_text(out, "\r\n");
}

static DWORD ask_service(SC_HANDLE service, bool config, const char *name, struct out *out)
{
	DWORD size = 0;
	SERVICE_STATUS_PROCESS status;
	static const DWORD room = 8192; /* the most that Windows ever needs */
	if (!config) {
		if (!QueryServiceStatusEx(
			    service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size))
			return GetLastError();
		put_state(out, name, &status);
		return ERROR_SUCCESS;
	}
	QUERY_SERVICE_CONFIGW *all = malloc(room);
	DWORD error = ERROR_SUCCESS;
	if (!all || !QueryServiceConfigW(service, all, room, &size))
		error = all ? GetLastError() : ERROR_OUTOFMEMORY;
	else
		put_config(out, name, all);
	free(all);
	return error;
}

void native_service(const struct job *job, struct gathered *to)
{
	struct str rest = str_from(str_of(job->command), strlen("sc"));
	bool config = str_equal_nocase(command_argument(&rest), STR("qc"));
	struct arena *arena = arena_new();
	const char *name = arena_copy(arena, command_argument(&rest)).at;
	wchar_t *wide = wide_of(name);
	struct out out = out_new(64 * KIB);
	DWORD error = ERROR_SUCCESS;
	SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
	SC_HANDLE service = manager
		? OpenServiceW(manager, wide, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG)
		: NULL;
	error = service ? ask_service(service, config, name, &out) : GetLastError();
	if (error == ERROR_SERVICE_DOES_NOT_EXIST)
		out_format(&out, "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n");
	else if (error)
		gathered_error(to, error, "the service manager");
	if (out.size)
		gathered_text(to, &out);
	else
		out_free(&out);
	if (service)
		CloseServiceHandle(service);
	if (manager)
		CloseServiceHandle(manager);
	free(wide);
	arena_free(arena);
}

/*
 * Permissions as SDDL, in the form of Get-Acl's list
 */

static DWORD put_sddl(struct out *out, wchar_t *path, SE_OBJECT_TYPE type, const char *shown)
{
	PSECURITY_DESCRIPTOR descriptor = NULL;
	wchar_t *text = NULL;
	SECURITY_INFORMATION wanted =
		OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
	DWORD error =
		GetNamedSecurityInfoW(path, type, wanted, NULL, NULL, NULL, NULL, &descriptor);
	if (!error &&
		!ConvertSecurityDescriptorToStringSecurityDescriptorW(
			descriptor, SDDL_REVISION_1, wanted, &text, NULL))
		error = GetLastError();
	if (!error) {
		out_format(out,
			"Path   : Microsoft.PowerShell.Core\\%s\r\nOwner  : \r\nSddl   : ", shown);
		put_wide(out, text);
		out_text(out, "\r\n\r\n");
	}
	LocalFree(text);
	LocalFree(descriptor);
	return error;
}

/* "sddl file PATH" or "sddl registry KEY". */
void native_sddl(const struct job *job, struct gathered *to)
{
	struct str rest = str_from(str_of(job->command), strlen("sddl"));
	bool registry = str_equal_nocase(str_word(&rest), STR("registry"));
	struct arena *arena = arena_new();
	struct out out = out_new(LIMIT_LINE_BYTES + 4096);
	char *given = arena_copy_chars(arena, str_trim(rest));
	wchar_t *path = expand(
		registry ? arena_format(arena, "MACHINE%s", given + strcspn(given, "\\")) : given);
	char *utf8 = wide_to_utf8(path, WIDE_ALL);
	const char *shown = registry ? arena_format(arena, "Registry::HKEY_LOCAL_MACHINE%s",
					       given + strcspn(given, "\\"))
				     : arena_format(arena, "FileSystem::%s", utf8);
	DWORD error = put_sddl(&out, path, registry ? SE_REGISTRY_KEY : SE_FILE_OBJECT, shown);
	if (error) {
		gathered_error(to, error, "its permissions cannot be read");
		out_free(&out);
	} else {
		gathered_text(to, &out);
	}
	free(utf8);
	free(path);
	arena_free(arena);
}

/*
 * Restart Manager, in the form of docs/bundle-format.md. Looked for while running: Server Core of old may lack it.
 */

typedef DWORD WINAPI rm_start(DWORD *, DWORD, WCHAR *);
typedef DWORD WINAPI rm_register(
	DWORD, UINT, LPCWSTR *, UINT, RM_UNIQUE_PROCESS *, UINT, LPCWSTR *);
typedef DWORD WINAPI rm_list(DWORD, UINT *, UINT *, RM_PROCESS_INFO *, DWORD *);
typedef DWORD WINAPI rm_end(DWORD);

struct restart_manager {
	rm_start *start;
	rm_register *add;
	rm_list *list;
	rm_end *end;
};

static bool find_restart_manager(struct restart_manager *rm)
{
	wchar_t path[MAX_PATH];
	FARPROC found[4];
	static const char *const names[] = {
		"RmStartSession", "RmRegisterResources", "RmGetList", "RmEndSession"};
	if (GetSystemDirectoryW(path, MAX_PATH - 16) == 0)
		return false;
	wcscat(path, L"\\rstrtmgr.dll");
	HMODULE library = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
	for (size_t i = 0; i < 4; i++)
		if ((found[i] = library ? GetProcAddress(library, names[i]) : NULL) == NULL)
			return false;
	memcpy(&rm->start, &found[0], sizeof found[0]);
	memcpy(&rm->add, &found[1], sizeof found[1]);
	memcpy(&rm->list, &found[2], sizeof found[2]);
	memcpy(&rm->end, &found[3], sizeof found[3]);
	return true;
}

static const char *type_word(RM_APP_TYPE type)
{
	return type == RmMainWindow     ? "main-window"
		: type == RmOtherWindow ? "other-window"
		: type == RmService     ? "service"
		: type == RmExplorer    ? "explorer"
		: type == RmConsole     ? "console"
		: type == RmCritical    ? "critical"
					: "unknown";
}

static void put_locker(struct out *out, const RM_PROCESS_INFO *who, const wchar_t *path)
{
	const FILETIME *began = &who->Process.ProcessStartTime;
	uint64_t ticks = (uint64_t)began->dwHighDateTime << 32 | began->dwLowDateTime;
	int64_t seconds = (int64_t)(ticks / 10000000u) - 11644473600ll;
	out_format(out, "%lu\t%s\t%s\t", who->Process.dwProcessId,
		machine_time_text(seconds, false).text, type_word(who->ApplicationType));
	put_wide(out, who->strAppName);
	out_char(out, '\t');
	put_wide(out, who->strServiceShortName);
	out_format(out, "\t%s\t", who->bRestartable ? "yes" : "no");
	put_wide(out, path);
	out_text(out, "\r\n");
}

#define LOCKERS_MAX 32

static void put_lockers(struct out *out, const struct restart_manager *rm, const wchar_t *path)
{
	DWORD session, reasons = 0;
	WCHAR key[CCH_RM_SESSION_KEY + 1] = L"";
	UINT needed = 0, count = LOCKERS_MAX;
	RM_PROCESS_INFO *who = calloc(LOCKERS_MAX, sizeof *who);
	DWORD error = who ? rm->start(&session, 0, key) : ERROR_OUTOFMEMORY;
	bool open = error == ERROR_SUCCESS;
	if (open)
		error = rm->add(session, 1, &path, 0, NULL, 0, NULL);
	if (!error)
		error = rm->list(session, &needed, &count, who, &reasons);
	if (error == ERROR_MORE_DATA)
		error = ERROR_SUCCESS; /* the first ones are there */
	for (UINT i = 0; !error && i < count && i < LOCKERS_MAX; i++)
		put_locker(out, &who[i], path);
	if (error || count == 0) {
		if (error)
			out_format(out, "-\t-\terror 0x%08lX\t\t\t\t", 0x80070000u | error);
		else
			out_text(out, "-\t-\tnone\t\t\t\t");
		put_wide(out, path);
		out_text(out, "\r\n");
	}
	if (open)
		rm->end(session);
	free(who);
}

/* The file, or the files of the folder: the token store has five to ten, and one folder below. */
static void put_tree(struct out *out, const struct restart_manager *rm, const wchar_t *path,
	unsigned depth, unsigned *left)
{
	wchar_t below[2 * MAX_PATH];
	WIN32_FIND_DATAW found;
	DWORD attributes = GetFileAttributesW(path);
	if (*left == 0 || host_must_stop())
		return;
	if (attributes == INVALID_FILE_ATTRIBUTES || !(attributes & FILE_ATTRIBUTE_DIRECTORY)) {
		--*left;
		put_lockers(out, rm, path);
		return;
	}
	_snwprintf(below, 2 * MAX_PATH - 1, L"%ls\\*", path);
	HANDLE search = depth ? FindFirstFileW(below, &found) : INVALID_HANDLE_VALUE;
	if (search == INVALID_HANDLE_VALUE)
		return;
	do {
		_snwprintf(below, 2 * MAX_PATH - 1, L"%ls\\%ls", path, found.cFileName);
		if (*found.cFileName != L'.')
			put_tree(out, rm, below, depth - 1, left);
	} while (FindNextFileW(search, &found));
	FindClose(search);
}

void native_locks(const struct job *job, struct gathered *to)
{
	struct restart_manager rm;
	unsigned left = 64;
	if (!find_restart_manager(&rm)) {
		to->absent = true;
		gathered_say(to, ROW_MISSING_TOOL, "rstrtmgr.dll cannot be used");
		return;
	}
	struct str rest = str_from(str_of(job->command), strlen("restart-manager"));
	struct arena *arena = arena_new();
	wchar_t *path = expand(arena_copy(arena, str_trim(rest)).at);
	struct out out = out_new(MIB);
	out_text(&out, "# actdx restart-manager 1\r\n");
	size_t header = out.size;
	DWORD attributes = GetFileAttributesW(path);
	if (attributes == INVALID_FILE_ATTRIBUTES) {
		gathered_error(to, GetLastError(), "the path");
		out_free(&out);
	} else {
		put_tree(&out, &rm, path, 3, &left);
		if (out.size > header)
			gathered_text(to, &out);
		else {
			gathered_say(to, ROW_FAILED, "the folder holds no file that can be seen");
			out_free(&out);
		}
	}
	free(path);
	arena_free(arena);
}
