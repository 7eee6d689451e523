/*
 * One report for each of many inputs, a line of JSON each (docs/report-json.md).
 */
#ifndef ACTDX_REPORT_LINES_H
#define ACTDX_REPORT_LINES_H

#include "command.h"
#include "diagnosis.h"

struct report_lines {
	const struct session
		*session; /* with the rules and the passphrase; its inputs are not used */
	char *const *paths;
	size_t count;
	enum language language;
	unsigned threads;
	const char *output;  /* as output_open takes it */
	const char *fail_on; /* as the option has it, or NULL */
};

/* Writes the lines in the order of the inputs, whatever the number of threads. An input that cannot be read has a line
 * that says so, and a complaint; the others go on. Returns the exit status for all. */
int report_lines_write(const struct report_lines *lines);

/* The exit status for one input that was judged: by what became of it, else by what --fail-on asks for (may be NULL). */
int report_status(
	const struct session *session, const struct diagnosis *found, const char *fail_on);

#endif
