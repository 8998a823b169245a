/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VLAN tags on a packet socket, with no VLAN device and no such module in the kernel.
 *
 * The kernel takes the outer tag out of each frame that comes in, before anybody sees it, and tells
 * of it beside the frame (PACKET_AUXDATA); an inner tag stays in the frame.  Sockets of one
 * ethertype get a tagged frame without that note, or not at all, so such a socket is opened for
 * all ethertypes, with a filter.  Frames go out with the tags written in them.
 */
#pragma once

#include <sys/socket.h>

#include "base/mac.h"
#include "base/port.h"

#define PACKET_VLAN_RANGES_MAX 16

/* Outer tags; VLAN 0 stands for untagged frames. */
struct packet_vlans {
	unsigned count;
	struct packet_vlan_range {
		uint16_t first, last;
	} range[PACKET_VLAN_RANGES_MAX];
};

/* Whether one is heard by that set, whatever its inner tag. */
bool packet_vlans_have(const struct packet_vlans *vlans, unsigned vlan);

/* Whether it has anything but untagged frames. */
bool packet_vlans_are_tagged(const struct packet_vlans *vlans);

/* For packet_socket_open(): every ethertype. */
#define PACKET_EVERY_TYPE 0x0003

enum packet_part { PACKET_DISCOVERY, PACKET_CONTROL, PACKET_DATA };

/*
 * Has the socket, opened for PACKET_EVERY_TYPE, tell the tags of its frames, and filters: frames of
 * those VLANs to `address` (discovery: to everybody too) of this ethertype (host byte order),
 * behind one inner tag or none; PACKET_CONTROL and PACKET_DATA as in packet_socket.h, of any
 * session. 0 or a negative errno.
 */
int packet_filter_tagged(int socket, struct mac address, const struct packet_vlans *vlans,
			 uint16_t ethertype, enum packet_part part);

/* Room for what the kernel notes beside a frame, for recvmsg(); aligned as size_t. */
#define PACKET_TAGS_ROOM 64

/*
 * Where a frame came in: the note beside it, and the inner tag, which is taken out: the frame,
 * `length` bytes, then begins at the returned place (inside it) and has *length bytes.
 */
uint8_t *packet_tags_take(const struct msghdr *message, uint8_t *frame, size_t *length,
			  unsigned interface, uint32_t *ret_port);

/* Receives one frame like that.  Its length, or a negative errno; *ret_frame: inside `to`. */
ssize_t packet_receive_tagged(int socket, unsigned interface, uint8_t *to, size_t capacity,
			      struct bytes *ret_frame, uint32_t *ret_port);

/* Sends a whole untagged frame with the tags of `port`, as this ethertype.  0 or an errno < 0. */
int packet_send_tagged(int socket, uint32_t port, uint16_t ethertype, struct bytes frame);
