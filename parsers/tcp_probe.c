/*
 * Attempts to connect to a TCP port (network-time, section 2).
 *
 * Test-NetConnection prints pairs; no label of them is translated, and only the last one tells
 * whether the port answered. "False" does not tell a refusal from silence. Warnings above a block
 * may be about an address that was tried first, so they decide nothing.
 *
 *     ComputerName     : kms01.contoso.com
 *     RemoteAddress    : 10.0.3.20                    <- empty when the name has no address
 *     RemotePort       : 1688
 *     TcpTestSucceeded : True
 *
 * PortQry ("TCP port 1688 (unknown service): NOT LISTENING"), PsPing ("Connecting to ADDRESS:PORT:
 * from ...") and telnet are read too.
 *
 * actdx-collect writes one line per attempt, ASCII, the same on every Windows. A line is the word
 * tcp-probe and then pairs NAME=VALUE in any order, without blanks in them; names that are not
 * known are skipped, and what the attempt did not give is left out:
 *
 *     tcp-probe host=kms01.contoso.com address=10.0.3.20 port=1688 result=timeout code=0x8007274C ms=3000
 *
 *     host     the name or address that was tried; always there
 *     port     TCP port, decimal; always there
 *     result   connected, refused, timeout, unresolved or failed; always there
 *     address  the address that this attempt went to, IPv4 or IPv6 without brackets
 *     source   this machine's address on the connection
 *     code     HRESULT of the attempt, 0x and 8 digits; not with connected
 *     ms       how long it took, whole milliseconds
 */
#include "parser.h"

static const struct fact_kind tcp_probe = {
	.name = "tcp-probe",
	.says = "one attempt to connect to a TCP port",
	.is_state = true,
	.fields =
		{
			{"host", FACT_NAME, "name or address that was tried", NULL, FACT_KEY},
			{"port", FACT_NUMBER, "TCP port, 1688 for KMS", NULL, FACT_KEY},
			{"address", FACT_ADDRESS, "address that the name gave"},
			{"result", FACT_WORD,
				"connected; refused: a reset came back, so the host is there but nothing listens; timeout: nothing came back; unresolved: the name has no address; failed: no connection, and the tool does not say why",
				"connected|refused|timeout|unresolved|failed"},
			{"ping", FACT_FLAG, "the host answers to ping"},
			{"source-address", FACT_ADDRESS, "address of this machine"},
			{"code", FACT_CODE, "error of the attempt"},
			{"took-ms", FACT_NUMBER, "milliseconds"},
			{"tool", FACT_WORD, "what tried",
				"test-netconnection|portqry|psping|telnet|actdx"},
			{0},
		},
};

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct str asked_host; /* from the command line; empty when unknown */
	int64_t asked_port;    /* 0 when unknown */
	const char *tool;      /* that the command line names, or NULL */
	struct fact *block;    /* Test-NetConnection's block, or PsPing's test */
	/* Test-NetConnection: what its block says, used when it is complete */
	struct str succeeded;
	const struct line *succeeded_line, *unresolved_line;
	/* PortQry */
	struct str target, target_address;
	const struct line *target_line, *address_line;
	bool expects_target;
};

struct pair {
	struct str key, value;
};

/* "RemotePort       : 1688", with or without its padding. */
static bool pair_of(struct str text, struct pair *pair)
{
	text = str_trim(text);
	size_t colon = str_find_char(str_slice(text, 0, 40), ':');
	if (colon == STR_NONE || colon == 0)
		return false;
	pair->key = str_trim(str_slice(text, 0, colon));
	pair->value = str_trim(str_from(text, colon + 1));
	return true;
}

static bool has_key(struct str text, const char *keys)
{
	struct pair pair;
	return pair_of(text, &pair) && str_in_list(pair.key, keys);
}

/* The first pair of Test-NetConnection's block. Other cmdlets print a ComputerName too. */
static bool block_begins(const struct lines *lines, size_t i)
{
	if (!has_key(lines_text(lines, i), "ComputerName"))
		return false;
	for (size_t k = i + 1; k <= i + 3 && k < lines->count; k++)
		if (has_key(lines->at[k].text, "RemoteAddress|RemotePort"))
			return true;
	return false;
}

