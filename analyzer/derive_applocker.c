/*
 * Would AppLocker let these programs run? (other-formats, "AppLocker policy XML"; learn.microsoft.com, "Understanding
 * AppLocker rule behavior", "Understand AppLocker enforcement settings" and "AppLocker rule collection extensions".)
 *
 * A collection without rules restricts nothing. With rules, a file runs only when an allow rule fits it and no deny
 * rule does. "Not configured" with rules is enforced, "audit only" never blocks. Services are outside of it unless the
 * collection says otherwise.
 *
 * What cannot be judged from here is unknown, not wrong: hashes, versions, groups of a domain, elements that are not
 * known. The system drive is taken to be C:.
 */
#include "derive.h"

#include "execution.h"

/* More rules than this are no policy that somebody maintains; nothing is said about them. */
#define RULES_JUDGED 4000

enum fit { FIT_NO, FIT_MAYBE, FIT_YES };

/* AppLocker's variables. Two places behind one of them are two rows. Removable media is nowhere on the system drive. */
static const struct {
	struct str name, value;
} variables[] = {
	{STR_INIT("%OSDRIVE%"), STR_INIT("C:")},
	{STR_INIT("%WINDIR%"), STR_INIT("C:\\Windows")},
	{STR_INIT("%SYSTEM32%"), STR_INIT("C:\\Windows\\System32")},
	{STR_INIT("%SYSTEM32%"), STR_INIT("C:\\Windows\\SysWOW64")},
	{STR_INIT("%PROGRAMFILES%"), STR_INIT("C:\\Program Files")},
	{STR_INIT("%PROGRAMFILES%"), STR_INIT("C:\\Program Files (x86)")},
};

/* Does "C:\Users\NAME\..." name somebody, who may be the user or not? */
static bool names_user(struct str pattern)
{
	static const struct str users = STR_INIT("C:\\Users\\");
	if (!str_starts_nocase(pattern, users))
		return false;
	struct str rest = str_from(pattern, users.size), name = str_cut(&rest, '\\');
	return rest.size && name.size && str_find_char(name, '*') == STR_NONE &&
		str_find_char(name, '?') == STR_NONE;
}

/* The path with the place of the user's name filled in from the pattern. */
static enum fit path_fits(
	struct view *view, struct str pattern, const struct execution_program *program)
{
	if (execution_glob(pattern, program->path))
		return FIT_YES;
	if (!names_user(pattern) || !str_starts(program->path, STR(EXECUTION_HOME)))
		return FIT_NO;
	struct str rest = str_from(pattern, 9), name = str_cut(&rest, '\\');
	struct str below = str_from(program->path, STR(EXECUTION_HOME).size);
	char *path = arena_format(
		view->arena, "C:\\Users\\%.*s\\%.*s", STR_PRINT(name), STR_PRINT(below));
	return execution_glob(pattern, str_of(path)) ? FIT_MAYBE : FIT_NO;
}

static enum fit path_condition(
	struct view *view, struct str path, const struct execution_program *program)
{
	enum fit fit = FIT_NO;
	if (!str_starts(path, STR("%")))
		return path_fits(view, path, program);
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		if (!str_starts_nocase(path, variables[i].name))
			continue;
		struct str rest = str_from(path, variables[i].name.size);
		char *full = arena_format(
			view->arena, "%.*s%.*s", STR_PRINT(variables[i].value), STR_PRINT(rest));
		enum fit one = path_fits(view, str_of(full), program);
		fit = one > fit ? one : fit;
	}
	return fit;
}

static bool is_any(struct str text)
{
	return text.size == 0 || str_equal(text, STR("*"));
}

/* Letters alone, without "(R)": marks and blanks of product names come and go. */
static bool same_letters(struct str text, const char *letters)
{
	while (text.size) {
		if (str_starts_nocase(text, STR("(R)"))) {
			text = str_from(text, 3);
			continue;
		}
		if (char_is_alpha(*text.at) && char_lower(*text.at) != *letters++)
			return false;
		text = str_from(text, 1);
	}
	return *letters == '\0';
}

