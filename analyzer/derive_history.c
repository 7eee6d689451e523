/*
 * What the event logs tell of services, the clock, the domain and DNS (events, sections 3 to 5).
 */
#include "history.h"

#include "base/instant.h"

/*
 * Services
 */

static const struct fact_kind service_history = {
	.name = "service-history",
	.says = "what the event log tells of a service: the last change of its start type, its last start, its crashes",
	.fields =
		{
			{"service", FACT_NAME, "short name", NULL, FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"start", FACT_WORD,
				"how it starts since the last change; absent when it was seen to run after it "
				"had been disabled",
				"boot|system|auto|demand|disabled"},
			{"changed-by", FACT_TEXT, "SID of who changed that"},
			{"last-start", FACT_WORD, "what became of the last start that was logged",
				"ran|failed|timeout"},
			{"code", FACT_CODE, "why it failed"},
			{"end-code", FACT_CODE, "error with which it ended by itself, last"},
			{"crashes", FACT_NUMBER, "unexpected ends in the last week of the log"},
			{"module", FACT_NAME, "library in which its program crashed"},
			{"age", FACT_WORD,
				"of the last failure or crash: within the last week of the log, or older",
				HISTORY_AGES},
			{0},
		},
};

#define HISTORIES 64

struct service {
	const struct fact *any, *start, *last, *crash, *end, *report; /* the latest of each sort */
	int64_t crashes, reports;
};

struct services {
	struct service at[HISTORIES];
	size_t count;
	int64_t end;
};

static bool same_text(const struct fact *a, const struct fact *b, const char *field)
{
	return str_equal_nocase(fact_text(a, field), fact_text(b, field));
}

static struct service *service_of(struct services *all, const struct fact *event)
{
	for (size_t i = 0; i < all->count; i++)
		if (same_text(all->at[i].any, event, "service") &&
			same_text(all->at[i].any, event, "computer"))
			return &all->at[i];
	if (all->count == HISTORIES)
		return NULL;
	all->at[all->count] = (struct service){.any = event};
	return &all->at[all->count++];
}

static void keep_later(const struct fact **kept, const struct fact *event)
{
	if (history_later(event, *kept))
		*kept = event;
}

static void note_service(struct services *all, const struct fact *event)
{
	struct service *service = service_of(all, event);
	bool old = str_equal(history_age(all->end, event), STR("old"));
	struct str what = fact_text(event, "what");
	if (!service)
		return;
	if (str_equal(what, STR("start-type"))) {
		if (fact_is_set(event, "start"))
			keep_later(&service->start, event);
	} else if (str_in_list(what,
			   "start-failed|start-timeout|dependency-failed|logon-failed|running")) {
		keep_later(&service->last, event);
	} else if (str_in_list(what, "crashed|hung")) {
		keep_later(&service->crash, event);
		service->crashes += !old;
	} else if (str_equal(what, STR("program-crashed"))) {
		keep_later(&service->report, event);
		service->reports += !old;
	} else if (str_equal(what, STR("ended"))) {
		keep_later(&service->end, event);
	}
}

/* 7009 and the 7000 that follows it within the same second are one failure: a timeout. */
static struct str start_word(const struct fact *last)
{
	if (fact_is(last, "what", "running"))
		return STR("ran");
	return fact_is(last, "what", "start-timeout") || fact_number(last, "code", 0) == 1053
		? STR("timeout")
		: STR("failed");
}

static void put_start(struct view *view, struct fact *fact, const struct service *service)
{
	const struct fact *start = service->start, *last = service->last;
	bool ran_since = last && start && fact_is(last, "what", "running") &&
		fact_is(start, "start", "disabled") && history_later(last, start);
	if (start && !ran_since) {
		view_copy(view, fact, "start", start, "start");
		view_copy(view, fact, "changed-by", start, "user");
	}
	if (!last)
		return;
	view_put(view, fact, last->line, "last-start", start_word(last));
	view_copy(view, fact, "code", last, "code");
}

static void put_service(struct view *view, const struct service *service, int64_t end)
{
	const struct fact *trouble = service->crash ? service->crash : service->report;
	int64_t crashes = service->crashes ? service->crashes : service->reports;
	if (!trouble && service->last && !fact_is(service->last, "what", "running"))
		trouble = service->last;
	if (!trouble)
		trouble = service->end;
	const struct line *line = trouble ? trouble->line : service->any->line;
	struct fact *fact = view_add(view, &service_history, line);
	view_copy(view, fact, "service", service->any, "service");
	view_copy(view, fact, "computer", service->any, "computer");
	put_start(view, fact, service);
	if (service->end)
		view_copy(view, fact, "end-code", service->end, "code");
	if (crashes)
		view_put_number(view, fact, NULL, "crashes", crashes);
	if (service->report)
		view_copy(view, fact, "module", service->report, "module");
	if (trouble)
		view_put(view, fact, trouble->line, "age", history_age(end, trouble));
}

