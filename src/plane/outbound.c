/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets are read into an arena one behind the other, each with room before it for its headers;
 * one that is not to be cut is sent from there in one piece.  Of one that is cut, each segment has
 * a place for its headers, and its payload is sent from the arena:
 *
 *	arena:  | room, 30 | IP packet ......... | room, 30 | IP header, TCP header, payload ......
 *| frames:  [----------- one part ---------]           [22 + headers][part] [22 + headers][part]
 * (with VLAN tags the frame begins so much earlier in the room)
 */
#define _GNU_SOURCE
#include "plane/outbound.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "offload/segment.h"

#define PACKET_MAX (65535 + 40) /* IPv6 does not count its header */
#define ARENA (4 * 65536)
#define MESSAGES 128 /* in a system call */
#define READS 64 /* in a run */

struct outbound {
	int device, wire;
	struct outbound_owner owner;
	struct plane_counters *counters;

	struct segmenter segmenter; /* of the packet that is being cut */
	bool cutting;
	struct outbound_route route; /* of that */

	unsigned first, count; /* of the messages not yet sent */
	size_t used; /* of the arena */
	struct mmsghdr messages[MESSAGES];
	struct iovec parts[MESSAGES][2];
	struct sockaddr_ll names[MESSAGES]; /* of other interfaces than the wire's */
	uint8_t header_lengths[MESSAGES];
	uint8_t headers[MESSAGES][PLANE_HEADERS_MAX + SEGMENT_HEADERS_MAX];
	uint8_t arena[ARENA];
};

struct outbound *outbound_new(int device, int wire, const struct outbound_owner *owner,
			      struct plane_counters *counters)
{
	struct outbound *outbound = calloc(1, sizeof(*outbound));
	if (!outbound)
		return NULL;
	outbound->device = device;
	outbound->wire = wire;
	outbound->owner = *owner;
	outbound->counters = counters;
	for (size_t i = 0; i < MESSAGES; i++)
		outbound->messages[i].msg_hdr.msg_iov = outbound->parts[i];
	return outbound;
}

void outbound_free(struct outbound *outbound)
{
	free(outbound);
}

bool outbound_waits(const struct outbound *outbound)
{
	return outbound->first < outbound->count;
}

static void count_sent(struct outbound *outbound, unsigned sent)
{
	for (unsigned i = 0; i < sent; i++) {
		const struct msghdr *message = &outbound->messages[outbound->first + i].msg_hdr;
		size_t length = 0;
		for (size_t part = 0; part < message->msg_iovlen; part++)
			length += message->msg_iov[part].iov_len;
		outbound->counters->out_packets++;
		outbound->counters->out_bytes +=
			length - outbound->header_lengths[outbound->first + i];
	}
	outbound->first += sent;
}

/* Sends what waits.  0 when all of it is gone, 1 when the wire takes no more, or what ended it. */
static int flush(struct outbound *outbound)
{
	while (outbound->first < outbound->count) {
		int sent = sendmmsg(outbound->wire, outbound->messages + outbound->first,
				    outbound->count - outbound->first, MSG_DONTWAIT);
		if (sent > 0) {
			count_sent(outbound, (unsigned)sent);
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN)
			return 1;
		if (plane_is_gone(errno))
			return -errno;
		/* Longer than the interface's MTU; or its queue dropped it, it is down, EPERM. */
		outbound->counters
			->drops[errno == EMSGSIZE ? PLANE_DROP_TOO_LONG : PLANE_DROP_WIRE]++;
		outbound->first++;
	}
	outbound->first = outbound->count = 0;
	if (!outbound->cutting)
		outbound->used = 0;
	return 0;
}

/* Before `packet`, which has `length` bytes in all; returns where it begins. */
static uint8_t *write_frame_header(struct outbound *outbound, unsigned number, uint8_t *packet,
				   size_t length)
{
	const struct outbound_route *route = &outbound->route;
	uint8_t tags[PORT_TAGS_MAX];
	size_t tags_length = port_write_tags(route->port, tags);
	uint8_t *frame = packet - PPPOE_SESSION_OVERHEAD - tags_length;
	struct writer w = writer_of(frame, PLANE_HEADERS_MAX);
	writer_bytes(&w, bytes_of(route->peer.byte, sizeof(route->peer.byte)));
	writer_bytes(&w, bytes_of(route->local.byte, sizeof(route->local.byte)));
	writer_bytes(&w, bytes_of(tags, tags_length));
	writer_u16(&w, route->ethertype ? route->ethertype : ETHERNET_PPPOE_SESSION);
	writer_u8(&w, PPPOE_VERSION_AND_TYPE);
	writer_u8(&w, PPPOE_SESSION_DATA);
	writer_u16(&w, route->session_id);
	writer_u16(&w, (uint16_t)(length + PPPOE_PPP_OVERHEAD - PPPOE_HEADER_LENGTH));
	writer_u16(&w, route->protocol);
	outbound->header_lengths[number] = (uint8_t)w.length;
	if (route->packets) {
		++*route->packets;
		*route->bytes += length;
	}
	return frame;
}

