#include "markup.h"

#include "base/limits.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool begins_name(const struct markup_scan *scan, char c)
{
	return char_is_alpha(c) || c == '_' || c == ':' || (scan->html ? c == '.' : c & 0x80);
}

/* Does `text`, newest character last, stand right before? */
static bool came(const struct markup_scan *scan, const char *text)
{
	uint64_t wanted = 0, mask = 0;
	for (; *text; text++) {
		wanted = wanted << 8 | (unsigned char)*text;
		mask = mask << 8 | 0xFF;
	}
	return (scan->last & mask) == wanted;
}

static bool is_raw(const struct markup_scan *scan)
{
	struct str name = {scan->name, scan->name_size};
	return scan->html && str_in_list(name, "script|style");
}

static enum markup_state end_tag(const struct markup_scan *scan)
{
	return is_raw(scan) ? MARKUP_RAW : MARKUP_TEXT;
}

/* After "<". */
static enum markup_state after_less(struct markup_scan *scan, char c)
{
	scan->attributes = scan->name_size = 0;
	if (c == '/' || c == '!' || c == '?')
		return MARKUP_SKIPPED;
	if (!begins_name(scan, c))
		return MARKUP_TEXT;
	scan->name[scan->name_size++] = char_lower(c);
	return MARKUP_TAG_NAME;
}

static enum markup_state in_tag_name(struct markup_scan *scan, char c)
{
	if (is_blank(c) || c == '/')
		return MARKUP_GAP;
	if (scan->name_size < sizeof scan->name)
		scan->name[scan->name_size++] = char_lower(c);
	return MARKUP_TAG_NAME;
}

/* Between attributes, and in their names and values, other than at '>'. */
static enum markup_state in_tag(struct markup_scan *scan, char c)
{
	bool in_name = scan->state == MARKUP_NAME;
	if (in_name || scan->state == MARKUP_AFTER_NAME) {
		if (c == '=')
			return MARKUP_BEFORE_VALUE;
		if (is_blank(c))
			return MARKUP_AFTER_NAME;
		if (in_name && (begins_name(scan, c) || char_is_digit(c) || c == '-' || c == '.'))
			return MARKUP_NAME;
	} else if (scan->state == MARKUP_BEFORE_VALUE) {
		scan->quote = c;
		return is_blank(c)              ? MARKUP_BEFORE_VALUE
			: c == '"' || c == '\'' ? MARKUP_QUOTED
						: MARKUP_VALUE;
	} else if (scan->state != MARKUP_GAP) { /* a value without quotes, or junk */
		return is_blank(c) ? MARKUP_GAP : scan->state;
	}
	if (is_blank(c))
		return MARKUP_GAP;
	if (!begins_name(scan, c))
		return MARKUP_JUNK;
	scan->attributes++;
	return MARKUP_NAME;
}

/* A comment is told by its beginning, and ends at the earliest place at which any parser ends it. */
static enum markup_state in_skipped(const struct markup_scan *scan, char c)
{
	if (came(scan, "<!-") && c == '-')
		return MARKUP_COMMENT;
	if (!scan->html && came(scan, "<![CDATA") && c == '[')
		return MARKUP_CDATA;
	return c == '>' ? MARKUP_TEXT : MARKUP_SKIPPED;
}

static enum markup_state next_state(struct markup_scan *scan, char c)
{
	switch (scan->state) {
	case MARKUP_TEXT:
		return came(scan, "<") ? after_less(scan, c) : MARKUP_TEXT;
	case MARKUP_RAW:
		return came(scan, "<") && c == '/' ? MARKUP_SKIPPED : MARKUP_RAW;
	case MARKUP_QUOTED:
		return c == scan->quote ? MARKUP_GAP : MARKUP_QUOTED;
	case MARKUP_COMMENT:
		return c == '>' && (came(scan, "--") || came(scan, "--!")) ? MARKUP_TEXT
									   : MARKUP_COMMENT;
	case MARKUP_CDATA:
		return c == '>' && came(scan, "]]") ? MARKUP_TEXT : MARKUP_CDATA;
	case MARKUP_SKIPPED:
		return in_skipped(scan, c);
	case MARKUP_TAG_NAME:
		return c == '>' ? end_tag(scan) : in_tag_name(scan, c);
	case MARKUP_GAP:
	case MARKUP_NAME:
	case MARKUP_AFTER_NAME:
	case MARKUP_BEFORE_VALUE:
	case MARKUP_VALUE:
	case MARKUP_JUNK:
		break;
	}
	return c == '>' ? end_tag(scan) : in_tag(scan, c);
}

/* Where something can happen next: most of a text is text, and values of attributes. */
static size_t next_place(const struct markup_scan *scan, struct str text, size_t from)
{
	bool text_only = scan->state == MARKUP_TEXT && (scan->last & 0xFF) != '<';
	if (!text_only && scan->state != MARKUP_QUOTED)
		return from;
	size_t at = str_find_char(str_from(text, from), text_only ? '<' : scan->quote);
	return at == STR_NONE ? text.size : from + at;
}

static unsigned lines_in(struct str text)
{
	unsigned count = 0;
	for (size_t i = 0; i < text.size; i++)
		count += text.at[i] == '\n';
	return count;
}

static bool in_value(const struct markup_scan *scan)
{
	return scan->state == MARKUP_QUOTED || scan->state == MARKUP_VALUE;
}

const char *markup_floods(struct markup_scan *scan, struct str text)
{
	for (size_t i = 0, next; (next = next_place(scan, text, i)) <= text.size; i = next + 1) {
		scan->value_bytes = in_value(scan) ? scan->value_bytes + (next - i) + 1 : 0;
		bool is_long = scan->value_bytes > LIMIT_MARKUP_VALUE;
		if (is_long || scan->attributes > LIMIT_MARKUP_ATTRIBUTES) {
			scan->lines = lines_in(str_slice(text, 0, i));
			return is_long ? "an attribute is longer than 1 MiB"
				       : "an element has more than 128 attributes";
		}
		if (next == text.size)
			break;
		char c = text.at[next];
		scan->state = next_state(scan, c);
		scan->last = scan->last << 8 | (unsigned char)c;
	}
	return NULL;
}
