/*
 * A stand-in for one of Windows' tools: it does what C:\stand-in\NAME.txt says for its arguments, NAME being its own.
 *
 *     PART-OF-THE-ARGUMENTS <tab> ACTIONS
 *
 * The first line whose part is found in the command line counts; "*" is found always. Actions, in order:
 *
 *     print FILE      the bytes of C:\stand-in\FILE to standard output
 *     write FILE      the same to the file that an argument names in the collector's temporary folder
 *     flood N         N MiB of lines
 *     sleep N         N milliseconds
 *     grandchild      leaves a process behind that holds the pipe for ten minutes
 *     touch NAME      makes C:\stand-in\NAME
 *     exit N          ends
 */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define FOLDER "C:\\stand-in\\"
#define HOLD "--hold-the-pipe"

static void copy(const char *name, FILE *to)
{
	char path[512], piece[8192];
	(void)snprintf(path, sizeof path, FOLDER "%s", name);
	FILE *from = fopen(path, "rb");
	for (size_t got; from && (got = fread(piece, 1, sizeof piece, from)) > 0;)
		fwrite(piece, 1, got, to);
	if (from)
		fclose(from);
	fflush(to);
}

static void write_to_argument(const char *name, int count, char **arguments)
{
	for (int i = 1; i < count; i++) {
		const char *path = strstr(arguments[i], "actdx-");
		FILE *to = path && strchr(path, '\\') ? fopen(arguments[i], "wb") : NULL;
		if (to) {
			copy(name, to);
			fclose(to);
			return;
		}
	}
}

static void flood(int megabytes)
{
	char line[1024];
	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\n';
	for (int i = 0; i < megabytes * 1024; i++) {
		/* Not so even that a reader takes it for a trap. */
		for (size_t k = 0; k < 64; k++)
			line[k] = (char)('a' + rand() % 26);
		if (fwrite(line, 1, sizeof line, stdout) != sizeof line)
			return;
	}
	fflush(stdout);
}

static void leave_grandchild(const char *self)
{
	char line[600];
	STARTUPINFOA start = {.cb = sizeof start};
	PROCESS_INFORMATION made;
	(void)snprintf(line, sizeof line, "\"%s\" " HOLD, self);
	if (CreateProcessA(self, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made)) {
		CloseHandle(made.hThread);
		CloseHandle(made.hProcess);
	}
}

static void act(char *actions, const char *self, int count, char **arguments)
{
	for (char *word = strtok(actions, " \r\n"); word; word = strtok(NULL, " \r\n")) {
		if (strcmp(word, "grandchild") == 0) {
			leave_grandchild(self);
			continue;
		}
		const char *value = strtok(NULL, " \r\n");
		if (!value)
			return;
		if (strcmp(word, "print") == 0)
			copy(value, stdout);
		else if (strcmp(word, "write") == 0)
			write_to_argument(value, count, arguments);
		else if (strcmp(word, "flood") == 0)
			flood(atoi(value));
		else if (strcmp(word, "sleep") == 0)
			Sleep((DWORD)atoi(value));
		else if (strcmp(word, "exit") == 0)
			exit((int)strtoul(value, NULL, 0));
		else if (strcmp(word, "touch") == 0) {
			char path[512];
			(void)snprintf(path, sizeof path, FOLDER "%s", value);
			FILE *made = fopen(path, "wb");
			if (made)
				fclose(made);
		}
	}
}

int main(int argc, char **argv)
{
	char self[MAX_PATH], path[512], row[2048];
	const char *line = GetCommandLineA();
	GetModuleFileNameA(NULL, self, sizeof self);
	_setmode(_fileno(stdout), _O_BINARY);
	setvbuf(stdout, NULL, _IOFBF, 65536);
	if (strstr(line, HOLD)) {
		Sleep(600000);
		return 0;
	}
	char *name = strrchr(self, '\\') + 1;
	(void)snprintf(path, sizeof path, FOLDER "%.*s.txt", (int)strcspn(name, "."), name);
	FILE *table = fopen(path, "rb");
	while (table && fgets(row, sizeof row, table)) {
		char *actions = strchr(row, '\t');
		if (!actions)
			continue;
		*actions++ = '\0';
		if (strcmp(row, "*") == 0 || strstr(line, row)) {
			act(actions, self, argc, argv);
			return 0;
		}
	}
	fputs("stand-in: no line for this\r\n", stdout);
	return 9009;
}
