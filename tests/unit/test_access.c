/* SPDX-License-Identifier: BSD-2-Clause */
/* The concentrator against real hosts (pppoe_host and ppp_session) in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "access/access.h"
#include "pppoe/host.h"

#define MS 1000
#define SECOND 1000000
#define PEERS 8
#define WIRE 4096 /* frames under way, a power of two */
#define FRAME 1600
#define POOL 0x0a430001 /* 10.67.0.1 */
#define LOCAL 0x0a000001
#define OWN_ID 0xfeed

static const struct mac ac = { { 2, 0, 0, 0, 0, 0xac } };

struct peer {
	struct mac address;
	struct ppp_config config;
	struct pppoe_host host;
	struct ppp_session ppp;
	struct ppp_outbox outbox;
	const char *password;
	bool deaf; /* nothing reaches it any more */
	bool up, ended;
};

struct bench {
	struct access access;
	struct access_config config;
	struct access_range pool;
	void *memory;
	struct random random;
	mono_us now;
	struct peer *peers;
	unsigned peer_count;
	struct {
		uint8_t bytes[FRAME];
		size_t length;
	} * wire;
	unsigned first, last;
	const char *password; /* NULL: nobody is known */
	uint32_t port; /* of all frames to it */
	struct access_flow ended_flow;
	uint32_t ended_address;
	enum access_end end; /* of the last session */
	uint32_t fixed_address;
	const struct access_limits *limits;
	bool answer_later;
	uint32_t asked_slot;
	char asked_name[64];
	unsigned asked, ups, downs, padts;
	char log[16384];
};

static struct bench *bench_new(unsigned slots)
{
	struct bench *b = calloc(1, sizeof(*b));
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 9 };
	assert_non_null(b);
	random_init(&b->random, seed);
	b->now = 5 * SECOND;
	b->wire = calloc(WIRE, sizeof(*b->wire));
	b->peers = calloc(PEERS, sizeof(*b->peers));
	b->config = access_config_default(ac);
	b->config.pppoe.sessions_max = slots;
	b->pool = (struct access_range){ POOL, slots };
	b->config.pool = &b->pool;
	b->config.pool_ranges = 1;
	b->config.ppp.address = LOCAL;
	b->config.ppp.ipv6 = true;
	b->config.ppp.interface_id = OWN_ID;
	b->config.ppp.demand = PPP_AUTH_CHAP_MD5;
	b->password = "secret";
	return b;
}

static void start(struct bench *b)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 4 };
	b->memory = malloc(access_memory_size(b->config.pppoe.sessions_max));
	assert_non_null(b->memory);
	access_init(&b->access, &b->config, b->memory, seed);
}

static void bench_free(struct bench *b)
{
	free(b->memory);
	free(b->peers);
	free(b->wire);
	free(b);
}

static void put_frame(struct bench *b, struct bytes frame)
{
	assert_true(b->last - b->first < WIRE && frame.length <= FRAME);
	memcpy(b->wire[b->last % WIRE].bytes, frame.data, frame.length);
	b->wire[b->last++ % WIRE].length = frame.length;
}

static void note(struct bench *b, const char *text)
{
	size_t used = strlen(b->log);
	snprintf(b->log + used, sizeof(b->log) - used, "%s\n", text);
}

static bool logged(const struct bench *b, const char *text)
{
	return strstr(b->log, text) != NULL;
}

static void answer(struct bench *b, uint32_t slot)
{
	if (!b->password) {
		access_secret(&b->access, slot, NULL, b->now);
		return;
	}
	struct access_secret secret = { bytes_of_text(b->password), b->fixed_address, b->limits };
	access_secret(&b->access, slot, &secret, b->now);
}

static void take_action(struct bench *b, const struct access_action *action)
{
	struct ethernet_frame ethernet;
	switch (action->kind) {
	case ACCESS_SEND:
		assert_true(ethernet_read(action->frame, &ethernet));
		assert_true(mac_equal(ethernet.source, ac));
		if (ethernet.type == ETHERNET_PPPOE_DISCOVERY &&
		    action->frame.data[15] == PPPOE_PADT)
			b->padts++;
		put_frame(b, action->frame);
		break;
	case ACCESS_NEED_SECRET:
		b->asked++;
		b->asked_slot = action->slot;
		snprintf(b->asked_name, sizeof(b->asked_name), "%.*s", (int)action->name.length,
			 (const char *)action->name.data);
		if (!b->answer_later)
			answer(b, action->slot);
		break;
	case ACCESS_UP:
	case ACCESS_DOWN:
	case ACCESS_ENDED:
	case ACCESS_EVENT:
		if (action->kind == ACCESS_ENDED) {
			b->end = action->ended.session->end;
			b->ended_flow = action->ended.path->up;
			b->ended_address = action->ended.path->address;
		}
		b->ups += action->kind == ACCESS_UP;
		b->downs += action->kind == ACCESS_DOWN;
		assert_non_null(strstr(action->text, " event="));
		note(b, action->text);
		break;
	}
}

static void drain(struct bench *b)
{
	struct access_action action;
	while (access_next_action(&b->access, &action))
		take_action(b, &action);
}

