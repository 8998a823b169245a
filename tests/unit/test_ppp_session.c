/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions from open to end: phases, keep-alive, rejects, loops, storms. */
#include "ppp_bench.h"

#include "ppp/words.h"

#define CCP 0x80fd
#define ECP 0x8053
#define PEER_MAGIC "0a0b0c0d"

static void comes_up_step_by_step(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	assert_int_equal(b.session.phase, PPP_ESTABLISH);
	expect_sent(&b, PPP_LCP, "01 01 000e 0104 05d4 0506 ........");
	bench_receive(&b, PPP_LCP, "01 01 000e 0104 05d4 0506" PEER_MAGIC);
	expect_sent(&b, PPP_LCP, "02 01 000e 0104 05d4 0506" PEER_MAGIC);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001"); /* too early */
	expect_nothing(&b);
	bench_acknowledge(&b, PPP_LCP);
	expect_action(&b, PPP_LCP_UP);
	assert_int_equal(b.session.phase, PPP_NETWORK);
	expect_sent(&b, PPP_IPCP, "01 01 0016 0306 00000000 8106 00000000 8306 00000000");
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001");
	expect_sent(&b, PPP_IPCP, "02 01 000a 0306 0a000001");
	bench_receive(&b, PPP_IPCP, "03 01 0016 0306 0a000002 8106 0a000035 8306 0a000036");
	expect_sent(&b, PPP_IPCP, "01 02 0016 0306 0a000002 8106 0a000035 8306 0a000036");
	bench_acknowledge(&b, PPP_IPCP);
	expect_action(&b, PPP_IPV4_UP);
	expect_nothing(&b);
	assert_int_equal(b.session.ipcp.address, 0x0a000002);
	assert_int_equal(b.session.ipcp.dns[1], 0x0a000036);
}

static void silence_ends_it_in_its_time(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	bench_wait(&b, 21749); /* 250 + 500 + 1000 + 2000 + 6 * 3000 - 1 */
	assert_int_equal(b.made, 10);
	bench_wait(&b, 1);
	bench_forget(&b);
	assert_int_equal(b.session.phase, PPP_DEAD);
	assert_int_equal(b.session.failure, PPP_FAILURE_LCP_SILENT);
	assert_true(ppp_session_deadline(&b.session) == MONO_NEVER);
	bench_receive(&b, PPP_LCP, "01 01 0004");
	ppp_session_tick(&b.session, b.now);
	ppp_session_close(&b.session, "x", b.now);
	ppp_session_down(&b.session, b.now);
	bench_drain(&b);
	expect_nothing(&b);
	bench_open(&b); /* and once more */
	expect_sent(&b, PPP_LCP, "01 01 *");
	assert_int_equal(b.session.failure, PPP_FAILURE_NONE);
}

/* A peer that answers, but never with what we need. */
static void it_may_not_take_for_ever(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.establish_ms = 5000;
	bench_lcp(&b, "0305 c22305"); /* and no challenge comes */
	bench_wait(&b, 4999);
	assert_int_equal(b.session.phase, PPP_AUTHENTICATE);
	bench_wait(&b, 1);
	assert_int_equal(b.session.phase, PPP_TERMINATE);
	bench_wait(&b, 1000);
	assert_int_equal(b.session.phase, PPP_DEAD);
	assert_int_equal(b.session.failure, PPP_FAILURE_TOO_LONG);
}

static void each_side_may_close(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	ppp_session_close(&b.session, "Enough", b.now);
	bench_drain(&b);
	expect_action(&b, PPP_IPV4_DOWN);
	expect_sent(&b, PPP_LCP, "05 01 000a 456e6f756768");
	bench_receive(&b, PPP_LCP, "01 02 0004");
	bench_receive(&b, PPP_IPCP, "01 02 000a 0306 0a000001");
	expect_nothing(&b);
	bench_receive(&b, PPP_LCP, "06 01 0004");
	expect_action(&b, PPP_ENDED);
	assert_int_equal(b.session.failure, PPP_FAILURE_NONE);

	bench_init(&b);
	bench_up(&b);
	bench_receive(&b, PPP_LCP, "05 09 000a 456e6f756768");
	expect_sent(&b, PPP_LCP, "06 09 0004");
	expect_action(&b, PPP_IPV4_DOWN);
	expect_action(&b, PPP_ENDED);
	expect_nothing(&b);
	assert_int_equal(b.session.failure, PPP_FAILURE_PEER_TERMINATED);
	assert_string_equal(ppp_session_words(&b.session), "Enough");

	bench_init(&b);
	bench_up(&b);
	ppp_session_down(&b.session, b.now);
	bench_drain(&b);
	expect_action(&b, PPP_IPV4_DOWN);
	expect_action(&b, PPP_ENDED);
	expect_nothing(&b);
	assert_int_equal(b.session.failure, PPP_FAILURE_LOWER_DOWN);
}

