/*
 * The product block of slmgr.vbs /dli and /dlv (slmgr-format, section 1).
 *
 *     Name: Windows(R), Enterprise edition
 *     Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
 *     Activation ID: 73111121-5638-40f6-bc11-f1d7b0d64300       /dlv only from here
 *     Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
 *     Extended PID: 00000-03312-000-000001-03-1033-19045.0000-1402023
 *     Product Key Channel: Volume:GVLK                          not on Windows 7
 *     Installation ID: 000000...
 *     Partial Product Key: 2YT43       or: This license is not in use.
 *     License Status: Licensed
 *     Volume activation expiration: 259197 minute(s) (180 day(s))
 *     Remaining Windows rearm count: 1001
 *     Remaining SKU rearm count: 1001                           not on Windows 7
 *     Trusted time: 2/27/2020 11:48:43 AM
 *     Configured Activation Type: All                           KMS clients, not on Windows 7
 *
 *     Most recent activation information:             then the part of what activated it
 *     Key Management Service client information
 *         Client Machine ID (CMID): ...
 *
 * The lines' order is the script's own in every language; labels are translated, values mostly are
 * not.
 */
#include "slmgr.h"

/* Grace periods are 30 days, some evaluations run 45 or 90; only licences of KMS and of other evaluations start with
 * 180. */
#define GRACE_MINUTES 144000

static void put(struct slmgr_block *b, struct fact *fact, const struct line *line,
	const char *field, struct str value)
{
	if (!fact_is_set(fact, field))
		fact_put(b->facts, fact, line, field, value);
}

void slmgr_block_open(struct slmgr_block *b, const struct line *line)
{
	slmgr_block_end(b);
	b->licence = fact_add(b->facts, &kind_licence, line);
	if (b->version_line)
		put(b, b->licence, b->version_line, "service-version", b->version);
	b->version_line = NULL;
}

size_t slmgr_block_start(struct slmgr_block *b, size_t i)
{
	const struct lines *lines = &b->evidence->lines;
	struct str label, product = STR(""), description;
	size_t last = i;
	bool named = slmgr_is_description(lines, i + 1, &description, &last);
	slmgr_block_open(b, &lines->at[i]);
	if (named && slmgr_split(lines->at[i].text, &label, &product))
		put(b, b->licence, NULL, "product", product);
	else if (!slmgr_is_description(lines, i, &description, &last))
		return i;
	const struct line *line = &lines->at[last];
	struct str head;
	if (last > i && slmgr_split(lines->at[last - 1].text, &label, &head) &&
		str_ends(head, STR(","))) /* mail broke it */
		description = str_of(arena_format(
			b->facts->arena, "%.*s %.*s", STR_PRINT(head), STR_PRINT(description)));
	put(b, b->licence, line, "description", description);
	const char *channel = licence_channel(description);
	if (channel)
		put(b, b->licence, line, "channel", str_of(channel));
	put(b, b->licence, line, "app", str_of(licence_app(product, description)));
	b->above = line;
	return last;
}

static void open_client(struct slmgr_block *b, const struct line *line)
{
	b->section = SECTION_CLIENT;
	if (b->client)
		return;
	b->client = fact_add(b->facts, &kind_kms_client, line);
	put(b, b->client, fact_get(b->licence, "activation-id")->line, "activation-id",
		fact_text(b->licence, "activation-id"));
}

static void open_host(struct slmgr_block *b, const struct line *line)
{
	b->section = SECTION_HOST;
	if (b->host)
		return;
	b->host = fact_add(b->facts, &kind_kms_host, line);
	put(b, b->host, fact_get(b->licence, "activation-id")->line, "activation-id",
		fact_text(b->licence, "activation-id"));
}

static void open_object(struct slmgr_block *b, const struct line *line)
{
	b->section = SECTION_OBJECT;
	if (b->object)
		return;
	b->object = fact_add(b->facts, &kind_activation_object, line);
	put(b, b->object, NULL, "result", STR("used"));
}

