/*
 * Writing a bundle: a zip that is either whole or not there. The only file here that knows libarchive.
 *
 * Members go to "NAME.partial" beside the destination; zip_seal reads all of it back, compares, and only
 * then gives it its name, which must be new. Failure sticks: calls go in a series and zip_seal is asked
 * once at the end. Whatever fails, no partial file stays behind.
 */
#ifndef ACTDX_ZIP_H
#define ACTDX_ZIP_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/scan.h"

struct zip;

/* NULL when the file cannot be made; `*problem` is then a sentence for the user. The arena keeps the
 * problems and outlives the zip. `path` must not exist yet. With a passphrase (not NULL) every member is encrypted with
 * AES-256; names stay readable. */
struct zip *zip_new(
	struct arena *arena, const char *path, const char *passphrase, const char **problem);

/* Bytes written so far. */
uint64_t zip_size(const struct zip *zip);

/* How many bytes a member with this data would take. */
uint64_t zip_packed_size(struct bytes data);

/* Adds a member: an ASCII name with '/' between parts. `modified` is UTC seconds, 0 for now. */
void zip_add(struct zip *zip, const char *name, struct bytes data, int64_t modified);

/* Has anything failed so far? */
bool zip_failed(const struct zip *zip);

struct zip_sealed {
	uint64_t size;
	struct hash hash; /* of the whole file */
};

/* Writes the directory, verifies every member, renames; on failure deletes what there is. `needed` is how much room the
 * caller thinks it takes, for the message of a full disk. */
NODISCARD bool zip_seal(
	struct zip *zip, uint64_t needed, struct zip_sealed *sealed, const char **problem);

/* "1.4 MB", for people. */
const char *zip_size_text(struct arena *arena, uint64_t bytes);

#endif
