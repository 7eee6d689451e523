/*
 * Words for states in what slmgr.vbs prints: licence status, activation type, and the sentences of
 * /xpr (slmgr-format, sections 2 to 4). A last resort, in ten languages: where a word is not in
 * these tables the structure of the block may still tell, and otherwise the state stays unknown.
 */
#include "slmgr.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct numbered {
	int number;
	struct str text;
};

/* Confirmed: those of English; Licensed in ja, de, es, zh, ko, ru; zh 0, 2, 5. Others are what
 * Windows calls these states elsewhere. A word that is not here leaves the status to the block's
 * structure. */
static const struct numbered status_words[] = {
	{0, STR_INIT("Unlicensed")},
	{0, STR_INIT("ライセンスされていません")},
	{0, STR_INIT("ライセンスなし")},
	{0, STR_INIT("Nicht lizenziert")},
	{0, STR_INIT("sans licence")},
	{0, STR_INIT("sin licencia")},
	{0, STR_INIT("未授权")},
	{0, STR_INIT("未授權")},
	{0, STR_INIT("허가되지 않음")},
	{0, STR_INIT("사용 허가되지 않음")},
	{0, STR_INIT("не имеет лицензии")},
	{0, STR_INIT("без лицензии")},
	{0, STR_INIT("Não Licenciado")},
	{0, STR_INIT("senza licenza")},
	{1, STR_INIT("Licensed")},
	{1, STR_INIT("ライセンスされています")},
	{1, STR_INIT("Lizenziert")},
	{1, STR_INIT("avec licence")},
	{1, STR_INIT("con licencia")},
	{1, STR_INIT("已授权")},
	{1, STR_INIT("已授權")},
	{1, STR_INIT("사용 허가됨")},
	{1, STR_INIT("имеет лицензию")},
	{1, STR_INIT("Licenciado")},
	{1, STR_INIT("con licenza")},
	{2, STR_INIT("Initial grace period")},
	{2, STR_INIT("初期猶予期間")},
	{2, STR_INIT("Anfängliche Aktivierungsfrist")},
	{2, STR_INIT("Période de grâce initiale")},
	{2, STR_INIT("Período de gracia inicial")},
	{2, STR_INIT("初始宽限")},
	{2, STR_INIT("初始宽限期")},
	{2, STR_INIT("初始寬限期")},
	{2, STR_INIT("초기 유예 기간")},
	{2, STR_INIT("начальный льготный период")},
	{2, STR_INIT("Período de cortesia inicial")},
	{2, STR_INIT("Periodo di prova iniziale")},
	{3, STR_INIT("Additional grace period")},
	{3, STR_INIT("追加の猶予期間")},
	{3, STR_INIT("Zusätzliche Aktivierungsfrist")},
	{3, STR_INIT("Période de grâce supplémentaire")},
	{3, STR_INIT("Período de gracia adicional")},
	{3, STR_INIT("附加宽限期")},
	{3, STR_INIT("其他寬限期")},
	{3, STR_INIT("추가 유예 기간")},
	{3, STR_INIT("дополнительный льготный период")},
	{3, STR_INIT("Período de cortesia adicional")},
	{3, STR_INIT("Periodo di prova aggiuntivo")},
	{4, STR_INIT("Non-genuine grace period")},
	{4, STR_INIT("非正規品の猶予期間")},
	{4, STR_INIT("Aktivierungsfrist für nicht originale Software")},
	{4, STR_INIT("Période de grâce de version non authentique")},
	{4, STR_INIT("Período de gracia no original")},
	{4, STR_INIT("非正版宽限期")},
	{4, STR_INIT("정품이 아닌 제품의 유예 기간")},
	{4, STR_INIT("льготный период для неподлинной копии")},
	{4, STR_INIT("Período de cortesia não original")},
	{4, STR_INIT("Periodo di prova per software non originale")},
	{5, STR_INIT("Notification")},
	{5, STR_INIT("通知")},
	{5, STR_INIT("Benachrichtigung")},
	{5, STR_INIT("Notificación")},
	{5, STR_INIT("알림")},
	{5, STR_INIT("уведомление")},
	{5, STR_INIT("Уведомление")},
	{5, STR_INIT("Notificação")},
	{5, STR_INIT("Notifica")},
	{6, STR_INIT("Extended grace period")},
	{6, STR_INIT("延長された猶予期間")},
	{6, STR_INIT("Verlängerte Aktivierungsfrist")},
	{6, STR_INIT("Période de grâce étendue")},
	{6, STR_INIT("Período de gracia extendido")},
	{6, STR_INIT("延长宽限期")},
	{6, STR_INIT("延長的寬限期")},
	{6, STR_INIT("연장된 유예 기간")},
	{6, STR_INIT("продленный льготный период")},
	{6, STR_INIT("Período de cortesia estendido")},
	{6, STR_INIT("Periodo di prova esteso")},
};

int slmgr_status_word(struct str text)
{
	text = slmgr_without_stop(text);
	for (size_t i = 0; i < COUNT(status_words); i++) {
		struct str word = status_words[i].text;
		struct str more = str_trim_left(str_from(text, word.size));
		if (str_starts_nocase(text, word) &&
			(more.size == 0 || str_starts(more, STR("(")) ||
				str_starts(more, STR("\xEF\xBC\x88"))))
			return status_words[i].number;
	}
	return -1;
}

