#include "report_lines.h"

#include "doc.h"

#include "base/escape.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/threads.h"
#include "base/utf8.h"

#include <string.h>

/* Finished lines that wait for one before them: bounds what many threads can hold. */
#define AHEAD_PER_THREAD 4

#define PROGRESS_AFTER_SECONDS 2
#define PROGRESS_EVERY_SECONDS 0.2

struct line_of_input {
	struct out json;
	int status;
	const char *problem; /* why it could not be read, or NULL */
	struct arena *arena; /* of `problem` */
	bool is_finished;
};

struct work {
	const struct report_lines *lines;
	struct monitor *monitor; /* guards all that follows */
	struct line_of_input *at;
	size_t begun, written;
};

int report_status(const struct session *session, const struct diagnosis *found, const char *fail_on)
{
	int status = session_status(session);
	bool none = found->verdict == VERDICT_UNCERTAIN || found->verdict == VERDICT_INSUFFICIENT;
	if (status != STATUS_OK || !fail_on)
		return status;
	if (strcmp(fail_on, "cause") == 0 && found->verdict == VERDICT_FOUND)
		return STATUS_CAUSE;
	return strcmp(fail_on, "unknown") == 0 && none ? STATUS_NO_VERDICT : STATUS_OK;
}

/*
 * One input
 */

static void judge(const struct report_lines *lines, size_t which, struct line_of_input *line)
{
	const struct session *rules = lines->session;
	const char *path = lines->paths[which], *problem = "cannot be read";
	struct session one = {.arena = arena_new()};
	one.inputs = inputs_new(one.arena, 1);
	one.inputs.passphrase = rules->passphrase;
	line->json = out_new(LIMIT_OUTPUT_BYTES);
	if (input_read(&one.inputs, path, &problem)) {
		one.file = case_file_read(one.arena, &one.inputs);
		struct diagnosis found =
			diagnose(one.arena, &one.file, &rules->vocabulary, &rules->knowledge);
		write_json(&line->json, one.arena, &found, lines->language, true);
		line->status = report_status(&one, &found, lines->fail_on);
		session_end(&one);
		return;
	}
	line->status = STATUS_UNREADABLE;
	write_json_error(&line->json, path, problem, line->status);
	line->problem = problem;
	line->arena = one.arena;
	inputs_free(&one.inputs);
}

static void run(void *context)
{
	struct work *work = context;
	const struct report_lines *lines = work->lines;
	size_t ahead = (size_t)lines->threads * AHEAD_PER_THREAD;
	monitor_enter(work->monitor);
	while (work->begun < lines->count) {
		if (work->begun >= work->written + ahead) {
			monitor_wait(work->monitor);
			continue;
		}
		size_t mine = work->begun++;
		struct line_of_input line = {0};
		monitor_leave(work->monitor);
		judge(lines, mine, &line);
		monitor_enter(work->monitor);
		line.is_finished = true;
		work->at[mine] = line;
		monitor_wake(work->monitor);
	}
	monitor_leave(work->monitor);
}

/*
 * All of them, in order
 */

/* As in the list of exit statuses: what comes first there counts, and what is asked for by --fail-on comes last. */
static int worse(int a, int b)
{
	static const int order[] = {STATUS_UNREADABLE, STATUS_INTEGRITY, STATUS_LIMIT,
		STATUS_NOTHING, STATUS_CAUSE, STATUS_NO_VERDICT};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return STATUS_OK;
}

struct progress {
	double started, shown;
	bool is_wanted;
};

static void show_progress(struct progress *progress, const struct report_lines *lines, size_t done)
{
	double now = file_clock_seconds();
	if (!progress->is_wanted || now - progress->started < PROGRESS_AFTER_SECONDS ||
		now - progress->shown < PROGRESS_EVERY_SECONDS)
		return;
	progress->shown = now;
	struct out name = out_new(KIB);
	escape_terminal(&name, utf8_clip(str_of(lines->paths[done]), 50));
	file_tell("\r%75s\rjudging %zu of %zu: %.*s", "", done + 1, lines->count,
		STR_PRINT(out_view(&name)));
	out_free(&name);
}

static void end_progress(struct progress *progress)
{
	if (progress->shown > 0)
		file_tell("\r%75s\r", "");
	progress->shown = 0;
}

static struct line_of_input wait_for(struct work *work, size_t which)
{
	monitor_enter(work->monitor);
	while (!work->at[which].is_finished)
		monitor_wait(work->monitor);
	struct line_of_input line = work->at[which];
	monitor_leave(work->monitor);
	return line;
}

static void is_written(struct work *work)
{
	monitor_enter(work->monitor);
	work->written++;
	monitor_wake(work->monitor);
	monitor_leave(work->monitor);
}

static int write_all(struct work *work)
{
	const struct report_lines *lines = work->lines;
	struct output output = output_open(lines->output);
	struct progress progress = {.started = file_clock_seconds(),
		.is_wanted = file_is_terminal(stderr) && !file_is_terminal(output.to)};
	int status = STATUS_OK;
	for (size_t i = 0; i < lines->count; i++) {
		show_progress(&progress, lines, i);
		struct line_of_input line = wait_for(work, i);
		output_put(&output, out_view(&line.json));
		if (line.problem) {
			end_progress(&progress);
			complain(lines->paths[i], line.problem);
			arena_free(line.arena);
		}
		status = worse(status, line.status);
		out_free(&line.json);
		is_written(work);
	}
	end_progress(&progress);
	output_close(&output);
	return status;
}

int report_lines_write(const struct report_lines *lines)
{
	struct arena *arena = arena_new();
	struct work work = {.lines = lines,
		.monitor = monitor_new(),
		.at = arena_array(arena, lines->count, sizeof *work.at)};
	struct thread **threads = arena_array(arena, lines->threads, sizeof(struct thread *));
	for (unsigned i = 0; i < lines->threads; i++)
		threads[i] = thread_start(run, &work);
	int status = write_all(&work);
	for (unsigned i = 0; i < lines->threads; i++)
		thread_join(threads[i]);
	monitor_free(work.monitor);
	arena_free(arena);
	return status;
}
