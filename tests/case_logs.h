/*
 * The event logs of a case, which its folder holds as XML so that they can be read and reviewed.
 *
 * A user's logs come as binary files: so cases are tried in that form, too, one log for each channel, made in memory
 * in place of the XML.
 */
#ifndef ACTDX_TESTS_CASE_LOGS_H
#define ACTDX_TESTS_CASE_LOGS_H

#include "evtx_writer.h"
#include "input.h"

struct case_log {
	size_t member; /* index in the inputs */
	bool is_first; /* of the logs in that member: takes its place; others are added */
	struct str channel;
	struct evtx_text *events; /* oldest first */
	size_t count;
};

struct case_logs {
	struct case_log *at;
	size_t count;
};

/* All logs in members that hold nothing but events as XML; in the inputs' arena. A bundle has none: its manifest
 * knows every byte. */
struct case_logs case_logs_find(const struct inputs *inputs);

/* Puts the binary form of every log in its place, without the `drop` oldest events of the log number `trimmed`.
 * False with a phrase when that cannot be. */
NODISCARD bool case_logs_to_binary(struct inputs *inputs, const struct case_logs *logs,
	size_t trimmed, size_t drop, const char **problem);

#endif
