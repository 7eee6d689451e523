/*
 * Causes in a report: what speaks for and against each, what was ruled out, and what is done about them.
 */
#include "doc_parts.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* see SAY */

/* What goes on for pages is counted instead. The JSON holds everything. */
#define SHOWN_UNCHECKED 4
#define SHOWN_RULED_OUT 12

/* Which way a claim speaks, and how much it is worth. */
static struct part *add_claim(struct doc_writer *w, const struct claim *claim, const char *class)
{
	static const enum message weights[WEIGHT_COUNT] = {MESSAGE_WEIGHT_WEAK, MESSAGE_WEIGHT_FAIR,
		MESSAGE_WEIGHT_STRONG, MESSAGE_WEIGHT_DECISIVE};
	struct part *part = doc_add(w, PART_CLAIM, doc_phrase(w, &claim->clause->says));
	part->class = class;
	part->detail = doc_words(w, weights[claim->clause->weight]);
	return part;
}

static void add_claims(struct doc_writer *w, const struct finding *finding)
{
	static const struct {
		enum side side;
		const char *class;
	} sides[] = {{SIDE_FOR, "for"}, {SIDE_AGAINST, "against"}};
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < finding->claim_count; i++) {
			const struct claim *claim = &finding->claims[i];
			if (claim->answer != ANSWER_YES || claim->clause->side != sides[s].side)
				continue;
			add_claim(w, claim, sides[s].class);
			doc_cite_all(w, &claim->cited);
		}
}

/* What nobody looked at yet, strongest first. */
static void add_unchecked(struct doc_writer *w, const struct finding *finding)
{
	size_t seen = 0;
	for (int weight = WEIGHT_DECISIVE; weight >= WEIGHT_WEAK; weight--)
		for (size_t i = 0; i < finding->claim_count; i++) {
			const struct claim *claim = &finding->claims[i];
			if (claim->answer != ANSWER_UNCHECKED ||
				(int)claim->clause->weight != weight)
				continue;
			if (seen++ < SHOWN_UNCHECKED)
				add_claim(w, claim, "unchecked");
		}
	if (seen > SHOWN_UNCHECKED)
		doc_add(w, PART_NOTE, SAY(w, UNCHECKED_MORE, seen - SHOWN_UNCHECKED));
}

static void add_evidence(struct doc_writer *w, const struct finding *finding)
{
	add_claims(w, finding);
	add_unchecked(w, finding);
}

static void add_chain(struct doc_writer *w, const struct finding *finding)
{
	doc_add(w, PART_LINK, doc_phrase(w, &finding->cause->title))->class = "seen";
	for (size_t i = 0; i < finding->chain_count; i++) {
		const struct link *link = &finding->chain[i];
		struct str title = doc_phrase(w, &link->cause->title);
		doc_add(w, PART_LINK, link->observed ? title : SAY(w, NOT_SEEN, STR_PRINT(title)))
			->class
			= link->observed ? "seen" : "unseen";
	}
}

static struct str title_with_band(const struct doc_writer *w, const struct finding *finding)
{
	static const enum message bands[] = {
		MESSAGE_BAND_WEAK, MESSAGE_BAND_WEAK, MESSAGE_BAND_FAIR, MESSAGE_BAND_STRONG};
	struct str title = doc_phrase(w, &finding->cause->title);
	if (!finding->strength)
		return title;
	return str_of(arena_format(w->doc.arena, "%.*s (%s)", STR_PRINT(title),
		message(bands[finding->strength], w->doc.language)));
}

static void add_step(struct doc_writer *w, const struct filled_step *filled)
{
	static const enum message places[PLACE_COUNT] = {MESSAGE_PLACE_CLIENT,
		MESSAGE_PLACE_KMS_HOST, MESSAGE_PLACE_DNS, MESSAGE_PLACE_DOMAIN,
		MESSAGE_PLACE_NETWORK};
	const struct step *step = filled->step;
	struct part *part = doc_add(w, PART_STEP, doc_phrase(w, &step->says));
	struct str where = doc_words(w, places[step->where]);
	part->detail = step->needs_admin
		? str_of(arena_format(w->doc.arena, "%.*s%s%s", STR_PRINT(where),
			  w->doc.language == JAPANESE ? "、" : ", ",
			  message(MESSAGE_NEEDS_ADMIN, w->doc.language)))
		: where;
	if (filled->run.size)
		doc_add(w, PART_COMMAND, filled->run);
	if (filled->unrecorded)
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_UNRECORDED));
}

size_t doc_steps(
	struct doc_writer *w, const struct finding *finding, enum step_kind kind, size_t shown)
{
	size_t seen = 0;
	for (size_t i = 0; i < finding->step_count; i++)
		if (finding->steps[i].step->kind == kind && seen++ < shown)
			add_step(w, &finding->steps[i]);
	return seen;
}

static bool has_steps(const struct finding *finding, enum step_kind kind)
{
	for (size_t i = 0; i < finding->step_count; i++)
		if (finding->steps[i].step->kind == kind)
			return true;
	return false;
}

static void add_steps(struct doc_writer *w, const struct finding *finding, enum step_kind kind,
	enum message title)
{
	if (!has_steps(finding, kind))
		return;
	doc_topic(w, title);
	doc_steps(w, finding, kind, SIZE_MAX);
}

static void add_phrases(struct doc_writer *w, const struct phrases *phrases, enum message title)
{
	if (phrases->count)
		doc_topic(w, title);
	for (size_t i = 0; i < phrases->count; i++)
		doc_add(w, PART_BULLET, doc_phrase(w, &phrases->at[i]));
}

