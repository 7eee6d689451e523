/*
 * whoami /all, /user, /groups, /priv as table, list or CSV (network-time, section 5).
 *
 *     GROUP INFORMATION
 *     -----------------
 *
 *     Group Name                           Type             SID          Attributes
 *     ==================================== ================ ============ ==========================
 *     Everyone                             Well-known group S-1-1-0      Mandatory group, Enabled by ...
 *     BUILTIN\Administrators               Alias            S-1-5-32-544 Group used for deny only
 *     Mandatory Label\Medium Mandatory Level Label          S-1-16-8192
 *
 * Everything but SIDs and the names of privileges is translated. Elevated is who has a high integrity level,
 * which is a SID. Administrators "for deny only" have one attribute, real ones four, with commas between. A
 * privilege is enabled when its state is the one of SeChangeNotifyPrivilege, which always is.
 */
#include "acl.h"

#include "base/utf8.h"

static const struct fact_kind token = {
	.name = "token",
	.says = "the rights that commands were run with",
	.is_state = true,
	.fields =
		{
			{"elevated", FACT_FLAG,
				"as administrator? By the integrity level, else by the "
				"Administrators group, else by the privileges"},
			{"told-by", FACT_WORD, "by which of them",
				"integrity|administrators|privileges"},
			{"integrity", FACT_WORD, "integrity level",
				"untrusted|low|medium|high|system"},
			{"administrators", FACT_WORD,
				"member of Administrators; deny-only: an administrator who is not elevated; "
				"none: not in the list of groups",
				"enabled|deny-only|none"},
			{"user", FACT_NAME, "the user"},
			{"user-sid", FACT_NAME, "the user's SID"},
			{0},
		},
};

static const struct fact_kind token_group = {
	.name = "token-group",
	.says = "one group of the user who ran the commands",
	.fields =
		{
			{"name", FACT_NAME, "name, as this machine writes it"},
			{"sid", FACT_NAME, "SID", NULL, FACT_KEY},
			{"deny-only", FACT_FLAG, "only forbids, allows nothing"},
			{0},
		},
};

static const struct fact_kind token_privilege = {
	.name = "token-privilege",
	.says = "one privilege that the user had",
	.fields =
		{
			{"name", FACT_NAME, "SeXxxPrivilege", NULL, FACT_KEY},
			{"enabled", FACT_FLAG,
				"in use; one that is not can be switched on by a program"},
			{0},
		},
};

#define COLUMNS 4

struct row {
	const struct line *line;
	struct str cell[COLUMNS];
	size_t count;
	size_t sid; /* index of the cell with the SID, COLUMNS when there is none */
};

#define PRIVILEGES 64

struct reading {
	const struct evidence *evidence;
	struct facts *facts;
	struct fact *token;
	struct str ruler; /* of the table being read */
	bool users, groups;
	struct fact *privilege[PRIVILEGES];
	struct str state[PRIVILEGES]; /* what stands behind its name */
	size_t privilege_count;
	const struct line *group_line;
};

static bool is_privilege(struct str text)
{
	return text.size > 11 && text.size < 60 && str_starts(text, STR("Se")) &&
		(str_ends(text, STR("Privilege")) || str_ends(text, STR("LogonRight"))) &&
		str_find_char(text, ' ') == STR_NONE;
}

/* A row of a ruler, "==== ===". */
static bool is_ruler(struct str text)
{
	text = str_trim(text);
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] != '=' && text.at[i] != ' ')
			return false;
	return text.size > 6 && *text.at == '=';
}

static struct fact *the_token(struct reading *r, const struct line *line)
{
	if (!r->token)
		r->token = fact_add(r->facts, &token, line);
	return r->token;
}

static const char *integrity_word(struct str sid)
{
	int64_t level = 0;
	if (!str_starts(sid, STR("S-1-16-")) || !scan_number(str_from(sid, 7), &level))
		return NULL;
	return level < 4096     ? "untrusted"
		: level < 8192  ? "low"
		: level < 12288 ? "medium"
		: level < 16384 ? "high"
				: "system";
}

/* ", " in most languages; some type their own comma. */
static bool is_list(struct str attributes)
{
	return str_find_char(attributes, ',') != STR_NONE || str_has(attributes, STR("、")) ||
		str_has(attributes, STR("，"));
}

static void put_group(struct reading *r, const struct row *row)
{
	struct str sid = row->cell[row->sid];
	struct str attributes = row->sid + 1 < row->count ? row->cell[row->sid + 1] : STR("");
	struct fact *fact = fact_add(r->facts, &token_group, row->line);
	const char *level = integrity_word(sid);
	bool deny_only = attributes.size > 0 && !is_list(attributes);
	r->groups = true;
	if (!r->group_line)
		r->group_line = row->line;
	fact_put(r->facts, fact, NULL, "name", row->cell[0]);
	fact_put(r->facts, fact, NULL, "sid", sid);
	if (!level && attributes.size)
		fact_put_flag(r->facts, fact, NULL, "deny-only", deny_only);
	if (level)
		fact_put(r->facts, the_token(r, row->line), row->line, "integrity", str_of(level));
	if (str_equal(sid, STR(SID_ADMINISTRATORS)) && attributes.size)
		fact_put(r->facts, the_token(r, row->line), row->line, "administrators",
			deny_only ? STR("deny-only") : STR("enabled"));
}

