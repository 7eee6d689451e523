/*
 * What a report says, and in which order: what a person has to know first (the symptom, the cause, how sure that is, what
 * to do, what is missing), then what it rests on, what else was found, the whole plan, and what was looked at.
 */
#include "doc_parts.h"

#include "codes.h"

#include "base/limits.h"
#include "base/out.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* see SAY */

/* A report is read by people; what goes on for pages is counted instead. The JSON holds everything. */
#define SHOWN_CITATIONS 4
#define SHOWN_CANDIDATES 5
#define SHOWN_SYMPTOMS 3
#define FIRST_STEPS 3

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

struct part *doc_add(struct doc_writer *w, enum part_kind kind, struct str text)
{
	struct doc *doc = &w->doc;
	doc->at = arena_grow(doc->arena, doc->at, doc->count, &doc->room, sizeof *doc->at);
	doc->at[doc->count] = (struct part){.kind = kind, .text = text, .class = ""};
	return &doc->at[doc->count++];
}

struct str doc_words(const struct doc_writer *w, enum message id)
{
	return str_of(message(id, w->doc.language));
}

struct str doc_phrase(const struct doc_writer *w, const struct phrase *phrase_of)
{
	return phrase_in(phrase_of, w->doc.language);
}

void doc_section(struct doc_writer *w, enum message title, const char *class)
{
	doc_add(w, PART_SECTION, doc_words(w, title))->class = class;
}

void doc_topic(struct doc_writer *w, enum message title)
{
	doc_add(w, PART_TOPIC, doc_words(w, title));
}

void doc_cite(struct doc_writer *w, const struct citation *cited)
{
	doc_add(w, PART_CITATION, STR(""))->cited = *cited;
}

void doc_cite_all(struct doc_writer *w, const struct citations *cited)
{
	for (size_t i = 0; i < cited->count && i < SHOWN_CITATIONS; i++)
		doc_cite(w, &cited->at[i]);
}

void doc_fold(struct doc_writer *w, struct str summary)
{
	doc_add(w, PART_FOLD, summary);
}

void doc_unfold(struct doc_writer *w)
{
	doc_add(w, PART_UNFOLD, STR(""));
}

/*
 * The first screen
 */

static void add_field(struct doc_writer *w, enum message label, struct str value)
{
	if (value.size)
		doc_add(w, PART_FIELD, doc_words(w, label))->detail = value;
}

static struct str method_words(const struct doc_writer *w)
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
			return doc_words(w, methods[i].words);
	return STR("");
}

static void add_product(struct doc_writer *w)
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

static struct str symptom_text(const struct doc_writer *w, const struct symptom *symptom)
{
	const struct code *known = code_find(symptom->code);
	return str_of(arena_format(w->doc.arena, "0x%08X%s%s", symptom->code, known ? ": " : "",
		known ? known->says[w->doc.language] : ""));
}

static void add_case(struct doc_writer *w)
{
	const struct case_file *file = w->from->file;
	add_field(w, MESSAGE_LABEL_MACHINE, w->from->computer);
	for (size_t m = 0; w->from->computer.size == 0 && m < file->machine_count; m++)
		add_field(w, MESSAGE_LABEL_INPUT, str_of(file->machines[m].input));
	add_product(w);
	for (size_t i = 0; i < w->from->symptom_count && i < SHOWN_SYMPTOMS; i++)
		add_field(w, MESSAGE_LABEL_SYMPTOM, symptom_text(w, &w->from->symptoms[i]));
}

static void add_verdict(struct doc_writer *w)
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
		text = SAY(w, VERDICT_FOUND, STR_PRINT(doc_phrase(w, &root->cause->title)));
	else
		text = doc_words(w, plain[w->from->verdict]);
	struct part *part = doc_add(w, PART_VERDICT, text);
	part->class = verdict_words[w->from->verdict];
	if (!root)
		return;
	part->detail = doc_words(w, strengths[root->strength]);
	if (!phrase_is_empty(&root->cause->text))
		doc_add(w, PART_TEXT, doc_phrase(w, &root->cause->text));
}

