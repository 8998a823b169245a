/* SPDX-License-Identifier: BSD-2-Clause */
/* The concentrator against hosts played by hand, against a flood, and against the real host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "pppoe/concentrator.h"

static const struct mac ac = { { 2, 0, 0, 0, 0, 0xac } };
static const struct mac alice = { { 2, 0, 0, 0, 0, 1 } }, bob = { { 2, 0, 0, 0, 0, 2 } };

#define MS 1000
#define SECOND 1000000
#define SLOTS 4

struct bench {
	struct pppoe_concentrator_config config;
	struct pppoe_concentrator concentrator;
	struct pppoe_slot slots[SLOTS];
	struct random random;
	mono_us now;
	uint32_t port; /* of the frames to it */
	uint32_t sent_port;
	uint8_t circuit_id[64], remote_id[64]; /* of the last OPENED */
	uint8_t sent[PPPOE_DISCOVERY_FRAME_MAX]; /* the last frame of the concentrator */
	size_t sent_length;
	unsigned sends, opens, closes;
	uint32_t slot; /* of the last OPENED or CLOSED */
	char words[PPPOE_NAME_MAX + 1];
	uint8_t cookie[PPPOE_COOKIE_MAX]; /* of the last PADO */
	size_t cookie_length;
	uint8_t frame[2000]; /* being made for the concentrator */
	struct writer w;
	size_t mark;
};

static struct bench *bench_new(void)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 5 };
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	random_init(&b->random, seed);
	b->config = pppoe_concentrator_config_default(ac);
	b->config.sessions_max = SLOTS;
	b->now = 7 * SECOND;
	return b;
}

static void start(struct bench *b)
{
	pppoe_concentrator_init(&b->concentrator, &b->config, b->slots, &b->random);
}

static struct bench *bench_started(void)
{
	struct bench *b = bench_new();
	start(b);
	return b;
}

static struct pppoe_packet sent_packet(const struct bench *b, struct mac *ret_destination,
				       struct pppoe_tags *ret_tags)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	assert_true(ethernet_read(bytes_of(b->sent, b->sent_length), &ethernet));
	assert_true(mac_equal(ethernet.source, ac));
	assert_int_equal(ethernet.type, ETHERNET_PPPOE_DISCOVERY);
	assert_int_equal(pppoe_packet_read(ethernet.payload, &packet), PPPOE_READ_OK);
	assert_true(pppoe_tags_read(packet.payload, ret_tags));
	*ret_destination = ethernet.destination;
	return packet;
}

static void keep_frame(struct bench *b, struct bytes frame)
{
	struct mac destination;
	struct pppoe_tags tags;
	b->sends++;
	b->sent_length = frame.length;
	memcpy(b->sent, frame.data, frame.length);
	if (sent_packet(b, &destination, &tags).code != PPPOE_PADO)
		return;
	assert_true(tags.ac_cookie.present);
	b->cookie_length = tags.ac_cookie.value.length;
	memcpy(b->cookie, tags.ac_cookie.value.data, b->cookie_length);
}

static void drain(struct bench *b)
{
	struct pppoe_concentrator_action action;
	while (pppoe_concentrator_next_action(&b->concentrator, &action)) {
		switch (action.kind) {
		case PPPOE_CONCENTRATOR_SEND:
			keep_frame(b, action.frame);
			b->sent_port = action.port;
			break;
		case PPPOE_CONCENTRATOR_OPENED:
			b->opens++;
			b->slot = action.slot;
			text_copy_peer((char *)b->circuit_id, 64, action.circuit_id);
			text_copy_peer((char *)b->remote_id, 64, action.remote_id);
			break;
		case PPPOE_CONCENTRATOR_CLOSED:
			b->closes++;
			b->slot = action.slot;
			memcpy(b->words, action.words, strlen(action.words) + 1);
			break;
		}
	}
}

static void frame_begin(struct bench *b, struct mac destination, struct mac source, uint8_t code,
			uint16_t session_id)
{
	b->w = writer_of(b->frame, sizeof(b->frame));
	ethernet_write(&b->w, destination, source, ETHERNET_PPPOE_DISCOVERY);
	b->mark = pppoe_packet_begin(&b->w, code, session_id);
}

static void add(struct bench *b, enum pppoe_tag_type type, const char *value)
{
	pppoe_tag_write(&b->w, type, bytes_of_text(value));
}

static void deliver(struct bench *b)
{
	pppoe_packet_end(&b->w, b->mark);
	assert_false(b->w.failed);
	pppoe_concentrator_receive(&b->concentrator, b->port, writer_written(&b->w), b->now);
	drain(b);
}

static void padi_begin(struct bench *b, struct mac host, const char *service)
{
	frame_begin(b, MAC_BROADCAST, host, PPPOE_PADI, 0);
	add(b, PPPOE_TAG_SERVICE_NAME, service);
}

static void give_padi(struct bench *b, struct mac host)
{
	padi_begin(b, host, "");
	deliver(b);
}

static void padr_begin(struct bench *b, struct mac host, const char *service)
{
	frame_begin(b, ac, host, PPPOE_PADR, 0);
	add(b, PPPOE_TAG_SERVICE_NAME, service);
	pppoe_tag_write(&b->w, PPPOE_TAG_AC_COOKIE, bytes_of(b->cookie, b->cookie_length));
}

static void give_padr(struct bench *b, struct mac host)
{
	padr_begin(b, host, "");
	deliver(b);
}

static void give_padt(struct bench *b, struct mac host, uint16_t id)
{
	frame_begin(b, ac, host, PPPOE_PADT, id);
	deliver(b);
}

