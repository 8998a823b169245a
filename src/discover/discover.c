/* SPDX-License-Identifier: BSD-2-Clause */
#include "discover/discover.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "discover/frame_log.h"
#include "linux/clock.h"

/* Frames a turn, and what a turn then takes at least, so that thousands of VLANs make no burst. */
#define FRAMES_A_TURN 32
#define TURN_MS 1

/* Frames a turn that are taken from one port, so that a flood on it does not starve the others. */
#define RECEIVED_A_TURN 256

struct discover *discover_new(const struct pppoe_survey_config *config)
{
	struct discover *discover = calloc(1, sizeof(*discover));
	uint8_t seed[RANDOM_SEED_LENGTH];
	if (!discover)
		return NULL;
	discover->config = *config;
	discover->answers.capacity = DISCOVER_ANSWERS;
	discover->answers.answer = calloc(DISCOVER_ANSWERS, sizeof(*discover->answers.answer));
	if (!discover->answers.answer) {
		free(discover);
		return NULL;
	}
	entropy_fill(seed, sizeof(seed));
	random_init(&discover->random, seed);
	return discover;
}

static void end_port(struct discover_port *port)
{
	if (port->socket >= 0)
		close(port->socket);
	port->socket = -1;
}

void discover_free(struct discover *discover)
{
	if (!discover)
		return;
	for (unsigned i = 0; i < discover->port_count; i++) {
		end_port(&discover->port[i]);
		free(discover->port[i].wires);
	}
	free(discover->answers.answer);
	free(discover);
}

static int fail_port(struct discover_port *port, int error)
{
	end_port(port);
	if (port->state != DISCOVER_ANSWERED)
		port->state = error == ENETDOWN ? DISCOVER_DOWN : DISCOVER_ERROR;
	port->error = error;
	return -error;
}

/* Opens what was looked up, without success if result < 0. */
static int open_port(struct discover *discover, struct discover_port *port,
		     const struct packet_interface *interface, int result,
		     const struct discover_vlans *vlans)
{
	if (result < 0)
		return fail_port(port, -result);
	port->wires = calloc(vlans->count, sizeof(*port->wires));
	if (!port->wires)
		return fail_port(port, ENOMEM);
	for (size_t i = 0; i < vlans->count; i++)
		port->wires[i].vlan = vlans->id[i];
	port->socket = packet_tap_open(interface, PACKET_TAP_DISCOVERY, false);
	if (port->socket < 0)
		return fail_port(port, -port->socket);
	struct pppoe_survey_config config = discover->config;
	config.address = interface->address;
	pppoe_survey_init(&port->survey, &config, (unsigned)(port - discover->port), port->wires,
			  vlans->count, &discover->answers, &discover->random);
	return 0;
}

static struct discover_port *new_port(struct discover *discover, const char *name)
{
	if (discover->port_count == DISCOVER_PORTS)
		return NULL;
	struct discover_port *port = &discover->port[discover->port_count++];
	*port = (struct discover_port){ .state = DISCOVER_SILENT, .socket = -1 };
	snprintf(port->interface, sizeof(port->interface), "%s", name);
	return port;
}

/* "eth0.7": "eth0", in VLAN 7. */
static bool split_vlan(const char *name, char ret_interface[IF_NAMESIZE],
		       struct discover_vlans *ret_vlans)
{
	const char *dot = strrchr(name, '.');
	char *end;
	if (!dot || dot[1] < '1' || dot[1] > '9' || dot - name >= IF_NAMESIZE)
		return false;
	unsigned long vlan = strtoul(dot + 1, &end, 10);
	if (*end != '\0' || vlan > PPPOE_SURVEY_VLAN_LAST)
		return false;
	snprintf(ret_interface, IF_NAMESIZE, "%.*s", (int)(dot - name), name);
	ret_vlans->id[0] = (uint16_t)vlan;
	ret_vlans->count = 1;
	return true;
}

static bool is_untagged_alone(const struct discover_vlans *vlans)
{
	return vlans->count == 1 && vlans->id[0] == PPPOE_SURVEY_UNTAGGED;
}

int discover_add(struct discover *discover, const char *name, const struct discover_vlans *vlans)
{
	struct packet_interface interface;
	struct discover_vlans one;
	char below[IF_NAMESIZE];
	struct discover_port *port = new_port(discover, name);
	if (!port)
		return -ENOSPC;
	int result = packet_interface_look_up(name, &interface);
	if (result == -ENODEV && is_untagged_alone(vlans) && split_vlan(name, below, &one)) {
		snprintf(port->interface, sizeof(port->interface), "%s", below);
		result = packet_interface_look_up(below, &interface);
		vlans = &one;
	}
	return open_port(discover, port, &interface, result, vlans);
}

