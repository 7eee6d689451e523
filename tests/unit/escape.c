/* Text leaving the program: nothing goes through that the place would act on. */
#include "base/escape.h"

#include "unit.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

typedef void (*escape)(struct out *, struct str);

static const char *through(escape function, struct str text)
{
	struct out out = out_new(4096);
	function(&out, text);
	const char *made = unit_text(out_view(&out));
	out_free(&out);
	return made;
}

static const struct {
	const char *name;
	escape function;
} places[] = {
	{"terminal", escape_terminal},
	{"html text", escape_html_text},
	{"html attribute", escape_html_attribute},
	{"json", escape_json},
	{"xml", escape_xml},
	{"markdown", escape_markdown},
	{"markdown code", escape_markdown_code},
};

/* C0, DEL, C1, line and paragraph separator, direction marks, embeddings, overrides and isolates, the byte
 * order mark. */
static bool is_forbidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F ||
		(c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
		(c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

START_TEST(no_control_gets_through)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		if (c == 0x2100)
			c = 0xFD00; /* letters */
		if (c == 0x10100)
			c = 0x1FF00;
		if (c >= 0x20000 && (c & 0xFFFF) == 0)
			c += 0xFFF0;
		if (!is_forbidden(c))
			continue;
		char bytes[4];
		struct str one = {bytes, utf8_put(bytes, c)};
		struct str made = str_of(through(places[_i].function, one));
		ck_assert_msg(made.size > 0 && !str_has(made, one), "%s lets U+%04X through",
			places[_i].name, (unsigned)c);
		bool valid;
		for (struct str rest = made; rest.size;) {
			uint32_t seen = utf8_next(&rest, &valid);
			ck_assert_msg(valid && !is_forbidden(seen), "%s makes U+%04X of U+%04X",
				places[_i].name, (unsigned)seen, (unsigned)c);
		}
	}
}
END_TEST

START_TEST(any_bytes_give_valid_text)
{
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b += 3) {
			char bytes[] = {(char)a, (char)b, 'x'};
			struct out out = out_new(4096);
			places[_i].function(&out, (struct str){bytes, 3});
			ck_assert(utf8_is_valid(out_view(&out)));
			ck_assert(str_has(out_view(&out), STR("x")));
			out_free(&out);
		}
}
END_TEST

static const struct {
	escape function;
	struct str text;
	const char *made;
} cases[] = {
	{escape_terminal, STR_INIT("\x1b[2Ja\r\n"), "\\u001B[2Ja\\u000D\\u000A"},
	{escape_terminal, STR_INIT("a\0b"), "a\\u0000b"},
	{escape_terminal,
		STR_INIT("\xC2\x9B"
			 "2J"),
		"\\u009B2J"},
	{escape_terminal, /* NOLINTNEXTLINE(misc-misleading-bidirectional): it is the case */
		STR_INIT("txt.\xE2\x80\xAE"
			 "exe"),
		"txt.\\u202Eexe"},
	{escape_terminal, STR_INIT("ライセンス é"), "ライセンス é"},
	{escape_terminal, STR_INIT("\xFF"), "\xEF\xBF\xBD"},
	{escape_html_text, STR_INIT("<script>&'\""), "&lt;script&gt;&amp;&#39;&quot;"},
	{escape_html_attribute, STR_INIT("\" onload='x'"), "&quot; onload=&#39;x&#39;"},
	{escape_xml, STR_INIT("]]><!--&\1"), "]]&gt;&lt;!--&amp;\\u0001"},
	{escape_json, STR_INIT("\"\\\n\t\r\x1b/</script>"),
		"\\\"\\\\\\n\\t\\u000d\\u001b/</script>"},
	{escape_json, STR_INIT("\xE2\x80\xA8\xEF\xBF\xBE"), "\\u2028\\uFFFE"},
	/* JSON has no escape of eight digits */
	{escape_json, STR_INIT("\xF0\x9F\xBF\xBE"), "\\ud83f\\udffe"},
	{escape_markdown, STR_INIT("[x](http://a) *b* `c` | <d> #"),
		"\\[x\\](http://a) \\*b\\* \\`c\\` \\| &lt;d&gt; \\#"},
	{escape_markdown_code, STR_INIT("a"), "`a`"},
	{escape_markdown_code, STR_INIT("a``b`"), "``` a``b` ```"},
	{escape_markdown_code, STR_INIT("a|b"), "`a│b`"},
};

START_TEST(escapes)
{
	ck_assert_str_eq(through(cases[_i].function, cases[_i].text), cases[_i].made);
}
END_TEST

UNIT_MAIN("escape", {no_control_gets_through, COUNT(places)},
	{any_bytes_give_valid_text, COUNT(places)}, {escapes, COUNT(cases)})