/* AD and KMS are the same everywhere. */
static const struct numbered type_words[] = {
	{0, STR_INIT("All")},
	{0, STR_INIT("すべて")},
	{0, STR_INIT("Alle")},
	{0, STR_INIT("Tous")},
	{0, STR_INIT("Todos")},
	{0, STR_INIT("全部")},
	{0, STR_INIT("모두")},
	{0, STR_INIT("все")},
	{0, STR_INIT("Все")},
	{0, STR_INIT("Tutti")},
	{1, STR_INIT("AD")},
	{2, STR_INIT("KMS")},
	{3, STR_INIT("Token")},
	{3, STR_INIT("トークン")},
	{3, STR_INIT("Jeton")},
	{3, STR_INIT("令牌")},
	{3, STR_INIT("토큰")},
	{3, STR_INIT("маркер")},
};

enum slmgr_label slmgr_type_word(struct str text)
{
	text = slmgr_without_stop(text);
	for (size_t i = 0; i < COUNT(type_words); i++)
		if (str_equal_nocase(text, type_words[i].text))
			return (enum slmgr_label)(SLMGR_TYPE_ALL + type_words[i].number);
	return SLMGR_UNKNOWN;
}

struct expiry_word {
	const char *state;
	struct str part;
};

/* Parts of the sentences of /xpr, the more particular before the general. */
static const struct expiry_word expiry_words[] = {
	{"permanent", STR_INIT("permanent")},
	{"permanent", STR_INIT("永続")},
	{"permanent", STR_INIT("dauerhaft")},
	{"permanent", STR_INIT("définitiv")},
	{"permanent", STR_INIT("永久")},
	{"permanent", STR_INIT("영구")},
	{"permanent", STR_INIT("постоянн")},
	{"notification", STR_INIT("Notification mode")},
	{"notification", STR_INIT("通知モード")},
	{"notification", STR_INIT("Benachrichtigungsmodus")},
	{"notification", STR_INIT("mode Notification")},
	{"notification", STR_INIT("modo de notifica")},
	{"notification", STR_INIT("通知模式")},
	{"notification", STR_INIT("알림 모드")},
	{"notification", STR_INIT("режиме уведомлен")},
	{"notification", STR_INIT("modalità di notifica")},
	{"avma", STR_INIT("Automatic VM activation")},
	{"volume", STR_INIT("Volume activation")},
	{"volume", STR_INIT("ボリューム ライセンス認証")},
	{"volume", STR_INIT("Volumenaktivierung")},
	{"volume", STR_INIT("activation en volume")},
	{"volume", STR_INIT("activación por volumen")},
	{"volume", STR_INIT("批量激活")},
	{"volume", STR_INIT("大量啟用")},
	{"volume", STR_INIT("볼륨")},
	{"volume", STR_INIT("корпоративн")},
	{"volume", STR_INIT("ativação por volume")},
	{"volume", STR_INIT("attivazione in volume")},
	{"timebased", STR_INIT("Timebased activation")},
};

const char *slmgr_expiry_state(enum slmgr_label label)
{
	static const char *const states[] = {"unlicensed", "volume", "timebased", "avma",
		"permanent", "oob-grace", "oot-grace", "non-genuine-grace", "notification",
		"extended-grace"};
	bool is_state = label >= SLMGR_EXPIRY_0 && label <= SLMGR_EXPIRY_9;
	return is_state ? states[label - SLMGR_EXPIRY_0] : NULL;
}

const char *slmgr_expiry_word(struct str text)
{
	static const char *const by_status[] = {"unlicensed", NULL, "oob-grace", "oot-grace",
		"non-genuine-grace", "notification", "extended-grace"};
	text = str_trim(text);
	if (slmgr_status_word(text) == 0)
		return "unlicensed";
	/* "Initial grace period ends DATE": the words of a grace status, with a date behind or
	 * before. */
	for (size_t i = 0; i < COUNT(status_words); i++) {
		int number = status_words[i].number;
		if (number >= 2 && number != 5 && str_has_nocase(text, status_words[i].text))
			return by_status[number];
	}
	for (size_t i = 0; i < COUNT(expiry_words); i++)
		if (str_has_nocase(text, expiry_words[i].part))
			return expiry_words[i].state;
	return NULL;
}

/* The console's sentences for ERROR_ACCESS_DISABLED_BY_POLICY, printed without the number, and the names that are in
 * those for ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION. English is confirmed. */
static const struct str refusals[] = {
	STR_INIT("This program is blocked by group policy"),
	STR_INIT("このプログラムはグループ ポリシーによってブロックされています"),
	STR_INIT("Dieses Programm wurde durch eine Gruppenrichtlinie geblockt"),
	STR_INIT("Ce programme est bloqué par une stratégie de groupe"),
	STR_INIT("Este programa está bloqueado por una directiva de grupo"),
	STR_INIT("此程序被组策略阻止"),
	STR_INIT("群組原則封鎖了這個程式"),
	STR_INIT("이 프로그램은 그룹 정책에 의해 차단되었습니다"),
	STR_INIT("Эта программа заблокирована групповой политикой"),
	STR_INIT("Este programa está bloqueado por uma política de grupo"),
	STR_INIT("Este programa está bloqueado por política de grupo"),
	STR_INIT("Programma bloccato da Criteri di gruppo"),
	STR_INIT("programma è bloccato da Criteri di gruppo"),
};

static const struct str application_controls[] = {
	STR_INIT("Device Guard"),
	STR_INIT("Windows Defender Application Control"),
	STR_INIT("Application Control policy has blocked this file"),
};

bool slmgr_is_refused(struct str text, uint32_t *code)
{
	text = str_slice(text, 0, 400);
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (str_has(text, refusals[i])) {
			*code = 0x800704ECu;
			return true;
		}
	for (size_t i = 0; i < COUNT(application_controls); i++)
		if (str_has(text, application_controls[i])) {
			*code = 0x800711C7u;
			return true;
		}
	return false;
}
