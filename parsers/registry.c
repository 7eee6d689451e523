/*
 * reg query and .reg exports (network-time, section 7; slmgr-format, section 5).
 *
 * reg query prints keys at the left margin and values indented, four blanks between the columns;
 * Windows XP has tabs there:
 *
 *     HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform
 *         KeyManagementServiceName    REG_SZ    kms01.contoso.com
 *         (Default)    REG_SZ    (value not set)              <- both translated, both in brackets
 *         ServerList    REG_MULTI_SZ    one\0two
 *
 * Subkeys are listed as keys without values. A key or value that is not there gives one
 * translated sentence; "access is denied" is another, and no answer. The sentence does not say
 * which of the two is missing, so a question for a value by name only proves that the value is
 * not there.
 */
#include "registry.h"

#include "kinds.h"

#include <string.h>

static const struct fact_kind registry_key = {
	.name = "registry-key",
	.says = "a registry key that was listed, or the answer that it is not there",
	.fields =
		{
			{"key", FACT_NAME, "its full path, hive abbreviated: HKLM\\SOFTWARE\\...",
				NULL, FACT_KEY},
			{"leaf", FACT_NAME, "last part of the path"},
			{"exists", FACT_FLAG, "it is there; no: reg said that it does not exist"},
			{"listed", FACT_FLAG,
				"all its values were listed; absent when perhaps only its name was, or one value"},
			{"missing-value", FACT_NAME,
				"the value asked for by name that reg did not find, in this key or because the "
				"key is not there either"},
			{0},
		},
};

static const struct fact_kind registry_value = {
	.name = "registry-value",
	.says = "a value in the registry",
	.is_state = true,
	.fields =
		{
			{"key", FACT_NAME, "path of its key, hive abbreviated: HKLM\\SOFTWARE\\...",
				NULL, FACT_KEY},
			{"leaf", FACT_NAME, "last part of that path", NULL, FACT_KEY},
			{"name", FACT_NAME, "the value's name; (default) for the unnamed one", NULL,
				FACT_KEY},
			{"type", FACT_TEXT, "REG_SZ, REG_DWORD and so on"},
			{"data", FACT_TEXT, "as text; REG_MULTI_SZ joined by |"},
			{"number", FACT_NUMBER, "REG_DWORD and REG_QWORD as a number"},
			{0},
		},
};

static const struct {
	struct str name, abbreviated;
} hives[] = {
	{STR_INIT("HKEY_LOCAL_MACHINE"), STR_INIT("HKLM")},
	{STR_INIT("HKEY_CURRENT_USER"), STR_INIT("HKCU")},
	{STR_INIT("HKEY_USERS"), STR_INIT("HKU")},
	{STR_INIT("HKEY_CLASSES_ROOT"), STR_INIT("HKCR")},
	{STR_INIT("HKEY_CURRENT_CONFIG"), STR_INIT("HKCC")},
};

/* A path longer than this is no key that concerns us, and would stand in each of its values. */
#define KEY_BYTES ((size_t)1024)

#define YEN STR("\xC2\xA5") /* a backslash, as Japanese consoles show and mail copies it */

static size_t separator_size(struct str text)
{
	return str_starts(text, STR("\\")) ? 1 : str_starts(text, YEN) ? YEN.size : 0;
}

static size_t hive_at(struct str path, size_t *size)
{
	size_t count = sizeof hives / sizeof *hives;
	for (size_t i = 0; i < count; i++) {
		*size = hives[i].name.size;
		if (str_starts_nocase(path, hives[i].name) && separator_size(str_from(path, *size)))
			return i;
		*size = hives[i].abbreviated.size;
		if (str_starts_nocase(path, hives[i].abbreviated) &&
			separator_size(str_from(path, *size)))
			return i;
	}
	return count;
}

bool registry_is_path(struct str path)
{
	size_t size = 0;
	return str_starts(path, STR("HKEY_")) &&
		hive_at(path, &size) < sizeof hives / sizeof *hives;
}

/* The path with its hive abbreviated; empty when it is none of this machine's registry. */
static struct str abbreviated(struct arena *arena, struct str path)
{
	size_t size = 0, hive = hive_at(path, &size);
	if (hive == sizeof hives / sizeof *hives)
		return STR("");
	struct str rest = str_trim_right(str_from(path, size));
	char *to = arena_alloc(arena, rest.size + 8);
	size_t used = hives[hive].abbreviated.size;
	memcpy(to, hives[hive].abbreviated.at, used);
	while (rest.size) {
		size_t separator = separator_size(rest);
		to[used++] = separator ? '\\' : *rest.at;
		rest = str_from(rest, separator ? separator : 1);
	}
	while (used > 1 && to[used - 1] == '\\')
		used--;
	return (struct str){to, used};
}

static struct str leaf_of(struct str key)
{
	size_t last = str_find_last_char(key, '\\');
	return last == STR_NONE ? key : str_from(key, last + 1);
}

static struct fact *add_key(struct registry_reading *r, const struct line *line, struct str key)
{
	struct fact *fact = fact_add(r->facts, &registry_key, line);
	fact_put(r->facts, fact, NULL, "key", key);
	fact_put(r->facts, fact, NULL, "leaf", leaf_of(key));
	return fact;
}

