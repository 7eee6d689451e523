/*
 * The rest of a report: contradictions, practices, the timeline, what was collected and what was not, integrity.
 */
#include "doc_parts.h"

#include "base/instant.h"
#include "base/limits.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* see SAY */

#define SHOWN_WARNINGS 20
#define SHOWN_FILES 60
#define SHOWN_MOMENTS 60

void doc_contradictions(struct doc_writer *w)
{
	for (size_t i = 0; i < w->from->contradiction_count; i++) {
		const struct contradiction *c = &w->from->contradictions[i];
		if (i == 0)
			doc_section(w, MESSAGE_SECTION_CONTRADICTIONS, "contradictions");
		doc_add(w, PART_BULLET,
			SAY(w, CONTRADICTION, c->field, c->kind, STR_PRINT(c->a), STR_PRINT(c->b)));
		doc_cite(w, &c->where_a);
		doc_cite(w, &c->where_b);
	}
}

static const char *hand_over(const struct doc_writer *w, enum hand_over step)
{
	static const enum message words[] = {
		[HAND_OVER_UNKNOWN] = MESSAGE_EXCHANGE_UNKNOWN,
		[HAND_OVER_NO] = MESSAGE_EXCHANGE_NO,
		[HAND_OVER_YES] = MESSAGE_EXCHANGE_YES,
	};
	return message(words[step], w->doc.language);
}

static struct str failed_at(const struct doc_writer *w, const struct exchange *one)
{
	static const struct {
		struct str word;
		enum message message;
	} words[] = {
		{STR_INIT("none"), MESSAGE_FAILED_NONE},
		{STR_INIT("send"), MESSAGE_FAILED_SEND},
		{STR_INIT("way-there"), MESSAGE_FAILED_WAY_THERE},
		{STR_INIT("way-back"), MESSAGE_FAILED_WAY_BACK},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_equal(words[i].word, one->failed_at))
			return doc_words(w, words[i].message);
	return str_equal(one->failed_at, STR("host")) ? SAY(w, FAILED_HOST, STR_PRINT(one->answer))
						      : STR("");
}

void doc_exchanges(struct doc_writer *w)
{
	for (size_t i = 0; i < w->from->exchange_count; i++) {
		const struct exchange *one = &w->from->exchanges[i];
		struct str when = instant_text(w->doc.arena, (uint64_t)one->time);
		struct str failed = failed_at(w, one);
		if (i == 0) {
			doc_section(w, MESSAGE_SECTION_EXCHANGES, "exchanges");
			doc_add(w, PART_NOTE, doc_words(w, MESSAGE_EXCHANGE_JOINED));
		}
		struct str said = SAY(w, EXCHANGE, STR_PRINT(when), STR_PRINT(one->host),
			hand_over(w, one->sent), hand_over(w, one->arrived),
			hand_over(w, one->answered), hand_over(w, one->received));
		doc_add(w, PART_BULLET,
			failed.size ? str_of(arena_format(w->doc.arena, "%.*s %.*s",
					      STR_PRINT(said), STR_PRINT(failed)))
				    : said);
		doc_cite_all(w, &one->cited);
	}
}

void doc_practices(struct doc_writer *w)
{
	bool first = true;
	for (size_t i = 0; i < w->from->warning_count; i++) {
		const struct warning *warning = &w->from->warnings[i];
		if (warning->kind != WARNING_PRACTICE)
			continue;
		if (first)
			doc_section(w, MESSAGE_SECTION_PRACTICES, "practices");
		first = false;
		struct part *part = doc_add(w, PART_FINDING, doc_phrase(w, &warning->cause->title));
		part->detail = warning->cause->id;
		part->class = "practice";
		doc_add(w, PART_TEXT, doc_phrase(w, &warning->cause->text));
		doc_cite_all(w, &warning->cited);
	}
}

struct str doc_warning_text(const struct doc_writer *w, const struct warning *warning)
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
	struct str detail = problem_in(w->doc.arena, warning->detail, w->doc.language);
	return str_of(arena_format(w->doc.arena, message(texts[warning->kind], w->doc.language),
		STR_PRINT(warning->about), STR_PRINT(detail)));
}

