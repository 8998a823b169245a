/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PAP, CHAP with MD5, MS-CHAPv2 and EAP with MD5-Challenge, in both roles, inside a session.  The
 * MD5 answers were computed by another implementation; those of MS-CHAPv2 are RFC 2759's (section
 * 9.2: user "User", password "clientPass").
 */
#include "ppp_bench.h"

#include "ppp/words.h"

#define RFC_CHALLENGE "5b5d7c7d7b3f2f3e3c2c602132262628"
#define RFC_PEER_CHALLENGE "21402324255e262a28295f2b3a337c7e"
#define RFC_HASH "44ebba8d5312b8d611474411f56989ae"
#define RFC_NT_RESPONSE "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df"
#define RFC_PROOF "407a5589115fd0d6209f510fe9c04566932cda56"

#define NAME "55736572" /* "User" */
#define WELCOME "57656c636f6d65"
#define SIXTEEN "................................"

/* What the other side says in LCP. */
#define DEMANDS_PAP "0304 c023"
#define DEMANDS_CHAP "0305 c22305"
#define DEMANDS_MSCHAPV2 "0305 c22381"
#define DEMANDS_EAP "0304 c227"

/* A session in the phase of authentication. */
static void begin(struct bench *b, const char *peer_demands)
{
	bench_open(b);
	bench_acknowledge(b, PPP_LCP);
	bench_forget(b);
	uint8_t packet[64] = { PPP_CONFIGURE_REQUEST, 1 };
	size_t length = 4 + bench_hex(packet + 4, sizeof(packet) - 4, peer_demands);
	packet[3] = (uint8_t)length;
	bench_receive_bytes(b, PPP_LCP, bytes_of(packet, length));
	bench_next(b); /* the Ack */
	expect_action(b, PPP_LCP_UP);
	assert_int_equal(b->session.phase, PPP_AUTHENTICATE);
}

static void start(struct bench *b, unsigned demand, const char *peer_demands)
{
	bench_init(b);
	b->config.demand = demand;
	b->config.echo_interval_ms = 0;
	begin(b, peer_demands);
}

static void own_secret(struct bench *b, const char *secret)
{
	struct bytes bytes = bytes_of_text(secret ? secret : "");
	ppp_session_own_secret(&b->session, secret ? &bytes : NULL, b->now);
	bench_drain(b);
}

static void peer_secret(struct bench *b, const char *secret)
{
	struct bytes bytes = bytes_of_text(secret ? secret : "");
	ppp_session_peer_secret(&b->session, secret ? &bytes : NULL, b->now);
	bench_drain(b);
}

static void expect_terminated(struct bench *b, enum ppp_failure failure)
{
	expect_sent(b, PPP_LCP, "05 *");
	expect_nothing(b);
	assert_int_equal(b->session.failure, failure);
	bench_wait(b, 750);
	expect_sent(b, PPP_LCP, "05 *");
	expect_action(b, PPP_ENDED);
	expect_nothing(b);
	assert_true(ppp_session_deadline(&b->session) == MONO_NEVER);
}

/* PAP */

#define PAP_RIGHT "0014 04" NAME "0a 636c69656e7450617373"

static void pap_prover_is_accepted(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_PAP);
	expect_action(&b, PPP_NEED_OWN_SECRET);
	own_secret(&b, "clientPass");
	expect_sent(&b, PPP_PAP, "01 01" PAP_RIGHT);
	bench_receive(&b, PPP_PAP, "02 02 0005 00"); /* of another request */
	bench_receive(&b, PPP_PAP, "04 01 0005 00"); /* no such code */
	expect_nothing(&b);
	bench_receive(&b, PPP_PAP, "02 01 000c 07" WELCOME);
	expect_action(&b, PPP_PROVEN);
	expect_sent(&b, PPP_IPCP, "01 01 *");
	assert_string_equal(ppp_session_words(&b.session), "Welcome");
	bench_receive(&b, PPP_PAP, "03 01 0005 00"); /* late, and no longer of interest */
	expect_nothing(&b);
}

