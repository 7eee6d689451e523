/*
 * The reader of binary event logs: how values of each type are shown, and chunks, built byte by byte, that no Windows
 * writes. Whole logs are compared with public readers elsewhere (evtx_oracles.py).
 */
#include "../evtx_writer.h"
#include "evtx_shown.h"

#include <string.h>
#include <sys/resource.h>

/*
 * Values
 */

static const struct {
	const char *type, *text, *json, *xml;
} values[] = {
	{"string", "a&lt;b\"", "\"a<b\\\"\"", "a&lt;b&quot;"},
	{"int8", "-128", "-128", "-128"},
	{"uint16", "65535", "65535", "65535"},
	{"int32", "-2147483648", "-2147483648", "-2147483648"},
	{"uint64", "18446744073709551615", "18446744073709551615", "18446744073709551615"},
	{"int64", "-9223372036854775807", "-9223372036854775807", "-9223372036854775807"},
	{"float", "0.1", "\"0.1\"", "0.1"},
	{"double", "-2.5", "\"-2.5\"", "-2.5"},
	{"bool", "true", "true", "true"},
	{"guid", "{55C92734-D682-4D71-983E-D6EC3F16059F}",
		"\"{55C92734-D682-4D71-983E-D6EC3F16059F}\"",
		"{55C92734-D682-4D71-983E-D6EC3F16059F}"},
	{"sizet", "0x7ff6", "\"0x7ff6\"", "0x7ff6"},
	{"sizet", "0x7ffe03001234", "\"0x7ffe03001234\"", "0x7ffe03001234"},
	{"sizet32", "0x7ffe0300", "\"0x7ffe0300\"", "0x7ffe0300"},
	{"null", "", "null", ""},
	{"systemtime", "2026-11-25T09:15:00.123Z", "\"2026-11-25T09:15:00.123Z\"",
		"2026-11-25T09:15:00.123Z"},
	{"filetime", "2026-11-25T09:15:00.1234567Z", "\"2026-11-25T09:15:00.1234567Z\"",
		"2026-11-25T09:15:00.1234567Z"},
	{"sid", "S-1-5-21-1-2-3-500", "\"S-1-5-21-1-2-3-500\"", "S-1-5-21-1-2-3-500"},
	{"hexint32", "0xc004f074", "\"0xc004f074\"", "0xc004f074"},
	{"binary", "00FF10", "\"00FF10\"", "00FF10"},
	{"uint32-array", "1|2|3", "[1,2,3]", "1</Data><Data Name=\"V\">2"},
	{"sizet-array", "0x7ffe03001234|0x2", "[\"0x7ffe03001234\",\"0x2\"]",
		"0x7ffe03001234</Data><Data Name=\"V\">0x2"},
	{"string-array", "a|b", "[\"a\",\"b\"]", "a</Data><Data Name=\"V\">b"},
};

static struct bytes log_of(const char *type, const char *text, const struct evtx_form *form)
{
	struct evtx_made made;
	const char *xml = arena_format(unit_memory,
		"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
		"<Provider Name='Contoso'/><EventID>7</EventID><Version>0</Version><Level>4</Level>"
		"<Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>"
		"<TimeCreated SystemTime='2026-11-25T09:15:00.1234567Z'/>"
		"<EventRecordID>1</EventRecordID><Channel>Application</Channel>"
		"<Computer>pc.contoso.com</Computer><Security/></System><EventData>"
		"<Data Name='V' xmlns:actdx='urn:actdx:evtx' actdx:type='%s'>%s</Data>"
		"</EventData></Event>",
		type, text);
	ck_assert_msg(evtx_make(unit_memory, str_of(xml), form, &made), "%s", made.problem);
	return made.log;
}

