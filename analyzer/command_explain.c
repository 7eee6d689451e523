/*
 * actdx-analyze explain: what a code or a cause means, without any input.
 */
#include "codes.h"
#include "command.h"
#include "wrap.h"

#include "base/escape.h"
#include "base/limits.h"

enum { OPTION_LANG, OPTION_CAUSES, OPTION_HELP };

static const struct option_spec specs[] = {
	[OPTION_LANG] = {"lang", 0, "en|ja", "language of the answer", "説明の言語"},
	[OPTION_CAUSES] = {"causes", 0, "DIR", "know the causes of DIR too",
		"DIR の原因も対象にします"},
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

struct answer_text {
	struct out out;
	enum language language;
};

static void paragraph(struct answer_text *answer, const struct phrase *phrase, const char *mark)
{
	struct str text = phrase_in(phrase, answer->language);
	if (text.size == 0)
		return;
	struct out safe = out_new(LIMIT_OUTPUT_BYTES);
	out_text(&safe, mark);
	escape_terminal(&safe, text);
	wrap(&answer->out, out_view(&safe), (struct margins){2, 4, 80});
	out_free(&safe);
}

static void heading(struct answer_text *answer, enum message title)
{
	out_format(&answer->out, "\n%s\n", message(title, answer->language));
}

static void put_clauses(struct answer_text *answer, const struct cause *cause)
{
	heading(answer, MESSAGE_SECTION_EVIDENCE);
	for (size_t i = 0; i < cause->clause_count; i++)
		paragraph(answer, &cause->clauses[i].says,
			cause->clauses[i].side == SIDE_FOR ? "+ " : "- ");
}

static void put_steps(struct answer_text *answer, const struct cause *cause, enum step_kind kind,
	enum message title)
{
	bool any = false;
	for (size_t i = 0; i < cause->step_count; i++) {
		const struct step *step = &cause->steps[i];
		if (step->kind != kind)
			continue;
		if (!any)
			heading(answer, title);
		any = true;
		paragraph(answer, &step->says, "");
		if (step->run.size) {
			out_text(&answer->out, "    > ");
			escape_terminal(&answer->out, step->run);
			out_char(&answer->out, '\n');
		}
	}
}

static void explain_cause(struct answer_text *answer, const struct cause *cause)
{
	out_format(&answer->out, "%.*s\n", STR_PRINT(cause->id));
	paragraph(answer, &cause->title, "");
	if (!phrase_is_empty(&cause->text)) {
		out_char(&answer->out, '\n');
		paragraph(answer, &cause->text, "");
	}
	put_clauses(answer, cause);
	put_steps(answer, cause, STEP_FIX, MESSAGE_SECTION_FIX);
	put_steps(answer, cause, STEP_VERIFY, MESSAGE_SECTION_VERIFY);
	put_steps(answer, cause, STEP_UNDO, MESSAGE_SECTION_UNDO);
	if (cause->avoid.count)
		heading(answer, MESSAGE_SECTION_AVOID);
	for (size_t i = 0; i < cause->avoid.count; i++)
		paragraph(answer, &cause->avoid.at[i], "- ");
	for (size_t i = 0; i < cause->see_count; i++)
		out_format(&answer->out, "%s  %.*s\n", i ? "" : "\n", STR_PRINT(cause->see[i]));
}

/* Does a clause for this cause ask for the code? */
static bool asks_for(const struct condition *condition, uint32_t code)
{
	for (size_t i = 0; i < condition->child_count; i++)
		if (asks_for(&condition->children[i], code))
			return true;
	for (size_t i = 0; i < condition->test_count; i++) {
		const struct test *test = &condition->tests[i];
		if (condition->of->fields[test->field].type != FACT_CODE || test->negated)
			continue;
		for (size_t k = 0; k < test->count; k++)
			if (test->terms[k].how == TERM_EQUAL && test->terms[k].low == (int64_t)code)
				return true;
	}
	return false;
}

static void explain_code(
	struct answer_text *answer, const struct code *code, const struct knowledge *knowledge)
{
	out_format(&answer->out, "0x%08X %s (%ld)\n", code->number, code->symbol,
		(long)(int32_t)code->number);
	struct phrase says = {{str_of(code->says[ENGLISH]), str_of(code->says[JAPANESE])}};
	paragraph(answer, &says, "");
	for (size_t i = 0; i < knowledge->count; i++) {
		const struct cause *cause = knowledge->at[i];
		bool about = false;
		for (size_t k = 0; k < cause->clause_count && !cause->is_state; k++)
			about |= cause->clauses[k].side == SIDE_FOR &&
				asks_for(&cause->clauses[k].condition, code->number);
		if (about)
			out_format(&answer->out, "  -> %.*s: %.*s\n", STR_PRINT(cause->id),
				STR_PRINT(phrase_in(&cause->title, answer->language)));
	}
}

static int explain(struct session *session, const char *what, enum language language)
{
	struct answer_text answer = {out_new(LIMIT_OUTPUT_BYTES), language};
	uint32_t number;
	const struct code *code = scan_code(str_of(what), &number) ? code_find(number) : NULL;
	const struct cause *cause = knowledge_find(&session->knowledge, str_of(what));
	int status = STATUS_OK;
	if (code) {
		explain_code(&answer, code, &session->knowledge);
	} else if (cause) {
		explain_cause(&answer, cause);
	} else {
		const char *near = knowledge_nearest(&session->knowledge, str_of(what));
		complain(what,
			near ? arena_format(session->arena, "not known; did you mean %s?", near)
			     : "neither an error code nor a cause that this version knows");
		status = STATUS_USAGE;
	}
	write_whole(NULL, out_view(&answer.out));
	out_free(&answer.out);
	return status;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	enum language language = language_of_user();
	if (!call.problem && call.operand_count != 1)
		call.problem = "explain takes one error code or cause id";
	if (!call.problem && call.given[OPTION_LANG] &&
		!language_of(str_of(call.given[OPTION_LANG]), &language))
		call.problem = "--lang is en or ja";
	int status = call_answered(command, &call);
	if (status < 0)
		status = session_learn(&session, call.given[OPTION_CAUSES])
			? explain(&session, call.operands[0], language)
			: STATUS_UNREADABLE;
	session_end(&session);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "CODE|CAUSE-ID",
	.says = "say what an error code or a cause means",
	.examples = "actdx-analyze explain 0xC004F074\n"
		    "actdx-analyze explain -1073418124\n"
		    "actdx-analyze explain srv-missing --lang ja",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
