/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The automaton at work, on a protocol made up for this: one option of one byte, of which 7 is
 * Nak'd with 8 and 9 is rejected.
 */
#include "ppp_bench.h"

#include "ppp/control.h"

#define TOY 0x8999

struct toy {
	struct ppp_control control; /* first */
	struct bench bench;
	bool ask;
	uint8_t value, peer_value;
	unsigned signals; /* of the latest calls */
};

static enum ppp_verdict judge(void *owner, struct ppp_context *context, struct bytes value,
			      struct writer *nak)
{
	(void)owner;
	(void)context;
	struct reader r = reader_of(value);
	uint8_t number = reader_u8(&r);
	writer_u8(nak, 8);
	return r.failed || number == 7 ? PPP_NAK : number == 9 ? PPP_REJECT : PPP_ACK;
}

static void agree(void *owner, struct bytes value)
{
	((struct toy *)owner)->peer_value = value.data[0];
}

static bool ask(const void *owner, struct writer *w)
{
	writer_u8(w, ((const struct toy *)owner)->value);
	return ((const struct toy *)owner)->ask;
}

static void naked(void *owner, struct ppp_context *context, struct bytes value)
{
	(void)context;
	((struct toy *)owner)->value = value.data[0];
}

static void rejected(void *owner, struct ppp_context *context)
{
	(void)context;
	((struct toy *)owner)->ask = false;
}

static void forget_peer(void *owner)
{
	((struct toy *)owner)->peer_value = 0;
}

static const struct ppp_option options[] = {
	{ 1, 1, 1, "Number", judge, agree, ask, naked, rejected },
};

static const struct ppp_control_type toy_type = {
	.protocol = TOY,
	.name = "Toy",
	.options = options,
	.option_count = 1,
	.forget_peer = forget_peer,
};

static void toy_init(struct toy *toy)
{
	memset(toy, 0, sizeof(*toy));
	bench_init(&toy->bench);
	ppp_control_init(&toy->control, &toy_type);
	toy->ask = true;
	toy->value = 5;
}

/* Up and Open. */
static void toy_start(struct toy *toy)
{
	toy_init(toy);
	struct ppp_context *context = bench_context(&toy->bench);
	toy->signals = ppp_control_up(&toy->control, context);
	toy->signals |= ppp_control_open(&toy->control, context);
	bench_drain(&toy->bench);
}

static void toy_receive(struct toy *toy, const char *hex)
{
	uint8_t bytes[256];
	struct ppp_packet packet;
	size_t length = bench_hex(bytes, sizeof(bytes), hex);
	assert_true(ppp_packet_read(bytes_of(bytes, length), &packet));
	toy->signals = ppp_control_receive(&toy->control, bench_context(&toy->bench), &packet);
	bench_drain(&toy->bench);
}

static void toy_wait(struct toy *toy, uint32_t ms)
{
	toy->bench.now = mono_after_ms(toy->bench.now, ms);
	toy->signals = ppp_control_tick(&toy->control, bench_context(&toy->bench));
	bench_drain(&toy->bench);
}

/* ... and negotiated. */
static void toy_opened(struct toy *toy)
{
	toy_start(toy);
	toy_receive(toy, "02 01 0007 010305");
	toy_receive(toy, "01 01 0007 010304");
	assert_int_equal(toy->control.state, PPP_OPENED);
	bench_forget(&toy->bench);
}

static void opens_in_either_order(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	expect_sent(&toy.bench, TOY, "01 01 0007 010305");
	toy_receive(&toy, "02 01 0007 010305");
	assert_int_equal(toy.control.state, PPP_ACK_RECEIVED);
	toy_receive(&toy, "01 2a 0007 010304");
	expect_sent(&toy.bench, TOY, "02 2a 0007 010304");
	assert_int_equal(toy.signals, PPP_SIGNAL_UP);
	assert_int_equal(toy.peer_value, 4);
	assert_true(toy.control.deadline == MONO_NEVER);

	toy_start(&toy);
	toy_receive(&toy, "01 2a 0004");
	assert_int_equal(toy.control.state, PPP_ACK_SENT);
	toy_receive(&toy, "02 01 0007 010305");
	assert_int_equal(toy.signals, PPP_SIGNAL_UP);
	assert_int_equal(toy.peer_value, 0);
	expect_sent(&toy.bench, TOY, "01 01 0007 010305");
	expect_sent(&toy.bench, TOY, "02 2a 0004");
	expect_nothing(&toy.bench);
}