/* Both close at once: each answers the other. */
static void crossed_terminations_end(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	ppp_session_close(&b.session, "Enough", b.now);
	bench_drain(&b);
	bench_forget(&b);
	bench_receive(&b, PPP_LCP, "05 09 0004");
	expect_sent(&b, PPP_LCP, "06 09 0004");
	bench_receive(&b, PPP_LCP, "06 01 0004");
	expect_action(&b, PPP_ENDED);
	assert_int_equal(b.session.failure, PPP_FAILURE_NONE);
}

/* The keep-alive. */

static bool answer_echoes(struct bench *b, unsigned *count)
{
	bool any = false;
	while (b->taken < b->made) {
		struct bench_action *a = bench_next(b);
		if (a->kind != PPP_SEND || a->packet[0] != PPP_ECHO_REQUEST)
			continue;
		assert_int_equal(a->length, 8);
		a->packet[0] = PPP_ECHO_REPLY;
		memcpy(a->packet + 4, "\x0a\x0b\x0c\x0d", 4);
		struct bytes reply = bytes_of(a->packet, 8);
		ppp_session_receive(&b->session, PPP_LCP, reply, b->now);
		(*count)++;
		any = true;
	}
	bench_forget(b);
	return any;
}

static void a_day_of_echoes_in_a_millisecond(void **state)
{
	(void)state;
	static const uint32_t late_us[] = { 0, 5000 };
	for (int i = 0; i < 2; i++) {
		struct bench b;
		bench_init(&b);
		bench_up(&b);
		mono_us until = b.now + INT64_C(86400) * 1000000;
		unsigned count = 0;
		while (ppp_session_deadline(&b.session) <= until) {
			b.now = ppp_session_deadline(&b.session) + late_us[i];
			ppp_session_tick(&b.session, b.now);
			bench_drain(&b);
			answer_echoes(&b, &count);
		}
		assert_int_equal(count, 86400 / 20); /* called late each time, and no drift */
		assert_int_equal(b.session.phase, PPP_NETWORK);
	}
}

static void echoes_unanswered_end_it(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	unsigned count = 0;
	bench_wait(&b, 40000);
	assert_int_equal(b.made, 2);
	bench_next(&b); /* the first goes unanswered, that's forgiven */
	answer_echoes(&b, &count);
	bench_wait(&b, 60000);
	expect_sent(&b, PPP_LCP, "09 03 0008 ........");
	expect_sent(&b, PPP_LCP, "09 04 0008 ........");
	expect_sent(&b, PPP_LCP, "09 05 0008 ........");
	bench_wait(&b, 19999);
	expect_nothing(&b);
	bench_wait(&b, 1);
	expect_action(&b, PPP_IPV4_DOWN);
	expect_sent(&b, PPP_LCP, "05 01 0017 50656572 206e6f74 20726573 706f6e64 696e67");
	expect_action(&b, PPP_ENDED); /* at once: nobody listens */
	assert_int_equal(b.session.failure, PPP_FAILURE_ECHO_SILENT);

	bench_init(&b);
	b.config.echo_failures = 0; /* asks for ever */
	bench_up(&b);
	bench_wait(&b, 2000000);
	assert_int_equal(b.made, 100);
	assert_int_equal(b.session.phase, PPP_NETWORK);

	bench_init(&b);
	b.config.echo_interval_ms = 0;
	bench_up(&b);
	assert_true(ppp_session_deadline(&b.session) == MONO_NEVER);
	ppp_session_probe(&b.session, b.now);
	bench_drain(&b);
	expect_nothing(&b);
}

