/*
 * What DNS says about KMS hosts, for the suffixes that this machine uses (network-time, section 1).
 */
#include "derive.h"

#include "kinds.h"

#define KMS_SERVICE STR("_vlmcs._tcp.")

static const struct fact_kind dns_health = {
	.name = "dns-health",
	.says = "whether DNS answers at all",
	.fields =
		{
			{"answers", FACT_WORD,
				"ok: a server answered, be it that a name does not exist; none: no question got an "
				"answer; mixed: some did",
				"ok|none|mixed"},
			{"servers", FACT_WORD,
				"DNS servers of this machine: in private networks, public, or both",
				"private|public|mixed|none"},
			{"questions", FACT_NUMBER, "names that were asked for"},
			{0},
		},
};

static bool is_answered(const struct fact *answer)
{
	return fact_is(answer, "result", "answer") || fact_is(answer, "result", "no-name") ||
		fact_is(answer, "result", "no-data");
}

static bool is_unanswered(const struct fact *answer)
{
	return fact_is_set(answer, "result") && !is_answered(answer) &&
		!fact_is(answer, "result", "silent");
}

static void health_by_answers(struct view *view)
{
	int64_t good = 0, bad = 0;
	const struct line *line = NULL;
	FOR_EACH_FACT (answer, view_kind(view, "dns-answer")) {
		good += is_answered(answer);
		bad += is_unanswered(answer);
		if ((is_answered(answer) && good == 1) ||
			(is_unanswered(answer) && bad == 1 && !good))
			line = fact_get(answer, "result")->line;
	}
	if (!line)
		return;
	struct fact *fact = view_add(view, &dns_health, line);
	view_put(view, fact, NULL, "answers", !bad ? STR("ok") : good ? STR("mixed") : STR("none"));
	view_put_number(view, fact, NULL, "questions", good + bad);
}

/* 168.63.129.16 looks public, but is Azure's own address inside every virtual network. */
static bool is_platform(const struct fact *server)
{
	return fact_is(server, "address", "168.63.129.16");
}

static void health_by_servers(struct view *view)
{
	bool private = false, public = false;
	const struct line *line = NULL;
	FOR_EACH_FACT (server, view_kind(view, "dns-server")) {
		struct address address;
		if (!scan_address(fact_text(server, "address"), &address) || address.v6)
			continue;
		bool is_public = address_class(&address) == ADDRESS_PUBLIC && !is_platform(server);
		if (!line || (is_public && !public))
			line = fact_get(server, "address")->line;
		public |= is_public;
		private |= !is_public;
	}
	if (!line)
		return;
	struct fact *fact = view_add(view, &dns_health, line);
	view_put(view, fact, NULL, "servers",
		!private         ? STR("public")
			: public ? STR("mixed")
				 : STR("private"));
}

/* Connected adapters, every one of them listed, and no DNS server anywhere: then there is none. */
static void health_without_servers(struct view *view)
{
	const struct line *line = NULL;
	if (view_kind(view, "dns-server")->count)
		return;
	FOR_EACH_FACT (adapter, view_kind(view, "ip-adapter"))
		if (fact_is_set(adapter, "address") && !fact_is(adapter, "connected", "no"))
			line = fact_get(adapter, "address")->line;
	if (line)
		view_put(view, view_add(view, &dns_health, line), NULL, "servers", STR("none"));
}

static void derive_health(struct view *view)
{
	health_by_answers(view);
	health_by_servers(view);
	health_without_servers(view);
}
const struct derivation derive_dns_health = {&dns_health, derive_health};

static const struct fact_kind srv_check = {
	.name = "srv-check",
	.says = "whether the zone of a suffix announces KMS hosts",
	.fields =
		{
			{"suffix", FACT_NAME, "contoso.com", NULL, FACT_KEY},
			{"server-address", FACT_ADDRESS, "the DNS server that said so", NULL,
				FACT_KEY},
			{"result", FACT_WORD,
				"found; no-record: the server answered that there is none; no-answer: no server did; "
				"silent: the answer was not captured",
				"found|no-record|no-answer|silent"},
			{"in-use", FACT_FLAG, "this machine looks there"},
			{"hosts", FACT_NUMBER, "KMS hosts announced"},
			{0},
		},
};

