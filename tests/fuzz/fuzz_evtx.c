/*
 * The reader of binary event logs, every way it is used: choosing, events, JSON and XML over the same bytes, in pieces
 * of a size that the first byte chooses.
 */
#include "events.h"
#include "evtx.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Holds in every build, unlike assert. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

struct shown {
	struct out json, xml;
	struct arena *arena;
};

static bool is_wanted_provider(struct str name, const void *context)
{
	(void)context;
	return name.size % 3 != 0;
}

static bool is_wanted_event(struct str provider, uint32_t id, const void *context)
{
	(void)context;
	return (provider.size + id) % 5 != 0;
}

/* Balanced quotes and brackets tell most of what can go wrong with JSON and XML that is written by hand. */
static void check_json(struct str json)
{
	bool quoted = false;
	long depth = 0;
	for (size_t i = 0; i < json.size; i++) {
		char c = json.at[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']'))
			depth--;
		must((unsigned char)c >= 0x20 || c == '\n');
		must(depth >= 0);
	}
	must(depth == 0 && !quoted);
}

static void check_xml(struct str xml)
{
	long depth = 0;
	for (size_t i = 0; i < xml.size; i++) {
		char c = xml.at[i];
		if (c == '<')
			depth += i + 1 < xml.size && xml.at[i + 1] == '/' ? -1 : 1;
		must((unsigned char)c >= 0x20 || c == '\n');
		must(depth >= 0);
	}
	must(depth == 0);
}

static void show(const struct evtx_record *record, void *context)
{
	struct shown *shown = context;
	struct event event;
	shown->json.size = shown->xml.size = 0;
	if (evtx_event(record, shown->arena, &event))
		(void)event_line(shown->arena, &event);
	if (evtx_write_json(record, &shown->json))
		check_json(out_view(&shown->json));
	if (evtx_write_xml(record, &shown->xml))
		check_xml(out_view(&shown->xml));
}

static void read_in_pieces(
	const struct evtx_selection *selection, const uint8_t *data, size_t size, size_t piece)
{
	struct shown shown = {out_new(16 * MIB), out_new(16 * MIB), arena_new()};
	struct evtx *evtx = evtx_open(selection, show, &shown);
	for (size_t at = 0; at < size; at += piece)
		evtx_feed(evtx, (struct bytes){data + at, size - at < piece ? size - at : piece});
	(void)evtx_end(evtx);
	evtx_close(evtx);
	out_free(&shown.json);
	out_free(&shown.xml);
	arena_free(shown.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct evtx_selection all = {0};
	static const struct evtx_selection some = {
		.provider = is_wanted_provider, .event = is_wanted_event};
	if (size == 0)
		return 0;
	read_in_pieces(&all, data, size, size);
	read_in_pieces(&some, data, size, (size_t)data[size - 1] * 64 + 1);
	return 0;
}
