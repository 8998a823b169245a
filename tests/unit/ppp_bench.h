/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PPP session on the test bench: the test is its peer, its owner and its clock.  Packets are
 * written as hex digits, in which spaces mean nothing; in what is expected a dot stands for any
 * digit and a star for any rest.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ppp/session.h"

#define BENCH_ACTIONS_MAX 512
#define BENCH_PACKET_MAX 2048
#define BENCH_PAYLOAD_MAX 1492

struct bench_action {
	enum ppp_action_kind kind;
	uint16_t protocol;
	size_t length;
	uint8_t packet[BENCH_PACKET_MAX];
};

struct bench {
	struct ppp_config config;
	struct random random;
	struct ppp_outbox outbox;
	struct ppp_session session;
	mono_us now;
	unsigned made, taken;
	struct bench_action actions[BENCH_ACTIONS_MAX];
};

static inline void bench_init(struct bench *b)
{
	static const uint8_t seed[RANDOM_SEED_LENGTH] = "bench";
	memset(b, 0, sizeof(*b));
	b->config = ppp_config_default();
	memcpy(b->config.name, "User", 5);
	b->now = 1000000;
	random_init(&b->random, seed);
	ppp_outbox_init(&b->outbox);
	ppp_session_init(&b->session, &b->config, &b->random, &b->outbox);
}

/* The context of a test of one protocol, without a session around it. */
static inline struct ppp_context *bench_context(struct bench *b)
{
	b->session.context.now = b->now;
	b->session.context.payload_max = BENCH_PAYLOAD_MAX;
	b->session.context.peer_mru = BENCH_PAYLOAD_MAX;
	return &b->session.context;
}

static inline void bench_drain(struct bench *b)
{
	struct ppp_action action;
	while (ppp_outbox_next(&b->outbox, &action)) {
		assert_true(b->made < BENCH_ACTIONS_MAX);
		struct bench_action *a = &b->actions[b->made++];
		a->kind = action.kind;
		a->protocol = action.protocol;
		a->length = action.kind == PPP_SEND ? action.packet.length : 0;
		assert_true(a->length <= sizeof(a->packet));
		if (a->length > 0)
			memcpy(a->packet, action.packet.data, a->length);
	}
	assert_true(b->outbox.lost == 0);
}

static inline void bench_open(struct bench *b)
{
	ppp_session_open(&b->session, BENCH_PAYLOAD_MAX, b->now);
	bench_drain(b);
}

static inline size_t bench_hex(uint8_t *to, size_t capacity, const char *hex)
{
	size_t digits = 0;
	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		unsigned digit = (unsigned)(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
		assert_true(digit < 16 && digits / 2 < capacity);
		uint8_t *byte = &to[digits / 2];
		*byte = (uint8_t)(digits % 2 == 0 ? digit << 4 : *byte | digit);
		digits++;
	}
	assert_true(digits % 2 == 0);
	return digits / 2;
}

static inline void bench_receive_bytes(struct bench *b, uint16_t protocol, struct bytes bytes)
{
	ppp_session_receive(&b->session, protocol, bytes, b->now);
	bench_drain(b);
}

static inline void bench_receive(struct bench *b, uint16_t protocol, const char *hex)
{
	uint8_t packet[BENCH_PACKET_MAX];
	size_t length = bench_hex(packet, sizeof(packet), hex);
	bench_receive_bytes(b, protocol, bytes_of(packet, length));
}

/* Lets time pass, with every deadline kept. */
static inline void bench_wait(struct bench *b, uint32_t ms)
{
	mono_us until = mono_after_ms(b->now, ms);
	while (ppp_session_deadline(&b->session) <= until) {
		assert_true(ppp_session_deadline(&b->session) >= b->now);
		b->now = ppp_session_deadline(&b->session);
		ppp_session_tick(&b->session, b->now);
		bench_drain(b);
		assert_true(ppp_session_deadline(&b->session) > b->now);
	}
	b->now = until;
}

static inline struct bench_action *bench_next(struct bench *b)
{
	static struct bench_action none;
	return b->taken < b->made ? &b->actions[b->taken++] : &none;
}

