/*
 * The cause files that the program carries, as bytes; made from the folder causes/ by cmake/embed.cmake.
 */
#ifndef ACTDX_KNOWLEDGE_EMBEDDED_H
#define ACTDX_KNOWLEDGE_EMBEDDED_H

#include <stddef.h>

struct embedded {
	const char *name;
	const unsigned char *bytes;
	size_t size;
};

extern const struct embedded embedded_causes[]; /* one more than the count, empty */
extern const size_t embedded_cause_count;

#endif
