/*
 * A binary event log, read and printed in both formats. Every test of the reader looks at that.
 */
#ifndef ACTDX_TESTS_UNIT_EVTX_SHOWN_H
#define ACTDX_TESTS_UNIT_EVTX_SHOWN_H

#include "evtx.h"

#include "unit.h"

#include "base/limits.h"

struct shown {
	struct out json, xml;
	size_t good, bad;
};

static inline void show(const struct evtx_record *record, void *context)
{
	struct shown *shown = context;
	struct event event;
	bool json = evtx_write_json(record, &shown->json);
	bool xml = evtx_write_xml(record, &shown->xml);
	(void)!evtx_event(record, unit_memory, &event);
	ck_assert_int_eq(json, xml);
	shown->good += json;
	shown->bad += !json;
}

/* Fed in pieces of that size. */
static inline struct evtx_log read_log(struct bytes log, size_t piece, struct shown *shown)
{
	static const struct evtx_selection all = {0};
	*shown = (struct shown){.json = out_new(64 * MIB), .xml = out_new(64 * MIB)};
	struct evtx *evtx = evtx_open(&all, show, shown);
	for (size_t at = 0; at < log.size; at += piece)
		evtx_feed(evtx,
			(struct bytes){log.at + at, log.size - at < piece ? log.size - at : piece});
	struct evtx_log summary = *evtx_end(evtx);
	evtx_close(evtx);
	return summary;
}

static inline void free_shown(struct shown *shown)
{
	out_free(&shown->json);
	out_free(&shown->xml);
}

#endif
