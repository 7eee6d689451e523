/*
 * By what a text says about itself: the parsers know.
 */
#include "place.h"

#include "item_finder.h"
#include "transcript.h"

static void add_inside(struct arena *arena, struct place *place, const struct item *item)
{
	for (size_t i = 0; i < place->inside_count; i++)
		if (place->inside[i] == item)
			return;
	if (!place->inside)
		place->inside = arena_array(arena, item_count, sizeof(const struct item *));
	place->inside[place->inside_count++] = item;
}

void place_by_content(struct arena *arena, struct place *place, const char *name, struct str utf8)
{
	struct member_hint hint = {.name = name};
	struct transcript transcript = transcript_split(arena, &hint, lines_of(arena, utf8));
	struct item_finder finder = item_finder_new(arena);
	bool undecided = false;
	for (size_t i = 0; i < transcript.count; i++) {
		const struct evidence *evidence = &transcript.at[i];
		const struct item *item = item_of_evidence(&finder, evidence);
		if (item)
			add_inside(arena, place, item);
		undecided |= evidence->parser && !item;
	}
	if (place->inside_count == 1 && !undecided) {
		place->item = place->inside[0];
		place->inside_count = 0;
	}
}