/*
 * Timeline
 */

/* "2026-11-25 09:15:00": a person reads it, and the heading says UTC. */
static struct str moment_text(const struct doc_writer *w, int64_t time)
{
	struct instant_parts at = instant_parts((uint64_t)time);
	return str_of(arena_format(w->doc.arena, "%04u-%02u-%02u %02u:%02u:%02u", at.year, at.month,
		at.day, at.hour, at.minute, at.second));
}

static struct str moment_when(const struct doc_writer *w, const struct moment *moment)
{
	struct str from = moment_text(w, moment->from), to = moment_text(w, moment->to);
	if (moment->count == 1)
		return from;
	return SAY(w, TIMES, STR_PRINT(from), STR_PRINT(to), moment->count);
}

static void add_moment(struct doc_writer *w, const struct moment *moment)
{
	const char *says = moment->meaning->says[w->doc.language];
	struct str about = moment->about, code = moment->code;
	bool has_code = code.size && !str_equal(code, STR("0x00000000"));
	struct part *part = doc_add(w, PART_MOMENT,
		str_of(arena_format(w->doc.arena, "%s%s%.*s%s%.*s%s", says, about.size ? ": " : "",
			STR_PRINT(about), has_code ? " (" : "", has_code ? (int)code.size : 0,
			code.at, has_code ? ")" : "")));
	part->detail = moment_when(w, moment);
	part->class = lane_words[moment->lane];
	part->from = moment->from;
	part->to = moment->to;
	part->outcome = moment->failed || moment->lane == LANE_BLOCK ? OUTCOME_BAD
		: moment->code.size                                  ? OUTCOME_GOOD
								     : OUTCOME_NONE;
	doc_cite(w, &moment->cited);
}

static void add_span(struct doc_writer *w, const struct span *span)
{
	struct str from = moment_text(w, span->from), to = moment_text(w, span->to);
	struct part *part = doc_add(w, PART_SPAN, span->log);
	part->detail = span->cleared ? SAY(w, COVERS_CLEARED, STR_PRINT(from), STR_PRINT(to))
		: span->whole        ? SAY(w, COVERS_WHOLE, STR_PRINT(from), STR_PRINT(to))
				     : SAY(w, COVERS_PART, STR_PRINT(from), STR_PRINT(to));
	if (span->left_out)
		part->detail =
			str_of(arena_format(w->doc.arena, "%.*s%.*s", STR_PRINT(part->detail),
				STR_PRINT(SAY(w, COVERS_LEFT_OUT, (long long)span->left_out))));
	part->class = span->whole ? "whole" : "part";
	part->from = span->from;
	part->to = span->to;
	doc_cite(w, &span->cited);
}

void doc_timeline(struct doc_writer *w)
{
	const struct diagnosis *from = w->from;
	size_t skipped =
		from->moment_count > SHOWN_MOMENTS ? from->moment_count - SHOWN_MOMENTS : 0;
	doc_section(w, MESSAGE_SECTION_TIMELINE, "timeline");
	if (from->moment_count == 0 && from->span_count == 0) {
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_TIMELINE_NONE));
		return;
	}
	doc_add(w, PART_TIMELINE, doc_words(w, MESSAGE_TIMELINE_CLOCK));
	if (from->moment_count)
		doc_fold(w, doc_words(w, MESSAGE_TOPIC_MOMENTS));
	for (size_t i = skipped; i < from->moment_count; i++)
		add_moment(w, &from->moments[i]);
	if (skipped + from->moments_left_out)
		doc_add(w, PART_NOTE, SAY(w, TIMELINE_OLDER, skipped + from->moments_left_out));
	if (from->moment_count)
		doc_unfold(w);
	if (from->span_count)
		doc_fold(w, doc_words(w, MESSAGE_TOPIC_COVERAGE));
	for (size_t i = 0; i < from->span_count; i++)
		add_span(w, &from->spans[i]);
	if (from->span_count)
		doc_unfold(w);
}

