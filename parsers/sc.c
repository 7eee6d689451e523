/*
 * sc query, queryex, qc and start (network-time, section 4).
 *
 *     SERVICE_NAME: sppsvc
 *             TYPE               : 10  WIN32_OWN_PROCESS
 *             STATE              : 1  STOPPED
 *             WIN32_EXIT_CODE    : 0  (0x0)
 *
 *     [SC] EnumQueryServicesStatus:OpenService FAILED 1060:       <- instead, and a sentence
 *
 * Each value begins with its number, and the word behind that is English on every Windows. So are
 * the labels on most; where they are not ("NOMBRE_SERVICIO"), the order is the same. The word
 * FAILED is translated too, its place is not. An error does not name the service: the command line
 * does. `net start` names a number in a translated sentence. Get-Service's table is read as far as
 * it is not cut ("...").
 */
#include "parser.h"

#include <string.h>

static const struct fact_kind service = {
	.name = "service",
	.says = "a Windows service",
	.is_state = true,
	.fields =
		{
			{"name", FACT_NAME, "short name, the same in every language", NULL,
				FACT_KEY},
			{"exists", FACT_FLAG, "no: it is not installed (error 1060)"},
			{"state", FACT_WORD, "stopped is normal for services that start on demand",
				"stopped|start-pending|stop-pending|running|continue-pending|pause-pending|paused"},
			{"start", FACT_WORD, "how it starts", "boot|system|auto|demand|disabled"},
			{"delayed", FACT_FLAG, "auto start is delayed"},
			{"exit-code", FACT_NUMBER,
				"Win32 exit code; 1077 is never started since boot"},
			{"service-exit-code", FACT_CODE, "its own exit code"},
			{"pid", FACT_NUMBER, "process id"},
			{"account", FACT_NAME, "account it runs under"},
			{"path", FACT_TEXT, "its command line"},
			{"dependencies", FACT_TEXT, "services it needs, joined by |"},
			{"error", FACT_NUMBER,
				"Win32 error of the query or of a start: 5 denied, 1058 disabled"},
			{0},
		},
};

#define LABEL_BYTES 160 /* forty letters of any script */
#define SERVICE_DOES_NOT_EXIST 1060
#define INSUFFICIENT_BUFFER 122 /* about the size that was asked with, not about the service */
#define NET_NO_SUCH_SERVICE 2185

static const char states[] =
	"|stopped|start-pending|stop-pending|running|continue-pending|pause-pending|paused";

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct fact *service; /* the block being read */
	const struct line *name_line;
	bool translated;    /* its labels are */
	const char *labels; /* by place, once known */
	int64_t place;
	struct str last_key;            /* for DEPENDENCIES, which continue below an empty label */
	char needed[LIMIT_VALUE_BYTES]; /* its dependencies so far */
	size_t needed_size;
	const struct line *needed_line;
	struct str asked; /* service that the command line names; empty when unknown */
	bool net, table;  /* `net start`; inside Get-Service's table */
	bool another;     /* asked about another machine's services */
};

/* "[SC] StartService FAILED 1058:", "[SC] OpenService FEHLER 5:", "... échec(s) 1060 :". */
static bool failed_line(struct str text, int64_t *error)
{
	text = str_trim(text);
	if (!str_starts(text, STR("[SC] ")) || !str_ends(text, STR(":")))
		return false;
	text = str_trim(str_slice(text, 0, text.size - 1));
	size_t blank = str_find_last_char(text, ' ');
	return scan_number(str_from(text, blank), error) && *error > 0;
}

static bool pair_of(struct str text, struct str *key, struct str *value)
{
	text = str_trim(text);
	size_t colon = str_find_char(str_slice(text, 0, LABEL_BYTES), ':');
	if (colon == STR_NONE)
		return false;
	*key = str_trim(str_slice(text, 0, colon));
	*value = str_trim(str_from(text, colon + 1));
	return true;
}

/* "10  WIN32_OWN_PROCESS": how the TYPE line of a block ends in every language. */
static bool type_line(struct str text)
{
	static const struct str types[] = {STR_INIT("WIN32_"), STR_INIT("KERNEL_DRIVER"),
		STR_INIT("FILE_SYSTEM_DRIVER"), STR_INIT("USER_")};
	struct str key, value;
	int64_t number = 0;
	if (!pair_of(text, &key, &value) || !scan_first_number(str_slice(value, 0, 1), &number))
		return false;
	(void)str_word(&value);
	value = str_trim_left(value);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_starts(value, types[i]))
			return true;
	return false;
}

/* "SERVICE_NAME: sppsvc", or "NOMBRE_SERVICIO: sppsvc" with a TYPE line below. */
static bool block_begins(const struct lines *lines, size_t i, struct str *name, bool *translated)
{
	struct str label;
	if (!pair_of(lines_text(lines, i), &label, name) || name->size == 0)
		return false;
	*translated = !str_equal(label, STR("SERVICE_NAME"));
	if (!*translated)
		return true;
	return str_find_char(label, '_') != STR_NONE && str_find_char(label, ' ') == STR_NONE &&
		!str_equal(label, STR("DISPLAY_NAME")) &&
		(type_line(lines_text(lines, i + 1)) || type_line(lines_text(lines, i + 2)));
}

