/*
 * icacls: listings, /save files, and what it says of its work (icacls-format, sections 1 to 5).
 *
 *     C:\Windows\Temp BUILTIN\Users:(CI)(S,WD,AD,X)        <- path and first entry
 *                     NT AUTHORITY\SYSTEM:(OI)(CI)(F)      <- further ones
 *                     Mandatory Label\High Mandatory Level:(NW)
 *
 *     Successfully processed 1 files; Failed processing 0 files
 *
 * Names and sentences are translated, independently of each other; flags and rights are not. A line is
 * therefore read from its right end. Where the path ends and the principal begins is told by the indentation
 * of the next line, else by the path that was asked for, else by a principal that is known. The summary is the
 * line that holds two numbers, processed and failed, in that order in every language; the English word
 * "Failed" is in every success. Errors come on standard error as "PATH: reason".
 *
 * A /save file has lines in pairs, a name without its folder and the SDDL of the list alone.
 */
#include "acl.h"

#include "file_errors.h"

#include "base/utf8.h"

#include <string.h>

static const struct fact_kind kind_icacls_result = {
	.name = "icacls-result",
	.says = "what one run of icacls did",
	.fields =
		{
			{"verb", FACT_WORD, "what it was asked to do",
				"list|save|restore|verify|findsid|grant|deny|remove|reset|setowner|"
				"inheritance|setintegritylevel|substitute",
				FACT_KEY},
			{"path", FACT_TEXT, "for which path", NULL, FACT_KEY},
			{"place", FACT_WORD, "which object of interest it is",
				"token-store|token-store-file|token-store-7|spp|system-file|"
				"system32|windows|"
				"program-files|drive-root|windows-temp|service-temp|user-temp|"
				"other"},
			{"sid", FACT_NAME, "for whom, when it was told and is known"},
			{"recursive", FACT_FLAG, "for everything below, too"},
			{"processed", FACT_NUMBER, "objects done"},
			{"failed", FACT_NUMBER, "objects not done"},
			{0},
		},
};

struct code {
	struct str name;
	uint32_t bits;
};

static const struct code flag_codes[] = {
	{STR_INIT("I"), ACE_INHERITED},
	{STR_INIT("OI"), ACE_OBJECT_INHERIT},
	{STR_INIT("CI"), ACE_CONTAINER_INHERIT},
	{STR_INIT("NP"), ACE_NO_PROPAGATE},
	{STR_INIT("IO"), ACE_INHERIT_ONLY},
};

static const struct code right_codes[] = {
	{STR_INIT("N"), 0},
	{STR_INIT("F"), 0x1F01FF},
	{STR_INIT("M"), 0x1301BF},
	{STR_INIT("RX"), 0x1200A9},
	{STR_INIT("R"), 0x120089},
	{STR_INIT("W"), 0x100116},
	{STR_INIT("D"), 0x110000},
	{STR_INIT("DE"), 0x10000},
	{STR_INIT("Rc"), 0x20000},
	{STR_INIT("RC"), 0x20000},
	{STR_INIT("WDAC"), 0x40000},
	{STR_INIT("WO"), 0x80000},
	{STR_INIT("S"), 0x100000},
	{STR_INIT("AS"), 0x1000000},
	{STR_INIT("MA"), 0x2000000},
	{STR_INIT("GA"), 0x10000000},
	{STR_INIT("GE"), 0x20000000},
	{STR_INIT("GW"), 0x40000000},
	{STR_INIT("GR"), 0x80000000},
	{STR_INIT("RD"), 0x1},
	{STR_INIT("WD"), 0x2},
	{STR_INIT("AD"), 0x4},
	{STR_INIT("REA"), 0x8},
	{STR_INIT("WEA"), 0x10},
	{STR_INIT("X"), 0x20},
	{STR_INIT("DC"), 0x40},
	{STR_INIT("RA"), 0x80},
	{STR_INIT("WA"), 0x100},
};

