/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of the session stage (RFC 2516 section 6): Ethernet type 0x8864, CODE 0, and as payload
 *one PPP packet that begins with its protocol field:
 *
 *	+----------------+--------------+------------------+---------------
 *	| Ethernet, 14   | PPPoE, 6     | PPP protocol, 2  | information
 *	+----------------+--------------+------------------+---------------
 *	                                 \------------- ppp -------------/
 */
#pragma once

#include "pppoe/packet.h"

/* What stands before the information of a PPP packet. */
#define PPPOE_SESSION_OVERHEAD (ETHERNET_HEADER_LENGTH + PPPOE_PPP_OVERHEAD)

struct pppoe_session_frame {
	struct mac destination, source;
	uint16_t session_id; /* host byte order, never 0 */
	uint16_t protocol; /* of PPP, host byte order */
	struct bytes ppp; /* the whole PPP packet, protocol field included; borrowed */
	struct bytes information; /* what follows the protocol field; borrowed */
};

/*
 * Reads an Ethernet frame.  False if it is short, of another Ethernet type, of the wrong version or
 * CODE, if LENGTH is beyond the frame or has no room for a protocol field, or if the SESSION_ID is
 * one that no session can have (0 and 0xffff).  Whether it is the right session, and comes
 * from the right address, is the caller's to judge.
 */
bool pppoe_session_read(struct bytes frame, struct pppoe_session_frame *ret_frame);

/* Writes a whole frame around `information`. */
void pppoe_session_write(struct writer *w, struct mac destination, struct mac source,
			 uint16_t session_id, uint16_t protocol, struct bytes information);

/* Writes a whole frame around a PPP packet that begins with its protocol field. */
void pppoe_session_write_ppp(struct writer *w, struct mac destination, struct mac source,
			     uint16_t session_id, struct bytes ppp);
