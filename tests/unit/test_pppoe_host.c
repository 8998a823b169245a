/* SPDX-License-Identifier: BSD-2-Clause */
/* The host against a concentrator played by hand, so that it can do everything wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pppoe/host.h"

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac ac = { { 2, 0, 0, 0, 0, 0xac } };
static const struct mac other_ac = { { 2, 0, 0, 0, 0, 0xad } };

#define MS 1000

struct bench {
	struct pppoe_host_config config;
	struct pppoe_host host;
	struct random random;
	mono_us now;
	uint8_t sent[PPPOE_DISCOVERY_FRAME_MAX]; /* the last frame of the host */
	size_t sent_length;
	unsigned sends, takens, opens, fails;
	enum pppoe_failure failure;
	char words[PPPOE_NAME_MAX + 1];
	uint8_t frame[2000]; /* being made for the host */
	struct writer w;
	size_t mark;
};

static void bench_init(struct bench *b)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1, 2, 3 };
	memset(b, 0, sizeof(*b));
	random_init(&b->random, seed);
	b->config = pppoe_host_config_default(us);
	b->now = 1000 * MS;
}

static void drain(struct bench *b)
{
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&b->host, &action)) {
		switch (action.kind) {
		case PPPOE_HOST_SEND:
			b->sends++;
			b->sent_length = action.frame.length;
			memcpy(b->sent, action.frame.data, action.frame.length);
			break;
		case PPPOE_HOST_PADO_TAKEN:
			b->takens++;
			break;
		case PPPOE_HOST_OPENED:
			b->opens++;
			break;
		case PPPOE_HOST_FAILED:
			b->fails++;
			b->failure = action.failure;
			memcpy(b->words, action.words, strlen(action.words) + 1);
			break;
		}
	}
}

static void start(struct bench *b)
{
	pppoe_host_init(&b->host, &b->config, &b->random);
	pppoe_host_open(&b->host, b->now);
	drain(b);
}

static void tick(struct bench *b)
{
	b->now = pppoe_host_deadline(&b->host);
	pppoe_host_tick(&b->host, b->now);
	drain(b);
}

/* The host's last frame, read back. */
static struct pppoe_packet sent_packet(const struct bench *b, struct mac *ret_destination,
				       struct pppoe_tags *ret_tags)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	assert_true(ethernet_read(bytes_of(b->sent, b->sent_length), &ethernet));
	assert_true(mac_equal(ethernet.source, us));
	assert_int_equal(ethernet.type, ETHERNET_PPPOE_DISCOVERY);
	assert_int_equal(pppoe_packet_read(ethernet.payload, &packet), PPPOE_READ_OK);
	assert_true(pppoe_tags_read(packet.payload, ret_tags));
	*ret_destination = ethernet.destination;
	return packet;
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

static void add_host_uniq(struct bench *b)
{
	struct mac destination;
	struct pppoe_tags tags;
	(void)sent_packet(b, &destination, &tags);
	pppoe_tag_return(&b->w, PPPOE_TAG_HOST_UNIQ, &tags.host_uniq);
}

static void deliver(struct bench *b)
{
	pppoe_packet_end(&b->w, b->mark);
	assert_false(b->w.failed);
	pppoe_host_receive(&b->host, writer_written(&b->w), b->now);
	drain(b);
}

static void pado_begin(struct bench *b, struct mac from, const char *name, const char *service)
{
	frame_begin(b, us, from, PPPOE_PADO, 0);
	add(b, PPPOE_TAG_AC_NAME, name);
	add(b, PPPOE_TAG_SERVICE_NAME, service);
	add_host_uniq(b);
}

static void pads_begin(struct bench *b, uint16_t session_id)
{
	frame_begin(b, us, ac, PPPOE_PADS, session_id);
	add(b, PPPOE_TAG_SERVICE_NAME, "");
	add_host_uniq(b);
}

static void give_pado(struct bench *b)
{
	pado_begin(b, ac, "bras", "");
	deliver(b);
}

/* Begins, and gets as far as PADR. */
static void start_requesting(struct bench *b)
{
	start(b);
	give_pado(b);
	assert_int_equal(pppoe_host_state(&b->host), PPPOE_HOST_PADR_SENT);
}

static void start_open(struct bench *b)
{
	start_requesting(b);
	pads_begin(b, 0x1234);
	deliver(b);
	assert_int_equal(b->opens, 1);
}

