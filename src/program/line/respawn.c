/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/respawn.h"

#define MAX_MS 30000
#define REJECTED_MS 30000
#define STABLE_US (30 * INT64_C(1000000)) /* whoever lived so long forgets past deaths */

void respawn_started(struct respawn *respawn, mono_us now)
{
	respawn->since = now;
}

uint64_t respawn_wait_ms(struct respawn *respawn, mono_us now, bool useless, bool rejected)
{
	mono_us lived = now - respawn->since;
	if (lived > STABLE_US)
		respawn->deaths = 0;
	unsigned before = respawn->deaths++;
	if (rejected)
		return REJECTED_MS;
	if (before == 0 && lived > RESPAWN_MS * 1000 && !useless)
		return 0;
	uint64_t wait_ms = RESPAWN_MS;
	for (unsigned i = 1; i < before && wait_ms < MAX_MS; i++)
		wait_ms *= 2;
	return wait_ms < MAX_MS ? wait_ms : MAX_MS;
}
