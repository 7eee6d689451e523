/*
 * The record of a collection, from which manifest.xml and summary.txt are written.
 *
 * One row per planned item, in the order of the catalogue; below it the members that it gave. Files that
 * no item claims stand in rows called "loose", after all others. Format: docs/bundle-format.md.
 */
#ifndef ACTDX_RECORD_H
#define ACTDX_RECORD_H

#include "items.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/out.h"

enum row_status {
	ROW_OK,
	ROW_FAILED,
	ROW_TIMEOUT,
	ROW_DENIED,
	ROW_SKIPPED,
	ROW_MISSING_TOOL,
	ROW_STATUS_COUNT
};

extern const char *const row_status_words[ROW_STATUS_COUNT];

#define ROW_LOOSE "loose"

/* A way that was tried before another one gave something, or nothing did. */
struct record_way {
	const char *name;
	enum row_status status;
	const char *reason;
};

struct record_row {
	const struct item *item; /* NULL: a loose file */
	enum row_status status;
	const char *reason; /* why it is not "ok"; NULL when it is */
	const char *given;  /* a loose file that was not packed: its name; else NULL */
	size_t first_member, member_count;
	/* Only when the collector ran it itself. */
	const char *command; /* as it was run; NULL: the catalogue's */
	const char *way;     /* that gave what there is, or was tried last */
	struct record_way *tried;
	size_t tried_count;
	int64_t started;
	unsigned milliseconds;
	bool has_exit_code, truncated;
	bool absent; /* not on this machine, by nature */
	uint32_t exit_code;
};

struct record_member {
	const char *name; /* ASCII, '/' between parts */
	const char
		*given; /* the name the user's file had, any bytes; NULL when the same as `name` */
	uint64_t size;
	int64_t modified; /* seconds since 1970, UTC; 0 when unknown */
	struct hash hash;
};

struct record {
	struct arena *arena;
	const char
		*mode; /* "from": packed from files that were gathered by hand; "live": collected */
	int64_t started, ended;
	const char *elevated; /* yes, no, unknown */
	bool partial;
	const char *computer, *os_build, *ui_language; /* NULL with "from" */
	unsigned oem_code_page, ansi_code_page;        /* 0 when nobody wrote it down */
	int64_t since;      /* events before this were not wanted; 0 for all */
	const char *parent; /* SHA-256 of the bundle that a request was made for, or NULL */
	size_t left_out;    /* files that --only or --skip kept out */
	struct record_row *rows;
	size_t row_count, row_room;
	struct record_member *members;
	size_t member_count, member_room;
};

/* A new row at the end; its members follow by record_add_member. */
struct record_row *record_add_row(
	struct record *record, const struct item *item, enum row_status status, const char *reason);
void record_add_member(struct record *record, struct record_member member);

void record_manifest(struct out *out, const struct record *record);

/* Plain text for people without any tool, in both languages. `japanese_first` says which stands above. */
void record_summary(struct out *out, const struct record *record, bool japanese_first);

#endif
