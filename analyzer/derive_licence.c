/*
 * Which product is meant to be activated, how, and whether it is.
 */
#include "derive.h"

#include "kinds.h"

#define MINUTES_PER_DAY 1440
/* A KMS client renews every 7 days and then has 180 again; three missed renewals are no holiday. */
#define RENEWAL_LATE_MINUTES ((180 - 21) * MINUTES_PER_DAY)

/* A success this fresh has replaced whatever failed before it (causes, section 0 rule 5). */
#define RENEWAL_FRESH_MINUTES (180 * MINUTES_PER_DAY - 120)

/* Does `line` stand further down the same member? Across members no order is known. */
static bool stands_below(const struct line *line, const struct line *other)
{
	return line && other && line->origin && other->origin &&
		line->origin->member == other->origin->member && line->number > other->number;
}

/*
 * Attempts to activate
 */

static bool is_denied(const struct fact *result)
{
	int64_t code = fact_number(result, "code", 0);
	return code == 0xC004F025 || code == 0x80070005;
}

/* The call never came as far as the licensing service: no rights, no WMI, no script host. */
static bool never_began(const struct fact *result)
{
	return is_denied(result) || fact_is_set(result, "where");
}

/* Codes that only an attempt ends with: they tell what a pasted error line was about. */
static bool is_attempt_code(int64_t code)
{
	static const int64_t codes[] = {
		0xC004F038, /* count too low */
		0xC004F039, /* KMS not enabled */
		0xC004F041, /* KMS host not activated */
		0xC004F042, /* KMS host cannot serve the product */
		0xC004F06C, /* time stamps too far apart */
		0xC004F074, /* no KMS host reached */
		0x8007232A, 0x8007232B, 0x8007251D, 0x8007267C, 0x800706BA, /* name, RPC */
		0xC004C003, 0xC004C008, 0xC004C020, 0xC004C021,             /* activation servers */
	};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (code == codes[i])
			return true;
	return false;
}

static bool is_attempt(const struct fact *result)
{
	return fact_is(result, "verb", "ato") || fact_is(result, "verb", "act") ||
		(fact_is(result, "verb", "unknown") &&
			is_attempt_code(fact_number(result, "code", 0)));
}

/* What an attempt was about, if it says so. An add-on is named after the Windows it is for. */
static struct str app_of_attempt(const struct fact *result)
{
	struct str product = fact_text(result, "product");
	if (str_has(product, STR("-ESU-")) || str_has(product, STR(" add-on")))
		return STR("esu");
	if (fact_is(result, "verb", "act") || str_starts_nocase(product, STR("Office")))
		return STR("office");
	/* Without an id, slmgr /ato is about Windows, and may fail before it says so. */
	bool windows = str_starts_nocase(product, STR("Windows")) ||
		(fact_is(result, "verb", "ato") && !product.size);
	return windows ? STR("windows") : STR("");
}

static bool is_about(const struct fact *attempt, const struct fact *licence)
{
	struct str app = app_of_attempt(attempt), id = fact_text(attempt, "activation-id");
	if (!licence)
		return true;
	/* Another SKU of the same product may have been installed since. */
	return !app.size || !fact_is_set(licence, "app") ||
		str_equal(app, fact_text(licence, "app")) ||
		(id.size && str_equal(id, fact_text(licence, "activation-id")));
}

/* The last attempt on `licence` (NULL: on anything) of which anything is known. */
static const struct fact *last_attempt(const struct view *view, const struct fact *licence)
{
	const struct fact *last = NULL;
	FOR_EACH_FACT (result, view_bucket(view, &kind_slmgr_result))
		if (is_attempt(result) && !fact_is(result, "result", "silent") &&
			is_about(result, licence))
			last = result;
	return last;
}

enum { ABOUT_UNKNOWN, ABOUT_WINDOWS, ABOUT_OFFICE, ABOUT_ESU, ABOUT_COUNT };

