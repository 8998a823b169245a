/* SPDX-License-Identifier: BSD-2-Clause */
#include "offload/offload.h"

#define FLAG_NEEDS_CSUM 1
#define FLAG_DATA_VALID 2

#define GSO_NONE 0
#define GSO_TCPV4 1
#define GSO_TCPV6 4
#define GSO_UDP_L4 5
#define GSO_ECN 0x80 /* CWR is set: in the first segment alone, as always */

/* In memory: flags, gso_type, hdr_len, gso_size, csum_start, csum_offset. */
static uint16_t load_u16(const uint8_t *from)
{
	uint16_t value;
	memcpy(&value, from, sizeof(value));
	return value;
}

static bool kind_of(uint8_t gso_type, enum offload_kind *ret_kind)
{
	switch (gso_type & ~GSO_ECN) {
	case GSO_NONE:
		*ret_kind = OFFLOAD_NONE;
		return true;
	case GSO_TCPV4:
		*ret_kind = OFFLOAD_TCPV4;
		return true;
	case GSO_TCPV6:
		*ret_kind = OFFLOAD_TCPV6;
		return true;
	case GSO_UDP_L4:
		*ret_kind = OFFLOAD_UDP;
		return true;
	default:
		return false;
	}
}

bool offload_read(struct bytes header, struct offload *ret_offload)
{
	if (header.length < OFFLOAD_HEADER_LENGTH || !kind_of(header.data[1], &ret_offload->kind))
		return false;
	ret_offload->needs_checksum = (header.data[0] & FLAG_NEEDS_CSUM) != 0;
	ret_offload->checksum_verified = (header.data[0] & FLAG_DATA_VALID) != 0;
	ret_offload->header_length = load_u16(header.data + 2);
	ret_offload->segment_size = load_u16(header.data + 4);
	ret_offload->checksum_start = load_u16(header.data + 6);
	ret_offload->checksum_offset = load_u16(header.data + 8);
	return true;
}

void offload_write(const struct offload *offload, uint8_t ret_header[OFFLOAD_HEADER_LENGTH])
{
	static const uint8_t types[] = {
		[OFFLOAD_NONE] = GSO_NONE,
		[OFFLOAD_TCPV4] = GSO_TCPV4,
		[OFFLOAD_TCPV6] = GSO_TCPV6,
		[OFFLOAD_UDP] = GSO_UDP_L4,
	};
	const uint16_t numbers[4] = { offload->header_length, offload->segment_size,
				      offload->checksum_start, offload->checksum_offset };
	ret_header[0] = (uint8_t)((offload->needs_checksum ? FLAG_NEEDS_CSUM : 0) |
				  (offload->checksum_verified ? FLAG_DATA_VALID : 0));
	ret_header[1] = types[offload->kind];
	memcpy(ret_header + 2, numbers, sizeof(numbers));
}
