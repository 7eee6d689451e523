/*
 * sc query, queryex and qc.
 */
#include "parser.h"

static const struct fact_kind service = {
	.name = "service",
	.says = "a Windows service",
	.is_state = true,
	.fields =
		{
			{"name", FACT_NAME, "short name, the same in every language", NULL,
				FACT_KEY},
			{"exists", FACT_FLAG, "no: it is not installed (error 1060)"},
			{"state", FACT_WORD, "stopped is normal for services that start on demand",
				"stopped|start-pending|stop-pending|running|continue-pending|pause-pending|paused"},
			{"start", FACT_WORD, "how it starts", "boot|system|auto|demand|disabled"},
			{"delayed", FACT_FLAG, "auto start is delayed"},
			{"exit-code", FACT_NUMBER,
				"Win32 exit code; 1077 is never started since boot"},
			{"service-exit-code", FACT_CODE, "its own exit code"},
			{"pid", FACT_NUMBER, "process id"},
			{"account", FACT_NAME, "account it runs under"},
			{"path", FACT_TEXT, "its command line"},
			{"dependencies", FACT_TEXT, "services it needs, joined by |"},
			{"error", FACT_NUMBER,
				"Win32 error of the query or of a start: 5 denied, 1058 disabled"},
			{0},
		},
};

static bool opens(const struct lines *lines, size_t i)
{
	(void)lines;
	(void)i;
	return false;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	(void)evidence;
	(void)facts;
}

static const struct fact_kind *const kinds[] = {&service, NULL};

const struct parser parser_sc = {
	.name = "sc",
	.says = "sc query, queryex and qc",
	.source = "scm",
	.commands = "sc|Get-Service",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
