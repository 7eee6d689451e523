/*
 * Where the bundle goes.
 */
#ifndef ACTDX_DESTINATION_H
#define ACTDX_DESTINATION_H

#include "base/arena.h"

/* The path for -o `output`: a file as it is; a folder, or NULL for the current one, with
 * "actdx-YYYYMMDD-HHMMSS.zip" (UTC) in it, "-2" and so on behind when there is one already. The name
 * holds nothing about the machine or its user. */
const char *destination_path(struct arena *arena, const char *output, int64_t now);

#endif