/* "WARNING: TCP connect to (10.0.3.20 : 1688) failed": only the first word is translated. */
static bool is_warning(struct str text)
{
	static const struct str marks[] = {STR_INIT(": TCP connect to "), STR_INIT(": Ping to "),
		STR_INIT(": Name resolution of ")};
	size_t failed = str_find(text, STR(" failed"));
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t at = str_find(text, marks[i]);
		if (at != STR_NONE && at > 0 && at <= 32 && failed != STR_NONE && at < failed)
			return true;
	}
	return false;
}

static struct fact *add(struct reading *r, const struct line *line, const char *tool)
{
	struct fact *fact = fact_add(r->facts, &tcp_probe, line);
	fact_put(r->facts, fact, line, "tool", str_of(tool));
	return fact;
}

static void put(struct reading *r, struct fact *fact, const struct line *line, const char *field,
	struct str text)
{
	fact_put(r->facts, fact, line, field, text);
}

/* A host that is an address is its own address. */
static void put_host(struct reading *r, struct fact *fact, const struct line *line, struct str host)
{
	put(r, fact, line, "host", host);
	put(r, fact, line, "address", host);
}

/* ---- command line ---- */

static int64_t common_port(struct str name)
{
	static const struct {
		const char *name;
		int64_t port;
	} ports[] = {{"http", 80}, {"rdp", 3389}, {"smb", 445}, {"winrm", 5985}};
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
		if (str_equal_nocase(name, str_of(ports[i].name)))
			return ports[i].port;
	return 0;
}

static void take_port(struct reading *r, struct str text)
{
	int64_t port = 0;
	if (scan_number(text, &port) && port > 0 && port <= 65535)
		r->asked_port = port;
}

static struct str without_quotes(struct str word)
{
	if (word.size >= 2 && (*word.at == '"' || *word.at == '\'') &&
		word.at[word.size - 1] == *word.at)
		return str_slice(word, 1, word.size - 1);
	return word;
}

/* -ComputerName X, PortQry's -n X; -Port N, PortQry's -e N. Other options that take a value hide it. */
static void read_option(struct reading *r, struct str option, struct str *rest)
{
	bool portqry = str_equal(str_of(r->tool), STR("portqry"));
	bool cmdlet = str_equal(str_of(r->tool), STR("test-netconnection"));
	if (str_in_list(option, cmdlet ? "computername|cn|computer" : "") ||
		(portqry && str_in_list(option, "n")))
		r->asked_host = without_quotes(str_word(rest));
	else if (str_in_list(option, cmdlet ? "port|remoteport|p|po|por" : portqry ? "e|o" : ""))
		take_port(r, without_quotes(str_word(rest)));
	else if (str_in_list(option, "commontcpport"))
		r->asked_port = common_port(str_word(rest));
	else if (str_in_list(option, "informationlevel|n|p|i|w|l|sp"))
		(void)str_word(rest);
}

static const char *tool_of(struct str program)
{
	return str_in_list(program, "Test-NetConnection|tnc") ? "test-netconnection"
		: str_in_list(program, "portqry")             ? "portqry"
		: str_in_list(program, "psping|psping64")     ? "psping"
		: str_in_list(program, "telnet")              ? "telnet"
							      : NULL;
}

static void read_command(struct reading *r)
{
	struct str rest;
	r->tool = tool_of(command_program(r->evidence->origin.command, &rest));
	if (!r->tool)
		return;
	for (struct str word; (word = str_word(&rest)).size;) {
		word = without_quotes(word);
		if (word.size > 1 && (*word.at == '-' || *word.at == '/')) {
			read_option(r, str_from(word, 1), &rest);
		} else if (r->asked_host.size == 0) {
			struct str host = STR("");
			if (scan_host_port(word, &host, &r->asked_port))
				r->asked_host = host;
		} else if (!r->asked_port) {
			take_port(r, word);
		}
	}
}

/* ---- Test-NetConnection ---- */

static void put_asked_port(struct reading *r, struct fact *fact)
{
	if (r->asked_port && !fact_is_set(fact, "port"))
		fact_put_number(r->facts, fact, NULL, "port", r->asked_port);
}

static const char *outcome(struct str succeeded)
{
	return str_equal_nocase(succeeded, STR("True"))     ? "connected"
		: str_equal_nocase(succeeded, STR("False")) ? "failed"
							    : "";
}

/* Without a port the block is a mere ping; without an address it is worth telling all the same. */
static void end_block(struct reading *r)
{
	struct fact *block = r->block;
	r->block = NULL;
	if (!block || !fact_is(block, "tool", "test-netconnection"))
		return;
	put_asked_port(r, block);
	const char *result = outcome(r->succeeded);
	if (fact_is_set(block, "port") && *result)
		put(r, block, r->succeeded_line, "result", str_of(result));
	if (r->unresolved_line && !fact_is(block, "result", "connected"))
		put(r, block, r->unresolved_line, "result", STR("unresolved"));
}

