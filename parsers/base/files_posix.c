#include "base/files.h"

#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

const char *const file_separators = "/";

enum file_kind file_kind(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return FILE_MISSING;
	return S_ISREG(status.st_mode)    ? FILE_REGULAR
		: S_ISDIR(status.st_mode) ? FILE_FOLDER
					  : FILE_OTHER;
}

uint64_t file_size(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

bool file_is_same(const char *a, const char *b)
{
	struct stat left, right;
	return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
		left.st_ino == right.st_ino;
}

struct listing {
	struct arena *arena;
	struct folder *folder;
	size_t room;
};

static void add_entry(struct listing *listing, struct folder_entry entry)
{
	struct folder *folder = listing->folder;
	if (folder->count == LIMIT_MEMBERS) {
		folder->too_many = true;
		return;
	}
	folder->at = arena_grow(
		listing->arena, folder->at, folder->count, &listing->room, sizeof *folder->at);
	folder->at[folder->count++] = entry;
}

static bool list_folder(
	struct listing *listing, const char *path, const char *inside, unsigned depth);

static void list_entry(struct listing *listing, const char *path, const char *inside,
	const char *name, unsigned depth)
{
	struct stat status;
	struct folder_entry entry = {
		.path = arena_format(listing->arena, "%s/%s", path, name),
		.name = *inside ? arena_format(listing->arena, "%s/%s", inside, name)
				: arena_copy(listing->arena, str_of(name)).at,
	};
	if (lstat(entry.path, &status) != 0) {
		entry.problem = strerror(errno);
	} else if (S_ISDIR(status.st_mode)) {
		if (depth >= LIMIT_FOLDER_DEPTH)
			listing->folder->too_deep = true;
		else if (!list_folder(listing, entry.path, entry.name, depth + 1))
			entry.problem = strerror(errno);
		if (!entry.problem)
			return;
	} else if (S_ISREG(status.st_mode)) {
		entry.size = status.st_size > 0 ? (uint64_t)status.st_size : 0;
	} else {
		entry.problem = S_ISLNK(status.st_mode) ? "is a link; links are not followed"
							: "is not a regular file";
	}
	add_entry(listing, entry);
}

static bool list_folder(
	struct listing *listing, const char *path, const char *inside, unsigned depth)
{
	DIR *dir = opendir(path);
	if (!dir)
		return false;
	for (struct dirent *entry; !listing->folder->too_many && (entry = readdir(dir)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			list_entry(listing, path, inside, entry->d_name, depth);
	closedir(dir);
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	const struct folder_entry *left = a, *right = b;
	return strcmp(left->name, right->name);
}

bool folder_list(struct arena *arena, const char *path, struct folder *folder)
{
	*folder = (struct folder){0};
	struct listing listing = {arena, folder, 0};
	if (!list_folder(&listing, path, "", 0))
		return false;
	if (folder->count)
		qsort(folder->at, folder->count, sizeof *folder->at, compare_entries);
	return true;
}

FILE *file_open(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (descriptor < 0)
		return NULL;
	struct stat status;
	FILE *file = NULL;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
		file = fdopen(descriptor, "rb");
	else
		errno = EINVAL;
	if (!file)
		close(descriptor);
	return file;
}

FILE *file_open_named(const char *path)
{
	return fopen(path, "rb");
}

int64_t file_seek(FILE *file, int64_t offset, int whence)
{
	return fseeko(file, (off_t)offset, whence) == 0 ? (int64_t)ftello(file) : -1;
}

double file_clock_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool file_is_terminal(FILE *stream)
{
	return isatty(fileno(stream)) == 1;
}

bool file_print(FILE *to, const char *at, size_t size)
{
	return fwrite(at, 1, size, to) == size && fflush(to) == 0;
}

int64_t file_modified(FILE *file)
{
	struct stat status;
	return fstat(fileno(file), &status) == 0 ? (int64_t)status.st_mtime : 0;
}

FILE *file_create(const char *path)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
	if (!file && descriptor >= 0)
		close(descriptor);
	return file;
}

FILE *file_replace(const char *path)
{
	return fopen(path, "wb");
}

bool file_finish(FILE *file)
{
	bool good = fflush(file) == 0 && !ferror(file);
	/* Pipes and some network disks cannot be synchronised; that is no loss of data. */
	if (good && fsync(fileno(file)) != 0 && errno != EINVAL && errno != ENOSYS)
		good = false;
	int reason = errno;
	if (fclose(file) != 0 && good)
		return false;
	errno = reason;
	return good;
}

/* A second name that must be new, then the first goes. Disks without hard links (FAT on a memory stick)
 * get an empty file of that name, which must be new as well and is then replaced. */
bool file_rename_new(const char *from, const char *to)
{
	if (link(from, to) == 0) {
		unlink(from);
		return true;
	}
	if (errno == EEXIST)
		return false;
	FILE *reserved = file_create(to);
	if (!reserved)
		return false;
	fclose(reserved);
	if (rename(from, to) == 0)
		return true;
	int reason = errno;
	unlink(to);
	errno = reason;
	return false;
}

void file_delete(const char *path)
{
	unlink(path);
}

bool file_free_space(const char *path, uint64_t *bytes)
{
	char folder[4096];
	size_t size = strlen(path);
	struct statvfs status;
	if (size >= sizeof folder)
		return false;
	memcpy(folder, path, size + 1);
	while (statvfs(size ? folder : ".", &status) != 0) {
		if (size == 0)
			return false;
		while (size && folder[size - 1] != '/')
			size--;
		while (size > 1 && folder[size - 1] == '/')
			size--;
		folder[size] = '\0';
	}
	*bytes = (uint64_t)status.f_bavail * (uint64_t)status.f_frsize;
	return true;
}
