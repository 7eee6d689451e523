/*
 * slmgr.vbs: /dli /dlv /xpr /ato /ipk /skms and the rest (slmgr-format).
 *
 * What it prints is product blocks (slmgr_block.c), or a sentence that says what became of the
 * call:
 *
 *     Activating Windows(R), Enterprise edition (73111121-5638-40f6-bc11-f1d7b0d64300) ...
 *     Error: 0xC004F074 The Software Licensing Service reported that ...
 *
 * Sentences are translated. Codes, the product in brackets, a key or a host in the sentence, and
 * the command line say what it was about; where a command line is known, output without an error is
 * its success. "On a computer running Microsoft Windows non-core edition, run 'slui.exe 0x2a
 * 0xC004F069' ..." only means that slmgr has no text for the code (S8). Nothing at all is printed
 * when the script is killed, or runs under wscript (S4, S5).
 */
#include "slmgr.h"

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct slmgr_words words;
	struct slmgr_block block;
	bool skipping;              /* a look-alike's block */
	struct str command;         /* verb of the command line; empty when unknown */
	struct str argument;        /* what follows it */
	bool redirected;            /* its output went elsewhere */
	struct fact *result, *last; /* any result at all; the last one */
	struct fact *listing;       /* the result of /dli or /dlv */
	struct str product, guid;   /* of "Activating ..." */
	const struct line *activating;
	const struct line *sentence; /* first line that may be a success in words we do not know */
	bool usage, listing_objects, objects_seen;
	struct fact *object; /* of /ao-list */
	const struct line *name_line;
	const struct line *wmi_line;
};

static const struct {
	const char *option, *verb;
} verbs[] = {
	{"ato", "ato"},
	{"ipk", "ipk"},
	{"upk", "upk"},
	{"skms", "skms"},
	{"ckms", "ckms"},
	{"skms-domain", "skms-domain"},
	{"ckms-domain", "ckms-domain"},
	{"dli", "dli"},
	{"dlv", "dlv"},
	{"xpr", "xpr"},
	{"rearm", "rearm"},
	{"rearm-app", "rearm"},
	{"rearm-sku", "rearm"},
	{"rilc", "rilc"},
	{"act-type", "act-type"},
	{"cpky", "cpky"},
	{"skhc", "caching"},
	{"ckhc", "caching"},
	{"ao-list", "ao-list"},
};

static struct str verb_of(struct str option)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (str_equal_nocase(option, str_of(verbs[i].option)))
			return str_of(verbs[i].verb);
	return STR("other");
}

/* slmgr.vbs [MACHINE [USER PASSWORD]] /OPTION [ARGUMENT]. */
static void read_command(struct reading *r)
{
	struct str command = r->evidence->origin.command, rest;
	(void)command_program(command, &rest);
	r->redirected =
		str_find_char(command, '>') != STR_NONE || str_find_char(command, '|') != STR_NONE;
	for (struct str word; (word = str_word(&rest)).size;) {
		if (str_starts(word, STR("//")))
			continue;
		if (word.size > 1 && (*word.at == '/' || *word.at == '-')) {
			r->command = verb_of(str_from(word, 1));
			r->argument = str_word(&rest);
			return;
		}
	}
}

static bool command_is(const struct reading *r, const char *list)
{
	return r->command.size && str_in_list(r->command, list);
}

static struct fact *add_result(
	struct reading *r, const struct line *line, struct str verb, const char *result)
{
	struct fact *fact = fact_add(r->facts, &kind_slmgr_result, line);
	fact_put(r->facts, fact, NULL, "verb", verb);
	fact_put(r->facts, fact, NULL, "result", str_of(result));
	if (r->activating && str_equal(verb, STR("ato"))) {
		fact_put(r->facts, fact, r->activating, "product", r->product);
		fact_put(r->facts, fact, r->activating, "activation-id", r->guid);
	}
	r->result = r->last = fact;
	r->activating = NULL;
	return fact;
}

/* Codes that only an attempt to activate can give: no KMS host found, asked, or willing; activation
 * servers (error-codes, sections 1 and 3). */
static bool is_attempt_code(uint32_t code)
{
	static const uint32_t known[] = {0xC004F074, 0xC004F038, 0xC004F039, 0xC004F041, 0xC004F042,
		0xC004F06C, 0x8007232A, 0x8007232B, 0x8007251D, 0x8007267C, 0x80092328, 0xC004B100,
		0xC004C001, 0xC004C003, 0xC004C008, 0xC004C017, 0xC004C020, 0xC004C021};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i] == code)
			return true;
	return false;
}

