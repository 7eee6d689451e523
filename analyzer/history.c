#include "history.h"

#include "base/instant.h"

#define RECENT_DAYS 7

int64_t history_end(const struct view *view)
{
	int64_t end = 0;
	FOR_EACH_FACT (log, view_kind(view, "event-log")) {
		int64_t newest = fact_number(log, "newest", 0);
		end = newest > end ? newest : end;
	}
	FOR_EACH_FACT (event, view_kind(view, "event")) {
		int64_t time = fact_number(event, "time", 0);
		end = time > end ? time : end;
	}
	return end;
}

struct str history_age(int64_t end, const struct fact *fact)
{
	int64_t time = fact_number(fact, "time", 0);
	if (time <= 0)
		return STR("unknown");
	return end - time <= (int64_t)(RECENT_DAYS * INSTANT_DAY) ? STR("recent") : STR("old");
}

bool history_later(const struct fact *fact, const struct fact *other)
{
	if (!other)
		return true;
	int64_t time = fact_number(fact, "time", 0), before = fact_number(other, "time", 0);
	return time != before ? time > before : fact->order > other->order;
}