/* RFC 1661 section 4.6: Max-Configure; the timer starts short and doubles. */
static void requests_go_out_ten_times(void **state)
{
	(void)state;
	static const uint32_t waits[] = {
		250, 500, 1000, 2000, 3000, 3000, 3000, 3000, 3000, 3000
	};
	struct toy toy;
	toy_start(&toy);
	for (int i = 0; i < 10; i++) {
		expect_sent(&toy.bench, TOY, "01 01 0007 010305");
		expect_nothing(&toy.bench);
		toy_wait(&toy, waits[i] - 1);
		expect_nothing(&toy.bench);
		toy_wait(&toy, 1);
	}
	expect_nothing(&toy.bench);
	assert_int_equal(toy.signals, PPP_SIGNAL_FINISHED | PPP_SIGNAL_SILENCE);
	assert_int_equal(toy.control.state, PPP_STOPPED);
	assert_true(toy.control.deadline == MONO_NEVER);
}

/* A peer that has just come up has not seen the request from before. */
static void first_words_of_a_peer_hurry_the_request(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	bench_forget(&toy.bench);
	toy_wait(&toy, 100);
	toy_receive(&toy, "01 01 0004");
	expect_sent(&toy.bench, TOY, "02 01 0004");
	toy_wait(&toy, 19);
	expect_nothing(&toy.bench);
	toy_wait(&toy, 1);
	expect_sent(&toy.bench, TOY, "01 01 0007 010305");
	toy_receive(&toy, "01 01 0004"); /* no longer its first */
	expect_sent(&toy.bench, TOY, "02 01 0004");
	toy_wait(&toy, 249);
	expect_nothing(&toy.bench);
	toy_wait(&toy, 1);
	expect_sent(&toy.bench, TOY, "01 01 0007 010305");
	toy_wait(&toy, 499);
	expect_nothing(&toy.bench);
}

/* No answer can be back before the round trip is over, and on a fast line none takes long. */
static void restart_timer_knows_the_round_trip(void **state)
{
	(void)state;
	static const struct {
		bool known;
		uint32_t round_trip_ms, first_ms, second_ms;
	} vectors[] = { { false, 0, 250, 500 },	   { true, 0, 40, 40 },
			{ true, 10, 40, 40 },	   { true, 100, 300, 600 },
			{ true, 400, 1200, 2400 }, { true, 5000, 3000, 3000 } };
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct toy toy;
		toy_init(&toy);
		struct ppp_context *context = bench_context(&toy.bench);
		context->round_trip_known = vectors[i].known;
		context->round_trip_ms = vectors[i].round_trip_ms;
		ppp_control_up(&toy.control, context);
		ppp_control_open(&toy.control, context);
		bench_drain(&toy.bench);
		bench_forget(&toy.bench);
		toy_wait(&toy, vectors[i].first_ms - 1);
		expect_nothing(&toy.bench);
		toy_wait(&toy, 1);
		expect_sent(&toy.bench, TOY, "01 01 0007 010305");
		toy_wait(&toy, vectors[i].second_ms - 1);
		expect_nothing(&toy.bench);
		toy_wait(&toy, 1);
		expect_sent(&toy.bench, TOY, "01 01 0007 010305");
	}
}

/* On a fast line five tries more, 40 ms apart, are for a peer that is starting up. */
static void quick_tries_come_before_max_configure(void **state)
{
	(void)state;
	static const uint32_t waits_ms[] = { 40,  40,  40,  40,	  40,	40,   80,
					     160, 320, 640, 1280, 2560, 3000, 3000 };
	struct toy toy;
	toy_init(&toy);
	struct ppp_context *context = bench_context(&toy.bench);
	context->round_trip_known = true;
	ppp_control_up(&toy.control, context);
	ppp_control_open(&toy.control, context);
	for (size_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		bench_drain(&toy.bench);
		bench_forget(&toy.bench);
		toy_wait(&toy, waits_ms[i] - 1);
		expect_nothing(&toy.bench);
		toy_wait(&toy, 1);
		expect_sent(&toy.bench, TOY, "01 01 0007 010305");
	}
	bench_forget(&toy.bench);
	toy_wait(&toy, 60000);
	expect_nothing(&toy.bench);
}

