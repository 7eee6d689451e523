#include "base/scan.h"

#include <string.h>

/* Digits into a number; false past INT64_MAX. */
static bool digits_value(struct str digits, int64_t *number)
{
	int64_t value = 0;
	for (size_t i = 0; i < digits.size; i++) {
		int digit = digits.at[i] - '0';
		if (value > (INT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return digits.size > 0;
}

static size_t digits_size(struct str text)
{
	size_t size = 0;
	while (size < text.size && char_is_digit(text.at[size]))
		size++;
	return size;
}

bool scan_number(struct str text, int64_t *number)
{
	text = str_trim(text);
	bool negative = str_starts(text, STR("-"));
	if (negative || str_starts(text, STR("+")))
		text = str_from(text, 1);
	int64_t value = 0;
	if (digits_size(text) != text.size || !digits_value(text, &value))
		return false;
	*number = negative ? -value : value;
	return true;
}

bool scan_first_number(struct str text, int64_t *number)
{
	for (size_t i = 0; i < text.size; i++)
		if (char_is_digit(text.at[i])) {
			struct str rest = str_from(text, i);
			return digits_value(str_slice(rest, 0, digits_size(rest)), number);
		}
	return false;
}

bool scan_thousandths(struct str text, int64_t *thousandths)
{
	text = str_trim(text);
	bool negative = str_starts(text, STR("-"));
	if (negative || str_starts(text, STR("+")))
		text = str_from(text, 1);
	size_t whole_size = digits_size(text);
	int64_t whole = 0;
	if (!digits_value(str_slice(text, 0, whole_size), &whole) || whole > INT64_MAX / 2000)
		return false;
	int64_t value = whole * 1000;
	struct str rest = str_from(text, whole_size);
	if (rest.size) {
		if (rest.at[0] != '.' && rest.at[0] != ',')
			return false;
		rest = str_from(rest, 1);
		if (digits_size(rest) != rest.size)
			return false;
		int64_t unit = 100;
		for (size_t i = 0; i < rest.size && unit; i++, unit /= 10)
			value += (rest.at[i] - '0') * unit;
	}
	*thousandths = negative ? -value : value;
	return true;
}

static unsigned hex_digit(char c)
{
	return char_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(char_lower(c) - 'a') + 10;
}

static size_t hex_size(struct str text)
{
	size_t size = 0;
	while (size < text.size && char_is_hex(text.at[size]))
		size++;
	return size;
}

bool scan_hex(struct str text, uint64_t *value)
{
	text = str_trim(text);
	if (!str_starts_nocase(text, STR("0x")))
		return false;
	text = str_from(text, 2);
	if (text.size == 0 || text.size > 16 || hex_size(text) != text.size)
		return false;
	*value = 0;
	for (size_t i = 0; i < text.size; i++)
		*value = *value << 4 | hex_digit(text.at[i]);
	return true;
}

bool scan_code(struct str text, uint32_t *code)
{
	uint64_t hex = 0;
	int64_t number = 0;
	if (scan_hex(text, &hex)) {
		/* PowerShell widens a negative code to 64 bits: 0xFFFFFFFFC004F074. */
		if (hex > UINT32_MAX && hex >> 31 != 0x1FFFFFFFF)
			return false;
		*code = (uint32_t)hex;
		return true;
	}
	if (!scan_number(text, &number) || number < INT32_MIN || number > (int64_t)UINT32_MAX)
		return false;
	*code = (uint32_t)number;
	return true;
}

bool scan_first_code(struct str text, uint32_t *code, size_t *at)
{
	for (size_t i = 0; i + 10 <= text.size; i++) {
		struct str rest = str_from(text, i);
		if (!str_starts_nocase(rest, STR("0x")) || hex_size(str_from(rest, 2)) != 8)
			continue;
		if (at)
			*at = i;
		return scan_code(str_slice(rest, 0, 10), code);
	}
	return false;
}

static bool guid_here(struct str text)
{
	if (text.size < GUID_BYTES)
		return false;
	for (size_t i = 0; i < GUID_BYTES; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text.at[i] != '-' : !char_is_hex(text.at[i]))
			return false;
	}
	return text.size == GUID_BYTES || !char_is_hex(text.at[GUID_BYTES]);
}

bool scan_first_guid(struct str text, struct str *guid)
{
	for (size_t dash = 8; dash < text.size; dash++) {
		if (text.at[dash] != '-' || !guid_here(str_from(text, dash - 8)))
			continue;
		*guid = str_slice(text, dash - 8, dash - 8 + GUID_BYTES);
		return true;
	}
	return false;
}

bool scan_is_guid(struct str text)
{
	text = str_trim(text);
	if (str_starts(text, STR("{")) && str_ends(text, STR("}")))
		text = str_slice(text, 1, text.size - 1);
	return text.size == GUID_BYTES && guid_here(text);
}

static bool scan_v4(struct str text, unsigned char *bytes)
{
	for (int i = 0; i < 4; i++) {
		if (i > 0) {
			if (!str_starts(text, STR(".")))
				return false;
			text = str_from(text, 1);
		}
		size_t size = digits_size(text);
		int64_t value = 0;
		if (size > 3 || !digits_value(str_slice(text, 0, size), &value) || value > 255)
			return false;
		bytes[i] = (unsigned char)value;
		text = str_from(text, size);
	}
	return text.size == 0;
}

/* RFC 4291 section 2.2. Groups are gathered in order; "::" remembers where the zeros go. */
static bool scan_v6(struct str text, unsigned char *bytes)
{
	unsigned char groups[16] = {0};
	size_t count = 0, gap = SIZE_MAX;
	if (str_starts(text, STR("::"))) {
		gap = 0;
		text = str_from(text, 2);
	}
	while (text.size) {
		if (count <= 12 && str_has(text, STR(".")) && !str_has(text, STR(":"))) {
			if (!scan_v4(text, groups + count))
				return false;
			count += 4;
			break;
		}
		size_t size = hex_size(text);
		if (size == 0 || size > 4 || count == 16)
			return false;
		unsigned value = 0;
		for (size_t i = 0; i < size; i++)
			value = value << 4 | hex_digit(text.at[i]);
		groups[count++] = (unsigned char)(value >> 8);
		groups[count++] = (unsigned char)value;
		text = str_from(text, size);
		if (text.size == 0)
			break;
		if (text.size == 1 || text.at[0] != ':')
			return false;
		text = str_from(text, 1);
		if (text.at[0] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = count;
			text = str_from(text, 1);
		}
	}
	if (gap == SIZE_MAX ? count != 16 : count > 14)
		return false;
	size_t head = gap == SIZE_MAX ? count : gap;
	memset(bytes, 0, 16);
	memcpy(bytes, groups, head);
	memcpy(bytes + 16 - (count - head), groups + head, count - head);
	return true;
}

bool scan_address(struct str text, struct address *address)
{
	struct address read = {0};
	text = str_trim(text);
	if (str_starts(text, STR("[")) && str_ends(text, STR("]")))
		text = str_slice(text, 1, text.size - 1);
	read.v6 = str_has(text, STR(":"));
	if (read.v6)
		text = str_slice(text, 0, str_find_char(text, '%'));
	if (!(read.v6 ? scan_v6 : scan_v4)(text, read.bytes))
		return false;
	*address = read;
	return true;
}

static enum address_class v4_class(const unsigned char *b)
{
	if (b[0] == 127)
		return ADDRESS_LOOPBACK;
	if ((b[0] | b[1] | b[2] | b[3]) == 0)
		return ADDRESS_UNSPECIFIED;
	if (b[0] == 169 && b[1] == 254)
		return ADDRESS_LINK_LOCAL;
	if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0) == 16) || (b[0] == 192 && b[1] == 168) ||
		(b[0] == 100 && (b[1] & 0xC0) == 64))
		return ADDRESS_PRIVATE;
	return ADDRESS_PUBLIC;
}

