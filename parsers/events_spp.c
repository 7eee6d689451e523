/*
 * What the licensing service logs beside the requests of KMS (events_kms.c): events, section 2.
 *
 * These events are classic ones: unnamed values, of which the first is mostly a code ("hr=0x80072EE7", "0x8007232B").
 * What else they hold differs from version to version in number and order, but each can be told by its form: a GUID
 * that is an application's id, another GUID, five characters of a key, "Trigger=UserLogon". So values are told by form,
 * and only where forms cannot tell by place.
 *
 * Most of what the service logs is no evidence: that it started or stopped (900 to 903), its schedule (16384, 16388),
 * duplicate policies (1033 to 1035), an OEM key that is not in the firmware (1058). Those ids are not in the list
 * below. Where an id is both, `is_noise` tells.
 */
#include "events.h"

#include "kinds.h"

#include "base/instant.h"

#define APPS "windows|office|other"

static const struct fact_kind activation_event = {
	.name = "activation-event",
	.says = "an event of the licensing service that tells of an activation that failed",
	.fields =
		{
			{"step", FACT_WORD,
				"attempt: 8198, activation that Windows started by itself; volume: 8233, the same by "
				"KMS or Active Directory; online: with Microsoft's servers; genuine: a ticket or the "
				"state of being genuine; rearm; phone",
				"attempt|volume|online|genuine|rearm|phone", FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"app", FACT_WORD, "what was to be activated", APPS, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"code", FACT_CODE, "error code"},
			{"activation-id", FACT_GUID, "id of the SKU"},
			{"action", FACT_TEXT, "Action of 8198: AutoActivate"},
			{"trigger", FACT_TEXT,
				"what started it: UserLogon, NetworkAvailable, TimerEvent"},
			{0},
		},
};

static const struct fact_kind srv_publishing = {
	.name = "srv-publishing",
	.says = "a KMS host tried to publish its SRV record in DNS; logged on the host",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"domain", FACT_NAME, "DNS domain", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"result", FACT_WORD, "12294 or 12293", "published|failed"},
			{"code", FACT_CODE, "why it failed"},
			{0},
		},
};

static const struct fact_kind licensing_check = {
	.name = "licensing-check",
	.says = "event 1003: the licensing service looked at all licences of an application",
	.fields =
		{
			{"app", FACT_WORD, "the application", APPS, FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"skus", FACT_NUMBER, "licences it found"},
			{"with-key", FACT_NUMBER, "those that have a product key"},
			{"activation-id", FACT_GUID, "the first of these"},
			{"code", FACT_CODE, "what was found for that one; 0 when it is licensed"},
			{0},
		},
};

static const struct fact_kind licensing_module = {
	.name = "licensing-module",
	.says = "event 1066: a part of the licensing service that could not be loaded or started",
	.fields =
		{
			{"module", FACT_NAME, "file name of the library", NULL, FACT_KEY},
			{"path", FACT_NAME, "with its folder"},
			{"computer", FACT_NAME, "the machine"},
			{"time", FACT_TIME, "when it was logged"},
			{"service", FACT_NAME, "what it was to do: msft:rm/algorithm/phone/1.0"},
			{"code", FACT_CODE, "why it was not loaded"},
			{0},
		},
};

static const struct fact_kind token_store_event = {
	.name = "token-store-event",
	.says = "the licensing service found its store of licences damaged, or touched",
	.fields =
		{
			{"what", FACT_WORD,
				"failed: a file of the store could not be used; recreated: it was damaged or gone and "
				"made anew; tampered; invalid: licences in it are; reset: some data was",
				"failed|recreated|tampered|invalid|reset", FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"code", FACT_CODE, "error code"},
			{"path", FACT_NAME, "the file"},
			{0},
		},
};

static const struct fact_kind adba_event = {
	.name = "adba-event",
	.says = "activation by Active Directory, as the client logs it",
	.fields =
		{
			{"result", FACT_WORD,
				"activated; not-found: no activation object could be read; not-usable: one is there, "
				"but not for this client; failed",
				"activated|not-found|not-usable|failed"},
			{"computer", FACT_NAME, "the client", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"code", FACT_CODE, "error code"},
			{"object", FACT_TEXT, "name of the activation object"},
			{"dn", FACT_TEXT, "its distinguished name"},
			{"activation-id", FACT_GUID, "id of the SKU, or the object's KMS id"},
			{0},
		},
};

