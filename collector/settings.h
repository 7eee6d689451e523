/*
 * What the user asked for on the command line, and what each task does with it.
 */
#ifndef ACTDX_SETTINGS_H
#define ACTDX_SETTINGS_H

#include "selection.h"

#include "base/out.h"

enum exit_code {
	EXIT_COMPLETE = 0,
	EXIT_GAPS = 1,      /* sealed, but something that was to be in it is not */
	EXIT_USAGE = 2,     /* or what this version, or this system, cannot do */
	EXIT_NO_BUNDLE = 3, /* nothing was written */
	EXIT_INTERRUPTED = 130
};

struct text_list {
	const char **at;
	size_t count, room;
};

struct settings {
	struct arena *arena;
	const char *output, *from;
	struct selection selection;
	struct text_list paths, domains;
	bool quiet, in_japanese, no_pause, requested;
	int64_t since_seconds;  /* how far back events are wanted; 0: all */
	uint64_t max_bytes;     /* of the bundle */
	const char *passphrase; /* NULL: the bundle is not encrypted */
	const char *parent;     /* SHA-256 of the bundle that a request was made for, or NULL */
};

/* Packs the files of settings->from into a bundle; with `dry`, only says what it would do. */
enum exit_code pack(const struct settings *settings, bool dry);

/* Runs what is planned on this machine and makes a bundle of it. */
enum exit_code collect(const struct settings *settings);

/* Prints the catalogue; what would be collected; the script that collects by hand. */
enum exit_code list_items(const struct settings *settings);
enum exit_code list_plan(const struct settings *settings);
enum exit_code print_script(const struct settings *settings);

/* Prints what was made to standard output, and frees it; a failing output ends the program. */
void print_out(struct out *out);

/* "actdx-collect: TEXT" to standard error. */
void complain(const char *text);

#endif
