/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The concentrator's discovery machine.  The input is a list of records:
 *
 *	+--------------+-----------+-------------------------
 *	| operation, 1 | length, 1 | payload, length bytes ...
 *	+--------------+-----------+-------------------------
 *
 * The upper half of the operation's byte chooses one of a few hosts.
 */
#include <stdlib.h>

#include "pppoe/concentrator.h"

enum operation {
	OPERATION_FRAME, /* the payload is a whole frame */
	OPERATION_PADI, /* the payload is tags: addresses and header are right */
	OPERATION_PADR, /* and so is the cookie of the last PADO */
	OPERATION_PADT, /* of the first session of that host */
	OPERATION_TIME, /* goes on by the payload's 32 bits, in microseconds */
	OPERATION_TICK, /* goes on to the deadline */
	OPERATION_CLOSE, /* the slot that the host's number says */
	OPERATION_COUNT,
};

#define SLOTS 6

struct bench {
	struct pppoe_concentrator concentrator;
	struct pppoe_slot slots[SLOTS];
	struct random random;
	mono_us now;
	uint8_t cookie[PPPOE_COOKIE_MAX];
	size_t cookie_length;
	bool open[SLOTS]; /* as the actions say */
};

static const struct mac ac = { { 2, 0, 0, 0, 0, 0xac } };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void check_frame(struct bench *b, struct bytes frame)
{
	struct ethernet_frame ethernet = { .type = 0 };
	struct pppoe_packet packet = { .code = 0 };
	struct pppoe_tags tags;
	require(frame.length <= PPPOE_DISCOVERY_FRAME_MAX);
	require(ethernet_read(frame, &ethernet));
	require(mac_equal(ethernet.source, ac) && !mac_is_group(ethernet.destination));
	require(pppoe_packet_read(ethernet.payload, &packet) == PPPOE_READ_OK);
	require(pppoe_tags_read(packet.payload, &tags));
	if (packet.code != PPPOE_PADO)
		return;
	require(tags.ac_cookie.present && tags.ac_name.present && tags.service_names > 0);
	struct reader r = reader_of(tags.ac_cookie.value);
	b->cookie_length = r.left;
	reader_copy(&r, b->cookie, b->cookie_length);
}

static void check_table(struct bench *b)
{
	unsigned used = 0;
	for (uint32_t i = 0; i < SLOTS; i++) {
		const struct pppoe_slot *slot = &b->slots[i];
		uint32_t found;
		require(b->open[i] == (slot->session_id != 0));
		if (!b->open[i])
			continue;
		used++;
		require(slot->session_id != 0xffff);
		require(pppoe_concentrator_find(&b->concentrator, 0, slot->host, slot->session_id,
						&found));
		require(found == i);
	}
	require(used == pppoe_concentrator_sessions(&b->concentrator));
}

static void check(struct bench *b)
{
	struct pppoe_concentrator_action action;
	for (unsigned actions = 0; pppoe_concentrator_next_action(&b->concentrator, &action);
	     actions++) {
		require(actions < 2 + PPPOE_PADO_QUEUE);
		require(action.words && strlen(action.words) <= PPPOE_NAME_MAX);
		switch (action.kind) {
		case PPPOE_CONCENTRATOR_SEND:
			check_frame(b, action.frame);
			break;
		case PPPOE_CONCENTRATOR_OPENED:
			require(action.slot < SLOTS && !b->open[action.slot]);
			b->open[action.slot] = true;
			break;
		case PPPOE_CONCENTRATOR_CLOSED:
			require(action.slot < SLOTS && b->open[action.slot]);
			b->open[action.slot] = false;
			break;
		}
	}
	check_table(b);
}

static uint16_t first_session(const struct bench *b, struct mac host)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (b->open[i] && mac_equal(b->slots[i].host, host))
			return b->slots[i].session_id;
	return 0;
}

static void receive_tags(struct bench *b, struct mac host, enum pppoe_code code, struct bytes tags)
{
	uint8_t frame[512];
	struct writer w = writer_of(frame, sizeof(frame));
	uint16_t session_id = code == PPPOE_PADT ? first_session(b, host) : 0;
	ethernet_write(&w, code == PPPOE_PADI ? MAC_BROADCAST : ac, host, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, (uint8_t)code, session_id);
	if (code == PPPOE_PADR)
		pppoe_tag_write(&w, PPPOE_TAG_AC_COOKIE, bytes_of(b->cookie, b->cookie_length));
	writer_bytes(&w, tags);
	pppoe_packet_end(&w, mark);
	pppoe_concentrator_receive(&b->concentrator, 0, writer_written(&w), b->now);
}

static void run(struct bench *b, uint8_t choice, struct bytes payload)
{
	struct mac host = { { 2, 0, 0, 0, 1, choice >> 4 } };
	struct reader r = reader_of(payload);
	mono_us deadline = pppoe_concentrator_deadline(&b->concentrator);
	switch ((enum operation)((choice & 15) % OPERATION_COUNT)) {
	case OPERATION_FRAME:
		pppoe_concentrator_receive(&b->concentrator, 0, payload, b->now);
		break;
	case OPERATION_PADI:
		receive_tags(b, host, PPPOE_PADI, payload);
		break;
	case OPERATION_PADR:
		receive_tags(b, host, PPPOE_PADR, payload);
		break;
	case OPERATION_PADT:
		receive_tags(b, host, PPPOE_PADT, payload);
		break;
	case OPERATION_TIME:
		b->now += reader_u32(&r);
		pppoe_concentrator_tick(&b->concentrator, b->now);
		break;
	case OPERATION_TICK:
		if (deadline != MONO_NEVER && deadline > b->now)
			b->now = deadline;
		pppoe_concentrator_tick(&b->concentrator, b->now);
		break;
	case OPERATION_CLOSE:
		if (choice >> 4 < SLOTS)
			b->open[choice >> 4] = false;
		pppoe_concentrator_close(&b->concentrator, choice >> 4, "fuzz");
		break;
	case OPERATION_COUNT:
		break;
	}
}

/* The first byte of the input chooses among the limits. */
static struct pppoe_concentrator_config config_of(uint8_t choice)
{
	struct pppoe_concentrator_config config = pppoe_concentrator_config_default(ac);
	config.sessions_max = SLOTS;
	config.max_payload = 1500;
	if (choice & 1)
		config.pado_delay_ms = 200;
	if (choice & 2)
		config.sessions_per_mac = 2;
	if (choice & 4)
		config.padi_rate = 5;
	if (choice & 8)
		config.any_service = true;
	if (choice & 16) {
		config.service_count = 2;
		memcpy(config.services[0], "internet", 9);
		memcpy(config.services[1], "tv", 3);
	}
	return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1 };
	static struct bench b; /* too large for a stack; begun anew each time */
	struct reader r = reader_of(bytes_of(data, size));
	struct pppoe_concentrator_config config = config_of(reader_u8(&r));
	b.now = 0;
	b.cookie_length = 0;
	memset(b.open, 0, sizeof(b.open));
	random_init(&b.random, seed);
	pppoe_concentrator_init(&b.concentrator, &config, b.slots, &b.random);
	check(&b);
	while (r.left > 0) {
		uint8_t choice = reader_u8(&r);
		struct bytes payload = reader_bytes(&r, reader_u8(&r));
		if (r.failed)
			break;
		run(&b, choice, payload);
		check(&b);
	}
	return 0;
}