static int about(const struct fact *attempt)
{
	struct str app = app_of_attempt(attempt);
	if (str_equal(app, STR("esu")))
		return ABOUT_ESU;
	if (str_equal(app, STR("office")))
		return ABOUT_OFFICE;
	return str_equal(app, STR("windows")) ? ABOUT_WINDOWS : ABOUT_UNKNOWN;
}

/* For each call: did an attempt on the same product succeed further down the same member? From
 * the last one up, so that many calls cost no more than one look at each. */
static const bool *retracted_calls(const struct view *view)
{
	const struct bucket *calls = view_bucket(view, &kind_slmgr_result);
	bool *retracted = arena_array(view->arena, calls->count, sizeof *retracted);
	bool success[ABOUT_COUNT] = {false};
	const char *member = NULL;
	for (size_t i = calls->count; i-- > 0;) {
		const struct fact *call = calls->at[i];
		const char *in = call->line->origin ? call->line->origin->member : NULL;
		for (int k = 0; in != member && k < ABOUT_COUNT; k++)
			success[k] = false;
		member = in;
		if (!is_attempt(call))
			continue;
		bool good = fact_is(call, "result", "success");
		retracted[i] = success[about(call)] && !good;
		success[about(call)] |= good;
		success[ABOUT_UNKNOWN] |= good;
	}
	return retracted;
}

/* The last attempt that really failed. */
static const struct fact *last_failure(const struct view *view)
{
	const struct bucket *calls = view_bucket(view, &kind_slmgr_result);
	const bool *retracted = retracted_calls(view);
	for (size_t i = calls->count; i-- > 0;)
		if (is_attempt(calls->at[i]) && fact_is(calls->at[i], "result", "failure") &&
			!never_began(calls->at[i]) && !retracted[i])
			return calls->at[i];
	return NULL;
}

/*
 * The product
 */

static const struct fact_kind licence_leftover = {
	.name = "licence-leftover",
	.says = "a trial licence that setup left behind, while the same suite is licensed by another: no fault",
	.fields =
		{
			{"product", FACT_TEXT, "its name", NULL, FACT_KEY},
			{"partial-key", FACT_TEXT, "last five characters of its key"},
			{"licensed-by", FACT_TEXT, "the product that is licensed"},
			{0},
		},
};

static struct str suite_of(const struct fact *licence)
{
	struct str product = fact_text(licence, "product");
	return str_slice(product, 0, str_find_char(product, ','));
}

static const struct fact *licensed_sibling(const struct view *view, const struct fact *licence)
{
	struct str suite = suite_of(licence);
	FOR_EACH_FACT (other, view_bucket(view, &kind_licence))
		if (other != licence && suite.size && fact_is(other, "status", "licensed") &&
			fact_is(other, "app", "office") && str_equal_nocase(suite_of(other), suite))
			return other;
	return NULL;
}

static bool is_trial(const struct fact *licence)
{
	return fact_is(licence, "app", "office") && fact_is_set(licence, "status") &&
		!fact_is(licence, "status", "licensed") &&
		(str_has_nocase(fact_text(licence, "description"), STR("RETAIL(Grace)")) ||
			str_has_nocase(fact_text(licence, "product"), STR("_Grace edition")));
}

#define TRIALS_MAX 64 /* looked at; a machine has a few */

static void derive_leftovers(struct view *view)
{
	size_t trials = 0;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		if (!is_trial(licence) || trials++ >= TRIALS_MAX)
			continue;
		const struct fact *sibling = licensed_sibling(view, licence);
		if (!sibling)
			continue;
		struct fact *fact = view_add(view, &licence_leftover, licence->line);
		view_copy(view, fact, "product", licence, "product");
		view_copy(view, fact, "partial-key", licence, "partial-key");
		view_put(view, fact, fact_get(sibling, "status")->line, "licensed-by",
			fact_text(sibling, "product"));
	}
}
const struct derivation derive_licence_leftover = {&licence_leftover, derive_leftovers};

