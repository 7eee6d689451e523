/*
 * slmgr.ini: the words slmgr.vbs uses in one language (slmgr-format, S1).
 *
 * Windows keeps one per language, System32\slmgr\0411\slmgr.ini, as UTF-16LE; each line is
 * key="value", split at the first '='. With the machine's own file the slmgr parser needs no table
 * of translations. Help texts (L_opt..., L_Param...) are never part of a result and are left out.
 */
#include "slmgr.h"

const struct fact_kind kind_slmgr_label = {
	.name = "slmgr-label",
	.says = "a label or sentence that slmgr.vbs prints, in this machine's language",
	.fields =
		{
			{"key", FACT_TEXT, "resource key, L_MsgProductName", NULL, FACT_KEY},
			{"text", FACT_TEXT, "what slmgr prints for it"},
			{0},
		},
};

/* L_MsgProductName="Name: " */
static bool label_line(struct str text, struct str *key, struct str *value)
{
	text = str_trim(text);
	size_t equal = str_find_char(text, '=');
	if (!str_starts_nocase(text, STR("L_")) || equal == STR_NONE || equal > 64)
		return false;
	*key = str_trim(str_slice(text, 0, equal));
	*value = str_trim(str_from(text, equal + 1));
	for (size_t i = 0; i < key->size; i++)
		if (!char_is_alpha(key->at[i]) && !char_is_digit(key->at[i]) && key->at[i] != '_')
			return false;
	if (value->size < 2 || !str_starts(*value, STR("\"")) || !str_ends(*value, STR("\"")))
		return false;
	*value = str_slice(*value, 1, value->size - 1);
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str key, value;
	return label_line(lines_text(lines, i), &key, &value);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	for (size_t i = 0; i < evidence->lines.count; i++) {
		const struct line *line = &evidence->lines.at[i];
		struct str key, value;
		if (!label_line(line->text, &key, &value) || !str_starts_nocase(key, STR("L_Msg")))
			continue;
		struct fact *fact = fact_add(facts, &kind_slmgr_label, line);
		fact_put(facts, fact, NULL, "key", key);
		fact_put(facts, fact, NULL, "text", value);
	}
}

static const struct fact_kind *const kinds[] = {&kind_slmgr_label, NULL};

const struct parser parser_slmgr_ini = {
	.name = "slmgr_ini",
	.says = "slmgr.ini, the words slmgr.vbs uses in one language",
	.source = "slmgr",
	.commands = "slmgr.ini",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
