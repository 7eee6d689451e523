#include "parser.h"
#include "command_line.h"

#include <assert.h>
#include <string.h>

#define PARSER(name) extern const struct parser parser_##name;
#include "parsers.def"
#undef PARSER

const struct parser *const parsers[] = {
#define PARSER(name) &parser_##name,
#include "parsers.def"
#undef PARSER
};

const size_t parser_count = sizeof parsers / sizeof *parsers;

static void parse_one(struct evidence *evidence, struct facts *facts)
{
	evidence->first_fact = facts->count;
	facts->stop = (struct stop){0};
	evidence->parser->parse(evidence, facts);
	evidence->fact_count = facts->count - evidence->first_fact;
	evidence->stop = facts->stop;
}

void evidence_parse(struct evidence *evidence, size_t count, struct facts *facts)
{
	for (size_t p = 0; p < parser_count; p++)
		for (size_t i = 0; i < count; i++)
			if (evidence[i].parser == parsers[p])
				parse_one(&evidence[i], facts);
	facts_supersede(facts);
}

const struct parser *parser_for_bytes(struct bytes head)
{
	for (size_t i = 0; i < parser_count; i++)
		if (parsers[i]->binary && parsers[i]->binary->recognises(head))
			return parsers[i];
	return NULL;
}

struct whole {
	struct bytes data; /* first: what a parser sees */
	struct arena *arena;
	size_t room;
};

void *binary_whole_begin(struct arena *arena)
{
	struct whole *whole = arena_alloc(arena, sizeof *whole);
	whole->arena = arena;
	return whole;
}

void binary_whole_feed(void *reading, struct bytes piece)
{
	struct whole *whole = reading;
	size_t left = LIMIT_BINARY_BYTES - whole->data.size, size = whole->data.size;
	piece.size = piece.size < left ? piece.size : left;
	if (size + piece.size > whole->room) {
		whole->room = (size + piece.size) * 2;
		uint8_t *grown = arena_alloc(whole->arena, whole->room);
		if (size)
			memcpy(grown, whole->data.at, size);
		whole->data.at = grown;
	}
	if (piece.size)
		memcpy((uint8_t *)whole->data.at + size, piece.at, piece.size);
	whole->data.size += piece.size;
}

void binary_whole_end(void *reading)
{
	(void)reading;
}

static void add_words(struct command_words *words, const char *list)
{
	const size_t room = sizeof words->at / sizeof *words->at;
	for (struct str rest = str_of(list); rest.size;) {
		struct str entry = str_cut(&rest, '|'), word = str_word(&entry);
		assert(words->count < room && "more programs than command_words has room for");
		words->at[words->count] = word;
		words->count += words->count < room;
	}
}

struct command_words command_words(void)
{
	struct command_words words = {.count = 0};
	add_words(&words, command_launchers);
	for (size_t i = 0; i < parser_count; i++)
		if (parsers[i]->commands)
			add_words(&words, parsers[i]->commands);
	return words;
}

bool command_begins(const struct command_words *words, struct str text)
{
	if (str_starts(text, STR("\"")))
		return true; /* a quoted path: only a closer look can tell */
	struct str word = command_base_name(str_word(&text));
	if (str_ends_nocase(word, STR(".exe")))
		word = str_slice(word, 0, word.size - 4);
	for (size_t i = 0; i < words->count; i++)
		if (words->at[i].size == word.size && str_equal_nocase(words->at[i], word))
			return true;
	return false;
}

/* Is the program, with its first argument where an entry has two words, in a parser's list? */
static bool is_command_of(const struct parser *parser, struct str program, struct str arguments)
{
	struct str first = command_argument(&arguments);
	for (struct str list = str_of(parser->commands); list.size;) {
		struct str entry = str_cut(&list, '|'), name = str_word(&entry);
		entry = str_trim(entry);
		if (str_equal_nocase(name, program) &&
			(entry.size == 0 || str_equal_nocase(entry, first)))
			return true;
	}
	return false;
}

const struct parser *parser_for_command(struct str command_line)
{
	struct str arguments;
	struct str program = command_program(command_line, &arguments);
	if (program.size == 0)
		return NULL;
	for (size_t i = 0; i < parser_count; i++)
		if (parsers[i]->commands && is_command_of(parsers[i], program, arguments))
			return parsers[i];
	return NULL;
}