static void put_app_id(struct slmgr_block *b, const struct line *line, struct str id)
{
	if (fact_is(b->licence, "app", "esu"))
		return;
	fact_put(b->facts, b->licence, line, "app", str_of(licence_app_of_id(id)));
}

static bool is_cmid(const struct slmgr_block *b, const struct line *line, struct str label,
	enum slmgr_label known)
{
	if (known == SLMGR_CMID || str_has(label, STR("CMID")))
		return true;
	return b->section != SECTION_OTHER && str_blank_left(line->text) >= 2 &&
		fact_is(b->licence, "channel", "kms-client");
}

static bool read_guid(struct slmgr_block *b, const struct line *line, struct str label,
	struct str id, enum slmgr_label known)
{
	bool first = ++b->guids == 1 && !b->status_seen;
	if (known == SLMGR_AVMA || str_has(label, STR("IAID")))
		b->section = SECTION_OTHER;
	else if (b->section == SECTION_OBJECT)
		put(b, b->object, line, "activation-id", id);
	else if (first)
		put(b, b->licence, line, "activation-id", id);
	else if (!b->status_seen && known != SLMGR_CMID && !str_has(label, STR("CMID")))
		put_app_id(b, line, id);
	else if (is_cmid(b, line, label, known)) {
		open_client(b, line);
		put(b, b->client, line, "cmid", id);
	}
	return true;
}

static bool is_partial_key(struct str value)
{
	if (value.size != 5)
		return false;
	for (size_t i = 0; i < 5; i++)
		if (!char_is_digit(value.at[i]) && (value.at[i] < 'A' || value.at[i] > 'Z'))
			return false;
	return true;
}

static bool is_key_channel(struct str value)
{
	return str_starts(value, STR("Volume:")) || str_starts(value, STR("OEM:")) ||
		str_starts(value, STR("Retail:")) || str_equal(value, STR("Retail"));
}

static size_t leading_digits(struct str value)
{
	size_t digits = 0;
	while (digits < value.size && char_is_digit(value.at[digits]))
		digits++;
	return digits;
}

/* "259197 minute(s) (180 day(s))": two numbers, the second in brackets. */
static bool is_minutes(struct str value)
{
	size_t bracket = str_find_char(value, '('), wide = str_find(value, STR("\xEF\xBC\x88"));
	int64_t number;
	return value.size && char_is_digit(*value.at) &&
		(bracket != STR_NONE || wide != STR_NONE) &&
		scan_first_number(str_from(value, bracket < wide ? bracket : wide), &number);
}

/* A number with the words around it: the first is the value in every language. */
static void put_first_number(struct slmgr_block *b, struct fact *fact, const struct line *line,
	const char *field, struct str value)
{
	int64_t number;
	/* Counters that nobody has set are shown as -1, signed or not. */
	if (scan_first_number(value, &number) && number != UINT32_MAX && *value.at != '-' &&
		!fact_is_set(fact, field))
		fact_put_number(b->facts, fact, line, field, number);
}

static void read_host_name(struct slmgr_block *b, const struct line *line, struct str label,
	struct str value, enum slmgr_label known)
{
	struct str host;
	int64_t port = -1;
	if (!scan_host_port(value, &host, &port))
		return;
	put(b, b->client, line, "host", host);
	if (port >= 0 && !fact_is_set(b->client, "port"))
		fact_put_number(b->facts, b->client, line, "port", port);
	if (known == SLMGR_DNS_NAME || str_has(label, STR("DNS")))
		put(b, b->client, line, "host-from", STR("dns"));
	else if (known == SLMGR_REGISTERED_NAME || str_has(label, STR("KMS")))
		put(b, b->client, line, "host-from", STR("registered"));
}

