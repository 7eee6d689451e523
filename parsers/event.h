/*
 * One event of a Windows event log, whatever file it was read from.
 *
 * Binary logs (.evtx), the XML of wevtutil, Event Viewer and PowerShell, and text copied from Event Viewer all
 * give this. It holds what is language-neutral: the provider, numbers, times and the values of the event; the
 * rendered message is kept only for formats that have nothing else.
 *
 * Strings are valid UTF-8 and live as long as the arena they were made in.
 */
#ifndef ACTDX_EVENT_H
#define ACTDX_EVENT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/lines.h"
#include "base/str.h"

struct event_data {
	struct str
		name; /* of <Data Name="...">, or the element's path below UserData; may be empty */
	struct str
		text; /* as Windows' own XML has it: GUIDs with braces, hexadecimal with 0x, times in ISO form */
};

struct event {
	struct str provider; /* Provider/@Name */
	struct str source;   /* Provider/@EventSourceName; the classic name, often empty */
	struct str channel, computer;
	struct str user;     /* Security/@UserID, a SID */
	struct str activity; /* Correlation/@ActivityID; may be empty */
	uint32_t id, qualifiers, version, level, task, opcode;
	uint64_t keywords;
	uint32_t process, thread;
	uint64_t record; /* EventRecordID; 0 when the format has none */
	uint64_t time;   /* 100 ns since 1601-01-01 UTC; 0 when unknown */
	const struct event_data
		*data; /* EventData or UserData, in order; duplicates and unnamed ones kept */
	size_t data_count;
	struct bytes binary; /* EventData's <Binary>, decoded */
	struct str message;  /* rendered, localised; empty when the format has none */
	bool doubtful;       /* from a chunk whose checksum is wrong, or recovered */
};

/* The n-th value, from 1 as in message templates; empty past the end. */
struct str event_value(const struct event *event, size_t number);

/* The first value of that name (ASCII case is not looked at), or empty. */
struct str event_named(const struct event *event, const char *name);

#endif
