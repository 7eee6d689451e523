/*
 * Tables: Format-Table's, which have a ruler below the heading, and wmic's, which have none (defender-format,
 * section 2).
 *
 *     Timestamp Action Resources                 DisplayName   LicenseStatus  Name
 *     --------- ------ ---------                 x             5              Windows(R), ...
 *                      {file:_C:\x...
 *
 * The ruler gives the columns. A column of numbers is set to the right and may begin before its ruler; a column
 * of text may end after it; between two columns there is at least one blank. Cells that did not fit end in "...".
 */
#include "objects_build.h"

#include "base/utf8.h"

#include <string.h>

#define COLUMNS_MAX 64

struct column {
	struct str name;
	size_t from, to; /* terminal columns of the ruler, or of the name */
};

struct table {
	struct column at[COLUMNS_MAX];
	size_t count;
};

/* Byte offset of a terminal column, going on from where the last call stopped. */
struct walk {
	struct str text;
	size_t byte, column;
};

static size_t byte_of_column(struct walk *w, size_t column)
{
	while (w->byte < w->text.size && w->column < column) {
		struct str rest = str_from(w->text, w->byte);
		size_t before = rest.size;
		bool valid;
		w->column += utf8_columns_of(utf8_next(&rest, &valid));
		w->byte += before - rest.size;
	}
	return w->byte;
}

bool objects_is_ruler(struct str heading, struct str ruler)
{
	struct str rest = ruler;
	size_t dashes = 0;
	if (str_is_blank(heading) || !str_starts(str_trim_left(ruler), STR("-")))
		return false;
	for (struct str word; (word = str_word(&rest)).size;) {
		for (size_t i = 0; i < word.size; i++)
			if (word.at[i] != '-')
				return false;
		dashes++;
	}
	return dashes > 0 && dashes <= COLUMNS_MAX;
}

/* The runs of dashes, each with the heading above it: Format-Table draws one as long as its name. */
static bool read_ruler(struct str heading, struct str ruler, struct table *table)
{
	struct walk walk = {.text = heading};
	for (size_t i = 0; i < ruler.size;) {
		if (ruler.at[i] != '-') {
			i++;
			continue;
		}
		size_t end = i;
		while (end < ruler.size && ruler.at[end] == '-')
			end++;
		struct column *column = &table->at[table->count];
		size_t from = byte_of_column(&walk, i), to = byte_of_column(&walk, end);
		*column = (struct column){str_trim(str_slice(heading, from, to)), i, end};
		if (!is_property_name(column->name))
			return false;
		table->count++;
		i = end;
	}
	return table->count > 0;
}

bool objects_is_bare_heading(struct str text, const char *names)
{
	size_t known = 0, count = 0;
	struct str rest = text;
	if (!names || text.size > 4096 || !str_has(text, STR("  ")))
		return false;
	for (struct str word; (word = str_word(&rest)).size; count++)
		if (!is_property_name(word))
			return false;
	rest = text;
	for (struct str word; count <= COLUMNS_MAX && (word = str_word(&rest)).size;)
		known += str_in_list(word, names);
	return known >= 2;
}

static void read_bare_heading(struct str text, struct table *table)
{
	for (size_t i = 0; i < text.size && table->count < COLUMNS_MAX;) {
		if (text.at[i] == ' ') {
			i++;
			continue;
		}
		size_t end = i;
		while (end < text.size && text.at[end] != ' ')
			end++;
		table->at[table->count++] = (struct column){str_slice(text, i, end), i, end};
		i = end;
	}
}

/* Where column `c` ends in a row: at a blank between its ruler and the next one. */
static size_t cell_end(const struct table *table, size_t c, struct walk *walk)
{
	struct str row = walk->text;
	if (c + 1 == table->count)
		return row.size;
	size_t low = byte_of_column(walk, table->at[c].to);
	size_t high = byte_of_column(walk, table->at[c + 1].from);
	for (size_t at = high; at > low; at--)
		if (row.at[at - 1] == ' ')
			return at;
	return high;
}

static void read_row(struct objects_builder *b, const struct table *table, const struct line *line)
{
	struct object *object = builder_object(b, OBJECT_TABLE, line, true);
	struct walk walk = {.text = line->text};
	size_t from = 0;
	for (size_t c = 0; c < table->count; c++) {
		size_t end = cell_end(table, c, &walk);
		end = end < from ? from : end;
		struct object_property *property =
			builder_property(b, object, table->at[c].name, line);
		builder_list_values(b, property, str_slice(line->text, from, end));
		from = end;
	}
}

size_t objects_read_table(struct objects_builder *b, size_t i)
{
	struct str heading = lines_text(b->lines, i), ruler = lines_text(b->lines, i + 1);
	struct table table = {.count = 0};
	size_t k = i + 1;
	if (objects_is_ruler(heading, ruler)) {
		if (!read_ruler(heading, ruler, &table))
			return i;
		k++;
	} else if (objects_is_bare_heading(heading, b->names)) {
		read_bare_heading(heading, &table);
	} else {
		return i;
	}
	for (; k < b->lines->count && builder_has_room(b); k++) {
		if (str_is_blank(lines_text(b->lines, k)))
			break;
		read_row(b, &table, &b->lines->at[k]);
	}
	return k;
}
