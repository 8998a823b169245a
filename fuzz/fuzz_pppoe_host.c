/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's discovery machine.  The input is a list of records:
 *
 *	+--------------+-----------+-------------------------
 *	| operation, 1 | length, 1 | payload, length bytes ...
 *	+--------------+-----------+-------------------------
 */
#include <stdlib.h>

#include "pppoe/host.h"

enum operation {
	OPERATION_FRAME, /* the payload is a whole frame */
	OPERATION_PADO, /* the payload is tags: addresses, header and Host-Uniq are right */
	OPERATION_PADS,
	OPERATION_PADT,
	OPERATION_TIME, /* goes on by the payload's 32 bits, in microseconds */
	OPERATION_TICK, /* goes on to the deadline */
	OPERATION_OPEN,
	OPERATION_CLOSE,
	OPERATION_COUNT,
};

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } }, peer = { { 2, 0, 0, 0, 0, 2 } };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void check_action(const struct pppoe_host *host, const struct pppoe_host_action *action)
{
	struct ethernet_frame ethernet = { .type = 0 };
	struct pppoe_packet packet = { .code = 0 };
	struct pppoe_tags tags;
	require(action->words && strlen(action->words) <= PPPOE_NAME_MAX);
	switch (action->kind) {
	case PPPOE_HOST_SEND:
		require(action->frame.length <= PPPOE_DISCOVERY_FRAME_MAX);
		require(ethernet_read(action->frame, &ethernet));
		require(mac_equal(ethernet.source, us));
		require(pppoe_packet_read(ethernet.payload, &packet) == PPPOE_READ_OK);
		require(packet.payload.length + PPPOE_HEADER_LENGTH == ethernet.payload.length);
		require(pppoe_tags_read(packet.payload, &tags));
		require(mac_is_group(ethernet.destination) == (packet.code == PPPOE_PADI));
		break;
	case PPPOE_HOST_PADO_TAKEN:
		require(host->state == PPPOE_HOST_PADR_SENT);
		break;
	case PPPOE_HOST_OPENED:
		require(host->state == PPPOE_HOST_OPEN);
		require(host->session.id != 0 && host->session.id != 0xffff);
		require(host->session.max_payload >= PPPOE_MAX_PAYLOAD_DEFAULT);
		require(host->session.max_payload <= 1500);
		break;
	case PPPOE_HOST_FAILED:
		require(host->state == PPPOE_HOST_IDLE);
		require(action->failure != PPPOE_FAILURE_NONE);
		break;
	}
}

static void check(struct pppoe_host *host, mono_us now)
{
	struct pppoe_host_action action;
	for (unsigned actions = 0; pppoe_host_next_action(host, &action); actions++) {
		require(actions < 2);
		check_action(host, &action);
	}
	bool waits = host->state == PPPOE_HOST_PADI_SENT || host->state == PPPOE_HOST_PADR_SENT;
	require(waits == (pppoe_host_deadline(host) != MONO_NEVER));
	/* It never sleeps for longer than an eighth more than its longest pause. */
	if (waits)
		require(pppoe_host_deadline(host) <= now + 9000 * 1000);
}

static void receive_tags(struct pppoe_host *host, enum pppoe_code code, struct bytes tags,
			 mono_us now)
{
	uint8_t frame[512];
	struct writer w = writer_of(frame, sizeof(frame));
	uint16_t session_id = code == PPPOE_PADO   ? 0
			      : code == PPPOE_PADS ? 0x1234
						   : host->session.id;
	ethernet_write(&w, us, peer, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, (uint8_t)code, session_id);
	if (code != PPPOE_PADT)
		pppoe_tag_write(&w, PPPOE_TAG_HOST_UNIQ,
				bytes_of(host->host_uniq, host->host_uniq_length));
	writer_bytes(&w, tags);
	pppoe_packet_end(&w, mark);
	pppoe_host_receive(host, writer_written(&w), now);
}

static void run(struct pppoe_host *host, enum operation operation, struct bytes payload,
		mono_us *now)
{
	struct reader r = reader_of(payload);
	switch (operation) {
	case OPERATION_FRAME:
		pppoe_host_receive(host, payload, *now);
		break;
	case OPERATION_PADO:
		receive_tags(host, PPPOE_PADO, payload, *now);
		break;
	case OPERATION_PADS:
		receive_tags(host, PPPOE_PADS, payload, *now);
		break;
	case OPERATION_PADT:
		receive_tags(host, PPPOE_PADT, payload, *now);
		break;
	case OPERATION_TIME:
		*now += reader_u32(&r);
		pppoe_host_tick(host, *now);
		break;
	case OPERATION_TICK:
		if (pppoe_host_deadline(host) != MONO_NEVER && pppoe_host_deadline(host) > *now)
			*now = pppoe_host_deadline(host);
		pppoe_host_tick(host, *now);
		break;
	case OPERATION_OPEN:
		pppoe_host_open(host, *now);
		break;
	case OPERATION_CLOSE:
		pppoe_host_close(host, "fuzz");
		break;
	case OPERATION_COUNT:
		break;
	}
}

/* The first byte of the input chooses among the filters. */
static struct pppoe_host_config config_of(uint8_t choice)
{
	struct pppoe_host_config config = pppoe_host_config_default(us);
	if (choice & 1)
		config.max_payload = 1500;
	if (choice & 2)
		config.has_service_name = true;
	if (choice & 4)
		memcpy(config.service_name, "internet", 9);
	if (choice & 8)
		memcpy(config.concentrator_name, "bras", 5);
	if (choice & 16)
		config.concentrator_address = peer;
	if (choice & 32)
		config.host_uniq_length = PPPOE_HOST_UNIQ_MAX;
	return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1 };
	struct reader r = reader_of(bytes_of(data, size));
	struct random random;
	struct pppoe_host host;
	mono_us now = 0;
	random_init(&random, seed);
	struct pppoe_host_config config = config_of(reader_u8(&r));
	pppoe_host_init(&host, &config, &random);
	pppoe_host_open(&host, now);
	check(&host, now);
	while (r.left > 0) {
		enum operation operation = (enum operation)(reader_u8(&r) % OPERATION_COUNT);
		struct bytes payload = reader_bytes(&r, reader_u8(&r));
		if (r.failed)
			break;
		run(&host, operation, payload, &now);
		check(&host, now);
	}
	return 0;
}
