/*
 * Zip archives, by libarchive: the only file that knows it here.
 *
 * The seekable reader comes first: the streaming one takes an archive without its directory for whole.
 * A wrong checksum comes as a warning and must not be taken for success. Names like "../x" pass through
 * libarchive; nothing is ever unpacked to disk, but a citation has to name one place, so such names,
 * and a second member of the same name, are refused.
 */
#include "input.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "collector/zip_open.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *name_problem(const char *name)
{
	struct str rest = str_of(name);
	if (rest.size == 0)
		return "has no name";
	if (rest.size > LIMIT_MEMBER_NAME)
		return "has a name too long to cite";
	if (*name == '/' || strchr(name, '\\') || (char_is_alpha(name[0]) && name[1] == ':'))
		return "has a name outside the archive; refused";
	while (rest.size) {
		struct str part = str_cut(&rest, '/');
		if (str_equal(part, STR("..")) || str_equal(part, STR(".")))
			return "has a name outside the archive; refused";
	}
	return NULL;
}

/* Member names of foreign zips stand in any code page; backslashes come from old .NET. */
static const char *member_name(
	struct inputs *inputs, struct archive_entry *entry, const char *inside)
{
	const char *raw = archive_entry_pathname(entry);
	if (!raw)
		raw = archive_entry_pathname_utf8(entry);
	if (!raw)
		return "";
	struct str name = str_of(raw);
	struct bytes bytes = {(const uint8_t *)name.at, name.size};
	name = text_decode(inputs->arena, bytes, 0).utf8;
	return *inside ? arena_format(inputs->arena, "%s!%.*s", inside, STR_PRINT(name)) : name.at;
}

#define STREAM_PIECE_BYTES (256 * KIB)

struct reading {
	struct inputs *inputs;
	struct archive *archive;
	const char *inside;
	unsigned depth;
	uint64_t archive_bytes; /* packed size of the whole archive */
	uint64_t unpacked;
	bool streaming; /* from the front, without a directory */
	bool encrypted; /* the member that is read is */
	bool wrong_passphrase;
};

static bool is_bomb(const struct reading *r)
{
	return r->unpacked > LIMIT_ZIP_RATIO_FLOOR &&
		r->unpacked / LIMIT_ZIP_RATIO > r->archive_bytes;
}

static void end_member(struct member *member, enum member_state state, const char *problem)
{
	member->state = state;
	member->problem = problem;
}

static void stop_at_limit(struct inputs *inputs, struct member *member, const char *problem)
{
	end_member(member, member->data.size ? MEMBER_CUT : MEMBER_REFUSED, problem);
	member->hit_limit = inputs->limit_reached = true;
}

/* A wrong passphrase is found out at a member's first bytes (but for one in 65536, which its checksum finds). */
static void note_damage(struct reading *r, struct member *member)
{
	if (r->encrypted && r->unpacked == 0)
		r->wrong_passphrase = true;
	const char *text = archive_error_string(r->archive);
	end_member(member, MEMBER_DAMAGED,
		arena_copy(r->inputs->arena, str_of(text ? text : "is damaged")).at);
}

/* A binary file, piece by piece; its front is in `piece` already. */
static void stream_data(struct reading *r, struct stream *stream, uint8_t *piece, size_t got)
{
	struct member *member = &r->inputs->members[stream->member];
	while (got > 0 && stream_feed(stream, (struct bytes){piece, got})) {
		la_ssize_t more = archive_read_data(r->archive, piece, STREAM_PIECE_BYTES);
		got = more > 0 ? (size_t)more : 0;
		r->unpacked += got;
		if (more < 0)
			note_damage(r, member);
		if (is_bomb(r)) {
			stop_at_limit(r->inputs, member,
				"unpacks to more than 200 times the size of its archive; stopped");
			member->state = MEMBER_CUT;
			break;
		}
	}
	stream_end(stream);
}

/* Reads until the member ends, a limit is reached or the archive is broken. */
static void read_data(struct reading *r, size_t index)
{
	struct member *member = &r->inputs->members[index];
	size_t limit = input_room(r->inputs), room = 0, size = 0;
	uint8_t *data = NULL;
	struct stream stream;
	for (;;) {
		if (size == room) {
			size_t wanted = room ? room * 2 : 16 * KIB;
			room = wanted > limit + 1 ? limit + 1 : wanted;
			uint8_t *grown = realloc(data, room ? room : 1);
			if (!grown)
				machine_failed("out of memory");
			data = grown;
		}
		la_ssize_t got = archive_read_data(r->archive, data + size, room - size);
		if (got == 0)
			break;
		if (got < 0) {
			note_damage(r, member);
			break;
		}
		bool front = size == 0;
		size += (size_t)got;
		r->unpacked += (uint64_t)got;
		if (front && stream_begin(&stream, r->inputs, index, (struct bytes){data, size})) {
			data = realloc(data, STREAM_PIECE_BYTES);
			if (!data)
				machine_failed("out of memory");
			stream_data(r, &stream, data, size);
			free(data);
			return;
		}
		if (size > limit || is_bomb(r)) {
			size = size > limit ? limit : size;
			member->data = (struct bytes){data, size};
			stop_at_limit(r->inputs, member,
				is_bomb(r)
					? "unpacks to more than 200 times the size of its archive; stopped"
					: "too large: only its first part was read");
			break;
		}
	}
	member->data = (struct bytes){data, size};
	member->size = size;
	r->inputs->total_bytes += size;
}

