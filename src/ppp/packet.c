/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/packet.h"

bool ppp_packet_read(struct bytes bytes, struct ppp_packet *ret_packet)
{
	struct reader r = reader_of(bytes);
	struct ppp_packet packet = { .code = reader_u8(&r), .identifier = reader_u8(&r) };
	uint16_t length = reader_u16(&r);
	if (r.failed || length < PPP_PACKET_HEADER_LENGTH)
		return false;
	packet.data = reader_bytes(&r, (size_t)length - PPP_PACKET_HEADER_LENGTH);
	if (r.failed)
		return false;
	packet.whole = bytes_head(bytes, length);
	*ret_packet = packet;
	return true;
}

void ppp_packet_write(struct writer *w, uint8_t code, uint8_t identifier, struct bytes data)
{
	writer_u8(w, code);
	writer_u8(w, identifier);
	size_t length = writer_mark_u16(w);
	writer_bytes(w, data);
	writer_fill_u16(w, length, PPP_PACKET_HEADER_LENGTH + data.length);
}
