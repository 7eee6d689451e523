#include "base/out.h"

#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct out out_new(size_t limit)
{
	return (struct out){.limit = limit};
}

void out_free(struct out *out)
{
	free(out->at);
	*out = (struct out){.limit = out->limit};
}

bool out_reserve(struct out *out, size_t size)
{
	if (out->overflowed || size > out->limit - out->size)
		return false;
	size_t need = out->size + size;
	if (need <= out->room)
		return true;
	size_t room = out->room ? out->room : 4096;
	while (room < need)
		room = room > out->limit / 2 ? out->limit : room * 2;
	char *grown = realloc(out->at, room);
	if (!grown)
		machine_failed("out of memory");
	out->at = grown;
	out->room = room;
	return true;
}

/* Makes room for `size` more bytes, or marks the overflow. */
static bool out_room(struct out *out, size_t size)
{
	bool good = out_reserve(out, size);
	out->overflowed |= !good;
	return good;
}

void out_str(struct out *out, struct str text)
{
	if (text.size == 0 || !out_room(out, text.size))
		return;
	memcpy(out->at + out->size, text.at, text.size);
	out->size += text.size;
}

void out_text(struct out *out, const char *text)
{
	out_str(out, str_of(text));
}

void out_char(struct out *out, char c)
{
	out_str(out, (struct str){&c, 1});
}

void out_repeat(struct out *out, char c, size_t count)
{
	if (count == 0 || !out_room(out, count))
		return;
	memset(out->at + out->size, c, count);
	out->size += count;
}

void out_format(struct out *out, const char *format, ...)
{
	char small[256];
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int size = vsnprintf(small, sizeof small, format, list);
	va_end(list);
	if (size < 0)
		machine_failed("cannot format text");
	if ((size_t)size < sizeof small) {
		out_str(out, (struct str){small, (size_t)size});
	} else if (out_room(out, (size_t)size + 1)) {
		vsnprintf(out->at + out->size, (size_t)size + 1, format, again);
		out->size += (size_t)size;
	}
	va_end(again);
}

struct str out_view(const struct out *out)
{
	return (struct str){out->size ? out->at : "", out->size};
}
