/*
 * What a report says, and in which order: the verdict first, then what it rests on, what to do, what else
 * was found, what is missing, and what to be careful about.
 */
#include "doc.h"

#include "codes.h"

#include "base/out.h"

#include <string.h>

/* A report is read by people; what goes on for pages is counted instead. The JSON holds everything. */
#define SHOWN_CITATIONS 4
#define SHOWN_UNCHECKED 4
#define SHOWN_CANDIDATES 5
#define SHOWN_RULED_OUT 12
#define SHOWN_WARNINGS 20
#define SHOWN_FILES 20

struct writer {
	struct doc doc;
	const struct diagnosis *from;
};

void put_place(struct out *out, const struct citation *cited)
{
	out_text(out, cited->member);
	if (cited->record)
		out_format(out, ", record %llu", (unsigned long long)cited->record);
	else if (cited->first == cited->last)
		out_format(out, ":%u", cited->first);
	else
		out_format(out, ":%u-%u", cited->first, cited->last);
}

static struct part *add(struct writer *w, enum part_kind kind, struct str text)
{
	struct doc *doc = &w->doc;
	doc->at = arena_grow(doc->arena, doc->at, doc->count, &doc->room, sizeof *doc->at);
	doc->at[doc->count] = (struct part){.kind = kind, .text = text, .class = ""};
	return &doc->at[doc->count++];
}

static struct str words(const struct writer *w, enum message id)
{
	return str_of(message(id, w->doc.language));
}

static struct str phrase(const struct writer *w, const struct phrase *phrase_of)
{
	return phrase_in(phrase_of, w->doc.language);
}

/* A message that takes values. The format is one of messages.def, where a test compares both languages. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#define SAY(w, id, ...) \
	str_of(arena_format((w)->doc.arena, message(MESSAGE_##id, (w)->doc.language), __VA_ARGS__))

static void section(struct writer *w, enum message title, const char *class)
{
	add(w, PART_SECTION, words(w, title))->class = class;
}

static void topic(struct writer *w, enum message title)
{
	add(w, PART_TOPIC, words(w, title));
}

static void cite_all(struct writer *w, const struct citations *cited)
{
	for (size_t i = 0; i < cited->count && i < SHOWN_CITATIONS; i++)
		add(w, PART_CITATION, STR(""))->cited = cited->at[i];
}

/*
 * Head
 */

static void add_field(struct writer *w, enum message label, struct str value)
{
	if (value.size)
		add(w, PART_FIELD, words(w, label))->detail = value;
}

static void add_inputs(struct writer *w)
{
	const struct case_file *file = w->from->file;
	for (size_t m = 0; m < file->machine_count; m++) {
		struct member_count count = case_file_count(file, m);
		add_field(w, MESSAGE_LABEL_INPUT,
			SAY(w, COUNT_MEMBERS, file->machines[m].input, count.members,
				count.understood));
	}
}

static struct str method_words(const struct writer *w)
{
	static const struct {
		struct str method;
		enum message words;
	} methods[] = {
		{STR_INIT("kms"), MESSAGE_METHOD_KMS},
		{STR_INIT("kms-host"), MESSAGE_METHOD_KMS_HOST},
		{STR_INIT("mak"), MESSAGE_METHOD_MAK},
		{STR_INIT("retail"), MESSAGE_METHOD_RETAIL},
		{STR_INIT("oem"), MESSAGE_METHOD_OEM},
		{STR_INIT("eval"), MESSAGE_METHOD_EVAL},
		{STR_INIT("avma"), MESSAGE_METHOD_AVMA},
		{STR_INIT("subscription"), MESSAGE_METHOD_SUBSCRIPTION},
	};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_equal(w->from->method, methods[i].method))
			return words(w, methods[i].words);
	return STR("");
}

