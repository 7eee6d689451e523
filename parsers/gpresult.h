/*
 * The three forms of gpresult's output: gpresult_html.c reads the markup of a report and gpresult_report.c
 * knows what its tables mean, gpresult_xml.c and gpresult_text.c read the others.
 */
#ifndef ACTDX_GPRESULT_H
#define ACTDX_GPRESULT_H

#include "policy.h"

/* Each reads what begins at line `i` and returns the last line it used. */
size_t gpresult_read_html(struct policy *policy, size_t i);
size_t gpresult_read_xml(struct policy *policy, size_t i);
size_t gpresult_read_text(struct policy *policy, size_t i);

/* Does a form begin at line `i`? */
bool gpresult_html_opens(const struct lines *lines, size_t i);
bool gpresult_xml_opens(const struct lines *lines, size_t i);
bool gpresult_text_opens(const struct lines *lines, size_t i);

/* The last line of the markup that begins at line `i`: that of its end tag, or of the evidence. */
size_t gpresult_html_end(const struct lines *lines, size_t i);
size_t gpresult_xml_end(const struct lines *lines, size_t i);

/*
 * An HTML report as its rows, in order. Text is in the arena.
 */
#define HTML_CELLS 8

enum html_table { TABLE_OTHER, TABLE_INFO, TABLE_INFO3, TABLE_SUB, TABLE_FRAME };

struct html_row {
	const struct line *line;
	enum html_table table;
	unsigned depth;    /* 1: a table of its section; 2: one inside a cell of that */
	unsigned index;    /* among the rows of its table, headers not counted */
	bool header, list; /* made of header cells; a cell holds a hidden list, one entry a line */
	size_t count;
	struct str cells[HTML_CELLS];
	struct str extension; /* GUID of a client-side extension */
	bool template;        /* a setting of the administrative templates */
	bool warning;         /* an icon says so, in the dialect of Windows 8 */
};

enum html_area { AREA_NONE, AREA_SUMMARY, AREA_RESULT, AREA_GPO };

struct report; /* of gpresult_report.c */

struct report *report_new(struct policy *policy, const struct line *line);
/* A cell of the title: its class is rsopheader, rsopname or gponame; or the line with the time. */
void report_title(
	struct report *report, const struct line *line, struct str class, struct str text);
void report_area(struct report *report, enum html_area area);
void report_enter(struct report *report, const struct line *line, struct str title);
void report_leave(struct report *report);
void report_row(struct report *report, const struct html_row *row);
void report_text(struct report *report, const struct line *line, struct str text);
void report_end(struct report *report, bool whole);

#endif
