/*
 * A report for a browser: one file, no script, nothing loaded from anywhere.
 *
 * The Content-Security-Policy forbids everything but styles and pictures that are in the file, so that even markup that
 * slipped through escaping could not run, load or send anything. Text of evidence stands in <bdi>, which keeps its
 * writing direction from turning what is around it.
 */
#include "html.h"

#include "base/escape.h"
#include "base/limits.h"

#include <string.h>

struct writer {
	struct out *out;
	const struct doc *doc;
	const char *open; /* the list or table that is open: "ul", "ol", "dl", "table", or NULL */
	const char *
		end; /* what closes its last item, which citations and commands go into; NULL: none is open */
	enum part_kind row; /* of the open table */
	bool in_header, in_section, in_finding;
};

static void text(struct writer *w, const char *before, struct str content, const char *after)
{
	out_text(w->out, before);
	escape_html_text(w->out, content);
	out_text(w->out, after);
}

static struct str words(const struct writer *w, enum message id)
{
	return str_of(message(id, w->doc->language));
}

/*
 * What is open
 */

static void close_item(struct writer *w)
{
	if (w->end)
		out_text(w->out, w->end);
	w->end = NULL;
}

static void close_list(struct writer *w)
{
	close_item(w);
	if (w->open)
		out_format(w->out, strcmp(w->open, "table") == 0 ? "</tbody></%s>\n" : "</%s>\n",
			w->open);
	w->open = NULL;
}

static void close_header(struct writer *w)
{
	close_list(w);
	if (w->in_header)
		out_text(w->out, "</header>\n<main>\n");
	w->in_header = false;
}

static void close_section(struct writer *w)
{
	close_header(w);
	if (w->in_section)
		out_text(w->out, "</section>\n");
	w->in_section = w->in_finding = false;
}

static void in_list(struct writer *w, const char *list)
{
	close_item(w);
	if (w->open && strcmp(w->open, list) == 0)
		return;
	close_list(w);
	out_format(w->out, "<%s>\n", list);
	w->open = list;
}

static void open_item(struct writer *w, const char *list, struct str content)
{
	in_list(w, list);
	text(w, "<li>", content, "");
	w->end = "</li>\n";
}

/*
 * Tables: a run of parts of one kind, each a row
 */

static const struct {
	enum part_kind kind;
	const char *first; /* class of the first column's head */
	enum message heads[3];
	int columns;
} tables[] = {
	{PART_CLAIM, "mark", {MESSAGE_HEAD_SIDE, MESSAGE_HEAD_STATEMENT, MESSAGE_HEAD_PLACE}, 3},
	{PART_RULED_OUT, "", {MESSAGE_HEAD_CAUSE, MESSAGE_HEAD_REFUTED, MESSAGE_HEAD_CAUSE}, 2},
	{PART_MOMENT, "when", {MESSAGE_HEAD_TIME, MESSAGE_HEAD_STATEMENT, MESSAGE_HEAD_PLACE}, 3},
	{PART_SPAN, "", {MESSAGE_HEAD_LOG, MESSAGE_HEAD_STATEMENT, MESSAGE_HEAD_CAUSE}, 2},
	{PART_FILE, "", {MESSAGE_HEAD_FILE, MESSAGE_HEAD_STATEMENT, MESSAGE_HEAD_READ}, 3},
};

static void open_row(struct writer *w, enum part_kind kind)
{
	close_item(w);
	if (!w->open || strcmp(w->open, "table") != 0 || w->row != kind) {
		close_list(w);
		for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
			if (tables[i].kind != kind)
				continue;
			out_text(w->out, "<table>\n<thead><tr>");
			for (int k = 0; k < tables[i].columns; k++) {
				out_format(w->out, "<th scope=\"col\" class=\"%s\">",
					k == 0 ? tables[i].first : "");
				text(w, "", words(w, tables[i].heads[k]), "</th>");
			}
			out_text(w->out, "</tr></thead>\n<tbody>\n");
		}
		w->open = "table";
		w->row = kind;
	}
	out_text(w->out, "<tr>");
	w->end = "</td></tr>\n";
}

