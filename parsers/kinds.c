#include "kinds.h"

const struct fact_kind kind_licence = {
	.name = "licence",
	.says = "one product as the licensing service sees it",
	.is_state = true,
	.fields =
		{
			{"product", FACT_TEXT, "name, e.g. Windows(R), Enterprise edition", NULL,
				FACT_KEY},
			{"activation-id", FACT_GUID, "id of the SKU", NULL, FACT_KEY},
			{"app", FACT_WORD,
				"what it licenses; esu is an Extended Security Updates add-on",
				"windows|office|esu|other"},
			{"description", FACT_TEXT, "as printed, with the channel"},
			{"channel", FACT_WORD,
				"licence channel: kms-client (GVLK), kms-host (CSVLK), mak, retail, oem, eval "
				"(time-limited), avma (Automatic Virtual Machine Activation), subscription",
				"kms-client|kms-host|mak|retail|oem|eval|avma|subscription|other"},
			{"key-channel", FACT_TEXT,
				"Product Key Channel as printed: Volume:GVLK, Retail, OEM:DM"},
			{"partial-key", FACT_TEXT, "last five characters of the product key"},
			{"in-use", FACT_FLAG, "a key is installed for it"},
			{"status", FACT_WORD, "licence status 0 to 6",
				"unlicensed|licensed|oob-grace|oot-grace|non-genuine-grace|notification|extended-grace",
				FACT_SINGLE},
			{"status-by", FACT_WORD,
				"how the status was told: by its word, by what else is printed, or by "
				"its number, which WMI gives without any script",
				"word|structure|number"},
			{"reason", FACT_CODE, "notification reason or error code of the state"},
			{"remaining-minutes", FACT_NUMBER, "minutes until the state ends"},
			{"rearm-windows", FACT_NUMBER, "rearms left for Windows"},
			{"rearm-sku", FACT_NUMBER, "rearms left for the SKU or application"},
			{"activation-type", FACT_WORD, "Configured Activation Type",
				"all|ad|kms|token"},
			{"extended-pid", FACT_TEXT, "Extended PID"},
			{"evaluation-end", FACT_TEXT, "Evaluation End Date as printed"},
			{"trusted-time", FACT_TEXT,
				"Trusted time as printed, in the user's date format"},
			{"service-version", FACT_TEXT, "version of the licensing service"},
			{0},
		},
};

const struct fact_kind kind_kms_client = {
	.name = "kms-client",
	.says = "KMS client data of a product, as of its last successful activation",
	.is_state = true,
	.fields =
		{
			{"activation-id", FACT_GUID, "id of the SKU", NULL, FACT_KEY},
			{"cmid", FACT_GUID, "client machine id", NULL, FACT_SINGLE},
			{"host", FACT_NAME, "KMS host name"},
			{"port", FACT_NUMBER, "its port; 1688 is also printed when none is set"},
			{"host-from", FACT_WORD,
				"registered: fixed by /skms, registry or policy; dns: discovered; none: no name known",
				"registered|dns|none"},
			{"lookup-domain", FACT_NAME, "domain set by /skms-domain"},
			{"address", FACT_ADDRESS, "the KMS host's address"},
			{"host-pid", FACT_TEXT, "the KMS host's extended PID"},
			{"activation-minutes", FACT_NUMBER, "activation interval, default 120"},
			{"renewal-minutes", FACT_NUMBER, "renewal interval, default 10080"},
			{"caching", FACT_FLAG, "KMS host caching"},
			{0},
		},
};

const struct fact_kind kind_kms_host = {
	.name = "kms-host",
	.says = "this machine is a KMS host",
	.is_state = true,
	.fields =
		{
			{"activation-id", FACT_GUID, "id of the SKU", NULL, FACT_KEY},
			{"current-count", FACT_NUMBER,
				"clients counted; 25 needed for client Windows, 5 for servers "
				"and Office"},
			{"port", FACT_NUMBER, "port it listens on"},
			{"dns-publishing", FACT_FLAG, "publishes its SRV record"},
			{"low-priority", FACT_FLAG, "runs at low priority"},
			{"total-requests", FACT_NUMBER, "requests since installation"},
			{"failed-requests", FACT_NUMBER, "failed ones among them"},
			{0},
		},
};

const struct fact_kind kind_slmgr_result = {
	.name = "slmgr-result",
	.says = "what became of one call of slmgr.vbs or ospp.vbs",
	.is_state = true,
	.fields =
		{
			{"verb", FACT_WORD, "what was asked; unknown when only the answer is there",
				"ato|ipk|upk|skms|ckms|skms-domain|ckms-domain|dli|dlv|xpr|rearm|rilc|act-type|dstatus|"
				"act|cpky|caching|ao-list|other|unknown",
				FACT_KEY},
			{"activation-id", FACT_GUID, "id of the SKU", NULL, FACT_KEY},
			{"product", FACT_TEXT, "product it was about"},
			{"result", FACT_WORD,
				"success, failure (see code), or silent: nothing was printed, as when the script was "
				"killed or ran under wscript",
				"success|failure|silent"},
			{"code", FACT_CODE,
				"error; a bare decimal such as 5 is given as 0x80070005"},
			{"host", FACT_NAME,
				"KMS host that /skms set, or domain that /skms-domain set"},
			{"port", FACT_NUMBER, "port that /skms set"},
			{"where", FACT_WORD, "what failed, when slmgr says so",
				"wmi|registry|script-host"},
			{0},
		},
};

