/*
 * The machine that is looked at: one file per platform behind this header, and for Windows a few (host_*_win32.c).
 *
 * All of it reads and changes nothing. What runs, runs with low priority, within a time limit, and is ended with all that
 * it started. A function that gathers may be called from several threads at once; it never fails otherwise than by
 * what it says in its `struct gathered`.
 */
#ifndef ACTDX_HOST_H
#define ACTDX_HOST_H

#include "record.h"
#include "settings.h"

#include "base/arena.h"
#include "base/bytes.h"

/* What one attempt to get something gave. `data` is the caller's to free. */
struct gathered {
	enum row_status status;
	char reason[240]; /* why it is not ROW_OK: an English phrase */
	bool absent;      /* this machine does not have it, by nature: nobody failed */
	bool truncated;   /* what is there is not all of it */
	bool has_exit_code;
	uint32_t exit_code;
	uint8_t *data;
	size_t size;
};

/* Sets status and reason. */
void gathered_say(struct gathered *to, enum row_status status, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Takes what was made as the result: text, with a byte order mark, for it is UTF-8 on a machine that has another code
 * page. Frees `out`. */
void gathered_text(struct gathered *to, struct out *out);

/* "exit code 1", "exit code 0x80070005" */
struct exit_text {
	char text[32];
};
struct exit_text exit_text(uint32_t code);

/* Can this program collect on this machine at all? */
bool host_can_collect(void);

struct host_machine {
	const char *computer, *os_build, *ui_language;
	const char *elevated; /* yes, no, unknown */
	unsigned oem_code_page, ansi_code_page;
};
struct host_machine host_describe(struct arena *arena);

/* Before anything is gathered, and after: priority, a folder for files that tools write. */
void host_begin(void);
void host_end(void);

/* DNS domains that the machine belongs to or searches, and KMS hosts that are named anywhere: in its registry, or by DNS
 * for those domains. Adds what the lists do not have yet. Takes some seconds at most. */
void host_find_names(struct arena *arena, struct text_list *domains, struct text_list *hosts);

/* The files that a path with variables, and perhaps one "\*\" for any folder, stands for. */
struct text_list host_matches(struct arena *arena, const char *pattern);

/* The folder for a bundle whose place nobody named: "" for the current one, else one that can be written to. */
const char *host_output_folder(struct arena *arena);

/* One thing to gather: an item of the catalogue, with its fill-ins filled in. */
struct job {
	const struct item *item;
	const char *command; /* as it is run; for files and events, path and channel */
	const char *value;   /* what was filled in, or NULL */
	int64_t since;       /* events from this time on, seconds since 1970; 0 for all */
	/* what came of it; a rung is one way that was tried */
	struct rung {
		const char *way;
		struct gathered result; /* without its data, but for the last */
	} rungs[4];
	size_t rung_count;
	int64_t started;
	unsigned milliseconds;
};

/* Tries one way after the other until one gives something. */
void host_gather(struct job *job);

/* Gathers all, several at once, and calls `finished` on the calling thread for each, in their order. A job that does not
 * come back, or was not begun when the time was over or the user interrupted, says so as its result. */
typedef void job_finished(void *context, struct job *job);
void host_gather_all(struct job *jobs, size_t count, job_finished *finished, void *context);

/* Is the program alone in its console, so that the window will vanish with it? */
bool host_owns_console(void);

/* Waits for a key; false for Escape, Q, or an interruption. True at once when nobody can type. */
bool host_wait_for_key(void);

#endif
