/*
 * Words of group policy reports in ten languages: English, Japanese, German, French, Spanish, Chinese,
 * Korean, Russian, Portuguese and Italian.
 *
 * Reports translate everything but names, GUIDs, registry paths and numbers, so structure tells what a
 * value is, and only what it says is looked up here. English and French are confirmed; the others are what
 * the same words are elsewhere in Windows. An unknown word gives no fact.
 */
#include "policy.h"

#include <string.h>

/* A list of words with what facts call them. */
struct word {
	const char *says, *words;
};

/* The whole text is one of the words. */
static const char *whole(const struct word *list, struct str text)
{
	text = str_trim(text);
	for (; text.size && list->says; list++)
		if (str_in_list(text, list->words))
			return list->says;
	return NULL;
}

static bool holds(struct str text, const char *words)
{
	for (struct str rest = str_of(words); rest.size;)
		if (str_has_nocase(text, str_cut(&rest, '|')))
			return true;
	return false;
}

/* The text holds one of the words; earlier rows win. */
static const char *within(const struct word *list, struct str text)
{
	text = str_slice(text, 0, 400);
	for (; text.size && list->says; list++)
		if (holds(text, list->words))
			return list->says;
	return NULL;
}

#define ENABLED \
	"Enabled|有効|Aktiviert|Activé|Activée|Habilitado|Habilitada|已启用|启用|已啟用|啟用|사용|" \
	"Включен|Включена|Включено|Включить|Ativado|Ativada|Abilitato|Abilitata|Attivato|Attivata"
#define DISABLED \
	"Disabled|無効|Deaktiviert|Désactivé|Désactivée|Deshabilitado|Deshabilitada|已禁用|禁用|" \
	"已停用|停用|사용 안 함|사용 안함|Отключен|Отключена|Отключено|Отключить|Desabilitado|" \
	"Desabilitada|Desativado|Desativada|Disabilitato|Disabilitata|Disattivato|Disattivata"

const char *policy_word_state(struct str text)
{
	static const struct word list[] = {
		{"enabled", ENABLED},
		{"disabled", DISABLED},
		{"not-configured",
			"Not Configured|未構成|Nicht konfiguriert|Non configuré|No configurado|No configurada|"
			"未配置|尚未設定|구성되지 않음|Не задан|Не задана|Не задано|Не настроен|Não Configurado|"
			"Não Configurada|Non configurato|Non configurata"},
		{NULL, NULL},
	};
	return whole(list, text);
}

const char *policy_word_action(struct str text)
{
	static const struct word list[] = {
		{"block",
			"Block|ブロック|ブロックする|Blockieren|Blocken|Bloquer|Bloquear|阻止|封鎖|차단|"
			"Блокировать|Заблокировать|Blocca"},
		{"allow",
			"Allow|許可|許可する|Zulassen|Autoriser|Permitir|允许|允許|허용|Разрешить|Consenti"},
		{NULL, NULL},
	};
	return whole(list, text);
}

const char *policy_word_flag(struct str text)
{
	static const struct word list[] = {
		{"yes",
			"True|Yes|On|はい|オン|Wahr|Ja|Ein|An|Vrai|Oui|Verdadero|Sí|是|真|开|开启|开启|開啟|참|"
			"예|켜짐|Истина|Да|Вкл|Вкл.|Verdadeiro|Sim|Vero|Sì|Activado|Ligado|" ENABLED},
		{"no",
			"False|No|Off|いいえ|オフ|Falsch|Nein|Aus|Faux|Non|Falso|否|假|关|关闭|關閉|거짓|"
			"아니요|꺼짐|Ложь|Нет|Выкл|Выкл.|Não|Desactivado|Desligado|" DISABLED},
		{NULL, NULL},
	};
	return whole(list, text);
}

const char *policy_word_result(struct str text)
{
	static const struct word list[] = {
		{"failed",
			"Fail|失敗|Fehler|Fehlgeschlagen|Échec|échou|Échou|Error|失败|실패|Сбой|Ошибка|Falh|"
			"Non riuscit|non riuscit|Errore|Con errores"},
		{"ok",
			"Success|成功|Erfolg|Réussi|réussi|Succès|Correct|Éxito|성공|Успе|успе|Выполнено|Êxito|"
			"êxito|Sucesso|Riuscit|riuscit|Operazione completata"},
		{NULL, NULL},
	};
	return within(list, text);
}

