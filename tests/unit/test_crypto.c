/* SPDX-License-Identifier: BSD-2-Clause */
/* Known answers: RFC 1320, RFC 1321, RFC 3174, RFC 4231, RFC 2759 section 9.2 and FIPS 81. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"

struct vector {
	const char *message, *digest;
};

typedef void digest_function(uint8_t *ret_digest, const struct bytes *parts, size_t count);

static void assert_hex(const uint8_t *bytes, size_t length, const char *expected)
{
	char hex[2 * 64 + 1];
	struct text t = text_of(hex, sizeof(hex));
	for (size_t i = 0; i < length; i++)
		text_hex(&t, bytes[i], 2);
	assert_string_equal(hex, expected);
}

/* Whole, and cut into parts at every place: a digest is of the concatenation. */
static void check_vectors(digest_function *digest, size_t length, const struct vector *vectors,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bytes message = bytes_of_text(vectors[i].message);
		for (size_t cut = 0; cut <= message.length; cut++) {
			struct bytes parts[] = {
				bytes_head(message, cut),
				bytes_of(message.data + cut, message.length - cut),
			};
			uint8_t result[DIGEST_SHA256_LENGTH];
			digest(result, parts, 2);
			assert_hex(result, length, vectors[i].digest);
		}
	}
}

#define ALPHABET "abcdefghijklmnopqrstuvwxyz"
#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define EIGHTY_DIGITS \
	"1234567890123456789012345678901234567890" \
	"1234567890123456789012345678901234567890"

static void md4_gives_the_answers_of_rfc_1320(void **state)
{
	(void)state;
	const struct vector vectors[] = {
		{ "", "31d6cfe0d16ae931b73c59d7e0c089c0" },
		{ "a", "bde52cb31de33e46245e05fbdbd6fb24" },
		{ "abc", "a448017aaf21d8525fc10ae87aa6729d" },
		{ "message digest", "d9130a8164549fe818874806e1c7014b" },
		{ ALPHABET, "d79e1c308aa5bbcdeea8ed63df412da9" },
		{ ALPHANUMERIC, "043f8582f241db351ce627e153e7f0e4" },
		{ EIGHTY_DIGITS, "e33b4ddc9c38f2199c3e7b164fcc0536" },
	};
	check_vectors(digest_md4, DIGEST_MD4_LENGTH, vectors, sizeof(vectors) / sizeof(vectors[0]));
}

