/*
 * nslookup and Resolve-DnsName (network-time, section 1).
 *
 * An output is a header, which names the DNS server that was asked, and then an answer or an error:
 *
 *     Server:  dc01.contoso.com                               <- label is translated
 *     Address:  10.0.3.5                                      <- label is not
 *
 *     _vlmcs._tcp.contoso.com   SRV service location:         <- never translated
 *               priority       = 0
 *               weight         = 0
 *               port           = 1688
 *               svr hostname   = kms01.contoso.com
 *     kms01.contoso.com   internet address = 10.0.3.20
 *
 * Errors begin with "***"; their sentence is translated, but its end ("Non-existent domain", "timed-out",
 * "Server failed", "Query refused") is not, and neither is the name that was asked for. They go to
 * standard error: a capture of standard output alone shows a header and nothing else ("silent").
 * "DNS request timed out." above a valid answer only means that the server has no reverse record.
 */
#include "parser.h"

static const struct fact_kind dns_answer = {
	.name = "dns-answer",
	.says = "what a DNS server said when asked for a name",
	.is_state = true,
	.fields =
		{
			{"question", FACT_NAME, "the name asked for", NULL, FACT_KEY},
			{"type", FACT_WORD, "record type asked for", "a|aaaa|srv|other", FACT_KEY},
			{"server", FACT_NAME, "the DNS server's name, absent when it has none"},
			{"server-address", FACT_ADDRESS, "the DNS server's address", NULL,
				FACT_KEY},
			{"result", FACT_WORD,
				"answer: records came; no-name: the name does not exist; no-data: it exists without "
				"such a record; timeout, no-response: the server did not answer; refused, "
				"server-failed: it would not; silent: the error line was not captured",
				"answer|no-name|no-data|timeout|no-response|refused|server-failed|silent"},
			{0},
		},
};

static const struct fact_kind srv_record = {
	.name = "srv-record",
	.says = "one SRV record of an answer",
	.fields =
		{
			{"name", FACT_NAME, "owner name, _vlmcs._tcp.SUFFIX for KMS", NULL,
				FACT_KEY},
			{"host", FACT_NAME, "target: the KMS host", NULL, FACT_KEY},
			{"port", FACT_NUMBER, "TCP port, 1688 for KMS"},
			{"priority", FACT_NUMBER, "lower is tried first"},
			{"weight", FACT_NUMBER, "share among equal priorities"},
			{"server-address", FACT_ADDRESS, "the DNS server that gave it"},
			{0},
		},
};

static const struct fact_kind dns_address = {
	.name = "dns-address",
	.says = "one address that DNS gave for a name",
	.fields =
		{
			{"name", FACT_NAME, "host name", NULL, FACT_KEY},
			{"address", FACT_ADDRESS, "IPv4 or IPv6 address", NULL, FACT_KEY},
			{"server-address", FACT_ADDRESS, "the DNS server that gave it"},
			{0},
		},
};

struct ending {
	struct str text;
	const char *result;
};

/* nslookup's own words for a failure, the same in every language. */
static const struct ending endings[] = {
	{STR_INIT("Non-existent domain"), "no-name"},
	{STR_INIT("timed-out"), "timeout"},
	{STR_INIT("timed out"), "timeout"},
	{STR_INIT("No response from server"), "no-response"},
	{STR_INIT("Query refused"), "refused"},
	{STR_INIT("Server failed"), "server-failed"},
	{STR_INIT("No records"), "no-data"},
	{STR_INIT("Unspecified error"), "server-failed"},
};

static const char *failure(struct str text)
{
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (str_has_nocase(text, endings[i].text))
			return endings[i].result;
	return NULL;
}

/* The value behind "Address:" or "Addresses:". */
static bool address_line(struct str text, struct str *address)
{
	struct address parsed;
	text = str_trim(text);
	if (!str_starts(text, STR("Address")))
		return false;
	size_t colon = str_find_char(text, ':');
	if (colon == STR_NONE || colon > 10)
		return false;
	*address = str_trim(str_from(text, colon + 1));
	size_t hash = str_find_char(*address, '#'); /* "10.0.3.5#53" */
	*address = str_slice(*address, 0, hash);
	return scan_address(*address, &parsed);
}

