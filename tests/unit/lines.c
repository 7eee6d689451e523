/* Text as lines, with what copying did to it undone. */
#include "base/lines.h"

#include "unit.h"

#include "base/limits.h"
#include "base/out.h"

#include <string.h>

static const struct {
	struct str text;
	const char *lines; /* "number:text|" each */
} cases[] = {
	{STR_INIT(""), ""},
	{STR_INIT("a"), "1:a|"},
	{STR_INIT("a\r\nb\nc\r\r\nd\re"), "1:a|2:b|3:c|4:d|5:e|"},
	{STR_INIT("a\n"), "1:a|"},
	{STR_INIT("\n\na"), "1:|2:|3:a|"},
	{STR_INIT("a\r\rb"), "1:a|2:|3:b|"},
	{STR_INIT("a\0b\nc"), "1:a@b|2:c|"},
	/* mail: quoting comes in runs; one line alone may be anything */
	{STR_INIT("> a\n> > b\n>c"), "1:a|2:b|3:c|"},
	{STR_INIT("x\n> a\ny"), "1:x|2:> a|3:y|"},
	{STR_INIT("&gt; a\n&gt; b"), "1:a|2:b|"},
	/* the web and word processors */
	{STR_INIT("C:\\&gt;dir &quot;a&nbsp;b&quot; &amp;&lt;&#39;"), "1:C:\\>dir \"a b\" &<'|"},
	{STR_INIT("“x” „y“ ‘z’ a–b a\xC2\xA0z"), "1:\"x\" \"y\" 'z' a-b a z|"},
	{STR_INIT("&amp;gt;"), "1:&gt;|"},
	{STR_INIT("& &g &gt"), "1:& &g &gt|"},
};

START_TEST(splits_and_cleans)
{
	struct lines lines = lines_of(unit_memory, cases[_i].text);
	struct out out = out_new(4096);
	for (size_t i = 0; i < lines.count; i++) {
		ck_assert_uint_eq(lines.at[i].number, lines.at[i].last);
		out_format(&out, "%u:", lines.at[i].number);
		out_str(&out, lines.at[i].text);
		out_char(&out, '|');
	}
	EXPECT(out_view(&out), cases[_i].lines);
	out_free(&out);
}
END_TEST

START_TEST(keeps_the_raw_line_for_citations)
{
	struct lines lines = lines_of(unit_memory, STR("> &quot;a&quot;\r\n> b"));
	EXPECT(lines.at[0].text, "\"a\"");
	EXPECT(lines.at[0].raw, "> &quot;a&quot;");
}
END_TEST

#define TEN "0123456789"
#define EIGHTY TEN TEN TEN TEN TEN TEN TEN "abcdefghij"

START_TEST(joins_what_the_console_wrapped)
{
	struct lines lines =
		lines_of(unit_memory, STR("first\n" EIGHTY "\n" EIGHTY "\nrest\nlast"));
	ck_assert_uint_eq(lines.count, 3);
	EXPECT(lines.at[1].text, EIGHTY EIGHTY "rest");
	EXPECT(lines.at[1].raw, EIGHTY "\n" EIGHTY "\nrest");
	ck_assert_uint_eq(lines.at[1].number, 2);
	ck_assert_uint_eq(lines.at[1].last, 4);
	ck_assert_uint_eq(lines.at[2].number, 5);
}
END_TEST

START_TEST(leaves_redirected_output_alone)
{
	/* a line longer than the window: nothing was wrapped */
	struct lines lines = lines_of(unit_memory, STR(EIGHTY "\nrest\n" EIGHTY "x"));
	ck_assert_uint_eq(lines.count, 3);
	/* a ruler across the window */
	char ruler[81];
	memset(ruler, '-', 80);
	ruler[80] = '\0';
	struct out out = out_new(4096);
	out_format(&out, "%s\ntext", ruler);
	lines = lines_of(unit_memory, out_view(&out));
	ck_assert_uint_eq(lines.count, 2);
	out_free(&out);
}
END_TEST

START_TEST(counts_columns_of_wide_characters)
{
	struct out out = out_new(4096);
	for (int i = 0; i < 39; i++)
		out_text(&out, "語");
	out_text(&out, "ab\nrest");
	struct lines lines = lines_of(unit_memory, out_view(&out));
	ck_assert_uint_eq(lines.count, 1);
	out_free(&out);
}
END_TEST

/* A whole member of full lines: joining must not cost more than the text is long. */
START_TEST(joins_in_linear_memory)
{
	size_t count = 400000;
	char *text = malloc(count * 81);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * 81, EIGHTY "\n", 81);
	struct lines lines = lines_of(unit_memory, (struct str){text, count * 81});
	ck_assert_uint_ge(lines.count, count * 80 / (LIMIT_LINE_BYTES + 80));
	for (size_t i = 0; i < lines.count; i++)
		ck_assert_uint_lt(lines.at[i].text.size, LIMIT_LINE_BYTES + 80);
	free(text);
}
END_TEST

START_TEST(cuts_long_lines_between_characters)
{
	size_t size = LIMIT_LINE_BYTES + 30;
	char *text = malloc(size);
	for (size_t i = 0; i + 3 <= size; i += 3)
		memcpy(text + i, "語", 3);
	struct lines lines = lines_of(unit_memory, (struct str){text, size / 3 * 3});
	ck_assert_uint_eq(lines.count, 1);
	ck_assert_uint_le(lines.at[0].text.size, LIMIT_LINE_BYTES);
	ck_assert_uint_eq(lines.at[0].text.size % 3, 0);
	ck_assert_uint_eq(lines.at[0].raw.size, size / 3 * 3);
	free(text);
}
END_TEST

START_TEST(stops_at_too_many_lines)
{
	size_t size = LIMIT_LINES + 5;
	char *text = malloc(size);
	memset(text, '\n', size);
	struct lines lines = lines_of(unit_memory, (struct str){text, size});
	ck_assert_uint_le(lines.count, LIMIT_LINES);
	ck_assert(lines.cut);
	EXPECT(lines_text(&lines, lines.count), "");
	free(text);
}
END_TEST

UNIT_MAIN("lines", {splits_and_cleans, COUNT(cases)}, {keeps_the_raw_line_for_citations, 0},
	{joins_what_the_console_wrapped, 0}, {leaves_redirected_output_alone, 0},
	{counts_columns_of_wide_characters, 0}, {joins_in_linear_memory, 0},
	{cuts_long_lines_between_characters, 0}, {stops_at_too_many_lines, 0})
