/*
 * A cause from its XML file. The format is described in docs/causes.md.
 *
 * Every mistake is reported with its line and, where a name is wrong, the nearest right one; the file is
 * read to its end so that an author sees all of them at once.
 */
#include "cause.h"

#include "xml.h"

#include "base/limits.h"
#include "base/nearest.h"
#include "base/out.h"

#include <string.h>

struct reader {
	struct knowledge *knowledge;
	struct arena *arena;
	struct xml *xml;
	const char *file;
	struct cause *cause;
	bool broken; /* no well-formed XML any more */
};

#define COMPLAIN(reader, ...) \
	knowledge_complain( \
		(reader)->knowledge, (reader)->file, xml_line((reader)->xml), __VA_ARGS__)

static enum xml_event next(struct reader *reader)
{
	enum xml_event event = xml_next(reader->xml);
	if (event == XML_ERROR && !reader->broken) {
		COMPLAIN(reader, "%s", xml_problem(reader->xml));
		reader->broken = true;
	}
	return event;
}

static void skip(struct reader *reader)
{
	if (!xml_skip(reader->xml) && !reader->broken) {
		COMPLAIN(reader, "%s", xml_problem(reader->xml));
		reader->broken = true;
	}
}

/* Moves to the next child of the current element, passing over blank text; false at its end. */
static bool child(struct reader *reader)
{
	for (;;) {
		switch (next(reader)) {
		case XML_START:
			return true;
		case XML_TEXT:
			if (!str_is_blank(xml_text(reader->xml)))
				COMPLAIN(reader, "text is not allowed here: put it into <says>");
			continue;
		case XML_END:
		case XML_DONE:
		case XML_ERROR:
			return false;
		}
	}
}

static void unknown_element(struct reader *reader, const char *allowed)
{
	struct nearest nearest = nearest_to(xml_name(reader->xml));
	for (struct str rest = str_of(allowed); rest.size;)
		nearest_offer(&nearest, arena_copy(reader->arena, str_cut(&rest, '|')).at);
	COMPLAIN(reader, "<%.*s> is not known here; %s%s%s", STR_PRINT(xml_name(reader->xml)),
		nearest.best ? "did you mean <" : "allowed are ",
		nearest.best ? nearest.best : allowed, nearest.best ? ">?" : "");
	skip(reader);
}

static struct str attribute(struct reader *reader, const char *name)
{
	struct str value;
	return xml_attribute(reader->xml, name, &value) ? arena_copy(reader->arena, str_trim(value))
							: STR("");
}

/* Index of an attribute's value in `words`; `otherwise` when it is not there. */
static size_t choice(struct reader *reader, const char *name, const char *const *words,
	size_t count, size_t otherwise)
{
	struct str value = attribute(reader, name);
	if (value.size == 0)
		return otherwise;
	struct nearest nearest = nearest_to(value);
	for (size_t i = 0; i < count; i++) {
		if (str_equal(value, str_of(words[i])))
			return i;
		nearest_offer(&nearest, words[i]);
	}
	COMPLAIN(reader, "%s=\"%.*s\" is not known%s%s%s", name, STR_PRINT(value),
		nearest.best ? "; did you mean \"" : "", nearest.best ? nearest.best : "",
		nearest.best ? "\"?" : "");
	return otherwise;
}

static bool yes_no(struct reader *reader, const char *name, bool otherwise)
{
	static const char *const words[] = {"no", "yes"};
	return choice(reader, name, words, 2, otherwise) == 1;
}

/* The text of the current element, its white space folded to single spaces, into the right language. */
static void read_text(struct reader *reader, struct phrase *phrase)
{
	struct str lang = attribute(reader, "xml:lang");
	enum language language = ENGLISH;
	if (lang.size && !language_of(lang, &language))
		COMPLAIN(reader, "xml:lang=\"%.*s\": texts are in en or ja", STR_PRINT(lang));
	struct out out = out_new(64 * KIB);
	enum xml_event event;
	while ((event = next(reader)) == XML_TEXT || event == XML_START) {
		if (event == XML_START) {
			unknown_element(reader, "text");
			continue;
		}
		struct str rest = xml_text(reader->xml), word;
		while ((word = str_word(&rest)).size) {
			if (out.size)
				out_char(&out, ' ');
			out_str(&out, word);
		}
	}
	if (out.size == 0)
		COMPLAIN(reader, "an empty text");
	if (phrase->in[language].size)
		COMPLAIN(reader, "a second text in the same language");
	phrase->in[language] = arena_copy(reader->arena, out_view(&out));
	out_free(&out);
}

