/*
 * The live run: what is planned is gathered, several items at once, and written in the order of the catalogue as it
 * comes in. Whatever happens on the way, what there is is sealed, and the manifest has a row for all that was planned.
 */
#include "collect.h"

#include "destination.h"
#include "place.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"

#include <stdlib.h>
#include <string.h>

/*
 * Size: what would not fit is left out, event logs only as far as they have to be
 */

/* Room that is kept for summary.txt and manifest.xml: some 170 bytes a row when packed, of which most is the checksum. */
static uint64_t kept_room(const struct collection *c)
{
	return 16 * KIB + 400 * (uint64_t)c->plan.task_count;
}

/* Where there is no room for it: in the bundle's size, on the disk, or NULL. */
static const char *no_room(const struct collection *c, struct bytes data)
{
	uint64_t wanted = zip_packed_size(data) + kept_room(c), room;
	if (zip_size(c->zip) + wanted > c->settings->max_bytes)
		return "with it the bundle would be larger than --max-size";
	if (file_free_space(c->path, &room) && wanted > room)
		return "no room for it on the disk that the bundle is on";
	return NULL;
}

#define HOUR ((int64_t)3600)

/* Exports the log again, its last 64 days, 32, 16 and so on, until it fits. */
static bool shorten(struct collection *c, struct job *job)
{
	int64_t wanted_since = job->since;
	for (int64_t hours = 24 * 64; hours > 0 && !machine_interrupted(); hours /= 2) {
		int64_t since = c->record.started - hours * HOUR;
		if (since <= wanted_since)
			continue;
		struct job again = {.item = job->item, .command = job->command, .since = since};
		host_gather(&again);
		struct gathered *got = &again.rungs[again.rung_count - 1].result;
		bool good = got->status == ROW_OK && got->size;
		if (good && !no_room(c, (struct bytes){got->data, got->size})) {
			struct gathered *to = &job->rungs[job->rung_count - 1].result;
			free(to->data);
			*to = *got;
			to->truncated = true;
			gathered_say(to, ROW_OK, "only events since %s, for the bundle's size",
				machine_time_text(since, false).text);
			return true;
		}
		free(got->data);
	}
	return false;
}

static void make_fit(struct collection *c, struct job *job, struct gathered *got)
{
	const char *reason = got->size ? no_room(c, (struct bytes){got->data, got->size}) : NULL;
	if (!reason)
		return;
	if (job->item->way == WAY_EVENTS && shorten(c, job))
		return;
	free(got->data);
	got->data = NULL;
	got->size = 0;
	gathered_say(got, ROW_SKIPPED, "%s", reason);
}

/*
 * Rows
 */

static const char *copy_or_null(struct arena *arena, const char *text)
{
	return *text ? arena_copy(arena, str_of(text)).at : NULL;
}

/* A tool that an administrator may use says so to others in its own words; its exit code is all that is read here. */
static void judge_rights(const struct collection *c, const struct item *item, struct gathered *got)
{
	bool refused = item->needs == NEEDS_ADMIN && got->has_exit_code && got->exit_code != 0 &&
		strcmp(c->record.elevated, "yes") != 0;
	if (refused && (got->status == ROW_OK || got->status == ROW_FAILED))
		gathered_say(got, ROW_DENIED, "needs an administrator (%s)",
			exit_text(got->exit_code).text);
}

static void add_tried(struct collection *c, struct record_row *row, const struct job *job)
{
	row->tried_count = job->rung_count - 1;
	row->tried = arena_array(c->arena, row->tried_count + 1, sizeof *row->tried);
	for (size_t i = 0; i < row->tried_count; i++) {
		const struct gathered *result = &job->rungs[i].result;
		row->tried[i] = (struct record_way){job->rungs[i].way,
			result->status == ROW_OK ? ROW_FAILED : result->status,
			copy_or_null(c->arena, result->reason)};
	}
}

static void add_member(struct collection *c, const struct job *job, const struct gathered *got)
{
	struct bytes bytes = {got->data, got->size};
	const char *name = place_member(c->arena, &c->names, job->item, job->item->member);
	struct record_member member = {
		.name = name, .size = got->size, .modified = job->started, .hash = hash_of(bytes)};
	zip_add(c->zip, name, bytes, job->started);
	record_add_member(&c->record, member);
}

static void add_gathered(struct collection *c, struct job *job)
{
	struct rung *last = &job->rungs[job->rung_count - 1];
	struct gathered *got = &last->result;
	judge_rights(c, job->item, got);
	make_fit(c, job, got);
	struct record_row *row = record_add_row(
		&c->record, job->item, got->status, copy_or_null(c->arena, got->reason));
	row->command = strcmp(last->way, "native") == 0 ? "" : job->command;
	row->way = last->way;
	row->started = job->started;
	row->milliseconds = job->milliseconds;
	row->has_exit_code = got->has_exit_code;
	row->exit_code = got->exit_code;
	row->truncated = got->truncated;
	row->absent = got->absent;
	add_tried(c, row, job);
	if (got->size)
		add_member(c, job, got);
	free(got->data);
	got->data = NULL;
}