START_TEST(shows_values)
{
	const struct evtx_form form = {0};
	struct shown shown;
	struct bytes log = log_of(values[_i].type, values[_i].text, &form);
	struct evtx_log summary = read_log(log, log.size, &shown);
	const char *json = arena_format(unit_memory, "{\"V\":%s}", values[_i].json);
	const char *xml = arena_format(unit_memory, "<Data Name=\"V\">%s</Data>", values[_i].xml);
	ck_assert_uint_eq(summary.records, 1);
	ck_assert_str_eq(summary.channel, "Application");
	ck_assert_msg(strstr(unit_text(out_view(&shown.json)), json) != NULL, "%s: %s", json,
		unit_text(out_view(&shown.json)));
	ck_assert_msg(strstr(unit_text(out_view(&shown.xml)), xml) != NULL, "%s: %s", xml,
		unit_text(out_view(&shown.xml)));
	free_shown(&shown);
}
END_TEST

/* Pieces of any size give what one piece gives. */
START_TEST(takes_pieces)
{
	static const size_t pieces[] = {1, 7, 4096, 4097, 65536, 69632};
	const struct evtx_form form = {.repeat = 1000};
	struct bytes log = log_of("string", "some text that makes the record longer", &form);
	struct shown whole, shown;
	struct evtx_log summary = read_log(log, log.size, &whole);
	ck_assert_uint_gt(summary.chunks_read, 1);
	(void)read_log(log, pieces[_i], &shown);
	ck_assert(str_equal(out_view(&whole.json), out_view(&shown.json)));
	ck_assert_uint_eq(shown.good, summary.records);
	free_shown(&whole);
	free_shown(&shown);
}
END_TEST

/*
 * Chunks that no Windows writes
 */

struct chunk {
	uint8_t at[EVTX_CHUNK_BYTES];
	size_t used;
};

static void put(struct chunk *chunk, uint64_t number, size_t size)
{
	ck_assert_uint_le(chunk->used + size, sizeof chunk->at);
	for (; size > 0; size--, number >>= 8)
		chunk->at[chunk->used++] = (uint8_t)number;
}

static void put_at(struct chunk *chunk, size_t at, uint32_t number, size_t size)
{
	size_t used = chunk->used;
	chunk->used = at;
	put(chunk, number, size);
	chunk->used = used;
}

/* A name stands in the chunk's header, where Windows has none. */
#define NAME_OFFSET 300

static struct chunk *chunk_new(void)
{
	struct chunk *chunk = arena_alloc(unit_memory, sizeof *chunk);
	memcpy(chunk->at, "ElfChnk", 8);
	put_at(chunk, NAME_OFFSET + 6, 1, 2);
	put_at(chunk, NAME_OFFSET + 8, 'A', 2);
	chunk->used = 512;
	return chunk;
}

static size_t begin_record(struct chunk *chunk, uint64_t id)
{
	size_t from = chunk->used;
	put(chunk, 0x2A2A, 8);
	put(chunk, id, 8);
	put(chunk, 0, 8);
	put(chunk, 0x0001010F, 4);
	return from;
}

static void end_record(struct chunk *chunk, size_t from)
{
	while (chunk->used % 8 != 4)
		put(chunk, 0, 1);
	size_t size = chunk->used + 4 - from;
	put(chunk, size, 4);
	put_at(chunk, from + 4, (uint32_t)size, 4);
	put_at(chunk, 48, (uint32_t)chunk->used, 4);
}

/* A template's definition, <A> with the first value so many times. */
static void put_definition(struct chunk *chunk, unsigned times)
{
	size_t from = chunk->used;
	put(chunk, 0, 8), put(chunk, 0, 8), put(chunk, 0, 8);
	put(chunk, 0x0001010F, 4);
	put(chunk, 0x01, 1), put(chunk, 0xFFFF, 2), put(chunk, 0, 4), put(chunk, NAME_OFFSET, 4);
	put(chunk, 0x02, 1);
	for (unsigned i = 0; i < times; i++)
		put(chunk, 0x0D, 1), put(chunk, 0, 2), put(chunk, 0x21, 1);
	put(chunk, 0x04, 1), put(chunk, 0, 1);
	put_at(chunk, from + 20, (uint32_t)(chunk->used - from - 24), 4);
}