/* "LABEL:  name" above an address line: the server's header, or a name with its address. */
static bool name_line(const struct lines *lines, size_t i, struct str *name, struct str *address)
{
	struct str text = str_trim_right(lines_text(lines, i));
	size_t colon = str_find_char(text, ':');
	if (colon == STR_NONE || colon == 0 || colon > 48 || str_blank_left(text) > 0)
		return false;
	*name = str_trim(str_from(text, colon + 1));
	return address_line(lines_text(lines, i + 1), address) && !str_has(*name, STR(" "));
}

static const struct str srv_mark = STR_INIT("SRV service location:");
static const struct str slow_mark = STR_INIT("DNS request timed out.");

static bool resolve_header(struct str text)
{
	return str_has(text, STR("NameTarget")) && str_has(text, STR("Section"));
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i)), name, address;
	if (str_starts(text, STR("***")) && failure(text))
		return true;
	return str_has(text, srv_mark) || str_starts(text, slow_mark) || resolve_header(text) ||
		str_starts(text, STR("svr hostname")) || name_line(lines, i, &name, &address);
}

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct fact *answer; /* the question being read, NULL before the first header */
	struct str server, server_address;
	const struct line *server_line, *address_line;
	struct str asked; /* from the command line, empty when unknown */
	const char *asked_type;
	const struct line *slow; /* "DNS request timed out." not yet followed by anything */
};

static const char *type_word(struct str text)
{
	return str_equal_nocase(text, STR("srv"))     ? "srv"
		: str_equal_nocase(text, STR("a"))    ? "a"
		: str_equal_nocase(text, STR("aaaa")) ? "aaaa"
						      : "other";
}

/* nslookup -type=SRV NAME [SERVER]; Resolve-DnsName -Name NAME -Type SRV. */
static void read_command(struct reading *r)
{
	struct str rest;
	struct str program = command_program(r->evidence->origin.command, &rest);
	bool resolve = str_equal_nocase(program, STR("Resolve-DnsName"));
	r->asked_type = "a";
	for (struct str word; (word = str_word(&rest)).size;) {
		if (str_starts(word, STR("-")) || str_starts(word, STR("/"))) {
			size_t equal = str_find_char(word, '=');
			struct str option = str_slice(word, 1, equal);
			if (equal == STR_NONE && resolve && str_in_list(option, "type|name")) {
				struct str value = str_word(&rest);
				if (str_equal_nocase(option, STR("type")))
					r->asked_type = type_word(value);
				else
					r->asked = value;
			} else if (str_in_list(option, "type|q|querytype")) {
				r->asked_type = type_word(str_from(word, equal + 1));
			}
		} else if (r->asked.size == 0) {
			r->asked = word;
		} else if (resolve) {
			r->asked_type = type_word(word);
		}
	}
}

static void put_server(struct reading *r, struct fact *fact)
{
	if (r->server_address.size)
		fact_put(r->facts, fact, r->address_line, "server-address", r->server_address);
}

static void begin_answer(struct reading *r, const struct line *line)
{
	r->answer = fact_add(r->facts, &dns_answer, line);
	if (r->server.size && !str_equal_nocase(r->server, STR("UnKnown")))
		fact_put(r->facts, r->answer, r->server_line, "server", r->server);
	put_server(r, r->answer);
}

static bool is_open(const struct reading *r)
{
	return r->answer && !fact_is_set(r->answer, "result");
}

static void conclude(struct reading *r, const struct line *line, const char *result)
{
	if (!is_open(r))
		begin_answer(r, line);
	fact_put(r->facts, r->answer, line, "result", str_of(result));
	r->answer->line = line;
	r->slow = NULL;
}

static void put_question(
	struct reading *r, const struct line *line, struct str name, const char *type)
{
	if (name.size && !fact_is_set(r->answer, "question"))
		fact_put(r->facts, r->answer, line, "question", name);
	if (!fact_is_set(r->answer, "type"))
		fact_put(r->facts, r->answer, line, "type", str_of(type));
}

/* A header ends the question before it: one without any answer was silent. */
static void end_answer(struct reading *r)
{
	if (is_open(r)) {
		fact_put(r->facts, r->answer, NULL, "result",
			r->slow ? STR("timeout") : STR("silent"));
		put_question(r, r->answer->line, r->asked, r->asked_type);
	}
	r->answer = NULL;
	r->slow = NULL;
}

static bool is_name_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '_' || c == '.';
}

/* The name asked for in a translated sentence: the longest run of host name characters that has a dot
 * inside and is not the server. Sentences glue particles of their language to it. */
