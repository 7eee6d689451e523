/*
 * What a parser is, and what it is given.
 *
 * A parser knows one kind of evidence: how its output begins, and how to turn it into facts. It is one
 * file that ends in one constant, `const struct parser parser_NAME`, and one line in parsers.def.
 *
 * Rules for parsers
 * - Codes, GUIDs, numbers, positions and structure decide. Words that Windows translates are a last
 *   resort, and then in all ten languages of the product.
 * - Output is hostile: half of it, another program's, or made to harm. A parser reads what it recognises
 *   and skips the rest; it never asserts on input, and every loop moves forward.
 * - What was not printed gives no fact. "None" is a fact only when the tool said "none".
 */
#ifndef ACTDX_PARSER_H
#define ACTDX_PARSER_H

#include "base/bytes.h"
#include "base/facts.h"

struct parser;

/*
 * How the parser of a binary file takes it.
 *
 * Such a file can be larger than memory, so it is not kept: its bytes pass by once while the input is read, and the
 * parser remembers what it needs, in the arena. `parse` then finds it in `evidence->binary`. A file whose bytes are
 * wanted whole is taken by binary_whole_*.
 */
struct binary {
	bool (*recognises)(struct bytes head); /* up to 64 KiB from the front of the file */
	void *(*begin)(struct arena *arena);
	void (*feed)(void *reading, struct bytes piece);
	void (*end)(void *reading);
};

/* begin, feed and end for files that are kept: the reading is a `struct bytes`, at most LIMIT_BINARY_BYTES. */
void *binary_whole_begin(struct arena *arena);
void binary_whole_feed(void *reading, struct bytes piece);
void binary_whole_end(void *reading);

/* The output of one command, or one file of data: a stretch of lines of one member. */
struct evidence {
	struct origin origin;
	const struct parser *parser; /* NULL: not understood */
	struct lines lines;
	void *binary;                  /* instead of lines: what the parser's `binary` remembered */
	size_t first_fact, fact_count; /* its stretch of the facts, once parsed */
	struct stop stop;              /* likewise: what the parser could not get past */
};

struct parser {
	const char *name; /* = file name without .c */
	const char *says; /* what this evidence is, for docs and listings */

	/* The independent source that this is a view of. Two views of one source (slmgr's text and its WMI
	 * twin) can be wrong together, and count once when a verdict's strength is measured. */
	const char *source;

	/* Programs whose output this is, "slmgr|slmgr.vbs", or files whose content, "hosts"; an entry of two
	 * words, "netsh winhttp", wants the first argument too. NULL when there is none. */
	const char *commands;

	const struct fact_kind *const *kinds; /* every kind it can produce; ended by NULL */

	/* For binary files, which have no lines; else NULL. */
	const struct binary *binary;

	/* Does output of this kind begin at line `i`? Must be sure: it decides where one command's output
	 * ends and the next begins in a transcript without prompts. May look at following lines. */
	bool (*opens)(const struct lines *lines, size_t i);

	/* The last line of what begins at line `i`, where `opens` is true, for files of markup that say where they
	 * end: nothing in between is taken for another's output. NULL when there is no such form. */
	size_t (*ends)(const struct lines *lines, size_t i);

	/* Reads the evidence. Facts it finds are added to `facts`; facts of parsers that stand earlier in
	 * parsers.def are already there, complete, for all members. */
	void (*parse)(const struct evidence *evidence, struct facts *facts);
};

/* Parses all evidence, kind by kind in the order of parsers.def, and marks superseded states. */
void evidence_parse(struct evidence *evidence, size_t count, struct facts *facts);

/* All parsers, in the order of parsers.def. */
extern const struct parser *const parsers[];
extern const size_t parser_count;

/* The parser that recognises a binary file by its front, or NULL. */
const struct parser *parser_for_bytes(struct bytes head);

/* The parser whose `commands` hold the program that `command_line` starts, or NULL. */
const struct parser *parser_for_command(struct str command_line);

/* The words that a command line which parser_for_command knows can begin with: programs, files, and launchers
 * such as cscript. Most lines of a long output are told from a command by their first word alone. */
struct command_words {
	struct str at[160];
	size_t count;
};

struct command_words command_words(void);
bool command_begins(const struct command_words *words, struct str text);

/* The program a command line starts, without path, quotes, "cscript //nologo", "cmd /c" or ".exe", and
 * what follows it: "cscript //nologo c:\x\slmgr.vbs /dlv" gives "slmgr.vbs" and "/dlv"; for "type PATH",
 * the name of the file that is shown. A pipe or redirection ends the arguments. */
struct str command_program(struct str command_line, struct str *arguments);

/* Takes the next argument off the front: a quoted string without its quotes, or a word; empty at the end. */
struct str command_argument(struct str *rest);

/* Convenience: is `option` ("/dlv", "dlv") among the arguments of the command line? '-' and '/' are
 * the same, case is not looked at. */
bool command_has(struct str command_line, const char *option);

#endif
