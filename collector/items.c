#include "items.h"

#include "base/nearest.h"
#include "base/out.h"
#include "base/scan.h"

const struct item items[] = {
#define ITEM(id, member, way, needs, seconds, yields, command, en, ja) \
	{id, member, WAY_##way, NEEDS_##needs, seconds, yields, command, en, ja},
#include "items.def"
#undef ITEM
};

const size_t item_count = sizeof items / sizeof *items;

/* XPath of the providers or event ids behind the channel: "Channel|Provider|4624". */
void item_put_query(struct out *out, const struct item *item)
{
	struct str rest = str_of(item->command);
	(void)str_cut(&rest, '|');
	if (rest.size == 0)
		return;
	out_text(out, " \"/q:*[System[");
	for (bool first = true; rest.size; first = false) {
		struct str one = str_cut(&rest, '|');
		int64_t id;
		out_text(out, first ? "" : " or ");
		if (scan_number(one, &id))
			out_format(out, "EventID=%lld", (long long)id);
		else
			out_format(out, "Provider[@Name='%.*s']", STR_PRINT(one));
	}
	out_text(out, "]]\"");
}

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