/* Opens a session and returns its id. */
static uint16_t open_session(struct bench *b, struct mac host)
{
	unsigned opens = b->opens;
	give_padi(b, host);
	give_padr(b, host);
	assert_int_equal(b->opens, opens + 1);
	return b->slots[b->slot].session_id;
}

static void assert_dropped(const struct bench *b, enum pppoe_concentrator_drop reason)
{
	for (int i = 0; i < PPPOE_CONCENTRATOR_DROP_COUNT; i++)
		assert_int_equal(
			pppoe_concentrator_drops(&b->concentrator, (enum pppoe_concentrator_drop)i),
			i == (int)reason ? 1 : 0);
}

static void pado_has_its_tags(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	strcpy(b->config.name, "bras");
	start(b);
	padi_begin(b, alice, "");
	add(b, PPPOE_TAG_HOST_UNIQ, "uniq");
	add(b, PPPOE_TAG_RELAY_SESSION_ID, "relay");
	deliver(b);
	struct pppoe_packet packet = sent_packet(b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADO);
	assert_int_equal(packet.session_id, 0);
	assert_true(mac_equal(destination, alice));
	assert_true(bytes_equal(tags.ac_name.value, bytes_of_text("bras")));
	assert_int_equal(tags.service_names, 1);
	assert_int_equal(tags.service_name.value.length, 0);
	assert_true(bytes_equal(tags.host_uniq.value, bytes_of_text("uniq")));
	assert_true(bytes_equal(tags.relay_session_id.value, bytes_of_text("relay")));
	assert_int_equal(tags.ac_cookie.value.length, 24);
	assert_false(tags.max_payload.present);
	free(b);
}

static void pado_lists_all_services(void **state)
{
	(void)state;
	static const char *const expected[] = { "tv", "internet", "voice" };
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	strcpy(b->config.services[0], "internet");
	strcpy(b->config.services[1], "tv");
	strcpy(b->config.services[2], "voice");
	b->config.service_count = 3;
	start(b);
	padi_begin(b, alice, "tv");
	deliver(b);
	(void)sent_packet(b, &destination, &tags);
	assert_int_equal(tags.service_names, 3);
	struct reader r = reader_of(tags.list);
	struct bytes name;
	for (size_t i = 0; i < 3; i++) {
		assert_true(pppoe_tags_next_service(&r, &name));
		assert_true(bytes_equal(name, bytes_of_text(expected[i])));
	}
	free(b);
}

static void pado_lists_as_many_services_as_fit(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	b->config.service_count = PPPOE_SERVICES_MAX;
	for (size_t i = 0; i < PPPOE_SERVICES_MAX; i++)
		memset(b->config.services[i], (int)('a' + i), PPPOE_NAME_MAX);
	start(b);
	give_padi(b, alice);
	(void)sent_packet(b, &destination, &tags);
	assert_int_equal(tags.service_names, 6);
	free(b);
}

static void unknown_service_is_not_answered(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	padi_begin(b, alice, "internet");
	deliver(b);
	assert_int_equal(b->sends, 0);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_SERVICE);
	free(b);
}

static void any_service_is_taken_if_so_configured(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	strcpy(b->config.services[0], "tv");
	b->config.service_count = 1;
	b->config.any_service = true;
	start(b);
	padi_begin(b, alice, "whatever");
	deliver(b);
	(void)sent_packet(b, &destination, &tags);
	assert_true(bytes_equal(tags.service_name.value, bytes_of_text("whatever")));
	padr_begin(b, alice, "whatever");
	deliver(b);
	assert_int_equal(b->opens, 1);
	assert_int_equal(b->slots[b->slot].service, 1);
	free(b);
}

static void session_opens(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	struct mac destination;
	struct pppoe_tags tags;
	give_padi(b, alice);
	padr_begin(b, alice, "");
	add(b, PPPOE_TAG_HOST_UNIQ, "uniq");
	add(b, PPPOE_TAG_RELAY_SESSION_ID, "");
	deliver(b);
	assert_int_equal(b->opens, 1);
	assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), 1);
	struct pppoe_packet packet = sent_packet(b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADS);
	assert_true(packet.session_id != 0 && packet.session_id != 0xffff);
	assert_true(mac_equal(destination, alice));
	assert_int_equal(tags.service_names, 1);
	assert_true(bytes_equal(tags.host_uniq.value, bytes_of_text("uniq")));
	assert_true(tags.relay_session_id.present);

	uint32_t slot;
	assert_true(pppoe_concentrator_find(&b->concentrator, 0, alice, packet.session_id, &slot));
	assert_int_equal(slot, b->slot);
	assert_int_equal(b->slots[slot].session_id, packet.session_id);
	assert_true(mac_equal(b->slots[slot].host, alice));
	assert_int_equal(b->slots[slot].max_payload, 1492);
	assert_false(pppoe_concentrator_find(&b->concentrator, 0, bob, packet.session_id, &slot));
	assert_false(pppoe_concentrator_find(&b->concentrator, 0, alice, 0, &slot));
	free(b);
}

static void repeated_padr_gets_the_same_pads(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	uint16_t id = open_session(b, alice);
	uint8_t pads[PPPOE_DISCOVERY_FRAME_MAX];
	size_t length = b->sent_length;
	memcpy(pads, b->sent, length);
	give_padr(b, alice);
	assert_int_equal(b->opens, 1);
	assert_int_equal(b->sends, 3);
	assert_int_equal(b->sent_length, length);
	assert_memory_equal(b->sent, pads, length);

	/* Another cookie is another session. */
	assert_int_not_equal(open_session(b, alice), id);
	assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), 2);
	free(b);
}