static void pap_prover_is_refused(void **state)
{
	(void)state;
	/* With a message; without one; with a length that is wrong. */
	static const char *const naks[] = { "03 01 000a 05 77726f6e67", "03 01 0004",
					    "03 01 000a ff 77726f6e67" };
	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		start(&b, 0, DEMANDS_PAP);
		own_secret(&b, "clientPass");
		bench_forget(&b);
		bench_receive(&b, PPP_PAP, naks[i]);
		assert_string_equal(ppp_session_words(&b.session), i == 1 ? "" : "wrong");
		expect_terminated(&b, PPP_FAILURE_AUTH_REJECTED);
	}
}

static void pap_prover_asks_again_and_gives_up(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_PAP);
	for (int i = 0; i < 10; i++) {
		expect_action(&b, PPP_NEED_OWN_SECRET);
		own_secret(&b, "clientPass");
		own_secret(&b, "again"); /* nobody asked */
		expect_sent(&b, PPP_PAP, "01 01" PAP_RIGHT);
		expect_nothing(&b);
		bench_wait(&b, 3000);
	}
	expect_terminated(&b, PPP_FAILURE_AUTH_SILENT);
}

static void prover_without_a_secret_goes(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_PAP);
	expect_action(&b, PPP_NEED_OWN_SECRET);
	own_secret(&b, NULL);
	expect_terminated(&b, PPP_FAILURE_AUTH_NO_SECRET);
}

static void pap_checker_accepts(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_PAP, "");
	bench_receive(&b, PPP_PAP, "01 09 0009 04" NAME); /* no password */
	bench_receive(&b, PPP_PAP, "01 09 000a 04" NAME "01"); /* beyond the end */
	expect_nothing(&b);
	bench_receive(&b, PPP_PAP, "01 09" PAP_RIGHT);
	expect_action(&b, PPP_NEED_PEER_SECRET);
	bench_receive(&b, PPP_PAP, "01 0a" PAP_RIGHT); /* patience */
	expect_nothing(&b);
	assert_true(bytes_equal(ppp_session_peer_name(&b.session), bytes_of_text("User")));
	peer_secret(&b, "clientPass");
	expect_sent(&b, PPP_PAP, "02 09 000c 07" WELCOME);
	expect_action(&b, PPP_CHECKED);
	expect_sent(&b, PPP_IPCP, "01 01 *");
	/* The Ack was lost: the peer asks again, and is answered by the number it uses now. */
	bench_receive(&b, PPP_PAP, "01 0b" PAP_RIGHT);
	expect_sent(&b, PPP_PAP, "02 0b 000c 07" WELCOME);
	expect_nothing(&b);
}

static void pap_checker_refuses(void **state)
{
	(void)state;
	static const char *const wrong[] = { "clientPas", "clientPass ", "", NULL };
	for (size_t i = 0; i < 4; i++) {
		struct bench b;
		start(&b, PPP_AUTH_PAP, "");
		bench_receive(&b, PPP_PAP, "01 09" PAP_RIGHT);
		bench_forget(&b);
		peer_secret(&b, wrong[i]);
		expect_sent(&b, PPP_PAP, "03 09 0016 11 4e616d65 206f7220 70617373 776f7264 3f");
		expect_terminated(&b, PPP_FAILURE_PEER_AUTH_REJECTED);
	}
	/* An empty password is none for a name that is not known. */
	struct bench b;
	start(&b, PPP_AUTH_PAP, "");
	bench_receive(&b, PPP_PAP, "01 09 000a 04" NAME "00");
	bench_forget(&b);
	peer_secret(&b, NULL);
	assert_int_equal(b.session.failure, PPP_FAILURE_PEER_AUTH_REJECTED);
}

static void checker_waits_ten_seconds(void **state)
{
	(void)state;
	static const enum ppp_auth auths[] = { PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5, PPP_AUTH_MSCHAPV2,
					       PPP_AUTH_EAP_MD5 };
	for (size_t i = 0; i < 4; i++) {
		struct bench b;
		start(&b, auths[i], "");
		bench_wait(&b, 9999);
		assert_int_equal(b.session.phase, PPP_AUTHENTICATE);
		unsigned sent = b.made - 2;
		assert_int_equal(sent, auths[i] == PPP_AUTH_PAP ? 0 : 10);
		bench_forget(&b);
		bench_wait(&b, 1);
		expect_terminated(&b, PPP_FAILURE_PEER_AUTH_SILENT);
	}
}

/* CHAP with MD5 */

#define CHAP_CHALLENGE_2A "01 2a 0018 10 000102030405060708090a0b0c0d0e0f 627261"
#define CHAP_RESPONSE_2A "02 2a 0019 10 902768991decf7e13b5231be953c74d8" NAME

