/*
 * A passphrase: from a file, or typed.
 */
#ifndef ACTDX_BASE_SECRET_H
#define ACTDX_BASE_SECRET_H

#include "base/arena.h"

/* The first line of the file, without its end and without a byte order mark; NULL with a phrase in `*problem` when the
 * file cannot be read, or the line is empty or no text. */
const char *secret_of_file(struct arena *arena, const char *path, const char **problem);

#endif
