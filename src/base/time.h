/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time as the pure rooms know it: microseconds of a monotonic clock that the caller reads and
 * hands in.  Its zero means nothing; only differences do.
 */
#pragma once

#include <stdint.h>

typedef int64_t mono_us;

#define MONO_NEVER INT64_MAX

static inline mono_us mono_after_ms(mono_us now, uint32_t ms)
{
	return now + (mono_us)ms * 1000;
}

static inline mono_us mono_earlier(mono_us a, mono_us b)
{
	return a < b ? a : b;
}