static inline bool bench_hex_matches(const struct bench_action *a, const char *hex)
{
	size_t digits = 0;
	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		if (*hex == '*')
			return true;
		if (digits / 2 >= a->length)
			return false;
		unsigned shift = digits % 2 == 0 ? 4 : 0;
		char digit = "0123456789abcdef"[a->packet[digits / 2] >> shift & 15];
		if (*hex != '.' && *hex != digit)
			return false;
		digits++;
	}
	return digits == 2 * a->length;
}

static inline void bench_fail(const struct bench_action *a, const char *wanted, const char *file,
			      int line)
{
	char hex[2 * BENCH_PACKET_MAX + 1] = "";
	struct text t = text_of(hex, sizeof(hex));
	for (size_t i = 0; i < a->length; i++)
		text_hex(&t, a->packet[i], 2);
	print_message("# wanted %s\n# but got kind %d, protocol %04x, %s\n", wanted, (int)a->kind,
		      a->protocol, hex);
	_fail(file, line);
}

static inline void bench_check_sent(struct bench *b, uint16_t protocol, const char *hex,
				    const char *file, int line)
{
	bool any = b->taken < b->made;
	const struct bench_action *a = bench_next(b);
	if (!any || a->kind != PPP_SEND || a->protocol != protocol || !bench_hex_matches(a, hex))
		bench_fail(a, hex, file, line);
}

static inline void bench_check_kind(struct bench *b, enum ppp_action_kind kind, const char *name,
				    const char *file, int line)
{
	bool any = b->taken < b->made;
	const struct bench_action *a = bench_next(b);
	if (!any || a->kind != kind)
		bench_fail(a, name, file, line);
}

static inline void bench_check_nothing(struct bench *b, const char *file, int line)
{
	if (b->taken < b->made)
		bench_fail(bench_next(b), "nothing", file, line);
}

#define expect_sent(b, protocol, hex) bench_check_sent(b, protocol, hex, __FILE__, __LINE__)
#define expect_action(b, kind) bench_check_kind(b, kind, #kind, __FILE__, __LINE__)
#define expect_nothing(b) bench_check_nothing(b, __FILE__, __LINE__)

/* What is not of interest here. */
static inline void bench_forget(struct bench *b)
{
	b->made = b->taken = 0;
}

/* Acknowledges the request that the session sent last by `protocol`. */
static inline void bench_acknowledge(struct bench *b, uint16_t protocol)
{
	const struct bench_action *request = NULL;
	for (unsigned i = 0; i < b->made; i++) {
		const struct bench_action *a = &b->actions[i];
		if (a->kind == PPP_SEND && a->protocol == protocol &&
		    a->packet[0] == PPP_CONFIGURE_REQUEST)
			request = a;
	}
	assert_non_null(request);
	uint8_t packet[BENCH_PACKET_MAX];
	memcpy(packet, request->packet, request->length);
	packet[0] = PPP_CONFIGURE_ACK;
	bench_receive_bytes(b, protocol, bytes_of(packet, request->length));
}

/* Opens LCP with the options that the peer asks for, in hex. */
static inline void bench_lcp(struct bench *b, const char *options)
{
	bench_open(b);
	bench_acknowledge(b, PPP_LCP);
	uint8_t packet[BENCH_PACKET_MAX] = { PPP_CONFIGURE_REQUEST, 1 };
	size_t length = 4 + bench_hex(packet + 4, sizeof(packet) - 4, options);
	packet[2] = (uint8_t)(length >> 8);
	packet[3] = (uint8_t)length;
	bench_receive_bytes(b, PPP_LCP, bytes_of(packet, length));
	assert_int_equal(b->session.lcp.control.state, PPP_OPENED);
	bench_forget(b);
}

/* A session that is up: no authentication, 10.0.0.2 for us, 10.0.0.1 the peer's. */
static inline void bench_up(struct bench *b)
{
	b->config.request_dns = false;
	b->config.address = 0x0a000002;
	b->config.interface_id = 0x1122334455667788;
	bench_open(b);
	bench_acknowledge(b, PPP_LCP);
	bench_receive(b, PPP_LCP, "01 01 000e 0104 05d4 0506 0a0b0c0d");
	bench_acknowledge(b, PPP_IPCP);
	bench_receive(b, PPP_IPCP, "01 01 000a 0306 0a000001");
	assert_true(b->session.ipv4_up);
	bench_forget(b);
}
