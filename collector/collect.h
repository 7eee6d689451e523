/*
 * A live run as it goes, shared by what runs it (collect.c) and what its user sees of it (screen.c).
 */
#ifndef ACTDX_COLLECT_H
#define ACTDX_COLLECT_H

#include "place.h"
#include "plan.h"
#include "record.h"
#include "words.h"
#include "zip.h"

struct collection {
	const struct settings *settings;
	struct arena *arena;
	struct plan plan;
	size_t next_task; /* the first that has no row yet */
	struct record record;
	struct names names;
	struct zip *zip;
	const char *path;
	struct zip_sealed sealed;
	double began;
};

/* Rows that something is missing from which this machine could have given. */
size_t collect_gaps(const struct record *record);

/* What will be read, and what not; false when the user does not want it. */
bool screen_begin(struct collection *c);
void screen_say(struct collection *c, enum word id, const char *first, const char *second);
void screen_progress(struct collection *c, const struct record_row *row);
/* What came of it, what is missing and why, and what to do next. */
void screen_end(struct collection *c);
/* Waits for a key when the window would vanish. */
void screen_pause(struct collection *c);

#endif
