#include "zip.h"
#include "zip_open.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/machine.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct written {
	const char *name;
	uint64_t size;
	struct hash hash;
};

struct zip {
	struct arena *arena;
	const char *path, *partial;
	struct archive *archive;
	FILE *to;
	int error; /* errno of the first write that failed */
	const char *problem;
	struct written *members;
	size_t count, room;
	uint64_t size; /* written so far */
	const char *passphrase;
};

const char *zip_size_text(struct arena *arena, uint64_t bytes)
{
	if (bytes < KIB)
		return arena_format(arena, "%u bytes", (unsigned)bytes);
	bool small = bytes < MIB;
	uint64_t tenths = bytes * 10 / (small ? KIB : MIB);
	return arena_format(arena, "%llu.%u %s", (unsigned long long)(tenths / 10),
		(unsigned)(tenths % 10), small ? "KB" : "MB");
}

static void fail(struct zip *zip, const char *problem)
{
	if (!zip->problem)
		zip->problem = problem;
}

static void fail_with_archive(struct zip *zip)
{
	const char *text = archive_error_string(zip->archive);
	fail(zip, arena_copy(zip->arena, str_of(text ? text : "cannot be written")).at);
}

/* A write that fails is noted here and the rest dropped, while libarchive is told that all is well: after a
 * failed write it (3.6.2) neither frees the deflate state nor reports the failure when it closes. */
static la_ssize_t on_write(struct archive *archive, void *data, const void *bytes, size_t size)
{
	struct zip *zip = data;
	(void)archive;
	errno = 0;
	if (!zip->error && fwrite(bytes, 1, size, zip->to) != size) {
		zip->error = errno ? errno : EIO;
		fail(zip, arena_copy(zip->arena, str_of(strerror(zip->error))).at);
	}
	zip->size += size;
	return (la_ssize_t)size;
}

/* Deflate at its best; no blocks, for libarchive would collect them first and pad the last one. */
static bool set_format(struct archive *archive)
{
	return archive_write_set_format_zip(archive) == ARCHIVE_OK &&
		archive_write_set_format_option(archive, "zip", "compression", "deflate") ==
		ARCHIVE_OK &&
		archive_write_set_format_option(archive, "zip", "compression-level", "9") ==
		ARCHIVE_OK &&
		archive_write_set_bytes_per_block(archive, 0) == ARCHIVE_OK;
}

static bool open_archive(struct zip *zip)
{
	struct archive *archive = zip->archive;
	bool secret = zip->passphrase != NULL;
	return set_format(archive) &&
		(!secret ||
			(archive_write_set_format_option(archive, "zip", "encryption", "aes256") ==
					ARCHIVE_OK &&
				archive_write_set_passphrase(archive, zip->passphrase) ==
					ARCHIVE_OK)) &&
		archive_write_open(archive, zip, NULL, on_write, NULL) == ARCHIVE_OK;
}

static la_ssize_t on_count(struct archive *archive, void *data, const void *bytes, size_t size)
{
	(void)archive;
	(void)bytes;
	*(uint64_t *)data += size;
	return (la_ssize_t)size;
}

uint64_t zip_size(const struct zip *zip)
{
	return zip->size;
}

/* Twice the header is not much: the directory repeats it, and encryption adds 28 bytes. */
uint64_t zip_packed_size(struct bytes data)
{
	uint64_t size = 128;
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	if (!archive || !entry)
		machine_failed("out of memory");
	archive_entry_set_pathname(entry, "a");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)data.size);
	bool good = set_format(archive) &&
		archive_write_open(archive, &size, NULL, on_count, NULL) == ARCHIVE_OK &&
		archive_write_header(archive, entry) == ARCHIVE_OK;
	for (size_t done = 0; good && done < data.size;) {
		la_ssize_t wrote = archive_write_data(archive, data.at + done, data.size - done);
		good = wrote > 0;
		done += good ? (size_t)wrote : 0;
	}
	archive_entry_free(entry);
	archive_write_free(archive);
	return good ? size : data.size + 256;
}

struct zip *zip_new(
	struct arena *arena, const char *path, const char *passphrase, const char **problem)
{
	const char *partial = arena_format(arena, "%s.partial", path);
	if (file_kind(path) != FILE_MISSING) {
		*problem = arena_format(arena,
			"%s exists already and is not overwritten; name another with -o", path);
		return NULL;
	}
	FILE *to = file_create(partial);
	if (!to) {
		*problem = arena_format(arena, "cannot write %s: %s%s", partial, strerror(errno),
			errno == EEXIST ? " (left by a run that was killed? delete it)"
					: "; name another place with -o");
		return NULL;
	}
	machine_unfinished(partial);
	struct zip *zip = arena_alloc(arena, sizeof *zip);
	*zip = (struct zip){.arena = arena,
		.path = path,
		.partial = partial,
		.to = to,
		.passphrase = passphrase};
	zip->archive = archive_write_new();
	if (!zip->archive)
		machine_failed("out of memory");
	if (!open_archive(zip))
		fail_with_archive(zip);
	return zip;
}

bool zip_failed(const struct zip *zip)
{
	return zip->problem != NULL;
}

