#include "base/files.h"

#include "base/fail.h"
#include "base/limits.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool file_read(FILE *from, size_t limit, uint8_t **data, size_t *size, bool *more)
{
	size_t room = 64 * KIB < limit ? 64 * KIB : limit + 1;
	uint8_t *at = malloc(room);
	if (!at)
		machine_failed("out of memory");
	*size = 0;
	while (*size <= limit) {
		if (*size == room) {
			room = room > limit / 2 ? limit + 1 : room * 2;
			uint8_t *grown = realloc(at, room);
			if (!grown)
				machine_failed("out of memory");
			at = grown;
		}
		size_t got = fread(at + *size, 1, room - *size, from);
		if (got == 0)
			break;
		*size += got;
	}
	*more = *size > limit;
	if (*more)
		*size = limit;
	*data = at;
	return !ferror(from);
}

void file_tell(const char *format, ...)
{
	char text[4 * KIB];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	bool told = file_print(stderr, text, strlen(text));
	(void)told; /* there is nobody to tell */
}
