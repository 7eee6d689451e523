#include "zip_open.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct opened {
	FILE *file;
	uint8_t piece[64 * KIB];
};

static la_ssize_t on_read(struct archive *archive, void *data, const void **piece)
{
	struct opened *opened = data;
	size_t got = fread(opened->piece, 1, sizeof opened->piece, opened->file);
	if (got == 0 && ferror(opened->file)) {
		archive_set_error(archive, errno, "cannot be read: %s", strerror(errno));
		return ARCHIVE_FATAL;
	}
	*piece = opened->piece;
	return (la_ssize_t)got;
}

static la_int64_t on_seek(struct archive *archive, void *data, la_int64_t offset, int whence)
{
	struct opened *opened = data;
	int64_t at = file_seek(opened->file, offset, whence);
	if (at >= 0)
		return at;
	archive_set_error(archive, errno, "cannot be read: %s", strerror(errno));
	return ARCHIVE_FATAL;
}

static la_int64_t on_skip(struct archive *archive, void *data, la_int64_t request)
{
	struct opened *opened = data;
	(void)archive;
	/* Not being able to skip is no error: then it is read. */
	return file_seek(opened->file, request, SEEK_CUR) >= 0 ? request : 0;
}

static int on_close(struct archive *archive, void *data)
{
	struct opened *opened = data;
	(void)archive;
	fclose(opened->file);
	free(opened);
	return ARCHIVE_OK;
}

int zip_open_file(struct archive *archive, const char *path)
{
	FILE *file = file_open_named(path);
	if (!file) {
		archive_set_error(archive, errno, "cannot be opened: %s", strerror(errno));
		return ARCHIVE_FATAL;
	}
	struct opened *opened = malloc(sizeof *opened);
	if (!opened)
		machine_failed("out of memory");
	opened->file = file;
	archive_read_set_read_callback(archive, on_read);
	archive_read_set_seek_callback(archive, on_seek);
	archive_read_set_skip_callback(archive, on_skip);
	archive_read_set_close_callback(archive, on_close);
	archive_read_set_callback_data(archive, opened);
	return archive_read_open1(archive);
}
