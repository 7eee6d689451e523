#include "input.h"

#include "parser.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct inputs inputs_new(struct arena *arena, size_t source_count)
{
	return (struct inputs){
		.arena = arena,
		.sources = arena_array(arena, source_count, sizeof(struct input_source)),
		.deadline = file_clock_seconds() + LIMIT_READ_SECONDS,
	};
}

void inputs_free(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		free((void *)inputs->members[i].data.at);
}

bool is_zip(struct bytes head)
{
	return head.size >= 4 && head.at[0] == 'P' && head.at[1] == 'K' &&
		((head.at[2] == 3 && head.at[3] == 4) || (head.at[2] == 5 && head.at[3] == 6));
}

struct member *input_add(struct inputs *inputs, const char *name)
{
	inputs->members = arena_grow(inputs->arena, inputs->members, inputs->count, &inputs->room,
		sizeof *inputs->members);
	struct member *member = &inputs->members[inputs->count++];
	*member = (struct member){
		.name = arena_copy(inputs->arena, str_of(name)).at,
		.machine = (unsigned)inputs->source_count - 1,
	};
	if (inputs->progress)
		inputs->progress(inputs, member->name);
	return member;
}

size_t input_room(const struct inputs *inputs)
{
	size_t left = inputs->total_bytes < LIMIT_TOTAL_BYTES
		? LIMIT_TOTAL_BYTES - inputs->total_bytes
		: 0;
	return left < LIMIT_MEMBER_BYTES ? left : LIMIT_MEMBER_BYTES;
}

static void refuse(struct inputs *inputs, struct member *member, const char *problem, bool limit)
{
	member->state = MEMBER_REFUSED;
	member->problem = problem;
	member->hit_limit = limit;
	inputs->limit_reached |= limit;
}

/* Takes over `data`. */
static void keep(
	struct inputs *inputs, struct member *member, uint8_t *data, size_t size, bool more)
{
	member->data = (struct bytes){data, size};
	member->size = size;
	inputs->total_bytes += size;
	if (more) {
		member->state = MEMBER_CUT;
		member->problem = "too large: only its first part was read";
		member->hit_limit = inputs->limit_reached = true;
	}
}

/* Text has no NUL unless it is UTF-16; a file that begins with 64 KB of anything else is not read on, however
 * large it says it is. */
static bool looks_binary(const uint8_t *data, size_t size)
{
	size_t zeros = 0;
	for (size_t i = 0; i < size; i++)
		zeros += data[i] == 0;
	return zeros > size / 2 + 1;
}

bool stream_begin(struct stream *stream, struct inputs *inputs, size_t index, struct bytes head)
{
	const struct parser *parser = inputs->instead ? NULL : parser_for_bytes(head);
	const struct binary *binary = parser ? parser->binary : inputs->instead;
	if (!binary || !binary->recognises(head))
		return false;
	struct member *member = &inputs->members[index];
	/* Only the report compares members with a manifest. */
	*stream = (struct stream){
		.inputs = inputs, .member = index, .hashing = inputs->instead ? NULL : hash_new()};
	member->streamed_by = parser;
	member->streaming = binary;
	member->stream = binary->begin(inputs->arena);
	member->size = 0;
	return true;
}

bool stream_feed(struct stream *stream, struct bytes piece)
{
	struct inputs *inputs = stream->inputs;
	struct member *member = &inputs->members[stream->member];
	if (member->size + piece.size > LIMIT_STREAM_BYTES ||
		file_clock_seconds() > inputs->deadline) {
		member->state = MEMBER_CUT;
		member->problem = "too large: only its first part was read";
		member->hit_limit = inputs->limit_reached = true;
		return false;
	}
	member->size += piece.size;
	if (stream->hashing)
		hash_add(stream->hashing, piece);
	member->streaming->feed(member->stream, piece);
	return true;
}