static void drain_ppp(struct bench *b, struct peer *peer)
{
	struct ppp_action action;
	uint8_t frame[FRAME];
	while (ppp_outbox_next(&peer->outbox, &action)) {
		struct bytes secret = bytes_of_text(peer->password);
		struct writer w = writer_of(frame, sizeof(frame));
		switch (action.kind) {
		case PPP_SEND:
			pppoe_session_write(&w, ac, peer->address,
					    pppoe_host_session(&peer->host)->id, action.protocol,
					    action.packet);
			put_frame(b, writer_written(&w));
			break;
		case PPP_NEED_OWN_SECRET:
			ppp_session_own_secret(&peer->ppp, &secret, b->now);
			break;
		case PPP_IPV4_UP:
			peer->up = true;
			break;
		case PPP_ENDED:
			peer->up = false;
			peer->ended = true;
			break;
		case PPP_NEED_PEER_SECRET:
		case PPP_LCP_UP:
		case PPP_PROVEN:
		case PPP_CHECKED:
		case PPP_IPV4_DOWN:
		case PPP_IPV6_UP:
		case PPP_IPV6_DOWN:
			break;
		}
	}
}

static void drain_peer(struct bench *b, struct peer *peer)
{
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&peer->host, &action)) {
		switch (action.kind) {
		case PPPOE_HOST_SEND:
			put_frame(b, action.frame);
			break;
		case PPPOE_HOST_PADO_TAKEN:
			break;
		case PPPOE_HOST_OPENED:
			ppp_session_open(&peer->ppp,
					 pppoe_host_session(&peer->host)->max_payload > 1492
						 ? pppoe_host_session(&peer->host)->max_payload
						 : 1492,
					 b->now);
			break;
		case PPPOE_HOST_FAILED:
			ppp_session_down(&peer->ppp, b->now);
			break;
		}
		drain_ppp(b, peer);
	}
}

static void prepare(struct bench *b, struct peer *peer)
{
	struct pppoe_host_config host = pppoe_host_config_default(peer->address);
	peer->up = peer->ended = false;
	pppoe_host_init(&peer->host, &host, &b->random);
	ppp_outbox_init(&peer->outbox);
	ppp_session_init(&peer->ppp, &peer->config, &b->random, &peer->outbox);
}

static struct peer *add_peer(struct bench *b)
{
	struct peer *peer = &b->peers[b->peer_count++];
	assert_true(b->peer_count <= PEERS);
	memset(peer, 0, sizeof(*peer));
	peer->address = (struct mac){ { 2, 0, 0, 0, 1, (uint8_t)b->peer_count } };
	peer->config = ppp_config_default();
	peer->config.ipv6 = true;
	memcpy(peer->config.name, "anna", 5);
	peer->password = "secret";
	prepare(b, peer);
	return peer;
}

static void dial(struct bench *b, struct peer *peer)
{
	prepare(b, peer);
	pppoe_host_open(&peer->host, b->now);
	drain_peer(b, peer);
}

static void deliver(struct bench *b, struct bytes frame)
{
	struct ethernet_frame ethernet;
	struct pppoe_session_frame session;
	assert_true(ethernet_read(frame, &ethernet));
	if (mac_is_group(ethernet.destination) || mac_equal(ethernet.destination, ac)) {
		access_receive(&b->access, b->port, frame, b->now);
		drain(b);
		return;
	}
	for (unsigned i = 0; i < b->peer_count; i++) {
		struct peer *peer = &b->peers[i];
		if (!mac_equal(ethernet.destination, peer->address) || peer->deaf)
			continue;
		if (ethernet.type == ETHERNET_PPPOE_DISCOVERY)
			pppoe_host_receive(&peer->host, frame, b->now);
		else if (pppoe_session_read(frame, &session))
			ppp_session_receive(&peer->ppp, session.protocol, session.information,
					    b->now);
		drain_peer(b, peer);
		drain_ppp(b, peer);
	}
}

static void settle(struct bench *b)
{
	while (b->first != b->last) {
		unsigned at = b->first++ % WIRE;
		deliver(b, bytes_of(b->wire[at].bytes, b->wire[at].length));
	}
}

static void tick_peers(struct bench *b)
{
	for (unsigned i = 0; i < b->peer_count; i++) {
		struct peer *peer = &b->peers[i];
		if (peer->deaf)
			continue;
		pppoe_host_tick(&peer->host, b->now);
		drain_peer(b, peer);
		ppp_session_tick(&peer->ppp, b->now);
		drain_ppp(b, peer);
	}
}

/* Lets time pass from deadline to deadline. */
static void pass(struct bench *b, mono_us time)
{
	mono_us end = b->now + time;
	settle(b);
	for (;;) {
		mono_us next = access_deadline(&b->access);
		for (unsigned i = 0; i < b->peer_count; i++) {
			if (b->peers[i].deaf)
				continue;
			next = mono_earlier(next, pppoe_host_deadline(&b->peers[i].host));
			next = mono_earlier(next, ppp_session_deadline(&b->peers[i].ppp));
		}
		if (next > end)
			break;
		if (next > b->now)
			b->now = next;
		access_tick(&b->access, b->now);
		drain(b);
		tick_peers(b);
		settle(b);
	}
	b->now = end;
}

