#include "place.h"

#include "base/limits.h"
#include "base/scan.h"
#include "base/text.h"

#include <string.h>

static struct str last_part(struct str path)
{
	size_t slash = str_find_last_char(path, '/');
	return slash == STR_NONE ? path : str_from(path, slash + 1);
}

/* The name without what follows its last point; ".profile" is all stem. */
static struct str stem_of(struct str name)
{
	size_t point = str_find_last_char(name, '.');
	return point == STR_NONE || point == 0 ? name : str_slice(name, 0, point);
}

/* By name: the member's own, the event channel's, or the words of the id */

/* Event Viewer saves "A/B" as "A%4B.evtx". */
static bool is_channel_file(const struct item *item, struct str name)
{
	struct str rest = str_of(item->command), channel = str_cut(&rest, '|');
	if (item->way != WAY_EVENTS || !str_ends_nocase(name, STR(".evtx")))
		return false;
	struct str stem = stem_of(name);
	size_t slash = str_find_char(channel, '/'), escape = str_find(stem, STR("%4"));
	if (slash == STR_NONE || escape == STR_NONE)
		return str_equal_nocase(channel, stem);
	return str_equal_nocase(str_slice(channel, 0, slash), str_slice(stem, 0, escape)) &&
		str_equal_nocase(str_from(channel, slash + 1), str_from(stem, escape + 2));
}

static struct str take_name_word(struct str *rest)
{
	size_t from = 0;
	while (from < rest->size && !char_is_alpha(rest->at[from]) &&
		!char_is_digit(rest->at[from]))
		from++;
	size_t to = from;
	while (to < rest->size && (char_is_alpha(rest->at[to]) || char_is_digit(rest->at[to])))
		to++;
	struct str word = str_slice(*rest, from, to);
	*rest = str_from(*rest, to);
	return word;
}

static bool is_number(struct str word)
{
	int64_t number;
	return scan_number(word, &number);
}

/* How many words the id has, if all stand in the name in this order and the first begins it. A number in
 * front ("01-ipconfig") is passed over. */
static unsigned id_words_in(struct str id, struct str name)
{
	unsigned count = 0;
	struct str word = take_name_word(&name);
	while (word.size && is_number(word))
		word = take_name_word(&name);
	for (struct str wanted; (wanted = take_name_word(&id)).size; count++) {
		while (count && word.size && !str_equal_nocase(word, wanted))
			word = take_name_word(&name);
		if (!str_equal_nocase(word, wanted))
			return 0;
		word = take_name_word(&name);
	}
	return count;
}

static const struct item *by_own_name(struct str name)
{
	name = last_part(name);
	const struct item *item = item_for_member(name);
	for (size_t i = 0; !item && i < item_count; i++)
		if (is_channel_file(&items[i], name) ||
			(items[i].way == WAY_FILE && str_equal_nocase(name, str_of(items[i].id))))
			item = &items[i];
	return item;
}

static const struct item *by_words(struct str name)
{
	const struct item *best = NULL;
	unsigned most = 0;
	for (size_t i = 0; i < item_count; i++) {
		unsigned count = id_words_in(str_of(items[i].id), stem_of(last_part(name)));
		if (count > most) {
			most = count;
			best = &items[i];
		}
	}
	return best;
}

const struct item *place_by_name(struct str name)
{
	const struct item *item = by_own_name(name);
	return item ? item : by_words(name);
}

static bool is_text(struct bytes head)
{
	if (head.size == 0 || memchr(head.at, 0, head.size < 2 ? head.size : 2))
		return false;
	/* UTF-16 has a NUL in every second place, never two in a row at the start. */
	return head.size < 4 || memcmp(head.at, "PK\3\4", 4) != 0;
}

static unsigned code_page_in(struct str utf8)
{
	int64_t number = 0;
	if (!scan_first_number(utf8, &number) || number <= 0 || number > 65535)
		return 0;
	return text_knows_code_page((unsigned)number) || number == CODE_PAGE_UTF8 ? (unsigned)number
										  : 0;
}

struct place place_file(struct arena *arena, const char *name, struct bytes head)
{
	struct place place = {.item = by_own_name(str_of(name))};
	struct str utf8 = STR("");
	if (is_text(head))
		utf8 = text_decode(arena, head, 0).utf8;
	if (!place.item && utf8.size)
		place_by_content(arena, &place, name, utf8);
	if (!place.item && place.inside_count == 0)
		place.item = by_words(str_of(name));
	if (place.item && strcmp(place.item->id, "code-page") == 0)
		place.code_page = code_page_in(utf8);
	return place;
}
