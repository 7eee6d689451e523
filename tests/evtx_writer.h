/*
 * Makes binary event logs (.evtx) out of events written as Windows' own XML.
 *
 * The XML is what `wevtutil qe /f:xml` prints: one <Event> after the other, with or without a root around them. A log
 * comes out as Windows writes it: templates defined at their first use in a chunk, the System element's values typed,
 * classic events (unnamed <Data>) as one array of strings, UserData as nested binary XML. Events with a provider GUID
 * and no EventSourceName get the form of manifest providers, where provider and channel are values, too.
 *
 * Values of EventData and UserData are strings, as Windows prints them. The attribute actdx:type asks for another
 * type (xmlns:actdx="urn:actdx:evtx" must be declared); it is not written:
 *
 *   string ansi int8 uint8 int16 uint16 int32 uint32 int64 uint64 float double bool binary guid sizet sizet32
 *   filetime systemtime sid hexint32 hexint64   the value is the text, as that type
 *   TYPE-array    elements separated by '|'
 *   null          no value
 *   literal       no value: the text is part of the template, with entity and character references
 *   cdata, pi     a CDATA section; a processing instruction "target data"
 *   xml           the element's only child, as binary XML of its own
 *
 * RenderingInfo, the localised words, is left out: no log holds it. Whatever else cannot be written is an error.
 *
 * Format: [MS-EVEN6] 2.2.12; libevtx documentation, "Windows XML Event Log (EVTX) format".
 */
#ifndef ACTDX_TESTS_EVTX_WRITER_H
#define ACTDX_TESTS_EVTX_WRITER_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/scan.h"

#define EVTX_MADE_HEADER_BYTES 4096
#define EVTX_MADE_CHUNK_BYTES 65536

/* What is irregular about a log. All zero: as Windows closes one. */
struct evtx_form {
	bool dirty;             /* the header was never updated after the first chunk */
	bool no_crc;            /* no checksums, and the flags that say so */
	bool bad_crc;           /* checksums of all chunks are wrong */
	bool plain;             /* records without templates: plain binary XML */
	bool literal_providers; /* providers in the template for all events, manifest or not */
	bool short_end;         /* the file ends behind its last record */
	bool bare;              /* no file header: the first chunk begins the file */
	bool bad_magic;         /* the first chunk's signature is wrong */
	bool empty_chunk;       /* a chunk of zeros between the first and the second, or behind */
	bool slack;     /* behind a chunk's last record lies another one, of an earlier use */
	bool loops;     /* chains of names and templates lead back to themselves */
	bool zero_page; /* the last 4 KiB page that holds records is zero */
	unsigned wrap;  /* so many of the newest chunks stand in front */
	unsigned chunk_records; /* at most so many records in a chunk; 0: as many as fit */
	unsigned repeat;        /* all events so many times more, each time a day later */
	uint64_t first_record;  /* ids from here on instead of those in the XML; 0: those */
	size_t cut;             /* bytes missing at the end */
};

struct evtx_made {
	struct bytes log;      /* in the arena */
	size_t events, chunks; /* written */
	const char *problem;   /* why there is none: a lower-case phrase */
	unsigned line;         /* of the XML, where that is known; else 0 */
};

NODISCARD bool evtx_make(
	struct arena *arena, struct str xml, const struct evtx_form *form, struct evtx_made *made);

/* The <Event> elements of such a text, oldest record first, each with its time (100 ns since 1601; 0: none). */
struct evtx_text {
	struct str xml;
	uint64_t time, record;
};

size_t evtx_split(struct arena *arena, struct str xml, struct evtx_text **events);

#endif
