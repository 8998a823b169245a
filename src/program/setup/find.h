/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks for the interface a concentrator answers on.  No session is opened. */
#pragma once

#include <net/if.h>

#include "pppoe/host.h"

#define FIND_INTERFACES 32

enum find_state {
	FIND_SILENT, /* nobody answered */
	FIND_ANSWERED,
	FIND_DOWN, /* not tried: the interface is down, or has no carrier */
	FIND_ERROR,
};

struct find_result {
	char interface[IF_NAMESIZE];
	enum find_state state;
	int error; /* of FIND_ERROR */
	struct pppoe_session answer; /* of FIND_ANSWERED: address and names */
};

/* Tries all Ethernet interfaces at once, for a few seconds.  Returns how many there are. */
unsigned find_concentrators(struct find_result ret_results[FIND_INTERFACES]);

/* Prints the results, and returns the interface that was first to be answered, or NULL. */
const char *find_report(const struct find_result *results, unsigned count);
