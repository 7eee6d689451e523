/*
 * The KMS host's own /dlv: can its key serve this client (causes, C23; slmgr-format, S16), and does DNS
 * announce it (causes, C02)?
 *
 * A KMS host key serves its own generation and older ones. The generation of a key stands in the
 * channel of the host's licence, "VOLUME_KMS_WS16"; that of a client is the build in the version of
 * its licensing service. Both are compared as build numbers, and only for servers: client editions
 * of Windows 10 and 11 are served by keys of several generations.
 */
#include "derive.h"

#include "kinds.h"

#include <string.h>

static const struct fact_kind kms_host_key = {
	.name = "kms-host-key",
	.says = "the KMS host's key beside the client that asks for activation",
	.fields =
		{
			{"host-build", FACT_NUMBER,
				"newest Windows Server that the host's key serves"},
			{"client-build", FACT_NUMBER, "build of the client"},
			{"covers", FACT_FLAG, "the host's key serves this client"},
			{0},
		},
};

/* Longer tokens before those that they contain. */
static int64_t build_of_key(struct str description)
{
	static const struct {
		struct str token;
		int64_t build;
	} keys[] = {
		{STR_INIT("VOLUME_KMS_WS25"), 26100},
		{STR_INIT("VOLUME_KMS_WS22"), 20348},
		{STR_INIT("VOLUME_KMS_WS19"), 17763},
		{STR_INIT("VOLUME_KMS_WS16"), 14393},
		{STR_INIT("VOLUME_KMS_2012-R2"), 9600},
		{STR_INIT("VOLUME_KMS_2012"), 9200},
		{STR_INIT("VOLUME_KMS_R2_"), 7601},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_has(description, keys[i].token))
			return keys[i].build;
	return 0;
}

static bool is_server(const struct fact *licence)
{
	return str_has(fact_text(licence, "product"), STR(", Server"));
}

/* The third part of "10.0.17763.1039". */
static bool build_of_version(struct str version, int64_t *build)
{
	(void)str_cut(&version, '.');
	(void)str_cut(&version, '.');
	return scan_number(str_cut(&version, '.'), build);
}

/* By the last five of the published client setup keys of Windows Server: /dli prints no version. */
static bool build_of_setup_key(struct str partial, int64_t *build)
{
	static const struct {
		struct str partial;
		int64_t build;
	} keys[] = {
		{STR_INIT("MY832"), 26100},
		{STR_INIT("YP6DF"), 26100},
		{STR_INIT("VMK7H"), 20348},
		{STR_INIT("6VM33"), 20348},
		{STR_INIT("J464C"), 17763},
		{STR_INIT("63DFG"), 17763},
		{STR_INIT("KHKQY"), 14393},
		{STR_INIT("8XDDG"), 14393},
		{STR_INIT("MDVJX"), 9600},
		{STR_INIT("Q3VJ9"), 9600},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_equal_nocase(partial, keys[i].partial)) {
			*build = keys[i].build;
			return true;
		}
	return false;
}

/* Where it stands in the licence of the client; NULL when nothing tells. */
static const struct line *build_of_client(const struct fact *licence, int64_t *build)
{
	const struct fact_value *version = fact_get(licence, "service-version");
	if (version->set && build_of_version(version->text, build))
		return version->line;
	const struct fact_value *partial = fact_get(licence, "partial-key");
	return partial->set && build_of_setup_key(partial->text, build) ? partial->line : NULL;
}

static const struct fact *newest_host_key(const struct view *view)
{
	const struct fact *newest = NULL;
	int64_t best = 0;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		int64_t build = build_of_key(fact_text(licence, "description"));
		if (fact_is(licence, "channel", "kms-host") && !fact_is(licence, "app", "office") &&
			build > best) {
			newest = licence;
			best = build;
		}
	}
	return newest;
}

static void derive_host_key(struct view *view)
{
	const struct fact *host = newest_host_key(view);
	int64_t client_build;
	if (!host)
		return;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		const struct line *line = NULL;
		if (fact_is(licence, "channel", "kms-client") && is_server(licence))
			line = build_of_client(licence, &client_build);
		if (!line)
			continue;
		const struct fact_value *description = fact_get(host, "description");
		int64_t host_build = build_of_key(description->text);
		struct fact *fact = view_add(view, &kms_host_key, description->line);
		view_put_number(view, fact, NULL, "host-build", host_build);
		view_put_number(view, fact, line, "client-build", client_build);
		view_put(view, fact, NULL, "covers",
			host_build >= client_build ? STR("yes") : STR("no"));
		return;
	}
}
const struct derivation derive_kms_host_key = {&kms_host_key, derive_host_key};

static const struct fact_kind kms_host_record = {
	.name = "kms-host-record",
	.says = "on a KMS host: whether DNS announces this very host",
	.fields =
		{
			{"own", FACT_WORD,
				"is the KMS host the computer whose name is known? certain: both were taken together, or "
				"the file is named after it; likely: nothing says otherwise",
				"certain|likely"},
			{"announced", FACT_FLAG, "an SRV record names it"},
			{"others", FACT_NUMBER, "other KMS hosts that are announced"},
			{"host", FACT_NAME, "one of those others"},
			{0},
		},
};