/* What must be known before the first step is taken. */
static void add_alert(struct doc_writer *w)
{
	static const bool alerts[WARNING_KIND_COUNT] = {
		[WARNING_INTEGRITY] = true,
		[WARNING_LIMIT] = true,
		[WARNING_PARTIAL] = true,
		[WARNING_SEVERAL_MACHINES] = true,
		[WARNING_CONFLICT] = true,
	};
	for (size_t i = 0; i < w->from->warning_count; i++)
		if (alerts[w->from->warnings[i].kind]) {
			struct str text = doc_warning_text(w, &w->from->warnings[i]);
			doc_add(w, PART_ALERT, SAY(w, ALERT, STR_PRINT(text)));
			return;
		}
}

/*
 * What is to be collected
 */

/* The command of the catalogue with what the evidence knows put in for {domain} and {kms-host}; what it does not know
 * stays to be filled in by the reader; what the tool writes itself goes to the user's own folder. */
static void put_filled(struct out *out, const struct item *item, const struct diagnosis *from)
{
	struct str command = str_of(item->command), member = str_of(item->member);
	member = str_from(member, str_find_last_char(member, '/') + 1);
	for (size_t at; (at = str_find_char(command, '{')) != STR_NONE;) {
		size_t end = str_find_char(command, '}');
		if (end == STR_NONE || end < at)
			break;
		struct str name = str_slice(command, at + 1, end);
		struct str value = str_equal(name, STR("domain")) ? from->asked_domain
			: str_equal(name, STR("kms-host"))        ? from->asked_host
								  : STR("");
		out_str(out, str_slice(command, 0, at));
		if (value.size)
			out_str(out, value);
		else if (str_equal(name, STR("out")))
			out_format(out, "%%TEMP%%\\%.*s", STR_PRINT(member));
		else
			out_format(out, "<%.*s>", STR_PRINT(name));
		command = str_from(command, end + 1);
	}
	out_str(out, command);
}

/* What to type to get the item without the collector; empty when there is no such command. */
static struct str item_command_line(struct doc_writer *w, const struct item *item)
{
	struct str command = str_of(item->command), line;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	if (item->way == WAY_COMMAND) {
		put_filled(&out, item, w->from);
	} else if (item->way == WAY_FILE) {
		out_format(&out, "type %s", item->command);
	} else if (item->way == WAY_EVENTS) {
		struct str channel = str_cut(&command, '|');
		out_format(&out, "wevtutil epl \"%.*s\" \"%%TEMP%%\\%s.evtx\" /ow:true",
			STR_PRINT(channel), item->id);
		item_put_query(&out, item);
	}
	line = arena_copy(w->doc.arena, out_view(&out));
	out_free(&out);
	return line;
}

static void add_wanted_item(struct doc_writer *w, const struct item *item, bool decides)
{
	const char *says = item_says(item, w->doc.language == JAPANESE);
	doc_add(w, PART_BULLET,
		decides ? SAY(w, DECIDER, item->id, says) : SAY(w, WANTED, item->id, says));
	struct str command = item_command_line(w, item);
	if (command.size)
		doc_add(w, PART_COMMAND, command);
}

/* The one that decides first, each once; at most `shown`. Returns how many there are. */
static size_t add_wanted(struct doc_writer *w, size_t shown)
{
	const struct diagnosis *from = w->from;
	size_t seen = 0;
	if (from->decider && seen++ < shown)
		add_wanted_item(w, from->decider, true);
	for (size_t i = 0; i < from->missing_count; i++)
		if (from->missing[i].item != from->decider && seen++ < shown)
			add_wanted_item(w, from->missing[i].item, false);
	return seen;
}

static void add_missing(struct doc_writer *w)
{
	if (!w->from->decider && w->from->missing_count == 0)
		return;
	doc_section(w, MESSAGE_SECTION_MISSING, "missing");
	add_wanted(w, SIZE_MAX);
}

static void add_more_missing(struct doc_writer *w, size_t seen)
{
	if (seen > FIRST_STEPS)
		doc_add(w, PART_NOTE,
			SAY(w, LACKING_MORE, message(MESSAGE_SECTION_MISSING, w->doc.language)));
}

