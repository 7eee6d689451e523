/*
 * libFuzzer target: the bytes of a zip archive into members, manifest and facts, as a bundle that came by
 * mail is read; archives inside it and archives without a directory too.
 */
#include "facts_xml.h"

#include "base/limits.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct inputs inputs = inputs_new(arena, 1);
	inputs.sources[inputs.source_count++] =
		(struct input_source){.path = "fuzz.zip", .is_archive = true};
	const char *problem = NULL;
	bool whole = archive_read_memory(&inputs, (struct bytes){data, size}, "", 0, &problem);
	(void)whole;
	struct case_file file = case_file_read(arena, &inputs);
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	facts_xml(&out, &file);
	out_free(&out);
	inputs_free(&inputs);
	arena_free(arena);
	return 0;
}
