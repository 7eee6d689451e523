/*
 * actdx-analyze verify: is a bundle what its manifest says?
 */
#include "command.h"

#include "base/escape.h"
#include "base/limits.h"

enum { OPTION_PASSPHRASE_FILE, OPTION_HELP };

static const struct option_spec specs[] = {
	[OPTION_PASSPHRASE_FILE] = OPTION_ROW_PASSPHRASE_FILE,
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

static void put_row(struct out *out, const char *state, struct str name, const char *why)
{
	out_format(out, "%-8s ", state);
	escape_terminal(out, name);
	if (why) {
		out_text(out, ": ");
		escape_terminal(out, str_of(why));
	}
	out_char(out, '\n');
}

/* Returns the number of members that do not verify. */
static size_t put_members(struct out *out, const struct case_file *file, size_t machine)
{
	const struct manifest *manifest = &file->machines[machine].manifest;
	size_t bad = 0;
	for (size_t i = 0; i < manifest->member_count; i++) {
		struct str name = manifest->members[i].name;
		const struct reading *reading = case_file_find(file, machine, name);
		bool good = reading && !reading->wrong_hash && reading->member->state == MEMBER_OK;
		bad += !good;
		put_row(out,
			good               ? "ok"
				: !reading ? "missing"
					   : "BROKEN",
			name,
			good              ? NULL
				: reading ? reading->problem
					  : "in the manifest, but not in the bundle");
	}
	for (size_t i = 0; i < file->reading_count; i++)
		if (file->readings[i].unlisted && file->readings[i].member->machine == machine)
			put_row(out, "unlisted", str_of(file->readings[i].member->name),
				"in the bundle, but not in the manifest");
	return bad;
}

/* What was planned and is not there, with the reason: that is no breach of integrity. */
static void put_items(struct out *out, const struct manifest *manifest)
{
	size_t done = 0;
	for (size_t i = 0; i < manifest->item_count; i++) {
		const struct manifest_item *item = &manifest->items[i];
		done += item->status == ITEM_OK;
		if (item->status != ITEM_OK)
			put_row(out, item_status_words[item->status], item->id,
				item->reason.size ? item->reason.at : NULL);
	}
	out_format(out, "%zu of %zu planned items collected\n", done, manifest->item_count);
}

static int verify(struct session *session, const struct call *call)
{
	if (!session_unlock(session, call->given[OPTION_PASSPHRASE_FILE]))
		return STATUS_USAGE;
	if (!session_read(session, call->operands, 1))
		return STATUS_UNREADABLE;
	const struct case_file *file = &session->file;
	const struct manifest *manifest = &file->machines[0].manifest;
	if (!manifest->present || manifest->problem) {
		complain(call->operands[0],
			manifest->present ? manifest->problem
					  : "no manifest.xml: not a bundle of actdx-collect");
		return STATUS_UNREADABLE;
	}
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	size_t bad = put_members(&out, file, 0);
	put_items(&out, manifest);
	if (bad)
		out_format(&out, "%zu of %zu members do not verify\n", bad, manifest->member_count);
	else
		out_format(&out, "all %zu members verify\n", manifest->member_count);
	if (manifest->partial)
		out_text(&out, "the collection was interrupted\n");
	write_whole(NULL, out_view(&out));
	out_free(&out);
	return bad ? STATUS_INTEGRITY : session->inputs.limit_reached ? STATUS_LIMIT : STATUS_OK;
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	if (!call.problem && call.operand_count != 1)
		call.problem = "verify takes one bundle";
	int status = call_answered(command, &call);
	if (status < 0)
		status = verify(&session, &call);
	session_end(&session);
	return status;
}

const struct command command_verify = {
	.name = "verify",
	.operands = "BUNDLE",
	.says = "check a bundle against its manifest: checksums and completeness",
	.examples = "actdx-analyze verify bundle.zip",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
