/*
 * Access control lists against what they are on a healthy machine (icacls-format, section 6; network-time,
 * section 6.2; causes C56 to C58, C61, C75).
 *
 * An entry that is missing is a finding only when the end of the list was seen, and when nobody else in it lets
 * the licensing service in: it runs as NETWORK SERVICE with a SID of its own, and so is Everyone, one of the
 * Authenticated Users, of the Users, and a SERVICE. Names that could not be told hold back what they could
 * disprove. Two of them with full control are SYSTEM and Administrators in a language that is not known.
 */
#include "derive.h"

#include "acl.h"

#include <string.h>

static const struct fact_kind acl_problem = {
	.name = "acl-problem",
	.says = "an access control list that is not as on a healthy machine",
	.fields =
		{
			{"place", FACT_WORD, "which object of interest, as in acl",
				"token-store|token-store-file|token-store-7|spp|system-file|system32|windows|"
				"program-files|drive-root|windows-temp|service-temp|user-temp|registry-spp|"
				"registry-wpa|registry-s20|registry-enum|registry-windows|service-plugplay|"
				"service-sppsvc|service|other",
				FACT_KEY},
			{"path", FACT_TEXT, "the object", NULL, FACT_KEY},
			{"problem", FACT_WORD,
				"service-missing: the account that licensing needs has no access; system-missing, "
				"users-missing: nor SYSTEM, nor those who are to use it; installer-missing: "
				"TrustedInstaller lost its control; deny: an entry forbids; deny-unknown: it is not "
				"known whom; everyone-full, users-full, users-write: more people may than should; "
				"reset: only inherited entries where own ones belong; inheritance-off: own ones where "
				"inherited ones belong; owner-changed; label: only programs of an administrator may write",
				"service-missing|system-missing|users-missing|installer-missing|deny|"
				"deny-unknown|"
				"everyone-full|users-full|users-write|reset|inheritance-off|owner-"
				"changed|label",
				FACT_KEY},
			{"principal", FACT_TEXT, "who it is about"},
			{"sid", FACT_NAME, "its SID", NULL, FACT_KEY},
			{0},
		},
};

static const struct fact_kind acl_check = {
	.name = "acl-check",
	.says = "whether the access control list of an object of interest is as it should be",
	.fields =
		{
			{"place", FACT_WORD, "which object of interest, as in acl",
				"token-store|token-store-file|token-store-7|spp|system-file|system32|windows|"
				"program-files|drive-root|windows-temp|service-temp|user-temp|registry-spp|"
				"registry-wpa|registry-s20|registry-enum|registry-windows|service-plugplay|"
				"service-sppsvc|service|other",
				FACT_KEY},
			{"path", FACT_TEXT, "the object", NULL, FACT_KEY},
			{"sound", FACT_FLAG,
				"yes: the whole list was read, and nothing is wrong with it"},
			{0},
		},
};

static const struct fact_kind acl_damage = {
	.name = "acl-damage",
	.says = "how far damaged access control lists reach",
	.fields =
		{
			{"places", FACT_NUMBER,
				"protected places that do not belong together and are damaged"},
			{"first", FACT_TEXT, "one of them"},
			{0},
		},
};

/* One list: its own fact, and the entries that stand behind it. */
struct list {
	struct view *view;
	const struct fact *acl;
	const struct fact *const *ace;
	size_t count;
	const char *place;
	bool whole;
	bool language_known; /* what is not resolved is an account */
};

/* What a place is checked for. */
enum check {
	NEEDS_SERVICE = 1,    /* the licensing service writes there */
	NEEDS_NETWORK = 2,    /* NETWORK SERVICE does */
	NEEDS_SYSTEM = 4,     /* SYSTEM has full control */
	NEEDS_USERS = 8,      /* anybody may create files */
	NEEDS_INSTALLER = 16, /* TrustedInstaller has full control and owns it */
	OWN_LIST = 32,        /* inherits nothing */
	INHERITS = 64,        /* has nothing of its own */
	NO_DENY = 128,
	NO_WRITERS = 256,       /* Users may at most read */
	NO_FULL_USERS = 512,    /* Users may have some rights, not all */
	OWNED_BY_SYSTEM = 1024, /* not by an account */
	NO_LABEL = 2048,
};

