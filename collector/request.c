#include "request.h"

#include "plan.h"

#include "base/escape.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_BYTES (64 * KIB)
#define REQUEST_NAMES 16 /* of domains, and of paths */

/* "line 3: no item is called x", made safe for a terminal. */
static const char *wrong(struct arena *arena, unsigned line, const char *what, struct str about)
{
	struct out out = out_new(4 * KIB);
	out_format(&out, "the request, line %u: %s", line, what);
	escape_terminal(&out, str_slice(about, 0, 80));
	const char *text = arena_copy(arena, out_view(&out)).at;
	out_free(&out);
	return text;
}

static const char *add_item(struct arena *arena, struct request *request, struct str id)
{
	const struct item *item = item_for_id(id);
	if (!item)
		return "no item is called ";
	request->only =
		request->only ? arena_format(arena, "%s,%s", request->only, item->id) : item->id;
	return NULL;
}

static const char *add_name(struct arena *arena, struct text_list *list, struct str value)
{
	if (list->count == REQUEST_NAMES)
		return "too many names: ";
	list->at = arena_grow(arena, list->at, list->count, &list->room, sizeof *list->at);
	list->at[list->count++] = arena_copy(arena, value).at;
	return NULL;
}

static const char *set_parent(struct arena *arena, struct request *request, struct str value)
{
	for (size_t i = 0; i < value.size; i++)
		if (!char_is_hex(value.at[i]))
			return "no SHA-256: ";
	if (value.size != HASH_HEX_BYTES)
		return "no SHA-256: ";
	request->parent = arena_copy(arena, value).at;
	return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *read_line(struct arena *arena, struct request *request, struct str line)
{
	struct str word = str_word(&line), value = str_trim(line);
	if (str_equal(word, STR("item")))
		return add_item(arena, request, value);
	if (str_equal(word, STR("domain")))
		return add_name(arena, &request->domains, value);
	if (str_equal(word, STR("path")))
		return add_name(arena, &request->paths, value);
	if (str_equal(word, STR("parent")))
		return set_parent(arena, request, value);
	return "not understood: ";
}

static bool read_text(
	struct arena *arena, struct request *request, struct str text, const char **problem)
{
	unsigned number = 0;
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_from(text, 3);
	if (!utf8_is_valid(text) ||
		!str_equal(str_trim(str_cut(&text, '\n')), STR(REQUEST_TITLE))) {
		*problem = "the file is no request: its first line is not \"" REQUEST_TITLE "\"";
		return false;
	}
	for (number = 2; text.size; number++) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (line.size == 0 || str_starts(line, STR("#")))
			continue;
		const char *what = read_line(arena, request, line);
		if (what) {
			(void)str_word(&line);
			*problem = wrong(arena, number, what, str_trim(line));
			return false;
		}
	}
	*problem = plan_problem(&request->domains, &request->paths);
	if (!*problem && !request->only)
		*problem = "the request names no item";
	return !*problem;
}

bool request_read(
	struct arena *arena, const char *path, struct request *request, const char **problem)
{
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false, good = false;
	FILE *from = file_open_named(path);
	*request = (struct request){0};
	if (!from || !file_read(from, REQUEST_BYTES, &data, &size, &more))
		*problem = arena_format(arena, "cannot read %s: %s", path, strerror(errno));
	else if (more)
		*problem = "the file is no request: it is larger than 64 KB";
	else
		good = read_text(arena, request, (struct str){(const char *)data, size}, problem);
	if (from)
		fclose(from);
	free(data);
	return good;
}
