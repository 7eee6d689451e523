#include "base/machine.h"

#include <signal.h>
#include <stdlib.h>
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

void machine_unfinished(const char *path)
{
	unfinished = path;
}
