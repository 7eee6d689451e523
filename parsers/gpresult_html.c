/*
 * The markup of gpresult /h and the Group Policy Management Console (gpresult-format, sections 1 to 3).
 *
 *     <div class="he1h_expanded"><span class="sectionTitle">TITLE</span>...</div>
 *     <div class="container">BODY</div>                       <- sections nest by these, not by the number
 *     <table class="info3"><tr><th>Policy</th>...</tr><tr><td>...</td></tr></table>
 *
 * The head holds 70 KB of script with such markup in its strings, and explanations of settings make up most of
 * what follows: neither is looked at. libxml2's parser makes elements of the rest, line by line, so that each row
 * knows where it stands; this file makes sections and rows of them, without knowing what they mean.
 */
#include "gpresult.h"
#include "markup.h"

#include "base/fail.h"
#include "base/utf8.h"

#include <libxml/HTMLparser.h>
#include <string.h>

/* Elements, and tables in tables. Real reports have 60 and 4; the library's own work for an end tag grows with
 * the depth. */
#define DEPTH 256
#define TABLES 8
#define TITLE_BYTES ((size_t)1024)
#define NOT_NOTED ((size_t)0)

static const struct str description = STR_INIT("gpmc_settingDescription=\"");

/* What the end of an element means. */
enum role {
	ROLE_NONE,
	ROLE_SECTION,
	ROLE_TITLE,
	ROLE_BODY,
	ROLE_AREA,
	ROLE_TABLE,
	ROLE_ROW,
	ROLE_CELL
};

struct piece {
	char *at;
	size_t size, room;
};

struct open_table {
	enum html_table class;
	struct html_row row;
	struct piece cells[HTML_CELLS];
	bool in_cell;
	bool nested[HTML_CELLS]; /* the cell held a table, whose rows were told already */
	struct str title_class;  /* of a cell in the title's table */
	unsigned rows;
};

struct html {
	struct arena *arena;
	struct report *report;
	struct facts *facts;
	htmlParserCtxtPtr parser;
	struct markup_scan scan;
	const struct line *line;
	bool in_description; /* the line before ended inside one */
	bool stopped;
	unsigned depth,
		skip_from; /* elements inside one at this depth are passed over; 0: none is */
	unsigned char roles[DEPTH];
	struct piece title, body, cut;
	bool title_pending, in_title, in_body;
	const struct line *title_line, *body_line;
	unsigned table_count, tables_dropped;
	struct open_table tables[TABLES];
};

/*
 * Text
 */

static struct piece piece_new(struct arena *arena, size_t room)
{
	return (struct piece){arena_alloc(arena, room), 0, room};
}

static struct str piece_text(const struct piece *piece)
{
	return str_trim((struct str){piece->at, piece->size});
}

/* White space folds to one blank; what does not fit is dropped. */
static void piece_add(struct piece *piece, struct str text)
{
	for (size_t i = 0; i < text.size && piece->size < piece->room; i++) {
		char c = text.at[i];
		bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
		if (blank && (piece->size == 0 || piece->at[piece->size - 1] == ' '))
			continue;
		piece->at[piece->size++] = blank ? ' ' : c;
	}
}

static void piece_break(struct piece *piece)
{
	while (piece->size && piece->at[piece->size - 1] == ' ')
		piece->size--;
	if (piece->size && piece->size < piece->room)
		piece->at[piece->size++] = '\n';
}

static struct open_table *top_table(struct html *html)
{
	return html->table_count && !html->tables_dropped ? &html->tables[html->table_count - 1]
							  : NULL;
}

/* Where text goes at the moment; NULL: nowhere. */
static struct piece *open_piece(struct html *html)
{
	struct open_table *table = top_table(html);
	if (html->skip_from != NOT_NOTED)
		return NULL;
	if (html->in_title)
		return &html->title;
	if (table)
		return table->in_cell && table->row.count <= HTML_CELLS
			? &table->cells[table->row.count - 1]
			: NULL;
	return html->in_body ? &html->body : NULL;
}

static void on_text(void *user, const xmlChar *text, int size)
{
	struct html *html = user;
	struct piece *piece = open_piece(html);
	if (piece && size > 0)
		piece_add(piece, (struct str){(const char *)text, (size_t)size});
}

/*
 * Elements
 */

static struct str attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (attributes[1] && strcmp((const char *)attributes[0], name) == 0)
			return str_of((const char *)attributes[1]);
	return STR("");
}

static void flush_body(struct html *html)
{
	struct str text = piece_text(&html->body);
	if (text.size)
		report_text(html->report, html->body_line, text);
	html->body.size = 0;
}

