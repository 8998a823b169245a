/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The concentrator's data path: IP packets between the sessions on the wires and one TUN device.
 * Which session, and whether a packet may pass, is access/'s to say.  In batches of bounded
 * size, with no memory taken.
 */
#pragma once

#include "access/access.h"
#include "plane/plane.h"
#include "program/server/host.h"

struct data;

struct data_counters {
	struct plane_counters plane; /* of its drops TOO_LONG, WIRE and DEVICE; for the rest: */
	uint64_t drops[ACCESS_VERDICT_COUNT];
};

/* mss: TCP's, both ways; 0: as it is.  host outlives it.  NULL if there is no memory. */
struct data *data_new(struct access *access, const struct host *host, uint16_t mss);
void data_free(struct data *data); /* NULL is fine */

/* Move one batch.  0, or a negative errno when the wire is down, or the device gone. */
int data_from_wire(struct data *data, unsigned interface);
int data_from_device(struct data *data);

/* What came from the device waits for the first interface's wire: then data_from_device() again. */
bool data_waits(const struct data *data);

const struct data_counters *data_counters(const struct data *data);
