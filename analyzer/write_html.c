/*
 * A report for a browser: one file, no script, nothing loaded from anywhere.
 *
 * The Content-Security-Policy forbids everything but the one style sheet in it, named by its checksum, so
 * that even markup that slipped through escaping could not run, load or send anything.
 */
#include "doc.h"

#include "base/escape.h"
#include "base/hash.h"
#include "base/limits.h"

#include <string.h>

static const char style[] =
	"\n"
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;"
	"--tint:#f6f8fa;--good:#1a7f37;--bad:#b42318;--warn:#9a6700}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;"
	"--line:#3d444d;--tint:#151b23;--good:#3fb950;--bad:#ff7b72;--warn:#d29922}}\n"
	"body{font:16px/1.55 system-ui,'Segoe UI','Yu Gothic UI','Noto Sans CJK JP',sans-serif;"
	"color:var(--ink);background:var(--paper);max-width:52rem;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:1px solid var(--line);"
	"padding-bottom:.2rem;margin-top:2.2rem}h3{font-size:1.05rem;margin:1.6rem 0 .3rem}"
	"h4{font-size:1rem;margin:1.1rem 0 .2rem;color:var(--soft)}\n"
	"dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem}"
	"dt{color:var(--soft);grid-column:1}dd{margin:0;overflow-wrap:anywhere;grid-column:2}\n"
	".verdict{border-left:6px solid var(--warn);background:var(--tint);padding:.8rem 1rem;"
	"margin:1.2rem 0}.verdict b{font-size:1.15rem}.verdict p{margin:.2rem 0 0;color:var(--soft)}"
	".found{border-color:var(--bad)}.healthy{border-color:var(--good)}\n"
	"ul,ol{padding-left:1.6rem;margin:.3rem 0}li{margin:.25rem 0}\n"
	"li.for::marker{content:'+ ';color:var(--good);font-weight:bold}"
	"li.against::marker{content:'\\2212 ';color:var(--bad);font-weight:bold}"
	"li.unchecked::marker{content:'? ';color:var(--warn)}li.unchecked{color:var(--soft)}"
	"li.seen::marker,li.unseen::marker{content:'\\2192 '}li.unseen{color:var(--soft)}\n"
	".cite{display:block;font-size:.86rem;color:var(--soft);overflow-wrap:anywhere}"
	".cite q{color:var(--ink);font-family:ui-monospace,Consolas,'MS Gothic',monospace;"
	"white-space:pre-wrap}.where{color:var(--soft);font-size:.9rem}"
	".id{color:var(--soft);font-weight:normal;font-size:.85rem}\n"
	"pre{background:var(--tint);border:1px solid var(--line);padding:.45rem .6rem;margin:.3rem 0;"
	"overflow-x:auto;font:.88rem/1.4 ui-monospace,Consolas,'MS Gothic',monospace}\n"
	"footer{margin-top:2.5rem;color:var(--soft);font-size:.88rem;border-top:1px solid var(--line);"
	"padding-top:.6rem}@media print{body{margin:0;max-width:none}pre{white-space:pre-wrap}}\n";

struct writer {
	struct out *out;
	const char *list; /* the list that is open, "ul", "ol", "dl", or NULL */
	bool item;        /* its last item is still open: citations and commands go inside */
};

static void text(struct writer *w, const char *before, struct str content, const char *after)
{
	out_text(w->out, before);
	escape_html_text(w->out, content);
	out_text(w->out, after);
}

static void close_item(struct writer *w)
{
	if (w->item)
		out_text(w->out, "</li>\n");
	w->item = false;
}

static void close_list(struct writer *w)
{
	close_item(w);
	if (w->list)
		out_format(w->out, "</%s>\n", w->list);
	w->list = NULL;
}

static void in_list(struct writer *w, const char *list)
{
	close_item(w);
	if (w->list && strcmp(w->list, list) == 0)
		return;
	close_list(w);
	out_format(w->out, "<%s>\n", list);
	w->list = list;
}

