#include "base/instant.h"

#include <stdio.h>

/* Days from 1601-01-01 to the first of March of year 0 of the proleptic calendar, counted back. */
#define DAYS_BEFORE_1601 584694

/* Days since 1601 of a date; years begin in March, so that the leap day comes last. */
static uint64_t days_of(unsigned year, unsigned month, unsigned day)
{
	uint64_t y = year - (month <= 2), m = month > 2 ? month - 3 : month + 9;
	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - DAYS_BEFORE_1601;
}

struct instant_parts instant_parts(uint64_t instant)
{
	uint64_t seconds = instant / INSTANT_SECOND;
	uint64_t days = seconds / 86400 + DAYS_BEFORE_1601, of_day = seconds % 86400;
	uint64_t era = days / 146097, of_era = days % 146097;
	uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * of_year + 2) / 153;
	struct instant_parts parts = {
		.month = (unsigned)(month < 10 ? month + 3 : month - 9),
		.day = (unsigned)(of_year - (153 * month + 2) / 5 + 1),
		.hour = (unsigned)(of_day / 3600),
		.minute = (unsigned)(of_day / 60 % 60),
		.second = (unsigned)(of_day % 60),
		.fraction = (unsigned)(instant % INSTANT_SECOND),
	};
	parts.year = (unsigned)(year + era * 400 + (parts.month <= 2));
	return parts;
}

struct str instant_print(char text[static INSTANT_TEXT_BYTES], uint64_t instant)
{
	struct instant_parts p = instant_parts(instant);
	(void)snprintf(text, INSTANT_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u.%07uZ", p.year,
		p.month, p.day, p.hour, p.minute, p.second, p.fraction);
	struct str made = str_of(text);
	size_t end = made.size - 1;
	while (text[end - 1] == '0')
		end--;
	if (text[end - 1] == '.')
		end--;
	text[end] = 'Z';
	text[end + 1] = '\0';
	return str_slice(made, 0, end + 1);
}

struct str instant_text(struct arena *arena, uint64_t instant)
{
	char text[INSTANT_TEXT_BYTES];
	return arena_copy(arena, instant_print(text, instant));
}

/* Takes 1 to `most` digits off the front. */
static bool take_number(struct str *rest, size_t least, size_t most, unsigned *number)
{
	size_t size = 0;
	*number = 0;
	while (size < rest->size && size < most && char_is_digit(rest->at[size]))
		*number = *number * 10 + (unsigned)(rest->at[size++] - '0');
	*rest = str_from(*rest, size);
	return size >= least;
}

static bool take_char(struct str *rest, const char *any)
{
	for (; *any; any++)
		if (rest->size && rest->at[0] == *any) {
			*rest = str_from(*rest, 1);
			return true;
		}
	return false;
}

static bool take_date(struct str *rest, struct instant_parts *p)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (!take_number(rest, 4, 4, &p->year) || !take_char(rest, "-/.") ||
		!take_number(rest, 1, 2, &p->month) || !take_char(rest, "-/.") ||
		!take_number(rest, 1, 2, &p->day))
		return false;
	bool leap = p->year % 4 == 0 && (p->year % 100 != 0 || p->year % 400 == 0);
	if (p->year < 1601 || p->month < 1 || p->month > 12)
		return false;
	return p->day >= 1 && p->day <= days[p->month - 1] + (leap && p->month == 2);
}

/* ".1234567": 100 ns; further decimals are cut. */
static void take_fraction(struct str *rest, struct instant_parts *p)
{
	unsigned place = 1000000;
	for (; rest->size && char_is_digit(rest->at[0]); place /= 10) {
		p->fraction += (unsigned)(rest->at[0] - '0') * place;
		*rest = str_from(*rest, 1);
	}
}

static bool take_time(struct str *rest, struct instant_parts *p)
{
	if (!take_number(rest, 1, 2, &p->hour) || !take_char(rest, ":") ||
		!take_number(rest, 2, 2, &p->minute))
		return false;
	if (take_char(rest, ":") && !take_number(rest, 2, 2, &p->second))
		return false;
	if (take_char(rest, ".,"))
		take_fraction(rest, p);
	return p->hour < 24 && p->minute < 60 && p->second < 61;
}

/* "Z", "+09:00", "-0330" or nothing: minutes to take off. */
static bool take_offset(struct str *rest, int *minutes)
{
	unsigned hour = 0, minute = 0;
	*minutes = 0;
	if (rest->size == 0 || take_char(rest, "Zz"))
		return true;
	bool minus = str_starts(*rest, STR("-"));
	if (!take_char(rest, "+-") || !take_number(rest, 2, 2, &hour))
		return false;
	(void)take_char(rest, ":");
	if (!take_number(rest, 2, 2, &minute) || hour > 14 || minute > 59)
		return false;
	*minutes = (int)(hour * 60 + minute) * (minus ? -1 : 1);
	return true;
}

bool scan_instant(struct str text, uint64_t *instant)
{
	struct str rest = str_trim(text);
	struct instant_parts p = {0};
	int minutes = 0;
	if (!take_date(&rest, &p))
		return false;
	if (rest.size &&
		(!take_char(&rest, "Tt ") || !take_time(&rest, &p) ||
			!take_offset(&rest, &minutes)))
		return false;
	uint64_t seconds =
		days_of(p.year, p.month, p.day) * 86400 + p.hour * 3600 + p.minute * 60 + p.second;
	int64_t shifted = (int64_t)seconds - (int64_t)minutes * 60;
	if (rest.size || shifted < 0)
		return false;
	*instant = (uint64_t)shifted * INSTANT_SECOND + p.fraction;
	return true;
}
