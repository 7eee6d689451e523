/*
 * The inputs of an analysis as members: named pieces of bytes, wherever they came from.
 *
 * An input is a bundle, any other zip, a folder of loose files, one file, or standard input. All give the
 * same thing: members in a fixed order, loaded, each with its own state. What could not be read
 * is a member too, with the reason, so that a report can say "not there" only of what was looked at.
 * Nothing is ever unpacked to disk.
 */
#ifndef ACTDX_INPUT_H
#define ACTDX_INPUT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/scan.h"

/* From good to bad; an input is as bad as the worst thing that happened to it. */
enum member_state {
	MEMBER_OK,
	MEMBER_CUT,     /* a limit was reached; the front part was read */
	MEMBER_DAMAGED, /* the archive's checksum is wrong or it ends early; what was read is kept */
	MEMBER_REFUSED, /* not read at all: name, kind or limit forbids it */
};

struct binary;
struct parser;

struct member {
	const char *name;  /* '/' between parts; not escaped: may hold any byte but NUL */
	struct bytes data; /* freed by input_free */
	uint64_t size;     /* as read, or as promised when it was not read */
	/* A binary file that passed by while it was read (parser.h): by whom, and what it remembered. `data` is
	 * empty then, and `sha256` is that of all its bytes. */
	const struct parser *streamed_by; /* NULL when `inputs.instead` did */
	const struct binary *streaming;
	void *stream;
	struct str sha256;
	enum member_state state;
	const char *problem; /* lower-case phrase, NULL when all is well */
	bool hit_limit;
	unsigned machine; /* index of the input */
};

struct input_source {
	const char *path; /* as the user gave it */
	bool is_archive, is_folder;
};

struct inputs {
	struct arena *arena;
	struct input_source *sources;
	size_t source_count;
	struct member *members;
	size_t count, room;
	size_t total_bytes;
	bool limit_reached; /* any limit: exit 5 */
	double deadline;    /* file_clock_seconds at which reading stops */
	const struct binary
		*instead; /* takes what it recognises in place of the parsers; may be NULL */
	/* Members that differ from the manifest are read all the same: to look up single places. */
	bool use_changed;
	const char *passphrase; /* of encrypted archives; NULL: none was given */
	void (*progress)(const struct inputs *inputs, const char *doing); /* may be NULL */
};

struct inputs inputs_new(struct arena *arena, size_t source_count);

/* Reads `path` ("-" is standard input) as the next source. False when it cannot be read at all; then
 * `*problem` is a phrase for the user. */
NODISCARD bool input_read(struct inputs *inputs, const char *path, const char **problem);

void inputs_free(struct inputs *inputs);

/* For the archive reader: a new member, and room for its bytes under all limits. */
struct member *input_add(struct inputs *inputs, const char *name);
size_t input_room(const struct inputs *inputs);

/* A member that a parser takes as it passes by. */
struct stream {
	struct inputs *inputs;
	size_t member;           /* index: members move while others are added */
	struct hashing *hashing; /* NULL: its checksum is not asked for */
};

/* True when a parser recognises `head`, the front of the member's bytes; then stream_feed takes them all from the
 * first on, until it says false: a limit was reached. stream_end in any case. */
NODISCARD bool stream_begin(
	struct stream *stream, struct inputs *inputs, size_t member, struct bytes head);
NODISCARD bool stream_feed(struct stream *stream, struct bytes piece);
void stream_end(struct stream *stream);

/* Reads zip members out of a file or out of memory; `inside` is put before each name. */
NODISCARD bool archive_read_file(struct inputs *inputs, const char *path, const char **problem);
NODISCARD bool archive_read_memory(struct inputs *inputs, struct bytes data, const char *inside,
	unsigned depth, const char **problem);

/* Opens a member that is an archive itself, at that depth, in place; marks it when that cannot be. */
void archive_open_nested(struct inputs *inputs, size_t index, unsigned depth);

/* "PK\3\4" or an empty archive's "PK\5\6". */
bool is_zip(struct bytes head);

#endif
