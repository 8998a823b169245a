/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Ethernet interface under a line, or the VLAN on it, as the monitor sees it: whether it is
 * there, what it is like, and the three packet sockets on it that the engine is handed.  Reads
 * nothing from them.
 *
 * It stays in the network namespace that the process was in when it was opened, wherever the
 * process has gone since (NETNS).
 */
#pragma once

#include "config/line_config.h"
#include "linux/device.h"
#include "linux/packet_socket.h"
#include "program/line/host_change.h"
#include "program/line/message.h"

struct wire {
	const struct line_config *config; /* borrowed */
	char name[DEVICE_NAME_SIZE]; /* of the interface: ETH, or the VLAN's */
	bool present;
	struct packet_interface interface; /* as last seen */
	int sockets[MESSAGE_SOCKETS]; /* by enum message_socket; -1: none */
	bool without_sockets; /* another program has its own */
	int network; /* the namespace; -1: not opened */
	unsigned long long network_number;
	bool elsewhere; /* the process is in another one (NETNS) */
	struct rtnetlink *rtnetlink;
	struct device_watch *watch;
	struct host_change below_up, vlan, up; /* what is to be taken back, the last one first */
	mono_us vlan_since; /* when the VLAN's device was made */
	bool swept; /* what crashes had left was taken back */
};

/*
 * In the namespace of the process.  The interface need not be there.  To be closed whether it
 * worked or not.  0 or a negative errno.
 */
int wire_open(struct wire *wire, const struct line_config *config);

/*
 * Looks the interface up; makes the VLAN's device where there is none; sets it up if it is down and
 * was not set down by somebody since; opens sockets on it if it is another one than before.  0, or
 * a negative errno: then it is not present.
 */
int wire_find(struct wire *wire);

/* What wire_find()'s error means, and what to do, for the log. */
void wire_describe_error(const struct wire *wire, int error, char *text, size_t size);

/* Whether wire_find() may do better than before, now that this has happened. */
bool wire_may_appear(const struct wire *wire, const struct device_event *event);

/*
 * Something of the interface has changed.  It is taken as it is now, rather than when the event was
 * sent: of one that has just been set up, by us maybe, there are events under way by which its
 * carrier comes and goes.
 */
void wire_hear(struct wire *wire, const struct device_event *event);

/* The interface is gone: closes the sockets. */
void wire_lose(struct wire *wire);

/* The line ends: leaves the interface as it was found. */
void wire_undo(struct wire *wire);

/* What is left then, once nobody watches any more; one that was not opened is fine. */
void wire_close(struct wire *wire);

bool wire_has_carrier(const struct wire *wire);

/* For the link machine. */
struct link_wire wire_now(const struct wire *wire);

/* PADT (RFC 2516 section 5.5) from here; nothing where there are no sockets. */
void wire_send_padt(const struct wire *wire, const struct link_session_id *session);
