/* SPDX-License-Identifier: BSD-2-Clause */
/* An Ethernet frame taken apart: VLAN tags, PPPoE, PPP.  Everything is borrowed from the frame. */
#pragma once

#include "pppoe/packet.h"

enum capture_kind {
	CAPTURE_DISCOVERY,
	CAPTURE_CONTROL, /* PPP: LCP, authentication, the network control protocols */
	CAPTURE_DATA, /* PPP: IPv4, IPv6, anything compressed */
	CAPTURE_MALFORMED, /* an Ethernet type of PPPoE, but no PPPoE packet */
	CAPTURE_OTHER, /* not PPPoE */
	CAPTURE_KINDS,
};

#define CAPTURE_TAGS 2 /* VLAN tags that are looked behind */

struct capture_packet {
	enum capture_kind kind;
	struct mac destination, source;
	uint16_t vlan[CAPTURE_TAGS]; /* the outer one first */
	unsigned vlan_count;
	uint16_t type; /* of Ethernet, behind the tags */
	struct pppoe_packet pppoe; /* unless it is malformed or other */
	enum pppoe_read trouble; /* of what is malformed */
	uint16_t protocol; /* of PPP, if control or data */
	struct bytes information; /* what follows the protocol field */
};

/*
 * A packet under another Ethernet type than 0x8863 and 0x8864 (some providers have such) counts as
 * PPPoE if it is well-formed throughout.
 */
void capture_packet_read(struct bytes frame, struct capture_packet *ret_packet);
