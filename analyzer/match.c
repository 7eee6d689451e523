#include "match.h"

#include "base/nearest.h"

#include <string.h>

/*
 * Compiling
 */

static bool class_of(struct str word, enum address_class *class)
{
	static const char *const words[] = {
		[ADDRESS_PUBLIC] = "@public",
		[ADDRESS_PRIVATE] = "@private",
		[ADDRESS_LOOPBACK] = "@loopback",
		[ADDRESS_LINK_LOCAL] = "@link-local",
		[ADDRESS_UNSPECIFIED] = "@unspecified",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_equal(word, str_of(words[i]))) {
			*class = (enum address_class)i;
			return true;
		}
	return false;
}

static bool is_counted(enum fact_type type)
{
	return type == FACT_NUMBER || type == FACT_CODE || type == FACT_TIME;
}

static bool range_end(struct arena *arena, const struct fact_field *field, struct str text,
	int64_t otherwise, int64_t *end)
{
	struct fact_value value = {0};
	*end = otherwise;
	if (str_is_blank(text))
		return true;
	if (!fact_convert(arena, field, text, &value))
		return false;
	*end = value.number;
	return true;
}

static bool compile_range(
	struct arena *arena, const struct fact_field *field, struct str text, struct term *term)
{
	size_t dots = str_find(text, STR(".."));
	term->how = TERM_RANGE;
	return range_end(arena, field, str_slice(text, 0, dots), INT64_MIN, &term->low) &&
		range_end(arena, field, str_from(text, dots + 2), INT64_MAX, &term->high) &&
		term->low <= term->high;
}

static const char *nearest_word(
	const struct fact_field *field, struct str text, struct arena *arena)
{
	struct nearest nearest = nearest_to(text);
	for (struct str rest = str_of(field->words); rest.size;)
		nearest_offer(&nearest, arena_copy(arena, str_cut(&rest, '|')).at);
	return nearest.best;
}

static const char *type_phrase(enum fact_type type)
{
	switch (type) {
	case FACT_NUMBER:
		return "is not a number or a range lo..hi";
	case FACT_CODE:
		return "is not an error code such as 0xC004F074";
	case FACT_GUID:
		return "is not a GUID";
	case FACT_FLAG:
		return "is neither yes nor no";
	case FACT_ADDRESS:
		return "is not an address or a class such as @private";
	case FACT_TIME:
		return "is not a time such as 2026-11-25T09:15:00Z";
	case FACT_WORD:
		return "is not one of the words of this field";
	case FACT_TEXT:
	case FACT_NAME:
		break;
	}
	return "is empty";
}

static bool compile_term(
	struct arena *arena, const struct fact_field *field, struct str text, struct term *term)
{
	struct fact_value value = {0};
	if (str_equal(text, STR("*"))) {
		*term = (struct term){.how = TERM_GLOB, .text = text};
		return true;
	}
	if (is_counted(field->type) && str_has(text, STR("..")))
		return compile_range(arena, field, text, term);
	if (field->type == FACT_ADDRESS && str_starts(text, STR("@"))) {
		term->how = TERM_CLASS;
		return class_of(text, &term->class);
	}
	if ((field->type == FACT_TEXT || field->type == FACT_NAME) && str_has(text, STR("*"))) {
		*term = (struct term){.how = TERM_GLOB, .text = arena_copy(arena, text)};
		return true;
	}
	if (!fact_convert(arena, field, text, &value))
		return false;
	*term = (struct term){
		.how = TERM_EQUAL, .text = value.text, .low = value.number, .high = value.number};
	return true;
}

bool match_compile(struct arena *arena, const struct fact_kind *kind, int field, struct str text,
	struct test *test, const char **problem, const char **hint)
{
	const struct fact_field *declared = &kind->fields[field];
	size_t room = 0;
	*test = (struct test){.field = field};
	*hint = NULL;
	text = str_trim(text);
	if (str_starts(text, STR("!"))) {
		test->negated = true;
		text = str_trim(str_from(text, 1));
	}
	for (bool more = true; more;) {
		more = str_find_char(text, '|') != STR_NONE;
		struct str part = str_trim(str_cut(&text, '|'));
		struct term term = {0};
		if (part.size == 0 || !compile_term(arena, declared, part, &term)) {
			*problem = arena_format(arena, "\"%.*s\" %s", STR_PRINT(part),
				part.size ? type_phrase(declared->type) : "is empty");
			if (declared->type == FACT_WORD)
				*hint = nearest_word(declared, part, arena);
			return false;
		}
		test->terms = arena_grow(arena, test->terms, test->count, &room, sizeof term);
		test->terms[test->count++] = term;
	}
	return true;
}

/*
 * Matching
 */

/* '*' stands for any run of characters. Linear: after a '*' the next piece is taken where it first
 * occurs, which is always right for this kind of pattern. */