static void adaptive_echoes_ask_only_in_silence(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.echo_adaptive = true;
	bench_up(&b);
	for (int i = 0; i < 10; i++) {
		ppp_session_heard(&b.session);
		bench_wait(&b, 20000);
		expect_nothing(&b);
	}
	bench_wait(&b, 40000);
	expect_sent(&b, PPP_LCP, "09 01 *");
	expect_sent(&b, PPP_LCP, "09 02 *");
	ppp_session_heard(&b.session); /* data counts as an answer */
	bench_wait(&b, 20000);
	expect_nothing(&b);
	bench_wait(&b, 79999);
	assert_int_equal(b.session.phase, PPP_NETWORK);
	bench_wait(&b, 1);
	assert_int_equal(b.session.failure, PPP_FAILURE_ECHO_SILENT);

	bench_init(&b); /* plain: data is no answer */
	bench_up(&b);
	for (int i = 0; i < 4; i++) {
		ppp_session_heard(&b.session);
		bench_wait(&b, 20000);
	}
	assert_int_equal(b.session.failure, PPP_FAILURE_ECHO_SILENT);
}

static void round_trip_is_measured(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	assert_true(b.session.lcp.round_trip_us == -1);
	bench_wait(&b, 20000);
	b.now += 7300;
	bench_receive(&b, PPP_LCP, "0a 00 0008" PEER_MAGIC); /* of another request */
	assert_true(b.session.lcp.round_trip_us == -1);
	bench_wait(&b, 20000);
	b.now += 100;
	bench_receive(&b, PPP_LCP, "0a 02 0008" PEER_MAGIC);
	assert_true(b.session.lcp.round_trip_us == 7300 + 100);
}

static void probing_asks_now_but_does_not_press(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	bench_wait(&b, 5000);
	for (int i = 0; i < 20; i++) {
		ppp_session_probe(&b.session, b.now);
		bench_drain(&b);
	}
	expect_sent(&b, PPP_LCP, "09 01 *");
	expect_nothing(&b);
	assert_int_equal(b.session.phase, PPP_NETWORK);
	bench_wait(&b, 20000);
	expect_sent(&b, PPP_LCP, "09 02 *");
}

static void a_peer_without_echoes_is_left_alone(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	bench_wait(&b, 20000);
	bench_receive(&b, PPP_LCP, "07 01 000c 09010008 00000000");
	bench_wait(&b, 1000000);
	assert_int_equal(b.made, 1);
	assert_int_equal(b.session.phase, PPP_NETWORK);
}

static void echo_requests_are_answered(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_lcp(&b, "0104 0080 0506" PEER_MAGIC);
	bench_forget(&b);
	bench_receive(&b, PPP_LCP, "09 77 000c" PEER_MAGIC "12345678 ffff");
	expect_sent(&b, PPP_LCP, "0a 77 000c ........ 12345678");
	bench_receive(&b, PPP_LCP, "09 77 0008 00000000"); /* a peer without a magic number */
	expect_sent(&b, PPP_LCP, "0a 77 0008 ........");
	bench_receive(&b, PPP_LCP, "09 77 0006 0000"); /* none at all */
	bench_receive(&b, PPP_LCP, "0b 78 000c" PEER_MAGIC "12345678"); /* Discard-Request */
	bench_receive(&b, PPP_LCP, "0d 79 000c" PEER_MAGIC "00000010"); /* Time-Remaining */
	expect_nothing(&b);
	uint8_t large[1492] = { PPP_ECHO_REQUEST, 1, 1492 >> 8, 1492 & 0xff };
	bench_receive_bytes(&b, PPP_LCP, bytes_of(large, sizeof(large)));
	assert_int_equal(bench_next(&b)->length, 128); /* what the peer can receive */
	bench_receive(&b, PPP_LCP, "0c 7a 000b" PEER_MAGIC "68 692e"); /* Identification */
	assert_string_equal(ppp_session_words(&b.session), "hi.");
}

static void echoes_wait_for_the_opening(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	bench_forget(&b);
	bench_receive(&b, PPP_LCP, "09 77 0008" PEER_MAGIC);
	expect_nothing(&b);
}

/* Renegotiation. */

static void the_peer_may_begin_lcp_anew(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.ipv6 = true;
	bench_up(&b);
	bench_receive(&b, PPP_LCP, "01 02 000e 0104 0500 0506" PEER_MAGIC);
	expect_sent(&b, PPP_LCP, "01 02 000e 0104 05d4 0506 ........");
	expect_sent(&b, PPP_LCP, "02 02 000e 0104 0500 0506" PEER_MAGIC);
	expect_action(&b, PPP_IPV4_DOWN);
	expect_nothing(&b);
	assert_int_equal(b.session.phase, PPP_ESTABLISH);
	bench_acknowledge(&b, PPP_LCP);
	expect_action(&b, PPP_LCP_UP);
	assert_int_equal(ppp_session_mtu(&b.session), 0x500);
	expect_sent(&b, PPP_IPCP, "01 01 000a 0306 0a000002");
	expect_sent(&b, PPP_IPV6CP, "01 01 *");
	bench_acknowledge(&b, PPP_IPCP);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001");
	expect_sent(&b, PPP_IPCP, "02 01 *");
	expect_action(&b, PPP_IPV4_UP);
	expect_nothing(&b);
}

