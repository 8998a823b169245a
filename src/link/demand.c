/* SPDX-License-Identifier: BSD-2-Clause */
#include "link/demand.h"

void demand_init(struct demand *demand, const struct redial_config *config,
		 const uint8_t seed[RANDOM_SEED_LENGTH])
{
	*demand = (struct demand){
		.state = DEMAND_LISTENING,
		.until = MONO_NEVER,
		.up_since = MONO_NEVER,
		.config = *config,
	};
	random_init(&demand->random, seed);
}

static void begin_listening(struct demand *demand)
{
	demand->state = DEMAND_LISTENING;
	demand->until = MONO_NEVER;
	demand->rejected = false;
}

bool demand_listens(const struct demand *demand)
{
	return demand->state == DEMAND_LISTENING && demand->wire;
}

void demand_wire(struct demand *demand, bool usable)
{
	bool is_back = usable && !demand->wire;
	demand->wire = usable;
	if (is_back && demand->state == DEMAND_PAUSED && !demand->rejected)
		begin_listening(demand);
}

void demand_dialled(struct demand *demand)
{
	begin_listening(demand);
	demand->state = DEMAND_BUSY;
	demand->up_since = MONO_NEVER;
}

void demand_up(struct demand *demand, mono_us now)
{
	if (demand->up_since == MONO_NEVER)
		demand->up_since = now;
}

/* The session is over: what it was worth counts for the next wait. */
static void end(struct demand *demand, mono_us now)
{
	uint64_t up_ms = 0;
	if (demand->up_since != MONO_NEVER)
		up_ms = (uint64_t)(now - demand->up_since) / 1000 + 1;
	demand->up_since = MONO_NEVER;
	redial_was_up(&demand->redial, &demand->config, up_ms);
}

void demand_rested(struct demand *demand, mono_us now)
{
	end(demand, now);
	begin_listening(demand);
}

void demand_failed(struct demand *demand, enum redial_cause cause, mono_us now)
{
	end(demand, now);
	uint32_t wait_ms = redial_wait(&demand->redial, &demand->config, cause, &demand->random);
	begin_listening(demand);
	if (wait_ms == 0)
		return;
	demand->state = DEMAND_PAUSED;
	demand->until = mono_after_ms(now, wait_ms);
	demand->rejected = cause == REDIAL_REJECTED;
}

void demand_tick(struct demand *demand, mono_us now)
{
	if (now >= demand->until)
		begin_listening(demand);
}

mono_us demand_deadline(const struct demand *demand)
{
	return demand->until;
}
