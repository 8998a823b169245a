/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/cover.h"

bool cover_next(uint64_t *first, uint64_t last, struct cover_prefix *ret_prefix)
{
	if (*first > last || last > UINT32_MAX)
		return false;
	unsigned length = 32;
	for (uint64_t size = 2; length > 0; size *= 2, length--)
		if (*first % size != 0 || *first + size - 1 > last)
			break;
	*ret_prefix = (struct cover_prefix){ (uint32_t)*first, length };
	*first += UINT64_C(1) << (32 - length);
	return true;
}
