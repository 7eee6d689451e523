/*
 * One libFuzzer target per parser: this file, compiled with PARSER set to the parser's constant.
 *
 * The bytes are decoded and cut into lines as any member's are, then handed to that parser alone, claimed
 * or not. The first byte chooses a command line, because parsers read their arguments.
 */
#include "parser.h"

#include "base/text.h"

#include <stdint.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define THE_PARSER JOIN(parser_, PARSER)

extern const struct parser THE_PARSER;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const arguments[] = {"", " /dlv", " /ato", " /ipk", " /skms a.b", " /xpr",
	" -type=SRV _vlmcs._tcp.a.b", " a.b", " /query /status", " /query /source",
	" /query /configuration", " /stripchart /computer:a", " /resync", " query a", " qc a",
	" /all"};

static void parse_binary(struct arena *arena, struct bytes data)
{
	struct evidence evidence = {.origin = {.member = "fuzz", .source = THE_PARSER.source},
		.parser = &THE_PARSER,
		.binary = THE_PARSER.binary->begin(arena)};
	struct facts facts = facts_new(arena);
	(void)THE_PARSER.binary->recognises(data);
	THE_PARSER.binary->feed(evidence.binary, data);
	THE_PARSER.binary->end(evidence.binary);
	evidence_parse(&evidence, 1, &facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct arena *arena = arena_new();
	if (THE_PARSER.binary) {
		parse_binary(arena, (struct bytes){data, size});
		arena_free(arena);
		return 0;
	}
	struct str program = str_of(THE_PARSER.commands ? THE_PARSER.commands : "none");
	program = str_cut(&program, '|');
	const char *command = arena_format(arena, "%.*s%s", STR_PRINT(program),
		arguments[data[0] % (sizeof arguments / sizeof *arguments)]);
	struct text text = text_decode(arena, (struct bytes){data + 1, size - 1}, 0);
	struct evidence evidence = {
		.origin = {.member = "fuzz",
			.command = str_of(command),
			.source = THE_PARSER.source},
		.parser = &THE_PARSER,
		.lines = lines_of(arena, text.utf8),
	};
	for (size_t i = 0; i < evidence.lines.count; i++)
		evidence.lines.at[i].origin = &evidence.origin;
	struct facts facts = facts_new(arena);
	for (size_t i = 0; i < evidence.lines.count && THE_PARSER.opens; i++)
		(void)THE_PARSER.opens(&evidence.lines, i);
	evidence_parse(&evidence, 1, &facts);
	arena_free(arena);
	return 0;
}