static void add_product(struct writer *w)
{
	struct str product = w->from->product, method = method_words(w);
	if (product.size && method.size)
		product = str_of(arena_format(
			w->doc.arena, "%.*s (%.*s)", STR_PRINT(product), STR_PRINT(method)));
	add_field(w, MESSAGE_LABEL_PRODUCT, product.size ? product : method);
	if (w->from->days_left >= 0)
		add_field(
			w, MESSAGE_LABEL_LICENCE, SAY(w, DAYS_LEFT, (long long)w->from->days_left));
}

static void add_symptoms(struct writer *w)
{
	for (size_t i = 0; i < w->from->symptom_count; i++) {
		const struct symptom *symptom = &w->from->symptoms[i];
		const struct code *known = code_find(symptom->code);
		add_field(w, MESSAGE_LABEL_SYMPTOM,
			str_of(arena_format(w->doc.arena, "0x%08X%s%s", symptom->code,
				known ? ": " : "", known ? known->says[w->doc.language] : "")));
		add(w, PART_CITATION, STR(""))->cited = symptom->cited;
	}
}

static void add_verdict(struct writer *w)
{
	const struct finding *root = diagnosis_first(w->from, ROLE_ROOT);
	static const enum message plain[] = {
		[VERDICT_HEALTHY] = MESSAGE_VERDICT_HEALTHY,
		[VERDICT_UNCERTAIN] = MESSAGE_VERDICT_UNCERTAIN,
		[VERDICT_INSUFFICIENT] = MESSAGE_VERDICT_INSUFFICIENT,
	};
	static const enum message strengths[] = {MESSAGE_STRENGTH_WEAK, MESSAGE_STRENGTH_WEAK,
		MESSAGE_STRENGTH_FAIR, MESSAGE_STRENGTH_STRONG};
	struct str text;
	if (root)
		text = SAY(w, VERDICT_FOUND, STR_PRINT(phrase(w, &root->cause->title)));
	else
		text = words(w, plain[w->from->verdict]);
	struct part *part = add(w, PART_VERDICT, text);
	part->class = verdict_words[w->from->verdict];
	if (root)
		part->detail = words(w, strengths[root->strength]);
}

/*
 * Findings
 */

static void add_claims(struct writer *w, const struct finding *finding)
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
			add(w, PART_CLAIM, phrase(w, &claim->clause->says))->class = sides[s].class;
			cite_all(w, &claim->cited);
		}
}

/* What nobody looked at yet, strongest first. */
static void add_unchecked(struct writer *w, const struct finding *finding)
{
	size_t shown = 0;
	for (int weight = WEIGHT_DECISIVE; weight >= WEIGHT_WEAK; weight--)
		for (size_t i = 0; i < finding->claim_count && shown < SHOWN_UNCHECKED; i++) {
			const struct claim *claim = &finding->claims[i];
			if (claim->answer != ANSWER_UNCHECKED ||
				(int)claim->clause->weight != weight)
				continue;
			struct str says = phrase(w, &claim->clause->says);
			add(w, PART_CLAIM, SAY(w, UNCHECKED, STR_PRINT(says)))->class = "unchecked";
			shown++;
		}
}

static void add_chain(struct writer *w, const struct finding *finding)
{
	if (finding->chain_count == 0)
		return;
	topic(w, MESSAGE_SECTION_CHAIN);
	add(w, PART_LINK, phrase(w, &finding->cause->title))->class = "seen";
	for (size_t i = 0; i < finding->chain_count; i++) {
		const struct link *link = &finding->chain[i];
		struct str title = phrase(w, &link->cause->title);
		add(w, PART_LINK, link->observed ? title : SAY(w, NOT_SEEN, STR_PRINT(title)))
			->class
			= link->observed ? "seen" : "unseen";
	}
}

