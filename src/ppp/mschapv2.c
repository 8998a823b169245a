/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/mschapv2.h"

#include "crypto/digest.h"

/* Takes one character of UTF-8; a malformed byte stands for itself. */
static uint32_t next_character(struct reader *r)
{
	uint8_t first = reader_u8(r);
	unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
	if (more == 0 || more > r->left)
		return first;
	struct reader ahead = *r;
	uint32_t character = first & (0x3fu >> more);
	for (unsigned i = 0; i < more; i++) {
		uint8_t byte = reader_u8(&ahead);
		if ((byte & 0xc0) != 0x80)
			return first;
		character = character << 6 | (byte & 0x3f);
	}
	*r = ahead;
	return character;
}

static void write_u16_le(struct writer *w, uint32_t value)
{
	writer_u8(w, (uint8_t)value);
	writer_u8(w, (uint8_t)(value >> 8));
}

void mschapv2_password_hash(uint8_t ret_hash[16], struct bytes password)
{
	uint8_t wide[2 * 256];
	struct writer w = writer_of(wide, sizeof(wide));
	struct reader r = reader_of(bytes_head(password, 255));
	while (r.left > 0) {
		uint32_t character = next_character(&r);
		if (character >= 0x10000) {
			write_u16_le(&w, 0xd800 + (character - 0x10000) / 0x400);
			write_u16_le(&w, 0xdc00 + (character - 0x10000) % 0x400);
		} else {
			write_u16_le(&w, character);
		}
	}
	struct bytes part = writer_written(&w);
	digest_md4(ret_hash, &part, 1);
	digest_wipe(wide, sizeof(wide));
}

/* "only the user name is used ... without the domain" (RFC 2759 section 4) */
static struct bytes without_domain(struct bytes name)
{
	struct reader r = reader_of(name);
	struct bytes rest = name;
	while (r.left > 0)
		if (reader_u8(&r) == '\\')
			rest = bytes_of(r.next, r.left);
	return rest;
}

static void challenge_hash(uint8_t ret_challenge[8], const struct mschapv2_exchange *exchange)
{
	const struct bytes parts[] = {
		bytes_of(exchange->peer_challenge, MSCHAPV2_CHALLENGE_LENGTH),
		bytes_of(exchange->authenticator_challenge, MSCHAPV2_CHALLENGE_LENGTH),
		without_domain(exchange->user_name),
	};
	uint8_t digest[DIGEST_SHA1_LENGTH];
	digest_sha1(digest, parts, 3);
	memcpy(ret_challenge, digest, 8);
}

void mschapv2_nt_response(uint8_t ret_response[MSCHAPV2_NT_RESPONSE_LENGTH],
			  const struct mschapv2_exchange *exchange, const uint8_t hash[16])
{
	uint8_t challenge[8], padded[21] = { 0 };
	challenge_hash(challenge, exchange);
	memcpy(padded, hash, 16);
	for (size_t i = 0; i < 3; i++)
		digest_des_encrypt(ret_response + 8 * i, challenge, padded + 7 * i);
	digest_wipe(padded, sizeof(padded));
}

void mschapv2_proof(uint8_t ret_proof[MSCHAPV2_PROOF_LENGTH],
		    const struct mschapv2_exchange *exchange, const uint8_t hash[16],
		    const uint8_t response[MSCHAPV2_NT_RESPONSE_LENGTH])
{
	/* The two constants of RFC 2759 section 8.7. */
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] = "Pad to make it do more than one iteration";
	uint8_t hash_hash[16], challenge[8], digest[DIGEST_SHA1_LENGTH];
	struct bytes part = bytes_of(hash, 16);
	digest_md4(hash_hash, &part, 1);
	const struct bytes first[] = {
		bytes_of(hash_hash, sizeof(hash_hash)),
		bytes_of(response, MSCHAPV2_NT_RESPONSE_LENGTH),
		bytes_of_text(magic1),
	};
	digest_sha1(digest, first, 3);
	challenge_hash(challenge, exchange);
	const struct bytes second[] = {
		bytes_of(digest, sizeof(digest)),
		bytes_of(challenge, sizeof(challenge)),
		bytes_of_text(magic2),
	};
	digest_sha1(ret_proof, second, 3);
	digest_wipe(hash_hash, sizeof(hash_hash));
}
