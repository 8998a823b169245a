/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many frames of a packet socket in one system call (recvmmsg, sendmmsg).  The caller makes and
 * looks at the frames in the batch itself; nothing is allocated or copied.
 */
#pragma once

#include "base/bytes.h"

/* Frames in a batch, and bytes of each one's place. */
#define PACKET_BATCH_FRAMES 64
#define PACKET_BATCH_BYTES 2048

struct packet_batch {
	/* The first `count` of these are frames; those before `next` have been dealt with. */
	struct packet_batch_frame {
		uint8_t *data; /* somewhere in the place of this frame */
		size_t length;
	} frame[PACKET_BATCH_FRAMES];
	unsigned next, count;
	uint64_t
		refused; /* frames that the kernel did not want to send: too long, interface down */
	/* One more than frames, for whoever has another in the making while a batch is full. */
	uint8_t place[PACKET_BATCH_FRAMES + 1][PACKET_BATCH_BYTES];
};

/*
 * Fills the batch with the frames that wait at a socket.  A frame of more than PACKET_BATCH_BYTES
 * has a greater length than that, and its end is lost: pass over it.  Returns the number of
 * frames, 0 if none is there, or a negative errno.
 */
int packet_batch_receive(struct packet_batch *batch, int socket);

/*
 * Sends the frames from `next` on.  0: all are gone, and the batch is empty.  -EAGAIN: the socket's
 * buffer is full; call again once it polls as writable.  Other errors mean that the interface is
 * gone.  Frames that can't be sent for a reason of their own are counted and passed over.
 */
int packet_batch_send(struct packet_batch *batch, int socket);
