/*
 * SHA-256, by libsodium, as lower-case hex.
 */
#ifndef ACTDX_BASE_HASH_H
#define ACTDX_BASE_HASH_H

#include "base/bytes.h"

#define HASH_HEX_BYTES 64

/* Hex of the digest, NUL-terminated. */
struct hash {
	char hex[HASH_HEX_BYTES + 1];
};

struct hash hash_of(struct bytes data);

/* The digest in base64, as a Content-Security-Policy names a style sheet; NUL-terminated. */
#define HASH_BASE64_BYTES 44
struct hash_base64 {
	char text[HASH_BASE64_BYTES + 1];
};
struct hash_base64 hash_base64_of(struct bytes data);

/* For data that comes in pieces. hash_new allocates; hash_end frees. */
struct hashing;
struct hashing *hash_new(void);
void hash_add(struct hashing *hashing, struct bytes data);
struct hash hash_end(struct hashing *hashing);

#endif