static void repeated_padr_is_answered_even_when_full(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.sessions_max = 1;
	start(b);
	open_session(b, alice);
	give_padr(b, alice);
	struct mac destination;
	struct pppoe_tags tags;
	assert_int_equal(sent_packet(b, &destination, &tags).session_id, b->slots[0].session_id);
	assert_int_equal(b->opens, 1);
	free(b);
}

static void max_payload_is_the_lesser_of_both(void **state)
{
	(void)state;
	const struct {
		uint16_t ours, theirs, told, kept;
	} cases[] = {
		{ 1500, 1500, 1500, 1500 }, { 1500, 1496, 1496, 1496 }, { 1500, 9000, 1500, 1500 },
		{ 1500, 0, 0, 1492 },	    { 1500, 1400, 0, 1492 },	{ 0, 1500, 0, 1492 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_new();
		struct mac destination;
		struct pppoe_tags tags;
		b->config.max_payload = cases[i].ours;
		start(b);
		padi_begin(b, alice, "");
		if (cases[i].theirs > 0)
			pppoe_tag_write_max_payload(&b->w, cases[i].theirs);
		deliver(b);
		(void)sent_packet(b, &destination, &tags);
		assert_int_equal(pppoe_tags_max_payload(&tags), cases[i].told);
		padr_begin(b, alice, "");
		if (cases[i].theirs > 0)
			pppoe_tag_write_max_payload(&b->w, cases[i].theirs);
		deliver(b);
		(void)sent_packet(b, &destination, &tags);
		assert_int_equal(pppoe_tags_max_payload(&tags), cases[i].told);
		assert_int_equal(b->slots[b->slot].max_payload, cases[i].kept);
		free(b);
	}
}

static void cookie_is_for_one_host(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	give_padi(b, alice);
	give_padr(b, bob);
	assert_int_equal(b->opens, 0);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_COOKIE);
	free(b);
}

static void every_bit_of_the_cookie_counts(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	give_padi(b, alice);
	for (size_t bit = 0; bit < 8 * b->cookie_length; bit++) {
		b->cookie[bit / 8] ^= (uint8_t)(1u << bit % 8);
		give_padr(b, alice);
		assert_int_equal(b->opens, 0);
		b->cookie[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (b->cookie_length = 0; b->cookie_length < 24; b->cookie_length++)
		give_padr(b, alice);
	b->cookie_length = 25;
	give_padr(b, alice);
	frame_begin(b, ac, alice, PPPOE_PADR, 0);
	add(b, PPPOE_TAG_SERVICE_NAME, "");
	deliver(b);
	assert_int_equal(b->opens, 0);
	b->cookie_length = 24;
	give_padr(b, alice);
	assert_int_equal(b->opens, 1);
	free(b);
}

static void cookie_lives_through_one_change_of_keys(void **state)
{
	(void)state;
	const struct {
		unsigned issued_s, used_s;
		bool good;
	} cases[] = {
		{ 0, 59, true },   { 0, 119, true },   { 0, 121, false },
		{ 59, 119, true }, { 59, 121, false }, { 61, 121, true },
		{ 61, 179, true }, { 61, 181, false }, { 0, 100000, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_started();
		mono_us origin = b->now;
		give_padi(b, bob); /* the first key begins here */
		b->now = origin + (mono_us)cases[i].issued_s * SECOND;
		give_padi(b, alice);
		b->now = origin + (mono_us)cases[i].used_s * SECOND;
		give_padr(b, alice);
		assert_int_equal(b->opens, cases[i].good);
		free(b);
	}
}

static void unknown_service_in_padr_is_refused(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	struct mac destination;
	struct pppoe_tags tags;
	give_padi(b, alice);
	padr_begin(b, alice, "golf");
	add(b, PPPOE_TAG_HOST_UNIQ, "uniq");
	add(b, PPPOE_TAG_RELAY_SESSION_ID, "relay");
	deliver(b);
	struct pppoe_packet packet = sent_packet(b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADS);
	assert_int_equal(packet.session_id, 0);
	assert_true(tags.service_name_error.present);
	assert_true(bytes_equal(tags.host_uniq.value, bytes_of_text("uniq")));
	assert_true(bytes_equal(tags.relay_session_id.value, bytes_of_text("relay")));
	assert_int_equal(b->opens, 0);
	free(b);
}

static void full_table_is_told(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	b->config.sessions_max = 1;
	start(b);
	give_padi(b, bob);
	uint8_t cookie[24];
	memcpy(cookie, b->cookie, sizeof(cookie));
	open_session(b, alice);
	unsigned sends = b->sends;
	give_padi(b, bob);
	assert_int_equal(b->sends, sends);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FULL);

	memcpy(b->cookie, cookie, sizeof(cookie));
	give_padr(b, bob);
	struct pppoe_packet packet = sent_packet(b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADS);
	assert_int_equal(packet.session_id, 0);
	assert_true(tags.ac_system_error.present);
	assert_int_equal(b->opens, 1);
	free(b);
}

static void host_has_its_share(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	b->config.sessions_per_mac = 2;
	start(b);
	give_padi(b, alice);
	uint8_t cookie[24];
	memcpy(cookie, b->cookie, sizeof(cookie));
	open_session(b, alice);
	uint16_t id = open_session(b, alice);
	unsigned sends = b->sends;
	give_padi(b, alice);
	assert_int_equal(b->sends, sends);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FULL);
	memcpy(b->cookie, cookie, sizeof(cookie));
	give_padr(b, alice);
	assert_int_equal(sent_packet(b, &destination, &tags).session_id, 0);
	assert_true(tags.ac_system_error.present);
	open_session(b, bob);
	give_padt(b, alice, id);
	open_session(b, alice);
	free(b);
}

static void padt_closes_only_its_session(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	uint16_t a = open_session(b, alice);
	uint16_t other = open_session(b, bob);
	give_padt(b, bob, a);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_SESSION);
	give_padt(b, alice, 0);
	assert_int_equal(b->closes, 0);
	frame_begin(b, ac, alice, PPPOE_PADT, a);
	add(b, PPPOE_TAG_GENERIC_ERROR, "good\tnight");
	deliver(b);
	assert_int_equal(b->closes, 1);
	assert_string_equal(b->words, "good.night");
	assert_int_equal(b->slots[b->slot].session_id, 0);
	give_padt(b, alice, a);
	assert_int_equal(b->closes, 1);
	uint32_t slot;
	assert_false(pppoe_concentrator_find(&b->concentrator, 0, alice, a, &slot));
	assert_true(pppoe_concentrator_find(&b->concentrator, 0, bob, other, &slot));
	free(b);
}