/* The lines of a sub-section whose value says what they are. */
static bool read_section_value(struct slmgr_block *b, const struct line *line, struct str label,
	struct str value, enum slmgr_label known)
{
	struct address address;
	struct str host;
	int64_t port = -1;
	if (b->section == SECTION_CLIENT && slmgr_is_pid(value)) {
		put(b, b->client, line, "host-pid", value);
	} else if (b->section == SECTION_CLIENT && scan_address(value, &address) &&
		fact_is_set(b->client, "host")) {
		put(b, b->client, line, "address", value);
	} else if (b->section == SECTION_CLIENT && scan_host_port(value, &host, &port) &&
		port >= 0) {
		read_host_name(b, line, label, value, known);
	} else if (str_starts_nocase(value, STR("CN="))) {
		struct str above, name;
		bool fresh = !b->object;
		open_object(b, line);
		if (fresh && b->above && slmgr_split(b->above->text, &above, &name))
			put(b, b->object, b->above, "name", name);
		put(b, b->object, line, "dn", value);
	} else if (b->section == SECTION_OBJECT && slmgr_is_pid(value)) {
		put(b, b->object, line, "extended-pid", value);
	} else {
		return false;
	}
	return true;
}

/* Lines whose value says what they are, whatever the label. */
static bool read_value(struct slmgr_block *b, const struct line *line, struct str label,
	struct str value, enum slmgr_label known)
{
	if (scan_is_guid(value))
		return read_guid(b, line, label, value, known);
	if (read_section_value(b, line, label, value, known))
		return true;
	if (b->section != SECTION_PRODUCT || b->product_ended)
		return false;
	uint32_t code;
	if (slmgr_is_pid(value) && !b->status_seen) {
		put(b, b->licence, line, "extended-pid", value);
	} else if (is_key_channel(value) && !b->status_seen) {
		put(b, b->licence, line, "key-channel", value);
		b->modern = true;
	} else if (is_partial_key(value) && !b->status_seen) {
		put(b, b->licence, line, "partial-key", value);
		fact_put_flag(b->facts, b->licence, line, "in-use", true);
		b->key_line_above = true;
	} else if (is_minutes(value)) {
		put_first_number(b, b->licence, line, "remaining-minutes", value);
		b->licensed |= known == SLMGR_EXPIRES;
	} else if (scan_first_code(str_slice(value, 0, 10), &code, NULL)) {
		put(b, b->licence, line, "reason", str_slice(value, 0, 10));
	} else {
		return str_starts(value, STR("http")) || leading_digits(value) >= 50;
	}
	return true;
}

static void put_status(struct slmgr_block *b, const struct line *line, int status, struct str by)
{
	int64_t rest = status;
	struct str word = STR("");
	for (struct str list = str_of(
		     kind_licence.fields[fact_field_index(&kind_licence, STR("status"))].words);
		rest >= 0; rest--)
		word = str_cut(&list, '|');
	put(b, b->licence, line, "status", word);
	put(b, b->licence, line, "status-by", by);
}

static bool read_status(struct slmgr_block *b, const struct line *line, struct str value)
{
	int status = slmgr_status_word(value);
	b->status_line = line;
	b->status_seen = true;
	if (status >= 0)
		put_status(b, line, status, STR("word"));
	return true;
}

