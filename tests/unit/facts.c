/* Facts: conversion by type, replacement, product keys. */
#include "base/facts.h"

#include "unit.h"

#include "base/out.h"

#include <string.h>

static const struct fact_kind thing = {
	.name = "thing",
	.says = "for this test",
	.is_state = true,
	.fields =
		{
			{"name", FACT_NAME, "", NULL, FACT_KEY},
			{"text", FACT_TEXT, ""},
			{"word", FACT_WORD, "", "one|two|three"},
			{"number", FACT_NUMBER, ""},
			{"code", FACT_CODE, ""},
			{"guid", FACT_GUID, ""},
			{"flag", FACT_FLAG, ""},
			{"address", FACT_ADDRESS, ""},
			{0},
		},
};

static const struct {
	const char *field, *text, *made; /* NULL: no such value */
	int64_t number;
} cases[] = {
	{"name", " KMS01.contoso.com. ", "KMS01.contoso.com", 0},
	{"name", ".", ".", 0},
	{"text", "ends here.", "ends here.", 0},
	{"text", "", NULL, 0},
	{"word", "TWO", "two", 1},
	{"word", "four", NULL, 0},
	{"word", "", NULL, 0},
	{"number", " 1688", "1688", 1688},
	{"number", "0x10", "16", 16},
	{"number", "0xFFFFFFFFFFFFFFFF", NULL, 0},
	{"number", "-3", "-3", -3},
	{"number", "n/a", NULL, 0},
	{"code", "-1073418124", "0xC004F074", 0xC004F074},
	{"code", "0xc004f074", "0xC004F074", 0xC004F074},
	{"code", "0", "0x00000000", 0},
	{"code", "none", NULL, 0},
	{"guid", "{55C92734-D682-4D71-983E-D6EC3F16059F}", "55c92734-d682-4d71-983e-d6ec3f16059f",
		0},
	{"guid", "55C92734", NULL, 0},
	{"flag", "Yes", "yes", 1},
	{"flag", "no", "no", 0},
	{"flag", "true", NULL, 0},
	{"address", "[fd00::1]", "fd00::1", 0},
	{"address", "10.0.0.1 ", "10.0.0.1", 0},
	{"address", "kms01", NULL, 0},
	{"text", "key AAAAA-BBBBB-CCCCC-DDDDD-EEEEE.", "key *****-*****-*****-*****-EEEEE.", 0},
};

START_TEST(converts_by_type)
{
	struct fact_value value = {0};
	int field = fact_field_index(&thing, str_of(cases[_i].field));
	bool good = fact_convert(unit_memory, &thing.fields[field], str_of(cases[_i].text), &value);
	ck_assert_int_eq(good, cases[_i].made != NULL);
	if (!good)
		return;
	EXPECT(value.text, cases[_i].made);
	ck_assert_int_eq(value.number, cases[_i].number);
}
END_TEST

static const struct origin file_a = {.member = "a.txt"}, file_b = {.member = "b.txt"};

static struct fact *add(struct facts *facts, const struct origin *origin, const char *name,
	const char *field, const char *value)
{
	struct line *line = arena_alloc(facts->arena, sizeof *line);
	*line = (struct line){.origin = origin, .number = 1, .last = 1};
	struct fact *fact = fact_add(facts, &thing, line);
	fact_put(facts, fact, NULL, "name", str_of(name));
	fact_put(facts, fact, NULL, field, str_of(value));
	return fact;
}

START_TEST(later_values_replace_earlier_ones)
{
	struct facts facts = facts_new(unit_memory);
	struct fact *first = add(&facts, &file_a, "sppsvc", "word", "one");
	fact_put(&facts, first, NULL, "number", STR("7"));
	struct fact *other = add(&facts, &file_a, "w32time", "word", "one");
	struct fact *elsewhere = add(&facts, &file_b, "sppsvc", "word", "one");
	struct fact *only = add(&facts, &file_a, "SPPSVC", "text", "x");
	struct fact *last = add(&facts, &file_a, "sppsvc", "word", "two");
	fact_put(&facts, last, NULL, "text", STR("y"));
	facts_supersede(&facts);
	ck_assert(!fact_is_set(first, "word"));
	ck_assert_int_eq(fact_number(first, "number", -1), 7);
	ck_assert(!first->superseded);
	ck_assert(only->superseded);
	ck_assert(!last->superseded && fact_is(last, "word", "two"));
	ck_assert(fact_is_set(last, "name"));
	ck_assert(!other->superseded && fact_is(other, "word", "one"));
	ck_assert(!elsewhere->superseded && fact_is(elsewhere, "word", "one"));
}
END_TEST

