/* SPDX-License-Identifier: BSD-2-Clause */
#include "pppoe/session.h"

bool pppoe_session_read(struct bytes frame, struct pppoe_session_frame *ret_frame)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	if (!ethernet_read(frame, &ethernet) || ethernet.type != ETHERNET_PPPOE_SESSION)
		return false;
	if (pppoe_packet_read(ethernet.payload, &packet) != PPPOE_READ_OK)
		return false;
	/* RFC 2516 section 4: 0xffff is reserved and MUST NOT be used; 0 is for discovery. */
	if (packet.code != PPPOE_SESSION_DATA || packet.session_id == 0 ||
	    packet.session_id == 0xffff)
		return false;

	struct reader r = reader_of(packet.payload);
	struct pppoe_session_frame f = {
		.destination = ethernet.destination,
		.source = ethernet.source,
		.session_id = packet.session_id,
		.ppp = packet.payload,
	};
	f.protocol = reader_u16(&r);
	f.information = reader_rest(&r);
	if (r.failed)
		return false;
	*ret_frame = f;
	return true;
}

void pppoe_session_write(struct writer *w, struct mac destination, struct mac source,
			 uint16_t session_id, uint16_t protocol, struct bytes information)
{
	ethernet_write(w, destination, source, ETHERNET_PPPOE_SESSION);
	size_t mark = pppoe_packet_begin(w, PPPOE_SESSION_DATA, session_id);
	writer_u16(w, protocol);
	writer_bytes(w, information);
	pppoe_packet_end(w, mark);
}

void pppoe_session_write_ppp(struct writer *w, struct mac destination, struct mac source,
			     uint16_t session_id, struct bytes ppp)
{
	ethernet_write(w, destination, source, ETHERNET_PPPOE_SESSION);
	size_t mark = pppoe_packet_begin(w, PPPOE_SESSION_DATA, session_id);
	writer_bytes(w, ppp);
	pppoe_packet_end(w, mark);
}