static const struct fact_kind licence_target = {
	.name = "licence-target",
	.says = "the product that this case is about: one with a key, rather one that fails than one that works, "
		"rather Windows than Office, never an ESU add-on",
	.fields =
		{
			{"app", FACT_WORD, "what it licenses", "windows|office|other"},
			{"product", FACT_TEXT, "its name"},
			{"activation-id", FACT_GUID, "id of the SKU"},
			{"method", FACT_WORD, "how its key wants it activated",
				"kms|kms-host|mak|retail|oem|eval|avma|subscription|other"},
			{"status", FACT_WORD, "licence status",
				"unlicensed|licensed|oob-grace|oot-grace|non-genuine-grace|notification|extended-grace"},
			{"activated", FACT_FLAG, "status is licensed"},
			{"reason", FACT_CODE, "notification reason"},
			{"partial-key", FACT_TEXT, "last five characters of its key"},
			{"activation-type", FACT_WORD, "Configured Activation Type",
				"all|ad|kms|token"},
			{0},
		},
};

static bool is_leftover(const struct view *view, const struct fact *licence)
{
	FOR_EACH_FACT (leftover, view_bucket(view, &licence_leftover))
		if (leftover->line == licence->line)
			return true;
	return false;
}

static bool is_candidate(const struct view *view, const struct fact *licence)
{
	return fact_is(licence, "in-use", "yes") && !fact_is(licence, "app", "esu") &&
		!is_leftover(view, licence);
}

/* Higher is rather the one: a failing product says why the case was opened, and of a client and
 * a KMS host that both fail, the client is asked about. */
static int urgency(const struct fact *licence, const struct fact *failure)
{
	struct str id = fact_text(licence, "activation-id");
	bool known = fact_is_set(licence, "status");
	bool failing = (known && !fact_is(licence, "status", "licensed")) ||
		(failure && id.size && str_equal(fact_text(failure, "activation-id"), id));
	return 8 * failing + 4 * fact_is(licence, "app", "windows") +
		2 * !fact_is(licence, "channel", "kms-host") + known;
}

/* By the description's channel; where that is missing, by the key's. */
static struct str method_of(const struct fact *licence)
{
	static const struct {
		struct str starts, method;
	} keys[] = {
		{STR_INIT("Volume:GVLK"), STR_INIT("kms")},
		{STR_INIT("Volume:CSVLK"), STR_INIT("kms-host")},
		{STR_INIT("Volume:MAK"), STR_INIT("mak")},
		{STR_INIT("Retail:TB"), STR_INIT("eval")},
		{STR_INIT("Retail"), STR_INIT("retail")},
		{STR_INIT("OEM"), STR_INIT("oem")},
	};
	struct str channel = fact_text(licence, "channel"), key = fact_text(licence, "key-channel");
	if (str_equal(channel, STR("kms-client")))
		return STR("kms");
	for (size_t i = 0; !channel.size && i < sizeof keys / sizeof *keys; i++)
		if (str_starts_nocase(key, keys[i].starts))
			return keys[i].method;
	return channel;
}

/* Windows failed to activate, and what was listed is another's: only an Office that works, or a KMS host that
 * is licensed, while the attempt names another SKU. Better no target than that. */
static bool is_of_another(const struct fact *licence, const struct fact *failure)
{
	if (!failure || !str_equal(app_of_attempt(failure), STR("windows")) ||
		!fact_is(licence, "status", "licensed"))
		return false;
	struct str id = fact_text(failure, "activation-id"),
		   own = fact_text(licence, "activation-id");
	bool foreign_host = fact_is(licence, "channel", "kms-host") && id.size && own.size &&
		!str_equal_nocase(id, own);
	return fact_is(licence, "app", "office") || foreign_host;
}

