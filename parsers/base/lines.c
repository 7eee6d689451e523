#include "base/lines.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define CONSOLE_COLUMNS 80

static size_t line_end_size(struct str rest)
{
	static const struct str ends[] = {STR_INIT("\r\r\n"), STR_INIT("\r\n")};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (str_starts(rest, ends[i]))
			return ends[i].size;
	return 1;
}

static struct lines split(struct arena *arena, struct str text)
{
	size_t room = 1;
	for (size_t i = 0; i < text.size && room < LIMIT_LINES; i++)
		room += text.at[i] == '\n' || text.at[i] == '\r';
	struct lines lines = {arena_array(arena, room, sizeof *lines.at), 0, false};
	while (text.size) {
		size_t end = 0;
		while (end < text.size && text.at[end] != '\n' && text.at[end] != '\r')
			end++;
		if (lines.count == room) {
			lines.cut = true;
			break;
		}
		struct str raw = str_slice(text, 0, end);
		struct line *line = &lines.at[lines.count++];
		*line = (struct line){.text = utf8_clip(raw, LIMIT_LINE_BYTES), .raw = raw};
		line->number = line->last = (unsigned)lines.count;
		text = str_from(text, end + line_end_size(str_from(text, end)));
	}
	return lines;
}

static bool is_quoted(const struct line *line)
{
	return str_starts(line->text, STR(">"));
}

/* "> > text" down to "text"; one blank after each mark belongs to the mark. */
static struct str unquote(struct str text)
{
	while (str_starts(text, STR(">"))) {
		text = str_from(text, 1);
		if (str_starts(text, STR(" ")))
			text = str_from(text, 1);
	}
	return text;
}

/* Mail quoting comes in runs; one line that starts with '>' alone proves nothing. */
static void unquote_runs(struct lines *lines)
{
	for (size_t i = 0; i < lines->count;) {
		size_t end = i;
		while (end < lines->count && is_quoted(&lines->at[end]))
			end++;
		for (size_t k = i; k < end && end - i >= 2; k++)
			lines->at[k].text = unquote(lines->at[k].text);
		i = end + (end == i);
	}
}

struct replacement {
	struct str from, to;
};

/* What web pages and word processors make of console text. */
static const struct replacement replacements[] = {
	{STR_INIT("&quot;"), STR_INIT("\"")},
	{STR_INIT("&gt;"), STR_INIT(">")},
	{STR_INIT("&lt;"), STR_INIT("<")},
	{STR_INIT("&nbsp;"), STR_INIT(" ")},
	{STR_INIT("&#39;"), STR_INIT("'")},
	{STR_INIT("&amp;"), STR_INIT("&")},
	{STR_INIT("\xE2\x80\x9C"), STR_INIT("\"")},
	{STR_INIT("\xE2\x80\x9D"), STR_INIT("\"")},
	{STR_INIT("\xE2\x80\x9E"), STR_INIT("\"")},
	{STR_INIT("\xE2\x80\x98"), STR_INIT("'")},
	{STR_INIT("\xE2\x80\x99"), STR_INIT("'")},
	{STR_INIT("\xE2\x80\x93"), STR_INIT("-")},
	{STR_INIT("\xE2\x80\x94"), STR_INIT("-")},
	{STR_INIT("\xC2\xA0"), STR_INIT(" ")},
	{STR_INIT("\xE2\x80\xAF"), STR_INIT(" ")},
};

#define REPLACEMENTS (sizeof replacements / sizeof *replacements)

static const struct replacement *replacement_for(struct str text)
{
	char c = *text.at;
	if (c != '&' && c != '\xE2' && c != '\xC2')
		return NULL;
	for (size_t i = 0; i < REPLACEMENTS; i++)
		if (str_starts(text, replacements[i].from))
			return &replacements[i];
	return NULL;
}

static bool needs_cleaning(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.at[i];
		if ((c == '&' || c == '\xE2' || c == '\xC2') && replacement_for(str_from(text, i)))
			return true;
	}
	return false;
}

