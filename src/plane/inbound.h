/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the wire to a TUN device (IFF_VNET_HDR): takes PPPoE session frames, many in a system
 * call, merges packets of one flow (offload/merge.h), and gives each group to the host's stack at
 * once.
 */
#pragma once

#include "base/port.h"
#include "plane/plane.h"

/*
 * Who decides what passes: the IP packet in a frame, that came in at that port.  False: dropped,
 * and counted there.
 */
struct inbound_owner {
	void *context;
	bool (*accept)(void *context, uint32_t port, struct bytes frame, struct bytes *ret_packet);
	unsigned interface; /* of the ports */
	bool tagged; /* the wire tells of tags: linux/packet_tags.h */
};

struct inbound;

/*
 * mru: the longest IP packet, bytes.  udp: the device takes merged datagrams too.  The descriptors
 * stay the caller's; counters are counted on.  NULL if there is no memory.
 */
struct inbound *inbound_new(int wire, int device, uint16_t mru, bool udp,
			    const struct inbound_owner *owner, struct plane_counters *counters);
void inbound_free(struct inbound *inbound); /* NULL is fine */

/* Moves a bounded batch.  0, or a negative errno when the wire or the device is gone. */
int inbound_run(struct inbound *inbound);