START_TEST(says_what_is_the_same_thing)
{
	struct facts facts = facts_new(unit_memory);
	struct fact *a = add(&facts, &file_a, "a", "number", "1");
	struct fact *same = add(&facts, &file_b, "A", "number", "2");
	struct fact *b = add(&facts, &file_a, "b", "number", "1");
	struct fact *none = add(&facts, &file_a, "", "number", "1");
	struct fact *none_too = add(&facts, &file_a, "", "number", "3");
	ck_assert(fact_same_thing(a, same));
	ck_assert(!fact_same_thing(a, b));
	ck_assert(!fact_same_thing(a, none));
	ck_assert(fact_same_thing(none, none_too));
}
END_TEST

static const char *quote(struct str raw)
{
	struct line line = {.text = raw, .raw = raw};
	return unit_text(fact_quote(unit_memory, &line));
}

#define KEY "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"
#define MASKED "*****-*****-*****-*****-EEEEE"

START_TEST(quotes_without_product_keys)
{
	ck_assert_str_eq(quote(STR("  slmgr /ipk " KEY " " KEY)), "slmgr /ipk " MASKED " " MASKED);
	/* a key that the console broke at the end of the window, in a quoted mail */
	struct arena *arena = unit_memory;
	struct lines lines = lines_of(arena,
		STR("> C:\\Windows\\system32>cscript //nologo c:\\windows\\system32\\slmgr.vbs /ipk "
		    "AAAAA-BB\r\n> BBB-CCCCC-DDDDD-EEEEE\r\n"));
	ck_assert_uint_eq(lines.count, 1);
	ck_assert_str_eq(unit_text(fact_quote(arena, &lines.at[0])),
		"C:\\Windows\\system32>cscript //nologo c:\\windows\\system32\\slmgr.vbs /ipk " MASKED);
}
END_TEST

/* A key at any place, also across the end of what is quoted or kept. */
START_TEST(cutting_shows_no_part_of_a_key)
{
	char text[LIMIT_VALUE_BYTES + 64];
	for (size_t at = 180; at < 300; at++) {
		memset(text, '.', sizeof text);
		memcpy(text + at, KEY, strlen(KEY));
		ck_assert_ptr_null(strstr(quote((struct str){text, 400}), "AAA"));
		ck_assert_ptr_null(strstr(quote((struct str){text, 400}), "DDD"));
	}
	for (size_t at = LIMIT_VALUE_BYTES - 40; at < LIMIT_VALUE_BYTES + 1; at++) {
		struct fact_value value = {0};
		memset(text, '.', sizeof text);
		memcpy(text + at, KEY, strlen(KEY));
		ck_assert(fact_convert(
			unit_memory, &thing.fields[1], (struct str){text, sizeof text}, &value));
		ck_assert_uint_le(value.text.size, LIMIT_VALUE_BYTES);
		ck_assert_ptr_null(strstr(unit_text(value.text), "AAA"));
	}
}
END_TEST

START_TEST(a_full_list_keeps_what_it_has)
{
	struct facts facts = facts_new(unit_memory);
	struct line line = {.origin = &file_a};
	for (size_t i = 0; i <= LIMIT_FACTS; i++)
		(void)fact_add(&facts, &thing, &line);
	ck_assert_uint_eq(facts.count, LIMIT_FACTS);
	ck_assert(facts.full);
	facts_supersede(&facts);
}
END_TEST

UNIT_MAIN("facts", {converts_by_type, COUNT(cases)}, {later_values_replace_earlier_ones, 0},
	{says_what_is_the_same_thing, 0}, {quotes_without_product_keys, 0},
	{cutting_shows_no_part_of_a_key, 0}, {a_full_list_keeps_what_it_has, 0})
