/*
 * Logs as they are in the field: in use while they were copied, wrapped, torn, cut off, forwarded. Each of these is read
 * wrongly by one public reader or another: records are lost, made up or out of order, or names and values are lost.
 */
#include "../evtx_writer.h"
#include "evtx_shown.h"

#include <string.h>

#define FIRST_RECORD 5000
#define RECORDS_MAX 2000

/* In a chunk's header: its last record's number and place, and where its records end. */
static const size_t header_places[] = {32, 44, 48};

static const char *event(unsigned record, const char *data)
{
	return arena_format(unit_memory,
		"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event' xmlns:actdx='urn:actdx:evtx'>"
		"<System><Provider Name='Contoso-Service' Guid='{6F1F3A26-6C1E-4C52-9F5B-0B1C2D3E4F50}'/>"
		"<EventID>7</EventID><Version>0</Version><Level>4</Level><Task>0</Task><Opcode>0</Opcode>"
		"<Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime='2026-11-25T09:15:00.1234567Z'/>"
		"<EventRecordID>%u</EventRecordID><Correlation/><Execution ProcessID='4' ThreadID='8'/>"
		"<Channel>Contoso/Operational</Channel><Computer>pc.contoso.com</Computer><Security/></System>"
		"%s</Event>",
		record, data);
}

static struct bytes make(const char *xml, const struct evtx_form *form, struct evtx_made *made)
{
	ck_assert_msg(evtx_make(unit_memory, str_of(xml), form, made), "%s", made->problem);
	return made->log;
}

static struct bytes make_many(struct evtx_form form, struct evtx_made *made)
{
	form.first_record = FIRST_RECORD;
	form.repeat = form.repeat ? form.repeat : 99;
	form.chunk_records = 10;
	return make(event(1, "<EventData><Data Name='A'>text</Data></EventData>"), &form, made);
}

/* How many different records were printed; none twice, none that was not written. */
static size_t count_records(const struct shown *shown, size_t written)
{
	struct str rest = out_view(&shown->xml), mark = STR("<EventRecordID>");
	bool seen[RECORDS_MAX] = {false};
	size_t count = 0;
	for (size_t at; (at = str_find(rest, mark)) != STR_NONE; count++) {
		int64_t record = 0;
		rest = str_from(rest, at + mark.size);
		ck_assert(scan_number(str_slice(rest, 0, str_find_char(rest, '<')), &record));
		record -= FIRST_RECORD;
		ck_assert_msg(record >= 0 && (size_t)record < written, "%d was made up",
			(int)record + FIRST_RECORD);
		ck_assert_msg(!seen[record], "%d twice", (int)record + FIRST_RECORD);
		seen[record] = true;
	}
	ck_assert_uint_eq(str_find(out_view(&shown->xml), STR("1601-")), STR_NONE);
	return count;
}

static const struct {
	const char *what;
	struct evtx_form form;
	unsigned doubtful, damaged, empty; /* chunks of 10 */
} whole[] = {
	{"as Windows closes one", {0}, 0, 0, 0},
	{"a header that declares one chunk", {.dirty = true}, 0, 0, 0},
	{"wrong checksums", {.bad_crc = true}, 10, 0, 0},
	{"no checksums", {.no_crc = true}, 10, 0, 0},
	{"records without templates", {.plain = true}, 0, 0, 0},
	{"no header", {.bare = true}, 0, 0, 0},
	{"a chunk without its signature", {.bad_magic = true}, 0, 1, 0},
	{"a chunk of zeros", {.empty_chunk = true}, 0, 0, 1},
	{"old records behind the last", {.slack = true}, 0, 0, 0},
	{"the newest chunks in front", {.wrap = 3}, 0, 0, 0},
	{"links that lead back", {.loops = true}, 0, 0, 0},
};

START_TEST(loses_no_record)
{
	struct evtx_made made;
	struct shown shown;
	struct bytes log = make_many(whole[_i].form, &made);
	struct evtx_log summary = read_log(log, 4096, &shown);
	ck_assert_uint_eq(made.events, 100);
	ck_assert_msg(count_records(&shown, 100) == 100, "%s: %u records", whole[_i].what,
		(unsigned)shown.good);
	ck_assert_uint_eq(shown.bad, 0);
	ck_assert_uint_eq(summary.records, 100);
	ck_assert_uint_eq(summary.chunks_doubtful, whole[_i].doubtful);
	ck_assert_uint_eq(summary.chunks_damaged, whole[_i].damaged);
	ck_assert_uint_eq(summary.chunks_empty, whole[_i].empty);
	ck_assert_uint_eq(summary.problem != NULL, whole[_i].doubtful + whole[_i].damaged > 0);
	free_shown(&shown);
}
END_TEST