static void close_sends_padt_with_the_reason(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	struct mac destination;
	struct pppoe_tags tags;
	uint16_t id = open_session(b, alice);
	pppoe_concentrator_close(&b->concentrator, b->slot, "closing time");
	drain(b);
	struct pppoe_packet packet = sent_packet(b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADT);
	assert_int_equal(packet.session_id, id);
	assert_true(mac_equal(destination, alice));
	assert_true(bytes_equal(tags.generic_error.value, bytes_of_text("closing time")));
	assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), 0);
	unsigned sends = b->sends;
	pppoe_concentrator_close(&b->concentrator, b->slot, "again");
	pppoe_concentrator_close(&b->concentrator, SLOTS, "beyond");
	drain(b);
	assert_int_equal(b->sends, sends);
	assert_int_equal(b->closes, 0);
	free(b);
}

static void ids_and_slots_are_reused_last(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	static bool seen[65536];
	uint32_t last = SLOTS;
	memset(seen, 0, sizeof(seen));
	for (unsigned i = 0; i < PPPOE_SESSIONS_MAX; i++) {
		uint16_t id = open_session(b, alice);
		assert_true(id != 0 && id != 0xffff && !seen[id]);
		seen[id] = true;
		assert_int_not_equal(b->slot, last);
		last = b->slot;
		give_padt(b, alice, id);
	}
	assert_true(seen[open_session(b, alice)]);
	free(b);
}

static void every_id_can_be_in_use(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct pppoe_slot *slots = calloc(70000, sizeof(*slots));
	assert_non_null(slots);
	b->config.sessions_max = 70000;
	pppoe_concentrator_init(&b->concentrator, &b->config, slots, &b->random);
	for (unsigned i = 0; i < PPPOE_SESSIONS_MAX; i++) {
		struct mac host = { { 2, 1, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
				      (uint8_t)i } };
		give_padi(b, host);
		give_padr(b, host);
		assert_int_equal(b->opens, i + 1);
	}
	give_padi(b, alice);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FULL);
	/* Frees one in the middle: its id is the only one left. */
	uint16_t id = slots[30000].session_id;
	pppoe_concentrator_close(&b->concentrator, 30000, "");
	drain(b);
	give_padi(b, alice);
	give_padr(b, alice);
	assert_int_equal(slots[30000].session_id, id);
	free(slots);
	free(b);
}

static void pado_waits_for_its_delay(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	b->config.pado_delay_ms = 300;
	b->config.max_payload = 1500;
	start(b);
	assert_true(pppoe_concentrator_deadline(&b->concentrator) == MONO_NEVER);
	padi_begin(b, alice, "");
	add(b, PPPOE_TAG_HOST_UNIQ, "uniq");
	add(b, PPPOE_TAG_RELAY_SESSION_ID, "relay");
	pppoe_tag_write_max_payload(&b->w, 1500);
	deliver(b);
	assert_int_equal(b->sends, 0);
	mono_us due = b->now + 300 * MS;
	assert_true(pppoe_concentrator_deadline(&b->concentrator) == due);
	pppoe_concentrator_tick(&b->concentrator, due - 1);
	drain(b);
	assert_int_equal(b->sends, 0);
	pppoe_concentrator_tick(&b->concentrator, due);
	drain(b);
	assert_int_equal(b->sends, 1);
	(void)sent_packet(b, &destination, &tags);
	assert_true(mac_equal(destination, alice));
	assert_true(bytes_equal(tags.host_uniq.value, bytes_of_text("uniq")));
	assert_true(bytes_equal(tags.relay_session_id.value, bytes_of_text("relay")));
	assert_int_equal(pppoe_tags_max_payload(&tags), 1500);
	assert_true(pppoe_concentrator_deadline(&b->concentrator) == MONO_NEVER);
	give_padr(b, alice);
	assert_int_equal(b->opens, 1);
	pppoe_concentrator_tick(&b->concentrator, MONO_NEVER);
	drain(b);
	free(b);
}

static void many_waiting_pados_go_in_order(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	b->config.pado_delay_ms = 300;
	start(b);
	for (uint8_t i = 0; i < PPPOE_PADO_QUEUE + 3; i++) {
		give_padi(b, (struct mac){ { 2, 0, 0, 0, 1, i } });
		b->now += MS;
	}
	assert_int_equal(b->sends, 3); /* the oldest did not wait */
	(void)sent_packet(b, &destination, &tags);
	assert_int_equal(destination.byte[5], 2);
	pppoe_concentrator_tick(&b->concentrator, b->now + SECOND);
	drain(b);
	assert_int_equal(b->sends, PPPOE_PADO_QUEUE + 3);
	(void)sent_packet(b, &destination, &tags);
	assert_int_equal(destination.byte[5], PPPOE_PADO_QUEUE + 2);
	free(b);
}

