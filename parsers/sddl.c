/*
 * SDDL, the Security Descriptor Definition Language (MS-DTYP 2.5.1; icacls-format, section 5):
 *
 *     O:BAG:BAD:PAI(A;OICI;FA;;;SY)(D;;0x1301bf;;;WD)S:AI(ML;;NW;;;HI)
 *
 * An entry is type;flags;rights;object;inherited object;who, with a condition behind that has parentheses
 * of its own. Rights are two letters each, or a number. "S:AINO_ACCESS_CONTROL" is how icacls /save writes
 * an audit list that is not there.
 */
#include "acl.h"

struct code {
	char name[3];
	uint32_t bits;
};

static const struct code rights[] = {
	{"GA", 0x10000000u},
	{"GR", 0x80000000u},
	{"GW", 0x40000000u},
	{"GX", 0x20000000u},
	{"RC", 0x20000u},
	{"SD", 0x10000u},
	{"WD", 0x40000u},
	{"WO", 0x80000u},
	{"CC", 0x1u},
	{"DC", 0x2u},
	{"LC", 0x4u},
	{"SW", 0x8u},
	{"RP", 0x10u},
	{"WP", 0x20u},
	{"DT", 0x40u},
	{"LO", 0x80u},
	{"CR", 0x100u},
	{"FA", 0x1F01FFu},
	{"FR", 0x120089u},
	{"FW", 0x120116u},
	{"FX", 0x1200A0u},
	{"KA", 0xF003Fu},
	{"KR", 0x20019u},
	{"KW", 0x20006u},
	{"KX", 0x20019u},
	{"NW", 0x1u},
	{"NR", 0x2u},
	{"NX", 0x4u},
};

static const struct code flags[] = {
	{"OI", ACE_OBJECT_INHERIT},
	{"CI", ACE_CONTAINER_INHERIT},
	{"NP", ACE_NO_PROPAGATE},
	{"IO", ACE_INHERIT_ONLY},
	{"ID", ACE_INHERITED},
	{"SA", 0},
	{"FA", 0},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Pairs of letters, each from `codes`, into bits. */
static bool read_pairs(struct str text, const struct code *codes, size_t count, uint32_t *bits)
{
	*bits = 0;
	if (text.size % 2)
		return false;
	for (size_t i = 0; i < text.size; i += 2) {
		size_t k = 0;
		while (k < count &&
			(codes[k].name[0] != text.at[i] || codes[k].name[1] != text.at[i + 1]))
			k++;
		if (k == count)
			return false;
		*bits |= codes[k].bits;
	}
	return true;
}

static bool read_mask(struct str text, uint32_t *mask)
{
	uint64_t hex = 0;
	if (read_pairs(text, rights, COUNT(rights), mask))
		return true;
	if (scan_hex(text, &hex) && hex <= UINT32_MAX) {
		*mask = (uint32_t)hex;
		return true;
	}
	return scan_code(text, mask);
}

static enum ace_type type_of(struct str text)
{
	return str_in_list(text, "A|OA|XA")    ? ACE_ALLOW
		: str_in_list(text, "D|OD|XD") ? ACE_DENY
		: str_equal(text, STR("ML"))   ? ACE_LABEL
					       : ACE_OTHER;
}

/* The size of the entry at the front, parentheses included; 0 when it does not end. */
static size_t entry_size(struct str text)
{
	size_t depth = 0;
	if (!str_starts(text, STR("(")))
		return 0;
	for (size_t i = 0; i < text.size; i++) {
		depth += text.at[i] == '(';
		if (text.at[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

bool sddl_next(struct str *entries, struct ace *ace)
{
	size_t size = entry_size(*entries);
	if (size < 2)
		return false;
	struct str rest = str_slice(*entries, 1, size - 1), field[6];
	*entries = str_from(*entries, size);
	for (size_t i = 0; i < 6; i++)
		field[i] = str_cut(&rest, ';');
	uint32_t bits = 0;
	*ace = (struct ace){.type = type_of(field[0]), .principal = field[5]};
	if (!read_pairs(field[1], flags, COUNT(flags), &bits) || !read_mask(field[2], &ace->mask) ||
		field[5].size == 0)
		ace->type = ACE_OTHER;
	ace->flags = bits;
	return true;
}

/* The entries at the front of `*rest`, all of them. `*whole` is set to false when the last is cut. */
static struct str take_entries(struct str *rest, bool *whole)
{
	struct str text = *rest;
	while (str_starts(*rest, STR("("))) {
		size_t size = entry_size(*rest);
		if (size == 0) {
			*whole = false;
			break;
		}
		*rest = str_from(*rest, size);
	}
	return str_slice(text, 0, text.size - rest->size);
}

/* Is a part's name, "O:", "G:", "D:" or "S:", at `at`? */
static bool part_at(struct str text, size_t at)
{
	char c = at + 1 < text.size ? text.at[at] : 0;
	return (c == 'O' || c == 'G' || c == 'D' || c == 'S') && text.at[at + 1] == ':';
}

/* Flags, or a principal: letters, digits, '-' and '_' up to the next part or entry. */
static struct str take_word(struct str *rest)
{
	size_t end = 0;
	while (end < rest->size && !part_at(*rest, end) &&
		(char_is_alpha(rest->at[end]) || char_is_digit(rest->at[end]) ||
			rest->at[end] == '-' || rest->at[end] == '_'))
		end++;
	struct str word = str_slice(*rest, 0, end);
	*rest = str_from(*rest, end);
	return word;
}

bool sddl_read(struct str text, struct sddl *sddl)
{
	struct str rest = str_trim(text);
	*sddl = (struct sddl){.whole = true};
	while (part_at(rest, 0)) {
		char part = *rest.at;
		rest = str_from(rest, 2);
		struct str word = take_word(&rest);
		struct str entries = take_entries(&rest, &sddl->whole);
		if (part == 'O')
			sddl->owner = word;
		else if (part == 'G')
			sddl->group = word;
		else if (part == 'S')
			sddl->sacl = entries;
		else {
			sddl->has_dacl = true;
			sddl->dacl = entries;
			sddl->null_dacl = str_ends(word, STR("NO_ACCESS_CONTROL"));
			sddl->dacl_flags =
				sddl->null_dacl ? str_slice(word, 0, word.size - 17) : word;
		}
	}
	sddl->whole &= rest.size == 0;
	return sddl->has_dacl || sddl->owner.size > 0;
}

bool sddl_is(struct str text)
{
	struct sddl sddl;
	struct ace ace;
	text = str_trim(text);
	if (!part_at(text, 0) || !sddl_read(text, &sddl) || !sddl.has_dacl)
		return false;
	return sddl.null_dacl || (sddl_next(&sddl.dacl, &ace) && ace.type != ACE_OTHER);
}
