/*
 * What is a word that Windows translates? A run of letters that is no part of something technical: no digit,
 * underscore, path, address, host name, option, variable or entity touches it, and it is not on the list below of what
 * stays the same in every language.
 */
#include "scramble_words.h"

#include "base/utf8.h"

#include <string.h>

/*
 * Words that are the same in every language of Windows, and why.
 */
static const char untranslated[] =
	/* protocols, formats and abbreviations that translators leave alone */
	"SC|KMS|DNS|Dns|SRV|IP|TCP|UDP|RPC|DHCP|WINS|NetBIOS|Tcpip|NTP|SNTP|UTC|AD|ID|SID|PID|SKU|"
	"OS|BIOS|MAK|OEM|URL|HTTP|HTTPS|MAC|GUID|CMID|VLSC|AVMA|"
	/* products and makers; channels of keys; what a licence says of itself is taken whole, see product_size */
	"Windows|Microsoft|Office|Hyper|Intel|Ethernet|Realtek|VMware|Azure|Enterprise|"
	"Professional|Pro|Education|Server|Standard|Datacenter|LTSC|LTSB|Evaluation|Volume|Retail|"
	"Edition|GVLK|CSVLK|R|S|V|"
	/* state words and types of sc.exe, reg.exe and netsh's numbers that are constants of the API */
	"STOPPED|RUNNING|LocalSystem|"
	/* rights and flags of icacls and SDDL, whose letters are fixed (icacls-format) */
	"F|M|RX|W|D|N|DE|RC|WDAC|WO|AS|MA|GR|GW|GE|GA|RD|WD|AD|REA|WEA|X|DC|RA|WA|OI|CI|IO|NP|I|"
	"DENY|NW|NR|NX|"
	/* accounts and services that have no translation, and names that administrators gave */
	"SERVICE|sppsvc|TrustedInstaller|CONTOSO|FABRIKAM|Contoso|Fabrikam|WORKGROUP|";

/* "SERVICE" is part of an account, "service" is a word. */
static bool is_untranslated(struct str word)
{
	for (struct str rest = str_of(untranslated); rest.size;)
		if (str_equal(str_cut(&rest, '|'), word))
			return true;
	return false;
}

const char *const script_names[SCRIPT_COUNT] = {
	"Latin", "Cyrillic", "Greek", "Hebrew and Arabic", "Han", "Hangul and kana"};

struct letters {
	uint32_t first, count;
};

/* Two alphabets by turns where a script has a sister that Windows is translated to. */
static const struct letters alphabets[SCRIPT_COUNT][2] = {
	{{'a', 26}, {'a', 26}},
	{{0x0430, 32}, {0x0430, 32}},
	{{0x03B1, 17}, {0x03B1, 17}},
	{{0x05D0, 27}, {0x0628, 19}},
	{{0x4E00, 0x4FFF}, {0x4E00, 0x4FFF}},
	{{0xAC00, 11172}, {0x30A2, 64}},
};

static bool is_ascii_joiner(uint32_t c)
{
	return c < 0x80 && c && strchr("_-.\\/@$%{}&#~+=", (int)c);
}

/* Scripts without spaces: a technical word may touch their letters. */
static bool is_east_asian(uint32_t c)
{
	return c == 0x3005 || (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) ||
		(c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
		(c >= 0xFF66 && c <= 0xFF9F);
}

static bool is_alphabetic(uint32_t c)
{
	if (c < 0x80)
		return char_is_alpha((char)c);
	return (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x300 && c <= 0x52F) ||
		(c >= 0x5D0 && c <= 0x5EA) || (c >= 0x620 && c <= 0x65F) ||
		(c >= 0x1E00 && c <= 0x1FFF) || (c >= 0xAC00 && c <= 0xD7A3);
}

static uint32_t peek(struct str text)
{
	bool valid;
	return text.size ? utf8_next(&text, &valid) : 0;
}

static uint64_t hash_word(uint64_t hash, struct str word)
{
	hash ^= 0xCBF29CE484222325u;
	for (size_t i = 0; i < word.size; i++)
		hash = (hash ^ (unsigned char)char_lower(word.at[i])) * 0x100000001B3u;
	return hash;
}

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static bool is_capital(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE) || (c >= 0x410 && c <= 0x42F);
}

