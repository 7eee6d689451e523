/*
 * actdx-analyze explain: what a code, an event or a cause means, without any input.
 *
 * A number can be several things at once, an event of this provider and of that one and a Win32 error: then all are
 * told.
 */
#include "codes.h"
#include "command.h"
#include "event_meanings.h"
#include "wrap.h"

#include "base/escape.h"
#include "base/limits.h"
#include "base/nearest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

/* Is one of a condition's patterns such a one? */
static bool any_pattern(const struct condition *condition,
	bool (*is_such)(const struct condition *pattern, const void *what), const void *what)
{
	for (size_t i = 0; i < condition->child_count; i++)
		if (any_pattern(&condition->children[i], is_such, what))
			return true;
	return condition->kind == CONDITION_PATTERN && is_such(condition, what);
}

/* Does a clause for the cause have such a pattern? */
static bool rests_on(const struct cause *cause,
	bool (*is_such)(const struct condition *pattern, const void *what), const void *what)
{
	for (size_t i = 0; i < cause->clause_count; i++)
		if (cause->clauses[i].side == SIDE_FOR &&
			any_pattern(&cause->clauses[i].condition, is_such, what))
			return true;
	return false;
}

static bool test_names(const struct test *test, int64_t number)
{
	for (size_t i = 0; i < test->count && !test->negated; i++)
		if (test->terms[i].how == TERM_EQUAL && test->terms[i].low == number)
			return true;
	return false;
}

static const struct test *test_of(const struct condition *pattern, const char *field)
{
	for (size_t i = 0; i < pattern->test_count; i++)
		if (strcmp(pattern->of->fields[pattern->tests[i].field].name, field) == 0)
			return &pattern->tests[i];
	return NULL;
}

/* What fails as 0x80070422 in one place is error 1058 in another. */
static bool asks_for_code(const struct condition *pattern, const void *what)
{
	uint32_t code = *(const uint32_t *)what;
	for (size_t i = 0; i < pattern->test_count; i++) {
		const struct test *test = &pattern->tests[i];
		if (pattern->of->fields[test->field].type == FACT_CODE &&
			(test_names(test, code) ||
				(code_is_win32(code) && test_names(test, code & 0xFFFF))))
			return true;
	}
	return false;
}

/* "kind" or "kind.field". */
static bool is_fact_of(const struct condition *pattern, struct str fact)
{
	struct str kind = str_cut(&fact, '.');
	if (!str_equal(kind, str_of(pattern->of->name)))
		return false;
	for (size_t i = 0; fact.size && i < pattern->test_count; i++)
		if (str_equal(fact, str_of(pattern->of->fields[pattern->tests[i].field].name)))
			return true;
	return fact.size == 0;
}

/* Does the pattern ask for the event itself, or for a fact that it gives? One that names events names this one. */
static bool asks_for_event(const struct condition *pattern, const void *what)
{
	const struct event_meaning *event = what;
	const struct test *id = test_of(pattern, "id");
	if (id && !test_names(id, event->id))
		return false;
	if (strcmp(pattern->of->name, "event") == 0) {
		const struct test *provider = test_of(pattern, "provider");
		for (size_t i = 0; id && provider && i < provider->count; i++)
			if (event_meaning_is_of(event, provider->terms[i].text))
				return true;
		return false;
	}
	for (struct str rest = str_of(event->facts); rest.size;)
		if (is_fact_of(pattern, str_cut(&rest, ';')))
			return true;
	return false;
}

static void put_causes(struct answer_text *answer, const struct knowledge *knowledge,
	bool (*is_such)(const struct condition *pattern, const void *what), const void *what)
{
	for (size_t i = 0; i < knowledge->count; i++) {
		const struct cause *cause = knowledge->at[i];
		if (!cause->is_state && rests_on(cause, is_such, what))
			out_format(&answer->out, "  -> %.*s: %.*s\n", STR_PRINT(cause->id),
				STR_PRINT(phrase_in(&cause->title, answer->language)));
	}
}

static void put_says(struct answer_text *answer, const char *const says[LANGUAGE_COUNT])
{
	struct phrase phrase = {{str_of(says[ENGLISH]), str_of(says[JAPANESE])}};
	paragraph(answer, &phrase, "");
}

static void put_code_heading(struct answer_text *answer, uint32_t number, const char *symbol)
{
	out_format(&answer->out, "0x%08" PRIX32 "%s%s (%" PRId32, number, *symbol ? " " : "",
		symbol, (int32_t)number);
	if (code_is_win32(number))
		out_format(&answer->out, ", Win32 %" PRIu32, number & 0xFFFF);
	out_text(&answer->out, ")\n");
}

static void explain_code(
	struct answer_text *answer, const struct code *code, const struct knowledge *knowledge)
{
	put_code_heading(answer, code->number, code->symbol);
	put_says(answer, code->says);
	if (code->number != 0) /* success is evidence of much, and explains nothing */
		put_causes(answer, knowledge, asks_for_code, &code->number);
}

