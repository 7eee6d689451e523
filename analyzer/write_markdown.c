/*
 * A report for a ticket: CommonMark that every tracker shows.
 */
#include "doc.h"

#include "base/escape.h"
#include "base/limits.h"

struct writer {
	struct out *out;
	enum language language;
	enum part_kind last;
	unsigned step;
	bool in_finding; /* a heading of the third level stands above */
};

static void line(struct writer *w, const char *before, struct str text)
{
	out_text(w->out, before);
	escape_markdown(w->out, text);
	out_char(w->out, '\n');
}

static void put_citation(struct writer *w, const char *before, const struct part *part)
{
	const struct citation *cited = &part->cited;
	struct out place = out_new(LIMIT_OUTPUT_BYTES);
	put_place(&place, cited);
	out_text(w->out, before);
	escape_markdown_code(w->out, out_view(&place));
	out_char(w->out, ' ');
	if (cited->quote.size)
		escape_markdown_code(w->out, cited->quote);
	out_char(w->out, '\n');
	out_free(&place);
}

static void put_field(struct writer *w, const char *before, const struct part *part)
{
	out_format(w->out, "%s**", before);
	escape_markdown(w->out, part->text);
	out_text(w->out, ":** ");
	escape_markdown(w->out, part->detail);
	out_char(w->out, '\n');
}

/* "MARK text (detail)" */
static void put_with_detail(
	struct writer *w, const char *mark, struct str text, const char *open, struct str detail)
{
	out_text(w->out, mark);
	escape_markdown(w->out, text);
	if (detail.size) {
		out_text(w->out, open);
		escape_markdown(w->out, detail);
		out_text(w->out, *open == ' ' ? ")" : "");
	}
	out_char(w->out, '\n');
}

static void put_claim(struct writer *w, const char *before, const struct part *part)
{
	struct str unknown = str_of(message(MESSAGE_SIDE_UNCHECKED, w->language));
	const char *mark = part->class[0] == 'f' ? "(+) " : part->class[0] == 'a' ? "(-) " : "(?) ";
	out_text(w->out, before);
	put_with_detail(w, mark, part->text, " (", part->class[0] == 'u' ? unknown : part->detail);
}

static void put_file(struct writer *w, const char *before, const struct part *part)
{
	out_text(w->out, before);
	escape_markdown_code(w->out, part->text);
	put_with_detail(w, ": ", part->detail, " (", part->more);
}

static void put_step(struct writer *w, const char *before, const struct part *part)
{
	out_format(w->out, "%s%u. ", before, ++w->step);
	escape_markdown(w->out, part->text);
	out_text(w->out, " *(");
	escape_markdown(w->out, part->detail);
	out_text(w->out, ")*\n");
}

/* A fenced block: a code span would have to change '|' for the sake of tables. */
static void put_command(struct writer *w, const char *before, const struct part *part)
{
	const char *indent = w->last == PART_STEP || w->last == PART_BULLET ? "   " : "";
	out_format(w->out, "%s%s```\n%s", before, indent, indent);
	escape_terminal(w->out, part->text);
	out_format(w->out, "\n%s```\n", indent);
}

static void put_verdict(struct writer *w, const char *before, const struct part *part)
{
	out_format(w->out, "\n%s**", before);
	escape_markdown(w->out, part->text);
	out_text(w->out, "**\n");
	if (part->detail.size)
		line(w, before, part->detail);
	out_char(w->out, '\n');
}

/* A list ends with a blank line before running text. */
static void part_from_text(struct writer *w, const char *before, struct str text)
{
	out_char(w->out, '\n');
	line(w, before, text);
	out_char(w->out, '\n');
}

/*
 * Each kind of part: what prints it, and what stands before it
 */

static void put_line(struct writer *w, const char *before, const struct part *part)
{
	line(w, before, part->text);
}

static void put_paragraph(struct writer *w, const char *before, const struct part *part)
{
	part_from_text(w, before, part->text);
}

static void put_section(struct writer *w, const char *before, const struct part *part)
{
	w->in_finding = false;
	part_from_text(w, before, part->text);
}

static void put_finding(struct writer *w, const char *before, const struct part *part)
{
	w->in_finding = true;
	part_from_text(w, before, part->text);
}

static void put_topic(struct writer *w, const char *before, const struct part *part)
{
	part_from_text(w, w->in_finding ? "#### " : before, part->text);
}

static void put_pair(struct writer *w, const char *before, const struct part *part)
{
	put_with_detail(w, before, part->text, ": ", part->detail);
}

static void put_moment(struct writer *w, const char *before, const struct part *part)
{
	put_with_detail(w, before, part->detail, ": ", part->text);
}

static void put_href(struct writer *w, const char *before, const struct part *part)
{
	out_format(w->out, "%s<%.*s>\n", before, STR_PRINT(part->text));
}

static void put_nothing(struct writer *w, const char *before, const struct part *part)
{
	(void)w;
	(void)before;
	(void)part;
}

static const struct {
	void (*put)(struct writer *w, const char *before, const struct part *part);
	const char *before;
} forms[PART_COUNT] = {
	[PART_TITLE] = {put_line, "# "},
	[PART_FIELD] = {put_field, "- "},
	[PART_VERDICT] = {put_verdict, "> "},
	[PART_ALERT] = {put_paragraph, "> "},
	[PART_SECTION] = {put_section, "## "},
	[PART_FINDING] = {put_finding, "### "},
	[PART_TOPIC] = {put_topic, "### "},
	[PART_TEXT] = {put_paragraph, ""},
	[PART_NOTE] = {put_paragraph, ""},
	[PART_CLAIM] = {put_claim, "- "},
	[PART_RULED_OUT] = {put_pair, "- "},
	[PART_CITATION] = {put_citation, "    - "},
	[PART_LINK] = {put_line, "- → "},
	[PART_STEP] = {put_step, ""},
	[PART_COMMAND] = {put_command, ""},
	[PART_BULLET] = {put_line, "- "},
	[PART_HREF] = {put_href, "- "},
	[PART_TIMELINE] = {put_paragraph, ""},
	[PART_MOMENT] = {put_moment, "- "},
	[PART_SPAN] = {put_pair, "- "},
	[PART_FILE] = {put_file, "- "},
	[PART_FOLD] = {put_topic, "### "},
	[PART_UNFOLD] = {put_nothing, ""},
	[PART_FOOTER] = {put_paragraph, ""},
};

void write_markdown(struct out *out, const struct doc *doc)
{
	struct writer w = {.out = out, .language = doc->language};
	for (size_t i = 0; i < doc->count; i++) {
		const struct part *part = &doc->at[i];
		if (part->kind != PART_STEP && part->kind != PART_COMMAND &&
			part->kind != PART_TEXT)
			w.step = 0;
		forms[part->kind].put(&w, forms[part->kind].before, part);
		w.last = part->kind;
	}
}
