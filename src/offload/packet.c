/* SPDX-License-Identifier: BSD-2-Clause */
#include "offload/packet.h"

#include "offload/checksum.h"

static bool read_network(struct bytes bytes, uint16_t transport, struct packet *packet)
{
	struct reader r = reader_of(bytes);
	uint8_t first = reader_u8(&r);
	packet->ipv6 = first >> 4 == 6;
	if (packet->ipv6) {
		struct bytes header = reader_bytes(&r, IPV6_HEADER_LENGTH - 1);
		packet->transport = IPV6_HEADER_LENGTH;
		packet->protocol = r.failed ? 0 : header.data[5];
		return !r.failed && (transport == 0 || transport >= IPV6_HEADER_LENGTH);
	}
	struct bytes header = reader_bytes(&r, IPV4_HEADER_LENGTH - 1);
	packet->transport = (uint16_t)((first & 0x0f) * 4);
	packet->protocol = r.failed ? 0 : header.data[8];
	return !r.failed && first >> 4 == 4 && packet->transport >= IPV4_HEADER_LENGTH &&
	       (transport == 0 ? packet->transport == IPV4_HEADER_LENGTH
			       : packet->transport == transport);
}

static bool read_transport(struct bytes bytes, struct packet *packet)
{
	struct reader r = reader_of(bytes);
	reader_bytes(&r, packet->transport);
	if (packet->protocol == PROTOCOL_UDP) {
		reader_bytes(&r, UDP_HEADER_LENGTH);
		packet->payload = (uint16_t)(packet->transport + UDP_HEADER_LENGTH);
		return !r.failed;
	}
	if (packet->protocol != PROTOCOL_TCP)
		return false;
	struct bytes fixed = reader_bytes(&r, TCP_HEADER_LENGTH);
	size_t length = r.failed ? 0 : (size_t)(fixed.data[12] >> 4) * 4;
	if (length < TCP_HEADER_LENGTH)
		return false;
	reader_bytes(&r, length - TCP_HEADER_LENGTH);
	packet->payload = (uint16_t)(packet->transport + length);
	return !r.failed;
}

bool packet_read(struct bytes bytes, uint16_t transport, uint8_t protocol,
		 struct packet *ret_packet)
{
	struct packet packet;
	if (bytes.length > UINT16_MAX + IPV6_HEADER_LENGTH ||
	    !read_network(bytes, transport, &packet))
		return false;
	if (transport != 0) {
		packet.transport = transport;
		packet.protocol = protocol;
	}
	if (!read_transport(bytes, &packet))
		return false;
	*ret_packet = packet;
	return true;
}

struct bytes packet_addresses(const struct packet *packet, const uint8_t *bytes)
{
	return packet->ipv6 ? bytes_of(bytes + IPV6_ADDRESSES, IPV6_ADDRESSES_LENGTH)
			    : bytes_of(bytes + IPV4_ADDRESSES, IPV4_ADDRESSES_LENGTH);
}

uint64_t packet_sum(const struct packet *packet, struct bytes bytes)
{
	struct reader r = reader_of(bytes);
	reader_bytes(&r, packet->transport);
	struct bytes segment = reader_rest(&r);
	uint64_t sum = checksum_add_pseudo(0, packet_addresses(packet, bytes.data),
					   packet->protocol, (uint32_t)segment.length);
	return checksum_add(sum, segment);
}

void packet_set_length(const struct packet *packet, uint8_t *bytes, size_t length)
{
	if (packet->ipv6) {
		field_set_u16(bytes + IPV6_LENGTH, (uint16_t)(length - IPV6_HEADER_LENGTH));
	} else {
		field_set_u16(bytes + IPV4_LENGTH, (uint16_t)length);
		field_set_u16(bytes + IPV4_CHECKSUM, 0);
		checksum_store(bytes + IPV4_CHECKSUM,
			       checksum_add(0, bytes_of(bytes, (size_t)(bytes[0] & 0x0f) * 4)));
	}
	if (packet->protocol == PROTOCOL_UDP)
		field_set_u16(bytes + packet->transport + UDP_LENGTH,
			      (uint16_t)(length - packet->transport));
}
