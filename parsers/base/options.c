#include "base/options.h"

#include "base/escape.h"
#include "base/nearest.h"

#include <string.h>

struct options options_of(
	const struct option_spec *specs, size_t spec_count, int count, char **arguments)
{
	return (struct options){
		.specs = specs, .spec_count = spec_count, .at = arguments, .left = count};
}

static const char *take(struct options *options)
{
	if (options->left <= 0)
		return NULL;
	options->left--;
	return *options->at++;
}

/* Keeps `what` with the argument it is about; the argument may be a file name that a shell put there, so
 * it is made safe for a terminal. */
static int bad(struct options *options, const char *before, struct str argument, const char *after,
	const char *suggestion)
{
	struct out out = out_new(4096);
	out_text(&out, before);
	escape_terminal(&out, str_slice(argument, 0, 80));
	out_text(&out, after);
	if (suggestion)
		out_format(&out, "; did you mean --%s?", suggestion);
	struct str text = str_slice(out_view(&out), 0, sizeof options->problem - 1);
	memcpy(options->problem, text.at, text.size);
	options->problem[text.size] = '\0';
	out_free(&out);
	return OPTIONS_BAD;
}

static int find_name(const struct options *options, struct str name)
{
	for (size_t i = 0; i < options->spec_count; i++)
		if (str_equal(str_of(options->specs[i].name), name))
			return (int)i;
	return OPTIONS_BAD;
}

static int unknown(struct options *options, struct str argument, struct str name)
{
	struct nearest nearest = nearest_to(name);
	for (size_t i = 0; i < options->spec_count; i++)
		nearest_offer(&nearest, options->specs[i].name);
	return bad(options, "unknown option ", argument, "", nearest.best);
}

/* Gives option `which` its argument: `joined` when it stood in the same word, else the next word. */
static int with_value(struct options *options, int which, struct str argument, const char *joined)
{
	const struct option_spec *spec = &options->specs[which];
	if (!spec->argument && joined)
		return bad(options, "option ", argument, " takes no value", NULL);
	if (!spec->argument)
		return which;
	options->value = joined ? joined : take(options);
	return options->value ? which : bad(options, "option ", argument, " needs a value", NULL);
}

static int long_option(struct options *options, const char *word)
{
	struct str rest = str_of(word + 2), name = str_cut(&rest, '=');
	const char *equals = strchr(word, '=');
	struct str argument = {word, name.size + 2};
	int which = find_name(options, name);
	if (which == OPTIONS_BAD)
		return unknown(options, argument, name);
	return with_value(options, which, argument, equals ? equals + 1 : NULL);
}

static int short_option(struct options *options, const char *word)
{
	for (size_t i = 0; i < options->spec_count; i++)
		if (options->specs[i].letter && options->specs[i].letter == word[1])
			return with_value(options, (int)i, str_of(word), word[2] ? word + 2 : NULL);
	/* "-format" is a long option with a dash too few. */
	return unknown(options, str_of(word), str_of(word + 1));
}

int options_next(struct options *options)
{
	options->value = NULL;
	const char *word = take(options);
	if (!word)
		return OPTIONS_END;
	if (!options->operands_only && strcmp(word, "--") == 0) {
		options->operands_only = true;
		word = take(options);
		if (!word)
			return OPTIONS_END;
	}
	if (!options->operands_only && (strcmp(word, "-?") == 0 || strcmp(word, "/?") == 0)) {
		int help = find_name(options, STR("help"));
		if (help != OPTIONS_BAD)
			return help;
	}
	/* "-1073418124" is a number: an error code as .NET prints it. */
	bool number = char_is_digit(word[0] == '-' ? word[1] : 'x');
	if (options->operands_only || word[0] != '-' || word[1] == '\0' || number) {
		options->value = word;
		return OPTIONS_OPERAND;
	}
	return word[1] == '-' ? long_option(options, word) : short_option(options, word);
}

static size_t left_size(const struct option_spec *spec)
{
	return strlen(spec->name) + (spec->argument ? 1 + strlen(spec->argument) : 0);
}

void options_help(
	struct out *out, const struct option_spec *specs, size_t spec_count, bool in_japanese)
{
	size_t widest = 0;
	for (size_t i = 0; i < spec_count; i++)
		widest = left_size(&specs[i]) > widest ? left_size(&specs[i]) : widest;
	for (size_t i = 0; i < spec_count; i++) {
		const struct option_spec *spec = &specs[i];
		if (spec->letter)
			out_format(out, "  -%c, --%s", spec->letter, spec->name);
		else
			out_format(out, "      --%s", spec->name);
		if (spec->argument)
			out_format(out, " %s", spec->argument);
		out_repeat(out, ' ', widest - left_size(spec));
		struct str says =
			str_of(in_japanese && spec->says_ja ? spec->says_ja : spec->says_en);
		for (bool first = true; says.size; first = false) {
			out_repeat(out, ' ', first ? 2 : widest + 10);
			out_str(out, str_cut(&says, '\n'));
			out_char(out, '\n');
		}
	}
}