static struct str clean(struct arena *arena, struct str text)
{
	if (!needs_cleaning(text))
		return text;
	char *to = arena_alloc(arena, text.size + 1);
	size_t size = 0;
	while (text.size) {
		const struct replacement *found = replacement_for(text);
		struct str piece = found ? found->to : str_slice(text, 0, 1);
		memcpy(to + size, piece.at, piece.size);
		size += piece.size;
		text = str_from(text, found ? found->from.size : 1);
	}
	return (struct str){to, size};
}

/*
 * Console text copied with the mouse has a line break wherever the window ended: pieces of exactly 80
 * columns, nothing longer. A piece that is full is joined with what follows. Redirected output has longer
 * lines somewhere and is left alone, as is a ruler drawn across the window.
 */
static bool is_full(struct str text)
{
	if (text.size < CONSOLE_COLUMNS || utf8_columns(text) != CONSOLE_COLUMNS)
		return false;
	for (size_t i = 1; i < text.size; i++)
		if (text.at[i] != text.at[0])
			return true;
	return false;
}

static bool was_wrapped(const struct lines *lines)
{
	bool full = false;
	for (size_t i = 0; i < lines->count; i++) {
		struct str text = lines->at[i].text;
		if (text.size < CONSOLE_COLUMNS) /* no character has more columns than bytes */
			continue;
		if (utf8_columns(utf8_clip(text, 4 * CONSOLE_COLUMNS)) > CONSOLE_COLUMNS)
			return false;
		full |= is_full(text);
	}
	return full;
}

/* The text of `count` lines in one piece. */
static struct str joined(struct arena *arena, const struct line *lines, size_t count, size_t size)
{
	char *to = arena_alloc(arena, size + 1);
	size = 0;
	for (size_t i = 0; i < count; i++)
		if (lines[i].text.size) {
			memcpy(to + size, lines[i].text.at, lines[i].text.size);
			size += lines[i].text.size;
		}
	return (struct str){to, size};
}

/* Does this line surely begin by itself? What a break cut off is the middle of a sentence, a number or a path:
 * it is not indented, opens no bracket, quotation or section, and names no label. */
static bool begins_anew(struct str text)
{
	if (str_blank_left(text) > 0 || strchr("[\"*-+=#>", *text.at) ||
		str_starts(text, STR("HKEY_")))
		return true;
	struct str front = str_slice(text, 0, CONSOLE_COLUMNS - 20);
	if (str_has(front, STR("\xEF\xBC\x9A"))) /* full-width colon */
		return true;
	size_t colon = str_find_char(front, ':');
	return colon != STR_NONE &&
		(colon + 1 == text.size || str_blank_left(str_from(text, colon + 1)) > 0 ||
			(colon == 1 && char_is_alpha(*text.at))); /* a prompt, "C:" */
}

static void unwrap(struct arena *arena, struct lines *lines)
{
	size_t to = 0;
	for (size_t i = 0; i < lines->count; i++) {
		struct line line = lines->at[i];
		size_t first = i, size = line.text.size;
		while (is_full(lines->at[i].text) && i + 1 < lines->count &&
			size < LIMIT_LINE_BYTES && !str_is_blank(lines->at[i + 1].text) &&
			!begins_anew(lines->at[i + 1].text))
			size += lines->at[++i].text.size;
		if (i > first) {
			const struct line *last = &lines->at[i];
			line.text = joined(arena, lines->at + first, i - first + 1, size);
			line.raw.size = (size_t)(last->raw.at - line.raw.at) + last->raw.size;
			line.last = last->last;
		}
		lines->at[to++] = line;
	}
	lines->count = to;
}

struct lines lines_of(struct arena *arena, struct str text)
{
	struct lines lines = split(arena, text);
	for (size_t i = 0; i < lines.count; i++)
		lines.at[i].text = clean(arena, lines.at[i].text);
	unquote_runs(&lines);
	if (was_wrapped(&lines))
		unwrap(arena, &lines);
	return lines;
}

struct str lines_text(const struct lines *lines, size_t i)
{
	return i < lines->count ? lines->at[i].text : STR("");
}
