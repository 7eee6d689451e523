/* Text in columns. */
#include "wrap.h"

#include "unit.h"

#include "base/utf8.h"

static struct out wrapped(struct str text, struct margins margins)
{
	struct out out = out_new(65536);
	wrap(&out, text, margins);
	return out;
}

static const struct {
	const char *text;
	struct margins margins;
	const char *made;
} cases[] = {
	{"", {0, 0, 10}, "\n"},
	{"one two", {0, 0, 10}, "one two\n"},
	{"one two three", {0, 2, 10}, "one two\n  three\n"},
	{"  one \n\t two ", {2, 2, 20}, "  one two\n"},
	{"0123456789", {0, 0, 10}, "0123456789\n"},
	{"0123456789 x", {0, 0, 10}, "0123456789\nx\n"},
	{"0123456789abc", {0, 1, 10}, "0123456789\n abc\n"},
	{"キー管理サービス", {0, 0, 10}, "キー管理\nサービス\n"},
	{"キー管理。です", {0, 0, 8}, "キー管\n理。です\n"},
	{"KMS ホスト", {0, 0, 8}, "KMS ホス\nト\n"},
	{"キー(未確認)", {0, 0, 5}, "キー\n(未確\n認)\n"},
	{"ああ「です」", {0, 0, 6}, "ああ\n「で\nす」\n"},
	{"ああ [ここ]", {0, 0, 6}, "ああ\n[ここ]\n"},
};

START_TEST(wraps)
{
	struct out out = wrapped(str_of(cases[_i].text), cases[_i].margins);
	EXPECT(out_view(&out), cases[_i].made);
	out_free(&out);
}
END_TEST

#define ENGLISH_TEXT \
	"The KMS host kms01.contoso.com answers to pings, but port 1688 is closed: a firewall drops what is sent, " \
	"C:\\ProgramData\\Microsoft\\Windows\\AppRepository\\a-very-long-path-that-does-not-fit-on-any-line"
#define JAPANESE_TEXT \
	"キー管理サービス (KMS) ホスト kms01.contoso.com に接続できませんでした。ファイアウォールが TCP ポート 1688 " \
	"を遮断している可能性があります。詳細については、イベント ログを参照してください、「ソフトウェア保護」の項目です。"
#define KOREAN_TEXT \
	"오류: 소프트웨어 라이선싱 서비스에서 컴퓨터를 정품 인증할 수 없음을 보고했습니다. 방화벽을 확인하십시오."

static const char *const long_texts[] = {ENGLISH_TEXT, JAPANESE_TEXT, KOREAN_TEXT};

START_TEST(no_line_is_wider_than_the_page)
{
	for (size_t width = 20; width <= 80; width += 12) {
		struct out out = wrapped(str_of(long_texts[_i]), (struct margins){2, 4, width});
		for (struct str rest = out_view(&out); rest.size;) {
			struct str line = str_cut(&rest, '\n');
			ck_assert_uint_le(utf8_columns(line), width);
			ck_assert(utf8_is_valid(line));
			ck_assert(str_blank_right(line) == 0);
		}
		out_free(&out);
	}
}
END_TEST

/* Margins as wide as the page, or wider: still ends. */
START_TEST(takes_any_margins)
{
	struct out out = wrapped(STR("ab語 c"), (struct margins){5, 9, 3});
	ck_assert(str_has(out_view(&out), STR("語")));
	out_free(&out);
}
END_TEST

UNIT_MAIN("wrap", {wraps, COUNT(cases)}, {no_line_is_wider_than_the_page, COUNT(long_texts)},
	{takes_any_margins, 0})