static void answers_to_another_request_are_dropped(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	bench_forget(&toy.bench);
	toy_receive(&toy, "02 02 0007 010305"); /* another identifier */
	toy_receive(&toy, "02 01 0007 010306"); /* other options */
	toy_receive(&toy, "02 01 0004");
	toy_receive(&toy, "02 01 000a 010305 010305");
	toy_receive(&toy, "03 02 0007 010306");
	toy_receive(&toy, "04 07 0007 010305");
	toy_receive(&toy, "03 01 0006 0101"); /* length 1 */
	toy_receive(&toy, "03 01 0007 010405"); /* length beyond the end */
	toy_receive(&toy, "04 01 0007 020305"); /* what was not asked for */
	assert_int_equal(toy.control.state, PPP_REQUEST_SENT);
	toy_receive(&toy, "02 01 0007 010305");
	toy_receive(&toy, "02 01 0007 010305"); /* answered already */
	assert_int_equal(toy.control.state, PPP_ACK_RECEIVED);
	expect_nothing(&toy.bench);
}

static void naks_and_rejects_change_the_request(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	bench_forget(&toy.bench);
	toy_receive(&toy, "03 01 000a 010306 020344"); /* what was not asked for is passed over */
	expect_sent(&toy.bench, TOY, "01 02 0007 010306");
	toy_receive(&toy, "03 02 0008 01041122"); /* a length that can't be: the same again */
	expect_sent(&toy.bench, TOY, "01 03 0007 010306");
	toy_receive(&toy, "04 03 0007 010306");
	expect_sent(&toy.bench, TOY, "01 04 0004");
	toy_receive(&toy, "02 04 0004");
	assert_int_equal(toy.control.state, PPP_ACK_RECEIVED);
}

static void requests_are_judged_rejects_first(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	bench_forget(&toy.bench);
	toy_receive(&toy, "01 01 0007 010307");
	expect_sent(&toy.bench, TOY, "03 01 0007 010308");
	toy_receive(&toy, "01 02 000d 010307 02061122 3344");
	expect_sent(&toy.bench, TOY, "04 02 000a 020611223344");
	toy_receive(&toy, "01 03 0007 010309");
	expect_sent(&toy.bench, TOY, "04 03 0007 010309");
	toy_receive(&toy, "01 04 0006 0102"); /* a wrong length is Nak'd with the right one */
	expect_sent(&toy.bench, TOY, "03 04 0007 010308");
	toy_receive(&toy, "01 05 0008 01040102");
	expect_sent(&toy.bench, TOY, "03 05 0007 010308");
	assert_int_equal(toy.control.state, PPP_REQUEST_SENT);
	toy_receive(&toy, "01 06 0009 010308 0303"); /* malformed */
	toy_receive(&toy, "01 07 0006 0101");
	toy_receive(&toy, "01 08 0005 01");
	expect_nothing(&toy.bench);
	toy_receive(&toy, "01 09 0007 010308 ffff"); /* padding */
	expect_sent(&toy.bench, TOY, "02 09 0007 010308");
	assert_int_equal(toy.peer_value, 8);
}

/* RFC 1661 section 4.6: after Max-Failure Naks the option is rejected. */
static void naks_end_after_max_failure(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	bench_forget(&toy.bench);
	toy_receive(&toy, "01 01 0007 010307");
	for (int i = 0; i < 10; i++)
		toy_receive(&toy, "01 01 0007 010307"); /* repeated: counts once */
	toy_receive(&toy, "01 02 0007 010307");
	toy_receive(&toy, "01 03 0007 010307");
	toy_receive(&toy, "01 04 0007 010307");
	bench_forget(&toy.bench);
	toy_receive(&toy, "01 05 0007 010307");
	expect_sent(&toy.bench, TOY, "03 05 0007 010308");
	toy_receive(&toy, "01 06 0007 010307");
	expect_sent(&toy.bench, TOY, "04 06 0007 010307");
	toy_receive(&toy, "01 07 0004"); /* an Ack begins the count anew */
	expect_sent(&toy.bench, TOY, "02 07 0004");
	toy_receive(&toy, "01 08 0007 010307");
	expect_sent(&toy.bench, TOY, "03 08 0007 010308");
}

static void a_peer_that_naks_for_ever_is_given_up(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	unsigned naks = 0;
	do {
		uint8_t bytes[] = { 3, toy.control.identifier, 0, 7, 1, 3, 6 };
		struct ppp_packet packet;
		assert_true(ppp_packet_read(bytes_of(bytes, sizeof(bytes)), &packet));
		toy.signals = ppp_control_receive(&toy.control, bench_context(&toy.bench), &packet);
		bench_drain(&toy.bench);
	} while (++naks < 100 && !(toy.signals & PPP_SIGNAL_NO_AGREEMENT));
	assert_int_equal(naks, 11);
}