/* <says> children only. */
static void read_says(struct reader *reader, struct phrase *phrase)
{
	while (child(reader)) {
		if (str_equal(xml_name(reader->xml), STR("says")))
			read_text(reader, phrase);
		else
			unknown_element(reader, "says");
	}
}

/*
 * Conditions
 */

static bool is_key_test(const struct condition *pattern, size_t test)
{
	return pattern->of->fields[pattern->tests[test].field].role == FACT_KEY;
}

static void read_test(struct reader *reader, struct condition *pattern, size_t *room,
	struct str name, struct str value)
{
	int field = fact_field_index(pattern->of, name);
	if (field < 0) {
		const char *near = vocabulary_nearest_field(pattern->of, name);
		COMPLAIN(reader, "<%s> has no field \"%.*s\"%s%s%s", pattern->of->name,
			STR_PRINT(name), near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
		return;
	}
	struct test test;
	const char *problem = NULL, *hint = NULL;
	if (!match_compile(reader->arena, pattern->of, field, value, &test, &problem, &hint)) {
		COMPLAIN(reader, "%s.%s: %s%s%s%s", pattern->of->name,
			pattern->of->fields[field].name, problem, hint ? "; did you mean \"" : "",
			hint ? hint : "", hint ? "\"?" : "");
		return;
	}
	pattern->tests =
		arena_grow(reader->arena, pattern->tests, pattern->test_count, room, sizeof test);
	pattern->tests[pattern->test_count++] = test;
	/* Key fields first: they settle of most facts that they are about something else. */
	for (size_t i = pattern->test_count - 1;
		i > 0 && is_key_test(pattern, i) && !is_key_test(pattern, i - 1); i--) {
		pattern->tests[i] = pattern->tests[i - 1];
		pattern->tests[i - 1] = test;
	}
}

static void read_pattern(struct reader *reader, struct condition *pattern)
{
	pattern->kind = CONDITION_PATTERN;
	pattern->line = xml_line(reader->xml);
	pattern->of = vocabulary_find(reader->knowledge->vocabulary, xml_name(reader->xml));
	if (!pattern->of) {
		struct str name = xml_name(reader->xml);
		const char *near = vocabulary_nearest_kind(reader->knowledge->vocabulary, name);
		COMPLAIN(reader, "there is no fact <%.*s>%s%s%s", STR_PRINT(name),
			near ? "; did you mean <"
			     : " (actdx-analyze facts INPUT shows those there are)",
			near ? near : "", near ? ">?" : "");
		skip(reader);
		return;
	}
	struct str name, value;
	size_t room = 0;
	for (int i = 0; xml_attribute_at(reader->xml, i, &name, &value); i++)
		if (!str_equal(name, STR("line"))) /* as copied from a listing of facts */
			read_test(reader, pattern, &room, name, value);
	if (child(reader)) {
		COMPLAIN(reader, "a fact has no content");
		skip(reader);
	}
}

static void read_condition(struct reader *reader, struct condition *group, struct phrase *says);

static void read_member(struct reader *reader, struct condition *group, size_t *room)
{
	struct condition condition = {0};
	bool any = str_equal(xml_name(reader->xml), STR("any"));
	if (any || str_equal(xml_name(reader->xml), STR("all"))) {
		condition.kind = any ? CONDITION_ANY : CONDITION_ALL;
		read_condition(reader, &condition, NULL);
	} else {
		read_pattern(reader, &condition);
		if (!condition.of)
			return;
	}
	group->children = arena_grow(
		reader->arena, group->children, group->child_count, room, sizeof condition);
	group->children[group->child_count++] = condition;
}

static void read_condition(struct reader *reader, struct condition *group, struct phrase *says)
{
	size_t room = 0;
	group->line = xml_line(reader->xml);
	while (child(reader)) {
		if (says && str_equal(xml_name(reader->xml), STR("says")))
			read_text(reader, says);
		else
			read_member(reader, group, &room);
	}
	if (group->child_count == 0)
		knowledge_complain(reader->knowledge, reader->file, group->line,
			"a condition without facts would always hold");
}

static void read_clause(struct reader *reader, enum side side)
{
	struct cause *cause = reader->cause;
	unsigned line = xml_line(reader->xml);
	struct clause clause = {.side = side, .condition.kind = CONDITION_ALL};
	if (attribute(reader, "strength").size == 0)
		COMPLAIN(reader, "strength=\"weak|fair|strong|decisive\" is missing");
	clause.weight =
		(enum weight)choice(reader, "strength", weight_words, WEIGHT_COUNT, WEIGHT_WEAK);
	read_condition(reader, &clause.condition, &clause.says);
	if (phrase_is_empty(&clause.says) && !cause->is_state)
		knowledge_complain(reader->knowledge, reader->file, line,
			"<says> is missing: what do these facts tell?");
	cause->clauses = arena_grow(reader->arena, cause->clauses, cause->clause_count,
		&cause->clause_room, sizeof clause);
	cause->clauses[cause->clause_count++] = clause;
}

/*
 * What is done about it
 */

/* Placeholders must name declared fields; nothing else stands in braces. */
static void check_placeholders(struct reader *reader, struct str run)
{
	for (size_t open; (open = str_find_char(run, '{')) != STR_NONE;) {
		run = str_from(run, open + 1);
		struct str field = str_cut(&run, '}'), kind = str_cut(&field, '.');
		const struct fact_kind *of = vocabulary_find(reader->knowledge->vocabulary, kind);
		if (!of || fact_field_index(of, field) < 0)
			COMPLAIN(reader, "{%.*s.%.*s} is no field of a fact", STR_PRINT(kind),
				STR_PRINT(field));
	}
}

static void read_step(struct reader *reader, enum step_kind kind)
{
	struct cause *cause = reader->cause;
	struct step step = {.kind = kind, .run = attribute(reader, "run")};
	step.where = (enum place)choice(reader, "where", place_words, PLACE_COUNT, PLACE_CLIENT);
	static const char *const needs[] = {"user", "admin"};
	step.needs_admin = choice(reader, "needs", needs, 2, step.run.size > 0) == 1;
	check_placeholders(reader, step.run);
	read_says(reader, &step.says);
	if (step.run.size == 0 && phrase_is_empty(&step.says))
		COMPLAIN(reader, "a step needs run=\"...\" or <says>");
	cause->steps = arena_grow(
		reader->arena, cause->steps, cause->step_count, &cause->step_room, sizeof step);
	cause->steps[cause->step_count++] = step;
}

static void read_fix(struct reader *reader)
{
	while (child(reader)) {
		struct str name = xml_name(reader->xml);
		if (str_equal(name, STR("step")))
			read_step(reader, STEP_FIX);
		else if (str_equal(name, STR("verify")))
			read_step(reader, STEP_VERIFY);
		else if (str_equal(name, STR("undo")))
			read_step(reader, STEP_UNDO);
		else
			unknown_element(reader, "step|verify|undo");
	}
}

static void read_phrases(struct reader *reader, struct phrases *list)
{
	struct phrase phrase = {0};
	read_says(reader, &phrase);
	list->at = arena_grow(reader->arena, list->at, list->count, &list->room, sizeof phrase);
	list->at[list->count++] = phrase;
}

/* Reports put it into markup: only characters of RFC 3986, without quotes and brackets. */
static bool is_plain_address(struct str href)
{
	for (size_t i = 0; i < href.size; i++)
		if (!char_is_alpha(href.at[i]) && !char_is_digit(href.at[i]) &&
			(href.at[i] == 0 || !strchr("-._~:/?#@!$&*+,;=%()", href.at[i])))
			return false;
	return true;
}

static void read_see(struct reader *reader)
{
	struct cause *cause = reader->cause;
	struct str href = attribute(reader, "href");
	if (!str_starts(href, STR("https://")) || !is_plain_address(href))
		COMPLAIN(reader,
			"href=\"https://...\" is missing, or holds what an address may not");
	cause->see = arena_grow(
		reader->arena, cause->see, cause->see_count, &cause->see_room, sizeof href);
	cause->see[cause->see_count++] = href;
	skip(reader);
}

static void read_part(struct reader *reader)
{
	struct cause *cause = reader->cause;
	struct str name = xml_name(reader->xml);
	if (str_equal(name, STR("title")))
		read_text(reader, &cause->title);
	else if (str_equal(name, STR("text")))
		read_text(reader, &cause->text);
	else if (str_equal(name, STR("for")))
		read_clause(reader, SIDE_FOR);
	else if (str_equal(name, STR("against")))
		read_clause(reader, SIDE_AGAINST);
	else if (str_equal(name, STR("fix")))
		read_fix(reader);
	else if (str_equal(name, STR("avoid")))
		read_phrases(reader, &cause->avoid);
	else if (str_equal(name, STR("prevent")))
		read_phrases(reader, &cause->prevent);
	else if (str_equal(name, STR("see")))
		read_see(reader);
	else
		unknown_element(reader, "title|text|for|against|fix|avoid|prevent|see");
}

static bool is_slug(struct str id)
{
	for (size_t i = 0; i < id.size; i++)
		if (!char_is_digit(id.at[i]) && id.at[i] != '-' &&
			(!char_is_alpha(id.at[i]) || char_lower(id.at[i]) != id.at[i]))
			return false;
	return id.size > 0 && id.size <= 64;
}

static void read_head(struct reader *reader)
{
	struct cause *cause = reader->cause;
	cause->line = xml_line(reader->xml);
	cause->is_state = str_equal(xml_name(reader->xml), STR("state"));
	cause->id = attribute(reader, "id");
	cause->is_practice = str_starts(cause->id, STR("practice-"));
	cause->explains_text = attribute(reader, "explains");
	cause->never_root = !yes_no(reader, "primary", true);
	if (!is_slug(cause->id))
		COMPLAIN(reader, "id=\"...\" must be lower-case letters, digits and '-'");
	struct str name, value;
	for (int i = 0; xml_attribute_at(reader->xml, i, &name, &value); i++)
		if (!str_in_list(name, "id|explains|primary"))
			COMPLAIN(reader,
				"attribute \"%.*s\" is not known; allowed are id, explains, primary",
				STR_PRINT(name));
}

static void check_whole(struct reader *reader)
{
	const struct cause *cause = reader->cause;
	bool has_for = false, has_fix = false;
	for (size_t i = 0; i < cause->clause_count; i++)
		has_for |= cause->clauses[i].side == SIDE_FOR;
	for (size_t i = 0; i < cause->step_count; i++)
		has_fix |= cause->steps[i].kind == STEP_FIX;
	if (phrase_is_empty(&cause->title))
		knowledge_complain(
			reader->knowledge, reader->file, cause->line, "<title> is missing");
	if (!has_for)
		knowledge_complain(reader->knowledge, reader->file, cause->line,
			"<for> is missing: nothing could ever show this");
	if (!has_fix && !cause->is_state)
		knowledge_complain(
			reader->knowledge, reader->file, cause->line, "<fix> has no <step>");
}

struct cause *cause_read(struct knowledge *knowledge, const char *file, struct str utf8)
{
	struct arena *arena = knowledge->arena;
	struct reader reader = {
		.knowledge = knowledge,
		.arena = arena,
		.xml = xml_open(arena, utf8),
		.file = file,
		.cause = arena_alloc(arena, sizeof *reader.cause),
	};
	reader.cause->file = file;
	struct cause *cause = NULL;
	size_t problems = knowledge->problem_count;
	if (child(&reader)) {
		if (str_in_list(xml_name(reader.xml), "cause|state")) {
			cause = reader.cause;
			read_head(&reader);
			while (child(&reader))
				read_part(&reader);
			if (!reader.broken)
				check_whole(&reader);
		} else {
			unknown_element(&reader, "cause|state");
		}
	}
	xml_free(reader.xml);
	return knowledge->problem_count == problems ? cause : NULL;
}
