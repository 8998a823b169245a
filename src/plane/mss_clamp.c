/* SPDX-License-Identifier: BSD-2-Clause */
#include "plane/mss_clamp.h"

#include "base/bytes.h"

#define IPV4_HEADER_LENGTH 20
#define IPV6_HEADER_LENGTH 40
#define TCP_HEADER_LENGTH 20
#define TCP_FLAG_SYN 0x0002
#define TCP_CHECKSUM_OFFSET 16

#define PROTOCOL_TCP 6

enum tcp_option { TCP_OPTION_END = 0, TCP_OPTION_NO_OPERATION = 1, TCP_OPTION_MSS = 2 };
#define TCP_OPTION_MSS_LENGTH 4

/* Extension headers of IPv6 (RFC 8200 section 4) that may stand before TCP. */
enum ipv6_next {
	IPV6_HOP_BY_HOP = 0,
	IPV6_ROUTING = 43,
	IPV6_FRAGMENT = 44,
	IPV6_DESTINATION_OPTIONS = 60,
};

struct mss_limits mss_limits_of(uint16_t mss_ipv4)
{
	const uint16_t more = IPV6_HEADER_LENGTH - IPV4_HEADER_LENGTH;
	return (struct mss_limits){ mss_ipv4, mss_ipv4 > more ? (uint16_t)(mss_ipv4 - more) : 0 };
}

static void store_u16(uint8_t *packet, size_t offset, uint16_t value)
{
	struct writer w = writer_of(packet + offset, sizeof(value));
	writer_u16(&w, value);
}

static uint16_t swapped(uint16_t value)
{
	return (uint16_t)(value << 8 | value >> 8);
}

/* RFC 1624 section 3, equation 3: HC' = ~(~HC + ~m + m'). */
static uint16_t updated_checksum(uint16_t checksum, uint16_t before, uint16_t after)
{
	uint32_t sum = (uint16_t)~checksum + (uint32_t)(uint16_t)~before + after;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Where the value of the MSS option stands in the options; false if there is none. */
static bool find_mss(struct bytes options, size_t *ret_offset, uint16_t *ret_mss)
{
	struct reader r = reader_of(options);
	while (r.left > 0) {
		uint8_t kind = reader_u8(&r);
		if (kind == TCP_OPTION_END)
			return false;
		if (kind == TCP_OPTION_NO_OPERATION)
			continue;
		uint8_t length = reader_u8(&r);
		if (r.failed || length < 2)
			return false;
		if (kind == TCP_OPTION_MSS && length == TCP_OPTION_MSS_LENGTH) {
			*ret_offset = options.length - r.left;
			*ret_mss = reader_u16(&r);
			return !r.failed;
		}
		(void)reader_bytes(&r, (size_t)length - 2);
		if (r.failed)
			return false;
	}
	return false;
}

/* `offset` of the TCP header in the packet, `length` of what there is from there on. */
static bool clamp_tcp(uint8_t *packet, size_t offset, size_t length, uint16_t limit)
{
	struct reader r = reader_of(bytes_of(packet + offset, length));
	(void)reader_bytes(&r, 12); /* ports, sequence and acknowledgement number */
	uint16_t offset_and_flags = reader_u16(&r);
	(void)reader_u16(&r); /* window */
	uint16_t checksum = reader_u16(&r);
	(void)reader_u16(&r); /* urgent pointer */
	size_t header_length = (size_t)(offset_and_flags >> 12) * 4;
	if (r.failed || (offset_and_flags & TCP_FLAG_SYN) == 0 || header_length < TCP_HEADER_LENGTH)
		return false;
	struct bytes options = reader_bytes(&r, header_length - TCP_HEADER_LENGTH);
	size_t at;
	uint16_t mss;
	if (r.failed || !find_mss(options, &at, &mss) || mss <= limit)
		return false;

	/* The sum is of 16-bit words, in which a value at an odd place is turned round. */
	bool odd = at % 2 != 0;
	checksum =
		updated_checksum(checksum, odd ? swapped(mss) : mss, odd ? swapped(limit) : limit);
	store_u16(packet, offset + TCP_HEADER_LENGTH + at, limit);
	store_u16(packet, offset + TCP_CHECKSUM_OFFSET, checksum);
	return true;
}

static bool clamp_ipv4(uint8_t *packet, size_t length, uint16_t limit)
{
	struct reader r = reader_of(bytes_of(packet, length));
	size_t header_length = (size_t)(reader_u8(&r) & 0x0f) * 4;
	(void)reader_u8(&r); /* type of service */
	size_t total = reader_u16(&r);
	(void)reader_u16(&r); /* identification */
	uint16_t fragment = reader_u16(&r) & 0x1fff;
	(void)reader_u8(&r); /* time to live */
	uint8_t protocol = reader_u8(&r);
	if (r.failed || protocol != PROTOCOL_TCP || fragment != 0 ||
	    header_length < IPV4_HEADER_LENGTH || total > length || header_length > total)
		return false;
	return clamp_tcp(packet, header_length, total - header_length, limit);
}

/* Goes over the extension headers to TCP; false if it is not there. */
static bool find_tcp(struct reader *r, uint8_t next)
{
	while (!r->failed) {
		switch (next) {
		case PROTOCOL_TCP:
			return true;
		case IPV6_FRAGMENT:
			next = reader_u8(r);
			(void)reader_u8(r);
			if (reader_u16(r) >> 3 != 0) /* offset: not the first one */
				return false;
			(void)reader_u32(r); /* identification */
			break;
		case IPV6_HOP_BY_HOP:
		case IPV6_ROUTING:
		case IPV6_DESTINATION_OPTIONS:
			next = reader_u8(r);
			(void)reader_bytes(r, (size_t)reader_u8(r) * 8 + 6);
			break;
		default:
			return false;
		}
	}
	return false;
}

static bool clamp_ipv6(uint8_t *packet, size_t length, uint16_t limit)
{
	struct reader header = reader_of(bytes_of(packet, length));
	(void)reader_u32(&header); /* version, traffic class, flow label */
	uint16_t payload_length = reader_u16(&header);
	uint8_t next = reader_u8(&header);
	(void)reader_bytes(&header, IPV6_HEADER_LENGTH - 7); /* hop limit, addresses */
	struct reader r = reader_of(reader_bytes(&header, payload_length));
	if (header.failed || !find_tcp(&r, next))
		return false;
	return clamp_tcp(packet, IPV6_HEADER_LENGTH + payload_length - r.left, r.left, limit);
}

bool mss_clamp(uint8_t *packet, size_t length, const struct mss_limits *limits)
{
	struct reader r = reader_of(bytes_of(packet, length));
	switch (reader_u8(&r) >> 4) {
	case 4:
		return limits->ipv4 > 0 && clamp_ipv4(packet, length, limits->ipv4);
	case 6:
		return limits->ipv6 > 0 && clamp_ipv6(packet, length, limits->ipv6);
	default:
		return false;
	}
}
