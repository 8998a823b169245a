/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet II framing (IEEE 802.3 clause 3), as far as PPPoE needs it:
 *
 *	+--------------------+--------------------+-----------+---------
 *	| destination, 6     | source, 6          | type, 2   | payload
 *	+--------------------+--------------------+-----------+---------
 *
 * Frames are without checksum, and without VLAN tag unless it is said.
 */
#pragma once

#include "base/bytes.h"
#include "base/mac.h"

#define ETHERNET_HEADER_LENGTH 14
#define ETHERNET_PPPOE_DISCOVERY 0x8863
#define ETHERNET_PPPOE_SESSION 0x8864
#define ETHERNET_VLAN 0x8100

struct ethernet_frame {
	struct mac destination, source;
	uint16_t type; /* host byte order */
	struct bytes payload; /* borrowed from the frame; may end with padding */
};

/* False if the frame is shorter than its header. */
static inline bool ethernet_read(struct bytes frame, struct ethernet_frame *ret_frame)
{
	struct reader r = reader_of(frame);
	struct ethernet_frame f;
	reader_copy(&r, f.destination.byte, sizeof(f.destination.byte));
	reader_copy(&r, f.source.byte, sizeof(f.source.byte));
	f.type = reader_u16(&r);
	f.payload = reader_rest(&r);
	if (r.failed)
		return false;
	*ret_frame = f;
	return true;
}

static inline void ethernet_write(struct writer *w, struct mac destination, struct mac source,
				  uint16_t type)
{
	writer_bytes(w, bytes_of(destination.byte, sizeof(destination.byte)));
	writer_bytes(w, bytes_of(source.byte, sizeof(source.byte)));
	writer_u16(w, type);
}

/* With a tag of IEEE 802.1Q before the type: 0x8100, then 16 bits, the last 12 of them the VLAN. */
static inline void ethernet_write_vlan(struct writer *w, struct mac destination, struct mac source,
				       uint16_t vlan, uint16_t type)
{
	ethernet_write(w, destination, source, ETHERNET_VLAN);
	writer_u16(w, vlan);
	writer_u16(w, type);
}
