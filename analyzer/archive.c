/*
 * Zip archives, by libarchive: the only file that knows it here.
 *
 * The seekable reader is used alone: the streaming one takes an archive without its directory for whole.
 * A wrong checksum comes as a warning and must not be taken for success. Names like "../x" pass through
 * libarchive; nothing is ever unpacked to disk, but a citation has to name one place, so such names,
 * and a second member of the same name, are refused.
 */
#include "input.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"

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

struct reading {
	struct inputs *inputs;
	struct archive *archive;
	const char *inside;
	unsigned depth;
	uint64_t archive_bytes; /* packed size of the whole archive */
	uint64_t unpacked;
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

static void stop_at_limit(struct reading *r, struct member *member, const char *problem)
{
	end_member(member, member->data.size ? MEMBER_CUT : MEMBER_REFUSED, problem);
	member->hit_limit = r->inputs->limit_reached = true;
}

/* Reads until the member ends, a limit is reached or the archive is broken. */
static void read_data(struct reading *r, struct member *member)
{
	size_t limit = input_room(r->inputs), room = 0, size = 0;
	uint8_t *data = NULL;
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
			const char *text = archive_error_string(r->archive);
			end_member(member, MEMBER_DAMAGED,
				arena_copy(r->inputs->arena, str_of(text ? text : "is damaged"))
					.at);
			break;
		}
		size += (size_t)got;
		r->unpacked += (uint64_t)got;
		if (size > limit || is_bomb(r)) {
			size = size > limit ? limit : size;
			member->data = (struct bytes){data, size};
			stop_at_limit(r, member,
				is_bomb(r)
					? "unpacks to more than 200 times the size of its archive; stopped"
					: "too large: only its first part was read");
			break;
		}
	}
	member->data = (struct bytes){data, size};
	member->size = size;
	r->inputs->total_bytes += size;
	if (member->state == MEMBER_OK)
		member->hash = hash_of(member->data);
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
	if (!problem && archive_entry_is_data_encrypted(entry))
		problem = "is encrypted; decrypt the archive first";
	if (problem)
		end_member(member, MEMBER_REFUSED, problem);
	else if (input_room(inputs) == 0)
		stop_at_limit(r, member, "not read: the inputs together are too large");
	else if (file_clock_seconds() > inputs->deadline)
		stop_at_limit(r, member, "not read: reading took too long");
	else
		read_data(r, member);
	const char *nested = NULL;
	member = &inputs->members[index];
	if (member->state == MEMBER_OK && is_zip(member->data) &&
		!archive_read_memory(inputs, member->data, member->name, r->depth + 1, &nested))
		end_member(&inputs->members[index], MEMBER_DAMAGED, nested);
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
			if (r->inputs->count == before)
				return false;
			end_member(input_add(r->inputs, *r->inside ? r->inside : "(archive)"),
				MEMBER_DAMAGED, *problem);
			return true;
		}
		if (r->inputs->count >= LIMIT_MEMBERS || is_bomb(r)) {
			r->inputs->limit_reached = true;
			stop_at_limit(r, input_add(r->inputs, "(archive)"),
				is_bomb(r)
					? "the rest was not read: it unpacks to more than 200 times its size"
					: "the rest was not read: too many members");
			return true;
		}
		read_member(r, entry);
	}
}

static struct archive *new_reader(void)
{
	struct archive *archive = archive_read_new();
	if (!archive || archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK)
		machine_failed("out of memory");
	return archive;
}

static bool read_archive(struct reading *r, int opened, const char **problem)
{
	bool good = opened == ARCHIVE_OK && read_members(r, problem);
	if (opened != ARCHIVE_OK) {
		const char *text = archive_error_string(r->archive);
		*problem =
			arena_copy(r->inputs->arena, str_of(text ? text : "not a zip archive")).at;
	}
	archive_read_free(r->archive);
	return good;
}

bool archive_read_file(struct inputs *inputs, const char *path, const char **problem)
{
	struct reading r = {.inputs = inputs, .archive = new_reader(), .inside = ""};
	r.archive_bytes = file_size(path);
	return read_archive(&r, archive_read_open_filename(r.archive, path, 64 * KIB), problem);
}

bool archive_read_memory(struct inputs *inputs, struct bytes data, const char *inside,
	unsigned depth, const char **problem)
{
	if (depth >= LIMIT_ARCHIVE_DEPTH) {
		*problem = "an archive inside an archive inside an archive; not opened";
		inputs->limit_reached = true;
		return false;
	}
	struct reading r = {
		.inputs = inputs, .archive = new_reader(), .inside = inside, .depth = depth};
	r.archive_bytes = data.size;
	return read_archive(&r, archive_read_open_memory(r.archive, data.at, data.size), problem);
}
