/*
 * Lines of slmgr.vbs by their form, in any language (slmgr-format, sections 1 and 4.1).
 *
 *     Error: 0xC004F074 The Software ...      a word, a colon, a code, a sentence
 *     Activating NAME (GUID) ...              a GUID in brackets, then dots
 *     Description: ..., VOLUME_KMSCLIENT channel      the token and "channel" are never translated
 */
#include "slmgr.h"

#include "transcript.h"

extern const struct parser parser_slmgr;

#define WIDE_COLON STR("\xEF\xBC\x9A")

bool slmgr_split(struct str text, struct str *label, struct str *value)
{
	size_t narrow = str_find_char(text, ':'), wide = str_find(text, WIDE_COLON);
	size_t at = narrow < wide ? narrow : wide;
	if (at == STR_NONE)
		return false;
	*label = str_trim(str_slice(text, 0, at));
	*value = str_trim(str_from(text, at + (narrow < wide ? 1 : WIDE_COLON.size)));
	return true;
}

static bool has_channel(struct str text)
{
	return str_has(text, STR(" channel")) && licence_channel(text);
}

bool slmgr_is_description(const struct lines *lines, size_t i, struct str *text, size_t *last)
{
	struct str line = lines_text(lines, i), label, value;
	if (line.size > 400 || !slmgr_split(line, &label, &value))
		return false;
	*text = value;
	*last = i;
	if (has_channel(value))
		return true;
	/* "Description: Windows(R) Operating System,", and its end on the next line. */
	struct str next = lines_text(lines, i + 1);
	if (!str_ends(value, STR(",")) || next.size > 80 || str_find_char(next, ':') != STR_NONE ||
		!has_channel(next))
		return false;
	*text = str_trim(next);
	*last = i + 1;
	return true;
}

static bool has_guid_value(struct str text)
{
	struct str label, value;
	return slmgr_split(text, &label, &value) && scan_is_guid(value);
}

/* Other scripts print nearly the same block (S16c). slmgr's activation id is always followed by the
 * application id; theirs is not. */
static bool is_look_alike(const struct lines *lines, size_t after)
{
	for (size_t k = after; k < after + 3 && k + 1 < lines->count; k++)
		if (has_guid_value(lines->at[k].text))
			return !str_is_blank(lines->at[k + 1].text) &&
				!has_guid_value(lines->at[k + 1].text);
	return false;
}

bool slmgr_block_begins(const struct lines *lines, size_t i, bool *look_alike)
{
	struct str text = lines_text(lines, i), label, value, description;
	size_t last;
	bool named = slmgr_split(text, &label, &value) && value.size && text.size < 400 &&
		slmgr_is_description(lines, i + 1, &description, &last);
	if (!named && !slmgr_is_description(lines, i, &description, &last))
		return false;
	*look_alike = is_look_alike(lines, last + 1);
	return true;
}

bool slmgr_is_version(struct str text, struct str *version)
{
	struct str label;
	if (text.size > 160 || !slmgr_split(text, &label, version) || version->size < 5)
		return false;
	int dots = 0;
	for (size_t i = 0; i < version->size; i++) {
		dots += version->at[i] == '.';
		if (version->at[i] != '.' && !char_is_digit(version->at[i]))
			return false;
	}
	return dots == 3 || dots == 2;
}

bool slmgr_is_activating(
	const struct lines *lines, size_t i, struct str *name, struct str *guid, struct str *rest)
{
	struct str text = lines_text(lines, i);
	if (text.size > 600 || !scan_first_guid(text, guid))
		return false;
	size_t at = (size_t)(guid->at - text.at);
	struct str after = str_from(text, at + guid->size);
	if (at < 1 || text.at[at - 1] != '(' || !str_starts(after, STR(")")))
		return false;
	after = str_from(after, 1);
	size_t dots = str_find(after, STR("...")), ellipsis = str_find(after, STR("\xE2\x80\xA6"));
	size_t end = dots < ellipsis ? dots : ellipsis;
	struct str next = str_trim(lines_text(lines, i + 1));
	*rest = STR("");
	if (end != STR_NONE)
		*rest = str_trim(str_from(after, end + 3));
	else if (!str_is_blank(after) || !str_starts(next, STR("...")))
		return false;
	/* The name stands behind a verb, or before one; products of ours begin in two ways. */
	struct str front = str_trim(str_slice(text, 0, at - 1));
	if (front.size == 0 && i > 0) /* mail broke the line in front of the bracket */
		front = str_trim(str_slice(lines->at[i - 1].text, 0, 400));
	size_t windows = str_find(front, STR("Windows")), office = str_find(front, STR("Office"));
	size_t from = windows < office ? windows : office;
	*name = from == STR_NONE ? STR("") : str_trim(str_from(front, from));
	return true;
}

