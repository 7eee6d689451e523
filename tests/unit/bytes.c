/* The checked cursor. */
#include "base/bytes.h"

#include "unit.h"

static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

START_TEST(reads_numbers_in_order)
{
	struct cursor cursor = cursor_on((struct bytes){data, sizeof data});
	ck_assert_uint_eq(cursor_u8(&cursor), 1);
	ck_assert_uint_eq(cursor_u16(&cursor), 0x0302);
	ck_assert_uint_eq(cursor_u16_big(&cursor), 0x0405);
	ck_assert_uint_eq(cursor_u32(&cursor), 0x09080706);
	ck_assert_uint_eq(cursor_left(&cursor), 0);
	ck_assert(!cursor.failed);
	cursor_seek(&cursor, 1);
	ck_assert_uint_eq(cursor_u64(&cursor), 0x0908070605040302);
	ck_assert(!cursor.failed);
}
END_TEST

START_TEST(failure_sticks)
{
	struct cursor cursor = cursor_on((struct bytes){data, 3});
	ck_assert_uint_eq(cursor_u16(&cursor), 0x0201);
	ck_assert_uint_eq(cursor_u32(&cursor), 0);
	ck_assert(cursor.failed);
	ck_assert_uint_eq(cursor.offset, 2);
	ck_assert_uint_eq(cursor_u8(&cursor), 0);
	ck_assert_uint_eq(cursor_left(&cursor), 0);
	cursor_seek(&cursor, 0);
	ck_assert(cursor.failed);
	ck_assert_uint_eq(cursor_take(&cursor, 1).size, 0);
}
END_TEST

START_TEST(sizes_do_not_wrap)
{
	struct cursor cursor = cursor_on((struct bytes){data, sizeof data});
	cursor_skip(&cursor, 4);
	cursor_skip(&cursor, SIZE_MAX);
	ck_assert(cursor.failed);
	cursor = cursor_on((struct bytes){data, sizeof data});
	cursor_seek(&cursor, SIZE_MAX);
	ck_assert(cursor.failed);
	cursor = cursor_on((struct bytes){data, sizeof data});
	cursor_seek(&cursor, sizeof data);
	ck_assert(!cursor.failed);
	ck_assert_uint_eq(cursor_take(&cursor, 0).size, 0);
	ck_assert(!cursor.failed);
}
END_TEST

START_TEST(takes_empty_bytes)
{
	struct cursor cursor = cursor_on((struct bytes){NULL, 0});
	ck_assert_uint_eq(cursor_take(&cursor, 0).size, 0);
	ck_assert(!cursor.failed);
	ck_assert_uint_eq(cursor_u8(&cursor), 0);
	ck_assert(cursor.failed);
}
END_TEST

UNIT_MAIN("bytes", {reads_numbers_in_order, 0}, {failure_sticks, 0}, {sizes_do_not_wrap, 0},
	{takes_empty_bytes, 0})