static struct fact *add_failure(struct reading *r, const struct line *line, uint32_t code)
{
	struct str verb = r->activating ? STR("ato")
		: r->command.size       ? r->command
		: is_attempt_code(code) ? STR("ato")
					: STR("unknown");
	struct fact *fact = add_result(r, line, verb, "failure");
	if (code)
		fact_put_number(r->facts, fact, NULL, "code", code);
	return fact;
}

static void end_block(struct reading *r)
{
	slmgr_block_end(&r->block);
	r->skipping = false;
}

/* One result for each listing: /dlv prints the service's version and ids, /dli does not. */
static void note_listing(struct reading *r, const struct line *line)
{
	bool verbose = r->block.licence && fact_is_set(r->block.licence, "service-version");
	if (r->listing && !verbose)
		return;
	r->listing = add_result(r, line,
		command_is(r, "dli|dlv") ? r->command
			: verbose        ? STR("dlv")
					 : STR("dli"),
		"success");
}

/* A block without a service's version above it: the first of a listing tells by its ids. */
static void correct_listing(struct reading *r)
{
	if (r->listing && fact_is_set(r->block.licence, "activation-id") &&
		!command_is(r, "dli|dlv"))
		fact_put(r->facts, r->listing, NULL, "verb", STR("dlv"));
}

static size_t read_block_start(struct reading *r, size_t i, bool look_alike)
{
	end_block(r);
	r->skipping = look_alike;
	if (look_alike)
		return i;
	size_t last = slmgr_block_start(&r->block, i);
	note_listing(r, &r->evidence->lines.at[i]);
	return last;
}

/* The outcome, in the same line or the next one that says anything. */
static size_t read_activating(struct reading *r, size_t i)
{
	struct str rest, value;
	end_block(r);
	(void)slmgr_is_activating(&r->evidence->lines, i, &r->product, &r->guid, &rest);
	r->activating = &r->evidence->lines.at[i];
	/* Web pages run the sentence on behind the dots. */
	if (rest.size > 3 && *rest.at != '.' && !slmgr_split(rest, &value, &value))
		(void)add_result(r, r->activating, STR("ato"), "success");
	return i;
}

static void read_host_error(struct reading *r, const struct line *line)
{
	uint32_t code = 0;
	end_block(r);
	bool known = scan_first_code(line->text, &code, NULL);
	struct fact *fact = add_failure(r, line, known ? code : 0);
	fact_put(r->facts, fact, NULL, "where", STR("script-host"));
}

static bool is_registry(struct str text)
{
	static const struct str words[] = {STR_INIT("registry"), STR_INIT("レジストリ"),
		STR_INIT("Registrierung"), STR_INIT("Registre"), STR_INIT("Registro"),
		STR_INIT("注册表"), STR_INIT("登錄"), STR_INIT("레지스트리"), STR_INIT("реестр"),
		STR_INIT("registro di sistema")};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_has_nocase(text, words[i]))
			return true;
	return false;
}

/* "Error 0x80041003 occurred in connecting to ...": a code inside a sentence, without a colon. */
static bool read_connect_error(struct reading *r, const struct line *line, enum slmgr_label known)
{
	uint32_t code;
	bool wmi = known == SLMGR_ERROR_WMI || str_has(line->text, STR("WMI"));
	bool registry = known == SLMGR_ERROR_REGISTRY || (!wmi && is_registry(line->text));
	if (str_blank_left(line->text) > 0 || !scan_first_code(line->text, &code, NULL) ||
		!(wmi || registry || known == SLMGR_ERROR_OTHER))
		return false;
	end_block(r);
	struct fact *fact = add_failure(r, line, code);
	if (wmi || registry)
		fact_put(r->facts, fact, NULL, "where", wmi ? STR("wmi") : STR("registry"));
	return true;
}

/* The sentence that stands for an error text is split off by mail; its code is the error's (S8). */
static bool read_slui(struct reading *r, const struct line *line)
{
	static const struct str mark = STR_INIT("slui.exe 0x2a 0x");
	size_t at = str_find_nocase(line->text, mark);
	uint32_t code;
	if (at == STR_NONE ||
		!scan_first_code(str_from(line->text, at + mark.size - 2), &code, NULL))
		return at != STR_NONE;
	bool near = r->last && r->last->line->number + 3 >= line->number &&
		fact_is(r->last, "result", "failure");
	if (near && !fact_is_set(r->last, "code"))
		fact_put_number(r->facts, r->last, line, "code", code);
	else if (!near)
		(void)add_failure(r, line, code);
	return true;
}