static bool table_title(struct str text)
{
	struct str status = str_word(&text), name = str_word(&text), display = str_word(&text);
	return str_equal(status, STR("Status")) && str_equal(name, STR("Name")) &&
		str_equal(display, STR("DisplayName")) && str_is_blank(text);
}

/* PowerShell's error record, "CategoryInfo : ObjectNotFound: (sppsvc:String) [Get-Service], ...". */
static bool not_found(struct str text, struct str *name)
{
	size_t end = str_find(text, STR(":String) [Get-Service]"));
	if (end == STR_NONE)
		return false;
	text = str_slice(text, 0, end);
	size_t open = str_find_last_char(text, '(');
	*name = str_from(text, open == STR_NONE ? text.size : open + 1);
	return name->size > 0;
}

/* sc [\\SERVER] VERB NAME; Get-Service [-Name] NAME; net start NAME. */
static void read_command(struct reading *r)
{
	struct str rest, last = STR("");
	struct str program = command_program(r->evidence->origin.command, &rest);
	r->net = str_equal_nocase(program, STR("net"));
	size_t left = str_equal_nocase(program, STR("Get-Service")) ? 0 : 1;
	for (struct str word; (word = str_word(&rest)).size;) {
		if (str_ends(word, STR("="))) /* "state= all" */
			(void)str_word(&rest);
		r->another |=
			str_starts(word, STR("\\\\")) || str_in_list(word, "-ComputerName|-cn");
		if (str_starts(word, STR("\\\\")) || str_starts(word, STR("-")) ||
			str_ends(word, STR("=")))
			continue;
		if (left == 0) {
			last = word;
			break;
		}
		left--;
	}
	if (last.size > 1 && *last.at == '"')
		last = str_slice(last, 1, last.size - str_ends(last, STR("\"")));
	if (scan_is_host(last)) /* the same letters */
		r->asked = last;
}

static struct fact *add(struct reading *r, const struct line *line, struct str name)
{
	struct fact *fact = fact_add(r->facts, &service, line);
	if (name.size)
		fact_put(r->facts, fact, NULL, "name", name);
	return fact;
}

/* The word of `list` at place `number`; empty past its end. */
static struct str numbered(const char *list, int64_t number)
{
	struct str rest = str_of(list);
	while (number > 0 && rest.size) {
		(void)str_cut(&rest, '|');
		number--;
	}
	return number == 0 ? str_cut(&rest, '|') : STR("");
}

static void put_start(struct reading *r, const struct line *line, int64_t number, struct str value)
{
	fact_put(r->facts, r->service, line, "start",
		numbered("boot|system|auto|demand|disabled", number));
	if (number == 2)
		fact_put_flag(
			r->facts, r->service, line, "delayed", str_has(value, STR("(DELAYED)")));
}

/* Gathered here, because a list that is put anew with every line would cost its square. */
static void gather_dependency(struct reading *r, const struct line *line, struct str value)
{
	size_t size = r->needed_size;
	if (value.size == 0 || size + 1 + value.size > sizeof r->needed)
		return;
	if (size == 0)
		r->needed_line = line;
	else
		r->needed[size++] = '|';
	memcpy(r->needed + size, value.at, value.size);
	r->needed_size = size + value.size;
}

static void end_service(struct reading *r)
{
	if (r->service && r->needed_size)
		fact_put(r->facts, r->service, r->needed_line, "dependencies",
			(struct str){r->needed, r->needed_size});
	r->needed_size = 0;
	r->service = NULL;
}

/* Values that begin with a number which tells all. */
static void read_numbered(
	struct reading *r, const struct line *line, struct str key, struct str value)
{
	struct str rest = value, word = str_word(&rest);
	int64_t number = 0;
	if (str_equal(key, STR("SERVICE_EXIT_CODE")))
		fact_put(r->facts, r->service, line, "service-exit-code", word);
	if (!scan_number(word, &number) || number < 0)
		return;
	if (str_equal(key, STR("STATE")) && number > 0)
		fact_put(r->facts, r->service, line, "state", numbered(states, number));
	else if (str_equal(key, STR("START_TYPE")))
		put_start(r, line, number, value);
	else if (str_equal(key, STR("WIN32_EXIT_CODE")))
		fact_put_number(r->facts, r->service, line, "exit-code", number);
	else if (str_equal(key, STR("PID")) && number > 0) /* 0: it does not run */
		fact_put_number(r->facts, r->service, line, "pid", number);
}

/* The labels in the order in which they are printed, for where they are translated: the second of a
 * block, below TYPE, is told by its word. */
static const char state_labels[] =
	"STATE|WIN32_EXIT_CODE|SERVICE_EXIT_CODE|CHECKPOINT|WAIT_HINT|PID|FLAGS";
