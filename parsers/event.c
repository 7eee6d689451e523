#include "event.h"

struct str event_value(const struct event *event, size_t number)
{
	return number > 0 && number <= event->data_count ? event->data[number - 1].text : STR("");
}

struct str event_named(const struct event *event, const char *name)
{
	for (size_t i = 0; i < event->data_count; i++)
		if (str_equal_nocase(event->data[i].name, str_of(name)))
			return event->data[i].text;
	return STR("");
}
