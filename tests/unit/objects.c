/* Objects of PowerShell and WMI in all their forms: what was printed, as one line. */
#include "objects.h"

#include "unit.h"

#include "base/limits.h"
#include "base/out.h"

#include <string.h>

#define OBJS "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"

static void show(struct out *out, const struct object *object);

static void show_value(struct out *out, const struct object_value *value)
{
	out_str(out, value->text);
	if (value->shown.size) {
		out_char(out, '~');
		out_str(out, value->shown);
	}
	if (value->object)
		show(out, value->object);
}

static void show(struct out *out, const struct object *object)
{
	out_char(out, '(');
	if (object->type_count) {
		out_str(out, object->types[0]);
		out_char(out, ':');
	}
	if (object->count == 0)
		out_str(out, object->text);
	for (size_t i = 0; i < object->count; i++) {
		const struct object_property *property = &object->properties[i];
		out_format(out, "%s%.*s@%u=", i ? " " : "", STR_PRINT(property->name),
			property->line->number);
		for (size_t k = 0; k < property->count; k++) {
			out_text(out, k ? "," : "");
			show_value(out, &property->values[k]);
		}
		out_text(out, property->cut ? "+" : "");
	}
	out_char(out, ')');
}

static const struct {
	struct str text;
	const char *
		objects; /* "(type:name@line=value,value name@line=)" each; '+' is cut, '~' is shown */
} cases[] = {
	{STR_INIT(""), ""},
	{STR_INIT("nothing: here"), ""},
	/* lists */
	{STR_INIT("a  : 1\r\nbb : True\r\nc  :\r\nd  : \r\n\r\na  : 2"),
		"(a@1=1 bb@2=True c@3= d@4=)(a@6=2)"},
	{STR_INIT("a : 1\na : 2"), "(a@1=1)(a@2=2)"},
	{STR_INIT("  a : 1\n  b : x\n      y"), "(a@1=1 b@2=x y)"},
	{STR_INIT("a : {x, y...}\nb : {}\nc : {p"), "(a@1=x,y+ b@2= c@3=p+)"},
	{STR_INIT("a : {x,\n    y}"), "(a@1=x,y)"},
	{STR_INIT("a : one\n\n    two : 2\nb : 3"), "(a@1=one two : 2 b@4=3)"},
	{STR_INIT("a : {C:\\0123456789\\012\n    34567890123456789}"),
		"(a@1=C:\\0123456789\\01234567890123456789)"},
	{STR_INIT("a : C:\\0123456789 012\n    34"), "(a@1=C:\\0123456789 012 34)"},
	/* equations */
	{STR_INIT("\r\r\n\r\r\nA=1\r\r\nB={\"x\",\"y, z\"}\r\r\nC=\r\r\n\r\r\n\r\r\nA=2\r\r\n"),
		"(A@3=1 B@4=x,y, z C@5=)(A@8=2)"},
	{STR_INIT(
		 "instance of MSFT_X\n{\n\tName = \"C:\\\\x\";\n\tIds = {\"a\", \"b\"};\n\tN = NULL;\n};"),
		"(MSFT_X:Name@3=C:\\x Ids@4=a,b N@5=)"},
	/* tables */
	{STR_INIT("Name     Id\n----     --\nlong na   1\nx      1234\n\nmore"),
		"(Name@3=long na Id@3=1)(Name@4=x Id@4=1234)"},
	{STR_INIT(
		 "Timestamp Action Resources\n--------- ------ ---------\n                 {file:_C:\\x...\n"),
		"(Timestamp@3= Action@3= Resources@3=file:_C:\\x+)"},
	{STR_INIT("Known  Name      Other\n1      a b c     x\n       two       y"),
		"(Known@2=1 Name@2=a b c Other@2=x)(Known@3= Name@3=two Other@3=y)"},
	{STR_INIT("\xE5\x90\x8D\n--\nx"), ""},
	{STR_INIT("N    V\n-    -\n\xE5\x90\x8D   1"), "(N@3=\xE5\x90\x8D V@3=1)"},
	/* JSON */
	{STR_INIT("{\"a\":1,\"b\":null,\"c\":\"x\\u0041\\n\\\\\",\"d\":[true,\"y\"]}"),
		"(a@1=1 b@1= c@1=xA\n\\ d@1=true,y)"},
	{STR_INIT("[\n {\"a\": {\"b\": 2}},\n {\"a\": []}\n]"), "(a@2=(b@2=2))(a@3=)"},
	{STR_INIT("{\"value\":[{\"a\":1},{\"a\":2}],\"Count\":2}"), "(a@1=1)(a@1=2)"},
	{STR_INIT("{\"a\":{\"value\":[\"x\",\"y\"],\"Count\":2}}"), "(a@1=x,y)"},
	{STR_INIT("{\"a\":1,\"b\":\"cu"), "(a@1=1 b@1=cu)"},
	{STR_INIT("{\"a\":\"one \ntwo\"}"), "(a@1=one two)"},
	{STR_INIT("{\"a\":\"\\ud83d\\ude00\"}"), "(a@1=\xF0\x9F\x98\x80)"},
	/* CLIXML */
	{STR_INIT(OBJS
		 "\n<Obj RefId=\"0\">\n<TN RefId=\"0\"><T>My.Type</T><T>System.Object</T></TN>\n<Props>\n"
		 "<S N=\"a\">x_x000A_y &amp; z</S>\n<Nil N=\"b\"/>\n<Obj N=\"c\" RefId=\"1\"><LST><S>p</S><S>q</S></LST></Obj>\n"
		 "<Ref N=\"d\" RefId=\"1\"/>\n</Props>\n</Obj>\n<Obj RefId=\"2\"><TNRef RefId=\"0\"/><MS><I32 N=\"a\">7</I32></MS>"
		 "</Obj></Objs>"),
		"(My.Type:a@5=x\ny & z b@6= c@7=p,q d@8=p,q)(My.Type:a@11=7)"},
	{STR_INIT("#< CLIXML\n" OBJS "<S S=\"Error\">no</S></Objs>"), "(no)"},
	{STR_INIT(OBJS
		 "<Obj RefId=\"0\"><LST><Obj><Props><S N=\"a\">1</S></Props></Obj><Obj><Props><S N=\"a\">2</S>"
		 "</Props></Obj></LST></Obj></Objs>"),
		"(a@1=1)(a@1=2)"},
	{STR_INIT(OBJS
		 "<Obj><Props><Obj N=\"Level\"><TN><T>E</T></TN><ToString>Error</ToString><I32>2</I32></Obj>"
		 "<Obj N=\"o\"><ToString>t</ToString><Props><S N=\"n\">v</S></Props></Obj>"
		 "<Obj N=\"h\"><DCT><En><S N=\"Key\">k</S><I32 N=\"Value\">3</I32></En></DCT></Obj></Props></Obj></Objs>"),
		"(Level@1=2~Error o@1=t(n@1=v) h@1=(k@1=3))"},
	{STR_INIT(OBJS "<Obj RefId=\"0\"><Props><Ref N=\"self\" RefId=\"0\"/><S N=\"a\">1</S>"),
		"(self@1= a@1=+)"},
	{STR_INIT(OBJS "<Obj><Props><S N=\"a\">1</S>\n<S N=\"b\">cut"), "(a@1=1 b@2=+)"},
};

