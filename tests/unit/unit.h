/*
 * What every unit test program shares: its main, and views of text that Check can compare and print.
 */
#ifndef ACTDX_TESTS_UNIT_H
#define ACTDX_TESTS_UNIT_H

#include "base/arena.h"
#include "base/str.h"

#include <check.h>
#include <stdlib.h>

/* Lives as long as one test, and is freed after it: what a test leaves elsewhere is a leak. */
static struct arena *unit_memory;

static inline void unit_begin(void)
{
	unit_memory = arena_new();
}

static inline void unit_end(void)
{
	arena_free(unit_memory);
}

struct unit_test {
	const TTest *test;
	int loops; /* 0: once; else called with _i from 0 */
};

static inline int unit_main(const char *name, const struct unit_test *tests, int count)
{
	Suite *suite = suite_create(name);
	TCase *group = tcase_create(name);
	tcase_set_timeout(group, 60);
	tcase_add_checked_fixture(group, unit_begin, unit_end);
	for (int i = 0; i < count; i++) {
		if (tests[i].loops)
			tcase_add_loop_test(group, tests[i].test, 0, tests[i].loops);
		else
			tcase_add_test(group, tests[i].test);
	}
	suite_add_tcase(suite, group);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define UNIT_MAIN(name, ...) \
	int main(void) \
	{ \
		const struct unit_test unit_tests[] = {__VA_ARGS__}; \
		return unit_main(name, unit_tests, COUNT(unit_tests)); \
	}

/* Text for a comparison, NUL bytes shown as '@'. */
static inline const char *unit_text(struct str text)
{
	char *copy = arena_copy_chars(unit_memory, text);
	for (size_t i = 0; i < text.size; i++)
		if (!copy[i])
			copy[i] = '@';
	return copy;
}

#define EXPECT(view, terminated) ck_assert_str_eq(unit_text(view), terminated)
#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

#endif