static const struct {
	const char *place;
	unsigned checks;
	uint32_t needs; /* rights that NEEDS_SERVICE and NEEDS_NETWORK are about */
} healthy[] = {
	{"token-store", NEEDS_SERVICE | OWN_LIST | NO_DENY | NO_WRITERS | OWNED_BY_SYSTEM, 0x3},
	{"token-store-file", NEEDS_SERVICE | NO_DENY | NO_WRITERS | OWNED_BY_SYSTEM, 0x3},
	{"token-store-7", NEEDS_NETWORK | NO_DENY | NO_WRITERS | OWNED_BY_SYSTEM, 0x3},
	{"spp", INHERITS | NO_DENY | NO_WRITERS | OWNED_BY_SYSTEM, 0},
	{"system-file", NEEDS_INSTALLER | OWN_LIST | NO_DENY | NO_WRITERS | OWNED_BY_SYSTEM, 0},
	{"system32", NO_DENY | NO_WRITERS | NEEDS_INSTALLER | OWNED_BY_SYSTEM, 0},
	{"windows", NO_DENY | NO_WRITERS | NEEDS_INSTALLER | OWNED_BY_SYSTEM, 0},
	{"program-files", NO_DENY | NO_WRITERS | NEEDS_INSTALLER | OWNED_BY_SYSTEM, 0},
	{"drive-root", NO_FULL_USERS, 0},
	{"windows-temp", NO_DENY | NEEDS_SYSTEM | NEEDS_USERS | NO_FULL_USERS | NO_LABEL, 0},
	{"service-temp", NO_DENY | NEEDS_NETWORK | NO_FULL_USERS, 0x3},
	{"user-temp", NO_DENY | NEEDS_SYSTEM | NO_LABEL, 0},
	{"registry-spp", NEEDS_SERVICE | NO_DENY | NO_FULL_USERS, 0x2},
	{"registry-wpa", NEEDS_SERVICE | NO_DENY | NO_FULL_USERS, 0xB},
	{"registry-s20", NEEDS_SERVICE | NO_DENY | NO_FULL_USERS, 0x2},
	{"registry-enum", NEEDS_SYSTEM | NO_DENY, 0},
	{"service-plugplay", 0, 0x5}, /* SERVICE must be let in: judged apart */
	{"service-sppsvc", NEEDS_SYSTEM | NO_DENY, 0},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define FILE_ALL 0xF003Fu /* the rights that files and keys have in common */

static bool has_sid(const struct fact *ace, const char *sid)
{
	return fact_is(ace, "sid", sid);
}

static bool is_one_of(const struct fact *ace, const char *const *sids)
{
	for (; *sids; sids++)
		if (has_sid(ace, *sids))
			return true;
	return false;
}

/* Those that a process of the licensing service is. */
static const char *const service_is[] = {SID_SPPSVC, SID_NETWORK_SERVICE, SID_SERVICE, SID_EVERYONE,
	SID_AUTHENTICATED, SID_USERS, NULL};
static const char *const network_is[] = {
	SID_NETWORK_SERVICE, SID_SERVICE, SID_EVERYONE, SID_AUTHENTICATED, SID_USERS, NULL};
static const char *const people[] = {
	SID_USERS, SID_AUTHENTICATED, "S-1-5-4", "S-1-5-32-546", "S-1-5-7", NULL};
static const char *const writers[] = {SID_USERS, SID_AUTHENTICATED, SID_EVERYONE, "S-1-5-4", NULL};
static const char *const system_is[] = {SID_SYSTEM, SID_EVERYONE, NULL};
static const char *const installer_is[] = {SID_TRUSTED_INSTALLER, NULL};
static const char *const plugplay_is[] = {SID_SERVICE, SID_EVERYONE, SID_AUTHENTICATED, NULL};
/* Denied, these matter to activation: the service, and who repairs it. */
static const char *const needed[] = {SID_SPPSVC, SID_NETWORK_SERVICE, SID_SERVICE, SID_EVERYONE,
	SID_AUTHENTICATED, SID_USERS, SID_SYSTEM, SID_ADMINISTRATORS, NULL};

static uint32_t mask_of(const struct fact *ace)
{
	uint32_t mask = (uint32_t)fact_number(ace, "mask", 0);
	if (mask & 0x10000000u) /* GENERIC_ALL */
		mask |= 0x1F01FF;
	if (mask & 0x40000000u) /* GENERIC_WRITE */
		mask |= 0x120116;
	if (mask & 0x80000000u) /* GENERIC_READ */
		mask |= 0x120089;
	return mask;
}

static bool is_allow(const struct fact *ace)
{
	return fact_is(ace, "type", "allow") && fact_is(ace, "applies", "yes");
}

/* What these are allowed on the object, together. */
static uint32_t allowed(const struct list *list, const char *const *sids)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < list->count; i++)
		if (is_allow(list->ace[i]) && is_one_of(list->ace[i], sids))
			mask |= mask_of(list->ace[i]);
	return mask;
}