static void tags_too_long_for_the_queue_do_not_wait(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	static const uint8_t uniq[1400] = { 1 };
	b->config.pado_delay_ms = 300;
	start(b);
	padi_begin(b, alice, "");
	pppoe_tag_write(&b->w, PPPOE_TAG_HOST_UNIQ, bytes_of(uniq, 1000));
	deliver(b);
	assert_int_equal(b->sends, 1);
	(void)sent_packet(b, &destination, &tags);
	assert_true(bytes_equal(tags.host_uniq.value, bytes_of(uniq, 1000)));

	/* One that fits into a PADI but not, with our own tags, into a PADO. */
	padi_begin(b, alice, "");
	pppoe_tag_write(&b->w, PPPOE_TAG_HOST_UNIQ, bytes_of(uniq, 1400));
	pppoe_tag_write(&b->w, PPPOE_TAG_RELAY_SESSION_ID, bytes_of(uniq, 64));
	deliver(b);
	assert_int_equal(b->sends, 1);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FRAME);
	free(b);
}

static void padr_too_long_to_answer_opens_nothing(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	static const uint8_t uniq[1480];
	give_padi(b, alice);
	for (unsigned i = 0; i < 2; i++) {
		padr_begin(b, alice, i == 0 ? "" : "golf");
		pppoe_tag_write(&b->w, PPPOE_TAG_HOST_UNIQ, bytes_of(uniq, sizeof(uniq)));
		deliver(b);
	}
	assert_int_equal(b->opens, 0);
	assert_int_equal(b->sends, 1);
	assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), 0);
	assert_int_equal(pppoe_concentrator_drops(&b->concentrator, PPPOE_CONCENTRATOR_DROP_FRAME),
			 2);
	free(b);
}

static void padi_rate_is_limited(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.padi_rate = 10;
	start(b);
	for (unsigned i = 0; i < 20; i++)
		give_padi(b, alice);
	assert_int_equal(b->sends, 10);
	b->now += 250 * MS;
	for (unsigned i = 0; i < 20; i++)
		give_padi(b, alice);
	assert_int_equal(b->sends, 12);
	for (unsigned i = 0; i < 100; i++) {
		b->now += 10 * MS; /* 100 a second for a second */
		give_padi(b, alice);
	}
	assert_in_range(b->sends, 21, 23);
	b->now += 3600 * (mono_us)SECOND;
	unsigned sends = b->sends;
	for (unsigned i = 0; i < 20; i++)
		give_padi(b, alice);
	assert_int_equal(b->sends, sends + 10);
	free(b);
}

static void bad_frames_are_counted_by_reason(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	pppoe_concentrator_receive(&b->concentrator, 0, bytes_of(b->frame, 13), b->now);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FRAME);
	for (unsigned i = 0; i < 4; i++) {
		start(b);
		padi_begin(b, alice, "");
		pppoe_packet_end(&b->w, b->mark);
		size_t length = b->w.length;
		if (i == 0)
			length = 19; /* half a header */
		else if (i == 1)
			b->frame[14] = 0x21; /* version 2 */
		else if (i == 2)
			length--; /* LENGTH is beyond the frame */
		else
			b->frame[17] = 1; /* SESSION_ID of a PADI */
		pppoe_concentrator_receive(&b->concentrator, 0, bytes_of(b->frame, length), b->now);
		assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FRAME);
	}
	start(b);
	frame_begin(b, ac, alice, PPPOE_PADO, 0);
	deliver(b);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_CODE);
	start(b);
	padi_begin(b, alice, "");
	b->frame[13] = 0x64;
	deliver(b);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_COUNT);
	assert_int_equal(b->sends, 0);
	free(b);
}

static void service_name_stands_just_once(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	give_padi(b, alice);
	const uint8_t codes[] = { PPPOE_PADI, PPPOE_PADR };
	for (size_t i = 0; i < 4; i++) {
		start(b);
		frame_begin(b, ac, alice, codes[i % 2], 0);
		for (size_t j = 0; j < i / 2 * 2; j++)
			add(b, PPPOE_TAG_SERVICE_NAME, "");
		pppoe_tag_write(&b->w, PPPOE_TAG_AC_COOKIE, bytes_of(b->cookie, 24));
		deliver(b);
		assert_dropped(b, PPPOE_CONCENTRATOR_DROP_FRAME);
	}
	free(b);
}

static void wrong_addresses_are_dropped(void **state)
{
	(void)state;
	const struct mac zero = { { 0 } };
	const struct {
		struct mac destination, source;
		uint8_t code;
	} cases[] = {
		{ MAC_BROADCAST, MAC_BROADCAST, PPPOE_PADI },
		{ MAC_BROADCAST, zero, PPPOE_PADI },
		{ MAC_BROADCAST, ac, PPPOE_PADI },
		{ bob, alice, PPPOE_PADI },
		{ bob, alice, PPPOE_PADR },
		{ bob, alice, PPPOE_PADT },
		{ MAC_BROADCAST, alice, PPPOE_PADR },
		{ MAC_BROADCAST, alice, PPPOE_PADT },
	};
	struct bench *b = bench_started();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(b);
		frame_begin(b, cases[i].destination, cases[i].source, cases[i].code, 0);
		add(b, PPPOE_TAG_SERVICE_NAME, "");
		deliver(b);
		assert_dropped(b, PPPOE_CONCENTRATOR_DROP_ADDRESS);
	}
	assert_int_equal(b->sends, 0);
	free(b);
}

