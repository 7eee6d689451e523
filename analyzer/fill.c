#include "fill.h"

#include "derive.h"

#include "base/limits.h"
#include "base/out.h"

#include <string.h>

/* Longest command that is still one line to paste. */
#define LIMIT_COMMAND_BYTES (4 * KIB)

struct filling {
	struct arena *arena;
	const struct assessment *assessment;
	const struct view *view;
	struct out out;
	bool unrecorded; /* somewhere outside brackets */
};

/* Blanks, commas and brackets separate arguments unless quotation marks stand around. */
static bool is_safe(struct str value, bool quoted)
{
	const char *allowed = quoted ? ".-_:\\/,{}() " : ".-_:\\";
	if (value.size == 0 || value.size > 255 || strchr("-/", *value.at))
		return false;
	for (size_t i = 0; i < value.size; i++)
		if (!char_is_alpha(value.at[i]) && !char_is_digit(value.at[i]) &&
			(value.at[i] == 0 || !strchr(allowed, value.at[i])))
			return false;
	return value.at[value.size - 1] != '\\';
}

bool fill_is_safe(struct str value)
{
	return is_safe(value, false);
}

/* Does what was made so far end inside quotation marks? */
static bool is_quoted(struct str made)
{
	bool quoted = false;
	for (size_t i = 0; i < made.size; i++)
		quoted ^= made.at[i] == '"';
	return quoted;
}

/* A fact of the kind that a clause of this cause rests on, with the field set. */
static const struct fact *cited_fact(
	const struct filling *f, const struct fact_kind *kind, const char *field)
{
	const struct cause *cause = f->assessment->cause;
	for (size_t i = 0; i < cause->clause_count; i++) {
		const struct judgement *judged = &f->assessment->clauses[i];
		if (judged->answer != ANSWER_YES || cause->clauses[i].side != SIDE_FOR)
			continue;
		for (size_t k = 0; k < judged->count; k++)
			if (judged->at[k].fact->kind == kind &&
				fact_is_set(judged->at[k].fact, field))
				return judged->at[k].fact;
	}
	return NULL;
}

/* Does the pattern say which thing it is about, and is the fact about that thing? */
static bool is_about_same(const struct condition *pattern, const struct fact *fact)
{
	bool said = false;
	for (size_t i = 0; i < pattern->test_count; i++) {
		struct test *test = &pattern->tests[i];
		if (fact->kind->fields[test->field].role != FACT_KEY)
			continue;
		const struct condition key = {.tests = test, .test_count = 1};
		if (!match_fact(&key, fact))
			return false;
		said = true;
	}
	return said;
}

/* Does a clause of the cause ask about the thing that the fact is about? */
static bool is_asked_about(const struct condition *condition, const struct fact *fact)
{
	if (condition->kind == CONDITION_PATTERN)
		return condition->of == fact->kind && is_about_same(condition, fact);
	for (size_t i = 0; i < condition->child_count; i++)
		if (is_asked_about(&condition->children[i], fact))
			return true;
	return false;
}

static const struct fact *fact_asked_about(
	const struct filling *f, const struct fact_kind *kind, const char *field)
{
	const struct cause *cause = f->assessment->cause;
	const struct bucket *bucket = view_bucket(f->view, kind);
	for (size_t i = 0; i < bucket->count; i++)
		for (size_t k = 0; k < cause->clause_count && fact_is_set(bucket->at[i], field);
			k++)
			if (is_asked_about(&cause->clauses[k].condition, bucket->at[i]))
				return bucket->at[i];
	return NULL;
}

/* Does the cause ask about things of this kind by their names? Then others of the kind are not meant. */
static bool asks_by_name(const struct condition *condition, const struct fact_kind *kind)
{
	bool asked = false;
	for (size_t i = 0; condition->of == kind && i < condition->test_count; i++) {
		const struct fact_field *field = &kind->fields[condition->tests[i].field];
		asked |= field->role == FACT_KEY && field->type == FACT_NAME;
	}
	for (size_t i = 0; condition->kind != CONDITION_PATTERN && i < condition->child_count; i++)
		asked |= asks_by_name(&condition->children[i], kind);
	return asked;
}

