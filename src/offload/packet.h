/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the headers of a TCP or UDP packet over IP stand: RFC 791, RFC 8200, RFC 9293, RFC 768.
 * Private to this room.
 */
#pragma once

#include "base/bytes.h"

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17

#define IPV4_HEADER_LENGTH 20 /* without options */
#define IPV4_LENGTH 2 /* offsets of fields */
#define IPV4_ID 4
#define IPV4_FRAGMENT 6
#define IPV4_CHECKSUM 10
#define IPV4_ADDRESSES 12
#define IPV4_ADDRESSES_LENGTH 8

#define IPV6_HEADER_LENGTH 40
#define IPV6_LENGTH 4
#define IPV6_ADDRESSES 8
#define IPV6_ADDRESSES_LENGTH 32

#define TCP_HEADER_LENGTH 20 /* without options */
#define TCP_SEQUENCE 4
#define TCP_FLAGS 13
#define TCP_CHECKSUM 16

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10
#define TCP_URG 0x20
#define TCP_CWR 0x80

#define UDP_HEADER_LENGTH 8
#define UDP_LENGTH 4
#define UDP_CHECKSUM 6

struct packet {
	bool ipv6;
	uint8_t protocol; /* PROTOCOL_TCP or PROTOCOL_UDP */
	uint16_t transport; /* bytes of IP's headers */
	uint16_t payload; /* bytes of all headers */
};

/*
 * False if it is neither TCP nor UDP, or its headers do not fit into it.  transport: where the
 * TCP or UDP header is known to stand, behind IPv6 extension headers maybe; 0: right behind a
 * header without options.  protocol: the one it is known to be then.
 */
bool packet_read(struct bytes bytes, uint16_t transport, uint8_t protocol,
		 struct packet *ret_packet);

/* Of TCP or UDP in one packet: pseudo-header, header and payload as they stand. */
uint64_t packet_sum(const struct packet *packet, struct bytes bytes);

struct bytes packet_addresses(const struct packet *packet, const uint8_t *bytes);

/* Writes the length of the whole packet into its headers, IPv4's checksum and UDP's length too. */
void packet_set_length(const struct packet *packet, uint8_t *bytes, size_t length);

static inline uint16_t field_u16(const uint8_t *from)
{
	return (uint16_t)(from[0] << 8 | from[1]);
}

static inline uint32_t field_u32(const uint8_t *from)
{
	return (uint32_t)field_u16(from) << 16 | field_u16(from + 2);
}

static inline void field_set_u16(uint8_t *to, uint16_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static inline void field_set_u32(uint8_t *to, uint32_t value)
{
	field_set_u16(to, (uint16_t)(value >> 16));
	field_set_u16(to + 2, (uint16_t)value);
}