/* VBScript's own run-time errors are small decimals too, of another facility. */
static bool is_script_error(int64_t number)
{
	static const int16_t known[] = {
		13, 91, 424, 429, 430, 432, 438, 440, 445, 446, 450, 451, 458, 462, 500};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i] == number)
			return true;
	return false;
}

/* The code at the front of `*rest`, hex or bare decimal; `*rest` is then what follows it. */
static bool take_code(struct str *rest, uint32_t *code)
{
	struct str text = *rest;
	if (scan_first_code(str_slice(text, 0, 10), code, NULL)) {
		*rest = str_from(text, 10);
		return rest->size == 0 || !char_is_hex(*rest->at);
	}
	size_t digits = 0;
	while (digits < text.size && char_is_digit(text.at[digits]))
		digits++;
	int64_t number = 0;
	*rest = str_from(text, digits);
	if (digits == 0 || digits > 5 || !scan_number(str_slice(text, 0, digits), &number) ||
		number > 0xFFFF || str_blank_left(*rest) == 0 || str_is_blank(*rest))
		return false;
	*code = (is_script_error(number) ? 0x800A0000u : 0x80070000u) | (uint32_t)number;
	return true;
}

bool slmgr_is_error(struct str text, uint32_t *code)
{
	struct str label, rest;
	if (str_blank_left(text) > 0 || !slmgr_split(str_slice(text, 0, 64), &label, &rest))
		return false;
	if (label.size < 2 || label.size > 24 || str_find_char(label, ' ') != STR_NONE ||
		str_equal(label, STR("ERROR"))) /* schtasks and others */
		return false;
	rest = str_from(text, (size_t)(rest.at - text.at));
	struct str code_text = rest;
	if (!take_code(&rest, code))
		return false;
	/* A sentence follows. "Reason: 0xC004F009 (grace time expired)." is a line of a block. */
	while (rest.size && (*rest.at == '.' || *rest.at == ' '))
		rest = str_from(rest, 1);
	struct str value;
	bool word = slmgr_find(NULL, str_slice(text, 0, 64), &value) == SLMGR_ERROR;
	if (rest.size == 0)
		return word;
	/* "Time remaining: 38880 minute(s) (27 day(s))" in any language is no error 38880. */
	if (!word && !str_starts_nocase(code_text, STR("0x")) &&
		str_find_char(rest, '(') != STR_NONE)
		return false;
	return rest.size >= 4 && *rest.at != '(' && !str_starts(rest, STR("\xEF\xBC\x88"));
}

static bool is_activation_code(uint32_t code)
{
	static const uint32_t known[] = {0x80070005, 0x8007007B, 0x800706BA, 0x8007232A, 0x8007232B,
		0x8007232D, 0x8007251D, 0x8007267C, 0x80092328, 0x80070422, 0x80070426, 0x80070490,
		0x8007000D, 0x80070057, 0x803F7001, 0x80072EE2, 0x80072EE7, 0x80072EFD, 0x80072F8F,
		0x80041010, 0x80041017, 0x80041003, 0x8004100E, 0x80070002, 0x800705B4};
	if (code >> 12 == 0xC004F || (code >= 0xC004B000 && code <= 0xC004FFFF) ||
		code >> 16 == 0x4004)
		return true;
	if (code >= 0x8004D000 && code <= 0x8004FFFF)
		return true;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i] == code)
			return true;
	return false;
}

bool slmgr_is_host_error(struct str text)
{
	text = str_slice(text, 0, 400);
	size_t colon = str_find_char(text, ':');
	bool slmgr = str_has_nocase(text, STR("slmgr.vbs"));
	if (slmgr && str_has_nocase(text, STR("slmgr.vbs("))) /* slmgr.vbs(168, 5) SOURCE: TEXT */
		return str_find_char(text, ')') != STR_NONE;
	if (str_has(text, STR("CScript")) && colon != STR_NONE)
		return true;
	bool quoted = str_has(text, STR("\".vbs\"")) || str_has(text, STR("'.vbs'"));
	return colon != STR_NONE &&
		(quoted || (slmgr && str_has_nocase(text, STR("slmgr.vbs\""))) ||
			(str_has(text, STR("Windows Script Host")) && !slmgr_is_banner(text)));
}

bool slmgr_is_banner(struct str text)
{
	text = str_trim(text);
	return str_starts(text, STR("Microsoft (R) Windows Script Host")) ||
		str_starts(text, STR("Microsoft(R) Windows Script Host")) ||
		str_starts(text, STR("Microsoft (R) Windows Based Script Host")) ||
		(str_has(text, STR("Microsoft Corporation")) && str_has(text, STR("(C)")));
}

bool slmgr_is_usage(struct str text)
{
	return str_has_nocase(str_slice(text, 0, 200), STR("slmgr.vbs ["));
}