/* Facts of the kind that all say the same, or the only one. Of several, none is surely the one that is meant. */
static const struct fact *agreed_fact(
	const struct filling *f, const struct fact_kind *kind, const char *field)
{
	const struct cause *cause = f->assessment->cause;
	for (size_t k = 0; k < cause->clause_count; k++)
		if (asks_by_name(&cause->clauses[k].condition, kind))
			return NULL;
	const struct bucket *bucket = view_bucket(f->view, kind);
	for (size_t i = 0; i < bucket->count; i++)
		if (!fact_is_set(bucket->at[i], field) ||
			!str_equal_nocase(
				fact_text(bucket->at[i], field), fact_text(bucket->at[0], field)))
			return NULL;
	return bucket->count ? bucket->at[0] : NULL;
}

/* "kms.example.com" and "kms.example.com:1688" name the same host. */
static bool names_host(struct str value, struct str host)
{
	return host.size && str_starts_nocase(value, host) &&
		(value.size == host.size || value.at[host.size] == ':');
}

/* A host that no organisation owns is never put into a command, not even to undo one. */
static bool is_nobodys_host(const struct filling *f, struct str value)
{
	FOR_EACH_FACT (target, view_kind(f->view, "kms-target"))
		if ((fact_is(target, "kind", "public-unknown") ||
			    fact_is(target, "kind", "loopback")) &&
			names_host(value, fact_text(target, "host")))
			return true;
	return false;
}

/* The value of "kind.field", which cause_read.c has checked to be declared; false when there is none. */
static bool look_up(const struct filling *f, struct str placeholder, struct str *value)
{
	struct str rest = placeholder, name = str_cut(&rest, '.');
	const struct fact_kind *kind = vocabulary_find(f->view->vocabulary, name);
	if (!kind || fact_field_index(kind, rest) < 0)
		return false;
	const char *field = kind->fields[fact_field_index(kind, rest)].name;
	const struct fact *fact = cited_fact(f, kind, field);
	if (!fact)
		fact = fact_asked_about(f, kind, field);
	if (!fact)
		fact = agreed_fact(f, kind, field);
	if (!fact || !is_safe(fact_text(fact, field), is_quoted(out_view(&f->out))))
		return false;
	*value = fact_text(fact, field);
	return !is_nobodys_host(f, *value);
}

/* Appends `text` with its placeholders filled; false when one could not be. */
static bool fill_part(struct filling *f, struct str text)
{
	bool whole = true;
	while (text.size) {
		size_t open = str_find_char(text, '{');
		out_str(&f->out, str_slice(text, 0, open));
		if (open == STR_NONE)
			return whole;
		text = str_from(text, open + 1);
		struct str placeholder = str_cut(&text, '}'), value;
		if (look_up(f, placeholder, &value)) {
			out_str(&f->out, value);
			continue;
		}
		whole = false;
		out_format(&f->out, "<%.*s>", STR_PRINT(placeholder));
	}
	return whole;
}

/* Takes the next stretch off the front: what stands in brackets around a placeholder, or what comes before
 * that. Other brackets are the command's own. */
static struct str take_part(struct str *rest, bool *optional)
{
	size_t open = str_find(*rest, STR("[")), from = open;
	while (from != STR_NONE) {
		size_t close = str_find_char(str_from(*rest, from), ']');
		struct str inside =
			str_slice(*rest, from, close == STR_NONE ? STR_NONE : from + close);
		if (close != STR_NONE && str_find_char(inside, '{') != STR_NONE)
			break;
		size_t next = str_find(str_from(*rest, from + 1), STR("["));
		from = next == STR_NONE ? STR_NONE : from + 1 + next;
	}
	struct str part;
	*optional = from == 0;
	if (from == 0) {
		*rest = str_from(*rest, 1);
		return str_cut(rest, ']');
	}
	part = str_slice(*rest, 0, from);
	*rest = from == STR_NONE ? STR("") : str_from(*rest, from);
	return part;
}

struct filled_step fill_step(struct arena *arena, const struct step *step,
	const struct assessment *assessment, const struct view *view)
{
	struct filling f = {arena, assessment, view, out_new(LIMIT_COMMAND_BYTES), false};
	struct str rest = step->run;
	while (rest.size) {
		bool optional;
		struct str part = take_part(&rest, &optional);
		size_t before = f.out.size;
		if (fill_part(&f, part))
			continue;
		if (optional)
			f.out.size = before;
		else
			f.unrecorded = true;
	}
	struct filled_step filled = {step, arena_copy(arena, out_view(&f.out)), f.unrecorded};
	out_free(&f.out);
	return filled;
}