static void put_user(struct reading *r, const struct row *row)
{
	struct fact *fact = the_token(r, row->line);
	fact_put(r->facts, fact, row->line, "user", row->cell[0]);
	fact_put(r->facts, fact, row->line, "user-sid", row->cell[1]);
}

static void put_privilege(
	struct reading *r, const struct line *line, struct str name, struct str state)
{
	if (r->privilege_count == PRIVILEGES)
		return;
	struct fact *fact = fact_add(r->facts, &token_privilege, line);
	fact_put(r->facts, fact, NULL, "name", name);
	r->privilege[r->privilege_count] = fact;
	r->state[r->privilege_count++] = str_trim(state);
}

static void put_row(struct reading *r, const struct row *row)
{
	if (row->sid == 2)
		put_group(r, row);
	else if (row->sid == 1)
		put_user(r, row);
	else if (row->count >= 2 && is_privilege(row->cell[0]))
		put_privilege(r, row->line, row->cell[0], row->cell[row->count - 1]);
}

static void find_sid(struct row *row)
{
	row->sid = COLUMNS;
	for (size_t i = 1; i < row->count; i++)
		if (principal_is_sid(row->cell[i])) {
			row->sid = i;
			return;
		}
}

/* "a","b","c". Values have no quotes in them. */
static bool read_csv(const struct line *line, struct row *row)
{
	struct str rest = str_trim(line->text);
	*row = (struct row){.line = line};
	while (str_starts(rest, STR("\"")) && row->count < COLUMNS) {
		rest = str_from(rest, 1);
		row->cell[row->count++] = str_trim(str_cut(&rest, '"'));
		if (!str_starts(rest, STR(",")))
			break;
		rest = str_from(rest, 1);
	}
	find_sid(row);
	return row->count >= 2 && (row->sid < COLUMNS || is_privilege(row->cell[0]));
}

/* Where the blank is that ends column one of a table, by its ruler: in characters, or, where the letters are
 * wide, in columns of the console. 0 when it is at neither. */
static size_t first_column(struct str text, struct str ruler)
{
	struct str rest = text;
	size_t width = 0, characters = 0, columns = 0;
	while (width < ruler.size && ruler.at[width] == '=')
		width++;
	while (rest.size) {
		bool valid = false;
		size_t at = text.size - rest.size;
		if (width && text.at[at] == ' ' && (characters == width || columns == width))
			return at;
		columns += utf8_columns_of(utf8_next(&rest, &valid));
		characters++;
	}
	return 0;
}

/* "NAME   TYPE   S-1-..   ATTRIBUTES" */
static bool read_table(const struct reading *r, const struct line *line, struct row *row)
{
	struct str text = str_trim_right(line->text);
	size_t at = str_find(text, STR(" S-1-"));
	*row = (struct row){.line = line, .sid = COLUMNS};
	if (at == STR_NONE || at == 0)
		return false;
	struct str rest = str_from(text, at + 1), sid = str_word(&rest);
	struct str front = str_trim_right(str_slice(text, 0, at));
	/* One row alone, as "find" leaves it, is of the groups when it has attributes or is the level, which has none. */
	if (!principal_is_sid(sid) ||
		(r->ruler.size == 0 && str_is_blank(rest) && !integrity_word(sid)))
		return false;
	/* User tables have two columns, group tables four. */
	struct str widths = str_trim(r->ruler);
	size_t columns = 0;
	while (str_word(&widths).size)
		columns++;
	row->sid = columns == 2 ? 1 : 2;
	size_t gap = str_find(front, STR("  "));
	if (row->sid == 1)
		row->cell[0] = front;
	else if (gap != STR_NONE)
		row->cell[0] = str_slice(front, 0, gap);
	else
		row->cell[0] = str_slice(front, 0, first_column(front, r->ruler));
	row->cell[0] = str_trim(row->cell[0]);
	row->cell[row->sid] = sid;
	row->count = row->sid + 1;
	if (row->sid == 2)
		row->cell[row->count++] = str_trim(rest);
	return true;
}

/* The value of "LABEL: value"; labels have no colon. */
static struct str listed_value(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i);
	size_t colon = str_find_char(text, ':');
	return colon == STR_NONE ? STR("") : str_trim(str_from(text, colon + 1));
}

/* Does a block of "LABEL: value" lines with a SID in its second or third begin here? */
static bool read_listed(const struct lines *lines, size_t i, struct row *row)
{
	bool begins = i == 0 || str_is_blank(lines_text(lines, i - 1));
	*row = (struct row){.line = i < lines->count ? &lines->at[i] : NULL, .sid = COLUMNS};
	if (!begins || listed_value(lines, i).size == 0)
		return false;
	for (size_t k = 0; k < COLUMNS && !str_is_blank(lines_text(lines, i + k)); k++)
		row->cell[row->count++] = listed_value(lines, i + k);
	find_sid(row);
	return (row->sid == 1 && row->count == 2) || (row->sid == 2 && row->count >= 3) ||
		(row->count == 3 && is_privilege(row->cell[0]));
}