static enum role start_div(struct html *html, const xmlChar **attributes)
{
	struct str class = attribute(attributes, "class");
	if (str_equal(attribute(attributes, "id"), STR("showItem"))) {
		struct piece *piece = open_piece(html);
		struct open_table *table = top_table(html);
		if (piece)
			piece->size = 0; /* the link to show the list */
		if (table)
			table->row.list = true;
		return ROLE_NONE;
	}
	if (str_has_nocase(attribute(attributes, "style"), STR("display:none"))) {
		html->skip_from = html->depth;
		return ROLE_NONE;
	}
	if (str_equal(class, STR("container")) && html->title_pending && !top_table(html)) {
		flush_body(html);
		html->title_pending = false;
		report_enter(html->report, html->title_line, piece_text(&html->title));
		return ROLE_SECTION;
	}
	if (str_starts(class, STR("rsop")) || str_equal(class, STR("gposummary"))) {
		report_area(html->report,
			str_equal(class, STR("rsopsettings"))          ? AREA_RESULT
				: str_equal(class, STR("rsopsummary")) ? AREA_SUMMARY
								       : AREA_GPO);
		return ROLE_AREA;
	}
	if (str_starts(class, STR("he")) && str_ends(class, STR("i")) && !html->in_body) {
		html->in_body = true;
		html->body_line = html->line;
		return ROLE_BODY;
	}
	return ROLE_NONE;
}

static enum role start_span(struct html *html, const xmlChar **attributes)
{
	struct open_table *table = top_table(html);
	if (str_equal(attribute(attributes, "class"), STR("sectionTitle"))) {
		html->title.size = 0;
		html->title_line = html->line;
		html->in_title = html->title_pending = true;
		return ROLE_TITLE;
	}
	if (table) {
		struct str guid = attribute(attributes, "cseextensionguid");
		if (guid.size)
			table->row.extension = arena_copy(html->arena, str_slice(guid, 0, 64));
		table->row.template |= attribute(attributes, "gpmc_settingname").size > 0;
	}
	return ROLE_NONE;
}

static enum role start_table(struct html *html, const xmlChar **attributes)
{
	struct str class = attribute(attributes, "class");
	struct open_table *around = top_table(html);
	if (around && around->in_cell && around->row.count <= HTML_CELLS)
		around->nested[around->row.count - 1] = true;
	if (html->table_count == TABLES) {
		html->tables_dropped++;
		return ROLE_TABLE;
	}
	struct open_table *table = &html->tables[html->table_count++];
	table->class = str_equal(class, STR("info"))      ? TABLE_INFO
		: str_equal(class, STR("info3"))          ? TABLE_INFO3
		: str_equal(class, STR("subtable_frame")) ? TABLE_FRAME
		: str_starts(class, STR("subtable"))      ? TABLE_SUB
							  : TABLE_OTHER;
	table->rows = 0;
	table->in_cell = false;
	return ROLE_TABLE;
}

static enum role start_row(struct html *html)
{
	struct open_table *table = top_table(html);
	if (!table)
		return ROLE_NONE;
	table->row = (struct html_row){.line = html->line,
		.table = table->class,
		.depth = html->table_count,
		.index = table->rows,
		.header = true};
	table->in_cell = false;
	return ROLE_ROW;
}

static enum role start_cell(struct html *html, const xmlChar **attributes, bool header)
{
	struct open_table *table = top_table(html);
	if (!table || !table->row.line)
		return ROLE_NONE;
	table->in_cell = true;
	table->row.header &= header;
	if (++table->row.count <= HTML_CELLS) {
		struct piece *piece = &table->cells[table->row.count - 1];
		if (!piece->at)
			*piece = piece_new(html->arena, LIMIT_VALUE_BYTES);
		piece->size = 0;
		table->nested[table->row.count - 1] = false;
	}
	struct str class = attribute(attributes, "class");
	if (str_equal(attribute(attributes, "id"), STR("dtstamp")))
		class = STR("dtstamp");
	table->title_class =
		class.size ? arena_copy(html->arena, str_slice(class, 0, 32)) : STR("");
	return ROLE_CELL;
}

static bool is_passed_over(struct str name)
{
	return str_in_list(name, "script|style|svg|svg:svg|xml|button|head");
}

