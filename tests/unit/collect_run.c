/*
 * The live run on a machine that is made up: all of it but what talks to Windows. The functions of host.h that are defined
 * here stand in for those of the library.
 */
#include "collect.h"

#include "analyzer/evidence.h"
#include "analyzer/manifest.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/machine.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *memory;
static char folder[] = "/tmp/actdx-run-XXXXXX";
static const char *bundle;
static size_t exports;           /* how often an event log was exported */
static const char *interrupt_at; /* id of the item during which Ctrl-C is typed */

/*
 * The machine
 */

bool host_can_collect(void)
{
	return true;
}

struct host_machine host_describe(struct arena *arena)
{
	(void)arena;
	return (struct host_machine){"PC-0412", "19045.3996", "ja-JP", "no", 932, 932};
}

void host_begin(void)
{
}

void host_end(void)
{
}

static void add(struct arena *arena, struct text_list *list, const char *text)
{
	list->at = arena_grow(arena, list->at, list->count, &list->room, sizeof *list->at);
	list->at[list->count++] = text;
}

void host_find_names(struct arena *arena, struct text_list *domains, struct text_list *hosts)
{
	add(arena, domains, "contoso.com");
	add(arena, hosts, "kms01.contoso.com");
	add(arena, hosts, "kms02.contoso.com");
}

struct text_list host_matches(struct arena *arena, const char *pattern)
{
	struct text_list list = {0};
	if (!strstr(pattern, "slmgr.ini"))
		add(arena, &list, pattern);
	return list;
}

const char *host_output_folder(struct arena *arena)
{
	(void)arena;
	return folder;
}

static void give(struct gathered *to, size_t size, bool noise)
{
	uint32_t seed = 7;
	to->data = malloc(size + 1);
	ck_assert_ptr_nonnull(to->data);
	to->size = size;
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525u + 1013904223u;
		to->data[i] = noise ? (uint8_t)(seed >> 24) : (uint8_t)('a' + i % 26);
	}
}

/* A log of a megabyte that does not pack, or a tenth of it when only some days are wanted. */
static void give_events(const struct job *job, struct gathered *to)
{
	exports++;
	give(to, job->since ? 100000 : 1000000, true);
}

void host_gather(struct job *job)
{
	const char *id = job->item->id;
	struct rung *rung = &job->rungs[job->rung_count++];
	struct gathered *to = &rung->result;
	rung->way = "tool";
	job->started = 1790000000;
	job->milliseconds = 12;
	if (interrupt_at && strcmp(id, interrupt_at) == 0)
		raise(SIGINT);
	if (machine_interrupted()) {
		gathered_say(to, ROW_SKIPPED, "interrupted");
	} else if (strcmp(id, "dsregcmd") == 0) {
		to->absent = true;
		gathered_say(to, ROW_MISSING_TOOL, "dsregcmd is not in the system folder");
	} else if (strcmp(id, "systeminfo") == 0) {
		give(to, 10, false);
		to->truncated = true;
		gathered_say(to, ROW_TIMEOUT, "it did not end within 90 seconds");
	} else if (strcmp(id, "icacls-store") == 0) {
		give(to, 20, false);
		to->has_exit_code = true;
		to->exit_code = 5;
	} else if (job->item->way == WAY_EVENTS) {
		give_events(job, to);
	} else if (strcmp(id, "tcp-1688") == 0) {
		gathered_say(to, ROW_FAILED, "no \"socket\"");
		rung = &job->rungs[job->rung_count++];
		rung->way = "native";
		give(&rung->result, 30, false);
	} else {
		give(to, 40, false);
	}
}

void host_gather_all(struct job *jobs, size_t count, job_finished *finished, void *context)
{
	for (size_t i = 0; i < count; i++) {
		host_gather(&jobs[i]);
		finished(context, &jobs[i]);
	}
}

bool host_owns_console(void)
{
	return false;
}

bool host_wait_for_key(void)
{
	return true;
}

/* Of main.c, which is no part of the library */

void complain(const char *text)
{
	fprintf(stderr, "%s\n", text);
}

void print_out(struct out *out)
{
	out_free(out);
}

/*
 * The tests
 */

static void setup(void)
{
	memory = arena_new();
	ck_assert_ptr_nonnull(mkdtemp(folder));
	bundle = arena_format(memory, "%s/a.zip", folder);
	exports = 0;
	interrupt_at = NULL;
}

static void teardown(void)
{
	file_delete(bundle);
	ck_assert_int_eq(rmdir(folder), 0); /* nothing else is left behind */
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	arena_free(memory);
}

static enum exit_code run(const char *only, uint64_t max_bytes)
{
	const char *problem = NULL;
	struct settings settings = {
		.arena = memory, .output = bundle, .quiet = true, .max_bytes = max_bytes};
	ck_assert(selection_of(memory, only, NULL, &settings.selection, &problem));
	return collect(&settings);
}

