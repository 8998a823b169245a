/* SPDX-License-Identifier: BSD-2-Clause */
#include "access/pool.h"

enum pool_state { POOL_FREE, POOL_LENT, POOL_RESERVED };

/* The ranges' addresses one after the other, from 0; NULL if the address is none of the pool's. */
static uint8_t *state_of(const struct access *a, uint32_t address)
{
	uint32_t before = 0;
	for (uint32_t i = 0; i < a->config.pool_ranges && before < a->pool_count; i++) {
		const struct access_range *range = &a->config.pool[i];
		uint32_t index = before + (address - range->first);
		if (address - range->first < range->count)
			return index < a->pool_count ? &a->pool[index] : NULL;
		before += range->count;
	}
	return NULL;
}

static uint32_t address_at(const struct access *a, uint32_t index)
{
	const struct access_range *range = a->config.pool;
	for (; index >= range->count; range++)
		index -= range->count;
	return range->first + index;
}

void pool_init(struct access *a)
{
	uint64_t count = 0;
	for (uint32_t i = 0; i < a->config.pool_ranges; i++)
		count += a->config.pool[i].count;
	a->pool_count = count < a->slot_count ? (uint32_t)count : a->slot_count;
	memset(a->pool, POOL_FREE, a->slot_count);
	pool_reserve(a, a->config.ppp.address);
}

void pool_reserve(struct access *a, uint32_t address)
{
	uint8_t *state = state_of(a, address);
	if (state)
		*state = POOL_RESERVED;
}

/* 0 if there is none. */
static uint32_t find_free(const struct access *a, uint32_t slot)
{
	if (a->pool_count == 0)
		return 0;
	uint32_t first = slot % a->pool_count;
	const uint8_t *found = memchr(a->pool + first, POOL_FREE, a->pool_count - first);
	if (!found)
		found = memchr(a->pool, POOL_FREE, first);
	return found ? address_at(a, (uint32_t)(found - a->pool)) : 0;
}

/* Those of an earlier login in the same session are given back first. */
uint32_t pool_peek(const struct access *a, uint32_t slot)
{
	uint32_t address = a->paths[slot].address;
	const uint8_t *state = address != 0 ? state_of(a, address) : NULL;
	return state && *state == POOL_LENT ? address : find_free(a, slot);
}

/* The newest session has it: the one before is most likely dead, and the host back again. */
static void evict_holder(struct access *a, uint32_t address)
{
	uint32_t holder;
	if (!slot_map_find(&a->addresses, address, &holder))
		return;
	a->paths[holder].address = 0;
	a->paths[holder].ipv4 = false;
	a->evicted = holder + 1;
}

bool pool_give(struct access *a, uint32_t slot)
{
	pool_take_back(a, slot);
	uint32_t wanted = a->sessions[slot].wanted_address;
	uint32_t address = wanted;
	if (address == 0)
		address = find_free(a, slot);
	if (address == 0)
		return false;
	evict_holder(a, address);
	uint8_t *state = state_of(a, address);
	if (state && *state == POOL_FREE)
		*state = POOL_LENT;
	a->paths[slot].address = address;
	slot_map_put(&a->addresses, address, slot);
	return true;
}

void pool_take_back(struct access *a, uint32_t slot)
{
	uint32_t address = a->paths[slot].address;
	if (address == 0)
		return;
	slot_map_remove(&a->addresses, address, slot);
	uint8_t *state = state_of(a, address);
	if (state && *state == POOL_LENT)
		*state = POOL_FREE;
	a->paths[slot].address = 0;
}
