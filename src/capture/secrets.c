/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/secrets.h"

#include "capture/packet.h"
#include "ppp/packet.h"

#define PAP_REQUEST 1
#define CHAP_RESPONSE 2
#define CHAP_SUCCESS 3
#define EAP_RESPONSE 2
#define EAP_TYPES_OF_RFC_3748 4 /* from there on: methods, MD5-Challenge the first of them */

static void hide(uint8_t *frame, struct bytes secret)
{
	if (secret.length > 0)
		memset(frame + (secret.data - frame), '*', secret.length);
}

/* MS-CHAPv2: "S=" and 40 digits, which are made of the password too (RFC 2759 section 5). */
static void hide_proof(uint8_t *frame, struct bytes message)
{
	struct reader r = reader_of(message);
	struct bytes head = reader_bytes(&r, 2);
	if (bytes_equal(head, bytes_of_text("S=")))
		hide(frame, bytes_head(reader_rest(&r), 40));
}

/*
 * A packet that is cut, or otherwise malformed, is hidden from where its secret could begin, to its
 * end: what it says of lengths is not to be trusted.
 */
static void hide_in(uint8_t *frame, uint16_t protocol, struct bytes packet)
{
	struct reader r = reader_of(packet);
	uint8_t code = reader_u8(&r);
	(void)reader_u8(&r); /* identifier */
	(void)reader_u16(&r); /* length */
	if (r.failed)
		return;
	switch (protocol) {
	case PPP_PAP:
		if (code != PAP_REQUEST)
			return;
		(void)reader_bytes(&r, reader_u8(&r)); /* the name */
		(void)reader_u8(&r);
		hide(frame, r.failed ? packet : reader_rest(&r));
		return;
	case PPP_CHAP:
		if (code == CHAP_SUCCESS)
			hide_proof(frame, reader_rest(&r));
		if (code == CHAP_RESPONSE) {
			struct reader rest = r;
			struct bytes value = reader_bytes(&r, reader_u8(&r));
			hide(frame, r.failed ? reader_rest(&rest) : value);
		}
		return;
	case PPP_EAP:
		if (code == EAP_RESPONSE && reader_u8(&r) >= EAP_TYPES_OF_RFC_3748)
			hide(frame, reader_rest(&r));
		return;
	default:
		return;
	}
}

/* A Protocol-Reject quotes what was rejected: its protocol, then its bytes. */
static void hide_in_reject(uint8_t *frame, struct bytes packet)
{
	struct reader r = reader_of(packet);
	if (reader_u8(&r) != PPP_PROTOCOL_REJECT)
		return;
	(void)reader_bytes(&r, 3);
	uint16_t protocol = reader_u16(&r);
	if (!r.failed)
		hide_in(frame, protocol, reader_rest(&r));
}

/* A Code-Reject, of whichever protocol, quotes a packet of that protocol. */
static void hide_in_code_reject(uint8_t *frame, uint16_t protocol, struct bytes packet)
{
	struct reader r = reader_of(packet);
	if (reader_u8(&r) != PPP_CODE_REJECT)
		return;
	(void)reader_bytes(&r, 3);
	if (!r.failed)
		hide_in(frame, protocol, reader_rest(&r));
}

void capture_hide_secrets(uint8_t *frame, size_t length)
{
	struct capture_packet packet;
	capture_packet_read(bytes_of(frame, length), &packet);
	struct bytes information = packet.information;
	uint16_t protocol = packet.protocol;
	if (packet.kind == CAPTURE_MALFORMED && packet.type == ETHERNET_PPPOE_SESSION) {
		/* LENGTH may be wrong, or the frame cut: what is there counts. */
		struct reader r = reader_of(bytes_of(frame, length));
		(void)reader_bytes(&r, ETHERNET_HEADER_LENGTH + 4 * (size_t)packet.vlan_count +
					       PPPOE_HEADER_LENGTH);
		protocol = reader_u16(&r);
		information = reader_rest(&r);
	}
	if (protocol == PPP_LCP)
		hide_in_reject(frame, information);
	hide_in(frame, protocol, information);
	hide_in_code_reject(frame, protocol, information);
}
