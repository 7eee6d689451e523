#include "base/secret.h"

#include "base/files.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_BYTES 1024

const char *secret_of_file(struct arena *arena, const char *path, const char **problem)
{
	FILE *from = file_open_named(path);
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false;
	if (!from || !file_read(from, SECRET_BYTES, &data, &size, &more)) {
		*problem = arena_format(arena, "cannot read %s: %s", path, strerror(errno));
		if (from)
			fclose(from);
		free(data);
		return NULL;
	}
	fclose(from);
	struct str text = {(const char *)data, size};
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_from(text, 3);
	text = str_slice(text, 0, str_find_char(text, '\n'));
	if (str_ends(text, STR("\r")))
		text = str_slice(text, 0, text.size - 1);
	bool good = text.size && utf8_is_valid(text) && !memchr(text.at, 0, text.size);
	const char *secret = good ? arena_copy(arena, text).at : NULL;
	if (!good)
		*problem = arena_format(arena,
			"the first line of %s is no passphrase: it is empty, or not UTF-8", path);
	free(data);
	return secret;
}