static void chap_prover_answers(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_CHAP);
	bench_receive(&b, PPP_CHAP, "03 2a 0004"); /* a Success of nothing */
	bench_receive(&b, PPP_CHAP, "01 2a 0005 00"); /* no challenge */
	bench_receive(&b, PPP_CHAP, "01 2a 0006 02 00"); /* beyond the end */
	expect_nothing(&b);
	bench_receive(&b, PPP_CHAP, CHAP_CHALLENGE_2A);
	expect_action(&b, PPP_NEED_OWN_SECRET);
	assert_string_equal(b.session.prover.peer_name, "bra");
	own_secret(&b, "clientPass");
	expect_sent(&b, PPP_CHAP, CHAP_RESPONSE_2A);
	bench_receive(&b, PPP_CHAP, CHAP_CHALLENGE_2A); /* repeated */
	expect_sent(&b, PPP_CHAP, CHAP_RESPONSE_2A);
	bench_wait(&b, 3000);
	expect_sent(&b, PPP_CHAP, CHAP_RESPONSE_2A);
	bench_receive(&b, PPP_CHAP, "03 2b 0004"); /* of another */
	expect_nothing(&b);
	bench_receive(&b, PPP_CHAP, "03 2a 000b" WELCOME);
	expect_action(&b, PPP_PROVEN);
	expect_sent(&b, PPP_IPCP, "01 *");
}

static void chap_prover_is_challenged_again(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_CHAP);
	bench_receive(&b, PPP_CHAP, CHAP_CHALLENGE_2A);
	own_secret(&b, "clientPass");
	bench_receive(&b, PPP_CHAP, "03 2a 0004");
	assert_int_equal(b.session.phase, PPP_NETWORK);
	bench_forget(&b);
	bench_receive(&b, PPP_CHAP, "01 07 0015 10 101112131415161718191a1b1c1d1e1f");
	expect_action(&b, PPP_NEED_OWN_SECRET);
	own_secret(&b, "clientPass");
	expect_sent(&b, PPP_CHAP, "02 07 0019 10 1b1a91fb7c228c21b4852293e2b60546" NAME);
	bench_receive(&b, PPP_CHAP, "03 07 0004");
	expect_nothing(&b); /* nothing new */
	assert_int_equal(b.session.phase, PPP_NETWORK);
	bench_receive(&b, PPP_CHAP, "01 08 0015 10 101112131415161718191a1b1c1d1e1f");
	own_secret(&b, "clientPass");
	bench_forget(&b);
	bench_receive(&b, PPP_CHAP, "04 08 0007 6e6f21");
	assert_string_equal(ppp_session_words(&b.session), "no!");
	expect_terminated(&b, PPP_FAILURE_AUTH_REJECTED);
}

/* Many concentrators say no by mere silence and a Terminate-Request. */
static void a_peer_that_goes_after_the_answer_has_rejected_it(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_CHAP);
	bench_receive(&b, PPP_CHAP, CHAP_CHALLENGE_2A);
	own_secret(&b, "clientPass");
	bench_forget(&b);
	bench_receive(&b, PPP_LCP, "05 05 0007 6e6f21");
	expect_sent(&b, PPP_LCP, "06 05 0004");
	expect_action(&b, PPP_ENDED);
	assert_int_equal(b.session.failure, PPP_FAILURE_AUTH_REJECTED);
	assert_string_equal(ppp_session_words(&b.session), "no!");

	start(&b, 0, DEMANDS_CHAP); /* ... but not before it */
	bench_receive(&b, PPP_LCP, "05 05 0004");
	assert_int_equal(b.session.failure, PPP_FAILURE_PEER_TERMINATED);
}

/* The checker's challenge and identifier are random: those of the vector take their place. */
static void set_challenge(struct bench *b, uint8_t identifier, const char *challenge)
{
	b->session.checker.identifier = identifier;
	bench_hex(b->session.checker.challenge, PPP_CHALLENGE_LENGTH, challenge);
}