static void write_data(struct zip *zip, struct bytes data)
{
	for (size_t done = 0; done < data.size && !zip->problem;) {
		la_ssize_t wrote =
			archive_write_data(zip->archive, data.at + done, data.size - done);
		if (wrote <= 0)
			fail_with_archive(zip);
		else
			done += (size_t)wrote;
	}
}

void zip_add(struct zip *zip, const char *name, struct bytes data, int64_t modified)
{
	if (zip->problem)
		return;
	struct archive_entry *entry = archive_entry_new();
	if (!entry)
		machine_failed("out of memory");
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)data.size);
	archive_entry_set_mtime(entry, (time_t)(modified ? modified : machine_now()), 0);
	if (archive_write_header(zip->archive, entry) != ARCHIVE_OK)
		fail_with_archive(zip);
	archive_entry_free(entry);
	write_data(zip, data);
	if (archive_write_finish_entry(zip->archive) != ARCHIVE_OK)
		fail_with_archive(zip);
	zip->members =
		arena_grow(zip->arena, zip->members, zip->count, &zip->room, sizeof *zip->members);
	zip->members[zip->count++] = (struct written){name, data.size, hash_of(data)};
}

/* Reads the member that the reader stands at and compares it with what was meant. */
static bool same_member(struct archive *from, const struct written *meant)
{
	static uint8_t buffer[64 * KIB];
	struct hashing *hashing = hash_new();
	uint64_t size = 0;
	la_ssize_t got;
	while ((got = archive_read_data(from, buffer, sizeof buffer)) > 0) {
		hash_add(hashing, (struct bytes){buffer, (size_t)got});
		size += (uint64_t)got;
	}
	struct hash hash = hash_end(hashing);
	return got == 0 && size == meant->size && strcmp(hash.hex, meant->hash.hex) == 0;
}

static bool same_members(struct zip *zip, struct archive *from)
{
	struct archive_entry *entry;
	size_t i = 0;
	int status;
	for (; (status = archive_read_next_header(from, &entry)) == ARCHIVE_OK; i++) {
		const char *name = archive_entry_pathname(entry);
		if (i < zip->count && name && strcmp(name, zip->members[i].name) == 0 &&
			same_member(from, &zip->members[i]))
			continue;
		fail(zip,
			arena_format(zip->arena, "member %s differs from what was written",
				name ? name : "without a name"));
		return false;
	}
	return status == ARCHIVE_EOF && i == zip->count;
}

static void verify(struct zip *zip)
{
	struct archive *from = archive_read_new();
	if (!from || archive_read_support_format_zip_seekable(from) != ARCHIVE_OK)
		machine_failed("out of memory");
	if (zip->passphrase && archive_read_add_passphrase(from, zip->passphrase) != ARCHIVE_OK)
		machine_failed("out of memory");
	if (zip_open_file(from, zip->partial) != ARCHIVE_OK || !same_members(zip, from))
		fail(zip, "what was written cannot be read back; is the disk damaged?");
	archive_read_free(from);
}

static void hash_file(struct zip *zip, struct zip_sealed *sealed)
{
	static uint8_t buffer[64 * KIB];
	FILE *from = file_open(zip->partial);
	if (!from) {
		fail(zip, strerror(errno));
		return;
	}
	struct hashing *hashing = hash_new();
	size_t got;
	while ((got = fread(buffer, 1, sizeof buffer, from)) > 0) {
		hash_add(hashing, (struct bytes){buffer, got});
		sealed->size += got;
	}
	sealed->hash = hash_end(hashing);
	if (ferror(from))
		fail(zip, "what was written cannot be read back; is the disk damaged?");
	fclose(from);
}

static void finish_file(struct zip *zip)
{
	if (archive_write_close(zip->archive) != ARCHIVE_OK)
		fail_with_archive(zip);
	archive_write_free(zip->archive);
	zip->archive = NULL;
	bool good = file_finish(zip->to);
	zip->to = NULL;
	if (good)
		return;
	zip->error = zip->error ? zip->error : errno;
	fail(zip, strerror(zip->error));
}

/* "cannot write D:\a.zip: No space left on device; up to 12.0 MB needed, 3.0 MB free there." */
static const char *explain(struct zip *zip, uint64_t needed)
{
	uint64_t room = 0;
	const char *text = arena_format(zip->arena, "cannot write %s: %s", zip->path, zip->problem);
	if (zip->error != ENOSPC || !file_free_space(zip->path, &room))
		return text;
	return arena_format(zip->arena,
		"%s; up to %s needed, %s free there; name another place with -o", text,
		zip_size_text(zip->arena, needed), zip_size_text(zip->arena, room));
}

bool zip_seal(struct zip *zip, uint64_t needed, struct zip_sealed *sealed, const char **problem)
{
	*sealed = (struct zip_sealed){0};
	finish_file(zip);
	if (!zip->problem)
		verify(zip);
	if (!zip->problem)
		hash_file(zip, sealed);
	if (!zip->problem && !file_rename_new(zip->partial, zip->path))
		fail(zip,
			errno == EEXIST ? "a file of that name appeared meanwhile; it was kept"
					: strerror(errno));
	if (!zip->problem) {
		machine_unfinished(NULL);
		return true;
	}
	/* The partial file goes first: the message tells what is free without it. */
	file_delete(zip->partial);
	machine_unfinished(NULL);
	*problem = explain(zip, needed);
	return false;
}
