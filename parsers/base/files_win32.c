/*
 * Files on Windows. Handles are opened by the wide functions and then given to the C library, so that a path may hold
 * any letters and be of any length.
 */
#include "base/files.h"

#include "base/fail.h"
#include "base/limits.h"
#include "base/wide.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

const char *const file_separators = "\\/";

/* errno for what Windows said last; what has no name of its own is an input or output error. */
static void set_errno(void)
{
	static const struct {
		DWORD windows;
		int number;
	} known[] = {{ERROR_FILE_NOT_FOUND, ENOENT}, {ERROR_PATH_NOT_FOUND, ENOENT},
		{ERROR_INVALID_NAME, ENOENT}, {ERROR_BAD_NETPATH, ENOENT},
		{ERROR_NOT_READY, ENOENT}, {ERROR_ACCESS_DENIED, EACCES},
		{ERROR_SHARING_VIOLATION, EACCES}, {ERROR_LOCK_VIOLATION, EACCES},
		{ERROR_WRITE_PROTECT, EROFS}, {ERROR_FILE_EXISTS, EEXIST},
		{ERROR_ALREADY_EXISTS, EEXIST}, {ERROR_DISK_FULL, ENOSPC},
		{ERROR_HANDLE_DISK_FULL, ENOSPC}, {ERROR_NOT_ENOUGH_MEMORY, ENOMEM}};
	DWORD error = GetLastError();
	errno = EIO;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].windows == error)
			errno = known[i].number;
}

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static HANDLE open_wide(const char *path, DWORD access, DWORD share, DWORD how, DWORD flags)
{
	wchar_t *wide = wide_path(path);
	if (!wide)
		return INVALID_HANDLE_VALUE;
	HANDLE handle = CreateFileW(wide, access, share, NULL, how, flags, NULL);
	if (handle == INVALID_HANDLE_VALUE)
		set_errno();
	free(wide);
	return handle;
}

