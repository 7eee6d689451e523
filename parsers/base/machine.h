/*
 * The machine that the program runs on: its clock, its user's language, Ctrl-C. One file per platform.
 */
#ifndef ACTDX_BASE_MACHINE_H
#define ACTDX_BASE_MACHINE_H

#include "base/str.h"

/* Seconds since 1970, UTC. */
int64_t machine_now(void);

#define MACHINE_TIME_BYTES 32

/* "2026-11-25T19:10:00Z"; with `compact`, "20261125-191000" for a file name. Empty when out of range. */
struct machine_time {
	char text[MACHINE_TIME_BYTES];
};
struct machine_time machine_time_text(int64_t seconds, bool compact);

/* Does the user's own language setting say Japanese? */
bool machine_speaks_japanese(void);

/* Is standard output a terminal that knows colour, and has nobody asked for none (NO_COLOR, no-color.org)? */
bool machine_shows_colour(void);

/* From now on Ctrl-C is only noted. A second one ends the program with exit status 130, after deleting
 * the file last named to machine_unfinished. */
void machine_catch_interrupt(void);
bool machine_interrupted(void);

/* Is the program's window being closed, or the user being logged off? Then nobody is there to answer, and a few seconds
 * are left. */
bool machine_closing(void);

/* The program's arguments in UTF-8, its name first: what main was given, where main is given that. */
void machine_arguments(int *count, char ***arguments);

/* A line that is typed without being shown, without its end; NULL when nobody can type. Free with free. */
char *machine_ask_secret(const char *prompt);

/* The file that is being written; NULL when it is finished. The path is not copied. */
void machine_unfinished(const char *path);

#endif