static const struct fact_kind avma_event = {
	.name = "avma-event",
	.says = "activation of a virtual machine by its Hyper-V host",
	.fields =
		{
			{"side", FACT_WORD, "who logged it", "guest|host", FACT_KEY},
			{"computer", FACT_NAME, "the machine that logged it", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"result", FACT_WORD, "by the code", "activated|failed"},
			{"code", FACT_CODE, "error code"},
			{0},
		},
};

static const struct fact_kind key_event = {
	.name = "key-event",
	.says = "a product key was installed or removed, or was not",
	.fields =
		{
			{"what", FACT_WORD, "what happened",
				"installed|removed|install-failed|remove-failed", FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"code", FACT_CODE, "why it failed"},
			{"partial-key", FACT_TEXT, "last five characters of the key"},
			{"activation-id", FACT_GUID, "id of the SKU"},
			{0},
		},
};

/*
 * Values by their form
 */

struct reading {
	const struct event *event;
	struct fact *of; /* of kind `event` */
	struct facts *facts;
	struct fact *fact; /* the family's own */
};

static struct fact *new_fact(
	const struct reading *r, const struct fact_kind *kind, const char *computer)
{
	struct fact *fact = fact_add(r->facts, kind, r->of->line);
	fact_put(r->facts, fact, NULL, computer, r->event->computer);
	if (r->event->time)
		fact_put_time(r->facts, fact, NULL, "time", r->event->time);
	return fact;
}

static void put(const struct reading *r, const char *field, struct str text)
{
	if (text.size && !fact_is_set(r->fact, field))
		fact_put(r->facts, r->fact, NULL, field, text);
}

/* "0x..." or "hr=0x...", alone in the value or on the first line of it, which may name more. */
static bool code_in(struct str value, uint32_t *code)
{
	struct str first = str_trim(str_cut(&value, '\n'));
	if (str_starts_nocase(first, STR("hr=")))
		first = str_from(first, 3);
	struct str word = str_word(&first);
	while (word.size && (str_ends(word, STR(",")) || str_ends(word, STR(";"))))
		word = str_slice(word, 0, word.size - 1);
	return str_starts_nocase(word, STR("0x")) && scan_code(word, code);
}

static bool code_of(const struct event *event, uint32_t *code)
{
	for (size_t i = 1; i <= event->data_count && i <= 4; i++)
		if (code_in(event_value(event, i), code))
			return true;
	size_t at;
	return event->data_count == 0 && scan_first_code(event->message, code, &at);
}

static void put_code(const struct reading *r)
{
	uint32_t code;
	if (code_of(r->event, &code))
		fact_put_number(r->facts, r->fact, NULL, "code", code);
}

static const char *app_word(struct str guid)
{
	if (str_equal_nocase(guid, STR(APP_ID_WINDOWS)))
		return "windows";
	if (str_equal_nocase(guid, STR(APP_ID_OFFICE)) ||
		str_equal_nocase(guid, STR(APP_ID_OFFICE_2010)))
		return "office";
	return NULL;
}

/* An application's id, or else that of a SKU. */
static void put_guid(const struct reading *r, struct str guid)
{
	const char *app = app_word(guid);
	bool has_app = fact_field_index(r->fact->kind, STR("app")) >= 0;
	if (app && has_app)
		put(r, "app", str_of(app));
	else if (guid.size && !app)
		put(r, "activation-id", guid);
}

/* "RuleId=...;Action=AutoActivate;AppId=...;SkuId=...;Trigger=UserLogon;SessionId=1" */
static void put_pairs(const struct reading *r, struct str value)
{
	while (value.size) {
		struct str text = str_cut(&value, ';'), name = str_trim(str_cut(&text, '='));
		if (str_equal_nocase(name, STR("AppId")) || str_equal_nocase(name, STR("SkuId")))
			put_guid(r, event_guid(text));
		else if (str_equal_nocase(name, STR("Action")))
			put(r, "action", str_trim(text));
		else if (str_equal_nocase(name, STR("Trigger")))
			put(r, "trigger", str_trim(text));
	}
}