/* Will the block at line `i` say anything about a port? Facts cannot be taken back. */
static bool block_tests_port(const struct reading *r, size_t i)
{
	const struct lines *lines = &r->evidence->lines;
	struct pair pair;
	for (size_t k = i + 1; k < lines->count && k <= i + 40; k++) {
		if (!pair_of(lines->at[k].text, &pair))
			continue;
		if (str_equal(pair.key, STR("ComputerName")))
			break;
		if (str_equal(pair.key, STR("RemotePort")) && pair.value.size)
			return true;
		if (str_equal(pair.key, STR("TcpTestSucceeded")) && r->asked_port)
			return true;
		if (str_equal(pair.key, STR("RemoteAddress")) && pair.value.size == 0)
			return true;
	}
	return false;
}

static void begin_block(struct reading *r, size_t i, struct str host)
{
	end_block(r);
	r->succeeded = STR("");
	r->unresolved_line = NULL;
	if (!block_tests_port(r, i))
		return;
	r->block = add(r, &r->evidence->lines.at[i], "test-netconnection");
	put(r, r->block, NULL, "host", host);
}

static bool read_pair(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct pair pair;
	if (!pair_of(line->text, &pair))
		return false;
	if (str_equal(pair.key, STR("ComputerName")) && block_begins(&r->evidence->lines, i)) {
		begin_block(r, i, pair.value);
		return true;
	}
	if (!r->block || !fact_is(r->block, "tool", "test-netconnection"))
		return false;
	if (str_equal(pair.key, STR("RemoteAddress"))) {
		r->unresolved_line = pair.value.size ? NULL : line;
		put(r, r->block, line, "address", pair.value);
	} else if (str_equal(pair.key, STR("RemotePort"))) {
		put(r, r->block, line, "port", pair.value);
	} else if (str_equal(pair.key, STR("SourceAddress"))) {
		put(r, r->block, line, "source-address", pair.value);
	} else if (str_equal(pair.key, STR("PingSucceeded")) && *outcome(pair.value)) {
		fact_put_flag(r->facts, r->block, line, "ping",
			str_equal_nocase(pair.value, STR("True")));
	} else if (str_equal(pair.key, STR("TcpTestSucceeded"))) {
		r->succeeded = pair.value;
		r->succeeded_line = line;
	} else {
		return false;
	}
	return true;
}

/* -InformationLevel Quiet prints nothing but True or False: the command line says of what. */
static bool read_quiet(struct reading *r, const struct line *line)
{
	const char *result = outcome(str_trim(line->text));
	if (!*result || !r->asked_host.size || !r->asked_port || !r->tool ||
		!str_equal(str_of(r->tool), STR("test-netconnection")) ||
		!command_has(r->evidence->origin.command, "InformationLevel"))
		return false;
	struct fact *fact = add(r, line, "test-netconnection");
	put_host(r, fact, NULL, r->asked_host);
	put_asked_port(r, fact);
	put(r, fact, NULL, "result", str_of(result));
	return true;
}

/* ---- PortQry ---- */

static const struct str portqry_title = STR_INIT("Querying target system called:");

/* "TCP port 1688 (unknown service): LISTENING", version 2 may write "<unknown service>". */
static bool portqry_line(struct str text, struct str *port, const char **result)
{
	text = str_trim(text);
	if (!str_starts(text, STR("TCP port ")))
		return false;
	text = str_from(text, 9);
	*port = str_word(&text);
	int64_t number = 0;
	size_t colon = str_find(text, STR("service"));
	if (colon == STR_NONE || !scan_number(*port, &number))
		return false;
	text = str_from(text, colon + 8); /* the bracket, whichever it is */
	if (!str_starts(text, STR(":")))
		return false;
	text = str_trim(str_from(text, 1));
	*result = str_equal(text, STR("LISTENING"))     ? "connected"
		: str_equal(text, STR("NOT LISTENING")) ? "refused"
		: str_equal(text, STR("FILTERED"))      ? "timeout"
							: NULL;
	return *result != NULL;
}

static struct fact *add_portqry(struct reading *r, const struct line *line)
{
	struct fact *fact = add(r, line, "portqry");
	if (r->target.size)
		put_host(r, fact, r->target_line, r->target);
	else if (r->asked_host.size)
		put_host(r, fact, NULL, r->asked_host);
	if (r->target_address.size)
		put(r, fact, r->address_line, "address", r->target_address);
	return fact;
}