static const struct code label_codes[] = {
	{STR_INIT("NW"), 1},
	{STR_INIT("NR"), 2},
	{STR_INIT("NX"), 4},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* "RX,W": all of them codes of this table. */
static bool read_codes(struct str text, const struct code *codes, size_t count, uint32_t *bits)
{
	*bits = 0;
	if (text.size == 0 || text.size > 80)
		return false;
	while (text.size) {
		struct str code = str_cut(&text, ',');
		size_t i = 0;
		while (i < count && !str_equal(codes[i].name, code))
			i++;
		if (i == count)
			return false;
		*bits |= codes[i].bits;
	}
	return true;
}

/* Takes "(...)" off the back of `*text`. */
static bool take_group(struct str *text, struct str *group)
{
	if (!str_ends(*text, STR(")")))
		return false;
	struct str near = str_from(*text, text->size > 90 ? text->size - 90 : 0);
	size_t open = str_find_last_char(near, '(');
	if (open == STR_NONE)
		return false;
	*group = str_slice(near, open + 1, near.size - 1);
	*text = str_slice(*text, 0, text->size - (near.size - open));
	return true;
}

/* "PRINCIPAL:(OI)(CI)(F)" at the end of a line; what stands before the colon goes to `*before`. */
static bool read_entry(struct str text, struct str *before, struct ace *ace)
{
	struct str group;
	uint32_t bits = 0;
	text = str_trim_right(text);
	*ace = (struct ace){.type = ACE_ALLOW};
	if (!take_group(&text, &group))
		return false;
	if (read_codes(group, label_codes, COUNT(label_codes), &ace->mask))
		ace->type = ACE_LABEL;
	else if (!read_codes(group, right_codes, COUNT(right_codes), &ace->mask))
		return false;
	for (int i = 0; i < 8 && take_group(&text, &group); i++) {
		if (str_equal(group, STR("DENY")))
			ace->type = ACE_DENY;
		else if (read_codes(group, flag_codes, COUNT(flag_codes), &bits))
			ace->flags |= bits;
		else
			return false;
	}
	if (!str_ends(text, STR(":")))
		return false;
	*before = str_slice(text, 0, text.size - 1);
	ace->principal = str_trim(*before);
	return ace->principal.size > 0 && before->size < 1024;
}

struct reading {
	const struct evidence *evidence;
	struct acl_writer writer;
	struct facts *facts;
	const char *verb;
	struct str asked; /* the path of the command line */
	struct str grantee;
	bool recursive;
	const struct line *summary, *touched;
	int64_t processed, failed;
	struct str touched_path;
	size_t last; /* line of an object, an error or a path: the summary is right below */
};

/* Where `units` UTF-16 units of `text` end, in bytes; STR_NONE past the end. */
static size_t bytes_of_units(struct str text, size_t units)
{
	struct str rest = text;
	while (units > 0 && rest.size) {
		bool valid = false;
		size_t taken = utf8_next(&rest, &valid) >= 0x10000 ? 2 : 1;
		units = units > taken ? units - taken : 0;
	}
	return units ? STR_NONE : text.size - rest.size;
}

static size_t spaces(struct str text)
{
	size_t count = 0;
	while (count < text.size && text.at[count] == ' ')
		count++;
	return count;
}

static bool split_at(struct str before, size_t at, struct str *path, struct str *principal)
{
	if (at == STR_NONE || at == 0 || at + 1 >= before.size || before.at[at] != ' ')
		return false;
	*path = str_slice(before, 0, at);
	*principal = str_from(before, at + 1);
	return !str_is_blank(*principal) && *principal->at != ' ';
}

static bool split_by_indent(const struct reading *r, size_t i, struct str before, struct str *path,
	struct str *principal)
{
	struct str next = lines_text(&r->evidence->lines, i + 1), unused;
	struct ace ace;
	size_t indent = spaces(next);
	if (indent < 2 || !read_entry(next, &unused, &ace))
		return false;
	return split_at(before, bytes_of_units(before, indent - 1), path, principal);
}

/* The longest end of the text that is a principal we know. They have at most seven words. */
static bool split_by_name(
	const struct reading *r, struct str before, struct str *path, struct str *principal)
{
	size_t best = STR_NONE, end = before.size;
	for (int words = 0; words < 7; words++) {
		size_t space = str_find_last_char(str_slice(before, 0, end), ' ');
		const char *how = NULL;
		if (space == STR_NONE)
			break;
		if (principal_sid(r->facts, str_from(before, space + 1), &how).size)
			best = space;
		end = space;
	}
	return split_at(before, best, path, principal);
}

/* Copies change indents: where one leaves no principal that is known, and the words do, the words are right. */
static bool split_by_known_indent(const struct reading *r, size_t i, struct str before,
	struct str *path, struct str *principal)
{
	const char *how = NULL;
	if (!split_by_indent(r, i, before, path, principal))
		return false;
	if (principal_sid(r->facts, *principal, &how).size == 0)
		(void)split_by_name(r, before, path, principal);
	return true;
}

/* "C:\My folder CONTOSO\taro": the authority of an account is one word. */
static bool split_by_shape(struct str before, struct str *path, struct str *principal)
{
	size_t last = str_find_last_char(before, ' ');
	struct str tail = str_from(before, last == STR_NONE ? before.size : last);
	if (str_find_char(tail, '\\') != STR_NONE)
		return split_at(before, last, path, principal);
	size_t separator = str_find_last_char(before, '\\');
	size_t space = separator == STR_NONE
		? STR_NONE
		: str_find_last_char(str_slice(before, 0, separator), ' ');
	return split_at(before, space, path, principal) || split_at(before, last, path, principal);
}

static void begin_object(struct reading *r, size_t i, struct str before, struct ace *ace)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str path = STR(""), principal = before;
	before = str_trim_left(before);
	if (!split_by_known_indent(r, i, before, &path, &principal) &&
		!(r->asked.size && str_starts_nocase(before, r->asked) &&
			split_at(before, r->asked.size, &path, &principal)) &&
		!split_by_name(r, before, &path, &principal) &&
		!split_by_shape(before, &path, &principal))
		path = r->asked; /* the line with the path was lost */
	ace->principal = str_trim(principal);
	acl_begin(&r->writer, line, str_trim(path), NULL);
	acl_put_ace(&r->writer, line, ace);
}

