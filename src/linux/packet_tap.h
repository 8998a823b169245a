/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet sockets that see the frames of an Ethernet interface of whichever VLAN, its tag beside
 * them, and on which way they are if that is wanted.  Functions return 0, a descriptor or a length,
 * or a negative errno.  Needs CAP_NET_RAW.  Descriptors are non-blocking and close-on-exec; down
 * and gone interfaces as in packet_socket.h.
 */
#pragma once

#include "base/bytes.h"
#include "linux/packet_socket.h"

enum packet_tap_filter {
	PACKET_TAP_DISCOVERY, /* PPPoE discovery that came for the interface's own address */
	PACKET_TAP_PPPOE, /* PPPoE both ways, and what looks like it under another Ethernet type */
};

/* promiscuous: what others say to each other too, as long as the socket lives. */
int packet_tap_open(const struct packet_interface *interface, enum packet_tap_filter filter,
		    bool promiscuous);

struct packet_tap_frame {
	struct bytes bytes; /* from the Ethernet header on, without the tag below */
	size_t length; /* on the wire; more than the bytes if there was no room for all */
	bool tagged;
	uint16_t tag; /* priority and VLAN, host byte order; of Ethernet type `tag_type` */
	uint16_t tag_type;
	int64_t time_ns; /* of Unix time, by the kernel */
	bool outgoing; /* of this host */
};

/* The next frame, in `memory`; -EAGAIN if there is none. */
int packet_tap_receive(int socket, void *memory, size_t capacity,
		       struct packet_tap_frame *ret_frame);

/* Frames that the kernel had no room for since the last call. */
uint64_t packet_tap_lost(int socket);