bool slmgr_is_expiry(const struct lines *lines, size_t i, struct str *product)
{
	struct str text = str_trim_right(lines_text(lines, i)), label, rest;
	struct str next = lines_text(lines, i + 1);
	if (text.size > 200 || str_blank_left(text) > 0 || str_is_blank(next) ||
		!slmgr_split(text, &label, &rest) || rest.size)
		return false;
	bool ours = str_starts(label, STR("Windows")) || str_starts(label, STR("Office"));
	*product = label;
	return ours && str_has(label, STR(", ")) && str_blank_left(next) >= 2;
}

/* 06401-00206-555-634715-03-4105-9600.0000-2122014: digits in groups, a build with a dot among
 * them. */
bool slmgr_is_pid(struct str text)
{
	size_t dashes = 0;
	text = str_trim(text);
	for (size_t i = 0; i < text.size; i++) {
		dashes += text.at[i] == '-';
		if (!char_is_digit(text.at[i]) && text.at[i] != '-' && text.at[i] != '.')
			return false;
	}
	return text.size >= 30 && text.size <= 64 && dashes >= 5 &&
		str_slice(text, 5, 6).at[0] == '-';
}

bool slmgr_has_key(struct str text)
{
	size_t at;
	if (scan_first_product_key(text, &at))
		return true;
	return str_has(text, STR("*****-*****-*****-*****-"));
}

bool slmgr_first_host(struct str text, struct str *host, int64_t *port)
{
	size_t best = 0;
	for (size_t i = 0; i < text.size;) {
		size_t end = i, dots = 0;
		while (end < text.size &&
			(char_is_alpha(text.at[end]) || char_is_digit(text.at[end]) ||
				text.at[end] == '-' || text.at[end] == '_' || text.at[end] == '.' ||
				text.at[end] == ':')) {
			dots += text.at[end] == '.' || text.at[end] == ':';
			end++;
		}
		struct str run = str_slice(text, i, end), name;
		while (str_ends(run, STR(".")) || str_ends(run, STR(":"))) {
			run = str_slice(run, 0, run.size - 1);
			dots--;
		}
		int64_t number = *port;
		if (dots && run.size > best && scan_host_port(run, &name, &number)) {
			best = run.size;
			*host = name;
			*port = number;
		}
		i = end + (end == i);
	}
	return best > 0;
}

/* A complaint of Windows Script Host that names no script belongs to the command above it. */
static bool owns_host_error(const struct lines *lines, size_t i)
{
	if (str_has_nocase(lines->at[i].text, STR("slmgr")))
		return true;
	if (str_has_nocase(lines->at[i].text, STR("ospp")))
		return false;
	for (size_t k = i, looked = 0; k > 0 && looked < 6; k--, looked++) {
		struct str text = lines->at[k - 1].text, command;
		if (transcript_prompt(text, &command))
			return parser_for_command(command) == &parser_slmgr;
		if (!str_is_blank(text) && !slmgr_is_banner(text))
			return false;
	}
	return true;
}

/* "Error 0x80041003 occurred in connecting to the local WMI provider.", wherever the code
 * stands. */
static bool is_wmi_error(struct str text)
{
	uint32_t code;
	return text.size < 300 && str_blank_left(text) == 0 && str_has(text, STR("WMI")) &&
		!str_has(text, STR("HRESULT")) && !str_has_nocase(text, STR("winmgmt")) &&
		str_find_char(text, ':') == STR_NONE && scan_first_code(text, &code, NULL);
}

static bool opens_version(const struct lines *lines, size_t i)
{
	struct str version;
	bool look_alike;
	if (!slmgr_is_version(lines->at[i].text, &version))
		return false;
	for (size_t k = i + 1; k <= i + 3; k++)
		if (slmgr_block_begins(lines, k, &look_alike))
			return !look_alike;
	return slmgr_find(NULL, lines->at[i].text, &version) == SLMGR_SERVICE_VERSION;
}

bool slmgr_opens(const struct lines *lines, size_t i)
{
	struct str text = lines_text(lines, i), one, two, three;
	uint32_t code;
	bool look_alike;
	if (text.size < 8)
		return false;
	if (slmgr_block_begins(lines, i, &look_alike))
		return !look_alike;
	if (slmgr_is_error(text, &code)) {
		bool word = slmgr_find(NULL, str_slice(text, 0, 64), &one) == SLMGR_ERROR;
		bool hex = scan_first_code(str_slice(text, 0, 64), &code, NULL);
		/* "Error: 5 Access denied" is the one bare number that is common here; other programs
		 * print the rest. */
		return word ? is_activation_code(code) && (hex || code == 0x80070005)
			    : hex && code >= 0xC004B000 && code <= 0xC004FFFF;
	}
	if (slmgr_is_host_error(text))
		return owns_host_error(lines, i);
	if (slmgr_find_sentence(text, &one) != SLMGR_UNKNOWN)
		return slmgr_find_sentence(text, &one) != SLMGR_OBJECTS_NONE;
	return slmgr_is_activating(lines, i, &one, &two, &three) || opens_version(lines, i) ||
		slmgr_is_expiry(lines, i, &one) || slmgr_is_usage(text) || is_wmi_error(text);
}