static void chap_checker_accepts_and_challenges_again(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.demand = PPP_AUTH_CHAP_MD5;
	b.config.rechallenge_ms = 60000;
	b.config.echo_interval_ms = 0;
	b.config.address = 0x0a000001;
	begin(&b, "");
	expect_sent(&b, PPP_CHAP, "01 01 0019 10" SIXTEEN NAME);
	bench_wait(&b, 1000);
	expect_sent(&b, PPP_CHAP, "01 01 0019 10" SIXTEEN NAME);
	assert_memory_equal(b.actions[b.made - 1].packet, b.actions[b.made - 2].packet, 21);
	set_challenge(&b, 0x2a, "000102030405060708090a0b0c0d0e0f");
	bench_receive(&b, PPP_CHAP, "02 01 0019 10 902768991decf7e13b5231be953c74d8" NAME);
	bench_receive(&b, PPP_CHAP, "02 2a 0018 0f 902768991decf7e13b5231be953c74" NAME);
	bench_receive(&b, PPP_CHAP, "02 2a 0008 10 902768");
	expect_nothing(&b);
	bench_receive(&b, PPP_CHAP, CHAP_RESPONSE_2A);
	expect_action(&b, PPP_NEED_PEER_SECRET);
	peer_secret(&b, "clientPass");
	expect_sent(&b, PPP_CHAP, "03 2a 000b" WELCOME);
	expect_action(&b, PPP_CHECKED);
	bench_forget(&b);
	bench_receive(&b, PPP_CHAP, CHAP_RESPONSE_2A); /* repeated */
	expect_sent(&b, PPP_CHAP, "03 2a 000b" WELCOME);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000002");
	bench_wait(&b, 250);
	bench_acknowledge(&b, PPP_IPCP);
	bench_forget(&b);
	assert_true(b.session.ipv4_up);
	bench_wait(&b, 59749);
	expect_nothing(&b);
	bench_wait(&b, 1);
	expect_sent(&b, PPP_CHAP, "01 02 0019 10" SIXTEEN NAME);
}

static void chap_checker_refuses(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_CHAP_MD5, "");
	set_challenge(&b, 0x2a, "000102030405060708090a0b0c0d0e0f");
	bench_receive(&b, PPP_CHAP, CHAP_RESPONSE_2A);
	bench_forget(&b);
	peer_secret(&b, "clientpass");
	expect_sent(&b, PPP_CHAP, "04 2a 0015 4e616d65 206f7220 70617373 776f7264 3f");
	expect_terminated(&b, PPP_FAILURE_PEER_AUTH_REJECTED);
}

/* RFC 1994 section 5, of peers that authenticate each other by one secret. */
static void our_own_challenge_is_not_answered(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_CHAP_MD5, DEMANDS_CHAP);
	set_challenge(&b, 1, "000102030405060708090a0b0c0d0e0f");
	bench_forget(&b);
	bench_receive(&b, PPP_CHAP, CHAP_CHALLENGE_2A);
	expect_nothing(&b);
	bench_receive(&b, PPP_CHAP, "01 07 0015 10 101112131415161718191a1b1c1d1e1f");
	expect_action(&b, PPP_NEED_OWN_SECRET);

	start(&b, PPP_AUTH_EAP_MD5, DEMANDS_EAP);
	set_challenge(&b, 1, "000102030405060708090a0b0c0d0e0f");
	bench_forget(&b);
	bench_receive(&b, PPP_EAP, "01 2a 0016 04 10 000102030405060708090a0b0c0d0e0f");
	expect_nothing(&b);
}

/* Both must be content before the network phase begins. */
static void both_sides_authenticate(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_PAP, DEMANDS_CHAP);
	bench_receive(&b, PPP_CHAP, CHAP_CHALLENGE_2A);
	own_secret(&b, "clientPass");
	bench_forget(&b);
	bench_receive(&b, PPP_CHAP, "03 2a 0004");
	expect_action(&b, PPP_PROVEN);
	expect_nothing(&b);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001"); /* too early: dropped */
	expect_nothing(&b);
	bench_receive(&b, PPP_PAP, "01 09" PAP_RIGHT);
	expect_action(&b, PPP_NEED_PEER_SECRET);
	peer_secret(&b, "clientPass");
	expect_sent(&b, PPP_PAP, "02 09 *");
	expect_action(&b, PPP_CHECKED);
	expect_sent(&b, PPP_IPCP, "01 *");
}

