/* Text into the outputs of commands. */
#include "transcript.h"

#include "unit.h"

#include "base/out.h"

static const struct {
	const char *text;
	bool prompt;
	const char *command;
} prompts[] = {
	{"C:\\Windows\\system32>slmgr /dlv", true, "slmgr /dlv"},
	{"C:\\>", true, ""},
	{"PS C:\\Users\\a> nslookup x", true, "nslookup x"},
	{"PS HKLM:\\SOFTWARE> dir", true, "dir"},
	{"[srv01]: PS C:\\Users\\a\\Documents> w32tm /query /status", true, "w32tm /query /status"},
	{"\\\\server\\share>ver", true, "ver"},
	{"C:\xC2\xA5Windows\xC2\xA5system32>ipconfig /all", true, "ipconfig /all"},
	{"  C:\\Windows>sc query sppsvc", true, "sc query sppsvc"},
	{"C:\\Program Files (x86)>ver", true, "ver"},
	{"C:\\a*b>ver", false, ""},
	{"C:\\a", false, ""},
	{"Path: C:\\Windows>x", false, ""},
	{"<a>b", false, ""},
	{">", false, ""},
	{"", false, ""},
	{"PS >", false, ""},
};

START_TEST(knows_prompts)
{
	struct str command = STR("");
	ck_assert_int_eq(transcript_prompt(str_of(prompts[_i].text), &command), prompts[_i].prompt);
	if (prompts[_i].prompt)
		EXPECT(command, prompts[_i].command);
}
END_TEST

#define ANSWER \
	"Server:  dc01.contoso.com\r\nAddress:  10.0.3.5\r\n\r\n" \
	"_vlmcs._tcp.contoso.com\tSRV service location:\r\n" \
	"\t  priority       = 0\r\n\t  weight         = 0\r\n\t  port           = 1688\r\n" \
	"\t  svr hostname   = kms01.contoso.com\r\n"

static const struct {
	struct str text;
	const char *made; /* "parser(command)first-last " each */
} cases[] = {
	{STR_INIT(""), ""},
	{STR_INIT("\r\n \r\n"), ""},
	{STR_INIT("hello\r\nworld\r\n"), "?()1-2 "},
	{STR_INIT(ANSWER), "nslookup()1-8 "},
	{STR_INIT("C:\\>nslookup -q=srv _vlmcs._tcp.contoso.com\r\n" ANSWER "\r\nC:\\>ver\r\n\r\n"
		  "Microsoft Windows [Version 10.0.22631.3007]\r\n\r\nC:\\>\r\n"),
		"nslookup(nslookup -q=srv _vlmcs._tcp.contoso.com)2-10 ?(ver)12-14 "},
	/* a known command that printed nothing is evidence too; an unknown one is not */
	{STR_INIT("C:\\>nslookup x.contoso.com\r\nC:\\>foo\r\nC:\\>\r\n"),
		"nslookup(nslookup x.contoso.com)- "},
	{STR_INIT("=== nslookup -type=srv _vlmcs._tcp.contoso.com ===\r\n" ANSWER),
		"nslookup(nslookup -type=srv _vlmcs._tcp.contoso.com)2-9 "},
	{STR_INIT("> C:\\>nslookup a\r\n> *** dc01 can't find a: Non-existent domain\r\n> \r\n"
		  "> C:\\>exit\r\n"),
		"nslookup(nslookup a)2-3 "},
	{STR_INIT("PS C:\\> cmd /c \"nslookup a\" 2>&1 | Out-File x\r\n" ANSWER),
		"nslookup(cmd /c \"nslookup a\" 2>&1 | Out-File x)2-9 "},
};

static const char *split(struct str text, struct member_hint hint)
{
	struct arena *arena = unit_memory;
	struct out out = out_new(4096);
	struct transcript made = transcript_split(arena, &hint, lines_of(arena, text));
	for (size_t i = 0; i < made.count; i++) {
		const struct evidence *one = &made.at[i];
		out_format(&out, "%s(", one->parser ? one->parser->name : "?");
		out_str(&out, one->origin.command);
		if (one->lines.count)
			out_format(&out, ")%u-%u ", one->lines.at[0].number,
				one->lines.at[one->lines.count - 1].last);
		else
			out_text(&out, ")- ");
		for (size_t k = 0; k < one->lines.count; k++)
			ck_assert_ptr_eq(one->lines.at[k].origin, &one->origin);
	}
	const char *text_of_it = unit_text(out_view(&out));
	out_free(&out);
	return text_of_it;
}

START_TEST(splits)
{
	ck_assert_str_eq(
		split(cases[_i].text, (struct member_hint){.name = "x.txt"}), cases[_i].made);
}
END_TEST

START_TEST(believes_the_manifest)
{
	struct member_hint hint = {.name = "network/x.txt",
		.command = STR("nslookup -type=srv _vlmcs._tcp.contoso.com"),
		.certain = true};
	ck_assert_str_eq(split(STR("C:\\>foo\r\nbar\r\n"), hint),
		"nslookup(nslookup -type=srv _vlmcs._tcp.contoso.com)1-2 ");
	/* that it printed nothing is evidence too, of that command only */
	ck_assert_str_eq(
		split(STR(""), hint), "nslookup(nslookup -type=srv _vlmcs._tcp.contoso.com)1-1 ");
	hint.command = STR("foo.exe");
	ck_assert_str_eq(split(STR(""), hint), "");
	ck_assert_str_eq(split(STR("bar\r\n"), hint), "?(foo.exe)1-1 ");
}
END_TEST

START_TEST(a_name_breaks_a_tie_only)
{
	struct member_hint hint = {.name = "logs/nslookup-srv.txt"};
	ck_assert_str_eq(split(STR("bar\r\n"), hint), "nslookup()1-1 ");
	hint.name = "w32tm.txt";
	ck_assert_str_eq(split(STR(ANSWER), hint), "nslookup()1-8 ");
}
END_TEST

static const struct {
	const char *line, *program, *arguments;
} commands[] = {
	{"cscript //nologo c:\\windows\\system32\\slmgr.vbs /dlv", "slmgr.vbs", "/dlv"},
	{"\"C:\\Windows\\System32\\w32tm.exe\" /tz", "w32tm", "/tz"},
	{"cmd /c ipconfig /all > a.txt", "ipconfig", "/all"},
	{"type C:\\Windows\\System32\\drivers\\etc\\hosts", "hosts", ""},
	{"sc query sppsvc 2>nul", "sc", "query sppsvc"},
	{"powershell -Command \"Test-NetConnection kms01 -Port 1688\"", "Test-NetConnection",
		"kms01 -Port 1688"},
	{"netsh winhttp show proxy | more", "netsh", "winhttp show proxy"},
	{"", "", ""},
	{"\"", "", ""},
};

START_TEST(reads_command_lines)
{
	struct str arguments;
	struct str program = command_program(str_of(commands[_i].line), &arguments);
	EXPECT(program, commands[_i].program);
	EXPECT(arguments, commands[_i].arguments);
	ck_assert(command_has(STR("slmgr.vbs -DLV all"), "/dlv"));
	ck_assert(!command_has(STR("slmgr.vbs /dli"), "/dlv"));
	ck_assert(command_has(STR("nslookup -type=srv x"), "type"));
}
END_TEST

UNIT_MAIN("transcript", {knows_prompts, COUNT(prompts)}, {splits, COUNT(cases)},
	{believes_the_manifest, 0}, {a_name_breaks_a_tie_only, 0},
	{reads_command_lines, COUNT(commands)})