/*
 * What was collected
 */

static struct str reading_result(const struct doc_writer *w, const struct reading *reading)
{
	struct arena *arena = w->doc.arena;
	struct str problem = problem_in(
		arena, str_of(reading->problem ? reading->problem : ""), w->doc.language);
	if (reading->problem && reading->facts == 0)
		return problem;
	struct str result = reading->member->streamed_by
		? SAY(w, READ_FACTS, reading->facts)
		: SAY(w, READ_TEXT, reading->facts, text_encoding(arena, &reading->text));
	if (!reading->problem)
		return result;
	return str_of(arena_format(arena, "%.*s%s%.*s", STR_PRINT(result),
		w->doc.language == JAPANESE ? "。" : "; ", STR_PRINT(problem)));
}

/* Of a file that is not from the catalogue: what the parser of its first part is for. */
static const char *parser_says(const struct doc_writer *w, const struct reading *reading)
{
	const struct case_file *file = w->from->file;
	for (size_t i = reading->first; i < reading->first + reading->count; i++) {
		const struct evidence *evidence = &file->evidence[i];
		if (evidence->parser && evidence->fact_count)
			return evidence->parser->says;
	}
	return "";
}

static void add_file(struct doc_writer *w, const struct reading *reading)
{
	struct str name = str_of(reading->member->name);
	const struct item *item = item_for_member(name);
	struct part *part = doc_add(w, PART_FILE, name);
	part->more = item ? str_of(item_says(item, w->doc.language == JAPANESE))
			  : str_of(parser_says(w, reading));
	part->detail = reading_result(w, reading);
	part->class = reading->facts ? "read" : "unread";
}

static size_t add_files(struct doc_writer *w)
{
	const struct case_file *file = w->from->file;
	size_t seen = 0;
	/* What gave nothing is what somebody may have to look at: it comes first. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < file->reading_count; i++) {
			const struct reading *reading = &file->readings[i];
			if (reading->own || (reading->facts > 0) != (pass == 1))
				continue;
			if (seen++ < SHOWN_FILES)
				add_file(w, reading);
		}
	return seen;
}

static bool same_reason(const struct manifest_item *a, const struct manifest_item *b)
{
	return a->status == b->status && str_equal(a->reason, b->reason);
}

static struct str why_left_out(const struct doc_writer *w, const struct manifest_item *one)
{
	static const enum message words[ITEM_STATUS_COUNT] = {
		[ITEM_FAILED] = MESSAGE_STATUS_FAILED,
		[ITEM_TIMEOUT] = MESSAGE_STATUS_TIMEOUT,
		[ITEM_DENIED] = MESSAGE_STATUS_DENIED,
		[ITEM_SKIPPED] = MESSAGE_STATUS_SKIPPED,
		[ITEM_MISSING_TOOL] = MESSAGE_STATUS_MISSING_TOOL,
	};
	struct str status = doc_words(w, words[one->status]);
	if (one->reason.size == 0)
		return status;
	return str_of(arena_format(
		w->doc.arena, "%.*s: %.*s", STR_PRINT(status), STR_PRINT(one->reason)));
}

/* All that were left out for one reason stand together; what one alone is for is said. */
static void add_left_out(struct doc_writer *w, const struct manifest *manifest, size_t first)
{
	const struct manifest_item *one = &manifest->items[first];
	const struct item *item = item_for_id(one->id);
	struct out ids = out_new(64 * KIB);
	size_t count = 0;
	for (size_t i = first; i < manifest->item_count; i++)
		if (same_reason(&manifest->items[i], one)) {
			out_text(&ids, count++ ? ", " : "");
			out_str(&ids, manifest->items[i].id);
		}
	struct part *part = doc_add(w, PART_FILE, arena_copy(w->doc.arena, out_view(&ids)));
	part->class = "absent";
	if (item && count == 1)
		part->more = str_of(item_says(item, w->doc.language == JAPANESE));
	part->detail = why_left_out(w, one);
	out_free(&ids);
}

static size_t add_items_left_out(struct doc_writer *w, const struct manifest *manifest)
{
	size_t seen = 0;
	for (size_t i = 0; i < manifest->item_count && seen < SHOWN_FILES; i++) {
		bool told = manifest->items[i].status == ITEM_OK;
		for (size_t k = 0; k < i && !told; k++)
			told = same_reason(&manifest->items[k], &manifest->items[i]);
		if (told)
			continue;
		add_left_out(w, manifest, i);
		seen++;
	}
	return seen;
}

static void add_not_collected(struct doc_writer *w)
{
	const struct case_file *file = w->from->file;
	size_t seen = 0;
	bool planned = false;
	doc_topic(w, MESSAGE_TOPIC_NOT_COLLECTED);
	for (size_t m = 0; m < file->machine_count; m++) {
		planned |= file->machines[m].manifest.item_count > 0;
		seen += add_items_left_out(w, &file->machines[m].manifest);
	}
	if (!planned)
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_NOT_COLLECTED_LOOSE));
	else if (seen == 0)
		doc_add(w, PART_TEXT, doc_words(w, MESSAGE_NOT_COLLECTED_NONE));
	doc_add(w, PART_TEXT, doc_words(w, MESSAGE_NOT_COLLECTED_RULE));
}