static size_t put_instance(struct chunk *chunk, size_t definition)
{
	put(chunk, 0x010C, 2), put(chunk, 0, 4);
	size_t at = chunk->used;
	put(chunk, definition ? definition : at + 4, 4);
	return at + 4;
}

/* A value of all of that type and size. */
static void put_table(struct chunk *chunk, size_t size, unsigned type)
{
	put(chunk, 1, 4), put(chunk, size, 2), put(chunk, type, 2);
}

static struct shown read_chunk(const struct chunk *chunk)
{
	struct shown shown;
	(void)read_log((struct bytes){chunk->at, sizeof chunk->at}, sizeof chunk->at, &shown);
	return shown;
}

START_TEST(shows_short_numbers_as_text)
{
	struct chunk *chunk = chunk_new();
	size_t from = begin_record(chunk, 1);
	(void)put_instance(chunk, 0);
	put_definition(chunk, 1);
	put_table(chunk, 2, 0x07);
	put(chunk, 0x0A00, 2);
	end_record(chunk, from);
	struct shown shown = read_chunk(chunk);
	EXPECT(out_view(&shown.json), "{\"A\":\"000A\"}\n");
	EXPECT(out_view(&shown.xml), "<A>000A</A>\n");
	free_shown(&shown);
}
END_TEST

START_TEST(shows_control_characters)
{
	struct chunk *chunk = chunk_new();
	size_t from = begin_record(chunk, 1);
	(void)put_instance(chunk, 0);
	put_definition(chunk, 1);
	put_table(chunk, 8, 0x01);
	put(chunk, 0x01, 2), put(chunk, 0xD800, 2), put(chunk, 0xFFFF, 2), put(chunk, '&', 2);
	end_record(chunk, from);
	struct shown shown = read_chunk(chunk);
	ck_assert(str_starts(out_view(&shown.json), STR("{\"A\":\"\\u0001")));
	EXPECT(out_view(&shown.xml), "<A>\\u0001\xEF\xBF\xBD\\uFFFF&amp;</A>\n");
	free_shown(&shown);
}
END_TEST

/* A name is kept as far as XML allows it, and never ends what it stands in. */
static const struct {
	uint16_t units[4];
	const char *name;
} names[] = {
	{{0xDC, 'b', 0xE9, 'r'},
		"\xC3\x9C"
		"b\xC3\xA9r"},
	{{0x540D, 0x524D, '1', '.'},
		"\xE5\x90\x8D\xE5\x89\x8D"
		"1."},
	{{'1', 'a', ' ', '='}, "_a__"},
	{{'<', '>', '"', '&'}, "____"},
	{{0xD7, 0x2028, 0xD800, 'x'}, "___x"},
	{{0x01, 0xFFFF, 0xD83D, 0xDE00}, "___"},
	{{0, 0, 0, 0}, "____"},
};

START_TEST(keeps_names)
{
	struct chunk *chunk = chunk_new();
	put_at(chunk, NAME_OFFSET + 6, 4, 2);
	for (size_t i = 0; i < 4; i++)
		put_at(chunk, NAME_OFFSET + 8 + 2 * i, names[_i].units[i], 2);
	size_t from = begin_record(chunk, 1);
	(void)put_instance(chunk, 0);
	put_definition(chunk, 1);
	put_table(chunk, 2, 0x06);
	put(chunk, 7, 2);
	end_record(chunk, from);
	struct shown shown = read_chunk(chunk);
	const char *name = names[_i].name;
	EXPECT(out_view(&shown.xml), arena_format(unit_memory, "<%s>7</%s>\n", name, name));
	EXPECT(out_view(&shown.json), arena_format(unit_memory, "{\"%s\":7}\n", name));
	free_shown(&shown);
}
END_TEST

/* <A A="first value" A="second">: XML has a name once, so that the definition is no regular one; an attribute whose
 * value is null is left out, whichever way the record is printed. */
