/*
 * Causes: what can be wrong, how it shows, what is done about it.
 *
 * A cause is one XML file (docs/causes.md), written by example from facts. A `state` is written the same way
 * but is never a root cause: it names a link between cause and symptom that can be observed ("no KMS
 * host can be reached"), so that a report can show the chain.
 *
 * Everything here lives in the knowledge base's arena and does not change once it is linked.
 */
#ifndef ACTDX_CAUSE_H
#define ACTDX_CAUSE_H

#include "language.h"
#include "match.h"

/* How much a clause is worth; docs/causes.md gives the likelihood ratios. */
enum weight { WEIGHT_WEAK, WEIGHT_FAIR, WEIGHT_STRONG, WEIGHT_DECISIVE, WEIGHT_COUNT };

extern const char *const weight_words[WEIGHT_COUNT];
extern const int weight_decibans[WEIGHT_COUNT]; /* ten times the log10 of the likelihood ratio */

enum side { SIDE_FOR, SIDE_AGAINST };

struct clause {
	enum side side;
	enum weight weight;
	struct phrase says;
	struct condition condition;
};

enum step_kind { STEP_FIX, STEP_VERIFY, STEP_UNDO };
/* Where a command is run. */
enum place { PLACE_CLIENT, PLACE_KMS_HOST, PLACE_DNS, PLACE_DOMAIN, PLACE_NETWORK, PLACE_COUNT };

extern const char *const place_words[PLACE_COUNT];

struct step {
	enum step_kind kind;
	struct str run; /* command line with {kind.field} to fill in; empty: nothing to type */
	enum place where;
	bool needs_admin;
	struct phrase says;
};

struct phrases {
	struct phrase *at;
	size_t count, room;
};

struct cause {
	struct str id;
	const char *file; /* as messages name it */
	unsigned line;
	bool is_state, is_practice; /* practice-*: a warning, never a cause of failure */
	bool never_root;            /* primary="no": contributes, but is no root cause on its own */
	struct str explains_text;
	const struct cause **explains; /* linked */
	size_t explain_count;
	size_t index; /* in the knowledge base; linked */
	uint64_t *
		below; /* a bit for each cause that it explains, directly or through others; linked */
	struct phrase title, text;
	struct clause *clauses;
	size_t clause_count, clause_room;
	struct step *steps;
	size_t step_count, step_room;
	struct phrases avoid, prevent;
	struct str *see; /* https: addresses of documentation */
	size_t see_count, see_room;
};

struct knowledge_problem {
	const char *file;
	unsigned line;
	const char *text;
};

struct knowledge {
	struct arena *arena;
	const struct vocabulary *vocabulary;
	struct cause **at; /* sorted by id */
	size_t count, room;
	struct knowledge_problem *problems;
	size_t problem_count, problem_room;
};

struct knowledge knowledge_new(struct arena *arena, const struct vocabulary *vocabulary);

/* Reads one cause file; a cause of the same id is replaced. Problems are kept. */
void knowledge_add(struct knowledge *knowledge, const char *file, struct str utf8);

/* The causes that the program carries. */
void knowledge_add_built_in(struct knowledge *knowledge);

/* Every *.xml of a folder. False when it cannot be read or holds none; `*problem` says why. */
NODISCARD bool knowledge_add_folder(
	struct knowledge *knowledge, const char *path, const char **problem);

/* Sorts, and resolves `explains`. Call once, after everything was added. */
void knowledge_link(struct knowledge *knowledge);

const struct cause *knowledge_find(const struct knowledge *knowledge, struct str id);
const char *knowledge_nearest(const struct knowledge *knowledge, struct str id);

/* Does `cause` explain `other`, directly or through others? False until they are linked. */
bool cause_explains(const struct cause *cause, const struct cause *other);

/* For cause_read.c: a problem at a line of a file. */
void knowledge_complain(struct knowledge *knowledge, const char *file, unsigned line,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Reads one file into a cause; NULL when it is none. cause_read.c */
struct cause *cause_read(struct knowledge *knowledge, const char *file, struct str utf8);

#endif
