/*
 * Text in columns: words kept whole, East Asian text broken between characters.
 */
#ifndef ACTDX_WRAP_H
#define ACTDX_WRAP_H

#include "base/out.h"

struct margins {
	size_t first, rest; /* blanks before the first and before the further lines */
	size_t width;       /* columns of a whole line */
};

/* Appends `text`, which must be safe to print already, in lines that end in a line feed. What has no place to
 * break (a path) is broken where the line ends. Blanks are folded. */
void wrap(struct out *out, struct str text, struct margins margins);

#endif
