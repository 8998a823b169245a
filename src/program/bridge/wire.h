/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Ethernet side of the bridge: two packet sockets.  The machine of pppoe/host.h knows but the
 * standard Ethernet types; those of -f are put in and taken out here.
 */
#pragma once

#include <stdio.h>

#include "linux/packet_socket.h"
#include "program/bridge/options.h"

struct wire {
	struct packet_interface interface;
	struct mac address; /* what we send from */
	int discovery, session; /* sockets; -1: none */
	uint16_t discovery_type, session_type;
	FILE *log; /* of -D; NULL: none; not owned */
};

/* False, and it was said why. */
bool wire_open(struct wire *wire, const struct bridge_options *options, FILE *log);
void wire_close(struct wire *wire);

/* Sends a frame of the machine.  False and errno. */
bool wire_send_discovery(struct wire *wire, struct bytes frame);

/*
 * Takes the next frame of discovery, as the machine knows them; valid until the next call.  False
 * if there is none, with errno EAGAIN, or else the wire's trouble.
 */
bool wire_receive_discovery(struct wire *wire, uint8_t *memory, size_t capacity,
			    struct bytes *ret_frame);

/* Which session frames are let through; false and errno. */
bool wire_listen(struct wire *wire, const struct packet_session *session);