static void put_near_codes(struct out *out, struct str digits)
{
	const struct code *near[CODES_NEAR];
	size_t count = codes_near(digits, near);
	for (size_t i = 0; i < count; i++)
		out_format(out, "%s0x%08" PRIX32, i ? ", " : "", near[i]->number);
}

/* A code that no line of the table has: what its range tells, and which known ones look like it. */
static void explain_range(
	struct answer_text *answer, uint32_t number, const struct knowledge *knowledge)
{
	char digits[9];
	struct out near = out_new(LIMIT_OUTPUT_BYTES);
	(void)snprintf(digits, sizeof digits, "%08" PRIX32, number);
	put_code_heading(answer, number, "");
	put_says(answer, code_range_of(number)->says);
	out_format(&answer->out, "  %s\n", message(MESSAGE_CODE_UNKNOWN, answer->language));
	put_causes(answer, knowledge, asks_for_code, &number);
	put_near_codes(&near, str_of(digits));
	if (out_view(&near).size)
		out_format(&answer->out, "  %s %.*s\n",
			message(MESSAGE_DID_YOU_MEAN, answer->language),
			STR_PRINT(out_view(&near)));
	out_free(&near);
}

static void explain_event(struct answer_text *answer, const struct event_meaning *event,
	const struct knowledge *knowledge)
{
	out_format(&answer->out, "%s/%" PRIu32 "\n", event->provider, event->id);
	put_says(answer, event->says);
	put_causes(answer, knowledge, asks_for_event, event);
}

/* Every event of that number, of the provider or, for an empty name, of all. How many there are. */
static size_t explain_events(struct answer_text *answer, struct str provider, uint32_t id,
	const struct knowledge *knowledge)
{
	size_t count = 0;
	for (size_t i = 0; i < event_meaning_count; i++) {
		const struct event_meaning *event = &event_meanings[i];
		if (event->id != id || (provider.size && !event_meaning_is_of(event, provider)))
			continue;
		if (count++)
			out_char(&answer->out, '\n');
		explain_event(answer, event, knowledge);
	}
	return count;
}

static void explain_provider(struct answer_text *answer, struct str provider)
{
	const char *before = NULL;
	for (size_t i = 0; i < event_meaning_count; i++) {
		const struct event_meaning *event = &event_meanings[i];
		if (!event_meaning_is_of(event, provider))
			continue;
		if (!before)
			out_format(&answer->out, "%s\n", event->provider);
		before = event->provider;
		struct phrase says = {
			{str_of(event->says[ENGLISH]), str_of(event->says[JAPANESE])}};
		char mark[16];
		(void)snprintf(mark, sizeof mark, "%" PRIu32 ": ", event->id);
		paragraph(answer, &says, mark);
	}
}

/*
 * What was asked
 */

#define SHORT_CODE_MAX 0xFFFF /* Win32 errors and event numbers */

