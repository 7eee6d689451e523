#include "base/fail.h"

#include "base/files.h"

#include <stdlib.h>

static const char *program_name = "actdx";
static int status = 7;

void machine_failed_as(const char *name, int exit_status)
{
	program_name = name;
	status = exit_status;
}

_Noreturn void machine_failed(const char *what)
{
	file_tell("%s: %s\n", program_name, what);
	exit(status);
}