const char *policy_word_reason(struct str text)
{
	static const struct word list[] = {
		{"wmi-filter", "WMI"},
		{"blocked", "SOM"},
		{"inaccessible",
			"Inaccessible|アクセスでき|zugreif|inacces|无法访问|無法存取|액세스할 수 없|недоступ|"
			"Недоступ|inacess"},
		{"disabled-link",
			"Link|リンク|Verknüpfung|lien|vínculo|链接|連結|링크|연결|связь|ссылк|Связь|Ссылк|"
			"collegamento"},
		{"security",
			"Securit|セキュリティ|Sicherheit|sécurité|Sécurité|segurid|Segurid|安全|보안|безопасн|"
			"Безопасн|segurança|Segurança|sicurezza|Sicurezza|protezione"},
		{"empty",
			"Empty|空|Leer|vide|Vide|vacío|Vacío|vacía|비어|비었|пуст|Пуст|vazi|Vazi|vuot|Vuot"},
		{"disabled",
			"GPO|Disabled|無効|Deaktiviert|Désactivé|Deshabilitad|禁用|停用|사용 안|"
			"Отключ|Desabilitad|Disabilitat"},
		{NULL, NULL},
	};
	return str_is_blank(text) ? NULL : within(list, text) ? within(list, text) : "other";
}

const char *policy_word_profile(struct str text)
{
	static const struct word list[] = {
		{"domain",
			"Domain|Domän|Domäne|ドメイン|domain|Domin|domin|域|網域|도메인|Домен|домен|Domín"},
		{"private",
			"Private|Standard|Privat|プライベート|標準|privé|Privé|privad|Privad|专用|私人|標準|"
			"개인|표준|частн|Частн|Стандарт|стандарт|particular|privat|Padrão|estándar|Estándar|"
			"标准"},
		{"public",
			"Public|パブリック|Öffentlich|öffentlich|public|públic|Públic|公用|公共|공용|퍼블릭|"
			"Общ|общ|Публич|pubblic|Pubblic"},
		{NULL, NULL},
	};
	return within(list, text);
}

const char *policy_word_loop(struct str text)
{
	static const struct word list[] = {
		{"merge",
			"Merge|統合|マージ|Zusammenführen|Fusionner|Fusion|Combinar|合并|合併|병합|Слияние|"
			"Mesclar|Unisci|Unione"},
		{"replace",
			"Replace|置換|置き換え|Ersetzen|Remplacer|Reemplazar|Sustituir|替换|取代|바꾸기|대체|"
			"Замена|Заменить|Substituir|Sostituisci"},
		{NULL, NULL},
	};
	return within(list, text);
}

const char *policy_word_preference(struct str text)
{
	static const struct word list[] = {
		{"create",
			"Create|作成|Erstellen|Créer|Crear|创建|建立|만들기|Создать|Criar|Crea|C"},
		{"replace",
			"Replace|置換|Ersetzen|Remplacer|Reemplazar|替换|取代|바꾸기|Заменить|Substituir|"
			"Sostituisci|R"},
		{"update",
			"Update|更新|Aktualisieren|Mettre à jour|Actualizar|업데이트|Обновить|Atualizar|"
			"Aggiorna|U"},
		{"delete",
			"Delete|削除|Löschen|Supprimer|Eliminar|删除|刪除|삭제|Удалить|Excluir|Elimina|D"},
		{NULL, NULL},
	};
	return whole(list, text);
}

int policy_word_start(struct str text)
{
	static const char automatic[] =
		"Automatic|自動|Automatisch|Automatique|Automático|Automática|自动|자동|Автоматически|"
		"Автоматический|Automatico|2";
	static const char manual[] = "Manual|手動|Manuell|Manuel|手动|수동|Вручную|Manuale|3";
	static const char disabled[] = DISABLED "|4";
	text = str_trim(text);
	if (text.size == 0)
		return -1;
	return str_in_list(text, automatic)   ? 2
		: str_in_list(text, manual)   ? 3
		: str_in_list(text, disabled) ? 4
					      : -1;
}

/* "Outbound" first: some languages build it from the other. */
const char *policy_word_direction(struct str text)
{
	static const struct word list[] = {
		{"out",
			"Outbound|送信の|Ausgehend|sortant|de salida|出站|輸出|아웃바운드|исходящ|Исходящ|"
			"de Saída|de saída|in uscita"},
		{"in",
			"Inbound|受信の|Eingehend|entrant|de entrada|入站|輸入|인바운드|входящ|Входящ|"
			"de Entrada|in entrata|in ingresso"},
		{NULL, NULL},
	};
	return within(list, text);
}

