/*
 * Which product is meant to be activated, how, and whether it is.
 */
#include "derive.h"

#include "editions.h"

#include "kinds.h"

#define MINUTES_PER_DAY 1440
/* A KMS client renews every 7 days and then has 180 again; three missed renewals are no holiday. */
#define RENEWAL_LATE_MINUTES ((180 - 21) * MINUTES_PER_DAY)

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

static bool is_candidate(const struct fact *licence)
{
	return fact_is(licence, "in-use", "yes") && !fact_is(licence, "app", "esu");
}

/* Higher is rather the one: a failing product says why the case was opened. */
static int urgency(const struct fact *licence)
{
	bool known = fact_is_set(licence, "status");
	bool failing = known && !fact_is(licence, "status", "licensed");
	return 4 * failing + 2 * fact_is(licence, "app", "windows") + known;
}

static struct str method_of(const struct fact *licence)
{
	struct str channel = fact_text(licence, "channel"), key = fact_text(licence, "key-channel");
	if (str_equal(channel, STR("kms-client")) || (!channel.size && str_has(key, STR("GVLK"))))
		return STR("kms");
	if (!channel.size && str_has(key, STR("MAK")))
		return STR("mak");
	return channel;
}

static void derive_target(struct view *view)
{
	const struct fact *chosen = NULL;
	FOR_EACH_FACT(licence, view_bucket(view, &kind_licence))
	if (is_candidate(licence) && (!chosen || urgency(licence) > urgency(chosen)))
		chosen = licence;
	if (!chosen)
		return;
	struct fact *fact = view_add(view, &licence_target, chosen->line);
	static const char *const same[] = {"app", "product", "activation-id", "status", "reason",
		"partial-key", "activation-type"};
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

static const struct fact_kind activation = {
	.name = "activation",
	.says = "whether activation works",
	.fields =
		{
			{"state", FACT_WORD,
				"failing; renewal-failing: still licensed, but the last attempt failed; working",
				"failing|renewal-failing|working"},
			{"app", FACT_WORD, "of what", "windows|office|other"},
			{"code", FACT_CODE, "of the attempt, or the notification reason"},
			{0},
		},
};

static bool is_attempt(const struct fact *result)
{
	return fact_is(result, "verb", "ato") || fact_is(result, "verb", "act");
}

/* The last attempt of which anything is known. */
static const struct fact *last_attempt(const struct view *view)
{
	const struct fact *last = NULL;
	FOR_EACH_FACT(result, view_bucket(view, &kind_slmgr_result))
	if (is_attempt(result) && !fact_is(result, "result", "silent"))
		last = result;
	return last;
}

static void derive_activation_state(struct view *view)
{
	const struct fact *target = NULL, *attempt = last_attempt(view);
	FOR_EACH_FACT(found, view_bucket(view, &licence_target))
	target = found;
	bool failed = attempt && fact_is(attempt, "result", "failure");
	bool known = target && fact_is_set(target, "activated");
	if (!attempt && !known)
		return;
	bool active = known ? fact_is(target, "activated", "yes") : !failed;
	const struct line *line = known ? fact_get(target, "activated")->line : attempt->line;
	struct fact *fact = view_add(view, &activation, line);
	view_put(view, fact, active && failed ? attempt->line : line, "state",
		!active          ? STR("failing")
			: failed ? STR("renewal-failing")
				 : STR("working"));
	if (target)
		view_copy(view, fact, "app", target, "app");
	if (failed)
		view_copy(view, fact, "code", attempt, "code");
	else if (target && !active)
		view_copy(view, fact, "code", target, "reason");
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
				"state",
				"attempt|command|state"},
			{0},
		},
};

static void add_symptom(struct view *view, const struct fact_value *code, struct str where)
{
	if (!code->set || code->number == 0)
		return;
	FOR_EACH_FACT(known, view_bucket(view, &symptom))
	if (fact_number(known, "code", 0) == code->number)
		return;
	struct fact *fact = view_add(view, &symptom, code->line);
	view_put(view, fact, NULL, "code", code->text);
	view_put(view, fact, NULL, "where", where);
}

