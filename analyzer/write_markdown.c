/*
 * A report for a ticket: CommonMark that every tracker shows.
 */
#include "doc.h"

#include "base/escape.h"
#include "base/limits.h"

struct writer {
	struct out *out;
	enum part_kind last;
	unsigned step;
};

static void line(struct writer *w, const char *before, struct str text)
{
	out_text(w->out, before);
	escape_markdown(w->out, text);
	out_char(w->out, '\n');
}

static void put_citation(struct writer *w, const struct citation *cited)
{
	struct out place = out_new(LIMIT_OUTPUT_BYTES);
	put_place(&place, cited);
	out_text(w->out, "    - ");
	escape_markdown_code(w->out, out_view(&place));
	out_char(w->out, ' ');
	if (cited->quote.size)
		escape_markdown_code(w->out, cited->quote);
	out_char(w->out, '\n');
	out_free(&place);
}

static void put_field(struct writer *w, const struct part *part)
{
	out_text(w->out, "- **");
	escape_markdown(w->out, part->text);
	out_text(w->out, ":** ");
	escape_markdown(w->out, part->detail);
	out_char(w->out, '\n');
}

static void put_claim(struct writer *w, const struct part *part)
{
	const char *mark = part->class[0] == 'f' ? "- (+) "
		: part->class[0] == 'a'          ? "- (-) "
						 : "- (?) ";
	line(w, mark, part->text);
}

static void put_step(struct writer *w, const struct part *part)
{
	out_format(w->out, "%u. ", ++w->step);
	escape_markdown(w->out, part->text);
	out_text(w->out, " *(");
	escape_markdown(w->out, part->detail);
	out_text(w->out, ")*\n");
}

/* A fenced block: a code span would have to change '|' for the sake of tables. */
static void put_command(struct writer *w, const struct part *part)
{
	const char *indent = w->last == PART_STEP || w->last == PART_BULLET ? "   " : "";
	out_format(w->out, "%s```\n%s", indent, indent);
	escape_terminal(w->out, part->text);
	out_format(w->out, "\n%s```\n", indent);
}

static void put_verdict(struct writer *w, const struct part *part)
{
	out_text(w->out, "\n> **");
	escape_markdown(w->out, part->text);
	out_text(w->out, "**\n");
	if (part->detail.size)
		line(w, "> ", part->detail);
	out_char(w->out, '\n');
}

/* A list ends with a blank line before running text. */
static void part_from_text(struct writer *w, const char *before, struct str text)
{
	out_char(w->out, '\n');
	line(w, before, text);
	out_char(w->out, '\n');
}

static void put_part(struct writer *w, const struct part *part)
{
	if (part->kind != PART_STEP && part->kind != PART_COMMAND && part->kind != PART_TEXT)
		w->step = 0;
	switch (part->kind) {
	case PART_TITLE:
		line(w, "# ", part->text);
		break;
	case PART_FIELD:
		put_field(w, part);
		break;
	case PART_VERDICT:
		put_verdict(w, part);
		break;
	case PART_SECTION:
		part_from_text(w, "## ", part->text);
		break;
	case PART_FINDING:
		part_from_text(w, "### ", part->text);
		break;
	case PART_TOPIC:
		part_from_text(w, "#### ", part->text);
		break;
	case PART_TEXT:
	case PART_FOOTER:
		part_from_text(w, "", part->text);
		break;
	case PART_CLAIM:
		put_claim(w, part);
		break;
	case PART_CITATION:
		put_citation(w, &part->cited);
		break;
	case PART_LINK:
		line(w, "- → ", part->text);
		break;
	case PART_STEP:
		put_step(w, part);
		break;
	case PART_COMMAND:
		put_command(w, part);
		break;
	case PART_BULLET:
		line(w, "- ", part->text);
		break;
	case PART_HREF:
		out_format(w->out, "- <%.*s>\n", STR_PRINT(part->text));
		break;
	}
	w->last = part->kind;
}

void write_markdown(struct out *out, const struct doc *doc)
{
	struct writer w = {.out = out};
	for (size_t i = 0; i < doc->count; i++)
		put_part(&w, &doc->at[i]);
}
