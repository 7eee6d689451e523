/*
 * The languages of reports.
 *
 * Texts of causes carry their languages with them (xml:lang); the report's own words stand in messages.def.
 * What has no Japanese text is shown in English rather than not at all.
 */
#ifndef ACTDX_LANGUAGE_H
#define ACTDX_LANGUAGE_H

#include "base/str.h"

enum language { ENGLISH, JAPANESE, LANGUAGE_COUNT };

extern const char
	*const language_codes[LANGUAGE_COUNT]; /* "en", "ja": for xml:lang, lang="", --lang */

/* False when `code` is none of ours; a region is not looked at ("ja-JP" is Japanese). */
bool language_of(struct str code, enum language *language);

/* One text in every language it was written in. */
struct phrase {
	struct str in[LANGUAGE_COUNT];
};

struct str phrase_in(const struct phrase *phrase, enum language language);
bool phrase_is_empty(const struct phrase *phrase);

/* The report's own words. */
enum message {
#define MESSAGE(id, en, ja) MESSAGE_##id,
#include "messages.def"
#undef MESSAGE
	MESSAGE_COUNT
};

const char *message(enum message id, enum language language);

struct arena;

/* Why something was not read, an English phrase of problems.def or several joined by "; ", in the language. What the table
 * does not have, such as a message of the system, stays as it is. In the arena, or `english` itself. */
struct str problem_in(struct arena *arena, struct str english, enum language language);

#endif