static struct manifest read_back(struct inputs *inputs)
{
	const char *problem = NULL;
	*inputs = inputs_new(memory, 1);
	ck_assert_msg(input_read(inputs, bundle, &problem), "%s", problem ? problem : "");
	const struct member *last = &inputs->members[inputs->count - 1];
	ck_assert_str_eq(last->name, "manifest.xml");
	struct str text = {(const char *)last->data.at, last->data.size};
	struct manifest manifest = manifest_read(memory, text);
	ck_assert_msg(!manifest.problem, "%s", manifest.problem ? manifest.problem : "");
	return manifest;
}

static const struct manifest_item *item_of(const struct manifest *manifest, const char *id)
{
	for (size_t i = 0; i < manifest->item_count; i++)
		if (str_equal(manifest->items[i].id, str_of(id)))
			return &manifest->items[i];
	ck_abort_msg("no row for %s", id);
	return NULL;
}

static void check_row(const struct manifest *manifest, const char *id, const char *status)
{
	const struct manifest_item *item = item_of(manifest, id);
	ck_assert_msg(strcmp(item_status_words[item->status], status) == 0, "%s: %s, not %s", id,
		item_status_words[item->status], status);
}

/* All that is planned has a row, and items that ask about names one for each. */
START_TEST(planned_is_accounted_for)
{
	struct inputs inputs;
	ck_assert_int_eq(run(NULL, 64 * MIB), EXIT_GAPS);
	struct manifest manifest = read_back(&inputs);
	for (size_t i = 0; i < item_count; i++)
		if (items[i].needs != NEEDS_ASKED)
			(void)item_of(&manifest, items[i].id);
	size_t hosts = 0;
	for (size_t i = 0; i < manifest.item_count; i++)
		hosts += str_equal(manifest.items[i].id, STR("dns-host"));
	ck_assert_uint_eq(hosts, 2);
	ck_assert(str_equal(
		item_of(&manifest, "dns-host")->command, STR("nslookup kms01.contoso.com")));
	check_row(&manifest, "ipconfig", "ok");
	check_row(&manifest, "dsregcmd", "missing-tool");
	check_row(&manifest, "systeminfo", "timeout");
	check_row(&manifest, "slmgr-ini", "skipped");
	check_row(&manifest, "icacls-path", "skipped");
	check_row(&manifest, "icacls-store", "denied");
	check_row(&manifest, "tcp-1688", "ok");
	ck_assert(item_of(&manifest, "systeminfo")->truncated);
	ck_assert(!manifest.partial);
	ck_assert(str_equal(manifest.mode, STR("live")));
	ck_assert_uint_eq(manifest.oem_code_page, 932);
	/* Summary and manifest are not listed; all else is. */
	ck_assert_uint_eq(manifest.member_count + 2, inputs.count);
	inputs_free(&inputs);
}
END_TEST

START_TEST(what_is_absent_is_no_gap)
{
	struct inputs inputs;
	ck_assert_int_eq(run("ipconfig,dsregcmd,slmgr-ini,icacls-path", 64 * MIB), EXIT_COMPLETE);
	(void)read_back(&inputs);
	inputs_free(&inputs);
}
END_TEST

START_TEST(size_is_kept_to)
{
	struct inputs inputs;
	const char *ids = "ipconfig,events-application,events-kms,events-system,events-defender";
	ck_assert_int_eq(run(ids, 400 * KIB), EXIT_GAPS);
	ck_assert_uint_le(file_size(bundle), 400 * KIB);
	struct manifest manifest = read_back(&inputs);
	check_row(&manifest, "events-application", "ok");
	ck_assert(item_of(&manifest, "events-application")->truncated);
	check_row(&manifest, "events-defender", "skipped");
	ck_assert_uint_gt(exports, 4);
	inputs_free(&inputs);
}
END_TEST

START_TEST(interruption_is_sealed)
{
	struct inputs inputs;
	interrupt_at = "dns-srv";
	ck_assert_int_eq(run(NULL, 64 * MIB), EXIT_INTERRUPTED);
	struct manifest manifest = read_back(&inputs);
	ck_assert(manifest.partial);
	check_row(&manifest, "ipconfig", "ok");
	check_row(&manifest, "dns-srv", "skipped");
	check_row(&manifest, "gpresult", "skipped");
	inputs_free(&inputs);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("collect_run");
	TCase *tests = tcase_create("collect_run");
	machine_failed_as("collect_run", EXIT_NO_BUNDLE);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, planned_is_accounted_for);
	tcase_add_test(tests, what_is_absent_is_no_gap);
	tcase_add_test(tests, size_is_kept_to);
	tcase_add_test(tests, interruption_is_sealed); /* each test runs in a process of its own */
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