const char *policy_word_slow(struct str text)
{
	static const struct word list[] = {
		{"yes", "slow link|低速|langsame|Langsame|lente|lenta|lento|慢速|저속|느린|медленн|Медленн"},
		{"no", "fast link|高速|schnelle|Schnelle|rapide|rápid|快速|고속|빠른|быстр|Быстр|veloc"},
		{NULL, NULL},
	};
	return within(list, text);
}

bool policy_says_firewall(struct str text)
{
	return holds(str_slice(text, 0, 400),
		"Firewall|ファイアウォール|pare-feu|防火墙|防火牆|방화벽|брандмауэр|Брандмауэр");
}

bool policy_says_modeling(struct str text)
{
	return holds(str_slice(text, 0, 400),
		"Modeling|Modelling|モデル|Modellierung|Modélisation|modélisation|Modelado|modelado|建模|"
		"模型|模擬|모델링|Моделирование|моделирован|Modelagem|Modelação|Modellazione|"
		"modellazione");
}

/* "COMPUTER SETTINGS", "PARAMÈTRES UTILISATEURS": capital or not. */
enum policy_scope policy_word_scope(struct str text)
{
	text = str_slice(text, 0, 200);
	if (holds(text,
		    "computer|コンピュータ|ordinateur|equipo|计算机|計算機|電腦|컴퓨터|КОМПЬЮТЕР|"
		    "компьютер|Компьютер|computador|EQUIPO"))
		return SCOPE_COMPUTER;
	if (holds(text,
		    "user|ユーザー|Benutzer|utilisateur|usuario|用户|使用者|사용자|ПОЛЬЗОВАТЕЛ|пользовател|"
		    "Пользовател|usuário|USUÁRIO|utilizador|utente"))
		return SCOPE_USER;
	return SCOPE_NONE;
}

struct str policy_service_of(struct str display)
{
	static const struct word list[] = {
		{"sppsvc",
			"Software Protection|Protection logicielle|Protection des logiciels|"
			"Protección de software|软件保护|軟體保護|소프트웨어 보호|Защита программного обеспечения|"
			"Proteção de Software|Protezione software|sppsvc"},
		{"W32Time",
			"Windows Time|Windows-Zeitgeber|Temps Windows|Hora de Windows|Служба времени Windows|"
			"Horário do Windows|Ora di Windows|w32time"},
		{"RpcSs",
			"Remote Procedure Call (RPC)|Remoteprozeduraufruf (RPC)|"
			"Appel de procédure distante (RPC)|RpcSs"},
		{"Winmgmt",
			"Windows Management Instrumentation|"
			"Windows-Verwaltungsinstrumentation|Winmgmt"},
		{"Dnscache", "DNS Client|DNS-Client|Client DNS|Cliente DNS|DNS-клиент|Dnscache"},
		{"PlugPlay", "Plug and Play|Plug & Play|PlugPlay"},
		{"CryptSvc",
			"Cryptographic Services|Kryptografiedienste|"
			"Services de chiffrement|CryptSvc"},
		{"EventSystem", "COM+ Event System|COM+-Ereignissystem|EventSystem"},
		{"ClipSVC", "Client License Service (ClipSVC)|ClipSVC"},
		{"LicenseManager", "Windows License Manager Service|LicenseManager"},
		{NULL, NULL},
	};
	const char *service = whole(list, display);
	return service ? str_of(service) : STR("");
}

#define SPP_KEY \
	"SOFTWARE\\Policies\\Microsoft\\Windows NT\\CurrentVersion\\Software Protection Platform"
#define RPC_KEY "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Rpc"
#define NTP_CLIENT_KEY "SOFTWARE\\Policies\\Microsoft\\W32Time\\TimeProviders\\NtpClient"
#define FOLDERS_KEY \
	"SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Windows Defender Exploit Guard\\" \
	"Controlled Folder Access"

