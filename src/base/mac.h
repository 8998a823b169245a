/* SPDX-License-Identifier: BSD-2-Clause */
/* An Ethernet (EUI-48) address, as it stands on the wire. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct mac {
	uint8_t byte[6];
};

#define MAC_BROADCAST ((struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } })

static inline bool mac_equal(struct mac a, struct mac b)
{
	return memcmp(a.byte, b.byte, sizeof(a.byte)) == 0;
}

/* Group addresses, broadcast among them, have the lowest bit of the first byte set. */
static inline bool mac_is_group(struct mac a)
{
	return a.byte[0] & 1;
}

static inline bool mac_is_zero(struct mac a)
{
	return mac_equal(a, (struct mac){ { 0 } });
}