static void assert_dropped(struct bench *b, enum pppoe_drop reason)
{
	for (int i = 0; i < PPPOE_DROP_COUNT; i++)
		assert_int_equal(pppoe_host_drops(&b->host, (enum pppoe_drop)i),
				 i == (int)reason ? 1 : 0);
}

static void assert_failed(struct bench *b, enum pppoe_failure failure, const char *words)
{
	assert_int_equal(b->fails, 1);
	assert_int_equal(b->failure, failure);
	assert_string_equal(b->words, words);
	assert_int_equal(pppoe_host_state(&b->host), PPPOE_HOST_IDLE);
	assert_true(pppoe_host_deadline(&b->host) == MONO_NEVER);
}

static void padi_is_broadcast_and_has_its_tags(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	bench_init(&b);
	start(&b);
	struct pppoe_packet packet = sent_packet(&b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADI);
	assert_int_equal(packet.session_id, 0);
	assert_true(mac_equal(destination, MAC_BROADCAST));
	assert_int_equal(tags.service_names, 1);
	assert_int_equal(tags.service_name.value.length, 0);
	assert_int_equal(tags.host_uniq.value.length, 8);
	assert_false(tags.max_payload.present);
	assert_int_equal(pppoe_host_state(&b.host), PPPOE_HOST_PADI_SENT);
}

static void padi_is_broadcast_even_to_a_known_concentrator(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	bench_init(&b);
	b.config.concentrator_address = ac;
	b.config.has_service_name = true;
	strcpy(b.config.service_name, "internet");
	memcpy(b.config.host_uniq, "mine", 4);
	b.config.host_uniq_length = 4;
	b.config.max_payload = 1500;
	start(&b);
	(void)sent_packet(&b, &destination, &tags);
	assert_true(mac_equal(destination, MAC_BROADCAST));
	assert_true(bytes_equal(tags.service_name.value, bytes_of_text("internet")));
	assert_true(bytes_equal(tags.host_uniq.value, bytes_of_text("mine")));
	assert_int_equal(pppoe_tags_max_payload(&tags), 1500);
}

static void session_opens(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras\x1b", "tv");
	add(&b, PPPOE_TAG_SERVICE_NAME, "internet");
	add(&b, PPPOE_TAG_AC_COOKIE, "cookie");
	add(&b, PPPOE_TAG_RELAY_SESSION_ID, "relay");
	deliver(&b);
	assert_int_equal(b.takens, 1);
	assert_string_equal(pppoe_host_session(&b.host)->concentrator_name, "bras.");
	assert_string_equal(pppoe_host_session(&b.host)->service_name, "tv");

	struct pppoe_packet packet = sent_packet(&b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADR);
	assert_int_equal(packet.session_id, 0);
	assert_true(mac_equal(destination, ac));
	assert_int_equal(tags.service_names, 1);
	assert_true(bytes_equal(tags.ac_cookie.value, bytes_of_text("cookie")));
	assert_true(bytes_equal(tags.relay_session_id.value, bytes_of_text("relay")));

	frame_begin(&b, us, ac, PPPOE_PADS, 0x1234);
	add(&b, PPPOE_TAG_SERVICE_NAME, "internet");
	add_host_uniq(&b);
	deliver(&b);
	assert_int_equal(b.opens, 1);
	assert_int_equal(pppoe_host_state(&b.host), PPPOE_HOST_OPEN);
	const struct pppoe_session *session = pppoe_host_session(&b.host);
	assert_int_equal(session->id, 0x1234);
	assert_true(mac_equal(session->concentrator, ac));
	assert_string_equal(session->service_name, "internet");
	assert_int_equal(session->max_payload, 1492);
	assert_true(pppoe_host_deadline(&b.host) == MONO_NEVER);
}

static void tags_of_zero_length_are_returned_too(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "", "");
	add(&b, PPPOE_TAG_AC_COOKIE, "");
	add(&b, PPPOE_TAG_RELAY_SESSION_ID, "");
	deliver(&b);
	(void)sent_packet(&b, &destination, &tags);
	assert_true(tags.ac_cookie.present && tags.ac_cookie.value.length == 0);
	assert_true(tags.relay_session_id.present && tags.relay_session_id.value.length == 0);
}

