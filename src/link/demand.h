/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dialling on demand: when the next packet may dial.  Pure.
 *
 *	listening -> [a packet] -> busy -> [idle] -> listening
 *	                                -> [lost, failed] -> paused -> [time, or the wire is back]
 *-> listening
 *
 * Nothing is dialled that no packet has asked for: after a failure the redial policy says how long
 * packets are not listened to, and then the next one is waited for.
 */
#pragma once

#include "base/time.h"
#include "link/redial.h"

enum demand_state {
	DEMAND_LISTENING, /* the next packet dials, if there is a wire */
	DEMAND_BUSY, /* dialling, or up */
	DEMAND_PAUSED,
};

struct demand {
	/* for reading */
	enum demand_state state;
	mono_us until; /* paused; else MONO_NEVER */
	/* private */
	bool wire;
	bool rejected; /* the pause is one of a rejected password */
	mono_us up_since; /* MONO_NEVER: not up */
	struct redial_config config;
	struct redial redial;
	struct random random;
};

/* Listening, without a wire. */
void demand_init(struct demand *demand, const struct redial_config *config,
		 const uint8_t seed[RANDOM_SEED_LENGTH]);

/* Whether a packet that comes now dials. */
bool demand_listens(const struct demand *demand);

/* Whether the interface is there with a carrier.  One that comes back ends a pause (not one after a
 * rejected password: providers lock accounts). */
void demand_wire(struct demand *demand, bool usable);

void demand_dialled(struct demand *demand);
void demand_up(struct demand *demand, mono_us now); /* the line is open; again is fine */

/* The session has ended: for want of traffic, or as asked. */
void demand_rested(struct demand *demand, mono_us now);

/* It was lost, or could not be had. */
void demand_failed(struct demand *demand, enum redial_cause cause, mono_us now);

void demand_tick(struct demand *demand, mono_us now);
mono_us demand_deadline(const struct demand *demand);
