#include "items.h"

#include "base/nearest.h"

const struct item items[] = {
#define ITEM(id, member, way, needs, seconds, yields, command, en, ja) \
	{id, member, WAY_##way, NEEDS_##needs, seconds, yields, command, en, ja},
#include "items.def"
#undef ITEM
};

const size_t item_count = sizeof items / sizeof *items;

const char *item_says(const struct item *item, bool in_japanese)
{
	return in_japanese ? item->says_ja : item->says_en;
}

const struct item *item_for_id(struct str id)
{
	for (size_t i = 0; i < item_count; i++)
		if (str_equal_nocase(str_of(items[i].id), id))
			return &items[i];
	return NULL;
}

static struct str last_part(struct str path)
{
	size_t slash = str_find_last_char(path, '/');
	return slash == STR_NONE ? path : str_from(path, slash + 1);
}

const struct item *item_for_member(struct str name)
{
	for (size_t i = 0; i < item_count; i++)
		if (str_equal_nocase(last_part(str_of(items[i].member)), last_part(name)))
			return &items[i];
	return NULL;
}

const char *item_nearest(struct str id)
{
	struct nearest nearest = nearest_to(id);
	for (size_t i = 0; i < item_count; i++)
		nearest_offer(&nearest, items[i].id);
	return nearest.best;
}