static enum role start(struct html *html, struct str name, const xmlChar **attributes)
{
	struct open_table *table = top_table(html);
	if (is_passed_over(name)) {
		html->skip_from = html->depth;
	} else if (str_equal(name, STR("div"))) {
		return start_div(html, attributes);
	} else if (str_equal(name, STR("span"))) {
		return start_span(html, attributes);
	} else if (str_equal(name, STR("table"))) {
		return start_table(html, attributes);
	} else if (str_equal(name, STR("tr"))) {
		return start_row(html);
	} else if (str_equal(name, STR("td")) || str_equal(name, STR("th"))) {
		return start_cell(html, attributes, str_equal(name, STR("th")));
	} else if (str_equal(name, STR("br")) && open_piece(html)) {
		piece_break(open_piece(html));
	} else if (str_equal(attribute(attributes, "class"), STR("vmlimage"))) {
		if (table)
			table->row.warning |=
				str_equal(attribute(attributes, "alt"), STR("Warning"));
		html->skip_from = html->depth;
	}
	return ROLE_NONE;
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct html *html = user;
	if (html->stopped)
		return;
	if (++html->depth >= DEPTH) {
		html->stopped = true;
		facts_stop(html->facts, html->line, "elements nest deeper than 256", true);
		xmlStopParser(html->parser);
		return;
	}
	html->roles[html->depth] = ROLE_NONE;
	if (html->skip_from == NOT_NOTED)
		html->roles[html->depth] =
			(unsigned char)start(html, str_of((const char *)name), attributes);
}

/* Cells with bars between: what a person sees. */
static struct str row_text(struct html *html, const struct html_row *row)
{
	size_t room = LIMIT_QUOTE_BYTES + 16, size = 0;
	char *to = arena_alloc(html->arena, room);
	for (size_t i = 0; i < row->count && size + 8 < room; i++) {
		struct str cell = utf8_clip(row->cells[i], room - size - 8);
		if (i) {
			memcpy(to + size, " | ", 3);
			size += 3;
		}
		if (cell.size)
			memcpy(to + size, cell.at, cell.size);
		size += cell.size;
	}
	for (size_t i = 0; i < size; i++)
		if (to[i] == '\n')
			to[i] = ',';
	return (struct str){to, size};
}

static void end_row(struct html *html)
{
	struct open_table *table = top_table(html);
	if (!table || !table->row.line)
		return;
	struct html_row *row = &table->row;
	size_t held = row->count < HTML_CELLS ? row->count : HTML_CELLS;
	bool all_nested = held > 0;
	for (size_t i = 0; i < held; i++) {
		row->cells[i] = piece_text(&table->cells[i]);
		all_nested &= table->nested[i];
	}
	row->count = held;
	row->header &= held > 0;
	row->line = policy_cite(html->arena, row->line, row_text(html, row));
	if (held == 1 && table->title_class.size)
		report_title(html->report, row->line, table->title_class, row->cells[0]);
	if (!all_nested && held)
		report_row(html->report, row);
	table->rows += !row->header && !all_nested;
	row->line = NULL;
}

static void end_cell(struct html *html)
{
	struct open_table *table = top_table(html);
	if (!table)
		return;
	if (table->in_cell && str_equal(table->title_class, STR("dtstamp")))
		report_title(html->report, table->row.line, table->title_class,
			piece_text(&table->cells[0]));
	table->in_cell = false;
}

static void end_table(struct html *html)
{
	if (html->tables_dropped)
		html->tables_dropped--;
	else if (html->table_count)
		html->table_count--;
}

static void end(struct html *html, enum role role)
{
	switch (role) {
	case ROLE_SECTION:
		flush_body(html);
		html->title_pending = false;
		report_leave(html->report);
		break;
	case ROLE_TITLE:
		html->in_title = false;
		break;
	case ROLE_BODY:
		html->in_body = false;
		flush_body(html);
		break;
	case ROLE_AREA:
		report_area(html->report, AREA_NONE);
		break;
	case ROLE_TABLE:
		end_table(html);
		break;
	case ROLE_ROW:
		end_row(html);
		break;
	case ROLE_CELL:
		end_cell(html);
		break;
	case ROLE_NONE:
		break;
	}
}

static void on_end(void *user, const xmlChar *name)
{
	struct html *html = user;
	(void)name;
	if (html->stopped || html->depth == 0)
		return;
	if (html->skip_from == html->depth)
		html->skip_from = NOT_NOTED;
	else if (html->skip_from == NOT_NOTED)
		end(html, html->roles[html->depth]);
	html->depth--;
}

/*
 * Lines
 */

static void push(struct html *html, struct str text)
{
	if (text.size && !html->stopped) {
		const char *flood = markup_floods(&html->scan, text);
		html->stopped = flood != NULL;
		if (flood)
			facts_stop(html->facts, html->line, flood, true);
		else
			(void)htmlParseChunk(html->parser, text.at, (int)text.size, 0);
	}
}

/* Takes what is looked at off the front of `*rest`: up to the value of a description, or from its end on. */
static struct str next_piece(struct html *html, struct str *rest)
{
	if (html->in_description) {
		size_t quote = str_find_char(*rest, '"');
		html->in_description = quote == STR_NONE;
		*rest = quote == STR_NONE ? STR("") : str_from(*rest, quote);
	}
	size_t at = str_find(*rest, description);
	size_t size = at == STR_NONE ? rest->size : at + description.size;
	struct str piece = str_slice(*rest, 0, size);
	html->in_description |= at != STR_NONE;
	*rest = str_from(*rest, size);
	return piece;
}

