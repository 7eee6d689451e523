/*
 * Conditions: facts by example.
 *
 * A pattern is a fact with some of its fields: <service name="sppsvc" start="disabled"/>. A field holds
 *
 *     a               that value            a | b           one of these
 *     !a | b          set, and none of these
 *     *text*          begins, ends, holds   *               set at all
 *     lo..hi          a number between, ends included; either end may be left out
 *     @private        an address of that class: loopback private link-local unspecified public
 *
 * compared by the field's declared type: codes and numbers by value, names and texts without regard to case.
 *
 * An answer is one of three. YES: a fact matches. NO: a fact about the same thing (equal key fields) is
 * there and does not match. UNCHECKED: nothing about it was collected. There is no "not": what is absent
 * has to be a fact somebody read ("result=no-record"), so that silence is never taken for an answer.
 */
#ifndef ACTDX_MATCH_H
#define ACTDX_MATCH_H

#include "view.h"

enum answer { ANSWER_NO, ANSWER_UNCHECKED, ANSWER_YES };

/* One alternative of a field's test. */
struct term {
	enum { TERM_EQUAL, TERM_GLOB, TERM_RANGE, TERM_CLASS } how;
	struct str text;   /* EQUAL (canonical), GLOB */
	int64_t low, high; /* RANGE; EQUAL of numbers and codes: both the same */
	enum address_class class;
};

struct test {
	int field; /* index in the kind */
	bool negated;
	struct term *terms;
	size_t count;
};

enum condition_kind { CONDITION_ALL, CONDITION_ANY, CONDITION_PATTERN };

struct condition {
	enum condition_kind kind;
	struct condition *children; /* ALL, ANY */
	size_t child_count;
	const struct fact_kind *of; /* PATTERN */
	struct test *tests;
	size_t test_count;
	unsigned line; /* in the cause file */
};

/* Compiles the test of one field from its text. False with a phrase in `*problem`, and in `*hint` the
 * nearest valid word or NULL. */
NODISCARD bool match_compile(struct arena *arena, const struct fact_kind *kind, int field,
	struct str text, struct test *test, const char **problem, const char **hint);

/* What a condition rests on: facts that matched, or that said otherwise. */
struct matched {
	const struct fact *fact;
	const struct condition *pattern;
};

#define MATCHED_MAX 6 /* citations per condition; more prove nothing further */

struct judgement {
	enum answer answer;
	struct matched at[MATCHED_MAX];
	size_t count;
	source_set sources; /* that the answer rests on */
};

struct judgement match(const struct condition *condition, const struct view *view);

/* Does one fact match a pattern? */
bool match_fact(const struct condition *pattern, const struct fact *fact);

#endif
