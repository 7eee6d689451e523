/*
 * nltest and Test-ComputerSecureChannel (network-time, section 8).
 *
 *                DC: \\DC01.contoso.com          <- nltest /dsgetdc:contoso.com
 *           Address: \\10.0.3.5
 *          Dom Name: contoso.com
 *     Our Site Name: Tokyo
 *
 *     Flags: b0 HAS_IP  HAS_TIMESERV             <- nltest /sc_verify:contoso.com
 *     Trusted DC Name \\DC01.contoso.com
 *     Trusted DC Connection Status Status = 0 0x0 NERR_Success
 *     Trust Verification Status = 0 0x0 NERR_Success
 *
 * Labels are English everywhere. What counts is the status, a number in decimal, the same in hex, and
 * its symbol; "The command completed successfully" only says that the query could be made, and stands
 * below a broken trust too. A status that comes from I_NetLogonControl itself is about the query: 5
 * there means that it was not made by an administrator. Test-ComputerSecureChannel prints True or
 * False and nothing else.
 */
#include "parser.h"

static const struct fact_kind domain_controller = {
	.name = "domain-controller",
	.says = "which domain controller answers",
	.is_state = true,
	.fields =
		{
			{"domain", FACT_NAME, "domain that was asked for", NULL, FACT_KEY},
			{"dc", FACT_NAME, "the controller"},
			{"address", FACT_ADDRESS, "its address"},
			{"site", FACT_TEXT, "the machine's site"},
			{"result", FACT_WORD, "ok, or failed with a code", "ok|failed"},
			{"code", FACT_CODE, "error: 0x8007054B no such domain"},
			{0},
		},
};

static const struct fact_kind secure_channel = {
	.name = "secure-channel",
	.says = "trust between the machine and its domain",
	.is_state = true,
	.fields =
		{
			{"domain", FACT_NAME, "domain", NULL, FACT_KEY},
			{"dc", FACT_NAME, "controller that was used"},
			{"result", FACT_WORD,
				"broken is told by the status codes, whatever the last line says; "
				"denied: the query needs an administrator",
				"ok|broken|denied"},
			{"code", FACT_CODE, "first status that is not zero"},
			{0},
		},
};

static const struct str control_mark = STR_INIT("I_NetLogonControl failed");
static const struct str locate_mark = STR_INIT("Getting DC name failed");
static const struct str cmdlet_mark = STR_INIT("\"Test-ComputerSecureChannel\"");

/* "Status = 1311 0x51f ERROR_NO_LOGON_SERVERS". Prose about the tool may lack the hex number; then
 * the word must be there. */
static bool status(struct str text, int64_t *number)
{
	size_t equal = str_find(text, STR(" = "));
	if (equal == STR_NONE)
		return false;
	struct str rest = str_from(text, equal + 3);
	uint32_t decimal = 0, hex = 0;
	if (!scan_code(str_word(&rest), &decimal))
		return false;
	struct str word = str_word(&rest);
	bool twice = str_starts_nocase(word, STR("0x")) && scan_code(word, &hex) && hex == decimal;
	if (!twice && !str_ends(str_slice(text, 0, equal), STR("Status")))
		return false;
	*number = decimal;
	return true;
}

/* A Win32 status as HRESULT; an NTSTATUS stays what it is. */
static int64_t code_of(int64_t number)
{
	return number > 0 && number <= 0xFFFF ? number | 0x80070000 : number;
}

/* The name behind "\\"; mail clients show the backslash of a Japanese console as a yen sign. */
static bool unc_name(struct str text, struct str *name)
{
	static const struct str marks[] = {STR_INIT("\\\\"), STR_INIT("\xC2\xA5\xC2\xA5")};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t at = str_find(text, marks[i]);
		if (at == STR_NONE)
			continue;
		struct str rest = str_from(text, at + marks[i].size);
		*name = str_word(&rest);
		return name->size > 0;
	}
	return false;
}

static bool labelled(struct str text, struct str label, struct str *value)
{
	text = str_trim(text);
	if (!str_starts(text, label))
		return false;
	*value = str_trim(str_from(text, label.size));
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), value, name;
	int64_t number = 0;
	if (labelled(text, STR("DC: "), &value))
		return unc_name(value, &name);
	if (labelled(text, STR("Trusted DC Name"), &value) || str_has(text, cmdlet_mark) ||
		str_has(text, STR("Microsoft.PowerShell.Commands.TestComputerSecureChannel")))
		return true;
	if (labelled(text, STR("Flags: "), &value)) {
		struct str next = lines_text(lines, i + 1);
		return labelled(next, STR("Trusted DC Name"), &value) ||
			labelled(next, STR("Connection Status = "), &value);
	}
	return status(text, &number) &&
		(str_has(text, control_mark) || str_has(text, locate_mark) ||
			str_has(text, STR("Connection Status")) ||
			str_has(text, STR("Trust Verification Status")));
}

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct fact *controller, *channel;
	struct str locate, verify; /* domains of the command line; empty when not known */
	struct str server;         /* Test-ComputerSecureChannel -Server */
	bool cmdlet, other;        /* what was asked: `other` is none of ours */
};

static void read_nltest(struct reading *r, struct str arguments)
{
	r->other = true;
	for (struct str word; (word = str_word(&arguments)).size;) {
		struct str domain = str_from(word, 1);
		struct str option = str_cut(&domain, ':');
		if (str_in_list(option, "dsgetdc")) {
			r->locate = domain;
			r->other = false;
		} else if (str_in_list(option, "sc_verify|sc_query|sc_reset|query")) {
			r->verify = domain;
			r->other = false;
		}
	}
}

