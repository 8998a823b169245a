/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/slot_map.h"

uint32_t slot_map_size(uint32_t slots)
{
	uint32_t size = 2;
	while (size < 2 * slots)
		size *= 2;
	return size;
}

void slot_map_init(struct slot_map *map, struct slot_map_entry *entries, uint32_t size,
		   uint64_t salt)
{
	*map = (struct slot_map){ .entries = entries, .mask = size - 1, .salt = salt };
	for (uint32_t i = 0; i < size; i++)
		entries[i] = (struct slot_map_entry){ 0, 0 };
}

/* Two rounds of multiply and fold, so that every bit of the key reaches the low ones. */
static uint32_t home_of(const struct slot_map *map, uint64_t key)
{
	uint64_t mixed = key ^ map->salt;
	mixed = (mixed ^ mixed >> 32) * 0x9e3779b97f4a7c15u;
	mixed = (mixed ^ mixed >> 29) * (map->salt | 1);
	return (uint32_t)(mixed >> 32) & map->mask;
}

/* Where the key stands, or the free place where it would. */
static uint32_t place_of(const struct slot_map *map, uint64_t key)
{
	uint32_t at = home_of(map, key);
	while (map->entries[at].slot != 0 && map->entries[at].key != key)
		at = (at + 1) & map->mask;
	return at;
}

bool slot_map_find(const struct slot_map *map, uint64_t key, uint32_t *ret_slot)
{
	const struct slot_map_entry *entry = &map->entries[place_of(map, key)];
	if (entry->slot == 0)
		return false;
	*ret_slot = entry->slot - 1;
	return true;
}

void slot_map_put(struct slot_map *map, uint64_t key, uint32_t slot)
{
	map->entries[place_of(map, key)] = (struct slot_map_entry){ key, slot + 1 };
}

/* Moves back what the removed entry stood in the way of, so that no search ends too early. */
static void close_gap(struct slot_map *map, uint32_t gap)
{
	for (uint32_t at = (gap + 1) & map->mask; map->entries[at].slot != 0;
	     at = (at + 1) & map->mask) {
		uint32_t home = home_of(map, map->entries[at].key);
		if (((at - home) & map->mask) < ((at - gap) & map->mask))
			continue;
		map->entries[gap] = map->entries[at];
		gap = at;
	}
	map->entries[gap] = (struct slot_map_entry){ 0, 0 };
}

void slot_map_remove(struct slot_map *map, uint64_t key, uint32_t slot)
{
	uint32_t at = place_of(map, key);
	if (map->entries[at].slot == slot + 1)
		close_gap(map, at);
}