static void the_longest_tags_are_returned(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	uint8_t cookie[PPPOE_COOKIE_MAX];
	memset(cookie, 0xc0, sizeof(cookie));
	bench_init(&b);
	b.config.has_service_name = true;
	memset(b.config.service_name, 's', PPPOE_NAME_MAX);
	b.config.host_uniq_length = PPPOE_HOST_UNIQ_MAX;
	b.config.max_payload = 1500;
	start(&b);
	pado_begin(&b, ac, "a", b.config.service_name);
	pppoe_tag_write(&b.w, PPPOE_TAG_AC_COOKIE, bytes_of(cookie, sizeof(cookie)));
	pppoe_tag_write(&b.w, PPPOE_TAG_RELAY_SESSION_ID, bytes_of(cookie, 64));
	deliver(&b);
	assert_int_equal(b.takens, 1);
	(void)sent_packet(&b, &destination, &tags);
	assert_true(bytes_equal(tags.ac_cookie.value, bytes_of(cookie, sizeof(cookie))));
	assert_int_equal(tags.relay_session_id.value.length, 64);
}

static void max_payload_is_the_lesser_of_both(void **state)
{
	(void)state;
	const struct {
		uint16_t ours, theirs, agreed;
	} cases[] = {
		{ 1500, 1500, 1500 }, { 1500, 1496, 1496 }, { 1500, 9000, 1500 },
		{ 1500, 0, 1492 },    { 1500, 1400, 1492 }, { 1500, 1492, 1492 },
		{ 0, 1500, 1492 },    { 1492, 1500, 1492 }, { 9000, 1500, 1500 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;
		bench_init(&b);
		b.config.max_payload = cases[i].ours;
		start_requesting(&b);
		pads_begin(&b, 1);
		if (cases[i].theirs > 0)
			pppoe_tag_write_max_payload(&b.w, cases[i].theirs);
		deliver(&b);
		assert_int_equal(pppoe_host_session(&b.host)->max_payload, cases[i].agreed);
	}
}

static void padi_is_repeated_with_growing_jittered_pauses(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.retry_max_ms = 2000;
	start(&b);
	uint8_t first[PPPOE_DISCOVERY_FRAME_MAX];
	memcpy(first, b.sent, b.sent_length);
	const unsigned pauses_ms[] = { 500, 1000, 2000, 2000, 2000 };
	for (size_t i = 0; i < 5; i++) {
		mono_us before = b.now;
		pppoe_host_tick(&b.host, pppoe_host_deadline(&b.host) - 1);
		drain(&b);
		assert_int_equal(b.sends, i + 1);
		tick(&b);
		unsigned pause = (unsigned)((b.now - before) / MS);
		assert_in_range(pause, pauses_ms[i] * 875 / 1000, pauses_ms[i] * 1125 / 1000);
		assert_memory_equal(b.sent, first, b.sent_length);
	}
	assert_int_equal(b.sends, 5);
	assert_failed(&b, PPPOE_FAILURE_NO_PADO, "");
}

static void hosts_do_not_march_in_step(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	unsigned early = 0, late = 0;
	for (unsigned i = 0; i < 200; i++) {
		start(&b);
		mono_us pause = pppoe_host_deadline(&b.host) - b.now;
		early += pause < 480 * MS;
		late += pause > 520 * MS;
	}
	assert_in_range(early, 40, 110);
	assert_in_range(late, 40, 110);
}

static void padr_is_repeated_then_given_up(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.attempts = 3;
	start_requesting(&b);
	unsigned sends = b.sends;
	tick(&b);
	tick(&b);
	assert_int_equal(b.sends, sends + 2);
	assert_int_equal(b.sent[15], PPPOE_PADR);
	tick(&b);
	assert_failed(&b, PPPOE_FAILURE_NO_PADS, "");
}

static void each_attempt_has_a_host_uniq_of_its_own(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras", "");
	pppoe_host_close(&b.host, "");
	pppoe_host_open(&b.host, b.now);
	drain(&b);
	deliver(&b); /* the answer to the first */
	assert_dropped(&b, PPPOE_DROP_HOST_UNIQ);
	assert_int_equal(b.takens, 0);
}

static void filters_choose_the_first_pado_that_passes(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	strcpy(b.config.concentrator_name, "good");
	b.config.concentrator_address = ac;
	b.config.has_service_name = true;
	strcpy(b.config.service_name, "internet");
	start(&b);
	pado_begin(&b, other_ac, "good", "internet");
	deliver(&b);
	pado_begin(&b, ac, "bad", "internet");
	deliver(&b);
	pado_begin(&b, ac, "good1", "internet");
	deliver(&b);
	pado_begin(&b, ac, "good", "");
	add(&b, PPPOE_TAG_SERVICE_NAME, "internet2");
	deliver(&b);
	assert_int_equal(b.takens, 0);
	assert_int_equal(pppoe_host_drops(&b.host, PPPOE_DROP_FILTER), 4);
	pado_begin(&b, ac, "good", "internet");
	deliver(&b);
	assert_int_equal(b.takens, 1);
}

static void filters_take_a_service_anywhere_in_the_list(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.has_service_name = true;
	strcpy(b.config.service_name, "internet");
	start(&b);
	pado_begin(&b, ac, "good", "tv");
	add(&b, PPPOE_TAG_SERVICE_NAME, "internet");
	deliver(&b);
	assert_int_equal(b.takens, 1);
	assert_string_equal(pppoe_host_session(&b.host)->service_name, "internet");
}

static void no_match_names_who_answered(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	strcpy(b.config.concentrator_name, "wanted");
	b.config.attempts = 1;
	start(&b);
	pado_begin(&b, ac, "stranger", "");
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_FILTER);
	tick(&b);
	assert_failed(&b, PPPOE_FAILURE_NO_MATCH, "stranger");
}