void discover_add_all(struct discover *discover, const struct discover_vlans *vlans)
{
	struct if_nameindex *names = if_nameindex();
	for (struct if_nameindex *n = names; n && n->if_index != 0; n++) {
		struct packet_interface interface;
		int result = packet_interface_look_up(n->if_name, &interface);
		/* Not Ethernet, or just gone; a loopback device says it is Ethernet elsewhere. */
		if (result == -EINVAL || result == -ENODEV || strcmp(n->if_name, "lo") == 0)
			continue;
		if (result == 0 && !interface.carrier)
			result = -ENETDOWN;
		struct discover_port *port = new_port(discover, n->if_name);
		if (port)
			open_port(discover, port, &interface, result, vlans);
	}
	if_freenameindex(names);
}

/* Sends what waits; false if there is more to be sent a turn later. */
static bool send_waiting(struct discover *discover, struct discover_port *port)
{
	for (unsigned i = 0; i < FRAMES_A_TURN; i++) {
		if (port->pending.length == 0 &&
		    !pppoe_survey_next_frame(&port->survey, clock_now(), &port->pending))
			return true;
		if (send(port->socket, port->pending.data, port->pending.length, 0) < 0) {
			if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR)
				return false;
			fail_port(port, errno);
			return true;
		}
		frame_log_write(discover->log, "SENT", port->pending);
		port->pending.length = 0;
	}
	return false;
}

struct listener {
	bool (*each)(void *context, const struct discover *discover,
		     const struct pppoe_survey_answer *answer);
	void *context;
	bool enough;
};

static void take(struct discover *discover, struct discover_port *port,
		 const struct packet_tap_frame *frame, struct listener *listener)
{
	const uint16_t vlan = frame->tagged ? frame->tag & 0x0fff : PPPOE_SURVEY_UNTAGGED;
	frame_log_write(discover->log, "RCVD", frame->bytes);
	if (!pppoe_survey_receive(&port->survey, vlan, frame->bytes, clock_now()))
		return;
	const struct pppoe_survey_answer *answer =
		&discover->answers.answer[discover->answers.count - 1];
	if (answer->matches)
		port->state = DISCOVER_ANSWERED;
	if (listener->each && !listener->each(listener->context, discover, answer))
		listener->enough = true;
}

static void receive(struct discover *discover, struct discover_port *port,
		    struct listener *listener)
{
	uint8_t memory[2048];
	struct packet_tap_frame frame;
	for (unsigned i = 0; i < RECEIVED_A_TURN && !listener->enough; i++) {
		int result = packet_tap_receive(port->socket, memory, sizeof(memory), &frame);
		if (result == -EAGAIN)
			return;
		if (result < 0) {
			fail_port(port, -result);
			return;
		}
		/* One that is cut is longer than any of discovery. */
		take(discover, port, &frame, listener);
	}
}

/* What is due on a port; how long until it has to be looked at again, if nothing comes before. */
static int serve(struct discover *discover, struct discover_port *port, mono_us now)
{
	pppoe_survey_tick(&port->survey, now);
	if (pppoe_survey_is_over(&port->survey)) {
		end_port(port);
		return -1;
	}
	if (!send_waiting(discover, port))
		return TURN_MS;
	return clock_poll_timeout(pppoe_survey_deadline(&port->survey), now);
}

/* Waits for what comes next; false if no port is left. */
static bool turn(struct discover *discover, struct listener *listener)
{
	struct pollfd polls[DISCOVER_PORTS];
	int timeout = -1;
	bool left = false;
	for (unsigned i = 0; i < discover->port_count; i++) {
		struct discover_port *port = &discover->port[i];
		int wait = port->socket >= 0 ? serve(discover, port, clock_now()) : -1;
		if (wait >= 0 && (timeout < 0 || wait < timeout))
			timeout = wait;
		polls[i] = (struct pollfd){ .fd = port->socket, .events = POLLIN };
		left = left || port->socket >= 0;
	}
	if (!left)
		return false;
	poll(polls, discover->port_count, timeout);
	for (unsigned i = 0; i < discover->port_count && !listener->enough; i++)
		if (polls[i].revents != 0 && polls[i].fd >= 0)
			receive(discover, &discover->port[i], listener);
	return !listener->enough;
}

void discover_run(struct discover *discover,
		  bool (*each)(void *context, const struct discover *discover,
			       const struct pppoe_survey_answer *answer),
		  void *context)
{
	struct listener listener = { each, context, false };
	for (unsigned i = 0; i < discover->port_count; i++)
		if (discover->port[i].socket >= 0)
			pppoe_survey_open(&discover->port[i].survey, clock_now());
	while (turn(discover, &listener))
		continue;
	for (unsigned i = 0; i < discover->port_count; i++)
		end_port(&discover->port[i]);
}

static int compare(const void *a, const void *b)
{
	const struct pppoe_survey_answer *first = a, *second = b;
	return (first->latency > second->latency) - (first->latency < second->latency);
}

void discover_sort(struct discover *discover)
{
	qsort(discover->answers.answer, discover->answers.count, sizeof(*discover->answers.answer),
	      compare);
}

uint64_t discover_ignored(const struct discover *discover, enum pppoe_survey_ignored reason)
{
	uint64_t count = 0;
	for (unsigned i = 0; i < discover->port_count; i++)
		count += pppoe_survey_ignored(&discover->port[i].survey, reason);
	return count;
}
