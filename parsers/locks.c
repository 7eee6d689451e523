/*
 * Who has a file open: Restart Manager as the collector lists it (docs/bundle-format.md), Sysinternals handle,
 * openfiles /query, and the table of "Associated handles" copied from Resource Monitor.
 *
 *     # actdx restart-manager 1                                    <- then a line per file and process, tabs between:
 *     2820  2026-11-24T08:01:12Z  service  Contoso AV  cav  no  C:\Windows\System32\spp\store\2.0\tokens.dat
 *     MsMpEng.exe   pid: 2820   type: File   A8C: C:\...           <- handle NAME
 *     A8C: File  (RW-)   C:\...                                    <- handle -p, below "MsMpEng.exe pid: 2820 ..."
 *     MsMpEng.exe   2820   File   C:\...                           <- Resource Monitor, tabs between
 *     2820  MsMpEng.exe  C:\...                                    <- openfiles: table, list or CSV, words translated
 *
 * An open file is not yet a locked one: only Restart Manager is asked about files that could not be opened. The
 * licensing service has its own store open; that is normal.
 */
#include "parser.h"

static const struct fact_kind file_in_use = {
	.name = "file-in-use",
	.says = "a file that a process has open, or the answer that none has",
	.fields =
		{
			{"path", FACT_NAME, "the file, as printed", NULL, FACT_KEY},
			{"what", FACT_WORD,
				"what it belongs to: token-store: the licensing store; licensing: other files of "
				"licensing; temp: a temporary folder",
				"token-store|licensing|temp|other"},
			{"process", FACT_TEXT, "program, or name of the application", NULL,
				FACT_KEY},
			{"pid", FACT_NUMBER, "its process id"},
			{"service", FACT_NAME, "the service it runs, when told"},
			{"own", FACT_FLAG, "it is part of licensing itself"},
			{"state", FACT_WORD,
				"open; free: Restart Manager knows no process that has it; failed: Restart Manager "
				"gave an error",
				"open|free|failed"},
			{"code", FACT_CODE, "the error"},
			{"by", FACT_WORD, "who tells",
				"restart-manager|handle|openfiles|resource-monitor"},
			{0},
		},
};

static const struct str rm_header = STR_INIT("# actdx restart-manager 1");

struct row {
	struct str process, pid, path;
	int numbers; /* openfiles prints an id first, then, when it was asked for, the process id */
};

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	const char *by;          /* of the table that is open */
	struct str process, pid; /* handle -p: of the section */
	struct row record;       /* openfiles /fo list */
};

static const char *what_of(struct str path)
{
	if (str_has_nocase(path, STR("\\spp\\store\\")) ||
		str_has_nocase(path, STR("\\tokens.dat")) ||
		str_has_nocase(path, STR("\\SoftwareProtectionPlatform\\")))
		return "token-store";
	if (str_has_nocase(path, STR("\\System32\\spp\\")) ||
		str_has_nocase(path, STR("\\slmgr")) || str_has_nocase(path, STR("\\sppsvc.exe")) ||
		str_has_nocase(path, STR("\\sppobjs.dll")))
		return "licensing";
	return str_has_nocase(path, STR("\\Temp\\")) ? "temp" : "other";
}

static struct fact *add(struct reading *r, const struct line *line, const char *by, struct str path)
{
	struct fact *fact = fact_add(r->facts, &file_in_use, line);
	fact_put(r->facts, fact, NULL, "path", path);
	fact_put(r->facts, fact, NULL, "what", str_of(what_of(path)));
	fact_put(r->facts, fact, NULL, "by", str_of(by));
	return fact;
}

static void put_process(struct reading *r, struct fact *fact, struct str process, struct str pid)
{
	if (process.size) {
		fact_put(r->facts, fact, NULL, "process", process);
		fact_put_flag(r->facts, fact, NULL, "own",
			str_in_list(process, "sppsvc.exe|SppExtComObj.exe|osppsvc.exe|slui.exe"));
	}
	fact_put(r->facts, fact, NULL, "pid", pid);
	fact_put(r->facts, fact, NULL, "state", STR("open"));
}

/* "C:\..." or "\\server\share\...". */
static bool is_path(struct str text)
{
	return str_starts(text, STR("\\\\")) ||
		(text.size > 3 && char_is_alpha(text.at[0]) && text.at[1] == ':' &&
			text.at[2] == '\\');
}

