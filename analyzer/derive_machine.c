/*
 * What the machine is: its name, its membership, the DNS suffixes it uses.
 */
#include "derive.h"

/* Windows cuts NetBIOS names at 15 characters, and some tools print the whole DNS name. */
#define NETBIOS_NAME 15

static const struct fact_kind computer = {
	.name = "computer",
	.says = "the machine's name, from each place that prints it: two names are two machines",
	.fields = {{"name", FACT_NAME, "first label, at most 15 characters", NULL, FACT_SINGLE},
		{0}},
};

static void computer_from(struct view *view, const char *kind, const char *field)
{
	FOR_EACH_FACT (fact, view_kind(view, kind)) {
		const struct fact_value *value = fact_get(fact, field);
		if (!value->set)
			continue;
		struct str name = value->text;
		struct str label = str_slice(str_cut(&name, '.'), 0, NETBIOS_NAME);
		view_put(view, view_add(view, &computer, value->line), NULL, "name", label);
	}
}

static void derive_computer_name(struct view *view)
{
	computer_from(view, "ip-host", "computer");
	computer_from(view, "system", "computer");
	computer_from(view, "device-join", "device-name");
}
const struct derivation derive_computer = {&computer, derive_computer_name};

static const struct fact_kind membership = {
	.name = "membership",
	.says = "whether the machine belongs to a domain",
	.fields =
		{
			{"domain-joined", FACT_FLAG, "member of an Active Directory domain"},
			{"domain", FACT_NAME, "that domain"},
			{"azure-ad", FACT_FLAG, "joined to the cloud directory"},
			{0},
		},
};

static void membership_of_system(struct view *view)
{
	FOR_EACH_FACT (system, view_kind(view, "system")) {
		const struct fact_value *workgroup = fact_get(system, "workgroup");
		const struct fact_value *domain = fact_get(system, "domain");
		if (!workgroup->set && !domain->set)
			continue;
		bool joined = !fact_is(system, "workgroup", "yes") &&
			(fact_is(system, "member", "yes") ||
				str_find_char(domain->text, '.') != STR_NONE);
		if (!joined && !fact_is(system, "workgroup", "yes"))
			continue;
		const struct line *line = domain->set ? domain->line : workgroup->line;
		struct fact *fact = view_add(view, &membership, line);
		view_put(view, fact, line, "domain-joined", joined ? STR("yes") : STR("no"));
		if (joined)
			view_copy(view, fact, "domain", system, "domain");
	}
}

static void derive_membership_facts(struct view *view)
{
	membership_of_system(view);
	FOR_EACH_FACT (join, view_kind(view, "device-join")) {
		const struct fact_value *domain = fact_get(join, "domain");
		if (!domain->set)
			continue;
		struct fact *fact = view_add(view, &membership, domain->line);
		view_copy(view, fact, "domain-joined", join, "domain");
		view_copy(view, fact, "domain", join, "domain-name");
		view_copy(view, fact, "azure-ad", join, "azure-ad");
	}
}
const struct derivation derive_membership = {&membership, derive_membership_facts};

static const struct fact_kind suffix_in_use = {
	.name = "suffix-in-use",
	.says = "a DNS suffix under which this machine looks for KMS hosts",
	.fields =
		{
			{"suffix", FACT_NAME, "contoso.com", NULL, FACT_KEY},
			{"from", FACT_WORD, "why it is in use",
				"primary|domain|search-list|connection|lookup-domain"},
			{0},
		},
};

static void add_suffix(struct view *view, const struct fact_value *value, struct str from)
{
	if (!value->set || value->text.size == 0 || str_find_char(value->text, '.') == STR_NONE)
		return;
	FOR_EACH_FACT (known, view_bucket(view, &suffix_in_use))
		if (str_equal_nocase(fact_text(known, "suffix"), value->text))
			return;
	struct fact *fact = view_add(view, &suffix_in_use, value->line);
	view_put(view, fact, NULL, "suffix", value->text);
	view_put(view, fact, NULL, "from", from);
}

static void derive_suffixes(struct view *view)
{
	FOR_EACH_FACT (client, view_kind(view, "kms-client"))
		add_suffix(view, fact_get(client, "lookup-domain"), STR("lookup-domain"));
	FOR_EACH_FACT (host, view_kind(view, "ip-host"))
		add_suffix(view, fact_get(host, "primary-suffix"), STR("primary"));
	FOR_EACH_FACT (member, view_bucket(view, &membership))
		add_suffix(view, fact_get(member, "domain"), STR("domain"));
	static const char *const order[] = {"primary", "search-list", "connection"};
	for (size_t i = 0; i < 3; i++)
		FOR_EACH_FACT (suffix, view_kind(view, "dns-suffix"))
			if (fact_is(suffix, "from", order[i]))
				add_suffix(view, fact_get(suffix, "suffix"), str_of(order[i]));
}
const struct derivation derive_suffix_in_use = {&suffix_in_use, derive_suffixes};
