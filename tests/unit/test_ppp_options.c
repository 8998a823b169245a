/* SPDX-License-Identifier: BSD-2-Clause */
/* Every option of LCP, IPCP and IPV6CP, in the peer's requests and in ours. */
#include "ppp_bench.h"

/* The answer to a request with these options: code in hex and the options of the answer. */
struct answer {
	const char *request, *answer;
};

static void receive_request(struct bench *b, uint16_t protocol, uint8_t identifier,
			    const char *options)
{
	uint8_t packet[256] = { PPP_CONFIGURE_REQUEST, identifier };
	size_t length = 4 + bench_hex(packet + 4, sizeof(packet) - 4, options);
	packet[3] = (uint8_t)length;
	bench_receive_bytes(b, protocol, bytes_of(packet, length));
}

static void check_answer(struct bench *b, uint16_t protocol, uint8_t identifier,
			 const struct answer *vector)
{
	receive_request(b, protocol, identifier, vector->request);
	struct bench_action *sent = bench_next(b);
	assert_int_equal(sent->kind, PPP_SEND);
	assert_int_equal(sent->protocol, protocol);
	assert_int_equal(sent->packet[1], identifier);
	assert_int_equal(sent->packet[2] << 8 | sent->packet[3], sent->length);
	/* Code and options, without identifier and length. */
	struct bench_action rest = { .length = sent->length - 3 };
	rest.packet[0] = sent->packet[0];
	memcpy(rest.packet + 1, sent->packet + 4, sent->length - 4);
	if (!bench_hex_matches(&rest, vector->answer))
		bench_fail(&rest, vector->answer, vector->request, 0);
	bench_forget(b);
}

