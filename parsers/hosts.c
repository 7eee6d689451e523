/*
 * The hosts file, %windir%\System32\drivers\etc\hosts.
 *
 *     # Copyright (c) 1993-2009 Microsoft Corp.
 *     # This is a sample HOSTS file used by Microsoft TCP/IP for Windows.
 *     #      102.54.94.97     rhino.acme.com          # source server
 *     10.0.3.20   kms01.contoso.com kms01              # an address, then its names
 *
 * Names fixed here win over DNS for the licensing service, while nslookup does not see them
 * (network-time, N2). The file as Windows delivers it holds comments only: it was read and has no
 * entry. A line "ADDRESS NAME" stands in the output of many tools; alone it does not make a hosts
 * file.
 */
#include "parser.h"

static const struct fact_kind hosts_file = {
	.name = "hosts-file",
	.says = "the hosts file was read",
	.is_state = true,
	.fields =
		{
			{"entries", FACT_NUMBER, "lines in force"},
			{0},
		},
};

static const struct fact_kind hosts_entry = {
	.name = "hosts-entry",
	.says = "a name that the hosts file fixes",
	.fields =
		{
			{"name", FACT_NAME, "the name", NULL, FACT_KEY},
			{"address", FACT_ADDRESS, "its address"},
			{0},
		},
};

/* Some sites block advertisements with a hosts file of a hundred thousand lines. All are counted;
 * past this many, a line that sends its name nowhere is kept only when the name may matter to
 * activation. */
#define ENTRIES_KEPT (LIMIT_VIEW_FACTS / 4)

/* Sentences of the file as Windows delivers it; lmhosts and others share its first line, the
 * copyright. */
static bool is_sign(struct str text)
{
	return str_starts(text, STR("#")) &&
		(str_has(text, STR("This is a sample HOSTS file used by Microsoft TCP/IP")) ||
			str_has(text,
				STR("localhost name resolution is handled within DNS itself")));
}

static bool opens(const struct lines *lines, size_t i)
{
	struct str text = str_trim(lines_text(lines, i));
	if (!str_starts(text, STR("#")))
		return false;
	if (str_starts(text, STR("# Copyright (c) ")) && str_has(text, STR("Microsoft Corp")))
		return is_sign(lines_text(lines, i + 1)) || is_sign(lines_text(lines, i + 2));
	return is_sign(text);
}

struct reading {
	struct facts *facts;
	size_t entries, kept;
	const struct line *first; /* first line that belongs to a hosts file */
};

static bool may_matter(struct str name)
{
	return str_has_nocase(name, STR("microsoft")) || str_has_nocase(name, STR("windows")) ||
		str_has_nocase(name, STR("kms")) || str_has_nocase(name, STR("azure"));
}

/* The second column of "arp -a", which may follow in a mail: 00-15-5d-00-00-01. */
static bool is_hardware_address(struct str text)
{
	if (text.size != 17)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (i % 3 == 2 ? text.at[i] != '-' : !char_is_hex(text.at[i]))
			return false;
	return true;
}

/* Takes the address off the front of `*rest`, which must have a name left. */
static bool take_address(struct str *rest, struct str *address, struct address *parsed)
{
	*address = str_word(rest);
	struct str names = *rest, name = str_word(&names);
	return scan_address(*address, parsed) && scan_is_host(name) && !is_hardware_address(name);
}

static void put_names(struct reading *r, const struct line *line, struct str address, bool nowhere,
	struct str rest)
{
	for (struct str name; (name = str_word(&rest)).size;) {
		if (!scan_is_host(name) || r->facts->full)
			continue;
		if (r->kept >= ENTRIES_KEPT && nowhere && !may_matter(name))
			continue;
		struct fact *fact = fact_add(r->facts, &hosts_entry, line);
		fact_put(r->facts, fact, NULL, "name", name);
		fact_put(r->facts, fact, NULL, "address", address);
		r->kept++;
	}
}

static void read_line(struct reading *r, const struct line *line)
{
	size_t hash = str_find_char(line->text, '#');
	struct str rest = str_trim(str_slice(line->text, 0, hash)), address;
	struct address parsed;
	bool comment = rest.size == 0 && hash != STR_NONE;
	bool entry = take_address(&rest, &address, &parsed);
	if (!r->first && (comment || entry))
		r->first = line;
	if (!entry)
		return;
	enum address_class class = address_class(&parsed);
	r->entries++;
	put_names(
		r, line, address, class == ADDRESS_LOOPBACK || class == ADDRESS_UNSPECIFIED, rest);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.facts = facts};
	struct fact *file = NULL;
	for (size_t i = 0; i < evidence->lines.count; i++) {
		read_line(&r, &evidence->lines.at[i]);
		if (r.first && !file) /* ahead of its entries */
			file = fact_add(facts, &hosts_file, r.first);
	}
	if (file)
		fact_put_number(facts, file, NULL, "entries", (int64_t)r.entries);
}

static const struct fact_kind *const kinds[] = {&hosts_file, &hosts_entry, NULL};

const struct parser parser_hosts = {
	.name = "hosts",
	.says = "the hosts file",
	.source = "hosts",
	.commands = "hosts",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
