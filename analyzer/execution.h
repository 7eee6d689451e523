/*
 * What may run: the programs that activation and its diagnosis need, and what policies say about them. Shared by the
 * derivations of AppLocker and of Software Restriction Policies.
 */
#ifndef ACTDX_EXECUTION_H
#define ACTDX_EXECUTION_H

#include "base/facts.h"

/* What a policy says about one program. */
extern const struct fact_kind kind_execution_verdict;

enum signer { SIGNER_NONE, SIGNER_WINDOWS, SIGNER_CATALOGUE };

struct execution_program {
	const char *name, *place;
	const char *collection; /* AppLocker's */
	struct str path;        /* the user's name is a "?" in it */
	enum signer signer;
	const char *product; /* letters of its product name; scripts have none */
	bool service;        /* runs as one, under no user's account */
};

#define EXECUTION_HOME "C:\\Users\\?\\"

extern const struct execution_program execution_programs[]; /* ended by a NULL name */

/* Does `path` fit `pattern`, in which * is any run of characters and ? one of them? Case is not looked at. Patterns
 * longer than any path of Windows fit nothing. */
bool execution_glob(struct str pattern, struct str path);

#endif
