/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/bridge/wire.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "discover/frame_log.h"
#include "program/bridge/say.h"

#define ETHERNET_MTU 1500
#define ETHERNET_TYPE_OFFSET 12

static bool look_up(struct wire *wire, const char *name)
{
	int result = packet_interface_look_up(name, &wire->interface);
	if (result == -EINVAL)
		say_error("Interface %s is not Ethernet", name);
	else if (result == -ENODEV)
		say_error("%s: unknown interface: No such device", name);
	else if (result < 0)
		say_error("Interface %s: %s", name, strerror(-result));
	if (result == 0 && wire->interface.mtu < ETHERNET_MTU)
		say_error("Interface %s has MTU of %d -- should be %d.  You may have serious "
			  "connection problems.",
			  name, wire->interface.mtu, ETHERNET_MTU);
	return result == 0;
}

static int open_socket(const struct wire *wire, uint16_t type)
{
	int result = packet_socket_open(&wire->interface, type);
	if (result < 0 || mac_equal(wire->address, wire->interface.address))
		return result;
	int added = packet_socket_add_address(result, wire->address);
	if (added == 0)
		return result;
	close(result);
	return added;
}

static bool open_sockets(struct wire *wire, const struct bridge_options *options)
{
	int result = 0;
	if (!options->no_discovery_socket || !options->has_session) {
		result = wire->discovery = open_socket(wire, wire->discovery_type);
		if (result >= 0)
			result = packet_filter_discovery(wire->discovery, wire->address, false);
	}
	if (result >= 0 && options->task == BRIDGE_CONNECT)
		result = wire->session = open_socket(wire, wire->session_type);
	if (result == -EPERM || result == -EACCES)
		say_error("Cannot create raw socket -- pppoe must be run as root.");
	else if (result < 0)
		say_error("packet socket on %s: %s", options->interface, strerror(-result));
	return result >= 0;
}

bool wire_open(struct wire *wire, const struct bridge_options *options, FILE *log)
{
	*wire = (struct wire){
		.discovery = -1,
		.session = -1,
		.discovery_type = options->discovery_type,
		.session_type = options->session_type,
		.log = log,
	};
	if (!look_up(wire, options->interface))
		return false;
	wire->address = mac_is_zero(options->address) ? wire->interface.address : options->address;
	if (open_sockets(wire, options))
		return true;
	wire_close(wire);
	return false;
}

void wire_close(struct wire *wire)
{
	if (wire->discovery >= 0)
		close(wire->discovery);
	if (wire->session >= 0)
		close(wire->session);
	wire->discovery = wire->session = -1;
}

static void set_type(uint8_t *frame, uint16_t type)
{
	struct writer w = writer_of(frame + ETHERNET_TYPE_OFFSET, sizeof(type));
	writer_u16(&w, type);
}

bool wire_send_discovery(struct wire *wire, struct bytes frame)
{
	uint8_t copy[PPPOE_DISCOVERY_FRAME_MAX];
	if (frame.length < ETHERNET_HEADER_LENGTH || frame.length > sizeof(copy)) {
		errno = EMSGSIZE;
		return false;
	}
	memcpy(copy, frame.data, frame.length);
	set_type(copy, wire->discovery_type);
	frame_log_write(wire->log, "SENT", bytes_of(copy, frame.length));
	return send(wire->discovery, copy, frame.length, 0) >= 0;
}

bool wire_receive_discovery(struct wire *wire, uint8_t *memory, size_t capacity,
			    struct bytes *ret_frame)
{
	ssize_t got;
	do
		got = recv(wire->discovery, memory, capacity, MSG_TRUNC);
	while ((got < 0 && errno == EINTR) || got > (ssize_t)capacity ||
	       (got >= 0 && got < ETHERNET_HEADER_LENGTH));
	if (got < 0)
		return false;
	*ret_frame = bytes_of(memory, (size_t)got);
	frame_log_write(wire->log, "RCVD", *ret_frame);
	set_type(memory, ETHERNET_PPPOE_DISCOVERY);
	return true;
}

bool wire_listen(struct wire *wire, const struct packet_session *session)
{
	int result = packet_filter_session(wire->session, wire->address, session);
	errno = -result;
	return result == 0;
}
