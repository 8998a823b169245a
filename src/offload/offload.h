/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a TUN device with IFF_VNET_HDR says of a packet, or is told: Linux's struct virtio_net_hdr
 * (VIRTIO 1.2 section 5.1.6), ten bytes before each packet, in the byte order of the host.
 */
#pragma once

#include "base/bytes.h"

#define OFFLOAD_HEADER_LENGTH 10

enum offload_kind {
	OFFLOAD_NONE, /* one packet */
	OFFLOAD_TCPV4, /* several TCP segments in one packet of up to 65535 bytes */
	OFFLOAD_TCPV6,
	OFFLOAD_UDP, /* several UDP datagrams, over IPv4 or IPv6 */
};

struct offload {
	enum offload_kind kind;
	/* The field at checksum_start + checksum_offset holds the pseudo-header's folded sum. */
	bool needs_checksum;
	bool checksum_verified;
	uint16_t header_length; /* of IP and TCP or UDP; a hint */
	uint16_t segment_size; /* bytes of payload in each packet but the last; kind only */
	uint16_t checksum_start, checksum_offset; /* bytes; needs_checksum only */
};

/* False if it is none, or says what was not asked for. */
bool offload_read(struct bytes header, struct offload *ret_offload);

void offload_write(const struct offload *offload, uint8_t ret_header[OFFLOAD_HEADER_LENGTH]);
