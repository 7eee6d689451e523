#include "transcript.h"

#include <string.h>

#define YEN STR("\xC2\xA5") /* how Japanese consoles show a backslash, and mail clients copy it */

static size_t separator_size(struct str text)
{
	if (str_starts(text, STR("\\")) || str_starts(text, STR("/")))
		return 1;
	return str_starts(text, YEN) ? YEN.size : 0;
}

/* "C:\", "HKLM:\", "\\server\": how the path of a prompt starts; 0 when it does not. */
static size_t root_size(struct str text)
{
	if (str_starts(text, STR("\\\\")))
		return 2;
	size_t letters = 0;
	while (letters < text.size && char_is_alpha(text.at[letters]))
		letters++;
	if (letters == 0 || letters > 16 || !str_starts(str_from(text, letters), STR(":")))
		return 0;
	size_t separator = separator_size(str_from(text, letters + 1));
	return separator ? letters + 1 + separator : 0;
}

bool transcript_prompt(struct str text, struct str *command)
{
	text = str_trim_left(text);
	if (str_starts(text, STR("["))) { /* "[host]: PS C:\>": a remote session */
		size_t close = str_find(text, STR("]: PS "));
		if (close == STR_NONE)
			return false;
		text = str_from(text, close + 3);
	}
	bool shell = str_starts(text, STR("PS "));
	if (shell)
		text = str_from(text, 3);
	size_t root = root_size(text);
	size_t end = str_find_char(text, '>');
	if (!root || end == STR_NONE || end > 260)
		return false;
	for (size_t i = root; i < end; i++)
		if (strchr("<|\"?*:", text.at[i]))
			return false;
	*command = str_trim(str_from(text, end + 1));
	return true;
}

static bool is_decoration(char c)
{
	return strchr("#=*-+>[]()$:. \t", c) != NULL;
}

/* "ImagePath:C:\\Windows\\System32\\reg.exe": a log that names a program, not a command. */
static bool is_labelled(struct str text)
{
	size_t colon = str_find_char(str_word(&text), ':');
	return colon != STR_NONE && colon != 1;
}

/* Arguments are names and options; words of another language are a sentence about the program. */
static bool is_ascii(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.at[i] >= 0x80)
			return false;
	return true;
}

/* A line that is only a command, as people and scripts write above an output: "== ipconfig /all ==",
 * "$ slmgr /dlv", "2) w32tm /query /status". */
static bool heading(const struct command_words *words, struct str text, struct str *command)
{
	text = str_trim(text);
	size_t full = text.size, stop = str_ends(text, STR(".")) && !str_ends(text, STR(".."));
	if (full > 200)
		return false;
	while (text.size && (is_decoration(*text.at) || char_is_digit(*text.at)))
		text = str_from(text, 1);
	while (text.size && strchr("#=*-+<>:. \t", text.at[text.size - 1]))
		text = str_slice(text, 0, text.size - 1);
	if (text.size == 0 || is_labelled(text) || !command_begins(words, text) ||
		!parser_for_command(text))
		return false;
	struct str arguments;
	(void)command_program(text, &arguments);
	struct str rest = arguments, word = str_word(&rest);
	bool option = word.size > 1 && (word.at[0] == '/' || word.at[0] == '-');
	/* "slmgr.vbs was not found." is a sentence: its stop is no decoration. */
	bool decorated = text.size + stop < full;
	size_t word_count = word.size > 0;
	while (str_word(&rest).size)
		word_count++;
	if (!option && !(decorated && word_count <= 4) &&
		!(word_count <= 2 && !str_has(text, STR(": ")) && is_ascii(arguments)))
		return false;
	*command = text;
	return true;
}

struct splitter {
	struct arena *arena;
	const struct member_hint *hint;
	struct lines lines;
	struct transcript made;
	size_t room;
	struct command_words words; /* that command lines begin with */
	/* the stretch being gathered */
	size_t from;
	struct str command;
	const struct parser *owner;
};

static bool is_all_blank(const struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (!str_is_blank(lines->at[i].text))
			return false;
	return true;
}

static void keep(struct splitter *s, struct evidence evidence)
{
	s->made.at = arena_grow(s->arena, s->made.at, s->made.count, &s->room, sizeof *s->made.at);
	s->made.at[s->made.count++] = evidence;
}

/* Ends the stretch before line `to`. */
static void close_stretch(struct splitter *s, size_t to)
{
	struct evidence evidence = {
		.origin = {.member = s->hint->name,
			/* A typed "slmgr /ipk" holds a whole product key: nothing past this point does. */
			.command = fact_mask(s->arena, s->command),
			.source = s->owner ? s->owner->source : NULL,
			.machine = s->hint->machine,
			.collected = s->hint->certain},
		.parser = s->owner,
		.lines = {s->lines.at + s->from, to - s->from, false},
	};
	bool said_nothing = is_all_blank(&evidence.lines);
	if (!said_nothing || (s->owner && s->command.size))
		keep(s, evidence);
	s->from = to;
}

