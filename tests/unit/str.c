/* Views of text. */
#include "base/str.h"

#include "unit.h"

START_TEST(slices_stay_inside)
{
	struct str text = STR("abc"), none = {NULL, 0};
	EXPECT(str_slice(text, 1, 2), "b");
	EXPECT(str_slice(text, 2, 99), "c");
	EXPECT(str_slice(text, 9, 99), "");
	EXPECT(str_slice(text, 2, 1), "");
	EXPECT(str_from(text, 1), "bc");
	EXPECT(str_from(none, 5), "");
	EXPECT(str_of(NULL), "");
	ck_assert(str_equal(none, STR("")));
	ck_assert_int_eq(str_compare(none, STR("a")), -1);
}
END_TEST

START_TEST(compares)
{
	ck_assert(str_equal_nocase(STR("KMS01"), STR("kms01")));
	ck_assert(!str_equal_nocase(STR("É"), STR("é"))); /* only ASCII is folded */
	ck_assert(!str_equal(STR("a\0b"), STR("a\0c")));
	ck_assert_int_lt(str_compare(STR("a"), STR("ab")), 0);
	ck_assert_int_gt(str_compare(STR("b"), STR("ab")), 0);
	ck_assert(str_starts_nocase(STR("Slmgr.vbs"), STR("slmgr")));
	ck_assert(!str_starts(STR("a"), STR("ab")));
	ck_assert(str_ends_nocase(STR("a.EXE"), STR(".exe")));
	ck_assert(!str_ends(STR("e"), STR("exe")));
}
END_TEST

START_TEST(finds)
{
	ck_assert_uint_eq(str_find(STR("aabaab"), STR("aab")), 0);
	ck_assert_uint_eq(str_find(STR("aaab"), STR("aab")), 1);
	ck_assert_uint_eq(str_find(STR("abc"), STR("")), 0);
	ck_assert_uint_eq(str_find(STR(""), STR("a")), STR_NONE);
	ck_assert_uint_eq(str_find(STR("ab"), STR("abc")), STR_NONE);
	ck_assert_uint_eq(str_find_nocase(STR("xABc"), STR("abC")), 1);
	ck_assert_uint_eq(str_find_nocase(STR("ab"), STR("abc")), STR_NONE);
	ck_assert_uint_eq(str_find_char(STR("a\0b"), 'b'), 2);
	ck_assert_uint_eq(str_find_last_char(STR("a:b:c"), ':'), 3);
	ck_assert_uint_eq(str_find_last_char(STR(""), ':'), STR_NONE);
	ck_assert(str_has_nocase(STR("Error"), STR("ERR")));
}
END_TEST

/* What a person sees as a space: no-break, narrow, ideographic, and invisible marks around dates. */
START_TEST(trims_every_blank)
{
	EXPECT(str_trim(STR(" \t\r\na b\v\f ")), "a b");
	EXPECT(str_trim(STR("\xC2\xA0\xE3\x80\x80\xE2\x80\x8E"
			    "a\xE2\x80\x8F\xE2\x80\xAF\xEF\xBB\xBF")),
		"a");
	EXPECT(str_trim(STR("\xC2\xA0")), "");
	EXPECT(str_trim_left(STR(" a ")), "a ");
	EXPECT(str_trim_right(STR(" a ")), " a");
	ck_assert(str_is_blank(STR("\xE3\x80\x80 ")));
	ck_assert(!str_is_blank(STR("\xE3\x80"))); /* half a blank is none */
	ck_assert_uint_eq(str_blank_left(STR("  x")), 2);
	ck_assert_uint_eq(str_blank_right(STR("x\xC2\xA0 ")), 3);
}
END_TEST

START_TEST(takes_pieces)
{
	struct str rest = STR("a|b||c");
	EXPECT(str_cut(&rest, '|'), "a");
	EXPECT(str_cut(&rest, '|'), "b");
	EXPECT(str_cut(&rest, '|'), "");
	EXPECT(str_cut(&rest, '|'), "c");
	EXPECT(rest, "");
	EXPECT(str_cut(&rest, '|'), "");
	rest = STR("  one\xC2\xA0two\xE3\x80\x80 ");
	EXPECT(str_word(&rest), "one");
	EXPECT(str_word(&rest), "two");
	EXPECT(str_word(&rest), "");
	ck_assert(str_in_list(STR("TWO"), "one|two|three"));
	ck_assert(!str_in_list(STR("tw"), "one|two|three"));
	ck_assert(!str_in_list(STR(""), "one|two"));
}
END_TEST

UNIT_MAIN("str", {slices_stay_inside, 0}, {compares, 0}, {finds, 0}, {trims_every_blank, 0},
	{takes_pieces, 0})