/* Lines that only their words tell, in the product's own part. */
static bool read_product_label(
	struct slmgr_block *b, const struct line *line, struct str value, enum slmgr_label known)
{
	if (known >= SLMGR_STATUS_0 && known <= SLMGR_STATUS_6) {
		read_status(b, line, STR(""));
		put_status(b, line, (int)(known - SLMGR_STATUS_0), STR("word"));
	} else if (known == SLMGR_STATUS) {
		read_status(b, line, value);
	} else if (known == SLMGR_NOT_IN_USE) {
		fact_put_flag(b->facts, b->licence, line, "in-use", false);
		b->key_line_above = true;
	} else if (known == SLMGR_EVALUATION_END) {
		put(b, b->licence, line, "evaluation-end", value);
	} else if (known == SLMGR_REARM_WINDOWS) {
		put_first_number(b, b->licence, line, "rearm-windows", value);
		b->rearms++;
	} else if (known == SLMGR_REARM_SKU) {
		put_first_number(b, b->licence, line, "rearm-sku", value);
		b->rearms++;
	} else if (known == SLMGR_REARM_APP) {
		b->rearms++;
	} else if (known == SLMGR_TRUSTED_TIME) {
		put(b, b->licence, line, "trusted-time", value);
		b->type_next = true;
	} else if (known == SLMGR_TYPE) {
		known = slmgr_type_word(value);
		if (!known)
			return true;
	} else if (known < SLMGR_TYPE_ALL || known > SLMGR_TYPE_TOKEN) {
		return known >= SLMGR_SERVICE_VERSION && known <= SLMGR_REASON;
	}
	static const char *const types[] = {"all", "ad", "kms", "token"};
	if (known >= SLMGR_TYPE_ALL && known <= SLMGR_TYPE_TOKEN)
		put(b, b->licence, line, "activation-type", str_of(types[known - SLMGR_TYPE_ALL]));
	return true;
}

static bool read_host_label(
	struct slmgr_block *b, const struct line *line, struct str value, enum slmgr_label known)
{
	if (known < SLMGR_HOST_ENABLED || known > SLMGR_HOST_OTHER)
		return false;
	open_host(b, line);
	b->counters++;
	if (known == SLMGR_HOST_COUNT)
		put_first_number(b, b->host, line, "current-count", value);
	else if (known == SLMGR_HOST_PORT)
		put_first_number(b, b->host, line, "port", value);
	else if (known == SLMGR_PUBLISHING_ON || known == SLMGR_PUBLISHING_OFF)
		fact_put_flag(
			b->facts, b->host, line, "dns-publishing", known == SLMGR_PUBLISHING_ON);
	else if (known == SLMGR_PRIORITY_NORMAL || known == SLMGR_PRIORITY_LOW)
		fact_put_flag(b->facts, b->host, line, "low-priority", known == SLMGR_PRIORITY_LOW);
	else if (known == SLMGR_HOST_TOTAL)
		put_first_number(b, b->host, line, "total-requests", value);
	else if (known == SLMGR_HOST_FAILED)
		put_first_number(b, b->host, line, "failed-requests", value);
	return true;
}

/* Lines that only their words tell, in the sub-sections. */
static bool read_section_label(struct slmgr_block *b, const struct line *line, struct str label,
	struct str value, enum slmgr_label known)
{
	if (read_host_label(b, line, value, known))
		return true;
	if (known == SLMGR_OBJECT_NAME) {
		open_object(b, line);
		put(b, b->object, line, "name", value);
		return true;
	}
	if (known == SLMGR_AVMA)
		b->section = SECTION_OTHER;
	if (known < SLMGR_CMID || known > SLMGR_CACHING_OFF || known == SLMGR_AVMA)
		return known == SLMGR_AVMA || known == SLMGR_HEADING;
	open_client(b, line);
	if (known == SLMGR_REGISTERED_NAME || known == SLMGR_DNS_NAME)
		read_host_name(b, line, label, value, known);
	else if (known == SLMGR_LOOKUP_DOMAIN && scan_is_host(value))
		put(b, b->client, line, "lookup-domain", value);
	else if (known == SLMGR_DNS_NONE)
		put(b, b->client, line, "host-from", STR("none"));
	else if (known == SLMGR_ACTIVATION_INTERVAL)
		put_first_number(b, b->client, line, "activation-minutes", value);
	else if (known == SLMGR_RENEWAL_INTERVAL)
		put_first_number(b, b->client, line, "renewal-minutes", value);
	else if (known == SLMGR_CACHING_ON || known == SLMGR_CACHING_OFF)
		fact_put_flag(b->facts, b->client, line, "caching", known == SLMGR_CACHING_ON);
	return true;
}

