/* SPDX-License-Identifier: BSD-2-Clause */
#include "link/redial.h"

struct redial_config redial_config_default(void)
{
	return (struct redial_config){
		.min_ms = 1000,
		.max_ms = 30000,
		.rejected_min_ms = 30000,
		.rejected_max_ms = 900000,
		.stable_ms = 30000,
	};
}

static uint32_t doubled(uint32_t min_ms, uint32_t max_ms, unsigned times)
{
	uint64_t wait = min_ms;
	for (unsigned i = 0; i < times && wait < max_ms; i++)
		wait *= 2;
	return wait < max_ms ? (uint32_t)wait : max_ms;
}

/* An eighth more or less. */
static uint32_t jittered(uint32_t wait_ms, struct random *random)
{
	uint32_t eighth = wait_ms / 8;
	return wait_ms - eighth + random_below(random, 2 * eighth + 1);
}

void redial_was_up(struct redial *redial, const struct redial_config *config, uint64_t up_ms)
{
	if (up_ms > 0)
		redial->rejections = 0;
	if (up_ms < config->stable_ms)
		return;
	redial->failures = 0;
	redial->at_once = false;
}

uint32_t redial_wait(struct redial *redial, const struct redial_config *config,
		     enum redial_cause cause, struct random *random)
{
	if (cause == REDIAL_REJECTED)
		return jittered(doubled(config->rejected_min_ms, config->rejected_max_ms,
					redial->rejections++),
				random);
	if (cause == REDIAL_LOST && redial->failures == 0 && !redial->at_once) {
		redial->at_once = true;
		return 0;
	}
	return jittered(doubled(config->min_ms, config->max_ms, redial->failures++), random);
}
