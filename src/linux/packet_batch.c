/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "linux/packet_batch.h"

#include <errno.h>
#include <sys/socket.h>

static void prepare(struct mmsghdr *message, struct iovec *vector)
{
	*message = (struct mmsghdr){ .msg_hdr = { .msg_iov = vector, .msg_iovlen = 1 } };
}

int packet_batch_receive(struct packet_batch *batch, int socket)
{
	struct mmsghdr messages[PACKET_BATCH_FRAMES];
	struct iovec vectors[PACKET_BATCH_FRAMES];
	for (unsigned i = 0; i < PACKET_BATCH_FRAMES; i++) {
		vectors[i] = (struct iovec){ batch->place[i], PACKET_BATCH_BYTES };
		prepare(&messages[i], &vectors[i]);
	}
	batch->next = batch->count = 0;
	int got;
	do
		got = recvmmsg(socket, messages, PACKET_BATCH_FRAMES, MSG_DONTWAIT | MSG_TRUNC,
			       NULL);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
	for (int i = 0; i < got; i++)
		batch->frame[i] =
			(struct packet_batch_frame){ batch->place[i], messages[i].msg_len };
	batch->count = (unsigned)got;
	return got;
}

int packet_batch_send(struct packet_batch *batch, int socket)
{
	struct mmsghdr messages[PACKET_BATCH_FRAMES];
	struct iovec vectors[PACKET_BATCH_FRAMES];
	for (unsigned i = batch->next; i < batch->count; i++) {
		vectors[i] = (struct iovec){ batch->frame[i].data, batch->frame[i].length };
		prepare(&messages[i], &vectors[i]);
	}
	while (batch->next < batch->count) {
		int sent = sendmmsg(socket, messages + batch->next, batch->count - batch->next,
				    MSG_DONTWAIT);
		if (sent > 0) {
			batch->next += (unsigned)sent;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN)
			return -EAGAIN;
		if (errno == ENXIO || errno == ENODEV || errno == EBADF)
			return -errno;
		/* EMSGSIZE, ENOBUFS (the queue of the interface is full), ENETDOWN, EPERM: of this
		 * frame. */
		batch->refused++;
		batch->next++;
	}
	batch->next = batch->count = 0;
	return 0;
}
