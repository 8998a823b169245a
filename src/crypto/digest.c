/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/digest.h"

#include <nettle/des.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>

static void digest(const struct nettle_hash *hash, uint8_t *ret_digest, const struct bytes *parts,
		   size_t count)
{
	union {
		struct md4_ctx md4;
		struct md5_ctx md5;
		struct sha1_ctx sha1;
	} context;
	hash->init(&context);
	for (size_t i = 0; i < count; i++)
		hash->update(&context, parts[i].length, parts[i].data);
	hash->digest(&context, hash->digest_size, ret_digest);
	digest_wipe(&context, sizeof(context));
}

void digest_md4(uint8_t ret_digest[DIGEST_MD4_LENGTH], const struct bytes *parts, size_t count)
{
	digest(&nettle_md4, ret_digest, parts, count);
}

void digest_md5(uint8_t ret_digest[DIGEST_MD5_LENGTH], const struct bytes *parts, size_t count)
{
	digest(&nettle_md5, ret_digest, parts, count);
}

void digest_sha1(uint8_t ret_digest[DIGEST_SHA1_LENGTH], const struct bytes *parts, size_t count)
{
	digest(&nettle_sha1, ret_digest, parts, count);
}

void digest_hmac_sha256(uint8_t ret_digest[DIGEST_SHA256_LENGTH], struct bytes key,
			const struct bytes *parts, size_t count)
{
	struct hmac_sha256_ctx hmac;
	hmac_sha256_set_key(&hmac, key.length, key.data);
	for (size_t i = 0; i < count; i++)
		hmac_sha256_update(&hmac, parts[i].length, parts[i].data);
	hmac_sha256_digest(&hmac, DIGEST_SHA256_LENGTH, ret_digest);
	digest_wipe(&hmac, sizeof(hmac));
}

void digest_des_encrypt(uint8_t ret_block[8], const uint8_t clear[8], const uint8_t key[7])
{
	/* Seven bits of the key go to each of eight bytes; the lowest bit is the parity. */
	uint8_t spread[8];
	unsigned bits = 0;
	for (unsigned i = 0; i < 8; i++) {
		bits = bits << 8 | (i < 7 ? key[i] : 0);
		spread[i] = (uint8_t)(bits >> (i + 1) << 1);
	}
	des_fix_parity(sizeof(spread), spread, spread);

	struct des_ctx des;
	(void)des_set_key(&des, spread); /* 0 for a weak key, which is used all the same */
	des_encrypt(&des, 8, ret_block, clear);
	digest_wipe(&des, sizeof(des));
	digest_wipe(spread, sizeof(spread));
}

bool digest_equal(const void *a, const void *b, size_t length)
{
	return memeql_sec(a, b, length);
}

void digest_wipe(void *memory, size_t length)
{
	volatile uint8_t *byte = memory;
	for (size_t i = 0; i < length; i++)
		byte[i] = 0;
}
