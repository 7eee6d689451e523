/* Memory that is freed all at once, and text being made under a limit. */
#include "base/arena.h"
#include "base/out.h"

#include "unit.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

START_TEST(gives_zeroed_aligned_memory)
{
	struct arena *arena = arena_new();
	for (size_t size = 0; size < 300; size++) {
		unsigned char *at = arena_alloc(arena, size);
		ck_assert_uint_eq((uintptr_t)at % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(at[i], 0);
		memset(at, 0xFF, size);
	}
	arena_free(arena);
	arena_free(NULL);
}
END_TEST

START_TEST(large_pieces_do_not_disturb_small_ones)
{
	struct arena *arena = arena_new();
	char *before = arena_alloc(arena, 16);
	memcpy(before, "before", sizeof "before");
	char *large = arena_alloc(arena, 1000000);
	memset(large, 'x', 1000000);
	char *after = arena_alloc(arena, 16);
	memcpy(after, "after", sizeof "after");
	ck_assert_str_eq(before, "before");
	ck_assert_int_eq(large[999999], 'x');
	arena_free(arena);
}
END_TEST

START_TEST(lists_grow)
{
	struct arena *arena = arena_new();
	size_t *list = NULL, room = 0, count = 0;
	for (; count < 5000; count++) {
		list = arena_grow(arena, list, count, &room, sizeof *list);
		list[count] = count;
	}
	for (size_t i = 0; i < count; i++)
		ck_assert_uint_eq(list[i], i);
	arena_free(arena);
}
END_TEST

START_TEST(shared_copies_are_made_once)
{
	struct arena *arena = arena_new();
	char text[] = "kms01.contoso.com";
	struct str once = arena_share(arena, str_of(text)),
		   again = arena_share(arena, str_of(text));
	ck_assert_ptr_eq(once.at, again.at);
	ck_assert_ptr_ne(once.at, text);
	text[0] = 'K';
	struct str other = arena_share(arena, str_of(text));
	EXPECT(once, "kms01.contoso.com");
	EXPECT(other, "Kms01.contoso.com");
	ck_assert_int_eq(other.at[other.size], '\0');
	ck_assert_uint_eq(arena_share(arena, STR("")).size, 0);
	arena_free(arena);
}
END_TEST

START_TEST(copies_end_in_nul)
{
	struct arena *arena = arena_new();
	struct str copy = arena_copy(arena, STR("a\0b"));
	ck_assert_uint_eq(copy.size, 3);
	ck_assert_int_eq(copy.at[3], '\0');
	ck_assert_str_eq(arena_format(arena, "%d%s", 7, "x"), "7x");
	char *copied = arena_copy_chars(arena, (struct str){NULL, 0});
	ck_assert_str_eq(copied, "");
	arena_free(arena);
}
END_TEST

/* Both end the program: nobody has to handle memory that is not there. */
START_TEST(a_product_that_overflows_ends_the_program)
{
	static struct arena *volatile arena; /* still known at the end: no leak */
	arena = arena_new();
	(void)arena_array(arena, SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(out_stops_at_its_limit)
{
	struct out out = out_new(10);
	out_text(&out, "12345");
	out_char(&out, '6');
	ck_assert(!out.overflowed);
	out_text(&out, "789AB");
	ck_assert(out.overflowed);
	out_char(&out, 'x');
	EXPECT(out_view(&out), "123456");
	out_free(&out);
	ck_assert(!out.overflowed);
	out_repeat(&out, '-', 10);
	ck_assert(!out.overflowed);
	out_repeat(&out, '-', 1);
	ck_assert(out.overflowed);
	out_free(&out);
}
END_TEST

START_TEST(out_formats_long_text)
{
	char text[1000];
	memset(text, 'y', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	struct out out = out_new(4096);
	out_format(&out, "%s", text);
	ck_assert_uint_eq(out.size, sizeof text - 1);
	out_format(&out, "<%s>", text);
	ck_assert_uint_eq(out.size, 2 * (sizeof text - 1) + 2);
	out_free(&out);
	out = out_new(300);
	out_format(&out, "%s", text);
	ck_assert(out.overflowed);
	ck_assert_uint_eq(out_view(&out).size, 0);
	out_free(&out);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {{gives_zeroed_aligned_memory, 0},
		{large_pieces_do_not_disturb_small_ones, 0}, {lists_grow, 0},
		{copies_end_in_nul, 0}, {shared_copies_are_made_once, 0},
		{out_stops_at_its_limit, 0}, {out_formats_long_text, 0}};
	int status = unit_main("arena", tests, COUNT(tests));
	Suite *suite = suite_create("arena, failing");
	TCase *group = tcase_create("failing");
	tcase_add_exit_test(group, a_product_that_overflows_ends_the_program, 7);
	suite_add_tcase(suite, group);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed || status ? EXIT_FAILURE : EXIT_SUCCESS;
}