static void second_pado_comes_late(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start(&b);
	give_pado(&b);
	pado_begin(&b, other_ac, "late", "");
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_STATE);
	assert_true(mac_equal(pppoe_host_session(&b.host)->concentrator, ac));
}

static void refusal_in_pado_is_told_if_nothing_better_comes(void **state)
{
	(void)state;
	const struct {
		enum pppoe_tag_type tag;
		enum pppoe_failure failure;
	} cases[] = {
		{ PPPOE_TAG_SERVICE_NAME_ERROR, PPPOE_FAILURE_SERVICE_NAME },
		{ PPPOE_TAG_AC_SYSTEM_ERROR, PPPOE_FAILURE_AC_SYSTEM },
		{ PPPOE_TAG_GENERIC_ERROR, PPPOE_FAILURE_GENERIC },
	};
	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		bench_init(&b);
		b.config.attempts = 1;
		start(&b);
		pado_begin(&b, ac, "bras", "");
		add(&b, cases[i].tag, "out\nof order");
		deliver(&b);
		assert_dropped(&b, PPPOE_DROP_REFUSAL);
		assert_int_equal(b.fails, 0);
		tick(&b);
		assert_failed(&b, cases[i].failure, "out.of order");
	}
}

static void refusal_outweighs_a_stranger(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.attempts = 1;
	b.config.concentrator_address = ac;
	start(&b);
	pado_begin(&b, ac, "bras", "");
	add(&b, PPPOE_TAG_AC_SYSTEM_ERROR, "full");
	deliver(&b);
	pado_begin(&b, other_ac, "stranger", "");
	deliver(&b);
	tick(&b);
	assert_failed(&b, PPPOE_FAILURE_AC_SYSTEM, "full");
}

static void better_pado_makes_the_refusal_forgotten(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.attempts = 1;
	start(&b);
	pado_begin(&b, other_ac, "bras", "");
	add(&b, PPPOE_TAG_AC_SYSTEM_ERROR, "full");
	deliver(&b);
	give_pado(&b);
	assert_int_equal(b.takens, 1);
	tick(&b);
	assert_failed(&b, PPPOE_FAILURE_NO_PADS, "");
}

static void refusal_in_pads_fails_at_once(void **state)
{
	(void)state;
	const struct {
		enum pppoe_tag_type tag;
		uint16_t session_id;
		enum pppoe_failure failure;
	} cases[] = {
		{ PPPOE_TAG_SERVICE_NAME_ERROR, 0, PPPOE_FAILURE_SERVICE_NAME },
		{ PPPOE_TAG_AC_SYSTEM_ERROR, 0, PPPOE_FAILURE_AC_SYSTEM },
		{ PPPOE_TAG_GENERIC_ERROR, 0, PPPOE_FAILURE_GENERIC },
		{ PPPOE_TAG_GENERIC_ERROR, 7, PPPOE_FAILURE_GENERIC },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;
		bench_init(&b);
		start_requesting(&b);
		frame_begin(&b, us, ac, PPPOE_PADS, cases[i].session_id);
		add_host_uniq(&b);
		add(&b, cases[i].tag, "unpaid");
		deliver(&b);
		assert_failed(&b, cases[i].failure, "unpaid");
	}
}

