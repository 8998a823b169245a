/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the concentrator opens and sets on its host while it still has privileges: packet sockets,
 * the TUN device, its addresses and routes.  All goes away with the descriptors.
 */
#pragma once

#include "linux/packet_socket.h"
#include "program/server/directory.h"
#include "program/server/options.h"

struct host {
	struct packet_interface interface;
	int discovery, control, data; /* packet sockets; nothing passes before host_listen() */
	int device; /* TUN */
	int device_index;
	char device_name[DEVICE_NAME_SIZE];
};

/* False, and a message on stderr.  May switch options' IPv6 off if the kernel has none. */
bool host_open(struct host *host, struct server_options *options,
	       const struct directory *directory);
void host_close(struct host *host);

/* Attaches the filters: from now on frames come in. */
bool host_listen(struct host *host);
