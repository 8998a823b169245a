/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/wire.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "linux/clock.h"
#include "linux/namespace.h"

#define VLAN_FIGHT_US 1000000 /* who removes the VLAN's device that soon would do so again */

/* The name that a VLAN's device is given: ETH.ID, the number whole. */
static void set_name(struct wire *wire)
{
	const struct line_config *config = wire->config;
	char number[8] = "";
	if (config->vlan != 0)
		snprintf(number, sizeof(number), ".%u", config->vlan % 10000);
	snprintf(wire->name, sizeof(wire->name), "%.*s%s",
		 (int)(sizeof(wire->name) - 1 - strlen(number)), config->interface, number);
}

int wire_open(struct wire *wire, const struct line_config *config)
{
	*wire = (struct wire){ .config = config, .sockets = { -1, -1, -1 } };
	set_name(wire);
	wire->elsewhere = config->network[0] != '\0';
	wire->network = namespace_open_own();
	if (wire->network < 0)
		return wire->network;
	int error = namespace_number(wire->network, &wire->network_number);
	wire->rtnetlink = rtnetlink_new();
	wire->watch = device_watch_new();
	if (error == 0 && (!wire->rtnetlink || !wire->watch))
		error = -errno;
	return error;
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
	for (size_t i = 0; i < MESSAGE_SOCKETS && !wire->without_sockets; i++) {
		int descriptor = packet_socket_open(&wire->interface, types[i]);
		if (descriptor < 0) {
			close_sockets(wire);
			return descriptor;
		}
		wire->sockets[i] = descriptor;
	}
	/* A kernel that cannot only has more to do. */
	if (!wire->without_sockets)
		packet_sockets_share(wire->sockets[SOCKET_CONTROL], wire->sockets[SOCKET_DATA]);
	return 0;
}

static struct host_change_key key_of(const struct wire *wire, enum host_change_kind kind,
				     const char *name, int index)
{
	struct host_change_key key = { .kind = kind,
				       .index = index,
				       .network = wire->network_number };
	snprintf(key.name, sizeof(key.name), "%.15s", name);
	return key;
}

/* What a change was, taken back: in the wire's namespace. */
static void undo(void *context, const struct host_change_key *key)
{
	const struct wire *wire = context;
	int index = (int)if_nametoindex(key->name);
	if (key->kind == HOST_CHANGE_UP && index != 0 && index == key->index)
		device_set_down(wire->rtnetlink, index);
	if (key->kind == HOST_CHANGE_VLAN && index != 0 &&
	    device_is_vlan(wire->rtnetlink, index, key->index))
		device_remove(wire->rtnetlink, index);
}

/* An interface of another name or number is another change. */
static void rely_on(struct wire *wire, struct host_change *change,
		    const struct host_change_key *key)
{
	if (change->key.index != key->index || strcmp(change->key.name, key->name) != 0)
		host_change_leave(change, undo, wire);
	if (!change->held)
		host_change_join(change, key);
}

/* Sets the interface up if it is down. */
static int set_up(struct wire *wire, struct host_change *change, const char *name, int index)
{
	struct packet_interface seen;
	const struct host_change_key key = key_of(wire, HOST_CHANGE_UP, name, index);
	rely_on(wire, change, &key);
	if (packet_interface_look_up(name, &seen) != -ENETDOWN) {
		rely_on(wire, change, &key); /* who has set it up meanwhile, had noted it before */
		return 0;
	}
	if (!change->held)
		host_change_hold(change, &key);
	return device_set_up(wire->rtnetlink, index, 0);
}

static int make_vlan(struct wire *wire, int below)
{
	set_name(wire);
	const struct host_change_key key = key_of(wire, HOST_CHANGE_VLAN, wire->name, below);
	rely_on(wire, &wire->vlan, &key);
	if (!wire->vlan.held)
		host_change_hold(&wire->vlan, &key);
	int index = device_add_vlan(wire->rtnetlink, below, wire->config->vlan, wire->name);
	if (index < 0)
		host_change_leave(&wire->vlan, undo, wire);
	wire->vlan_since = clock_now();
	return index;
}

/* The index of the VLAN's device: one that is there already is used, and whose it is stays so. */
static int find_vlan(struct wire *wire)
{
	const struct line_config *config = wire->config;
	int below = (int)if_nametoindex(config->interface);
	if (below == 0)
		return -ENODEV;
	int index = device_find_vlan(wire->rtnetlink, below, config->vlan, wire->name);
	if (index == -ENODEV)
		index = make_vlan(wire, below);
	if (index < 0)
		return index;
	const struct host_change_key key = key_of(wire, HOST_CHANGE_VLAN, wire->name, below);
	rely_on(wire, &wire->vlan, &key);
	int error = wire->present ? 0 : set_up(wire, &wire->below_up, config->interface, below);
	return error < 0 ? error : index;
}

