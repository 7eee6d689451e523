/*
 * Dates of objects, where they are unambiguous (other-formats; defender-format, sections 1 and 3).
 *
 *     /Date(1738081891243)/               ConvertTo-Json of Windows PowerShell: milliseconds since 1970, UTC
 *     20250128164451.243000+000           WMI: local time and its distance from UTC in minutes
 *     2025-01-28T16:44:51.243+09:00       CLIXML and PowerShell 7; without a zone it is local time
 *     1/28/2025 4:44:51 PM                the user's own format: left as it is
 */
#include "objects.h"

#include <string.h>

/* Days since 1970-01-01 of a date of the Gregorian calendar, and back; years count from March, so that the day
 * that comes and goes is the last one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = year / 400, of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct str iso_of(struct arena *arena, int64_t seconds)
{
	int64_t days = seconds / 86400, rest = seconds % 86400;
	int64_t shifted = days + 719468, era = shifted / 146097, of_era = shifted % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153, day = of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	year += era * 400 + (month <= 2);
	return str_of(arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year, (int)month,
		(int)day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60)));
}

/* Digits at a fixed place; -1 when there are none. */
static int64_t digits(struct str text, size_t from, size_t count)
{
	int64_t number = 0;
	if (from + count > text.size)
		return -1;
	for (size_t i = from; i < from + count; i++) {
		if (!char_is_digit(text.at[i]))
			return -1;
		number = number * 10 + (text.at[i] - '0');
	}
	return number;
}

struct clock {
	int64_t year, month, day, hour, minute, second;
};

static bool clock_is_valid(const struct clock *c)
{
	return c->year >= 1601 && c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= 31 &&
		c->hour >= 0 && c->hour < 24 && c->minute >= 0 && c->minute < 60 &&
		c->second >= 0 && c->second <= 60;
}

static int64_t seconds_of(const struct clock *c)
{
	return days_of(c->year, c->month, c->day) * 86400 + c->hour * 3600 + c->minute * 60 +
		c->second;
}

/* No date before the epoch of Unix is honest: 1601 is how "never" looks. */
static bool read_milliseconds(struct str text, int64_t *seconds)
{
	if (!str_starts(text, STR("/Date(")))
		return false;
	int64_t number;
	struct str inside = str_slice(text, 6, str_find_char(text, ')'));
	if (!scan_number(inside, &number) || number < 0 || number > INT64_C(253402300799000))
		return false;
	*seconds = number / 1000;
	return true;
}

static bool read_wmi(struct str text, int64_t *seconds)
{
	if (text.size != 25 || text.at[14] != '.' || !strchr("+-", text.at[21]))
		return false;
	struct clock c = {digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2),
		digits(text, 8, 2), digits(text, 10, 2), digits(text, 12, 2)};
	int64_t minutes = digits(text, 22, 3);
	if (!clock_is_valid(&c) || minutes < 0 || c.year < 1970)
		return false;
	*seconds = seconds_of(&c) - (text.at[21] == '-' ? -minutes : minutes) * 60;
	return *seconds >= 0;
}

/* The zone of an ISO date: "Z" or "+09:00". */
static bool read_zone(struct str text, int64_t *minutes)
{
	*minutes = 0;
	if (str_equal(text, STR("Z")))
		return true;
	if (text.size != 6 || !strchr("+-", text.at[0]) || text.at[3] != ':')
		return false;
	int64_t hours = digits(text, 1, 2), rest = digits(text, 4, 2);
	if (hours < 0 || hours > 14 || rest < 0 || rest > 59)
		return false;
	*minutes = (hours * 60 + rest) * (text.at[0] == '-' ? -1 : 1);
	return true;
}

static bool read_iso(struct str text, int64_t *seconds)
{
	if (text.size < 20 || text.at[4] != '-' || text.at[10] != 'T' || text.at[13] != ':')
		return false;
	struct clock c = {digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2),
		digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)};
	size_t zone = 19;
	if (text.at[zone] == '.')
		for (zone++; zone < text.size && char_is_digit(text.at[zone]);)
			zone++;
	int64_t minutes;
	if (!clock_is_valid(&c) || c.year < 1970 || !read_zone(str_from(text, zone), &minutes))
		return false;
	*seconds = seconds_of(&c) - minutes * 60;
	return *seconds >= 0;
}

/* Some cultures put marks of direction between the parts of a date. */
static struct str without_marks(struct arena *arena, struct str text)
{
	static const struct str marks[] = {STR_INIT("\xE2\x80\x8E"), STR_INIT("\xE2\x80\x8F")};
	if (!str_has(text, marks[0]) && !str_has(text, marks[1]))
		return text;
	char *to = arena_alloc(arena, text.size + 1);
	size_t size = 0;
	while (text.size) {
		if (str_starts(text, marks[0]) || str_starts(text, marks[1])) {
			text = str_from(text, marks[0].size);
			continue;
		}
		to[size++] = *text.at;
		text = str_from(text, 1);
	}
	return (struct str){to, size};
}

struct str object_date(struct arena *arena, struct str text)
{
	int64_t seconds;
	text = str_trim(text);
	if (read_milliseconds(text, &seconds) || read_wmi(text, &seconds) ||
		read_iso(text, &seconds))
		return iso_of(arena, seconds);
	return without_marks(arena, text);
}
