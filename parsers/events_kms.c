/*
 * What a KMS client and a KMS host log about each request (events, section 1).
 *
 *   12288  client: "0xC004F06C, 0x00000000, kms01.contoso.com:1688, CMID, 2010/09/29 17:52, 0, 2, 41760, SKU, 5"
 *   12289  client: "0x0, 0x4000008, 0, 0, 4, 120, 10080, 2010/09/29 17:52"
 *   12290  host:   "0xC004F06C,5,pc042.contoso.com,CMID,2010/9/29 21:46,0,2,41520,SKU"
 *
 * One value holds all fields; 12290 may have each of them as a value of its own, too. The stamps inside are the
 * client's clock in UTC, without seconds. What was copied from a message has no values: then the line of the
 * message that looks like the string is taken.
 */
#include "events.h"

#include "base/instant.h"

#define FIELDS_MAX 12
#define FLAG_NOT_ENOUGH_COUNT 0x04000000
#define FLAG_NO_HOST_FOUND 0x01000000

#define LICENCE_STATUS \
	"unlicensed|licensed|oob-grace|oot-grace|non-genuine-grace|notification|extended-grace"

static const struct fact_kind kms_request = {
	.name = "kms-request",
	.says = "event 12288: a KMS client asked a KMS host; one for each host that was tried",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host that was asked", NULL, FACT_KEY},
			{"computer", FACT_NAME, "the client", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"record", FACT_NUMBER, "EventRecordID"},
			{"code", FACT_CODE,
				"what became of the call; 0 says that it was sent, not that it was answered"},
			{"flags", FACT_CODE, "status flags"},
			{"no-host-found", FACT_FLAG,
				"the flags say that no KMS host was registered or discovered"},
			{"port", FACT_NUMBER, "port of the KMS host"},
			{"cmid", FACT_GUID, "client machine id"},
			{"client-time", FACT_TIME,
				"the stamp in the request, to the minute: the client's clock"},
			{"virtual", FACT_FLAG, "the client is a virtual machine"},
			{"status", FACT_WORD, "licence status when it asked", LICENCE_STATUS},
			{"minutes-left", FACT_NUMBER, "until that state ends"},
			{"activation-id", FACT_GUID, "id of the SKU to be activated"},
			{"needed", FACT_NUMBER,
				"clients that the host must have counted: 25 for client Windows, 5 for server Windows "
				"and Office"},
			{0},
		},
};

static const struct fact_kind kms_response = {
	.name = "kms-response",
	.says = "event 12289: a KMS client processed the answer of a KMS host",
	.fields =
		{
			{"computer", FACT_NAME, "the client", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"record", FACT_NUMBER, "EventRecordID"},
			{"code", FACT_CODE, "0 when the answer was accepted"},
			{"flags", FACT_CODE, "status flags"},
			{"not-enough-count", FACT_FLAG,
				"the flags say that the host has counted too few clients"},
			{"activated", FACT_FLAG, "the product was activated by it"},
			{"count", FACT_NUMBER, "clients that the KMS host has counted"},
			{"activation-interval-minutes", FACT_NUMBER,
				"between attempts while it is not activated"},
			{"renewal-interval-minutes", FACT_NUMBER,
				"between renewals once it is activated"},
			{"client-time", FACT_TIME, "the stamp of the request that was answered"},
			{0},
		},
};

