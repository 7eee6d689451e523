/*
 * Whether the KMS hosts that this machine would contact can be reached: all of them taken together.
 */
#include "derive.h"

static const struct fact_kind kms_path = {
	.name = "kms-path",
	.says = "whether the KMS hosts that this machine would contact can be reached",
	.fields =
		{
			{"result", FACT_WORD, "all, some or none of those that were tried",
				"open|partly|closed"},
			{"use", FACT_WORD,
				"how surely the machine would contact those hosts, as in kms-target",
				"certain|likely|possible"},
			{"how", FACT_WORD, "how those that failed did; mixed: not all alike",
				"refused|timeout|unresolved|failed|mixed"},
			{"tried", FACT_NUMBER, "hosts tried"},
			{0},
		},
};

/* What a connection came to, with the line that tells; a name without an address needs no
 * attempt, unless the hosts file gives one. */
static bool outcome(const struct fact *target, struct str *word, const struct line **line)
{
	const struct fact_value *path = fact_get(target, "path");
	bool nameless =
		fact_is(target, "resolves", "no") && !fact_is_set(target, "hosts-file-address");
	*word = path->set ? path->text : STR("unresolved");
	*line = path->set ? path->line : fact_get(target, "resolves")->line;
	return path->set || nameless;
}

/* A remembered host is tried first, and so belongs to those that are announced. */
static bool path_of_use(struct view *view, const char *use)
{
	int64_t open = 0, closed = 0;
	bool any = false;
	struct str how = STR(""), word;
	const struct line *good = NULL, *bad = NULL, *line;
	FOR_EACH_FACT (target, view_kind(view, "kms-target")) {
		bool counts = fact_is(target, "use", use);
		if ((!counts && !fact_is(target, "use", "possible")) ||
			!outcome(target, &word, &line))
			continue;
		any |= counts;
		if (str_equal(word, STR("connected"))) {
			open++;
			good = line;
			continue;
		}
		how = closed == 0 || str_equal(how, word) ? word : STR("mixed");
		closed++;
		bad = line;
	}
	if (!any)
		return false;
	struct fact *fact = view_add(view, &kms_path, bad ? bad : good);
	view_put(view, fact, NULL, "result",
		!closed        ? STR("open")
			: open ? STR("partly")
			       : STR("closed"));
	view_put(view, fact, NULL, "use", str_of(use));
	if (closed)
		view_put(view, fact, NULL, "how", how);
	view_put_number(view, fact, NULL, "tried", open + closed);
	return true;
}

/* Hosts that the machine would pass over say nothing, those it might contact only when no other
 * was tried. */
static void derive_path(struct view *view)
{
	if (!path_of_use(view, "certain") && !path_of_use(view, "likely"))
		(void)path_of_use(view, "possible");
}
const struct derivation derive_kms_path = {&kms_path, derive_path};

static const struct fact_kind kms_names = {
	.name = "kms-names",
	.says = "whether the KMS hosts that this machine would contact have addresses",
	.fields = {{"result", FACT_WORD, "all, some or none of those that were looked up",
			   "all|some|none"},
		{0}},
};

static void derive_names(struct view *view)
{
	const struct line *good = NULL, *bad = NULL, *line;
	struct str word;
	FOR_EACH_FACT (target, view_kind(view, "kms-target")) {
		if (!fact_is(target, "use", "certain") && !fact_is(target, "use", "likely"))
			continue;
		if (outcome(target, &word, &line))
			*(str_equal(word, STR("unresolved")) ? &bad : &good) = line;
		else if (fact_is(target, "resolves", "yes"))
			good = fact_get(target, "resolves")->line;
	}
	if (good || bad)
		view_put(view, view_add(view, &kms_names, bad ? bad : good), NULL, "result",
			!bad           ? STR("all")
				: good ? STR("some")
				       : STR("none"));
}
const struct derivation derive_kms_names = {&kms_names, derive_names};
