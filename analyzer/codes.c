#include "codes.h"

#include "base/nearest.h"

#include <inttypes.h>
#include <stdio.h>

#define WIN32 0x80070000u

const struct code codes[] = {
#define CODE(number, symbol, en, ja) {number, symbol, {en, ja}},
#include "codes.def"
#undef CODE
};

const size_t code_count = sizeof codes / sizeof *codes;

const struct code *code_find(uint32_t number)
{
	for (size_t i = 0; i < code_count; i++)
		if (codes[i].number == number)
			return &codes[i];
	return NULL;
}

uint32_t code_of_win32(uint32_t error)
{
	return WIN32 | (error & 0xFFFF);
}

bool code_is_win32(uint32_t number)
{
	return (number & 0xFFFF0000u) == WIN32;
}

const struct code_range *code_range_of(uint32_t number)
{
	static const struct code_range ranges[] = {
#define FACILITY(first, last, en, ja) {first, last, {en, ja}},
#include "facilities.def"
#undef FACILITY
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (number >= ranges[i].first && number <= ranges[i].last)
			return &ranges[i];
	return NULL;
}

#define DIGITS 8

static bool is_exchanged(struct str typed, const char *known)
{
	size_t i = 0;
	if (typed.size != DIGITS)
		return false;
	while (i < DIGITS && char_lower(typed.at[i]) == char_lower(known[i]))
		i++;
	return i + 1 < DIGITS && char_lower(typed.at[i]) == char_lower(known[i + 1]) &&
		char_lower(typed.at[i + 1]) == char_lower(known[i]) &&
		str_equal_nocase(str_from(typed, i + 2), str_of(known + i + 2));
}

/* The last digit was not copied. */
static bool is_cut_short(struct str typed, const char *known)
{
	return typed.size + 1 == DIGITS && str_starts_nocase(str_of(known), typed);
}

static bool is_one_off(struct str typed, const char *known)
{
	struct nearest nearest = nearest_to(typed);
	nearest_offer(&nearest, known);
	return nearest.best && nearest.distance <= 1 && !is_cut_short(typed, known);
}

size_t codes_near(struct str digits, const struct code *near[CODES_NEAR])
{
	static bool (*const ways[])(struct str typed, const char *known) = {
		is_exchanged, is_cut_short, is_one_off};
	size_t count = 0;
	for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
		for (size_t i = 0; i < code_count && count < CODES_NEAR; i++) {
			char known[DIGITS + 1];
			(void)snprintf(known, sizeof known, "%08" PRIX32, codes[i].number);
			if (ways[way](digits, known))
				near[count++] = &codes[i];
		}
	return count;
}
