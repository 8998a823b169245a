/* SPDX-License-Identifier: BSD-2-Clause */
/* The two things the pure rooms are handed instead of taking them: the time and entropy. */
#pragma once

#include <stddef.h>

#include "base/time.h"

/* CLOCK_MONOTONIC in microseconds. */
mono_us clock_now(void);

/* Fills `to` with entropy of the kernel; never fails (it waits for the kernel's first seed). */
void entropy_fill(void *to, size_t length);

/* Milliseconds for poll() until `deadline`: rounded up, -1 for MONO_NEVER, 0 if it is past. */
int clock_poll_timeout(mono_us deadline, mono_us now);