static void put_random(const struct scrambler *scrambler, struct out *out, struct str word)
{
	uint64_t state = hash_word(scrambler->seed * 31 + scrambler->script, word);
	const struct letters *alphabet = &alphabets[scrambler->script][scrambler->seed & 1];
	/* An ideogram or syllable says what several letters do. */
	uint32_t size =
		alphabet->count > 100 ? 2 + next_random(&state) % 3 : 3 + next_random(&state) % 8;
	for (uint32_t i = 0; i < size; i++) {
		uint32_t letter = alphabet->first + next_random(&state) % alphabet->count;
		if (i == 0 && scrambler->script < 3 && is_capital(peek(word)))
			letter -= 32;
		char bytes[4];
		out_str(out, (struct str){bytes, utf8_put(bytes, letter)});
	}
}

/* "BUILTIN\Users", "NT AUTHORITY\SYSTEM:(F)": names that Windows gives in its own language. */
static bool is_account(struct str chunk)
{
	size_t at = str_find_char(chunk, '\\');
	if (at == STR_NONE || at == 0 || at + 1 >= chunk.size)
		return false;
	struct str left = str_slice(chunk, 0, at), right = str_from(chunk, at + 1);
	if (is_untranslated(left))
		return false;
	for (size_t i = 0; i < right.size; i++)
		if (!char_is_alpha(right.at[i]) && (unsigned char)right.at[i] < 0x80)
			return false;
	for (size_t i = 0; i < left.size; i++)
		if (!char_is_alpha(left.at[i]) && (unsigned char)left.at[i] < 0x80 &&
			left.at[i] != '-')
			return false;
	return true;
}

/* A chunk is what stands without a blank between; is it more than words joined by hyphens? */
static bool is_technical(struct str chunk)
{
	if (is_account(chunk))
		return false;
	while (chunk.size && strchr(".-/", chunk.at[chunk.size - 1]))
		chunk = str_slice(chunk, 0, chunk.size - 1);
	for (size_t i = 0; i < chunk.size; i++)
		if (char_is_digit(chunk.at[i]) || strchr("_\\/@$%{}&#~+=", chunk.at[i]))
			return true;
	/* A tag of a language, "en-us". */
	if (chunk.size == 5 && chunk.at[2] == '-' && char_is_alpha(chunk.at[4]))
		return true;
	/* Capitals: with a hyphen the name of a computer, five of them the last part of a key. */
	bool capitals = chunk.size > 0;
	for (size_t i = 0; i < chunk.size; i++)
		capitals &= (chunk.at[i] >= 'A' && chunk.at[i] <= 'Z') || chunk.at[i] == '-';
	if (capitals && (str_find_char(chunk, '-') != STR_NONE || chunk.size == 5))
		return true;
	/* An option or a switch; a host or file name. */
	return (chunk.size && chunk.at[0] == '-') || str_find_char(chunk, '.') != STR_NONE;
}

static bool is_identifier(struct str word)
{
	bool small = false;
	for (size_t i = 0; i < word.size; i++) {
		if (!char_is_alpha(word.at[i]))
			return false;
		if (small && word.at[i] != char_lower(word.at[i]))
			return true;
		small = small || word.at[i] == char_lower(word.at[i]);
	}
	return false;
}

static void put_words(const struct scrambler *scrambler, struct out *out, struct str chunk)
{
	while (chunk.size) {
		struct str rest = chunk, word = {chunk.at, 0};
		while (rest.size && is_alphabetic(peek(rest))) {
			bool valid;
			(void)utf8_next(&rest, &valid);
			word.size = chunk.size - rest.size;
		}
		if (word.size == 0) {
			out_str(out, str_slice(chunk, 0, 1));
			chunk = str_from(chunk, 1);
			continue;
		}
		if (is_untranslated(word) || (scrambler->identifiers && is_identifier(word)))
			out_str(out, word);
		else
			put_random(scrambler, out, word);
		chunk = rest;
	}
}

/* A path runs from where it begins to the last part with a backslash, blanks included: "C:\Program Files\x". */
static size_t path_end(struct str text)
{
	size_t end = 0;
	struct str rest = text, word;
	while ((word = str_word(&rest)).size) {
		bool principal = str_has(word, STR(":("));
		size_t to = (size_t)(word.at + word.size - text.at);
		if (str_find_char(word, '\\') == STR_NONE || principal)
			continue;
		/* Nothing but words between two backslashes belongs to a path. */
		end = to;
	}
	return end;
}

