#include "language.h"

#include "base/arena.h"
#include "base/scan.h"

const char *const language_codes[LANGUAGE_COUNT] = {"en", "ja"};

static const char *const messages[MESSAGE_COUNT][LANGUAGE_COUNT] = {
#define MESSAGE(id, en, ja) [MESSAGE_##id] = {en, ja},
#include "messages.def"
#undef MESSAGE
};

bool language_of(struct str code, enum language *language)
{
	struct str primary = str_cut(&code, '-');
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		if (str_equal_nocase(primary, str_of(language_codes[i]))) {
			*language = (enum language)i;
			return true;
		}
	return false;
}

struct str phrase_in(const struct phrase *phrase, enum language language)
{
	return phrase->in[language].size ? phrase->in[language] : phrase->in[ENGLISH];
}

bool phrase_is_empty(const struct phrase *phrase)
{
	return phrase->in[ENGLISH].size == 0;
}

const char *message(enum message id, enum language language)
{
	return messages[id][language];
}

/*
 * Problems
 */

static const struct {
	struct str in[LANGUAGE_COUNT];
} problems[] = {
#define PROBLEM(en, ja) {{STR_INIT(en), STR_INIT(ja)}},
#include "problems.def"
#undef PROBLEM
};

static struct str known_problem(struct str english, enum language language)
{
	for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
		if (str_equal(problems[i].in[ENGLISH], english))
			return problems[i].in[language];
	return STR("");
}

/* "line 12: WHAT", and "7 unreadable characters, read as utf-8"; empty when it is neither. */
static struct str with_number(struct arena *arena, struct str text)
{
	struct str rest = text;
	int64_t number;
	if (str_starts(text, STR("line "))) {
		struct str digits = str_from(text, 5);
		struct str line = str_cut(&digits, ':');
		struct str what = problem_in(arena, str_trim(digits), JAPANESE);
		if (scan_number(line, &number))
			return str_of(arena_format(
				arena, "%.*s 行目: %.*s", STR_PRINT(line), STR_PRINT(what)));
	}
	struct str count = str_word(&rest);
	const struct str unreadable = STR("unreadable characters, read as ");
	if (scan_number(count, &number) && str_starts(str_trim(rest), unreadable)) {
		struct str encoding = str_from(str_trim(rest), unreadable.size);
		return str_of(arena_format(arena, "読み取れない文字 %.*s 個 (%.*s として読み取り)",
			STR_PRINT(count), STR_PRINT(encoding)));
	}
	return STR("");
}

/* Where the first of several phrases ends: the longest that is known, for some hold a "; " themselves. */
static size_t first_end(struct str text, enum language language)
{
	size_t end = STR_NONE;
	for (size_t at = 0; at + 1 < text.size; at++)
		if (text.at[at] == ';' && text.at[at + 1] == ' ' &&
			(end == STR_NONE || known_problem(str_slice(text, 0, at), language).size))
			end = at;
	return end;
}

struct str problem_in(struct arena *arena, struct str english, enum language language)
{
	struct str known = known_problem(english, language);
	if (known.size || language != JAPANESE)
		return known.size ? known : english;
	struct str numbered = with_number(arena, english);
	size_t at = first_end(english, language);
	if (numbered.size || at == STR_NONE)
		return numbered.size ? numbered : english;
	struct str first = problem_in(arena, str_slice(english, 0, at), language);
	struct str second = problem_in(arena, str_from(english, at + 2), language);
	return str_of(arena_format(arena, "%.*s。%.*s", STR_PRINT(first), STR_PRINT(second)));
}
