/*
 * Pictures of the page, as SVG inside it: no script, no reference, colours from the style sheet.
 *
 * What a picture shows stands in words beside it; screen readers are told so and pass it by.
 */
#include "html.h"
#include "wrap.h"

#include "base/escape.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

/*
 * The chain: boxes from the cause down to the failure
 */

#define CHAIN_WIDTH 400
#define CHAIN_COLUMNS 50 /* of text in a box, at 13 px */
#define TEXT_HEIGHT 17
#define BOX_SPACE 10 /* above and below the text in a box */
#define ARROW_HEIGHT 22

/* Safe for a terminal is without controls and directions; then it can be broken into lines, and escaped. */
static struct out lines_of_text(struct str text, size_t columns)
{
	struct out safe = out_new(LIMIT_OUTPUT_BYTES), lines = out_new(LIMIT_OUTPUT_BYTES);
	escape_terminal(&safe, text);
	wrap(&lines, out_view(&safe), (struct margins){0, 0, columns});
	out_free(&safe);
	return lines;
}

static unsigned count_lines(struct str lines)
{
	unsigned count = 0;
	while (lines.size) {
		str_cut(&lines, '\n');
		count++;
	}
	return count;
}

static void put_lines(struct out *out, struct str lines, unsigned x, unsigned y)
{
	while (lines.size) {
		struct str line = str_cut(&lines, '\n');
		out_format(out, "<text x=\"%u\" y=\"%u\">", x, y);
		escape_html_text(out, line);
		out_text(out, "</text>");
		y += TEXT_HEIGHT;
	}
}

static unsigned put_box(struct out *out, const struct part *link, bool first, unsigned y)
{
	struct out lines = lines_of_text(link->text, CHAIN_COLUMNS);
	unsigned height = count_lines(out_view(&lines)) * TEXT_HEIGHT + 2 * BOX_SPACE;
	if (!first) {
		out_format(out, "<path class=\"a\" d=\"M%d %uv%dm-5 -6l5 6l5 -6\"/>",
			CHAIN_WIDTH / 2, y, ARROW_HEIGHT - 2);
		y += ARROW_HEIGHT;
	}
	out_format(out,
		"<rect class=\"%s%s\" x=\"2\" y=\"%u\" width=\"%d\" height=\"%u\" rx=\"4\"/>",
		first ? "b1" : "b", strcmp(link->class, "unseen") == 0 ? " u" : "", y,
		CHAIN_WIDTH - 4, height);
	put_lines(out, out_view(&lines), 14, y + BOX_SPACE + 13);
	out_free(&lines);
	return y + height;
}

void html_chain(struct out *out, const struct doc *doc, size_t first)
{
	struct out boxes = out_new(LIMIT_OUTPUT_BYTES);
	unsigned y = 2;
	size_t count = 0;
	for (; first + count < doc->count && doc->at[first + count].kind == PART_LINK; count++)
		y = put_box(&boxes, &doc->at[first + count], count == 0, y);
	out_format(out,
		"<figure>\n<svg class=\"chain\" viewBox=\"0 0 %d %u\" role=\"img\" aria-label=\"",
		CHAIN_WIDTH, y + 2);
	escape_html_attribute(out, str_of(message(MESSAGE_CHAIN_ALT, doc->language)));
	for (size_t i = 0; i < count; i++) {
		out_text(out, i ? " \xE2\x86\x92 " : " ");
		escape_html_attribute(out, doc->at[first + i].text);
	}
	out_text(out, "\">");
	out_str(out, out_view(&boxes));
	out_text(out, "</svg>\n</figure>\n");
	out_free(&boxes);
}

/*
 * The timeline
 */

#define LINE_WIDTH 640
#define LINE_LEFT 8
#define LINE_RIGHT 8
#define ROW_HEIGHT 34
#define AXIS_HEIGHT 26
#define TICKS 4
#define LOGS_MAX 12

struct scale {
	int64_t from, to;
};

static const enum message lane_titles[LANE_COUNT] = {
	[LANE_ATTEMPT] = MESSAGE_LANE_ATTEMPT,
	[LANE_POLICY] = MESSAGE_LANE_POLICY,
	[LANE_CLOCK] = MESSAGE_LANE_CLOCK,
	[LANE_BLOCK] = MESSAGE_LANE_BLOCK,
	[LANE_SERVICE] = MESSAGE_LANE_SERVICE,
	[LANE_LICENCE] = MESSAGE_LANE_LICENCE,
};

static bool is_drawn(const struct part *part)
{
	return part->kind == PART_MOMENT || part->kind == PART_SPAN;
}

/* Everything up to the next section. Logs reach back further than what happened in them: with moments there, they set
 * the scale, and bars of logs are cut at its ends. */
static struct scale scale_of(const struct doc *doc, size_t first)
{
	struct scale scale = {INT64_MAX, INT64_MIN};
	bool moments = false;
	for (size_t i = first; i < doc->count && doc->at[i].kind != PART_SECTION; i++)
		moments |= doc->at[i].kind == PART_MOMENT;
	for (size_t i = first; i < doc->count && doc->at[i].kind != PART_SECTION; i++) {
		const struct part *part = &doc->at[i];
		if (!is_drawn(part) || (moments && part->kind != PART_MOMENT))
			continue;
		scale.from = part->from < scale.from ? part->from : scale.from;
		scale.to = part->to > scale.to ? part->to : scale.to;
	}
	int64_t margin = (scale.to - scale.from) / 20;
	if (margin < (int64_t)INSTANT_MINUTE)
		margin = (int64_t)INSTANT_MINUTE;
	scale.from = scale.from > margin ? scale.from - margin : 0;
	scale.to += margin;
	return scale;
}