void stream_end(struct stream *stream)
{
	struct member *member = &stream->inputs->members[stream->member];
	member->streaming->end(member->stream);
	if (!stream->hashing)
		return;
	struct hash hash = hash_end(stream->hashing);
	member->sha256 = arena_copy(stream->inputs->arena, str_of(hash.hex));
}

#define HEAD_BYTES (4 * KIB)
#define STREAM_PIECE_BYTES (256 * KIB)

/* A file or pipe that stands behind its first bytes, `head`. False when no parser takes it as it passes by. */
static bool stream_file(struct inputs *inputs, size_t index, struct bytes head, FILE *from)
{
	struct stream stream;
	if (!stream_begin(&stream, inputs, index, head))
		return false;
	uint8_t *piece = malloc(STREAM_PIECE_BYTES);
	if (!piece)
		machine_failed("out of memory");
	size_t got = head.size;
	for (bool good = stream_feed(&stream, head); good && got > 0;) {
		got = fread(piece, 1, STREAM_PIECE_BYTES, from);
		good = got == 0 || stream_feed(&stream, (struct bytes){piece, got});
	}
	stream_end(&stream);
	free(piece);
	if (ferror(from)) {
		inputs->members[index].state = MEMBER_DAMAGED;
		inputs->members[index].problem = "could not be read to its end";
	}
	return true;
}

static void read_stream(struct inputs *inputs, struct member *member, FILE *from)
{
	uint8_t *data = NULL;
	size_t size = 0;
	bool more = false, whole;
	size_t room = input_room(inputs);
	if (room == 0) {
		refuse(inputs, member, "not read: the inputs together are too large", true);
		return;
	}
	uint8_t head[HEAD_BYTES];
	size_t got = fread(head, 1, sizeof head, from);
	if (stream_file(
		    inputs, (size_t)(member - inputs->members), (struct bytes){head, got}, from))
		return;
	rewind(from);
	whole = file_read(from, room < 64 * KIB ? room : 64 * KIB, &data, &size, &more);
	if (whole && more && looks_binary(data, size)) {
		member->data = (struct bytes){data, size};
		member->state = MEMBER_REFUSED;
		member->problem = "not text";
		return;
	}
	free(data);
	rewind(from);
	whole = file_read(from, room, &data, &size, &more);
	keep(inputs, member, data, size, more);
	if (!whole) {
		member->state = MEMBER_DAMAGED;
		member->problem = "could not be read to its end";
	}
}

static void read_loose(struct inputs *inputs, const char *path, const char *name)
{
	size_t index = inputs->count;
	struct member *member = input_add(inputs, name);
	member->size = file_size(path);
	if (file_clock_seconds() > inputs->deadline) {
		refuse(inputs, member, "not read: reading took too long", true);
		return;
	}
	FILE *from = file_open(path);
	if (!from) {
		refuse(inputs, member, strerror(errno), false);
		return;
	}
	read_stream(inputs, member, from);
	fclose(from);
	if (inputs->members[index].state == MEMBER_OK)
		archive_open_nested(inputs, index, 1);
}

static bool read_folder(struct inputs *inputs, const char *path, const char **problem)
{
	struct folder folder;
	if (!folder_list(inputs->arena, path, &folder)) {
		*problem = strerror(errno);
		return false;
	}
	for (size_t i = 0; i < folder.count; i++) {
		if (folder.at[i].problem)
			refuse(inputs, input_add(inputs, folder.at[i].name), folder.at[i].problem,
				false);
		else
			read_loose(inputs, folder.at[i].path, folder.at[i].name);
	}
	if (folder.too_deep)
		refuse(inputs, input_add(inputs, "(folder)"),
			"some of it was not read: folders lie too deep", true);
	else if (folder.too_many)
		refuse(inputs, input_add(inputs, "(folder)"),
			"the rest was not read: too many files", true);
	return true;
}

static const char *last_part(const char *path)
{
	const char *last = path;
	for (const char *c = path; *c; c++)
		if (strchr(file_separators, *c) && c[1])
			last = c + 1;
	return last;
}

