/*
 * ospp.vbs: the licensing script of Office (slmgr-format, section 6).
 *
 *     ---Processing--------------------------
 *     ---------------------------------------
 *     SKU ID: d450596f-894d-49e0-966a-fd39ed4c4c64
 *     LICENSE NAME: Office 16, Office16ProPlusVL_KMS_Client edition
 *     LICENSE DESCRIPTION: Office 16, VOLUME_KMSCLIENT channel
 *     LICENSE STATUS:  ---LICENSED---
 *     ERROR CODE: 0x4004F040 (for information purposes only as the status is licensed)
 *     ERROR DESCRIPTION: ...                          <- the only line in the language of Office
 *     REMAINING GRACE: 151 days  (217441 minute(s) before expiring)
 *     Last 5 characters of installed product key: WFG99
 *     	KMS machine registry override defined: kms01.contoso.com:1688
 *     ---Exiting-----------------------------
 *
 * /act prints "Installed product key detected", the first lines of such a block, and then either
 * "<Product activation successful>" or an error code. So one label, ERROR CODE, means two things: in
 * a block with a status it is the reason of that state, and in a licensed one not even that;
 * elsewhere it is what came of the call. /dhistorykms reads events at fixed offsets and takes those
 * of Windows for Office's, so its "ERROR/HOST" lines are not read.
 */
#include "parser.h"

#include "kinds.h"

/* The value behind `label`, with which the line starts once its blanks are gone. */
static bool labelled(struct str text, struct str label, struct str *value)
{
	text = str_trim(text);
	if (!str_starts(text, label))
		return false;
	*value = str_trim(str_from(text, label.size));
	return true;
}

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	const char *verb;           /* from the command line; NULL when it is not known */
	struct str option, setting; /* "/sethst:kms01.contoso.com" */
	bool acting;                /* the block is one of /act */
	struct fact *licence;       /* the block being read, NULL outside */
	struct fact *client, *object;
	struct fact *result; /* of the attempt being read, once it is known */
	struct str sku, product;
	const struct line *sku_line;
};

struct option {
	const char *option, *verb;
};

static const struct option options[] = {
	{"act", "act"},
	{"dstatus", "dstatus"},
	{"dstatusall", "dstatus"},
	{"inpkey", "ipk"},
	{"unpkey", "upk"},
	{"sethst", "skms"},
	{"setprt", "skms"},
	{"remhst", "ckms"},
	{"skms-domain", "skms-domain"},
	{"ckms-domain", "ckms-domain"},
	{"actype", "act-type"},
	{"cachst", "caching"},
	{"rearm", "rearm"},
};

static void read_command(struct reading *r)
{
	struct str rest;
	struct str command = r->evidence->origin.command;
	(void)command_program(command, &rest);
	for (struct str word; (word = str_word(&rest)).size;) {
		if (!str_starts(word, STR("/")))
			continue;
		r->verb = "other";
		r->setting = str_from(word, 1);
		r->option = str_cut(&r->setting, ':');
		for (size_t i = 0; i < sizeof options / sizeof *options; i++)
			if (str_equal_nocase(r->option, str_of(options[i].option)))
				r->verb = options[i].verb;
		return;
	}
}

static void end_block(struct reading *r)
{
	r->licence = r->client = r->object = r->result = NULL;
	r->sku = r->product = STR("");
	r->sku_line = NULL;
}

static struct fact *block(struct reading *r, const struct line *line)
{
	if (r->licence)
		return r->licence;
	r->licence = fact_add(r->facts, &kind_licence, line);
	fact_put(r->facts, r->licence, NULL, "app", STR("office"));
	return r->licence;
}

static void put_sku(struct reading *r, struct fact *fact)
{
	if (r->sku.size)
		fact_put(r->facts, fact, r->sku_line, "activation-id", r->sku);
}

static struct fact *client(struct reading *r, const struct line *line)
{
	if (r->client)
		return r->client;
	r->client = fact_add(r->facts, &kind_kms_client, line);
	put_sku(r, r->client);
	return r->client;
}