static void put_claim(struct writer *w, const struct part *part)
{
	enum message side = strcmp(part->class, "for") == 0 ? MESSAGE_SIDE_FOR
		: strcmp(part->class, "against") == 0       ? MESSAGE_SIDE_AGAINST
							    : MESSAGE_SIDE_UNCHECKED;
	open_row(w, PART_CLAIM);
	out_format(w->out, "<th scope=\"row\" class=\"%s\">", part->class);
	out_text(w->out,
		side == MESSAGE_SIDE_FOR               ? "+ "
			: side == MESSAGE_SIDE_AGAINST ? "\xE2\x88\x92 "
						       : "? ");
	text(w, "", words(w, side), "");
	if (side != MESSAGE_SIDE_UNCHECKED)
		text(w, " <span class=\"id\">(", part->detail, ")</span>");
	text(w, "</th><td>", part->text, "</td><td>");
}

static void put_pair(struct writer *w, const struct part *part, struct str head, struct str body)
{
	open_row(w, part->kind);
	text(w, "<th scope=\"row\"><bdi>", head, "</bdi></th>");
	text(w, "<td><bdi>", body, "</bdi>");
}

static void put_moment(struct writer *w, const struct part *part)
{
	static const char *const marks[] = {
		[OUTCOME_NONE] = "", [OUTCOME_GOOD] = "good", [OUTCOME_BAD] = "bad"};
	open_row(w, PART_MOMENT);
	text(w, "<th scope=\"row\" class=\"id\">", part->detail, "</th>");
	out_format(w->out, "<td class=\"%s\">", marks[part->outcome]);
	text(w, "<bdi>", part->text, "</bdi></td><td>");
}

static void put_file(struct writer *w, const struct part *part)
{
	open_row(w, PART_FILE);
	text(w, "<th scope=\"row\"><bdi>", part->text, "</bdi></th>");
	text(w, "<td>", part->more, "</td>");
	text(w, "<td><bdi>", part->detail, "</bdi>");
}

/*
 * Parts
 */

static void put_citation(struct writer *w, const struct citation *cited)
{
	struct out place = out_new(LIMIT_OUTPUT_BYTES);
	put_place(&place, cited);
	text(w, "<span class=\"cite\"><bdi>", out_view(&place), "</bdi>");
	if (cited->quote.size)
		text(w, " <q><bdi>", cited->quote, "</bdi></q>");
	out_text(w->out, "</span>");
	out_free(&place);
}

static void put_field(struct writer *w, const struct part *part)
{
	in_list(w, "dl");
	text(w, "<dt>", part->text, "</dt>");
	text(w, "<dd><bdi>", part->detail, "</bdi></dd>\n");
}

static void put_verdict(struct writer *w, const struct part *part)
{
	close_list(w);
	out_format(w->out, "<div class=\"verdict %s\">", part->class);
	text(w, "<b>", part->text, "</b>");
	if (part->detail.size)
		text(w, "<p>", part->detail, "</p>");
	out_text(w->out, "</div>\n");
}

static void put_section(struct writer *w, const struct part *part)
{
	close_section(w);
	out_format(w->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", part->class,
		part->class);
	text(w, "", part->text, "</h2>\n");
	w->in_section = true;
}

static void put_finding(struct writer *w, const struct part *part)
{
	close_list(w);
	text(w, "<h3>", part->text, "");
	text(w, " <span class=\"id\">", part->detail, "</span></h3>\n");
	w->in_finding = true;
}

static void put_topic(struct writer *w, const struct part *part)
{
	close_list(w);
	text(w, w->in_finding ? "<h4>" : "<h3>", part->text, w->in_finding ? "</h4>\n" : "</h3>\n");
}

static void put_paragraph(struct writer *w, const char *before, const struct part *part)
{
	if (!w->end || part->kind != PART_TEXT)
		close_list(w);
	text(w, before, part->text, "</p>\n");
}