static void read_target(struct reading *r, const struct line *line, struct str text)
{
	text = str_trim(text);
	r->expects_target = text.size == 0;
	if (text.size == 0)
		return;
	r->target = str_word(&text);
	r->target_line = line;
}

static bool read_portqry(struct reading *r, const struct line *line)
{
	static const struct str resolved = STR_INIT("Name resolved to ");
	struct str text = str_trim(line->text), port;
	const char *result = NULL;
	if (str_starts(text, portqry_title)) {
		r->target_address = STR("");
		r->target = STR("");
		read_target(r, line, str_from(text, portqry_title.size));
	} else if (r->expects_target) {
		read_target(r, line, text);
	} else if (str_starts(text, resolved)) {
		r->target_address = str_from(text, resolved.size);
		r->address_line = line;
	} else if (str_starts(text, STR("Failed to resolve name to IP address"))) {
		struct fact *fact = add_portqry(r, line);
		put_asked_port(r, fact);
		put(r, fact, NULL, "result", STR("unresolved"));
	} else if (portqry_line(text, &port, &result)) {
		struct fact *fact = add_portqry(r, line);
		put(r, fact, NULL, "port", port);
		put(r, fact, NULL, "result", str_of(result));
	} else {
		return false;
	}
	return true;
}

/* ---- PsPing ---- */

/* PsPing prints Windows' own sentences for errors 1225 and 1460, in the user's language. */
static const struct {
	const char *words, *result;
} psping_sentences[] = {
	{"refused|拒否|abgelehnt|verweigert|refus|rechaz|拒绝|拒絕|거부|отклон|recus|rifiut",
		"refused"},
	{"timeout|タイムアウト|Zeit|délai|tiempo de espera|超时|逾時|시간|ожидания|tempo limite",
		"timeout"},
};

static const char *psping_failure(struct str text)
{
	for (size_t i = 0; i < sizeof psping_sentences / sizeof *psping_sentences; i++)
		for (struct str rest = str_of(psping_sentences[i].words); rest.size;)
			if (str_has_nocase(text, str_cut(&rest, '|')))
				return psping_sentences[i].result;
	return "failed";
}

/* The target behind `intro`, "10.0.3.20:1688", and what follows it. */
static bool psping_target(
	struct str text, struct str intro, struct str *host, int64_t *port, struct str *after)
{
	text = str_trim(text);
	if (!str_starts(text, intro))
		return false;
	text = str_from(text, intro.size);
	struct str word = str_word(&text);
	while (str_ends(word, STR(":")))
		word = str_slice(word, 0, word.size - 1);
	*port = 0;
	*after = str_trim(text);
	return scan_host_port(word, host, port) && *port > 0;
}

static bool psping_begins(struct str text, struct str *host, int64_t *port)
{
	struct str after;
	return str_ends(str_trim(text), STR(":")) &&
		psping_target(text, STR("TCP connect to "), host, port, &after) && after.size == 0;
}

static void begin_psping(struct reading *r, const struct line *line, struct str host, int64_t port)
{
	struct address address;
	end_block(r);
	r->block = add(r, line, "psping");
	bool named = r->asked_host.size && !scan_address(r->asked_host, &address) && r->tool &&
		*r->tool == 'p';
	put(r, r->block, NULL, "host", named ? r->asked_host : host);
	put(r, r->block, NULL, "address", host);
	fact_put_number(r->facts, r->block, NULL, "port", port);
}

static bool is_psping(const struct fact *block)
{
	return block && fact_is(block, "tool", "psping");
}

static void put_duration(struct reading *r, const struct line *line, struct str text)
{
	int64_t microseconds = 0;
	if (str_ends(text, STR("ms")) &&
		scan_thousandths(str_slice(text, 0, text.size - 2), &microseconds))
		fact_put_number(r->facts, r->block, line, "took-ms", microseconds / 1000);
}

/* "Connecting to 10.0.3.20:1688 (warmup): from 10.0.110.93:50056: 2.44ms", or a sentence. One
 * attempt that succeeds settles it. */
