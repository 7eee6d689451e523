/*
 * The report as JSON: the stable contract, described in docs/report-json.md.
 *
 * Nothing in it depends on when or where it is made: the same input gives the same bytes.
 */
#include "codes.h"
#include "doc.h"

#include "base/escape.h"
#include "base/hash.h"
#include "base/instant.h"

struct writer {
	struct out *out;
	struct arena *arena;
	const struct diagnosis *from;
	enum language language;
	unsigned depth;
	bool first; /* nothing was written yet in this object or list */
	bool flat;  /* all on one line */
};

static void new_line(struct writer *w)
{
	if (w->flat)
		return;
	out_char(w->out, '\n');
	out_repeat(w->out, ' ', 2 * (size_t)w->depth);
}

static void next(struct writer *w)
{
	if (!w->first)
		out_char(w->out, ',');
	if (w->depth)
		new_line(w);
	w->first = false;
}

static void put_text(struct writer *w, struct str text)
{
	out_char(w->out, '"');
	escape_json(w->out, text);
	out_char(w->out, '"');
}

static void key(struct writer *w, const char *name)
{
	next(w);
	out_format(w->out, "\"%s\": ", name);
}

static void open(struct writer *w, const char *name, char bracket)
{
	if (name)
		key(w, name);
	else
		next(w);
	out_char(w->out, bracket);
	w->depth++;
	w->first = true;
}

static void end(struct writer *w, char bracket)
{
	w->depth--;
	if (!w->first)
		new_line(w);
	out_char(w->out, bracket);
	w->first = false;
}

static void member(struct writer *w, const char *name, struct str text)
{
	key(w, name);
	put_text(w, text);
}

static void number(struct writer *w, const char *name, long long value)
{
	key(w, name);
	out_format(w->out, "%lld", value);
}

static void flag(struct writer *w, const char *name, bool value)
{
	key(w, name);
	out_text(w->out, value ? "true" : "false");
}

/* An empty text is null: not known. */
static void known(struct writer *w, const char *name, struct str text)
{
	key(w, name);
	if (text.size)
		put_text(w, text);
	else
		out_text(w->out, "null");
}

static struct str phrase(const struct writer *w, const struct phrase *of)
{
	return phrase_in(of, w->language);
}

static void citation(struct writer *w, const struct citation *cited)
{
	member(w, "source", str_of(cited->member));
	if (cited->record)
		number(w, "record", (long long)(cited->record & INT64_MAX));
	else
		number(w, "line", cited->first);
	if (!cited->record && cited->last != cited->first)
		number(w, "last_line", cited->last);
	if (w->from->file->machine_count > 1)
		member(w, "input", str_of(w->from->file->machines[cited->machine].input));
	member(w, "quote", cited->quote);
}

/* What the bundle says of itself, and how much of it agrees; null for loose files. */
static void put_manifest(struct writer *w, size_t machine)
{
	const struct manifest *manifest = &w->from->file->machines[machine].manifest;
	if (!manifest->present || manifest->problem) {
		key(w, "manifest");
		out_text(w->out, "null");
		return;
	}
	open(w, "manifest", '{');
	known(w, "collector", manifest->collector_version);
	known(w, "started", manifest->started);
	known(w, "ended", manifest->ended);
	known(w, "elevated", manifest->elevated);
	flag(w, "partial", manifest->partial);
	number(w, "members", (long long)manifest->member_count);
	number(w, "verified", (long long)case_file_verified(w->from->file, machine));
	end(w, '}');
}

static void put_input(struct writer *w)
{
	const struct case_file *file = w->from->file;
	open(w, "input", '[');
	for (size_t m = 0; m < file->machine_count; m++) {
		struct member_count count = case_file_count(file, m);
		open(w, NULL, '{');
		member(w, "path", str_of(file->machines[m].input));
		member(w, "kind",
			file->machines[m].is_bundle                   ? STR("bundle")
				: file->inputs->sources[m].is_archive ? STR("archive")
				: file->inputs->sources[m].is_folder  ? STR("folder")
								      : STR("file"));
		number(w, "members", (long long)count.members);
		number(w, "understood", (long long)count.understood);
		put_manifest(w, m);
		end(w, '}');
	}
	end(w, ']');
}

static void put_machine(struct writer *w)
{
	open(w, "machine", '{');
	known(w, "computer", w->from->computer);
	known(w, "product", w->from->product);
	known(w, "method", w->from->method);
	key(w, "days_left");
	if (w->from->days_left >= 0)
		out_format(w->out, "%lld", (long long)w->from->days_left);
	else
		out_text(w->out, "null");
	end(w, '}');
}