static void lcp_anew_may_demand_authentication(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	bench_receive(&b, PPP_LCP, "01 02 0008 0304 c023");
	bench_acknowledge(&b, PPP_LCP);
	bench_next(&b);
	bench_next(&b);
	expect_action(&b, PPP_IPV4_DOWN);
	expect_action(&b, PPP_LCP_UP);
	expect_action(&b, PPP_NEED_OWN_SECRET);
	expect_nothing(&b);
}

static void the_peer_may_begin_ipcp_anew(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	bench_receive(&b, PPP_IPCP, "01 02 000a 0306 0a000003");
	expect_sent(&b, PPP_IPCP, "01 02 000a 0306 0a000002");
	expect_sent(&b, PPP_IPCP, "02 02 000a 0306 0a000003");
	expect_action(&b, PPP_IPV4_DOWN);
	bench_acknowledge(&b, PPP_IPCP);
	expect_action(&b, PPP_IPV4_UP);
	assert_int_equal(b.session.ipcp.peer_address, 0x0a000003);
}

/* Network protocols that fail. */

static void a_peer_may_never_name_its_address(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.request_dns = false;
	bench_lcp(&b, "");
	bench_receive(&b, PPP_IPCP, "03 01 000a 0306 0a000002");
	bench_acknowledge(&b, PPP_IPCP);
	bench_forget(&b);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 00000000");
	expect_sent(&b, PPP_IPCP, "04 01 000a 0306 00000000");
	bench_receive(&b, PPP_IPCP, "01 02 0004");
	expect_sent(&b, PPP_IPCP, "02 02 0004");
	expect_action(&b, PPP_IPV4_UP);
	assert_int_equal(b.session.ipcp.peer_address, 0);
}

static void without_an_address_it_is_no_session(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_lcp(&b, "");
	bench_receive(&b, PPP_IPCP, "04 01 0016 0306 00000000 8106 00000000 8306 00000000");
	bench_acknowledge(&b, PPP_IPCP);
	bench_forget(&b);
	bench_receive(&b, PPP_IPCP, "01 02 0004");
	expect_sent(&b, PPP_IPCP, "02 02 0004");
	expect_sent(&b, PPP_IPCP, "05 01 000e 4e6f2061646472657373");
	expect_sent(&b, PPP_LCP, "05 01 *");
	expect_nothing(&b);
	assert_int_equal(b.session.failure, PPP_FAILURE_NO_ADDRESS);

	/* With IPv6 there is something left. */
	bench_init(&b);
	b.config.ipv6 = true;
	bench_lcp(&b, "");
	bench_receive(&b, PPP_IPCP, "04 01 0016 0306 00000000 8106 00000000 8306 00000000");
	bench_acknowledge(&b, PPP_IPCP);
	bench_receive(&b, PPP_IPCP, "01 02 0004");
	bench_receive(&b, PPP_IPCP, "06 01 0004");
	assert_int_equal(b.session.phase, PPP_NETWORK);
	bench_receive(&b, PPP_LCP, "08 01 0008 8057 0101"); /* ... and then not */
	assert_int_equal(b.session.failure, PPP_FAILURE_NO_ADDRESS);
}

static void a_network_protocol_may_be_rejected(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.ipv6 = true;
	bench_lcp(&b, "");
	bench_receive(&b, PPP_LCP, "08 01 0008 8057 0101");
	bench_wait(&b, 3000);
	for (unsigned i = 0; i < b.made; i++)
		assert_int_not_equal(b.actions[i].protocol, PPP_IPV6CP); /* no longer asked for */
	assert_int_equal(b.session.phase, PPP_NETWORK);
	bench_forget(&b);
	bench_receive(&b, PPP_LCP, "08 02 0008 8021 0101");
	expect_sent(&b, PPP_LCP, "05 *");
	assert_int_equal(b.session.failure, PPP_FAILURE_NETWORK_REJECTED);

	bench_init(&b);
	bench_up(&b);
	bench_receive(&b, PPP_LCP, "08 01 0006 80fd"); /* what we never sent */
	bench_receive(&b, PPP_LCP, "08 01 0005 80");
	expect_nothing(&b);
	bench_receive(&b, PPP_LCP, "08 01 0006 8021"); /* even while open */
	expect_sent(&b, PPP_IPCP, "05 *");
	expect_action(&b, PPP_IPV4_DOWN);
	expect_sent(&b, PPP_LCP, "05 *");
	assert_int_equal(b.session.failure, PPP_FAILURE_NETWORK_REJECTED);
}

