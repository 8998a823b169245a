/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/setup/find.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "language/language.h"
#include "linux/clock.h"
#include "linux/packet_socket.h"
#include "pppoe/ethernet.h"

#define ATTEMPTS 3 /* at 0, 0.5 and 1.5 s; the last one waits 2 s for its answer */
#define RETRY_MS 500

struct probe {
	struct find_result *result;
	int socket; /* -1: no longer */
	struct pppoe_host host;
};

struct probes {
	struct random random;
	unsigned count;
	struct probe probe[FIND_INTERFACES];
};

static void end(struct probe *probe, enum find_state state, int error)
{
	probe->result->state = state;
	probe->result->error = error;
	close(probe->socket);
	probe->socket = -1;
}

/*
 * Only PADIs are sent: once somebody has answered it is over, and the PADR that the machine has
 * made for him is not sent.
 */
static void drain(struct probe *probe)
{
	struct pppoe_host_action action;
	while (probe->socket >= 0 && pppoe_host_next_action(&probe->host, &action)) {
		switch (action.kind) {
		case PPPOE_HOST_SEND:
			if (send(probe->socket, action.frame.data, action.frame.length, 0) < 0)
				end(probe, FIND_ERROR, errno);
			break;
		case PPPOE_HOST_PADO_TAKEN:
		case PPPOE_HOST_OPENED:
			probe->result->answer = *pppoe_host_session(&probe->host);
			end(probe, FIND_ANSWERED, 0);
			break;
		case PPPOE_HOST_FAILED:
			end(probe, FIND_SILENT, 0);
			break;
		}
	}
}

static void begin(struct probes *probes, struct find_result *result,
		  const struct packet_interface *interface, mono_us now)
{
	struct probe *probe = &probes->probe[probes->count++];
	probe->result = result;
	probe->socket = packet_socket_open(interface, ETHERNET_PPPOE_DISCOVERY);
	int error = probe->socket;
	if (error >= 0)
		error = packet_filter_discovery(probe->socket, interface->address, false);
	if (error < 0) {
		end(probe, FIND_ERROR, -error);
		return;
	}
	struct pppoe_host_config config = pppoe_host_config_default(interface->address);
	config.attempts = ATTEMPTS;
	config.retry_min_ms = RETRY_MS;
	pppoe_host_init(&probe->host, &config, &probes->random);
	pppoe_host_open(&probe->host, now);
	drain(probe);
}

static void receive(struct probe *probe)
{
	uint8_t frame[2048];
	ssize_t length;
	while (probe->socket >= 0 &&
	       (length = recv(probe->socket, frame, sizeof(frame), MSG_TRUNC)) > 0) {
		if ((size_t)length <= sizeof(frame))
			pppoe_host_receive(&probe->host, bytes_of(frame, (size_t)length),
					   clock_now());
		drain(probe);
	}
	if (probe->socket >= 0 && errno != EAGAIN && errno != EINTR)
		end(probe, FIND_ERROR, errno);
}

/* Waits for what comes next; false if no probe is left. */
static bool turn(struct probes *probes)
{
	struct pollfd polls[FIND_INTERFACES];
	mono_us deadline = MONO_NEVER;
	bool left = false;
	for (unsigned i = 0; i < probes->count; i++) {
		struct probe *probe = &probes->probe[i];
		polls[i] = (struct pollfd){ .fd = probe->socket, .events = POLLIN };
		if (probe->socket < 0)
			continue;
		left = true;
		deadline = mono_earlier(deadline, pppoe_host_deadline(&probe->host));
	}
	if (!left)
		return false;
	poll(polls, probes->count, clock_poll_timeout(deadline, clock_now()));
	for (unsigned i = 0; i < probes->count; i++) {
		struct probe *probe = &probes->probe[i];
		if (polls[i].revents)
			receive(probe);
		if (probe->socket >= 0 && pppoe_host_deadline(&probe->host) <= clock_now()) {
			pppoe_host_tick(&probe->host, clock_now());
			drain(probe);
		}
	}
	return true;
}

unsigned find_concentrators(struct find_result ret_results[FIND_INTERFACES])
{
	struct probes *probes = calloc(1, sizeof(*probes));
	struct if_nameindex *names = if_nameindex();
	unsigned count = 0;
	uint8_t seed[RANDOM_SEED_LENGTH];
	if (!probes || !names) {
		free(probes);
		return 0;
	}
	entropy_fill(seed, sizeof(seed));
	random_init(&probes->random, seed);
	for (struct if_nameindex *n = names; n->if_index != 0 && count < FIND_INTERFACES; n++) {
		struct packet_interface interface;
		int error = packet_interface_look_up(n->if_name, &interface);
		if (error == -EINVAL || error == -ENODEV || strcmp(n->if_name, "lo") == 0)
			continue; /* not Ethernet, or just gone */
		struct find_result *result = &ret_results[count++];
		*result = (struct find_result){ .state = FIND_DOWN };
		snprintf(result->interface, sizeof(result->interface), "%s", n->if_name);
		if (error == 0 && interface.carrier)
			begin(probes, result, &interface, clock_now());
	}
	if_freenameindex(names);
	while (turn(probes))
		continue;
	free(probes);
	return count;
}

const char *find_report(const struct find_result *results, unsigned count)
{
	const char *first = NULL;
	for (unsigned i = 0; i < count; i++) {
		const struct find_result *r = &results[i];
		const uint8_t *mac = r->answer.concentrator.byte;
		printf("%s: ", r->interface);
		switch (r->state) {
		case FIND_SILENT:
			puts(_("no answer"));
			break;
		case FIND_ANSWERED:
			first = first ? first : r->interface;
			printf(_("answered by \"%s\" (%02x:%02x:%02x:%02x:%02x:%02x)\n"),
			       r->answer.concentrator_name, mac[0], mac[1], mac[2], mac[3], mac[4],
			       mac[5]);
			break;
		case FIND_DOWN:
			puts(_("down, or no cable"));
			break;
		case FIND_ERROR:
			printf(_("cannot be tried: %s\n"), strerror(r->error));
			break;
		}
	}
	if (count == 0)
		printf(_("There is no Ethernet interface.\n"));
	return first;
}
