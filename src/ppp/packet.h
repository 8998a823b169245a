/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet form that LCP, the network control protocols, PAP, CHAP and EAP share (RFC 1661
 *section 5):
 *
 *	+---------------+---------------+-------------------------------+
 *	|     code      |  identifier   |            length             |
 *	+---------------+---------------+-------------------------------+
 *	|  data: length - 4 bytes; what follows is padding and ignored
 *	+----------------------------------------------------------------
 *
 * Packets in these rooms are without PPP's protocol field, which travels beside them.
 */
#pragma once

#include "base/bytes.h"

enum ppp_protocol {
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_IPCP = 0x8021,
	PPP_IPV6CP = 0x8057,
	PPP_LCP = 0xc021,
	PPP_PAP = 0xc023,
	PPP_CHAP = 0xc223,
	PPP_EAP = 0xc227,
};

/* RFC 1661 section 5; from Identification on RFC 1570. */
enum ppp_code {
	PPP_CONFIGURE_REQUEST = 1,
	PPP_CONFIGURE_ACK = 2,
	PPP_CONFIGURE_NAK = 3,
	PPP_CONFIGURE_REJECT = 4,
	PPP_TERMINATE_REQUEST = 5,
	PPP_TERMINATE_ACK = 6,
	PPP_CODE_REJECT = 7,
	PPP_PROTOCOL_REJECT = 8,
	PPP_ECHO_REQUEST = 9,
	PPP_ECHO_REPLY = 10,
	PPP_DISCARD_REQUEST = 11,
	PPP_IDENTIFICATION = 12,
	PPP_TIME_REMAINING = 13,
};

#define PPP_PACKET_HEADER_LENGTH 4
#define PPP_PACKET_MAX 1500 /* the longest control packet we send or keep */

struct ppp_packet {
	uint8_t code;
	uint8_t identifier;
	struct bytes data; /* borrowed; padding cut */
	struct bytes whole; /* header and data, for the rejects that quote it */
};

/* False if the length field is under 4 or beyond the bytes that are there. */
bool ppp_packet_read(struct bytes bytes, struct ppp_packet *ret_packet);

/* Writes a whole packet. */
void ppp_packet_write(struct writer *w, uint8_t code, uint8_t identifier, struct bytes data);