static struct str suffix_of(struct str question)
{
	return str_starts_nocase(question, KMS_SERVICE) ? str_from(question, KMS_SERVICE.size)
							: STR("");
}

static const struct fact *use_of(const struct view *view, struct str suffix)
{
	FOR_EACH_FACT (use, view_kind(view, "suffix-in-use"))
		if (str_equal_nocase(fact_text(use, "suffix"), suffix))
			return use;
	return NULL;
}

/* With the list of suffixes read, one that is not in it is not in use. */
static const struct line *line_of_suffixes(const struct view *view)
{
	FOR_EACH_FACT (host, view_kind(view, "ip-host"))
		if (fact_is_set(host, "has-primary-suffix") || fact_is_set(host, "primary-suffix"))
			return host->line;
	return NULL;
}

static int64_t hosts_of(const struct view *view, const struct fact *answer)
{
	int64_t hosts = 0;
	FOR_EACH_FACT (record, view_kind(view, "srv-record"))
		hosts += str_equal_nocase(fact_text(record, "name"), fact_text(answer, "question"));
	return hosts;
}

static struct str result_of(const struct fact *answer)
{
	if (fact_is(answer, "result", "answer"))
		return STR("found");
	if (is_answered(answer))
		return STR("no-record");
	return is_unanswered(answer) ? STR("no-answer") : STR("silent");
}

static void derive_srv_checks(struct view *view)
{
	FOR_EACH_FACT (answer, view_kind(view, "dns-answer")) {
		struct str suffix = suffix_of(fact_text(answer, "question"));
		const struct fact_value *result = fact_get(answer, "result");
		bool named = suffix.size && *suffix.at != '{'; /* a template tells no name */
		if (!result->set || !fact_is(answer, "type", "srv") ||
			(!named && is_answered(answer)) || view_is_full(view, &srv_check))
			continue;
		struct fact *fact = view_add(view, &srv_check, result->line);
		if (named)
			view_put(view, fact, NULL, "suffix", suffix);
		view_copy(view, fact, "server-address", answer, "server-address");
		view_put(view, fact, NULL, "result", result_of(answer));
		if (fact_is(answer, "result", "answer"))
			view_put_number(view, fact, NULL, "hosts", hosts_of(view, answer));
		const struct fact *use = named ? use_of(view, suffix) : NULL;
		if (use)
			view_put(view, fact, use->line, "in-use", STR("yes"));
		else if (named && line_of_suffixes(view))
			view_put(view, fact, line_of_suffixes(view), "in-use", STR("no"));
	}
}
const struct derivation derive_srv_check = {&srv_check, derive_srv_checks};

static const struct fact_kind kms_discovery = {
	.name = "kms-discovery",
	.says = "what automatic discovery of KMS hosts comes to",
	.fields =
		{
			{"result", FACT_WORD,
				"found: under a suffix in use; elsewhere: only under one that this machine does not "
				"use; no-record: every suffix that counts was asked and has none; split: one DNS server "
				"knows the record, another does not; no-answer: DNS did not answer; unsure: those "
				"asked have none, but others may count; silent: the answers were not captured",
				"found|elsewhere|no-record|split|no-answer|unsure|silent"},
			{"suffix", FACT_NAME, "where the record is, or was looked for"},
			{"hosts", FACT_NUMBER, "KMS hosts announced under suffixes in use"},
			{0},
		},
};

static const struct fact *check_with(
	const struct view *view, const char *result, const char *in_use)
{
	FOR_EACH_FACT (check, view_bucket(view, &srv_check)) {
		bool used = !fact_is(check, "in-use", "no");
		if (fact_is(check, "result", result) && (!in_use || used == (*in_use == 'y')))
			return check;
	}
	return NULL;
}

