/*
 * A report for a terminal: 80 columns, no colour, the same in a file.
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
};

/* Makes `text` safe and puts it between the margins, after a mark on the first line. */
static void put(struct writer *w, size_t indent, const char *mark, struct str text)
{
	struct out safe = out_new(LIMIT_OUTPUT_BYTES);
	size_t columns = utf8_columns(str_of(mark));
	escape_terminal(&safe, text);
	out_repeat(w->out, ' ', indent);
	out_text(w->out, mark);
	/* wrap begins behind the mark: its first margin is already on the page. */
	struct out body = out_new(LIMIT_OUTPUT_BYTES);
	wrap(&body, out_view(&safe), (struct margins){indent + columns, indent + columns, WIDTH});
	out_str(w->out, str_from(out_view(&body), indent + columns));
	out_free(&body);
	out_free(&safe);
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
	put(w, 0, "", text);
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

static const char *claim_mark(const struct part *part)
{
	return strcmp(part->class, "for") == 0        ? "+ "
		: strcmp(part->class, "against") == 0 ? "- "
						      : "? ";
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
	put(w, 0, "", part->text);
	if (part->detail.size)
		put(w, 0, "", part->detail);
	put_rule(w, '=');
}

static void put_part(struct writer *w, const struct part *part)
{
	if (part->kind != PART_STEP && part->kind != PART_COMMAND && part->kind != PART_TEXT)
		w->step = 0;
	switch (part->kind) {
	case PART_TITLE:
		put(w, 0, "", part->text);
		put_rule(w, '=');
		break;
	case PART_FIELD:
		put_field(w, part);
		break;
	case PART_VERDICT:
		put_verdict(w, part);
		break;
	case PART_SECTION:
		put_heading(w, part->text, '-');
		break;
	case PART_FINDING:
		out_char(w->out, '\n');
		put(w, 0, "* ", part->text);
		break;
	case PART_TOPIC:
		out_char(w->out, '\n');
		put(w, 2, "", part->text);
		break;
	case PART_TEXT:
		put(w, 2, "", part->text);
		break;
	case PART_CLAIM:
		put(w, 2, claim_mark(part), part->text);
		break;
	case PART_CITATION:
		put_citation(w, &part->cited);
		break;
	case PART_LINK:
		put(w, 2, "-> ", part->text);
		break;
	case PART_STEP:
		put_step(w, part);
		break;
	case PART_COMMAND:
		put_command(w, part);
		break;
	case PART_BULLET:
		put(w, 2, "- ", part->text);
		break;
	case PART_HREF: /* an address that is cut in two cannot be followed */
		out_text(w->out, "  - ");
		escape_terminal(w->out, part->text);
		out_char(w->out, '\n');
		break;
	case PART_FOOTER:
		out_char(w->out, '\n');
		put(w, 0, "", part->text);
		break;
	}
}

void write_text(struct out *out, const struct doc *doc)
{
	struct writer w = {.out = out, .doc = doc};
	for (size_t i = 0; i < doc->count; i++)
		put_part(&w, &doc->at[i]);
}