static void add_step(struct writer *w, const struct filled_step *filled)
{
	static const enum message places[PLACE_COUNT] = {MESSAGE_PLACE_CLIENT,
		MESSAGE_PLACE_KMS_HOST, MESSAGE_PLACE_DNS, MESSAGE_PLACE_DOMAIN,
		MESSAGE_PLACE_NETWORK};
	const struct step *step = filled->step;
	struct part *part = add(w, PART_STEP, phrase(w, &step->says));
	struct str where = words(w, places[step->where]);
	part->detail = step->needs_admin
		? str_of(arena_format(w->doc.arena, "%.*s%s%s", STR_PRINT(where),
			  w->doc.language == JAPANESE ? "、" : ", ",
			  message(MESSAGE_NEEDS_ADMIN, w->doc.language)))
		: where;
	if (filled->run.size)
		add(w, PART_COMMAND, filled->run);
	if (filled->unrecorded)
		add(w, PART_TEXT, words(w, MESSAGE_UNRECORDED));
}

static void add_steps(
	struct writer *w, const struct finding *finding, enum step_kind kind, enum message title)
{
	bool first = true;
	for (size_t i = 0; i < finding->step_count; i++) {
		if (finding->steps[i].step->kind != kind)
			continue;
		if (first)
			topic(w, title);
		first = false;
		add_step(w, &finding->steps[i]);
	}
}

static void add_phrases(struct writer *w, const struct phrases *phrases, enum message title)
{
	if (phrases->count)
		topic(w, title);
	for (size_t i = 0; i < phrases->count; i++)
		add(w, PART_BULLET, phrase(w, &phrases->at[i]));
}

static void add_advice(struct writer *w, const struct finding *finding)
{
	const struct cause *cause = finding->cause;
	add_steps(w, finding, STEP_FIX, MESSAGE_SECTION_FIX);
	add_steps(w, finding, STEP_VERIFY, MESSAGE_SECTION_VERIFY);
	add_steps(w, finding, STEP_UNDO, MESSAGE_SECTION_UNDO);
	add_phrases(w, &cause->avoid, MESSAGE_SECTION_AVOID);
	add_phrases(w, &cause->prevent, MESSAGE_SECTION_PREVENT);
	if (cause->see_count)
		topic(w, MESSAGE_SECTION_SEE);
	for (size_t i = 0; i < cause->see_count; i++)
		add(w, PART_HREF, cause->see[i]);
}

static struct str title_with_band(const struct writer *w, const struct finding *finding)
{
	static const enum message bands[] = {
		MESSAGE_BAND_WEAK, MESSAGE_BAND_WEAK, MESSAGE_BAND_FAIR, MESSAGE_BAND_STRONG};
	struct str title = phrase(w, &finding->cause->title);
	if (!finding->strength)
		return title;
	return str_of(arena_format(w->doc.arena, "%.*s (%s)", STR_PRINT(title),
		message(bands[finding->strength], w->doc.language)));
}

static void add_finding(struct writer *w, const struct finding *finding)
{
	struct part *part = add(w, PART_FINDING, title_with_band(w, finding));
	part->detail = finding->cause->id;
	part->class = role_words[finding->role];
	if (!phrase_is_empty(&finding->cause->text))
		add(w, PART_TEXT, phrase(w, &finding->cause->text));
	if (finding->claim_count)
		topic(w, MESSAGE_SECTION_EVIDENCE);
	add_claims(w, finding);
	add_unchecked(w, finding);
	if (finding_stands(finding))
		add_chain(w, finding);
	/* What never is a root cause is mended with it; its own steps are all that is worth the room. */
	if (finding->role == ROLE_CONTRIBUTING && finding->cause->never_root)
		add_steps(w, finding, STEP_FIX, MESSAGE_SECTION_FIX);
	else if (finding->role != ROLE_CANDIDATE)
		add_advice(w, finding);
}

