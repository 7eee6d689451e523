/*
 * A report for a terminal: 80 columns, the same in a file; colour only when the caller asks for it.
 */
#include "doc.h"
#include "wrap.h"

#include "base/escape.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

#define WIDTH 80
#define LABEL_COLUMNS 16

struct writer {
	struct out *out;
	const struct doc *doc;
	unsigned step;
	bool colour;
};

/* ECMA-48 renditions; colours alone never carry a meaning. */
#define PLAIN "\033[0m"
#define BOLD "\033[1m"
#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"

static void shade(struct writer *w, const char *rendition)
{
	if (w->colour)
		out_text(w->out, rendition);
}

/* Makes `text` safe and puts it between the margins, after a mark on the first line. */
static void put_shaded(
	struct writer *w, size_t indent, const char *mark, const char *rendition, struct str text)
{
	struct out safe = out_new(LIMIT_OUTPUT_BYTES);
	size_t columns = utf8_columns(str_of(mark));
	escape_terminal(&safe, text);
	out_repeat(w->out, ' ', indent);
	if (*mark)
		shade(w, rendition);
	out_text(w->out, mark);
	if (*mark)
		shade(w, PLAIN);
	/* wrap begins behind the mark: its first margin is already on the page. */
	struct out body = out_new(LIMIT_OUTPUT_BYTES);
	wrap(&body, out_view(&safe), (struct margins){indent + columns, indent + columns, WIDTH});
	out_str(w->out, str_from(out_view(&body), indent + columns));
	out_free(&body);
	out_free(&safe);
}

static void put(struct writer *w, size_t indent, const char *mark, struct str text)
{
	put_shaded(w, indent, mark, BOLD, text);
}

/* A whole line that stands out. */
static void put_bold(struct writer *w, const char *rendition, struct str text)
{
	shade(w, rendition);
	put(w, 0, "", text);
	shade(w, PLAIN);
}

static void put_rule(struct writer *w, char c)
{
	out_repeat(w->out, c, WIDTH);
	out_char(w->out, '\n');
}

static void put_field(struct writer *w, const struct part *part)
{
	struct out label = out_new(KIB);
	out_str(&label, part->text);
	size_t columns = utf8_columns(part->text);
	out_repeat(&label, ' ', columns < LABEL_COLUMNS ? LABEL_COLUMNS - columns : 1);
	out_char(&label, '\0');
	put(w, 0, out_view(&label).at, part->detail);
	out_free(&label);
}

static void put_heading(struct writer *w, struct str text, char underline)
{
	out_char(w->out, '\n');
	put_bold(w, BOLD, text);
	out_repeat(w->out, underline, utf8_columns(text) < WIDTH ? utf8_columns(text) : WIDTH);
	out_char(w->out, '\n');
}

static void put_citation(struct writer *w, const struct citation *cited)
{
	struct out text = out_new(LIMIT_OUTPUT_BYTES);
	put_place(&text, cited);
	if (cited->quote.size) {
		out_text(&text, "  \"");
		out_str(&text, cited->quote);
		out_char(&text, '"');
	}
	put(w, 6, "", out_view(&text));
	out_free(&text);
}

/* "text (detail)" */
static void put_with_detail(
	struct writer *w, const char *mark, const char *rendition, const struct part *part)
{
	struct out text = out_new(LIMIT_OUTPUT_BYTES);
	out_str(&text, part->text);
	if (part->detail.size)
		out_format(&text, " (%.*s)", STR_PRINT(part->detail));
	put_shaded(w, 2, mark, rendition, out_view(&text));
	out_free(&text);
}

static void put_claim(struct writer *w, const struct part *part)
{
	struct part claim = *part;
	if (strcmp(part->class, "for") == 0) {
		put_with_detail(w, "+ ", GREEN, &claim);
	} else if (strcmp(part->class, "against") == 0) {
		put_with_detail(w, "- ", RED, &claim);
	} else {
		claim.detail = str_of(message(MESSAGE_SIDE_UNCHECKED, w->doc->language));
		put_with_detail(w, "? ", YELLOW, &claim);
	}
}

/* "text: detail", after what it is about. */
static void put_pair(struct writer *w, const char *mark, struct str text, struct str detail)
{
	struct out line = out_new(LIMIT_OUTPUT_BYTES);
	out_str(&line, text);
	if (text.size && detail.size)
		out_text(&line, w->doc->language == JAPANESE ? "：" : ": ");
	out_str(&line, detail);
	put(w, 2, mark, out_view(&line));
	out_free(&line);
}

static void put_file(struct writer *w, const struct part *part)
{
	const char *mark = strcmp(part->class, "read") == 0 ? "+ "
		: strcmp(part->class, "absent") == 0        ? "- "
							    : "? ";
	put_pair(w, mark, part->text, part->detail);
}