/* Whose secret comes late is not that of the name that was given since. */
static void a_late_secret_is_not_taken_for_another_name(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_PAP, "");
	bench_receive(&b, PPP_PAP, "01 01 000a 01 62 03 626f62"); /* "b", "bob" */
	expect_action(&b, PPP_NEED_PEER_SECRET);
	bench_receive(&b, PPP_LCP, "01 02 0004");
	bench_acknowledge(&b, PPP_LCP);
	bench_receive(&b, PPP_PAP, "01 02 000a 01 61 03 626f62"); /* "a", "bob" */
	bench_forget(&b);
	peer_secret(&b, "bob");
	expect_nothing(&b);
	peer_secret(&b, "alice");
	expect_sent(&b, PPP_PAP, "03 02 *");
	peer_secret(&b, "bob");
	expect_terminated(&b, PPP_FAILURE_PEER_AUTH_REJECTED);
}

/* MS-CHAPv2 */

static void mschapv2_computes_what_the_rfc_does(void **state)
{
	(void)state;
	struct mschapv2_exchange exchange = { .user_name = bytes_of_text("User") };
	bench_hex(exchange.authenticator_challenge, 16, RFC_CHALLENGE);
	bench_hex(exchange.peer_challenge, 16, RFC_PEER_CHALLENGE);
	uint8_t hash[16], response[24], proof[20], expected[24];
	mschapv2_password_hash(hash, bytes_of_text("clientPass"));
	bench_hex(expected, sizeof(expected), RFC_HASH);
	assert_memory_equal(hash, expected, 16);
	mschapv2_nt_response(response, &exchange, hash);
	bench_hex(expected, sizeof(expected), RFC_NT_RESPONSE);
	assert_memory_equal(response, expected, 24);
	mschapv2_proof(proof, &exchange, hash, response);
	bench_hex(expected, sizeof(expected), RFC_PROOF);
	assert_memory_equal(proof, expected, 20);
	/* "DOMAIN\User": the name alone counts. */
	exchange.user_name = bytes_of_text("BIG\\User");
	mschapv2_nt_response(response, &exchange, hash);
	bench_hex(expected, sizeof(expected), RFC_NT_RESPONSE);
	assert_memory_equal(response, expected, 24);
}

/* NtPasswordHashof U+E9, U+20AC, U+1D11E: MD4 over e9 00 ac 20 34 d8 1e dd. */
static void mschapv2_widens_utf8(void **state)
{
	(void)state;
	uint8_t hash[16], expected[16];
	mschapv2_password_hash(hash, bytes_of_text("\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e"));
	bench_hex(expected, sizeof(expected), "43207ba8ef3ddf3b4f9758d14727b2a5");
	assert_memory_equal(hash, expected, 16);
	/* Malformed: each byte for itself; whatever comes, nothing breaks. */
	mschapv2_password_hash(hash, bytes_of_text("\xff\xfe\x80\xf0\x9d"));
}

/* Gives the session the challenge and takes its Response. */
static const struct bench_action *mschapv2_respond(struct bench *b)
{
	start(b, 0, DEMANDS_MSCHAPV2);
	bench_receive(b, PPP_CHAP, "01 05 0014 0f 5b5d7c7d7b3f2f3e3c2c6021322626"); /* too short */
	expect_nothing(b);
	bench_receive(b, PPP_CHAP, "01 05 0018 10" RFC_CHALLENGE "627261");
	expect_action(b, PPP_NEED_OWN_SECRET);
	own_secret(b, "clientPass");
	const struct bench_action *response = &b->actions[b->taken];
	expect_sent(b, PPP_CHAP,
		    "02 05 003a 31" SIXTEEN "0000000000000000" SIXTEEN "................ 00" NAME);
	return response;
}

static void write_proof(struct bench *b, const struct bench_action *response, uint8_t packet[64],
			const char *digits)
{
	struct mschapv2_exchange exchange = { .user_name = bytes_of_text(b->config.name) };
	bench_hex(exchange.authenticator_challenge, 16, RFC_CHALLENGE);
	memcpy(exchange.peer_challenge, response->packet + 5, 16);
	uint8_t hash[16], expected[24], proof[20];
	mschapv2_password_hash(hash, bytes_of_text("clientPass"));
	mschapv2_nt_response(expected, &exchange, hash);
	assert_memory_equal(response->packet + 29, expected, 24);
	mschapv2_proof(proof, &exchange, hash, expected);
	memcpy(packet, "\x03\x05\x00\x31S=", 6);
	for (size_t i = 0; i < 40; i++)
		packet[6 + i] = (uint8_t)digits[proof[i / 2] >> (i % 2 ? 0 : 4) & 15];
	memcpy(packet + 46, " M=", 3);
}

