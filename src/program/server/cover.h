/* SPDX-License-Identifier: BSD-2-Clause */
/* A range of IPv4 addresses as the fewest prefixes, for its routes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct cover_prefix {
	uint32_t address; /* host byte order */
	unsigned length;
};

/*
 * Takes the largest prefix that the range begins with: call until false.  *first moves on; the
 * range is empty once *first is beyond last.
 */
bool cover_next(uint64_t *first, uint64_t last, struct cover_prefix *ret_prefix);
