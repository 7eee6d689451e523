/*
 * Names of members: ASCII, unique without regard to case, short, and harmless.
 *
 * A bundle is unpacked on every sort of system, by people who double-click. What Windows would run is
 * therefore stored with ".txt" behind it, device names get an underscore, and the name that the file had
 * stands in the manifest.
 */
#include "place.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

#define PART_BYTES 64
#define SLOTS 65536 /* a power of two, well above LIMIT_MEMBERS */

static uint32_t hash_nocase(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (; *name; name++)
		hash = (hash ^ (uint8_t)char_lower(*name)) * 16777619u;
	return hash;
}

/* Takes the name if nobody has it. */
static bool claim(struct arena *arena, struct names *names, const char *name)
{
	if (!names->slots)
		names->slots = arena_array(arena, SLOTS, sizeof *names->slots);
	size_t slot = hash_nocase(name) & (SLOTS - 1);
	for (; names->slots[slot]; slot = (slot + 1) & (SLOTS - 1))
		if (str_equal_nocase(str_of(names->slots[slot]), str_of(name)))
			return false;
	names->slots[slot] = arena_copy(arena, str_of(name)).at;
	names->count++;
	return true;
}

static bool is_device(struct str part)
{
	struct str stem = str_cut(&part, '.');
	return str_in_list(stem, "con|prn|aux|nul") ||
		(stem.size == 4 && char_is_digit(stem.at[3]) &&
			str_in_list(str_slice(stem, 0, 3), "com|lpt"));
}

/* One part of a path: letters, digits, '.', '-' and '_'; a run of anything else becomes one '_'. */
static size_t put_part(char *to, struct str part)
{
	size_t size = 0;
	for (size_t i = 0; i < part.size; i++) {
		char c = part.at[i];
		bool plain = char_is_alpha(c) || char_is_digit(c) || strchr(".-_", c);
		if (plain && !(c == '.' && size == 0))
			to[size++] = c;
		else if (size == 0 || to[size - 1] != '_')
			to[size++] = '_';
		if (size == PART_BYTES)
			break;
	}
	while (size && to[size - 1] == '.')
		size--;
	if (size == 0 || is_device((struct str){to, size})) {
		memmove(to + 1, to, size);
		to[0] = '_';
		size++;
	}
	return size;
}

static struct str extension_of(struct str name)
{
	size_t slash = str_find_last_char(name, '/'), point = str_find_last_char(name, '.');
	bool in_last = point != STR_NONE && (slash == STR_NONE || point > slash + 1) && point > 0;
	return in_last ? str_from(name, point + 1) : STR("");
}

static bool would_run(struct str extension)
{
	return str_in_list(extension,
		"reg|bat|cmd|com|exe|dll|scr|pif|msi|msp|vbs|vbe|js|jse|wsf|wsh|ps1|psm1|hta|cpl|"
		"lnk|url|inf|scf|jar|chm|sct|application|gadget|msc");
}

/* "base", "base-2" ... and then the extension. After 99 of one name the count of all makes it new. */
static const char *unique(
	struct arena *arena, struct names *names, struct str base, struct str extension)
{
	char name[LIMIT_MEMBER_NAME + 64];
	for (size_t number = 1;; number = number < 99 ? number + 1 : number + names->count) {
		char suffix[32] = "";
		if (number > 1)
			snprintf(suffix, sizeof suffix, "-%zu", number);
		snprintf(name, sizeof name, "%.*s%s%s%.*s", STR_PRINT(base), suffix,
			extension.size ? "." : "", STR_PRINT(extension));
		if (claim(arena, names, name))
			return arena_copy(arena, str_of(name)).at;
	}
}

static const char *loose_member(struct arena *arena, struct names *names, struct str name)
{
	char base[LIMIT_MEMBER_NAME], extension[PART_BYTES + 2];
	struct str ending = str_slice(extension_of(name), 0, 12);
	size_t size = strlen(LOOSE_FOLDER);
	memcpy(base, LOOSE_FOLDER, size);
	if (extension_of(name).size)
		name = str_slice(name, 0, name.size - extension_of(name).size - 1);
	while (name.size && size + PART_BYTES + 3 < sizeof base) {
		base[size++] = '/';
		size += put_part(base + size, str_cut(&name, '/'));
	}
	size_t extension_size = ending.size ? put_part(extension, ending) : 0;
	struct str made = {extension, extension_size};
	if (would_run(made))
		made = str_of(arena_format(arena, "%.*s.txt", STR_PRINT(made)));
	return unique(arena, names, (struct str){base, size}, made);
}

const char *place_member(
	struct arena *arena, struct names *names, const struct item *item, const char *name)
{
	if (!item)
		return loose_member(arena, names, str_of(name));
	/* An item keeps its own name; another format of it keeps its ending. */
	struct str member = str_of(item->member), own = extension_of(member);
	struct str given = extension_of(str_of(name));
	struct str base = str_slice(member, 0, member.size - own.size - 1);
	static const char *const kept[] = {"txt", "html", "xml", "evtx", "csv", "json"};
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (str_equal_nocase(given, str_of(kept[i])))
			own = str_of(kept[i]);
	return unique(arena, names, base, own);
}
