/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cuts what a host's stack leaves to its network device into packets: one TCP or UDP packet of
 * up to 64 KB into many, each with headers and checksums of its own.  What is not to be cut comes
 * out as it is, with its checksum filled in.  Payload is never copied.
 *
 * The segments are those that Linux would make: TCP's sequence numbers go on, CWR stays in the
 * first (RFC 3168 section 6.1.2) and PSH and FIN in the last one, IPv4's identification counts up.
 */
#pragma once

#include "offload/offload.h"
#include "offload/packet.h"

#define SEGMENT_HEADERS_MAX 256 /* bytes of IP, its extensions, and TCP or UDP */

enum segment_result {
	SEGMENT_GO,
	SEGMENT_MALFORMED, /* headers and offload do not go together */
	SEGMENT_TOO_LONG, /* some packet would be longer than mtu */
};

struct segmenter {
	/* private */
	uint8_t *data;
	struct bytes headers, payload; /* payload: what is still to come */
	struct packet packet;
	enum offload_kind kind;
	uint16_t segment_size;
	uint16_t index; /* of the next segment */
	uint32_t sequence; /* its TCP sequence number */
	bool done;
};

/*
 * data: the IP packet, borrowed until the last segment was sent, and written to.  mtu: the longest
 * IP packet, bytes.
 */
enum segment_result segmenter_begin(struct segmenter *segmenter, uint8_t *data, size_t length,
				    const struct offload *offload, size_t mtu);

/*
 * The next packet, in two parts: headers (in `memory`, or empty if they stand before the payload)
 * and payload.  False if there is none left.
 */
bool segmenter_next(struct segmenter *segmenter, uint8_t memory[SEGMENT_HEADERS_MAX],
		    struct bytes *ret_headers, struct bytes *ret_payload);