static struct peer *dial_new(struct bench *b)
{
	struct peer *peer = add_peer(b);
	dial(b, peer);
	pass(b, SECOND);
	return peer;
}

static uint32_t slot_of(struct bench *b, const struct peer *peer)
{
	for (uint32_t i = 0; i < b->config.pppoe.sessions_max; i++) {
		const struct access_path *path = access_path(&b->access, i);
		if (path && mac_equal(path->host, peer->address))
			return i;
	}
	fail_msg("no session");
	return 0;
}

static void comes_up_with_each_method(void **state)
{
	static const enum ppp_auth methods[] = { PPP_AUTH_NONE, PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5,
						 PPP_AUTH_MSCHAPV2, PPP_AUTH_EAP_MD5 };
	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct bench *b = bench_new(4);
		b->config.ppp.demand = methods[i];
		b->config.ppp.offer_dns[0] = 0x01010101;
		start(b);
		struct peer *peer = dial_new(b);
		assert_true(peer->up);
		assert_int_equal(b->ups, 1);
		assert_int_equal(b->asked, methods[i] != PPP_AUTH_NONE);
		assert_int_equal(peer->ppp.ipcp.address, POOL);
		assert_int_equal(peer->ppp.ipcp.peer_address, LOCAL);
		assert_int_equal(peer->ppp.ipcp.dns[0], 0x01010101);
		assert_true(peer->ppp.ipv6_up);
		const struct access_path *path = access_path(&b->access, slot_of(b, peer));
		assert_true(path->ipv4 && path->ipv6);
		assert_int_equal(path->address, POOL);
		assert_int_equal(path->mtu, 1492);
		if (methods[i] != PPP_AUTH_NONE)
			assert_true(logged(b, "event=authenticated name=\"anna\" by="));
		assert_true(logged(b, "event=ipv4-up address=10.67.0.1 mtu=1492"));
		bench_free(b);
	}
}

static void wrong_password_is_refused(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = add_peer(b);
	peer->password = "guess";
	dial(b, peer);
	pass(b, 10 * SECOND);
	assert_true(peer->ended && !peer->up);
	assert_int_equal(b->ups, 0);
	assert_int_equal(b->padts, 1);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_int_equal(b->access.counters.rejected, 1);
	assert_true(logged(b, "event=closed name=\"anna\" reason=\"wrong name or password\""));

	b->password = NULL; /* a name nobody knows */
	dial(b, peer);
	pass(b, 10 * SECOND);
	assert_int_equal(b->access.counters.rejected, 2);
	assert_int_equal(access_sessions(&b->access), 0);
	bench_free(b);
}

static void secret_may_come_late(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->answer_later = true;
	start(b);
	struct peer *first = dial_new(b);
	uint32_t slot = b->asked_slot;
	struct peer *second = dial_new(b);
	assert_int_equal(b->asked, 2);
	assert_string_equal(b->asked_name, "anna");
	assert_false(first->up || second->up);
	answer(b, slot);
	drain(b);
	pass(b, SECOND);
	assert_true(first->up && !second->up);
	answer(b, b->asked_slot);
	drain(b);
	pass(b, SECOND);
	assert_true(second->up);
	/* Answers that nobody waits for change nothing. */
	answer(b, slot);
	answer(b, 3);
	answer(b, 1000);
	drain(b);
	assert_int_equal(access_sessions(&b->access), 2);
	bench_free(b);
}

static void padt_frees_slot_and_address(void **state)
{
	(void)state;
	struct bench *b = bench_new(2);
	start(b);
	struct peer *peer = dial_new(b);
	assert_int_equal(peer->ppp.ipcp.address, POOL);
	pppoe_host_close(&peer->host, "moving house");
	drain_peer(b, peer);
	pass(b, SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->padts, 0);
	assert_true(logged(b, "event=padt said=\"moving house\""));
	assert_true(logged(b, "reason=\"ended by the host\""));
	for (unsigned i = 0; i < 5; i++) {
		pppoe_host_close(&peer->host, "");
		drain_peer(b, peer);
		dial(b, peer);
		pass(b, SECOND);
		assert_true(peer->up);
	}
	bench_free(b);
}

static void pool_keeps_out_what_is_reserved(void **state)
{
	(void)state;
	struct bench *b = bench_new(3);
	b->config.ppp.address = POOL + 1; /* our own in the middle of the pool */
	start(b);
	access_reserve(&b->access, POOL);
	access_reserve(&b->access, 0x01020304); /* none of the pool */
	struct peer *first = dial_new(b), *second = dial_new(b);
	assert_true(first->up);
	assert_int_equal(first->ppp.ipcp.address, POOL + 2);
	assert_false(second->up);
	assert_int_equal(access_sessions(&b->access), 1);
	assert_true(logged(b, "reason=\"no address is free\""));
	bench_free(b);
}

