/*
 * Command lines, from one table: the same rows parse the options and print the help.
 *
 * Forms: --name VALUE, --name=VALUE, -o VALUE, -oVALUE. "--" ends the options, a lone "-" is an operand;
 * options and operands mix. "-?" and "/?" are --help, as Windows users type it. Names are not shortened:
 * a script that says --form today must not mean something else tomorrow.
 *
 *	struct options options = options_of(specs, spec_count, argc - 1, argv + 1);
 *	for (int which; (which = options_next(&options)) != OPTIONS_END;)
 *		switch (which) { ... options.value ... case OPTIONS_BAD: ... options.problem ... }
 */
#ifndef ACTDX_BASE_OPTIONS_H
#define ACTDX_BASE_OPTIONS_H

#include "base/out.h"

struct option_spec {
	const char *name;              /* without dashes: "output" */
	char letter;                   /* 'o', or 0 */
	const char *argument;          /* "FILE"; NULL when the option takes none */
	const char *says_en, *says_ja; /* lines of the help, '\n' between */
};

/* What options_next returns besides the index of a row. */
enum { OPTIONS_END = -1, OPTIONS_OPERAND = -2, OPTIONS_BAD = -3 };

struct options {
	const struct option_spec *specs;
	size_t spec_count;
	char **at; /* what is still to be read */
	int left;
	bool operands_only; /* after "--" */
	const char *value;  /* the option's argument, or the operand; NULL for an option without */
	char problem[256];  /* after OPTIONS_BAD: a phrase for the user, safe to print */
};

/* `arguments` without the program's name. Nothing is copied. */
struct options options_of(
	const struct option_spec *specs, size_t spec_count, int count, char **arguments);

/* The next option as the index of its row, or one of the values above. After OPTIONS_BAD the wrong
 * argument has been passed over. */
int options_next(struct options *options);

/* The rows as help text: "  -o, --output FILE  what it does", one option a line or more. */
void options_help(
	struct out *out, const struct option_spec *specs, size_t spec_count, bool in_japanese);

#endif