/* Each in a session of its own, so that no Max-Failure comes between. */
static void check_lcp(const struct answer *vectors, size_t count, unsigned prove_by)
{
	for (size_t i = 0; i < count; i++) {
		struct bench b;
		bench_init(&b);
		b.config.prove_by = prove_by;
		bench_open(&b);
		bench_forget(&b);
		check_answer(&b, PPP_LCP, (uint8_t)(i + 1), &vectors[i]);
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void lcp_judges_the_mru(void **state)
{
	(void)state;
	const struct answer vectors[] = {
		{ "0104 05d4", "02 0104 05d4" }, /* 1492 */
		{ "0104 0080", "02 0104 0080" }, /* 128 */
		{ "0104 05dc", "03 0104 05d4" }, /* 1500: more than PPPoE has (RFC 2516 7) */
		{ "0104 ffff", "03 0104 05d4" }, { "0104 007f", "03 0104 0080" },
		{ "0104 0000", "03 0104 0080" }, { "0103 05", "03 0104 05d4" }, /* wrong lengths */
		{ "0102", "03 0104 05d4" },	 { "0105 05d400", "03 0104 05d4" },
	};
	check_lcp(vectors, COUNT(vectors), PPP_AUTH_ALL);
}

static void lcp_judges_the_magic_number(void **state)
{
	(void)state;
	const struct answer vectors[] = {
		{ "0506 00000001", "02 0506 00000001" },
		{ "0506 00000000", "03 0506 ........" },
		{ "0504 0001", "03 0506 ........" },
		{ "0507 0000000001", "03 0506 ........" },
	};
	check_lcp(vectors, COUNT(vectors), PPP_AUTH_ALL);
}

static void lcp_judges_the_authentication_protocol(void **state)
{
	(void)state;
	const struct answer all[] = {
		{ "0304 c023", "02 0304 c023" }, /* PAP */
		{ "0305 c22305", "02 0305 c22305" }, /* CHAP with MD5 */
		{ "0305 c22381", "02 0305 c22381" }, /* MS-CHAPv2 */
		{ "0304 c227", "02 0304 c227" }, /* EAP */
		{ "0305 c22380", "03 0305 c22381" }, /* MS-CHAP of the first version */
		{ "0304 c223", "03 0305 c22381" }, /* CHAP without an algorithm */
		{ "0305 c02300", "03 0305 c22381" }, /* PAP with something after it */
		{ "0304 c025", "03 0305 c22381" }, /* Link Quality Report, no authentication */
		{ "0302", "03 0305 c22381" },	     { "0306 c2230500", "03 0305 c22381" },
	};
	check_lcp(all, COUNT(all), PPP_AUTH_ALL);
	const struct answer pap[] = {
		{ "0305 c22305", "03 0304 c023" },
		{ "0304 c023", "02 0304 c023" },
	};
	check_lcp(pap, COUNT(pap), PPP_AUTH_PAP);
	const struct answer none[] = {
		{ "0305 c22305", "04 0305 c22305" },
		{ "0304 c023", "04 0304 c023" },
	};
	check_lcp(none, COUNT(none), PPP_AUTH_NONE);
}

/* RFC 2516 section 7: ACFC, FCS alternatives and ACCM must not, PFC should not be negotiated. */
static void lcp_rejects_what_pppoe_forbids(void **state)
{
	(void)state;
	const struct answer vectors[] = {
		{ "0206 00000000", "04 0206 00000000" }, /* ACCM */
		{ "0408 c025 00000064", "04 0408 c025 00000064" }, /* Quality-Protocol */
		{ "0702", "04 0702" }, /* PFC */
		{ "0802", "04 0802" }, /* ACFC */
		{ "0903 07", "04 0903 07" }, /* FCS alternatives */
		{ "0d03 06", "04 0d03 06" }, /* Callback */
		{ "1104 05dc 1304 0000 170400 01", "04 1104 05dc 1304 0000 1704 0001" }, /* MP */
		{ "0104 05d4 0506 01020304 0702 0802", "04 0702 0802" },
		{ "0104 05dc 0702", "04 0702" }, /* rejects first, Naks later */
		{ "", "02" },
	};
	check_lcp(vectors, COUNT(vectors), PPP_AUTH_ALL);
}

static void lcp_asks_for_mru_and_magic_number(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	expect_sent(&b, PPP_LCP, "01 01 000e 0104 05d4 0506 ........");
	bench_receive(&b, PPP_LCP, "03 01 0008 0104 0500");
	expect_sent(&b, PPP_LCP, "01 02 000e 0104 0500 0506 ........");
	bench_receive(&b, PPP_LCP, "03 02 0008 0104 ffff"); /* what PPPoE does not have */
	expect_sent(&b, PPP_LCP, "01 03 000e 0104 0500 0506 ........");
	bench_receive(&b, PPP_LCP, "04 03 0008 0104 0500");
	expect_sent(&b, PPP_LCP, "01 04 000a 0506 ........");
	bench_receive(&b, PPP_LCP, "03 04 000a 0506 12345678"); /* one of our own choice */
	expect_sent(&b, PPP_LCP, "01 05 000a 0506 ........");
	bench_receive(&b, PPP_LCP, "04 05 000a 0506 12345678");
	expect_sent(&b, PPP_LCP, "01 06 0004");
	assert_int_equal(b.session.lcp.ask_magic, 0);
	expect_nothing(&b);
}

/* RFC 4638: what discovery has agreed on is the limit. */
static void lcp_knows_longer_packets(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.mru = 1500;
	ppp_session_open(&b.session, 1500, b.now);
	bench_drain(&b);
	expect_sent(&b, PPP_LCP, "01 01 000e 0104 05dc 0506 ........");
	check_answer(&b, PPP_LCP, 1, &(struct answer){ "0104 05dc", "02 0104 05dc" });
	assert_int_equal(ppp_session_mtu(&b.session), 1500);

	bench_init(&b);
	b.config.mru = 1500; /* cut to what this session allows */
	bench_open(&b);
	expect_sent(&b, PPP_LCP, "01 01 000e 0104 05d4 0506 ........");
}

static void lcp_takes_1500_for_the_mru_of_a_peer_that_names_none(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_lcp(&b, "0506 01020304");
	assert_int_equal(b.session.lcp.peer_mru, 1500);
	assert_int_equal(ppp_session_mtu(&b.session), 1492);
	bench_init(&b);
	bench_lcp(&b, "0104 0400");
	assert_int_equal(ppp_session_mtu(&b.session), 1024);
	assert_int_equal(b.session.lcp.peer_magic, 0);
}

static void lcp_demands_authentication(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.demand = PPP_AUTH_ALL;
	bench_open(&b);
	expect_sent(&b, PPP_LCP, "01 01 0013 0104 05d4 0305 c22381 0506 *");
	bench_receive(&b, PPP_LCP, "03 01 0008 0304 c023"); /* it would rather do PAP */
	expect_sent(&b, PPP_LCP, "01 02 0012 0104 05d4 0304 c023 0506 *");
	bench_receive(&b, PPP_LCP, "03 02 0009 0305 c22381"); /* ... or not */
	expect_sent(&b, PPP_LCP, "01 03 0013 0104 05d4 0305 c22305 0506 *");
	bench_receive(&b, PPP_LCP, "03 03 0008 0304 c025"); /* EAP is left */
	expect_sent(&b, PPP_LCP, "01 04 0012 0104 05d4 0304 c227 0506 *");
	bench_receive(&b, PPP_LCP, "03 04 0009 0305 c22305"); /* nothing is left */
	bench_next(&b);
	expect_sent(&b, PPP_LCP, "05 *");
	assert_int_equal(b.session.failure, PPP_FAILURE_PEER_AUTH_REFUSED);

	bench_init(&b);
	b.config.demand = PPP_AUTH_ALL;
	bench_open(&b);
	bench_receive(&b, PPP_LCP, "04 01 0009 0305 c22381");
	assert_int_equal(b.session.failure, PPP_FAILURE_PEER_AUTH_REFUSED);
}

/* A dialler that demands nothing is not to be talked into it, nor ended by such talk. */
static void lcp_passes_over_answers_to_what_it_did_not_ask(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	bench_receive(&b, PPP_LCP, "03 01 0009 0305 c22305");
	assert_int_equal(b.session.phase, PPP_ESTABLISH);
	bench_receive(&b, PPP_LCP, "04 02 0009 0305 c22305");
	assert_int_equal(b.session.phase, PPP_ESTABLISH);
}

/* The peer's wishes one after the other: each Nak offers another method, then comes the Reject. */
static void lcp_offers_every_method_it_has(void **state)
{
	(void)state;
	static const struct answer vectors[] = {
		{ "0304 c025", "03 0305 c22381" }, { "0304 c025", "03 0305 c22305" },
		{ "0304 c025", "03 0304 c227" },   { "0304 c025", "03 0304 c023" },
		{ "0304 c025", "03 0305 c22381" }, { "0304 c025", "04 0304 c025" },
	};
	struct bench b;
	bench_init(&b);
	bench_open(&b);
	bench_forget(&b);
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_answer(&b, PPP_LCP, (uint8_t)(i + 1), &vectors[i]);
	assert_true(b.session.lcp.prove_refused);
	bench_receive(&b, PPP_LCP, "05 09 0004"); /* so the peer goes */
	expect_sent(&b, PPP_LCP, "06 09 0004");
	expect_action(&b, PPP_ENDED);
	assert_int_equal(b.session.failure, PPP_FAILURE_AUTH_METHOD);
}

static void ipcp_start(struct bench *b)
{
	bench_lcp(b, "0104 05d4");
	assert_int_equal(b->session.phase, PPP_NETWORK);
}

static void ipcp_of_a_dialler_judges(void **state)
{
	(void)state;
	static const struct answer vectors[] = {
		{ "0306 0a000001", "02 0306 0a000001" },
		{ "0306 00000000", "04 0306 00000000" }, /* we can't name the peer */
		{ "0304 0a00", "04 0304 0a00" },
		{ "0206 002d0f01", "04 0206 002d0f01" }, /* Van Jacobson */
		{ "010a 0a000001 0a000002", "04 010a 0a000001 0a000002" }, /* IP-Addresses */
		{ "8106 00000000 8206 00000000 8306 00000000 8406 00000000",
		  "04 8106 00000000 8206 00000000 8306 00000000 8406 00000000" },
		{ "0306 0a000001 9004 0000", "04 9004 0000" },
		{ "", "02" },
	};
	struct bench b;
	bench_init(&b);
	ipcp_start(&b);
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_answer(&b, PPP_IPCP, (uint8_t)(i + 1), &vectors[i]);
}

static void ipcp_of_a_dialler_asks(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.session.context.give_address = 0;
	bench_lcp(&b, "");
	bench_wait(&b, 250);
	expect_sent(&b, PPP_IPCP, "01 01 0016 0306 00000000 8106 00000000 8306 00000000");
	bench_receive(&b, PPP_IPCP, "03 01 0016 0306 0a000002 8106 0a000035 8306 0a000036");
	expect_sent(&b, PPP_IPCP, "01 02 0016 0306 0a000002 8106 0a000035 8306 0a000036");
	bench_receive(&b, PPP_IPCP, "04 02 000a 8306 0a000036");
	expect_sent(&b, PPP_IPCP, "01 03 0010 0306 0a000002 8106 0a000035");
	bench_receive(&b, PPP_IPCP, "03 03 000a 0306 00000000"); /* no address: not adopted */
	expect_sent(&b, PPP_IPCP, "01 04 0010 0306 0a000002 8106 0a000035");
	bench_receive(&b, PPP_IPCP, "03 04 000a 8106 00000000"); /* no name server, then */
	expect_sent(&b, PPP_IPCP, "01 05 000a 0306 0a000002");
	bench_receive(&b, PPP_IPCP, "02 05 000a 0306 0a000002");
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001");
	expect_sent(&b, PPP_IPCP, "02 01 000a 0306 0a000001");
	expect_action(&b, PPP_IPV4_UP);
	assert_int_equal(b.session.ipcp.address, 0x0a000002);
	assert_int_equal(b.session.ipcp.peer_address, 0x0a000001);
	assert_int_equal(b.session.ipcp.dns[0], 0);
	assert_int_equal(b.session.ipcp.dns[1], 0);
}

static void ipcp_asks_for_no_name_servers_unless_told(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.request_dns = false;
	b.config.address = 0x0a000002;
	ipcp_start(&b);
	bench_wait(&b, 250);
	expect_sent(&b, PPP_IPCP, "01 01 000a 0306 0a000002");
	bench_receive(&b, PPP_IPCP, "03 01 0010 0306 0a000003 8106 0a000035");
	expect_sent(&b, PPP_IPCP, "01 02 000a 0306 0a000003");
	assert_int_equal(b.session.ipcp.dns[0], 0);
}

static void ipcp_of_a_concentrator_judges(void **state)
{
	(void)state;
	static const struct answer vectors[] = {
		{ "0306 00000000", "03 0306 0a000002" },
		{ "0306 0a000002", "02 0306 0a000002" },
		{ "0306 c0a80001", "03 0306 0a000002" },
		{ "0304 0a00", "03 0306 0a000002" },
		{ "", "03 0306 0a000002" }, /* it must take the address given */
		{ "0306 0a000002", "02 0306 0a000002" },
		{ "0306 0a000002 8106 00000000 8306 00000000", "04 8306 00000000" },
		{ "0306 0a000002 8106 00000000", "03 8106 0a000035" },
		{ "0306 0a000002 8106 0a000035", "02 0306 0a000002 8106 0a000035" },
		{ "8106 00000000", "03 8106 0a000035 0306 0a000002" },
		{ "0306 0a000002 8104 0000", "03 8106 0a000035" },
		{ "0306 00000000 0206 002d0f01", "04 0206 002d0f01" },
	};
	struct bench b;
	bench_init(&b);
	b.config.address = 0x0a000001;
	b.config.assign_address = true;
	b.config.request_dns = false;
	b.config.offer_dns[0] = 0x0a000035;
	b.config.max_failure = 100;
	ppp_session_give_address(&b.session, 0x0a000002);
	ipcp_start(&b);
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_answer(&b, PPP_IPCP, (uint8_t)(i + 1), &vectors[i]);
	/* Its own address is its own. */
	bench_wait(&b, 250);
	bench_forget(&b);
	uint8_t nak[] = { 3, b.session.ipcp.control.identifier, 0, 10, 3, 6, 10, 9, 9, 9 };
	bench_receive_bytes(&b, PPP_IPCP, bytes_of(nak, sizeof(nak)));
	expect_sent(&b, PPP_IPCP, "01 .. 000a 0306 0a000001");
}

static void ipv6cp_judges_and_asks(void **state)
{
	(void)state;
	static const struct answer vectors[] = {
		{ "010a 0000000000000001", "02 010a 0000000000000001" },
		{ "010a 1122334455667788", "03 010a ................" }, /* ours */
		{ "010a 0000000000000000", "03 010a ................" },
		{ "0106 00000001", "03 010a ................" },
		{ "0204 004f", "04 0204 004f" }, /* IPv6-Compression-Protocol */
		{ "010a 0000000000000001 0204 004f", "04 0204 004f" },
		{ "", "02" },
	};
	struct bench b;
	bench_init(&b);
	b.config.ipv6 = true;
	b.config.interface_id = 0x1122334455667788;
	ipcp_start(&b);
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_answer(&b, PPP_IPV6CP, (uint8_t)(i + 1), &vectors[i]);

	bench_receive(&b, PPP_IPV6CP, "01 20 000e 010a 0000000000000001");
	bench_forget(&b);
	bench_receive(&b, PPP_IPV6CP, "03 01 000e 010a 00000000000000aa");
	expect_sent(&b, PPP_IPV6CP, "01 02 000e 010a 00000000000000aa");
	/* Zero, or the peer's, is none to take. */
	bench_receive(&b, PPP_IPV6CP, "03 02 000e 010a 0000000000000001");
	expect_sent(&b, PPP_IPV6CP, "01 03 000e 010a ................");
	assert_true(b.session.ipv6cp.id != 1 && b.session.ipv6cp.id != 0);
	bench_receive(&b, PPP_IPV6CP, "03 03 000e 010a 0000000000000000");
	expect_sent(&b, PPP_IPV6CP, "01 04 000e 010a ................");
	assert_true(b.session.ipv6cp.id != 0);
	bench_receive(&b, PPP_IPV6CP, "04 04 000e 010a 0000000000000000");
	expect_sent(&b, PPP_IPV6CP, "01 05 0004");
	bench_receive(&b, PPP_IPV6CP, "02 05 0004");
	expect_action(&b, PPP_IPV6_UP);
	assert_true(b.session.ipv6cp.peer_id == 1);
}

/* A random identifier is not made from a global one: the "u" bit is zero (RFC 5072 4.1). */
static void ipv6cp_makes_local_identifiers(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct bench b;
		bench_init(&b);
		for (int j = 0; j < i; j++)
			random_u32(&b.random);
		ipv6cp_prepare(&b.session.ipv6cp, bench_context(&b));
		assert_true((b.session.ipv6cp.id >> 56 & 2) == 0 && b.session.ipv6cp.id != 0);
	}
}

/* Lists cut at every byte, and with every length byte, are answered in order or not at all. */
static void no_list_breaks_anything(void **state)
{
	(void)state;
	static const uint16_t protocols[] = { PPP_LCP, PPP_IPCP, PPP_IPV6CP };
	static const char *const lists[] = {
		"0104 05d4 0305 c22305 0506 01020304 0702 0802",
		"0306 0a000001 8106 00000000 8306 00000000 0206 002d0f01",
		"010a 0000000000000001 0204 004f",
	};
	for (size_t p = 0; p < COUNT(protocols); p++) {
		uint8_t list[64];
		size_t length = bench_hex(list, sizeof(list), lists[p]);
		for (unsigned at = 0; at < length; at++) {
			struct bench b;
			bench_init(&b);
			b.config.ipv6 = true;
			ipcp_start(&b);
			for (unsigned value = 0; value < 256; value++) {
				uint8_t packet[68] = { PPP_CONFIGURE_REQUEST, (uint8_t)value, 0,
						       (uint8_t)(4 + length) };
				memcpy(packet + 4, list, length);
				packet[4 + at] = (uint8_t)value;
				bench_receive_bytes(&b, protocols[p], bytes_of(packet, 4 + length));
				packet[3] = (uint8_t)(4 + at);
				bench_receive_bytes(&b, protocols[p], bytes_of(packet, 4 + at));
				bench_forget(&b);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lcp_judges_the_mru),
		cmocka_unit_test(lcp_judges_the_magic_number),
		cmocka_unit_test(lcp_judges_the_authentication_protocol),
		cmocka_unit_test(lcp_rejects_what_pppoe_forbids),
		cmocka_unit_test(lcp_asks_for_mru_and_magic_number),
		cmocka_unit_test(lcp_knows_longer_packets),
		cmocka_unit_test(lcp_takes_1500_for_the_mru_of_a_peer_that_names_none),
		cmocka_unit_test(lcp_demands_authentication),
		cmocka_unit_test(lcp_passes_over_answers_to_what_it_did_not_ask),
		cmocka_unit_test(lcp_offers_every_method_it_has),
		cmocka_unit_test(ipcp_of_a_dialler_judges),
		cmocka_unit_test(ipcp_of_a_dialler_asks),
		cmocka_unit_test(ipcp_asks_for_no_name_servers_unless_told),
		cmocka_unit_test(ipcp_of_a_concentrator_judges),
		cmocka_unit_test(ipv6cp_judges_and_asks),
		cmocka_unit_test(ipv6cp_makes_local_identifiers),
		cmocka_unit_test(no_list_breaks_anything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
