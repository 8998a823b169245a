/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet sockets on one Ethernet interface, each with a classic BPF filter in the kernel so that
 * the reader is woken only by what is its own.  Functions return 0 or a descriptor, or a negative
 * errno.  Needs CAP_NET_RAW.  Descriptors are non-blocking and close-on-exec.
 *
 * When the interface goes down, or away, poll() reports POLLERR and the next recv() fails with
 * ENETDOWN, once.  A socket whose interface comes up again works again by itself; one whose
 * interface is gone never will: send() on it fails with ENXIO.
 */
#pragma once

#include "base/mac.h"

/* The interface as it was found. */
struct packet_interface {
	int index;
	struct mac address;
	int mtu; /* bytes of Ethernet payload */
	bool carrier;
};

/* -ENODEV if there is none, -ENETDOWN if it is down, -EINVAL if it is not Ethernet. */
int packet_interface_look_up(const char *name, struct packet_interface *ret_interface);

/*
 * A raw socket (its frames begin with the Ethernet header) for `ethertype` (host byte order) on
 * the interface, that does not see what this host sends.  It lets nothing through until a filter is
 * attached.
 */
int packet_socket_open(const struct packet_interface *interface, uint16_t ethertype);

/*
 * Lets the interface hear what is sent to this address as well as to its own, until the socket is
 * closed.
 */
int packet_socket_add_address(int socket, struct mac address);

/*
 * Two sockets for session frames on the same interface are to share them: `data` alone is offered
 * IPv4 and IPv6, `control` the rest.  Their filters hold as before; but the kernel need not copy
 * (clone) each frame for the other one.  Negative errno: it cannot, and offers all to both.
 */
int packet_sockets_share(int control, int data);

/*
 * The filters.  They ask for the ethertype that the socket was opened with.  `address` is the
 * interface's own, or else one it was told to listen to: frames that the kernel takes for another
 * host's are refused, as are those of another VLAN.
 */

/* Session frames of one session; from any peer and of any id while `known` is false. */
struct packet_session {
	bool known;
	struct mac peer;
	uint16_t id; /* host byte order */
};

/* PPPoE discovery frames addressed to `address`, and with `broadcasts` those to everybody. */
int packet_filter_discovery(int socket, struct mac address, bool broadcasts);

/* Every PPP protocol, addressed to `address`. */
int packet_filter_session(int socket, struct mac address, const struct packet_session *session);

/* Every PPP protocol but IPv4 and IPv6, addressed to `address`. */
int packet_filter_control(int socket, struct mac address, const struct packet_session *session);

/* IPv4 and IPv6 alone, addressed to `address`. */
int packet_filter_data(int socket, struct mac address, const struct packet_session *session);

/* Nothing at all. */
int packet_filter_none(int socket);

/* Throws away what is queued on the socket (after a filter was narrowed), a pending error too. */
void packet_socket_drain(int socket);
