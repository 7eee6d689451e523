/* Bytes of unknown encoding into UTF-8. */
#include "base/text.h"

#include "unit.h"

#include "base/utf8.h"

#include <iconv.h>
#include <string.h>

static struct bytes bytes_of(struct str text)
{
	return (struct bytes){(const uint8_t *)text.at, text.size};
}

static struct text decode(struct str bytes, unsigned recorded)
{
	return text_decode(unit_memory, bytes_of(bytes), recorded);
}

static const struct {
	struct str bytes;
	const char *text;
	enum text_how how;
	unsigned code_page;
	size_t replaced;
} plain[] = {
	{STR_INIT(""), "", TEXT_ASCII, CODE_PAGE_ASCII, 0},
	{STR_INIT("ok\r\n"), "ok\r\n", TEXT_ASCII, CODE_PAGE_ASCII, 0},
	{STR_INIT("\xEF\xBB\xBF"
		  "é"),
		"é", TEXT_BOM, CODE_PAGE_UTF8, 0},
	{STR_INIT("\xFF\xFE"
		  "A\0\x42\x30"),
		"Aあ", TEXT_BOM, CODE_PAGE_UTF16LE, 0},
	{STR_INIT("\xFE\xFF"
		  "\0A\x30\x42"),
		"Aあ", TEXT_BOM, CODE_PAGE_UTF16BE, 0},
	{STR_INIT("E\0r\0r\0o\0r\0:\0\x42\x30"), "Error:あ", TEXT_UTF16, CODE_PAGE_UTF16LE, 0},
	{STR_INIT("\0E\0r\0r\0o\0r\0:\x30\x42"), "Error:あ", TEXT_UTF16, CODE_PAGE_UTF16BE, 0},
	/* a surrogate pair; a low surrogate alone; half a unit at the end */
	{STR_INIT("\xFF\xFE\x3D\xD8\x00\xDE"), "\xF0\x9F\x98\x80", TEXT_BOM, CODE_PAGE_UTF16LE, 0},
	{STR_INIT("\xFF\xFE\x00\xDE"
		  "A\0"),
		"\xEF\xBF\xBD"
		"A",
		TEXT_BOM, CODE_PAGE_UTF16LE, 1},
	{STR_INIT("\xFF\xFE"
		  "A\0B"),
		"A\xEF\xBF\xBD", TEXT_BOM, CODE_PAGE_UTF16LE, 1},
	{STR_INIT("\xFF\xFE\x3D\xD8"), "\xEF\xBF\xBD", TEXT_BOM, CODE_PAGE_UTF16LE, 1},
	{STR_INIT("über ライセンス"), "über ライセンス", TEXT_UTF8, CODE_PAGE_UTF8, 0},
	/* UTF-8 that was cut in the middle of its last character */
	{STR_INIT("ライセンスの状態\xE3\x83"), "ライセンスの状態\xEF\xBF\xBD\xEF\xBF\xBD",
		TEXT_GUESSED, 0, 0},
	{STR_INIT("ライセンス認証済みの製品キーです\xE3"),
		"ライセンス認証済みの製品キーです\xEF\xBF\xBD", TEXT_UTF8, CODE_PAGE_UTF8, 1},
	{STR_INIT("\xEF\xBB\xBF"
		  "a\xFF"),
		"a\xEF\xBF\xBD", TEXT_BOM, CODE_PAGE_UTF8, 1},
};

START_TEST(tells_the_encoding)
{
	struct text text = decode(plain[_i].bytes, 0);
	ck_assert(utf8_is_valid(text.utf8));
	ck_assert_int_eq(text.how, plain[_i].how);
	if (plain[_i].how == TEXT_GUESSED)
		return;
	EXPECT(text.utf8, plain[_i].text);
	ck_assert_uint_eq(text.code_page, plain[_i].code_page);
	ck_assert_uint_eq(text.replaced, plain[_i].replaced);
}
END_TEST

START_TEST(takes_nothing_at_all)
{
	struct text text = text_decode(unit_memory, (struct bytes){NULL, 0}, 932);
	ck_assert_uint_eq(text.utf8.size, 0);
	ck_assert_uint_eq(text.replaced, 0);
}
END_TEST