static void put_symptoms(struct writer *w)
{
	open(w, "symptom", '[');
	for (size_t i = 0; i < w->from->symptom_count; i++) {
		const struct symptom *symptom = &w->from->symptoms[i];
		const struct code *code = code_find(symptom->code);
		open(w, NULL, '{');
		member(w, "code", str_of(arena_format(w->arena, "0x%08X", symptom->code)));
		known(w, "symbol", str_of(code ? code->symbol : ""));
		known(w, "says", str_of(code ? code->says[w->language] : ""));
		citation(w, &symptom->cited);
		end(w, '}');
	}
	end(w, ']');
}

static void places(struct writer *w, const struct citations *cited)
{
	open(w, "evidence", '[');
	for (size_t i = 0; i < cited->count; i++) {
		open(w, NULL, '{');
		citation(w, &cited->at[i]);
		end(w, '}');
	}
	end(w, ']');
}

/* One element per place; a claim that rests on several places gives several. */
static void put_evidence(struct writer *w, const struct finding *finding)
{
	open(w, "evidence", '[');
	for (size_t i = 0; i < finding->claim_count; i++) {
		const struct claim *claim = &finding->claims[i];
		for (size_t k = 0; claim->answer == ANSWER_YES && k < claim->cited.count; k++) {
			open(w, NULL, '{');
			member(w, "says",
				claim->clause->side == SIDE_FOR ? STR("for") : STR("against"));
			member(w, "weight", str_of(weight_words[claim->clause->weight]));
			member(w, "text", phrase(w, &claim->clause->says));
			citation(w, &claim->cited.at[k]);
			end(w, '}');
		}
	}
	end(w, ']');
	open(w, "unchecked", '[');
	for (size_t i = 0; i < finding->claim_count; i++)
		if (finding->claims[i].answer == ANSWER_UNCHECKED) {
			next(w);
			put_text(w, phrase(w, &finding->claims[i].clause->says));
		}
	end(w, ']');
}

static void put_chain(struct writer *w, const struct finding *finding)
{
	open(w, "chain", '[');
	for (size_t i = 0; i < finding->chain_count; i++) {
		open(w, NULL, '{');
		member(w, "id", finding->chain[i].cause->id);
		member(w, "title", phrase(w, &finding->chain[i].cause->title));
		flag(w, "observed", finding->chain[i].observed);
		end(w, '}');
	}
	end(w, ']');
}

static void put_steps(
	struct writer *w, const char *name, const struct finding *finding, enum step_kind kind)
{
	open(w, name, '[');
	for (size_t i = 0; i < finding->step_count; i++) {
		const struct filled_step *filled = &finding->steps[i];
		if (filled->step->kind != kind)
			continue;
		open(w, NULL, '{');
		member(w, "says", phrase(w, &filled->step->says));
		known(w, "run", filled->run);
		member(w, "where", str_of(place_words[filled->step->where]));
		flag(w, "admin", filled->step->needs_admin);
		flag(w, "recorded", !filled->unrecorded);
		end(w, '}');
	}
	end(w, ']');
}

static void put_phrases(struct writer *w, const char *name, const struct phrases *phrases)
{
	open(w, name, '[');
	for (size_t i = 0; i < phrases->count; i++) {
		next(w);
		put_text(w, phrase(w, &phrases->at[i]));
	}
	end(w, ']');
}

static void put_items(struct writer *w, const struct finding *finding)
{
	open(w, "missing", '[');
	for (size_t i = 0; i < finding->missing_count; i++) {
		next(w);
		put_text(w, str_of(finding->missing[i]->id));
	}
	end(w, ']');
}

static void put_finding(struct writer *w, const struct finding *finding)
{
	const struct cause *cause = finding->cause;
	open(w, NULL, '{');
	member(w, "id", cause->id);
	member(w, "title", phrase(w, &cause->title));
	member(w, "role", str_of(role_words[finding->role]));
	number(w, "strength", finding->strength);
	member(w, "band", str_of(band_word(finding->strength)));
	put_evidence(w, finding);
	put_items(w, finding);
	put_chain(w, finding);
	put_steps(w, "fix", finding, STEP_FIX);
	put_steps(w, "verify", finding, STEP_VERIFY);
	put_steps(w, "undo", finding, STEP_UNDO);
	put_phrases(w, "avoid", &cause->avoid);
	put_phrases(w, "prevent", &cause->prevent);
	open(w, "see", '[');
	for (size_t i = 0; i < cause->see_count; i++) {
		next(w);
		put_text(w, cause->see[i]);
	}
	end(w, ']');
	end(w, '}');
}

