/*
 * actdx-analyze facts: what was understood of the evidence, as XML.
 */
#include "command.h"
#include "facts_xml.h"

#include "base/limits.h"

enum { OPTION_OUTPUT, OPTION_PASSPHRASE_FILE, OPTION_HELP };

static const struct option_spec specs[] = {
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "write to FILE instead of standard output",
		"標準出力ではなく FILE に書き込みます"},
	[OPTION_PASSPHRASE_FILE] = OPTION_ROW_PASSPHRASE_FILE,
	[OPTION_HELP] = {"help", 'h', NULL, "this text", "このヘルプを表示します"},
};

static int print_facts(struct session *session, const struct call *call)
{
	if (!session_unlock(session, call->given[OPTION_PASSPHRASE_FILE]))
		return STATUS_USAGE;
	if (!session_read(session, call->operands, call->operand_count))
		return STATUS_UNREADABLE;
	struct out out = out_new(LIMIT_OUTPUT_BYTES);
	facts_xml(&out, &session->file);
	write_whole(call->given[OPTION_OUTPUT], out_view(&out));
	out_free(&out);
	return session_status(session);
}

static int run(const struct command *command, int count, char **arguments)
{
	struct session session = session_new();
	struct call call = call_read(session.arena, command, count, arguments);
	if (!call.problem && call.operand_count == 0)
		call.problem = "no input; name a bundle, a folder or a file";
	int status = call_answered(command, &call);
	if (status < 0)
		status = print_facts(&session, &call);
	session_end(&session);
	return status;
}

const struct command command_facts = {
	.name = "facts",
	.operands = "[OPTIONS] INPUT...",
	.says = "print what was understood of the evidence, as XML",
	.examples = "actdx-analyze facts bundle.zip\n"
		    "actdx-analyze facts slmgr-dlv.txt",
	.specs = specs,
	.spec_count = sizeof specs / sizeof *specs,
	.run = run,
};
