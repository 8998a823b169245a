/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When to dial again.  A line that was up is redialled at once after its first loss; whatever fails
 * then waits for a time that doubles up to a ceiling, with jitter so that a street of hosts does
 * not come back in step.  Rejected passwords wait much longer: providers lock accounts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "crypto/random.h"

enum redial_cause {
	REDIAL_LOST, /* an open line was lost */
	REDIAL_FAILED, /* an attempt failed */
	REDIAL_REJECTED, /* name or password was rejected */
};

struct redial_config {
	uint32_t min_ms, max_ms;
	uint32_t rejected_min_ms, rejected_max_ms;
	uint32_t stable_ms; /* a line up for so long forgets its past failures */
};

struct redial {
	/* private */
	unsigned failures, rejections; /* in a row */
	bool at_once; /* the one redial without a wait has been used */
};

/* 1 s to 30 s; 30 s to 15 min for rejections; stable after 30 s. */
struct redial_config redial_config_default(void);

/* The line was up for so long, 0 if it never was: call it before redial_wait(), or instead of it.
 */
void redial_was_up(struct redial *redial, const struct redial_config *config, uint64_t up_ms);

/* The wait before the next attempt, ms. */
uint32_t redial_wait(struct redial *redial, const struct redial_config *config,
		     enum redial_cause cause, struct random *random);