static void put_guids(const struct reading *r, struct str value)
{
	struct str guid;
	for (unsigned n = 0; n < 8 && scan_first_guid(value, &guid); n++) {
		put_guid(r, guid);
		value = str_from(value, (size_t)(guid.at - value.at) + guid.size);
	}
}

/*
 * Families
 */

static void read_activation(struct reading *r, const char *step)
{
	const struct event *event = r->event;
	r->fact = new_fact(r, &activation_event, "computer");
	put(r, "step", str_of(step));
	fact_put_number(r->facts, r->fact, NULL, "id", event->id);
	put_code(r);
	/* The ids of a genuine ticket are a template's and an application's, not a SKU's. */
	for (size_t i = 1; i <= event->data_count && event->id != 8208; i++) {
		struct str value = event_value(event, i);
		if (str_has_nocase(value, STR("AppId=")))
			put_pairs(r, value);
		else
			put_guids(r, value);
	}
	if (event->id == 8233)
		put(r, "trigger", str_trim(event_value(event, 4)));
}

static void read_publishing(struct reading *r, const char *result)
{
	bool failed = r->event->id == 12293;
	struct str domain = event_value(r->event, failed ? 2 : 1);
	if (failed && r->event->data_count == 1) {
		domain = event_value(r->event, 1);
		(void)str_cut(&domain, ',');
	}
	r->fact = new_fact(r, &srv_publishing, "host");
	put(r, "domain", str_trim(domain));
	put(r, "result", str_of(result));
	if (failed)
		put_code(r);
	fact_put(r->facts, r->of, NULL, "about", fact_text(r->fact, "domain"));
}

#define NO_KEY 0xC004F014

/* "12: 73111121-5638-40f6-bc11-f1d7b0d64300, 1, 0 [(0 [0xC004F014, 0, 0], [(?)(?)])(1 )(2 )]": the first code of a
 * line says whether there is a key. */
static bool read_sku(struct str line, struct str *guid, uint32_t *code)
{
	size_t open = str_find(line, STR("[0x"));
	if (open == STR_NONE || !scan_first_guid(str_slice(line, 0, open), guid))
		return false;
	struct str rest = str_from(line, open + 1);
	return scan_code(str_cut(&rest, ','), code);
}

static void read_check(struct reading *r, const char *word)
{
	(void)word;
	int64_t skus = 0, keyed = 0;
	uint32_t code;
	struct str text = event_value(r->event, 2), guid;
	const char *app = app_word(event_guid(event_value(r->event, 1)));
	r->fact = new_fact(r, &licensing_check, "computer");
	put(r, "app", app ? str_of(app) : STR("other"));
	while (text.size) {
		if (!read_sku(str_cut(&text, '\n'), &guid, &code))
			continue;
		skus++;
		if (code == NO_KEY)
			continue;
		if (keyed++ == 0)
			fact_put_number(r->facts, r->fact, NULL, "code", code);
		put(r, "activation-id", guid);
	}
	fact_put_number(r->facts, r->fact, NULL, "skus", skus);
	fact_put_number(r->facts, r->fact, NULL, "with-key", keyed);
}

/* "C:\Windows\system32\sppobjs.dll, msft:rm/algorithm/phone/1.0, 0x00000000, 0x00000000" */
struct module {
	struct str path, service;
	uint32_t code;
};

static bool next_bad_module(struct str *text, struct module *module)
{
	while (text->size) {
		struct str line = str_cut(text, '\n'), path = str_trim(str_cut(&line, ','));
		struct str service = str_trim(str_cut(&line, ','));
		uint32_t first = 0, second = 0;
		if (!scan_code(str_cut(&line, ','), &first) || !path.size)
			continue;
		if (!scan_code(line, &second))
			second = 0;
		*module = (struct module){path, service, first ? first : second};
		if (module->code)
			return true;
	}
	return false;
}

#define MODULES_MAX 16

