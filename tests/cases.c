#include "cases.h"

#include "support.h"

#include "base/files.h"

#include <stdio.h>

bool case_rules_load(struct arena *arena, struct case_rules *rules)
{
	rules->vocabulary = vocabulary_all(arena);
	rules->knowledge = knowledge_new(arena, &rules->vocabulary);
	knowledge_add_built_in(&rules->knowledge);
	knowledge_link(&rules->knowledge);
	for (size_t i = 0; i < rules->knowledge.problem_count; i++)
		fprintf(stderr, "%s:%u: %s\n", rules->knowledge.problems[i].file,
			rules->knowledge.problems[i].line, rules->knowledge.problems[i].text);
	return rules->knowledge.problem_count == 0;
}

const char *case_path(struct arena *arena, struct str id, struct str variant)
{
	return arena_format(arena, "%s/samples/cases/%.*s/%.*s", test_root(), STR_PRINT(id),
		STR_PRINT(variant));
}

bool case_is_wanted(struct str id, char **ids)
{
	if (!*ids)
		return true;
	for (; *ids; ids++)
		if (str_equal(id, str_of(*ids)))
			return true;
	return false;
}

/* Files come sorted: a case is a run of names with the same first two parts. */
bool case_list_read(struct arena *arena, struct case_list *list)
{
	struct folder folder;
	*list = (struct case_list){0};
	if (!folder_list(arena, arena_format(arena, "%s/samples/cases", test_root()), &folder)) {
		fprintf(stderr, "samples/cases cannot be read\n");
		return false;
	}
	list->at = arena_array(arena, folder.count, sizeof *list->at);
	struct str last_id = STR(""), last_variant = STR("");
	for (size_t i = 0; i < folder.count; i++) {
		struct str rest = str_of(folder.at[i].name), id = str_cut(&rest, '/');
		struct str variant = str_cut(&rest, '/');
		if (rest.size == 0 || (str_equal(id, last_id) && str_equal(variant, last_variant)))
			continue;
		list->at[list->count++] = (struct case_name){id, variant};
		last_id = id;
		last_variant = variant;
	}
	return true;
}

static void add_folder(
	struct arena *arena, struct sample_folders *folders, const char *name, struct str id)
{
	folders->at =
		arena_grow(arena, folders->at, folders->count, &folders->room, sizeof *folders->at);
	folders->at[folders->count++] = (struct sample_folder){
		name, arena_format(arena, "%s/samples/%s", test_root(), name), id};
}

bool sample_folders_read(struct arena *arena, struct sample_folders *folders)
{
	struct case_list cases;
	struct folder scenarios;
	*folders = (struct sample_folders){0};
	if (!case_list_read(arena, &cases))
		return false;
	for (size_t i = 0; i < cases.count; i++)
		add_folder(arena, folders,
			arena_format(arena, "cases/%.*s/%.*s", STR_PRINT(cases.at[i].id),
				STR_PRINT(cases.at[i].variant)),
			cases.at[i].id);
	if (!folder_list(
		    arena, arena_format(arena, "%s/samples/scenarios", test_root()), &scenarios)) {
		fprintf(stderr, "samples/scenarios cannot be read\n");
		return false;
	}
	for (size_t i = 0; i < scenarios.count; i++) {
		struct str name = str_of(scenarios.at[i].name);
		if (str_has(name, STR("/")) || !str_ends(name, STR(".truth")))
			continue;
		name = str_slice(name, 0, name.size - STR(".truth").size);
		add_folder(arena, folders, arena_format(arena, "scenarios/%.*s", STR_PRINT(name)),
			STR(""));
	}
	return folders->count > 0;
}

const struct finding *case_finding(const struct diagnosis *found, struct str id)
{
	for (size_t i = 0; i < found->finding_count; i++)
		if (str_equal(found->findings[i].cause->id, id))
			return &found->findings[i];
	return NULL;
}