const struct fact_kind kind_licence_expiry = {
	.name = "licence-expiry",
	.says = "when a licence ends, from /xpr",
	.is_state = true,
	.fields =
		{
			{"product", FACT_TEXT, "name of the product", NULL, FACT_KEY},
			{"state", FACT_WORD, "what the date means",
				"unlicensed|volume|timebased|avma|permanent|oob-grace|oot-grace|non-genuine-grace|"
				"notification|extended-grace|dated"},
			{"date", FACT_TEXT, "as printed, in the user's date format"},
			{"year", FACT_NUMBER, "its year, where four digits tell"},
			{0},
		},
};

const struct fact_kind kind_activation_object = {
	.name = "activation-object",
	.says = "an Active Directory activation object, or the answer that there is none",
	.fields =
		{
			{"name", FACT_TEXT, "name of the object", NULL, FACT_KEY},
			{"activation-id", FACT_GUID, "id of the SKU it activates", NULL, FACT_KEY},
			{"dn", FACT_TEXT, "distinguished name"},
			{"extended-pid", FACT_TEXT, "extended PID"},
			{"partial-key", FACT_TEXT, "last five characters of its CSVLK"},
			{"result", FACT_WORD,
				"used: it activated this machine; listed; none: no object exists; no-schema: the "
				"forest's schema does not know them",
				"used|listed|none|no-schema"},
			{0},
		},
};

const struct fact_kind kind_firewall_rule = {
	.name = "firewall-rule",
	.says = "one rule of Windows Firewall",
	.fields =
		{
			{"name", FACT_TEXT, "name or id of the rule", NULL, FACT_KEY},
			{"store", FACT_WORD, "local, or policy when group policy set it",
				"local|policy"},
			{"enabled", FACT_FLAG, "in force"},
			{"direction", FACT_WORD, "seen from this machine", "in|out"},
			{"action", FACT_WORD, "block wins over allow", "allow|block|bypass"},
			{"protocol", FACT_WORD, "tcp, udp, any, or another", "tcp|udp|any|other"},
			{"local-ports", FACT_TEXT, "as printed: 1688, 80-90, Any"},
			{"remote-ports", FACT_TEXT, "as printed"},
			{"remote-addresses", FACT_TEXT, "as printed"},
			{"profiles", FACT_TEXT, "as printed"},
			{"program", FACT_TEXT, "program it is bound to"},
			{"service", FACT_TEXT, "service it is bound to"},
			{"covers-1688", FACT_FLAG,
				"its remote (out) or local (in) ports include TCP 1688"},
			{"gpo", FACT_TEXT, "the GPO that sets it"},
			{0},
		},
};

const struct fact_kind kind_firewall_profile = {
	.name = "firewall-profile",
	.says = "Windows Firewall for one kind of network",
	.fields =
		{
			{"profile", FACT_WORD, "kind of network", "domain|private|public",
				FACT_KEY},
			{"store", FACT_WORD, "local, or policy when group policy set it",
				"local|policy", FACT_KEY},
			{"enabled", FACT_FLAG, "the firewall is on"},
			{"inbound", FACT_WORD, "what no rule names", "block|allow|block-all"},
			{"outbound", FACT_WORD, "what no rule names", "block|allow"},
			{"gpo", FACT_TEXT, "the GPO that sets it"},
			{0},
		},
};

/* Longer tokens before their prefixes: VOLUME_KMSCLIENT is no VOLUME_KMS (slmgr-format, S16, S16b). */
static const struct {
	struct str token;
	const char *word;
} channels[] = {
	{STR_INIT("VOLUME_KMSCLIENT"), "kms-client"},
	{STR_INIT("VOLUME-KMSCLIENT"), "kms-client"},
	{STR_INIT("VOLUME_KMS"), "kms-host"},
	{STR_INIT("VOLUME_MAK"), "mak"},
	{STR_INIT("TIMEBASED_SUB"), "subscription"},
	{STR_INIT("TIMEBASED_"), "eval"},
	{STR_INIT("VIRTUAL_MACHINE_ACTIVATION"), "avma"},
	{STR_INIT("OEM"), "oem"},
	{STR_INIT("RETAIL"), "retail"},
};

const char *licence_channel(struct str description)
{
	struct str rest = description, token;
	for (size_t comma; (comma = str_find_char(rest, ',')) != STR_NONE;)
		rest = str_from(rest, comma + 1);
	token = str_word(&rest);
	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (str_starts(token, channels[i].token))
			return channels[i].word;
	return str_has(rest, STR("channel")) ? "other" : NULL;
}

const char *licence_app(struct str product, struct str description)
{
	if (str_has_nocase(product, STR("-ESU-")) || str_has(product, STR("ESU add-on")))
		return "esu";
	if (str_starts(description, STR("Office")) || str_starts(product, STR("Office")))
		return "office";
	if (str_starts(description, STR("Windows")) || str_starts(product, STR("Windows")))
		return "windows";
	return "other";
}

const char *licence_app_of_id(struct str id)
{
	if (str_equal_nocase(id, STR(APP_ID_WINDOWS)))
		return "windows";
	bool office = str_equal_nocase(id, STR(APP_ID_OFFICE)) ||
		str_equal_nocase(id, STR(APP_ID_OFFICE_2010));
	return office ? "office" : "other";
}