static void read_line(struct reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct str text = str_trim_right(line->text), rest = text, word;
	struct row row;
	if (is_ruler(text)) {
		r->ruler = str_trim(text);
		return;
	}
	if (read_csv(line, &row) || read_listed(&r->evidence->lines, i, &row) ||
		read_table(r, line, &row)) {
		put_row(r, &row);
		return;
	}
	word = str_word(&rest);
	if (is_privilege(word) && !str_is_blank(rest))
		put_privilege(r, line, word, rest);
}

/* The state of SeChangeNotifyPrivilege is the word for "enabled"; a table has it in the last column, behind
 * a description of any length. */
static void put_states(struct reading *r)
{
	struct str enabled = STR("");
	for (size_t i = 0; i < r->privilege_count; i++)
		if (fact_is(r->privilege[i], "name", "SeChangeNotifyPrivilege")) {
			enabled = r->state[i];
			for (size_t gap; (gap = str_find(enabled, STR("  "))) != STR_NONE;)
				enabled = str_trim(str_from(enabled, gap));
		}
	for (size_t i = 0; i < r->privilege_count && enabled.size; i++) {
		struct str state = r->state[i];
		struct str before = str_slice(state, 0, state.size - enabled.size);
		bool ends = state.size >= enabled.size && str_ends(state, enabled);
		fact_put_flag(r->facts, r->privilege[i], NULL, "enabled",
			ends && (before.size == 0 || str_blank_right(before) > 0));
	}
}

/* Those a filtered token loses; the others depend on the machine's policy. */
static bool has_strong_privilege(const struct reading *r)
{
	for (size_t i = 0; i < r->privilege_count; i++)
		if (str_in_list(fact_text(r->privilege[i], "name"),
			    "SeTakeOwnershipPrivilege|SeRestorePrivilege|SeBackupPrivilege|"
			    "SeSecurityPrivilege|SeDebugPrivilege|SeLoadDriverPrivilege"))
			return true;
	return false;
}

static void conclude(struct reading *r)
{
	const char *told_by = NULL;
	const struct fact_value *from = NULL;
	const struct line *line = NULL;
	bool elevated = false;
	if (!r->token && r->group_line)
		the_token(r, r->group_line);
	if (r->token && r->groups && !fact_is_set(r->token, "administrators") &&
		fact_is_set(
			r->token, "integrity")) /* a list that was cut at its end has no level */
		fact_put(r->facts, r->token, r->group_line, "administrators", STR("none"));
	if (r->token && (from = fact_get(r->token, "integrity"))->set) {
		elevated = str_in_list(from->text, "high|system");
		told_by = "integrity";
	} else if (r->token && (from = fact_get(r->token, "administrators"))->set) {
		elevated = str_equal(from->text, STR("enabled"));
		told_by = "administrators";
	} else if (r->privilege_count > 2) {
		elevated = has_strong_privilege(r);
		line = r->privilege[0]->line;
		told_by = "privileges";
	}
	if (!told_by)
		return;
	if (!line)
		line = from->line;
	struct fact *fact = the_token(r, line);
	fact_put_flag(r->facts, fact, line, "elevated", elevated);
	fact_put(r->facts, fact, line, "told-by", str_of(told_by));
}

static bool holds_row(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), rest = text;
	return is_privilege(str_word(&rest)) || str_has(text, STR(" S-1-"));
}

/* A ruler above a row, at line `i`. */
static bool table_at(const struct lines *lines, size_t i)
{
	return is_ruler(lines_text(lines, i)) && holds_row(lines, i + 1);
}

static bool is_dashes(struct str text)
{
	text = str_trim(text);
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] != '-')
			return false;
	return text.size > 4;
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i);
	struct row row;
	if (str_is_blank(text))
		return false;
	if (table_at(lines, i) || table_at(lines, i + 1))
		return true;
	if (is_dashes(lines_text(lines, i + 1)))
		return table_at(lines, i + 4) || read_listed(lines, i + 3, &row);
	if (str_starts(text, STR("\"")))
		return read_csv(&lines->at[i], &row) ||
			(i + 1 < lines->count && read_csv(&lines->at[i + 1], &row));
	return str_has(text, STR(":")) && read_listed(lines, i, &row) && row.sid == 2 &&
		row.count == 4;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.evidence = evidence, .facts = facts};
	for (size_t i = 0; i < evidence->lines.count; i++)
		read_line(&r, i);
	put_states(&r);
	conclude(&r);
}

static const struct fact_kind *const kinds[] = {&token, &token_group, &token_privilege, NULL};

const struct parser parser_whoami = {
	.name = "whoami",
	.says = "whoami: user, groups, integrity level, privileges",
	.source = "token",
	.commands = "whoami",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
