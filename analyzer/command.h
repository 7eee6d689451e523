/*
 * Commands of actdx-analyze: each is one file that ends in one constant.
 *
 * A command reads its own options from its table, which also makes its help. Exit statuses are a contract
 * (docs/exit-status, and the manual page): when several apply, the first of this list wins.
 */
#ifndef ACTDX_COMMAND_H
#define ACTDX_COMMAND_H

#include "cause.h"
#include "evidence.h"

#include "base/options.h"

#include <stdio.h>

enum exit_status {
	STATUS_OK = 0, /* analysed, whatever the verdict */
	STATUS_USAGE = 2,
	STATUS_MACHINE = 7,     /* memory, disk: from machine_failed */
	STATUS_UNREADABLE = 3,  /* an input cannot be read, or is not ours */
	STATUS_INTEGRITY = 4,   /* a checksum does not fit; what verifies is reported */
	STATUS_LIMIT = 5,       /* a limit was reached */
	STATUS_NOTHING = 6,     /* nothing could be evaluated */
	STATUS_CAUSE = 10,      /* --fail-on cause */
	STATUS_NO_VERDICT = 11, /* --fail-on unknown */
};

struct command {
	const char *name;
	const char *operands; /* as the usage line shows them */
	const char *says;     /* one line */
	const char *examples; /* command lines, '\n' between */
	const struct option_spec *specs;
	size_t spec_count;
	/* `arguments` without the program's and the command's name. */
	int (*run)(const struct command *command, int count, char **arguments);
};

extern const struct command *const commands[]; /* ended by NULL; the first is the default */

/* "actdx-analyze: PROBLEM" and where to find help, on standard error. Returns STATUS_USAGE. */
int usage_error(const struct command *command, const char *problem);

/* The help of one command, on standard output. Returns STATUS_OK. */
int print_help(const struct command *command);

/* "actdx-analyze: ABOUT: PROBLEM" on standard error, both made safe for a terminal. */
void complain(const char *about, const char *problem);

/*
 * What commands share
 */

#define OPTIONS_MAX 8

/* A command line that was read. */
struct call {
	const char *given
		[OPTIONS_MAX]; /* by row of the table: the argument, "" for none; NULL: not given */
	char **operands;
	size_t operand_count;
	const char *problem; /* phrase, or NULL */
};

/* Every command has --help as the last row of its table; when it was given, nothing else matters. */
struct call call_read(
	struct arena *arena, const struct command *command, int count, char **arguments);
bool call_wants_help(const struct command *command, const struct call *call);

/* Help or a usage error, when the command line asks for the one or makes the other; -1 to go on. */
int call_answered(const struct command *command, const struct call *call);

struct session {
	struct arena *arena;
	struct vocabulary vocabulary;
	struct knowledge knowledge;
	struct inputs inputs;
	struct case_file file;
	const char *passphrase; /* of encrypted bundles, or NULL */
	bool use_changed;       /* members that differ from the manifest are read too (input.h) */
	bool unreadable;        /* one of several inputs could not be read; the rest was */
};

/* Free with session_end. */
struct session session_new(void);
void session_end(struct session *session);

/* The built-in causes, and those of `folder` unless it is NULL. False after a complaint. */
NODISCARD bool session_learn(struct session *session, const char *folder);

/* Prints what is wrong with the knowledge base, "FILE:LINE: PROBLEM". */
void session_print_problems(const struct session *session);

/* The row that tables of commands have for it. */
#define OPTION_ROW_PASSPHRASE_FILE \
	{ \
		"passphrase-file", 0, "FILE", \
			"encrypted bundles: the passphrase is the first line of FILE", \
			"暗号化された資料のパスフレーズ (FILE の 1 行目)" \
	}

/* Takes the passphrase from the file; with NULL there is none. False after a complaint. */
NODISCARD bool session_unlock(struct session *session, const char *file);

/* Reads all inputs. False after complaints when none could be read. */
NODISCARD bool session_read(struct session *session, char *const *paths, size_t count);

/* Exit status by what became of the inputs: UNREADABLE, INTEGRITY, LIMIT, NOTHING or OK. */
int session_status(const struct session *session);

/* What is written piece by piece: to a file, or to standard output for NULL and "-". A machine that cannot ends the
 * program, and the unfinished file is deleted. */
struct output {
	FILE *to;
	const char *path; /* NULL: standard output */
};
struct output output_open(const char *path);
void output_put(const struct output *output, struct str text);
void output_close(struct output *output);

/* Takes --threads: `text`, or as many as there are processors when it is NULL. False when it is no sensible number. */
NODISCARD bool read_threads(const char *text, unsigned *threads);
#define THREADS_PROBLEM "--threads is a number from 1 to 64"

/* Writes `text` to `path`, or to standard output for NULL and "-", whole or not at all; a machine that cannot
 * ends the program. */
void write_whole(const char *path, struct str text);

/* The language that the user's environment asks for. */
enum language language_of_user(void);

#endif