static void every_reason_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < PPPOE_CONCENTRATOR_DROP_COUNT; i++)
		assert_string_not_equal(
			pppoe_concentrator_drop_name((enum pppoe_concentrator_drop)i), "unknown");
}

/*
 * A million PADIs of a million hosts.  The machine takes no memory by construction; what is left
 * to show is that nothing fills up: an honest host gets its session right after.
 */
static void flood_leaves_room_for_an_honest_host(void **state)
{
	(void)state;
	for (unsigned delay_ms = 0; delay_ms <= 100; delay_ms += 100) {
		struct bench *b = bench_new();
		b->config.pado_delay_ms = delay_ms;
		start(b);
		for (uint32_t i = 0; i < 500000; i++) {
			struct mac host = { { 6, 0, (uint8_t)(i >> 24), (uint8_t)(i >> 16),
					      (uint8_t)(i >> 8), (uint8_t)i } };
			give_padi(b, host);
			b->now += 10;
		}
		assert_true(b->sends >= 500000 - PPPOE_PADO_QUEUE);
		assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), 0);
		give_padi(b, alice);
		pppoe_concentrator_tick(&b->concentrator, b->now + SECOND);
		drain(b);
		give_padr(b, alice);
		assert_int_equal(b->opens, 1);
		free(b);
	}
}

static void corrupted_frames_break_nothing(void **state)
{
	(void)state;
	struct random noise;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 98 };
	random_init(&noise, seed);
	struct bench *b = bench_started();
	for (unsigned run = 0; run < 3000; run++) {
		switch (run % 3) {
		case 0:
			padi_begin(b, alice, "");
			break;
		case 1:
			give_padi(b, alice);
			padr_begin(b, alice, "");
			break;
		default:
			frame_begin(b, ac, alice, PPPOE_PADT, b->slots[b->slot].session_id);
		}
		add(b, PPPOE_TAG_HOST_UNIQ, "uniq");
		pppoe_packet_end(&b->w, b->mark);
		for (unsigned i = random_below(&noise, 4); i > 0; i--)
			b->frame[random_below(&noise, (uint32_t)b->w.length)] ^=
				(uint8_t)(1u << random_below(&noise, 8));
		size_t length = b->w.length - random_below(&noise, 8) / 7 * 3;
		pppoe_concentrator_receive(&b->concentrator, 0, bytes_of(b->frame, length), b->now);
		drain(b);
		unsigned used = 0;
		for (size_t i = 0; i < SLOTS; i++)
			used += b->slots[i].session_id != 0;
		assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), used);
		assert_int_equal(b->opens - b->closes, used);
	}
	assert_true(b->closes > 100);
	free(b);
}

/* The real host and the concentrator, over a wire that loses, repeats and delays. */

#define WIRE_FRAMES 64

struct wire_frame {
	mono_us arrives;
	bool to_host;
	size_t length;
	uint8_t bytes[PPPOE_DISCOVERY_FRAME_MAX];
};

struct wire {
	struct bench *b;
	struct pppoe_host host;
	struct random luck;
	struct wire_frame frames[WIRE_FRAMES];
	unsigned count;
	uint32_t loss_percent;
	unsigned host_opens, host_fails, ac_opens;
};

static void wire_put(struct wire *wire, struct bytes frame, bool to_host)
{
	unsigned copies = random_below(&wire->luck, 10) == 0 ? 2 : 1;
	for (unsigned i = 0; i < copies; i++) {
		if (random_below(&wire->luck, 100) < wire->loss_percent ||
		    wire->count == WIRE_FRAMES)
			continue;
		struct wire_frame *f = &wire->frames[wire->count++];
		f->arrives = wire->b->now + random_below(&wire->luck, 50 * MS);
		f->to_host = to_host;
		f->length = frame.length;
		memcpy(f->bytes, frame.data, frame.length);
	}
}

static void wire_drain(struct wire *wire)
{
	struct pppoe_host_action from_host;
	struct pppoe_concentrator_action from_ac;
	while (pppoe_host_next_action(&wire->host, &from_host)) {
		if (from_host.kind == PPPOE_HOST_SEND)
			wire_put(wire, from_host.frame, false);
		wire->host_opens += from_host.kind == PPPOE_HOST_OPENED;
		wire->host_fails += from_host.kind == PPPOE_HOST_FAILED;
	}
	while (pppoe_concentrator_next_action(&wire->b->concentrator, &from_ac)) {
		if (from_ac.kind == PPPOE_CONCENTRATOR_SEND)
			wire_put(wire, from_ac.frame, true);
		wire->ac_opens += from_ac.kind == PPPOE_CONCENTRATOR_OPENED;
	}
}

/* Goes on to what comes next; false if nothing will. */
static bool wire_step(struct wire *wire)
{
	struct bench *b = wire->b;
	unsigned next = WIRE_FRAMES;
	mono_us when = mono_earlier(pppoe_host_deadline(&wire->host),
				    pppoe_concentrator_deadline(&b->concentrator));
	for (unsigned i = 0; i < wire->count; i++) {
		if (wire->frames[i].arrives < when) {
			when = wire->frames[i].arrives;
			next = i;
		}
	}
	if (when == MONO_NEVER)
		return false;
	b->now = when;
	if (next == WIRE_FRAMES) {
		pppoe_host_tick(&wire->host, b->now);
		pppoe_concentrator_tick(&b->concentrator, b->now);
	} else {
		struct wire_frame f = wire->frames[next];
		wire->frames[next] = wire->frames[--wire->count];
		if (f.to_host)
			pppoe_host_receive(&wire->host, bytes_of(f.bytes, f.length), b->now);
		else
			pppoe_concentrator_receive(&b->concentrator, 0, bytes_of(f.bytes, f.length),
						   b->now);
	}
	wire_drain(wire);
	return true;
}

