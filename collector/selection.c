#include "selection.h"

#include "base/escape.h"
#include "record.h"

#include <string.h>

static const char *unknown(struct arena *arena, struct str id)
{
	struct out out = out_new(4096);
	out_text(&out, "no item is called ");
	escape_terminal(&out, str_slice(id, 0, 80));
	const char *nearest = item_nearest(id);
	if (nearest)
		out_format(&out, "; did you mean %s?", nearest);
	else
		out_text(&out, "; --list shows them all");
	const char *text = arena_copy(arena, out_view(&out)).at;
	out_free(&out);
	return text;
}

static bool choose(struct arena *arena, struct selection *selection, const char *list,
	enum choice choice, const char **problem)
{
	for (struct str rest = str_of(list); rest.size;) {
		struct str id = str_trim(str_cut(&rest, ','));
		const struct item *item = item_for_id(id);
		if (item)
			selection->items[item - items] = choice;
		else if (str_equal_nocase(id, STR(ROW_LOOSE)))
			selection->loose = choice != CHOICE_NO;
		else if (id.size) {
			*problem = unknown(arena, id);
			return false;
		}
	}
	return true;
}

bool selection_of(struct arena *arena, const char *only, const char *skip,
	struct selection *selection, const char **problem)
{
	*selection = (struct selection){
		.items = arena_array(arena, item_count, sizeof(enum choice)), .loose = !only};
	for (size_t i = 0; !only && i < item_count; i++)
		selection->items[i] =
			items[i].needs == NEEDS_ASKED ? CHOICE_WHEN_FOUND : CHOICE_YES;
	return (!only || choose(arena, selection, only, CHOICE_YES, problem)) &&
		(!skip || choose(arena, selection, skip, CHOICE_NO, problem));
}

bool selection_plans(const struct selection *selection, size_t item)
{
	return selection->items[item] == CHOICE_YES;
}
