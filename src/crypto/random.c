/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/random.h"

#include <nettle/chacha.h>

void random_init(struct random *random, const uint8_t seed[RANDOM_SEED_LENGTH])
{
	memcpy(random->seed, seed, RANDOM_SEED_LENGTH);
	random->blocks = 0;
	random->used = sizeof(random->block);
}

static void next_block(struct random *random)
{
	uint8_t nonce[CHACHA_NONCE_SIZE] = { 0 };
	for (size_t i = 0; i < sizeof(nonce); i++)
		nonce[i] = (uint8_t)(random->blocks >> 8 * i);
	random->blocks++;

	struct chacha_ctx chacha;
	chacha_set_key(&chacha, random->seed);
	chacha_set_nonce(&chacha, nonce);
	memset(random->block, 0, sizeof(random->block));
	chacha_crypt(&chacha, sizeof(random->block), random->block, random->block);
	random->used = 0;
}

void random_bytes(struct random *random, void *to, size_t length)
{
	uint8_t *out = to;
	for (size_t i = 0; i < length; i++) {
		if (random->used == sizeof(random->block))
			next_block(random);
		out[i] = random->block[random->used++];
	}
}

uint32_t random_u32(struct random *random)
{
	uint32_t value;
	random_bytes(random, &value, sizeof(value));
	return value;
}

uint64_t random_u64(struct random *random)
{
	uint64_t value;
	random_bytes(random, &value, sizeof(value));
	return value;
}

uint32_t random_below(struct random *random, uint32_t limit)
{
	return (uint32_t)((uint64_t)random_u32(random) * limit >> 32);
}
