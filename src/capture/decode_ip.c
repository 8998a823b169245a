/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode_part.h"
#include "ppp/names.h"
#include "ppp/packet.h"

enum { ICMP = 1, IGMP = 2, TCP = 6, UDP = 17, ICMPV6 = 58 }; /* IANA's protocol numbers */

static void put_length(struct text *to, size_t length)
{
	text_string(to, ", ");
	text_decimal(to, length);
	text_string(to, " bytes");
}

static void put_protocol(struct text *to, uint8_t protocol)
{
	switch (protocol) {
	case ICMP:
		text_string(to, " ICMP");
		return;
	case IGMP:
		text_string(to, " IGMP");
		return;
	case TCP:
		text_string(to, " TCP");
		return;
	case UDP:
		text_string(to, " UDP");
		return;
	case ICMPV6:
		text_string(to, " ICMPv6");
		return;
	default:
		text_string(to, " protocol ");
		text_decimal(to, protocol);
		return;
	}
}

/* RFC 9293 section 3.1: the flags are the 14th byte. */
static void put_flags(struct text *to, struct reader r)
{
	static const char letters[] = "FSRPAUEC";
	(void)reader_bytes(&r, 9);
	uint8_t flags = reader_u8(&r);
	if (r.failed)
		return;
	text_string(to, " ");
	for (unsigned i = 0; i < 8; i++)
		if (flags >> i & 1)
			text_string(to, (const char[]){ letters[i], '\0' });
}

/* The ports, if there are any here: not in the later fragments of a packet. */
static void put_transport(struct text *to, uint8_t protocol, struct reader r, bool first)
{
	put_protocol(to, protocol);
	if (!first) {
		text_string(to, " fragment");
		return;
	}
	if (protocol != TCP && protocol != UDP)
		return;
	uint16_t source = reader_u16(&r), destination = reader_u16(&r);
	if (r.failed)
		return;
	text_string(to, " ");
	text_decimal(to, source);
	text_string(to, " > ");
	text_decimal(to, destination);
	if (protocol == TCP)
		put_flags(to, r);
}

static void put_ipv4(struct text *to, struct bytes packet)
{
	struct reader r = reader_of(packet);
	uint8_t version_and_length = reader_u8(&r);
	(void)reader_bytes(&r, 5);
	uint16_t fragment = reader_u16(&r);
	(void)reader_u8(&r);
	uint8_t protocol = reader_u8(&r);
	(void)reader_u16(&r);
	uint32_t source = reader_u32(&r), destination = reader_u32(&r);
	unsigned words = version_and_length & 15;
	if (words > 5)
		(void)reader_bytes(&r, 4 * (size_t)(words - 5));
	if (r.failed || version_and_length >> 4 != 4 || words < 5) {
		text_string(to, ": malformed");
		return;
	}
	text_string(to, " ");
	text_ipv4(to, source);
	text_string(to, " > ");
	text_ipv4(to, destination);
	put_transport(to, protocol, r, (fragment & 0x1fff) == 0);
}

/* Extension headers are not looked behind. */
static void put_ipv6(struct text *to, struct bytes packet)
{
	struct reader r = reader_of(packet);
	uint8_t version = reader_u8(&r) >> 4;
	(void)reader_bytes(&r, 5);
	uint8_t protocol = reader_u8(&r);
	(void)reader_u8(&r);
	struct bytes source = reader_bytes(&r, 16), destination = reader_bytes(&r, 16);
	if (r.failed || version != 6) {
		text_string(to, ": malformed");
		return;
	}
	text_string(to, " ");
	text_ipv6(to, source);
	text_string(to, " > ");
	text_ipv6(to, destination);
	put_transport(to, protocol, r, true);
}

void decode_data(struct text *to, uint16_t protocol, struct bytes information)
{
	const char *name = ppp_protocol_name(protocol);
	if (name) {
		text_string(to, name);
	} else {
		text_string(to, "protocol 0x");
		text_hex(to, protocol, 4);
	}
	if (protocol == PPP_IPV4)
		put_ipv4(to, information);
	if (protocol == PPP_IPV6)
		put_ipv6(to, information);
	put_length(to, information.length);
}
