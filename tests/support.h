/*
 * What test programs share: finding samples, reading files, running the analyzer on them in memory.
 */
#ifndef ACTDX_TESTS_SUPPORT_H
#define ACTDX_TESTS_SUPPORT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>

/* The project's root folder, as an absolute path. */
const char *test_root(void);

/* Reads a whole file into the arena; ends the program when it cannot. */
struct bytes test_read(struct arena *arena, const char *path);

/* Writes a file; ends the program when it cannot. */
void test_write(const char *path, struct bytes data);

/* True when `path` can be read. */
bool test_exists(const char *path);

/* Compares `made` with the golden file at `path`; with `update`, writes the file instead. On a difference
 * prints the first line that differs, in both versions, and returns false. */
bool test_golden(struct arena *arena, const char *path, struct str made, bool update);

/* Parses `data` as one loose file called `name`, all the way to facts, which are thrown away. */
void test_parse_bytes(const char *name, struct bytes data);

#endif
