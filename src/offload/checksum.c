/* SPDX-License-Identifier: BSD-2-Clause */
#include "offload/checksum.h"

static uint64_t load_u64(const uint8_t *from)
{
	uint64_t value;
	memcpy(&value, from, sizeof(value));
	return value;
}

/* The halves of a 64-bit word go into a 64-bit sum: no carry is lost below 2^32 of them. */
static uint64_t add_word(uint64_t sum, uint64_t word)
{
	return sum + (word & UINT32_MAX) + (word >> 32);
}

uint64_t checksum_add(uint64_t sum, struct bytes bytes)
{
	const uint8_t *next = bytes.data;
	size_t left = bytes.length;
	uint64_t even = 0, odd = 0;
	for (; left >= 32; left -= 32, next += 32) {
		even = add_word(even, load_u64(next));
		odd = add_word(odd, load_u64(next + 8));
		even = add_word(even, load_u64(next + 16));
		odd = add_word(odd, load_u64(next + 24));
	}
	for (; left >= 8; left -= 8, next += 8)
		even = add_word(even, load_u64(next));
	if (left > 0) {
		uint8_t rest[8] = { 0 };
		memcpy(rest, next, left);
		odd = add_word(odd, load_u64(rest));
	}
	return add_word(sum, even) + (odd & UINT32_MAX) + (odd >> 32);
}

uint64_t checksum_add_pseudo(uint64_t sum, struct bytes addresses, uint8_t protocol,
			     uint32_t length)
{
	const uint8_t rest[8] = { 0,
				  0,
				  0,
				  protocol,
				  (uint8_t)(length >> 24),
				  (uint8_t)(length >> 16),
				  (uint8_t)(length >> 8),
				  (uint8_t)length };
	return checksum_add(checksum_add(sum, addresses), bytes_of(rest, sizeof(rest)));
}

uint16_t checksum_fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)sum;
}

void checksum_store_folded(uint8_t to[2], uint16_t folded)
{
	memcpy(to, &folded, sizeof(folded));
}

void checksum_store(uint8_t to[2], uint64_t sum)
{
	checksum_store_folded(to, (uint16_t)~checksum_fold(sum));
}