static void bring_ipv6_up(struct bench *b)
{
	bench_wait(b, 250);
	bench_acknowledge(b, PPP_IPV6CP);
	bench_receive(b, PPP_IPV6CP, "01 01 000e 010a 0000000000000001");
	assert_true(b->session.ipv6_up);
	bench_forget(b);
}

static void network_silence_ends_it(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_lcp(&b, "");
	bench_wait(&b, 21750);
	assert_int_equal(b.session.failure, PPP_FAILURE_NETWORK_SILENT);

	/* A peer that speaks IPCP and then stops may take it for open: half a session is none. */
	bench_init(&b);
	b.config.ipv6 = true;
	bench_lcp(&b, "");
	bring_ipv6_up(&b);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001");
	bench_wait(&b, 21500);
	assert_int_equal(b.session.failure, PPP_FAILURE_NETWORK_SILENT);
}

static void ipcp_may_end_and_come_back(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.ipv6 = true;
	bench_up(&b);
	bring_ipv6_up(&b);
	bench_receive(&b, PPP_IPCP, "05 09 0004");
	expect_sent(&b, PPP_IPCP, "06 09 0004");
	expect_action(&b, PPP_IPV4_DOWN);
	bench_wait(&b, 250);
	assert_int_equal(b.session.phase, PPP_NETWORK);
	assert_true(b.session.ipv4_lost);
	bench_receive(&b, PPP_IPCP, "01 0a 000a 0306 0a000001");
	bench_acknowledge(&b, PPP_IPCP);
	assert_true(b.session.ipv4_up && !b.session.ipv4_lost);
}

/* Protocols that we don't do. */

static void unknown_protocols_are_rejected(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	bench_receive(&b, CCP, "01 01 000a 1206 00000001");
	expect_sent(&b, PPP_LCP, "08 01 0010 80fd 01 01 000a 1206 00000001");
	bench_receive(&b, ECP, "01 01 0004");
	expect_sent(&b, PPP_LCP, "08 02 000a 8053 01010004");
	bench_receive(&b, PPP_IPV6CP, "01 01 000e 010a 0000000000000001"); /* not asked for */
	expect_sent(&b, PPP_LCP, "08 03 0014 8057 01 01 000e 010a 0000000000000001");
	bench_receive(&b, 0x00fd, "ff"); /* what is not a control packet, too */
	expect_sent(&b, PPP_LCP, "08 04 0007 00fd ff");
	bench_receive(&b, PPP_IPV4, "4500");
	bench_receive(&b, PPP_IPV6, "6000");
	expect_nothing(&b); /* the data plane's */
}

static void rejects_are_cut_to_the_mru_of_the_peer(void **state)
{
	(void)state;
	static const uint16_t mrus[] = { 128, 576, 1492 };
	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		bench_init(&b);
		char options[16];
		snprintf(options, sizeof(options), "0104 %04x", mrus[i]);
		bench_lcp(&b, options);
		uint8_t large[1492] = { 0 };
		bench_receive_bytes(&b, CCP, bytes_of(large, sizeof(large)));
		const struct bench_action *reject = bench_next(&b);
		assert_int_equal(reject->length, mrus[i]);
		assert_int_equal(reject->packet[2] << 8 | reject->packet[3], mrus[i]);
	}
	struct bench b;
	bench_init(&b);
	bench_lcp(&b, "0304 c023");
	bench_receive(&b, CCP, "01 01 0004"); /* before the network phase it is dropped */
	expect_nothing(&b);
}

/* Loops. */

static void a_looped_line_is_noticed(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	/* What comes out goes in again. */
	for (unsigned i = 0; i < b.made && b.made < 200; i++) {
		if (b.actions[i].kind != PPP_SEND)
			continue;
		struct bench_action a = b.actions[i];
		bench_receive_bytes(&b, a.protocol, bytes_of(a.packet, a.length));
	}
	assert_int_equal(b.session.phase, PPP_DEAD);
	assert_int_equal(b.session.failure, PPP_FAILURE_LOOPED);
	assert_true(b.made < 30);
}

