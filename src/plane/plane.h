/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A data plane moves the IP packets of one session between the network device of the line (ppp0)
 * and the wire.  It sees nothing else: control frames go through sockets of their own.  Every
 * plane takes the same struct plane_link and is driven by the same few verbs, from a process
 * that has no privileges: descriptors are opened and handed in by the monitor.
 */
#pragma once

#include <poll.h>

#include "base/bytes.h"
#include "base/mac.h"

struct plane_link {
	int wire; /* packet socket for ETH_P_PPP_SES, filtered to this session's IP; not owned */
	int device; /* TUN descriptor; not owned */
	int wire_index; /* interface index of the wire */
	struct mac local, peer;
	uint16_t session_id; /* host byte order */
	uint16_t mtu; /* the longest IP packet we may send to the peer, bytes */
	uint16_t mru; /* the longest IP packet the peer may send to us, bytes */
	bool ipv4, ipv6; /* which of them is open; packets of the other are dropped */
};

enum plane_drop {
	PLANE_DROP_FRAME, /* from the wire: short, wrong version, type, code or length */
	PLANE_DROP_SESSION, /* from the wire: another session or address */
	PLANE_DROP_PROTOCOL, /* neither direction's protocol is open, or not IP */
	PLANE_DROP_TOO_LONG, /* from the device: longer than mtu */
	PLANE_DROP_WIRE, /* the wire's queue was full, or it was down */
	PLANE_DROP_DEVICE, /* the device's queue was full, or it was down */
	PLANE_DROP_COUNT,
};

struct plane_counters {
	uint64_t in_packets, in_bytes; /* wire to device; bytes of IP */
	uint64_t out_packets, out_bytes; /* device to wire */
	uint64_t drops[PLANE_DROP_COUNT];
};

#define PLANE_POLLS 2

struct plane; /* what open made; belongs to the plane until close */

struct plane_type {
	const char *name;

	/* NULL and errno if it can't be had. */
	struct plane *(*open)(const struct plane_link *link);
	void (*close)(struct plane *plane); /* NULL is fine */

	/* Fills what the caller's poll() has to watch. */
	void (*polls)(const struct plane *plane, struct pollfd ret_polls[PLANE_POLLS]);

	/*
	 * Moves packets for the descriptors whose revents are set, at most a bounded batch so that
	 * control traffic gets its turn.  0, or a negative errno when the device or the wire is
	 * gone.
	 */
	int (*run)(struct plane *plane, const struct pollfd polls[PLANE_POLLS]);

	void (*counters)(const struct plane *plane, struct plane_counters *ret_counters);
};

extern const struct plane_type plane_tun;

const char *plane_drop_name(enum plane_drop reason);

/* An errno after which a descriptor, of wire or device, never works again. */
bool plane_is_gone(int error);
