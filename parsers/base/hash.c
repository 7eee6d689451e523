#include "base/hash.h"

#include "base/fail.h"

#include <sodium.h>
#include <stdlib.h>

_Static_assert(HASH_HEX_BYTES == 2 * crypto_hash_sha256_BYTES, "two hex digits a byte");

struct hashing {
	crypto_hash_sha256_state state;
};

struct hashing *hash_new(void)
{
	struct hashing *hashing = malloc(sizeof *hashing);
	if (!hashing)
		machine_failed("out of memory");
	crypto_hash_sha256_init(&hashing->state);
	return hashing;
}

void hash_add(struct hashing *hashing, struct bytes data)
{
	if (data.size)
		crypto_hash_sha256_update(&hashing->state, data.at, data.size);
}

struct hash hash_end(struct hashing *hashing)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct hash hash;
	crypto_hash_sha256_final(&hashing->state, digest);
	sodium_bin2hex(hash.hex, sizeof hash.hex, digest, sizeof digest);
	free(hashing);
	return hash;
}

struct hash hash_of(struct bytes data)
{
	struct hashing *hashing = hash_new();
	hash_add(hashing, data);
	return hash_end(hashing);
}

struct hash_base64 hash_base64_of(struct bytes data)
{
	struct hash_base64 hash;
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(digest, data.at, data.size);
	sodium_bin2base64(
		hash.text, sizeof hash.text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
	return hash;
}
