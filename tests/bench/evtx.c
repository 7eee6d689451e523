/*
 * How fast binary event logs are read: chosen by the analyzer's own list, and printed as JSON and XML.
 *
 *   bench_evtx [--size MB] FILE.evtx...
 *
 * The chunks of the files that are whole are put one behind the other, again and again, into a log of the size asked for
 * (100 MB) in memory. Each way of reading it is run seven times, and the best told, for other work on the machine only
 * ever makes a run slower. Prints MB/s of log, and ratios.
 *
 * Public readers that are installed (evtxexport; python-evtx; evtx_dump, the one written in Rust) are run over the same
 * log from a file, their output thrown away: their figures include starting, and reading a file that the system has in
 * memory. One that gives up, or takes more than two minutes, gets no figure.
 */
#include "evtx.h"
#include "../support.h"
#include "events.h"

#include "base/fail.h"
#include "base/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#define RUNS 7

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

static void take(const struct evtx_record *record, void *context)
{
	uint64_t *records = context;
	(void)record;
	++*records;
}

static double select_once(const struct log *log, uint64_t *records)
{
	static const struct evtx_selection ours = {.provider = is_provider, .event = is_event};
	double from = file_clock_seconds();
	struct evtx *evtx = evtx_open(&ours, take, records);
	evtx_feed(evtx, (struct bytes){log->at, log->size});
	(void)evtx_end(evtx);
	evtx_close(evtx);
	return file_clock_seconds() - from;
}

static void count(struct str text, void *context)
{
	*(uint64_t *)context += text.size;
}

static double print_once(const struct log *log, bool xml, unsigned threads, uint64_t *bytes)
{
	static const struct evtx_selection all = {0};
	uint64_t unreadable;
	struct evtx_printing how = {
		.selection = &all, .xml = xml, .threads = threads, .put = count, .context = bytes};
	double from = file_clock_seconds();
	struct evtx_printer *printer = evtx_printer_open(&how);
	for (size_t at = 0; at < log->size; at += 256 * KIB) {
		size_t rest = log->size - at;
		evtx_printer_feed(
			printer, (struct bytes){log->at + at, rest < 256 * KIB ? rest : 256 * KIB});
	}
	(void)evtx_printer_end(printer, &unreadable);
	evtx_printer_close(printer);
	return file_clock_seconds() - from;
}

static void show(const char *name, const struct log *log, double seconds, double base)
{
	printf("%-28s %8.0f MB/s", name, (double)log->size / 1e6 / seconds);
	if (base > 0)
		printf("  %5.2f times as fast as on one thread", base / seconds);
	printf("\n");
}

static double measure_selecting(const struct log *log)
{
	double best = 1e9;
	for (int i = 0; i < RUNS; i++) {
		uint64_t records = 0;
		double seconds = select_once(log, &records);
		best = seconds < best ? seconds : best;
	}
	show("select", log, best, 0);
	return best;
}

/* The best time on one thread. */
static double measure_printing(const struct log *log, bool xml)
{
	double alone = 0;
	for (unsigned threads = 1; threads <= 2; threads++) {
		char name[32];
		double best = 1e9;
		uint64_t bytes = 0;
		for (int i = 0; i < RUNS; i++) {
			bytes = 0;
			double seconds = print_once(log, xml, threads, &bytes);
			best = seconds < best ? seconds : best;
		}
		(void)snprintf(name, sizeof name, "%s, %u thread%s", xml ? "xml" : "jsonl", threads,
			threads > 1 ? "s" : "");
		show(name, log, best, alone);
		alone = threads == 1 ? best : alone;
	}
	return alone;
}

struct peer {
	const char *name, *program, *arguments;
	bool xml;
	int runs;
	size_t most; /* bytes of log it is given; 0: all */
};

