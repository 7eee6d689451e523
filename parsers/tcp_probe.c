/*
 * TCP connection tests: Test-NetConnection, portqry, psping, actdx-collect's own.
 */
#include "parser.h"

static const struct fact_kind tcp_probe = {
	.name = "tcp-probe",
	.says = "one attempt to connect to a TCP port",
	.is_state = true,
	.fields =
		{
			{"host", FACT_NAME, "name or address that was tried", NULL, FACT_KEY},
			{"port", FACT_NUMBER, "TCP port, 1688 for KMS", NULL, FACT_KEY},
			{"address", FACT_ADDRESS, "address that the name gave"},
			{"result", FACT_WORD,
				"connected; refused: a reset came back, so the host is there but nothing listens; timeout: nothing came back; unresolved: the name has no address; failed: no connection, and the tool does not say why",
				"connected|refused|timeout|unresolved|failed"},
			{"ping", FACT_FLAG, "the host answers to ping"},
			{"source-address", FACT_ADDRESS, "address of this machine"},
			{"code", FACT_CODE, "error of the attempt"},
			{"took-ms", FACT_NUMBER, "milliseconds"},
			{"tool", FACT_WORD, "what tried",
				"test-netconnection|portqry|psping|telnet|actdx"},
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

static const struct fact_kind *const kinds[] = {&tcp_probe, NULL};

const struct parser parser_tcp_probe = {
	.name = "tcp_probe",
	.says = "TCP connection tests: Test-NetConnection, portqry, psping, actdx-collect's own",
	.source = "tcp",
	.commands = "Test-NetConnection|tnc|portqry|psping|psping64|tcp-probe",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
