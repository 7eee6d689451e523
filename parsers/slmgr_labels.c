/*
 * The words of slmgr.vbs: the machine's own slmgr.ini where it was collected, else what is known of
 * ten languages (slmgr-format, sections 2 and 4). The tables here are the last resort: a line whose
 * value or place says what it is needs no word.
 */
#include "slmgr.h"

#include <stdlib.h>
#include <string.h>

/* A machine has a file for each of its languages, each with some 200 labels. */
#define MACHINE_LABELS 2048

struct resource {
	const char *key;
	enum slmgr_label label;
};

/* Sorted by key, without "L_Msg" in front, in lower case. */
static const struct resource resources[] = {
	{"activated", SLMGR_ACTIVATED},
	{"activated_failed", SLMGR_ERROR_OTHER},
	{"activationinterval", SLMGR_ACTIVATION_INTERVAL},
	{"activationset", SLMGR_SETTING_MADE},
	{"actobjavailable", SLMGR_OBJECTS},
	{"actobjnonefound", SLMGR_OBJECTS_NONE},
	{"adinfoaoname", SLMGR_OBJECT_NAME},
	{"adschemanotsupported", SLMGR_OBJECTS_NO_SCHEMA},
	{"avmaid", SLMGR_AVMA},
	{"avmainfo", SLMGR_AVMA},
	{"clearedpkey", SLMGR_KEY_CLEARED},
	{"cmid", SLMGR_CMID},
	{"confid", SLMGR_SETTING_MADE},
	{"currenttrustedtime", SLMGR_TRUSTED_TIME},
	{"erroractivationid", SLMGR_ERROR_OTHER},
	{"errorauthenticationlevel", SLMGR_ERROR_OTHER},
	{"errorconnection", SLMGR_ERROR_OTHER},
	{"errorconnectionregistry", SLMGR_ERROR_REGISTRY},
	{"errorimpersonation", SLMGR_ERROR_OTHER},
	{"errorlicensenotinuse", SLMGR_NOT_IN_USE},
	{"errorlocalregistry", SLMGR_ERROR_REGISTRY},
	{"errorlocalwmi", SLMGR_ERROR_WMI},
	{"errorpkey", SLMGR_ERROR_OTHER},
	{"errorproductnotfound", SLMGR_ERROR_OTHER},
	{"errortext_8", SLMGR_ERROR},
	{"errortext_9", SLMGR_ERROR_OTHER},
	{"errorwmi", SLMGR_ERROR_WMI},
	{"inforemoteconnection", SLMGR_NOTHING},
	{"installationid", SLMGR_INSTALLATION_ID},
	{"installedpkey", SLMGR_KEY_INSTALLED},
	{"invaliddataerror", SLMGR_ERROR_OTHER},
	{"kmscumulativerequestsfromclients", SLMGR_HEADING},
	{"kmscurrentcount", SLMGR_HOST_COUNT},
	{"kmsdnspublishingdisabled", SLMGR_PUBLISHING_OFF},
	{"kmsdnspublishingenabled", SLMGR_PUBLISHING_ON},
	{"kmsdnspublishingwarning", SLMGR_WARNING},
	{"kmsenabled", SLMGR_HOST_ENABLED},
	{"kmsfailedrequestsreceived", SLMGR_HOST_FAILED},
	{"kmsfromdns", SLMGR_DNS_NAME},
	{"kmsfromdnsunavailable", SLMGR_DNS_NONE},
	{"kmshostcachingdisabled", SLMGR_CACHING_OFF},
	{"kmshostcachingenabled", SLMGR_CACHING_ON},
	{"kmsinfo", SLMGR_HEADING},
	{"kmsipaddress", SLMGR_HOST_ADDRESS},
	{"kmsipaddressunavailable", SLMGR_HOST_ADDRESS},
	{"kmslisteningonport", SLMGR_HOST_PORT},
	{"kmslookupdomain", SLMGR_LOOKUP_DOMAIN},
	{"kmslookupdomaincleared", SLMGR_DOMAIN_CLEARED},
	{"kmslookupdomainset", SLMGR_DOMAIN_SET},
	{"kmsnamecleared", SLMGR_HOST_CLEARED},
	{"kmsnameset", SLMGR_HOST_SET},
	{"kmspid4", SLMGR_HOST_PID},
	{"kmsportset", SLMGR_SETTING_MADE},
	{"kmsprilow", SLMGR_PRIORITY_LOW},
	{"kmsprinormal", SLMGR_PRIORITY_NORMAL},
	{"kmsprisettolow", SLMGR_SETTING_MADE},
	{"kmsprisettonormal", SLMGR_SETTING_MADE},
	{"kmstotalrequestsrecieved", SLMGR_HOST_TOTAL},
	{"kmsusemachinename", SLMGR_WARNING},
	{"kmsusemachinenameoverrides", SLMGR_WARNING},
	{"kmsuselookupdomain", SLMGR_WARNING},
	{"licensefile", SLMGR_NOTHING},
	{"licensesreinstalled", SLMGR_REINSTALLED},
	{"licensestatusadditionalgrace", SLMGR_EXPIRY_0 + 6},
	{"licensestatusadditionalgrace_1", SLMGR_STATUS_0 + 3},
	{"licensestatusavma", SLMGR_EXPIRY_0 + 3},
	{"licensestatusavma_1", SLMGR_EXPIRES},
	{"licensestatusevalenddata", SLMGR_EVALUATION_END},
	{"licensestatusextendedgrace", SLMGR_EXPIRY_0 + 9},
	{"licensestatusextendedgrace_1", SLMGR_STATUS_0 + 6},
	{"licensestatusinitialgrace", SLMGR_EXPIRY_0 + 5},
	{"licensestatusinitialgrace_1", SLMGR_STATUS_0 + 2},
	{"licensestatuslicensed", SLMGR_EXPIRY_0 + 4},
	{"licensestatuslicensed_1", SLMGR_STATUS_0 + 1},
	{"licensestatusnongenuinegrace", SLMGR_EXPIRY_0 + 7},
	{"licensestatusnongenuinegrace_1", SLMGR_STATUS_0 + 4},
	{"licensestatusnotification", SLMGR_EXPIRY_0 + 8},
	{"licensestatusnotification_1", SLMGR_STATUS_0 + 5},
	{"licensestatustbl", SLMGR_EXPIRY_0 + 2},
	{"licensestatustbl_1", SLMGR_EXPIRES},
	{"licensestatustimeremaining", SLMGR_REMAINING},
	{"licensestatusunlicensed", SLMGR_EXPIRY_0},
	{"licensestatusunlicensed_1", SLMGR_STATUS_0},
	{"licensestatusvl", SLMGR_EXPIRY_0 + 1},
	{"licensestatusvl_1", SLMGR_EXPIRES},
	{"notificationerrorreasonexpiration", SLMGR_REASON},
	{"notificationerrorreasonnongenuine", SLMGR_REASON},
	{"notificationerrorreasonother", SLMGR_REASON},
	{"partialpkey", SLMGR_PARTIAL_KEY},
	{"pid4", SLMGR_EXTENDED_PID},
	{"productdesc", SLMGR_DESCRIPTION},
	{"productname", SLMGR_NAME},
	{"rearm_1", SLMGR_REARMED},
	{"rearm_2", SLMGR_NOTHING},
	{"registeredkmsname", SLMGR_REGISTERED_NAME},
	{"reinstallinglicenses", SLMGR_NOTHING},
	{"remainingapprearmcount", SLMGR_REARM_APP},
	{"remainingskurearmcount", SLMGR_REARM_SKU},
	{"remainingwindowsrearmcount", SLMGR_REARM_WINDOWS},
	{"remoteexecnotsupported", SLMGR_ERROR_OTHER},
	{"remotewmiversionmismatch", SLMGR_ERROR_OTHER},
	{"renewalinterval", SLMGR_RENEWAL_INTERVAL},
	{"renewalset", SLMGR_SETTING_MADE},
	{"serviceversion", SLMGR_SERVICE_VERSION},
	{"sucess", SLMGR_SETTING_MADE},
	{"undeterminedoperationformat", SLMGR_NOTHING},
	{"undeterminedprimarykey", SLMGR_WARNING},
	{"undeterminedprimarykeyoperation", SLMGR_WARNING},
	{"uninstalledpkey", SLMGR_KEY_REMOVED},
	{"unrecognizedoption", SLMGR_WRONG_OPTION},
	{"vlactivationtypead", SLMGR_TYPE_AD},
	{"vlactivationtypeall", SLMGR_TYPE_ALL},
	{"vlactivationtypekms", SLMGR_TYPE_KMS},
	{"vlactivationtypeset", SLMGR_TYPE_SET},
	{"vlactivationtypetoken", SLMGR_TYPE_TOKEN},
	{"vlmostrecentactivationinfo", SLMGR_HEADING},
	{"warningactivation", SLMGR_WARNING},
	{"warningkmsport", SLMGR_WARNING},
	{"warningkmspri", SLMGR_WARNING},
	{"warningkmsreboot", SLMGR_WARNING},
	{"warningrenewal", SLMGR_WARNING},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int compare_key(const void *wanted, const void *resource)
{
	return strcmp(wanted, ((const struct resource *)resource)->key);
}

static enum slmgr_label label_of_key(struct str key)
{
	char name[64];
	key = str_from(key, STR("L_Msg").size);
	if (key.size >= sizeof name)
		return SLMGR_UNKNOWN;
	for (size_t i = 0; i < key.size; i++)
		name[i] = char_lower(key.at[i]);
	name[key.size] = '\0';
	const struct resource *found =
		bsearch(name, resources, COUNT(resources), sizeof *resources, compare_key);
	return found ? found->label : SLMGR_UNKNOWN;
}

struct slmgr_words slmgr_words_of(const struct evidence *evidence, const struct facts *facts)
{
	struct slmgr_words words = {NULL, 0};
	size_t room = 0, seen = 0;
	/* Labels were read before anything else, see parsers.def. */
	for (size_t i = 0; i < facts->count && facts->at[i]->kind == &kind_slmgr_label; i++) {
		const struct fact *fact = facts->at[i];
		if (fact->line->origin->machine != evidence->origin.machine)
			continue;
		if (++seen > MACHINE_LABELS)
			break;
		struct slmgr_word word = {
			label_of_key(fact_text(fact, "key")), fact_text(fact, "text")};
		if (word.label == SLMGR_UNKNOWN || word.text.size < 2)
			continue;
		words.at = arena_grow(facts->arena, words.at, words.count, &room, sizeof word);
		words.at[words.count++] = word;
	}
	return words;
}

#define WORD(label, text) \
	{ \
		label, STR_INIT(text) \
	}

/* Labels and values of a product block. */
static const struct slmgr_word block_words[] = {
	WORD(SLMGR_SERVICE_VERSION, "Software licensing service version:"),
	WORD(SLMGR_NAME, "Name:"),
	WORD(SLMGR_DESCRIPTION, "Description:"),
	WORD(SLMGR_EXTENDED_PID, "Extended PID:"),
	WORD(SLMGR_INSTALLATION_ID, "Installation ID:"),
	WORD(SLMGR_PARTIAL_KEY, "Partial Product Key:"),
	WORD(SLMGR_PARTIAL_KEY, "プロダクト キーの一部:"),
	WORD(SLMGR_PARTIAL_KEY, "Teil-Product Key:"),
	WORD(SLMGR_PARTIAL_KEY, "Clé de produit partielle :"),
	WORD(SLMGR_PARTIAL_KEY, "Clave de producto parcial:"),
	WORD(SLMGR_PARTIAL_KEY, "部分产品密钥:"),
	WORD(SLMGR_PARTIAL_KEY, "部分產品金鑰:"),
	WORD(SLMGR_PARTIAL_KEY, "부분 제품 키:"),
	WORD(SLMGR_PARTIAL_KEY, "Частичный ключ продукта:"),
	WORD(SLMGR_PARTIAL_KEY, "Chave do Produto Parcial:"),
	WORD(SLMGR_PARTIAL_KEY, "Codice Product Key parziale:"),
	WORD(SLMGR_NOT_IN_USE, "This license is not in use."),
	WORD(SLMGR_STATUS, "License Status:"),
	WORD(SLMGR_STATUS, "ライセンスの状態:"),
	WORD(SLMGR_STATUS, "Lizenzstatus:"),
	WORD(SLMGR_STATUS, "État de la licence :"),
	WORD(SLMGR_STATUS, "Estado de la licencia:"),
	WORD(SLMGR_STATUS, "Estado de licencia:"),
	WORD(SLMGR_STATUS, "许可证状态:"),
	WORD(SLMGR_STATUS, "授權狀態:"),
	WORD(SLMGR_STATUS, "라이선스 상태:"),
	WORD(SLMGR_STATUS, "Состояние лицензии:"),
	WORD(SLMGR_STATUS, "Status da Licença:"),
	WORD(SLMGR_STATUS, "Stato della licenza:"),
	WORD(SLMGR_EXPIRES, "Volume activation expiration: %MINUTE% minute(s) (%DAY% day(s))"),
	WORD(SLMGR_EXPIRES, "Timebased activation expiration: %MINUTE% minute(s) (%DAY% day(s))"),
	WORD(SLMGR_EXPIRES,
		"Automatic VM activation expiration: %MINUTE% minute(s) (%DAY% day(s))"),
	WORD(SLMGR_EXPIRES, "批量激活过期: %MINUTE% 分钟"),
	WORD(SLMGR_REMAINING, "Time remaining: %MINUTE% minute(s) (%DAY% day(s))"),
	WORD(SLMGR_REASON, "Notification Reason: %ERRCODE%"),
	WORD(SLMGR_EVALUATION_END, "Evaluation End Date:"),
	WORD(SLMGR_REARM_WINDOWS, "Remaining Windows rearm count:"),
	WORD(SLMGR_REARM_WINDOWS, "Recuento de rearmado de Windows restante:"),
	WORD(SLMGR_REARM_WINDOWS, "剩余 Windows 重置计数:"),
	WORD(SLMGR_REARM_SKU, "Remaining SKU rearm count:"),
	WORD(SLMGR_REARM_SKU, "Recuento de rearmados de SKU restantes:"),
	WORD(SLMGR_REARM_SKU, "剩余 SKU 重置计数:"),
	WORD(SLMGR_REARM_APP, "Remaining App rearm count:"),
	WORD(SLMGR_TRUSTED_TIME, "Trusted time:"),
	WORD(SLMGR_TRUSTED_TIME, "Hora de confianza:"),
	WORD(SLMGR_TRUSTED_TIME, "信任时间:"),
	WORD(SLMGR_TYPE, "Configured Activation Type:"),
	WORD(SLMGR_TYPE, "已配置的激活类型:"),
	WORD(SLMGR_HEADING, "Most recent activation information:"),
	WORD(SLMGR_HEADING, "Key Management Service client information"),
	WORD(SLMGR_HEADING, "AD Activation client information"),
	WORD(SLMGR_HEADING, "Key Management Service cumulative requests received from clients"),
	WORD(SLMGR_CMID, "Client Machine ID (CMID):"),
	WORD(SLMGR_REGISTERED_NAME, "Registered KMS machine name:"),
	WORD(SLMGR_LOOKUP_DOMAIN, "Registered KMS SRV record lookup domain:"),
	WORD(SLMGR_DNS_NONE, "DNS auto-discovery: KMS name not available"),
	WORD(SLMGR_DNS_NAME, "KMS machine name from DNS:"),
	WORD(SLMGR_DNS_NAME, "DNS の KMS コンピューター名:"),
	WORD(SLMGR_DNS_NAME, "来自 DNS 的 KMS 计算机名称:"),
	WORD(SLMGR_HOST_ADDRESS, "KMS machine IP address:"),
	WORD(SLMGR_HOST_PID, "KMS machine extended PID:"),
	WORD(SLMGR_ACTIVATION_INTERVAL, "Activation interval: %INTERVAL% minutes"),
	WORD(SLMGR_RENEWAL_INTERVAL, "Renewal interval: %INTERVAL% minutes"),
	WORD(SLMGR_HOST_ENABLED, "Key Management Service is enabled on this machine"),
	WORD(SLMGR_HOST_ENABLED, "Key Management Service is enabled on this computer"),
	WORD(SLMGR_HOST_COUNT, "Current count:"),
	WORD(SLMGR_HOST_PORT, "Listening on Port:"),
	WORD(SLMGR_PUBLISHING_ON, "DNS publishing enabled"),
	WORD(SLMGR_PUBLISHING_ON, "DNS の公開が有効です"),
	WORD(SLMGR_PUBLISHING_ON, "DNS-Veröffentlichung aktiviert"),
	WORD(SLMGR_PUBLISHING_ON, "Publication DNS activée"),
	WORD(SLMGR_PUBLISHING_ON, "Publicación DNS habilitada"),
	WORD(SLMGR_PUBLISHING_ON, "已启用 DNS 发布"),
	WORD(SLMGR_PUBLISHING_ON, "DNS 게시 사용"),
	WORD(SLMGR_PUBLISHING_ON, "Публикация DNS включена"),
	WORD(SLMGR_PUBLISHING_ON, "Publicação DNS habilitada"),
	WORD(SLMGR_PUBLISHING_ON, "Pubblicazione DNS abilitata"),
	WORD(SLMGR_PUBLISHING_OFF, "DNS publishing disabled"),
	WORD(SLMGR_PUBLISHING_OFF, "DNS の公開が無効です"),
	WORD(SLMGR_PUBLISHING_OFF, "DNS-Veröffentlichung deaktiviert"),
	WORD(SLMGR_PUBLISHING_OFF, "Publication DNS désactivée"),
	WORD(SLMGR_PUBLISHING_OFF, "Publicación DNS deshabilitada"),
	WORD(SLMGR_PUBLISHING_OFF, "已禁用 DNS 发布"),
	WORD(SLMGR_PUBLISHING_OFF, "DNS 게시 사용 안 함"),
	WORD(SLMGR_PUBLISHING_OFF, "Публикация DNS отключена"),
	WORD(SLMGR_PUBLISHING_OFF, "Publicação DNS desabilitada"),
	WORD(SLMGR_PUBLISHING_OFF, "Pubblicazione DNS disabilitata"),
	WORD(SLMGR_PRIORITY_NORMAL, "KMS priority: Normal"),
	WORD(SLMGR_PRIORITY_NORMAL, "KMS の優先順位: 通常"),
	WORD(SLMGR_PRIORITY_NORMAL, "KMS-Priorität: Normal"),
	WORD(SLMGR_PRIORITY_NORMAL, "Priorité KMS : Normale"),
	WORD(SLMGR_PRIORITY_NORMAL, "Prioridad de KMS: Normal"),
	WORD(SLMGR_PRIORITY_NORMAL, "KMS 优先级: 正常"),
	WORD(SLMGR_PRIORITY_NORMAL, "KMS 우선 순위: 보통"),
	WORD(SLMGR_PRIORITY_NORMAL, "Приоритет KMS: обычный"),
	WORD(SLMGR_PRIORITY_NORMAL, "Prioridade do KMS: Normal"),
	WORD(SLMGR_PRIORITY_NORMAL, "Priorità KMS: Normale"),
	WORD(SLMGR_PRIORITY_LOW, "KMS priority: Low"),
	WORD(SLMGR_PRIORITY_LOW, "KMS の優先順位: 低"),
	WORD(SLMGR_PRIORITY_LOW, "KMS-Priorität: Niedrig"),
	WORD(SLMGR_PRIORITY_LOW, "Priorité KMS : Basse"),
	WORD(SLMGR_PRIORITY_LOW, "Prioridad de KMS: Baja"),
	WORD(SLMGR_PRIORITY_LOW, "KMS 优先级: 低"),
	WORD(SLMGR_PRIORITY_LOW, "KMS 우선 순위: 낮음"),
	WORD(SLMGR_PRIORITY_LOW, "Приоритет KMS: низкий"),
	WORD(SLMGR_PRIORITY_LOW, "Prioridade do KMS: Baixa"),
	WORD(SLMGR_PRIORITY_LOW, "Priorità KMS: Bassa"),
	WORD(SLMGR_HOST_TOTAL, "Total requests received:"),
	WORD(SLMGR_HOST_FAILED, "Failed requests received:"),
	WORD(SLMGR_HOST_OTHER, "Requests with License Status %STATUS%"),
	WORD(SLMGR_OBJECT_NAME, "Activation Object name:"),
	WORD(SLMGR_AVMA, "Guest IAID:"),
	WORD(SLMGR_AVMA, "Automatic VM Activation client information"),
	WORD(SLMGR_CACHING_ON, "KMS host caching is enabled"),
	WORD(SLMGR_CACHING_ON, "KMS ホストのキャッシュは有効です"),
	WORD(SLMGR_CACHING_ON, "Zwischenspeichern des KMS-Hosts ist aktiviert"),
	WORD(SLMGR_CACHING_ON, "La mise en cache de l'hôte KMS est activée"),
	WORD(SLMGR_CACHING_ON, "El almacenamiento en caché del host KMS está habilitado"),
	WORD(SLMGR_CACHING_ON, "已启用 KMS 主机缓存"),
	WORD(SLMGR_CACHING_ON, "KMS 호스트 캐싱을 사용합니다"),
	WORD(SLMGR_CACHING_ON, "Кэширование узла KMS включено"),
	WORD(SLMGR_CACHING_ON, "O cache do host KMS está habilitado"),
	WORD(SLMGR_CACHING_ON, "La memorizzazione nella cache dell'host KMS è abilitata"),
	WORD(SLMGR_CACHING_OFF, "KMS host caching is disabled"),
	WORD(SLMGR_CACHING_OFF, "KMS ホストのキャッシュは無効です"),
	WORD(SLMGR_CACHING_OFF, "Zwischenspeichern des KMS-Hosts ist deaktiviert"),
	WORD(SLMGR_CACHING_OFF, "La mise en cache de l'hôte KMS est désactivée"),
	WORD(SLMGR_CACHING_OFF, "El almacenamiento en caché del host KMS está deshabilitado"),
	WORD(SLMGR_CACHING_OFF, "已禁用 KMS 主机缓存"),
	WORD(SLMGR_CACHING_OFF, "KMS 호스트 캐싱을 사용하지 않습니다"),
	WORD(SLMGR_CACHING_OFF, "Кэширование узла KMS отключено"),
	WORD(SLMGR_CACHING_OFF, "O cache do host KMS está desabilitado"),
	WORD(SLMGR_CACHING_OFF, "La memorizzazione nella cache dell'host KMS è disabilitata"),
};

/* What a call answers. "Error" and its like stand for slmgr's own prefix in each language. */
static const struct slmgr_word sentence_words[] = {
	WORD(SLMGR_OBJECTS, "Activation Objects"),
	WORD(SLMGR_OBJECTS_NONE, "No objects found"),
	WORD(SLMGR_OBJECTS_NO_SCHEMA,
		"Active Directory-Based Activation is not supported in the current Active Directory "
		"schema."),
	WORD(SLMGR_ACTIVATED, "Product activated successfully."),
	WORD(SLMGR_ACTIVATED, "製品は正常にライセンス認証されました。"),
	WORD(SLMGR_ACTIVATED, "Das Produkt wurde erfolgreich aktiviert."),
	WORD(SLMGR_ACTIVATED, "Le produit a été activé correctement."),
	WORD(SLMGR_ACTIVATED, "El producto se activó correctamente."),
	WORD(SLMGR_ACTIVATED, "成功地激活了产品。"),
	WORD(SLMGR_ACTIVATED, "제품을 성공적으로 인증했습니다."),
	WORD(SLMGR_ACTIVATED, "Активация выполнена успешно."),
	WORD(SLMGR_ACTIVATED, "Produto ativado com êxito."),
	WORD(SLMGR_ACTIVATED, "Attivazione del prodotto completata."),
	WORD(SLMGR_KEY_INSTALLED, "Installed product key %PKEY% successfully."),
	WORD(SLMGR_KEY_REMOVED, "Uninstalled product key successfully."),
	WORD(SLMGR_KEY_CLEARED, "Product key from registry cleared successfully."),
	WORD(SLMGR_HOST_SET, "Key Management Service machine name set to %KMS% successfully."),
	WORD(SLMGR_HOST_CLEARED, "Key Management Service machine name cleared successfully."),
	WORD(SLMGR_DOMAIN_SET, "Key Management Service lookup domain set to %FQDN% successfully."),
	WORD(SLMGR_DOMAIN_CLEARED, "Key Management Service lookup domain cleared successfully."),
	WORD(SLMGR_TYPE_SET, "Volume activation type set successfully."),
	WORD(SLMGR_REINSTALLED, "License files re-installed successfully."),
	WORD(SLMGR_SETTING_MADE,
		"Volume activation interval set to %MINUTES% minutes successfully."),
	WORD(SLMGR_SETTING_MADE, "Volume renewal interval set to %MINUTES% minutes successfully."),
	WORD(SLMGR_SETTING_MADE, "KMS port set to %PORT% successfully."),
	WORD(SLMGR_SETTING_MADE, "KMS priority set to Low"),
	WORD(SLMGR_SETTING_MADE, "KMS priority set to Normal"),
	WORD(SLMGR_ERROR_OTHER, "Error: product not found."),
	WORD(SLMGR_ERROR_OTHER, "Error: product key not found."),
	WORD(SLMGR_ERROR_OTHER, "Error: Product activation failed."),
	WORD(SLMGR_ERROR_OTHER, "Error: Activation ID (%ID%) not found."),
	WORD(SLMGR_WRONG_OPTION, "Unrecognized option:"),
	WORD(SLMGR_WRONG_OPTION, "Invalid combination of command parameters."),
	WORD(SLMGR_ERROR_WMI,
		"Error 0x%ERRCODE% occurred in connecting to the local WMI provider."),
	WORD(SLMGR_ERROR_WMI, "Error 0x%ERRCODE% occurred in creating a locator object."),
	WORD(SLMGR_ERROR_REGISTRY,
		"Error 0x%ERRCODE% occurred in connecting to the local registry."),
	WORD(SLMGR_ERROR_REGISTRY,
		"Error 0x%ERRCODE% occurred in connecting to the registry on server %NAME%."),
	WORD(SLMGR_ERROR_OTHER, "Error 0x%ERRCODE% occurred in connecting to server %NAME%."),
	WORD(SLMGR_ERROR_OTHER, "Error 0x%ERRCODE% occurred in setting impersonation level."),
	WORD(SLMGR_ERROR_OTHER, "Error 0x%ERRCODE% occurred in setting authentication level."),
	WORD(SLMGR_ERROR_OTHER, "The remote machine does not support this version of SLMgr.vbs"),
	WORD(SLMGR_ERROR_OTHER, "This command of SLMgr.vbs is not supported for remote execution"),
};

/* Words that other programs use too: they count inside output known to be slmgr's. */
static const struct slmgr_word common_words[] = {
	WORD(SLMGR_REARMED, "Command completed successfully."),
	WORD(SLMGR_NOTHING, "Please restart the system for the changes to take effect."),
	WORD(SLMGR_NOTHING, "Re-installing license files ..."),
	WORD(SLMGR_NOTHING, "License file %LICENSEFILE% installed successfully."),
	WORD(SLMGR_NOTHING, "Processing the license for %PRODUCT% (%PRODUCTID%)."),
	WORD(SLMGR_NOTHING, "Connected to server %COMPUTERNAME%."),
	WORD(SLMGR_SETTING_MADE, "Operation completed successfully."),
	WORD(SLMGR_ERROR, "Error:"),
	WORD(SLMGR_ERROR, "エラー:"),
	WORD(SLMGR_ERROR, "Fehler:"),
	WORD(SLMGR_ERROR, "Erreur :"),
	WORD(SLMGR_ERROR, "错误:"),
	WORD(SLMGR_ERROR, "錯誤:"),
	WORD(SLMGR_ERROR, "오류:"),
	WORD(SLMGR_ERROR, "Ошибка:"),
	WORD(SLMGR_ERROR, "Erro:"),
	WORD(SLMGR_ERROR, "Errore:"),
	WORD(SLMGR_WARNING, "Warning:"),
	WORD(SLMGR_WARNING, "警告:"),
	WORD(SLMGR_WARNING, "Warnung:"),
	WORD(SLMGR_WARNING, "Avertissement :"),
	WORD(SLMGR_WARNING, "Advertencia:"),
	WORD(SLMGR_WARNING, "경고:"),
	WORD(SLMGR_WARNING, "Предупреждение:"),
	WORD(SLMGR_WARNING, "Aviso:"),
	WORD(SLMGR_WARNING, "Avviso:"),
};

#define WIDE_COLON STR("\xEF\xBC\x9A")

struct str slmgr_without_stop(struct str text)
{
	text = str_trim(text);
	while (str_ends(text, STR(".")) || str_ends(text, STR("\xE3\x80\x82")))
		text = str_trim_right(
			str_slice(text, 0, text.size - (str_ends(text, STR(".")) ? 1 : 3)));
	return text;
}

/* A label: the words up to its colon, whatever blanks and kind of colon stand there. */
static bool match_label(struct str label, struct str text, struct str *value)
{
	label = str_trim_right(str_slice(label, 0, label.size - 1));
	if (!str_starts_nocase(text, label))
		return false;
	text = str_trim_left(str_from(text, label.size));
	bool wide = str_starts(text, WIDE_COLON);
	if (!wide && !str_starts(text, STR(":")))
		return false;
	*value = str_trim(str_from(text, wide ? WIDE_COLON.size : 1));
	return true;
}

/* A sentence with %NAME% in it: its fixed pieces, in order. */
static bool match_pieces(struct str sentence, struct str text, struct str *value)
{
	bool first = true, valued = false;
	while (sentence.size) {
		size_t at = str_find_char(sentence, '%');
		struct str piece = slmgr_without_stop(str_slice(sentence, 0, at));
		size_t found = first ? 0 : str_find_nocase(text, piece);
		if (found == STR_NONE || !str_starts_nocase(str_from(text, found), piece))
			return false;
		if (!first && !valued) {
			*value = str_trim(piece.size ? str_slice(text, 0, found) : text);
			valued = true;
		}
		text = str_from(text, found + piece.size);
		first = false;
		sentence = at == STR_NONE ? STR("") : str_from(sentence, at + 1);
		size_t close = str_find_char(sentence, '%');
		sentence = close == STR_NONE ? STR("") : str_from(sentence, close + 1);
		if (at != STR_NONE && sentence.size == 0 && !valued)
			*value = str_trim(text);
	}
	return true;
}

static bool match(struct str word, struct str text, struct str *value)
{
	/* Most words fail at their first byte; this is asked for each line of long files. */
	if (word.size == 0 || text.size == 0)
		return false;
	if (char_lower(*word.at) != char_lower(*text.at))
		return *word.at == '%' && match_pieces(word, text, value);
	*value = STR("");
	if (str_find_char(word, '%') != STR_NONE)
		return match_pieces(word, text, value);
	word = str_trim(word);
	if (str_ends(word, STR(":")))
		return match_label(word, text, value);
	return str_equal_nocase(slmgr_without_stop(word), slmgr_without_stop(text));
}

static enum slmgr_label find_in(
	const struct slmgr_word *words, size_t count, struct str text, struct str *value)
{
	for (size_t i = 0; i < count; i++)
		if (match(words[i].text, text, value))
			return words[i].label;
	return SLMGR_UNKNOWN;
}

enum slmgr_label slmgr_find(const struct slmgr_words *words, struct str text, struct str *value)
{
	enum slmgr_label label = SLMGR_UNKNOWN;
	text = str_trim(text);
	if (words)
		label = find_in(words->at, words->count, text, value);
	if (!label)
		label = find_in(block_words, COUNT(block_words), text, value);
	if (!label)
		label = find_in(sentence_words, COUNT(sentence_words), text, value);
	return label ? label : find_in(common_words, COUNT(common_words), text, value);
}

enum slmgr_label slmgr_find_sentence(struct str text, struct str *value)
{
	return find_in(sentence_words, COUNT(sentence_words), str_trim(text), value);
}

bool slmgr_is_sentence(enum slmgr_label label)
{
	return label > SLMGR_SENTENCES;
}