static void add_findings(struct writer *w, enum role role, enum message title, size_t shown)
{
	size_t seen = 0;
	for (size_t i = 0; i < w->from->finding_count; i++) {
		if (w->from->findings[i].role != role || seen++ >= shown)
			continue;
		if (seen == 1 && role != ROLE_ROOT)
			section(w, title, role_words[role]);
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
	struct writer *w, const struct finding *finding, const struct claim *reason)
{
	struct str title = phrase(w, &finding->cause->title);
	struct str says = phrase(w, &reason->clause->says);
	add(w, PART_BULLET,
		str_of(arena_format(
			w->doc.arena, "%.*s: %.*s", STR_PRINT(title), STR_PRINT(says))));
	if (reason->cited.count)
		add(w, PART_CITATION, STR(""))->cited = reason->cited.at[0];
}

static void add_ruled_out(struct writer *w)
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
			section(w, MESSAGE_SECTION_RULED_OUT, "ruled-out");
		add_one_ruled_out(w, finding, reason);
	}
	if (shown && seen > shown)
		add(w, PART_BULLET, SAY(w, MORE_RULED_OUT, seen - shown));
}

/* While no cause is found: what is certain all the same. */
static void add_observed(struct writer *w)
{
	if (diagnosis_first(w->from, ROLE_ROOT) || w->from->verdict == VERDICT_HEALTHY)
		return;
	for (size_t i = 0; i < w->from->observed_count; i++) {
		const struct observation *seen = &w->from->observed[i];
		if (i == 0)
			section(w, MESSAGE_SECTION_OBSERVED, "observed");
		add(w, PART_BULLET, phrase(w, &seen->state->title));
		cite_all(w, &seen->cited);
	}
}

/*
 * What is missing, contradicts itself, or needs care
 */

static void add_wanted_item(struct writer *w, const struct item *item, bool decides)
{
	const char *says = item_says(item, w->doc.language == JAPANESE);
	add(w, PART_BULLET,
		decides ? SAY(w, DECIDER, item->id, says) : SAY(w, WANTED, item->id, says));
	if (item->way == WAY_COMMAND)
		add(w, PART_COMMAND, str_of(item->command));
	else if (item->way == WAY_FILE)
		add(w, PART_COMMAND, str_of(arena_format(w->doc.arena, "type %s", item->command)));
}

static void add_missing(struct writer *w)
{
	const struct diagnosis *from = w->from;
	if (!from->decider && from->missing_count == 0)
		return;
	section(w, MESSAGE_SECTION_MISSING, "missing");
	if (from->decider)
		add_wanted_item(w, from->decider, true);
	for (size_t i = 0; i < from->missing_count; i++)
		if (from->missing[i].item != from->decider)
			add_wanted_item(w, from->missing[i].item, false);
}

static void add_contradictions(struct writer *w)
{
	for (size_t i = 0; i < w->from->contradiction_count; i++) {
		const struct contradiction *c = &w->from->contradictions[i];
		if (i == 0)
			section(w, MESSAGE_SECTION_CONTRADICTIONS, "contradictions");
		add(w, PART_BULLET,
			SAY(w, CONTRADICTION, c->field, c->kind, STR_PRINT(c->a), STR_PRINT(c->b)));
		add(w, PART_CITATION, STR(""))->cited = c->where_a;
		add(w, PART_CITATION, STR(""))->cited = c->where_b;
	}
}

static void add_practices(struct writer *w)
{
	bool first = true;
	for (size_t i = 0; i < w->from->warning_count; i++) {
		const struct warning *warning = &w->from->warnings[i];
		if (warning->kind != WARNING_PRACTICE)
			continue;
		if (first)
			section(w, MESSAGE_SECTION_PRACTICES, "practices");
		first = false;
		struct part *part = add(w, PART_FINDING, phrase(w, &warning->cause->title));
		part->detail = warning->cause->id;
		part->class = "practice";
		add(w, PART_TEXT, phrase(w, &warning->cause->text));
		cite_all(w, &warning->cited);
	}
}

