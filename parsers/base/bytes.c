#include "base/bytes.h"

struct cursor cursor_on(struct bytes data)
{
	return (struct cursor){.data = data};
}

size_t cursor_left(const struct cursor *cursor)
{
	return cursor->failed ? 0 : cursor->data.size - cursor->offset;
}

void cursor_seek(struct cursor *cursor, size_t offset)
{
	if (cursor->failed || offset > cursor->data.size)
		cursor->failed = true;
	else
		cursor->offset = offset;
}

void cursor_skip(struct cursor *cursor, size_t size)
{
	(void)cursor_take(cursor, size);
}

struct bytes cursor_take(struct cursor *cursor, size_t size)
{
	if (cursor->failed || size > cursor->data.size - cursor->offset) {
		cursor->failed = true;
		return (struct bytes){0};
	}
	if (size == 0)
		return (struct bytes){0};
	struct bytes taken = {cursor->data.at + cursor->offset, size};
	cursor->offset += size;
	return taken;
}

static uint64_t little(struct bytes bytes)
{
	uint64_t value = 0;
	for (size_t i = bytes.size; i > 0; i--)
		value = value << 8 | bytes.at[i - 1];
	return value;
}

uint8_t cursor_u8(struct cursor *cursor)
{
	return (uint8_t)little(cursor_take(cursor, 1));
}

uint16_t cursor_u16(struct cursor *cursor)
{
	return (uint16_t)little(cursor_take(cursor, 2));
}

uint16_t cursor_u16_big(struct cursor *cursor)
{
	uint16_t value = cursor_u16(cursor);
	return (uint16_t)(value << 8 | value >> 8);
}

uint32_t cursor_u32(struct cursor *cursor)
{
	return (uint32_t)little(cursor_take(cursor, 4));
}

uint64_t cursor_u64(struct cursor *cursor)
{
	return little(cursor_take(cursor, 8));
}
