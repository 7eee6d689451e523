/*
 * The KMS hosts that the machine's own requests went to, and whose they are by the domain in their names.
 *
 * A name in another domain is no proof of anything: organisations have several. Together with an answer that refuses
 * the product, or with a host of the own domain beside it, it is worth a look.
 */
#include "derive.h"

#define OUTCOMES \
	"accepted|no-answer|refused|name-unresolved|rpc-broken|denied|count-low|time-stamp|" \
	"not-covered|host-not-activated|rejected|other"

static const struct fact_kind kms_asked = {
	.name = "kms-asked",
	.says = "what became of the machine's own last request to a KMS host, about the product that this case is "
		"about; by events",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"outcome", FACT_WORD, "as in kms-attempt", OUTCOMES},
			{"code", FACT_CODE, "the code of that request"},
			{"port", FACT_NUMBER, "port"},
			{"via", FACT_WORD, "how the machine comes to it, as in kms-target",
				"setting|dns|cache|probe|event"},
			{"use", FACT_WORD, "how surely it would contact it again, as in kms-target",
				"certain|likely|possible|no"},
			{"announced", FACT_FLAG, "an SRV record names it"},
			{"single-label", FACT_FLAG, "its name has no domain"},
			{0},
		},
};

static const struct fact *target_of(const struct view *view, struct str host)
{
	FOR_EACH_FACT (target, view_kind(view, "kms-target"))
		if (str_equal_nocase(fact_text(target, "host"), host))
			return target;
	return NULL;
}

static void derive_asked(struct view *view)
{
	static const char *const same[] = {"via", "use", "announced", "single-label"};
	FOR_EACH_FACT (attempt, view_kind(view, "kms-attempt")) {
		if (!fact_is(attempt, "counts", "yes") || !fact_is_set(attempt, "outcome"))
			continue;
		const struct fact *target = target_of(view, fact_text(attempt, "host"));
		struct fact *fact = view_add(view, &kms_asked, fact_get(attempt, "outcome")->line);
		view_copy(view, fact, "host", attempt, "host");
		view_copy(view, fact, "outcome", attempt, "outcome");
		view_copy(view, fact, "code", attempt, "code");
		view_copy(view, fact, "port", attempt, "port");
		for (size_t i = 0; target && i < sizeof same / sizeof *same; i++)
			view_copy(view, fact, same[i], target, same[i]);
	}
}
const struct derivation derive_kms_asked = {&kms_asked, derive_asked};

static const struct fact_kind kms_host_owner = {
	.name = "kms-host-owner",
	.says = "the domain of a KMS host that this machine has reason to contact, beside its own",
	.fields =
		{
			{"host", FACT_NAME, "the KMS host", NULL, FACT_KEY},
			{"domain", FACT_WORD,
				"own: that of this machine, one above or below it, or a sibling of it; other: another "
				"one",
				"own|other"},
			{"via", FACT_WORD, "how the machine comes to it, as in kms-target",
				"setting|dns|cache|probe|event"},
			{"asked", FACT_WORD,
				"what became of the last request to it, as in kms-target",
				"accepted|no-answer|refused|name-unresolved|rpc-broken|denied|count-low|time-stamp|"
				"not-covered|host-not-activated|rejected|other"},
			{0},
		},
};

/* The last two labels: "corp.contoso.com" and "emea.contoso.com" belong together. Of "contoso.co.uk" that is too
 * little, which errs towards "own". */
static struct str registered(struct str name)
{
	size_t last = str_find_last_char(name, '.');
	if (last == STR_NONE)
		return STR("");
	size_t before = str_find_last_char(str_slice(name, 0, last), '.');
	return before == STR_NONE ? name : str_from(name, before + 1);
}

/* Yes, no, or 0 when the machine's own domain is not known. */
enum owner { OWNER_UNKNOWN, OWNER_SELF, OWNER_OTHER };

static enum owner owner_of(const struct view *view, struct str host)
{
	enum owner owner = OWNER_UNKNOWN;
	struct str domain = registered(host);
	FOR_EACH_FACT (suffix, view_kind(view, "suffix-in-use")) {
		if (fact_is(suffix, "from", "connection"))
			continue; /* whatever a DHCP server says */
		if (str_equal_nocase(registered(fact_text(suffix, "suffix")), domain))
			return OWNER_SELF;
		owner = OWNER_OTHER;
	}
	FOR_EACH_FACT (member, view_kind(view, "membership"))
		if (fact_is_set(member, "domain") &&
			str_equal_nocase(registered(fact_text(member, "domain")), domain))
			return OWNER_SELF;
	return owner;
}

static void put_asked(struct view *view, struct fact *fact, struct str host)
{
	FOR_EACH_FACT (asked, view_bucket(view, &kms_asked))
		if (str_equal_nocase(fact_text(asked, "host"), host))
			view_copy(view, fact, "asked", asked, "outcome");
}

static void derive_owners(struct view *view)
{
	FOR_EACH_FACT (target, view_kind(view, "kms-target")) {
		struct str host = fact_text(target, "host");
		if (!fact_is(target, "kind", "organisation") || !registered(host).size)
			continue;
		enum owner owner = owner_of(view, host);
		if (owner == OWNER_UNKNOWN)
			continue;
		struct fact *fact = view_add(view, &kms_host_owner, target->line);
		view_copy(view, fact, "host", target, "host");
		view_put(view, fact, NULL, "domain",
			owner == OWNER_SELF ? STR("own") : STR("other"));
		view_copy(view, fact, "via", target, "via");
		put_asked(view, fact, host);
	}
}
const struct derivation derive_kms_host_owner = {&kms_host_owner, derive_owners};
