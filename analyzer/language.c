#include "language.h"

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