static bool begins_path(struct str text)
{
	return (text.size > 2 && char_is_alpha(text.at[0]) && text.at[1] == ':' &&
		       text.at[2] == '\\') ||
		str_starts(text, STR("HKEY_")) || str_starts(text, STR("HKLM\\")) ||
		str_starts_nocase(text, STR("Software\\")) || str_starts(text, STR("\\\\"));
}

/* Takes what is no text off the front of a line of HTML. */
static size_t markup_size(struct scrambler *scrambler, struct str text)
{
	if (scrambler->in_code && !scrambler->in_tag) {
		size_t end = str_find(text, STR("</s"));
		scrambler->in_code = end == STR_NONE;
		return end == STR_NONE ? text.size : end;
	}
	if (!scrambler->in_tag && text.at[0] != '<')
		return 0;
	if (!scrambler->in_tag)
		scrambler->in_code = str_starts_nocase(text, STR("<script")) ||
			str_starts_nocase(text, STR("<style"));
	size_t end = str_find_char(text, '>');
	scrambler->in_tag = end == STR_NONE;
	return end == STR_NONE ? text.size : end + 1;
}

static size_t chunk_size(struct str text)
{
	struct str rest = text;
	while (rest.size) {
		uint32_t c = peek(rest);
		if (!is_alphabetic(c) && !(c < 0x80 && char_is_digit((char)c)) &&
			!is_ascii_joiner(c))
			break;
		bool valid;
		(void)utf8_next(&rest, &valid);
	}
	return text.size - rest.size;
}

static size_t east_asian_size(struct str text)
{
	struct str rest = text;
	while (rest.size && is_east_asian(peek(rest))) {
		bool valid;
		(void)utf8_next(&rest, &valid);
	}
	return text.size - rest.size;
}

/* How much of the front of `text`, where a word begins, is one of the phrases in `list`? */
static size_t phrase_size(struct str text, const char *list)
{
	struct str rest = str_of(list ? list : "");
	while (rest.size) {
		struct str phrase = str_cut(&rest, '|');
		if (str_starts_nocase(text, phrase) &&
			!is_alphabetic(peek(str_from(text, phrase.size))))
			return phrase.size;
	}
	return 0;
}

/* "Windows(R), Enterprise edition": the name and the description of a licence, up to the identifier in brackets. */
static size_t product_size(struct str text)
{
	static const struct str stop = STR_INIT(" (");
	if (!str_starts(text, STR("Windows(R)")) &&
		!str_starts(text, STR("Windows Operating System")))
		return 0;
	size_t end = str_find(text, stop);
	return end == STR_NONE ? text.size : end;
}

/* "SERVICE_NAME:", "START_TYPE   :": a label, and no constant. */
static bool is_label(struct str chunk, struct str behind)
{
	for (size_t i = 0; i < chunk.size; i++)
		if (!char_is_alpha(chunk.at[i]) && chunk.at[i] != '_')
			return false;
	return str_starts(str_trim_left(behind), STR(":"));
}

static struct str up_to(struct str text, char end)
{
	return str_cut(&text, end);
}

static void put_verbatim(struct out *out, struct str *line, size_t size)
{
	out_str(out, str_slice(*line, 0, size));
	*line = str_from(*line, size);
}

void scramble_line(struct scrambler *scrambler, struct out *out, struct str line)
{
	bool fresh = true; /* at the front of a word */
	while (line.size) {
		size_t size = scrambler->markup ? markup_size(scrambler, line) : 0;
		if (size == 0 && fresh && begins_path(line))
			size = path_end(scrambler->markup ? up_to(line, '<') : line);
		if (size == 0 && fresh)
			size = phrase_size(line, scrambler->kept);
		if (size == 0 && fresh)
			size = phrase_size(line, "NT SERVICE");
		if (size == 0 && fresh)
			size = product_size(line);
		if (size) {
			put_verbatim(out, &line, size);
			continue;
		}
		fresh = false;
		if ((size = chunk_size(line)) != 0) {
			struct str chunk = str_slice(line, 0, size);
			if (is_technical(chunk) && !is_label(chunk, str_from(line, size)))
				out_str(out, chunk);
			else
				put_words(scrambler, out, chunk);
			line = str_from(line, size);
		} else if ((size = east_asian_size(line)) != 0) {
			put_random(scrambler, out, str_slice(line, 0, size));
			line = str_from(line, size);
		} else {
			struct str rest = line;
			bool valid;
			(void)utf8_next(&rest, &valid);
			fresh = true;
			put_verbatim(out, &line, line.size - rest.size);
		}
	}
}
