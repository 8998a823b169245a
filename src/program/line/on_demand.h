/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DEMAND: waits at the line's TUN device, while no engine runs, for the packet that dials.  The
 * packet is not read: it and those that follow stay in the device's queue (1000 packets) for the
 * engine to come.  Nothing wakes the process meanwhile.
 */
#pragma once

#include <uv.h>

#include "link/demand.h"
#include "link/failure.h"

struct on_demand_owner {
	void *context;
	void (*dial)(void *context);
	void (*changed)(void *context); /* on_demand_stage() is another, while it waits */
};

struct on_demand {
	struct demand machine;
	/* private */
	struct on_demand_owner owner;
	uv_loop_t *loop;
	uv_timer_t on_pause; /* closed with the loop's other handles */
	uv_poll_t *poll; /* NULL: not listening */
	int device; /* TUN descriptor of another's; -1: none */
	bool stale; /* what is in the queue has waited for a dial that was not to be */
};

void on_demand_init(struct on_demand *demand, uv_loop_t *loop, const struct on_demand_owner *owner);

/* Waits at this device from now on.  To be stopped before the descriptor is closed. */
void on_demand_wait(struct on_demand *demand, int device);
void on_demand_stop(struct on_demand *demand);

void on_demand_wire(struct on_demand *demand, bool usable);
void on_demand_dialled(struct on_demand *demand);
void on_demand_up(struct on_demand *demand);

/* The session has ended in order, or (cause) not; on_demand_wait() follows. */
void on_demand_rested(struct on_demand *demand);
void on_demand_failed(struct on_demand *demand, enum redial_cause cause);

/* What it waits for: LINK_IDLE for a packet, LINK_WAITING for the pause to end, LINK_NO_CARRIER. */
enum link_stage on_demand_stage(const struct on_demand *demand);
