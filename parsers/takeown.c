/*
 * takeown: whose files were taken over (cause C75).
 *
 *     SUCCESS: The file (or folder): "C:\Windows\System32\spp" now owned by user "CONTOSO\pat".
 *     SUCCESS: The file (or folder): "C:\Windows\System32\spp" now owned by the administrators group.
 *     ERROR: Access is denied.
 *     ERROR: The current logged on user does not have ownership privileges on file (or folder) "C:\x".
 *
 * All words are translated; a path in quotation marks, and perhaps an account in a second pair, are not. The words
 * of a success are needed only to know the output without its command line: English is confirmed, the others are not.
 */
#include "acl.h"

#include <string.h>

static const struct fact_kind takeown_result = {
	.name = "takeown-result",
	.says = "what one run of takeown took over",
	.fields =
		{
			{"path", FACT_TEXT, "what it was told to take, or the first that it took",
				NULL, FACT_KEY},
			{"place", FACT_WORD, "which object of interest it is",
				"token-store|token-store-file|token-store-7|spp|system-file|"
				"system32|windows|program-files|drive-root|windows-temp|service-temp|"
				"user-temp|other"},
			{"recursive", FACT_FLAG, "everything below, too"},
			{"to", FACT_WORD, "the new owner: a user, or the group Administrators",
				"user|administrators"},
			{"owner", FACT_NAME, "the user"},
			{"taken", FACT_NUMBER, "objects that it took over"},
			{0},
		},
};

struct reading {
	struct facts *facts;
	struct str asked, server;
	bool by_name; /* the command line is known */
	bool recursive;
	const struct line *first;
	struct str path, owner;
	int64_t taken;
};

/* The text in the next pair of quotation marks; what is behind it stays in `*rest`. */
static bool take_quoted(struct str *rest, struct str *quoted)
{
	size_t open = str_find_char(*rest, '"');
	if (open == STR_NONE)
		return false;
	*rest = str_from(*rest, open + 1);
	size_t close = str_find_char(*rest, '"');
	if (close == STR_NONE)
		return false;
	*quoted = str_slice(*rest, 0, close);
	*rest = str_from(*rest, close + 1);
	return quoted->size > 0;
}

static bool is_path(struct str text)
{
	return (text.size > 2 && char_is_alpha(text.at[0]) && text.at[1] == ':' &&
		       text.at[2] == '\\') ||
		str_starts(text, STR("\\\\"));
}

static bool is_success(struct str text)
{
	static const struct str words[] = {STR_INIT("SUCCESS: "), STR_INIT("成功: "),
		STR_INIT("ERFOLGREICH: "), STR_INIT("Opération réussie : "), STR_INIT("CORRECTO: "),
		STR_INIT("성공: "), STR_INIT("Успех. "), STR_INIT("ÊXITO: "),
		STR_INIT("OPERAZIONE RIUSCITA: ")};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_starts(text, words[i]))
			return true;
	return false;
}

/* A success ends with the account, or with the group and a full stop; what is said after a failure goes on. */
static bool read_taken(struct str text, struct str *path, struct str *owner)
{
	struct str rest = text, more;
	*owner = STR("");
	if (!take_quoted(&rest, path) || !is_path(*path))
		return false;
	if (take_quoted(&rest, owner) && (is_path(*owner) || take_quoted(&rest, &more)))
		return false;
	return true;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str path, owner, text = str_trim(lines_text(lines, i));
	return is_success(text) && read_taken(text, &path, &owner) &&
		(owner.size > 0 || str_has(text, STR("): \"")));
}

/* takeown [/s SERVER ...] /f PATH [/a] [/r] [/d y] */
static void read_command(struct reading *r, struct str command)
{
	struct str rest, word;
	struct str program = command_program(command, &rest);
	r->by_name = str_equal_nocase(program, STR("takeown"));
	if (!r->by_name)
		return;
	while ((word = command_argument(&rest)).size) {
		if (str_equal_nocase(word, STR("/f")))
			r->asked = command_argument(&rest);
		else if (str_equal_nocase(word, STR("/s")))
			r->server = command_argument(&rest);
		else if (str_equal_nocase(word, STR("/r")))
			r->recursive = true;
	}
}

/* A failure names its object too, but not the account, and does not begin as a success does. */
static void read_line(struct reading *r, const struct line *line)
{
	struct str path, owner, text = str_trim(line->text);
	if (!read_taken(text, &path, &owner))
		return;
	bool success = is_success(text) || (r->by_name && owner.size > 0);
	if (!success)
		return;
	if (r->taken++ == 0) {
		r->first = line;
		r->path = path;
		r->owner = owner;
	}
}

static void put_result(struct reading *r)
{
	if (!r->first || r->server.size)
		return;
	struct str path = r->asked.size ? r->asked : r->path;
	struct fact *fact = fact_add(r->facts, &takeown_result, r->first);
	fact_put(r->facts, fact, NULL, "path", path);
	fact_put(r->facts, fact, NULL, "place", str_of(acl_place(path, "file")));
	/* Without the command line, several objects tell; one tells nothing. */
	if (r->by_name || r->taken > 1)
		fact_put_flag(r->facts, fact, NULL, "recursive", r->recursive || r->taken > 1);
	if (r->owner.size)
		fact_put(r->facts, fact, NULL, "owner", r->owner);
	fact_put(r->facts, fact, NULL, "to", r->owner.size ? STR("user") : STR("administrators"));
	fact_put_number(r->facts, fact, NULL, "taken", r->taken);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.facts = facts};
	read_command(&r, evidence->origin.command);
	for (size_t i = 0; i < evidence->lines.count; i++)
		read_line(&r, &evidence->lines.at[i]);
	put_result(&r);
}

static const struct fact_kind *const kinds[] = {&takeown_result, NULL};

const struct parser parser_takeown = {
	.name = "takeown",
	.says = "takeown: files that were taken over",
	.source = "console",
	.commands = "takeown",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