static int find_interface(const struct wire *wire)
{
	int index = (int)if_nametoindex(wire->name);
	return index == 0 ? -ENODEV : index;
}

/* In the wire's namespace. */
static int find(struct wire *wire)
{
	int before = wire->present ? wire->interface.index : 0;
	int index = wire->config->vlan != 0 ? find_vlan(wire) : find_interface(wire);
	int error = index < 0 ? index : 0;
	if (error == 0 && index != before)
		error = set_up(wire, &wire->up, wire->name, index);
	if (error == 0)
		error = packet_interface_look_up(wire->name, &wire->interface);
	if (error == -ENETDOWN && index == before) {
		wire->interface.carrier =
			false; /* set down by somebody, since: not for us to undo */
		error = 0;
	}
	wire->present = error == 0;
	if (error == 0 && wire->interface.index != before)
		error = open_sockets(wire);
	if (error < 0)
		wire_lose(wire);
	return error;
}

/* Goes to the wire's namespace; the way back, or a negative errno. */
static int visit(const struct wire *wire)
{
	int home = namespace_open_own();
	int error = home < 0 ? home : namespace_enter(wire->network);
	if (error < 0 && home >= 0)
		close(home);
	return error < 0 ? error : home;
}

static void go_home(int home)
{
	/* Nothing may go on in the wrong one: all would be done to the wrong host. */
	if (namespace_enter(home) < 0)
		abort();
	close(home);
}

static void sweep(struct wire *wire)
{
	host_change_sweep(1u << HOST_CHANGE_UP | 1u << HOST_CHANGE_VLAN, wire->network_number, undo,
			  wire);
}

int wire_find(struct wire *wire)
{
	int home = wire->elsewhere ? visit(wire) : -1;
	if (wire->elsewhere && home < 0)
		return home;
	int error = find(wire);
	if (!wire->swept)
		sweep(wire);
	wire->swept = true;
	if (home >= 0)
		go_home(home);
	return error;
}

void wire_describe_error(const struct wire *wire, int error, char *text, size_t size)
{
	const struct line_config *config = wire->config;
	if (config->vlan != 0 && error == -EOPNOTSUPP)
		snprintf(text, size,
			 "VLAN %u on interface=%s cannot be had: this kernel has no VLANs; try "
			 "`modprobe 8021q`",
			 config->vlan, config->interface);
	else if (config->vlan != 0 && error == -EEXIST)
		snprintf(text, size,
			 "VLAN %u on interface=%s cannot be had: there is another interface of the "
			 "name %s",
			 config->vlan, config->interface, wire->name);
	else
		snprintf(text, size, "interface=%s cannot be used: %s",
			 error == -ENODEV ? config->interface : wire->name,
			 error == -EINVAL ? "it is not an Ethernet interface" : strerror(-error));
}

bool wire_may_appear(const struct wire *wire, const struct device_event *event)
{
	if (wire->present)
		return false;
	if (event->kind == DEVICE_GONE) /* the VLAN's alone, maybe: it can be made again */
		return wire->config->vlan != 0 && event->index == wire->interface.index &&
		       clock_now() - wire->vlan_since > VLAN_FIGHT_US;
	return strcmp(event->name, wire->config->interface) == 0 ||
	       strcmp(event->name, wire->name) == 0;
}

void wire_hear(struct wire *wire, const struct device_event *event)
{
	struct packet_interface *now = &wire->interface, found;
	int home = wire->elsewhere ? visit(wire) : -1;
	bool there = !wire->elsewhere || home >= 0;
	there = there && packet_interface_look_up(wire->name, &found) == 0 &&
		found.index == now->index;
	if (home >= 0)
		go_home(home);
	if (there) {
		*now = found;
		return;
	}
	now->carrier = event->up && event->carrier;
	now->address = event->address;
	now->mtu = event->mtu;
}

void wire_lose(struct wire *wire)
{
	wire->present = false;
	close_sockets(wire);
}

void wire_undo(struct wire *wire)
{
	if (wire->network < 0)
		return;
	wire_lose(wire);
	int home = wire->elsewhere ? visit(wire) : -1;
	if (!wire->elsewhere || home >= 0) {
		host_change_leave(&wire->up, undo, wire);
		host_change_leave(&wire->vlan, undo, wire);
		host_change_leave(&wire->below_up, undo, wire);
	}
	if (home >= 0)
		go_home(home);
}

void wire_close(struct wire *wire)
{
	rtnetlink_free(wire->rtnetlink);
	device_watch_free(wire->watch);
	if (wire->network >= 0)
		close(wire->network);
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
