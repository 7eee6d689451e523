#include "words.h"

static const struct {
	const char *en, *ja;
} words[WORD_COUNT] = {
#define WORD(id, en, ja) [WORD_##id] = {en, ja},
#include "words.def"
#undef WORD
};

const char *word_in(enum word id, bool in_japanese)
{
	return in_japanese ? words[id].ja : words[id].en;
}

void word_put(
	struct out *out, enum word id, bool in_japanese, const char *first, const char *second)
{
	struct str rest = str_of(word_in(id, in_japanese));
	while (rest.size) {
		size_t percent = str_find_char(rest, '%');
		out_str(out, str_slice(rest, 0, percent));
		if (percent == STR_NONE)
			return;
		rest = str_from(rest, percent + 1);
		if (str_starts(rest, STR("1")) && first)
			out_text(out, first);
		else if (str_starts(rest, STR("2")) && second)
			out_text(out, second);
		rest = str_from(rest, 1);
	}
}
