/* SPDX-License-Identifier: BSD-2-Clause */
/* Which configurations there are, when none is named: where the system has them. */
#pragma once

#include <stdbool.h>

#define SOURCES_IFCFG_FOLDER "/etc/sysconfig/network-scripts"

/*
 * Calls `each` with the path of /etc/ppp/pppoe.conf, of each ifcfg file whose TYPE is xDSL or
 * PPPoE, and of whatever else pppoe-start has brought up; of those that are there.
 */
void sources_each(void (*each)(void *context, const char *path), void *context);

/* Whether a file of this name in SOURCES_IFCFG_FOLDER could be one: what editors and package
 * managers leave behind could not. */
bool sources_is_ifcfg(const char *name);
