/*
 * Records printed in file order, on one thread or on several.
 *
 * A chunk needs nothing of other chunks, so each is printed by itself: a reader for each thread, a text for each chunk.
 * Memory is bounded by the number of chunks under way. A chunk can become far more text than it is long, when it is made
 * for that: its thread waits then until all before it is out, and hands on what it has.
 */
#include "evtx_internal.h"

#include "base/fail.h"
#include "base/ordered.h"

#include <stdlib.h>
#include <string.h>

#define JOBS_PER_THREAD 2
#define JOB_CHUNKS 4 /* one is printed in less time than it takes to wake a thread */
#define TEXT_PIECE (256 * KIB)
#define TEXT_KEPT (1024 * KIB) /* memory for text that is used again */

struct job {
	uint8_t *data; /* the chunks, each in a place of EVTX_CHUNK_BYTES */
	struct {
		size_t size;
		uint64_t offset;
		struct chunk_summary summary;
	} chunks[JOB_CHUNKS];
	size_t count;
	struct out text;
	uint64_t unreadable;
};

struct reader {
	struct evtx_printer *printer;
	struct evtx *evtx;
	size_t job;
};

struct evtx_printer {
	struct evtx_printing how;
	struct evtx *front; /* gathers chunks; with one thread it reads them too */
	struct reader *readers;
	struct job *jobs; /* with one thread, just one */
	size_t job_count;
	struct job *filling;     /* to be submitted when full, or NULL */
	struct ordered *ordered; /* NULL with one thread */
	uint64_t unreadable;
};

static void put_text(struct evtx_printer *printer, struct out *text)
{
	if (text->size)
		printer->how.put(out_view(text), printer->how.context);
	text->size = 0;
	text->overflowed = false;
	if (text->room > TEXT_KEPT)
		out_free(text);
}

static void print_record(
	struct evtx_printer *printer, struct job *job, const struct evtx_record *record)
{
	bool good = printer->how.xml ? evtx_write_xml(record, &job->text)
				     : evtx_write_json(record, &job->text);
	job->unreadable += !good;
}

static void print_here(const struct evtx_record *record, void *context)
{
	struct evtx_printer *printer = context;
	print_record(printer, printer->jobs, record);
	if (printer->jobs->text.size >= TEXT_PIECE)
		put_text(printer, &printer->jobs->text);
}

static void print_on_thread(const struct evtx_record *record, void *context)
{
	const struct reader *reader = context;
	struct job *job = &reader->printer->jobs[reader->job];
	print_record(reader->printer, job, record);
	if (job->text.size < 4 * TEXT_PIECE)
		return;
	ordered_await_turn(reader->printer->ordered, reader->job);
	put_text(reader->printer, &job->text);
}

static void work(void *context, size_t number, unsigned thread)
{
	struct evtx_printer *printer = context;
	struct reader *reader = &printer->readers[thread];
	struct job *job = &printer->jobs[number];
	reader->job = number;
	for (size_t i = 0; i < job->count; i++) {
		struct bytes chunk = {job->data + i * EVTX_CHUNK_BYTES, job->chunks[i].size};
		chunk_read_alone(reader->evtx, chunk, job->chunks[i].offset);
		job->chunks[i].summary = chunk_summary(reader->evtx);
	}
}

static void take(void *context, size_t number)
{
	struct evtx_printer *printer = context;
	struct job *job = &printer->jobs[number];
	put_text(printer, &job->text);
	for (size_t i = 0; i < job->count; i++)
		chunk_add(printer->front, &job->chunks[i].summary);
	job->count = 0;
	printer->unreadable += job->unreadable;
	job->unreadable = 0;
}

static void submit(struct evtx_printer *printer)
{
	if (printer->filling)
		ordered_submit(printer->ordered);
	printer->filling = NULL;
}

/* A chunk that the front has gathered. */
static void give(void *context, struct bytes chunk, uint64_t offset)
{
	struct evtx_printer *printer = context;
	struct job *job = printer->filling;
	if (!job)
		job = &printer->jobs[ordered_next(printer->ordered)];
	memcpy(job->data + job->count * EVTX_CHUNK_BYTES, chunk.at, chunk.size);
	job->chunks[job->count].size = chunk.size;
	job->chunks[job->count++].offset = offset;
	printer->filling = job;
	if (job->count == JOB_CHUNKS)
		submit(printer);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);
	if (!memory)
		machine_failed("out of memory");
	return memory;
}

static void open_threads(struct evtx_printer *printer)
{
	static const struct ordered_calls calls = {work, take};
	unsigned threads = printer->how.threads;
	printer->readers = allocate(threads, sizeof *printer->readers);
	for (unsigned i = 0; i < threads; i++) {
		struct reader *reader = &printer->readers[i];
		reader->printer = printer;
		reader->evtx = evtx_open(printer->how.selection, print_on_thread, reader);
	}
	for (size_t i = 0; i < printer->job_count; i++)
		printer->jobs[i].data = allocate(JOB_CHUNKS, EVTX_CHUNK_BYTES);
	printer->front->instead = give;
	printer->ordered = ordered_new(threads, printer->job_count, &calls, printer);
}

struct evtx_printer *evtx_printer_open(const struct evtx_printing *how)
{
	struct evtx_printer *printer = allocate(1, sizeof *printer);
	printer->how = *how;
	printer->front = evtx_open(how->selection, print_here, printer);
	printer->job_count = how->threads > 1 ? (size_t)how->threads * JOBS_PER_THREAD : 1;
	printer->jobs = allocate(printer->job_count, sizeof *printer->jobs);
	for (size_t i = 0; i < printer->job_count; i++)
		printer->jobs[i].text = out_new(LIMIT_OUTPUT_BYTES);
	if (how->threads > 1)
		open_threads(printer);
	return printer;
}

void evtx_printer_feed(struct evtx_printer *printer, struct bytes piece)
{
	evtx_feed(printer->front, piece);
}

const struct evtx_log *evtx_printer_end(struct evtx_printer *printer, uint64_t *unreadable)
{
	evtx_take_rest(printer->front);
	submit(printer);
	ordered_end(printer->ordered);
	printer->ordered = NULL;
	put_text(printer, &printer->jobs->text);
	*unreadable = printer->unreadable + printer->jobs->unreadable;
	return evtx_end(printer->front);
}

void evtx_printer_close(struct evtx_printer *printer)
{
	if (!printer)
		return;
	ordered_end(printer->ordered);
	for (unsigned i = 0; printer->readers && i < printer->how.threads; i++)
		evtx_close(printer->readers[i].evtx);
	for (size_t i = 0; i < printer->job_count; i++) {
		free(printer->jobs[i].data);
		out_free(&printer->jobs[i].text);
	}
	evtx_close(printer->front);
	free(printer->readers);
	free(printer->jobs);
	free(printer);
}