static const struct fact_kind kms_request_served = {
	.name = "kms-request-served",
	.says = "event 12290: a KMS host processed a request; logged on the host",
	.fields =
		{
			{"client", FACT_NAME, "name that the client gave", NULL, FACT_KEY},
			{"host", FACT_NAME, "the KMS host, which logged it", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged: the host's clock"},
			{"code", FACT_CODE, "0 when it was granted"},
			{"needed", FACT_NUMBER,
				"clients that the host must have counted for this product"},
			{"cmid", FACT_GUID, "client machine id"},
			{"client-time", FACT_TIME,
				"the stamp in the request, to the minute: the client's clock"},
			{"virtual", FACT_FLAG, "the client is a virtual machine"},
			{"status", FACT_WORD, "the client's licence status", LICENCE_STATUS},
			{"minutes-left", FACT_NUMBER, "until that state ends"},
			{"activation-id", FACT_GUID, "id of the SKU"},
			{0},
		},
};

/* The fields of one event, in their order. */
struct info {
	struct str at[FIELDS_MAX];
	size_t count;
};

static void split(struct info *info, struct str text)
{
	info->count = 0;
	while (text.size && info->count < FIELDS_MAX)
		info->at[info->count++] = str_trim(str_cut(&text, ','));
}

/* The line of a message that begins with a code and goes on with fields. */
static struct str string_in(struct str message)
{
	while (message.size) {
		struct str line = str_trim(str_cut(&message, '\n'));
		if (str_starts_nocase(line, STR("0x")) && str_find_char(line, ',') != STR_NONE)
			return line;
	}
	return STR("");
}

static bool read_info(const struct event *event, struct info *info)
{
	struct str first = event_value(event, 1);
	if (event->data_count == 0) {
		split(info, string_in(event->message));
	} else if (str_find_char(first, ',') != STR_NONE || event->data_count < 6) {
		split(info, first);
	} else {
		info->count = event->data_count < FIELDS_MAX ? event->data_count : FIELDS_MAX;
		for (size_t i = 0; i < info->count; i++)
			info->at[i] = str_trim(event->data[i].text);
	}
	uint64_t code = 0;
	return info->count >= 2 && scan_hex(info->at[0], &code);
}

/*
 * Putting fields
 */

struct putting {
	const struct info *info;
	struct facts *facts;
	struct fact *fact;
};

static struct str field(const struct putting *put, size_t i)
{
	return i < put->info->count ? put->info->at[i] : STR("");
}

static void put_text(const struct putting *put, const char *name, size_t i)
{
	if (field(put, i).size)
		fact_put(put->facts, put->fact, NULL, name, field(put, i));
}

static void put_flag(const struct putting *put, const char *name, size_t i)
{
	struct str text = field(put, i);
	if (str_equal(text, STR("0")) || str_equal(text, STR("1")))
		fact_put_flag(put->facts, put->fact, NULL, name, text.at[0] == '1');
}

static void put_code(const struct putting *put, const char *name, size_t i)
{
	uint64_t code;
	if (scan_hex(field(put, i), &code) && code <= UINT32_MAX)
		fact_put_number(put->facts, put->fact, NULL, name, (int64_t)code);
}

static void put_status(const struct putting *put, size_t i)
{
	struct str words = STR(LICENCE_STATUS), word = STR("");
	int64_t number;
	if (!scan_number(field(put, i), &number) || number < 0 || number > 6)
		return;
	for (int64_t k = 0; k <= number; k++)
		word = str_cut(&words, '|');
	fact_put(put->facts, put->fact, NULL, "status", word);
}

static void put_bit(const struct putting *put, const char *name, size_t i, uint64_t bit)
{
	uint64_t flags;
	if (scan_hex(field(put, i), &flags))
		fact_put_flag(put->facts, put->fact, NULL, name, (flags & bit) != 0);
}

static struct str without_underscore(struct str text)
{
	return str_starts(text, STR("_")) ? str_from(text, 1) : text;
}

/* "kms01.contoso.com:1688", "[2001:db8::5]:1688"; ":0" when no host was found. Some write "_host:_1688". */
static void put_host(const struct putting *put, size_t i)
{
	struct str text = without_underscore(field(put, i)), host;
	int64_t port = 0;
	size_t colon = str_find(text, STR(":_"));
	if (colon != STR_NONE) {
		if (!scan_number(str_from(text, colon + 2), &port))
			port = 0;
		text = str_slice(text, 0, colon);
	}
	if (!scan_host_port(text, &host, &port))
		return;
	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		host = str_slice(host, 1, host.size - 1);
	fact_put(put->facts, put->fact, NULL, "host", host);
	if (port > 0 && port <= 65535)
		fact_put_number(put->facts, put->fact, NULL, "port", port);
}

static struct fact *new_fact(const struct event *event, const struct fact *of,
	const struct fact_kind *kind, const char *computer, struct facts *facts)
{
	struct fact *fact = fact_add(facts, kind, of->line);
	fact_put(facts, fact, NULL, computer, event->computer);
	if (event->time)
		fact_put_time(facts, fact, NULL, "time", event->time);
	if (event->record && fact_field_index(kind, STR("record")) >= 0)
		fact_put_number(facts, fact, NULL, "record", (int64_t)(event->record & INT64_MAX));
	return fact;
}

static void put_request(const struct putting *put)
{
	put_code(put, "code", 0);
	put_code(put, "flags", 1);
	put_bit(put, "no-host-found", 1, FLAG_NO_HOST_FOUND);
	put_host(put, 2);
	put_text(put, "cmid", 3);
	put_text(put, "client-time", 4);
	put_flag(put, "virtual", 5);
	put_status(put, 6);
	put_text(put, "minutes-left", 7);
	put_text(put, "activation-id", 8);
	put_text(put, "needed", 9);
}

static void put_response(const struct putting *put)
{
	put_code(put, "code", 0);
	put_code(put, "flags", 1);
	put_bit(put, "not-enough-count", 1, FLAG_NOT_ENOUGH_COUNT);
	put_flag(put, "activated", 2);
	put_text(put, "count", 4);
	put_text(put, "activation-interval-minutes", 5);
	put_text(put, "renewal-interval-minutes", 6);
	put_text(put, "client-time", 7);
}

static void put_served(const struct putting *put)
{
	put_code(put, "code", 0);
	put_text(put, "needed", 1);
	put_text(put, "client", 2);
	put_text(put, "cmid", 3);
	put_text(put, "client-time", 4);
	put_flag(put, "virtual", 5);
	put_status(put, 6);
	put_text(put, "minutes-left", 7);
	put_text(put, "activation-id", 8);
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	static const struct {
		const struct fact_kind *kind;
		const char *computer; /* the field for who logged it */
		size_t about;
		void (*put)(const struct putting *put);
	} forms[] = {
		{&kms_request, "computer", 2, put_request},
		{&kms_response, "computer", FIELDS_MAX, put_response},
		{&kms_request_served, "host", 2, put_served},
	};
	struct info info;
	uint32_t form = event->id - 12288;
	if (!read_info(event, &info))
		return;
	struct putting put = {&info, facts, fact};
	put_code(&put, "code", 0);
	put.fact = new_fact(event, fact, forms[form].kind, forms[form].computer, facts);
	forms[form].put(&put);
	const char *about = form == 0 ? "host" : "client";
	if (forms[form].about < FIELDS_MAX)
		fact_put(facts, fact, NULL, "about", fact_text(put.fact, about));
}

static const struct fact_kind *const kinds[] = {
	&kms_request, &kms_response, &kms_request_served, NULL};

const struct event_reader event_reader_kms = {
	.name = "kms",
	.says = "requests for activation by KMS, as the client and the host log them",
	.providers = "Microsoft-Windows-Security-SPP|Software Protection Platform Service|"
		     "Office Software Protection Platform Service|KmsRequests|"
		     "Microsoft-Windows-Security-Licensing-SLC|Software Licensing Service",
	.source = "licensing-events",
	.ids = {{KMS_REQUEST_ID, 12290}},
	.together = true,
	.kinds = kinds,
	.read = read,
};