static void put_result(struct reading *r, const struct line *line, const char *verb,
	const char *result, struct str code)
{
	uint32_t number = 0;
	r->result = fact_add(r->facts, &kind_slmgr_result, line);
	fact_put(r->facts, r->result, NULL, "verb", str_of(verb ? verb : "unknown"));
	put_sku(r, r->result);
	if (r->product.size)
		fact_put(r->facts, r->result, NULL, "product", r->product);
	if (result)
		fact_put(r->facts, r->result, NULL, "result", str_of(result));
	if (!scan_code(code, &number))
		return;
	/* An HRESULT is negative or hex; what is positive is VBScript's own, 424 "object required". */
	if (number == 5 || number == 70) /* access denied, permission denied */
		number = 0x80070005;
	else if (number > 0 && number <= 0xFFFF)
		number |= 0x800A0000;
	fact_put_number(r->facts, r->result, NULL, "code", number);
}

/* --- lines of a block --- */

static void on_sku(struct reading *r, const struct line *line, struct str value)
{
	if (r->licence)
		end_block(r);
	if (!scan_is_guid(value))
		return;
	r->sku = value;
	r->sku_line = line;
	fact_put(r->facts, block(r, line), line, "activation-id", value);
}

static void on_name(struct reading *r, const struct line *line, struct str value)
{
	if (r->licence && fact_is_set(r->licence, "product"))
		end_block(r); /* the SKU line is lost: another product all the same */
	r->product = value;
	fact_put(r->facts, block(r, line), line, "product", value);
}

static void on_description(struct reading *r, const struct line *line, struct str value)
{
	const char *channel = licence_channel(value);
	fact_put(r->facts, block(r, line), line, "description", value);
	if (channel)
		fact_put(r->facts, block(r, line), line, "channel", str_of(channel));
}

static void on_status(struct reading *r, const struct line *line, struct str value)
{
	static const struct {
		struct str token;
		const char *word;
	} states[] = {
		{STR_INIT("---LICENSED---"), "licensed"},
		{STR_INIT("---UNLICENSED---"), "unlicensed"},
		{STR_INIT("---OOB_GRACE---"), "oob-grace"},
		{STR_INIT("---OOT_GRACE---"), "oot-grace"},
		{STR_INIT("---NON_GENUINE_GRACE---"), "non-genuine-grace"},
		{STR_INIT("---NOTIFICATIONS---"), "notification"},
		{STR_INIT("---EXTENDED GRACE---"), "extended-grace"},
	};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (str_starts(value, states[i].token)) {
			struct fact *fact = block(r, line);
			fact_put(r->facts, fact, line, "status", str_of(states[i].word));
			fact_put(r->facts, fact, line, "status-by", STR("word"));
		}
}

static void on_code(struct reading *r, const struct line *line, struct str value)
{
	struct str code = str_word(&value);
	bool state = r->licence && fact_is_set(r->licence, "status");
	if (!state)
		put_result(r, line, r->acting ? "act" : r->verb, "failure", code);
	else if (!fact_is(r->licence, "status", "licensed"))
		fact_put(r->facts, r->licence, line, "reason", code);
}

/* The code once more: it counts when the line above it was not captured. */
static void on_notice(struct reading *r, const struct line *line, struct str value)
{
	if (!r->result)
		put_result(r, line, "act", "failure", str_word(&value));
}

static void on_grace(struct reading *r, const struct line *line, struct str value)
{
	int64_t minutes = 0;
	size_t paren = str_find_char(value, '(');
	if (paren != STR_NONE && scan_first_number(str_from(value, paren), &minutes))
		fact_put_number(r->facts, block(r, line), line, "remaining-minutes", minutes);
}

static void on_beta(struct reading *r, const struct line *line, struct str value)
{
	if (!str_has(value, STR("1601"))) /* the zero of file times: no end */
		fact_put(r->facts, block(r, line), line, "evaluation-end", value);
}

static void on_key(struct reading *r, const struct line *line, struct str value)
{
	if (value.size != 5)
		return;
	fact_put(r->facts, block(r, line), line, "partial-key", value);
	fact_put_flag(r->facts, r->licence, line, "in-use", true);
}