/* A cut file holds each record that stands before the cut. */
START_TEST(reads_up_to_a_cut)
{
	struct evtx_made made;
	struct shown shown;
	struct bytes log = make_many((struct evtx_form){.short_end = true, .repeat = 14}, &made);
	size_t before = 15;
	(void)read_log(log, log.size, &shown);
	ck_assert_uint_eq(count_records(&shown, 15), 15);
	free_shown(&shown);
	for (size_t cut = 1; cut < log.size - 4096 - 65536; cut += 7) {
		(void)read_log((struct bytes){log.at, log.size - cut}, log.size, &shown);
		size_t count = count_records(&shown, 15);
		ck_assert_uint_ge(count, 10);
		ck_assert_uint_le(count, before);
		ck_assert_msg(before - count <= 1, "a cut of %u bytes takes more than one record",
			(unsigned)cut);
		before = count;
		free_shown(&shown);
	}
	ck_assert_uint_eq(before, 10);
}
END_TEST

/* A page that was never written takes its records, and gives none with the number 0 in the year 1601. */
START_TEST(makes_nothing_of_zeros)
{
	struct evtx_made made;
	struct shown shown;
	struct bytes log = make_many((struct evtx_form){.zero_page = true}, &made);
	struct evtx_log summary = read_log(log, log.size, &shown);
	size_t count = count_records(&shown, 100);
	ck_assert_uint_gt(count, 0);
	ck_assert_uint_lt(count, 100);
	ck_assert_uint_eq(summary.records, count);
	ck_assert_ptr_nonnull(summary.problem);
	free_shown(&shown);
}
END_TEST

/* Where a chunk says that its records end, or its last one begins, is not where they do. */
START_TEST(trusts_no_place)
{
	static const uint32_t places[] = {
		0, 511, 512, 513, 700, 65535, 65536, 0x80000000, UINT32_MAX};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct evtx_made made;
		struct shown shown;
		struct bytes log = make_many((struct evtx_form){0}, &made);
		uint8_t *copy = arena_alloc(unit_memory, log.size);
		memcpy(copy, log.at, log.size);
		for (size_t chunk = 4096; chunk < log.size; chunk += 65536)
			for (size_t byte = 0; byte < 4; byte++)
				copy[chunk + header_places[_i] + byte] =
					(uint8_t)(places[i] >> 8 * byte);
		(void)read_log((struct bytes){copy, log.size}, log.size, &shown);
		ck_assert_msg(count_records(&shown, 100) == 100, "%u at %zu: %zu records",
			places[i], header_places[_i], shown.good);
		free_shown(&shown);
	}
}
END_TEST

/*
 * Names and values
 */

static void expect_in(const char *text, const struct out *out)
{
	ck_assert_msg(str_find(out_view(out), str_of(text)) != STR_NONE, "not there: %s\n in: %s",
		text, unit_text(out_view(out)));
}

static const struct {
	const char *data, *xml, *json;
} contents[] = {
	/* The same name twice, and none at all, as in event 1003. */
	{"<EventData><Data Name='A'>1</Data><Data Name='B'>2</Data><Data Name='A'>3</Data></EventData>",
		"<Data Name=\"A\">1</Data><Data Name=\"B\">2</Data><Data Name=\"A\">3</Data>",
		"\"EventData\":{\"A\":[\"1\",\"3\"],\"B\":\"2\"}"},
	{"<EventData><Data>one</Data><Data></Data><Data>three</Data></EventData>",
		"<Data>one</Data><Data></Data><Data>three</Data>",
		"\"Data\":[\"one\",null,\"three\"]"},
	{"<EventData><Data Name='A'>1</Data><Data>2</Data></EventData>",
		"<Data Name=\"A\">1</Data><Data>2</Data>", "\"A\":\"1\",\"Data\":\"2\""},
	/* Values that a provider left out; so are the attributes in front. */
	{"<EventData><Data Name='A' actdx:type='null'></Data><Data Name='B'>2</Data></EventData>",
		"<Correlation></Correlation><Execution ProcessID=\"4\" ThreadID=\"8\">",
		"\"Correlation\":null,"},
	{"<EventData><Data Name='A' actdx:type='null'></Data><Data Name='B'>2</Data></EventData>",
		"<Security></Security></System><EventData><Data Name=\"A\"></Data><Data Name=\"B\">2</Data>",
		"\"A\":null,\"B\":\"2\""},
	/* Names that are no ASCII. */
	{"<UserData><\xC3\x9C"
	 "bersicht xmlns='urn:contoso'><\xE5\x90\x8D\xE5\x89\x8D>x</\xE5\x90\x8D\xE5\x89\x8D></\xC3\x9C"
	 "bersicht></UserData>",
		"<\xE5\x90\x8D\xE5\x89\x8D>x</\xE5\x90\x8D\xE5\x89\x8D></\xC3\x9C"
		"bersicht>",
		"\"\xE5\x90\x8D\xE5\x89\x8D\":\"x\""},
	{"<EventData><Data Name='Gr\xC3\xB6\xC3\x9F"
	 "e'>1</Data></EventData>",
		"<Data Name=\"Gr\xC3\xB6\xC3\x9F"
		"e\">1</Data>",
		"\"Gr\xC3\xB6\xC3\x9F"
		"e\":\"1\""},
	/* Values that are elements, and values inside those. */
	{"<UserData><A xmlns='urn:contoso' actdx:type='xml'><B actdx:type='xml'><C>deep</C></B></A></UserData>",
		"<C>deep</C></B></A></UserData>", "\"C\":\"deep\""},
};

