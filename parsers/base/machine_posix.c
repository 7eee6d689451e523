#include "base/machine.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

int64_t machine_now(void)
{
	return (int64_t)time(NULL);
}

struct machine_time machine_time_text(int64_t seconds, bool compact)
{
	struct machine_time made = {""};
	struct tm parts;
	time_t when = (time_t)seconds;
	if (gmtime_r(&when, &parts) && parts.tm_year < 8100 && parts.tm_year > -1900)
		strftime(made.text, sizeof made.text,
			compact ? "%Y%m%d-%H%M%S" : "%Y-%m-%dT%H:%M:%SZ", &parts);
	return made;
}

/* The first of these that is set decides (POSIX, base definitions, 8.2). */
bool machine_speaks_japanese(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return str_starts_nocase(str_of(value), STR("ja"));
	}
	return false;
}

bool machine_shows_colour(void)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
	return isatty(STDOUT_FILENO) && !(none && *none) && terminal &&
		strcmp(terminal, "dumb") != 0;
}

static volatile sig_atomic_t interrupted;
static const char *volatile unfinished;

static void on_interrupt(int number)
{
	(void)number;
	if (interrupted) {
		if (unfinished)
			unlink(unfinished);
		_exit(130);
	}
	interrupted = 1;
}

void machine_catch_interrupt(void)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool machine_interrupted(void)
{
	return interrupted != 0;
}

char *machine_ask_secret(const char *prompt)
{
	struct termios before, silent;
	char line[512];
	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return NULL; /* no terminal */
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	fputs(prompt, stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	bool good = fgets(line, sizeof line, stdin) != NULL;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	if (good)
		line[strcspn(line, "\r\n")] = '\0';
	return good ? strdup(line) : NULL;
}

bool machine_closing(void)
{
	return false; /* SIGHUP ends the program */
}

void machine_arguments(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
}

void machine_unfinished(const char *path)
{
	unfinished = path;
}