static void mschapv2_prover_wants_proof(void **state)
{
	(void)state;
	struct bench b;
	uint8_t packet[64];
	for (int i = 0; i < 2; i++) {
		const struct bench_action *response = mschapv2_respond(&b);
		write_proof(&b, response, packet, i ? "0123456789abcdef" : "0123456789ABCDEF");
		bench_receive(&b, PPP_CHAP, "01 05 0018 10" RFC_CHALLENGE "627261");
		const struct bench_action *again = bench_next(&b); /* the same once more */
		assert_memory_equal(again->packet, response->packet, response->length);
		bench_receive_bytes(&b, PPP_CHAP, bytes_of(packet, 49));
		expect_action(&b, PPP_PROVEN);
	}
}

static void mschapv2_prover_knows_an_impostor(void **state)
{
	(void)state;
	struct bench b;
	for (int i = 0; i < 4; i++) {
		uint8_t packet[64];
		write_proof(&b, mschapv2_respond(&b), packet, "0123456789ABCDEF");
		size_t length = 49;
		if (i == 0)
			packet[45] ^= 1;
		else if (i == 1)
			length = 45; /* one digit short */
		else if (i == 2)
			packet[20] = 'G';
		else
			length = 4;
		packet[3] = (uint8_t)length;
		bench_receive_bytes(&b, PPP_CHAP, bytes_of(packet, length));
		expect_terminated(&b, PPP_FAILURE_AUTH_IMPOSTOR);
	}
}

static void mschapv2_failures_have_plain_words(void **state)
{
	(void)state;
	static const struct {
		const char *said, *explained;
	} vectors[] = {
		{ "E=691 R=0 C=00112233445566778899AABBCCDDEEFF V=3 M=Line busy",
		  "wrong user name or password, or the account is already in use (E=691): "
		  "\"Line busy\"" },
		{ "E=646 R=0 C=00112233445566778899AABBCCDDEEFF V=3",
		  "not allowed to log on at this hour (E=646)" },
		{ "E=648 R=0 V=3 M=", "the password has expired (E=648)" },
		{ "E=1 R=0", "refused by the server (E=1)" },
		{ "E=99999999999999999999", "refused by the server (E=999999)" },
		{ "Sorry. E=647 R=0", "the account is disabled (E=647)" },
		{ "NAME=5 is unknown", "\"NAME=5 is unknown\"" },
		{ "E=none", "\"E=none\"" },
		{ "", "\"\"" },
	};
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		char words[256];
		struct text t = text_of(words, sizeof(words));
		ppp_words_explain(&t, vectors[i].said);
		assert_string_equal(words, vectors[i].explained);
	}
	struct bench b;
	mschapv2_respond(&b);
	bench_receive(&b, PPP_CHAP, "04 05 0011 453d36393120523d3020563d33");
	assert_string_equal(ppp_session_words(&b.session), "E=691 R=0 V=3");
	expect_terminated(&b, PPP_FAILURE_AUTH_REJECTED);
}

#define RFC_RESPONSE "02 05 003a 31" RFC_PEER_CHALLENGE "0000000000000000" RFC_NT_RESPONSE "00" NAME

static void mschapv2_checker_proves_itself(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_MSCHAPV2, "");
	expect_sent(&b, PPP_CHAP, "01 01 0019 10" SIXTEEN NAME);
	set_challenge(&b, 5, RFC_CHALLENGE);
	bench_receive(&b, PPP_CHAP, "02 05 0019 10" RFC_PEER_CHALLENGE NAME); /* no such length */
	expect_nothing(&b);
	bench_receive(&b, PPP_CHAP, RFC_RESPONSE);
	expect_action(&b, PPP_NEED_PEER_SECRET);
	peer_secret(&b, "clientPass");
	const struct bench_action *success = bench_next(&b);
	assert_int_equal(success->packet[0], 3);
	assert_memory_equal(success->packet + 4, "S=407A5589115FD0D6209F510FE9C04566932CDA56", 42);
	expect_action(&b, PPP_CHECKED);
}

