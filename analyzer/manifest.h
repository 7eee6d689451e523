/*
 * The collector's manifest: what was planned, what was done, and the checksum of every member.
 *
 * Format: docs/bundle-format.md. A manifest is evidence like the rest: it may be damaged or forged, so
 * nothing in it is trusted beyond what it says about the collection.
 */
#ifndef ACTDX_MANIFEST_H
#define ACTDX_MANIFEST_H

#include "base/arena.h"
#include "base/scan.h"

enum item_status {
	ITEM_OK,
	ITEM_FAILED,
	ITEM_TIMEOUT,
	ITEM_DENIED,
	ITEM_SKIPPED,
	ITEM_MISSING_TOOL,
	ITEM_STATUS_COUNT
};

extern const char *const item_status_words[ITEM_STATUS_COUNT];

struct manifest_item {
	struct str id, command, reason;
	enum item_status status;
	bool truncated;
};

struct manifest_member {
	struct str name, sha256;
	uint64_t size;
	size_t item; /* index into items */
};

struct manifest {
	bool present;
	const char *problem; /* damaged: phrase; what was read before it is kept */
	unsigned line;       /* of the problem */
	struct str collector_version, mode, started, ended, elevated;
	bool partial;
	unsigned oem_code_page, ansi_code_page;
	struct str computer, os_build, ui_language;
	struct manifest_item *items;
	size_t item_count, item_room;
	struct manifest_member *members;
	size_t member_count, member_room;
	const struct manifest_member **by_name; /* sorted, for manifest_find */
};

#define MANIFEST_NAME "manifest.xml"
#define MANIFEST_SCHEMA "actdx-bundle/1"

/* Reads a manifest from its UTF-8 text. Never fails: see `problem`. */
struct manifest manifest_read(struct arena *arena, struct str utf8);

/* The entry for a member name, or NULL. */
const struct manifest_member *manifest_find(const struct manifest *manifest, struct str name);

#endif
