/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/on_demand.h"

#include <stdlib.h>

#include "linux/clock.h"
#include "linux/device.h"

static void update(struct on_demand *demand);

static void on_pause(uv_timer_t *timer)
{
	struct on_demand *demand = timer->data;
	demand_tick(&demand->machine, clock_now());
	update(demand);
	demand->owner.changed(demand->owner.context);
}

void on_demand_init(struct on_demand *demand, uv_loop_t *loop, const struct on_demand_owner *owner)
{
	const struct redial_config config = redial_config_default();
	uint8_t seed[RANDOM_SEED_LENGTH];
	*demand = (struct on_demand){ .owner = *owner, .loop = loop, .device = -1 };
	entropy_fill(seed, sizeof(seed));
	demand_init(&demand->machine, &config, seed);
	uv_timer_init(loop, &demand->on_pause);
	demand->on_pause.data = demand;
}

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void stop_listening(struct on_demand *demand)
{
	if (!demand->poll)
		return;
	uv_poll_stop(demand->poll);
	uv_close((uv_handle_t *)demand->poll, free_handle);
	demand->poll = NULL;
}

static void on_packet(uv_poll_t *poll, int status, int events)
{
	struct on_demand *demand = poll->data;
	(void)events;
	stop_listening(demand);
	if (status == 0) /* else the device is gone, which rtnetlink tells */
		demand->owner.dial(demand->owner.context);
}

static void begin_listening(struct on_demand *demand)
{
	if (demand->stale)
		device_tun_drain(demand->device);
	demand->stale = false;
	demand->poll = calloc(1, sizeof(*demand->poll));
	if (!demand->poll)
		return;
	demand->poll->data = demand;
	if (uv_poll_init(demand->loop, demand->poll, demand->device) < 0) {
		free(demand->poll);
		demand->poll = NULL;
		return;
	}
	uv_poll_start(demand->poll, UV_READABLE, on_packet);
}

static void update(struct on_demand *demand)
{
	mono_us now = clock_now(), until = demand_deadline(&demand->machine);
	bool listens = demand->device >= 0 && demand_listens(&demand->machine);
	if (demand->device >= 0 && !listens && demand->machine.state != DEMAND_BUSY)
		demand->stale = true;
	if (listens && !demand->poll)
		begin_listening(demand);
	else if (!listens)
		stop_listening(demand);
	if (until == MONO_NEVER)
		uv_timer_stop(&demand->on_pause);
	else
		uv_timer_start(&demand->on_pause, on_pause,
			       (uint64_t)clock_poll_timeout(until, now), 0);
}

void on_demand_wait(struct on_demand *demand, int device)
{
	stop_listening(demand);
	demand->device = device;
	update(demand);
}

void on_demand_stop(struct on_demand *demand)
{
	stop_listening(demand);
	uv_timer_stop(&demand->on_pause);
	demand->device = -1;
}

void on_demand_wire(struct on_demand *demand, bool usable)
{
	bool listened = demand_listens(&demand->machine);
	demand_wire(&demand->machine, usable);
	update(demand);
	if (demand_listens(&demand->machine) != listened && demand->device >= 0)
		demand->owner.changed(demand->owner.context);
}

void on_demand_dialled(struct on_demand *demand)
{
	demand_dialled(&demand->machine);
	update(demand);
	demand->device = -1;
	demand->stale = false;
}

void on_demand_up(struct on_demand *demand)
{
	demand_up(&demand->machine, clock_now());
}

void on_demand_rested(struct on_demand *demand)
{
	demand_rested(&demand->machine, clock_now());
}

void on_demand_failed(struct on_demand *demand, enum redial_cause cause)
{
	demand_failed(&demand->machine, cause, clock_now());
}

enum link_stage on_demand_stage(const struct on_demand *demand)
{
	if (demand->machine.state == DEMAND_PAUSED)
		return LINK_WAITING;
	return demand_listens(&demand->machine) ? LINK_IDLE : LINK_NO_CARRIER;
}
