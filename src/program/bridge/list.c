/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/bridge/list.h"

#include <poll.h>
#include <stdio.h>

#include "base/text.h"
#include "linux/clock.h"
#include "program/bridge/say.h"

#define COOKIE_SHOWN 20 /* bytes of a cookie that are printed */

static void print_bytes(const char *title, struct bytes bytes)
{
	fputs(title, stdout);
	for (size_t i = 0; i < bytes.length && i < COOKIE_SHOWN; i++)
		printf(" %02x", bytes.data[i]);
	puts(bytes.length > COOKIE_SHOWN ? "..." : "");
}

static void print_text(const char *title, struct bytes bytes)
{
	char text[PPPOE_NAME_MAX + 1];
	text_copy_peer(text, sizeof(text), bytes);
	printf("%s%s\n", title, text);
}

static void print_tag(const struct tlv *tag)
{
	switch ((enum pppoe_tag_type)tag->type) {
	case PPPOE_TAG_AC_NAME:
		print_text("Access-Concentrator: ", tag->value);
		break;
	case PPPOE_TAG_SERVICE_NAME:
		if (tag->value.length > 0)
			print_text("       Service-Name: ", tag->value);
		break;
	case PPPOE_TAG_AC_COOKIE:
		print_bytes("Got a cookie:", tag->value);
		break;
	case PPPOE_TAG_RELAY_SESSION_ID:
		print_bytes("Got a Relay-ID:", tag->value);
		break;
	case PPPOE_TAG_SERVICE_NAME_ERROR:
		print_text("PADO: Service-Name-Error: ", tag->value);
		break;
	case PPPOE_TAG_AC_SYSTEM_ERROR:
		print_text("PADO: System-Error: ", tag->value);
		break;
	case PPPOE_TAG_GENERIC_ERROR:
		print_text("PADO: Generic-Error: ", tag->value);
		break;
	case PPPOE_TAG_END_OF_LIST:
	case PPPOE_TAG_HOST_UNIQ:
	case PPPOE_TAG_VENDOR_SPECIFIC:
	case PPPOE_TAG_PPP_MAX_PAYLOAD:
		break;
	}
}

static void print_pado(const struct ethernet_frame *ethernet, const struct pppoe_tags *tags)
{
	struct reader r = reader_of(tags->list);
	struct tlv tag;
	while (tlv_next_tag(&r, &tag) == TLV_ITEM)
		print_tag(&tag);
	char memory[24];
	struct text t = text_of(memory, sizeof(memory));
	text_mac(&t, ethernet->source);
	printf("AC-Ethernet-Address: %s\n", memory);
	puts("--------------------------------------------------");
	fflush(stdout);
}

/* What would be taken if a session were asked for. */
static bool is_wanted(const struct bridge_options *options, const struct pppoe_tags *tags)
{
	if (options->concentrator != NULL &&
	    !bytes_equal(tags->ac_name.value, bytes_of_text(options->concentrator)))
		return false;
	if (options->service == NULL || options->service[0] == '\0')
		return true;
	struct reader r = reader_of(tags->list);
	struct bytes name;
	while (pppoe_tags_next_service(&r, &name))
		if (bytes_equal(name, bytes_of_text(options->service)))
			return true;
	return false;
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
	print_pado(&ethernet, &tags);
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
			while (wire_receive_discovery(&bridge->wire, memory, sizeof(memory),
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
