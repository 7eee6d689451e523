#include "host.h"

#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gathered_say(struct gathered *to, enum row_status status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	to->status = status;
	(void)vsnprintf(to->reason, sizeof to->reason, format, arguments);
	va_end(arguments);
}

void gathered_text(struct gathered *to, struct out *out)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t size = sizeof mark - 1;
	to->data = malloc(size + out->size + 1);
	if (!to->data)
		machine_failed("out of memory");
	memcpy(to->data, mark, size);
	if (out->size)
		memcpy(to->data + size, out->at, out->size);
	to->size = size + out->size;
	to->truncated |= out->overflowed;
	to->status = ROW_OK;
	to->reason[0] = '\0';
	out_free(out);
}

struct exit_text exit_text(uint32_t code)
{
	struct exit_text made;
	(void)snprintf(made.text, sizeof made.text,
		code < 0x10000 ? "exit code %lu" : "exit code 0x%08lX", (unsigned long)code);
	return made;
}