void doc_collected(struct doc_writer *w)
{
	const struct case_file *file = w->from->file;
	doc_section(w, MESSAGE_SECTION_COLLECTED, "collected");
	for (size_t m = 0; m < file->machine_count; m++) {
		struct member_count count = case_file_count(file, m);
		doc_add(w, PART_BULLET,
			SAY(w, COUNT_MEMBERS, file->machines[m].input, count.members,
				count.understood));
	}
	if (file->reading_count) {
		doc_fold(w, doc_words(w, MESSAGE_TOPIC_COLLECTED));
		size_t seen = add_files(w);
		if (seen > SHOWN_FILES)
			doc_add(w, PART_NOTE, SAY(w, MORE_FILES, seen - SHOWN_FILES));
		doc_unfold(w);
	}
	add_not_collected(w);
}

/*
 * Integrity
 */

static void add_origin(struct doc_writer *w, size_t machine)
{
	const struct case_file *file = w->from->file;
	const struct manifest *manifest = &file->machines[machine].manifest;
	if (!manifest->present || manifest->problem) {
		doc_add(w, PART_BULLET, SAY(w, INTEGRITY_LOOSE, file->machines[machine].input));
		return;
	}
	doc_add(w, PART_BULLET,
		SAY(w, INTEGRITY_BUNDLE, file->machines[machine].input,
			case_file_verified(file, machine), manifest->member_count));
	doc_add(w, PART_BULLET,
		SAY(w, INTEGRITY_COLLECTION, STR_PRINT(manifest->collector_version),
			STR_PRINT(manifest->started), STR_PRINT(manifest->ended),
			STR_PRINT(manifest->elevated)));
}

static void add_warnings(struct doc_writer *w)
{
	size_t seen = 0;
	for (size_t i = 0; i < w->from->warning_count; i++) {
		const struct warning *warning = &w->from->warnings[i];
		/* The two others have their own places. */
		if (warning->kind == WARNING_PRACTICE || warning->kind == WARNING_COLLECTION ||
			seen++ >= SHOWN_WARNINGS)
			continue;
		if (seen == 1)
			doc_topic(w, MESSAGE_SECTION_WARNINGS);
		doc_add(w, PART_BULLET, doc_warning_text(w, warning));
		doc_cite_all(w, &warning->cited);
	}
	if (seen > SHOWN_WARNINGS)
		doc_add(w, PART_NOTE, SAY(w, MORE_WARNINGS, seen - SHOWN_WARNINGS));
}

void doc_integrity(struct doc_writer *w)
{
	doc_section(w, MESSAGE_SECTION_INTEGRITY, "integrity");
	for (size_t i = 0; i < w->from->file->machine_count; i++)
		add_origin(w, i);
	add_warnings(w);
	doc_add(w, PART_TEXT, doc_words(w, MESSAGE_INTEGRITY_CHECK));
}
