/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Ethernet interface under a line, as the monitor sees it: whether it is there, what it is
 * like, and the three packet sockets on it that the engine is handed.  Reads nothing from them.
 */
#pragma once

#include "linux/packet_socket.h"
#include "program/line/host_setup.h"
#include "program/line/message.h"

struct wire {
	const char *name; /* borrowed: of the interface */
	bool present;
	struct packet_interface interface; /* as last seen */
	int sockets[MESSAGE_SOCKETS]; /* by enum message_socket; -1: none */
};

/* Not there, until it is found. */
struct wire wire_of(const char *name);

/*
 * Looks the interface up, sets it up if it is down and was not set down by somebody since, and
 * opens sockets on it if it is another one than before.  0 or a negative errno: then it is not
 * present.
 */
int wire_find(struct wire *wire, struct host_setup *setup);

/* The interface is gone, or the line ends: closes the sockets. */
void wire_lose(struct wire *wire);

bool wire_has_carrier(const struct wire *wire);

/* For the link machine. */
struct link_wire wire_now(const struct wire *wire);

/* PADT (RFC 2516 section 5.5) from here; nothing where there are no sockets. */
void wire_send_padt(const struct wire *wire, const struct link_session_id *session);