static void terminate_request_is_acknowledged(void **state)
{
	(void)state;
	struct toy toy;
	toy_opened(&toy);
	toy_receive(&toy, "05 33 0007 627965");
	expect_sent(&toy.bench, TOY, "06 33 0004");
	assert_int_equal(toy.signals, PPP_SIGNAL_DOWN);
	assert_int_equal(toy.control.state, PPP_STOPPING);
	toy_wait(&toy, 250);
	assert_int_equal(toy.signals, PPP_SIGNAL_FINISHED);
	expect_nothing(&toy.bench);
	toy_receive(&toy, "02 33 0004");
	toy_receive(&toy, "06 33 0004");
	expect_nothing(&toy.bench);
	toy_receive(&toy, "01 34 0004"); /* the peer begins anew */
	expect_sent(&toy.bench, TOY, "01 02 0007 010305");
	expect_sent(&toy.bench, TOY, "02 34 0004");
}

static void close_asks_max_terminate_times(void **state)
{
	(void)state;
	struct toy toy;
	toy_opened(&toy);
	toy.signals = ppp_control_close(&toy.control, bench_context(&toy.bench), "bye");
	bench_drain(&toy.bench);
	assert_int_equal(toy.signals, PPP_SIGNAL_DOWN);
	expect_sent(&toy.bench, TOY, "05 01 0007 627965");
	toy_receive(&toy, "01 02 0007 010304"); /* in Closing everything else is dropped */
	toy_wait(&toy, 250);
	expect_sent(&toy.bench, TOY, "05 02 0007 627965");
	toy_wait(&toy, 500);
	assert_int_equal(toy.signals, PPP_SIGNAL_FINISHED); /* and no SILENCE: that was asked for */
	expect_nothing(&toy.bench);

	toy_opened(&toy);
	ppp_control_close(&toy.control, bench_context(&toy.bench), "bye");
	toy_receive(&toy, "06 01 0004");
	assert_int_equal(toy.signals, PPP_SIGNAL_FINISHED);
	assert_int_equal(toy.control.state, PPP_CLOSED);
	bench_forget(&toy.bench);
	toy_receive(&toy, "01 02 0007 010304");
	expect_sent(&toy.bench, TOY, "06 .. 0004");
	toy_receive(&toy, "06 01 0004"); /* no loop */
	expect_nothing(&toy.bench);
}

static void unknown_codes_are_rejected(void **state)
{
	(void)state;
	struct toy toy;
	toy_opened(&toy);
	toy_receive(&toy, "0f 44 0006 abcd ffff");
	expect_sent(&toy.bench, TOY, "07 01 000a 0f440006abcd");
	toy_receive(&toy, "00 45 0004");
	expect_sent(&toy.bench, TOY, "07 02 0008 00450004");
	assert_int_equal(toy.control.state, PPP_OPENED);
	toy_receive(&toy, "07 01 0008 0f440004"); /* RXJ+ */
	assert_int_equal(toy.control.state, PPP_OPENED);
	toy_receive(&toy, "07 01 0004"); /* that rejects nothing */
	assert_int_equal(toy.control.state, PPP_OPENED);
	toy_receive(&toy, "07 02 0008 01010004"); /* a peer that does not know Configure-Request */
	assert_int_equal(toy.signals, PPP_SIGNAL_DOWN);
	assert_int_equal(toy.control.state, PPP_STOPPING);
}

/* "MUST be truncated to comply with the peer's established MRU" (RFC 1661 section 5.6) */
static void code_reject_is_cut_to_what_the_peer_takes(void **state)
{
	(void)state;
	struct toy toy;
	toy_opened(&toy);
	uint8_t bytes[1000] = { 0x0f, 1, 1000 >> 8, 1000 & 0xff };
	struct ppp_packet packet;
	assert_true(ppp_packet_read(bytes_of(bytes, sizeof(bytes)), &packet));
	struct ppp_context *context = bench_context(&toy.bench);
	context->peer_mru = 128;
	ppp_control_receive(&toy.control, context, &packet);
	bench_drain(&toy.bench);
	const struct bench_action *sent = bench_next(&toy.bench);
	assert_int_equal(sent->length, 128);
	assert_true(bench_hex_matches(sent, "07 01 0080 0f01 03e8 0000 *"));
}

/* An Ack that was lost, or is slower than the restart timer, brings nothing down. */
static void a_repeated_request_leaves_opened_open(void **state)
{
	(void)state;
	struct toy toy;
	toy_opened(&toy);
	for (int i = 0; i < 5; i++) {
		toy_receive(&toy, "01 01 0007 010304");
		expect_sent(&toy.bench, TOY, "02 01 0007 010304");
		assert_int_equal(toy.signals, 0);
	}
	toy_receive(&toy, "01 01 0007 010304"); /* it does mean it */
	expect_sent(&toy.bench, TOY, "01 02 0007 010305");
	expect_sent(&toy.bench, TOY, "02 01 0007 010304");
	assert_int_equal(toy.signals, PPP_SIGNAL_DOWN);
}

