#include "base/options.h"
#include "unit.h"

#include <string.h>

enum { OUTPUT, FORMAT, QUIET, HELP };

static const struct option_spec specs[] = {
	{"output", 'o', "FILE", "write to FILE", "FILE に書く"},
	{"format", 0, "NAME", "text or html\nor json", NULL},
	{"quiet", 'q', NULL, "say less", "表示を減らす"},
	{"help", 'h', NULL, "this text", "この説明"},
};

static struct options start(const char **arguments)
{
	int count = 0;
	while (arguments[count])
		count++;
	return options_of(specs, sizeof specs / sizeof *specs, count, (char **)arguments);
}

static void expect(struct options *options, int which, const char *value)
{
	ck_assert_int_eq(options_next(options), which);
	ck_assert_pstr_eq(options->value, value);
}

START_TEST(reads_every_form)
{
	const char *words[] = {"--output", "a", "--output=b=c", "-o", "d", "-oe", "-q",
		"--format=", "f", "-", "--", "-q", "--", NULL};
	struct options options = start(words);
	expect(&options, OUTPUT, "a");
	expect(&options, OUTPUT, "b=c");
	expect(&options, OUTPUT, "d");
	expect(&options, OUTPUT, "e");
	expect(&options, QUIET, NULL);
	expect(&options, FORMAT, "");
	expect(&options, OPTIONS_OPERAND, "f");
	expect(&options, OPTIONS_OPERAND, "-");
	expect(&options, OPTIONS_OPERAND, "-q");
	expect(&options, OPTIONS_OPERAND, "--");
	expect(&options, OPTIONS_END, NULL);
	expect(&options, OPTIONS_END, NULL);
}
END_TEST

START_TEST(takes_what_windows_users_type_for_help)
{
	const char *words[] = {"/?", "-?", NULL};
	struct options options = start(words);
	expect(&options, HELP, NULL);
	expect(&options, HELP, NULL);
}
END_TEST

static const struct {
	const char *word, *problem;
} wrong[] = {
	{"--fomat=x", "unknown option --fomat; did you mean --format?"},
	{"-format", "unknown option -format; did you mean --format?"},
	{"--zzz", "unknown option --zzz"},
	{"-z", "unknown option -z"},
	{"--quiet=1", "option --quiet takes no value"},
	{"-q1", "option -q1 takes no value"},
	{"--output", "option --output needs a value"},
	{"-o", "option -o needs a value"},
	{"--form", "unknown option --form; did you mean --format?"},
	{"--\x1b[2J", "unknown option --\\u001B[2J"},
};

START_TEST(says_what_is_wrong)
{
	const char *words[] = {wrong[_i].word, NULL};
	struct options options = start(words);
	ck_assert_int_eq(options_next(&options), OPTIONS_BAD);
	ck_assert_str_eq(options.problem, wrong[_i].problem);
	ck_assert_int_eq(options_next(&options), OPTIONS_END);
}
END_TEST

START_TEST(keeps_a_long_problem_in_bounds)
{
	char word[4096];
	memset(word, 'x', sizeof word - 1);
	word[0] = word[1] = '-';
	word[sizeof word - 1] = '\0';
	const char *words[] = {word, NULL};
	struct options options = start(words);
	ck_assert_int_eq(options_next(&options), OPTIONS_BAD);
	ck_assert_uint_lt(strlen(options.problem), sizeof options.problem);
}
END_TEST

START_TEST(prints_one_table)
{
	struct out out = out_new(4096);
	options_help(&out, specs, sizeof specs / sizeof *specs, false);
	out_char(&out, '\0');
	ck_assert_str_eq(out.at,
		"  -o, --output FILE  write to FILE\n"
		"      --format NAME  text or html\n"
		"                     or json\n"
		"  -q, --quiet        say less\n"
		"  -h, --help         this text\n");
	out_free(&out);
	options_help(&out, specs, sizeof specs / sizeof *specs, true);
	ck_assert(str_has(out_view(&out), STR("FILE に書く")));
	ck_assert(str_has(out_view(&out), STR("text or html"))); /* no Japanese: English */
	out_free(&out);
}
END_TEST

UNIT_MAIN("options", {reads_every_form, 0}, {takes_what_windows_users_type_for_help, 0},
	{says_what_is_wrong, COUNT(wrong)}, {keeps_a_long_problem_in_bounds, 0},
	{prints_one_table, 0})