/* Were all values of the open key printed, or is it only named, as keys below the one asked for
 * are? */
static bool lists_all(const struct registry_reading *r)
{
	const struct registry_question *asked = &r->asked;
	if (r->exported)
		return true;
	return asked->key.size && asked->value.size == 0 && !asked->search &&
		(asked->below || str_equal_nocase(asked->key, r->key));
}

void registry_open(struct registry_reading *r, const struct line *line, struct str path)
{
	r->profile = NULL;
	r->listed = true;
	r->key = path.size <= KEY_BYTES ? abbreviated(r->facts->arena, path) : STR("");
	if (r->key.size == 0 || r->facts->full)
		return;
	struct fact *fact = add_key(r, line, r->key);
	fact_put_flag(r->facts, fact, NULL, "exists", true);
	if (lists_all(r))
		fact_put_flag(r->facts, fact, NULL, "listed", true);
}

static bool is_bracketed(struct str text)
{
	return text.size >= 2 && text.at[0] == '(' && text.at[text.size - 1] == ')';
}

/* "(Default)", translated; Windows XP writes "<NO NAME>". */
static bool is_unnamed(struct str name)
{
	return is_bracketed(name) || str_equal_nocase(name, STR("<NO NAME>"));
}

/* The key's encoded forms can be turned back into the product key: they leave no trace, not even
 * a line that a report could quote. */
static bool is_secret(struct str name)
{
	return str_starts_nocase(name, STR("DigitalProductId"));
}

void registry_put(struct registry_reading *r, const struct registry_item *item)
{
	if (r->key.size == 0 || item->name.size == 0 || is_secret(item->name) || r->facts->full)
		return;
	bool unnamed = is_unnamed(item->name);
	if (unnamed && str_equal(item->type, STR("REG_SZ")) && is_bracketed(str_trim(item->data)))
		return; /* "(value not set)" */
	struct fact *fact = fact_add(r->facts, &registry_value, item->line);
	fact_put(r->facts, fact, NULL, "key", r->key);
	fact_put(r->facts, fact, NULL, "leaf", leaf_of(r->key));
	fact_put(r->facts, fact, NULL, "name", unnamed ? STR("(default)") : item->name);
	fact_put(r->facts, fact, NULL, "type", item->type);
	fact_put(r->facts, fact, NULL, "data", item->data);
	if (str_starts(item->type, STR("REG_DWORD")) || str_starts(item->type, STR("REG_QWORD")))
		fact_put(r->facts, fact, NULL, "number", item->data);
	registry_firewall(r, item);
}

static const char type_words[] =
	"REG_SZ|REG_DWORD|REG_EXPAND_SZ|REG_MULTI_SZ|REG_BINARY|REG_QWORD|REG_NONE|"
	"REG_DWORD_BIG_ENDIAN|REG_DWORD_LITTLE_ENDIAN|REG_QWORD_LITTLE_ENDIAN|REG_LINK|"
	"REG_RESOURCE_LIST|REG_FULL_RESOURCE_DESCRIPTOR|REG_RESOURCE_REQUIREMENTS_LIST";

static size_t type_size(struct str text)
{
	size_t size = 0;
	while (size < text.size && size < 32 &&
		((text.at[size] >= 'A' && text.at[size] <= 'Z') || text.at[size] == '_'))
		size++;
	bool ends = size == text.size || str_blank_left(str_from(text, size)) > 0;
	return ends && str_in_list(str_slice(text, 0, size), type_words) ? size : 0;
}

/* What stands behind the type: "(1)" when reg query was asked for numbers, then the data. */
static struct str data_after(struct str text)
{
	text = str_trim_left(text);
	size_t close = str_find(text, STR(")"));
	int64_t number = 0;
	if (str_starts(text, STR("(")) && close <= 4 &&
		scan_number(str_slice(text, 1, close), &number))
		text = str_trim_left(str_from(text, close + 1));
	return str_trim_right(text);
}

/* NAME TYPE DATA. Names and data may hold blanks; the first type word between blanks parts them. */
static bool value_line(struct str text, struct registry_item *item)
{
	size_t indent = str_blank_left(text);
	for (size_t from = indent + 1; from < text.size;) {
		struct str rest = str_from(text, from);
		size_t at = str_find(rest, STR("REG_"));
		if (at == STR_NONE)
			return false;
		from += at;
		size_t size = type_size(str_from(text, from));
		struct str before = str_slice(text, indent, from);
		if (size && str_blank_right(before) > 0) {
			item->name = str_trim_right(before);
			item->type = str_slice(text, from, from + size);
			item->data = data_after(str_from(text, from + size));
			return true;
		}
		from += 4;
	}
	return false;
}

/* reg query joins the strings of a REG_MULTI_SZ with the two characters "\0". */
static struct str joined_by_bars(struct arena *arena, struct str data)
{
	char *to = arena_copy_chars(arena, data);
	size_t size = 0;
	for (size_t i = 0; i < data.size; i++) {
		bool zero = data.at[i] == '\\' && i + 1 < data.size && data.at[i + 1] == '0';
		to[size++] = zero ? '|' : data.at[i];
		i += zero;
	}
	while (size && to[size - 1] == '|')
		size--;
	return (struct str){to, size};
}

