/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The opposite of segment.h: packets of one flow that follow one another become one large packet
 * for the host's stack, which then does its work once for all of them.  Only what can be cut into
 * the very same packets again is merged, and only where every checksum is right (as Linux's GRO):
 * TCP with data, equal in all of its headers but for sequence number, PSH and FIN; UDP datagrams
 * of one size.  The order within a flow stays.
 *
 * Used in rounds: reset, add what came, take the groups out.  Payload is never copied: a group is
 * a list of slices.
 */
#pragma once

#include "offload/offload.h"
#include "offload/packet.h"

#define MERGE_PACKETS 64 /* in a round */
#define MERGE_FLOWS 128 /* that are looked for at a time; a power of two */

struct merge_packet {
	uint8_t *data;
	uint32_t length;
	uint8_t next; /* of the same group, + 1; 0: none */
};

struct merge_group {
	struct packet packet; /* of the first one's headers */
	uint32_t length; /* of the merged packet */
	uint32_t next_sequence;
	uint16_t segment_size;
	uint16_t next_id; /* IPv4 identification, counting up, of the next packet */
	uint8_t first, last, count; /* packets */
	bool counts_up; /* the identification; else it stays, with DF */
	bool open; /* more may be added */
	bool verified; /* its checksums are right */
	uint8_t flags; /* PSH and FIN, of any */
};

struct merger {
	/* private */
	bool udp; /* merge datagrams too */
	uint8_t packet_count, group_count;
	struct merge_packet packets[MERGE_PACKETS];
	struct merge_group groups[MERGE_PACKETS];
	uint8_t flows[MERGE_FLOWS]; /* the newest group of this hash, + 1; 0: none */
};

/* udp: the device takes merged datagrams. */
void merger_init(struct merger *merger, bool udp);

/* Begins a round. */
void merger_reset(struct merger *merger);

/*
 * Adds an IP packet, which stays the caller's, unchanged in place until the round is over; its
 * headers are written to.  At most MERGE_PACKETS in a round.
 */
void merger_add(struct merger *merger, uint8_t *data, size_t length);

unsigned merger_groups(const struct merger *merger);

/*
 * The group of this number, in order: its packet is what the slices hold one after the other.
 * Returns how many slices.
 */
unsigned merger_group(struct merger *merger, unsigned number, struct offload *ret_offload,
		      struct bytes ret_slices[MERGE_PACKETS]);