static void read_modules(struct reading *r, const char *word)
{
	(void)word;
	struct str text = event_value(r->event, 1);
	struct module module;
	for (unsigned n = 0; n < MODULES_MAX && next_bad_module(&text, &module); n++) {
		size_t slash = str_find_last_char(module.path, '\\');
		struct str name =
			slash == STR_NONE ? module.path : str_from(module.path, slash + 1);
		r->fact = new_fact(r, &licensing_module, "computer");
		put(r, "module", name);
		put(r, "path", module.path);
		put(r, "service", module.service);
		fact_put_number(r->facts, r->fact, NULL, "code", module.code);
		if (n == 0) {
			fact_put_number(r->facts, r->of, NULL, "code", module.code);
			fact_put(r->facts, r->of, NULL, "about", name);
		}
	}
}

/* The first value that looks like a file: "C:\...", "\??\C:\...", "tokens.dat". */
static struct str path_of(const struct event *event)
{
	for (size_t i = 1; i <= event->data_count; i++) {
		struct str value = str_trim(event_value(event, i));
		if (str_find_char(value, '\\') != STR_NONE || str_ends_nocase(value, STR(".dat")))
			return value;
	}
	return STR("");
}

static void read_store(struct reading *r, const char *what)
{
	r->fact = new_fact(r, &token_store_event, "computer");
	put(r, "what", str_of(what));
	fact_put_number(r->facts, r->fact, NULL, "id", r->event->id);
	put_code(r);
	put(r, "path", path_of(r->event));
}

/* Names of objects come after what has a form: their distinguished name is told by its "CN=". */
static void read_adba(struct reading *r, const char *result)
{
	struct str before = STR("");
	r->fact = new_fact(r, &adba_event, "computer");
	put(r, "result", str_of(result));
	if (r->event->id != 12308)
		put_code(r);
	for (size_t i = 1; i <= r->event->data_count; i++) {
		struct str value = str_trim(event_value(r->event, i));
		put_guids(r, str_starts_nocase(value, STR("CN=")) ? STR("") : value);
		if (str_starts_nocase(value, STR("CN="))) {
			put(r, "dn", value);
			put(r, "object", before);
		}
		before = event_guid(value).size ? STR("") : value;
	}
}

static void read_avma(struct reading *r, const char *side)
{
	r->fact = new_fact(r, &avma_event, "computer");
	put(r, "side", str_of(side));
	put_code(r);
	if (fact_is_set(r->fact, "code"))
		put(r, "result",
			fact_number(r->fact, "code", 0) ? STR("failed") : STR("activated"));
}

static bool is_partial_key(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!char_is_digit(text.at[i]) && !(text.at[i] >= 'A' && text.at[i] <= 'Z'))
			return false;
	return text.size == 5;
}

static void read_key(struct reading *r, const char *what)
{
	r->fact = new_fact(r, &key_event, "computer");
	put(r, "what", str_of(what));
	if (r->event->id == 1017 || r->event->id == 1019)
		put_code(r);
	for (size_t i = 1; i <= r->event->data_count; i++) {
		struct str value = str_trim(event_value(r->event, i));
		put_guids(r, value);
		if (is_partial_key(value))
			put(r, "partial-key", value);
	}
}

/* What needs no kind of its own: the event, its code and the file or sort of thing it is about. */
static void read_plain(struct reading *r, const char *word)
{
	(void)word;
	struct str path = path_of(r->event);
	size_t slash = str_find_last_char(path, '\\');
	r->fact = r->of;
	put_code(r);
	if (path.size)
		fact_put(r->facts, r->of, NULL, "about",
			slash == STR_NONE ? path : str_from(path, slash + 1));
}