static void derive_target(struct view *view)
{
	const struct fact *chosen = NULL, *failure = last_failure(view);
	int best = -1;
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		int how = is_candidate(view, licence) ? urgency(licence, failure) : -1;
		if (how > best) {
			chosen = licence;
			best = how;
		}
	}
	if (!chosen || is_of_another(chosen, failure))
		return;
	struct fact *fact = view_add(view, &licence_target, chosen->line);
	static const char *const same[] = {
		"product", "activation-id", "status", "reason", "partial-key", "activation-type"};
	/* The name tells a reader more than the application id does. */
	view_put(view, fact, fact_get(chosen, "product")->line, "app", fact_text(chosen, "app"));
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		view_copy(view, fact, same[i], chosen, same[i]);
	const char *from = fact_is_set(chosen, "channel") ? "channel" : "key-channel";
	view_put(view, fact, fact_get(chosen, from)->line, "method", method_of(chosen));
	const struct fact_value *status = fact_get(chosen, "status");
	if (status->set)
		view_put(view, fact, status->line, "activated",
			fact_is(chosen, "status", "licensed") ? STR("yes") : STR("no"));
}
const struct derivation derive_licence_target = {&licence_target, derive_target};

static const struct fact *the_target(const struct view *view)
{
	const struct bucket *bucket = view_bucket(view, &licence_target);
	return bucket->count ? bucket->at[0] : NULL;
}

static const struct fact_kind renewal = {
	.name = "renewal",
	.says = "whether a licensed KMS client keeps renewing",
	.fields =
		{
			{"state", FACT_WORD, "late: three renewals or more were missed",
				"on-time|late"},
			{"days-left", FACT_NUMBER, "until the licence ends"},
			{"minutes-left", FACT_NUMBER, "the same in minutes"},
			{0},
		},
};

/* Only of the product that the case is about: an Office that nobody asked about is another case. */
static bool is_target(const struct fact *licence, const struct fact *target)
{
	return target && target->line == licence->line;
}

static void derive_renewal_state(struct view *view)
{
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		const struct fact_value *left = fact_get(licence, "remaining-minutes");
		if (!left->set || !is_target(licence, the_target(view)) ||
			!fact_is(licence, "status", "licensed") ||
			!str_equal(method_of(licence), STR("kms")))
			continue;
		struct fact *fact = view_add(view, &renewal, left->line);
		view_put(view, fact, NULL, "state",
			left->number < RENEWAL_LATE_MINUTES ? STR("late") : STR("on-time"));
		/* Rounded up, as slmgr prints it. */
		view_put_number(view, fact, NULL, "days-left",
			left->number / MINUTES_PER_DAY + (left->number % MINUTES_PER_DAY > 0));
		view_put_number(view, fact, NULL, "minutes-left", left->number);
	}
}
const struct derivation derive_renewal = {&renewal, derive_renewal_state};

/*
 * The state of things
 */

static const struct fact_kind activation = {
	.name = "activation",
	.says = "whether activation works",
	.fields =
		{
			{"state", FACT_WORD,
				"failing; renewal-failing: still licensed, but the last attempt failed or three "
				"renewals were missed; working",
				"failing|renewal-failing|working"},
			{"app", FACT_WORD, "of what; esu: of an add-on whose Windows works",
				"windows|office|other|esu"},
			{"code", FACT_CODE, "of the attempt, or the notification reason"},
			{0},
		},
};

/* Evidence for the state, put together: any part may be missing. */
struct situation {
	const struct fact *target, *attempt, *renewal, *log;
	bool known, licensed;   /* by the licence's status */
	bool failed, succeeded; /* the last attempt */
};

/* What the events say about that product. Without one, about Windows: an event of Office says nothing about it. */
static const struct fact *log_of(const struct view *view, const struct fact *target)
{
	const struct fact *office = NULL, *found = NULL;
	FOR_EACH_FACT (log, view_kind(view, "activation-log")) {
		if (target && str_equal(fact_text(log, "app"), fact_text(target, "app")))
			return log;
		if (fact_is(log, "app", "windows") || (!found && fact_is(log, "app", "unknown")))
			found = log;
		else if (fact_is(log, "app", "office"))
			office = log;
	}
	return target ? NULL : found ? found : office;
}

