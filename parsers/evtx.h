/*
 * EVTX: the binary event log of Windows since Vista.
 *
 * A log is a file header of 4 KiB and chunks of 64 KiB. A chunk holds records of binary XML; templates are
 * defined once in a chunk and used by its later records. The reader takes the file piece by piece, holds one
 * chunk at a time, and trusts nothing: not the header's count of chunks, not checksums, not offsets. What can be
 * read is read; what could not be is told in `struct evtx_log`.
 *
 * Format: [MS-EVEN6] section 2.2.12 (BinXml); libevtx documentation, "Windows XML Event Log (EVTX) format".
 */
#ifndef ACTDX_EVTX_H
#define ACTDX_EVTX_H

#include "event.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/scan.h"

#define EVTX_HEADER_BYTES (4 * KIB)
#define EVTX_CHUNK_BYTES (64 * KIB)

/* Which records somebody wants. Asked at most once per template and provider, never per record, where the
 * provider's name is part of the template. */
struct evtx_selection {
	/* Does any event of this provider matter? NULL: every one does. */
	bool (*provider)(struct str name, const void *context);
	/* Does this event matter? Asked only of wanted providers. NULL: every one does. */
	bool (*event)(struct str provider, uint32_t id, const void *context);
	uint64_t since, until; /* 100 ns since 1601 UTC, of the record's own time; 0: no bound */
	const void *context;
};

/* One selected record; valid only during the call that hands it over. */
struct evtx_record;

uint64_t evtx_record_id(const struct evtx_record *record);
uint64_t evtx_record_time(const struct evtx_record *record);

/* Its values, copied into `arena`; false when too damaged to be an event. */
NODISCARD bool evtx_event(
	const struct evtx_record *record, struct arena *arena, struct event *event);

/* Appends it as one line of JSON, with evtx_dump's names, or as XML, with Windows' own; always well formed. False
 * when too damaged to be an event; then nothing was appended. */
NODISCARD bool evtx_write_json(const struct evtx_record *record, struct out *out);
NODISCARD bool evtx_write_xml(const struct evtx_record *record, struct out *out);

/* What a log was found to be. */
struct evtx_log {
	char channel[256]; /* of its first readable record, as UTF-8; empty when there is none */
	bool has_header, dirty, full; /* flags of the file header */
	uint64_t bytes;               /* seen */
	uint32_t chunks_declared;     /* by the header */
	uint32_t chunks_read, chunks_empty, chunks_damaged,
		chunks_doubtful;            /* doubtful: checksum wrong or none */
	uint64_t records, records_damaged;  /* all, not only selected ones */
	uint64_t first_record, last_record; /* EventRecordID; 0 when there is none */
	uint64_t oldest, newest;            /* 100 ns since 1601 UTC */
	uint64_t gaps, lost;                /* breaks in record ids, and how many ids they lack */
	const char *problem;     /* the first thing that could not be read, a phrase, or NULL */
	uint64_t problem_offset; /* where, bytes from the start of the file */
};

/* A reader. `sink` is called for every selected record in file order. */
struct evtx;

bool is_evtx(struct bytes head); /* a log's header, or a bare chunk */

struct evtx *evtx_open(const struct evtx_selection *selection,
	void (*sink)(const struct evtx_record *record, void *context), void *context);
void evtx_feed(struct evtx *evtx, struct bytes piece);
/* Reads what is left of a short last chunk. The log's summary is valid until evtx_close. */
const struct evtx_log *evtx_end(struct evtx *evtx);
void evtx_close(struct evtx *evtx);

/* A reader that prints every selected record, on one thread or several: its text is the same whatever their number. */
struct evtx_printing {
	const struct evtx_selection *selection; /* its functions are called on any thread */
	bool xml;
	unsigned threads; /* 1: none but the caller's */
	/* Gets the text piece by piece, in file order, never twice at a time; on any thread. */
	void (*put)(struct str text, void *context);
	void *context;
};
struct evtx_printer;

struct evtx_printer *evtx_printer_open(const struct evtx_printing *how);
void evtx_printer_feed(struct evtx_printer *printer, struct bytes piece);
/* Prints what is left. The log's summary is valid until evtx_printer_close; `*unreadable` is the number of selected
 * records that were too damaged to be printed. */
const struct evtx_log *evtx_printer_end(struct evtx_printer *printer, uint64_t *unreadable);
void evtx_printer_close(struct evtx_printer *printer);

#endif
