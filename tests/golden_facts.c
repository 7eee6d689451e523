/*
 * Golden facts: every sample of evidence gives exactly the facts that lie beside it.
 *
 *   golden_facts [--update] [PARSER...]
 *
 * A sample is a file or a folder below samples/evidence/PARSER; its facts are SAMPLE.facts. Samples are
 * found, not listed. Each must give at least one fact of the parser whose folder it is in, and each parser
 * must have samples in three encodings and three languages or say in its ORIGIN.md why not (see
 * tests/cli/samples.sh).
 */
#include "support.h"

#include "facts_xml.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

struct run {
	struct arena *arena;
	bool update;
	unsigned samples, failures;
};

static bool gave_facts(const struct case_file *file, const char *parser)
{
	for (size_t i = 0; i < file->evidence_count; i++)
		if (file->evidence[i].parser && file->evidence[i].fact_count &&
			strcmp(file->evidence[i].parser->name, parser) == 0)
			return true;
	return false;
}

static void check_sample(struct run *run, const char *parser, const char *path)
{
	const char *problem = NULL;
	struct inputs inputs = inputs_new(run->arena, 1);
	bool good = input_read(&inputs, path, &problem);
	run->samples++;
	if (!good) {
		fprintf(stderr, "%s: %s\n", path, problem);
		run->failures++;
		return;
	}
	struct case_file file = case_file_read(run->arena, &inputs);
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	facts_xml(&out, &file);
	const char *golden = arena_format(run->arena, "%s.facts", path);
	good = test_golden(run->arena, golden, out_view(&out), run->update);
	if (!gave_facts(&file, parser)) {
		fprintf(stderr, "%s: gives no fact of parser %s\n", path, parser);
		good = false;
	}
	run->failures += !good;
	out_free(&out);
	inputs_free(&inputs);
}

/* The samples of a parser: what lies directly in its folder and is no golden file. */
static void check_parser(struct run *run, const char *parser)
{
	const char *root = arena_format(run->arena, "%s/samples/evidence/%s", test_root(), parser);
	struct folder folder;
	unsigned before = run->samples;
	const char *last = "";
	if (!folder_list(run->arena, root, &folder))
		folder.count = 0;
	for (size_t i = 0; i < folder.count; i++) {
		struct str name = str_of(folder.at[i].name);
		size_t slash = str_find_char(name, '/');
		if (str_ends(name, STR(".facts")) || str_equal(name, STR("ORIGIN.md")))
			continue;
		const char *sample = arena_copy(run->arena, str_slice(name, 0, slash)).at;
		if (strcmp(sample, last) != 0)
			check_sample(run, parser, arena_format(run->arena, "%s/%s", root, sample));
		last = sample;
	}
	if (run->samples == before) {
		fprintf(stderr, "%s: no samples\n", root);
		run->failures++;
	}
}

int main(int argc, char **argv)
{
	machine_failed_as("golden_facts", 1);
	struct run run = {.arena = arena_new()};
	int first = 1;
	if (argc > 1 && strcmp(argv[1], "--update") == 0) {
		run.update = true;
		first = 2;
	}
	for (int i = first; i < argc; i++)
		check_parser(&run, argv[i]);
	for (size_t i = 0; argc == first && i < parser_count; i++)
		check_parser(&run, parsers[i]->name);
	printf("%u samples, %u failed\n", run.samples, run.failures);
	arena_free(run.arena);
	return run.failures != 0 || run.samples == 0;
}