static void address_to(struct outbound *outbound, unsigned number)
{
	struct msghdr *message = &outbound->messages[number].msg_hdr;
	message->msg_name = NULL;
	message->msg_namelen = 0;
	if (outbound->route.wire_index == 0)
		return;
	outbound->names[number] = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERNET_PPPOE_SESSION),
		.sll_ifindex = outbound->route.wire_index,
	};
	message->msg_name = &outbound->names[number];
	message->msg_namelen = sizeof(outbound->names[number]);
}

/* A packet that stands in the arena, behind room for the headers. */
static void put_whole(struct outbound *outbound, unsigned number, struct bytes packet)
{
	uint8_t *data = outbound->arena + (packet.data - outbound->arena);
	/* Its checksum is whole by now. */
	if (outbound->route.mss.ipv4 > 0 || outbound->route.mss.ipv6 > 0)
		mss_clamp(data, packet.length, &outbound->route.mss);
	uint8_t *frame = write_frame_header(outbound, number, data, packet.length);
	outbound->parts[number][0] =
		(struct iovec){ frame, (size_t)(data - frame) + packet.length };
	outbound->messages[number].msg_hdr.msg_iovlen = 1;
	address_to(outbound, number);
}

static void put_segment(struct outbound *outbound, unsigned number, struct bytes headers,
			struct bytes payload)
{
	uint8_t *data = outbound->headers[number] + PLANE_HEADERS_MAX;
	uint8_t *frame =
		write_frame_header(outbound, number, data, headers.length + payload.length);
	outbound->parts[number][0] =
		(struct iovec){ frame, (size_t)(data - frame) + headers.length };
	outbound->parts[number][1] = (struct iovec){ (uint8_t *)payload.data, payload.length };
	outbound->messages[number].msg_hdr.msg_iovlen = 2;
	address_to(outbound, number);
}

/* Frames of the packet in hand, as many as there is room for. */
static void cut(struct outbound *outbound)
{
	while (outbound->cutting && outbound->count < MESSAGES) {
		struct bytes headers, payload;
		uint8_t *memory = outbound->headers[outbound->count] + PLANE_HEADERS_MAX;
		if (!segmenter_next(&outbound->segmenter, memory, &headers, &payload))
			outbound->cutting = false;
		else if (headers.length == 0)
			put_whole(outbound, outbound->count++, payload);
		else
			put_segment(outbound, outbound->count++, headers, payload);
	}
}

static void drop(struct outbound *outbound, enum plane_drop reason)
{
	outbound->counters->drops[reason]++;
}

static void take(struct outbound *outbound, uint8_t *data, size_t length,
		 const struct offload *offload)
{
	if (!outbound->owner.route(outbound->owner.context, bytes_of(data, length),
				   &outbound->route))
		return;
	switch (segmenter_begin(&outbound->segmenter, data, length, offload, outbound->route.mtu)) {
	case SEGMENT_GO:
		outbound->cutting = true;
		outbound->used += PLANE_HEADERS_MAX + length;
		break;
	case SEGMENT_MALFORMED:
		drop(outbound, PLANE_DROP_DEVICE); /* it says what cannot be */
		break;
	case SEGMENT_TOO_LONG:
		drop(outbound, PLANE_DROP_TOO_LONG);
		break;
	}
}

/* Reads the next packet.  1: one came; 0: none is there; or a negative errno. */
static int read_packet(struct outbound *outbound)
{
	uint8_t header[OFFLOAD_HEADER_LENGTH];
	uint8_t *data = outbound->arena + outbound->used + PLANE_HEADERS_MAX;
	const struct iovec parts[] = { { header, sizeof(header) }, { data, PACKET_MAX } };
	ssize_t got = readv(outbound->device, parts, 2);
	if (got < 0)
		return errno == EINTR ? 1 : errno == EAGAIN ? 0 : -errno;
	struct offload offload;
	if ((size_t)got < sizeof(header) ||
	    !offload_read(bytes_of(header, sizeof(header)), &offload))
		drop(outbound, PLANE_DROP_DEVICE);
	else
		take(outbound, data, (size_t)got - sizeof(header), &offload);
	return 1;
}

static bool has_room(const struct outbound *outbound)
{
	return outbound->count < MESSAGES &&
	       outbound->used + PLANE_HEADERS_MAX + PACKET_MAX <= sizeof(outbound->arena);
}

int outbound_run(struct outbound *outbound)
{
	int result = 1;
	if (outbound_waits(outbound) && (result = flush(outbound)) != 0)
		return result < 0 ? result : 0;
	for (unsigned reads = 0;;) {
		cut(outbound);
		if (!has_room(outbound) && (result = flush(outbound)) != 0)
			return result < 0 ? result : 0;
		if (outbound->cutting)
			continue;
		if (reads++ == READS)
			break;
		result = read_packet(outbound);
		if (result <= 0)
			break;
	}
	int flushed = flush(outbound);
	return flushed < 0 ? flushed : result < 0 ? result : 0;
}