static void fixed_address_goes_to_the_newest(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->fixed_address = 0xc0000207;
	start(b);
	struct peer *first = dial_new(b);
	assert_int_equal(first->ppp.ipcp.address, 0xc0000207);

	/* One that does not know the password takes nothing away. */
	struct peer *thief = add_peer(b);
	thief->password = "guess";
	dial(b, thief);
	pass(b, 10 * SECOND);
	assert_true(first->up && !thief->up);

	struct peer *second = dial_new(b);
	assert_true(second->up && !first->up);
	assert_int_equal(second->ppp.ipcp.address, 0xc0000207);
	assert_int_equal(access_sessions(&b->access), 1);
	assert_true(logged(b, "reason=\"its address now belongs to a newer session\""));
	uint8_t packet[20] = { 0x45 };
	packet[16] = 0xc0, packet[18] = 2, packet[19] = 7;
	uint32_t slot;
	uint16_t protocol;
	assert_int_equal(
		access_outbound(&b->access, bytes_of(packet, 20), b->now, &slot, &protocol),
		ACCESS_PASS);
	assert_int_equal(slot, slot_of(b, second));
	bench_free(b);
}

static void fixed_address_in_the_pool(void **state)
{
	(void)state;
	struct bench *b = bench_new(2);
	b->fixed_address = POOL + 1;
	start(b);
	struct peer *first = dial_new(b);
	assert_int_equal(first->ppp.ipcp.address, POOL + 1);
	b->fixed_address = 0;
	struct peer *second = dial_new(b); /* its slot's number is taken */
	assert_int_equal(second->ppp.ipcp.address, POOL);
	pppoe_host_close(&first->host, "");
	drain_peer(b, first);
	pass(b, SECOND);
	struct peer *third = dial_new(b);
	assert_int_equal(third->ppp.ipcp.address, POOL + 1);
	bench_free(b);
}

static void host_may_not_choose_its_address(void **state)
{
	(void)state;
	struct bench *b = bench_new(2);
	start(b);
	struct peer *peer = add_peer(b);
	peer->config.address = 0x08080808;
	dial(b, peer);
	pass(b, SECOND);
	assert_int_equal(peer->ppp.ipcp.address, POOL);
	bench_free(b);
}

static enum access_verdict inbound(struct bench *b, struct mac from, struct mac to, uint16_t id,
				   uint16_t protocol, struct bytes packet)
{
	uint8_t frame[FRAME];
	uint32_t slot;
	struct bytes inner;
	struct writer w = writer_of(frame, sizeof(frame));
	pppoe_session_write(&w, to, from, id, protocol, packet);
	enum access_verdict verdict =
		access_inbound(&b->access, 0, writer_written(&w), b->now, &slot, &inner);
	if (verdict == ACCESS_PASS)
		assert_true(bytes_equal(inner, packet));
	return verdict;
}

static struct bytes ipv4(uint8_t memory[20], uint32_t source, uint32_t destination)
{
	struct writer w = writer_of(memory, 20);
	writer_u32(&w, 0x45000014);
	writer_u64(&w, 0);
	writer_u32(&w, source);
	writer_u32(&w, destination);
	return writer_written(&w);
}

static struct bytes ipv6(uint8_t memory[40], uint64_t source_prefix, uint64_t source_id,
			 uint64_t prefix, uint64_t id)
{
	struct writer w = writer_of(memory, 40);
	writer_u64(&w, UINT64_C(0x6000000000003b40));
	writer_u64(&w, source_prefix);
	writer_u64(&w, source_id);
	writer_u64(&w, prefix);
	writer_u64(&w, id);
	return writer_written(&w);
}

#define LINK_LOCAL (UINT64_C(0xfe80) << 48)
#define GLOBAL UINT64_C(0x20010db800000001)

static void data_from_a_host_is_judged(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = dial_new(b), *other = dial_new(b);
	struct mac from = peer->address;
	uint16_t id = pppoe_host_session(&peer->host)->id;
	uint64_t own = peer->ppp.ipv6cp.id;
	uint8_t memory[40];
	struct bytes good = ipv4(memory, POOL, LOCAL);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV4, good), ACCESS_PASS);
	assert_int_equal(inbound(b, other->address, ac, id, PPP_IPV4, good), ACCESS_DROP_SESSION);
	assert_int_equal(inbound(b, from, ac, 0x7777, PPP_IPV4, good), ACCESS_DROP_SESSION);
	assert_int_equal(inbound(b, from, from, id, PPP_IPV4, good), ACCESS_DROP_FRAME);
	assert_int_equal(inbound(b, from, ac, 0, PPP_IPV4, good), ACCESS_DROP_FRAME);
	assert_int_equal(inbound(b, from, ac, id, PPP_LCP, good), ACCESS_DROP_PROTOCOL);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, good), ACCESS_DROP_FRAME);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV4, bytes_head(good, 19)),
			 ACCESS_DROP_FRAME);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV4, ipv4(memory, POOL + 1, LOCAL)),
			 ACCESS_DROP_SOURCE);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV4, ipv4(memory, 0, LOCAL)),
			 ACCESS_DROP_SOURCE);

	struct bytes six = ipv6(memory, LINK_LOCAL, own, LINK_LOCAL, OWN_ID);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, six), ACCESS_PASS);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, bytes_head(six, 39)),
			 ACCESS_DROP_FRAME);
	six = ipv6(memory, LINK_LOCAL, own + 1, LINK_LOCAL, OWN_ID);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, six), ACCESS_DROP_SOURCE);
	six = ipv6(memory, LINK_LOCAL + 1, own, LINK_LOCAL, OWN_ID);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, six), ACCESS_DROP_SOURCE);
	six = ipv6(memory, UINT64_C(0xff02) << 48, 1, LINK_LOCAL, OWN_ID);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, six), ACCESS_DROP_SOURCE);
	six = ipv6(memory, GLOBAL, 5, GLOBAL + 1, 6);
	assert_int_equal(inbound(b, from, ac, id, PPP_IPV6, six), ACCESS_PASS);
	bench_free(b);
}

