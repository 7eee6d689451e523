/*
 * How long an analysis takes: a folder of 2 MB of evidence in, a text report out.
 *
 *   bench [FOLDER]
 *
 * Without a folder, two are made in the temporary folder. "typical" is what a collection of one machine weighs: a
 * scenario of samples/cases, its long listings at the size they have on real machines, an export of the registry
 * and a policy report as UTF-16, an event log. "dense" is the worst case: 2 MB of one-byte text, nothing but long
 * listings. Prints the median of the runs. No tool that could be compared with does this job offline, so there is
 * no ratio to print.
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

/* Text as Windows exports it: a mark, then two bytes a character. */
static void put_wide(struct out *out, struct str text)
{
	out_str(out, STR("\xFF\xFE"));
	for (size_t i = 0; i < text.size; i++) {
		out_char(out, text.at[i]);
		out_char(out, '\0');
	}
}

/* What `gpresult /h` makes of a few hundred settings. */
static void put_policy_report(struct out *out, unsigned count)
{
	out_text(out, "<html dir=\"ltr\"><head><title>Policy</title></head><body>\r\n");
	for (unsigned i = 0; i < count; i++)
		out_format(out,
			"<div class=\"container\"><table class=\"info\"><tr><td>Setting %u</td>"
			"<td>Enabled</td><td>Default Domain Policy</td></tr></table></div>\r\n",
			i);
	out_text(out, "</body></html>\r\n");
}

static void put_export(struct out *out, unsigned count)
{
	out_text(out, "Windows Registry Editor Version 5.00\r\n\r\n");
	for (unsigned i = 0; i < count; i++)
		out_format(out,
			"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
			"SoftwareProtectionPlatform\\Plugins\\Objects\\%032x]\r\n"
			"\"Name\"=\"object%u.dll\"\r\n\"State\"=dword:00000001\r\n\r\n",
			i * 2654435761u, i);
}

/* A file header, and chunks that nobody reads. */
static void put_event_log(struct out *out, unsigned chunks)
{
	out_str(out, STR("ElfFile\0"));
	out_repeat(out, '\x55', (size_t)chunks * 64 * KIB);
}

static void make_file(const char *folder, const char *name, void (*put)(struct out *, unsigned),
	unsigned count, bool wide)
{
	struct out out = out_new(LIMIT_OUTPUT_BYTES), as_utf16 = out_new(LIMIT_OUTPUT_BYTES);
	put(&out, count);
	if (wide)
		put_wide(&as_utf16, out_view(&out));
	write_file(folder, name, out_view(wide ? &as_utf16 : &out));
	out_free(&out);
	out_free(&as_utf16);
}

static const char *make_folder(struct arena *arena, bool dense)
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
	make_file(folder, "slmgr-dlv-all.txt", put_licences, dense ? 1700 : 300, false);
	make_file(folder, "reg-spp.txt", put_registry, dense ? 1000 : 100, false);
	make_file(folder, "firewall-rules.txt", put_rules, dense ? 1000 : 600, false);
	if (!dense) {
		make_file(folder, "spp.reg", put_export, 700, true);
		make_file(folder, "gpresult.html", put_policy_report, 1500, true);
		make_file(folder, "application.evtx", put_event_log, 12, false);
	}
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
	write_text(&out, &doc, false);
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

static void measure(const char *what, const char *path)
{
	double seconds[RUNS];
	size_t bytes = analyse(path);
	for (int i = 0; i < RUNS; i++) {
		double start = file_clock_seconds();
		analyse(path);
		seconds[i] = file_clock_seconds() - start;
	}
	qsort(seconds, RUNS, sizeof *seconds, by_value);
	double median = seconds[RUNS / 2];
	printf("%s: %.2f MB, median %.0f ms of %d runs (%.0f to %.0f), %.0f MB/s\n", what,
		(double)bytes / 1e6, median * 1e3, RUNS, seconds[0] * 1e3, seconds[RUNS - 1] * 1e3,
		(double)bytes / 1e6 / median);
}

int main(int argc, char **argv)
{
	machine_failed_as("bench", 1);
	struct arena *arena = arena_new();
	if (argc > 1)
		measure(argv[1], argv[1]);
	for (int dense = 0; argc <= 1 && dense < 2; dense++) {
		const char *path = make_folder(arena, dense);
		measure(dense ? "analysis, dense" : "analysis, typical", path);
		remove_folder(arena, path);
	}
	arena_free(arena);
	return 0;
}