static struct part *add_head(struct doc_writer *w, const struct finding *finding)
{
	struct part *part = doc_add(w, PART_FINDING, title_with_band(w, finding));
	part->detail = finding->cause->id;
	part->class = role_words[finding->role];
	return part;
}

void doc_root(struct doc_writer *w)
{
	const struct finding *root = diagnosis_first(w->from, ROLE_ROOT);
	if (!root)
		return;
	if (root->chain_count) {
		doc_section(w, MESSAGE_SECTION_CHAIN, "chain");
		add_chain(w, root);
	}
	doc_section(w, MESSAGE_SECTION_ROOT, "root");
	add_head(w, root);
	add_evidence(w, root);
}

/* Causes beside the root; their tables are folded away. */
static void add_finding(struct doc_writer *w, const struct finding *finding)
{
	add_head(w, finding);
	if (!phrase_is_empty(&finding->cause->text))
		doc_add(w, PART_TEXT, doc_phrase(w, &finding->cause->text));
	if (finding->claim_count == 0)
		return;
	doc_fold(w, doc_words(w, MESSAGE_SECTION_EVIDENCE));
	add_evidence(w, finding);
	doc_unfold(w);
}

void doc_findings(struct doc_writer *w, enum role role, enum message title, size_t shown)
{
	size_t seen = 0;
	for (size_t i = 0; i < w->from->finding_count; i++) {
		if (w->from->findings[i].role != role || seen++ >= shown)
			continue;
		if (seen == 1)
			doc_section(w, title, role_words[role]);
		add_finding(w, &w->from->findings[i]);
	}
}

/* Of a cause that is not it, one line says why; the strongest reason will do. */
static const struct claim *reason_against(const struct finding *finding)
{
	const struct claim *best = NULL;
	for (size_t i = 0; i < finding->claim_count; i++) {
		const struct claim *claim = &finding->claims[i];
		if (claim->answer == ANSWER_YES && claim->clause->side == SIDE_AGAINST &&
			(!best || claim->clause->weight > best->clause->weight))
			best = claim;
	}
	return best;
}

/* Was it ever in question: would it explain the same, or does something speak for it? */
static bool was_in_question(const struct finding *finding)
{
	bool supported = finding->rival;
	for (size_t i = 0; i < finding->claim_count; i++)
		supported |= finding->claims[i].answer == ANSWER_YES &&
			finding->claims[i].clause->side == SIDE_FOR;
	return supported;
}

static void add_one_ruled_out(
	struct doc_writer *w, const struct finding *finding, const struct claim *reason)
{
	struct part *part = doc_add(w, PART_RULED_OUT, doc_phrase(w, &finding->cause->title));
	part->detail = doc_phrase(w, &reason->clause->says);
	if (reason->cited.count)
		doc_cite(w, &reason->cited.at[0]);
}

void doc_ruled_out(struct doc_writer *w)
{
	size_t seen = 0, shown = 0;
	for (size_t i = 0; i < w->from->finding_count; i++) {
		const struct finding *finding = &w->from->findings[i];
		const struct claim *reason = reason_against(finding);
		if (finding->role != ROLE_RULED_OUT || !reason)
			continue;
		seen++;
		if (!was_in_question(finding) || shown == SHOWN_RULED_OUT)
			continue;
		if (shown++ == 0)
			doc_section(w, MESSAGE_SECTION_RULED_OUT, "ruled-out");
		add_one_ruled_out(w, finding, reason);
	}
	if (shown && seen > shown)
		doc_add(w, PART_NOTE, SAY(w, MORE_RULED_OUT, seen - shown));
}

static void add_plan(struct doc_writer *w, const struct finding *finding)
{
	const struct cause *cause = finding->cause;
	doc_add(w, PART_FINDING, doc_phrase(w, &cause->title))->detail = cause->id;
	add_steps(w, finding, STEP_FIX, MESSAGE_SECTION_FIX);
	add_phrases(w, &cause->avoid, MESSAGE_SECTION_AVOID);
	/* What never is a root cause is mended with it; its own steps are all that is worth the room. */
	if (finding->role == ROLE_CONTRIBUTING && cause->never_root)
		return;
	add_steps(w, finding, STEP_VERIFY, MESSAGE_SECTION_VERIFY);
	add_steps(w, finding, STEP_UNDO, MESSAGE_SECTION_UNDO);
	if (cause->see_count)
		doc_topic(w, MESSAGE_SECTION_SEE);
	for (size_t i = 0; i < cause->see_count; i++)
		doc_add(w, PART_HREF, cause->see[i]);
}

void doc_fix_plan(struct doc_writer *w)
{
	bool any = false;
	for (size_t i = 0; i < w->from->finding_count; i++) {
		const struct finding *finding = &w->from->findings[i];
		if (!finding_stands(finding) || finding->step_count == 0)
			continue;
		if (!any)
			doc_section(w, MESSAGE_SECTION_FIX_PLAN, "fix-plan");
		any = true;
		add_plan(w, finding);
	}
}

void doc_prevention(struct doc_writer *w)
{
	bool any = false;
	for (size_t i = 0; i < w->from->finding_count; i++) {
		const struct finding *finding = &w->from->findings[i];
		for (size_t k = 0; finding_stands(finding) && k < finding->cause->prevent.count;
			k++) {
			if (!any)
				doc_section(w, MESSAGE_SECTION_PREVENT, "prevention");
			any = true;
			doc_add(w, PART_BULLET, doc_phrase(w, &finding->cause->prevent.at[k]));
		}
	}
}