/* With a cause: its fix. Without: what to collect. */
static void add_now(struct doc_writer *w)
{
	const struct finding *root = diagnosis_first(w->from, ROLE_ROOT);
	doc_section(w, MESSAGE_SECTION_NOW, "now");
	if (root) {
		size_t seen = doc_steps(w, root, STEP_FIX, FIRST_STEPS);
		if (seen > FIRST_STEPS)
			doc_add(w, PART_NOTE, SAY(w, NOW_MORE, seen - FIRST_STEPS));
		else if (seen)
			doc_add(w, PART_NOTE, doc_words(w, MESSAGE_NOW_PLAN));
	} else if (w->from->verdict == VERDICT_HEALTHY) {
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_NOW_NOTHING));
	} else {
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_NOW_COLLECT));
		add_more_missing(w, add_wanted(w, FIRST_STEPS));
	}
}

/* In one line each; the commands stand further down. */
static void add_lacking(struct doc_writer *w)
{
	const struct diagnosis *from = w->from;
	if (from->verdict != VERDICT_FOUND)
		return;
	doc_section(w, MESSAGE_SECTION_LACKING, "lacking");
	size_t seen = 0;
	for (size_t i = 0; i < from->missing_count; i++) {
		const struct item *item = from->missing[i].item;
		if (seen++ < FIRST_STEPS)
			doc_add(w, PART_BULLET,
				SAY(w, LACKING_ITEM, item_says(item, w->doc.language == JAPANESE),
					item->id));
	}
	if (seen == 0)
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_LACKING_NOTHING));
	else
		doc_add(w, PART_NOTE,
			SAY(w, LACKING_MORE, message(MESSAGE_SECTION_MISSING, w->doc.language)));
}

/*
 * What is certain
 */

static void add_symptoms(struct doc_writer *w)
{
	for (size_t i = 0; i < w->from->symptom_count; i++) {
		if (i == 0)
			doc_section(w, MESSAGE_SECTION_SYMPTOMS, "symptoms");
		doc_add(w, PART_BULLET, symptom_text(w, &w->from->symptoms[i]));
		doc_cite(w, &w->from->symptoms[i].cited);
	}
}

/* While no cause is found: what is certain all the same. */
static void add_observed(struct doc_writer *w)
{
	if (diagnosis_first(w->from, ROLE_ROOT) || w->from->verdict == VERDICT_HEALTHY)
		return;
	for (size_t i = 0; i < w->from->observed_count; i++) {
		const struct observation *seen = &w->from->observed[i];
		if (i == 0)
			doc_section(w, MESSAGE_SECTION_OBSERVED, "observed");
		doc_add(w, PART_BULLET, doc_phrase(w, &seen->state->title));
		doc_cite_all(w, &seen->cited);
	}
}

static void add_causes(struct doc_writer *w)
{
	bool found = w->from->verdict == VERDICT_FOUND;
	doc_root(w);
	if (found)
		doc_findings(w, ROLE_CONTRIBUTING, MESSAGE_SECTION_CONTRIBUTING, SIZE_MAX);
	doc_findings(w, ROLE_CANDIDATE, MESSAGE_SECTION_CANDIDATES, SHOWN_CANDIDATES);
	if (!found)
		doc_findings(w, ROLE_CONTRIBUTING, MESSAGE_SECTION_CONTRIBUTING, SIZE_MAX);
	doc_ruled_out(w);
}

struct doc doc_of(struct arena *arena, const struct diagnosis *diagnosis, enum language language)
{
	struct doc_writer w = {.doc = {.arena = arena, .language = language}, .from = diagnosis};
	doc_add(&w, PART_TITLE, doc_words(&w, MESSAGE_TITLE));
	add_case(&w);
	add_verdict(&w);
	add_alert(&w);
	add_now(&w);
	add_lacking(&w);
	add_observed(&w);
	add_causes(&w);
	doc_contradictions(&w);
	doc_practices(&w);
	doc_fix_plan(&w);
	doc_prevention(&w);
	add_symptoms(&w);
	doc_exchanges(&w);
	doc_timeline(&w);
	add_missing(&w);
	doc_collected(&w);
	doc_integrity(&w);
	doc_add(&w, PART_FOOTER,
		str_of(arena_format(arena, message(MESSAGE_FOOTER, language), ACTDX_VERSION)));
	return w.doc;
}