static void read_command(struct reading *r)
{
	struct str rest;
	struct str program = command_program(r->evidence->origin.command, &rest);
	if (str_equal_nocase(program, STR("nltest")))
		read_nltest(r, rest);
	r->cmdlet = str_equal_nocase(program, STR("Test-ComputerSecureChannel"));
	for (struct str word; r->cmdlet && (word = str_word(&rest)).size;)
		if (str_equal_nocase(word, STR("-Server")))
			r->server = str_word(&rest);
}

static struct fact *begin_controller(struct reading *r, const struct line *line)
{
	r->channel = NULL;
	r->controller = fact_add(r->facts, &domain_controller, line);
	fact_put(r->facts, r->controller, NULL, "domain", r->locate);
	return r->controller;
}

static struct fact *begin_channel(struct reading *r, const struct line *line)
{
	r->controller = NULL;
	r->channel = fact_add(r->facts, &secure_channel, line);
	fact_put(r->facts, r->channel, NULL, "domain", r->verify);
	return r->channel;
}

static struct fact *channel(struct reading *r, const struct line *line)
{
	return r->channel ? r->channel : begin_channel(r, line);
}

/* The first status that is not zero decides; further zeroes take nothing back. */
static void put_status(struct reading *r, const struct line *line, int64_t number)
{
	struct fact *fact = channel(r, line);
	if (fact_is(fact, "result", "broken"))
		return;
	fact_put(r->facts, fact, line, "result", number ? STR("broken") : STR("ok"));
	if (number)
		fact_put_number(r->facts, fact, line, "code", code_of(number));
}

static void on_control_failure(struct reading *r, const struct line *line, int64_t number)
{
	struct fact *fact = begin_channel(r, line);
	fact_put(r->facts, fact, line, "result", number == 5 ? STR("denied") : STR("broken"));
	fact_put_number(r->facts, fact, line, "code", code_of(number));
	r->channel = NULL;
}

static void on_locate_failure(struct reading *r, const struct line *line, int64_t number)
{
	struct fact *fact = begin_controller(r, line);
	fact_put(r->facts, fact, line, "result", STR("failed"));
	fact_put_number(r->facts, fact, line, "code", code_of(number));
	r->controller = NULL;
}

/* The rows below "DC:". */
static bool read_controller_row(struct reading *r, const struct line *line)
{
	struct str value, name;
	if (labelled(line->text, STR("DC: "), &value) && unc_name(value, &name)) {
		begin_controller(r, line);
		fact_put(r->facts, r->controller, line, "dc", name);
		fact_put(r->facts, r->controller, line, "result", STR("ok"));
		return true;
	}
	if (!r->controller)
		return false;
	if (labelled(line->text, STR("Address: "), &value) && unc_name(value, &name))
		fact_put(r->facts, r->controller, line, "address", name);
	else if (labelled(line->text, STR("Our Site Name: "), &value))
		fact_put(r->facts, r->controller, line, "site", value);
	else if (labelled(line->text, STR("Dom Name: "), &value) && r->locate.size == 0)
		fact_put(r->facts, r->controller, line, "domain", value);
	else
		return false;
	return true;
}

static void read_channel_row(struct reading *r, const struct line *line)
{
	struct str value, name;
	int64_t number = 0;
	if (labelled(line->text, STR("Flags: "), &value) && !r->controller) {
		r->channel = NULL; /* another answer */
	} else if (labelled(line->text, STR("Trusted DC Name"), &value)) {
		if (r->channel && fact_is_set(r->channel, "dc"))
			r->channel = NULL;
		if (unc_name(value, &name))
			fact_put(r->facts, channel(r, line), line, "dc", name);
	} else if (status(line->text, &number)) {
		put_status(r, line, number);
	}
}

static bool read_cmdlet_line(struct reading *r, const struct line *line)
{
	struct str text = str_trim(line->text);
	r->cmdlet |= str_has(text, cmdlet_mark); /* printed by -Verbose */
	if (!r->cmdlet || !str_in_list(text, "True|False"))
		return false;
	bool good = str_equal_nocase(text, STR("True"));
	struct fact *fact = begin_channel(r, line);
	fact_put(r->facts, fact, NULL, "dc", r->server);
	fact_put(r->facts, fact, line, "result", good ? STR("ok") : STR("broken"));
	r->channel = NULL;
	return true;
}

static void read_line(struct reading *r, const struct line *line)
{
	int64_t number = 0;
	if (read_cmdlet_line(r, line))
		return;
	if (str_has(line->text, locate_mark) && status(line->text, &number))
		on_locate_failure(r, line, number);
	else if (str_has(line->text, control_mark) && status(line->text, &number))
		on_control_failure(r, line, number);
	else if (!read_controller_row(r, line))
		read_channel_row(r, line);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count && !r.other; i++)
		read_line(&r, &evidence->lines.at[i]);
}

static const struct fact_kind *const kinds[] = {&domain_controller, &secure_channel, NULL};

const struct parser parser_nltest = {
	.name = "nltest",
	.says = "nltest: domain controller and secure channel",
	.source = "nltest",
	.commands = "nltest|Test-ComputerSecureChannel",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
