#include "item_finder.h"

#include <string.h>

/* A registry key as commands abbreviate its hive, and as output spells it. */
static const struct hive {
	struct str brief, full;
} hives[] = {
	{STR_INIT("HKLM\\"), STR_INIT("HKEY_LOCAL_MACHINE\\")},
	{STR_INIT("HKU\\"), STR_INIT("HKEY_USERS\\")},
};

struct item_command {
	const struct parser *parser; /* of its output, or NULL */
	struct str program, arguments;
	/* what its output names: a registry key behind its hive, or part of an argument ("_vlmcs._tcp.") */
	const struct hive *hive;
	struct str names;
};

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

/* "slmgr" for "slmgr.vbs /dlv" and its like; what is behind goes to `arguments`. */
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
static unsigned agreement(const struct item_command *item, struct str program, struct str arguments)
{
	struct str wanted = item->arguments;
	unsigned count = 1;
	if (!str_equal_nocase(item->program, program))
		return 0;
	for (struct argument a; (a = take_argument(&wanted)).name.size;) {
		bool there = has_argument(arguments, a);
		if (!there && !is_detail(a.name) && str_find_char(a.name, '{') == STR_NONE)
			return 0;
		count += there;
	}
	return count;
}

const struct item *item_of_command(const struct item_finder *finder, struct str command_line)
{
	const struct item *best = NULL;
	unsigned most = 0;
	struct str arguments, program = program_of(command_line, &arguments);
	for (size_t i = 0; program.size && i < item_count; i++) {
		unsigned count = agreement(&finder->commands[i], program, arguments);
		if (count > most) {
			most = count;
			best = &items[i];
		}
	}
	return best;
}

static void find_names(struct item_command *one, struct str command)
{
	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++) {
		size_t at = str_find(command, hives[i].brief);
		if (at == STR_NONE)
			continue;
		struct str key = str_from(command, at + hives[i].brief.size);
		size_t end = str_find_char(key, '"');
		one->hive = &hives[i];
		one->names = end != STR_NONE ? str_slice(key, 0, end) : str_word(&key);
		return;
	}
	size_t fill = str_find_char(command, '{'), from = fill;
	while (from != STR_NONE && from > 0 && !strchr(" \"", command.at[from - 1]))
		from--;
	if (fill != STR_NONE && fill - from >= 6)
		one->names = str_slice(command, from, fill);
}

struct item_finder item_finder_new(struct arena *arena)
{
	struct item_finder finder = {arena_array(arena, item_count, sizeof *finder.commands)};
	for (size_t i = 0; i < item_count; i++) {
		struct item_command *one = &finder.commands[i];
		struct str command = str_of(items[i].command);
		if (items[i].way == WAY_EVENTS)
			continue;
		one->parser = parser_for_command(command);
		find_names(one, command);
		if (items[i].way != WAY_NATIVE)
			one->program = program_of(command, &one->arguments);
	}
	return finder;
}

static bool line_names(const struct item_command *item, struct str line)
{
	if (!item->hive)
		return item->names.size && str_has_nocase(line, item->names);
	line = str_trim(line);
	if (str_starts(line, STR("[")) && str_ends(line, STR("]")))
		line = str_slice(line, 1, line.size - 1);
	return str_starts_nocase(line, item->hive->full) &&
		str_equal_nocase(item->names, str_from(line, item->hive->full.size));
}

/* Do two items run the same command and differ only in where the program lies (32-bit Office)? */
static bool same_command(const struct item_command *a, const struct item_command *b)
{
	return a->program.size && str_equal_nocase(a->program, b->program) &&
		str_equal_nocase(a->arguments, b->arguments);
}

/* The one item that this parser's output can be, or the one that the first telling line names. */
static const struct item *by_text(const struct item_finder *finder, const struct evidence *evidence)
{
	const struct item_command *only = NULL;
	bool several = false;
	for (size_t i = 0; i < item_count; i++) {
		const struct item_command *one = &finder->commands[i];
		if (one->parser != evidence->parser || (only && same_command(only, one)))
			continue;
		several = only != NULL;
		only = only ? only : one;
	}
	if (!several)
		return only ? &items[only - finder->commands] : NULL;
	for (size_t k = 0; k < evidence->lines.count; k++)
		for (size_t i = 0; i < item_count; i++)
			if (finder->commands[i].parser == evidence->parser &&
				line_names(&finder->commands[i], evidence->lines.at[k].text))
				return &items[i];
	return NULL;
}

const struct item *item_of_evidence(
	const struct item_finder *finder, const struct evidence *evidence)
{
	const struct item *item = item_of_command(finder, evidence->origin.command);
	return item || !evidence->parser ? item : by_text(finder, evidence);
}
