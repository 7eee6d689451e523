#include "event_meanings.h"

#include "base/nearest.h"

const struct event_meaning event_meanings[] = {
/* In two steps, so that EVENT_NAMES has become two values. */
#define EVENT_ROW(provider, aliases, id, facts, en, ja) {provider, aliases, id, facts, {en, ja}},
#define EVENT_ROW_OF(names, ...) EVENT_ROW(names, __VA_ARGS__)
#define EVENT(id, facts, en, ja) EVENT_ROW_OF(EVENT_NAMES, id, facts, en, ja)
#include "event_meanings.def"
#undef EVENT
#undef EVENT_ROW_OF
#undef EVENT_ROW
};

const size_t event_meaning_count = sizeof event_meanings / sizeof *event_meanings;

#define PREFIX "Microsoft-Windows-"

/* "GroupPolicy" of "Microsoft-Windows-GroupPolicy", or the whole name. */
static const char *short_name(const char *provider)
{
	return str_starts(str_of(provider), STR(PREFIX)) ? provider + sizeof PREFIX - 1 : provider;
}

bool event_meaning_is_of(const struct event_meaning *meaning, struct str name)
{
	return str_equal_nocase(name, str_of(meaning->provider)) ||
		str_equal_nocase(name, str_of(short_name(meaning->provider))) ||
		str_in_list(name, meaning->aliases);
}

static const struct event_meaning *find_provider(struct str name)
{
	for (size_t i = 0; i < event_meaning_count; i++)
		if (event_meaning_is_of(&event_meanings[i], name))
			return &event_meanings[i];
	return NULL;
}

bool event_meaning_has_provider(struct str name)
{
	return find_provider(name) != NULL;
}

struct provider_name provider_named(struct str name)
{
	struct provider_name wanted = {name, find_provider(name)};
	if (wanted.known && !str_in_list(name, wanted.known->aliases))
		wanted.known = NULL;
	return wanted;
}

bool provider_is(const struct provider_name *wanted, struct str provider)
{
	struct str prefix = STR(PREFIX);
	if (str_equal_nocase(provider, wanted->name))
		return true;
	if (provider.size > prefix.size &&
		str_equal_nocase(str_slice(provider, 0, prefix.size), prefix) &&
		str_equal_nocase(str_from(provider, prefix.size), wanted->name))
		return true;
	return wanted->known && event_meaning_is_of(wanted->known, provider);
}

const char *event_meaning_nearest_provider(struct str name)
{
	struct nearest nearest = nearest_to(name);
	for (size_t i = 0; i < event_meaning_count; i++) {
		nearest_offer(&nearest, event_meanings[i].provider);
		nearest_offer(&nearest, short_name(event_meanings[i].provider));
	}
	return nearest.best;
}
