/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * To be preloaded: each device is a PPP one of the kernel, whose counters begin with a number from
 * SEED and grow, unevenly, at each time that they are read.  NOTHING: no packet was compressed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/ppp_defs.h>
/* ppp_defs.h comes first */
#include <linux/if.h>
#include <linux/ppp-ioctl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static void fill(uint32_t *counters, size_t count, uint32_t salt, uint32_t reads)
{
	const char *seed = getenv("SEED");
	uint32_t value = (seed ? (uint32_t)atoi(seed) : 0) * UINT32_C(2654435761) + salt;
	for (size_t i = 0; i < count; i++) {
		value = value * 1664525 + 1013904223;
		counters[i] = (value >> 12) * reads + (uint32_t)(i % 3) * reads * reads * 777;
	}
}

int ioctl(int descriptor, unsigned long what, ...)
{
	static uint32_t reads;
	(void)descriptor;
	va_list list;
	va_start(list, what);
	struct ifreq *request = va_arg(list, struct ifreq *);
	va_end(list);
	if (what == SIOCGIFFLAGS) {
		request->ifr_flags = IFF_UP;
	} else if (what == SIOCGPPPSTATS) {
		fill((uint32_t *)request->ifr_data, sizeof(struct ppp_stats) / sizeof(uint32_t), 1,
		     ++reads);
	} else if (what == SIOCGPPPCSTATS) {
		struct ppp_comp_stats *stats = (void *)request->ifr_data;
		if (!getenv("NOTHING")) {
			fill(&stats->c.unc_bytes, 8, 2, reads + 1);
			fill(&stats->d.unc_bytes, 8, 3, reads + 1);
		}
	} else if (what != SIOCGPPPVER) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}
