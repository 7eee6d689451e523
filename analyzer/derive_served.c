/*
 * What a KMS host's own log shows about its clients (12290; events, section 1), and what its counts are.
 */
#include "derive.h"

#include "base/instant.h"

#include <stdlib.h>

#define NETBIOS_NAME 15
/* A host forgets a client that has not asked for 30 days. */
#define COUNTED ((uint64_t)30 * INSTANT_DAY)

static uint64_t time_of(const struct fact *fact, const char *field)
{
	return (uint64_t)fact_number(fact, field, 0);
}

/* A client in a workgroup gives its short name, one in a domain its full one. */
static struct str short_name(struct str name)
{
	return str_slice(str_cut(&name, '.'), 0, NETBIOS_NAME);
}

static int compare_nocase(struct str a, struct str b)
{
	for (size_t i = 0; i < a.size && i < b.size; i++) {
		int difference = char_lower(a.at[i]) - char_lower(b.at[i]);
		if (difference)
			return difference;
	}
	return a.size < b.size ? -1 : a.size > b.size;
}

/*
 * Machine ids
 */

static const struct fact_kind cmid_use = {
	.name = "cmid-use",
	.says = "a client machine id that more than one client gave to the KMS host, which counts them as one",
	.fields =
		{
			{"cmid", FACT_GUID, "client machine id", NULL, FACT_KEY},
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"clients", FACT_NUMBER, "names that gave it"},
			{"client", FACT_NAME, "one of them"},
			{"other-client", FACT_NAME, "another"},
			{"interleaved", FACT_FLAG,
				"they took turns: no machine that was renamed. A rename happens once"},
			{0},
		},
};

static const struct fact_kind kms_clients = {
	.name = "kms-clients",
	.says = "the clients that asked a KMS host within the 30 days before its log ends",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"clients", FACT_NUMBER, "names"},
			{"cmids", FACT_NUMBER, "client machine ids: what the host can count"},
			{"fewer-ids", FACT_FLAG,
				"there are fewer ids than names, and that is no matter of renaming"},
			{0},
		},
};

struct served {
	const struct fact *fact;
	struct str host, cmid, client;
	uint64_t time;
};

struct list {
	struct served *at;
	size_t count;
};

static int by_cmid(const void *left, const void *right)
{
	const struct served *a = left, *b = right;
	int order = compare_nocase(a->host, b->host);
	if (!order)
		order = str_compare(a->cmid, b->cmid);
	if (!order)
		order = a->time < b->time ? -1 : a->time > b->time;
	return order ? order : compare_nocase(a->client, b->client);
}

static int by_client(const void *left, const void *right)
{
	const struct served *a = left, *b = right;
	int order = compare_nocase(a->host, b->host);
	return order ? order : compare_nocase(a->client, b->client);
}

static struct list list_served(const struct view *view)
{
	const struct bucket *bucket = view_kind(view, "kms-request-served");
	struct list list = {.at = arena_array(view->arena, bucket->count, sizeof *list.at)};
	uint64_t newest = 0;
	FOR_EACH_FACT (fact, bucket)
		newest = time_of(fact, "time") > newest ? time_of(fact, "time") : newest;
	FOR_EACH_FACT (fact, bucket)
		if (fact_is_set(fact, "cmid") && fact_is_set(fact, "client") &&
			time_of(fact, "time") + COUNTED >= newest)
			list.at[list.count++] = (struct served){fact, fact_text(fact, "host"),
				fact_text(fact, "cmid"), short_name(fact_text(fact, "client")),
				time_of(fact, "time")};
	return list;
}

/* Distinct names of one id, as far as anybody wants to know; and how often the name changed. */
#define NAMES_MAX 64

struct names {
	struct str at[NAMES_MAX];
	const struct fact *facts[NAMES_MAX];
	size_t count, changes;
};