static struct situation look(const struct view *view)
{
	const struct bucket *renewals = view_bucket(view, &renewal);
	struct situation now = {.target = the_target(view)};
	now.attempt = last_attempt(view, now.target);
	now.renewal = renewals->count ? renewals->at[0] : NULL;
	now.known = now.target && fact_is_set(now.target, "activated");
	now.licensed = now.known && fact_is(now.target, "activated", "yes");
	now.succeeded = now.attempt && fact_is(now.attempt, "result", "success");
	/* What never began says nothing against a licence that is there. */
	now.failed = now.attempt && fact_is(now.attempt, "result", "failure") &&
		!(now.licensed && never_began(now.attempt));
	/* Nobody tried while the evidence was gathered, but the service did. */
	now.log = log_of(view, now.target);
	now.failed |=
		!now.attempt && now.licensed && now.log && !fact_is(now.log, "state", "working");
	/* The licence was renewed within the last two hours, or after the attempt. */
	if (now.licensed && now.renewal &&
		fact_number(now.renewal, "minutes-left", 0) >= RENEWAL_FRESH_MINUTES)
		now.failed = false;
	return now;
}

/* An attempt that succeeded makes an older "not licensed" history. */
static bool is_active(const struct situation *now)
{
	if (now->succeeded && now->known && !now->licensed)
		return !stands_below(fact_get(now->target, "activated")->line, now->attempt->line);
	return now->known ? now->licensed : !now->failed;
}

/* An add-on with a key and no licence, while Windows has one: that is what the case is about. */
static void add_esu_state(struct view *view)
{
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence)) {
		const struct fact_value *status = fact_get(licence, "status");
		if (!fact_is(licence, "app", "esu") || !fact_is(licence, "in-use", "yes") ||
			!status->set || fact_is(licence, "status", "licensed"))
			continue;
		struct fact *fact = view_add(view, &activation, status->line);
		view_put(view, fact, NULL, "state", STR("failing"));
		view_put(view, fact, NULL, "app", STR("esu"));
		view_copy(view, fact, "code", licence, "reason");
		return;
	}
}

static void add_state_of_log(struct view *view, const struct fact *log)
{
	struct fact *fact = view_add(view, &activation, fact_get(log, "state")->line);
	view_copy(view, fact, "state", log, "state");
	view_copy(view, fact, "app", log, "app");
	view_copy(view, fact, "code", log, "code");
}

static void derive_activation_state(struct view *view)
{
	struct situation now = look(view);
	if (!now.attempt && !now.known) {
		if (now.log)
			add_state_of_log(view, now.log);
		return;
	}
	if (now.licensed && fact_is(now.target, "app", "windows"))
		add_esu_state(view);
	bool active = is_active(&now);
	bool late =
		active && !now.succeeded && now.renewal && fact_is(now.renewal, "state", "late");
	const struct line *line = now.known && active == now.licensed
		? fact_get(now.target, "activated")->line
		: now.attempt->line;
	struct fact *fact = view_add(view, &activation, line);
	const struct fact *failure = now.attempt ? now.attempt : now.log;
	const struct line *why = !active ? line
		: now.failed             ? failure->line
		: late                   ? now.renewal->line
					 : line;
	view_put(view, fact, why, "state",
		!active                      ? STR("failing")
			: now.failed || late ? STR("renewal-failing")
					     : STR("working"));
	if (now.target)
		view_copy(view, fact, "app", now.target, "app");
	if (now.failed)
		view_copy(view, fact, "code", failure, "code");
	else if (now.target && !active)
		view_copy(view, fact, "code", now.target, "reason");
}
const struct derivation derive_activation = {&activation, derive_activation_state};

