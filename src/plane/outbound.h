/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a TUN device (IFF_VNET_HDR) to the wire: reads what the host's stack leaves to its device,
 * up to 64 KB at once, cuts it into packets (offload/segment.h) and sends them as PPPoE session
 * frames, many in a system call.  Nothing is lost for want of room on the wire: what does not go
 * out waits, and so does the device.
 */
#pragma once

#include "base/port.h"
#include "plane/mss_clamp.h"
#include "plane/plane.h"
#include "pppoe/session.h"

/* Ethernet, tags, PPPoE and PPP protocol, before each IP packet. */
#define PLANE_HEADERS_MAX (PPPOE_SESSION_OVERHEAD + PORT_TAGS_MAX)

/* Where a packet goes. */
struct outbound_route {
	struct mac local, peer;
	uint16_t session_id;
	uint16_t protocol; /* of PPP: IPv4 or IPv6 */
	uint16_t mtu; /* the longest IP packet, bytes */
	/* All zero where there is one wire, untagged, and nothing else is wanted: */
	uint32_t port; /* its tags */
	int wire_index; /* of the interface, if not that of the wire */
	uint16_t ethertype; /* if not PPPoE's own */
	struct mss_limits mss;
	uint64_t *packets, *bytes; /* where to count what it is cut into */
};

/* Who decides; packet: IP, maybe not yet cut.  False: dropped, and counted there. */
struct outbound_owner {
	void *context;
	bool (*route)(void *context, struct bytes packet, struct outbound_route *ret_route);
};

struct outbound;

/* The descriptors stay the caller's; counters are counted on.  NULL if there is no memory. */
struct outbound *outbound_new(int device, int wire, const struct outbound_owner *owner,
			      struct plane_counters *counters);
void outbound_free(struct outbound *outbound); /* NULL is fine */

/* Moves a bounded batch.  0, or a negative errno when the wire or the device is gone. */
int outbound_run(struct outbound *outbound);

/* What is read already waits for room on the wire: run again when that can be written to. */
bool outbound_waits(const struct outbound *outbound);