static void md5_gives_the_answers_of_rfc_1321(void **state)
{
	(void)state;
	const struct vector vectors[] = {
		{ "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ "a", "0cc175b9c0f1b6a831c399e269772661" },
		{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
		{ ALPHABET, "c3fcd3d76192e4007dfb496cca67e13b" },
		{ ALPHANUMERIC, "d174ab98d277d9f5a5611c2c9f419d9f" },
		{ EIGHTY_DIGITS, "57edf4a22be3c955ac49da2e2107b67a" },
	};
	check_vectors(digest_md5, DIGEST_MD5_LENGTH, vectors, sizeof(vectors) / sizeof(vectors[0]));
}

static void sha1_gives_the_answers_of_rfc_3174(void **state)
{
	(void)state;
	const struct vector vectors[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	};
	check_vectors(digest_sha1, DIGEST_SHA1_LENGTH, vectors,
		      sizeof(vectors) / sizeof(vectors[0]));
}

static void hmac_sha256_gives_the_answers_of_rfc_4231(void **state)
{
	(void)state;
	uint8_t key[131], data[50], digest[DIGEST_SHA256_LENGTH];
	memset(key, 0x0b, 20);
	struct bytes hi[] = { bytes_of_text("Hi "), bytes_of_text("There") };
	digest_hmac_sha256(digest, bytes_of(key, 20), hi, 2);
	assert_hex(digest, sizeof(digest),
		   "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");

	struct bytes what = bytes_of_text("what do ya want for nothing?");
	digest_hmac_sha256(digest, bytes_of_text("Jefe"), &what, 1);
	assert_hex(digest, sizeof(digest),
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, sizeof(data));
	struct bytes fifty = bytes_of(data, sizeof(data));
	digest_hmac_sha256(digest, bytes_of(key, 20), &fifty, 1);
	assert_hex(digest, sizeof(digest),
		   "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");

	/* A key longer than a block is hashed first. */
	struct bytes larger =
		bytes_of_text("Test Using Larger Than Block-Size Key - Hash Key First");
	digest_hmac_sha256(digest, bytes_of(key, sizeof(key)), &larger, 1);
	assert_hex(digest, sizeof(digest),
		   "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void des_inserts_parity_bits(void **state)
{
	(void)state;
	uint8_t block[8];
	/* FIPS 81: key 0123456789abcdef, whose 56 bits without the parity are these. */
	const uint8_t key[7] = { 0x00, 0x45, 0x13, 0x38, 0x95, 0x73, 0x77 };
	digest_des_encrypt(block, (const uint8_t *)"Now is t", key);
	assert_hex(block, sizeof(block), "3fa40e8a984d4815");
}

static void des_gives_the_answer_of_rfc_2759(void **state)
{
	(void)state;
	/* Section 9.2: the challenge's hash under three keys cut from the password's. */
	const uint8_t challenge[8] = { 0xd0, 0x2e, 0x43, 0x86, 0xbc, 0xe9, 0x12, 0x26 };
	const uint8_t hash[21] = { 0x44, 0xeb, 0xba, 0x8d, 0x53, 0x12, 0xb8, 0xd6,
				   0x11, 0x47, 0x44, 0x11, 0xf5, 0x69, 0x89, 0xae };
	uint8_t response[24];
	for (size_t i = 0; i < 3; i++)
		digest_des_encrypt(response + 8 * i, challenge, hash + 7 * i);
	assert_hex(response, sizeof(response), "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df");
}

static void comparison_sees_every_byte(void **state)
{
	(void)state;
	uint8_t a[32] = { 0 }, b[32] = { 0 };
	assert_true(digest_equal(a, b, sizeof(a)));
	assert_true(digest_equal(a, b, 0));
	for (size_t i = 0; i < sizeof(a); i++) {
		b[i] = 0x80;
		assert_false(digest_equal(a, b, sizeof(a)));
		assert_true(digest_equal(a, b, i));
		b[i] = 0;
	}
}

static void wipe_leaves_zeros(void **state)
{
	(void)state;
	uint8_t secret[] = { 1, 2, 3, 4 };
	digest_wipe(secret, 3);
	assert_memory_equal(secret, ((uint8_t[4]){ 0, 0, 0, 4 }), 4);
}

static void random_is_chacha20s_key_stream(void **state)
{
	(void)state;
	/* The key of zeros: block 0 under nonce 0, then under the nonce that counts to 1. */
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 0 };
	struct random random;
	uint8_t stream[64];
	random_init(&random, seed);
	random_bytes(&random, stream, sizeof(stream));
	assert_hex(stream, sizeof(stream),
		   "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
		   "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
	random_bytes(&random, stream, sizeof(stream));
	assert_hex(stream, sizeof(stream),
		   "ef3fdfd6c61578fbf5cf35bd3dd33b8009631634d21e42ac33960bd138e50d32"
		   "111e4caf237ee53ca8ad6426194a88545ddc497a0b466e7d6bbdb0041b2f586b");
}

static void random_is_the_same_in_any_portions(void **state)
{
	(void)state;
	uint8_t seed[RANDOM_SEED_LENGTH];
	memset(seed, 42, sizeof(seed));
	struct random whole, portions;
	random_init(&whole, seed);
	random_init(&portions, seed);
	uint8_t expected[600], got[600];
	random_bytes(&whole, expected, sizeof(expected));
	size_t at = 0;
	for (size_t portion = 1; at < sizeof(got); portion += 7) {
		size_t length = portion < sizeof(got) - at ? portion : sizeof(got) - at;
		random_bytes(&portions, got + at, length);
		at += length;
	}
	assert_memory_equal(expected, got, sizeof(got));

	seed[31] ^= 1;
	random_init(&portions, seed);
	random_bytes(&portions, got, sizeof(got));
	assert_memory_not_equal(expected, got, 64);
}

static void random_below_stays_below_and_is_even(void **state)
{
	(void)state;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 7 };
	struct random random;
	random_init(&random, seed);
	unsigned counts[10] = { 0 };
	for (unsigned i = 0; i < 100000; i++)
		counts[random_below(&random, 10)]++;
	for (size_t i = 0; i < 10; i++)
		assert_in_range(counts[i], 9500, 10500);
	assert_int_equal(random_below(&random, 0), 0);
	assert_int_equal(random_below(&random, 1), 0);
	assert_true(random_u64(&random) != random_u64(&random));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(md4_gives_the_answers_of_rfc_1320),
		cmocka_unit_test(md5_gives_the_answers_of_rfc_1321),
		cmocka_unit_test(sha1_gives_the_answers_of_rfc_3174),
		cmocka_unit_test(hmac_sha256_gives_the_answers_of_rfc_4231),
		cmocka_unit_test(des_inserts_parity_bits),
		cmocka_unit_test(des_gives_the_answer_of_rfc_2759),
		cmocka_unit_test(comparison_sees_every_byte),
		cmocka_unit_test(wipe_leaves_zeros),
		cmocka_unit_test(random_is_chacha20s_key_stream),
		cmocka_unit_test(random_is_the_same_in_any_portions),
		cmocka_unit_test(random_below_stays_below_and_is_even),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