static bool read_file(struct inputs *inputs, const char *path, const char **problem)
{
	uint8_t head[4] = {0};
	FILE *from = file_open_named(path);
	if (!from) {
		*problem = strerror(errno);
		return false;
	}
	size_t size = fread(head, 1, sizeof head, from);
	bool zip = is_zip((struct bytes){head, size});
	rewind(from);
	if (!zip)
		read_stream(inputs, input_add(inputs, last_part(path)), from);
	fclose(from);
	inputs->sources[inputs->source_count - 1].is_archive = zip;
	return !zip || archive_read_file(inputs, path, problem);
}

/* A stream cannot be read twice: all of it goes to memory before anybody looks at it. */
static bool read_pipe(struct inputs *inputs, FILE *from, const char *name, const char **problem)
{
	uint8_t head[HEAD_BYTES];
	size_t got = fread(head, 1, sizeof head, from);
	struct bytes front = {head, got};
	if (inputs->instead ? inputs->instead->recognises(front)
			    : parser_for_bytes(front) != NULL) {
		(void)input_add(inputs, name);
		return stream_file(inputs, inputs->count - 1, (struct bytes){head, got}, from);
	}
	uint8_t *rest = NULL, *data;
	size_t size = 0;
	bool more = false;
	if (!file_read(from, LIMIT_MEMBER_BYTES - got, &rest, &size, &more)) {
		*problem = strerror(errno);
		free(rest);
		return false;
	}
	data = malloc(got + size + 1);
	if (!data)
		machine_failed("out of memory");
	memcpy(data, head, got);
	if (size)
		memcpy(data + got, rest, size);
	free(rest);
	size += got;
	if (!is_zip((struct bytes){data, size})) {
		keep(inputs, input_add(inputs, name), data, size, more);
		return true;
	}
	inputs->sources[inputs->source_count - 1].is_archive = true;
	bool good = archive_read_memory(inputs, (struct bytes){data, size}, "", 0, problem);
	free(data);
	return good;
}

static int by_name(const void *a, const void *b)
{
	const struct member *const *left = a, *const *right = b;
	int order = strcmp((*left)->name, (*right)->name);
	return order ? order : (*left > *right) - (*left < *right);
}

/* A citation has to name one place: of members with one name only the first is read. */
static void refuse_twins(struct inputs *inputs, size_t first)
{
	size_t count = inputs->count - first;
	struct member **sorted = arena_array(inputs->arena, count, sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &inputs->members[first + i];
	if (count)
		qsort(sorted, count, sizeof *sorted, by_name);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
			continue;
		free((void *)sorted[i]->data.at);
		sorted[i]->data = (struct bytes){0};
		refuse(inputs, sorted[i], "has the name of an earlier member; refused", false);
	}
}

static bool read_source(struct inputs *inputs, const char *path, const char **problem);

bool input_read(struct inputs *inputs, const char *path, const char **problem)
{
	size_t first = inputs->count;
	bool good = read_source(inputs, path, problem);
	refuse_twins(inputs, first);
	return good;
}

static bool read_source(struct inputs *inputs, const char *path, const char **problem)
{
	inputs->sources[inputs->source_count++] = (struct input_source){.path = path};
	if (strcmp(path, "-") == 0)
		return read_pipe(inputs, stdin, "standard-input", problem);
	switch (file_kind(path)) {
	case FILE_FOLDER:
		inputs->sources[inputs->source_count - 1].is_folder = true;
		return read_folder(inputs, path, problem);
	case FILE_REGULAR:
		return read_file(inputs, path, problem);
	case FILE_MISSING:
		*problem = strerror(errno);
		return false;
	case FILE_OTHER:
		break;
	}
	FILE *from = file_open_named(path);
	if (!from) {
		*problem = strerror(errno);
		return false;
	}
	bool good = read_pipe(inputs, from, last_part(path), problem);
	fclose(from);
	return good;
}
