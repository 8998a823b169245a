/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digests and ciphers that PPP's authentication protocols prescribe, and the few of our own.
 * crypto/ is the only room that includes nettle.  Nothing here fails; all results are written to
 * memory of the caller.  MD4, MD5, SHA-1 and DES are here because RFC 1994 and RFC 2759 demand
 * them; nothing new may be built on them.
 */
#pragma once

#include "base/bytes.h"

#define DIGEST_MD4_LENGTH 16
#define DIGEST_MD5_LENGTH 16
#define DIGEST_SHA1_LENGTH 20
#define DIGEST_SHA256_LENGTH 32

/* Digests of the concatenation of `count` parts. */
void digest_md4(uint8_t ret_digest[DIGEST_MD4_LENGTH], const struct bytes *parts, size_t count);
void digest_md5(uint8_t ret_digest[DIGEST_MD5_LENGTH], const struct bytes *parts, size_t count);
void digest_sha1(uint8_t ret_digest[DIGEST_SHA1_LENGTH], const struct bytes *parts, size_t count);

/* HMAC (RFC 2104) with SHA-256 over the concatenation of `count` parts. */
void digest_hmac_sha256(uint8_t ret_digest[DIGEST_SHA256_LENGTH], struct bytes key,
			const struct bytes *parts, size_t count);

/* One DES block under a key of 56 bits in 7 bytes, parity bits not yet inserted (RFC 2759 8.6). */
void digest_des_encrypt(uint8_t ret_block[8], const uint8_t clear[8], const uint8_t key[7]);

/* Compares in a time that does not depend on the contents. */
bool digest_equal(const void *a, const void *b, size_t length);

/* Overwrites memory that held a secret; never optimised away. */
void digest_wipe(void *memory, size_t length);
