/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks for access concentrators on several interfaces, and in several VLANs, at once.  To add an
 * interface needs CAP_NET_RAW; to run needs nothing, so that the caller can give up all privileges
 * in between.  For one process, or one thread.
 */
#pragma once

#include <net/if.h>
#include <stdio.h>

#include "linux/packet_tap.h"
#include "pppoe/survey.h"

#define DISCOVER_PORTS 64
#define DISCOVER_ANSWERS 1024

enum discover_state {
	DISCOVER_SILENT, /* nobody that was asked for answered */
	DISCOVER_ANSWERED,
	DISCOVER_DOWN, /* not tried: the interface is down, or has no carrier */
	DISCOVER_ERROR,
};

/* VLANs to be asked in, PPPOE_SURVEY_UNTAGGED among them; each once, as many as there are. */
struct discover_vlans {
	uint16_t id[PPPOE_SURVEY_VLAN_LAST + 1];
	size_t count;
};

struct discover_port {
	char interface[IF_NAMESIZE];
	enum discover_state state;
	int error; /* of DISCOVER_ERROR */
	/* private */
	int socket; /* -1: not, or no longer */
	struct pppoe_survey survey;
	struct pppoe_survey_wire *wires;
	struct bytes pending; /* a frame that the socket had no room for */
};

struct discover {
	struct discover_port port[DISCOVER_PORTS];
	unsigned port_count;
	struct pppoe_survey_answers answers;
	FILE *log; /* gets every frame, in rp-pppoe's layout; NULL: none.  The caller's */
	/* private */
	struct pppoe_survey_config config;
	struct random random;
};

/* config->address is of no account.  NULL without memory. */
struct discover *discover_new(const struct pppoe_survey_config *config);
void discover_free(struct discover *discover); /* NULL is fine */

/*
 * Adds an interface.  If there is none of that name and it ends with a dot and a number: the one
 * before the dot, in the VLAN of that number, without a device for it.  What is wrong with the
 * interface is kept as the port's state, and returned: 0 or a negative errno; -EINVAL is not
 * Ethernet, -ENOSPC that there are too many.
 */
int discover_add(struct discover *discover, const char *interface,
		 const struct discover_vlans *vlans);

/* Adds every Ethernet interface that there is. */
void discover_add_all(struct discover *discover, const struct discover_vlans *vlans);

/*
 * Asks, and waits as long as `config` says.  each: is told of every answer as it comes; false ends
 * the search.  May be NULL.
 */
void discover_run(struct discover *discover,
		  bool (*each)(void *context, const struct discover *discover,
			       const struct pppoe_survey_answer *answer),
		  void *context);

/* Puts the answers that came first in front. */
void discover_sort(struct discover *discover);

/* How many frames were passed over for this reason. */
uint64_t discover_ignored(const struct discover *discover, enum pppoe_survey_ignored reason);