static bool read_attempt(struct reading *r, const struct line *line)
{
	struct str host, rest, source = STR("");
	int64_t port = 0, source_port = 0;
	if (!psping_target(line->text, STR("Connecting to "), &host, &port, &rest))
		return false;
	if (!is_psping(r->block))
		begin_psping(r, line, host, port);
	if (str_starts(rest, STR("(warmup):")))
		rest = str_trim(str_from(rest, 9));
	if (str_starts(rest, STR("from "))) {
		rest = str_from(rest, 5);
		struct str word = str_word(&rest);
		word = str_slice(word, 0, word.size - (word.size > 0));
		put(r, r->block, line, "result", STR("connected"));
		if (scan_host_port(word, &source, &source_port) &&
			!str_equal(source, STR("0.0.0.0")))
			put(r, r->block, line, "source-address", source);
		put_duration(r, line, str_trim(rest));
	} else if (rest.size && !fact_is(r->block, "result", "connected")) {
		put(r, r->block, line, "result", str_of(psping_failure(rest)));
	}
	return true;
}

static bool read_psping(struct reading *r, const struct line *line)
{
	struct str host;
	int64_t port = 0;
	if (psping_begins(line->text, &host, &port)) {
		begin_psping(r, line, host, port);
		return true;
	}
	return read_attempt(r, line);
}

/* ---- telnet and actdx-collect ---- */

/* "Connecting To kms01.contoso.com...Could not open connection to the host, on port 1688: Connect
 * failed". The sentence is translated; host, dots and port are not. Success clears the screen. */
static bool telnet_line(struct str text, bool surely, struct str *host, int64_t *port)
{
	size_t dots = str_find(text, STR("..."));
	if (dots == STR_NONE || dots == 0 || text.size > 400)
		return false;
	struct str before = str_slice(text, 0, dots), after = str_from(text, dots + 3);
	struct address address;
	while (before.size)
		*host = str_word(&before);
	if (!surely && !str_has(after, STR("Could not open connection to the host, on port ")))
		return false;
	return (scan_is_host(*host) || scan_address(*host, &address)) &&
		scan_first_number(after, port) && *port > 0 && *port <= 65535;
}

static bool read_telnet(struct reading *r, const struct line *line)
{
	struct str host = STR("");
	int64_t port = 0;
	bool surely = r->tool && str_equal(str_of(r->tool), STR("telnet"));
	if (!telnet_line(line->text, surely, &host, &port))
		return false;
	struct fact *fact = add(r, line, "telnet");
	put_host(r, fact, NULL, host);
	fact_put_number(r->facts, fact, NULL, "port", port);
	put(r, fact, NULL, "result", STR("failed"));
	return true;
}

static bool is_own_line(struct str text)
{
	text = str_trim(text);
	return str_starts(text, STR("tcp-probe ")) && str_has(text, STR(" host=")) &&
		str_has(text, STR(" port=")) && str_has(text, STR(" result="));
}

static bool read_own(struct reading *r, const struct line *line)
{
	static const struct {
		const char *name, *field;
	} names[] = {{"host", "host"}, {"address", "address"}, {"port", "port"},
		{"result", "result"}, {"source", "source-address"}, {"code", "code"},
		{"ms", "took-ms"}};
	if (!is_own_line(line->text))
		return false;
	struct str rest = str_from(str_trim(line->text), 10);
	struct fact *fact = add(r, line, "actdx");
	for (struct str word; (word = str_word(&rest)).size;) {
		struct str name = str_cut(&word, '=');
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (str_equal(name, str_of(names[i].name)))
				put(r, fact, NULL, names[i].field, word);
	}
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i)), word = STR("");
	const char *result = NULL;
	int64_t port = 0;
	return block_begins(lines, i) || is_warning(text) || is_own_line(text) ||
		str_starts(text, portqry_title) || portqry_line(text, &word, &result) ||
		str_starts(text, STR("PsPing v")) || psping_begins(text, &word, &port) ||
		telnet_line(text, false, &word, &port);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count; i++) {
		const struct line *line = &evidence->lines.at[i];
		if (str_is_blank(line->text) || read_own(&r, line) || read_portqry(&r, line) ||
			read_psping(&r, line) || read_telnet(&r, line) || read_quiet(&r, line))
			continue;
		(void)read_pair(&r, i);
	}
	end_block(&r);
}

static const struct fact_kind *const kinds[] = {&tcp_probe, NULL};

const struct parser parser_tcp_probe = {
	.name = "tcp_probe",
	.says = "TCP connection tests: Test-NetConnection, portqry, psping, telnet, actdx-collect's own",
	.source = "tcp",
	.commands = "Test-NetConnection|tnc|portqry|psping|psping64|telnet|tcp-probe",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