/* libevtx, python-evtx, which is slow and gets little, and evtx 0.x. */
static const struct peer peers[] = {
	{"evtxexport", "evtxexport", "-f xml", true, 1, 0},
	{"python-evtx, 1 MB", "evtx_dump.py", "", true, 1, MIB},
	{"evtx_dump jsonl", "evtx_dump", "-t 1 -o jsonl", false, 3, 0},
	{"evtx_dump xml", "evtx_dump", "-t 1 -o xml", true, 3, 0},
};

#define NOT_INSTALLED 77

/* Seconds, or the reason why there is no figure: who gives up half-way has not read the log. */
static const char *run_peer(const struct peer *peer, double *seconds)
{
	char command[256];
	(void)snprintf(command, sizeof command,
		"command -v %s >/dev/null || exit %d; timeout 120 %s %s \"$LOG\" >/dev/null 2>&1",
		peer->program, NOT_INSTALLED, peer->program, peer->arguments);
	double from = file_clock_seconds();
	/* NOLINTNEXTLINE(cert-env33-c): a shell finds what is installed */
	int status = system(command);
	*seconds = file_clock_seconds() - from;
	if (status == 0)
		return NULL;
	return WIFEXITED(status) && WEXITSTATUS(status) == NOT_INSTALLED
		? "not installed"
		: "did not read the whole log: no figure";
}

/* `ours`: seconds that this reader takes for a byte. */
static void measure_peer(const struct peer *peer, size_t size, double ours)
{
	double best = 1e9;
	for (int i = 0; i < peer->runs; i++) {
		double seconds;
		const char *problem = run_peer(peer, &seconds);
		if (problem) {
			printf("%-28s %s\n", peer->name, problem);
			return;
		}
		best = seconds < best ? seconds : best;
	}
	printf("%-28s %8.2f MB/s  ours on one thread is %.2f times as fast\n", peer->name,
		(double)size / 1e6 / best, best / (double)size / ours);
}

static void set(uint8_t *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void make_header(uint8_t header[4096], size_t chunks)
{
	memcpy(header, "ElfFile", 8);
	set(header + 16, chunks - 1, 8);
	set(header + 24, 1, 8); /* the next record's number */
	set(header + 32, 128, 4);
	set(header + 36, 0x00030001, 4);
	set(header + 40, 4096, 2);
	set(header + 42, chunks, 2);
	set(header + 124, crc32(0, header, 120), 4);
}

/* The log, or its first chunks, as a file. */
static bool write_log(int descriptor, const struct log *log, size_t size)
{
	uint8_t header[EVTX_HEADER_BYTES] = {0};
	make_header(header, size / EVTX_CHUNK_BYTES);
	FILE *file = fdopen(descriptor, "wb");
	if (!file) {
		close(descriptor);
		return false;
	}
	bool good = fwrite(header, 1, sizeof header, file) == sizeof header &&
		fwrite(log->at, 1, size, file) == size;
	return fclose(file) == 0 && good;
}

static void measure_peers(const struct log *log, double jsonl, double xml)
{
	for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
		char path[] = "/tmp/bench-XXXXXX";
		size_t most = peers[i].most, size = most && most < log->size ? most : log->size;
		int descriptor = mkstemp(path);
		if (descriptor < 0)
			return;
		setenv("LOG", path, 1);
		if (write_log(descriptor, log, size))
			measure_peer(
				&peers[i], size, (peers[i].xml ? xml : jsonl) / (double)log->size);
		unlink(path);
	}
}

int main(int argc, char **argv)
{
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
	struct rusage before_reading, after;
	getrusage(RUSAGE_SELF, &before_reading);
	double select = measure_selecting(&log), jsonl = measure_printing(&log, false),
	       xml = measure_printing(&log, true);
	getrusage(RUSAGE_SELF, &after);
	printf("select is %.2f times as fast as jsonl; reading took %.1f MB beyond the log itself\n",
		jsonl / select, (double)(after.ru_maxrss - before_reading.ru_maxrss) / 1024);
	measure_peers(&log, jsonl, xml);
	free(log.at);
	arena_free(arena);
	return 0;
}