/* The line in one piece, but for the values of descriptions: the library looks for the end of a tag before it
 * reads on, and should find it in the same line. */
static void feed(struct html *html, const struct line *line)
{
	struct str rest = line->raw;
	html->line = line;
	if (!html->in_description && str_find(rest, description) == STR_NONE) {
		push(html, rest);
		push(html, STR("\n"));
		return;
	}
	if (html->cut.room < rest.size + 1)
		html->cut = piece_new(html->arena, rest.size * 2 + 1);
	html->cut.size = 0;
	while (rest.size) {
		struct str piece = next_piece(html, &rest);
		if (piece.size)
			memcpy(html->cut.at + html->cut.size, piece.at, piece.size);
		html->cut.size += piece.size;
	}
	html->cut.at[html->cut.size++] = '\n';
	push(html, (struct str){html->cut.at, html->cut.size});
}

static void set_up(struct html *html)
{
	htmlSAXHandler handler = {
		.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
	};
	html->title = piece_new(html->arena, TITLE_BYTES);
	html->body = piece_new(html->arena, LIMIT_VALUE_BYTES);
	html->parser =
		htmlCreatePushParserCtxt(&handler, html, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!html->parser)
		machine_failed("out of memory");
	(void)htmlCtxtUseOptions(html->parser,
		HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
			HTML_PARSE_IGNORE_ENC);
}

/* "</body></html>" stands in the script, too, but in the middle of a line. */
static bool ends_document(const struct line *line)
{
	return str_ends_nocase(str_trim(line->raw), STR("</html>"));
}

/* Where the body begins: behind the last end of a head, since the script holds some, too. */
static size_t body_begin(const struct lines *lines, size_t from, size_t last, struct line *first)
{
	size_t body = from;
	*first = lines->at[from];
	for (size_t i = from; i <= last; i++) {
		struct str rest = lines->at[i].raw;
		for (size_t at; (at = str_find(rest, STR("</head>"))) != STR_NONE;) {
			rest = str_from(rest, at + STR("</head>").size);
			body = i;
			*first = lines->at[i];
			first->raw = rest;
		}
	}
	return body;
}

/* No report declares entities. Names like those are not expanded here, but who wrote such a file meant harm. */
static const struct line *own_entity(const struct lines *lines, size_t last)
{
	for (size_t i = 0; i <= last && i < lines->count; i++) {
		struct str rest = lines->at[i].raw;
		for (size_t at; (at = str_find(rest, STR("<!"))) != STR_NONE;) {
			rest = str_from(rest, at + 2);
			if (str_starts_nocase(rest, STR("ENTITY")))
				return &lines->at[i];
		}
	}
	return NULL;
}

size_t gpresult_read_html(struct policy *policy, size_t i)
{
	const struct lines *lines = &policy->evidence->lines;
	size_t last = gpresult_html_end(lines, i);
	struct html html = {
		.facts = policy->facts, .arena = policy->facts->arena, .scan = {.html = true}};
	struct line *first = arena_alloc(html.arena, sizeof *first);
	const struct line *entity = own_entity(lines, last);
	if (entity) {
		facts_stop(html.facts, entity, "a document type or an entity of its own; refused",
			true);
		return last;
	}
	html.report = report_new(policy, &lines->at[i]);
	set_up(&html);
	size_t body = body_begin(lines, i, last, first);
	html.line = first;
	if (!str_has(first->raw, STR("<table")) && str_has(first->raw, STR("<td")))
		push(&html, STR("<table><tr>")); /* a copy that begins in the middle of its title */
	feed(&html, first);
	for (size_t k = body + 1; k <= last && !html.stopped; k++)
		feed(&html, &lines->at[k]);
	if (!html.stopped)
		(void)htmlParseChunk(html.parser, "", 0, 1);
	htmlFreeParserCtxt(html.parser);
	report_end(html.report, !html.stopped && ends_document(&lines->at[last]));
	return last;
}

/* The console marks its reports, and each has a cell of this class; a copy may lack the head. */
bool gpresult_html_opens(const struct lines *lines, size_t i)
{
	struct str text = str_slice(lines_text(lines, i), 0, 4 * KIB);
	return (str_starts_nocase(str_trim(text), STR("<html")) &&
		       str_has_nocase(text, STR("gpmc_reportInitialized"))) ||
		str_has(text, STR("class=\"rsopheader\"")) ||
		str_has(text, STR("class=\"gponame\""));
}

size_t gpresult_html_end(const struct lines *lines, size_t i)
{
	while (i + 1 < lines->count && !ends_document(&lines->at[i]))
		i++;
	return i;
}