/* What consoles print: labels and messages of licensing and network tools in each language. */
static const struct {
	unsigned code_page;
	const char *iconv, *text;
	bool only_recorded; /* the guess cannot tell it from 1252, which is likelier */
} phrases[] = {
	{437, "CP437",
		"Fehler: Der Schlüsselverwaltungsdienst (KMS) konnte nicht erreicht werden. Prüfen Sie die Verfügbarkeit für größere Gruppen.",
		false},
	{850, "CP850",
		"Le service de gestion des clés n'a pas pu être contacté. Durée d'expiration : 12 août à 10 h, paramètre activé.",
		false},
	{850, "CP850",
		"Estado de la licencia: con licencia. No se encontró ningún servidor de administración de claves, línea única, año, válido.",
		false},
	{850, "CP850",
		"Status da licença: licenciado. Não foi possível contatar nenhum serviço de gerenciamento de chaves, configuração, ativação, informações.",
		false},
	{852, "CP852",
		"Błąd: nie można skontaktować się z żadną usługą zarządzania kluczami. Sprawdź dziennik zdarzeń aplikacji, późniejsze działanie będzie możliwe.",
		false},
	{855, "CP855",
		"Грешка: не може да се осъществи връзка със сървъра за управление на ключове, състоянието на лиценза е неизвестно.",
		false},
	{857, "CP857",
		"Hata: Anahtar Yönetimi Hizmeti ile bağlantı kurulamadı. Lisans durumu: lisanslı değil, süre doldu, yazılım güvenliği açık.",
		false},
	{866, "CP866",
		"Ошибка: не удалось обратиться к службе управления ключами. Состояние лицензии: имеет лицензию, срок действия истекает.",
		false},
	{874, "CP874", "ข้อผิดพลาด ไม่สามารถติดต่อบริการการจัดการคีย์ได้ สถานะใบอนุญาต ได้รับอนุญาตแล้ว", false},
	{932, "CP932",
		"エラー: 0xC004F074 キー管理サービス (KMS) に接続できませんでした。ライセンスの状態: ライセンスされています",
		false},
	{936, "CP936",
		"错误: 软件授权服务报告无法激活该计算机。无法联系任何密钥管理服务。许可证状态: 已授权",
		false},
	{949, "CP949",
		"오류: 소프트웨어 라이선싱 서비스에서 컴퓨터를 정품 인증할 수 없음을 보고했습니다. 키 관리 서비스에 연결할 수 없습니다.",
		false},
	{950, "CP950",
		"錯誤: 軟體授權服務報告無法啟用電腦。無法連線到任何金鑰管理服務。授權狀態: 已授權",
		false},
	{1250, "CP1250",
		"Chyba: nelze kontaktovat žádnou službu správy klíčů. Stav licence: licencováno, zbývající čas, příští pokus proběhne později.",
		true},
	{1251, "CP1251",
		"Ошибка: не удалось обратиться к службе управления ключами. Состояние лицензии: имеет лицензию, срок действия истекает.",
		false},
	{1252, "CP1252",
		"Fehler: Der Schlüsselverwaltungsdienst konnte nicht erreicht werden. Prüfen Sie die Verfügbarkeit für größere Gruppen, äußerst nützlich.",
		false},
	{1252, "CP1252",
		"Estado de la licencia: con licencia. No se encontró ningún servidor de administración de claves, línea única, año, válido.",
		false},
	{1252, "CP1252", "Code page activé à l'école, dernière étape.", false},
	{850, "CP850",
		"        CÓD_SALIDA_WIN32   : 1069  (0x42d)\r\n        INDICACIÓN_INICIO  : 0x0\r\nestá deshabilitado.",
		false},
	{1253, "CP1253",
		"Σφάλμα: δεν ήταν δυνατή η επικοινωνία με την υπηρεσία διαχείρισης κλειδιών. Κατάσταση άδειας χρήσης: με άδεια.",
		false},
	{1254, "CP1254",
		"Hata: Anahtar Yönetimi Hizmeti ile bağlantı kurulamadı. Lisans durumu: lisanslı değil, süre doldu, yazılım güvenliği açık.",
		true},
	{1255, "CP1255",
		"שגיאה: לא ניתן היה ליצור קשר עם שירות ניהול המפתחות. מצב הרישיון: בעל רישיון",
		false},
	{1256, "CP1256", "خطأ: تعذر الاتصال بخدمة إدارة المفاتيح. حالة الترخيص: مرخص", false},
	{1257, "CP1257",
		"Klaida: nepavyko susisiekti su raktų valdymo tarnyba. Licencijos būsena: licencijuota, likęs laikas, įjungta, šiuo metu žymima.",
		true},
};