/* Different principals that could not be told and may write. SYSTEM and Administrators are two. */
static size_t unknown_writers(const struct list *list)
{
	const struct fact *seen[3] = {NULL};
	size_t count = 0;
	for (size_t i = 0; i < list->count && count < 3; i++) {
		const struct fact *ace = list->ace[i];
		bool is_new = !fact_is_set(ace, "sid") && is_allow(ace) && (mask_of(ace) & 0x2);
		for (size_t k = 0; k < count && is_new; k++)
			is_new = !str_equal(
				fact_text(seen[k], "principal"), fact_text(ace, "principal"));
		if (is_new)
			seen[count++] = ace;
	}
	return count;
}

static bool is_known_language(const struct list *list)
{
	static const char *const translated[] = {SID_SYSTEM, SID_ADMINISTRATORS, SID_USERS,
		SID_AUTHENTICATED, SID_NETWORK_SERVICE, NULL};
	for (size_t i = 0; i < list->count; i++)
		if (is_one_of(list->ace[i], translated))
			return true;
	return false;
}

static void put(const struct list *list, const char *problem, const struct fact *ace,
	const char *principal, const char *sid)
{
	struct view *view = list->view;
	if (view_is_full(view, &acl_problem))
		return;
	struct fact *fact = view_add(view, &acl_problem, ace ? ace->line : list->acl->line);
	view_copy(view, fact, "place", list->acl, "place");
	view_copy(view, fact, "path", list->acl, "path");
	view_put(view, fact, fact->line, "problem", str_of(problem));
	if (ace) {
		view_copy(view, fact, "principal", ace, "principal");
		view_copy(view, fact, "sid", ace, "sid");
	} else if (principal) {
		view_put(view, fact, fact->line, "principal", str_of(principal));
		view_put(view, fact, fact->line, "sid", str_of(sid));
	}
}

/* Is somebody missing? Only a list that was seen to its end can say so. */
static bool lacks(const struct list *list, const char *const *sids, uint32_t rights)
{
	if (!list->whole || (allowed(list, sids) & rights) == rights)
		return false;
	return list->language_known || unknown_writers(list) <= 2;
}

static void check_missing(const struct list *list, unsigned checks, uint32_t needs)
{
	if ((checks & NEEDS_SERVICE) && lacks(list, service_is, needs))
		put(list, "service-missing", NULL, "NT SERVICE\\sppsvc", SID_SPPSVC);
	if ((checks & NEEDS_NETWORK) && lacks(list, network_is, needs))
		put(list, "service-missing", NULL, "NT AUTHORITY\\NETWORK SERVICE",
			SID_NETWORK_SERVICE);
	if ((checks & NEEDS_INSTALLER) && lacks(list, installer_is, FILE_ALL))
		put(list, "installer-missing", NULL, "NT SERVICE\\TrustedInstaller",
			SID_TRUSTED_INSTALLER);
	if (strcmp(list->place, "service-plugplay") == 0 && lacks(list, plugplay_is, needs))
		put(list, "service-missing", NULL, "NT AUTHORITY\\SERVICE", SID_SERVICE);
	/* These two are looked for under translated names only. */
	if (!list->language_known)
		return;
	/* Of a service these rights are to look at it and to start it. */
	uint32_t system = strcmp(list->place, "service-sppsvc") == 0 ? 0x14 : 0xB;
	if ((checks & NEEDS_SYSTEM) && lacks(list, system_is, system))
		put(list, "system-missing", NULL, "NT AUTHORITY\\SYSTEM", SID_SYSTEM);
	if ((checks & NEEDS_USERS) && lacks(list, writers, 0x2))
		put(list, "users-missing", NULL, "BUILTIN\\Users", SID_USERS);
}

