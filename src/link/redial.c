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

uint32_t redial_wait(struct redial *redial, const struct redial_config *config,
		     enum redial_cause cause, uint64_t up_ms, struct random *random)
{
	if (up_ms >= config->stable_ms)
		redial->failures = 0;
	if (up_ms > 0)
		redial->rejections = 0;
	switch (cause) {
	case REDIAL_LOST:
		if (redial->failures++ == 0)
			return 0;
		break;
	case REDIAL_FAILED:
		redial->failures++;
		break;
	case REDIAL_REJECTED:
		return jittered(doubled(config->rejected_min_ms, config->rejected_max_ms,
					redial->rejections++),
				random);
	}
	unsigned times = redial->failures - 1;
	/* The first wait after the redial at once that failed is the shortest one. */
	if (times > 0)
		times--;
	return jittered(doubled(config->min_ms, config->max_ms, times), random);
}
