#include "wrap.h"

#include "base/utf8.h"

struct state {
	struct out *out;
	struct margins margins;
	size_t column; /* of the next character */
	bool begun;    /* something stands on this line */
	bool blank;    /* a blank is owed before the next word */
};

/* Marks that must not begin a line (JIS X 4051, the common ones). */
static bool sticks_to_previous(uint32_t c)
{
	static const uint32_t marks[] = {')', ']', ',', '.', 0x3001, 0x3002, 0xFF09, 0x300D, 0x300F,
		0x3011, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF01, 0xFF1F, 0x30FC, 0x30FB};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (marks[i] == c)
			return true;
	return false;
}

/* Marks that must not end a line. */
static bool sticks_to_next(uint32_t c)
{
	static const uint32_t marks[] = {
		'(', '[', 0xFF08, 0x300C, 0x300E, 0x3010, 0x3008, 0x300A, 0x3014};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (marks[i] == c)
			return true;
	return false;
}

/* Takes the next piece that must not be broken: a wide character with the marks around it, or a run of
 * narrow ones up to a blank or a wide one. */
static struct str take_piece(struct str *rest)
{
	struct str all = *rest;
	bool valid, wide = false, held = false;
	size_t taken = 0;
	while (rest->size) {
		struct str before = *rest;
		uint32_t c = utf8_next(rest, &valid);
		bool is_wide = utf8_columns_of(c) == 2;
		bool ends = taken && !held && !sticks_to_previous(c) && (wide || is_wide);
		if (c == ' ' || c == '\n' || c == '\t' || ends) {
			*rest = before;
			break;
		}
		wide = is_wide;
		held = sticks_to_next(c);
		taken += before.size - rest->size;
	}
	return str_slice(all, 0, taken);
}

static void new_line(struct state *s)
{
	out_char(s->out, '\n');
	out_repeat(s->out, ' ', s->margins.rest);
	s->column = s->margins.rest;
	s->begun = s->blank = false;
}

/* A piece longer than a line: as much as fits on each. */
static void put_long(struct state *s, struct str piece)
{
	while (piece.size) {
		struct str next = piece;
		bool valid;
		size_t columns = utf8_columns_of(utf8_next(&next, &valid));
		if (s->begun && s->column + columns > s->margins.width)
			new_line(s);
		out_str(s->out, str_slice(piece, 0, piece.size - next.size));
		s->column += columns;
		s->begun = true;
		piece = next;
	}
}

static void put_piece(struct state *s, struct str piece)
{
	size_t columns = utf8_columns(piece);
	if (s->begun && s->column + s->blank + columns > s->margins.width)
		new_line(s);
	if (s->blank && s->begun) {
		out_char(s->out, ' ');
		s->column++;
	}
	s->blank = false;
	put_long(s, piece);
}

void wrap(struct out *out, struct str text, struct margins margins)
{
	struct state s = {.out = out, .margins = margins, .column = margins.first};
	out_repeat(out, ' ', margins.first);
	while (text.size) {
		if (*text.at == ' ' || *text.at == '\n' || *text.at == '\t') {
			s.blank = s.begun;
			text = str_from(text, 1);
			continue;
		}
		put_piece(&s, take_piece(&text));
	}
	out_char(out, '\n');
}