/* The date in a sentence: from its first digit to its last, and what tells morning from
 * afternoon. */
static struct str date_in(struct str text)
{
	size_t from = 0, to = text.size;
	while (from < text.size && !char_is_digit(text.at[from]))
		from++;
	while (to > from && !char_is_digit(text.at[to - 1]))
		to--;
	struct str rest = str_from(text, to), word = str_word(&rest);
	if (str_in_list(word, "AM|PM|a.m.|p.m."))
		to = (size_t)(word.at - text.at) + word.size;
	return str_slice(text, from, to);
}

static bool year_in(struct str date, int64_t *year)
{
	for (size_t i = 0; i < date.size;) {
		size_t end = i;
		while (end < date.size && char_is_digit(date.at[end]))
			end++;
		if (end - i == 4 && scan_number(str_slice(date, i, end), year))
			return true;
		i = end + (end == i);
	}
	return false;
}

static size_t read_expiry(struct reading *r, size_t i, struct str product)
{
	const struct line *line = &r->evidence->lines.at[i], *next = line + 1;
	struct str text = str_trim(next->text), value, date = date_in(text);
	int64_t year;
	end_block(r);
	struct fact *fact = fact_add(r->facts, &kind_licence_expiry, line);
	fact_put(r->facts, fact, NULL, "product", product);
	const char *state = slmgr_expiry_state(slmgr_find(&r->words, text, &value));
	if (!state)
		state = slmgr_expiry_word(text);
	if (!state && date.size >= 6)
		state = "dated";
	if (state)
		fact_put(r->facts, fact, next, "state", str_of(state));
	if (date.size >= 6)
		fact_put(r->facts, fact, next, "date", date);
	if (date.size >= 6 && year_in(date, &year))
		fact_put_number(r->facts, fact, next, "year", year);
	if (!r->last || !fact_is(r->last, "verb", "xpr"))
		(void)add_result(r, line, STR("xpr"), "success");
	return i + 1;
}

static bool has_guid_value(struct str text)
{
	struct str label, value;
	return slmgr_split(text, &label, &value) && scan_is_guid(value);
}

static void put_object(struct reading *r, const struct line *line, struct str name)
{
	r->object = fact_add(r->facts, &kind_activation_object, line);
	fact_put(r->facts, r->object, NULL, "result", STR("listed"));
	if (name.size)
		fact_put(r->facts, r->object, NULL, "name", name);
	r->objects_seen = true;
}

static void put_no_object(struct reading *r, const struct line *line, const char *why)
{
	struct fact *fact = fact_add(r->facts, &kind_activation_object, line);
	fact_put(r->facts, fact, NULL, "result", str_of(why));
	r->objects_seen = true;
	r->name_line = NULL;
}

static void put_no_schema(struct reading *r, const struct line *line)
{
	put_no_object(r, line, "no-schema");
	(void)add_result(r, line, STR("ao-list"), "failure");
}

/* /ao-list: names, each above its own lines, which are indented further. */
static void read_object_line(struct reading *r, size_t i, enum slmgr_label known)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str label, value = STR("");
	bool has_value = slmgr_split(line->text, &label, &value);
	if (known == SLMGR_OBJECTS_NONE) {
		put_no_object(r, line, "none");
	} else if (has_guid_value(lines_text(&r->evidence->lines, i + 1))) {
		put_object(r, line, known == SLMGR_OBJECT_NAME ? value : str_trim(line->text));
	} else if (r->object && scan_is_guid(value)) {
		fact_put(r->facts, r->object, line, "activation-id", value);
	} else if (r->object && slmgr_is_pid(value)) {
		fact_put(r->facts, r->object, line, "extended-pid", value);
	} else if (r->object && str_starts_nocase(value, STR("CN="))) {
		fact_put(r->facts, r->object, line, "dn", value);
	} else if (r->object && value.size == 5) {
		fact_put(r->facts, r->object, line, "partial-key", value);
	} else if (!has_value && str_blank_left(line->text) >= 2 && !r->objects_seen) {
		r->name_line = line; /* "No objects found" in words we do not know */
	}
}

static void put_host(
	struct reading *r, struct fact *fact, const struct line *line, struct str value)
{
	struct str host = STR("");
	int64_t port = -1;
	if (!(value.size && scan_host_port(value, &host, &port)) &&
		!slmgr_first_host(line->text, &host, &port) &&
		!(r->argument.size && str_has_nocase(line->text, r->argument) &&
			scan_host_port(r->argument, &host, &port)))
		return;
	fact_put(r->facts, fact, NULL, "host", host);
	if (port >= 0)
		fact_put_number(r->facts, fact, NULL, "port", port);
}

