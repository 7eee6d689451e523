/*
 * A record as Windows' own event XML.
 *
 * XML 1.0 has no way to write control characters and a few others: they are shown as "\u0001", as everywhere in actdx,
 * so that nothing is lost and every reader of XML can read it.
 */
#include "evtx_internal.h"

#include "base/utf8.h"

struct writing {
	struct out *out;
	bool tag_open; /* "<Name" stands there without its ">" */
	bool in_attribute;
};

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7F && c != '<' && c != '>' && c != '&' && c != '"';
}

/* XML 1.0, section 2.2. */
static bool is_xml_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xFFFE) || c > 0xFFFF;
}

static void put_special(struct out *out, uint32_t c)
{
	char bytes[4];
	switch (c) {
	case '<':
		out_text(out, "&lt;");
		break;
	case '>':
		out_text(out, "&gt;");
		break;
	case '&':
		out_text(out, "&amp;");
		break;
	case '"':
		out_text(out, "&quot;");
		break;
	case '\t':
	case '\n':
	case '\r':
		out_format(out, "&#%u;", (unsigned)c);
		break;
	default:
		if (is_xml_char(c))
			out_str(out, (struct str){bytes, utf8_put(bytes, c)});
		else
			out_format(out, "\\u%04X", (unsigned)c);
	}
}

void xml_put(struct out *out, struct str text)
{
	while (text.size) {
		size_t plain = 0;
		bool valid = true;
		while (plain < text.size && is_plain((unsigned char)text.at[plain]))
			plain++;
		out_str(out, str_slice(text, 0, plain));
		text = str_from(text, plain);
		if (text.size)
			put_special(out, utf8_next(&text, &valid));
	}
}

static void end_tag(struct writing *w)
{
	if (w->tag_open)
		out_char(w->out, '>');
	w->tag_open = false;
}

static void open(void *context, struct str name)
{
	struct writing *w = context;
	end_tag(w);
	out_char(w->out, '<');
	out_str(w->out, name);
	w->tag_open = true;
}

static void attribute(void *context, struct str name)
{
	struct writing *w = context;
	out_char(w->out, ' ');
	out_str(w->out, name);
	out_text(w->out, "=\"");
	w->in_attribute = true;
}

static void attribute_end(void *context)
{
	struct writing *w = context;
	out_char(w->out, '"');
	w->in_attribute = false;
}

static void content(void *context)
{
	end_tag(context);
}

static void text(void *context, struct str more)
{
	struct writing *w = context;
	if (!w->in_attribute)
		end_tag(w);
	xml_put(w->out, more);
}

static void value(void *context, const struct value *from, struct str more)
{
	(void)from;
	text(context, more);
}

static void close(void *context, struct str name)
{
	struct writing *w = context;
	end_tag(w);
	out_text(w->out, "</");
	out_str(w->out, name);
	out_char(w->out, '>');
}

bool evtx_write_xml(const struct evtx_record *record, struct out *out)
{
	static const struct sink sink = {
		open, attribute, attribute_end, content, text, value, close};
	struct writing w = {.out = out};
	size_t before = out->size;
	if (record_print(record, FORMAT_XML, out))
		return true;
	if (record_run(record, &sink, &w) && out->size > before) {
		out_char(out, '\n');
		return true;
	}
	out->size = before;
	return false;
}
