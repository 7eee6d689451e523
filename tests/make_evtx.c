/*
 * Makes a binary event log from events written as XML.
 *
 *   make_evtx [OPTION]... IN.xml OUT.evtx
 *
 * The options make logs that are irregular in one way or another, as logs in the field are; evtx_writer.h says how.
 */
#include "evtx_writer.h"
#include "support.h"

#include "base/fail.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct flag {
	const char *name;
	size_t at; /* in struct evtx_form: a bool */
} flags[] = {
	{"--dirty", offsetof(struct evtx_form, dirty)},
	{"--no-crc", offsetof(struct evtx_form, no_crc)},
	{"--bad-crc", offsetof(struct evtx_form, bad_crc)},
	{"--no-template", offsetof(struct evtx_form, plain)},
	{"--literal-providers", offsetof(struct evtx_form, literal_providers)},
	{"--short", offsetof(struct evtx_form, short_end)},
	{"--bare", offsetof(struct evtx_form, bare)},
	{"--bad-magic", offsetof(struct evtx_form, bad_magic)},
	{"--empty-chunk", offsetof(struct evtx_form, empty_chunk)},
	{"--slack", offsetof(struct evtx_form, slack)},
	{"--loops", offsetof(struct evtx_form, loops)},
	{"--zero-last", offsetof(struct evtx_form, zero_page)},
};

static bool set_flag(struct evtx_form *form, const char *name)
{
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (strcmp(flags[i].name, name) == 0) {
			*(bool *)((char *)form + flags[i].at) = true;
			return true;
		}
	return false;
}

static bool set_number(struct evtx_form *form, const char *name, const char *text)
{
	unsigned long long number = strtoull(text, NULL, 10);
	if (strcmp(name, "--cut") == 0)
		form->cut = (size_t)number;
	else if (strcmp(name, "--wrap") == 0)
		form->wrap = (unsigned)number;
	else if (strcmp(name, "--first-record") == 0)
		form->first_record = number;
	else if (strcmp(name, "--chunk-records") == 0)
		form->chunk_records = (unsigned)number;
	else if (strcmp(name, "--repeat") == 0)
		form->repeat = (unsigned)number;
	else
		return false;
	return true;
}

static int usage(void)
{
	fputs("Usage: make_evtx [OPTION]... IN.xml OUT.evtx\n", stderr);
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		fprintf(stderr, "  %s\n", flags[i].name);
	fputs("  --cut BYTES, --wrap CHUNKS, --first-record ID, --chunk-records N, --repeat N\n",
		stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct evtx_form form = {0};
	struct evtx_made made;
	int at = 1;
	machine_failed_as("make_evtx", 1);
	for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
		if (set_flag(&form, argv[at]))
			continue;
		if (at + 1 >= argc || !set_number(&form, argv[at], argv[at + 1]))
			return usage();
		at++;
	}
	if (argc - at != 2)
		return usage();
	struct arena *arena = arena_new();
	struct text text = text_decode(arena, test_read(arena, argv[at]), 0);
	if (!evtx_make(arena, text.utf8, &form, &made)) {
		fprintf(stderr, "%s:%u: event %zu: %s\n", argv[at], made.line, made.events + 1,
			made.problem);
		return 1;
	}
	test_write(argv[at + 1], made.log);
	arena_free(arena);
	return 0;
}
