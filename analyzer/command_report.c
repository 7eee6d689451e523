/*
 * actdx-analyze report: the diagnosis of all inputs together.
 */
#include "command.h"
#include "doc.h"
#include "report_lines.h"

#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"

#include <stdio.h>
#include <string.h>

enum {
	OPTION_FORMAT,
	OPTION_OUTPUT,
	OPTION_LANG,
	OPTION_CAUSES,
	OPTION_FAIL_ON,
	OPTION_PASSPHRASE_FILE,
	OPTION_THREADS,
	OPTION_HELP
};

static const struct option_spec specs[] = {
	[OPTION_FORMAT] = {"format", 'f', "FORMAT",
		"text (default), html, json or markdown; or jsonl: each input on\n"
		"its own, one line of JSON for each; the ending of the output file\n"
		"decides when this is not given",
		"text (既定)、html、json、markdown、または jsonl (入力を 1 件ずつ\n"
		"診断し、1 件を 1 行の JSON で出力)。指定しない場合は\n"
		"出力ファイルの拡張子で決まります"},
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "write to FILE instead of standard output",
		"標準出力ではなく FILE に書き込みます"},
	[OPTION_LANG] = {"lang", 0, "en|ja",
		"language of the report; without it, text, HTML and markdown use the\n"
		"environment's language, JSON is English",
		"レポートの言語。指定しない場合は環境の言語\n(JSON は英語)"},
	[OPTION_CAUSES] = {"causes", 0, "DIR",
		"add the cause files of DIR to the built-in ones, or replace those of\n"
		"the same id",
		"DIR の原因ファイルを追加します (同じ ID は置き換え)"},
	[OPTION_FAIL_ON] = {"fail-on", 0, "cause|unknown",
		"exit 10 when a cause was found, or 11 when no verdict is possible",
		"原因が判明した場合は 10、判定できない場合は 11 で終了します"},
	[OPTION_PASSPHRASE_FILE] = OPTION_ROW_PASSPHRASE_FILE,
	[OPTION_THREADS] = {"threads", 0, "N",
		"jsonl: judge N inputs at a time; default: processors, up to 8",
		"jsonl:N 件を同時に診断(既定:プロセッサ数、最大 8)"},
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

enum format { FORMAT_TEXT, FORMAT_HTML, FORMAT_JSON, FORMAT_MARKDOWN, FORMAT_JSONL, FORMAT_COUNT };
static const char *const format_words[FORMAT_COUNT] = {"text", "html", "json", "markdown", "jsonl"};

struct wishes {
	enum format format;
	enum language language;
	unsigned threads;
};

static bool format_of(struct str word, enum format *format)
{
	for (int i = 0; i < FORMAT_COUNT; i++)
		if (str_equal_nocase(word, str_of(format_words[i]))) {
			*format = (enum format)i;
			return true;
		}
	return false;
}

static enum format format_of_file(const char *path)
{
	static const struct {
		struct str ending;
		enum format format;
	} endings[] = {
		{STR_INIT(".html"), FORMAT_HTML},
		{STR_INIT(".htm"), FORMAT_HTML},
		{STR_INIT(".json"), FORMAT_JSON},
		{STR_INIT(".jsonl"), FORMAT_JSONL},
		{STR_INIT(".md"), FORMAT_MARKDOWN},
	};
	for (size_t i = 0; path && i < sizeof endings / sizeof *endings; i++)
		if (str_ends_nocase(str_of(path), endings[i].ending))
			return endings[i].format;
	return FORMAT_TEXT;
}

/* The values of options; a phrase when one is wrong, or NULL. */
static const char *read_wishes(struct wishes *wishes, const struct call *call)
{
	const char *format = call->given[OPTION_FORMAT], *language = call->given[OPTION_LANG];
	const char *fail_on = call->given[OPTION_FAIL_ON], *output = call->given[OPTION_OUTPUT];
	wishes->format = format_of_file(output);
	if (format && !format_of(str_of(format), &wishes->format))
		return "--format is text, html, json, markdown or jsonl";
	bool is_data = wishes->format == FORMAT_JSON || wishes->format == FORMAT_JSONL;
	wishes->language = is_data ? ENGLISH : language_of_user();
	if (language && !language_of(str_of(language), &wishes->language))
		return "--lang is en or ja";
	if (!read_threads(call->given[OPTION_THREADS], &wishes->threads))
		return THREADS_PROBLEM;
	if (call->given[OPTION_THREADS] && wishes->format != FORMAT_JSONL)
		return "--threads is for --format jsonl";
	if (fail_on && !str_in_list(str_of(fail_on), "cause|unknown"))
		return "--fail-on is cause or unknown";
	if (call->operand_count == 0)
		return "no input; name a bundle, a folder or a file";
	for (size_t i = 0; output && i < call->operand_count; i++)
		if (file_is_same(output, call->operands[i]))
			return "the output would overwrite an input";
	return NULL;
}

static void write_report(const struct session *session, const struct diagnosis *found,
	const struct wishes *wishes, const char *output)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	if (wishes->format == FORMAT_JSON) {
		write_json(&out, session->arena, found, wishes->language, false);
	} else {
		struct doc doc = doc_of(session->arena, found, wishes->language);
		if (wishes->format == FORMAT_HTML)
			write_html(&out, &doc);
		else if (wishes->format == FORMAT_MARKDOWN)
			write_markdown(&out, &doc);
		else
			write_text(&out, &doc, !output && machine_shows_colour());
	}
	write_whole(output, out_view(&out));
	out_free(&out);
}

static int report(struct session *session, const struct call *call, const struct wishes *wishes)
{
	if (!session_learn(session, call->given[OPTION_CAUSES]) ||
		!session_unlock(session, call->given[OPTION_PASSPHRASE_FILE]))
		return STATUS_USAGE;
	if (wishes->format == FORMAT_JSONL)
		return report_lines_write(&(struct report_lines){
			.session = session,
			.paths = call->operands,
			.count = call->operand_count,
			.language = wishes->language,
			.threads = wishes->threads,
			.output = call->given[OPTION_OUTPUT],
			.fail_on = call->given[OPTION_FAIL_ON],
		});
	if (!session_read(session, call->operands, call->operand_count))
		return STATUS_UNREADABLE;
	struct diagnosis found =
		diagnose(session->arena, &session->file, &session->vocabulary, &session->knowledge);
	write_report(session, &found, wishes, call->given[OPTION_OUTPUT]);
	if (session_status(session) == STATUS_NOTHING)
		complain("", "nothing in the input is evidence that this version knows");
	return report_status(session, &found, call->given[OPTION_FAIL_ON]);
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	struct wishes wishes = {0};
	if (!call.problem)
		call.problem = read_wishes(&wishes, &call);
	int status = call_answered(command, &call);
	if (status < 0)
		status = report(&session, &call, &wishes);
	session_end(&session);
	return status;
}

const struct command command_report = {
	.name = "report",
	.operands = "[OPTIONS] INPUT...        (\"report\" may be left out)",
	.says = "name the root cause, prove it, and give the fix and its undo",
	.examples = "actdx-analyze bundle.zip\n"
		    "actdx-analyze bundle.zip -o report.html\n"
		    "actdx-analyze folder-of-files/ --format json\n"
		    "actdx-analyze mailed/*.zip --format jsonl -o fleet.jsonl\n"
		    "actdx-analyze --lang ja - < saved-console.txt",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
