/*
 * actdx-analyze request: what to collect next, as a file for actdx-collect --request. Format: docs/bundle-format.md.
 */
#include "command.h"
#include "diagnose.h"
#include "doc.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/limits.h"
#include "collector/items.h"
#include "collector/request_format.h"

#include <stdlib.h>

enum { OPTION_OUTPUT, OPTION_LANG, OPTION_CAUSES, OPTION_PASSPHRASE_FILE, OPTION_HELP };

static const struct option_spec specs[] = {
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "write to FILE instead of standard output",
		"標準出力ではなく FILE に書き込みます"},
	[OPTION_LANG] = {"lang", 0, "en|ja", "language of the remarks in it", "注釈の言語"},
	[OPTION_CAUSES] = {"causes", 0, "DIR", "use the cause files of DIR too",
		"DIR の原因ファイルを追加します"},
	[OPTION_PASSPHRASE_FILE] = OPTION_ROW_PASSPHRASE_FILE,
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

/* The SHA-256 of the file that is the input; nothing when it is several, or no file. */
static void put_parent(struct out *out, const struct call *call)
{
	uint8_t *piece = malloc(256 * KIB);
	bool one = call->operand_count == 1 && file_kind(call->operands[0]) == FILE_REGULAR;
	FILE *from = piece && one ? file_open_named(call->operands[0]) : NULL;
	if (from) {
		struct hashing *hashing = hash_new();
		for (size_t got; (got = fread(piece, 1, 256 * KIB, from)) > 0;)
			hash_add(hashing, (struct bytes){piece, got});
		struct hash hash = hash_end(hashing);
		if (!ferror(from))
			out_format(out, "parent %s\r\n", hash.hex);
		fclose(from);
	}
	free(piece);
}

static void put_item(struct out *out, const struct item *item, enum language language)
{
	out_format(out, "# %s\r\nitem %s\r\n", item_says(item, language == JAPANESE), item->id);
}

static void put_request(struct out *out, const struct diagnosis *found, const struct call *call,
	enum language language)
{
	out_text(out, REQUEST_TITLE "\r\n");
	put_parent(out, call);
	if (found->decider)
		put_item(out, found->decider, language);
	for (size_t i = 0; i < found->missing_count; i++)
		if (found->missing[i].item != found->decider)
			put_item(out, found->missing[i].item, language);
}

static int request(struct session *session, const struct call *call, enum language language)
{
	if (!session_learn(session, call->given[OPTION_CAUSES]) ||
		!session_unlock(session, call->given[OPTION_PASSPHRASE_FILE]))
		return STATUS_USAGE;
	if (!session_read(session, call->operands, call->operand_count))
		return STATUS_UNREADABLE;
	struct diagnosis found =
		diagnose(session->arena, &session->file, &session->vocabulary, &session->knowledge);
	if (!found.decider && found.missing_count == 0) {
		complain("",
			"nothing that could be collected would say more; no request was written");
		return session_status(session);
	}
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	put_request(&out, &found, call, language);
	write_whole(call->given[OPTION_OUTPUT], out_view(&out));
	out_free(&out);
	return session_status(session);
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	enum language language = language_of_user();
	const char *word = call.given[OPTION_LANG], *output = call.given[OPTION_OUTPUT];
	if (!call.problem && word && !language_of(str_of(word), &language))
		call.problem = "--lang is en or ja";
	if (!call.problem && call.operand_count == 0)
		call.problem = "no input; name a bundle, a folder or a file";
	for (size_t i = 0; !call.problem && output && i < call.operand_count; i++)
		if (file_is_same(output, call.operands[i]))
			call.problem = "the output would overwrite an input";
	int status = call_answered(command, &call);
	if (status < 0)
		status = request(&session, &call, language);
	session_end(&session);
	return status;
}

const struct command command_request = {
	.name = "request",
	.operands = "[OPTIONS] INPUT...",
	.says = "write what to collect next, for actdx-collect --request",
	.examples = "actdx-analyze request bundle.zip -o ask.txt",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
