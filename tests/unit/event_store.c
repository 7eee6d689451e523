/* Which events of a large log are kept. */
#include "event_store.h"

#include "base/limits.h"

#include "unit.h"

#include <string.h>

#define SPP "Microsoft-Windows-Security-SPP"
#define SCM "Service Control Manager"

static struct event_store *store;

static void add_sized(const char *provider, uint32_t id, uint64_t number, size_t size)
{
	char *text = arena_alloc(unit_memory, size + 1);
	memset(text, 'x', size);
	struct event_data data = {STR("param1"), {text, size}};
	struct event event = {.provider = str_of(provider),
		.id = id,
		.record = number,
		.time = number,
		.data = &data,
		.data_count = 1,
		.binary = {(const uint8_t *)"b", 1}};
	event_store_add(store, &event, number);
}

static void add(const char *provider, uint32_t id, uint64_t number)
{
	add_sized(provider, id, number, 20);
}

static size_t count_of(const struct event_list *list, uint32_t id)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		count += list->at[i].id == id;
	return count;
}

static struct event_list take(void)
{
	struct event_list list = event_store_take(store, unit_memory);
	event_store_free(store);
	return list;
}

START_TEST(keeps_all_of_a_small_log)
{
	store = event_store_new();
	for (uint64_t i = 1; i <= 100; i++)
		add(i % 2 ? SPP : SCM, i % 2 ? 8198 : 7036, 1000 - i);
	ck_assert_uint_eq(event_store_surpluses(store, unit_memory).count, 0);
	struct event_list list = take();
	ck_assert_uint_eq(list.count, 100);
	for (size_t i = 0; i < list.count; i++)
		ck_assert_uint_eq(list.at[i].record, 999 - i);
	ck_assert(str_equal(list.at[0].provider, STR(SPP)));
	ck_assert(str_equal(list.at[0].data[0].name, STR("param1")));
	ck_assert_uint_eq(list.at[0].data[0].text.size, 20);
	ck_assert_int_eq(list.at[0].binary.at[0], 'b');
}
END_TEST

/* What is rare is not pushed out by what is frequent, however old it is. */
START_TEST(keeps_what_is_rare)
{
	store = event_store_new();
	add(SPP, 8198, 1);
	for (uint64_t i = 2; i < 10 * LIMIT_EVENTS; i++)
		add(SCM, 7036, i);
	struct event_surpluses surpluses = event_store_surpluses(store, unit_memory);
	ck_assert_uint_eq(surpluses.count, 1);
	ck_assert_uint_eq(surpluses.at[0].id, 7036);
	ck_assert_uint_eq(surpluses.at[0].count, 10 * LIMIT_EVENTS - 2);
	ck_assert_uint_eq(surpluses.at[0].oldest, 2);
	struct event_list list = take();
	ck_assert_uint_eq(count_of(&list, 8198), 1);
	ck_assert_uint_eq(count_of(&list, 7036), surpluses.at[0].kept);
	ck_assert_uint_ge(list.count, LIMIT_EVENTS / 2);
	ck_assert_uint_le(list.count, LIMIT_EVENTS);
	ck_assert_uint_eq(list.at[1].record, surpluses.at[0].record);
}
END_TEST

/* The newest, without a gap, though the log wrapped: its newest records stand in front. */
START_TEST(newest_are_those_with_the_highest_numbers)
{
	store = event_store_new();
	const uint64_t records = 3 * LIMIT_EVENTS, front = 2 * LIMIT_EVENTS;
	for (uint64_t i = 0; i < records; i++)
		add(SCM, 7036, 1 + (front + i) % records);
	struct event_surpluses surpluses = event_store_surpluses(store, unit_memory);
	struct event_list list = take();
	uint64_t lowest = records, highest = 0;
	for (size_t i = 0; i < list.count; i++) {
		lowest = list.at[i].record < lowest ? list.at[i].record : lowest;
		highest = list.at[i].record > highest ? list.at[i].record : highest;
	}
	ck_assert_uint_eq(highest, records);
	ck_assert_uint_eq(lowest, records + 1 - list.count);
	ck_assert_uint_eq(surpluses.at[0].record, lowest);
	ck_assert_uint_eq(surpluses.at[0].from, lowest);
}
END_TEST

/* A request and its answer stay together. */
START_TEST(requests_and_answers_are_one_sort)
{
	store = event_store_new();
	for (uint64_t i = 1; i <= 6 * LIMIT_EVENTS; i++)
		add(SPP, i % 3 == 0 ? 12289 : 12288, i);
	struct event_surpluses surpluses = event_store_surpluses(store, unit_memory);
	ck_assert_uint_eq(surpluses.count, 1);
	ck_assert_uint_eq(surpluses.at[0].id, KMS_REQUEST_ID);
	ck_assert_uint_eq(surpluses.at[0].last_id, 12290);
	struct event_list list = take();
	for (size_t i = 1; i < list.count; i++)
		ck_assert_uint_eq(list.at[i].record, list.at[i - 1].record + 1);
}
END_TEST

START_TEST(large_events_are_fewer)
{
	store = event_store_new();
	for (uint64_t i = 1; i <= 1000; i++)
		add_sized(SPP, 1003, i, 40000);
	struct event_list list = take();
	ck_assert_uint_ge(list.count, 10);
	ck_assert_uint_le(list.count, LIMIT_EVENT_BYTES / 40000);
	ck_assert_uint_eq(list.at[list.count - 1].record, 1000);
}
END_TEST

UNIT_MAIN("event_store", {keeps_all_of_a_small_log, 0}, {keeps_what_is_rare, 0},
	{newest_are_those_with_the_highest_numbers, 0}, {requests_and_answers_are_one_sort, 0},
	{large_events_are_fewer, 0})
