/* SPDX-License-Identifier: BSD-2-Clause */
/* What a pppd has made of this host: its network device, and the name servers it was told. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "linux/device.h"

/*
 * The device of the pppd of this pid, found by the pid file that it writes for it.  False if there
 * is none (yet).
 */
bool pppd_host_find_device(pid_t pid, char ret_name[DEVICE_NAME_SIZE]);

/* How /etc/ppp/resolv.conf is. */
struct pppd_host_mark {
	uint64_t inode;
	int64_t seconds, nanoseconds;
};

struct pppd_host_mark pppd_host_mark(void);

/*
 * The name servers that pppd has written there since then, host byte order; 0: none.  (It leaves
 * those of its last session there.)
 */
void pppd_host_name_servers(const struct pppd_host_mark *since, uint32_t ret_servers[2]);

/* Whether the hooks of this host, which pppd runs, tell the resolver about them. */
bool pppd_host_hooks_tell_resolver(void);