static void check_deny(const struct list *list, const struct fact *ace)
{
	if (is_one_of(ace, needed))
		put(list, "deny", ace, NULL, NULL);
	else if (!fact_is_set(ace, "sid") && !list->language_known)
		put(list, "deny-unknown", ace, NULL, NULL);
}

static void check_entries(const struct list *list, unsigned checks)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct fact *ace = list->ace[i];
		bool full = fact_is(ace, "rights", "full");
		if (fact_is(ace, "type", "deny")) {
			if (checks & NO_DENY)
				check_deny(list, ace);
		} else if (has_sid(ace, SID_EVERYONE)) {
			if (full)
				put(list, "everyone-full", ace, NULL, NULL);
			else if ((checks & NO_WRITERS) && (mask_of(ace) & 0x2))
				put(list, "users-write", ace, NULL, NULL);
		} else if (is_one_of(ace, people)) {
			if (full && (checks & (NO_WRITERS | NO_FULL_USERS)))
				put(list, "users-full", ace, NULL, NULL);
			else if ((checks & NO_WRITERS) && (mask_of(ace) & 0x2))
				put(list, "users-write", ace, NULL, NULL);
		}
	}
}

/* A user's or a domain group's SID, or a name that is none of Windows' own. */
static bool is_account(const struct list *list, struct str owner)
{
	if (principal_is_sid(owner))
		return str_starts(owner, STR("S-1-5-21-"));
	return list->language_known && str_find_char(owner, '\\') != STR_NONE;
}

static void check_owner(const struct list *list, unsigned checks)
{
	struct str owner = fact_text(list->acl, "owner");
	bool changed = (checks & OWNED_BY_SYSTEM) && owner.size && is_account(list, owner);
	/* Administrators is what "takeown /a" leaves on a file of Windows. */
	if ((checks & NEEDS_INSTALLER) && str_equal(owner, STR(SID_ADMINISTRATORS)))
		changed = true;
	if (!changed || view_is_full(list->view, &acl_problem))
		return;
	const struct line *line = fact_get(list->acl, "owner")->line;
	struct fact *fact = view_add(list->view, &acl_problem, line);
	view_copy(list->view, fact, "place", list->acl, "place");
	view_copy(list->view, fact, "path", list->acl, "path");
	view_put(list->view, fact, line, "problem", STR("owner-changed"));
	view_copy(list->view, fact, "principal", list->acl, "owner");
}

static void check_inheritance(const struct list *list, unsigned checks)
{
	const struct fact *acl = list->acl;
	const char *const *owner = checks & NEEDS_INSTALLER ? installer_is
		: checks & NEEDS_SERVICE                    ? service_is
							    : NULL;
	/* What is inherited does no harm as long as it lets in who is needed. */
	if ((checks & OWN_LIST) && fact_is(acl, "inherited", "all") && owner &&
		lacks(list, owner, 0x3))
		put(list, "reset", NULL, NULL, NULL);
	if ((checks & INHERITS) && list->whole && fact_is(acl, "inherited", "none"))
		put(list, "inheritance-off", NULL, NULL, NULL);
	if ((checks & NO_LABEL) &&
		(fact_is(acl, "label", "high") || fact_is(acl, "label", "system")))
		put(list, "label", NULL, NULL, NULL);
}

