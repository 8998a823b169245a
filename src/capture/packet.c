/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/packet.h"

#include "ppp/packet.h"
#include "pppoe/tags.h"

#define ETHERNET_VLAN_OUTER 0x88a8 /* IEEE 802.1ad */
#define ETHERNET_VLAN_OLD 0x9100

static bool is_tag(uint16_t type)
{
	return type == ETHERNET_VLAN || type == ETHERNET_VLAN_OUTER || type == ETHERNET_VLAN_OLD;
}

static bool is_discovery_code(uint8_t code)
{
	return code != PPPOE_SESSION_DATA && pppoe_code_name(code) != NULL;
}

/* RFC 1661 section 2: a protocol's first byte is even, its last one odd. */
static bool is_ppp_protocol(uint16_t protocol)
{
	return (protocol & 0x0101) == 0x0001;
}

static enum capture_kind kind_of_session(struct capture_packet *packet)
{
	struct reader r = reader_of(packet->pppoe.payload);
	packet->protocol = reader_u16(&r);
	packet->information = reader_rest(&r);
	if (r.failed) {
		packet->trouble = PPPOE_READ_SHORT;
		return CAPTURE_MALFORMED;
	}
	/* RFC 1661 section 2: from 8000 on there are control protocols. */
	return packet->protocol >= 0x8000 ? CAPTURE_CONTROL : CAPTURE_DATA;
}

/* Whether a packet of a type that is not PPPoE's is PPPoE all the same. */
static enum capture_kind kind_of_stranger(struct capture_packet *packet)
{
	struct pppoe_tags tags;
	const struct pppoe_packet *pppoe = &packet->pppoe;
	if (packet->trouble != PPPOE_READ_OK)
		return CAPTURE_OTHER;
	if (is_discovery_code(pppoe->code))
		return pppoe_tags_read(pppoe->payload, &tags) ? CAPTURE_DISCOVERY : CAPTURE_OTHER;
	if (pppoe->code != PPPOE_SESSION_DATA || pppoe->session_id == 0 ||
	    kind_of_session(packet) == CAPTURE_MALFORMED || !is_ppp_protocol(packet->protocol))
		return CAPTURE_OTHER;
	return kind_of_session(packet);
}

static enum capture_kind kind_of(struct capture_packet *packet)
{
	if (packet->type == ETHERNET_PPPOE_DISCOVERY)
		return packet->trouble == PPPOE_READ_OK ? CAPTURE_DISCOVERY : CAPTURE_MALFORMED;
	if (packet->type != ETHERNET_PPPOE_SESSION)
		return kind_of_stranger(packet);
	return packet->trouble == PPPOE_READ_OK ? kind_of_session(packet) : CAPTURE_MALFORMED;
}

void capture_packet_read(struct bytes frame, struct capture_packet *ret_packet)
{
	struct ethernet_frame ethernet = { .type = 0 };
	struct capture_packet packet = { .kind = CAPTURE_OTHER };
	if (ethernet_read(frame, &ethernet)) {
		struct reader r = reader_of(ethernet.payload);
		packet.destination = ethernet.destination;
		packet.source = ethernet.source;
		while (is_tag(ethernet.type) && packet.vlan_count < CAPTURE_TAGS) {
			packet.vlan[packet.vlan_count++] = reader_u16(&r) & 0x0fff;
			ethernet.type = reader_u16(&r);
		}
		packet.type = ethernet.type;
		packet.trouble = pppoe_packet_read(reader_rest(&r), &packet.pppoe);
		packet.kind = kind_of(&packet);
	}
	*ret_packet = packet;
}