static const char config_labels[] =
	"START_TYPE|ERROR_CONTROL|BINARY_PATH_NAME|LOAD_ORDER_GROUP|TAG|DISPLAY_NAME|"
	"DEPENDENCIES|SERVICE_START_NAME";

static struct str label_by_place(struct reading *r, struct str value)
{
	struct str number = str_word(&value), word = str_word(&value);
	(void)number;
	if (!r->labels &&
		str_in_list(word,
			"STOPPED|START_PENDING|STOP_PENDING|RUNNING|"
			"CONTINUE_PENDING|PAUSE_PENDING|PAUSED"))
		r->labels = state_labels;
	else if (!r->labels &&
		str_in_list(word,
			"BOOT_START|SYSTEM_START|AUTO_START|DEMAND_START|"
			"DISABLED"))
		r->labels = config_labels;
	return r->labels ? numbered(r->labels, r->place++) : STR("");
}

static void read_pair(struct reading *r, const struct line *line)
{
	struct str key, value;
	if (!r->service || !pair_of(line->text, &key, &value))
		return;
	if (key.size == 0)
		key = r->last_key;
	else if (r->translated)
		key = label_by_place(r, value);
	r->last_key = key;
	if (str_equal(key, STR("DEPENDENCIES")))
		gather_dependency(r, line, value);
	else if (str_equal(key, STR("BINARY_PATH_NAME")))
		fact_put(r->facts, r->service, line, "path", value);
	else if (str_equal(key, STR("SERVICE_START_NAME")))
		fact_put(r->facts, r->service, line, "account", value);
	else
		read_numbered(r, line, key, value);
}

static void put_error(struct reading *r, const struct line *line, int64_t error)
{
	end_service(r);
	struct fact *fact = add(r, line, r->asked);
	if (error == SERVICE_DOES_NOT_EXIST)
		fact_put_flag(r->facts, fact, NULL, "exists", false);
	fact_put_number(r->facts, fact, NULL, "error", error);
}

/* "System error 1058 has occurred.", in any language: the one number that the line has. */
static bool read_net(struct reading *r, const struct line *line)
{
	static const int64_t errors[] = {
		2, 3, 5, 193, 577, 1053, 1058, 1060, 1067, 1068, 1069, 1070, 1072, 1075, 1079};
	int64_t number = 0;
	if (!r->net || line->text.size > 200 || !scan_first_number(line->text, &number))
		return false;
	if (str_has(line->text, STR("NET HELPMSG"))) {
		if (number == NET_NO_SUCH_SERVICE)
			put_error(r, line, SERVICE_DOES_NOT_EXIST);
		return true;
	}
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i] == number) {
			put_error(r, line, number);
			return true;
		}
	return false;
}

/* "Stopped  sppsvc             Software Protection". */
static bool read_row(struct reading *r, const struct line *line)
{
	static const char words[] =
		"|Stopped|StartPending|StopPending|Running|ContinuePending|PausePending|Paused";
	struct str rest = line->text, state = str_word(&rest), name = str_word(&rest);
	if (!r->table || state.size == 0 || !scan_is_host(name) || str_ends(name, STR(".")))
		return false;
	int64_t place = 1;
	while (!str_equal_nocase(numbered(words, place), state))
		if (++place > 7)
			return false;
	struct fact *fact = add(r, line, name);
	fact_put_flag(r->facts, fact, NULL, "exists", true);
	fact_put(r->facts, fact, NULL, "state", numbered(states, place));
	return true;
}

static void begin_block(struct reading *r, const struct line *line, struct str name)
{
	end_service(r);
	r->service = add(r, line, name);
	r->name_line = line;
	r->last_key = STR("");
	r->labels = NULL;
	r->place = 0;
	r->table = false;
	fact_put_flag(r->facts, r->service, NULL, "exists", true);
}

static void read_line(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str text = str_trim(line->text), name;
	int64_t error = 0;
	bool translated = false;
	if (block_begins(&r->evidence->lines, i, &name, &translated)) {
		if (translated && r->service && r->name_line + 1 == line)
			return; /* the display name */
		r->translated = translated;
		begin_block(r, line, name);
	} else if (failed_line(text, &error)) {
		if (error != INSUFFICIENT_BUFFER)
			put_error(r, line, error);
	} else if (not_found(text, &name)) {
		fact_put_flag(r->facts, add(r, line, name), NULL, "exists", false);
	} else if (table_title(text)) {
		end_service(r);
		r->table = true;
	} else if (!read_row(r, line) && !read_net(r, line)) {
		read_pair(r, line);
	}
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i)), name;
	int64_t error = 0;
	bool translated = false;
	return block_begins(lines, i, &name, &translated) || failed_line(text, &error) ||
		table_title(text) || not_found(text, &name) ||
		str_starts(text, STR("[SC] QueryServiceConfig "));
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count && !r.another; i++)
		read_line(&r, i);
	end_service(&r);
}

static const struct fact_kind *const kinds[] = {&service, NULL};

const struct parser parser_sc = {
	.name = "sc",
	.says = "sc query, queryex and qc",
	.source = "scm",
	.commands = "sc|Get-Service|net start",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