/* Two numbers and no path: "1 個のファイルが正常に処理されました。0 個のファイルを処理できませんでした". */
static bool read_summary(struct str text, int64_t *processed, int64_t *failed)
{
	int64_t number[2];
	size_t found = 0, at = 0;
	if (text.size > 300 || str_find_char(text, '\\') != STR_NONE)
		return false;
	while (at < text.size) {
		size_t end = at;
		while (end < text.size && char_is_digit(text.at[end]))
			end++;
		if (end > at &&
			(found == 2 || !scan_number(str_slice(text, at, end), &number[found++])))
			return false;
		at = end + 1;
	}
	if (found != 2 || text.size < 12)
		return false;
	*processed = number[0];
	*failed = number[1];
	return true;
}

/* How the sentence of a summary is known without the command line. */
static const struct str summaries[] = {
	STR_INIT("Successfully processed "),
	STR_INIT(" Dateien erfolgreich verarbeitet"),
	STR_INIT(" fichiers correctement trait"),
	STR_INIT("個のファイルが正常に処理されました"),
	STR_INIT("Se procesaron correctamente "),
	STR_INIT("Успешно обработано "),
	STR_INIT("已成功处理 "),
};

static bool known_summary(struct str text)
{
	int64_t processed = 0, failed = 0;
	if (!read_summary(text, &processed, &failed))
		return false;
	for (size_t i = 0; i < COUNT(summaries); i++)
		if (str_has(text, summaries[i]))
			return true;
	return false;
}

/* The word of acl's `result`. */
static const char *reason_word(struct str text)
{
	const char *error = file_error_reason(text);
	if (!error || strcmp(error, "disk-full") == 0)
		return "failed";
	return strcmp(error, "no-path") == 0 ? "not-found" : error;
}

static bool is_absolute(struct str text)
{
	return (text.size > 3 && char_is_alpha(text.at[0]) && text.at[1] == ':' &&
		       (text.at[2] == '\\' || text.at[2] == '/')) ||
		str_starts(text, STR("\\\\"));
}

