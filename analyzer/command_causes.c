/*
 * actdx-analyze causes: the knowledge base, and a check of one's own additions to it.
 */
#include "command.h"

#include "base/escape.h"
#include "base/files.h"
#include "base/limits.h"

#include <stdio.h>

enum { OPTION_CHECK, OPTION_CAUSES, OPTION_LANG, OPTION_KINDS, OPTION_HELP };

static const struct option_spec specs[] = {
	[OPTION_CHECK] = {"check", 0, "DIR",
		"check the cause files of DIR, together with the built-in ones, without\n"
		"any evidence; every mistake is printed with its file and line",
		"DIR の原因ファイルを検査します。誤りはファイル名と\n行番号付きで表示します"},
	[OPTION_CAUSES] = {"causes", 0, "DIR", "list the causes of DIR too",
		"DIR の原因も一覧に含めます"},
	[OPTION_LANG] = {"lang", 0, "en|ja", "language of the titles", "表題の言語"},
	[OPTION_KINDS] = {"kinds", 0, NULL,
		"print every kind of fact that causes may ask for, as docs/facts.md",
		"原因ファイルで使用できるファクトの一覧を表示します"},
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

static const char *type_word(enum fact_type type)
{
	switch (type) {
	case FACT_TEXT:
		return "text";
	case FACT_NAME:
		return "name";
	case FACT_WORD:
		return "word";
	case FACT_NUMBER:
		return "number";
	case FACT_CODE:
		return "code";
	case FACT_GUID:
		return "GUID";
	case FACT_FLAG:
		return "yes or no";
	case FACT_TIME:
		return "time";
	case FACT_ADDRESS:
		return "address";
	}
	return "";
}

static void put_field(struct out *out, const struct fact_field *field)
{
	out_format(out, "| `%s` | %s%s | ", field->name, type_word(field->type),
		field->role == FACT_KEY ? ", key" : "");
	if (field->words) {
		for (struct str rest = str_of(field->words); rest.size;) {
			struct str word = str_cut(&rest, '|');
			out_format(out, "`%.*s`%s", STR_PRINT(word), rest.size ? ", " : ". ");
		}
	}
	escape_markdown(out, str_of(field->says));
	out_text(out, " |\n");
}

static void put_kinds(struct out *out, const struct vocabulary *vocabulary)
{
	for (size_t i = 0; i < vocabulary->count; i++) {
		const struct fact_kind *kind = vocabulary->at[i];
		out_format(out, "\n## %s\n\n", kind->name);
		escape_markdown(out, str_of(kind->says));
		out_text(out, ".\n\n| field | type | meaning |\n| --- | --- | --- |\n");
		for (size_t k = 0; kind->fields[k].name; k++)
			put_field(out, &kind->fields[k]);
	}
}

static void put_list(struct out *out, const struct knowledge *knowledge, enum language language)
{
	for (size_t i = 0; i < knowledge->count; i++) {
		const struct cause *cause = knowledge->at[i];
		if (cause->is_state)
			continue;
		out_format(out, "%-34.*s ", STR_PRINT(cause->id));
		escape_terminal(out, phrase_in(&cause->title, language));
		out_char(out, '\n');
	}
}

static int check(struct session *session, const char *folder)
{
	if (!session_learn(session, folder)) {
		file_tell("%zu problems\n", session->knowledge.problem_count);
		return STATUS_UNREADABLE;
	}
	size_t causes = 0;
	for (size_t i = 0; i < session->knowledge.count; i++)
		causes += !session->knowledge.at[i]->is_state;
	write_whole(NULL,
		str_of(arena_format(session->arena, "%zu causes and %zu states, no problem\n",
			causes, session->knowledge.count - causes)));
	return STATUS_OK;
}

static int list(struct session *session, const struct call *call, enum language language)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	int status = STATUS_OK;
	if (call->given[OPTION_KINDS])
		put_kinds(&out, &session->vocabulary);
	else if (session_learn(session, call->given[OPTION_CAUSES]))
		put_list(&out, &session->knowledge, language);
	else
		status = STATUS_UNREADABLE;
	write_whole(NULL, out_view(&out));
	out_free(&out);
	return status;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	enum language language = language_of_user();
	if (!call.problem && call.operand_count)
		call.problem = "causes takes no input; did you mean --check DIR?";
	if (!call.problem && call.given[OPTION_LANG] &&
		!language_of(str_of(call.given[OPTION_LANG]), &language))
		call.problem = "--lang is en or ja";
	int status = call_answered(command, &call);
	if (status < 0)
		status = call.given[OPTION_CHECK] ? check(&session, call.given[OPTION_CHECK])
						  : list(&session, &call, language);
	session_end(&session);
	return status;
}

const struct command command_causes = {
	.name = "causes",
	.operands = "[--check DIR]",
	.says = "list the knowledge base, or check a folder of causes",
	.examples = "actdx-analyze causes\n"
		    "actdx-analyze causes --check my-causes/",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