static void add_name(struct names *names, const struct served *served)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_equal_nocase(names->at[i], served->client))
			return;
	if (names->count == NAMES_MAX)
		return;
	names->at[names->count] = served->client;
	names->facts[names->count++] = served->fact;
}

static void add_cmid_use(struct view *view, const struct served *served, const struct names *names)
{
	struct fact *fact = view_add(view, &cmid_use, served->fact->line);
	view_copy(view, fact, "cmid", served->fact, "cmid");
	view_copy(view, fact, "host", served->fact, "host");
	view_put_number(view, fact, NULL, "clients", (int64_t)names->count);
	view_copy(view, fact, "client", names->facts[0], "client");
	view_copy(view, fact, "other-client", names->facts[1], "client");
	view_put(view, fact, NULL, "interleaved",
		names->changes >= names->count || names->count > 2 ? STR("yes") : STR("no"));
}

static void derive_cmids(struct view *view)
{
	struct list list = list_served(view);
	if (list.count > 1)
		qsort(list.at, list.count, sizeof *list.at, by_cmid);
	for (size_t i = 0, next; i < list.count; i = next) {
		struct names names = {0};
		for (next = i;
			next < list.count && str_equal(list.at[next].cmid, list.at[i].cmid) &&
			str_equal_nocase(list.at[next].host, list.at[i].host);
			next++) {
			names.changes += next > i &&
				!str_equal_nocase(list.at[next].client, list.at[next - 1].client);
			add_name(&names, &list.at[next]);
		}
		if (names.count > 1 && !view_is_full(view, &cmid_use))
			add_cmid_use(view, &list.at[i], &names);
	}
}
const struct derivation derive_cmid_use = {&cmid_use, derive_cmids};

/* Neighbours that differ, within one host, in a sorted list. */
static int64_t distinct(const struct list *list, size_t from, size_t to, bool cmids)
{
	int64_t count = to > from;
	for (size_t i = from + 1; i < to; i++)
		count += cmids ? !str_equal(list->at[i].cmid, list->at[i - 1].cmid)
			       : !str_equal_nocase(list->at[i].client, list->at[i - 1].client);
	return count;
}

static void add_clients(
	struct view *view, const struct served *first, int64_t clients, int64_t cmids)
{
	bool shared = false;
	FOR_EACH_FACT (use, view_bucket(view, &cmid_use))
		shared |= fact_is(use, "interleaved", "yes") &&
			str_equal_nocase(fact_text(use, "host"), first->host);
	struct fact *fact = view_add(view, &kms_clients, first->fact->line);
	view_copy(view, fact, "host", first->fact, "host");
	view_put_number(view, fact, NULL, "clients", clients);
	view_put_number(view, fact, NULL, "cmids", cmids);
	view_put(view, fact, NULL, "fewer-ids", shared && cmids < clients ? STR("yes") : STR("no"));
}

static size_t end_of_host(const struct list *list, size_t from)
{
	size_t to = from + 1;
	while (to < list->count && str_equal_nocase(list->at[to].host, list->at[from].host))
		to++;
	return to;
}

static void derive_clients(struct view *view)
{
	struct list names = list_served(view), ids = list_served(view);
	if (names.count > 1) {
		qsort(names.at, names.count, sizeof *names.at, by_client);
		qsort(ids.at, ids.count, sizeof *ids.at, by_cmid);
	}
	for (size_t i = 0, next; i < names.count; i = next) {
		next = end_of_host(&names, i);
		if (!view_is_full(view, &kms_clients))
			add_clients(view, &names.at[i], distinct(&names, i, next, false),
				distinct(&ids, i, next, true));
	}
}
const struct derivation derive_kms_clients = {&kms_clients, derive_clients};

/*
 * Counts
 */