static struct str warning_text(const struct writer *w, const struct warning *warning)
{
	static const enum message texts[WARNING_KIND_COUNT] = {
		[WARNING_INTEGRITY] = MESSAGE_WARNING_INTEGRITY,
		[WARNING_DAMAGED] = MESSAGE_WARNING_DAMAGED,
		[WARNING_REFUSED] = MESSAGE_WARNING_REFUSED,
		[WARNING_LIMIT] = MESSAGE_WARNING_LIMIT,
		[WARNING_UNLISTED] = MESSAGE_WARNING_UNLISTED,
		[WARNING_COLLECTION] = MESSAGE_WARNING_COLLECTION,
		[WARNING_PARTIAL] = MESSAGE_WARNING_PARTIAL,
		[WARNING_NO_SYMPTOM] = MESSAGE_WARNING_NO_SYMPTOM,
		[WARNING_SEVERAL_MACHINES] = MESSAGE_WARNING_SEVERAL_MACHINES,
		[WARNING_CONFLICT] = MESSAGE_WARNING_CONFLICT,
	};
	return str_of(arena_format(w->doc.arena, message(texts[warning->kind], w->doc.language),
		STR_PRINT(warning->about), STR_PRINT(warning->detail)));
}
static void add_warnings(struct writer *w)
{
	size_t seen = 0;
	for (size_t i = 0; i < w->from->warning_count; i++) {
		const struct warning *warning = &w->from->warnings[i];
		if (warning->kind == WARNING_PRACTICE || seen++ >= SHOWN_WARNINGS)
			continue;
		if (seen == 1)
			section(w, MESSAGE_SECTION_WARNINGS, "warnings");
		add(w, PART_BULLET, warning_text(w, warning));
		cite_all(w, &warning->cited);
	}
	if (seen > SHOWN_WARNINGS)
		add(w, PART_BULLET, SAY(w, MORE_WARNINGS, seen - SHOWN_WARNINGS));
}

static void add_not_understood(struct writer *w)
{
	const struct case_file *file = w->from->file;
	size_t seen = 0;
	for (size_t i = 0; i < file->reading_count; i++) {
		const struct reading *reading = &file->readings[i];
		bool plain = reading->facts == 0 && reading->problem &&
			reading->member->state == MEMBER_OK;
		if (!plain || seen++ >= SHOWN_FILES)
			continue;
		if (seen == 1)
			section(w, MESSAGE_SECTION_NOT_UNDERSTOOD, "not-understood");
		add(w, PART_BULLET,
			str_of(arena_format(
				w->doc.arena, "%s: %s", reading->member->name, reading->problem)));
	}
	if (seen > SHOWN_FILES)
		add(w, PART_BULLET, SAY(w, MORE_FILES, seen - SHOWN_FILES));
}

struct doc doc_of(struct arena *arena, const struct diagnosis *diagnosis, enum language language)
{
	struct writer w = {.doc = {.arena = arena, .language = language}, .from = diagnosis};
	add(&w, PART_TITLE, words(&w, MESSAGE_TITLE));
	add_inputs(&w);
	add_field(&w, MESSAGE_LABEL_MACHINE, diagnosis->computer);
	add_product(&w);
	add_symptoms(&w);
	add_verdict(&w);
	add_observed(&w);
	add_findings(&w, ROLE_ROOT, MESSAGE_TITLE, 1);
	bool found = diagnosis->verdict == VERDICT_FOUND;
	if (found)
		add_findings(&w, ROLE_CONTRIBUTING, MESSAGE_SECTION_CONTRIBUTING, SIZE_MAX);
	add_findings(&w, ROLE_CANDIDATE, MESSAGE_SECTION_CANDIDATES, SHOWN_CANDIDATES);
	if (!found)
		add_findings(&w, ROLE_CONTRIBUTING, MESSAGE_SECTION_CONTRIBUTING, SIZE_MAX);
	add_ruled_out(&w);
	add_missing(&w);
	add_contradictions(&w);
	add_practices(&w);
	add_warnings(&w);
	add_not_understood(&w);
	add(&w, PART_FOOTER,
		str_of(arena_format(arena, message(MESSAGE_FOOTER, language), ACTDX_VERSION)));
	return w.doc;
}
#pragma GCC diagnostic pop
