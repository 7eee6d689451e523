#include "event_store.h"

#include "base/fail.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* An event and all its texts, in one piece of memory. */
struct kept {
	uint64_t number, turn; /* in the log; in which it was added */
	size_t size;
	struct event event;
	alignas(max_align_t) char rest[];
};

struct sort {
	const struct event_reader *reader;
	uint32_t id;
	struct kept **at;
	size_t count, room;
	uint64_t added, dropped_to; /* all so far; the highest number that was dropped, or 0 */
	uint64_t oldest;            /* time */
};

struct event_store {
	struct sort *sorts;
	size_t sort_count, sort_room;
	size_t kept, bytes;
	uint64_t turn;
};

static void *grown(void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 16;
	list = realloc(list, *room * size);
	if (!list)
		machine_failed("out of memory");
	return list;
}

struct event_store *event_store_new(void)
{
	struct event_store *store = calloc(1, sizeof *store);
	if (!store)
		machine_failed("out of memory");
	return store;
}

static void empty(struct sort *sort)
{
	for (size_t i = 0; i < sort->count; i++)
		free(sort->at[i]);
	free(sort->at);
	sort->at = NULL;
	sort->count = sort->room = 0;
}

void event_store_free(struct event_store *store)
{
	for (size_t i = 0; i < store->sort_count; i++)
		empty(&store->sorts[i]);
	free(store->sorts);
	free(store);
}

/*
 * One event
 */

/* The texts of an event, wherever they stand in it. */
static const size_t texts[] = {
	offsetof(struct event, provider),
	offsetof(struct event, source),
	offsetof(struct event, channel),
	offsetof(struct event, computer),
	offsetof(struct event, user),
	offsetof(struct event, activity),
	offsetof(struct event, message),
};
#define TEXTS (sizeof texts / sizeof *texts)

static struct str *text_of(struct event *event, size_t i)
{
	return (struct str *)(void *)((char *)event + texts[i]);
}

static size_t size_of(const struct event *event)
{
	struct event copy = *event;
	size_t size = sizeof(struct kept) + event->data_count * sizeof *event->data;
	for (size_t i = 0; i < TEXTS; i++)
		size += text_of(&copy, i)->size;
	for (size_t i = 0; i < event->data_count; i++)
		size += event->data[i].name.size + event->data[i].text.size;
	return size + event->binary.size;
}

static struct str moved(char **to, struct str text)
{
	struct str copy = {*to, text.size};
	if (text.size)
		memcpy(*to, text.at, text.size);
	*to += text.size;
	return copy;
}

static struct kept *keep(const struct event *event)
{
	size_t size = size_of(event);
	struct kept *kept = malloc(size);
	if (!kept)
		machine_failed("out of memory");
	struct event_data *data = (struct event_data *)(void *)kept->rest;
	char *to = kept->rest + event->data_count * sizeof *data;
	struct str binary = {(const char *)event->binary.at, event->binary.size};
	kept->size = size;
	kept->event = *event;
	for (size_t i = 0; i < TEXTS; i++)
		*text_of(&kept->event, i) = moved(&to, *text_of(&kept->event, i));
	for (size_t i = 0; i < event->data_count; i++) {
		data[i].name = moved(&to, event->data[i].name);
		data[i].text = moved(&to, event->data[i].text);
	}
	kept->event.data = data;
	kept->event.binary.at = (const uint8_t *)moved(&to, binary).at;
	return kept;
}

/* The same in an arena, where what repeats is kept once. */
static void settle(struct arena *arena, struct event *to, const struct event *from)
{
	struct event_data *data = arena_array(arena, from->data_count, sizeof *data);
	struct str binary = {(const char *)from->binary.at, from->binary.size};
	*to = *from;
	for (size_t i = 0; i < TEXTS; i++)
		*text_of(to, i) = arena_share(arena, *text_of(to, i));
	for (size_t i = 0; i < from->data_count; i++)
		data[i] = (struct event_data){arena_share(arena, from->data[i].name),
			arena_share(arena, from->data[i].text)};
	to->data = data;
	if (binary.size)
		to->binary.at = (const uint8_t *)arena_share(arena, binary).at;
}

/*
 * Sorts, and their shares
 */

static struct sort *sort_of(struct event_store *store, const struct event *event)
{
	const struct event_reader *reader = event_reader_for(event->provider, event->id);
	uint32_t id = reader && reader->together ? reader->ids[0].first : event->id;
	for (size_t i = 0; i < store->sort_count; i++)
		if (store->sorts[i].id == id && store->sorts[i].reader == reader)
			return &store->sorts[i];
	store->sorts =
		grown(store->sorts, store->sort_count, &store->sort_room, sizeof *store->sorts);
	struct sort *sort = &store->sorts[store->sort_count++];
	*sort = (struct sort){.reader = reader, .id = id};
	return sort;
}

