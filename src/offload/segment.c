/* SPDX-License-Identifier: BSD-2-Clause */
#include "offload/segment.h"

#include "offload/checksum.h"

/* Fills in the checksum that the stack left to its device; false if its place is not there. */
static bool complete_checksum(uint8_t *data, size_t length, const struct offload *offload)
{
	struct reader r = reader_of(bytes_of(data, length));
	reader_bytes(&r, offload->checksum_start);
	struct bytes covered = reader_rest(&r);
	struct reader field = reader_of(covered);
	reader_bytes(&field, offload->checksum_offset);
	reader_bytes(&field, 2);
	if (r.failed || field.failed)
		return false;
	uint8_t *at = data + offload->checksum_start + offload->checksum_offset;
	checksum_store(at, checksum_add(0, covered));
	if (offload->checksum_offset == UDP_CHECKSUM && field_u16(at) == 0)
		field_set_u16(at, UINT16_MAX); /* RFC 768: zero means none */
	return true;
}

static enum segment_result begin_single(struct segmenter *segmenter, uint8_t *data, size_t length,
					const struct offload *offload, size_t mtu)
{
	if (length > mtu)
		return SEGMENT_TOO_LONG;
	if (offload->needs_checksum && !complete_checksum(data, length, offload))
		return SEGMENT_MALFORMED;
	segmenter->headers = bytes_of(data, 0);
	segmenter->payload = bytes_of(data, length);
	return SEGMENT_GO;
}

enum segment_result segmenter_begin(struct segmenter *segmenter, uint8_t *data, size_t length,
				    const struct offload *offload, size_t mtu)
{
	*segmenter = (struct segmenter){ .data = data, .kind = offload->kind };
	if (offload->kind == OFFLOAD_NONE)
		return begin_single(segmenter, data, length, offload, mtu);

	/* The stack says where the transport header stands by where its checksum begins. */
	uint8_t protocol = offload->kind == OFFLOAD_UDP ? PROTOCOL_UDP : PROTOCOL_TCP;
	struct bytes whole = bytes_of(data, length);
	if (!offload->needs_checksum || offload->checksum_start == 0 ||
	    offload->segment_size == 0 ||
	    !packet_read(whole, offload->checksum_start, protocol, &segmenter->packet) ||
	    segmenter->packet.payload > SEGMENT_HEADERS_MAX ||
	    (offload->kind != OFFLOAD_UDP &&
	     segmenter->packet.ipv6 != (offload->kind == OFFLOAD_TCPV6)))
		return SEGMENT_MALFORMED;
	struct reader r = reader_of(whole);
	segmenter->headers = reader_bytes(&r, segmenter->packet.payload);
	segmenter->payload = reader_rest(&r);
	segmenter->segment_size = offload->segment_size;
	size_t largest = segmenter->payload.length < offload->segment_size
				 ? segmenter->payload.length
				 : offload->segment_size;
	if (segmenter->headers.length + largest > mtu)
		return SEGMENT_TOO_LONG;
	if (protocol == PROTOCOL_TCP)
		segmenter->sequence = field_u32(data + segmenter->packet.transport + TCP_SEQUENCE);
	return SEGMENT_GO;
}

static void write_tcp(struct segmenter *segmenter, uint8_t *tcp, bool last)
{
	field_set_u32(tcp + TCP_SEQUENCE, segmenter->sequence);
	if (segmenter->index > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t) ~(TCP_PSH | TCP_FIN);
}

static void write_checksum(const struct packet *packet, uint8_t *headers, struct bytes payload)
{
	uint8_t *field = headers + packet->transport +
			 (packet->protocol == PROTOCOL_TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
	uint32_t length = (uint32_t)(packet->payload - packet->transport + payload.length);
	field_set_u16(field, 0);
	uint64_t sum =
		checksum_add_pseudo(0, packet_addresses(packet, headers), packet->protocol, length);
	sum = checksum_add(sum, bytes_of(headers + packet->transport,
					 (size_t)(packet->payload - packet->transport)));
	checksum_store(field, checksum_add(sum, payload));
	if (packet->protocol == PROTOCOL_UDP && field_u16(field) == 0)
		field_set_u16(field, UINT16_MAX);
}

bool segmenter_next(struct segmenter *segmenter, uint8_t memory[SEGMENT_HEADERS_MAX],
		    struct bytes *ret_headers, struct bytes *ret_payload)
{
	if (segmenter->done)
		return false;
	if (segmenter->kind == OFFLOAD_NONE) {
		segmenter->done = true;
		*ret_headers = segmenter->headers;
		*ret_payload = segmenter->payload;
		return true;
	}
	const struct packet *packet = &segmenter->packet;
	struct reader rest = reader_of(segmenter->payload);
	struct bytes payload = bytes_head(segmenter->payload, segmenter->segment_size);
	reader_bytes(&rest, payload.length);
	segmenter->payload = reader_rest(&rest);
	segmenter->done = segmenter->payload.length == 0;

	struct writer w = writer_of(memory, SEGMENT_HEADERS_MAX);
	writer_bytes(&w, segmenter->headers);
	if (!packet->ipv6)
		field_set_u16(memory + IPV4_ID,
			      (uint16_t)(field_u16(memory + IPV4_ID) + segmenter->index));
	packet_set_length(packet, memory, w.length + payload.length);
	if (packet->protocol == PROTOCOL_TCP)
		write_tcp(segmenter, memory + packet->transport, segmenter->done);
	write_checksum(packet, memory, payload);
	segmenter->index++;
	segmenter->sequence += (uint32_t)payload.length;
	*ret_headers = writer_written(&w);
	*ret_payload = payload;
	return true;
}