static void open_item(struct writer *w, const char *list, const char *class, struct str content)
{
	in_list(w, list);
	out_text(w->out, "<li");
	if (*class)
		out_format(w->out, " class=\"%s\"", class);
	text(w, ">", content, "");
	w->item = true;
}

static void put_citation(struct writer *w, const struct citation *cited)
{
	struct out place = out_new(LIMIT_OUTPUT_BYTES);
	put_place(&place, cited);
	const char *tag = w->list && strcmp(w->list, "dl") == 0 ? "dd" : "span";
	out_format(w->out, "<%s class=\"cite\">", tag);
	escape_html_text(w->out, out_view(&place));
	if (cited->quote.size)
		text(w, " <q>", cited->quote, "</q>");
	out_format(w->out, "</%s>", tag);
	out_free(&place);
}

static void put_field(struct writer *w, const struct part *part)
{
	in_list(w, "dl");
	text(w, "<dt>", part->text, "</dt>");
	text(w, "<dd>", part->detail, "</dd>\n");
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

static void put_finding(struct writer *w, const struct part *part)
{
	close_list(w);
	text(w, "<h3>", part->text, " ");
	text(w, "<span class=\"id\">", part->detail, "</span></h3>\n");
}

static void put_step(struct writer *w, const struct part *part)
{
	open_item(w, "ol", "", part->text);
	text(w, " <span class=\"where\">(", part->detail, ")</span>");
}

static void heading(struct writer *w, const char *before, struct str content, const char *after)
{
	close_list(w);
	text(w, before, content, after);
}

static void put_text(struct writer *w, const struct part *part)
{
	if (!w->item)
		close_list(w);
	text(w, "<p>", part->text, "</p>\n");
}

static void put_href(struct writer *w, const struct part *part)
{
	in_list(w, "ul");
	out_text(w->out, "<li><a rel=\"noreferrer\" href=\"");
	escape_html_attribute(w->out, part->text);
	text(w, "\">", part->text, "</a></li>\n");
}

static void put_part(struct writer *w, const struct part *part)
{
	switch (part->kind) {
	case PART_TITLE:
		heading(w, "<h1>", part->text, "</h1>\n");
		break;
	case PART_FIELD:
		put_field(w, part);
		break;
	case PART_VERDICT:
		put_verdict(w, part);
		break;
	case PART_SECTION:
		heading(w, "<h2>", part->text, "</h2>\n");
		break;
	case PART_FINDING:
		put_finding(w, part);
		break;
	case PART_TOPIC:
		heading(w, "<h4>", part->text, "</h4>\n");
		break;
	case PART_TEXT:
		put_text(w, part);
		break;
	case PART_CLAIM:
	case PART_LINK:
	case PART_BULLET:
		open_item(w, "ul", part->class, part->text);
		break;
	case PART_CITATION:
		put_citation(w, &part->cited);
		break;
	case PART_STEP:
		put_step(w, part);
		break;
	case PART_COMMAND:
		text(w, "<pre>", part->text, "</pre>");
		break;
	case PART_HREF:
		put_href(w, part);
		break;
	case PART_FOOTER:
		heading(w, "<footer>", part->text, "</footer>\n");
		break;
	}
}

void write_html(struct out *out, const struct doc *doc)
{
	struct writer w = {.out = out};
	struct hash_base64 hash =
		hash_base64_of((struct bytes){(const uint8_t *)style, sizeof style - 1});
	out_format(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		language_codes[doc->language]);
	out_format(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
		hash.text);
	out_text(out,
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n");
	text(&w, "<title>actdx: ", doc->at[0].text, "</title>\n<style>");
	out_text(out, style);
	out_text(out, "</style>\n</head>\n<body>\n");
	for (size_t i = 0; i < doc->count; i++)
		put_part(&w, &doc->at[i]);
	close_list(&w);
	out_text(out, "</body>\n</html>\n");
}
