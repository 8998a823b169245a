/* SPDX-License-Identifier: BSD-2-Clause */
#include "pppoe/packet.h"

const char *pppoe_code_name(uint8_t code)
{
	switch ((enum pppoe_code)code) {
	case PPPOE_SESSION_DATA:
		return "Session";
	case PPPOE_PADO:
		return "PADO";
	case PPPOE_PADI:
		return "PADI";
	case PPPOE_PADR:
		return "PADR";
	case PPPOE_PADS:
		return "PADS";
	case PPPOE_PADT:
		return "PADT";
	case PPPOE_PADM:
		return "PADM";
	}
	return NULL;
}

enum pppoe_read pppoe_packet_read(struct bytes payload, struct pppoe_packet *ret_packet)
{
	struct reader r = reader_of(payload);
	struct pppoe_packet packet;
	uint8_t version_and_type = reader_u8(&r);
	packet.code = reader_u8(&r);
	packet.session_id = reader_u16(&r);
	uint16_t length = reader_u16(&r);
	if (r.failed)
		return PPPOE_READ_SHORT;
	if (version_and_type != PPPOE_VERSION_AND_TYPE)
		return PPPOE_READ_VERSION;
	/* Ethernet pads short frames (60 bytes): LENGTH, not the frame, says where we end. */
	packet.payload = reader_bytes(&r, length);
	if (r.failed)
		return PPPOE_READ_LENGTH;
	*ret_packet = packet;
	return PPPOE_READ_OK;
}

size_t pppoe_packet_begin(struct writer *w, uint8_t code, uint16_t session_id)
{
	writer_u8(w, PPPOE_VERSION_AND_TYPE);
	writer_u8(w, code);
	writer_u16(w, session_id);
	return writer_mark_u16(w);
}

void pppoe_packet_end(struct writer *w, size_t mark)
{
	if (w->failed)
		return;
	writer_fill_u16(w, mark, w->length - mark - sizeof(uint16_t));
}
