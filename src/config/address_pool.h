/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file of IPv4 addresses for hosts, as pppoe-server's -p reads it: one a line, `a.b.c.d`, or
 * `a.b.c.d-e` for those from a.b.c.d to a.b.c.e; `#` begins a comment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* first .. first + count - 1, host byte order. */
struct address_range {
	uint32_t first, count;
};

struct address_pool {
	struct address_range *range; /* ascending, apart: neighbours are one */
	size_t ranges;
	uint32_t count; /* of addresses, each counted once */
};

struct address_pool_problem {
	unsigned line; /* from 1; 0: the file as a whole */
	const char *what;
};

/* False if a line is wrong, or there is no address, or no memory.  Then there is nothing to free.
 */
bool address_pool_parse(const char *text, size_t length, struct address_pool *ret_pool,
			struct address_pool_problem *ret_problem);
void address_pool_free(struct address_pool *pool);
