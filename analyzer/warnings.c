/*
 * What a reader has to know before believing the rest: damage, limits, what was not collected, practices.
 */
#include "diagnose.h"

static void warn(struct investigation *in, size_t *room, struct warning warning)
{
	struct diagnosis *found = in->found;
	found->warnings =
		arena_grow(in->arena, found->warnings, found->warning_count, room, sizeof warning);
	found->warnings[found->warning_count++] = warning;
}

static void warn_of_manifest(struct investigation *in, size_t *room, size_t machine)
{
	const struct case_file *file = in->found->file;
	const struct manifest *manifest = &file->machines[machine].manifest;
	if (manifest->problem)
		warn(in, room,
			(struct warning){WARNING_DAMAGED, STR(MANIFEST_NAME),
				str_of(arena_format(in->arena, "line %u: %s", manifest->line,
					manifest->problem)),
				NULL, {0}});
	if (manifest->partial)
		warn(in, room, (struct warning){WARNING_PARTIAL, STR(""), STR(""), NULL, {0}});
	for (size_t i = 0; i < manifest->member_count; i++)
		if (!case_file_find(file, machine, manifest->members[i].name))
			warn(in, room,
				(struct warning){WARNING_INTEGRITY, manifest->members[i].name,
					STR("in the manifest, but not in the bundle"), NULL, {0}});
	for (size_t i = 0; i < manifest->item_count; i++) {
		const struct manifest_item *item = &manifest->items[i];
		if (item->status != ITEM_OK && item->status != ITEM_SKIPPED)
			warn(in, room,
				(struct warning){WARNING_COLLECTION, item->id,
					item->reason.size ? item->reason
							  : str_of(item_status_words[item->status]),
					NULL, {0}});
	}
}

static void warn_of_member(struct investigation *in, size_t *room, const struct reading *reading)
{
	const struct member *member = reading->member;
	enum warning_kind kind = WARNING_KIND_COUNT;
	struct str detail = str_of(reading->problem ? reading->problem : "");
	if (reading->wrong_hash) {
		kind = WARNING_INTEGRITY;
	} else if (member->hit_limit || reading->cut) {
		kind = WARNING_LIMIT;
	} else if (member->state == MEMBER_REFUSED) {
		kind = WARNING_REFUSED;
	} else if (member->state != MEMBER_OK) {
		kind = WARNING_DAMAGED;
	} else if (reading->unlisted) {
		kind = WARNING_UNLISTED;
		detail = STR("not in the manifest");
	} else if (reading->text.replaced && reading->facts) {
		kind = WARNING_DAMAGED;
		detail = str_of(arena_format(in->arena, "%zu unreadable characters, read as %s",
			reading->text.replaced, text_encoding(in->arena, &reading->text)));
	}
	if (kind != WARNING_KIND_COUNT)
		warn(in, room, (struct warning){kind, str_of(member->name), detail, NULL, {0}});
}

static void warn_of_cause(struct investigation *in, size_t *room, const struct assessment *one)
{
	bool practice = one->cause->is_practice && one->standing == STANDING_ESTABLISHED;
	if (!practice && !one->conflict)
		return;
	struct warning warning = {practice ? WARNING_PRACTICE : WARNING_CONFLICT, one->cause->id,
		STR(""), one->cause, {0}};
	for (size_t i = 0; i < one->cause->clause_count; i++)
		for (size_t k = 0;
			one->clauses[i].answer == ANSWER_YES && k < one->clauses[i].count; k++)
			cite_line(in->arena, &warning.cited, one->clauses[i].at[k].fact->line);
	warn(in, room, warning);
}

void add_warnings(struct investigation *in, const struct viewable *viewable)
{
	const struct diagnosis *found = in->found;
	size_t room = 0;
	for (size_t i = 0; i < found->file->machine_count; i++)
		warn_of_manifest(in, &room, i);
	for (size_t i = 0; i < found->file->reading_count; i++)
		warn_of_member(in, &room, &found->file->readings[i]);
	if (viewable->cut || found->file->facts.full)
		warn(in, &room,
			(struct warning){WARNING_LIMIT,
				str_of(viewable->cut ? viewable->cut->name : ""),
				STR("too many facts: the last ones were not looked at"), NULL,
				{0}});
	for (size_t i = 0; i < in->ranking.count; i++)
		warn_of_cause(in, &room, &in->ranking.at[i]);
	if (several_machines(found))
		warn(in, &room,
			(struct warning){WARNING_SEVERAL_MACHINES, STR(""), STR(""), NULL, {0}});
	if (found->symptom_count == 0 && found->verdict != VERDICT_HEALTHY)
		warn(in, &room, (struct warning){WARNING_NO_SYMPTOM, STR(""), STR(""), NULL, {0}});
}