/* A success of the same call later on has replaced the failure already (facts_supersede). */
static void derive_symptoms(struct view *view)
{
	for (int attempts = 1; attempts >= 0; attempts--)
		FOR_EACH_FACT(result, view_bucket(view, &kind_slmgr_result))
	if (fact_is(result, "result", "failure") && is_attempt(result) == (attempts == 1))
		add_symptom(
			view, fact_get(result, "code"), attempts ? STR("attempt") : STR("command"));
	FOR_EACH_FACT(target, view_bucket(view, &licence_target))
	if (!fact_is(target, "activated", "yes"))
		add_symptom(view, fact_get(target, "reason"), STR("state"));
}
const struct derivation derive_symptom = {&symptom, derive_symptoms};

static const struct fact_kind renewal = {
	.name = "renewal",
	.says = "whether a licensed KMS client keeps renewing",
	.fields =
		{
			{"state", FACT_WORD, "late: three renewals or more were missed",
				"on-time|late"},
			{"days-left", FACT_NUMBER, "until the licence ends"},
			{0},
		},
};

static void derive_renewal_state(struct view *view)
{
	FOR_EACH_FACT(licence, view_bucket(view, &kind_licence))
	{
		const struct fact_value *left = fact_get(licence, "remaining-minutes");
		if (!left->set || !is_candidate(licence) ||
			!fact_is(licence, "status", "licensed") ||
			!str_equal(method_of(licence), STR("kms")))
			continue;
		struct fact *fact = view_add(view, &renewal, left->line);
		view_put(view, fact, NULL, "state",
			left->number < RENEWAL_LATE_MINUTES ? STR("late") : STR("on-time"));
		view_put_number(view, fact, NULL, "days-left", left->number / MINUTES_PER_DAY);
	}
}
const struct derivation derive_renewal = {&renewal, derive_renewal_state};

static const struct fact_kind edition_key = {
	.name = "edition-key",
	.says = "the installed key beside the installed edition",
	.fields =
		{
			{"edition", FACT_NAME,
				"EditionID of the system: Professional, ServerStandard"},
			{"key-edition", FACT_NAME, "edition that the key is for"},
			{"matches", FACT_FLAG, "both are the same"},
			{"key", FACT_WORD,
				"what is known about the key by its last five characters: a published KMS client setup "
				"key, a generic key that setup installs, or neither",
				"kms-client-setup|generic-retail|other"},
			{0},
		},
};

/* The edition the system says it is, with the line that says so. */
static const struct line *system_edition(const struct view *view, struct str *edition)
{
	FOR_EACH_FACT(value, view_kind(view, "registry-value"))
	if (fact_is(value, "name", "EditionID") && fact_is(value, "leaf", "CurrentVersion") &&
		fact_text(value, "data").size) {
		*edition = fact_text(value, "data");
		return fact_get(value, "data")->line;
	}
	FOR_EACH_FACT(system, view_kind(view, "system"))
	if (edition_of_os_name(fact_text(system, "os-name"), edition))
		return fact_get(system, "os-name")->line;
	return NULL;
}

static void derive_edition_key_facts(struct view *view)
{
	struct str edition = STR(""), key_edition;
	const struct line *line = system_edition(view, &edition);
	FOR_EACH_FACT(target, view_bucket(view, &licence_target))
	{
		const struct fact_value *partial = fact_get(target, "partial-key");
		if (!fact_is(target, "app", "windows") || !partial->set)
			continue;
		struct fact *fact = view_add(view, &edition_key, partial->line);
		view_put(view, fact, NULL, "key", str_of(key_word(partial->text)));
		if (line)
			view_put(view, fact, line, "edition", edition);
		if (!edition_of_product(fact_text(target, "product"), &key_edition))
			continue;
		const struct line *product = fact_get(target, "product")->line;
		view_put(view, fact, product, "key-edition", key_edition);
		if (line)
			view_put(view, fact, line, "matches",
				str_equal_nocase(edition, key_edition) ? STR("yes") : STR("no"));
	}
}
const struct derivation derive_edition_key = {&edition_key, derive_edition_key_facts};
