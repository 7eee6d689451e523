/* The tables behind `explain`: in order, without doubles, in every language, and true to the vocabulary. */
#include "codes.h"
#include "event_meanings.h"
#include "vocabulary.h"

#include "unit.h"

#include <string.h>

START_TEST(codes_are_in_order)
{
	ck_assert_uint_ge(code_count, 180);
	for (size_t i = 0; i < code_count; i++) {
		ck_assert(i == 0 || codes[i - 1].number < codes[i].number);
		for (size_t k = 0; k < LANGUAGE_COUNT; k++)
			ck_assert_uint_gt(strlen(codes[i].says[k]), 0);
		ck_assert(codes[i].number <= 0xFFFF || code_range_of(codes[i].number));
	}
}
END_TEST

START_TEST(ranges)
{
	ck_assert_ptr_eq(code_range_of(0), NULL);
	ck_assert_ptr_eq(code_range_of(0x7FFFFFFF), NULL);
	ck_assert_str_eq(
		code_range_of(0xC004FD7F)->says[ENGLISH], "automatic virtual machine activation");
	ck_assert_str_eq(code_range_of(0xC004FE7F)->says[ENGLISH], "licensing service");
	ck_assert_uint_eq(code_of_win32(1722), 0x800706BA);
}
END_TEST

START_TEST(near_codes)
{
	static const struct {
		const char *typed;
		uint32_t first; /* 0: none is near */
	} typos[] = {
		{"C004F704", 0xC004F074},
		{"c004f0744", 0xC004F074},
		{"004F074", 0xC004F074},
		{"C004F07", 0xC004F074},
		{"8007232BB", 0x8007232B},
		{"12345678", 0},
		{"", 0},
		{"C", 0},
	};
	const struct code *near[CODES_NEAR];
	for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
		size_t count = codes_near(str_of(typos[i].typed), near);
		ck_assert_uint_le(count, CODES_NEAR);
		ck_assert_uint_eq(count > 0, typos[i].first != 0);
		ck_assert(count == 0 || near[0]->number == typos[i].first);
	}
}
END_TEST

static void check_facts(const struct vocabulary *vocabulary, const char *facts)
{
	for (struct str rest = str_of(facts); rest.size;) {
		struct str field = str_cut(&rest, ';');
		struct str name = str_cut(&field, '.');
		const struct fact_kind *kind = vocabulary_find(vocabulary, name);
		ck_assert_msg(kind, "no kind %.*s", STR_PRINT(name));
		ck_assert_msg(field.size == 0 || fact_field_index(kind, field) >= 0,
			"%.*s has no field %.*s", STR_PRINT(name), STR_PRINT(field));
	}
}

START_TEST(events_are_in_order)
{
	struct vocabulary vocabulary = vocabulary_all(unit_memory);
	for (size_t i = 0; i < event_meaning_count; i++) {
		const struct event_meaning *event = &event_meanings[i];
		if (i && strcmp(event[-1].provider, event->provider) == 0)
			ck_assert_uint_lt(event[-1].id, event->id);
		for (size_t k = 0; k < LANGUAGE_COUNT; k++)
			ck_assert_uint_gt(strlen(event->says[k]), 0);
		check_facts(&vocabulary, event->facts);
	}
}
END_TEST

START_TEST(providers)
{
	ck_assert(event_meaning_has_provider(STR("microsoft-windows-security-spp")));
	ck_assert(event_meaning_has_provider(STR("KmsRequests")));
	ck_assert(event_meaning_has_provider(STR("Security-SPP")));
	ck_assert(!event_meaning_has_provider(STR("")));
	ck_assert(!event_meaning_has_provider(STR("SPPx")));
	ck_assert_str_eq(event_meaning_nearest_provider(STR("Netlogn")), "NETLOGON");
	ck_assert_ptr_eq(event_meaning_nearest_provider(STR("zzzzzz")), NULL);
}
END_TEST

UNIT_MAIN("meanings", {codes_are_in_order, 0}, {ranges, 0}, {near_codes, 0},
	{events_are_in_order, 0}, {providers, 0})