static void run_over_wire(struct wire *wire, uint8_t seed_byte)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { seed_byte };
	random_init(&wire->luck, seed);
	struct pppoe_host_config config = pppoe_host_config_default(alice);
	config.max_payload = 1500;
	config.retry_max_ms = 1000; /* so that a cookie lives through all attempts */
	config.attempts = 50;
	pppoe_host_init(&wire->host, &config, &wire->luck);
	pppoe_host_open(&wire->host, wire->b->now);
	wire_drain(wire);
	while (wire_step(wire))
		;
}

static void host_and_concentrator_agree_over_a_lossy_wire(void **state)
{
	(void)state;
	for (unsigned run = 0; run < 200; run++) {
		struct bench *b = bench_new();
		struct wire *wire = calloc(1, sizeof(*wire));
		assert_non_null(wire);
		wire->b = b;
		wire->loss_percent = run % 5 * 10; /* up to 40 */
		b->config.max_payload = 1500;
		b->config.pado_delay_ms = run % 3 * 100;
		start(b);
		run_over_wire(wire, (uint8_t)run);

		const struct pppoe_session *session = pppoe_host_session(&wire->host);
		uint32_t slot;
		if (wire->host_opens != 1)
			print_message("# seed %u: %u failures\n", run, wire->host_fails);
		assert_int_equal(wire->host_opens, 1);
		assert_int_equal(wire->ac_opens, 1);
		assert_int_equal(session->max_payload, 1500);
		assert_true(
			pppoe_concentrator_find(&b->concentrator, 0, alice, session->id, &slot));

		wire->loss_percent = 0;
		pppoe_host_close(&wire->host, "done");
		wire_drain(wire);
		while (wire_step(wire))
			;
		assert_int_equal(pppoe_concentrator_sessions(&b->concentrator), 0);
		free(wire);
		free(b);
	}
}

static void ports_are_kept_apart(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	const uint32_t tagged = port_of(0, false, 100, 7);
	uint32_t slot, other;
	b->config.sessions_per_mac = 1;
	start(b);
	b->port = tagged;
	uint16_t id = open_session(b, alice);
	assert_int_equal(b->sent_port, tagged);
	assert_true(pppoe_concentrator_find(&b->concentrator, tagged, alice, id, &slot));
	assert_false(pppoe_concentrator_find(&b->concentrator, 0, alice, id, &other));
	assert_int_equal(b->slots[slot].port, tagged);
	/* The same address elsewhere is another host, with a share of its own. */
	b->port = 0;
	uint16_t second = open_session(b, alice);
	assert_int_equal(b->sent_port, 0);
	give_padt(b, alice, id); /* not its */
	assert_int_equal(b->closes, 0);
	give_padt(b, alice, second);
	assert_int_equal(b->closes, 1);
	assert_true(pppoe_concentrator_find(&b->concentrator, tagged, alice, id, &slot));
	free(b);
}

static void cookie_is_of_its_port(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	give_padi(b, alice);
	b->port = port_of(0, false, 1, 0);
	give_padr(b, alice);
	assert_int_equal(b->opens, 0);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_COOKIE);
	free(b);
}

static void each_interface_has_its_address(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	const struct mac second = { { 2, 0, 0, 0, 0, 0xad } };
	b->config.address[1] = second;
	start(b);
	b->port = port_of(1, false, 0, 0);
	padi_begin(b, alice, "");
	pppoe_packet_end(&b->w, b->mark);
	pppoe_concentrator_receive(&b->concentrator, b->port, writer_written(&b->w), b->now);
	struct pppoe_concentrator_action action;
	struct ethernet_frame ethernet;
	assert_true(pppoe_concentrator_next_action(&b->concentrator, &action));
	assert_true(ethernet_read(action.frame, &ethernet));
	assert_true(mac_equal(ethernet.source, second));
	assert_int_equal(action.port, b->port);
	/* What is meant for the other one's address is none of its. */
	frame_begin(b, ac, alice, PPPOE_PADI, 0);
	add(b, PPPOE_TAG_SERVICE_NAME, "");
	deliver(b);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_ADDRESS);
	free(b);
}

static void late_pado_finds_its_port(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.pado_delay_ms = 100;
	start(b);
	b->port = port_of(0, true, 4094, 4093);
	give_padi(b, alice);
	assert_int_equal(b->sends, 0);
	b->now += SECOND;
	pppoe_concentrator_tick(&b->concentrator, b->now);
	drain(b);
	assert_int_equal(b->sends, 1);
	assert_int_equal(b->sent_port, b->port);
	free(b);
}

static void busy_means_silence(void **state)
{
	(void)state;
	struct bench *b = bench_started();
	give_padi(b, alice);
	pppoe_concentrator_set_busy(&b->concentrator, true);
	give_padr(b, alice);
	assert_int_equal(b->opens, 0);
	assert_int_equal(b->sends, 1);
	assert_dropped(b, PPPOE_CONCENTRATOR_DROP_BUSY);
	give_padi(b, alice);
	assert_int_equal(b->sends, 1);
	pppoe_concentrator_set_busy(&b->concentrator, false);
	give_padr(b, alice); /* its repetition gets in, with the same cookie */
	assert_int_equal(b->opens, 1);
	free(b);
}