static struct objects read(struct str text)
{
	struct lines *lines = arena_alloc(unit_memory, sizeof *lines);
	*lines = lines_of(unit_memory, text);
	return objects_read(unit_memory, lines, "Known|Other");
}

START_TEST(reads_every_form)
{
	struct objects objects = read(cases[_i].text);
	struct out out = out_new(4096);
	for (size_t i = 0; i < objects.count; i++)
		show(&out, objects.at[i]);
	EXPECT(out_view(&out), cases[_i].objects);
	out_free(&out);
}
END_TEST

static const struct {
	const char *text, *date;
} dates[] = {
	{"/Date(1738081891243)/", "2025-01-28T16:31:31Z"},
	{"20250128164451.243000+000", "2025-01-28T16:44:51Z"},
	{"20250128164451.243000+540", "2025-01-28T07:44:51Z"},
	{"2025-01-28T16:44:51.2430000+09:00", "2025-01-28T07:44:51Z"},
	{"2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"},
	{"2025-01-28T16:44:51", "2025-01-28T16:44:51"},
	{"12/10/2023 4:00:00 PM", "12/10/2023 4:00:00 PM"},
	{"\xE2\x80\x8E"
	 "2023\xE2\x80\x8E/12\xE2\x80\x8E/10",
		"2023/12/10"},
	{"/Date(-11644473600000)/", "/Date(-11644473600000)/"},
	{"99999999999999.999999+999", "99999999999999.999999+999"},
};

START_TEST(dates_without_doubt)
{
	EXPECT(object_date(unit_memory, str_of(dates[_i].text)), dates[_i].date);
}
END_TEST

