/*
 * The installed key beside the installed edition of Windows.
 */
#include "derive.h"

#include "editions.h"

static const struct fact_kind edition_key = {
	.name = "edition-key",
	.says = "the installed key beside the installed edition",
	.fields =
		{
			{"edition", FACT_NAME,
				"EditionID of the system: Professional, ServerStandard"},
			{"key-edition", FACT_NAME, "edition that the key is for"},
			{"matches", FACT_FLAG, "both are the same"},
			{"key", FACT_WORD,
				"what is known about the key by its last five characters: a published KMS client setup "
				"key, a generic key that setup installs, or neither",
				"kms-client-setup|generic-retail|other"},
			{0},
		},
};

/* The edition the system says it is, with the line that says so. */
static const struct line *system_edition(const struct view *view, struct str *edition)
{
	FOR_EACH_FACT (value, view_kind(view, "registry-value"))
		if (fact_is(value, "name", "EditionID") &&
			fact_is(value, "leaf", "CurrentVersion") && fact_text(value, "data").size) {
			*edition = fact_text(value, "data");
			return fact_get(value, "data")->line;
		}
	FOR_EACH_FACT (system, view_kind(view, "system"))
		if (edition_of_os_name(fact_text(system, "os-name"), edition))
			return fact_get(system, "os-name")->line;
	return NULL;
}

static void derive_edition_key_facts(struct view *view)
{
	struct str edition = STR(""), key_edition;
	const struct line *line = system_edition(view, &edition);
	FOR_EACH_FACT (target, view_kind(view, "licence-target")) {
		const struct fact_value *partial = fact_get(target, "partial-key");
		if (!fact_is(target, "app", "windows") || !partial->set)
			continue;
		struct fact *fact = view_add(view, &edition_key, partial->line);
		view_put(view, fact, NULL, "key", str_of(key_word(partial->text)));
		if (line)
			view_put(view, fact, line, "edition", edition);
		if (!edition_of_product(fact_text(target, "product"), &key_edition))
			continue;
		const struct line *product = fact_get(target, "product")->line;
		view_put(view, fact, product, "key-edition", key_edition);
		if (line)
			view_put(view, fact, line, "matches",
				str_equal_nocase(edition, key_edition) ? STR("yes") : STR("no"));
	}
}
const struct derivation derive_edition_key = {&edition_key, derive_edition_key_facts};