static const struct {
	enum slmgr_label label;
	const char *verb;
} successes[] = {
	{SLMGR_ACTIVATED, "ato"},
	{SLMGR_KEY_INSTALLED, "ipk"},
	{SLMGR_KEY_REMOVED, "upk"},
	{SLMGR_KEY_CLEARED, "cpky"},
	{SLMGR_HOST_SET, "skms"},
	{SLMGR_HOST_CLEARED, "ckms"},
	{SLMGR_DOMAIN_SET, "skms-domain"},
	{SLMGR_DOMAIN_CLEARED, "ckms-domain"},
	{SLMGR_TYPE_SET, "act-type"},
	{SLMGR_REARMED, "rearm"},
	{SLMGR_REINSTALLED, "rilc"},
	{SLMGR_CACHING_ON, "caching"},
	{SLMGR_CACHING_OFF, "caching"},
	{SLMGR_SETTING_MADE, "other"},
};

/* A sentence whose words are known. */
static bool read_known(
	struct reading *r, const struct line *line, enum slmgr_label known, struct str value)
{
	for (size_t i = 0; i < sizeof successes / sizeof *successes; i++) {
		if (successes[i].label != known)
			continue;
		struct fact *fact = add_result(r, line, str_of(successes[i].verb), "success");
		if (known == SLMGR_HOST_SET || known == SLMGR_DOMAIN_SET)
			put_host(r, fact, line, value);
		return true;
	}
	bool ours = r->activating || r->command.size; /* other programs say "Error: ..." too */
	if ((known == SLMGR_ERROR && ours) || known == SLMGR_ERROR_OTHER ||
		known == SLMGR_WRONG_OPTION)
		(void)add_failure(r, line, 0);
	else if (known == SLMGR_OBJECTS_NO_SCHEMA)
		put_no_schema(r, line);
	else if (known == SLMGR_OBJECTS)
		r->listing_objects = true;
	else
		return known != SLMGR_UNKNOWN;
	return true;
}

/* "WORD: sentence" may be an error or a warning; which, its words would have to tell. The colon of
 * "host:1688" is none of this kind. */
static bool is_prefixed(struct str text)
{
	struct str label, value;
	if (!slmgr_split(text, &label, &value) || label.size > 48 || value.size == 0)
		return false;
	return value.at[-1] != ':';
}

/* A sentence in words we do not know: what is in it tells, or what was asked. */
static void read_unknown(struct reading *r, const struct line *line)
{
	struct str host;
	int64_t port = -1;
	uint32_t code;
	bool prefixed = is_prefixed(line->text);
	if (r->command.size && scan_first_code(line->text, &code, NULL) && code >> 31) {
		(void)add_failure(r, line, code);
	} else if (r->activating) {
		(void)add_result(r, line, STR("ato"), prefixed ? "failure" : "success");
	} else if (slmgr_has_key(line->text) && !prefixed) {
		(void)add_result(r, line, STR("ipk"), "success");
	} else if (!prefixed && !r->command.size && slmgr_first_host(line->text, &host, &port) &&
		port > 0 && port <= 0xFFFF) {
		put_host(r, add_result(r, line, STR("skms"), "success"), line, STR(""));
	} else if (!prefixed && !r->sentence) {
		r->sentence = line;
	}
}

/* slmgr's own "Error: CODE text". A word of which we do not know that it means "error", with a
 * bare number, may be anything, unless an answer to a call is due. */
static bool is_error(const struct reading *r, struct str text, uint32_t *code)
{
	struct str value;
	if (!slmgr_is_error(text, code))
		return false;
	bool due = !r->block.licence && (r->activating || r->command.size);
	return due || scan_first_code(str_slice(text, 0, 64), code, NULL) ||
		slmgr_find(&r->words, str_slice(text, 0, 64), &value) == SLMGR_ERROR;
}

static void read_sentence(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str value;
	uint32_t code;
	enum slmgr_label known = slmgr_find(&r->words, line->text, &value);
	if (is_error(r, line->text, &code)) {
		end_block(r);
		(void)add_failure(r, line, code);
	} else if (read_connect_error(r, line, known) || read_slui(r, line)) {
		return;
	} else if (r->listing_objects || (command_is(r, "ao-list") && str_blank_left(line->text))) {
		read_object_line(r, i, known);
	} else if (slmgr_is_usage(line->text)) {
		r->usage = true;
	} else if (known == SLMGR_WARNING || read_known(r, line, known, value)) {
		return;
	} else if (!(r->last && r->last->line + 3 > line &&
			   fact_is(r->last, "result", "failure"))) {
		read_unknown(r, line); /* not the rest of an error's wrapped sentence */
	}
}

