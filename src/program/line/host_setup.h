/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an open line changes on this host: its device, addresses and routes; and how all of it is
 * taken back.  Old default routes are never touched.
 */
#pragma once

#include <stddef.h>

#include "config/line_config.h"
#include "link/link.h"
#include "linux/device.h"
#include "program/line/line_firewall.h"

struct host_setup;

/* firewall: of the line; all is borrowed.  NULL and errno. */
struct host_setup *host_setup_new(const struct line_config *config, struct line_firewall *firewall);
void host_setup_free(struct host_setup *setup); /* undoes everything first; NULL is fine */

/*
 * The device is made, addressed, set up and taken away by another, by pppd: from now on it is this
 * one, and only its routes are ours.
 */
void host_setup_give_device(struct host_setup *setup, const char *name, int index);

/*
 * The first half of host_setup_apply(): makes the device, behind its firewall, with its IPv4
 * address, but does not set it up.  text: what failed.
 */
int host_setup_prepare(struct host_setup *setup, const struct link_addresses *addresses, char *text,
		       size_t size);

/*
 * Makes the host as `addresses` say: device, addresses, routes; none of them if neither protocol is
 * open.  *ret_device: the descriptor of a TUN device that was made for it (it stays ours), or -1
 * if one was handed out before.  text: what was done, or what failed, for the log.  0 or a negative
 * errno.
 */
int host_setup_apply(struct host_setup *setup, const struct link_addresses *addresses,
		     int *ret_device, char *text, size_t size);

/* The name of the device that there is, or "". */
const char *host_setup_device(const struct host_setup *setup);

/* Whether what is applied stays when these are applied: they only add to it. */
bool host_setup_can_stay(const struct host_setup *setup, const struct link_addresses *addresses);

int host_setup_index(const struct host_setup *setup); /* of the device, 0 if there is none */

/* After somebody else has taken them away.  -EEXIST if none was missing. */
int host_setup_put_default_routes_back(struct host_setup *setup);

/* What the device has carried; 0 if it is not to be had. */
void host_setup_count(const struct host_setup *setup, struct device_counters *ret_counters);

/* Whether the line's device is the one with this index, and what is applied to it. */
bool host_setup_owns(const struct host_setup *setup, int index);
struct link_addresses host_setup_addresses(const struct host_setup *setup);

/*
 * DEMAND: the device, set up, with routes and with the IPv4 address of the last session, or one of
 * no meaning (that of IPADDR, or pppd's 10.112.112.112 to 10.112.112.113) if there was none yet.
 * From now on it stays between sessions.  *ret_device: its TUN descriptor, which stays ours.  text:
 * as of host_setup_apply().
 */
int host_setup_rest(struct host_setup *setup, int *ret_device, char *text, size_t size);

/*
 * The session is over: takes device, addresses and routes away, unless the device is one that
 * stays.
 */
void host_setup_leave(struct host_setup *setup);

/* Takes device, addresses and routes away. */
void host_setup_undo(struct host_setup *setup);