static void one_host_may_not_ask_for_all(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.padi_rate_per_mac = 5;
	start(b);
	for (unsigned i = 0; i < 50; i++)
		give_padi(b, alice);
	assert_int_equal(b->sends, 5);
	give_padi(b, bob);
	assert_int_equal(b->sends, 6);
	assert_int_equal(pppoe_concentrator_drops(&b->concentrator, PPPOE_CONCENTRATOR_DROP_RATE),
			 45);
	b->now += SECOND;
	give_padi(b, alice);
	assert_int_equal(b->sends, 7);
	free(b);
}

static void message_follows_the_pads(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	struct mac destination;
	struct pppoe_tags tags;
	strcpy(b->config.message, "good morning");
	strcpy(b->config.url, "http://example.net/");
	start(b);
	uint16_t id = open_session(b, alice);
	assert_int_equal(b->sends, 3);
	struct pppoe_packet packet = sent_packet(b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADM);
	assert_int_equal(packet.session_id, id);
	assert_true(mac_equal(destination, alice));
	struct reader r = reader_of(tags.list);
	struct tlv tag = { 0 };
	assert_int_equal(tlv_next_tag(&r, &tag), TLV_ITEM);
	assert_int_equal(tag.type, PPPOE_TAG_MOTM);
	assert_true(bytes_equal(tag.value, bytes_of_text("good morning")));
	assert_int_equal(tlv_next_tag(&r, &tag), TLV_ITEM);
	assert_int_equal(tag.type, PPPOE_TAG_HURL);
	assert_true(bytes_equal(tag.value, bytes_of_text("http://example.net/")));
	free(b);
}

static void ids_as_they_are_wanted(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.first_id = 101;
	start(b);
	assert_int_equal(open_session(b, alice), 101);
	assert_int_equal(open_session(b, bob), 102);
	b->config.random_ids = true;
	start(b);
	b->opens = 0;
	uint16_t first = open_session(b, alice), second = open_session(b, bob);
	assert_true(first != 101 && second != (uint16_t)(first + 1));
	free(b);
}

static void line_id_of_an_access_node(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		size_t length;
		const char *circuit, *remote;
	} cases[] = {
		{ "\0\0\x0d\xe9\1\5eth 1\2\3bob", 16, "eth 1", "bob" },
		{ "\0\0\x0d\xe9\2\3bob\x81\1x", 12, "", "bob" },
		{ "\0\0\x0d\xea\1\5eth 1", 11, "", "" }, /* another vendor's */
		{ "\0\0\x0d\xe9\1\6eth 1", 11, "", "" }, /* cut */
		{ "\0\0\x0d\xe9\1\2\x1b[\2\3bob", 13, ".[", "bob" },
		{ "\0\0\x0d", 3, "", "" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_started();
		give_padi(b, alice);
		padr_begin(b, alice, "");
		pppoe_tag_write(&b->w, PPPOE_TAG_VENDOR_SPECIFIC,
				bytes_of(cases[i].value, cases[i].length));
		deliver(b);
		assert_int_equal(b->opens, 1);
		assert_string_equal((char *)b->circuit_id, cases[i].circuit);
		assert_string_equal((char *)b->remote_id, cases[i].remote);
		free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_kept_apart),
		cmocka_unit_test(cookie_is_of_its_port),
		cmocka_unit_test(each_interface_has_its_address),
		cmocka_unit_test(late_pado_finds_its_port),
		cmocka_unit_test(busy_means_silence),
		cmocka_unit_test(one_host_may_not_ask_for_all),
		cmocka_unit_test(message_follows_the_pads),
		cmocka_unit_test(ids_as_they_are_wanted),
		cmocka_unit_test(line_id_of_an_access_node),
		cmocka_unit_test(pado_has_its_tags),
		cmocka_unit_test(pado_lists_all_services),
		cmocka_unit_test(pado_lists_as_many_services_as_fit),
		cmocka_unit_test(unknown_service_is_not_answered),
		cmocka_unit_test(any_service_is_taken_if_so_configured),
		cmocka_unit_test(session_opens),
		cmocka_unit_test(repeated_padr_gets_the_same_pads),
		cmocka_unit_test(repeated_padr_is_answered_even_when_full),
		cmocka_unit_test(max_payload_is_the_lesser_of_both),
		cmocka_unit_test(cookie_is_for_one_host),
		cmocka_unit_test(every_bit_of_the_cookie_counts),
		cmocka_unit_test(cookie_lives_through_one_change_of_keys),
		cmocka_unit_test(unknown_service_in_padr_is_refused),
		cmocka_unit_test(full_table_is_told),
		cmocka_unit_test(host_has_its_share),
		cmocka_unit_test(padt_closes_only_its_session),
		cmocka_unit_test(close_sends_padt_with_the_reason),
		cmocka_unit_test(ids_and_slots_are_reused_last),
		cmocka_unit_test(every_id_can_be_in_use),
		cmocka_unit_test(pado_waits_for_its_delay),
		cmocka_unit_test(many_waiting_pados_go_in_order),
		cmocka_unit_test(tags_too_long_for_the_queue_do_not_wait),
		cmocka_unit_test(padr_too_long_to_answer_opens_nothing),
		cmocka_unit_test(padi_rate_is_limited),
		cmocka_unit_test(bad_frames_are_counted_by_reason),
		cmocka_unit_test(service_name_stands_just_once),
		cmocka_unit_test(wrong_addresses_are_dropped),
		cmocka_unit_test(every_reason_has_a_name),
		cmocka_unit_test(flood_leaves_room_for_an_honest_host),
		cmocka_unit_test(corrupted_frames_break_nothing),
		cmocka_unit_test(host_and_concentrator_agree_over_a_lossy_wire),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