static void derive_services(struct view *view)
{
	struct services all = {.end = history_end(view)};
	FOR_EACH_FACT (event, view_kind(view, "service-event"))
		note_service(&all, event);
	for (size_t i = 0; i < all.count; i++)
		put_service(view, &all.at[i], all.end);
}
const struct derivation derive_service_history = {&service_history, derive_services};

/*
 * The time service
 */

static const struct fact_kind time_history = {
	.name = "time-history",
	.says = "what the event log tells of the time service, last",
	.fields =
		{
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"state", FACT_WORD,
				"ok: synchronised; failing: it was not, and nothing later says otherwise; "
				"too-far-off: the clock is wrong by more than the service may correct",
				"ok|failing|too-far-off"},
			{"what", FACT_TEXT, "what it logged, as in time-sync-event"},
			{"peer", FACT_NAME, "the time source"},
			{"seconds", FACT_NUMBER, "by how much the clock is off, where it says so"},
			{"code", FACT_CODE, "error code"},
			{"age", FACT_WORD, "of that event", HISTORY_AGES},
			{0},
		},
};

static bool tells_state(const struct fact *event)
{
	return str_in_list(fact_text(event, "what"),
		"synchronised|set|too-far-off|no-source|no-dc|no-answer|not-resolved|no-trust|"
		"not-synchronised|ended");
}

static const struct fact *latest_sync(const struct view *view, const struct fact *of)
{
	const struct fact *latest = NULL;
	FOR_EACH_FACT (event, view_kind(view, "time-sync-event"))
		if (tells_state(event) && same_text(event, of, "computer"))
			keep_later(&latest, event);
	return latest;
}

static struct str sync_state(const struct fact *event)
{
	return fact_is(event, "what", "synchronised") || fact_is(event, "what", "set") ? STR("ok")
		: fact_is(event, "what", "too-far-off") ? STR("too-far-off")
							: STR("failing");
}

static bool is_known_computer(
	const struct view *view, const struct fact_kind *kind, const struct fact *event)
{
	FOR_EACH_FACT (known, view_bucket(view, kind))
		if (same_text(known, event, "computer"))
			return true;
	return false;
}

static void derive_time(struct view *view)
{
	int64_t end = history_end(view);
	FOR_EACH_FACT (event, view_kind(view, "time-sync-event")) {
		if (view_is_full(view, &time_history))
			return;
		if (!tells_state(event) || is_known_computer(view, &time_history, event))
			continue;
		const struct fact *latest = latest_sync(view, event);
		if (!latest)
			continue;
		struct fact *fact = view_add(view, &time_history, latest->line);
		view_copy(view, fact, "computer", latest, "computer");
		view_put(view, fact, NULL, "state", sync_state(latest));
		view_copy(view, fact, "what", latest, "what");
		view_copy(view, fact, "peer", latest, "peer");
		view_copy(view, fact, "seconds", latest, "seconds");
		view_copy(view, fact, "code", latest, "code");
		view_put(view, fact, NULL, "age", history_age(end, latest));
	}
}
const struct derivation derive_time_history = {&time_history, derive_time};

/*
 * Jumps of the clock
 */

#define KERBEROS_SECONDS 300
#define KMS_SECONDS 14400

static const struct fact_kind clock_jump = {
	.name = "clock-jump",
	.says = "the clock was moved so far that it had been wrong for Kerberos or KMS, or is since",
	.fields =
		{
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"direction", FACT_WORD,
				"back: it had been ahead. forward: it had been behind, or the machine had been "
				"asleep or paused",
				"back|forward", FACT_KEY},
			{"range", FACT_WORD, "more than 5 minutes; more than 4 hours",
				"kerberos|kms"},
			{"seconds", FACT_NUMBER, "by how much, without sign"},
			{"by", FACT_WORD, "as in clock-change",
				"time-service|system|hardware-clock|user|unknown"},
			{"age", FACT_WORD, "how long ago", HISTORY_AGES},
			{0},
		},
};

static const struct fact *latest_jump(const struct view *view, bool back)
{
	const struct fact *latest = NULL;
	FOR_EACH_FACT (change, view_kind(view, "clock-change")) {
		int64_t seconds = fact_number(change, "seconds", 0);
		bool far = back ? seconds < -KERBEROS_SECONDS : seconds > KERBEROS_SECONDS;
		if (far && !fact_is(change, "by", "hardware-clock"))
			keep_later(&latest, change);
	}
	return latest;
}

static void derive_jump(struct view *view)
{
	int64_t end = history_end(view);
	for (int back = 0; back <= 1; back++) {
		const struct fact *change = latest_jump(view, back);
		if (!change)
			continue;
		int64_t seconds = fact_number(change, "seconds", 0);
		seconds = seconds < 0 ? -seconds : seconds;
		struct fact *fact = view_add(view, &clock_jump, change->line);
		view_copy(view, fact, "computer", change, "computer");
		view_put(view, fact, NULL, "direction", back ? STR("back") : STR("forward"));
		view_put(view, fact, NULL, "range",
			seconds > KMS_SECONDS ? STR("kms") : STR("kerberos"));
		view_put_number(view, fact, NULL, "seconds", seconds);
		view_copy(view, fact, "by", change, "by");
		view_put(view, fact, NULL, "age", history_age(end, change));
	}
}
const struct derivation derive_clock_jump = {&clock_jump, derive_jump};