static void put_step(struct writer *w, const struct part *part)
{
	struct str admin = words(w, MESSAGE_NEEDS_ADMIN);
	bool elevated = str_ends(part->detail, admin);
	open_item(w, "ol", part->text);
	out_format(w->out, " <span class=\"%s\">", elevated ? "where admin" : "where");
	text(w, "[", part->detail, "]</span>");
}

static void put_href(struct writer *w, const struct part *part)
{
	in_list(w, "ul");
	out_text(w->out, "<li><a rel=\"noreferrer\" href=\"");
	escape_html_attribute(w->out, part->text);
	text(w, "\">", part->text, "</a></li>\n");
}

/* Moments and spans, further down in the same section, as a picture. */
static void put_timeline(struct writer *w, const struct part *part)
{
	close_list(w);
	html_timeline(w->out, w->doc, (size_t)(part - w->doc->at));
	text(w, "<p class=\"note\">", part->text, "</p>\n");
}

static void put_cited(struct writer *w, const struct part *part)
{
	put_citation(w, &part->cited);
}

static void put_text_and_detail(struct writer *w, const struct part *part)
{
	put_pair(w, part, part->text, part->detail);
}

static void put_title(struct writer *w, const struct part *part)
{
	text(w, "<h1>", part->text, "</h1>\n");
}

static void put_fold(struct writer *w, const struct part *part)
{
	close_list(w);
	text(w, "<details>\n<summary>", part->text, "</summary>\n");
}

static void put_unfold(struct writer *w, const struct part *part)
{
	(void)part;
	close_list(w);
	out_text(w->out, "</details>\n");
}

static void put_footer(struct writer *w, const struct part *part)
{
	close_section(w);
	text(w, "</main>\n<footer>", part->text, "</footer>\n");
}

static void put_alert(struct writer *w, const struct part *part)
{
	put_paragraph(w, "<p class=\"alert\">", part);
}

static void put_text(struct writer *w, const struct part *part)
{
	put_paragraph(w, "<p>", part);
}

static void put_note(struct writer *w, const struct part *part)
{
	put_paragraph(w, "<p class=\"note\">", part);
}

static void put_bullet(struct writer *w, const struct part *part)
{
	open_item(w, "ul", part->text);
}

static void put_command(struct writer *w, const struct part *part)
{
	text(w, "<pre>", part->text, "</pre>");
}

/* A chain is one picture: its first link draws them all. */
static void put_link(struct writer *w, const struct part *part)
{
	size_t at = (size_t)(part - w->doc->at);
	close_list(w);
	if (w->doc->at[at - 1].kind != PART_LINK)
		html_chain(w->out, w->doc, at);
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
	[PART_NOTE] = put_note,
	[PART_CLAIM] = put_claim,
	[PART_RULED_OUT] = put_text_and_detail,
	[PART_CITATION] = put_cited,
	[PART_LINK] = put_link,
	[PART_STEP] = put_step,
	[PART_COMMAND] = put_command,
	[PART_BULLET] = put_bullet,
	[PART_HREF] = put_href,
	[PART_TIMELINE] = put_timeline,
	[PART_MOMENT] = put_moment,
	[PART_SPAN] = put_text_and_detail,
	[PART_FILE] = put_file,
	[PART_FOLD] = put_fold,
	[PART_UNFOLD] = put_unfold,
	[PART_FOOTER] = put_footer,
};

static void put_head(struct writer *w)
{
	out_format(w->out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		language_codes[w->doc->language]);
	out_text(w->out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n");
	text(w, "<title>actdx: ", w->doc->at[0].text, "</title>\n<style>");
	for (size_t i = 0; html_style[i]; i++)
		out_text(w->out, html_style[i]);
	out_text(w->out, "</style>\n</head>\n<body>\n<header>\n");
	w->in_header = true;
}

void write_html(struct out *out, const struct doc *doc)
{
	struct writer w = {.out = out, .doc = doc};
	put_head(&w);
	for (size_t i = 0; i < doc->count; i++)
		put_part[doc->at[i].kind](&w, &doc->at[i]);
	out_text(out, "</body>\n</html>\n");
}
