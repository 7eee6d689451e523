#include "base/escape.h"

#include "base/utf8.h"

#include <stdio.h>

/* Characters that change how the text around them is shown: C0, DEL and C1 controls, line and paragraph
 * separators, and what turns the writing direction (Unicode TR 9). */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
		(c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* No character at all in XML 1.0 (section 2.2), and never interchanged anyway. */
static bool is_noncharacter(uint32_t c)
{
	return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

static void put(struct out *out, uint32_t c)
{
	char bytes[4];
	out_str(out, (struct str){bytes, utf8_put(bytes, c)});
}

static void show(struct out *out, uint32_t c)
{
	out_format(out, c > 0xFFFF ? "\\U%08X" : "\\u%04X", (unsigned)c);
}

/* Calls `special` for each character; what it does not handle is put as it is, or shown if it controls. */
static void escape_with(struct out *out, struct str text, bool (*special)(struct out *, uint32_t))
{
	bool valid = true;
	while (text.size) {
		uint32_t c = utf8_next(&text, &valid);
		if (special && special(out, c))
			continue;
		if (is_control(c) || is_noncharacter(c))
			show(out, c);
		else
			put(out, c);
	}
}

void escape_terminal(struct out *out, struct str text)
{
	escape_with(out, text, NULL);
}

static bool markup(struct out *out, uint32_t c)
{
	const char *entity = c == '&' ? "&amp;"
		: c == '<'            ? "&lt;"
		: c == '>'            ? "&gt;"
		: c == '"'            ? "&quot;"
		: c == '\''           ? "&#39;"
				      : NULL;
	if (entity)
		out_text(out, entity);
	return entity != NULL;
}

void escape_html_text(struct out *out, struct str text)
{
	escape_with(out, text, markup);
}

void escape_html_attribute(struct out *out, struct str text)
{
	escape_with(out, text, markup);
}

void escape_xml(struct out *out, struct str text)
{
	escape_with(out, text, markup);
}

/* RFC 8259 section 7. Controls beyond it are escaped too: a terminal may show the JSON. JSON has escapes of
 * four digits only: what is beyond them takes a pair of surrogates. */
static bool json_special(struct out *out, uint32_t c)
{
	const char *pair = c == '"' ? "\\\""
		: c == '\\'         ? "\\\\"
		: c == '\n'         ? "\\n"
		: c == '\t'         ? "\\t"
				    : NULL;
	if (pair)
		out_text(out, pair);
	else if (c > 0xFFFF && is_noncharacter(c))
		out_format(out, "\\u%04x\\u%04x", (unsigned)(0xD800 + ((c - 0x10000) >> 10)),
			(unsigned)(0xDC00 + (c & 0x3FF)));
	else if (is_control(c))
		out_format(out, "\\u%04x", (unsigned)c);
	else
		return false;
	return true;
}

void escape_json(struct out *out, struct str text)
{
	escape_with(out, text, json_special);
}

/* CommonMark: what may begin markup anywhere in a line, and what ends a table cell. */
static bool markdown_special(struct out *out, uint32_t c)
{
	if (c == '<' || c == '&' || c == '>')
		return markup(out, c);
	if (c >= 0x80 || c == 0 || !str_has(STR("\\`*_[]|~#"), (struct str){&(char){(char)c}, 1}))
		return false;
	out_char(out, '\\');
	out_char(out, (char)c);
	return true;
}

void escape_markdown(struct out *out, struct str text)
{
	escape_with(out, text, markdown_special);
}

/* A code span ends at a run of backticks as long as its opening: open with one more than any inside.
 * A table cell ends at '|' even inside code, so it is written as its look-alike. */
static bool code_special(struct out *out, uint32_t c)
{
	if (c == '|')
		put(out, 0x2502);
	return c == '|';
}

void escape_markdown_code(struct out *out, struct str text)
{
	size_t longest = 0, run = 0;
	for (size_t i = 0; i < text.size; i++) {
		run = text.at[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	out_repeat(out, '`', longest + 1);
	if (longest)
		out_char(out, ' ');
	escape_with(out, text, code_special);
	if (longest)
		out_char(out, ' ');
	out_repeat(out, '`', longest + 1);
}