static void put_step(struct writer *w, const struct part *part)
{
	char mark[16];
	struct out text = out_new(LIMIT_OUTPUT_BYTES);
	struct out number = out_new(sizeof mark - 1);
	out_format(&number, "%u. ", ++w->step);
	memcpy(mark, number.at, number.size);
	mark[number.size] = '\0';
	out_str(&text, part->text);
	out_format(&text, " [%.*s]", STR_PRINT(part->detail));
	put(w, 2, mark, out_view(&text));
	out_free(&number);
	out_free(&text);
}

/* Commands are for copying: one line each, however long. */
static void put_command(struct writer *w, const struct part *part)
{
	out_text(w->out, "       > ");
	escape_terminal(w->out, part->text);
	out_char(w->out, '\n');
}

static void put_verdict(struct writer *w, const struct part *part)
{
	out_char(w->out, '\n');
	put_rule(w, '=');
	put_bold(w, BOLD, part->text);
	if (part->detail.size)
		put(w, 0, "", part->detail);
	put_rule(w, '=');
}

static void put_title(struct writer *w, const struct part *part)
{
	put_bold(w, BOLD, part->text);
	put_rule(w, '=');
}

static void put_alert(struct writer *w, const struct part *part)
{
	out_char(w->out, '\n');
	put_bold(w, RED, part->text);
}

static void put_section(struct writer *w, const struct part *part)
{
	put_heading(w, part->text, '-');
}

static void put_finding(struct writer *w, const struct part *part)
{
	out_char(w->out, '\n');
	put(w, 0, "* ", part->text);
}

static void put_topic(struct writer *w, const struct part *part)
{
	out_char(w->out, '\n');
	shade(w, BOLD);
	put(w, 2, "", part->text);
	shade(w, PLAIN);
}

static void put_footer(struct writer *w, const struct part *part)
{
	out_char(w->out, '\n');
	put(w, 0, "", part->text);
}

static void put_text(struct writer *w, const struct part *part)
{
	put(w, 2, "", part->text);
}

static void put_cited(struct writer *w, const struct part *part)
{
	put_citation(w, &part->cited);
}

static void put_link(struct writer *w, const struct part *part)
{
	put(w, 2, "-> ", part->text);
}

static void put_bullet(struct writer *w, const struct part *part)
{
	put(w, 2, "- ", part->text);
}

static void put_text_and_detail(struct writer *w, const struct part *part)
{
	put_pair(w, "- ", part->text, part->detail);
}

static void put_moment(struct writer *w, const struct part *part)
{
	put_pair(w, part->outcome == OUTCOME_BAD ? "! " : "- ", part->detail, part->text);
}

/* An address that is cut in two cannot be followed. */
static void put_href(struct writer *w, const struct part *part)
{
	out_text(w->out, "  - ");
	escape_terminal(w->out, part->text);
	out_char(w->out, '\n');
}

static void put_nothing(struct writer *w, const struct part *part)
{
	(void)w;
	(void)part;
}

static void (*const put_part[PART_COUNT])(struct writer *w, const struct part *part) = {
	[PART_TITLE] = put_title,
	[PART_FIELD] = put_field,
	[PART_VERDICT] = put_verdict,
	[PART_ALERT] = put_alert,
	[PART_SECTION] = put_section,
	[PART_FINDING] = put_finding,
	[PART_TOPIC] = put_topic,
	[PART_TEXT] = put_text,
	[PART_NOTE] = put_text,
	[PART_CLAIM] = put_claim,
	[PART_RULED_OUT] = put_text_and_detail,
	[PART_CITATION] = put_cited,
	[PART_LINK] = put_link,
	[PART_STEP] = put_step,
	[PART_COMMAND] = put_command,
	[PART_BULLET] = put_bullet,
	[PART_HREF] = put_href,
	[PART_TIMELINE] = put_text,
	[PART_MOMENT] = put_moment,
	[PART_SPAN] = put_text_and_detail,
	[PART_FILE] = put_file,
	[PART_FOLD] = put_topic,
	[PART_UNFOLD] = put_nothing,
	[PART_FOOTER] = put_footer,
};

void write_text(struct out *out, const struct doc *doc, bool colour)
{
	struct writer w = {.out = out, .doc = doc, .colour = colour};
	for (size_t i = 0; i < doc->count; i++) {
		const struct part *part = &doc->at[i];
		if (part->kind != PART_STEP && part->kind != PART_COMMAND &&
			part->kind != PART_TEXT)
			w.step = 0;
		put_part[part->kind](&w, part);
	}
}
