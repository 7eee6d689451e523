#include "base/machine.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/wide.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define TICKS_PER_SECOND 10000000
#define SECONDS_1601_TO_1970 11644473600ll

int64_t machine_now(void)
{
	FILETIME now;
	GetSystemTimeAsFileTime(&now);
	uint64_t ticks = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
	return (int64_t)(ticks / TICKS_PER_SECOND) - SECONDS_1601_TO_1970;
}

struct machine_time machine_time_text(int64_t seconds, bool compact)
{
	struct machine_time made = {""};
	SYSTEMTIME parts;
	if (seconds < -SECONDS_1601_TO_1970 || seconds > INT64_MAX / TICKS_PER_SECOND / 2)
		return made;
	uint64_t ticks = (uint64_t)(seconds + SECONDS_1601_TO_1970) * TICKS_PER_SECOND;
	FILETIME time = {(DWORD)ticks, (DWORD)(ticks >> 32)};
	if (FileTimeToSystemTime(&time, &parts) && parts.wYear < 10000)
		(void)snprintf(made.text, sizeof made.text,
			compact ? "%04u%02u%02u-%02u%02u%02u" : "%04u-%02u-%02uT%02u:%02u:%02uZ",
			parts.wYear, parts.wMonth, parts.wDay, parts.wHour, parts.wMinute,
			parts.wSecond);
	return made;
}

/* Consoles before Windows 10 show escape sequences as they are; plain text serves all. */
bool machine_shows_colour(void)
{
	return false;
}

bool machine_speaks_japanese(void)
{
	return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_JAPANESE;
}

static volatile LONG interrupted, closing;
static wchar_t *volatile unfinished;

/* Runs in a thread of its own. When the window is closed or the user logs off, Windows ends the program as soon as
 * this returns, and after some seconds in any case: so it does not return, and the program ends itself meanwhile. */
static BOOL WINAPI on_control(DWORD event)
{
	bool typed = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
	bool again = InterlockedExchange(&interrupted, 1) != 0;
	if (!typed) {
		InterlockedExchange(&closing, 1);
		Sleep(INFINITE);
	}
	if (again) {
		if (unfinished)
			DeleteFileW(unfinished);
		ExitProcess(130);
	}
	return TRUE;
}

void machine_catch_interrupt(void)
{
	SetConsoleCtrlHandler(on_control, TRUE);
}

bool machine_interrupted(void)
{
	return interrupted != 0;
}

bool machine_closing(void)
{
	return closing != 0;
}

void machine_unfinished(const char *path)
{
	unfinished = path ? wide_path(path) : NULL; /* few, and kept to the end */
}

char *machine_ask_secret(const char *prompt)
{
	HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
	DWORD mode, got = 0;
	wchar_t line[512];
	if (!GetConsoleMode(input, &mode))
		return NULL;
	file_tell("%s", prompt);
	SetConsoleMode(input, ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT);
	bool good = ReadConsoleW(input, line, sizeof line / sizeof *line - 1, &got, NULL);
	SetConsoleMode(input, mode);
	file_tell("\n");
	while (got && (line[got - 1] == L'\n' || line[got - 1] == L'\r'))
		got--;
	char *utf8 = good ? wide_to_utf8(line, (int)got) : NULL;
	SecureZeroMemory(line, sizeof line);
	return utf8;
}

void machine_arguments(int *count, char ***arguments)
{
	int found = 0;
	/* The C library's standard streams would change line ends. */
	(void)_setmode(_fileno(stdin), _O_BINARY);
	(void)_setmode(_fileno(stdout), _O_BINARY);
	(void)_setmode(_fileno(stderr), _O_BINARY);
	wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &found);
	char **utf8 = calloc((size_t)found + 1, sizeof *utf8);
	if (!wide || !utf8)
		machine_failed("out of memory");
	for (int i = 0; i < found; i++)
		utf8[i] = wide_to_utf8(wide[i], WIDE_ALL);
	LocalFree(wide);
	*count = found;
	*arguments = utf8;
}
