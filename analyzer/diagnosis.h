/*
 * What an analysis found: all that a report says, and nothing of how it was read.
 *
 * Report writers see this and the texts of causes; they know neither parsers nor facts. Everything lives in
 * the arena of the analysis. docs/causes.md explains how a verdict comes about.
 */
#ifndef ACTDX_DIAGNOSIS_H
#define ACTDX_DIAGNOSIS_H

#include "cause.h"
#include "event_meanings.h"
#include "evidence.h"

#include "collector/items.h"

enum verdict { VERDICT_HEALTHY, VERDICT_FOUND, VERDICT_UNCERTAIN, VERDICT_INSUFFICIENT };
extern const char *const verdict_words[]; /* of the JSON contract */

enum role { ROLE_ROOT, ROLE_CONTRIBUTING, ROLE_CANDIDATE, ROLE_RULED_OUT, ROLE_NONE };
extern const char *const role_words[];

/* Words for strength: 1 weak, 2 fair, 3 and more strong, 0 none. */
const char *band_word(unsigned strength);
#define STRENGTH_MAX 3 /* "3 or more" */

/* A place in the evidence, quoted. */
struct citation {
	const char *member;
	unsigned first, last; /* lines */
	uint64_t record;      /* instead, in a binary event log; else 0 */
	struct str quote;
	unsigned machine;
};

struct citations {
	struct citation *at;
	size_t count, room;
};

/* A clause of a cause and what the evidence says to it. */
struct claim {
	const struct clause *clause;
	enum answer answer;
	struct citations cited;
};

struct link {
	const struct cause *cause;
	bool observed;
};

struct filled_step {
	const struct step *step;
	struct str run; /* with placeholders filled in */
	bool unrecorded; /* a value it needs was not in the evidence, or is unfit for a command line */
};

struct finding {
	const struct cause *cause;
	enum role role;
	int score; /* decibans */
	/* Sources that must be wrong before it falls; 0 when it does not stand. */
	unsigned strength;
	/* It explains something that the first finding explains, too. */
	bool rival;
	struct claim *claims;
	size_t claim_count;
	struct link *chain; /* what it brings about, nearest first */
	size_t chain_count;
	struct filled_step *steps;
	size_t step_count;
	const struct item **missing; /* what would answer its open questions, most telling first */
	size_t missing_count;
};

/* A state that was observed: certain, whatever its cause. */
struct observation {
	const struct cause *state;
	struct citations cited;
};

/* Something to be collected. */
struct wanted {
	const struct item *item;
	int gain;                     /* decibans that hang on it */
	const struct cause *for_whom; /* the first cause that asks for it */
};

struct contradiction {
	const char *kind, *field;
	struct str a, b;
	struct citation where_a, where_b;
};

enum warning_kind {
	WARNING_INTEGRITY,
	WARNING_DAMAGED,
	WARNING_REFUSED, /* a member that was not read */
	WARNING_LIMIT,
	WARNING_UNLISTED,
	WARNING_COLLECTION, /* an item failed, was denied or timed out */
	WARNING_PARTIAL,
	WARNING_PRACTICE,
	WARNING_NO_SYMPTOM,
	WARNING_SEVERAL_MACHINES,
	WARNING_CONFLICT, /* decisive evidence both for and against */
	WARNING_KIND_COUNT
};
extern const char *const warning_words[WARNING_KIND_COUNT];

struct warning {
	enum warning_kind kind;
	struct str about;          /* member, item or cause id */
	struct str detail;         /* English phrase of the tool that failed, or empty */
	const struct cause *cause; /* PRACTICE, CONFLICT */
	struct citations cited;
};

struct symptom {
	uint32_t code;
	struct citation cited;
};

/* What happened, by events. */
enum lane {
	LANE_ATTEMPT, /* to activate */
	LANE_POLICY,  /* group policy, and changes of the firewall */
	LANE_CLOCK,   /* it was set, is wrong, or is not synchronised */
	LANE_BLOCK,   /* a program or packet was stopped */
	LANE_SERVICE,
	LANE_LICENCE, /* keys, the store; a log was emptied */
	LANE_COUNT
};
extern const char *const lane_words[LANE_COUNT];

struct moment {
	enum lane lane;
	const struct event_meaning *meaning;
	int64_t from, to; /* the same, unless it came again */
	size_t count;
	struct str about, computer, code; /* each may be empty */
	bool failed;
	struct citation cited; /* the first of them */
};
#define MOMENTS_MAX 500

/* The time that an event log covers. */
struct span {
	struct str log, computer;
	int64_t from, to;
	int64_t left_out; /* events that matter, but were only counted: the oldest of sorts of which there are many */
	bool whole, cleared;
	struct citation cited;
};

/* A request of the client to a KMS host, as the logs of both sides have it. */
enum hand_over { HAND_OVER_UNKNOWN, HAND_OVER_NO, HAND_OVER_YES };
extern const char *const hand_over_words[];
struct exchange {
	struct str host;
	int64_t time; /* by the client's clock; as base/instant.h counts */
	enum hand_over sent, arrived, answered, received;
	struct str failed_at; /* as in the fact kms-attempt; empty when not known */
	struct str answer;    /* code that the host's log has, or empty */
	struct citations cited;
};

struct diagnosis {
	const struct case_file *file;
	const struct knowledge *knowledge;
	enum verdict verdict;
	bool failing;        /* a failure of activation was observed */
	bool working;        /* activation was observed to work */
	struct str product;  /* name of the product, as printed; may be empty */
	struct str method;   /* kms, mak ...; may be empty */
	struct str computer; /* may be empty */
	int64_t days_left;   /* of the licence, -1 when unknown */
	struct symptom *symptoms;
	size_t symptom_count;
	struct finding *findings; /* in the order of the report: root first, ruled out last */
	size_t finding_count;
	struct observation *observed; /* what is certain, nearest to a cause first */
	size_t observed_count;
	const struct item *decider; /* NULL when nothing would separate the first two */
	struct wanted *missing;
	size_t missing_count;
	/* For the commands of items that are asked for: the KMS host and the DNS suffix of this case; empty when not known,
	 * or unfit for a command line. */
	struct str asked_host, asked_domain;
	struct contradiction *contradictions;
	size_t contradiction_count;
	struct warning *warnings;
	size_t warning_count;
	struct moment *moments; /* oldest first */
	size_t moment_count;
	size_t moments_left_out; /* older ones, past MOMENTS_MAX */
	struct span *spans;
	size_t span_count;
	/* Evidence of a KMS host is joined: the case is about this machine, and these are the requests. */
	bool is_joined;
	unsigned client;
	struct exchange *exchanges;
	size_t exchange_count;
};

struct diagnosis diagnose(struct arena *arena, const struct case_file *file,
	const struct vocabulary *vocabulary, const struct knowledge *knowledge);

/* Root or contributing. */
bool finding_stands(const struct finding *finding);

/* The first finding of a role, or NULL. */
const struct finding *diagnosis_first(const struct diagnosis *diagnosis, enum role role);

/* A line as a report cites it. */
struct citation cite(struct arena *arena, const struct line *line);

#endif