static void judge(const struct list *list)
{
	unsigned checks = 0;
	uint32_t needs = 0;
	for (size_t i = 0; i < COUNT(healthy); i++)
		if (strcmp(healthy[i].place, list->place) == 0) {
			checks = healthy[i].checks;
			needs = healthy[i].needs;
		}
	if (fact_is(list->acl, "result", "null"))
		put(list, "everyone-full", NULL, NULL, NULL);
	check_owner(list, checks);
	if (fact_is(list->acl, "result", "listed") && fact_is_set(list->acl, "entries")) {
		check_missing(list, checks, needs);
		check_entries(list, checks);
		check_inheritance(list, checks);
	}
}

/* The entries of `acl` among all: those made right behind it. `*next` moves on with the lists. */
static struct list list_of(struct view *view, const struct fact *acl, size_t *next)
{
	const struct bucket *aces = view_kind(view, "ace");
	struct list list = {.view = view, .acl = acl};
	int64_t entries = fact_number(acl, "entries", 0);
	while (*next < aces->count && aces->at[*next]->order <= acl->order)
		++*next;
	list.ace = aces->at ? (const struct fact *const *)aces->at + *next : NULL;
	while (*next < aces->count && aces->at[*next]->order - acl->order <= entries) {
		list.count++;
		++*next;
	}
	list.place = "other";
	for (size_t i = 0; i < COUNT(healthy); i++)
		if (fact_is(acl, "place", healthy[i].place))
			list.place = healthy[i].place;
	list.whole = fact_is(acl, "whole", "yes");
	list.language_known = is_known_language(&list);
	return list;
}

static void derive_problems(struct view *view)
{
	size_t next = 0;
	FOR_EACH_FACT (acl, view_bucket(view, &kind_acl)) {
		struct list list = list_of(view, acl, &next);
		judge(&list);
	}
}
const struct derivation derive_acl_problem = {&acl_problem, derive_problems};

static bool has_problem(struct view *view, const struct fact *acl)
{
	FOR_EACH_FACT (problem, view_bucket(view, &acl_problem))
		if (str_equal_nocase(fact_text(problem, "path"), fact_text(acl, "path")))
			return true;
	return false;
}

static void derive_checks(struct view *view)
{
	size_t next = 0;
	FOR_EACH_FACT (acl, view_bucket(view, &kind_acl)) {
		struct list list = list_of(view, acl, &next);
		if (strcmp(list.place, "other") == 0 || view_is_full(view, &acl_check))
			continue;
		bool bad = has_problem(view, acl);
		if (!bad && !(list.whole && list.count && list.language_known))
			continue;
		struct fact *fact = view_add(view, &acl_check, acl->line);
		view_copy(view, fact, "place", acl, "place");
		view_copy(view, fact, "path", acl, "path");
		view_put(view, fact, acl->line, "sound", bad ? STR("no") : STR("yes"));
	}
}
const struct derivation derive_acl_check = {&acl_check, derive_checks};

/* What belongs together: the store and what lies around it; Windows and its System32. */
static unsigned group_of(const struct fact *problem)
{
	static const struct {
		const char *place;
		unsigned group;
	} groups[] = {
		{"token-store", 1},
		{"token-store-file", 1},
		{"token-store-7", 1},
		{"spp", 1},
		{"system-file", 2},
		{"system32", 4},
		{"windows", 8},
		{"program-files", 16},
		{"windows-temp", 32},
		{"drive-root", 64},
	};
	for (size_t i = 0; i < COUNT(groups); i++)
		if (fact_is(problem, "place", groups[i].place))
			return groups[i].group;
	return 0;
}

static void derive_damage(struct view *view)
{
	unsigned groups = 0;
	int64_t places = 0;
	struct fact *fact = NULL;
	FOR_EACH_FACT (problem, view_bucket(view, &acl_problem)) {
		unsigned group = group_of(problem);
		if (group == 0 || (groups & group))
			continue;
		groups |= group;
		places++;
		if (!fact) {
			fact = view_add(view, &acl_damage, problem->line);
			view_copy(view, fact, "first", problem, "path");
		}
		view_put_number(view, fact, problem->line, "places", places);
	}
}
const struct derivation derive_acl_damage = {&acl_damage, derive_damage};