static bool was_asked(const struct view *view, struct str suffix)
{
	FOR_EACH_FACT (check, view_bucket(view, &srv_check))
		if (str_equal_nocase(fact_text(check, "suffix"), suffix) &&
			!fact_is(check, "result", "silent"))
			return true;
	return false;
}

/* The suffixes that the licensing service surely tries: primary, domain, lookup domain. */
static bool one_that_counts_was_not_asked(const struct view *view)
{
	FOR_EACH_FACT (use, view_kind(view, "suffix-in-use"))
		if (!was_asked(view, fact_text(use, "suffix")) &&
			(fact_is(use, "from", "primary") || fact_is(use, "from", "domain") ||
				fact_is(use, "from", "lookup-domain")))
			return true;
	return false;
}

/* When no suffix in use is known, nobody can say that the right one was asked. */
static bool all_that_count_were_asked(const struct view *view)
{
	FOR_EACH_FACT (use, view_kind(view, "suffix-in-use"))
		if (was_asked(view, fact_text(use, "suffix")))
			return !one_that_counts_was_not_asked(view);
	return false;
}

static bool is_own_server(const struct view *view, const struct fact *check)
{
	const struct bucket *servers = view_kind(view, "dns-server");
	FOR_EACH_FACT (server, servers)
		if (str_equal_nocase(
			    fact_text(server, "address"), fact_text(check, "server-address")))
			return true;
	return servers->count == 0 || !fact_is_set(check, "server-address");
}

/* Another server's answer to the same question. */
static const struct fact *other_answer(
	const struct view *view, const struct fact *found, const char *result)
{
	FOR_EACH_FACT (check, view_bucket(view, &srv_check))
		if (fact_is(check, "result", result) &&
			str_equal_nocase(fact_text(check, "suffix"), fact_text(found, "suffix")) &&
			!str_equal(fact_text(check, "server-address"),
				fact_text(found, "server-address")))
			return check;
	return NULL;
}

static void conclude(struct view *view, const struct fact *check, struct str result)
{
	const struct fact_value *value = fact_get(check, "result");
	struct fact *fact = view_add(view, &kms_discovery, value->line);
	view_put(view, fact, NULL, "result", result);
	view_copy(view, fact, "suffix", check, "suffix");
	if (str_equal(result, STR("found")) || str_equal(result, STR("split")))
		view_copy(view, fact, "hosts", check, "hosts");
}

/* A server that this machine does not ask may know what its own do not. */
static void conclude_found(struct view *view, const struct fact *found)
{
	const struct fact *dead = other_answer(view, found, "no-answer");
	if (other_answer(view, found, "no-record"))
		conclude(view, found, STR("split"));
	else if (dead && is_own_server(view, dead) && !is_own_server(view, found))
		conclude(view, dead, STR("no-answer"));
	else
		conclude(view, found, STR("found"));
}

static void derive_discovery(struct view *view)
{
	const struct fact *found = check_with(view, "found", "yes");
	const struct fact *elsewhere = check_with(view, "found", "no");
	const struct fact *none = check_with(view, "no-record", "yes");
	const struct fact *no_answer = check_with(view, "no-answer", "yes");
	const struct fact *silent = check_with(view, "silent", "yes");
	if (found)
		conclude_found(view, found);
	else if (none && no_answer)
		conclude(view, none, STR("unsure"));
	else if (elsewhere)
		conclude(view, elsewhere,
			one_that_counts_was_not_asked(view) ? STR("unsure") : STR("elsewhere"));
	else if (none)
		conclude(view, none,
			all_that_count_were_asked(view) ? STR("no-record") : STR("unsure"));
	else if (no_answer)
		conclude(view, no_answer, STR("no-answer"));
	else if (silent)
		conclude(view, silent, STR("silent"));
}
const struct derivation derive_kms_discovery = {&kms_discovery, derive_discovery};
