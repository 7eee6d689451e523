/*
 * Bytes nobody has vouched for, and the only way to read them.
 *
 * A cursor never reads outside its bytes. Failure sticks: once a read would have gone past the end, that
 * read and all later ones give zero, `failed` stays true and `offset` stays where it was. So a parser
 * reads a whole structure and asks once. Nobody casts bytes to a struct.
 */
#ifndef ACTDX_BASE_BYTES_H
#define ACTDX_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t size;
};

struct cursor {
	struct bytes data;
	size_t offset; /* from the start of `data` */
	bool failed;
};

struct cursor cursor_on(struct bytes data);
size_t cursor_left(const struct cursor *cursor);

/* Moves to `offset`; going past the end fails. */
void cursor_seek(struct cursor *cursor, size_t offset);
void cursor_skip(struct cursor *cursor, size_t size);

/* The next `size` bytes as a view, empty after failure. */
struct bytes cursor_take(struct cursor *cursor, size_t size);

/* Little-endian unless the name says otherwise. */
uint8_t cursor_u8(struct cursor *cursor);
uint16_t cursor_u16(struct cursor *cursor);
uint16_t cursor_u16_big(struct cursor *cursor);
uint32_t cursor_u32(struct cursor *cursor);
uint64_t cursor_u64(struct cursor *cursor);

#endif
