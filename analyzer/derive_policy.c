/*
 * Settings that come back: what somebody cleared, and something else wrote again.
 *
 * A group policy preference, a deployment task or a logon script writes the same registry values
 * that slmgr /skms does, so nothing in the registry tells who wrote them. A value that is listed
 * below a successful /ckms, in the same session, was written in between.
 */
#include "derive.h"

#include "kinds.h"

static const struct fact_kind kms_rewritten = {
	.name = "kms-rewritten",
	.says = "a fixed KMS host that was there again after it had been cleared",
	.fields = {{"host", FACT_NAME, "the host", NULL, FACT_KEY}, {0}},
};

static bool is_below(const struct line *line, const struct line *other)
{
	return line && other && line->origin && other->origin &&
		line->origin->member == other->origin->member && line->number > other->number;
}

/* Was a host set by hand between the two? */
static bool was_set_between(
	const struct view *view, const struct line *cleared, const struct line *listed)
{
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result))
		if (fact_is(result, "verb", "skms") && is_below(result->line, cleared) &&
			is_below(listed, result->line))
			return true;
	return false;
}

/* Sub-keys of an application or SKU are not cleared by /ckms: those prove nothing. */
static void look_below(struct view *view, const struct line *cleared)
{
	FOR_EACH_FACT (setting, view_kind(view, "kms-setting")) {
		if (!(fact_is(setting, "level", "root") || fact_is(setting, "level", "policy")) ||
			!is_below(setting->line, cleared) ||
			was_set_between(view, cleared, setting->line) ||
			view_is_full(view, &kms_rewritten))
			continue;
		struct fact *fact = view_add(view, &kms_rewritten, setting->line);
		view_copy(view, fact, "host", setting, "host");
	}
}

static void derive_rewritten(struct view *view)
{
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result))
		if (fact_is(result, "verb", "ckms") && fact_is(result, "result", "success")) {
			look_below(view, result->line);
			return;
		}
}
const struct derivation derive_kms_rewritten = {&kms_rewritten, derive_rewritten};
