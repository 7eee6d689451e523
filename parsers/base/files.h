/*
 * Reading files and folders that may be hostile, and writing a file whole or not at all: one file per
 * platform behind this header.
 *
 * Links are never followed, devices and pipes never opened: a folder unpacked from somebody's archive can
 * hold both. Paths inside a folder use '/', whatever the platform writes.
 */
#ifndef ACTDX_BASE_FILES_H
#define ACTDX_BASE_FILES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/scan.h"

#include <stdio.h>

enum file_kind { FILE_MISSING, FILE_REGULAR, FILE_FOLDER, FILE_OTHER };

/* What may stand between the parts of a path; the usual one first. */
extern const char *const file_separators;

/* What `path` is; a link counts as what it points to, since the user named it. */
enum file_kind file_kind(const char *path);

/* Size of a regular file in bytes, 0 when it cannot be told. */
uint64_t file_size(const char *path);

/* Do both paths lead to one file that exists? */
bool file_is_same(const char *a, const char *b);

struct folder_entry {
	const char *name; /* path relative to the folder, '/' between parts */
	const char *path; /* path to open */
	uint64_t size;
	const char *problem; /* why it is not to be read ("is a link"), or NULL */
};

struct folder {
	struct folder_entry *at;
	size_t count;
	bool too_deep, too_many; /* LIMIT_FOLDER_DEPTH or LIMIT_MEMBERS was reached */
};

/* All files below `path`, sorted by name bytewise so that every run sees the same order. False when the
 * folder cannot be opened; errno says why. */
bool folder_list(struct arena *arena, const char *path, struct folder *folder);

/* Opens a regular file for reading without following a link; NULL and errno when that cannot be. */
FILE *file_open(const char *path);

/* Opens what the user himself named, whatever it is: a link is followed, a pipe is opened. NULL and errno when that
 * cannot be. */
FILE *file_open_named(const char *path);

/* Moves to `offset`, counted as fseek's `whence` says; the place that was reached, from the start, or -1. */
int64_t file_seek(FILE *file, int64_t offset, int whence);

/* Reads at most `limit` bytes from `from` into memory that the caller frees. `*more` tells whether there
 * was more. False on a read error, with what was read kept. */
bool file_read(FILE *from, size_t limit, uint8_t **data, size_t *size, bool *more);

/* When an open file was last written, seconds since 1970, UTC; 0 when it cannot be told. */
int64_t file_modified(FILE *file);

/* Creates a file that must not exist yet, for the user alone; NULL and errno when that cannot be. */
FILE *file_create(const char *path);

/* Creates a file or replaces the one that is there; NULL and errno when that cannot be. */
FILE *file_replace(const char *path);

/* Flushes to the disk and closes; false and errno when any of it failed. The file is closed either way. */
NODISCARD bool file_finish(FILE *file);

/* Gives `from` the name `to`, which must not exist: EEXIST when it does. */
NODISCARD bool file_rename_new(const char *from, const char *to);

void file_delete(const char *path);

/* Bytes free for this user on the disk that holds `path`, or its folder; false when it cannot be told. */
NODISCARD bool file_free_space(const char *path, uint64_t *bytes);

/* Seconds on a clock that only goes forward, for progress and time limits. */
double file_clock_seconds(void);

/* Is the stream a terminal that a person looks at? */
bool file_is_terminal(FILE *stream);

/* Writes and flushes text in UTF-8: to a terminal so that it is shown as what it is, whatever the terminal's code page;
 * to a file or pipe byte for byte. False and errno on failure. */
NODISCARD bool file_print(FILE *to, const char *at, size_t size);

/* The same to standard error, as printf does. What does not fit in 4 KiB is cut; failure is ignored. */
void file_tell(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
