/*
 * route print (network-time, section 8).
 *
 *     ===========================================================================
 *     Active Routes:                                              <- headings are translated
 *     Network Destination        Netmask          Gateway       Interface  Metric
 *               0.0.0.0          0.0.0.0      192.168.2.1    192.168.2.188     25
 *             127.0.0.0        255.0.0.0         On-link         127.0.0.1    331
 *     ===========================================================================
 *     Persistent Routes:
 *       Network Address          Netmask  Gateway Address  Metric
 *               0.0.0.0          0.0.0.0         10.0.0.1  Default
 *
 * An active route ends in the interface's address and a number, a persistent one in a number or a
 * word alone. "On-link" and "Default" are translated, some with a blank inside: what is no
 * address is that word. Routes of IPv6 have another form and are not read. An active route may be
 * persistent too; its line does not say.
 */
#include "parser.h"

static const struct fact_kind route = {
	.name = "route",
	.says = "an IPv4 route",
	.fields =
		{
			{"destination", FACT_ADDRESS, "network", NULL, FACT_KEY},
			{"mask", FACT_ADDRESS, "netmask", NULL, FACT_KEY},
			{"gateway", FACT_ADDRESS, "absent when the network is directly connected",
				NULL, FACT_KEY},
			{"interface", FACT_ADDRESS, "address of the interface"},
			{"metric", FACT_NUMBER, "lower wins"},
			{"persistent", FACT_FLAG, "survives a restart"},
			{0},
		},
};

#define WORDS 10

struct row {
	struct str words[WORDS];
	size_t count;
};

/* Ones, then zeros. */
static bool is_mask(struct str text)
{
	struct address a;
	if (!scan_address(text, &a) || a.v6)
		return false;
	uint32_t bits = (uint32_t)a.bytes[0] << 24 | (uint32_t)a.bytes[1] << 16 |
		(uint32_t)a.bytes[2] << 8 | a.bytes[3];
	return (~bits & (~bits + 1)) == 0;
}

static bool is_v4(struct str text)
{
	struct address a;
	return scan_address(text, &a) && !a.v6;
}

/* NETWORK MASK ...; false for every other line. */
static bool row_of(struct str text, struct row *row)
{
	row->count = 0;
	text = str_slice(text, 0, 200);
	for (struct str word; row->count < WORDS && (word = str_word(&text)).size;) {
		if (row->count == 0 && !is_v4(word))
			return false;
		row->words[row->count++] = word;
	}
	return row->count >= 4 && is_mask(row->words[1]) && str_is_blank(text);
}

static bool is_active(const struct row *row)
{
	int64_t metric = 0;
	return row->count >= 5 && scan_number(row->words[row->count - 1], &metric) &&
		is_v4(row->words[row->count - 2]);
}

static bool is_persistent(const struct row *row)
{
	int64_t metric = 0;
	if (is_active(row))
		return false;
	return is_v4(row->words[2]) ? !is_v4(row->words[3])
				    : scan_number(row->words[row->count - 1], &metric);
}

static bool is_ruler(struct str text)
{
	text = str_trim(text);
	size_t size = 0;
	while (size < text.size && text.at[size] == '=')
		size++;
	return size >= 40 && size == text.size;
}

/* " 12...00 15 5d 00 00 01 ......Intel(R) ..." of the list of interfaces. */
static bool is_interface(struct str text)
{
	text = str_trim(text);
	size_t digits = 0;
	while (digits < text.size && char_is_digit(text.at[digits]))
		digits++;
	return digits && digits <= 5 && str_starts(str_from(text, digits), STR("..."));
}

static bool opens(const struct lines *lines, size_t i)
{
	struct row row;
	struct str text = lines_text(lines, i);
	if (row_of(text, &row))
		return is_active(&row);
	if (!is_ruler(text))
		return false;
	for (size_t k = i + 1; k <= i + 4; k++)
		if (is_interface(lines_text(lines, k)) ||
			(row_of(lines_text(lines, k), &row) && is_active(&row)))
			return true;
	return false;
}

static void put_row(struct facts *facts, const struct line *line, const struct row *row)
{
	bool active = is_active(row);
	struct fact *fact = fact_add(facts, &route, line);
	fact_put(facts, fact, NULL, "destination", row->words[0]);
	fact_put(facts, fact, NULL, "mask", row->words[1]);
	if (!active || row->count == 5)
		fact_put(facts, fact, NULL, "gateway", row->words[2]);
	if (active)
		fact_put(facts, fact, NULL, "interface", row->words[row->count - 2]);
	else
		fact_put_flag(facts, fact, NULL, "persistent", true);
	fact_put(facts, fact, NULL, "metric", row->words[row->count - 1]);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct row row;
	for (size_t i = 0; i < evidence->lines.count && !facts->full; i++)
		if (row_of(evidence->lines.at[i].text, &row) &&
			(is_active(&row) || is_persistent(&row)))
			put_row(facts, &evidence->lines.at[i], &row);
}

static const struct fact_kind *const kinds[] = {&route, NULL};

const struct parser parser_route = {
	.name = "route",
	.says = "route print",
	.source = "route",
	.commands = "route",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