static bool glob(struct str pattern, struct str text)
{
	bool anchored = true;
	while (pattern.size) {
		size_t star = str_find_char(pattern, '*');
		struct str piece = str_slice(pattern, 0, star);
		bool last = star == STR_NONE;
		if (last && !anchored)
			return str_ends_nocase(text, piece);
		size_t at = anchored ? (str_starts_nocase(text, piece) ? 0 : STR_NONE)
				     : str_find_nocase(text, piece);
		if (at == STR_NONE)
			return false;
		text = str_from(text, at + piece.size);
		if (last)
			return text.size == 0;
		pattern = str_from(pattern, star + 1);
		anchored = false;
	}
	return !anchored || text.size == 0;
}

static bool match_term(
	const struct fact_field *field, const struct term *term, const struct fact_value *value)
{
	struct address address;
	switch (term->how) {
	case TERM_GLOB:
		return glob(term->text, value->text);
	case TERM_RANGE:
		return value->number >= term->low && value->number <= term->high;
	case TERM_CLASS:
		return scan_address(value->text, &address) &&
			address_class(&address) == term->class;
	case TERM_EQUAL:
		break;
	}
	return is_counted(field->type) ? value->number == term->low
				       : str_equal_nocase(value->text, term->text);
}

/* Unset is neither equal nor different. */
static bool match_test(const struct test *test, const struct fact *fact)
{
	const struct fact_field *field = &fact->kind->fields[test->field];
	const struct fact_value *value = &fact->values[test->field];
	if (!value->set)
		return false;
	for (size_t i = 0; i < test->count; i++)
		if (match_term(field, &test->terms[i], value))
			return !test->negated;
	return test->negated;
}

/* What one fact says to a pattern. About another thing, or without all the fields that are asked for, it says
 * nothing. */
static enum answer compare(const struct condition *pattern, const struct fact *fact)
{
	enum answer answer = ANSWER_YES;
	for (size_t i = 0; i < pattern->test_count; i++) {
		const struct test *test = &pattern->tests[i];
		if (!fact->values[test->field].set)
			return ANSWER_UNCHECKED;
		if (match_test(test, fact))
			continue;
		if (fact->kind->fields[test->field].role == FACT_KEY)
			return ANSWER_UNCHECKED;
		answer = ANSWER_NO;
	}
	return answer;
}

bool match_fact(const struct condition *pattern, const struct fact *fact)
{
	return compare(pattern, fact) == ANSWER_YES;
}

/* Sources of the lines that the tested fields, and the fact itself, were read from. */
static source_set sources_of_match(
	const struct sources *sources, const struct condition *pattern, const struct fact *fact)
{
	source_set set = sources_of_line(sources, fact->line);
	for (size_t i = 0; i < pattern->test_count; i++)
		set |= sources_of_line(sources, fact->values[pattern->tests[i].field].line);
	return set;
}

static void note(struct judgement *verdict, const struct fact *fact,
	const struct condition *pattern, source_set sources)
{
	/* Several facts that say the same make the answer as sure as the fewest sources among them: the
	 * answer falls only when all of them do. The first one stands for the sources. */
	if (verdict->count == 0)
		verdict->sources = sources;
	if (verdict->count < MATCHED_MAX)
		verdict->at[verdict->count++] = (struct matched){fact, pattern};
}

static struct judgement match_pattern(const struct condition *pattern, const struct view *view)
{
	struct judgement yes = {.answer = ANSWER_YES}, no = {.answer = ANSWER_NO};
	const struct bucket *bucket = &view->kinds[vocabulary_index(view->vocabulary, pattern->of)];
	for (size_t i = 0; i < bucket->count; i++) {
		const struct fact *fact = bucket->at[i];
		enum answer answer = compare(pattern, fact);
		if (answer != ANSWER_UNCHECKED)
			note(answer == ANSWER_YES ? &yes : &no, fact, pattern,
				sources_of_match(view->sources, pattern, fact));
	}
	if (yes.count)
		return yes;
	if (no.count)
		return no;
	return (struct judgement){.answer = ANSWER_UNCHECKED};
}

static void merge(struct judgement *into, const struct judgement *from)
{
	for (size_t i = 0; i < from->count && into->count < MATCHED_MAX; i++)
		into->at[into->count++] = from->at[i];
	into->sources |= from->sources;
}

/* ALL: one NO decides, else one UNCHECKED. ANY: one YES decides, else one UNCHECKED. */
static struct judgement match_group(const struct condition *group, const struct view *view)
{
	bool all = group->kind == CONDITION_ALL;
	enum answer deciding = all ? ANSWER_NO : ANSWER_YES;
	struct judgement verdict = {.answer = all ? ANSWER_YES : ANSWER_NO};
	for (size_t i = 0; i < group->child_count; i++) {
		struct judgement child = match(&group->children[i], view);
		if (child.answer == deciding)
			return child;
		if (child.answer == ANSWER_UNCHECKED)
			verdict.answer = ANSWER_UNCHECKED;
		merge(&verdict, &child);
	}
	return verdict;
}

struct judgement match(const struct condition *condition, const struct view *view)
{
	return condition->kind == CONDITION_PATTERN ? match_pattern(condition, view)
						    : match_group(condition, view);
}