/* "kms02-slmgr-dlv.txt" and "KMS02/slmgr-dlv.txt" are named after KMS02. */
static bool is_named_after(const char *path, struct str name)
{
	struct str rest = str_of(path);
	for (size_t at; name.size >= 3 && (at = str_find_nocase(rest, name)) != STR_NONE;
		rest = str_from(rest, at + 1)) {
		size_t end = at + name.size;
		bool begins = at == 0
			? rest.at == path
			: !char_is_alpha(rest.at[at - 1]) && !char_is_digit(rest.at[at - 1]);
		if (begins &&
			(end == rest.size ||
				(!char_is_alpha(rest.at[end]) && !char_is_digit(rest.at[end]))))
			return true;
	}
	return false;
}

/* Taken on one machine: in one console session, or both by the collector. */
static bool are_taken_together(const struct line *a, const struct line *b)
{
	return a->origin && b->origin && a->origin->machine == b->origin->machine &&
		((a->origin->collected && b->origin->collected) ||
			strcmp(a->origin->member, b->origin->member) == 0);
}

/* A folder may hold what was gathered on a client and on its KMS host. */
static bool has_client_licence(const struct view *view)
{
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence))
		if (fact_is(licence, "in-use", "yes") && fact_is(licence, "app", "windows") &&
			fact_is(licence, "channel", "kms-client"))
			return true;
	return false;
}

/* Feature updates raise the system's build by a few above that of its files; generations differ by hundreds. */
#define BUILDS_OF_ONE_SYSTEM 200

/* Does the licensing service of a KMS host belong to another Windows than the one that is known? */
static bool is_another_system(const struct view *view)
{
	int64_t build;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		if (!fact_is(licence, "channel", "kms-host") ||
			!build_of_version(fact_text(licence, "service-version"), &build))
			continue;
		FOR_EACH_FACT (system, view_kind(view, "system")) {
			int64_t other = fact_number(system, "build", build);
			if (other > build + BUILDS_OF_ONE_SYSTEM ||
				build > other + BUILDS_OF_ONE_SYSTEM)
				return true;
		}
	}
	return false;
}

/* A failed attempt that names another SKU was made on another machine: on a client. */
static bool has_foreign_attempt(const struct view *view, const struct fact *host)
{
	struct str own = fact_text(host, "activation-id");
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result)) {
		struct str id = fact_text(result, "activation-id");
		if (fact_is(result, "verb", "ato") && id.size && own.size &&
			!str_equal_nocase(id, own))
			return true;
	}
	return false;
}

static bool is_alone(const struct view *view)
{
	const struct bucket *computers = view_kind(view, "computer");
	for (size_t i = 1; i < computers->count; i++)
		if (!str_equal_nocase(fact_text(computers->at[i], "name"),
			    fact_text(computers->at[0], "name")))
			return false;
	return computers->count > 0;
}

/* The computer that is the KMS host, or NULL when that is another one. */
static const struct fact *computer_of(
	const struct view *view, const struct fact *host, struct str *own)
{
	const struct bucket *computers = view_kind(view, "computer");
	*own = STR("certain");
	FOR_EACH_FACT (computer, computers)
		if (are_taken_together(host->line, computer->line) ||
			(host->line->origin &&
				is_named_after(
					host->line->origin->member, fact_text(computer, "name"))))
			return computer;
	*own = STR("likely");
	bool foreign = !is_alone(view) || has_client_licence(view) || is_another_system(view) ||
		has_foreign_attempt(view, host);
	return foreign ? NULL : computers->at[0];
}

static bool is_name_of(const struct fact *computer, struct str host)
{
	struct str label = str_cut(&host, '.');
	return str_equal_nocase(fact_text(computer, "name"), str_slice(label, 0, 15));
}

static void add_host_record(
	struct view *view, const struct fact *computer, struct str own, const struct fact *found)
{
	const struct fact *other = NULL, *mine = NULL;
	int64_t others = 0;
	FOR_EACH_FACT (record, view_kind(view, "srv-record")) {
		if (!str_starts_nocase(fact_text(record, "name"), STR("_vlmcs.")))
			continue;
		bool is_mine = is_name_of(computer, fact_text(record, "host"));
		*(is_mine ? &mine : &other) = record;
		others += !is_mine;
	}
	struct fact *fact = view_add(view, &kms_host_record, mine ? mine->line : found->line);
	view_put(view, fact, computer->line, "own", own);
	view_put(view, fact, NULL, "announced", mine ? STR("yes") : STR("no"));
	view_put_number(view, fact, NULL, "others", others);
	if (other)
		view_copy(view, fact, "host", other, "host");
}

static void derive_host_record(struct view *view)
{
	FOR_EACH_FACT (host, view_bucket(view, &kind_kms_host)) {
		struct str own;
		const struct fact *computer = computer_of(view, host, &own);
		if (!computer || view_bucket(view, &kms_host_record)->count)
			continue;
		FOR_EACH_FACT (found, view_kind(view, "kms-discovery"))
			if (!fact_is(found, "result", "silent") &&
				!fact_is(found, "result", "no-answer"))
				add_host_record(view, computer, own, found);
	}
}
const struct derivation derive_kms_host_record = {&kms_host_record, derive_host_record};
