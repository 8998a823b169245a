/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/wire.h"

#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

struct wire wire_of(const char *name)
{
	return (struct wire){ .name = name, .sockets = { -1, -1, -1 } };
}

static void close_sockets(struct wire *wire)
{
	for (size_t i = 0; i < MESSAGE_SOCKETS; i++) {
		if (wire->sockets[i] >= 0)
			close(wire->sockets[i]);
		wire->sockets[i] = -1;
	}
}

static int open_sockets(struct wire *wire)
{
	static const uint16_t types[MESSAGE_SOCKETS] = {
		[SOCKET_DISCOVERY] = ETHERNET_PPPOE_DISCOVERY,
		[SOCKET_CONTROL] = ETHERNET_PPPOE_SESSION,
		[SOCKET_DATA] = ETHERNET_PPPOE_SESSION,
	};
	close_sockets(wire);
	for (size_t i = 0; i < MESSAGE_SOCKETS; i++) {
		int descriptor = packet_socket_open(&wire->interface, types[i]);
		if (descriptor < 0) {
			close_sockets(wire);
			return descriptor;
		}
		wire->sockets[i] = descriptor;
	}
	return 0;
}

int wire_find(struct wire *wire, struct host_setup *setup)
{
	int before = wire->present ? wire->interface.index : 0;
	int error = packet_interface_look_up(wire->name, &wire->interface);
	bool set_down =
		error == -ENETDOWN && before != 0 && (int)if_nametoindex(wire->name) == before;
	if (set_down) {
		wire->interface.carrier = false; /* by somebody, since: not for us to undo */
		error = 0;
	} else if (error == -ENETDOWN) {
		error = host_setup_bring_up(setup, wire->name, &wire->interface);
	}
	wire->present = error == 0;
	if (error == 0 && wire->interface.index != before)
		error = open_sockets(wire);
	if (error < 0)
		wire_lose(wire);
	return error;
}

void wire_lose(struct wire *wire)
{
	wire->present = false;
	close_sockets(wire);
}

bool wire_has_carrier(const struct wire *wire)
{
	return wire->present && wire->interface.carrier;
}

struct link_wire wire_now(const struct wire *wire)
{
	int mtu = wire->interface.mtu;
	return (struct link_wire){
		.present = wire->present,
		.carrier = wire_has_carrier(wire),
		.address = wire->interface.address,
		.mtu = (uint16_t)(mtu > UINT16_MAX ? UINT16_MAX : mtu),
	};
}

void wire_send_padt(const struct wire *wire, const struct link_session_id *session)
{
	if (wire->sockets[SOCKET_DISCOVERY] < 0)
		return;
	uint8_t frame[64];
	struct writer w = writer_of(frame, sizeof(frame));
	ethernet_write(&w, session->peer, wire->interface.address, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADT, session->id);
	pppoe_packet_end(&w, mark);
	struct bytes padt = writer_written(&w);
	(void)!send(wire->sockets[SOCKET_DISCOVERY], padt.data, padt.length, MSG_DONTWAIT);
}
