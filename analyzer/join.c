#include "join.h"

#include "view.h"

/* More inputs are judged one by one (report --format jsonl). */
#define MACHINES_MAX 16
#define NAMES_MAX 8
#define NETBIOS_NAME 15

struct joining {
	struct arena *arena;
	const struct case_file *file;
	const struct vocabulary *vocabulary;
	bool is_host[MACHINES_MAX];
	unsigned client;
};

static unsigned machine_of(const struct fact *fact)
{
	return fact->line && fact->line->origin ? fact->line->origin->machine : 0;
}

static bool is_kind(const struct fact *fact, const char *kind)
{
	return str_equal(str_of(fact->kind->name), str_of(kind));
}

static struct str short_name(struct str name)
{
	return str_slice(str_cut(&name, '.'), 0, NETBIOS_NAME);
}

/* Which inputs are KMS hosts: those that processed requests, or say so themselves, and asked nobody. */
static bool tell_apart(struct joining *j)
{
	bool asked[MACHINES_MAX] = {0};
	unsigned clients = 0;
	for (size_t i = 0; i < j->file->facts.count; i++) {
		const struct fact *fact = j->file->facts.at[i];
		unsigned machine = machine_of(fact);
		asked[machine] |= is_kind(fact, "kms-request");
		j->is_host[machine] |=
			is_kind(fact, "kms-request-served") || is_kind(fact, "kms-host");
	}
	for (unsigned i = 0; i < j->file->machine_count; i++) {
		j->is_host[i] &= !asked[i];
		if (j->is_host[i])
			continue;
		j->client = i;
		clients++;
	}
	return clients == 1;
}

/*
 * What they have to do with each other
 */

struct names {
	struct str at[NAMES_MAX];
	size_t count;
};

static struct names names_of(const struct joining *j, unsigned machine)
{
	struct names names = {0};
	struct facts own = facts_new(j->arena);
	for (size_t i = 0; i < j->file->facts.count; i++)
		if (machine_of(j->file->facts.at[i]) == machine) {
			own.at = arena_grow(j->arena, own.at, own.count, &own.room, sizeof *own.at);
			own.at[own.count++] = j->file->facts.at[i];
		}
	struct viewable *viewable = arena_alloc(j->arena, sizeof *viewable);
	*viewable = viewable_of(j->arena, j->vocabulary, &own);
	struct view view = view_of(j->arena, viewable, 0);
	const struct bucket *computers = view_kind(&view, "computer");
	if (j->file->machines[machine].manifest.computer.size)
		names.at[names.count++] = j->file->machines[machine].manifest.computer;
	for (size_t i = 0; i < computers->count && names.count < NAMES_MAX; i++)
		names.at[names.count++] = fact_text(computers->at[i], "name");
	return names;
}

static bool is_among(const struct names *names, struct str name)
{
	for (size_t i = 0; i < names->count; i++)
		if (name.size && str_equal_nocase(short_name(names->at[i]), short_name(name)))
			return true;
	return false;
}

static bool has_machine_id(const struct joining *j, unsigned machine, struct str cmid)
{
	for (size_t i = 0; i < j->file->facts.count; i++) {
		const struct fact *fact = j->file->facts.at[i];
		if (machine_of(fact) == machine && is_kind(fact, "kms-request-served") &&
			str_equal_nocase(fact_text(fact, "cmid"), cmid))
			return true;
	}
	return false;
}

/* Does the client name the host, or the host's log the client? */
static bool know_each_other(const struct joining *j, unsigned host)
{
	struct names names = names_of(j, host);
	for (size_t i = 0; i < j->file->facts.count; i++) {
		const struct fact *fact = j->file->facts.at[i];
		if (machine_of(fact) != j->client)
			continue;
		int field = fact_field_index(fact->kind, STR("host"));
		if (field >= 0 && fact->values[field].set &&
			is_among(&names, fact->values[field].text))
			return true;
		field = fact_field_index(fact->kind, STR("cmid"));
		if (field >= 0 && fact->values[field].set &&
			has_machine_id(j, host, fact->values[field].text))
			return true;
	}
	return false;
}

/*
 * What of the host counts
 */

static bool is_of_host_log(const struct joining *j, const struct fact *fact)
{
	const struct origin *origin = fact->line->origin;
	for (size_t i = 0; i < j->file->facts.count; i++) {
		const struct fact *log = j->file->facts.at[i];
		if (is_kind(log, "event-log") && log->line->origin->member == origin->member &&
			machine_of(log) == origin->machine)
			return str_equal_nocase(
				fact_text(log, "channel"), STR("Key Management Service"));
	}
	return false;
}

static bool is_about_host(const struct joining *j, const struct fact *fact)
{
	if (is_kind(fact, "kms-request-served") || is_kind(fact, "kms-host"))
		return true;
	if (is_kind(fact, "firewall-rule"))
		return fact_is(fact, "direction", "in");
	return (is_kind(fact, "event-log") || is_kind(fact, "event") ||
		       is_kind(fact, "event-surplus")) &&
		is_of_host_log(j, fact);
}

static struct facts facts_for_client(const struct joining *j)
{
	struct facts facts = facts_new(j->arena);
	facts.at = arena_array(j->arena, j->file->facts.count, sizeof *facts.at);
	facts.full = j->file->facts.full;
	for (size_t i = 0; i < j->file->facts.count; i++) {
		struct fact *fact = j->file->facts.at[i];
		if (machine_of(fact) == j->client || is_about_host(j, fact))
			facts.at[facts.count++] = fact;
	}
	return facts;
}

struct joined join_machines(
	struct arena *arena, const struct case_file *file, const struct vocabulary *vocabulary)
{
	struct joining j = {.arena = arena, .file = file, .vocabulary = vocabulary};
	struct joined none = {.facts = file->facts};
	if (file->machine_count < 2 || file->machine_count > MACHINES_MAX || !tell_apart(&j))
		return none;
	for (unsigned i = 0; i < file->machine_count; i++)
		if (j.is_host[i] && !know_each_other(&j, i))
			return none;
	return (struct joined){
		.is_joined = true, .client = j.client, .facts = facts_for_client(&j)};
}