static enum fit publisher_condition(
	const struct fact *condition, const struct execution_program *program)
{
	struct str publisher = fact_text(condition, "publisher");
	struct str product = fact_text(condition, "product");
	struct str binary = fact_text(condition, "binary"), low = fact_text(condition, "low");
	if (program->signer == SIGNER_NONE) /* whoever gave it to the user may have signed it */
		return is_any(publisher) ? FIT_MAYBE : FIT_NO;
	if (!is_any(publisher) && !str_has_nocase(publisher, STR("O=MICROSOFT CORPORATION")))
		return FIT_NO;
	if (program->signer == SIGNER_CATALOGUE)
		return is_any(product) && is_any(binary) ? FIT_YES : FIT_MAYBE;
	if (!is_any(product) && !same_letters(product, program->product))
		return FIT_NO;
	if (!is_any(binary) && !str_equal_nocase(binary, str_of(program->name)))
		return FIT_NO;
	bool every = (is_any(low) || str_equal(low, STR("0.0.0.0"))) &&
		is_any(fact_text(condition, "high"));
	return every ? FIT_YES : FIT_MAYBE;
}

static enum fit hash_condition(
	const struct fact *condition, const struct execution_program *program)
{
	struct str file = fact_text(condition, "file");
	size_t slash = str_find_last_char(file, '\\');
	file = slash == STR_NONE ? file : str_from(file, slash + 1);
	return file.size && !str_equal_nocase(file, str_of(program->name)) ? FIT_NO : FIT_MAYBE;
}

static enum fit condition_fits(
	struct view *view, const struct fact *condition, const struct execution_program *program)
{
	if (fact_is(condition, "type", "path"))
		return path_condition(view, fact_text(condition, "path"), program);
	if (fact_is(condition, "type", "publisher"))
		return publisher_condition(condition, program);
	if (fact_is(condition, "type", "hash"))
		return hash_condition(condition, program);
	return FIT_MAYBE;
}

/* Is the account in the group of this SID? Groups of a domain and most built-in ones may hold anybody. */
static enum fit sid_fits(struct str sid, const char *account)
{
	if (str_in_list(sid, "S-1-1-0|S-1-5-11"))
		return FIT_YES;
	if (str_in_list(sid, "S-1-5-18|S-1-5-19|S-1-5-32-546") || str_starts(sid, STR("S-1-15-")) ||
		str_starts(sid, STR("S-1-5-80-")))
		return FIT_NO;
	if (str_equal(str_of(account), STR("service")))
		return str_in_list(sid, "S-1-5-20|S-1-5-6|S-1-5-32-545") ? FIT_YES : FIT_NO;
	if (str_in_list(sid, "S-1-5-32-545|S-1-5-4|S-1-2-0"))
		return FIT_YES;
	if (str_equal(sid, STR("S-1-5-32-544")))
		return str_equal(str_of(account), STR("administrators")) ? FIT_YES : FIT_NO;
	return str_in_list(sid, "S-1-5-20|S-1-5-6") ? FIT_NO : FIT_MAYBE;
}

/* One collection with its rules and conditions, in the order of the file. */
struct stretch {
	const struct fact *collection;
	const struct bucket *rules, *conditions;
	size_t first_rule, rule_end;
	size_t first_condition;
};

struct judgement {
	enum fit allow, deny;
	const struct fact *allow_rule, *deny_rule;
};

static unsigned order_at(const struct bucket *bucket, size_t i)
{
	return i < bucket->count ? bucket->at[i]->order : UINT32_MAX;
}

/* How far the rule fits; `*next` is the first condition behind it. */
static enum fit rule_fits(struct view *view, const struct stretch *stretch, size_t rule,
	const struct execution_program *program, size_t *next)
{
	const struct bucket *conditions = stretch->conditions;
	enum fit fit = FIT_NO, except = FIT_NO;
	unsigned end = order_at(stretch->rules, rule + 1);
	for (; *next < conditions->count && order_at(conditions, *next) < end; ++*next) {
		const struct fact *condition = conditions->at[*next];
		enum fit one = condition_fits(view, condition, program);
		enum fit *side = fact_is(condition, "part", "exception") ? &except : &fit;
		*side = one > *side ? one : *side;
	}
	enum fit left = (enum fit)(FIT_YES - except);
	return left < fit ? left : fit;
}

static void judge(struct view *view, const struct stretch *stretch,
	const struct execution_program *program, const char *account, struct judgement *judgement)
{
	size_t condition = stretch->first_condition;
	for (size_t i = stretch->first_rule; i < stretch->rule_end; i++) {
		const struct fact *rule = stretch->rules->at[i];
		enum fit fit = rule_fits(view, stretch, i, program, &condition);
		enum fit who = sid_fits(fact_text(rule, "sid"), account);
		fit = who < fit ? who : fit;
		bool deny = fact_is(rule, "action", "deny");
		enum fit *side = deny ? &judgement->deny : &judgement->allow;
		if (fit <= *side)
			continue;
		*side = fit;
		*(deny ? &judgement->deny_rule : &judgement->allow_rule) = rule;
	}
}

