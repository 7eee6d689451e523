/*
 * Near misses: does each clause hold for the facts that it must just take, and for none that it must just not take?
 *
 *   near_misses
 *
 * near_miss.h tells what samples/near-misses looks like.
 */
#include "near_miss.h"

#include "match.h"

#include "base/fail.h"

#include <stdio.h>

int main(void)
{
	machine_failed_as("near_misses", 1);
	struct arena *arena = arena_new();
	struct case_rules rules;
	struct near_misses list;
	unsigned failures = 0;
	if (!case_rules_load(arena, &rules) || !near_misses_read(arena, &rules, &list))
		return 1;
	for (size_t i = 0; i < list.count; i++) {
		const struct near_miss *one = &list.at[i];
		const struct clause *clause = &one->cause->clauses[one->place];
		bool holds = match(&clause->condition, &one->view).answer == ANSWER_YES;
		if (holds == one->holds)
			continue;
		failures++;
		fprintf(stderr, "samples/near-misses/%.*s.xml:%u: %s clause %zu: %.*s\n",
			STR_PRINT(one->cause->id), one->line,
			holds ? "holds, but should not," : "should hold, but does not,",
			one->place + 1, STR_PRINT(clause->says.in[ENGLISH]));
	}
	printf("%zu near misses, %u failed\n", list.count, failures);
	arena_free(arena);
	return failures != 0 || list.count == 0;
}