static int place_of(const struct scale *scale, int64_t time)
{
	const int width = LINE_WIDTH - LINE_LEFT - LINE_RIGHT;
	if (time <= scale->from)
		return LINE_LEFT;
	if (time >= scale->to)
		return LINE_LEFT + width;
	/* Seconds: a product of 100 ns with the width could overflow. */
	int64_t second = (int64_t)INSTANT_SECOND;
	int64_t all = (scale->to - scale->from) / second;
	return LINE_LEFT + (int)((time - scale->from) / second * width / (all ? all : 1));
}

static void put_bar(struct out *out, const char *class, int from, int to, int y)
{
	if (to - from < 7) /* a dot */
		out_format(out, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", class,
			(from + to) / 2, y + 5);
	else
		out_format(out,
			"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"10\" rx=\"3\"/>",
			class, from, y, to - from);
}

static void put_row_title(struct out *out, struct str title, int y)
{
	out_format(out, "<text class=\"s\" x=\"%d\" y=\"%d\">", LINE_LEFT, y + 11);
	escape_html_text(out, title);
	out_format(out, "</text><path class=\"g\" d=\"M%d %dh%d\"/>", LINE_LEFT, y + 22,
		LINE_WIDTH - LINE_LEFT - LINE_RIGHT);
}

static const char *const outcome_classes[] = {
	[OUTCOME_NONE] = "none", [OUTCOME_GOOD] = "good", [OUTCOME_BAD] = "bad"};

/* Returns the next free place below. */
static int put_lane(struct out *out, const struct doc *doc, size_t first, const struct scale *scale,
	int lane, int y)
{
	bool any = false;
	for (size_t i = first; i < doc->count && doc->at[i].kind != PART_SECTION; i++) {
		const struct part *part = &doc->at[i];
		if (part->kind != PART_MOMENT || strcmp(part->class, lane_words[lane]) != 0)
			continue;
		if (!any)
			put_row_title(out, str_of(message(lane_titles[lane], doc->language)), y);
		any = true;
		put_bar(out, outcome_classes[part->outcome], place_of(scale, part->from),
			place_of(scale, part->to), y + 17);
	}
	return any ? y + ROW_HEIGHT : y;
}

static int put_logs(
	struct out *out, const struct doc *doc, size_t first, const struct scale *scale, int y)
{
	size_t seen = 0;
	for (size_t i = first; i < doc->count && doc->at[i].kind != PART_SECTION; i++) {
		const struct part *part = &doc->at[i];
		if (part->kind != PART_SPAN || seen++ >= LOGS_MAX)
			continue;
		put_row_title(out, utf8_clip(part->text, 80), y);
		put_bar(out, strcmp(part->class, "whole") == 0 ? "none" : "part",
			place_of(scale, part->from), place_of(scale, part->to), y + 17);
		y += ROW_HEIGHT;
	}
	return y;
}

static void put_tick(struct out *out, int64_t time, int x, int y, int tick)
{
	struct instant_parts at = instant_parts((uint64_t)time);
	out_format(out,
		"<path class=\"g\" d=\"M%d 0v%d\"/><text class=\"s\" x=\"%d\" y=\"%d\" "
		"text-anchor=\"%s\">%04u-%02u-%02u %02u:%02u</text>",
		x, y, x, y + 16,
		tick == 0                   ? "start"
			: tick == TICKS - 1 ? "end"
					    : "middle",
		at.year, at.month, at.day, at.hour, at.minute);
}

static void put_axis(struct out *out, const struct scale *scale, int y)
{
	for (int tick = 0; tick < TICKS; tick++) {
		int64_t time = scale->from + (scale->to - scale->from) / (TICKS - 1) * tick;
		put_tick(out, time, place_of(scale, time), y, tick);
	}
}

static void put_day(struct out *out, int64_t time)
{
	struct instant_parts at = instant_parts((uint64_t)time);
	out_format(out, "%04u-%02u-%02u", at.year, at.month, at.day);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* a message, as in doc_parts.h */
static void put_alternative(struct out *out, const struct doc *doc, const struct scale *scale)
{
	struct out from = out_new(64), to = out_new(64);
	put_day(&from, scale->from);
	put_day(&to, scale->to);
	escape_html_attribute(out,
		str_of(arena_format(doc->arena, message(MESSAGE_TIMELINE_ALT, doc->language),
			(int)from.size, from.at, (int)to.size, to.at)));
	out_free(&from);
	out_free(&to);
}
#pragma GCC diagnostic pop

void html_timeline(struct out *out, const struct doc *doc, size_t first)
{
	struct scale scale = scale_of(doc, first);
	struct out rows = out_new(LIMIT_OUTPUT_BYTES), ticks = out_new(64 * KIB);
	int y = 2;
	for (int lane = 0; lane < LANE_COUNT; lane++)
		y = put_lane(&rows, doc, first, &scale, lane, y);
	y = put_logs(&rows, doc, first, &scale, y);
	put_axis(&ticks, &scale, y);
	out_format(out, "<figure>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
		LINE_WIDTH, y + AXIS_HEIGHT);
	put_alternative(out, doc, &scale);
	out_text(out, "\">");
	out_str(out, out_view(&ticks));
	out_str(out, out_view(&rows));
	out_text(out, "</svg>\n<figcaption class=\"note\">");
	escape_html_text(out, str_of(message(MESSAGE_LEGEND, doc->language)));
	out_text(out, "</figcaption>\n</figure>\n");
	out_free(&ticks);
	out_free(&rows);
}