static void mschapv2_checker_refuses(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_MSCHAPV2, "");
	set_challenge(&b, 5, RFC_CHALLENGE);
	bench_receive(&b, PPP_CHAP, RFC_RESPONSE);
	bench_forget(&b);
	peer_secret(&b, NULL);
	const struct bench_action *failure = bench_next(&b);
	assert_int_equal(failure->packet[0], 4);
	assert_int_equal(failure->length, 4 + 12 + 32 + 4);
	assert_memory_equal(failure->packet + 4, "E=691 R=0 C=", 12);
	assert_memory_equal(failure->packet + 48, " V=3", 4);
	expect_terminated(&b, PPP_FAILURE_PEER_AUTH_REJECTED);
}

/* EAP */

static void eap_prover_answers(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_EAP);
	bench_receive(&b, PPP_EAP, "01 01 0004");
	bench_receive(&b, PPP_EAP, "03 01 0004"); /* a Success of nothing (RFC 3748 4.2) */
	expect_nothing(&b);
	bench_receive(&b, PPP_EAP, "01 01 0005 01");
	expect_sent(&b, PPP_EAP, "02 01 0009 01" NAME);
	bench_receive(&b, PPP_EAP, "01 02 0008 02 686921"); /* Notification */
	expect_sent(&b, PPP_EAP, "02 02 0005 02");
	assert_string_equal(ppp_session_words(&b.session), "hi!");
	bench_receive(&b, PPP_EAP, "01 03 0006 0d 20"); /* EAP-TLS: we'd rather do MD5 */
	expect_sent(&b, PPP_EAP, "02 03 0006 03 04");
	bench_receive(&b, PPP_EAP, "01 2a 0006 04 00");
	bench_receive(&b, PPP_EAP, "01 2a 0006 04 01");
	expect_nothing(&b);
	bench_receive(&b, PPP_EAP, "01 2a 0016 04 10 000102030405060708090a0b0c0d0e0f");
	expect_action(&b, PPP_NEED_OWN_SECRET);
	own_secret(&b, "clientPass");
	expect_sent(&b, PPP_EAP, "02 2a 001a 04 10 902768991decf7e13b5231be953c74d8" NAME);
	bench_receive(&b, PPP_EAP, "03 2a 0004");
	expect_action(&b, PPP_PROVEN);
	expect_sent(&b, PPP_IPCP, "01 *");
	bench_receive(&b, PPP_EAP, "04 2a 0004");
	expect_nothing(&b);
}

/* A Success is sent once: where it is lost, the peer's next step says the same. */
static void eap_success_may_be_lost(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_EAP);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001");
	expect_nothing(&b);
	bench_receive(&b, PPP_EAP, "01 2a 0016 04 10 000102030405060708090a0b0c0d0e0f");
	own_secret(&b, "clientPass");
	bench_forget(&b);
	bench_receive(&b, PPP_IPCP, "01 01 000a 0306 0a000001");
	expect_action(&b, PPP_PROVEN);
	expect_sent(&b, PPP_IPCP, "01 01 *");
	expect_sent(&b, PPP_IPCP, "02 01 *");
}

static void eap_prover_is_refused(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_EAP);
	bench_receive(&b, PPP_EAP, "01 01 0005 01");
	bench_forget(&b);
	bench_receive(&b, PPP_EAP, "04 01 0004");
	expect_terminated(&b, PPP_FAILURE_AUTH_REJECTED);
}

static void eap_checker_identifies_then_challenges(void **state)
{
	(void)state;
	struct bench b;
	start(&b, PPP_AUTH_EAP_MD5, "");
	expect_sent(&b, PPP_EAP, "01 01 0005 01");
	bench_receive(&b, PPP_EAP, "02 02 0009 01" NAME);
	bench_receive(&b, PPP_EAP, "02 01 001a 04 10 902768991decf7e13b5231be953c74d8" NAME);
	expect_nothing(&b);
	bench_receive(&b, PPP_EAP, "02 01 0009 01" NAME);
	expect_sent(&b, PPP_EAP, "01 02 001a 04 10" SIXTEEN NAME);
	bench_receive(&b, PPP_EAP, "02 01 0009 01" NAME); /* repeated, and no longer of interest */
	bench_wait(&b, 1000);
	expect_sent(&b, PPP_EAP, "01 02 001a 04 10" SIXTEEN NAME);
	set_challenge(&b, 0x2a, "000102030405060708090a0b0c0d0e0f");
	bench_receive(&b, PPP_EAP, "02 2a 0009 04 10 902768");
	expect_nothing(&b);
	bench_receive(&b, PPP_EAP, "02 2a 001a 04 10 902768991decf7e13b5231be953c74d8" NAME);
	expect_action(&b, PPP_NEED_PEER_SECRET);
	assert_true(bytes_equal(ppp_session_peer_name(&b.session), bytes_of_text("User")));
	peer_secret(&b, "clientPass");
	expect_sent(&b, PPP_EAP, "03 2a 0004");
	expect_action(&b, PPP_CHECKED);
	bench_forget(&b);
	bench_receive(&b, PPP_EAP, "02 2a 001a 04 10 902768991decf7e13b5231be953c74d8" NAME);
	expect_sent(&b, PPP_EAP, "03 2a 0004");
}