static void impossible_session_ids_fail(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct bench b;
		bench_init(&b);
		start_requesting(&b);
		pads_begin(&b, i == 0 ? 0 : 0xffff);
		deliver(&b);
		assert_failed(&b, PPPOE_FAILURE_SESSION_ZERO, "");
	}
}

static void pads_without_service_name_is_borne(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_requesting(&b);
	frame_begin(&b, us, ac, PPPOE_PADS, 9);
	add_host_uniq(&b);
	deliver(&b);
	assert_int_equal(b.opens, 1);
}

static void second_pads_is_too_late(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_open(&b);
	frame_begin(&b, us, ac, PPPOE_PADS, 0x4321);
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_STATE);
	assert_int_equal(pppoe_host_session(&b.host)->id, 0x1234);
}

static void padt_ends_the_session(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_open(&b);
	frame_begin(&b, us, ac, PPPOE_PADT, 0x1234);
	add(&b, PPPOE_TAG_GENERIC_ERROR, "maintenance");
	deliver(&b);
	assert_failed(&b, PPPOE_FAILURE_PADT, "maintenance");
}

static void padt_with_bad_tags_ends_the_session_too(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_open(&b);
	frame_begin(&b, us, ac, PPPOE_PADT, 0x1234);
	writer_u16(&b.w, 0x0203);
	writer_u16(&b.w, 100);
	deliver(&b);
	assert_failed(&b, PPPOE_FAILURE_PADT, "");
}

static void without_host_uniq_none_is_sent_nor_taken(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	bench_init(&b);
	b.config.without_host_uniq = true;
	start(&b);
	(void)sent_packet(&b, &destination, &tags);
	assert_false(tags.host_uniq.present);

	/* an answer to somebody else on this interface */
	pado_begin(&b, ac, "bras", "");
	add(&b, PPPOE_TAG_HOST_UNIQ, "other");
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_HOST_UNIQ);

	give_pado(&b);
	(void)sent_packet(&b, &destination, &tags);
	assert_false(tags.host_uniq.present);
	pads_begin(&b, 0x1234);
	deliver(&b);
	assert_int_equal(b.opens, 1);
}

static void adopted_session_ends_like_any_other(void **state)
{
	(void)state;
	struct bench b;
	const struct pppoe_session session = { .id = 0x4711, .concentrator = ac };
	bench_init(&b);
	pppoe_host_init(&b.host, &b.config, &b.random);
	pppoe_host_adopt(&b.host, &session);
	drain(&b);
	assert_int_equal(b.opens, 0);
	assert_int_equal(pppoe_host_state(&b.host), PPPOE_HOST_OPEN);
	assert_true(pppoe_host_deadline(&b.host) == MONO_NEVER);

	frame_begin(&b, us, other_ac, PPPOE_PADT, 0x4711);
	deliver(&b);
	assert_int_equal(b.fails, 0);
	frame_begin(&b, us, ac, PPPOE_PADT, 0x4711);
	deliver(&b);
	assert_failed(&b, PPPOE_FAILURE_PADT, "");

	pppoe_host_adopt(&b.host, &session);
	pppoe_host_close(&b.host, "enough");
	drain(&b);
	struct mac destination;
	struct pppoe_tags tags;
	struct pppoe_packet packet = sent_packet(&b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADT);
	assert_int_equal(packet.session_id, 0x4711);
	assert_true(mac_equal(destination, ac));
}

static void padt_of_others_is_dropped(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_open(&b);
	frame_begin(&b, us, ac, PPPOE_PADT, 0x1235);
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_SESSION);
	frame_begin(&b, us, other_ac, PPPOE_PADT, 0x1234);
	deliver(&b);
	assert_int_equal(pppoe_host_drops(&b.host, PPPOE_DROP_ADDRESS), 1);
	frame_begin(&b, MAC_BROADCAST, ac, PPPOE_PADT, 0x1234);
	deliver(&b);
	assert_int_equal(pppoe_host_drops(&b.host, PPPOE_DROP_ADDRESS), 2);
	assert_int_equal(pppoe_host_state(&b.host), PPPOE_HOST_OPEN);
}