/* "The system was unable to find the specified registry key or value" without its "ERROR:" and
 * end, which differ between versions. English, Japanese, German, French, Spanish, Chinese and
 * Russian are confirmed. */
static const struct str not_found[] = {
	STR_INIT("unable to find the specified registry key or value"),
	STR_INIT("指定されたレジストリ キーまたは値が見つかりません"),
	STR_INIT("den angegebenen Registrierungsschlüssel oder Wert nicht finden"),
	STR_INIT("den angegebenen Registrierungsschlüssel oder -wert nicht finden"),
	STR_INIT("den angegebenen Registrierungsschlüssel bzw. Wert nicht finden"),
	STR_INIT("trouvé la clé ou la valeur de Registre spécifiée"),
	STR_INIT("trouver la clé ou la valeur de Registre spécifiée"),
	STR_INIT("encontrar la clave o el valor del Registro"),
	STR_INIT("找不到指定的注册表项或值"),
	STR_INIT("找不到指定的登錄機碼或值"),
	STR_INIT("지정된 레지스트리 키 또는 값을 찾을 수 없"),
	STR_INIT("найти указанный раздел или параметр"),
	STR_INIT("localizar a chave ou o valor do Registro especificad"),
	STR_INIT("encontrar a chave ou o valor do Registro especificad"),
	STR_INIT("trovare la chiave o il valore del Registro di sistema specificat"),
};

static bool says_not_found(struct str text)
{
	for (size_t i = 0; i < sizeof not_found / sizeof *not_found; i++)
		if (str_has(str_slice(text, 0, 400), not_found[i]))
			return true;
	return false;
}

/* A quoted argument without its quotes, or a word. */
static struct str take_argument(struct str *rest)
{
	*rest = str_trim_left(*rest);
	char quote = rest->size ? *rest->at : 0;
	if (quote != '"' && quote != '\'') /* PowerShell has both */
		return str_word(rest);
	*rest = str_from(*rest, 1);
	return str_cut(rest, quote);
}

/* reg query KEY [/v NAME | /ve] [/s] [/f PATTERN] */
static void read_command(struct registry_reading *r)
{
	struct str rest;
	(void)command_program(r->evidence->origin.command, &rest);
	if (!str_equal_nocase(take_argument(&rest), STR("query")))
		return;
	r->asked.key = abbreviated(r->facts->arena, take_argument(&rest));
	while (str_trim(rest).size) {
		struct str option = take_argument(&rest);
		if (str_in_list(option, "/v|-v"))
			r->asked.value = take_argument(&rest);
		else if (str_in_list(option, "/ve|-ve"))
			r->asked.value = STR("(default)");
		else if (str_in_list(option, "/f|-f"))
			r->asked.search = true;
		else if (str_in_list(option, "/s|-s"))
			r->asked.below = true;
	}
}

/* The sentence is about what the command line asks for. Below a key that was listed it is another
 * command's, whose line is not here; after a search it means that nothing matched. */
static void read_not_found(struct registry_reading *r, const struct line *line)
{
	if (r->listed || r->asked.search || r->asked.key.size == 0)
		return;
	struct fact *fact = add_key(r, line, r->asked.key);
	if (r->asked.value.size)
		fact_put(r->facts, fact, NULL, "missing-value", r->asked.value);
	else
		fact_put_flag(r->facts, fact, NULL, "exists", false);
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i);
	struct registry_item item;
	if (registry_is_path(text) || registry_export_line(str_trim(text)) || says_not_found(text))
		return true;
	return (str_starts(text, STR("    ")) || str_starts(text, STR("\t"))) &&
		value_line(text, &item);
}

static size_t read_line(struct registry_reading *r, size_t i)
{
	const struct line *line = &r->evidence->lines.at[i];
	struct registry_item item = {.line = line};
	struct str text = str_trim(line->text);
	bool known = false;
	size_t last = registry_export_read(r, i, &known);
	if (known)
		return last;
	if (str_blank_left(line->text) > 0 && value_line(line->text, &item)) {
		if (str_equal(item.type, STR("REG_MULTI_SZ")))
			item.data = joined_by_bars(r->facts->arena, item.data);
		registry_put(r, &item);
	} else if (registry_is_path(text)) {
		registry_open(r, line, text);
	} else if (says_not_found(text)) {
		read_not_found(r, line);
	} else if (value_line(line->text, &item)) { /* a copy that lost its indentation */
		registry_put(r, &item);
	}
	return i;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct registry_reading r = {.evidence = evidence, .facts = facts};
	read_command(&r);
	for (size_t i = 0; i < evidence->lines.count; i++)
		i = read_line(&r, i);
}

static const struct fact_kind *const kinds[] = {
	&kind_firewall_rule, &kind_firewall_profile, &registry_key, &registry_value, NULL};

const struct parser parser_registry = {
	.name = "registry",
	.says = "reg query and .reg exports",
	.source = "registry",
	.commands = "reg|regedit",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
