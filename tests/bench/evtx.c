/*
 * How fast binary event logs are read: chosen by the analyzer's own list, and printed as JSON and XML.
 *
 *   bench_evtx [--size MB] FILE.evtx...
 *
 * The chunks of the files that are whole are put one behind the other, again and again, into a log of the size asked for
 * (100 MB) in memory; each way of reading it is run five times, and the median told. Prints MB/s of log.
 */
#include "evtx.h"
#include "../support.h"
#include "events.h"

#include "base/fail.h"
#include "base/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 5

struct log {
	uint8_t *at;
	size_t size, room;
};

static void add_chunks(struct log *log, struct bytes file)
{
	for (size_t at = 4096; at + EVTX_CHUNK_BYTES <= file.size; at += EVTX_CHUNK_BYTES) {
		if (memcmp(file.at + at, "ElfChnk", 8) != 0 ||
			log->size + EVTX_CHUNK_BYTES > log->room)
			continue;
		memcpy(log->at + log->size, file.at + at, EVTX_CHUNK_BYTES);
		log->size += EVTX_CHUNK_BYTES;
	}
}

static bool is_provider(struct str name, const void *context)
{
	(void)context;
	return event_provider_matters(name);
}

static bool is_event(struct str provider, uint32_t id, const void *context)
{
	(void)context;
	return event_reader_for(provider, id) != NULL;
}

struct work {
	struct out out;
	uint64_t records, bytes;
	bool (*write)(const struct evtx_record *record, struct out *out);
};

static void take(const struct evtx_record *record, void *context)
{
	struct work *work = context;
	work->records++;
	if (!work->write || !work->write(record, &work->out))
		return;
	work->bytes += work->out.size;
	work->out.size = 0;
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static void measure(const char *name, const struct log *log, const struct evtx_selection *selection,
	bool (*write)(const struct evtx_record *record, struct out *out))
{
	double seconds[RUNS];
	struct work work = {0};
	for (int i = 0; i < RUNS; i++) {
		work = (struct work){.out = out_new(64 * MIB), .write = write};
		double from = file_clock_seconds();
		struct evtx *evtx = evtx_open(selection, take, &work);
		evtx_feed(evtx, (struct bytes){log->at, log->size});
		(void)evtx_end(evtx);
		evtx_close(evtx);
		seconds[i] = file_clock_seconds() - from;
		out_free(&work.out);
	}
	qsort(seconds, RUNS, sizeof *seconds, by_size);
	printf("%-8s %8.0f MB/s  %10llu records  %8.1f MB printed\n", name,
		(double)log->size / 1e6 / seconds[RUNS / 2], (unsigned long long)work.records,
		(double)work.bytes / 1e6);
}

int main(int argc, char **argv)
{
	static const struct evtx_selection ours = {.provider = is_provider, .event = is_event};
	static const struct evtx_selection all = {0};
	machine_failed_as("bench_evtx", 1);
	struct arena *arena = arena_new();
	bool sized = argc > 2 && strcmp(argv[1], "--size") == 0;
	size_t wanted = (sized ? (size_t)strtoul(argv[2], NULL, 10) : 100) * 1000000;
	struct log log = {.at = malloc(wanted + 1), .room = wanted};
	for (size_t before = 1; log.at && log.size != before;) {
		before = log.size;
		for (int i = sized ? 3 : 1; i < argc; i++)
			add_chunks(&log, test_read(arena, argv[i]));
	}
	if (!log.at || log.size == 0) {
		fprintf(stderr, "usage: bench_evtx [--size MB] FILE.evtx...\n");
		free(log.at);
		arena_free(arena);
		return 2;
	}
	measure("select", &log, &ours, NULL);
	measure("jsonl", &log, &all, evtx_write_json);
	measure("xml", &log, &all, evtx_write_xml);
	free(log.at);
	arena_free(arena);
	return 0;
}