static void padt_without_a_session_is_dropped(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_requesting(&b);
	frame_begin(&b, us, ac, PPPOE_PADT, 0);
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_STATE);
}

static void close_sends_padt_with_the_reason(void **state)
{
	(void)state;
	struct bench b;
	struct mac destination;
	struct pppoe_tags tags;
	bench_init(&b);
	start_open(&b);
	pppoe_host_close(&b.host, "going to sleep");
	drain(&b);
	struct pppoe_packet packet = sent_packet(&b, &destination, &tags);
	assert_int_equal(packet.code, PPPOE_PADT);
	assert_int_equal(packet.session_id, 0x1234);
	assert_true(mac_equal(destination, ac));
	assert_true(bytes_equal(tags.generic_error.value, bytes_of_text("going to sleep")));
	assert_int_equal(b.fails, 0);
	assert_int_equal(pppoe_host_state(&b.host), PPPOE_HOST_IDLE);
}

static void close_without_a_session_sends_nothing(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_requesting(&b);
	unsigned sends = b.sends;
	pppoe_host_close(&b.host, "bye");
	drain(&b);
	assert_int_equal(b.sends, sends);
	assert_true(pppoe_host_deadline(&b.host) == MONO_NEVER);
	pppoe_host_close(&b.host, "bye");
	pppoe_host_tick(&b.host, MONO_NEVER);
	drain(&b);
	assert_int_equal(b.sends, sends);
}

static void machine_opens_again_after_a_failure(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_open(&b);
	frame_begin(&b, us, ac, PPPOE_PADT, 0x1234);
	deliver(&b);
	pppoe_host_open(&b.host, b.now);
	drain(&b);
	give_pado(&b);
	pads_begin(&b, 2);
	deliver(&b);
	assert_int_equal(b.opens, 2);
	assert_int_equal(pppoe_host_session(&b.host)->id, 2);
	pppoe_host_open(&b.host, b.now); /* only in state idle */
	drain(&b);
	assert_int_equal(pppoe_host_state(&b.host), PPPOE_HOST_OPEN);
}

static void bad_frames_are_counted_by_reason(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start(&b);
	pppoe_host_receive(&b.host, bytes_of(b.frame, 13), b.now);
	assert_dropped(&b, PPPOE_DROP_SHORT);

	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras", "");
	pppoe_packet_end(&b.w, b.mark);
	struct bytes frame = writer_written(&b.w);
	pppoe_host_receive(&b.host, bytes_head(frame, 19), b.now);
	assert_dropped(&b, PPPOE_DROP_SHORT);

	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras", "");
	b.frame[14] = 0x12;
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_VERSION);

	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras", "");
	pppoe_packet_end(&b.w, b.mark);
	pppoe_host_receive(&b.host, bytes_of(b.frame, b.w.length - 1), b.now);
	assert_dropped(&b, PPPOE_DROP_LENGTH);

	bench_init(&b);
	start(&b);
	frame_begin(&b, MAC_BROADCAST, other_ac, PPPOE_PADI, 0);
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_CODE);
	assert_int_equal(b.takens, 0);
}

static void frames_of_other_types_are_none_of_its_business(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start(&b);
	give_pado(&b);
	b.frame[13] = 0x64;
	pppoe_host_receive(&b.host, bytes_of(b.frame, b.w.length), b.now);
	assert_dropped(&b, PPPOE_DROP_COUNT);
}

static void pado_addresses_must_be_unicast(void **state)
{
	(void)state;
	const struct mac zero = { { 0 } };
	const struct {
		struct mac destination, source;
	} cases[] = {
		{ MAC_BROADCAST, ac },
		{ other_ac, ac },
		{ us, MAC_BROADCAST },
		{ us, zero },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;
		bench_init(&b);
		start(&b);
		frame_begin(&b, cases[i].destination, cases[i].source, PPPOE_PADO, 0);
		add(&b, PPPOE_TAG_AC_NAME, "bras");
		add(&b, PPPOE_TAG_SERVICE_NAME, "");
		add_host_uniq(&b);
		deliver(&b);
		assert_dropped(&b, PPPOE_DROP_ADDRESS);
	}
}

