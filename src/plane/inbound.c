/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "plane/inbound.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "linux/packet_tags.h"
#include "offload/merge.h"
#include "pppoe/session.h"

#define FRAMES MERGE_PACKETS /* in a system call */
#define ROOM 64 /* for padding, and to begin each frame on a cache line of its own */

struct inbound {
	int wire, device;
	struct inbound_owner owner;
	struct plane_counters *counters;
	struct merger merger;
	struct mmsghdr messages[FRAMES];
	struct iovec parts[FRAMES];
	_Alignas(size_t) uint8_t tags[FRAMES][PACKET_TAGS_ROOM];
	uint8_t frames[]; /* FRAMES of the same size */
};

struct inbound *inbound_new(int wire, int device, uint16_t mru, bool udp,
			    const struct inbound_owner *owner, struct plane_counters *counters)
{
	size_t size = ((size_t)mru + PPPOE_SESSION_OVERHEAD + ROOM) / ROOM * ROOM + ROOM;
	struct inbound *inbound = calloc(1, sizeof(*inbound) + FRAMES * size);
	if (!inbound)
		return NULL;
	inbound->wire = wire;
	inbound->device = device;
	inbound->owner = *owner;
	inbound->counters = counters;
	merger_init(&inbound->merger, udp);
	for (size_t i = 0; i < FRAMES; i++) {
		inbound->parts[i] = (struct iovec){ inbound->frames + i * size, size };
		inbound->messages[i].msg_hdr.msg_iov = &inbound->parts[i];
		inbound->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return inbound;
}

void inbound_free(struct inbound *inbound)
{
	free(inbound);
}

/* One group, with the header that says how to cut it again.  0 or a negative errno. */
static int write_group(struct inbound *inbound, unsigned number)
{
	uint8_t header[OFFLOAD_HEADER_LENGTH];
	struct iovec parts[1 + MERGE_PACKETS] = { { header, sizeof(header) } };
	struct bytes slices[MERGE_PACKETS];
	struct offload offload;
	unsigned count = merger_group(&inbound->merger, number, &offload, slices);
	offload_write(&offload, header);
	size_t length = 0;
	for (unsigned i = 0; i < count; i++) {
		parts[1 + i] = (struct iovec){ (uint8_t *)slices[i].data, slices[i].length };
		length += slices[i].length;
	}
	ssize_t written;
	do
		written = writev(inbound->device, parts, (int)count + 1);
	while (written < 0 && errno == EINTR);
	if (written >= 0) {
		inbound->counters->in_packets += count;
		inbound->counters->in_bytes += length + (size_t)(count - 1) * offload.header_length;
		return 0;
	}
	if (plane_is_gone(errno))
		return -errno;
	inbound->counters->drops[PLANE_DROP_DEVICE] += count; /* EIO: the device is not up */
	return 0;
}

static void take(struct inbound *inbound, const struct mmsghdr *message)
{
	struct bytes packet;
	if ((message->msg_hdr.msg_flags & MSG_TRUNC) != 0) {
		inbound->counters->drops[PLANE_DROP_FRAME]++; /* cut */
		return;
	}
	uint8_t *frame = message->msg_hdr.msg_iov->iov_base;
	size_t length = message->msg_len;
	uint32_t port = port_of(inbound->owner.interface, false, 0, 0);
	if (inbound->owner.tagged)
		frame = packet_tags_take(&message->msg_hdr, frame, &length,
					 inbound->owner.interface, &port);
	if (inbound->owner.accept(inbound->owner.context, port, bytes_of(frame, length), &packet))
		merger_add(&inbound->merger, frame + (packet.data - frame), packet.length);
}

/* The kernel has written over the lengths. */
static void expect_tags(struct inbound *inbound)
{
	for (size_t i = 0; inbound->owner.tagged && i < FRAMES; i++) {
		inbound->messages[i].msg_hdr.msg_control = inbound->tags[i];
		inbound->messages[i].msg_hdr.msg_controllen = sizeof(inbound->tags[i]);
	}
}

int inbound_run(struct inbound *inbound)
{
	expect_tags(inbound);
	int count = recvmmsg(inbound->wire, inbound->messages, FRAMES, MSG_DONTWAIT, NULL);
	if (count < 0) {
		/* ENETDOWN: said once when the interface goes down; it may come up again. */
		return errno == EAGAIN || errno == EINTR || errno == ENETDOWN || errno == ENOBUFS
			       ? 0
			       : -errno;
	}
	merger_reset(&inbound->merger);
	for (int i = 0; i < count; i++)
		take(inbound, &inbound->messages[i]);
	int result = 0;
	unsigned groups = merger_groups(&inbound->merger);
	for (unsigned i = 0; i < groups && result == 0; i++)
		result = write_group(inbound, i);
	return result;
}
