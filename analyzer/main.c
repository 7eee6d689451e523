/*
 * actdx-analyze: names the command, and leaves the rest to it.
 */
#include "command.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_report, command_facts, command_verify, command_explain,
	command_causes, command_events, command_request, command_verify_report;

const struct command *const commands[] = {&command_report, &command_facts, &command_events,
	&command_verify, &command_verify_report, &command_request, &command_explain,
	&command_causes, NULL};

int usage_error(const struct command *command, const char *problem)
{
	complain("", problem);
	file_tell("Try: actdx-analyze %s%s--help\n", command ? command->name : "",
		command ? " " : "");
	return STATUS_USAGE;
}

/* Command lines, indented. */
static void put_examples(struct out *out, const char *examples)
{
	for (struct str rest = str_of(examples); rest.size;) {
		struct str line = str_cut(&rest, '\n');
		out_format(out, "  %.*s\n", STR_PRINT(line));
	}
}

int print_help(const struct command *command)
{
	struct out out = out_new(64 * KIB);
	out_format(&out, "actdx-analyze %s: %s\n\nExamples\n", command->name, command->says);
	put_examples(&out, command->examples);
	out_format(&out, "\nUsage\n  actdx-analyze %s %s\n\nOptions\n", command->name,
		command->operands);
	options_help(&out, command->specs, command->spec_count, language_of_user() == JAPANESE);
	write_whole(NULL, out_view(&out));
	out_free(&out);
	return STATUS_OK;
}

static int help(void)
{
	struct out out = out_new(64 * KIB);
	out_text(&out,
		"actdx-analyze: finds out why a Windows machine does not activate, offline\n\nExamples\n");
	put_examples(&out, command_report.examples);
	out_text(&out, "\nCommands\n");
	for (size_t i = 0; commands[i]; i++)
		out_format(&out, "  %-13s %s\n", commands[i]->name, commands[i]->says);
	out_text(&out,
		"\nINPUT is a bundle (zip), a folder of loose evidence files, or one file: the output of a\n"
		"command, or a saved console session; \"-\" reads standard input. What a file is, is told\n"
		"by its content, not by its name. Nothing is unpacked to disk or sent anywhere.\n\n"
		"Exit status: 0 analysed, whatever the verdict; 2 usage; 3 an input cannot be read;\n"
		"4 integrity broken; 5 a limit was reached; 6 nothing could be evaluated; 7 this machine\n"
		"failed; 10 and 11 only with --fail-on.\n\n"
		"actdx-analyze COMMAND --help shows the options of a command.\n");
	write_whole(NULL, out_view(&out));
	out_free(&out);
	return STATUS_OK;
}

static int version(void)
{
	write_whole(NULL, STR("actdx-analyze " ACTDX_VERSION "\n"));
	return STATUS_OK;
}

static bool is_any_of(const char *word, const char *list)
{
	return str_in_list(str_of(word), list);
}

/* A first word that is neither a command nor a file was probably meant as a command. */
static const char *nearest_command(const char *word)
{
	struct nearest nearest = nearest_to(str_of(word));
	for (size_t i = 0; commands[i]; i++)
		nearest_offer(&nearest, commands[i]->name);
	return nearest.best;
}

static int no_such_file_or_command(const char *word)
{
	char problem[256];
	(void)snprintf(problem, sizeof problem,
		"%.80s: no such file or folder; did you mean the command \"%s\"?", word,
		nearest_command(word));
	complain("", problem);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	machine_failed_as("actdx-analyze", STATUS_MACHINE);
	machine_arguments(&argc, &argv);
	if (argc < 2) {
		complain("", "no input; name a bundle, a folder or a file");
		file_tell("Try: actdx-analyze --help\n");
		return STATUS_USAGE;
	}
	if (is_any_of(argv[1], "--help|-h|-?|/?|help"))
		return help();
	if (is_any_of(argv[1], "--version|-V"))
		return version();
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return commands[i]->run(commands[i], argc - 2, argv + 2);
	if (*argv[1] != '-' && file_kind(argv[1]) == FILE_MISSING && !strpbrk(argv[1], "./\\") &&
		nearest_command(argv[1]))
		return no_such_file_or_command(argv[1]);
	return command_report.run(&command_report, argc - 1, argv + 1);
}
