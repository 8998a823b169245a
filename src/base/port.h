/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where on the Ethernet a frame came in, or is to go out, as one number that is compared and copied
 * like one: which of our interfaces, and which VLAN tags (IEEE 802.1Q, 802.1ad).
 *
 *	 31        26 25   24 23                   12 11                    0
 *	+------------+--+----+-----------------------+-----------------------+
 *	| interface  |  | S  | outer VLAN, 0: no tag | inner VLAN, 0: no tag |
 *	+------------+--+----+-----------------------+-----------------------+
 *
 * S: the outer tag is a service tag (0x88a8), else a customer's (0x8100); the inner one always is.
 * A tag of VLAN 0 is a mere priority, and as if it were none.  0 is the first interface, untagged.
 */
#pragma once

#include "base/bytes.h"

#define PORT_INTERFACES_MAX 64
#define PORT_TAGS_MAX 8 /* bytes of both tags */
#define PORT_VLAN_LAST 4094
#define PORT_CUSTOMER_TAG 0x8100
#define PORT_SERVICE_TAG 0x88a8

static inline uint32_t port_of(unsigned interface, bool service_tag, unsigned outer, unsigned inner)
{
	return (uint32_t)interface << 26 | (uint32_t)service_tag << 24 | (outer & 0xfffu) << 12 |
	       (inner & 0xfffu);
}

static inline unsigned port_interface(uint32_t port)
{
	return port >> 26;
}

static inline bool port_has_service_tag(uint32_t port)
{
	return port >> 24 & 1;
}

static inline unsigned port_outer(uint32_t port)
{
	return port >> 12 & 0xfff;
}

static inline unsigned port_inner(uint32_t port)
{
	return port & 0xfff;
}

/* The tags as they stand between the source address and the ethertype; their length, 0, 4 or 8. */
static inline size_t port_write_tags(uint32_t port, uint8_t to[PORT_TAGS_MAX])
{
	struct writer w = writer_of(to, PORT_TAGS_MAX);
	if (port_outer(port) > 0) {
		writer_u16(&w, port_has_service_tag(port) ? PORT_SERVICE_TAG : PORT_CUSTOMER_TAG);
		writer_u16(&w, (uint16_t)port_outer(port));
	}
	if (port_inner(port) > 0) {
		writer_u16(&w, PORT_CUSTOMER_TAG);
		writer_u16(&w, (uint16_t)port_inner(port));
	}
	return w.length;
}
