#include "place.h"

#include "base/limits.h"
#include "base/scan.h"
#include "base/text.h"
#include "transcript.h"

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

/* By command line */

/* An argument without dash or slash, and by one of its names: "-q=srv" is "type=srv". */
struct argument {
	struct str name, value;
};

static struct argument take_argument(struct str *rest)
{
	while (rest->size && (*rest->at == '"' || str_blank_left(*rest)))
		*rest = str_from(*rest, *rest->at == '"' ? 1 : str_blank_left(*rest));
	struct str word = str_word(rest);
	while (word.size && word.at[word.size - 1] == '"')
		word = str_slice(word, 0, word.size - 1);
	if (word.size > 1 && (*word.at == '-' || *word.at == '/'))
		word = str_from(word, 1);
	struct argument argument = {.value = word};
	argument.name = str_cut(&argument.value, '=');
	if (str_in_list(argument.name, "q|querytype|ty"))
		argument.name = STR("type");
	if (str_equal_nocase(argument.name, STR("query")))
		argument.name = STR("queryex");
	return argument;
}

static bool has_argument(struct str rest, struct argument wanted)
{
	for (struct argument a; (a = take_argument(&rest)).name.size;)
		if (str_equal_nocase(a.name, wanted.name) &&
			str_equal_nocase(a.value, wanted.value))
			return true;
	return false;
}

static struct str program_of(struct str command_line, struct str *arguments)
{
	struct str program = command_program(command_line, arguments);
	return str_ends_nocase(program, STR(".vbs")) ? str_slice(program, 0, program.size - 4)
						     : program;
}

/* How much is asked for, not what: people leave these out. */
static bool is_detail(struct str argument)
{
	return str_in_list(argument, "verbose|dataonly|samples:3|s");
}

/* One more than the number of arguments that agree; 0 when one of the item's is not there. */
static unsigned agreement(const struct item *item, struct str program, struct str arguments)
{
	struct str wanted;
	unsigned count = 1;
	if (item->way == WAY_EVENTS ||
		!str_equal_nocase(program_of(str_of(item->command), &wanted), program))
		return 0;
	for (struct argument a; (a = take_argument(&wanted)).name.size;) {
		bool there = has_argument(arguments, a);
		if (!there && !is_detail(a.name) && str_find_char(a.name, '{') == STR_NONE)
			return 0;
		count += there;
	}
	return count;
}

const struct item *place_by_command(struct str command_line)
{
	const struct item *best = NULL;
	unsigned most = 0;
	struct str arguments, program = program_of(command_line, &arguments);
	for (size_t i = 0; program.size && i < item_count; i++) {
		unsigned count = agreement(&items[i], program, arguments);
		if (count > most) {
			most = count;
			best = &items[i];
		}
	}
	return best;
}

/* By what the text says about itself */

/* Does this line of output name what the item asks for: the registry key, or the part of its last argument
 * that is not filled in ("_vlmcs._tcp.")? */
static bool line_names(const struct item *item, struct str line)
{
	static const struct {
		const char *brief, *full;
	} hives[] = {{"HKLM\\", "HKEY_LOCAL_MACHINE\\"}, {"HKU\\", "HKEY_USERS\\"}};
	struct str command = str_of(item->command);
	line = str_trim(line);
	if (str_starts(line, STR("[")) && str_ends(line, STR("]")))
		line = str_slice(line, 1, line.size - 1);
	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++) {
		size_t at = str_find(command, str_of(hives[i].brief));
		if (at == STR_NONE || !str_starts_nocase(line, str_of(hives[i].full)))
			continue;
		struct str key = str_from(command, at + strlen(hives[i].brief));
		size_t end = str_find_char(key, '"');
		key = end != STR_NONE ? str_slice(key, 0, end) : str_word(&key);
		return str_equal_nocase(key, str_from(line, strlen(hives[i].full)));
	}
	size_t fill = str_find_char(command, '{'), from = fill;
	while (from != STR_NONE && from > 0 && !strchr(" \"", command.at[from - 1]))
		from--;
	return fill != STR_NONE && fill - from >= 6 &&
		str_has_nocase(line, str_slice(command, from, fill));
}

/* Do two items run the same command and differ only in where the program lies (32-bit Office)? */
static bool same_command(const struct item *a, const struct item *b)
{
	struct str left, right;
	return str_equal_nocase(program_of(str_of(a->command), &left),
		       program_of(str_of(b->command), &right)) &&
		str_equal_nocase(left, right);
}

/* The one item that this parser's output can be, or the one that the first telling line names. */
static const struct item *by_text(const struct evidence *evidence)
{
	const struct item *only = NULL;
	size_t candidates = 0;
	for (size_t i = 0; i < item_count; i++)
		if (parser_for_command(str_of(items[i].command)) == evidence->parser &&
			!(only && same_command(only, &items[i]))) {
			only = only ? only : &items[i];
			candidates++;
		}
	if (candidates <= 1)
		return only;
	for (size_t k = 0; k < evidence->lines.count; k++)
		for (size_t i = 0; i < item_count; i++)
			if (parser_for_command(str_of(items[i].command)) == evidence->parser &&
				line_names(&items[i], evidence->lines.at[k].text))
				return &items[i];
	return NULL;
}

static void add_inside(struct arena *arena, struct place *place, const struct item *item)
{
	for (size_t i = 0; i < place->inside_count; i++)
		if (place->inside[i] == item)
			return;
	if (!place->inside)
		place->inside = arena_array(arena, item_count, sizeof(const struct item *));
	place->inside[place->inside_count++] = item;
}

/* Text that is one item's output through and through belongs to it. */
static void place_by_content(
	struct arena *arena, struct place *place, const char *name, struct str utf8)
{
	struct member_hint hint = {.name = name};
	struct transcript transcript = transcript_split(arena, &hint, lines_of(arena, utf8));
	bool undecided = false;
	for (size_t i = 0; i < transcript.count; i++) {
		const struct evidence *evidence = &transcript.at[i];
		const struct item *item = place_by_command(evidence->origin.command);
		if (!item && evidence->parser)
			item = by_text(evidence);
		if (item)
			add_inside(arena, place, item);
		undecided |= evidence->parser && !item;
	}
	if (place->inside_count == 1 && !undecided) {
		place->item = place->inside[0];
		place->inside_count = 0;
	}
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
