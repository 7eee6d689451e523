#include "cause.h"
#include "knowledge_embedded.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const weight_words[WEIGHT_COUNT] = {"weak", "fair", "strong", "decisive"};
/* Likelihood ratios of 2, 5, 20 and 1000. */
const int weight_decibans[WEIGHT_COUNT] = {3, 7, 13, 30};
const char *const place_words[PLACE_COUNT] = {"client", "kms-host", "dns", "domain", "network"};

struct knowledge knowledge_new(struct arena *arena, const struct vocabulary *vocabulary)
{
	return (struct knowledge){.arena = arena, .vocabulary = vocabulary};
}

void knowledge_complain(
	struct knowledge *knowledge, const char *file, unsigned line, const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	knowledge->problems = arena_grow(knowledge->arena, knowledge->problems,
		knowledge->problem_count, &knowledge->problem_room, sizeof *knowledge->problems);
	knowledge->problems[knowledge->problem_count++] =
		(struct knowledge_problem){file, line, arena_format(knowledge->arena, "%s", text)};
}

void knowledge_add(struct knowledge *knowledge, const char *file, struct str utf8)
{
	struct cause *cause = cause_read(knowledge, file, utf8);
	if (!cause)
		return;
	for (size_t i = 0; i < knowledge->count; i++)
		if (str_equal(knowledge->at[i]->id, cause->id)) {
			knowledge->at[i] = cause;
			return;
		}
	if (knowledge->count == LIMIT_CAUSES) {
		knowledge_complain(
			knowledge, file, cause->line, "more than %d causes", LIMIT_CAUSES);
		return;
	}
	knowledge->at = arena_grow(knowledge->arena, knowledge->at, knowledge->count,
		&knowledge->room, sizeof *knowledge->at);
	knowledge->at[knowledge->count++] = cause;
}

void knowledge_add_built_in(struct knowledge *knowledge)
{
	for (size_t i = 0; i < embedded_cause_count; i++)
		knowledge_add(knowledge, embedded_causes[i].name,
			(struct str){
				(const char *)embedded_causes[i].bytes, embedded_causes[i].size});
}

static void add_file(struct knowledge *knowledge, const struct folder_entry *entry)
{
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false;
	FILE *from = entry->problem ? NULL : file_open(entry->path);
	if (!from || !file_read(from, LIMIT_XML_BYTES, &data, &size, &more) || more)
		knowledge_complain(knowledge, entry->name, 0, "%s",
			more ? "larger than a cause file may be" : "cannot be read");
	else
		knowledge_add(knowledge, entry->name,
			arena_copy(knowledge->arena, (struct str){(const char *)data, size}));
	free(data);
	if (from)
		(void)fclose(from);
}

bool knowledge_add_folder(struct knowledge *knowledge, const char *path, const char **problem)
{
	struct folder folder;
	size_t files = 0;
	*problem = "no such folder, or it cannot be read";
	if (!folder_list(knowledge->arena, path, &folder))
		return false;
	for (size_t i = 0; i < folder.count; i++)
		if (str_ends_nocase(str_of(folder.at[i].name), STR(".xml"))) {
			add_file(knowledge, &folder.at[i]);
			files++;
		}
	*problem = "holds no .xml file";
	return files > 0;
}

static int by_id(const void *a, const void *b)
{
	const struct cause *const *left = a, *const *right = b;
	return str_compare((*left)->id, (*right)->id);
}

static void link_cause(struct knowledge *knowledge, struct cause *cause)
{
	size_t room = 0;
	struct str rest = cause->explains_text;
	while (rest.size) {
		struct str id = str_trim(str_cut(&rest, '|'));
		const struct cause *other = knowledge_find(knowledge, id);
		if (!other) {
			const char *near = knowledge_nearest(knowledge, id);
			knowledge_complain(knowledge, cause->file, cause->line,
				"explains=\"%.*s\" is no cause and no state%s%s%s", STR_PRINT(id),
				near ? "; did you mean \"" : "", near ? near : "",
				near ? "\"?" : "");
			continue;
		}
		cause->explains = arena_grow(knowledge->arena, cause->explains,
			cause->explain_count, &room, sizeof *cause->explains);
		cause->explains[cause->explain_count++] = other;
	}
}

/* What each cause explains through others: Warshall's closure, so that no number of ways between two causes
 * costs time, and a ring of any length shows as a cause that lies below itself. */
static void close_explains(struct knowledge *knowledge)
{
	size_t words = (knowledge->count + 63) / 64;
	for (size_t i = 0; i < knowledge->count; i++) {
		knowledge->at[i]->index = i;
		knowledge->at[i]->below =
			arena_array(knowledge->arena, words, sizeof *knowledge->at[i]->below);
	}
	for (size_t i = 0; i < knowledge->count; i++)
		for (size_t k = 0; k < knowledge->at[i]->explain_count; k++) {
			size_t other = knowledge->at[i]->explains[k]->index;
			knowledge->at[i]->below[other / 64] |= (uint64_t)1 << other % 64;
		}
	for (size_t through = 0; through < knowledge->count; through++)
		for (size_t i = 0; i < knowledge->count; i++)
			for (size_t word = 0; word < words &&
				cause_explains(knowledge->at[i], knowledge->at[through]);
				word++)
				knowledge->at[i]->below[word] |=
					knowledge->at[through]->below[word];
}

void knowledge_link(struct knowledge *knowledge)
{
	if (knowledge->count)
		qsort(knowledge->at, knowledge->count, sizeof *knowledge->at, by_id);
	for (size_t i = 0; i < knowledge->count; i++)
		link_cause(knowledge, knowledge->at[i]);
	close_explains(knowledge);
	for (size_t i = 0; i < knowledge->count; i++)
		if (cause_explains(knowledge->at[i], knowledge->at[i]))
			knowledge_complain(knowledge, knowledge->at[i]->file,
				knowledge->at[i]->line, "explains itself, through others");
}

const struct cause *knowledge_find(const struct knowledge *knowledge, struct str id)
{
	for (size_t i = 0; i < knowledge->count; i++)
		if (str_equal(knowledge->at[i]->id, id))
			return knowledge->at[i];
	return NULL;
}

const char *knowledge_nearest(const struct knowledge *knowledge, struct str id)
{
	struct nearest nearest = nearest_to(id);
	for (size_t i = 0; i < knowledge->count; i++)
		nearest_offer(&nearest, knowledge->at[i]->id.at);
	return nearest.best;
}

bool cause_explains(const struct cause *cause, const struct cause *other)
{
	return cause->below && (cause->below[other->index / 64] >> other->index % 64 & 1);
}