/*
 * The domain
 */

static const struct fact_kind domain_history = {
	.name = "domain-history",
	.says = "what the event log tells of the machine's trust with its domain, last",
	.fields =
		{
			{"computer", FACT_NAME, "the machine it is about", NULL, FACT_KEY},
			{"trust", FACT_WORD,
				"ok: policy was fetched from a domain controller; broken: the controller did not "
				"accept the machine, or does not know it; refused: a controller logged that; "
				"unknown: no controller was reached",
				"ok|broken|refused|unknown"},
			{"domain", FACT_NAME, "the domain"},
			{"dc", FACT_NAME, "the domain controller"},
			{"code", FACT_CODE, "NTSTATUS or Win32 error"},
			{"age", FACT_WORD, "of that event", HISTORY_AGES},
			{0},
		},
};

static struct str trust_of(const struct fact *event)
{
	struct str what = fact_text(event, "what");
	return str_in_list(what, "not-trusted|no-account|password-not-changed") ? STR("broken")
		: str_equal(what, STR("refused"))                               ? STR("refused")
		: str_equal(what, STR("policy-applied"))                        ? STR("ok")
		: str_equal(what, STR("no-dc"))                                 ? STR("unknown")
										: STR("");
}

/* A controller's event is about the machine that it refused, which may have its whole name there, or not. */
static struct str subject_of(const struct fact *event)
{
	struct str name = fact_is(event, "what", "refused") ? fact_text(event, "account")
							    : fact_text(event, "computer");
	return str_cut(&name, '.');
}

static const struct fact *latest_trust(const struct view *view, struct str subject)
{
	const struct fact *latest = NULL;
	FOR_EACH_FACT (event, view_kind(view, "domain-event"))
		if (trust_of(event).size && str_equal_nocase(subject_of(event), subject))
			keep_later(&latest, event);
	return latest;
}

static bool is_known_subject(const struct view *view, struct str subject)
{
	FOR_EACH_FACT (known, view_bucket(view, &domain_history))
		if (str_equal_nocase(fact_text(known, "computer"), subject))
			return true;
	return false;
}

#define SUBJECTS 16 /* a controller's log may name a whole site */

static void derive_domain(struct view *view)
{
	int64_t end = history_end(view);
	size_t subjects = 0;
	FOR_EACH_FACT (event, view_kind(view, "domain-event")) {
		struct str subject = subject_of(event);
		if (subjects == SUBJECTS || trust_of(event).size == 0 ||
			is_known_subject(view, subject))
			continue;
		const struct fact *latest = latest_trust(view, subject);
		if (!latest)
			continue;
		struct fact *fact = view_add(view, &domain_history, latest->line);
		view_put(view, fact, NULL, "computer", subject);
		view_put(view, fact, NULL, "trust", trust_of(latest));
		view_copy(view, fact, "domain", latest, "domain");
		view_copy(view, fact, "dc", latest, "dc");
		view_copy(view, fact, "code", latest, "code");
		view_put(view, fact, NULL, "age", history_age(end, latest));
		subjects++;
	}
}
const struct derivation derive_domain_history = {&domain_history, derive_domain};

/*
 * DNS
 */

static const struct fact_kind dns_timeouts = {
	.name = "dns-timeouts",
	.says = "names that no DNS server answered for, as the event log tells",
	.fields =
		{
			{"kms", FACT_FLAG, "the name was that of the KMS host's SRV record", NULL,
				FACT_KEY},
			{"count", FACT_NUMBER, "how often in the last week of the log"},
			{"name", FACT_NAME, "the name, last"},
			{"server", FACT_ADDRESS, "the server that was asked, last"},
			{"age", FACT_WORD, "of the last one", HISTORY_AGES},
			{0},
		},
};

static void derive_dns(struct view *view)
{
	int64_t end = history_end(view);
	for (int kms = 0; kms <= 1; kms++) {
		const struct fact *latest = NULL;
		int64_t count = 0;
		FOR_EACH_FACT (event, view_kind(view, "dns-client-event")) {
			if (!fact_is(event, "what", "timeout") ||
				fact_is(event, "kms", "yes") != (kms == 1))
				continue;
			keep_later(&latest, event);
			count += !str_equal(history_age(end, event), STR("old"));
		}
		if (!latest)
			continue;
		struct fact *fact = view_add(view, &dns_timeouts, latest->line);
		view_copy(view, fact, "kms", latest, "kms");
		view_put_number(view, fact, NULL, "count", count);
		view_copy(view, fact, "name", latest, "name");
		view_copy(view, fact, "server", latest, "server");
		view_put(view, fact, NULL, "age", history_age(end, latest));
	}
}
const struct derivation derive_dns_timeouts = {&dns_timeouts, derive_dns};