static void pads_must_come_from_the_chosen_concentrator(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start_requesting(&b);
	frame_begin(&b, us, other_ac, PPPOE_PADS, 5);
	add(&b, PPPOE_TAG_SERVICE_NAME, "");
	add_host_uniq(&b);
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_ADDRESS);
	assert_int_equal(b.opens, 0);
}

static void foreign_host_uniq_is_dropped(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct bench b;
		bench_init(&b);
		bool pads = i >= 2;
		if (pads)
			start_requesting(&b);
		else
			start(&b);
		frame_begin(&b, us, ac, pads ? PPPOE_PADS : PPPOE_PADO, pads ? 1 : 0);
		add(&b, PPPOE_TAG_SERVICE_NAME, "");
		if (!pads)
			add(&b, PPPOE_TAG_AC_NAME, "bras");
		if (i % 2 == 0)
			add(&b, PPPOE_TAG_HOST_UNIQ, "somebody");
		deliver(&b);
		assert_dropped(&b, PPPOE_DROP_HOST_UNIQ);
	}
}

static void malformed_tags_are_dropped(void **state)
{
	(void)state;
	const enum pppoe_tag_type once[] = { PPPOE_TAG_AC_NAME, PPPOE_TAG_HOST_UNIQ,
					     PPPOE_TAG_AC_COOKIE, PPPOE_TAG_RELAY_SESSION_ID,
					     PPPOE_TAG_PPP_MAX_PAYLOAD };
	for (size_t i = 0; i < 5; i++) {
		struct bench b;
		bench_init(&b);
		start(&b);
		pado_begin(&b, ac, "bras", "");
		add(&b, once[i], "xy");
		if (once[i] != PPPOE_TAG_AC_NAME && once[i] != PPPOE_TAG_HOST_UNIQ)
			add(&b, once[i], "xy");
		deliver(&b);
		assert_dropped(&b, PPPOE_DROP_TAGS);
	}
	struct bench b;
	bench_init(&b);
	start_requesting(&b);
	pads_begin(&b, 3);
	add(&b, PPPOE_TAG_SERVICE_NAME, "");
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_TAGS);
	assert_int_equal(b.opens, 0);
}

static void pado_needs_both_names(void **state)
{
	(void)state;
	const enum pppoe_tag_type only[] = { PPPOE_TAG_AC_NAME, PPPOE_TAG_SERVICE_NAME };
	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		bench_init(&b);
		start(&b);
		frame_begin(&b, us, ac, PPPOE_PADO, 0);
		add(&b, only[i], "x");
		add_host_uniq(&b);
		deliver(&b);
		assert_dropped(&b, PPPOE_DROP_TAGS);
	}
}

static void pado_with_a_session_id_is_dropped(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras", "");
	b.frame[17] = 1;
	deliver(&b);
	assert_dropped(&b, PPPOE_DROP_SESSION);
}

static void unknown_tags_are_ignored(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	start(&b);
	pado_begin(&b, ac, "bras", "");
	add(&b, PPPOE_TAG_VENDOR_SPECIFIC, "vendor");
	add(&b, (enum pppoe_tag_type)0x7f7f, "unknown");
	add(&b, PPPOE_TAG_END_OF_LIST, "");
	add(&b, PPPOE_TAG_GENERIC_ERROR, "beyond the end");
	deliver(&b);
	assert_int_equal(b.takens, 1);
}

static void verb_forgets_what_was_not_drained(void **state)
{
	(void)state;
	struct bench b;
	struct pppoe_host_action action;
	bench_init(&b);
	pppoe_host_init(&b.host, &b.config, &b.random);
	for (unsigned i = 0; i < 20; i++) {
		pppoe_host_open(&b.host, b.now);
		pppoe_host_close(&b.host, "");
	}
	assert_false(pppoe_host_next_action(&b.host, &action));
}

static void every_reason_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < PPPOE_DROP_COUNT; i++) {
		const char *name = pppoe_drop_name((enum pppoe_drop)i);
		assert_string_not_equal(name, "unknown");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name, pppoe_drop_name((enum pppoe_drop)j));
	}
}

static uint64_t all_drops(const struct pppoe_host *host)
{
	uint64_t sum = 0;
	for (int i = 0; i < PPPOE_DROP_COUNT; i++)
		sum += pppoe_host_drops(host, (enum pppoe_drop)i);
	return sum;
}