static void an_open_line_that_begins_to_loop_is_noticed(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.echo_failures = 0;
	bench_up(&b);
	for (int i = 0; i < 5; i++) {
		bench_wait(&b, 20000);
		struct bench_action a = b.actions[b.made - 1];
		assert_int_equal(a.packet[0], PPP_ECHO_REQUEST);
		bench_receive_bytes(&b, PPP_LCP, bytes_of(a.packet, a.length));
	}
	assert_int_equal(b.session.failure, PPP_FAILURE_LOOPED);
}

/* Storms: never more than two packets for one, and never a timer for each. */
static void storms_are_answered_in_measure(void **state)
{
	(void)state;
	static const char *const packets[] = {
		"01 02 000a 0506 01020304",
		"01 03 0006 0702",
		"02 01 0004",
		"03 01 0004",
		"04 01 0004",
		"06 01 0004",
		"09 01 0008 01020304",
		"0f 01 0004",
		"07 01 0008 0f010004",
		"0c 01 0008 01020304",
		"08 01 0006 80fd",
		"05 01",
	};
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		struct bench b;
		bench_init(&b);
		bench_up(&b);
		for (int j = 0; j < 1000; j++) {
			bench_receive(&b, PPP_LCP, packets[i]);
			assert_true(b.made <= 4);
			bench_forget(&b);
		}
		bench_wait(&b, 120000);
		assert_true(b.made < 100);
	}
}

/* An owner that does not drain loses packets, never what changes state. */
static void the_outbox_keeps_room_for_the_end(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	uint8_t echo[1492] = { PPP_ECHO_REQUEST, 1, 1492 >> 8, 1492 & 0xff };
	for (int i = 0; i < 100; i++)
		ppp_session_receive(&b.session, PPP_LCP, bytes_of(echo, sizeof(echo)), b.now);
	ppp_session_down(&b.session, b.now);
	assert_true(b.outbox.lost > 0);
	b.outbox.lost = 0;
	bench_drain(&b);
	assert_int_equal(b.actions[b.made - 1].kind, PPP_ENDED);
	assert_int_equal(b.actions[b.made - 2].kind, PPP_IPV4_DOWN);
}

static void words_of_the_peer_are_printable(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_up(&b);
	bench_receive(&b, PPP_LCP, "05 01 000a 1b5b324a 0a00");
	assert_string_equal(ppp_session_words(&b.session), ".[2J..");
}

static void every_failure_has_words(void **state)
{
	(void)state;
	for (int i = 0; i < PPP_FAILURE_COUNT; i++)
		assert_string_not_equal(ppp_failure_text((enum ppp_failure)i), "unknown");
	assert_string_equal(ppp_failure_text(PPP_FAILURE_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_up_step_by_step),
		cmocka_unit_test(silence_ends_it_in_its_time),
		cmocka_unit_test(it_may_not_take_for_ever),
		cmocka_unit_test(each_side_may_close),
		cmocka_unit_test(crossed_terminations_end),
		cmocka_unit_test(a_day_of_echoes_in_a_millisecond),
		cmocka_unit_test(echoes_unanswered_end_it),
		cmocka_unit_test(adaptive_echoes_ask_only_in_silence),
		cmocka_unit_test(round_trip_is_measured),
		cmocka_unit_test(probing_asks_now_but_does_not_press),
		cmocka_unit_test(a_peer_without_echoes_is_left_alone),
		cmocka_unit_test(echo_requests_are_answered),
		cmocka_unit_test(echoes_wait_for_the_opening),
		cmocka_unit_test(the_peer_may_begin_lcp_anew),
		cmocka_unit_test(lcp_anew_may_demand_authentication),
		cmocka_unit_test(the_peer_may_begin_ipcp_anew),
		cmocka_unit_test(a_peer_may_never_name_its_address),
		cmocka_unit_test(without_an_address_it_is_no_session),
		cmocka_unit_test(a_network_protocol_may_be_rejected),
		cmocka_unit_test(network_silence_ends_it),
		cmocka_unit_test(ipcp_may_end_and_come_back),
		cmocka_unit_test(unknown_protocols_are_rejected),
		cmocka_unit_test(rejects_are_cut_to_the_mru_of_the_peer),
		cmocka_unit_test(a_looped_line_is_noticed),
		cmocka_unit_test(an_open_line_that_begins_to_loop_is_noticed),
		cmocka_unit_test(storms_are_answered_in_measure),
		cmocka_unit_test(the_outbox_keeps_room_for_the_end),
		cmocka_unit_test(words_of_the_peer_are_printable),
		cmocka_unit_test(every_failure_has_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