static unsigned number_groups(struct str value)
{
	unsigned groups = 0;
	for (size_t i = 0; i < value.size; i++)
		groups += char_is_digit(value.at[i]) && (i == 0 || !char_is_digit(value.at[i - 1]));
	return groups;
}

/* Counts of rearms in words we do not know: Windows' own or an Office application's, then the
 * SKU's. */
static void read_rearm(struct slmgr_block *b, const struct line *line, struct str value)
{
	if (b->rearms++ == 0) {
		b->rearm_line = line;
		b->rearm = value;
		return;
	}
	b->modern = true;
	if (b->rearm_line && fact_is(b->licence, "app", "windows"))
		put_first_number(b, b->licence, b->rearm_line, "rearm-windows", b->rearm);
	b->rearm_line = NULL;
	put_first_number(b, b->licence, line, "rearm-sku", value);
}

/* One count alone is Windows' on Windows 7; later it is the SKU's. */
static void tell_rearm(struct slmgr_block *b)
{
	bool old = str_starts(fact_text(b->licence, "service-version"), STR("6.1."));
	if (!b->rearm_line || (!old && !b->modern))
		return;
	put_first_number(
		b, b->licence, b->rearm_line, old ? "rearm-windows" : "rearm-sku", b->rearm);
}

/* A line of unknown words in the product's part: its place tells. */
static bool read_product_place(
	struct slmgr_block *b, const struct line *line, struct str value, bool has_value)
{
	int64_t number;
	if (b->key_line_above && !b->status_seen && has_value)
		return read_status(b, line, value);
	if (!has_value && !b->status_seen && !fact_is_set(b->licence, "in-use") && b->guids >= 2) {
		/* No key: the one line without a value, where the partial key would stand. */
		fact_put_flag(b->facts, b->licence, line, "in-use", false);
		b->key_line_above = true;
		return true;
	}
	if (!b->status_seen)
		return has_value;
	if (b->product_ended)
		return false;
	if (str_has(line->text, STR("slmgr.vbs /ato"))) {
		b->not_licensed = true;
	} else if (scan_number(value, &number) && b->rearms < 2) {
		read_rearm(b, line, value);
	} else if (number_groups(value) >= 5) {
		bool evaluation = b->rearms == 0;
		put(b, b->licence, line, evaluation ? "evaluation-end" : "trusted-time", value);
		b->type_next = !evaluation;
	} else if (b->type_next && has_value && slmgr_type_word(value)) {
		return read_product_label(b, line, value, slmgr_type_word(value));
	}
	return has_value;
}

/* A line of unknown words in a sub-section. */
static bool read_section_place(struct slmgr_block *b, const struct line *line, struct str label,
	struct str value, bool has_value)
{
	bool numeric = value.size && (char_is_digit(*value.at) || *value.at == '-');
	if (b->section == SECTION_CLIENT && str_has(label, STR("SRV")) && scan_is_host(value)) {
		put(b, b->client, line, "lookup-domain", value);
	} else if (b->section == SECTION_CLIENT && str_has(label, STR("DNS")) && has_value &&
		!fact_is_set(b->client, "host")) {
		put(b, b->client, line, "host-from", STR("none"));
	} else if (b->section == SECTION_CLIENT && numeric && number_groups(value) == 1) {
		put_first_number(b, b->client, line,
			b->intervals++ ? "renewal-minutes" : "activation-minutes", value);
	} else if (b->section == SECTION_HOST && !has_value && b->counters >= 2 &&
		str_blank_left(line->text) == 0) {
		b->totals = true;
		b->counters = 0;
	} else if (b->section == SECTION_HOST && numeric) {
		static const char *const first[] = {"current-count", "port"};
		static const char *const second[] = {"total-requests", "failed-requests"};
		if (b->counters < 2)
			put_first_number(
				b, b->host, line, (b->totals ? second : first)[b->counters], value);
		b->counters++;
	}
	return str_blank_left(line->text) >= 2 || has_value || !b->client;
}

