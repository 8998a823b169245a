/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an open line changes on this host: its device, addresses and routes; and how all of it is
 * taken back.  Old default routes are never touched.
 */
#pragma once

#include <stddef.h>

#include "config/line_config.h"
#include "link/link.h"
#include "linux/packet_socket.h"

struct host_setup;

struct host_setup *host_setup_new(const struct line_config *config); /* NULL and errno */
void host_setup_free(struct host_setup *setup); /* undoes everything first; NULL is fine */

/*
 * Makes the host as `addresses` say: device, addresses, routes; none of them if neither protocol is
 * open.  *ret_device: the descriptor of a TUN device that was made for it (it stays ours), or -1
 * if there was one.  text: what was done, or what failed, for the log.  0 or a negative errno.
 */
int host_setup_apply(struct host_setup *setup, const struct link_addresses *addresses,
		     int *ret_device, char *text, size_t size);

/* Whether the line's device is the one with this index, and what is applied to it. */
bool host_setup_owns(const struct host_setup *setup, int index);
struct link_addresses host_setup_addresses(const struct host_setup *setup);

/* Takes device, addresses and routes away. */
void host_setup_undo(struct host_setup *setup);

/* Sets the Ethernet interface up, for as long as the line is in use, and looks at it again. */
int host_setup_bring_up(struct host_setup *setup, const char *interface,
			struct packet_interface *wire);
