/*
 * Runs a fuzz target over files and folders of files without an engine, so that what fuzzing once found is
 * a plain test everywhere.
 *
 *   fuzz_X-corpus PATH...
 */
#include "base/arena.h"
#include "base/files.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned run_file(const char *path)
{
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false;
	FILE *from = file_open(path);
	if (!from || !file_read(from, LIMIT_MEMBER_BYTES, &data, &size, &more)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(1);
	}
	fclose(from);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	unsigned runs = 0;
	for (int i = 1; i < argc; i++) {
		struct folder folder = {0};
		if (file_kind(argv[i]) == FILE_REGULAR)
			runs += run_file(argv[i]);
		else if (folder_list(arena, argv[i], &folder))
			for (size_t k = 0; k < folder.count; k++)
				runs += run_file(folder.at[k].path);
	}
	printf("%u inputs\n", runs);
	arena_free(arena);
	return runs == 0;
}
