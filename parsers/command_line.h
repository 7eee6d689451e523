/*
 * What command_line.c shares with parser.c; the rest stands in parser.h.
 */
#ifndef ACTDX_PARSERS_COMMAND_LINE_H
#define ACTDX_PARSERS_COMMAND_LINE_H

#include "base/str.h"

/* Programs that only start another, with '|' between. */
extern const char command_launchers[];

/* What stands behind the last slash or backslash. */
struct str command_base_name(struct str path);

#endif