/* A code as scan_code has it, or hex digits without 0x: eight, or fewer with a letter and a digit among them. */
static bool read_code(struct str text, uint32_t *code)
{
	bool has_letter = false, has_digit = false;
	for (size_t i = 0; i < text.size; i++) {
		if (!char_is_hex(text.at[i]))
			return scan_code(text, code);
		if (char_is_digit(text.at[i]))
			has_digit = true;
		else
			has_letter = true;
	}
	if (text.size > 8 || !has_digit || (!has_letter && text.size < 8))
		return scan_code(text, code);
	*code = 0;
	for (size_t i = 0; i < text.size; i++) {
		char c = char_lower(text.at[i]);
		*code = *code << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

/* "PROVIDER/ID" or "PROVIDER ID"; the text is a name and a number at least. */
static bool read_event(struct str text, struct str *provider, uint32_t *id)
{
	size_t cut = str_find_last_char(text, '/');
	int64_t number = 0;
	if (cut == STR_NONE)
		cut = str_find_last_char(text, ' ');
	if (cut == STR_NONE || cut == 0 || !scan_number(str_from(text, cut + 1), &number) ||
		number < 0 || number > SHORT_CODE_MAX)
		return false;
	*provider = str_trim(str_slice(text, 0, cut));
	*id = (uint32_t)number;
	return true;
}

static const char *nearest_event(struct arena *arena, struct str provider, uint32_t id)
{
	const char *wanted = arena_format(arena, "%" PRIu32, id);
	struct nearest nearest = nearest_to(str_of(wanted));
	for (size_t i = 0; i < event_meaning_count; i++)
		if (event_meaning_is_of(&event_meanings[i], provider))
			nearest_offer(
				&nearest, arena_format(arena, "%" PRIu32, event_meanings[i].id));
	return nearest.best;
}

static const char *unknown_event(struct arena *arena, struct str provider, uint32_t id)
{
	bool known = event_meaning_has_provider(provider);
	const char *near = known ? nearest_event(arena, provider, id)
				 : event_meaning_nearest_provider(provider);
	const char *problem = known ? "no event of that number is known of this provider"
				    : "no such provider is known";
	return near ? arena_format(arena, "%s; did you mean %s?", problem, near) : problem;
}

/* For what is nothing known: the nearest code by its digits, cause or provider by its letters. */
static const char *unknown(const struct session *session, struct str what)
{
	struct arena *arena = session->arena;
	struct out codes_like = out_new(LIMIT_OUTPUT_BYTES);
	put_near_codes(&codes_like, str_starts_nocase(what, STR("0x")) ? str_from(what, 2) : what);
	struct str near = arena_copy(arena, out_view(&codes_like));
	out_free(&codes_like);
	if (near.size == 0) {
		const char *cause = knowledge_nearest(&session->knowledge, what);
		const char *provider = event_meaning_nearest_provider(what);
		near = str_of(cause ? cause : provider ? provider : "");
	}
	return near.size ? arena_format(arena, "not known; did you mean %.*s?", STR_PRINT(near))
			 : "no error code, event or cause that this version knows";
}

/* A number as an event's, of any provider, and as a code. False when it is neither. */
static bool explain_number(
	struct answer_text *answer, const struct session *session, struct str what, uint32_t number)
{
	const struct knowledge *knowledge = &session->knowledge;
	const struct code *code = code_find(number);
	int64_t decimal = 0;
	size_t events = scan_number(what, &decimal) && decimal == number
		? explain_events(answer, (struct str){0}, number, knowledge)
		: 0;
	if (!code && number <= SHORT_CODE_MAX)
		code = code_find(code_of_win32(number));
	if (code && events)
		out_char(&answer->out, '\n');
	if (code)
		explain_code(answer, code, knowledge);
	else if (code_range_of(number))
		explain_range(answer, number, knowledge);
	return code || events || code_range_of(number);
}

/* NULL, or why it could not be explained. */
static const char *explain(
	struct answer_text *answer, const struct session *session, struct str what)
{
	const struct cause *cause = knowledge_find(&session->knowledge, what);
	struct str provider;
	uint32_t number = 0;
	if (cause) {
		explain_cause(answer, cause);
		return NULL;
	}
	if (event_meaning_has_provider(what)) {
		explain_provider(answer, what);
		return NULL;
	}
	if (read_event(what, &provider, &number))
		return explain_events(answer, provider, number, &session->knowledge)
			? NULL
			: unknown_event(session->arena, provider, number);
	if (read_code(what, &number) && explain_number(answer, session, what, number))
		return NULL;
	return unknown(session, what);
}

/* The next thing to explain: one argument, or a provider and a number behind it. */
static const char *next_thing(struct arena *arena, const struct call *call, size_t *at)
{
	const char *what = call->operands[(*at)++];
	int64_t number = 0;
	if (*at < call->operand_count && event_meaning_has_provider(str_of(what)) &&
		scan_number(str_of(call->operands[*at]), &number) && number >= 0 &&
		number <= SHORT_CODE_MAX)
		return arena_format(arena, "%s/%s", what, call->operands[(*at)++]);
	return what;
}

static int explain_all(struct session *session, const struct call *call, enum language language)
{
	struct out answer = out_new(LIMIT_OUTPUT_BYTES);
	int status = STATUS_OK;
	for (size_t at = 0; at < call->operand_count;) {
		const char *what = next_thing(session->arena, call, &at);
		struct answer_text one = {out_new(LIMIT_OUTPUT_BYTES), language};
		const char *problem = explain(&one, session, str_trim(str_of(what)));
		if (problem) {
			complain(what, problem);
			status = STATUS_USAGE;
		} else if (out_view(&answer).size) {
			out_char(&answer, '\n');
		}
		out_str(&answer, out_view(&one.out));
		out_free(&one.out);
	}
	write_whole(NULL, out_view(&answer));
	out_free(&answer);
	return status;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	enum language language = language_of_user();
	if (!call.problem && call.operand_count == 0)
		call.problem = "explain takes error codes, events or cause ids";
	if (!call.problem && call.given[OPTION_LANG] &&
		!language_of(str_of(call.given[OPTION_LANG]), &language))
		call.problem = "--lang is en or ja";
	int status = call_answered(command, &call);
	if (status < 0)
		status = session_learn(&session, call.given[OPTION_CAUSES])
			? explain_all(&session, &call, language)
			: STATUS_UNREADABLE;
	session_end(&session);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "CODE|EVENT|CAUSE-ID...",
	.says = "say what an error code, an event or a cause means",
	.examples = "actdx-analyze explain 0xC004F074\n"
		    "actdx-analyze explain -1073418124 1722\n"
		    "actdx-analyze explain SPP/12288 Netlogon/5719\n"
		    "actdx-analyze explain srv-missing --lang ja",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