static void on_type(struct reading *r, const struct line *line, struct str value)
{
	fact_put(r->facts, block(r, line), line, "activation-type", value);
}

static void put_host(struct reading *r, const struct line *line, struct str value, const char *from)
{
	struct str host;
	int64_t port = -1;
	if (!scan_host_port(value, &host, &port))
		return;
	fact_put(r->facts, client(r, line), line, "host", host);
	fact_put(r->facts, r->client, line, "host-from", str_of(from));
	if (port >= 0)
		fact_put_number(r->facts, r->client, line, "port", port);
}

static void on_dns_host(struct reading *r, const struct line *line, struct str value)
{
	put_host(r, line, value, "dns");
}

/* Printed below what DNS said, and wins over it. */
static void on_fixed_host(struct reading *r, const struct line *line, struct str value)
{
	put_host(r, line, value, "registered");
}

static void on_no_host(struct reading *r, const struct line *line, struct str value)
{
	(void)value;
	fact_put(r->facts, client(r, line), line, "host-from", STR("none"));
}

static void put_minutes(
	struct reading *r, const struct line *line, struct str value, const char *field)
{
	fact_put(r->facts, client(r, line), line, field, str_word(&value));
}

static void on_activation_interval(struct reading *r, const struct line *line, struct str value)
{
	put_minutes(r, line, value, "activation-minutes");
}

static void on_renewal_interval(struct reading *r, const struct line *line, struct str value)
{
	put_minutes(r, line, value, "renewal-minutes");
}

static void on_caching(struct reading *r, const struct line *line, struct str value)
{
	if (str_in_list(value, "Enabled|Disabled"))
		fact_put_flag(r->facts, client(r, line), line, "caching",
			str_equal_nocase(value, STR("Enabled")));
}

static void on_lookup(struct reading *r, const struct line *line, struct str value)
{
	fact_put(r->facts, client(r, line), line, "lookup-domain", value);
}

static void on_object(struct reading *r, const struct line *line, struct str value)
{
	r->object = fact_add(r->facts, &kind_activation_object, line);
	fact_put(r->facts, r->object, line, "name", value);
	fact_put(r->facts, r->object, line, "result", STR("used"));
}

static void put_object(
	struct reading *r, const struct line *line, struct str value, const char *field)
{
	if (r->object)
		fact_put(r->facts, r->object, line, field, value);
}

static void on_object_dn(struct reading *r, const struct line *line, struct str value)
{
	put_object(r, line, value, "dn");
}

static void on_object_pid(struct reading *r, const struct line *line, struct str value)
{
	put_object(r, line, value, "extended-pid");
}

static void on_object_id(struct reading *r, const struct line *line, struct str value)
{
	put_object(r, line, value, "activation-id");
}

/* --- lines outside of blocks --- */

static void on_separator(struct reading *r, const struct line *line, struct str value)
{
	(void)line;
	(void)value;
	end_block(r);
}

static void on_processing(struct reading *r, const struct line *line, struct str value)
{
	(void)line;
	(void)value;
	end_block(r);
	r->acting = false;
}

static void on_attempt(struct reading *r, const struct line *line, struct str value)
{
	(void)line;
	(void)value;
	end_block(r);
	r->acting = true;
}

static void on_activated(struct reading *r, const struct line *line, struct str value)
{
	(void)value;
	put_result(r, line, "act", "success", STR(""));
}

static void on_installed(struct reading *r, const struct line *line, struct str value)
{
	(void)value;
	put_result(r, line, "ipk", "success", STR(""));
}

static void on_uninstalled(struct reading *r, const struct line *line, struct str value)
{
	(void)value;
	put_result(r, line, "upk", "success", STR(""));
}

/* Asked for the products, none is an answer; asked to activate, it is a failure. */
static void on_nothing(struct reading *r, const struct line *line, struct str value)
{
	struct str verb = str_of(r->verb ? r->verb : "unknown");
	const char *result = str_equal(verb, STR("dstatus")) ? "success"
		: str_equal(verb, STR("act"))                ? "failure"
							     : NULL;
	(void)value;
	put_result(r, line, r->verb, result, STR(""));
}