static const struct fact_kind kms_counts = {
	.name = "kms-counts",
	.says = "the counts of the KMS hosts that answered this client, taken together",
	.fields =
		{
			{"app", FACT_WORD, "of which product", "windows|office|other|unknown",
				FACT_KEY},
			{"hosts", FACT_NUMBER, "hosts that told their count"},
			{"too-low", FACT_NUMBER, "those whose count is too low"},
			{"highest", FACT_NUMBER, "the highest count"},
			{"sum", FACT_NUMBER, "all counts together"},
			{"needed", FACT_NUMBER, "what one host must have"},
			{"split", FACT_FLAG,
				"every one is too low, there are two or more, and together they would do"},
			{0},
		},
};

static const struct fact *counts_known(const struct view *view, struct str app)
{
	FOR_EACH_FACT (known, view_bucket(view, &kms_counts))
		if (str_equal(fact_text(known, "app"), app))
			return known;
	return NULL;
}

static void add_counts(struct view *view, struct str app)
{
	int64_t hosts = 0, low = 0, highest = 0, sum = 0, needed = 0;
	const struct line *line = NULL;
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt")) {
		const struct fact_value *count = fact_get(attempt, "count");
		if (!count->set || count->number < 0 || count->number > 1000000 ||
			!str_equal(fact_text(attempt, "app"), app))
			continue;
		hosts++;
		low += fact_is(attempt, "outcome", "count-low");
		highest = count->number > highest ? count->number : highest;
		sum += count->number;
		needed = fact_number(attempt, "needed", needed);
		line = line ? line : count->line;
	}
	struct fact *fact = view_add(view, &kms_counts, line);
	view_put(view, fact, NULL, "app", app);
	view_put_number(view, fact, NULL, "hosts", hosts);
	view_put_number(view, fact, NULL, "too-low", low);
	view_put_number(view, fact, NULL, "highest", highest);
	view_put_number(view, fact, NULL, "sum", sum);
	if (needed)
		view_put_number(view, fact, NULL, "needed", needed);
	if (needed)
		view_put(view, fact, NULL, "split",
			hosts >= 2 && low == hosts && sum >= needed ? STR("yes") : STR("no"));
}

static void derive_counts(struct view *view)
{
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt"))
		if (fact_is_set(attempt, "count") && !counts_known(view, fact_text(attempt, "app")))
			add_counts(view, fact_text(attempt, "app"));
}
const struct derivation derive_kms_counts = {&kms_counts, derive_counts};

/*
 * Publishing
 */

static const struct fact_kind srv_published = {
	.name = "srv-published",
	.says = "what the newest attempt of a KMS host to publish its SRV record came to",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"domain", FACT_NAME, "DNS domain", NULL, FACT_KEY},
			{"result", FACT_WORD, "as in srv-publishing", "published|failed"},
			{"code", FACT_CODE, "why it failed"},
			{"time", FACT_TIME, "when"},
			{0},
		},
};

#define PUBLISHERS_MAX 16

struct publishers {
	const struct fact *at[PUBLISHERS_MAX];
	size_t count;
};

static void keep_newest(struct publishers *publishers, const struct fact *event)
{
	for (size_t i = 0; i < publishers->count; i++) {
		if (!fact_same_thing(publishers->at[i], event))
			continue;
		if (time_of(event, "time") >= time_of(publishers->at[i], "time"))
			publishers->at[i] = event;
		return;
	}
	if (publishers->count < PUBLISHERS_MAX)
		publishers->at[publishers->count++] = event;
}

static void derive_published(struct view *view)
{
	static const char *const same[] = {"host", "domain", "result", "code", "time"};
	struct publishers publishers = {0};
	FOR_EACH_FACT (event, view_kind(view, "srv-publishing"))
		keep_newest(&publishers, event);
	for (size_t i = 0; i < publishers.count; i++) {
		struct fact *fact = view_add(view, &srv_published, publishers.at[i]->line);
		for (size_t k = 0; k < sizeof same / sizeof *same; k++)
			view_copy(view, fact, same[k], publishers.at[i], same[k]);
	}
}
const struct derivation derive_srv_published = {&srv_published, derive_published};
