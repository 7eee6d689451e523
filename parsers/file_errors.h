/*
 * Why a command could not use a file: the reasons that Windows gives, in ten languages.
 */
#ifndef ACTDX_FILE_ERRORS_H
#define ACTDX_FILE_ERRORS_H

#include "parser.h"

extern const struct fact_kind kind_file_error;

/* The word of file-error's `error` for a sentence of Windows ("Access is denied."), or NULL. */
const char *file_error_reason(struct str sentence);

/* A fact about `path`; `by` is a word of its field. */
struct fact *file_error_put(struct facts *facts, const struct line *line, struct str path,
	const char *error, const char *by);

/* Reads line `i` of what a command of cmd printed: the sentence alone, below the path of the file or not. `asked` is
 * the path of the command line. True when it was one. */
bool file_error_read(struct facts *facts, const struct lines *lines, size_t i, struct str asked);

#endif