static const struct family {
	uint32_t first, last;
	void (*read)(struct reading *r, const char *word);
	const char *word;
} families[] = {
	{1001, 1001, read_plain, NULL}, /* the service did not start */
	{1003, 1003, read_check, NULL},
	{1008, 1008, read_activation, "online"}, /* certificates: SPC, RAC, product */
	{1010, 1010, read_activation, "online"}, {1012, 1012, read_activation, "online"},
	{1014, 1014, read_activation, "online"}, /* end user licence */
	{1015, 1015, read_plain, NULL},          /* code behind the one before */
	{1016, 1016, read_key, "installed"}, {1017, 1017, read_key, "install-failed"},
	{1018, 1018, read_key, "removed"}, {1019, 1019, read_key, "remove-failed"},
	{1020, 1020, read_plain, NULL}, {1022, 1022, read_store, "tampered"},
	{1024, 1024, read_plain, NULL}, /* hardware changed */
	{1028, 1028, read_store, "invalid"}, {1032, 1032, read_plain, NULL},
	{1040, 1042, read_plain, NULL}, /* hardware, start of the service */
	{1044, 1044, read_plain, NULL}, {1056, 1056, read_store, "reset"},
	{1057, 1057, read_plain, NULL}, {1061, 1061, read_plain, NULL}, /* edition changed */
	{1062, 1062, read_activation, "phone"}, {1063, 1063, read_plain, NULL},
	{1064, 1064, read_store, "tampered"}, {1065, 1065, read_plain, NULL},
	{1066, 1066, read_modules, NULL}, {1067, 1067, read_activation, "genuine"},
	{1090, 1090, read_plain, NULL}, {8193, 8197, read_plain, NULL},
	{8198, 8198, read_activation, "attempt"}, {8200, 8200, read_activation, "online"},
	{8202, 8204, read_store, "failed"}, {8205, 8206, read_store, "recreated"},
	{8208, 8209, read_activation, "genuine"}, {8211, 8211, read_plain, NULL},
	{8212, 8212, read_activation, "rearm"}, {8213, 8213, read_adba, "not-found"},
	{8214, 8214, read_adba, "not-usable"}, {8215, 8215, read_adba, "failed"},
	{8229, 8229, read_plain, NULL}, {8232, 8232, read_plain, NULL},
	{8233, 8233, read_activation, "volume"},
	{12291, 12292, read_plain, NULL}, /* KMS, its timer did not start */
	{12293, 12293, read_publishing, "failed"}, {12294, 12294, read_publishing, "published"},
	{12308, 12308, read_adba, "activated"}, {12309, 12309, read_avma, "guest"},
	{12310, 12310, read_avma, "host"},
	{12320, 12322, read_plain, NULL}, /* activation by token */
	{16385, 16385, read_plain, NULL}, /* the scheduler's tasks */
	{16387, 16387, read_plain, NULL},
	{20483, 20484, read_plain, NULL}, /* system files were tampered with */
};

static const struct family *family_of(uint32_t id)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (id >= families[i].first && id <= families[i].last)
			return &families[i];
	return NULL;
}

/* 12321 is logged at every start where activation by token is not used; 1066 lists what works, too; 8193 to 8197 also
 * tell that a scheduler started. */
static bool is_noise(const struct event *event)
{
	uint32_t code = 0;
	struct str modules = event_value(event, 1);
	struct module module;
	bool has_code = code_of(event, &code);
	switch (event->id) {
	case 1066:
		return !next_bad_module(&modules, &module);
	case 12321:
		return has_code && code == 0xC004F011;
	case 8193:
	case 8194:
	case 8195:
	case 8196:
	case 8197:
	case 16387:
		return !has_code || code == 0;
	default:
		return false;
	}
}

static bool matters(const struct event *event)
{
	return family_of(event->id) && !is_noise(event);
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	const struct family *family = family_of(event->id);
	struct reading r = {.event = event, .of = fact, .facts = facts};
	uint32_t code;
	if (!family)
		return;
	family->read(&r, family->word);
	if (!fact_is_set(fact, "code") && family->read != read_check && code_of(event, &code))
		fact_put_number(facts, fact, NULL, "code", code);
}

static const struct fact_kind *const kinds[] = {&activation_event, &srv_publishing,
	&licensing_check, &licensing_module, &token_store_event, &adba_event, &avma_event,
	&key_event, NULL};

const struct event_reader event_reader_spp = {
	.name = "spp",
	.says = "activation, licences and keys, as the licensing service logs them",
	.providers = "Microsoft-Windows-Security-SPP|Software Protection Platform Service|"
		     "Office Software Protection Platform Service|"
		     "Microsoft-Windows-Security-Licensing-SLC|Software Licensing Service",
	.source = "licensing-events",
	.ids = {{1001, 1003}, {1008, 1024}, {1028, 1032}, {1040, 1067}, {1090, 1090}, {8193, 8233},
		{12291, 12294}, {12308, 12310}, {12320, 12322}, {16385, 16387}, {20483, 20484}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
