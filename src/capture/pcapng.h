/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes pcapng files (draft-ietf-opsawg-pcapng): a section header, a description of each
 * interface, then packets.  Big-endian, times in nanoseconds.  Every block is written whole, or
 * the writer fails.
 */
#pragma once

#include "base/bytes.h"

#define PCAPNG_ETHERNET 1 /* link type: frames from the destination on, without checksum */
#define PCAPNG_PPP 9 /* PPP packets from the protocol field on, or from ff 03 */

/* What a block takes besides its packet; with names of at most 64 bytes in the first two. */
#define PCAPNG_OVERHEAD 128

/* The first block.  application: what has written the file; "" is none. */
void pcapng_write_section(struct writer *w, const char *application);

/* The interfaces are counted from 0 in the order that they are described in. */
void pcapng_write_interface(struct writer *w, uint16_t link_type, const char *name);

enum pcapng_direction { PCAPNG_UNKNOWN, PCAPNG_INBOUND, PCAPNG_OUTBOUND };

struct pcapng_packet {
	uint32_t interface;
	int64_t time_ns; /* of Unix time */
	enum pcapng_direction direction;
	size_t length; /* on the wire; more than the bytes if it was cut */
	struct bytes bytes;
};

void pcapng_write_packet(struct writer *w, const struct pcapng_packet *packet);
