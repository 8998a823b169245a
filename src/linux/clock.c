/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

mono_us clock_now(void)
{
	struct timespec now;
	/* Can't fail: the clock exists and the pointer is good. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (mono_us)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void entropy_fill(void *to, size_t length)
{
	uint8_t *next = to;
	while (length > 0) {
		ssize_t got = getrandom(next, length, 0);
		if (got < 0 && errno == EINTR)
			continue;
		/* A kernel without getrandom(), or a sandbox that forbids it: a session whose
		 * magic numbers and challenges can be guessed is worse than none. */
		if (got <= 0)
			abort();
		next += got;
		length -= (size_t)got;
	}
}

int clock_poll_timeout(mono_us deadline, mono_us now)
{
	if (deadline == MONO_NEVER)
		return -1;
	if (deadline <= now)
		return 0;
	/* Unsigned: the difference of two times far apart does not fit a mono_us. */
	uint64_t left_us = (uint64_t)deadline - (uint64_t)now;
	uint64_t left_ms = left_us / 1000 + (left_us % 1000 != 0);
	return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}