/* A setting is told by up to three things that its name holds; the first row that fits wins. */
static const struct {
	const char *all_of[3], *none_of;
	struct policy_template means;
} templates[] = {
	{{"KMS", "AVS"}, NULL, {SPP_KEY, "NoGenTicket", 1, 0, NULL, false}},
	{{"RPC",
		 "Unauthenticated|認証されていない|nicht authentifizierte|non authentifié|no autenticados|"
		 "未经身份验证|未经过身份验证|未驗證|인증되지 않은|неаутент|не прошедш|não autenticados|"
		 "non autenticati"},
		NULL, {RPC_KEY, "RestrictRemoteClients", -1, -1, NULL, false}},
	{{"RPC",
		 "Endpoint Mapper|エンドポイント マッパー|Endpunktzuordnung|mappeur de point|"
		 "asignador de extremos|终结点映射|끝점 매퍼|сопоставител|mapeador de ponto|"
		 "mapping degli endpoint",
		 "Client|クライアント|client|cliente|客户端|用戶端|클라이언트|клиент"},
		NULL, {RPC_KEY, "EnableAuthEpResolution", 1, 0, NULL, false}},
	{{"NTP", "Client|クライアント|cliente|客户端|用戶端|클라이언트|клиент"},
		"Configure|構成|konfigurieren|Configurer|Configurar|配置|設定|구성|Настро|Configura|"
		"Server|サーバー",
		{NTP_CLIENT_KEY, "Enabled", 1, 0, NULL, false}},
	{{"Protect all network connections|すべてのネットワーク接続の保護|"
	  "すべてのネットワーク接続を保護|Alle Netzwerkverbindungen schützen|"
	  "Protéger toutes les connexions réseau|Proteger todas las conexiones de red|"
	  "保护所有网络连接|保護所有網路連線|모든 네트워크 연결 보호|"
	  "Защита всех сетевых подключений|Защитить все сетевые подключения|"
	  "Proteger todas as conexões de rede|Proteggi tutte le connessioni di rete"},
		NULL, {NULL, NULL, -1, -1, NULL, true}},
	{{"Controlled folder access|フォルダー アクセスの制御|フォルダーアクセスの制御|"
	  "Überwachten Ordnerzugriff|überwachten Ordnerzugriff|dispositif d’accès contrôlé|"
	  "accès contrôlé aux dossiers|acceso controlado a carpetas|受控文件夹访问|"
	  "受控資料夾存取|제어된 폴더 액세스|контролируемый доступ к папкам|"
	  "acesso controlado a pastas|acesso controlado à pasta|accesso controllato alle cartelle",
		 "Configure|構成|konfigurieren|Configurer|Configurar|配置|設定|구성|Настро|Configura"},
		NULL, {FOLDERS_KEY, "EnableControlledFolderAccess", -1, 0, NULL, false}},
	{{"Windows Defender Application Control|App Control for Business|"
	  "Windows Defender アプリケーション制御|Windows Defender-Anwendungssteuerung|"
	  "Windows Defender 应用程序控制|Device Guard|デバイス ガード"},
		"Virtualization|仮想化|Virtualisierung|virtuali",
		{NULL, NULL, -1, -1, "wdac", false}},
};

/* Asked for each of thousands of settings: as written, which is several times faster. */
static bool holds_exactly(struct str text, const char *words)
{
	for (struct str rest = str_of(words); rest.size;)
		if (str_has(text, str_cut(&rest, '|')))
			return true;
	return false;
}

const struct policy_template *policy_template_of(struct str name)
{
	name = str_slice(name, 0, 400);
	for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
		bool all = true;
		for (size_t k = 0; all && k < 3 && templates[i].all_of[k]; k++)
			all = holds_exactly(name, templates[i].all_of[k]);
		if (all && templates[i].none_of)
			all = !holds_exactly(name, templates[i].none_of);
		if (all)
			return &templates[i].means;
	}
	return NULL;
}

/* None; authenticated; authenticated without exceptions. Only the last speaks of exceptions. */
int policy_rpc_choice(struct str value)
{
	value = str_slice(value, 0, 400);
	if (holds(value, "exception|例外|Ausnahme|excepci|예외|исключ|exceç|exceções|eccezion"))
		return 2;
	if (holds(value,
		    "Authenticated|認証|Authentifizi|Authentifi|authentifi|autentic|Autentic|身份验证|"
		    "驗證|인증|проверк|аутентиф|Аутентиф"))
		return 1;
	return str_in_list(str_trim(value),
		       "None|なし|Keine|Aucun|Aucune|Ninguno|Ninguna|无|無|없음|"
		       "Нет|Nenhum|Nenhuma|Nessuno|Nessuna")
		? 0
		: -1;
}

int policy_folder_choice(struct str value)
{
	const char *action = policy_word_action(value), *state = policy_word_state(value);
	if (action)
		return strcmp(action, "block") == 0 ? 1 : -1;
	if (str_in_list(str_trim(value),
		    "Audit Mode|Audit|監査モード|監査|Überwachungsmodus|Mode audit|Modo auditoría|审核模式|"
		    "稽核模式|감사 모드|Режим аудита|Modo de Auditoria|Modalità di controllo"))
		return 2;
	return state && strcmp(state, "disabled") == 0 ? 0 : -1;
}