static const struct fact_kind symptom = {
	.name = "symptom",
	.says = "an error code that the licensing tools gave",
	.fields =
		{
			{"code", FACT_CODE, "the code", NULL, FACT_KEY},
			{"where", FACT_WORD,
				"attempt: of an activation; command: of another call; state: why the licence is in its "
				"state; event: of the service's own attempts, where nobody made one by hand",
				"attempt|command|state|event"},
			{0},
		},
};

static void add_symptom(struct view *view, const struct fact_value *code, struct str where)
{
	if (!code->set || code->number == 0)
		return;
	FOR_EACH_FACT (known, view_bucket(view, &symptom))
		if (fact_number(known, "code", 0) == code->number)
			return;
	struct fact *fact = view_add(view, &symptom, code->line);
	view_put(view, fact, NULL, "code", code->text);
	view_put(view, fact, NULL, "where", where);
}

/* Was a call that was refused for lack of rights made again with them, further down? */
static bool was_repeated(const struct bucket *calls, size_t refused)
{
	const struct fact *call = calls->at[refused];
	for (size_t i = refused + 1; i < calls->count && i <= refused + LIMIT_STATES_COMPARED; i++)
		if (str_equal(fact_text(calls->at[i], "verb"), fact_text(call, "verb")) &&
			!is_denied(calls->at[i]) && stands_below(calls->at[i]->line, call->line))
			return true;
	return false;
}

/* A success of the same call later on has replaced the failure already (facts_supersede); one with
 * another key installed in between has not. */
/* Codes of events come in where no call to activate was recorded: first those of whole attempts. */
static void add_event_symptoms(struct view *view)
{
	const struct fact *target = the_target(view);
	const struct fact *log = log_of(view, target);
	struct str app = target ? fact_text(target, "app")
		: log           ? fact_text(log, "app")
				: STR("windows");
	FOR_EACH_FACT (call, view_bucket(view, &kind_slmgr_result))
		if (is_attempt(call) && !never_began(call) && !fact_is(call, "result", "silent"))
			return;
	FOR_EACH_FACT (failure, view_kind(view, "event-failure"))
		if (str_equal(fact_text(failure, "app"), app) ||
			(fact_is(failure, "app", "unknown") && str_equal(app, STR("windows"))))
			add_symptom(view, fact_get(failure, "code"), STR("event"));
}

static bool is_grace_product(const struct fact *fact)
{
	return str_has_nocase(fact_text(fact, "product"), STR("_Grace edition"));
}

/* Setup leaves a time-limited product beside the one that was bought; that its attempt fails says nothing. */
static bool has_office_to_keep(const struct view *view)
{
	FOR_EACH_FACT (licence, view_bucket(view, &kind_licence))
		if (fact_is(licence, "app", "office") && !is_grace_product(licence))
			return true;
	return false;
}

static void derive_symptoms(struct view *view)
{
	bool pass_over_grace = has_office_to_keep(view);
	const struct bucket *calls = view_bucket(view, &kind_slmgr_result);
	const bool *retracted = retracted_calls(view);
	for (int attempts = 1; attempts >= 0; attempts--)
		for (size_t i = 0; i < calls->count; i++) {
			const struct fact *call = calls->at[i];
			if (!fact_is(call, "result", "failure") || retracted[i] ||
				is_attempt(call) != (attempts == 1) ||
				(pass_over_grace && is_grace_product(call)) ||
				(is_denied(call) && was_repeated(calls, i)))
				continue;
			add_symptom(view, fact_get(call, "code"),
				attempts ? STR("attempt") : STR("command"));
		}
	add_event_symptoms(view);
	FOR_EACH_FACT (state, view_bucket(view, &activation))
		if (fact_is(state, "state", "failing") && !fact_is(state, "app", "esu") &&
			the_target(view))
			add_symptom(view, fact_get(the_target(view), "reason"), STR("state"));
}
const struct derivation derive_symptom = {&symptom, derive_symptoms};