START_TEST(leaves_out_null_attributes)
{
	struct chunk *chunk = chunk_new();
	size_t from = begin_record(chunk, 1);
	(void)put_instance(chunk, 0);
	size_t definition = chunk->used;
	put(chunk, 0, 8), put(chunk, 0, 8), put(chunk, 0, 8);
	put(chunk, 0x0001010F, 4);
	put(chunk, 0x41, 1), put(chunk, 0xFFFF, 2), put(chunk, 0, 4), put(chunk, NAME_OFFSET, 4);
	put(chunk, 0, 4);
	for (unsigned i = 0; i < 2; i++) {
		put(chunk, i == 0 ? 0x46 : 0x06, 1), put(chunk, NAME_OFFSET, 4);
		put(chunk, 0x0E, 1), put(chunk, i, 2), put(chunk, 0x06, 1);
	}
	put(chunk, 0x03, 1), put(chunk, 0, 1);
	put_at(chunk, definition + 20, (uint32_t)(chunk->used - definition - 24), 4);
	put(chunk, 2, 4);
	put(chunk, _i == 0 ? 0 : 2, 2), put(chunk, _i == 0 ? 0x00 : 0x06, 2);
	put(chunk, 2, 2), put(chunk, 0x06, 2);
	if (_i == 1)
		put(chunk, 5, 2);
	put(chunk, 7, 2);
	end_record(chunk, from);
	struct shown shown = read_chunk(chunk);
	const char *xml = unit_text(out_view(&shown.xml));
	ck_assert_uint_eq(shown.good, 1);
	ck_assert_msg(strncmp(xml, _i == 0 ? "<A A_" : "<A A=\"5\" A_", _i == 0 ? 5 : 11) == 0 &&
			strstr(xml, "=\"7\"></A>\n") != NULL,
		"%s", xml);
	free_shown(&shown);
}
END_TEST

/* Values of every type, arrays too, and of every size: shown one way or another, and the element is ended. */
START_TEST(takes_any_size)
{
	for (unsigned type = 0; type < 0x100; type++) {
		struct chunk *chunk = chunk_new();
		size_t from = begin_record(chunk, 1);
		(void)put_instance(chunk, 0);
		put_definition(chunk, 1);
		put_table(chunk, (size_t)_i, type);
		for (int i = 0; i < _i; i++)
			put(chunk, 0x80u + (unsigned)i, 1);
		end_record(chunk, from);
		struct shown shown = read_chunk(chunk);
		struct str xml = out_view(&shown.xml);
		ck_assert_uint_eq(shown.good, 1);
		ck_assert_msg(str_starts(xml, STR("<A>")) && str_ends(xml, STR("</A>\n")),
			"type %02x: %s", type, unit_text(xml));
		free_shown(&shown);
	}
}
END_TEST

/* Sizes and counts that reach beyond the record, the chunk and memory, or are none. */
START_TEST(takes_any_bound)
{
	static const uint32_t bounds[] = {0, 1, 3, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF};
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		struct chunk *chunk = chunk_new();
		size_t from = begin_record(chunk, 1);
		size_t at = put_instance(chunk, 0);
		put_definition(chunk, 1);
		size_t table = chunk->used;
		put_table(chunk, 2, 0x06);
		put(chunk, 7, 2);
		size_t places[] = {at + 20, table, table + 4, from + 4};
		end_record(chunk, from);
		put_at(chunk, places[_i], bounds[i], _i == 2 ? 2 : 4);
		struct shown shown = read_chunk(chunk);
		ck_assert_uint_le(shown.good + shown.bad, 1);
		ck_assert_uint_lt(shown.xml.size, 200);
		free_shown(&shown);
	}
}
END_TEST

