#include "command.h"

#include "base/escape.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"
#include "base/scan.h"
#include "base/secret.h"
#include "base/threads.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void complain(const char *about, const char *problem)
{
	struct out out = out_new(64 * KIB);
	out_text(&out, "actdx-analyze: ");
	escape_terminal(&out, str_of(about));
	if (*about)
		out_text(&out, ": ");
	escape_terminal(&out, str_of(problem));
	out_char(&out, '\n');
	bool told = file_print(stderr, out.at, out.size);
	(void)told; /* there is nobody to tell */
	out_free(&out);
}

struct call call_read(
	struct arena *arena, const struct command *command, int count, char **arguments)
{
	struct options options = options_of(command->specs, command->spec_count, count, arguments);
	struct call call = {.operands = arena_array(arena, (size_t)count + 1, sizeof(char *))};
	for (int which; (which = options_next(&options)) != OPTIONS_END;) {
		if (which == OPTIONS_BAD) {
			call.problem = arena_copy(arena, str_of(options.problem)).at;
			return call;
		}
		if (which == OPTIONS_OPERAND)
			call.operands[call.operand_count++] =
				arena_copy_chars(arena, str_of(options.value));
		else
			call.given[which] = options.value ? options.value : "";
	}
	return call;
}

bool call_wants_help(const struct command *command, const struct call *call)
{
	return call->given[command->spec_count - 1] != NULL;
}

int call_answered(const struct command *command, const struct call *call)
{
	if (call_wants_help(command, call))
		return print_help(command);
	return call->problem ? usage_error(command, call->problem) : -1;
}

/* Something on the screen when reading takes long and somebody looks. */
static void show_progress(const struct inputs *inputs, const char *doing)
{
	static double started, shown;
	double now = file_clock_seconds();
	if (started == 0)
		started = shown = now;
	if (now - started < 2 || now - shown < 0.2 || !file_is_terminal(stderr))
		return;
	shown = now;
	struct out name = out_new(KIB);
	escape_terminal(&name, str_slice(str_of(doing), 0, 50));
	file_tell("\r%75s\rreading %zu: %.*s", "", inputs->count, STR_PRINT(out_view(&name)));
	out_free(&name);
}

static void end_progress(void)
{
	if (file_is_terminal(stderr))
		file_tell("\r%75s\r", "");
}

struct session session_new(void)
{
	struct session session = {.arena = arena_new()};
	session.vocabulary = vocabulary_all(session.arena);
	return session;
}

void session_end(struct session *session)
{
	inputs_free(&session->inputs);
	arena_free(session->arena);
}

void session_print_problems(const struct session *session)
{
	for (size_t i = 0; i < session->knowledge.problem_count; i++) {
		const struct knowledge_problem *problem = &session->knowledge.problems[i];
		const char *place =
			arena_format(session->arena, "%s:%u", problem->file, problem->line);
		complain(place, problem->text);
	}
}

bool session_learn(struct session *session, const char *folder)
{
	const char *problem;
	session->knowledge = knowledge_new(session->arena, &session->vocabulary);
	knowledge_add_built_in(&session->knowledge);
	if (folder && !knowledge_add_folder(&session->knowledge, folder, &problem)) {
		complain(folder, problem);
		return false;
	}
	knowledge_link(&session->knowledge);
	session_print_problems(session);
	return session->knowledge.problem_count == 0;
}

bool session_unlock(struct session *session, const char *file)
{
	const char *problem = NULL;
	if (file)
		session->passphrase = secret_of_file(session->arena, file, &problem);
	if (problem)
		complain("", problem);
	return !problem;
}

bool session_read(struct session *session, char *const *paths, size_t count)
{
	session->inputs = inputs_new(session->arena, count);
	session->inputs.progress = show_progress;
	session->inputs.passphrase = session->passphrase;
	session->inputs.use_changed = session->use_changed;
	size_t good = 0;
	for (size_t i = 0; i < count; i++) {
		const char *problem = "cannot be read";
		if (input_read(&session->inputs, paths[i], &problem)) {
			good++;
			continue;
		}
		end_progress();
		complain(paths[i], problem);
		session->unreadable = true;
	}
	end_progress();
	session->file = case_file_read(session->arena, &session->inputs);
	return good > 0;
}

int session_status(const struct session *session)
{
	if (session->unreadable)
		return STATUS_UNREADABLE;
	if (session->file.integrity_broken)
		return STATUS_INTEGRITY;
	if (session->inputs.limit_reached || session->file.cut || session->file.facts.full)
		return STATUS_LIMIT;
	return session->file.facts.count == 0 ? STATUS_NOTHING : STATUS_OK;
}

static void cannot_write(const struct output *output)
{
	char message[1024];
	(void)snprintf(message, sizeof message, "cannot write %s: %s",
		output->path ? output->path : "standard output", strerror(errno));
	if (output->path && output->to)
		file_delete(output->path);
	machine_failed(message);
}

struct output output_open(const char *path)
{
	bool file = path && strcmp(path, "-") != 0;
	struct output output = {stdout, file ? path : NULL};
	if (file)
		output.to = file_replace(path);
	if (!output.to)
		cannot_write(&output);
	return output;
}

void output_put(const struct output *output, struct str text)
{
	if (!file_print(output->to, text.at, text.size))
		cannot_write(output);
}

void output_close(struct output *output)
{
	if (fflush(output->to) != 0 || (output->path && fclose(output->to) != 0))
		cannot_write(output);
	output->to = NULL;
}

void write_whole(const char *path, struct str text)
{
	struct output output = output_open(path);
	output_put(&output, text);
	output_close(&output);
}

#define THREADS_DEFAULT_MAX 8
#define THREADS_MAX 64

bool read_threads(const char *text, unsigned *threads)
{
	int64_t number = thread_processors();
	if (!text)
		number = number < THREADS_DEFAULT_MAX ? number : THREADS_DEFAULT_MAX;
	else if (!scan_number(str_of(text), &number) || number < 1 || number > THREADS_MAX)
		return false;
	*threads = (unsigned)number;
	return true;
}

enum language language_of_user(void)
{
	return machine_speaks_japanese() ? JAPANESE : ENGLISH;
}