/* Lines of a block of which the beginning was not copied: only words can tell. */
static bool opens_cut_block(const struct reading *r, const struct line *line)
{
	struct str value;
	enum slmgr_label known = slmgr_find(&r->words, line->text, &value);
	return known >= SLMGR_NAME && known < SLMGR_CACHING_ON && known != SLMGR_HEADING;
}

static void read_other(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	uint32_t code;
	if (r->skipping)
		return;
	if (r->block.licence && !is_error(r, line->text, &code) &&
		slmgr_block_line(&r->block, line)) {
		correct_listing(r);
		return;
	}
	if (!r->block.licence && !r->listing_objects && !r->activating &&
		opens_cut_block(r, line)) {
		slmgr_block_open(&r->block, line);
		note_listing(r, line);
		if (slmgr_block_line(&r->block, line))
			return;
	}
	read_sentence(r, i);
}

static size_t read_line(struct reading *r, size_t i)
{
	const struct lines *lines = &r->evidence->lines;
	struct str text = lines->at[i].text, one, two, three;
	bool look_alike;
	uint32_t code;
	if (str_is_blank(text))
		slmgr_block_blank(&r->block);
	if (str_is_blank(text) || slmgr_is_banner(text))
		return i;
	if (slmgr_block_begins(lines, i, &look_alike))
		return read_block_start(r, i, look_alike);
	if (slmgr_is_activating(lines, i, &one, &two, &three))
		return read_activating(r, i);
	if (!r->block.licence && slmgr_is_expiry(lines, i, &one))
		return read_expiry(r, i, one);
	if (slmgr_is_host_error(text)) {
		read_host_error(r, &lines->at[i]);
	} else if (!r->block.licence && slmgr_is_refused(text, &code)) {
		(void)add_failure(r, &lines->at[i], code);
	} else if ((!r->block.licence || r->block.status_seen) && slmgr_is_version(text, &one) &&
		str_blank_left(text) == 0) {
		end_block(r);
		r->block.version = one;
		r->block.version_line = &lines->at[i];
	} else {
		read_other(r, i);
	}
	return i;
}

static bool said_nothing(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->lines.count; i++)
		if (!str_is_blank(evidence->lines.at[i].text) &&
			!slmgr_is_banner(evidence->lines.at[i].text))
			return false;
	return true;
}

/* What is left to say once all lines are read: an answer that only the command line explains. */
static void conclude(struct reading *r)
{
	const struct evidence *evidence = r->evidence;
	if (r->name_line && !r->objects_seen)
		put_no_object(r, r->name_line, "none");
	if (r->objects_seen && !r->result && r->command.size)
		(void)add_result(r, &evidence->lines.at[0], STR("ao-list"), "success");
	if (r->result || !r->command.size || evidence->lines.count == 0)
		return;
	if (said_nothing(evidence)) {
		if (!r->redirected)
			(void)add_result(r, &evidence->lines.at[0], r->command, "silent");
	} else if (r->usage && !command_is(r, "other")) {
		(void)add_failure(r, &evidence->lines.at[0], 0);
	} else if (r->sentence && !r->usage && command_is(r, "ao-list")) {
		if (str_has(r->sentence->text, STR("Active Directory")))
			put_no_schema(r, r->sentence);
	} else if (r->sentence && !r->usage && !command_is(r, "dli|dlv|xpr|ato")) {
		struct fact *fact = add_result(r, r->sentence, r->command, "success");
		if (command_is(r, "skms|skms-domain"))
			put_host(r, fact, r->sentence, STR(""));
	}
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	if (evidence->lines.count)
		r.words = slmgr_words_of(evidence, facts);
	r.block = (struct slmgr_block){.evidence = evidence, .facts = facts, .words = &r.words};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count; i++)
		i = read_line(&r, i);
	end_block(&r);
	conclude(&r);
}

static const struct fact_kind *const kinds[] = {&kind_licence, &kind_kms_client, &kind_kms_host,
	&kind_slmgr_result, &kind_licence_expiry, &kind_activation_object, NULL};

const struct parser parser_slmgr = {
	.name = "slmgr",
	.says = "slmgr.vbs: /dli /dlv /xpr /ato /ipk /skms and the rest",
	.source = "slmgr",
	.commands = "slmgr|slmgr.vbs",
	.kinds = kinds,
	.opens = slmgr_opens,
	.parse = parse,
};