static const struct parser *opener(const struct splitter *s, size_t i)
{
	if (str_is_blank(s->lines.at[i].text))
		return NULL;
	for (size_t p = 0; p < parser_count; p++)
		if (parsers[p] != s->owner && parsers[p]->opens && parsers[p]->opens(&s->lines, i))
			return parsers[p];
	return NULL;
}

static void open_stretch(struct splitter *s, size_t from, struct str command)
{
	s->from = from;
	s->command = command;
	s->owner = parser_for_command(command);
}

/* The last line that surely belongs to what begins at line `i`. */
static size_t sure_end(const struct splitter *s, size_t i)
{
	size_t end = s->owner->ends ? s->owner->ends(&s->lines, i) : i;
	return end > i && end < s->lines.count ? end : i;
}

/* Does a form that says where it ends begin here? Its first line may look like a command: files of permissions name
 * programs. */
static bool begins_block(const struct splitter *s, size_t i)
{
	for (size_t p = 0; p < parser_count; p++)
		if (parsers[p]->ends && parsers[p]->opens(&s->lines, i) &&
			parsers[p]->ends(&s->lines, i) > i)
			return true;
	return false;
}

/* "+ Get-Service sppsvc" above "+ ~~~~": PowerShell's error record repeats the command. */
static bool is_repeated(const struct splitter *s, size_t i)
{
	return str_starts(str_trim(s->lines.at[i].text), STR("+ ")) &&
		str_starts(str_trim(lines_text(&s->lines, i + 1)), STR("+ "));
}

static void split_by_content(struct splitter *s)
{
	for (size_t i = 0; i < s->lines.count; i++) {
		struct str text = s->lines.at[i].text, command;
		if (transcript_prompt(text, &command) ||
			(heading(&s->words, text, &command) && !begins_block(s, i) &&
				!is_repeated(s, i))) {
			close_stretch(s, i);
			open_stretch(s, i + 1, command);
			continue;
		}
		if (s->owner && s->owner->opens && s->owner->opens(&s->lines, i)) {
			i = sure_end(s, i);
			continue;
		}
		const struct parser *next = opener(s, i);
		if (!next)
			continue;
		/* Lines that nobody claimed, right above, may be its beginning in a language or form we do not
		 * know: they go along, and so does the command line above them. */
		if (s->owner) {
			close_stretch(s, i);
			s->command = STR("");
		}
		s->owner = next;
		i = sure_end(s, i);
	}
	close_stretch(s, s->lines.count);
}

/* A member that nobody claims by content: its name may tell ("w32tm-source.txt"). */
static const struct parser *parser_for_name(const char *name)
{
	struct str rest = str_of(name);
	for (size_t slash; (slash = str_find_char(rest, '/')) != STR_NONE;)
		rest = str_from(rest, slash + 1);
	while (rest.size) {
		size_t size = 0;
		while (size < rest.size &&
			(char_is_alpha(rest.at[size]) || char_is_digit(rest.at[size])))
			size++;
		const struct parser *parser = parser_for_command(str_slice(rest, 0, size));
		if (parser)
			return parser;
		rest = str_from(rest, size + 1 > rest.size ? rest.size : size + 1);
	}
	return NULL;
}

static void point_lines_at_origin(struct transcript *made)
{
	for (size_t i = 0; i < made->count; i++)
		for (size_t k = 0; k < made->at[i].lines.count; k++)
			made->at[i].lines.at[k].origin = &made->at[i].origin;
}

static struct lines one_empty_line(struct arena *arena)
{
	struct lines lines = {arena_array(arena, 1, sizeof *lines.at), 1, false};
	lines.at[0] = (struct line){.text = STR(""), .raw = STR(""), .number = 1, .last = 1};
	return lines;
}

struct transcript transcript_split(
	struct arena *arena, const struct member_hint *hint, struct lines lines)
{
	struct splitter s = {
		.arena = arena, .hint = hint, .lines = lines, .command = hint->command};
	s.words = command_words();
	if (hint->certain) {
		/* That the command printed nothing is said somewhere, too: on its first line, which is empty. */
		if (lines.count == 0)
			s.lines = lines = one_empty_line(arena);
		s.owner = parser_for_command(hint->command);
		close_stretch(&s, lines.count);
	} else {
		/* The name of a file is no proof of the command: it counts once the content agrees. */
		s.command = STR("");
		split_by_content(&s);
	}
	if (s.made.count == 1 && !hint->certain) {
		struct evidence *only = &s.made.at[0];
		if (!only->parser)
			only->parser = hint->command.size ? parser_for_command(hint->command)
							  : parser_for_name(hint->name);
		if (only->parser && only->parser == parser_for_command(hint->command) &&
			only->origin.command.size == 0)
			only->origin.command = fact_mask(arena, hint->command);
		only->origin.source = only->parser ? only->parser->source : NULL;
	}
	point_lines_at_origin(&s.made);
	return s.made;
}