/* A piece of a long line is what is cited, not its first bytes. */
START_TEST(cites_a_piece_of_a_long_line)
{
	struct out out = out_new(64 * KIB);
	out_text(&out, OBJS "<Obj><Props><S N=\"first\">");
	out_repeat(&out, 'x', 1000);
	out_text(&out, "</S><S N=\"second\">here</S></Props></Obj></Objs>");
	struct objects objects = read(out_view(&out));
	ck_assert_uint_eq(objects.count, 1);
	EXPECT(object_property(objects.at[0], "second")->line->raw, "<S N=\"second\">here");
	out.size = 0;
	out_text(&out, "{\"first\":\"");
	out_repeat(&out, 'x', 1000);
	out_text(&out, "\",\"second\":\"here\"}");
	objects = read(out_view(&out));
	ck_assert_uint_eq(objects.count, 1);
	EXPECT(object_property(objects.at[0], "second")->line->raw, "\"second\":\"here\"}");
	out_free(&out);
}
END_TEST

static const struct {
	const char *before, *again, *after;
	size_t times;
} bombs[] = {
	{OBJS, "<Obj><Props><Obj N=\"a\">", "", 100000},
	{OBJS "<Obj><Props><S ", "x", "=\"\"/>", 2000000},
	{OBJS "<Obj><Props><S N=\"", "x", "\">1</S></Props></Obj></Objs>", 2000000},
	{OBJS, "<Obj RefId=\"1\"><LST><Ref RefId=\"1\"/><Ref RefId=\"0\"/></LST></Obj>", "</Objs>",
		50000},
	{OBJS "<Obj><Props>", "<S N=\"a\">a<!-- -->", "</S></Props></Obj></Objs>", 100000},
	{"<!DOCTYPE x [<!ENTITY a \"aaaa\">]>\n" OBJS "<S>", "&a;", "</S></Objs>", 100000},
	{"", OBJS "\n", "", 50000},
	{"", "[", "", 1000000},
	{"", "[\n", "", 500000},
	{"[", "{\"a\":", "1", 200000},
	{"", "{\"a\":\"x\n", "", 200000},
	{"{\"a\":[", "1,", "1]}", 2000000},
	{"", "a : {x\n", "", 200000},
	{"", "a : x\n    y\n\n", "", 200000},
	{"a : x\n", "    y\n", "", 500000},
	{"a b\n- -\n", "1 2\n", "", 700000},
	{"", "a\n-\n", "", 500000},
	{"", "a=1\n\n", "", 500000},
	{"a : {", "x, ", "}", 200000},
};

/* Time is watched by Check: a minute for all of them would be a hundred times too much. */
START_TEST(bombs_end_soon)
{
	struct out out = out_new(LIMIT_MEMBER_BYTES);
	out_text(&out, bombs[_i].before);
	for (size_t i = 0; i < bombs[_i].times; i++)
		out_text(&out, bombs[_i].again);
	out_text(&out, bombs[_i].after);
	struct lines lines = lines_of(unit_memory, out_view(&out));
	for (size_t i = 0; i < lines.count; i++)
		(void)objects_begin(&lines, i, "My.Type", "Known|Other");
	struct objects objects = objects_read(unit_memory, &lines, "Known|Other");
	ck_assert_uint_le(objects.count, LIMIT_OBJECT_NODES);
	out_free(&out);
}
END_TEST

static const struct {
	const char *text;
	bool begins;
} beginnings[] = {
	{"Known : 1", true},
	{"known=1", true},
	{"Unknown : 1", false},
	{"Known: 1", false},
	{"C:\\x : 1", false},
	{"Known A\n----- -\n1 2", true},
	{"Known  Other\n1  2", true},
	{"Known  A  B", false},
	{"{\n\"x\": 1,\n\"Known\" : 2}", true},
	{"{\"x\":\"Known\"}", false},
	{OBJS "<Obj>\n<Props>\n<S N=\"Known\">1", true},
	{OBJS "<Obj>\n<TN><T>Deserialized.My.Type</T></TN>", true},
	{OBJS "<Obj>\n<TN><T>Other.Type</T></TN>\n</Objs>" OBJS "<S N=\"Known\">", false},
	{"instance of My.Type\n{", true},
};

START_TEST(knows_where_objects_begin)
{
	struct lines lines = lines_of(unit_memory, str_of(beginnings[_i].text));
	ck_assert_int_eq(objects_begin(&lines, 0, "My.Type", "Known|Other"), beginnings[_i].begins);
}
END_TEST

UNIT_MAIN("objects", {reads_every_form, COUNT(cases)}, {dates_without_doubt, COUNT(dates)},
	{cites_a_piece_of_a_long_line, 0}, {bombs_end_soon, COUNT(bombs)},
	{knows_where_objects_begin, COUNT(beginnings)})
