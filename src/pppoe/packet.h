/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PPPoE header (RFC 2516 section 4), the same in the discovery and the session stage:
 *
 *	 0                   1                   2                   3
 *	+-------+-------+---------------+-------------------------------+
 *	| VER=1 | TYPE=1|     CODE      |          SESSION_ID           |
 *	+-------+-------+---------------+-------------------------------+
 *	|            LENGTH             |           payload
 *	+-------------------------------+--------------------------------
 */
#pragma once

#include "base/bytes.h"
#include "pppoe/ethernet.h"

#define PPPOE_VERSION_AND_TYPE 0x11 /* "MUST be set to 0x1", both (section 4) */
#define PPPOE_HEADER_LENGTH 6
#define PPPOE_PPP_OVERHEAD 8 /* PPPoE header and PPP protocol field: 1500 - 8 = 1492 */
#define PPPOE_MAX_PAYLOAD_DEFAULT 1492

/* No frame of the discovery stage may be longer (RFC 2516 section 5: 1484 bytes of payload). */
#define PPPOE_DISCOVERY_FRAME_MAX (ETHERNET_HEADER_LENGTH + PPPOE_HEADER_LENGTH + 1484)

enum pppoe_code {
	PPPOE_SESSION_DATA = 0x00,
	PPPOE_PADO = 0x07,
	PPPOE_PADI = 0x09,
	PPPOE_PADR = 0x19,
	PPPOE_PADS = 0x65,
	PPPOE_PADT = 0xa7,
	PPPOE_PADM = 0xd3, /* draft-carrel-info-pppoe-ext */
};

/* "PADI" and so on, "Session"; NULL if there is none of that number. */
const char *pppoe_code_name(uint8_t code);

struct pppoe_packet {
	uint8_t code; /* enum pppoe_code, or something unknown */
	uint16_t session_id; /* host byte order */
	struct bytes payload; /* LENGTH bytes, padding cut; borrowed */
};

enum pppoe_read {
	PPPOE_READ_OK,
	PPPOE_READ_SHORT, /* no room for a header */
	PPPOE_READ_VERSION, /* VER or TYPE is not 1 */
	PPPOE_READ_LENGTH, /* LENGTH is beyond the end of the frame */
};

/* Reads a PPPoE packet from the payload of an Ethernet frame. */
enum pppoe_read pppoe_packet_read(struct bytes payload, struct pppoe_packet *ret_packet);

/*
 * Begins a packet; the returned mark goes to pppoe_packet_end(), which fills LENGTH.  The writer
 * fails if there is no room, or if the payload is beyond what 16 bits can say.
 */
size_t pppoe_packet_begin(struct writer *w, uint8_t code, uint16_t session_id);
void pppoe_packet_end(struct writer *w, size_t mark);