/* Damages frames at random: each is either used or counted, and nothing else breaks. */
static void corrupted_frames_are_used_or_counted(void **state)
{
	(void)state;
	struct random noise;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 99 };
	random_init(&noise, seed);
	for (unsigned run = 0; run < 2000; run++) {
		struct bench b;
		bench_init(&b);
		start(&b);
		if (run % 2)
			give_pado(&b);
		uint64_t actions = b.takens + b.opens + b.fails;
		uint64_t drops = all_drops(&b.host);
		if (run % 2)
			pads_begin(&b, 77);
		else
			pado_begin(&b, ac, "bras", "internet");
		add(&b, PPPOE_TAG_RELAY_SESSION_ID, "relay");
		pppoe_packet_end(&b.w, b.mark);
		for (unsigned i = random_below(&noise, 4); i > 0; i--)
			b.frame[random_below(&noise, (uint32_t)b.w.length)] ^=
				(uint8_t)(1u << random_below(&noise, 8));
		b.frame[12] = 0x88;
		b.frame[13] = 0x63;
		uint32_t cut = random_below(&noise, 8) ? 0 : random_below(&noise, 70);
		size_t length = b.w.length > cut ? b.w.length - cut : 0;
		pppoe_host_receive(&b.host, bytes_of(b.frame, length), b.now);
		drain(&b);
		uint64_t done = b.takens + b.opens + b.fails - actions;
		assert_int_equal(done + all_drops(&b.host) - drops, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(padi_is_broadcast_and_has_its_tags),
		cmocka_unit_test(padi_is_broadcast_even_to_a_known_concentrator),
		cmocka_unit_test(session_opens),
		cmocka_unit_test(tags_of_zero_length_are_returned_too),
		cmocka_unit_test(the_longest_tags_are_returned),
		cmocka_unit_test(max_payload_is_the_lesser_of_both),
		cmocka_unit_test(padi_is_repeated_with_growing_jittered_pauses),
		cmocka_unit_test(hosts_do_not_march_in_step),
		cmocka_unit_test(padr_is_repeated_then_given_up),
		cmocka_unit_test(each_attempt_has_a_host_uniq_of_its_own),
		cmocka_unit_test(filters_choose_the_first_pado_that_passes),
		cmocka_unit_test(filters_take_a_service_anywhere_in_the_list),
		cmocka_unit_test(no_match_names_who_answered),
		cmocka_unit_test(second_pado_comes_late),
		cmocka_unit_test(refusal_in_pado_is_told_if_nothing_better_comes),
		cmocka_unit_test(refusal_outweighs_a_stranger),
		cmocka_unit_test(better_pado_makes_the_refusal_forgotten),
		cmocka_unit_test(refusal_in_pads_fails_at_once),
		cmocka_unit_test(impossible_session_ids_fail),
		cmocka_unit_test(pads_without_service_name_is_borne),
		cmocka_unit_test(second_pads_is_too_late),
		cmocka_unit_test(padt_ends_the_session),
		cmocka_unit_test(padt_with_bad_tags_ends_the_session_too),
		cmocka_unit_test(without_host_uniq_none_is_sent_nor_taken),
		cmocka_unit_test(adopted_session_ends_like_any_other),
		cmocka_unit_test(padt_of_others_is_dropped),
		cmocka_unit_test(padt_without_a_session_is_dropped),
		cmocka_unit_test(close_sends_padt_with_the_reason),
		cmocka_unit_test(close_without_a_session_sends_nothing),
		cmocka_unit_test(machine_opens_again_after_a_failure),
		cmocka_unit_test(bad_frames_are_counted_by_reason),
		cmocka_unit_test(frames_of_other_types_are_none_of_its_business),
		cmocka_unit_test(pado_addresses_must_be_unicast),
		cmocka_unit_test(pads_must_come_from_the_chosen_concentrator),
		cmocka_unit_test(foreign_host_uniq_is_dropped),
		cmocka_unit_test(malformed_tags_are_dropped),
		cmocka_unit_test(pado_needs_both_names),
		cmocka_unit_test(pado_with_a_session_id_is_dropped),
		cmocka_unit_test(unknown_tags_are_ignored),
		cmocka_unit_test(verb_forgets_what_was_not_drained),
		cmocka_unit_test(every_reason_has_a_name),
		cmocka_unit_test(corrupted_frames_are_used_or_counted),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