static struct str name_in_sentence(const struct reading *r, struct str text)
{
	struct str best = STR("");
	for (size_t i = 0; i < text.size;) {
		size_t end = i;
		while (end < text.size && is_name_char(text.at[end]))
			end++;
		struct str run = str_slice(text, i, end);
		while (str_ends(run, STR(".")))
			run = str_slice(run, 0, run.size - 1);
		if (run.size > best.size && str_find_char(run, '.') != STR_NONE &&
			!str_equal_nocase(run, r->server) && scan_is_host(run))
			best = run;
		i = end + 1;
	}
	return best;
}

static void read_error(struct reading *r, size_t i)
{
	const struct lines *lines = &r->evidence->lines;
	const struct line *line = &lines->at[i];
	const char *result = failure(line->text);
	if (!result) /* mail wraps the long sentence: its end is on the next line */
		result = failure(lines_text(lines, i + 1));
	if (!result)
		return;
	conclude(r, line, result);
	struct str name = name_in_sentence(r, line->text);
	if (name.size == 0)
		name = r->asked;
	bool srv = str_starts_nocase(name, STR("_"));
	put_question(r, line, name, srv && !r->asked.size ? "srv" : r->asked_type);
}

/* "port           = 1688"; web copies lose the indentation and sometimes the line breaks. */
static bool equation(struct str text, struct str key, struct str *value)
{
	size_t at = str_find(text, key);
	if (at == STR_NONE)
		return false;
	struct str rest = str_trim_left(str_from(text, at + key.size));
	if (!str_starts(rest, STR("=")))
		return false;
	rest = str_from(rest, 1);
	*value = str_word(&rest);
	return value->size > 0;
}

/* The block below "SRV service location:"; returns the last line it used. */
static size_t read_srv(struct reading *r, size_t i)
{
	static const struct {
		struct str key;
		const char *field;
	} keys[] = {
		{STR_INIT("priority"), "priority"},
		{STR_INIT("weight"), "weight"},
		{STR_INIT("port"), "port"},
		{STR_INIT("svr hostname"), "host"},
	};
	const struct lines *lines = &r->evidence->lines;
	struct str title = lines_text(lines, i), value;
	struct str name = str_word(&title);
	if (!is_open(r) && !(r->answer && fact_is(r->answer, "result", "answer")))
		begin_answer(r, &lines->at[i]);
	if (is_open(r))
		conclude(r, &lines->at[i], "answer");
	put_question(r, &lines->at[i], name, "srv");
	struct fact *record = fact_add(r->facts, &srv_record, &lines->at[i]);
	fact_put(r->facts, record, NULL, "name", name);
	put_server(r, record);
	size_t last = i;
	for (size_t k = i; k < lines->count && k <= i + 5; k++) {
		if (k > i && str_has(lines->at[k].text, srv_mark))
			break;
		for (size_t f = 0; f < sizeof keys / sizeof *keys; f++)
			if (equation(lines->at[k].text, keys[f].key, &value)) {
				fact_put(r->facts, record, &lines->at[k], keys[f].field, value);
				last = k;
			}
		if (fact_is_set(record, "host"))
			break;
	}
	return last;
}

static void put_address(
	struct reading *r, const struct line *line, struct str name, struct str address)
{
	struct fact *fact = fact_add(r->facts, &dns_address, line);
	fact_put(r->facts, fact, NULL, "name", name);
	fact_put(r->facts, fact, NULL, "address", address);
	put_server(r, fact);
}

/* "kms01.contoso.com   internet address = 10.0.3.20" or "... AAAA IPv6 address = fd00::20". */
static bool read_glue(struct reading *r, const struct line *line)
{
	struct str rest = line->text, address;
	struct str name = str_word(&rest);
	if (!scan_is_host(name) ||
		(!equation(rest, STR("internet address"), &address) &&
			!equation(rest, STR("IPv6 address"), &address)))
		return false;
	put_address(r, line, name, address);
	return true;
}

/* A name with its addresses, further ones indented below the first. Returns the last line used. */
static size_t read_addresses(struct reading *r, size_t i, struct str name, struct str address)
{
	const struct lines *lines = &r->evidence->lines;
	struct address parsed;
	conclude(r, &lines->at[i], "answer");
	put_question(r, &lines->at[i], name, r->asked_type);
	put_address(r, &lines->at[i + 1], name, address);
	size_t last = i + 1;
	while (last + 1 < lines->count && str_blank_left(lines->at[last + 1].text) > 0 &&
		scan_address(lines->at[last + 1].text, &parsed)) {
		last++;
		put_address(r, &lines->at[last], name, str_trim(lines->at[last].text));
	}
	return last;
}