static void put_observed(struct writer *w)
{
	open(w, "observed", '[');
	for (size_t i = 0; i < w->from->observed_count; i++) {
		const struct observation *seen = &w->from->observed[i];
		open(w, NULL, '{');
		member(w, "id", seen->state->id);
		member(w, "title", phrase(w, &seen->state->title));
		places(w, &seen->cited);
		end(w, '}');
	}
	end(w, ']');
}

static void put_missing(struct writer *w)
{
	open(w, "missing", '[');
	for (size_t i = 0; i < w->from->missing_count; i++) {
		const struct wanted *wanted = &w->from->missing[i];
		open(w, NULL, '{');
		member(w, "item", str_of(wanted->item->id));
		member(w, "says", str_of(item_says(wanted->item, w->language == JAPANESE)));
		known(w, "cause", wanted->for_whom ? wanted->for_whom->id : STR(""));
		end(w, '}');
	}
	end(w, ']');
}

static void put_contradictions(struct writer *w)
{
	open(w, "contradictions", '[');
	for (size_t i = 0; i < w->from->contradiction_count; i++) {
		const struct contradiction *c = &w->from->contradictions[i];
		const struct citation *places[] = {&c->where_a, &c->where_b};
		const struct str values[] = {c->a, c->b};
		open(w, NULL, '{');
		member(w, "fact", str_of(c->kind));
		member(w, "field", str_of(c->field));
		open(w, "values", '[');
		for (size_t k = 0; k < 2; k++) {
			open(w, NULL, '{');
			member(w, "value", values[k]);
			citation(w, places[k]);
			end(w, '}');
		}
		end(w, ']');
		end(w, '}');
	}
	end(w, ']');
}

static void put_warnings(struct writer *w)
{
	open(w, "warnings", '[');
	for (size_t i = 0; i < w->from->warning_count; i++) {
		const struct warning *warning = &w->from->warnings[i];
		open(w, NULL, '{');
		member(w, "kind", str_of(warning_words[warning->kind]));
		known(w, "about", warning->about);
		known(w, "detail",
			warning->cause ? phrase(w, &warning->cause->title) : warning->detail);
		places(w, &warning->cited);
		end(w, '}');
	}
	end(w, ']');
}

static void put_not_understood(struct writer *w)
{
	const struct case_file *file = w->from->file;
	open(w, "not_understood", '[');
	for (size_t i = 0; i < file->reading_count; i++) {
		const struct reading *reading = &file->readings[i];
		if (reading->facts || !reading->problem)
			continue;
		open(w, NULL, '{');
		member(w, "source", str_of(reading->member->name));
		member(w, "why", str_of(reading->problem));
		end(w, '}');
	}
	end(w, ']');
}

/*
 * What happened when
 */

static void time_of(struct writer *w, const char *name, int64_t time)
{
	member(w, name, instant_text(w->arena, (uint64_t)time));
}

static void put_moment(struct writer *w, const struct moment *moment)
{
	open(w, NULL, '{');
	time_of(w, "time", moment->from);
	time_of(w, "until", moment->to);
	number(w, "count", (long long)moment->count);
	member(w, "kind", str_of(lane_words[moment->lane]));
	member(w, "event",
		str_of(arena_format(w->arena, "%s/%u", moment->meaning->provider,
			(unsigned)moment->meaning->id)));
	member(w, "says", str_of(moment->meaning->says[w->language]));
	known(w, "about", moment->about);
	known(w, "computer", moment->computer);
	known(w, "code", moment->code);
	flag(w, "failed", moment->failed);
	citation(w, &moment->cited);
	end(w, '}');
}

static void put_exchanges(struct writer *w)
{
	open(w, "exchanges", '[');
	for (size_t i = 0; i < w->from->exchange_count; i++) {
		const struct exchange *one = &w->from->exchanges[i];
		open(w, NULL, '{');
		time_of(w, "time", one->time);
		member(w, "host", one->host);
		member(w, "sent", str_of(hand_over_words[one->sent]));
		member(w, "arrived", str_of(hand_over_words[one->arrived]));
		member(w, "answered", str_of(hand_over_words[one->answered]));
		member(w, "received", str_of(hand_over_words[one->received]));
		known(w, "failed_at", one->failed_at);
		known(w, "answer", one->answer);
		places(w, &one->cited);
		end(w, '}');
	}
	end(w, ']');
}

