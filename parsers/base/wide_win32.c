#include "base/wide.h"

#include "base/fail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void *must(void *memory)
{
	if (!memory)
		machine_failed("out of memory");
	return memory;
}

wchar_t *wide_of(const char *utf8)
{
	int count = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0);
	wchar_t *wide = must(calloc((size_t)count + 1, sizeof *wide));
	MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, count);
	return wide;
}

char *wide_to_utf8(const wchar_t *wide, int count)
{
	int size = count ? WideCharToMultiByte(CP_UTF8, 0, wide, count, NULL, 0, NULL, NULL) : 0;
	char *utf8 = must(calloc((size_t)size + 1, 1));
	if (size)
		WideCharToMultiByte(CP_UTF8, 0, wide, count, utf8, size, NULL, NULL);
	return utf8;
}

static bool has_prefix(const wchar_t *path, const wchar_t *prefix)
{
	return wcsncmp(path, prefix, wcslen(prefix)) == 0;
}

/* Room for the longest of both prefixes stands in front of the path. */
#define PREFIX_UNITS 8

wchar_t *wide_path(const char *utf8)
{
	wchar_t *wide = wide_of(utf8);
	DWORD room = GetFullPathNameW(wide, 0, NULL, NULL);
	wchar_t *full = must(calloc(PREFIX_UNITS + (size_t)room + 1, sizeof *full));
	DWORD size = room ? GetFullPathNameW(wide, room, full + PREFIX_UNITS, NULL) : 0;
	free(wide);
	if (size == 0 || size >= room) {
		free(full);
		errno = EINVAL;
		return NULL;
	}
	const wchar_t *path = full + PREFIX_UNITS, *prefix = L"";
	/* 12 units are kept for a name in a folder, as Windows does itself. */
	if (size >= MAX_PATH - 12 && !has_prefix(path, L"\\\\?\\") &&
		!has_prefix(path, L"\\\\.\\")) {
		bool share = has_prefix(path, L"\\\\");
		prefix = share ? L"\\\\?\\UNC\\" : L"\\\\?\\";
		path += share ? 2 : 0;
	}
	memmove(full + wcslen(prefix), path, (wcslen(path) + 1) * sizeof *full);
	memcpy(full, prefix, wcslen(prefix) * sizeof *full);
	return full;
}