static int newest_first(const void *a, const void *b)
{
	const struct kept *left = *(struct kept *const *)a, *right = *(struct kept *const *)b;
	if (left->number != right->number)
		return left->number > right->number ? -1 : 1;
	return (left->turn < right->turn) - (left->turn > right->turn);
}

static void cut(struct sort *sort, size_t share)
{
	if (sort->count <= share)
		return;
	qsort(sort->at, sort->count, sizeof *sort->at, newest_first);
	if (sort->at[share]->number > sort->dropped_to)
		sort->dropped_to = sort->at[share]->number;
	while (sort->count > share)
		free(sort->at[--sort->count]);
}

/* The largest share by which no more than `most` are kept; at least 1. */
static size_t share_of(const struct event_store *store, size_t most)
{
	size_t low = 1, high = most;
	while (low < high) {
		size_t share = low + (high - low + 1) / 2, total = 0;
		for (size_t i = 0; i < store->sort_count; i++)
			total += store->sorts[i].count < share ? store->sorts[i].count : share;
		if (total <= most)
			low = share;
		else
			high = share - 1;
	}
	return low;
}

static void cut_all(struct event_store *store, size_t share)
{
	store->kept = store->bytes = 0;
	for (size_t i = 0; i < store->sort_count; i++) {
		struct sort *sort = &store->sorts[i];
		cut(sort, share);
		store->kept += sort->count;
		for (size_t k = 0; k < sort->count; k++)
			store->bytes += sort->at[k]->size;
	}
}

/* Half are dropped at a time, so that it is done seldom. */
static void make_room(struct event_store *store)
{
	size_t share;
	do {
		share = share_of(store, store->kept / 2);
		cut_all(store, share);
	} while (share > 1 && store->bytes > LIMIT_EVENT_BYTES / 2);
}

void event_store_add(struct event_store *store, const struct event *event, uint64_t number)
{
	struct sort *sort = sort_of(store, event);
	if (event->time && (!sort->oldest || event->time < sort->oldest))
		sort->oldest = event->time;
	sort->added++;
	store->turn++;
	/* In a log that wrapped, older ones come later. */
	if (sort->dropped_to && number <= sort->dropped_to)
		return;
	sort->at = grown(sort->at, sort->count, &sort->room, sizeof *sort->at);
	struct kept *kept = keep(event);
	kept->number = number;
	kept->turn = store->turn;
	sort->at[sort->count++] = kept;
	store->kept++;
	store->bytes += kept->size;
	if (store->kept > LIMIT_EVENTS || store->bytes > LIMIT_EVENT_BYTES)
		make_room(store);
}

/*
 * In the end
 */

static int by_turn(const void *a, const void *b)
{
	const struct kept *left = *(struct kept *const *)a, *right = *(struct kept *const *)b;
	return (left->turn > right->turn) - (left->turn < right->turn);
}

static struct event_surplus surplus_of(const struct sort *sort, struct arena *arena)
{
	const struct kept *newest = sort->at[0], *last = sort->at[0];
	for (size_t i = 0; i < sort->count; i++) {
		newest = newest_first(&sort->at[i], &newest) < 0 ? sort->at[i] : newest;
		last = newest_first(&sort->at[i], &last) > 0 ? sort->at[i] : last;
	}
	bool together = sort->reader && sort->reader->together;
	return (struct event_surplus){
		.provider = arena_copy(arena, newest->event.provider),
		.id = sort->id,
		.last_id = together ? sort->reader->ids[0].last : sort->id,
		.count = sort->added,
		.kept = sort->count,
		.oldest = sort->oldest,
		.from = last->event.time,
		.record = last->event.record,
	};
}

struct event_surpluses event_store_surpluses(const struct event_store *store, struct arena *arena)
{
	struct event_surpluses found = {
		.at = arena_array(arena, store->sort_count, sizeof *found.at),
	};
	for (size_t i = 0; i < store->sort_count; i++)
		if (store->sorts[i].count > 0 && store->sorts[i].count < store->sorts[i].added)
			found.at[found.count++] = surplus_of(&store->sorts[i], arena);
	return found;
}

struct event_list event_store_take(struct event_store *store, struct arena *arena)
{
	struct event_list list = {.at = arena_array(arena, store->kept, sizeof *list.at)};
	struct kept **all = NULL;
	size_t count = 0, room = 0;
	for (size_t i = 0; i < store->sort_count; i++)
		for (size_t k = 0; k < store->sorts[i].count; k++) {
			all = grown(all, count, &room, sizeof *all);
			all[count++] = store->sorts[i].at[k];
		}
	if (count)
		qsort(all, count, sizeof *all, by_turn);
	for (size_t i = 0; i < count; i++) {
		settle(arena, &list.at[list.count++], &all[i]->event);
		free(all[i]);
	}
	free(all);
	for (size_t i = 0; i < store->sort_count; i++) {
		store->sorts[i].count = 0;
		empty(&store->sorts[i]);
	}
	store->kept = store->bytes = 0;
	return list;
}