static bool is_program(struct str text)
{
	return text.size > 4 && text.size < 260 && str_ends_nocase(text, STR(".exe"));
}

/*
 * Restart Manager: pid, start time, type, application, service, restartable, path
 */

static bool rm_line(struct reading *r, const struct line *line)
{
	struct str rest = line->text, cell[7];
	for (int i = 0; i < 6; i++)
		cell[i] = str_cut(&rest, '\t');
	cell[6] = str_trim(rest);
	if (!is_path(cell[6]))
		return false;
	struct fact *fact = add(r, line, "restart-manager", cell[6]);
	uint32_t code = 0;
	if (str_equal(cell[2], STR("none"))) {
		fact_put(r->facts, fact, NULL, "state", STR("free"));
	} else if (str_starts(cell[2], STR("error"))) {
		fact_put(r->facts, fact, NULL, "state", STR("failed"));
		if (scan_first_code(cell[2], &code, NULL))
			fact_put_number(r->facts, fact, NULL, "code", code);
	} else {
		put_process(r, fact, cell[3], cell[0]);
		if (cell[4].size)
			fact_put(r->facts, fact, NULL, "service", cell[4]);
		if (str_equal_nocase(cell[4], STR("sppsvc")))
			fact_put_flag(r->facts, fact, NULL, "own", true);
	}
	return true;
}

/*
 * Sysinternals handle
 */

/* "MsMpEng.exe   pid: 2820   type: File ..." or, of a section, "MsMpEng.exe pid: 2820 NT AUTHORITY\SYSTEM". */
static bool handle_process(struct str text, struct str *process, struct str *pid, struct str *rest)
{
	size_t at = str_find(str_slice(text, 0, 280), STR("pid: "));
	int64_t number = 0;
	if (at == STR_NONE || at == 0)
		return false;
	*process = str_trim(str_slice(text, 0, at));
	*rest = str_from(text, at + 5);
	*pid = str_word(rest);
	return scan_number(*pid, &number) && str_find_char(*process, '\\') == STR_NONE;
}

/* "A8C: C:\...", or "A8C: File  (RW-)   C:\...". */
static bool handle_of_file(struct str text, struct str *path)
{
	text = str_trim(text);
	size_t colon = str_find_char(str_slice(text, 0, 12), ':');
	uint64_t number = 0;
	if (colon == STR_NONE || colon < 2)
		return false;
	for (size_t i = 0; i < colon; i++)
		number += !char_is_hex(text.at[i]);
	*path = str_trim(str_from(text, colon + 1));
	if (number == 0 && str_starts(*path, STR("File "))) {
		*path = str_trim(str_from(*path, 5));
		if (str_starts(*path, STR("(")))
			*path = str_trim(str_from(*path, 5));
	}
	return number == 0 && is_path(*path);
}

static bool handle_line(struct reading *r, const struct line *line)
{
	static const struct str type = STR_INIT("type: File");
	struct str process, pid, rest, path;
	if (handle_process(line->text, &process, &pid, &rest)) {
		size_t at = str_find(rest, type);
		r->process = process;
		r->pid = pid;
		if (at == STR_NONE)
			return true;
		rest = str_from(rest, at + type.size);
		/* -u prints the account before the handle */
		for (size_t i = 0; i + 1 < rest.size && i < 200; i++)
			if (rest.at[i] == ' ' && handle_of_file(str_from(rest, i), &path)) {
				put_process(r, add(r, line, "handle", path), process, pid);
				break;
			}
		return true;
	}
	if (!r->process.size || !handle_of_file(line->text, &path))
		return false;
	put_process(r, add(r, line, "handle", path), r->process, r->pid);
	return true;
}

/*
 * Tables: Resource Monitor, openfiles
 */

static void take_cell(struct row *row, struct str cell)
{
	int64_t number = 0;
	cell = str_trim(cell);
	if (is_path(cell))
		row->path = cell;
	else if (is_program(cell))
		row->process = cell;
	else if (scan_number(cell, &number) && number > 0) {
		row->pid = cell;
		row->numbers++;
	}
}

static bool tab_row(struct str text, struct row *row)
{
	bool file = false;
	*row = (struct row){.numbers = 0};
	for (int i = 0; text.size && i < 8; i++) {
		struct str cell = str_trim(str_cut(&text, '\t'));
		file |= str_equal(cell, STR("File"));
		take_cell(row, cell);
	}
	return file && row->process.size && row->path.size;
}