START_TEST(keeps_names_and_values)
{
	const struct evtx_form form = {0};
	struct evtx_made made;
	struct shown shown;
	struct bytes log = make(event(1, contents[_i].data), &form, &made);
	(void)read_log(log, log.size, &shown);
	ck_assert_uint_eq(shown.good, 1);
	expect_in(contents[_i].xml, &shown.xml);
	expect_in(contents[_i].json, &shown.json);
	free_shown(&shown);
}
END_TEST

/* Two events of one provider, number and version, from different builds: each has the names of its own template. */
START_TEST(takes_names_from_the_template)
{
	const struct evtx_form form = {0};
	struct evtx_made made;
	struct shown shown;
	const char *xml = arena_format(unit_memory, "%s%s",
		event(1, "<EventData><Data Name='Old'>a</Data></EventData>"),
		event(2, "<EventData><Data Name='New'>b</Data></EventData>"));
	struct bytes log = make(xml, &form, &made);
	(void)read_log(log, log.size, &shown);
	expect_in("<Data Name=\"Old\">a</Data>", &shown.xml);
	expect_in("<Data Name=\"New\">b</Data>", &shown.xml);
	expect_in("\"EventData\":{\"Old\":\"a\"}", &shown.json);
	expect_in("\"EventData\":{\"New\":\"b\"}", &shown.json);
	free_shown(&shown);
}
END_TEST

/*
 * Threads
 */

static void append(struct str text, void *context)
{
	out_str(context, text);
}

static struct evtx_log print(struct bytes log, unsigned threads, bool xml, struct out *text)
{
	static const struct evtx_selection all = {0};
	struct evtx_printing how = {
		.selection = &all, .xml = xml, .threads = threads, .put = append, .context = text};
	uint64_t unreadable;
	struct evtx_printer *printer = evtx_printer_open(&how);
	for (size_t at = 0; at < log.size; at += 100000)
		evtx_printer_feed(printer,
			(struct bytes){
				log.at + at, log.size - at < 100000 ? log.size - at : 100000});
	struct evtx_log summary = *evtx_printer_end(printer, &unreadable);
	ck_assert_uint_eq(unreadable, 0);
	evtx_printer_close(printer);
	return summary;
}

/* Any number of threads prints the same, in the log's order, and tells the same of the log. */
START_TEST(keeps_order_with_threads)
{
	static const unsigned threads[] = {1, 2, 3, 8};
	struct evtx_made made;
	struct shown shown;
	struct evtx_form form = {.repeat = RECORDS_MAX - 1, .wrap = 3, .bad_crc = _i > 4};
	struct bytes log = make_many(form, &made);
	bool xml = _i % 2;
	struct evtx_log one = read_log(log, log.size, &shown);
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		struct out text = out_new(64 * MIB);
		struct evtx_log some = print(log, threads[i], xml, &text);
		ck_assert_msg(str_equal(out_view(&text), out_view(xml ? &shown.xml : &shown.json)),
			"%u threads", threads[i]);
		ck_assert_uint_eq(some.records, one.records);
		ck_assert_uint_eq(some.gaps, one.gaps);
		ck_assert_uint_eq(some.chunks_doubtful, one.chunks_doubtful);
		ck_assert_uint_eq(some.problem_offset, one.problem_offset);
		out_free(&text);
	}
	free_shown(&shown);
}
END_TEST

UNIT_MAIN("evtx_logs", {loses_no_record, COUNT(whole)}, {reads_up_to_a_cut},
	{makes_nothing_of_zeros}, {trusts_no_place, COUNT(header_places)},
	{keeps_names_and_values, COUNT(contents)}, {takes_names_from_the_template},
	{keeps_order_with_threads, 8})
