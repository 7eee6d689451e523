/*
 * Command lines as people type them: the program behind launchers and paths, and its arguments. Knows no parser, so that
 * the collector can use it without them.
 */
#include "command_line.h"
#include "parser.h"

struct str command_argument(struct str *rest)
{
	*rest = str_trim_left(*rest);
	if (str_starts(*rest, STR("\""))) {
		*rest = str_from(*rest, 1);
		return str_cut(rest, '"');
	}
	return str_word(rest);
}

struct str command_base_name(struct str path)
{
	for (size_t i = path.size; i > 0; i--)
		if (path.at[i - 1] == '\\' || path.at[i - 1] == '/')
			return str_from(path, i);
	return path;
}

/* Does something else follow here: a pipe, a redirection, another command? */
static size_t arguments_size(struct str rest)
{
	bool quoted = false;
	for (size_t i = 0; i < rest.size; i++) {
		char c = rest.at[i];
		quoted ^= c == '"';
		if (!quoted && (c == '|' || c == '>' || c == '&' || c == ';'))
			return i;
		if (!quoted && c == '2' && i + 1 < rest.size && rest.at[i + 1] == '>')
			return i;
	}
	return rest.size;
}

/* Programs that only start another, or show a file: what follows them names the evidence. */
const char command_launchers[] = "cscript|wscript|cmd|powershell|pwsh|start|call|&|.|"
				 "type|more|get-content|gc|cat";

static bool is_launcher(struct str program, struct str word)
{
	return str_in_list(program, command_launchers) || str_starts(word, STR("//"));
}

struct str command_program(struct str command_line, struct str *arguments)
{
	struct str rest = str_trim(command_line), program = STR("");
	for (int words = 0; words < 16; words++) {
		struct str word = command_argument(&rest);
		if (word.size == 0)
			break;
		size_t space = str_find_char(word, ' ');
		if (words > 0 && space != STR_NONE && str_find_char(word, '\\') > space) {
			/* powershell -Command "Test-NetConnection host -Port 1688": a command line again.
			 * cscript "C:\Program Files\...\ospp.vbs" is a path with a blank in it. */
			rest = word;
			word = command_argument(&rest);
		}
		program = command_base_name(word);
		if (str_ends_nocase(program, STR(".exe")))
			program = str_slice(program, 0, program.size - 4);
		bool option_of_launcher = words > 0 &&
			str_in_list(
				word, "/c|/k|-command|-c|-noprofile|-nologo|-file|-noninteractive");
		if (!is_launcher(program, word) && !option_of_launcher)
			break;
	}
	*arguments = str_trim(str_slice(rest, 0, arguments_size(rest)));
	return program;
}

bool command_has(struct str command_line, const char *option)
{
	struct str rest, wanted = str_of(option);
	(void)command_program(command_line, &rest);
	if (str_starts(wanted, STR("/")) || str_starts(wanted, STR("-")))
		wanted = str_from(wanted, 1);
	while (str_trim(rest).size) {
		struct str argument = command_argument(&rest);
		if (str_starts(argument, STR("/")) || str_starts(argument, STR("-")))
			argument = str_from(argument, 1);
		size_t end = 0;
		while (end < argument.size && argument.at[end] != ':' && argument.at[end] != '=')
			end++;
		if (str_equal_nocase(str_slice(argument, 0, end), wanted))
			return true;
	}
	return false;
}
