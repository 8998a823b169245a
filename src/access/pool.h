/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has which IPv4 address.  A session gets one of the pool, if it can the one of its slot's
 * number, or its own fixed one from wherever.  Private to this room.
 */
#pragma once

#include "access/access.h"

void pool_init(struct access *access);
void pool_reserve(struct access *access, uint32_t address);

/*
 * Gives the session the address it wants, or else one of the pool.  False if there is none left.
 * A session that loses its address by this is noted in access->evicted.
 */
bool pool_give(struct access *access, uint32_t slot);

/* What the session would get of the pool; 0: there is none left. */
uint32_t pool_peek(const struct access *access, uint32_t slot);
void pool_take_back(struct access *access, uint32_t slot);