static void add_skipped(struct collection *c, const struct task *task)
{
	struct record_row *row = record_add_row(&c->record, task->item, ROW_SKIPPED, task->reason);
	row->absent = true;
}

/* All tasks up to the one of this job, or with NULL all that are left. */
static void on_finished(void *context, struct job *job)
{
	struct collection *c = context;
	while (c->next_task < c->plan.task_count) {
		const struct task *task = &c->plan.tasks[c->next_task++];
		if (task->job)
			add_gathered(c, task->job);
		else
			add_skipped(c, task);
		screen_progress(c, &c->record.rows[c->record.row_count - 1]);
		if (job && task->job == job)
			return;
	}
}

/*
 * The run
 */

static bool is_gap(const struct record_row *row)
{
	return row->status != ROW_OK && !row->absent;
}

size_t collect_gaps(const struct record *record)
{
	size_t count = 0;
	for (size_t i = 0; i < record->row_count; i++)
		count += is_gap(&record->rows[i]);
	return count;
}

static void describe_machine(struct collection *c)
{
	struct host_machine machine = host_describe(c->arena);
	c->record.computer = machine.computer;
	c->record.os_build = machine.os_build;
	c->record.ui_language = machine.ui_language;
	c->record.elevated = machine.elevated;
	c->record.oem_code_page = machine.oem_code_page;
	c->record.ansi_code_page = machine.ansi_code_page;
}

static void make_plan(struct collection *c)
{
	const struct settings *settings = c->settings;
	struct text_list domains = {0}, hosts = {0};
	for (size_t i = 0; i < settings->domains.count; i++) {
		domains.at = arena_grow(
			c->arena, domains.at, domains.count, &domains.room, sizeof *domains.at);
		domains.at[domains.count++] = settings->domains.at[i];
	}
	screen_say(c, WORD_LIVE_FINDING, NULL, NULL);
	host_find_names(c->arena, &domains, &hosts);
	if (settings->since_seconds)
		c->record.since = c->record.started - settings->since_seconds;
	c->plan = plan_of(c->arena, &settings->selection, &domains, &hosts, &settings->paths,
		c->record.since);
}

static void add_document(struct collection *c, const char *name, struct out *out)
{
	struct str text = out_view(out);
	zip_add(c->zip, name, (struct bytes){(const uint8_t *)text.at, text.size}, c->record.ended);
	out_free(out);
}

static void add_documents(struct collection *c)
{
	struct out summary = out_new(LIMIT_OUTPUT_BYTES), manifest = out_new(LIMIT_OUTPUT_BYTES);
	c->record.partial = machine_interrupted();
	c->record.ended = machine_now();
	record_summary(&summary, &c->record, c->settings->in_japanese);
	add_document(c, "summary.txt", &summary);
	record_manifest(&manifest, &c->record);
	add_document(c, "manifest.xml", &manifest);
}

static enum exit_code gather(struct collection *c)
{
	const char *problem = NULL;
	const char *output = c->settings->output;
	if (!output)
		output = host_output_folder(c->arena);
	c->path = destination_path(c->arena, *output ? output : NULL, c->record.started);
	c->zip = zip_new(c->arena, c->path, c->settings->passphrase, &problem);
	if (!c->zip) {
		complain(problem);
		return EXIT_NO_BUNDLE;
	}
	make_plan(c);
	host_gather_all(c->plan.jobs, c->plan.job_count, on_finished, c);
	on_finished(c, NULL);
	add_documents(c);
	uint64_t needed = zip_size(c->zip);
	if (!zip_seal(c->zip, needed, &c->sealed, &problem)) {
		complain(problem);
		return EXIT_NO_BUNDLE;
	}
	screen_end(c);
	return c->record.partial           ? EXIT_INTERRUPTED
		: collect_gaps(&c->record) ? EXIT_GAPS
					   : EXIT_COMPLETE;
}

enum exit_code collect(const struct settings *settings)
{
	struct collection c = {
		.settings = settings,
		.arena = settings->arena,
		.record = {.arena = settings->arena,
			.mode = "live",
			.started = machine_now(),
			.parent = settings->parent},
		.began = file_clock_seconds(),
	};
	machine_catch_interrupt();
	host_begin();
	describe_machine(&c);
	enum exit_code status = EXIT_INTERRUPTED;
	if (screen_begin(&c))
		status = gather(&c);
	host_end();
	screen_pause(&c);
	return status;
}
