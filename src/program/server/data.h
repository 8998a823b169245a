/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The concentrator's data path: IP packets between the sessions on the wire and one TUN device.
 * Which session, and whether a packet may pass, is access/'s to say.  In batches of bounded
 * size, with no memory taken.
 */
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include "access/access.h"
#include "plane/plane.h"

#define DATA_BATCH 32
#define DATA_BUFFER 2048

struct data {
	/* for reading */
	struct plane_counters counters; /* of its drops only WIRE and DEVICE are used, else: */
	uint64_t drops[ACCESS_VERDICT_COUNT];
	/* private */
	struct access *access;
	int wire, device;
	struct mac local;
	struct mmsghdr messages[DATA_BATCH];
	struct iovec parts[DATA_BATCH];
	uint8_t buffers[DATA_BATCH][DATA_BUFFER];
};

/* wire: the packet socket for IP in session frames; device: the TUN.  Neither is owned. */
void data_init(struct data *data, struct access *access, int wire, int device, struct mac local);

/* Move one batch.  0, or a negative errno when the wire is down, or the device gone. */
int data_from_wire(struct data *data);
int data_from_device(struct data *data);
