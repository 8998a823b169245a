/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a key of 64 bits (an address, an interface identifier) to the slot that has it: a hash
 * table with open addressing over memory of the caller, never more than half full.  Peers choose
 * some of the keys, so a random salt keeps them from choosing where they fall.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct slot_map_entry {
	uint64_t key;
	uint32_t slot; /* + 1; 0: free */
};

struct slot_map {
	/* private */
	struct slot_map_entry *entries;
	uint32_t mask;
	uint64_t salt;
};

/* Entries for `slots` keys: a power of two, at least twice as many. */
uint32_t slot_map_size(uint32_t slots);

/* entries: `size` of them, as slot_map_size() said; outlive the map. */
void slot_map_init(struct slot_map *map, struct slot_map_entry *entries, uint32_t size,
		   uint64_t salt);

bool slot_map_find(const struct slot_map *map, uint64_t key, uint32_t *ret_slot);

/* Puts the key in, or gives it to another slot.  At most as many keys as slots. */
void slot_map_put(struct slot_map *map, uint64_t key, uint32_t slot);

/* Takes the key out, if it is this slot's. */
void slot_map_remove(struct slot_map *map, uint64_t key, uint32_t slot);