static struct str encode(const char *iconv_name, const char *text, char *to, size_t room)
{
	iconv_t converter = iconv_open(iconv_name, "UTF-8");
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): as POSIX defines it */
	ck_assert_msg(converter != (iconv_t)-1, "iconv does not know %s", iconv_name);
	char *in = strdup(text), *from = in, *at = to;
	size_t left = strlen(text), space = room;
	ck_assert_msg(iconv(converter, &from, &left, &at, &space) != (size_t)-1, "%s: \"%.20s\"",
		iconv_name, from);
	free(in);
	iconv_close(converter);
	return (struct str){to, room - space};
}

START_TEST(reads_a_recorded_code_page)
{
	char bytes[1024];
	struct str data = encode(phrases[_i].iconv, phrases[_i].text, bytes, sizeof bytes);
	struct text text = decode(data, phrases[_i].code_page);
	EXPECT(text.utf8, phrases[_i].text);
	ck_assert_int_eq(text.how, TEXT_RECORDED);
	ck_assert_uint_eq(text.code_page, phrases[_i].code_page);
	ck_assert_uint_eq(text.replaced, 0);
}
END_TEST

/* German reads the same in 437 and 850: what counts is the text. */
START_TEST(guesses_a_code_page)
{
	if (phrases[_i].only_recorded)
		return;
	char bytes[1024];
	struct str data = encode(phrases[_i].iconv, phrases[_i].text, bytes, sizeof bytes);
	struct text text = decode(data, 0);
	EXPECT(text.utf8, phrases[_i].text);
	ck_assert_int_eq(text.how, TEXT_GUESSED);
}
END_TEST

/* Vietnamese writes vowels and tones apart in code page 1258; iconv does not take them apart. */
START_TEST(knows_vietnamese)
{
	struct text text = decode(STR("L\xF4\xECi k\xED"
				      "ch ho\xA1t"),
		1258);
	ck_assert_uint_eq(text.code_page, 1258);
	ck_assert(utf8_is_valid(text.utf8));
	ck_assert_uint_eq(text.replaced, 0);
}
END_TEST

START_TEST(counts_what_no_code_page_explains)
{
	struct text text = decode(STR("\x83\x89\x83\x43 \x81\x20 \x83"), 932);
	ck_assert(utf8_is_valid(text.utf8));
	ck_assert_uint_ge(text.replaced, 1);
	ck_assert(str_starts(text.utf8, STR("ライ")));
}
END_TEST

START_TEST(does_not_believe_an_unknown_code_page)
{
	struct text text = decode(STR("Schl\x81ssel f\x81r gr\x94\xE1"
				      "ere"),
		12345);
	EXPECT(text.utf8, "Schlüssel für größere");
	ck_assert_int_eq(text.how, TEXT_GUESSED);
	ck_assert(text_knows_code_page(1258));
	ck_assert(!text_knows_code_page(65001));
}
END_TEST

UNIT_MAIN("text", {tells_the_encoding, COUNT(plain)}, {takes_nothing_at_all, 0},
	{reads_a_recorded_code_page, COUNT(phrases)}, {guesses_a_code_page, COUNT(phrases)},
	{knows_vietnamese, 0}, {counts_what_no_code_page_explains, 0},
	{does_not_believe_an_unknown_code_page, 0})
