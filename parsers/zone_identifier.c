/*
 * Zone.Identifier: the stream that marks a file as downloaded, for which SmartScreen and script hosts ask or refuse
 * (MS-FSCC 5.6.1).
 *
 *     [ZoneTransfer]                                        <- more < FILE:Zone.Identifier, Get-Content -Stream
 *     ZoneId=3                                              <- 0 local, 1 intranet, 2 trusted, 3 Internet, 4 restricted
 *     ReferrerUrl=https://intranet.contoso.com/tools
 *     HostUrl=https://intranet.contoso.com/tools/slmgr.zip
 *
 *                          26 slmgr.vbs:Zone.Identifier:$DATA      <- dir /r
 *     FileName : C:\Users\pat\Downloads\slmgr.vbs                  <- Get-Item -Stream
 *     Stream   : Zone.Identifier
 *
 * Nothing of it is translated. Of addresses only the host is kept.
 */
#include "zone_identifier.h"

const struct fact_kind kind_zone_identifier = {
	.name = "zone-identifier",
	.says = "the mark of a file that was downloaded",
	.fields =
		{
			{"path", FACT_TEXT, "the file, as printed or typed", NULL, FACT_KEY},
			{"program", FACT_NAME, "its name without folder"},
			{"zone", FACT_WORD,
				"where it came from; absent when only the mark was seen",
				"local|intranet|trusted|internet|restricted"},
			{"host", FACT_NAME, "the host it came from"},
			{0},
		},
};

static const struct str mark = STR_INIT(":Zone.Identifier");

static struct fact *add(struct facts *facts, const struct line *line, struct str path)
{
	struct fact *fact = fact_add(facts, &kind_zone_identifier, line);
	size_t separator = str_find_last_char(path, '\\');
	if (path.size == 0)
		return fact;
	fact_put(facts, fact, NULL, "path", path);
	fact_put(facts, fact, NULL, "program",
		str_from(path, separator == STR_NONE ? 0 : separator + 1));
	return fact;
}

bool zone_identifier_read(struct facts *facts, const struct line *line)
{
	struct str rest = str_trim(line->text);
	size_t end = str_find_nocase(rest, mark);
	if (end == STR_NONE || !str_ends_nocase(rest, STR(":$DATA")) || rest.size > 600)
		return false;
	struct str name = str_slice(rest, 0, end), size = str_word(&name);
	int64_t bytes = 0;
	name = str_trim(name);
	if (!scan_first_number(str_slice(size, 0, 1), &bytes) || name.size == 0)
		return false;
	(void)add(facts, line, name);
	return true;
}

/* "more < C:\x:Zone.Identifier", "Get-Content -Path C:\x -Stream Zone.Identifier". */
static struct str path_of_command(struct str command)
{
	size_t end = str_find_nocase(command, mark);
	struct str rest = end == STR_NONE ? command : str_slice(command, 0, end);
	if (end != STR_NONE) {
		size_t quote = str_find_last_char(rest, '"'), from = str_find_last_char(rest, ' ');
		if (quote != STR_NONE)
			return str_from(rest, quote + 1);
		rest = str_from(rest, from == STR_NONE ? 0 : from + 1);
		return str_starts(rest, STR("<")) ? str_from(rest, 1) : rest;
	}
	(void)command_argument(&rest);
	for (struct str word; (word = command_argument(&rest)).size;) {
		if (str_equal_nocase(word, STR("-Stream")))
			(void)command_argument(&rest);
		else if (!str_starts(word, STR("-")))
			return word;
	}
	return STR("");
}

/* "https://user@host:443/path" gives the host. */
static struct str host_of(struct str url)
{
	size_t slashes = str_find(url, STR("://"));
	if (slashes == STR_NONE)
		return STR("");
	url = str_from(url, slashes + 3);
	struct str host = str_cut(&url, '/');
	size_t at = str_find_last_char(host, '@');
	if (at != STR_NONE)
		host = str_from(host, at + 1);
	return str_cut(&host, ':');
}

static void put_zone(
	struct facts *facts, struct fact *fact, const struct line *line, struct str value)
{
	static const char *const zones[] = {
		"local", "intranet", "trusted", "internet", "restricted"};
	int64_t number = 0;
	if (scan_number(value, &number) && number >= 0 && number < 5)
		fact_put(facts, fact, line, "zone", str_of(zones[number]));
}

static bool is_section(struct str text)
{
	return str_equal_nocase(str_trim(text), STR("[ZoneTransfer]"));
}

/* The value of "NAME : value" in a list. */
static bool property(struct str text, struct str name, struct str *value)
{
	if (!str_starts(text, name))
		return false;
	text = str_trim_left(str_from(text, name.size));
	if (!str_starts(text, STR(":")))
		return false;
	*value = str_trim(str_from(text, 1));
	return true;
}

static void read_value(struct facts *facts, struct fact *fact, const struct line *line)
{
	struct str rest = str_trim(line->text), name = str_cut(&rest, '=');
	if (str_equal_nocase(name, STR("ZoneId")))
		put_zone(facts, fact, line, rest);
	else if (str_equal_nocase(name, STR("HostUrl")) && scan_is_host(host_of(rest)))
		fact_put(facts, fact, line, "host", host_of(rest));
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct str asked = path_of_command(evidence->origin.command), file = STR(""), value;
	struct fact *fact = NULL;
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++) {
		const struct line *line = &evidence->lines.at[i];
		if (is_section(line->text)) {
			fact = add(facts, line, asked);
		} else if (property(line->text, STR("FileName"), &value)) {
			file = value;
		} else if (property(line->text, STR("Stream"), &value)) {
			if (str_equal(value, STR("Zone.Identifier")) && file.size)
				(void)add(facts, line, file);
		} else if (fact) {
			read_value(facts, fact, line);
		}
	}
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str value;
	return is_section(lines_text(lines, i)) ||
		(property(lines_text(lines, i), STR("FileName"), &value) &&
			property(lines_text(lines, i + 1), STR("Stream"), &value));
}

static const struct fact_kind *const kinds[] = {&kind_zone_identifier, NULL};

const struct parser parser_zone_identifier = {
	.name = "zone_identifier",
	.says = "the mark of downloaded files",
	.source = "files",
	.commands = "Zone.Identifier",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
