/*
 * Dates of objects, where they are unambiguous (other-formats; defender-format, sections 1 and 3).
 *
 *     /Date(1738081891243)/               ConvertTo-Json of Windows PowerShell: milliseconds since 1970, UTC
 *     20250128164451.243000+000           WMI: local time and its distance from UTC in minutes
 *     2025-01-28T16:44:51.243+09:00       CLIXML and PowerShell 7; without a zone it is local time
 *     1/28/2025 4:44:51 PM                the user's own format: left as it is
 */
#include "objects.h"

#include "base/instant.h"

#include <string.h>

#define UNIX_EPOCH ((uint64_t)11644473600 * INSTANT_SECOND)

/* No date before the epoch of Unix is honest: 1601 is how "never" looks. */
static bool read_milliseconds(struct str text, uint64_t *instant)
{
	int64_t number;
	if (!str_starts(text, STR("/Date(")))
		return false;
	struct str inside = str_slice(text, 6, str_find_char(text, ')'));
	if (!scan_number(inside, &number) || number < 0 || number > INT64_C(253402300799000))
		return false;
	*instant = UNIX_EPOCH + (uint64_t)number * (INSTANT_SECOND / 1000);
	return true;
}

/* Written as ISO has it, the distance from UTC apart. */
static bool read_wmi(struct arena *arena, struct str text, uint64_t *instant)
{
	int64_t minutes;
	if (text.size != 25 || text.at[14] != '.' || !strchr("+-", text.at[21]) ||
		!scan_number(str_from(text, 22), &minutes) || minutes < 0)
		return false;
	const char *t = text.at;
	const char *iso = arena_format(
		arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 4, t + 6, t + 8, t + 10, t + 12);
	if (!scan_instant(str_of(iso), instant) || *instant < UNIX_EPOCH)
		return false;
	uint64_t distance = (uint64_t)minutes * INSTANT_MINUTE;
	*instant = text.at[21] == '-' ? *instant + distance : *instant - distance;
	return true;
}

/* Local time without a zone says no instant. */
static bool read_iso(struct str text, uint64_t *instant)
{
	if (text.size < 20 || text.at[10] != 'T')
		return false;
	struct str rest = str_from(text, 19);
	bool zoned = str_ends(rest, STR("Z")) || str_find_char(rest, '+') != STR_NONE ||
		str_find_char(rest, '-') != STR_NONE;
	return zoned && scan_instant(text, instant) && *instant >= UNIX_EPOCH;
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
	uint64_t instant;
	text = str_trim(text);
	if (read_milliseconds(text, &instant) || read_wmi(arena, text, &instant) ||
		read_iso(text, &instant))
		return instant_text(arena, instant - instant % INSTANT_SECOND);
	return without_marks(arena, text);
}
