#include "destination.h"

#include "base/files.h"
#include "base/machine.h"

#include <string.h>

const char *destination_path(struct arena *arena, const char *output, int64_t now)
{
	size_t size = output ? strlen(output) : 0;
	bool slash = size && strchr(file_separators, output[size - 1]);
	if (output && !slash && file_kind(output) != FILE_FOLDER)
		return output;
	const char *folder = !output ? ""
		: slash              ? output
				     : arena_format(arena, "%s%c", output, *file_separators);
	const char *name =
		arena_format(arena, "%sactdx-%s", folder, machine_time_text(now, true).text);
	const char *path = arena_format(arena, "%s.zip", name);
	for (int i = 2; i < 100 && file_kind(path) != FILE_MISSING; i++)
		path = arena_format(arena, "%s-%d.zip", name, i);
	return path;
}
