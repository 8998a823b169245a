/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/bridge/list.h"

#include <poll.h>
#include <stdio.h>

#include "discover/show.h"
#include "linux/clock.h"
#include "program/bridge/say.h"

/* What would be taken if a session were asked for. */
static bool is_wanted(const struct bridge_options *options, const struct pppoe_tags *tags)
{
	const char *name = options->concentrator, *service = options->service;
	return pppoe_tags_name_concentrator(tags, bytes_of_text(name != NULL ? name : "")) &&
	       pppoe_tags_offer_service(tags, bytes_of_text(service != NULL ? service : ""));
}

/* Whether the frame was a PADO for us, and printed. */
static bool show(struct bridge *bridge, struct bytes frame)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	struct pppoe_tags tags;
	if (!ethernet_read(frame, &ethernet) ||
	    pppoe_packet_read(ethernet.payload, &packet) != PPPOE_READ_OK ||
	    packet.code != PPPOE_PADO || !pppoe_tags_read(packet.payload, &tags))
		return false;
	const struct pppoe_host_config *config = &bridge->config;
	if (!bytes_equal(tags.host_uniq.value,
			 bytes_of(config->host_uniq, config->host_uniq_length)) ||
	    !is_wanted(bridge->options, &tags))
		return false;
	discover_print_tags(stdout, &tags);
	discover_print_end(stdout, ethernet.source);
	fflush(stdout);
	return true;
}

/* PADIs are sent until there is an answer; false if that was the last, or none can be sent. */
static bool ask(struct bridge *bridge)
{
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&bridge->host, &action)) {
		if (action.kind == PPPOE_HOST_FAILED)
			return false;
		if (!bridge_send(bridge, &action))
			return false;
	}
	return true;
}

int list_concentrators(struct bridge *bridge)
{
	bool any = false;
	pppoe_host_open(&bridge->host, clock_now());
	if (!ask(bridge))
		return BRIDGE_EXIT_FAILED;
	for (;;) {
		struct pollfd poll_of = { bridge->wire.discovery, POLLIN, 0 };
		mono_us now = clock_now(), deadline = pppoe_host_deadline(&bridge->host);
		if (poll(&poll_of, 1, clock_poll_timeout(deadline, now)) > 0) {
			uint8_t memory[PPPOE_DISCOVERY_FRAME_MAX];
			struct bytes frame;
			while (clock_now() < deadline &&
			       wire_receive_discovery(&bridge->wire, memory, sizeof(memory),
						      &frame))
				any = show(bridge, frame) || any;
		}
		if (clock_now() < deadline)
			continue;
		if (any)
			return BRIDGE_EXIT_OK;
		pppoe_host_tick(&bridge->host, clock_now());
		if (ask(bridge))
			continue;
		say_error("Timeout waiting for PADO packets");
		return BRIDGE_EXIT_FAILED;
	}
}