/* Says neither what was set nor to what: only the command line does. */
static void on_applied(struct reading *r, const struct line *line, struct str value)
{
	struct str verb = str_of(r->verb ? r->verb : "unknown");
	(void)value;
	put_result(r, line, r->verb, "success", STR(""));
	if (str_equal_nocase(r->option, STR("setprt")))
		fact_put(r->facts, r->result, NULL, "port", r->setting);
	else if (str_in_list(verb, "skms|skms-domain"))
		fact_put(r->facts, r->result, NULL, "host", r->setting);
}

struct row {
	struct str label;
	bool sure; /* no other tool prints it: lines below the first keep others from claiming a block */
	void (*read)(struct reading *r, const struct line *line, struct str value);
};

static const struct row rows[] = {
	{STR_INIT("---Processing-----"), true, on_processing},
	{STR_INIT("---Exiting-----"), true, on_processing},
	{STR_INIT("----------"), false, on_separator},
	{STR_INIT("Installed product key detected - attempting to "), true, on_attempt},
	{STR_INIT("SKU ID: "), true, on_sku},
	{STR_INIT("LICENSE NAME: "), true, on_name},
	{STR_INIT("LICENSE DESCRIPTION: "), true, on_description},
	{STR_INIT("LICENSE STATUS: "), true, on_status},
	{STR_INIT("ERROR CODE: "), false, on_code},
	{STR_INIT("NOTICE: A KB article has been detected for activation failure: "), true,
		on_notice},
	{STR_INIT("REMAINING GRACE: "), true, on_grace},
	{STR_INIT("BETA EXPIRATION: "), true, on_beta},
	{STR_INIT("Last 5 characters of installed product key: "), true, on_key},
	{STR_INIT("Activation Type Configuration: "), true, on_type},
	{STR_INIT("DNS auto-discovery: KMS name not available"), false, on_no_host},
	{STR_INIT("KMS machine name from DNS: "), false, on_dns_host},
	{STR_INIT("KMS machine registry override defined: "), true, on_fixed_host},
	{STR_INIT("Activation Interval: "), false, on_activation_interval},
	{STR_INIT("Renewal Interval: "), false, on_renewal_interval},
	{STR_INIT("KMS host caching: "), false, on_caching},
	{STR_INIT("KMS Lookup Domain: "), false, on_lookup},
	{STR_INIT("Activation Object name: "), false, on_object},
	{STR_INIT("AO DN: "), false, on_object_dn},
	{STR_INIT("AO extended PID: "), false, on_object_pid},
	{STR_INIT("AO activation ID: "), false, on_object_id},
	{STR_INIT("<Product activation successful>"), true, on_activated},
	{STR_INIT("<Product key installation successful>"), true, on_installed},
	{STR_INIT("<Product key uninstall successful>"), true, on_uninstalled},
	{STR_INIT("<No installed product keys detected>"), true, on_nothing},
	{STR_INIT("Successfully applied setting."), false, on_applied},
};

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), next = str_trim(lines_text(lines, i + 1)), value;
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		if (rows[k].sure && labelled(text, rows[k].label, &value))
			return true;
	if (labelled(text, STR("PRODUCT ID: "), &value))
		return str_starts(next, STR("SKU ID: "));
	return labelled(text, STR("ERROR CODE: "), &value) &&
		str_starts(next, STR("ERROR DESCRIPTION:"));
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	struct str value;
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count; i++)
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
			if (labelled(evidence->lines.at[i].text, rows[k].label, &value)) {
				rows[k].read(&r, &evidence->lines.at[i], value);
				break;
			}
}

static const struct fact_kind *const kinds[] = {
	&kind_licence, &kind_kms_client, &kind_slmgr_result, &kind_activation_object, NULL};

const struct parser parser_ospp = {
	.name = "ospp",
	.says = "ospp.vbs: /dstatus and /act of Office",
	.source = "ospp",
	.commands = "ospp|ospp.vbs",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