enum address_class address_class(const struct address *address)
{
	static const unsigned char zero[15], mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
	const unsigned char *b = address->bytes;
	if (!address->v6)
		return v4_class(b);
	if (memcmp(b, mapped, sizeof mapped) == 0) /* RFC 4291 section 2.5.5.2 */
		return v4_class(b + sizeof mapped);
	if (memcmp(b, zero, 15) == 0 && b[15] <= 1)
		return b[15] ? ADDRESS_LOOPBACK : ADDRESS_UNSPECIFIED;
	if (b[0] == 0xFE && (b[1] & 0xC0) == 0x80)
		return ADDRESS_LINK_LOCAL;
	/* fec0::/10 is RFC 3879's: out of use, but Windows lists fec0:0:0:ffff::1 where no DNS server is set. */
	bool site_local = b[0] == 0xFE && (b[1] & 0xC0) == 0xC0;
	return (b[0] & 0xFE) == 0xFC || site_local ? ADDRESS_PRIVATE : ADDRESS_PUBLIC;
}

bool scan_is_host(struct str text)
{
	bool letter = false;
	if (text.size == 0 || text.size > 255 || text.at[0] == '.' || text.at[0] == '-')
		return false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i];
		if (!char_is_alpha(c) && !char_is_digit(c) && c != '-' && c != '.' && c != '_')
			return false;
		letter |= char_is_alpha(c);
	}
	return letter;
}

bool scan_host_port(struct str text, struct str *host, int64_t *port)
{
	struct address address;
	text = str_trim(text);
	if (scan_is_host(text) || scan_address(text, &address)) {
		*host = text;
		return true;
	}
	size_t colon = str_find_last_char(text, ':');
	int64_t number = 0;
	if (colon == STR_NONE || !scan_number(str_from(text, colon + 1), &number) || number < 0 ||
		number > 65535)
		return false;
	struct str name = str_slice(text, 0, colon);
	if (!scan_is_host(name) && !scan_address(name, &address))
		return false;
	*host = name;
	*port = number;
	return true;
}

static bool key_char(char c)
{
	return char_is_digit(c) || char_is_alpha(c);
}

bool scan_first_product_key(struct str text, size_t *at)
{
	for (size_t dash = 5; dash < text.size; dash++) {
		if (text.at[dash] != '-' || text.size - (dash - 5) < PRODUCT_KEY_BYTES)
			continue;
		struct str key = str_slice(text, dash - 5, dash - 5 + PRODUCT_KEY_BYTES);
		size_t i = 0;
		while (i < key.size && (i % 6 == 5 ? key.at[i] == '-' : key_char(key.at[i])))
			i++;
		if (i < key.size)
			continue;
		*at = dash - 5;
		return true;
	}
	return false;
}