/* Two lines of header. A second pair is the answer, unless it repeats the header word for word. */
static size_t read_pair(struct reading *r, size_t i, struct str name, struct str address)
{
	bool repeats = str_equal_nocase(name, r->server) && str_equal(address, r->server_address);
	if (is_open(r) && !repeats)
		return read_addresses(r, i, name, address);
	end_answer(r);
	r->server = name;
	r->server_address = address;
	r->server_line = &r->evidence->lines.at[i];
	r->address_line = &r->evidence->lines.at[i + 1];
	begin_answer(r, r->server_line);
	return i + 1;
}

/* Resolve-DnsName's table: Name Type TTL Section NameTarget Priority Weight Port. */
static void read_table_row(struct reading *r, const struct line *line)
{
	struct str rest = line->text, cell[8];
	for (int i = 0; i < 8; i++)
		cell[i] = str_word(&rest);
	struct address address;
	if (str_equal_nocase(cell[1], STR("SRV")) && scan_is_host(cell[4])) {
		if (!r->answer)
			conclude(r, line, "answer");
		put_question(r, line, cell[0], "srv");
		struct fact *record = fact_add(r->facts, &srv_record, line);
		fact_put(r->facts, record, NULL, "name", cell[0]);
		fact_put(r->facts, record, NULL, "host", cell[4]);
		fact_put(r->facts, record, NULL, "priority", cell[5]);
		fact_put(r->facts, record, NULL, "weight", cell[6]);
		fact_put(r->facts, record, NULL, "port", cell[7]);
	} else if (str_in_list(cell[1], "A|AAAA") && scan_address(cell[4], &address)) {
		if (!r->answer)
			conclude(r, line, "answer");
		put_question(r, line, cell[0], type_word(cell[1]));
		put_address(r, line, cell[0], cell[4]);
	}
}

/* PowerShell's error records end in a name that is not translated. */
static void read_error_id(struct reading *r, const struct line *line)
{
	const char *result = str_has(line->text, STR("DNS_ERROR_RCODE_NAME_ERROR")) ? "no-name"
		: str_has(line->text, STR("DNS_INFO_NO_RECORDS"))                   ? "no-data"
		: str_has(line->text, STR("ERROR_TIMEOUT,"))                        ? "timeout"
		: str_has(line->text, STR("DNS_ERROR_RCODE_SERVER_FAILURE")) ? "server-failed"
		: str_has(line->text, STR("DNS_ERROR_RCODE_REFUSED"))        ? "refused"
									     : NULL;
	if (!result)
		return;
	conclude(r, line, result);
	put_question(r, line, r->asked, r->asked_type);
}

static size_t read_line(struct reading *r, size_t i)
{
	const struct lines *lines = &r->evidence->lines;
	const struct line *line = &lines->at[i];
	struct str name, address, text = str_trim(line->text);
	if (str_starts(text, STR("***"))) {
		read_error(r, i);
	} else if (str_starts(text, slow_mark)) {
		r->slow = line;
	} else if (str_has(text, srv_mark)) {
		return read_srv(r, i);
	} else if (str_has(text, STR("primary name server = ")) && is_open(r)) {
		conclude(r, line, "no-data");
		put_question(r, line, r->asked, r->asked_type);
	} else if (name_line(lines, i, &name, &address)) {
		return read_pair(r, i, name, address);
	} else if (str_has(text, STR("FullyQualifiedErrorId"))) {
		read_error_id(r, line);
	} else if (!read_glue(r, line)) {
		read_table_row(r, line);
	}
	return i;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count; i++)
		i = read_line(&r, i);
	if (!r.answer && r.slow)
		conclude(&r, r.slow, "timeout");
	end_answer(&r);
}

static const struct fact_kind *const kinds[] = {&dns_answer, &srv_record, &dns_address, NULL};

const struct parser parser_nslookup = {
	.name = "nslookup",
	.says = "DNS look-ups by nslookup or Resolve-DnsName",
	.source = "dns",
	.commands = "nslookup|Resolve-DnsName",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