static const char *verdict_of(const struct judgement *judgement, bool whole, bool audit)
{
	bool denied = judgement->deny == FIT_YES || (whole && judgement->allow == FIT_NO);
	if (denied)
		return audit ? "audited" : "denied";
	return whole && judgement->deny == FIT_NO && judgement->allow == FIT_YES ? "allowed"
										 : "unknown";
}

static void add_verdict(struct view *view, const struct stretch *stretch,
	const struct execution_program *program, const char *account,
	const struct judgement *judgement)
{
	const struct fact *collection = stretch->collection;
	bool whole = fact_is(collection, "whole", "yes");
	const char *verdict =
		verdict_of(judgement, whole, fact_is(collection, "enforcement", "audit-only"));
	const struct fact *rule = judgement->deny == FIT_YES ? judgement->deny_rule
		: judgement->allow != FIT_NO                 ? judgement->allow_rule
							     : NULL;
	struct fact *fact =
		view_add(view, &kind_execution_verdict, rule ? rule->line : collection->line);
	view_put(view, fact, NULL, "by", STR("applocker"));
	view_put(view, fact, NULL, "program", str_of(program->name));
	view_put(view, fact, NULL, "place", str_of(program->place));
	view_put(view, fact, NULL, "account", str_of(account));
	view_put(view, fact, NULL, "verdict", str_of(verdict));
	view_put(view, fact, NULL, "in-force",
		fact_is(collection, "scope", "effective") ? STR("yes") : STR("no"));
	if (rule) {
		view_copy(view, fact, "rule", rule, "name");
		view_copy(view, fact, "rule-id", rule, "id");
	}
}

static void judge_program(
	struct view *view, const struct stretch *stretch, const struct execution_program *program)
{
	static const char *const people[] = {"users", "administrators"};
	static const struct judgement free = {.allow = FIT_YES};
	const struct fact *collection = stretch->collection;
	bool system_apps =
		program->signer == SIGNER_WINDOWS && fact_is(collection, "system-apps", "yes");
	size_t accounts = program->service ? 1 : 2;
	for (size_t i = 0; i < accounts; i++) {
		const char *account = program->service ? "service" : people[i];
		struct judgement judgement = {0};
		bool outside = program->service &&
			(!fact_is(collection, "services", "yes") || system_apps);
		if (outside || stretch->first_rule == stretch->rule_end)
			judgement = free;
		else
			judge(view, stretch, program, account, &judgement);
		add_verdict(view, stretch, program, account, &judgement);
	}
}

/* A merged policy says what is in force; others beside it are only its parts. */
static bool has_effective(const struct bucket *collections)
{
	FOR_EACH_FACT (collection, collections)
		if (fact_is(collection, "scope", "effective"))
			return true;
	return false;
}

static void derive(struct view *view)
{
	const struct bucket *collections = view_kind(view, "applocker-collection");
	struct stretch stretch = {.rules = view_kind(view, "applocker-rule"),
		.conditions = view_kind(view, "applocker-condition")};
	if (stretch.rules->count > RULES_JUDGED || stretch.conditions->count > RULES_JUDGED)
		return;
	bool effective = has_effective(collections);
	for (size_t i = 0; i < collections->count; i++) {
		stretch.collection = collections->at[i];
		unsigned begin = order_at(collections, i), end = order_at(collections, i + 1);
		while (order_at(stretch.rules, stretch.first_rule) < begin)
			stretch.first_rule++;
		while (order_at(stretch.conditions, stretch.first_condition) < begin)
			stretch.first_condition++;
		for (stretch.rule_end = stretch.first_rule;
			order_at(stretch.rules, stretch.rule_end) < end;)
			stretch.rule_end++;
		if (effective && !fact_is(stretch.collection, "scope", "effective"))
			continue;
		for (const struct execution_program *p = execution_programs; p->name; p++)
			if (fact_is(stretch.collection, "type", p->collection) &&
				!view_is_full(view, &kind_execution_verdict))
				judge_program(view, &stretch, p);
	}
}

const struct derivation derive_applocker = {&kind_execution_verdict, derive};
