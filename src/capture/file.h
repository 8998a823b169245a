/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads capture files out of memory, piece by piece: pcapng (draft-ietf-opsawg-pcapng) and pcap
 * (draft-ietf-opsawg-pcap), of either byte order.
 */
#pragma once

#include "capture/pcapng.h"

#define CAPTURE_FILE_INTERFACES 32
#define CAPTURE_FILE_NAME_SIZE 32
#define CAPTURE_FILE_BLOCK_MAX (256 * 1024) /* a longer block or packet is taken for malformed */

struct capture_file_interface {
	uint16_t link_type;
	uint8_t resolution; /* as pcapng's option says it */
	int64_t offset_s;
	char name[CAPTURE_FILE_NAME_SIZE]; /* printable; "" if it has none */
};

struct capture_file {
	/* private, but for the interfaces */
	enum { CAPTURE_FILE_UNKNOWN, CAPTURE_FILE_PCAP, CAPTURE_FILE_PCAPNG } format;
	bool swapped; /* little-endian */
	unsigned interface_count;
	struct capture_file_interface interface[CAPTURE_FILE_INTERFACES];
};

enum capture_file_result {
	CAPTURE_FILE_PACKET, /* packet->interface is one of the file's */
	CAPTURE_FILE_BLOCK, /* something else was read */
	CAPTURE_FILE_MORE, /* more bytes are needed, at most CAPTURE_FILE_BLOCK_MAX in all */
	CAPTURE_FILE_MALFORMED,
};

void capture_file_init(struct capture_file *file);

/*
 * Reads the next piece of what is available, and says how many bytes that was (0 unless it is a
 * packet or a block).  The packet is borrowed from `available`.
 */
enum capture_file_result capture_file_read(struct capture_file *file, struct bytes available,
					   size_t *ret_used, struct pcapng_packet *ret_packet);
