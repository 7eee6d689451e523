#include "plan.h"

#include "base/scan.h"

#include <string.h>

struct planning {
	struct arena *arena;
	struct plan plan;
	size_t task_room, job_room;
	const struct text_list *domains, *hosts, *paths;
	int64_t since;
};

/* A path that ends in a backslash would take the quote behind it along; "C:\." is the same folder. */
static const char *safe_value(struct arena *arena, const char *value)
{
	return str_ends(str_of(value), STR("\\")) ? arena_format(arena, "%s.", value) : value;
}

static const char *fill(
	struct arena *arena, const char *command, const char *name, const char *value)
{
	const char *at = strstr(command, name);
	return at ? arena_format(arena, "%.*s%s%s", (int)(at - command), command,
			    safe_value(arena, value), at + strlen(name))
		  : command;
}

static void add_task(struct planning *p, const struct item *item, const char *reason)
{
	struct plan *plan = &p->plan;
	plan->tasks = arena_grow(
		p->arena, plan->tasks, plan->task_count, &p->task_room, sizeof *plan->tasks);
	plan->tasks[plan->task_count++] = (struct task){.item = item, .reason = reason};
}

static void add_job(
	struct planning *p, const struct item *item, const char *command, const char *value)
{
	struct plan *plan = &p->plan;
	plan->jobs =
		arena_grow(p->arena, plan->jobs, plan->job_count, &p->job_room, sizeof *plan->jobs);
	plan->jobs[plan->job_count++] = (struct job){.item = item,
		.command = command,
		.value = value,
		.since = item->way == WAY_EVENTS ? p->since : 0};
	add_task(p, item, NULL);
}

/* False when the item does not ask about this sort of thing. */
static bool add_for_values(struct planning *p, const struct item *item, const char *name,
	const struct text_list *values, const char *none)
{
	if (!strstr(item->command, name))
		return false;
	for (size_t i = 0; i < values->count; i++)
		add_job(p, item, fill(p->arena, item->command, name, values->at[i]), values->at[i]);
	if (values->count == 0)
		add_task(p, item, none);
	return true;
}

static void add_files(struct planning *p, const struct item *item)
{
	struct text_list files = host_matches(p->arena, item->command);
	for (size_t i = 0; i < files.count; i++)
		add_job(p, item, files.at[i], NULL);
	if (files.count == 0)
		add_task(p, item, "this machine has no such file");
}

static void add_item(struct planning *p, const struct item *item)
{
	if (item->way == WAY_FILE)
		add_files(p, item);
	else if (!add_for_values(p, item, "{domain}", p->domains, "no DNS domain is known") &&
		!add_for_values(p, item, "{kms-host}", p->hosts, "no KMS host is named anywhere") &&
		!add_for_values(p, item, "{path}", p->paths, "no --path was given"))
		add_job(p, item, item->command, NULL);
}

struct plan plan_of(struct arena *arena, const struct selection *selection,
	const struct text_list *domains, const struct text_list *hosts,
	const struct text_list *paths, int64_t since)
{
	struct planning p = {
		.arena = arena, .domains = domains, .hosts = hosts, .paths = paths, .since = since};
	for (size_t i = 0; i < item_count; i++)
		if (selection_plans(selection, i))
			add_item(&p, &items[i]);
	/* The list of jobs moved while it grew. */
	for (size_t i = 0, k = 0; i < p.plan.task_count; i++)
		if (!p.plan.tasks[i].reason)
			p.plan.tasks[i].job = &p.plan.jobs[k++];
	return p.plan;
}

const char *plan_problem(const struct text_list *domains, const struct text_list *paths)
{
	for (size_t i = 0; i < domains->count; i++)
		if (!scan_is_host(str_of(domains->at[i])) || *domains->at[i] == '-')
			return "--domain takes a DNS name, for example contoso.com";
	for (size_t i = 0; i < paths->count; i++)
		for (const char *c = paths->at[i]; *c; c++)
			if ((unsigned char)*c < 0x20 || strchr("\"<>|*?%", *c))
				return "--path takes a path without \" < > | * ? %";
	return NULL;
}