/* <A> holds its value a thousand times, which is <A> again, and so on: given up, soon. */
START_TEST(gives_up_what_multiplies)
{
	enum { LEVELS = 7, FRAME = 4 + 10 + 4 + 4 };
	struct chunk *chunk = chunk_new();
	size_t from = begin_record(chunk, 1);
	size_t definition = put_instance(chunk, 0);
	put_definition(chunk, 1000);
	put_table(chunk, LEVELS * FRAME, 0x21);
	for (size_t left = LEVELS; left > 0; left--) {
		put(chunk, 0x0001010F, 4);
		(void)put_instance(chunk, definition);
		put_table(chunk, (left - 1) * FRAME, 0x21);
	}
	end_record(chunk, from);
	struct shown shown = read_chunk(chunk);
	ck_assert_uint_eq(shown.good, 0);
	ck_assert_uint_eq(shown.bad, 1);
	ck_assert_uint_eq(shown.xml.size, 0);
	free_shown(&shown);
}
END_TEST

/* Thousands of elements that all refer to one name of thousands of letters: each would get a copy. */
START_TEST(gives_up_long_names)
{
	enum { NAME = 50000, UNITS = 7000, ELEMENTS = 3000 };
	struct rusage before, after;
	struct chunk *chunk = chunk_new();
	size_t from = begin_record(chunk, 1);
	put(chunk, 0x0001010F, 4);
	for (size_t i = 0; i < ELEMENTS; i++) {
		put(chunk, 0x01, 1);
		put(chunk, 0xFFFF, 2);
		put(chunk, 1000, 4);
		put(chunk, NAME, 4);
		put(chunk, 0x03, 1);
	}
	put(chunk, 0, 1);
	end_record(chunk, from);
	put_at(chunk, NAME + 6, UNITS, 2);
	for (size_t i = 0; i < UNITS; i++)
		put_at(chunk, NAME + 8 + 2 * i, 0x3042, 2);
	ck_assert_int_eq(getrusage(RUSAGE_SELF, &before), 0);
	struct shown shown = read_chunk(chunk);
	ck_assert_int_eq(getrusage(RUSAGE_SELF, &after), 0);
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 16 * 1024);
	ck_assert_uint_eq(shown.good, 0);
	ck_assert_uint_eq(shown.xml.size, 0);
	free_shown(&shown);
}
END_TEST

/* Each record begins its definition at another byte of one long stretch of tokens. */
START_TEST(forgets_definitions_that_overlap)
{
	struct chunk *chunk = chunk_new();
	size_t from = begin_record(chunk, 1), records = 1;
	size_t definition = put_instance(chunk, 0);
	put_definition(chunk, 0);
	size_t tokens = chunk->used;
	for (size_t i = 0; i < 40000; i++)
		put(chunk, 0x02, 1);
	put_at(chunk, definition + 20, 60000, 4);
	end_record(chunk, from);
	while (chunk->used < 60000) {
		from = begin_record(chunk, ++records);
		(void)put_instance(chunk, tokens + records);
		put(chunk, 0, 4);
		end_record(chunk, from);
	}
	struct shown shown = read_chunk(chunk);
	ck_assert_uint_gt(shown.good + shown.bad, 100);
	free_shown(&shown);
}
END_TEST

/* Definition, name and value table at every 4-byte offset that there is, itself included. */
START_TEST(takes_any_link)
{
	for (uint32_t link = 0; link < EVTX_CHUNK_BYTES + 64; link += link < 1024 ? 4 : 4096) {
		struct chunk *chunk = chunk_new();
		size_t from = begin_record(chunk, 1);
		size_t at = put_instance(chunk, 0);
		put_definition(chunk, 2);
		put_at(chunk, _i ? at - 4 : at + 24 + 4 + 7, link, 4);
		put_table(chunk, 2, 0x07);
		end_record(chunk, from);
		struct shown shown = read_chunk(chunk);
		ck_assert_uint_le(shown.good + shown.bad, 1);
		free_shown(&shown);
	}
}
END_TEST

UNIT_MAIN("evtx", {shows_values, COUNT(values)}, {takes_pieces, 6}, {shows_short_numbers_as_text},
	{shows_control_characters}, {keeps_names, COUNT(names)}, {leaves_out_null_attributes, 2},
	{takes_any_size, 34}, {takes_any_bound, 4}, {gives_up_what_multiplies},
	{gives_up_long_names}, {forgets_definitions_that_overlap}, {takes_any_link, 2})