static enum access_verdict outbound(struct bench *b, struct bytes packet, uint32_t *ret_slot)
{
	uint16_t protocol;
	return access_outbound(&b->access, packet, b->now, ret_slot, &protocol);
}

static void data_for_a_host_finds_it(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.mtu = 1400;
	start(b);
	dial_new(b);
	struct peer *peer = dial_new(b);
	static uint8_t memory[1500];
	uint32_t slot = 99;
	struct bytes four = ipv4(memory, LOCAL, POOL + 1);
	assert_int_equal(outbound(b, four, &slot), ACCESS_PASS);
	assert_int_equal(slot, slot_of(b, peer));
	assert_int_equal(access_path(&b->access, slot)->mtu, 1400);
	assert_int_equal(outbound(b, bytes_of(memory, 0), &slot), ACCESS_DROP_DESTINATION);
	assert_int_equal(outbound(b, ipv4(memory, LOCAL, POOL + 2), &slot),
			 ACCESS_DROP_DESTINATION);
	uint64_t id = peer->ppp.ipv6cp.id;
	assert_int_equal(outbound(b, ipv6(memory, LINK_LOCAL, 9, LINK_LOCAL, id), &slot),
			 ACCESS_PASS);
	assert_int_equal(slot, slot_of(b, peer));
	assert_int_equal(outbound(b, ipv6(memory, LINK_LOCAL, 9, GLOBAL, id), &slot),
			 ACCESS_DROP_DESTINATION);
	assert_int_equal(outbound(b, ipv6(memory, LINK_LOCAL, 9, LINK_LOCAL, id ^ 1), &slot),
			 ACCESS_DROP_DESTINATION);
	access_close(&b->access, slot_of(b, peer), ACCESS_END_ADMIN, "enough", b->now);
	drain(b);
	assert_int_not_equal(outbound(b, ipv4(memory, LOCAL, POOL + 1), &slot), ACCESS_PASS);
	pass(b, SECOND);
	assert_int_equal(access_sessions(&b->access), 1);
	assert_int_equal(outbound(b, ipv6(memory, LINK_LOCAL, 9, LINK_LOCAL, id), &slot),
			 ACCESS_DROP_DESTINATION);
	bench_free(b);
}

static void one_interface_id_one_host(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *first = add_peer(b), *second = add_peer(b);
	first->config.interface_id = second->config.interface_id = 0xabcd;
	dial(b, first);
	pass(b, SECOND);
	dial(b, second);
	pass(b, SECOND);
	uint8_t memory[40];
	uint32_t slot;
	struct bytes six = ipv6(memory, LINK_LOCAL, 9, LINK_LOCAL, 0xabcd);
	assert_int_equal(outbound(b, six, &slot), ACCESS_PASS);
	assert_int_equal(slot, slot_of(b, first));
	assert_true(second->up); /* by IPv4 */
	assert_false(access_path(&b->access, slot_of(b, second))->ipv6);
	assert_true(logged(b, "event=ipv6-refused"));
	/* The loser's end does not take the winner's entry along. */
	pppoe_host_close(&second->host, "");
	drain_peer(b, second);
	pass(b, SECOND);
	assert_int_equal(outbound(b, six, &slot), ACCESS_PASS);
	bench_free(b);
}

static void deaf_host_is_found_out(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.ppp.echo_interval_ms = 10000;
	start(b);
	struct peer *peer = dial_new(b), *other = dial_new(b);
	pass(b, 600 * SECOND);
	assert_int_equal(access_sessions(&b->access), 2);
	peer->deaf = true;
	pass(b, 60 * SECOND);
	assert_int_equal(access_sessions(&b->access), 1);
	assert_true(other->up);
	assert_true(logged(b, "reason=\"the host no longer answers echo requests\""));
	assert_int_equal(b->padts, 1);
	bench_free(b);
}

static void data_spares_echoes(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.ppp.echo_interval_ms = 10000;
	b->config.ppp.echo_adaptive = true;
	start(b);
	struct peer *peer = dial_new(b);
	uint16_t id = pppoe_host_session(&peer->host)->id;
	peer->deaf = true;
	uint8_t memory[20];
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(
			inbound(b, peer->address, ac, id, PPP_IPV4, ipv4(memory, POOL, LOCAL)),
			ACCESS_PASS);
		pass(b, 5 * SECOND);
	}
	assert_int_equal(access_sessions(&b->access), 1);
	pass(b, 60 * SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	bench_free(b);
}