/* "C:\x\y: Access is denied.": a colon and a blank end the path, which can have neither together. */
static bool read_error(struct str text, struct str asked, struct str *path, struct str *words)
{
	text = str_trim(text);
	bool is_asked = asked.size && str_starts_nocase(text, asked) && text.size > asked.size &&
		text.at[asked.size] == ':';
	if (!is_asked && !is_absolute(text))
		return false;
	size_t colon = is_asked ? asked.size : str_find(text, STR(": "));
	if (colon == STR_NONE || str_find(text, STR(": \\")) == colon)
		return false;
	*path = str_slice(text, 0, colon);
	*words = str_trim(str_from(text, colon + 1));
	return words->size > 0;
}

/* "processed file: C:\x", "SID Found: C:\x.": words, a colon, a path to the end. */
static bool read_touched(struct str text, struct str *path)
{
	text = str_trim(text);
	size_t colon = str_find(str_slice(text, 0, 120), STR(": "));
	if (colon == STR_NONE || is_absolute(text))
		return false;
	*path = str_trim(str_from(text, colon + 1));
	if (str_ends(*path, STR("."))) /* "SID Found: C:\\x." */
		*path = str_slice(*path, 0, path->size - 1);
	return is_absolute(*path);
}

/* A name and below it a list alone, as /save writes; SDDL with an owner is another tool's. */
static bool is_saved(const struct lines *lines, size_t i)
{
	struct str name = str_trim(lines_text(lines, i));
	struct str list = str_trim(lines_text(lines, i + 1));
	return name.size > 0 && name.size < 600 && str_starts(list, STR("D:")) && sddl_is(list) &&
		!sddl_is(name) && str_blank_left(lines_text(lines, i)) == 0 &&
		!str_ends(name, STR(":")) && !str_has(name, STR(" : "));
}

/* "2.0", and what only the licence store has below it soon after. */
static bool is_store_folder(const struct lines *lines, size_t i)
{
	if (!str_equal(str_trim(lines_text(lines, i)), STR("2.0")))
		return false;
	for (size_t k = i + 1; k < i + 20; k++)
		if (str_in_list(str_trim(lines_text(lines, k)), "2.0\\tokens.dat|2.0\\data.dat"))
			return true;
	return false;
}

static void read_saved(struct reading *r, size_t i)
{
	const struct lines *lines = &r->evidence->lines;
	struct str name = str_trim(lines->at[i].text);
	if (is_store_folder(lines, i))
		name = STR("store\\2.0");
	if (!r->verb)
		r->verb = "save";
	acl_begin(&r->writer, &lines->at[i], name, "file");
	acl_put_sddl(&r->writer, &lines->at[i + 1], lines->at[i + 1].text);
	acl_end(&r->writer, true);
	r->last = i + 1;
}

static void put_result(struct reading *r)
{
	const struct line *line = r->summary ? r->summary : r->touched;
	const char *how = NULL;
	if (!line)
		return;
	struct fact *fact = fact_add(r->facts, &kind_icacls_result, line);
	if (r->verb)
		fact_put(r->facts, fact, NULL, "verb", str_of(r->verb));
	struct str path = r->asked;
	if (path.size == 0 && r->touched) {
		path = r->touched_path;
		line = r->touched;
	}
	fact_put(r->facts, fact, line, "path", path);
	if (path.size)
		fact_put(r->facts, fact, line, "place", str_of(acl_place(path, NULL)));
	if (r->grantee.size && r->verb && strcmp(r->verb, "save") != 0)
		fact_put(r->facts, fact, NULL, "sid", principal_sid(r->facts, r->grantee, &how));
	if (r->asked.size)
		fact_put_flag(r->facts, fact, NULL, "recursive", r->recursive);
	if (r->summary) {
		fact_put_number(r->facts, fact, r->summary, "processed", r->processed);
		fact_put_number(r->facts, fact, r->summary, "failed", r->failed);
	}
	r->summary = r->touched = NULL;
}