/* A wrong answer, and none: another method than MD5 is not had here. */
static void eap_checker_refuses(void **state)
{
	(void)state;
	static const char *const answers[] = {
		"02 2a 001a 04 10 902768991decf7e13b5231be953c74d9" NAME,
		"02 2a 0006 03 0d",
	};
	for (int i = 0; i < 2; i++) {
		struct bench b;
		start(&b, PPP_AUTH_EAP_MD5, "");
		bench_receive(&b, PPP_EAP, "02 01 0009 01" NAME);
		set_challenge(&b, 0x2a, "000102030405060708090a0b0c0d0e0f");
		bench_receive(&b, PPP_EAP, answers[i]);
		bench_forget(&b);
		peer_secret(&b, "clientPass");
		expect_sent(&b, PPP_EAP, "04 2a 0004");
		expect_terminated(&b, PPP_FAILURE_PEER_AUTH_REJECTED);
	}
}

/* Packets of a protocol that was not agreed on, and of the other role. */
static void strangers_are_not_listened_to(void **state)
{
	(void)state;
	struct bench b;
	start(&b, 0, DEMANDS_CHAP);
	bench_receive(&b, PPP_PAP, "01 09" PAP_RIGHT);
	bench_receive(&b, PPP_PAP, "02 01 0005 00");
	bench_receive(&b, PPP_EAP, "01 01 0005 01");
	bench_receive(&b, PPP_EAP, "03 01 0004");
	bench_receive(&b, PPP_CHAP, CHAP_RESPONSE_2A);
	bench_receive(&b, PPP_CHAP, "04 2a 0004");
	bench_receive(&b, PPP_CHAP, "00 2a 0004");
	bench_receive(&b, PPP_CHAP, "01 2a");
	peer_secret(&b, "x");
	own_secret(&b, "x");
	expect_nothing(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pap_prover_is_accepted),
		cmocka_unit_test(pap_prover_is_refused),
		cmocka_unit_test(pap_prover_asks_again_and_gives_up),
		cmocka_unit_test(prover_without_a_secret_goes),
		cmocka_unit_test(pap_checker_accepts),
		cmocka_unit_test(pap_checker_refuses),
		cmocka_unit_test(checker_waits_ten_seconds),
		cmocka_unit_test(chap_prover_answers),
		cmocka_unit_test(chap_prover_is_challenged_again),
		cmocka_unit_test(a_peer_that_goes_after_the_answer_has_rejected_it),
		cmocka_unit_test(chap_checker_accepts_and_challenges_again),
		cmocka_unit_test(chap_checker_refuses),
		cmocka_unit_test(our_own_challenge_is_not_answered),
		cmocka_unit_test(both_sides_authenticate),
		cmocka_unit_test(a_late_secret_is_not_taken_for_another_name),
		cmocka_unit_test(mschapv2_computes_what_the_rfc_does),
		cmocka_unit_test(mschapv2_widens_utf8),
		cmocka_unit_test(mschapv2_prover_wants_proof),
		cmocka_unit_test(mschapv2_prover_knows_an_impostor),
		cmocka_unit_test(mschapv2_failures_have_plain_words),
		cmocka_unit_test(mschapv2_checker_proves_itself),
		cmocka_unit_test(mschapv2_checker_refuses),
		cmocka_unit_test(eap_prover_answers),
		cmocka_unit_test(eap_success_may_be_lost),
		cmocka_unit_test(eap_prover_is_refused),
		cmocka_unit_test(eap_checker_identifies_then_challenges),
		cmocka_unit_test(eap_checker_refuses),
		cmocka_unit_test(strangers_are_not_listened_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
