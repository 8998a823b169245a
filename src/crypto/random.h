/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random numbers for the pure rooms: a ChaCha20 key stream over a seed of entropy that the caller
 * hands in.  The same seed gives the same numbers, so every test can be replayed.
 */
#pragma once

#include "base/bytes.h"

#define RANDOM_SEED_LENGTH 32

struct random {
	uint8_t seed[RANDOM_SEED_LENGTH];
	uint64_t blocks; /* of the key stream, made so far */
	uint8_t block[64];
	size_t used; /* bytes of block */
};

void random_init(struct random *random, const uint8_t seed[RANDOM_SEED_LENGTH]);
void random_bytes(struct random *random, void *to, size_t length);
uint32_t random_u32(struct random *random);
uint64_t random_u64(struct random *random);

/* Evenly in 0 .. limit - 1; 0 if limit is 0. */
uint32_t random_below(struct random *random, uint32_t limit);
