#include "case_logs.h"

#include "base/out.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Logs come in pieces of any size. */
#define PIECE_BYTES 10000

static struct str channel_of(struct str event)
{
	static const struct str open = STR_INIT("<Channel>");
	size_t at = str_find(event, open);
	if (at == STR_NONE)
		return STR("");
	struct str rest = str_from(event, at + open.size);
	return str_cut(&rest, '<');
}

/* The log of that channel in that member, made when there is none. */
static struct case_log *log_for(struct arena *arena, struct case_logs *logs, size_t *room,
	size_t member, struct str channel)
{
	bool is_first = true;
	for (size_t i = 0; i < logs->count; i++) {
		if (logs->at[i].member != member)
			continue;
		if (str_equal(logs->at[i].channel, channel))
			return &logs->at[i];
		is_first = false;
	}
	logs->at = arena_grow(arena, logs->at, logs->count, room, sizeof *logs->at);
	logs->at[logs->count] =
		(struct case_log){.member = member, .is_first = is_first, .channel = channel};
	return &logs->at[logs->count++];
}

static void find_in(struct arena *arena, const struct inputs *inputs, size_t member,
	struct case_logs *logs, size_t *room)
{
	struct text text = text_decode(arena, inputs->members[member].data, 0);
	struct evtx_text *events = NULL;
	size_t count = evtx_split(arena, text.utf8, &events);
	for (size_t i = 0; i < count; i++) {
		struct case_log *log =
			log_for(arena, logs, room, member, channel_of(events[i].xml));
		if (!log->events)
			log->events = arena_array(arena, count, sizeof *log->events);
		log->events[log->count++] = events[i];
	}
}

struct case_logs case_logs_find(const struct inputs *inputs)
{
	struct case_logs logs = {0};
	size_t room = 0;
	for (size_t i = 0; i < inputs->count; i++)
		if (strcmp(inputs->members[i].name, "manifest.xml") == 0)
			return logs;
	for (size_t i = 0; i < inputs->count; i++)
		if (str_ends(str_of(inputs->members[i].name), STR(".xml")))
			find_in(inputs->arena, inputs, i, &logs, &room);
	return logs;
}

static bool stream_in(struct inputs *inputs, size_t member, struct bytes log)
{
	struct stream stream;
	size_t head = log.size < 4096 ? log.size : 4096;
	free((void *)inputs->members[member].data.at);
	inputs->members[member].data = (struct bytes){0};
	if (!stream_begin(&stream, inputs, member, (struct bytes){log.at, head}))
		return false;
	for (size_t at = 0; at < log.size;) {
		size_t size = log.size - at < PIECE_BYTES ? log.size - at : PIECE_BYTES;
		if (!stream_feed(&stream, (struct bytes){log.at + at, size}))
			break;
		at += size;
	}
	stream_end(&stream);
	return inputs->members[member].state == MEMBER_OK;
}

static bool to_binary(
	struct inputs *inputs, const struct case_log *log, size_t drop, const char **problem)
{
	const struct evtx_form form = {0};
	struct evtx_made made;
	size_t member = log->member;
	struct out xml = out_new(1u << 30);
	for (size_t i = drop; i < log->count; i++)
		out_str(&xml, log->events[i].xml);
	bool good = evtx_make(inputs->arena, out_view(&xml), &form, &made);
	out_free(&xml);
	if (!good) {
		*problem = made.problem;
		return false;
	}
	if (!log->is_first) {
		const char *name = inputs->members[member].name;
		member = inputs->count;
		(void)input_add(inputs,
			arena_format(inputs->arena, "%s.%.*s", name, STR_PRINT(log->channel)));
	}
	if (stream_in(inputs, member, made.log))
		return true;
	*problem = "no parser takes the binary form of an event log";
	return false;
}

bool case_logs_to_binary(struct inputs *inputs, const struct case_logs *logs, size_t trimmed,
	size_t drop, const char **problem)
{
	for (size_t i = 0; i < logs->count; i++)
		if (!to_binary(inputs, &logs->at[i], i == trimmed ? drop : 0, problem))
			return false;
	return true;
}