static void another_request_begins_anew(void **state)
{
	(void)state;
	struct toy toy;
	toy_opened(&toy);
	toy_receive(&toy, "01 02 0007 010306");
	assert_int_equal(toy.signals, PPP_SIGNAL_DOWN);
	expect_sent(&toy.bench, TOY, "01 02 0007 010305");
	expect_sent(&toy.bench, TOY, "02 02 0007 010306");
	for (int i = 1; i < 10; i++)
		toy_wait(&toy, 3000);
	assert_int_equal(toy.bench.made - toy.bench.taken, 9); /* all its tries once more */
}

static void what_is_down_says_nothing(void **state)
{
	(void)state;
	struct toy toy;
	toy_init(&toy);
	toy_receive(&toy, "01 01 0004");
	toy_receive(&toy, "0f 01 0004");
	expect_nothing(&toy.bench);
	toy_opened(&toy);
	toy.signals = ppp_control_down(&toy.control, bench_context(&toy.bench));
	assert_int_equal(toy.signals, PPP_SIGNAL_DOWN);
	toy_receive(&toy, "01 01 0004");
	expect_nothing(&toy.bench);
}

/* An answer can't be longer than its request, but for Naks of options that were empty. */
static void answers_never_outgrow_a_packet(void **state)
{
	(void)state;
	struct toy toy;
	toy_start(&toy);
	bench_forget(&toy.bench);
	uint8_t bytes[2000] = { 1, 1, sizeof(bytes) >> 8, sizeof(bytes) & 0xff };
	for (size_t i = 4; i < sizeof(bytes); i += 2) {
		bytes[i] = 1;
		bytes[i + 1] = 2;
	}
	for (size_t length = 1000; length <= sizeof(bytes); length += 20) {
		bytes[2] = (uint8_t)(length >> 8);
		bytes[3] = (uint8_t)length;
		struct ppp_packet packet;
		assert_true(ppp_packet_read(bytes_of(bytes, sizeof(bytes)), &packet));
		ppp_control_receive(&toy.control, bench_context(&toy.bench), &packet);
		bench_drain(&toy.bench);
		const struct bench_action *sent = bench_next(&toy.bench);
		assert_true(sent->length <= BENCH_PAYLOAD_MAX && sent->length != 4);
	}
}

static void packets_are_read_with_care(void **state)
{
	(void)state;
	static const char *const bad[] = { "",	       "01",	   "0101",	"010100",
					   "01010003", "01010005", "0101ffff00" };
	struct ppp_packet packet;
	uint8_t bytes[16];
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ppp_packet_read(
			bytes_of(bytes, bench_hex(bytes, sizeof(bytes), bad[i])), &packet));
	size_t length = bench_hex(bytes, sizeof(bytes), "09 08 0005 11 2233");
	assert_true(ppp_packet_read(bytes_of(bytes, length), &packet));
	assert_int_equal(packet.code, 9);
	assert_int_equal(packet.identifier, 8);
	assert_int_equal(packet.data.length, 1);
	assert_int_equal(packet.whole.length, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_in_either_order),
		cmocka_unit_test(requests_go_out_ten_times),
		cmocka_unit_test(first_words_of_a_peer_hurry_the_request),
		cmocka_unit_test(restart_timer_knows_the_round_trip),
		cmocka_unit_test(quick_tries_come_before_max_configure),
		cmocka_unit_test(answers_to_another_request_are_dropped),
		cmocka_unit_test(naks_and_rejects_change_the_request),
		cmocka_unit_test(requests_are_judged_rejects_first),
		cmocka_unit_test(naks_end_after_max_failure),
		cmocka_unit_test(a_peer_that_naks_for_ever_is_given_up),
		cmocka_unit_test(terminate_request_is_acknowledged),
		cmocka_unit_test(close_asks_max_terminate_times),
		cmocka_unit_test(unknown_codes_are_rejected),
		cmocka_unit_test(code_reject_is_cut_to_what_the_peer_takes),
		cmocka_unit_test(a_repeated_request_leaves_opened_open),
		cmocka_unit_test(another_request_begins_anew),
		cmocka_unit_test(what_is_down_says_nothing),
		cmocka_unit_test(answers_never_outgrow_a_packet),
		cmocka_unit_test(packets_are_read_with_care),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
