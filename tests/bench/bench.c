/*
 * How long an analysis takes: a folder of 2 MB of evidence in, a text report out.
 *
 *   bench [FOLDER]
 *
 * Without a folder, one is made in the temporary folder: a scenario of samples/cases and beside it the three
 * listings that are long on real machines. Prints the median of the runs.
 * No tool that could be compared with does this job offline, so there is no ratio to print.
 */
#include "../support.h"

#include "doc.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS 15

static void write_file(const char *folder, const char *name, struct str text)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *to = fopen(path, "wb");
	if (!to || fwrite(text.at, 1, text.size, to) != text.size || fclose(to) != 0)
		machine_failed("cannot write the evidence");
}

/* slmgr /dlv all: one block per installed SKU, none of them in use. */
static void put_licences(struct out *out, unsigned count)
{
	out_text(out, "Software licensing service version: 10.0.19041.1320\r\n\r\n");
	for (unsigned i = 0; i < count; i++)
		out_format(out,
			"Name: Windows(R), Edition%u edition\r\n"
			"Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\r\n"
			"Activation ID: %08x-1111-2222-3333-%012x\r\n"
			"Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f\r\n"
			"Extended PID: \r\nInstallation ID: \r\nThis license is not in use.\r\n"
			"License Status: Unlicensed\r\nRemaining Windows rearm count: 1001\r\n"
			"Remaining SKU rearm count: 1001\r\n"
			"Trusted time: 11/25/2026 10:20:04 AM\r\n\r\n",
			i, i * 2654435761u, i);
}

static void put_registry(struct out *out, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		out_format(out,
			"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
			"SoftwareProtectionPlatform\\Plugins\\Objects\\%032x\r\n",
			i * 2654435761u);
		for (unsigned k = 0; k < 10; k++)
			out_format(out,
				"    Value%u    REG_SZ    C:\\Windows\\system32\\object%u.dll\r\n",
				k, i);
		out_text(out, "\r\n");
	}
}

static void put_rules(struct out *out, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		out_format(out, "\r\nRule Name:                            Application %u\r\n", i);
		out_repeat(out, '-', 70);
		out_format(out,
			"\r\nEnabled:                              Yes\r\n"
			"Direction:                            In\r\n"
			"Profiles:                             Domain,Private,Public\r\n"
			"Grouping:                             \r\n"
			"LocalIP:                              Any\r\n"
			"RemoteIP:                             Any\r\n"
			"Protocol:                             TCP\r\n"
			"LocalPort:                            %u\r\n"
			"RemotePort:                           Any\r\n"
			"Edge traversal:                       No\r\n"
			"Action:                               Allow\r\n",
			2000 + i);
	}
	out_text(out, "Ok.\r\n");
}

static void make_long_listing(
	const char *folder, const char *name, void (*put)(struct out *, unsigned), unsigned count)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	put(&out, count);
	write_file(folder, name, out_view(&out));
	out_free(&out);
}

static const char *make_folder(struct arena *arena)
{
	const char *temporary = getenv("TMPDIR");
	char *folder = arena_copy_chars(arena,
		str_of(arena_format(
			arena, "%s/actdx-bench-XXXXXX", temporary ? temporary : "/tmp")));
	struct folder scenario;
	const char *from = arena_format(arena, "%s/samples/cases/clock-skew/found", test_root());
	if (!mkdtemp(folder) || !folder_list(arena, from, &scenario))
		machine_failed("cannot make a folder of evidence");
	for (size_t i = 0; i < scenario.count; i++) {
		struct bytes data = test_read(arena, scenario.at[i].path);
		write_file(folder, scenario.at[i].name,
			(struct str){(const char *)data.at, data.size});
	}
	make_long_listing(folder, "slmgr-dlv-all.txt", put_licences, 1700);
	make_long_listing(folder, "reg-spp.txt", put_registry, 1000);
	make_long_listing(folder, "firewall-rules.txt", put_rules, 1000);
	return folder;
}

static size_t analyse(const char *path)
{
	struct arena *arena = arena_new();
	struct vocabulary vocabulary = vocabulary_all(arena);
	struct knowledge knowledge = knowledge_new(arena, &vocabulary);
	knowledge_add_built_in(&knowledge);
	knowledge_link(&knowledge);
	struct inputs inputs = inputs_new(arena, 1);
	const char *problem = "";
	if (!input_read(&inputs, path, &problem))
		machine_failed(problem);
	struct case_file file = case_file_read(arena, &inputs);
	struct diagnosis found = diagnose(arena, &file, &vocabulary, &knowledge);
	struct doc doc = doc_of(arena, &found, ENGLISH);
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	write_text(&out, &doc);
	size_t bytes = inputs.total_bytes;
	out_free(&out);
	inputs_free(&inputs);
	arena_free(arena);
	return bytes;
}

static int by_value(const void *a, const void *b)
{
	const double *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static void remove_folder(struct arena *arena, const char *path)
{
	struct folder folder;
	if (folder_list(arena, path, &folder))
		for (size_t i = 0; i < folder.count; i++)
			(void)remove(folder.at[i].path);
	(void)rmdir(path);
}

int main(int argc, char **argv)
{
	machine_failed_as("bench", 1);
	struct arena *arena = arena_new();
	const char *path = argc > 1 ? argv[1] : make_folder(arena);
	double seconds[RUNS];
	size_t bytes = analyse(path);
	for (int i = 0; i < RUNS; i++) {
		double start = file_clock_seconds();
		analyse(path);
		seconds[i] = file_clock_seconds() - start;
	}
	qsort(seconds, RUNS, sizeof *seconds, by_value);
	double median = seconds[RUNS / 2];
	printf("analysis of a folder of %.2f MB: median %.0f ms of %d runs (%.0f to %.0f), %.0f MB/s\n",
		(double)bytes / 1e6, median * 1e3, RUNS, seconds[0] * 1e3, seconds[RUNS - 1] * 1e3,
		(double)bytes / 1e6 / median);
	if (argc <= 1)
		remove_folder(arena, path);
	arena_free(arena);
	return 0;
}