static void half_open_session_does_not_stay(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = add_peer(b);
	dial(b, peer);
	while (access_sessions(&b->access) == 0 && b->first != b->last) {
		unsigned at = b->first++ % WIRE;
		deliver(b, bytes_of(b->wire[at].bytes, b->wire[at].length));
	}
	assert_int_equal(access_sessions(&b->access), 1);
	peer->deaf = true;
	pass(b, 61 * SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_true(logged(b, "reason=\"the host does not answer in PPP\""));
	bench_free(b);
}

static void send_stranger(struct bench *b, struct mac from, uint16_t id)
{
	uint8_t frame[64];
	struct writer w = writer_of(frame, sizeof(frame));
	pppoe_session_write(&w, ac, from, id, PPP_LCP, bytes_of("\x09\x01\x00\x08\0\0\0", 8));
	access_receive(&b->access, 0, writer_written(&w), b->now);
	drain(b);
}

static void strangers_are_told_to_dial_again(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = dial_new(b);
	uint16_t id = pppoe_host_session(&peer->host)->id;
	send_stranger(b, (struct mac){ { 1, 2, 3, 4, 5, 6 } }, 7); /* a group address */
	send_stranger(b, ac, 7);
	assert_int_equal(b->padts, 0);
	for (unsigned i = 0; i < 3 * ACCESS_STRANGERS_A_SECOND; i++)
		send_stranger(b, (struct mac){ { 2, 9, 9, 9, 9, 9 } }, id);
	assert_int_equal(b->padts, ACCESS_STRANGERS_A_SECOND);
	pass(b, 2 * SECOND);
	send_stranger(b, (struct mac){ { 2, 9, 9, 9, 9, 9 } }, id);
	assert_int_equal(b->padts, ACCESS_STRANGERS_A_SECOND + 1);
	assert_true(peer->up);

	/* A new concentrator on the same wire: the old host learns of it by its next packet. */
	access_init(&b->access, &b->config, b->memory, (const uint8_t[RANDOM_SEED_LENGTH]){ 77 });
	pass(b, 21 * SECOND);
	assert_true(peer->ended);
	bench_free(b);
}

static void shutdown_is_polite_and_short(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = dial_new(b), *deaf = dial_new(b);
	deaf->deaf = true;
	access_shutdown(&b->access, "night", b->now);
	drain(b);
	pass(b, 100 * MS);
	assert_true(peer->ended);
	assert_string_equal(ppp_session_words(&peer->ppp), "night");
	assert_int_equal(access_sessions(&b->access), 1);
	struct peer *late = dial_new(b); /* no answer any more */
	assert_int_equal(pppoe_host_state(&late->host), PPPOE_HOST_PADI_SENT);
	pass(b, 2 * SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_int_equal(b->padts, 2);
	assert_true(logged(b, "reason=\"night\""));
	assert_int_equal(access_deadline(&b->access), MONO_NEVER);
	bench_free(b);
}

static void share_of_one_address_is_limited(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.pppoe.sessions_per_mac = 1;
	start(b);
	struct peer *peer = dial_new(b);
	struct peer *twin = add_peer(b);
	twin->address = peer->address;
	peer->deaf = true;
	dial(b, twin);
	pass(b, SECOND);
	assert_false(twin->up);
	assert_true(access_discovery_drops(&b->access, PPPOE_CONCENTRATOR_DROP_FULL) > 0);
	bench_free(b);
}

static void lcp_again_is_login_again(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = dial_new(b);
	assert_int_equal(b->asked, 1);
	/* The host's PPP starts anew in the same PPPoE session. */
	ppp_session_init(&peer->ppp, &peer->config, &b->random, &peer->outbox);
	ppp_session_open(&peer->ppp, 1492, b->now);
	drain_ppp(b, peer);
	pass(b, 5 * SECOND);
	assert_true(peer->up);
	assert_int_equal(b->asked, 2);
	assert_int_equal(b->downs, 1);
	assert_int_equal(b->ups, 2);
	assert_int_equal(peer->ppp.ipcp.address, POOL);
	bench_free(b);
}

static void deadlines_come_in_order(void **state)
{
	enum { COUNT = 300 };
	mono_us at[COUNT], model[COUNT];
	uint32_t heap[COUNT], position[COUNT];
	struct deadlines d;
	struct random random;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 3 };
	(void)state;
	random_init(&random, seed);
	deadlines_init(&d, at, heap, position, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		model[i] = MONO_NEVER;
	for (unsigned round = 0; round < 20000; round++) {
		uint32_t number = random_below(&random, COUNT), first = COUNT;
		bool never = random_below(&random, 3) == 0;
		model[number] = never ? MONO_NEVER : (mono_us)random_below(&random, 1000);
		deadlines_set(&d, number, model[number]);
		mono_us earliest = MONO_NEVER;
		for (size_t i = 0; i < COUNT; i++)
			earliest = mono_earlier(earliest, model[i]);
		assert_true(deadlines_first(&d, &first) == earliest);
		if (earliest != MONO_NEVER)
			assert_true(model[first] == earliest);
	}
}

static void slot_map_finds_what_is_there(void **state)
{
	enum { SLOTS = 100, KEYS = 400 };
	(void)state;
	uint32_t size = slot_map_size(SLOTS), model[KEYS] = { 0 }, used = 0;
	struct slot_map_entry *entries = calloc(size, sizeof(*entries));
	struct slot_map map;
	struct random random;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 6 };
	random_init(&random, seed);
	slot_map_init(&map, entries, size, 12345);
	for (unsigned round = 0; round < 20000; round++) {
		uint32_t key = random_below(&random, KEYS), slot = random_below(&random, SLOTS);
		if (model[key] != 0) {
			slot_map_remove(&map, key, slot); /* only if it is this slot's */
			if (model[key] == slot + 1 || slot % 2 == 0) {
				slot_map_remove(&map, key, model[key] - 1);
				model[key] = 0;
				used--;
			}
		} else if (used < SLOTS) {
			slot_map_put(&map, key, slot);
			model[key] = slot + 1;
			used++;
		}
		for (uint32_t k = 0; k < KEYS; k++) {
			uint32_t found = SLOTS;
			assert_int_equal(slot_map_find(&map, k, &found), model[k] != 0);
			if (model[k] != 0)
				assert_int_equal(found, model[k] - 1);
		}
	}
	free(entries);
}

static void memory_stays_small(void **state)
{
	(void)state;
	size_t each = access_memory_size(5000) / 5000;
	print_message("# %zu bytes a session, %zu of them its PPP\n", each,
		      sizeof(struct ppp_session));
	assert_true(each < 4096);
}

/* Sends a packet of the host's own address, of that length. */
static enum access_verdict host_sends(struct bench *b, const struct peer *peer, size_t length)
{
	static uint8_t memory[1500], frame[1600];
	struct bytes packet = ipv4(memory, peer->ppp.ipcp.address, LOCAL);
	uint32_t slot;
	struct writer w = writer_of(frame, sizeof(frame));
	pppoe_session_write(&w, ac, peer->address, pppoe_host_session(&peer->host)->id, PPP_IPV4,
			    bytes_of(packet.data, length));
	return access_inbound(&b->access, b->port, writer_written(&w), b->now, &slot, &packet);
}

static enum access_verdict host_is_sent(struct bench *b, const struct peer *peer, size_t length)
{
	static uint8_t memory[1500];
	struct bytes packet = ipv4(memory, LOCAL, peer->ppp.ipcp.address);
	uint32_t slot;
	uint16_t protocol;
	return access_outbound(&b->access, bytes_of(packet.data, length), b->now, &slot, &protocol);
}

static void idle_session_ends(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.limits.idle_s = 30;
	start(b);
	struct peer *peer = dial_new(b);
	for (unsigned i = 0; i < 10; i++) {
		pass(b, 20 * SECOND);
		assert_int_equal(i & 1 ? host_sends(b, peer, 20) : host_is_sent(b, peer, 20),
				 ACCESS_PASS);
	}
	assert_int_equal(access_sessions(&b->access), 1);
	pass(b, 31 * SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_true(logged(b, "reason=\"idle for too long\""));
	assert_int_equal(b->end, ACCESS_END_IDLE);
	assert_int_equal(b->ended_flow.packets, 5);
	assert_int_equal(b->ended_flow.bytes, 100);
	assert_int_equal(b->ended_address, POOL);
	bench_free(b);
}

static void session_time_ends(void **state)
{
	(void)state;
	static const struct access_limits own = { .session_s = 50 };
	struct bench *b = bench_new(4);
	b->config.limits.session_s = 100;
	start(b);
	dial_new(b);
	b->limits = &own;
	dial_new(b);
	b->limits = NULL;
	pass(b, 60 * SECOND);
	assert_int_equal(access_sessions(&b->access), 1);
	pass(b, 45 * SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_int_equal(b->end, ACCESS_END_SESSION_LIMIT);
	bench_free(b);
}

static void limits_may_change(void **state)
{
	(void)state;
	const struct access_limits later = { .session_s = 10 };
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = dial_new(b);
	pass(b, 60 * SECOND);
	access_limit(&b->access, slot_of(b, peer), &later, b->now);
	drain(b);
	pass(b, SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	bench_free(b);
}

static void silent_host_is_given_up(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.limits.silence_s = 45;
	b->config.ppp.echo_interval_ms = 20000;
	b->config.ppp.echo_failures = 0;
	start(b);
	struct peer *peer = dial_new(b);
	pass(b, 600 * SECOND); /* its echo replies are signs of life */
	assert_int_equal(access_sessions(&b->access), 1);
	peer->deaf = true;
	pass(b, 50 * SECOND);
	assert_int_equal(access_sessions(&b->access), 0);
	assert_int_equal(b->end, ACCESS_END_LOST);
	bench_free(b);
}

static void rate_is_kept(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	b->config.limits.up_rate = 1000000;
	b->config.limits.down_rate = 4000000;
	start(b);
	struct peer *peer = dial_new(b);
	unsigned up = 0, down = 0;
	for (unsigned i = 0; i < 100000; i++) { /* 10 s of 15 MB/s each way */
		b->now += 100;
		up += host_sends(b, peer, 1492) == ACCESS_PASS;
		down += host_is_sent(b, peer, 1492) == ACCESS_PASS;
	}
	assert_in_range(up * 1492, 10000000, 10000000 + 2 * 65536 + 1492);
	assert_in_range(down * 1492, 40000000, 40000000 + 400000 + 1492);
	struct access_view view;
	assert_true(access_look(&b->access, slot_of(b, peer), &view));
	assert_int_equal(view.path->up.packets, up);
	bench_free(b);
}

static void too_many_at_once_wait(void **state)
{
	(void)state;
	struct bench *b = bench_new(8);
	b->config.dialling_max = 2;
	b->answer_later = true;
	start(b);
	for (unsigned i = 0; i < 4; i++)
		dial(b, add_peer(b));
	pass(b, 100 * MS);
	assert_int_equal(access_sessions(&b->access), 2);
	assert_true(access_discovery_drops(&b->access, PPPOE_CONCENTRATOR_DROP_BUSY) > 0);
	b->answer_later = false;
	for (uint32_t slot = 0; slot < 8; slot++)
		if (access_path(&b->access, slot)) {
			answer(b, slot);
			drain(b);
		}
	pass(b, 60 * SECOND); /* the others ask again */
	assert_int_equal(access_sessions(&b->access), 4);
	bench_free(b);
}

static void draining_lets_the_present_go_on(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	struct peer *peer = dial_new(b);
	access_drain(&b->access, true);
	dial(b, add_peer(b));
	pass(b, 10 * SECOND);
	assert_int_equal(access_sessions(&b->access), 1);
	assert_true(peer->up);
	access_drain(&b->access, false);
	dial(b, &b->peers[1]);
	pass(b, SECOND);
	assert_int_equal(access_sessions(&b->access), 2);
	bench_free(b);
}

static void pool_of_several_ranges(void **state)
{
	(void)state;
	static const struct access_range ranges[] = { { 0x0a000005, 1 },
						      { 0x0a000009, 2 },
						      { 0xc0000201, 9 } };
	struct bench *b = bench_new(4);
	b->config.pool = ranges;
	b->config.pool_ranges = 3;
	start(b);
	static const uint32_t expected[] = { 0x0a000005, 0x0a000009, 0x0a00000a, 0xc0000201 };
	struct peer *peers[4];
	for (unsigned i = 0; i < 4; i++) {
		peers[i] = dial_new(b);
		assert_int_equal(peers[i]->ppp.ipcp.address, expected[i]);
	}
	access_close(&b->access, slot_of(b, peers[1]), ACCESS_END_ADMIN, "kicked", b->now);
	drain(b);
	pass(b, SECOND);
	assert_int_equal(b->end, ACCESS_END_ADMIN);
	assert_int_equal(dial_new(b)->ppp.ipcp.address, expected[1]);
	bench_free(b);
}

static void session_stays_on_its_port(void **state)
{
	(void)state;
	struct bench *b = bench_new(4);
	start(b);
	b->port = port_of(0, false, 100, 200);
	struct peer *peer = dial_new(b);
	assert_true(peer->up);
	assert_true(logged(b, " vlan=100.200 event=opened"));
	assert_int_equal(host_sends(b, peer, 20), ACCESS_PASS);
	b->port = port_of(0, false, 100, 0);
	assert_int_equal(host_sends(b, peer, 20), ACCESS_DROP_SESSION);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_session_ends),
		cmocka_unit_test(session_time_ends),
		cmocka_unit_test(limits_may_change),
		cmocka_unit_test(silent_host_is_given_up),
		cmocka_unit_test(rate_is_kept),
		cmocka_unit_test(too_many_at_once_wait),
		cmocka_unit_test(draining_lets_the_present_go_on),
		cmocka_unit_test(pool_of_several_ranges),
		cmocka_unit_test(session_stays_on_its_port),
		cmocka_unit_test(comes_up_with_each_method),
		cmocka_unit_test(wrong_password_is_refused),
		cmocka_unit_test(secret_may_come_late),
		cmocka_unit_test(padt_frees_slot_and_address),
		cmocka_unit_test(pool_keeps_out_what_is_reserved),
		cmocka_unit_test(fixed_address_goes_to_the_newest),
		cmocka_unit_test(fixed_address_in_the_pool),
		cmocka_unit_test(host_may_not_choose_its_address),
		cmocka_unit_test(data_from_a_host_is_judged),
		cmocka_unit_test(data_for_a_host_finds_it),
		cmocka_unit_test(one_interface_id_one_host),
		cmocka_unit_test(deaf_host_is_found_out),
		cmocka_unit_test(data_spares_echoes),
		cmocka_unit_test(half_open_session_does_not_stay),
		cmocka_unit_test(strangers_are_told_to_dial_again),
		cmocka_unit_test(shutdown_is_polite_and_short),
		cmocka_unit_test(share_of_one_address_is_limited),
		cmocka_unit_test(lcp_again_is_login_again),
		cmocka_unit_test(deadlines_come_in_order),
		cmocka_unit_test(slot_map_finds_what_is_there),
		cmocka_unit_test(memory_stays_small),
	};
	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
