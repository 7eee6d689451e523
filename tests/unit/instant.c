/* Times out of text and back. */
#include "base/instant.h"

#include "unit.h"

#define NONE UINT64_MAX

static const struct {
	const char *text;
	uint64_t instant;
	const char *canonical;
} times[] = {
	{"1601-01-01T00:00:00Z", 0, "1601-01-01T00:00:00Z"},
	{"1970-01-01", 116444736000000000, "1970-01-01T00:00:00Z"},
	{"2010/9/29 21:46", 129302703600000000, "2010-09-29T21:46:00Z"},
	{"2012-02-29 23:59:59", 129750335990000000, "2012-02-29T23:59:59Z"},
	{"2026-11-25T09:15:00.1234567Z", 134400717001234567, "2026-11-25T09:15:00.1234567Z"},
	{"2026-11-25T09:15:00.5Z", 134400717005000000, "2026-11-25T09:15:00.5Z"},
	{"2026-11-25T18:15:00+09:00", 134400717000000000, "2026-11-25T09:15:00Z"},
	{"2026-11-24T23:15:00-10:00", 134400717000000000, "2026-11-25T09:15:00Z"},
	{"9999-12-31T23:59:59Z", 2650467743990000000, "9999-12-31T23:59:59Z"},
	{"2000-02-29", 125962560000000000, "2000-02-29T00:00:00Z"},
	{"1900-02-29", NONE, NULL},
	{"2023-02-29", NONE, NULL},
	{"2026-13-01", NONE, NULL},
	{"2026-00-01", NONE, NULL},
	{"2026-11-25T24:00:00Z", NONE, NULL},
	{"2026-11-25T09:15:00Z and more", NONE, NULL},
	{"1600-12-31", NONE, NULL},
	{"25.11.2026 09:15", NONE, NULL},
	{"", NONE, NULL},
	{"2026-11", NONE, NULL},
	{"1601-01-01T00:00:00+01:00", NONE, NULL},
};

START_TEST(reads_times)
{
	uint64_t instant = NONE;
	bool good = scan_instant(str_of(times[_i].text), &instant);
	ck_assert_int_eq(good, times[_i].instant != NONE);
	ck_assert_uint_eq(instant, times[_i].instant);
	if (good)
		EXPECT(instant_text(unit_memory, instant), times[_i].canonical);
}
END_TEST

/* Each day from 1601 to 2400 is one day after the one before, and reads back. */
START_TEST(counts_days)
{
	for (uint64_t day = 0; day < 292194; day++) {
		uint64_t back = NONE;
		struct str text = instant_text(unit_memory, day * INSTANT_DAY);
		ck_assert(scan_instant(text, &back));
		ck_assert_uint_eq(back, day * INSTANT_DAY);
	}
}
END_TEST

UNIT_MAIN("instant", {reads_times, COUNT(times)}, {counts_days})
