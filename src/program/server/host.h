/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the concentrator opens and sets on its host while it still has privileges: packet sockets,
 * the TUN device, its addresses and routes.  All goes away with the descriptors.
 */
#pragma once

#include "linux/packet_socket.h"
#include "program/server/directory.h"
#include "program/server/options.h"

/* An Ethernet interface; nothing passes its sockets before host_listen(). */
struct host_interface {
	const char *name;
	struct packet_interface link;
	const struct packet_vlans *vlans;
	bool tagged; /* the sockets tell of tags: linux/packet_tags.h */
	int discovery, control, data;
};

struct host {
	struct host_interface interfaces[PORT_INTERFACES_MAX];
	unsigned interface_count;
	uint16_t discovery_type, session_type;
	int device; /* TUN */
	int device_index;
	char device_name[DEVICE_NAME_SIZE];
};

/* False, and a message on stderr.  May switch options' IPv6 off if the kernel has none. */
bool host_open(struct host *host, struct server_options *options,
	       const struct directory *directory);
void host_close(struct host *host);

/* Routes to the fixed addresses of the directory, once more.  False, and a message on stderr. */
bool host_route_fixed(const struct host *host, const struct server_options *options,
		      const struct directory *directory);

/* Attaches the filters: from now on frames come in. */
bool host_listen(const struct host *host);