/* For looking at, whatever it is. */
static HANDLE open_to_look(const char *path)
{
	return open_wide(path, 0, SHARE_ALL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
}

static bool look_at(const char *path, BY_HANDLE_FILE_INFORMATION *info, DWORD *type)
{
	HANDLE handle = open_to_look(path);
	if (handle == INVALID_HANDLE_VALUE)
		return false;
	*type = GetFileType(handle);
	*info = (BY_HANDLE_FILE_INFORMATION){0};
	bool good = *type != FILE_TYPE_DISK || GetFileInformationByHandle(handle, info);
	CloseHandle(handle);
	return good;
}

enum file_kind file_kind(const char *path)
{
	BY_HANDLE_FILE_INFORMATION info;
	DWORD type;
	if (!look_at(path, &info, &type))
		return FILE_MISSING;
	if (type != FILE_TYPE_DISK)
		return FILE_OTHER;
	return info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? FILE_FOLDER : FILE_REGULAR;
}

static uint64_t joined(DWORD high, DWORD low)
{
	return (uint64_t)high << 32 | low;
}

uint64_t file_size(const char *path)
{
	BY_HANDLE_FILE_INFORMATION info;
	DWORD type;
	return look_at(path, &info, &type) ? joined(info.nFileSizeHigh, info.nFileSizeLow) : 0;
}

bool file_is_same(const char *a, const char *b)
{
	BY_HANDLE_FILE_INFORMATION left, right;
	DWORD left_type, right_type;
	return look_at(a, &left, &left_type) && look_at(b, &right, &right_type) &&
		left_type == FILE_TYPE_DISK && right_type == FILE_TYPE_DISK &&
		left.dwVolumeSerialNumber == right.dwVolumeSerialNumber &&
		left.nFileIndexHigh == right.nFileIndexHigh &&
		left.nFileIndexLow == right.nFileIndexLow;
}

/* A reparse point that stands for another name: a link or a mounted folder. Files that a cloud service or
 * deduplication keeps elsewhere are reparse points too, and no links. */
static bool is_link(DWORD attributes, DWORD tag)
{
	return attributes & FILE_ATTRIBUTE_REPARSE_POINT && IsReparseTagNameSurrogate(tag);
}

struct listing {
	struct arena *arena;
	struct folder *folder;
	size_t room;
};

static void add_entry(struct listing *listing, struct folder_entry entry)
{
	struct folder *folder = listing->folder;
	if (folder->count == LIMIT_MEMBERS) {
		folder->too_many = true;
		return;
	}
	folder->at = arena_grow(
		listing->arena, folder->at, folder->count, &listing->room, sizeof *folder->at);
	folder->at[folder->count++] = entry;
}

static bool list_folder(
	struct listing *listing, const char *path, const char *inside, unsigned depth);

static void list_entry(struct listing *listing, const char *path, const char *inside,
	const WIN32_FIND_DATAW *found, unsigned depth)
{
	char *name = wide_to_utf8(found->cFileName, WIDE_ALL);
	struct folder_entry entry = {
		.path = arena_format(listing->arena, "%s/%s", path, name),
		.name = *inside ? arena_format(listing->arena, "%s/%s", inside, name)
				: arena_copy(listing->arena, str_of(name)).at,
	};
	free(name);
	if (is_link(found->dwFileAttributes, found->dwReserved0)) {
		entry.problem = "is a link; links are not followed";
	} else if (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
		if (depth >= LIMIT_FOLDER_DEPTH)
			listing->folder->too_deep = true;
		else if (!list_folder(listing, entry.path, entry.name, depth + 1))
			entry.problem = strerror(errno);
		if (!entry.problem)
			return;
	} else {
		entry.size = joined(found->nFileSizeHigh, found->nFileSizeLow);
	}
	add_entry(listing, entry);
}

static bool list_folder(
	struct listing *listing, const char *path, const char *inside, unsigned depth)
{
	wchar_t *pattern = wide_path(arena_format(listing->arena, "%s/*", path));
	WIN32_FIND_DATAW found;
	if (!pattern)
		return false;
	HANDLE search = FindFirstFileW(pattern, &found);
	free(pattern);
	if (search == INVALID_HANDLE_VALUE) {
		set_errno();
		return false;
	}
	do {
		if (wcscmp(found.cFileName, L".") != 0 && wcscmp(found.cFileName, L"..") != 0)
			list_entry(listing, path, inside, &found, depth);
	} while (!listing->folder->too_many && FindNextFileW(search, &found));
	FindClose(search);
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	const struct folder_entry *left = a, *right = b;
	return strcmp(left->name, right->name);
}

bool folder_list(struct arena *arena, const char *path, struct folder *folder)
{
	*folder = (struct folder){0};
	struct listing listing = {arena, folder, 0};
	if (!list_folder(&listing, path, "", 0))
		return false;
	if (folder->count)
		qsort(folder->at, folder->count, sizeof *folder->at, compare_entries);
	return true;
}

/* Gives the handle to the C library; closes it when that cannot be. */
static FILE *stream_of(HANDLE handle, int flags, const char *mode)
{
	if (handle == INVALID_HANDLE_VALUE)
		return NULL;
	int descriptor = _open_osfhandle((intptr_t)handle, flags | _O_BINARY | _O_NOINHERIT);
	if (descriptor < 0) {
		CloseHandle(handle);
		errno = EMFILE;
		return NULL;
	}
	FILE *file = _fdopen(descriptor, mode);
	if (!file)
		_close(descriptor);
	return file;
}

FILE *file_open(const char *path)
{
	wchar_t *wide = wide_path(path);
	if (!wide)
		return NULL;
	WIN32_FIND_DATAW found = {0};
	HANDLE search = FindFirstFileW(wide, &found);
	if (search != INVALID_HANDLE_VALUE)
		FindClose(search);
	free(wide);
	if (is_link(found.dwFileAttributes, found.dwReserved0)) {
		errno = EINVAL;
		return NULL;
	}
	HANDLE handle = open_wide(path, GENERIC_READ, SHARE_ALL, OPEN_EXISTING, 0);
	if (handle != INVALID_HANDLE_VALUE && GetFileType(handle) != FILE_TYPE_DISK) {
		CloseHandle(handle);
		errno = EINVAL;
		return NULL;
	}
	return stream_of(handle, _O_RDONLY, "rb");
}

FILE *file_open_named(const char *path)
{
	return stream_of(
		open_wide(path, GENERIC_READ, SHARE_ALL, OPEN_EXISTING, 0), _O_RDONLY, "rb");
}

int64_t file_seek(FILE *file, int64_t offset, int whence)
{
	return _fseeki64(file, offset, whence) == 0 ? _ftelli64(file) : -1;
}

FILE *file_create(const char *path)
{
	return stream_of(open_wide(path, GENERIC_WRITE, FILE_SHARE_READ, CREATE_NEW, 0), 0, "wb");
}

FILE *file_replace(const char *path)
{
	return stream_of(
		open_wide(path, GENERIC_WRITE, FILE_SHARE_READ, CREATE_ALWAYS, 0), 0, "wb");
}

static HANDLE handle_of(FILE *file)
{
	return (HANDLE)_get_osfhandle(_fileno(file));
}

bool file_finish(FILE *file)
{
	bool good = fflush(file) == 0 && !ferror(file);
	int reason = errno;
	DWORD type = GetFileType(handle_of(file));
	if (good && type == FILE_TYPE_DISK && !FlushFileBuffers(handle_of(file))) {
		set_errno();
		reason = errno;
		good = false;
	}
	if (fclose(file) != 0 && good)
		return false;
	errno = reason;
	return good;
}

bool file_rename_new(const char *from, const char *to)
{
	wchar_t *wide_from = wide_path(from), *wide_to = wide_path(to);
	bool good = wide_from && wide_to && MoveFileExW(wide_from, wide_to, MOVEFILE_WRITE_THROUGH);
	if (!good && wide_from && wide_to)
		set_errno();
	free(wide_from);
	free(wide_to);
	return good;
}

void file_delete(const char *path)
{
	wchar_t *wide = wide_path(path);
	if (wide)
		DeleteFileW(wide);
	free(wide);
}

bool file_free_space(const char *path, uint64_t *bytes)
{
	wchar_t *folder = wide_path(path);
	ULARGE_INTEGER room = {0};
	bool good = false;
	while (folder && !(good = GetDiskFreeSpaceExW(folder, &room, NULL, NULL))) {
		wchar_t *slash = wcsrchr(folder, L'\\');
		if (!slash)
			break;
		/* "C:\" keeps its backslash, and is the last that is asked. */
		bool root = slash > folder && slash[-1] == L':';
		if (root && !slash[1])
			break;
		slash[root ? 1 : 0] = L'\0';
	}
	free(folder);
	*bytes = room.QuadPart;
	return good;
}

#define TICKS_PER_SECOND 10000000u
#define SECONDS_1601_TO_1970 11644473600ll

int64_t file_modified(FILE *file)
{
	FILETIME time;
	if (!GetFileTime(handle_of(file), NULL, NULL, &time))
		return 0;
	return (int64_t)(joined(time.dwHighDateTime, time.dwLowDateTime) / TICKS_PER_SECOND) -
		SECONDS_1601_TO_1970;
}

double file_clock_seconds(void)
{
	LARGE_INTEGER now, frequency;
	QueryPerformanceCounter(&now);
	QueryPerformanceFrequency(&frequency);
	return (double)now.QuadPart / (double)frequency.QuadPart;
}

bool file_is_terminal(FILE *stream)
{
	DWORD mode;
	return GetConsoleMode(handle_of(stream), &mode) != 0;
}

/* A console takes 64 KB at most at once, older ones less. */
#define CONSOLE_UNITS 8192u

static bool print_to_console(HANDLE console, const char *at, size_t size)
{
	char *copy = malloc(size + 1);
	if (!copy)
		machine_failed("out of memory");
	memcpy(copy, at, size);
	copy[size] = '\0';
	wchar_t *wide = wide_of(copy);
	free(copy);
	size_t left = wcslen(wide);
	const wchar_t *from = wide;
	for (DWORD wrote = 1; left && wrote; left -= wrote, from += wrote)
		if (!WriteConsoleW(console, from,
			    left < CONSOLE_UNITS ? (DWORD)left : CONSOLE_UNITS, &wrote, NULL))
			wrote = 0;
	free(wide);
	if (left)
		errno = EIO;
	return left == 0;
}

bool file_print(FILE *to, const char *at, size_t size)
{
	if (file_is_terminal(to))
		return fflush(to) == 0 && print_to_console(handle_of(to), at, size);
	/* Line ends are ours to choose, not the C library's. */
	(void)_setmode(_fileno(to), _O_BINARY);
	return fwrite(at, 1, size, to) == size && fflush(to) == 0;
}