static void read_member(struct reading *r, struct archive_entry *entry)
{
	struct inputs *inputs = r->inputs;
	mode_t type = archive_entry_filetype(entry);
	if (type == AE_IFDIR)
		return;
	size_t index = inputs->count;
	struct member *member = input_add(inputs, member_name(inputs, entry, r->inside));
	member->size = archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : 0;
	const char *plain = *r->inside ? member->name + strlen(r->inside) + 1 : member->name;
	const char *problem = name_problem(plain);
	if (!problem && type != AE_IFREG && type != 0)
		problem = "is not a regular file";
	r->encrypted = archive_entry_is_data_encrypted(entry) != 0;
	if (!problem && r->encrypted && !inputs->passphrase)
		problem = "is encrypted; give its passphrase with --passphrase-file";
	if (problem)
		end_member(member, MEMBER_REFUSED, problem);
	else if (input_room(inputs) == 0)
		stop_at_limit(r->inputs, member, "not read: the inputs together are too large");
	else if (file_clock_seconds() > inputs->deadline)
		stop_at_limit(r->inputs, member, "not read: reading took too long");
	else
		read_data(r, index);
	if (inputs->members[index].state == MEMBER_OK)
		archive_open_nested(inputs, index, r->depth + 1);
}

static bool read_members(struct reading *r, const char **problem)
{
	size_t before = r->inputs->count;
	for (;;) {
		struct archive_entry *entry;
		int status = archive_read_next_header(r->archive, &entry);
		if (status == ARCHIVE_EOF)
			return true;
		if (status == ARCHIVE_FATAL || status == ARCHIVE_RETRY) {
			const char *text = archive_error_string(r->archive);
			*problem = arena_copy(r->inputs->arena, str_of(text ? text : "damaged")).at;
			/* Members before the damage are evidence; the damage itself becomes a member. */
			if (r->inputs->count > before && !r->streaming)
				end_member(
					input_add(r->inputs, *r->inside ? r->inside : "(archive)"),
					MEMBER_DAMAGED, *problem);
			return r->inputs->count > before;
		}
		if (r->inputs->count >= LIMIT_MEMBERS || is_bomb(r)) {
			r->inputs->limit_reached = true;
			stop_at_limit(r->inputs, input_add(r->inputs, "(archive)"),
				is_bomb(r)
					? "the rest was not read: it unpacks to more than 200 times its size"
					: "the rest was not read: too many members");
			return true;
		}
		read_member(r, entry);
	}
}

/* Where an archive's bytes are: a file, or memory when `path` is NULL. */
struct place {
	const char *path;
	struct bytes data;
};

/* Reads with one of libarchive's two zip readers. False with `*problem` when not even a member was found. */
static bool read_with(struct reading *r, const struct place *place,
	int (*choose_reader)(struct archive *), const char **problem)
{
	r->archive = archive_read_new();
	if (!r->archive || choose_reader(r->archive) != ARCHIVE_OK)
		machine_failed("out of memory");
	if (r->inputs->passphrase &&
		archive_read_add_passphrase(r->archive, r->inputs->passphrase) != ARCHIVE_OK)
		machine_failed("out of memory");
	int opened = place->path
		? zip_open_file(r->archive, place->path)
		: archive_read_open_memory(r->archive, place->data.at, place->data.size);
	bool good = opened == ARCHIVE_OK && read_members(r, problem);
	if (opened != ARCHIVE_OK) {
		const char *text = archive_error_string(r->archive);
		*problem =
			arena_copy(r->inputs->arena, str_of(text ? text : "not a zip archive")).at;
	}
	archive_read_free(r->archive);
	return good;
}

/* An archive whose end is missing has no directory: half a download. Its members can still be read one after
 * the other from the front. */
static bool read_archive(struct reading *r, const struct place *place, const char **problem)
{
	size_t before = r->inputs->count;
	bool good = read_with(r, place, archive_read_support_format_zip_seekable, problem);
	if (r->wrong_passphrase) {
		for (size_t i = before; i < r->inputs->count; i++)
			free((void *)r->inputs->members[i].data.at);
		r->inputs->count = before;
		*problem = "the passphrase does not fit";
		return false;
	}
	if (good)
		return true;
	const char *ignored;
	r->unpacked = 0;
	r->streaming = true;
	(void)read_with(r, place, archive_read_support_format_zip_streamable, &ignored);
	if (r->inputs->count == before) {
		*problem =
			"a zip archive that is damaged or cut off, and no file in it can be read; "
			"have it sent again";
		return false;
	}
	end_member(input_add(r->inputs, *r->inside ? r->inside : "(archive)"), MEMBER_DAMAGED,
		"the archive is cut off: its end is missing, and with it maybe more files; have it sent "
		"again");
	return true;
}

bool archive_read_file(struct inputs *inputs, const char *path, const char **problem)
{
	struct reading r = {.inputs = inputs, .inside = "", .archive_bytes = file_size(path)};
	return read_archive(&r, &(struct place){.path = path}, problem);
}

void archive_open_nested(struct inputs *inputs, size_t index, unsigned depth)
{
	const struct member *member = &inputs->members[index];
	const char *problem = NULL;
	bool too_deep = depth >= LIMIT_ARCHIVE_DEPTH;
	if (!is_zip(member->data))
		return;
	if (!too_deep && archive_read_memory(inputs, member->data, member->name, depth, &problem))
		return;
	if (too_deep)
		stop_at_limit(inputs, &inputs->members[index],
			"an archive inside an archive inside an archive; not opened");
	else
		end_member(&inputs->members[index], MEMBER_DAMAGED, problem);
}

bool archive_read_memory(struct inputs *inputs, struct bytes data, const char *inside,
	unsigned depth, const char **problem)
{
	struct reading r = {
		.inputs = inputs, .inside = inside, .depth = depth, .archive_bytes = data.size};
	return read_archive(&r, &(struct place){.data = data}, problem);
}
