/*
 * A report as its parts see it: gpresult_report.c follows its sections, gpresult_settings.c reads the rows of
 * settings. Everything here lives as long as the reading of one report.
 */
#ifndef ACTDX_GPRESULT_REPORT_H
#define ACTDX_GPRESULT_REPORT_H

#include "gpresult.h"

#define REPORT_SECTIONS 24
#define REPORT_RULE_ROWS 24
#define REPORT_ENTRIES_BYTES ((size_t)1024)

/* Parts of a scope, by their order. */
enum part { PART_GENERAL = 1, PART_COMPONENTS, PART_SETTINGS, PART_GPOS, PART_FILTERS };

struct section {
	struct str title;
	unsigned number, children; /* which of its siblings it is, from 1; and how many it has */
};

struct report {
	struct policy *policy;
	struct arena *arena;
	const struct line *line;
	enum html_area area;
	struct section sections[REPORT_SECTIONS]; /* [1] is the outermost */
	unsigned depth; /* may go over REPORT_SECTIONS; those are not kept */
	bool elevated, components;

	struct policy_item setting; /* the last one; rows inside it follow */
	unsigned setting_depth;
	struct policy_rule rule;
	struct str rule_rows[REPORT_RULE_ROWS];
	unsigned rule_count;

	struct fact *gpo; /* whose rows are read */
	unsigned gpo_depth, gpo_rows;

	struct policy_object object; /* of the section at this depth; 0: none */
	struct fact *service;
	const struct line *object_line;
	unsigned object_depth;
	char *entries;
	size_t entries_size;

	struct policy_registry preference; /* the entry being read */
	unsigned preference_rows, preference_depth;
	const char *preference_action;
	struct str preference_gpo;
	uint32_t preference_code;

	const char *slow_link[SCOPE_USER + 1]; /* as the summary says: yes, no or NULL */
	enum policy_scope summary;             /* whose it is */
};

/* Copies into the arena; of a list with bars between its lines. */
struct str report_keep(const struct report *report, struct str text);
struct str report_joined(const struct report *report, struct str text);

/* The open section at that depth; one without title when there is none. */
const struct section *report_section(const struct report *report, unsigned depth);

/* A section of settings begins or ends; a row of them. */
void settings_enter(struct report *report, const struct line *line, struct str title);
void settings_leave(struct report *report);
void settings_row(struct report *report, const struct html_row *row);
void settings_text(struct report *report, struct str text);

#endif
