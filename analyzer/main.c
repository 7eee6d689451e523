#include "facts_xml.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	machine_failed_as("actdx-analyze", 7);
	struct arena *arena = arena_new();
	struct inputs inputs = inputs_new(arena, (size_t)argc);
	for (int i = 1; i < argc; i++) {
		const char *problem;
		if (!input_read(&inputs, argv[i], &problem))
			printf("%s: %s\n", argv[i], problem);
	}
	struct case_file file = case_file_read(arena, &inputs);
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	facts_xml(&out, &file);
	fwrite(out.at, 1, out.size, stdout);
	out_free(&out);
	inputs_free(&inputs);
	arena_free(arena);
	return 0;
}