static void put_timeline(struct writer *w)
{
	open(w, "timeline", '[');
	for (size_t i = 0; i < w->from->moment_count; i++)
		put_moment(w, &w->from->moments[i]);
	end(w, ']');
	number(w, "timeline_left_out", (long long)w->from->moments_left_out);
	open(w, "coverage", '[');
	for (size_t i = 0; i < w->from->span_count; i++) {
		const struct span *span = &w->from->spans[i];
		open(w, NULL, '{');
		member(w, "log", span->log);
		known(w, "computer", span->computer);
		time_of(w, "from", span->from);
		time_of(w, "to", span->to);
		flag(w, "whole", span->whole);
		flag(w, "cleared", span->cleared);
		number(w, "left_out", span->left_out);
		citation(w, &span->cited);
		end(w, '}');
	}
	end(w, ']');
}

/*
 * What was looked at
 */

static void put_input_of(struct writer *w, size_t machine)
{
	if (w->from->file->machine_count > 1)
		member(w, "input", str_of(w->from->file->machines[machine].input));
}

static void put_reading(struct writer *w, const struct reading *reading)
{
	static const char *const states[] = {
		[MEMBER_OK] = "ok",
		[MEMBER_CUT] = "cut",
		[MEMBER_DAMAGED] = "damaged",
		[MEMBER_REFUSED] = "refused",
	};
	const struct member *one = reading->member;
	open(w, NULL, '{');
	member(w, "source", str_of(one->name));
	put_input_of(w, one->machine);
	number(w, "bytes", (long long)(one->size & INT64_MAX));
	/* Of what was not read to its end, there is no checksum to compare. */
	struct hash hash = hash_of(one->data);
	bool whole = one->state == MEMBER_OK;
	known(w, "sha256", !whole ? STR("") : one->streamed_by ? one->sha256 : str_of(hash.hex));
	known(w, "encoding",
		reading->text.utf8.size ? str_of(text_encoding(w->arena, &reading->text))
					: STR(""));
	member(w, "state", reading->wrong_hash ? STR("changed") : str_of(states[one->state]));
	number(w, "facts", (long long)reading->facts);
	end(w, '}');
}

static void put_collected(struct writer *w)
{
	const struct case_file *file = w->from->file;
	open(w, "collected", '[');
	for (size_t i = 0; i < file->reading_count; i++)
		if (!file->readings[i].own)
			put_reading(w, &file->readings[i]);
	end(w, ']');
	open(w, "not_collected", '[');
	for (size_t m = 0; m < file->machine_count; m++)
		for (size_t i = 0; i < file->machines[m].manifest.item_count; i++) {
			const struct manifest_item *item = &file->machines[m].manifest.items[i];
			if (item->status == ITEM_OK)
				continue;
			open(w, NULL, '{');
			member(w, "item", item->id);
			put_input_of(w, m);
			member(w, "status", str_of(item_status_words[item->status]));
			known(w, "reason", item->reason);
			end(w, '}');
		}
	end(w, ']');
}

void write_json(struct out *out, struct arena *arena, const struct diagnosis *diagnosis,
	enum language language, bool flat)
{
	struct writer w = {out, arena, diagnosis, language, 0, true, flat};
	open(&w, NULL, '{');
	member(&w, "schema", STR("actdx-report/1"));
	member(&w, "tool", STR("actdx-analyze " ACTDX_VERSION));
	member(&w, "language", str_of(language_codes[language]));
	put_input(&w);
	put_machine(&w);
	put_symptoms(&w);
	member(&w, "verdict", str_of(verdict_words[diagnosis->verdict]));
	put_observed(&w);
	open(&w, "causes", '[');
	for (size_t i = 0; i < diagnosis->finding_count; i++)
		put_finding(&w, &diagnosis->findings[i]);
	end(&w, ']');
	known(&w, "decider", str_of(diagnosis->decider ? diagnosis->decider->id : ""));
	put_missing(&w);
	put_contradictions(&w);
	put_warnings(&w);
	put_exchanges(&w);
	put_timeline(&w);
	put_not_understood(&w);
	put_collected(&w);
	end(&w, '}');
	out_char(out, '\n');
}

void write_json_error(struct out *out, const char *path, const char *problem, int status)
{
	struct writer w = {.out = out, .first = true, .flat = true};
	open(&w, NULL, '{');
	member(&w, "schema", STR("actdx-report/1"));
	member(&w, "tool", STR("actdx-analyze " ACTDX_VERSION));
	open(&w, "input", '[');
	open(&w, NULL, '{');
	member(&w, "path", str_of(path));
	end(&w, '}');
	end(&w, ']');
	member(&w, "error", str_of(problem));
	number(&w, "status", status);
	end(&w, '}');
	out_char(out, '\n');
}