static bool csv_row(struct str text, struct row *row)
{
	*row = (struct row){.numbers = 0};
	text = str_trim(text);
	while (str_starts(text, STR("\""))) {
		text = str_from(text, 1);
		take_cell(row, str_cut(&text, '"'));
		text = str_starts(text, STR(",")) ? str_from(text, 1) : text;
	}
	return row->process.size && row->path.size;
}

/* Columns of blanks: the path is last and may hold blanks itself; the program is the word before it. */
static bool table_row(struct str text, struct row *row)
{
	*row = (struct row){.numbers = 0};
	struct str rest = text;
	for (int i = 0; i < 12; i++) {
		rest = str_trim_left(rest);
		if (is_path(rest)) {
			row->path = str_trim_right(rest);
			break;
		}
		struct str word = str_word(&rest);
		if (word.size == 0)
			break;
		take_cell(row, word);
	}
	return row->process.size && row->path.size;
}

/* A row of openfiles. */
static void put_row(struct reading *r, const struct line *line, const struct row *row)
{
	if (row->process.size)
		put_process(r, add(r, line, "openfiles", row->path), row->process,
			row->numbers > 1 ? row->pid : STR(""));
}

/* "Process Name:   MsMpEng.exe", labels translated; a record ends with its path, which stands last. */
static bool list_line(struct reading *r, const struct line *line)
{
	struct str text = str_trim(line->text);
	size_t colon = str_find_char(str_slice(text, 0, 80), ':');
	if (colon == STR_NONE || colon < 2)
		return false;
	take_cell(&r->record, str_from(text, colon + 1));
	if (r->record.path.size) {
		put_row(r, line, &r->record);
		r->record = (struct row){.numbers = 0};
	}
	return true;
}

static bool is_openfiles(const struct reading *r)
{
	struct str rest;
	struct str program = command_program(r->evidence->origin.command, &rest);
	return str_equal_nocase(program, STR("openfiles")) ||
		(r->by && str_equal(str_of(r->by), STR("openfiles")));
}

static bool only_of(struct str text, const char *chars, size_t at_least)
{
	size_t count = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] != chars[0] && text.at[i] != chars[1])
			return false;
		count += text.at[i] == chars[0];
	}
	return count >= at_least;
}

/* The line below the titles of openfiles' table: groups of equal signs. A row with a program and a path follows. */
static bool openfiles_table(const struct lines *lines, size_t i)
{
	struct row row;
	struct str text = str_trim(lines_text(lines, i));
	return only_of(text, "= ", 12) && str_find_char(text, ' ') != STR_NONE &&
		(table_row(lines_text(lines, i + 1), &row) ||
			table_row(lines_text(lines, i + 2), &row));
}

static bool handle_line_opens(struct str text)
{
	struct str process, pid, rest;
	return str_has(text, STR("type: File")) && handle_process(text, &process, &pid, &rest);
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i);
	struct row row;
	return str_starts(text, rm_header) || handle_line_opens(text) || tab_row(text, &row) ||
		openfiles_table(lines, i) || str_has(text, STR(" - Handle viewer"));
}

static void read_line(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct row row;
	if (str_starts(line->text, rm_header))
		r->by = "restart-manager";
	else if (openfiles_table(&r->evidence->lines, i))
		r->by = "openfiles";
	else if (r->by && str_equal(str_of(r->by), STR("restart-manager")) && rm_line(r, line))
		return;
	else if (tab_row(line->text, &row))
		put_process(r, add(r, line, "resource-monitor", row.path), row.process, row.pid);
	else if (is_openfiles(r)) {
		if (csv_row(line->text, &row) || table_row(line->text, &row))
			put_row(r, line, &row);
		else if (!list_line(r, line) && str_is_blank(line->text))
			r->record = (struct row){.numbers = 0};
	} else {
		(void)handle_line(r, line);
	}
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	for (size_t i = 0; i < evidence->lines.count; i++)
		read_line(&r, i);
}

static const struct fact_kind *const kinds[] = {&file_in_use, NULL};

const struct parser parser_locks = {
	.name = "locks",
	.says = "who has a file open: Restart Manager, handle, openfiles, Resource Monitor",
	.source = "open-files",
	.commands = "handle|handle64|openfiles|restart-manager",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