/* A text of any kind can hold two numbers: the place tells, or the sentence. */
static bool summary_at(const struct reading *r, size_t i, int64_t *processed, int64_t *failed)
{
	struct str text = lines_text(&r->evidence->lines, i);
	return read_summary(text, processed, failed) && (i <= r->last + 2 || known_summary(text));
}

static void read_other(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str path, words;
	int64_t processed = 0, failed = 0;
	if (summary_at(r, i, &processed, &failed)) {
		r->summary = line;
		r->processed = processed;
		r->failed = failed;
		put_result(r);
		return;
	}
	if (read_touched(line->text, &path)) {
		if (!r->touched) {
			r->touched = line;
			r->touched_path = path;
		}
	} else if (read_error(line->text, r->asked, &path, &words)) {
		acl_put_failure(r->facts, line, path, reason_word(words));
	} else {
		return;
	}
	r->last = i;
}

static void read_line(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str before;
	struct ace ace;
	if (str_is_blank(line->text)) {
		acl_end(&r->writer, true);
		return;
	}
	if (read_entry(line->text, &before, &ace)) {
		r->last = i;
		bool goes_on = str_blank_left(line->text) > 0 && r->writer.open;
		if (goes_on)
			acl_put_ace(&r->writer, line, &ace);
		else
			begin_object(r, i, before, &ace);
		return;
	}
	acl_end(&r->writer, true);
	read_other(r, i);
}

static const char *verb_of(struct str option)
{
	static const char *const verbs[] = {"save", "restore", "verify", "findsid", "grant", "deny",
		"remove", "reset", "setowner", "inheritance", "setintegritylevel", "substitute"};
	struct str name = str_cut(&option, ':');
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (str_equal_nocase(name, str_of(verbs[i])))
			return verbs[i];
	return NULL;
}

/* icacls PATH [/VERB[:x] [WHO:RIGHTS]] [/T] [/C] [/L] [/Q] */
static void read_command(struct reading *r)
{
	struct str rest, word;
	struct str program = command_program(r->evidence->origin.command, &rest);
	if (!str_equal_nocase(program, STR("icacls")))
		return;
	r->verb = "list";
	while ((word = command_argument(&rest)).size) {
		if (str_starts(word, STR("/"))) {
			const char *verb = verb_of(str_from(word, 1));
			r->verb = verb ? verb : r->verb;
			r->recursive |= str_equal_nocase(word, STR("/T"));
		} else if (r->asked.size == 0) {
			r->asked = word;
		} else if (r->grantee.size == 0) {
			r->grantee = word;
			if (str_starts(r->grantee, STR("*"))) /* "*S-1-1-0:F" */
				r->grantee = str_from(r->grantee, 1);
			r->grantee = str_cut(&r->grantee, ':');
		}
	}
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), before, path, words;
	struct ace ace;
	if (read_entry(text, &before, &ace))
		return true;
	if (is_saved(lines, i) || known_summary(text))
		return true;
	bool below =
		known_summary(lines_text(lines, i + 1)) || known_summary(lines_text(lines, i + 2));
	return below && (read_error(text, STR(""), &path, &words) || read_touched(text, &path));
}

/* A saved file names programs, "slmgr.vbs", on lines of their own: they are no commands that were typed. */
static size_t ends(const struct lines *lines, size_t i)
{
	size_t end = i;
	for (; is_saved(lines, i); i += 2)
		end = i + 1;
	return end;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts, .writer = {.facts = facts}};
	const struct lines *lines = &evidence->lines;
	read_command(&r);
	for (size_t i = 0; i < lines->count; i++) {
		if (is_saved(lines, i)) {
			read_saved(&r, i);
			i++;
		} else {
			read_line(&r, i);
		}
	}
	acl_end(&r.writer, false); /* the file ends within it */
	put_result(&r);
}

static const struct fact_kind *const kinds[] = {&kind_acl, &kind_ace, &kind_icacls_result, NULL};

const struct parser parser_icacls = {
	.name = "icacls",
	.says = "icacls: listings, saved lists, summaries",
	.source = "acl",
	.commands = "icacls",
	.kinds = kinds,
	.opens = opens,
	.ends = ends,
	.parse = parse,
};
