/* SPDX-License-Identifier: BSD-2-Clause */
/* When a process that keeps dying is started again: at once the first time, then ever later. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

#define RESPAWN_MS 1000 /* between processes that die; doubles with each one */

struct respawn {
	mono_us since; /* when the present process was started */
	unsigned deaths; /* in a row */
};

void respawn_started(struct respawn *respawn, mono_us now);

/*
 * The process is dead: how long to wait before the next one, in milliseconds.  One that lived a
 * while is replaced at once, unless it was `useless`; 30 s after a `rejected` name or password,
 * since providers lock accounts.
 */
uint64_t respawn_wait_ms(struct respawn *respawn, mono_us now, bool useless, bool rejected);