static bool read_place(struct slmgr_block *b, const struct line *line, struct str label,
	struct str value, bool has_value)
{
	int64_t number;
	bool indented = str_blank_left(line->text) >= 2;
	/* A host's counters are the only bare numbers that are indented. */
	if (b->section == SECTION_PRODUCT && b->status_seen && indented && has_value &&
		scan_number(value, &number) && fact_is(b->licence, "channel", "kms-host"))
		open_host(b, line);
	if (b->section == SECTION_PRODUCT)
		return read_product_place(b, line, value, has_value);
	return read_section_place(b, line, label, value, has_value);
}

static bool read_text(struct slmgr_block *b, const struct line *line, struct str text)
{
	struct str label = STR(""), value = STR(""), found = STR("");
	bool has_value = slmgr_split(text, &label, &value);
	enum slmgr_label known = slmgr_find(b->words, text, &found);
	if (slmgr_is_sentence(known))
		return false;
	if (!has_value)
		value = found;
	bool used = has_value && read_value(b, line, label, value, known);
	if (!used && known)
		used = read_product_label(b, line, value, known) ||
			read_section_label(b, line, label, value, known);
	if (!used)
		used = read_place(b, line, label, value, has_value);
	b->above = line;
	return used;
}

/* "Installation ID: " and its 63 digits are as wide as a console, in English and in Japanese,
 * and look like a line that was wrapped there: what was joined to it is a line of its own. */
static struct str after_installation_id(const struct line *line)
{
	struct str label, value;
	if (line->last == line->number || !slmgr_split(line->text, &label, &value))
		return STR("");
	size_t digits = leading_digits(value);
	return digits == 54 || digits == 63 ? str_from(value, digits) : STR("");
}

void slmgr_block_blank(struct slmgr_block *b)
{
	if (!b->licence)
		return;
	b->double_spaced |= !b->status_seen;
	b->product_ended |= b->status_seen && !b->double_spaced;
}

bool slmgr_block_line(struct slmgr_block *b, const struct line *line)
{
	struct str rest = after_installation_id(line);
	return read_text(b, line, rest.size ? rest : line->text);
}

/* What else the block prints tells the status where its word is unknown. */
static void tell_status(struct slmgr_block *b)
{
	int64_t left = fact_number(b->licence, "remaining-minutes", 0);
	bool long_lived = fact_is(b->licence, "channel", "kms-client") ||
		fact_is(b->licence, "channel", "eval");
	const struct line *line = b->status_line ? b->status_line : b->licence->line;
	if (fact_is_set(b->licence, "status"))
		return;
	if (fact_is_set(b->licence, "reason")) {
		line = fact_get(b->licence, "reason")->line;
		put_status(b, line, 5, STR("structure"));
	} else if (fact_is(b->licence, "in-use", "no") && b->status_seen) {
		put_status(b, line, 0, STR("structure"));
	} else if (b->not_licensed) {
		return;
	} else if (b->licensed || (long_lived && left > GRACE_MINUTES)) {
		line = fact_get(b->licence, "remaining-minutes")->line;
		put_status(b, line, 1, STR("structure"));
	} else if (b->modern && b->client && fact_is_set(b->client, "cmid")) {
		/* Since Windows 8 the client's section is printed only when licensed (S10). */
		put_status(b, b->client->line, 1, STR("structure"));
	}
}

void slmgr_block_end(struct slmgr_block *b)
{
	if (b->licence) {
		tell_rearm(b);
		tell_status(b);
	}
	*b = (struct slmgr_block){.evidence = b->evidence,
		.facts = b->facts,
		.words = b->words,
		.version = b->version,
		.version_line = b->version_line};
}
