/* SPDX-License-Identifier: BSD-2-Clause */
/* The survey against concentrators played by hand, in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pppoe/survey.h"

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac ac = { { 2, 0, 0, 0, 0, 0xac } };
static const struct mac other_ac = { { 2, 0, 0, 0, 0, 0xad } };

#define MS 1000
#define ANSWERS 4
#define WIRES 3

struct bench {
	struct pppoe_survey_config config;
	struct pppoe_survey_wire wires[WIRES];
	size_t wire_count;
	struct pppoe_survey_answer memory[ANSWERS];
	struct pppoe_survey_answers answers;
	struct pppoe_survey survey;
	mono_us now;
	unsigned sent; /* frames of the survey; the last one: */
	uint8_t frame[PPPOE_SURVEY_FRAME_MAX];
	size_t frame_length;
	uint8_t pado[2000]; /* being made for the survey */
	struct writer w;
	size_t mark;
};

static void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->config = (struct pppoe_survey_config){ .address = us, .wait_ms = 1000, .attempts = 3 };
	b->wire_count = 1;
	b->answers = (struct pppoe_survey_answers){ b->memory, ANSWERS, 0 };
	b->now = 1000 * MS;
}

static void drain(struct bench *b)
{
	struct bytes frame;
	while (pppoe_survey_next_frame(&b->survey, b->now, &frame)) {
		assert_true(frame.length <= sizeof(b->frame));
		memcpy(b->frame, frame.data, frame.length);
		b->frame_length = frame.length;
		b->sent++;
	}
}

static void open_survey(struct bench *b)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1, 2, 3 };
	struct random random;
	random_init(&random, seed);
	pppoe_survey_init(&b->survey, &b->config, 7, b->wires, b->wire_count, &b->answers, &random);
	pppoe_survey_open(&b->survey, b->now);
	drain(b);
}

static void pass(struct bench *b, mono_us time)
{
	b->now += time;
	pppoe_survey_tick(&b->survey, b->now);
	drain(b);
}

/* The tags of the last PADI; behind a VLAN tag if there is one. */
static struct pppoe_tags padi_tags(const struct bench *b, uint16_t vlan)
{
	struct ethernet_frame ethernet = { .type = 0 };
	struct pppoe_packet packet = { .code = 0 };
	struct pppoe_tags tags;
	assert_true(ethernet_read(bytes_of(b->frame, b->frame_length), &ethernet));
	assert_true(mac_equal(ethernet.destination, MAC_BROADCAST));
	assert_true(mac_equal(ethernet.source, us));
	if (vlan != PPPOE_SURVEY_UNTAGGED) {
		struct reader r = reader_of(ethernet.payload);
		assert_int_equal(ethernet.type, 0x8100);
		assert_int_equal(reader_u16(&r), vlan);
		ethernet.type = reader_u16(&r);
		ethernet.payload = reader_rest(&r);
	}
	assert_int_equal(ethernet.type, ETHERNET_PPPOE_DISCOVERY);
	assert_int_equal(pppoe_packet_read(ethernet.payload, &packet), PPPOE_READ_OK);
	assert_int_equal(packet.code, PPPOE_PADI);
	assert_int_equal(packet.session_id, 0);
	assert_true(pppoe_tags_read(packet.payload, &tags));
	assert_int_equal(tags.service_names, 1);
	return tags;
}

static void begin_pado(struct bench *b, struct mac from)
{
	b->w = writer_of(b->pado, sizeof(b->pado));
	ethernet_write(&b->w, us, from, ETHERNET_PPPOE_DISCOVERY);
	b->mark = pppoe_packet_begin(&b->w, PPPOE_PADO, 0);
}

static void tag(struct bench *b, enum pppoe_tag_type type, const char *value)
{
	pppoe_tag_write(&b->w, type, bytes_of_text(value));
}

static void return_host_uniq(struct bench *b, uint16_t vlan)
{
	struct pppoe_tags tags = padi_tags(b, vlan);
	pppoe_tag_return(&b->w, PPPOE_TAG_HOST_UNIQ, &tags.host_uniq);
}

static bool give(struct bench *b, uint16_t vlan)
{
	pppoe_packet_end(&b->w, b->mark);
	assert_false(b->w.failed);
	bool taken = pppoe_survey_receive(&b->survey, vlan, writer_written(&b->w), b->now);
	drain(b);
	return taken;
}

static bool give_pado(struct bench *b, struct mac from, const char *name, const char *service)
{
	begin_pado(b, from);
	tag(b, PPPOE_TAG_AC_NAME, name);
	tag(b, PPPOE_TAG_SERVICE_NAME, service);
	return_host_uniq(b, PPPOE_SURVEY_UNTAGGED);
	return give(b, PPPOE_SURVEY_UNTAGGED);
}

static void test_silence(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	open_survey(&b);
	assert_int_equal(b.sent, 1);
	assert_int_equal(padi_tags(&b, 0).service_name.value.length, 0);
	assert_int_equal(pppoe_survey_deadline(&b.survey), b.now + 1000 * MS);
	pass(&b, 999 * MS);
	assert_int_equal(b.sent, 1);
	pass(&b, 1 * MS);
	assert_int_equal(b.sent, 2);
	pass(&b, 1000 * MS);
	assert_int_equal(b.sent, 3);
	assert_false(pppoe_survey_is_over(&b.survey));
	pass(&b, 1000 * MS);
	assert_int_equal(b.sent, 3);
	assert_true(pppoe_survey_is_over(&b.survey));
	assert_int_equal(pppoe_survey_deadline(&b.survey), MONO_NEVER);
	assert_false(pppoe_survey_is_answered(&b.survey));
	assert_int_equal(b.answers.count, 0);
}

static void test_answers(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	open_survey(&b);
	pass(&b, 30 * MS);
	assert_true(give_pado(&b, ac, "one", ""));
	pass(&b, 40 * MS);
	assert_true(give_pado(&b, other_ac, "two", ""));
	assert_false(give_pado(&b, ac, "one", ""));
	/* One machine may speak for several concentrators and services. */
	assert_true(give_pado(&b, ac, "three", ""));
	assert_true(give_pado(&b, ac, "one", "voice"));
	assert_false(give_pado(&b, other_ac, "four", ""));
	assert_int_equal(b.answers.count, 4);
	assert_int_equal(pppoe_survey_ignored(&b.survey, PPPOE_SURVEY_REPEATED), 1);
	assert_int_equal(pppoe_survey_ignored(&b.survey, PPPOE_SURVEY_NO_ROOM), 1);
	assert_int_equal(b.memory[0].latency, 30 * MS);
	assert_int_equal(b.memory[1].latency, 70 * MS);
	assert_int_equal(b.memory[0].interface, 7);
	assert_true(b.memory[0].matches);
	assert_true(mac_equal(b.memory[1].concentrator, other_ac));
	/* It waits for others until the time is over, and asks no more. */
	assert_true(pppoe_survey_is_answered(&b.survey));
	pass(&b, 929 * MS);
	assert_false(pppoe_survey_is_over(&b.survey));
	pass(&b, 1 * MS);
	assert_true(pppoe_survey_is_over(&b.survey));
	assert_int_equal(b.sent, 1);
	assert_false(give_pado(&b, ac, "late", ""));
}

/* The answer to the first PADI comes after the second was sent: the tag says which it was. */
static void test_latency_of_an_earlier_attempt(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	open_survey(&b);
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_AC_NAME, "slow");
	tag(&b, PPPOE_TAG_SERVICE_NAME, "");
	return_host_uniq(&b, 0);
	pass(&b, 1000 * MS);
	assert_int_equal(b.sent, 2);
	pass(&b, 200 * MS);
	assert_true(give(&b, 0));
	assert_int_equal(b.memory[0].latency, 1200 * MS);
	pass(&b, 100 * MS);
	assert_true(give_pado(&b, other_ac, "fast", ""));
	assert_int_equal(b.memory[1].latency, 300 * MS);
}

static void test_what_is_asked_for(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.config.has_service_name = true;
	strcpy(b.config.service_name, "internet");
	strcpy(b.config.concentrator_name, "bras");
	b.config.max_payload = 1500;
	open_survey(&b);
	struct pppoe_tags tags = padi_tags(&b, 0);
	assert_true(bytes_equal(tags.service_name.value, bytes_of_text("internet")));
	assert_int_equal(pppoe_tags_max_payload(&tags), 1500);
	assert_true(give_pado(&b, ac, "bras", "voice"));
	assert_true(give_pado(&b, ac, "brass", "internet"));
	assert_false(b.memory[0].matches);
	assert_false(b.memory[1].matches);
	/* They don't end the asking. */
	pass(&b, 1000 * MS);
	assert_int_equal(b.sent, 2);
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_AC_NAME, "bras");
	tag(&b, PPPOE_TAG_SERVICE_NAME, "voice");
	tag(&b, PPPOE_TAG_SERVICE_NAME, "internet");
	return_host_uniq(&b, 0);
	assert_true(give(&b, 0));
	assert_true(b.memory[2].matches);
	assert_true(pppoe_survey_is_answered(&b.survey));
}

static void test_incomplete_answers(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	open_survey(&b);
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_SERVICE_NAME, "");
	return_host_uniq(&b, 0);
	assert_true(give(&b, 0));
	begin_pado(&b, other_ac);
	tag(&b, PPPOE_TAG_AC_NAME, "full");
	tag(&b, PPPOE_TAG_SERVICE_NAME_ERROR, "no");
	return_host_uniq(&b, 0);
	assert_true(give(&b, 0));
	assert_false(b.memory[0].matches);
	assert_false(b.memory[1].matches);
	assert_int_equal(pppoe_survey_ignored(&b.survey, PPPOE_SURVEY_NO_AC_NAME), 1);
	assert_int_equal(pppoe_survey_ignored(&b.survey, PPPOE_SURVEY_NO_SERVICE), 1);
}

static void refuse(struct bench *b, enum pppoe_survey_ignored reason)
{
	uint64_t before = pppoe_survey_ignored(&b->survey, reason);
	assert_false(give(b, 0));
	assert_int_equal(pppoe_survey_ignored(&b->survey, reason), before + 1);
	assert_int_equal(b->answers.count, 0);
}

static void begin_good(struct bench *b)
{
	begin_pado(b, ac);
	tag(b, PPPOE_TAG_AC_NAME, "ac");
	tag(b, PPPOE_TAG_SERVICE_NAME, "");
	return_host_uniq(b, 0);
}

static void test_frames_that_are_no_answer(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	open_survey(&b);
	begin_good(&b);
	b.pado[15] = PPPOE_PADS;
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	begin_good(&b);
	b.pado[5] = 9; /* to another host */
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	begin_good(&b);
	b.pado[6] = 3; /* from a group */
	refuse(&b, PPPOE_SURVEY_MALFORMED);
	begin_good(&b);
	b.pado[14] = 0x12; /* version */
	refuse(&b, PPPOE_SURVEY_MALFORMED);
	begin_good(&b);
	b.pado[17] = 1; /* a session */
	refuse(&b, PPPOE_SURVEY_MALFORMED);
	begin_good(&b);
	writer_u32(&b.w, 0x0104ffff); /* a cookie that ends beyond the frame */
	refuse(&b, PPPOE_SURVEY_MALFORMED);
	/* Host-Uniq: none; another; of an attempt that was not made. */
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_AC_NAME, "ac");
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_HOST_UNIQ, "others'");
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	begin_good(&b);
	b.pado[b.w.length - 1]++;
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	/* Another VLAN than was asked in. */
	begin_good(&b);
	assert_false(give(&b, 7));
	begin_good(&b);
	assert_true(give(&b, 0));
}

static void test_longest_answer(void **state)
{
	(void)state;
	struct bench b;
	uint8_t value[PPPOE_SURVEY_TAGS_MAX] = { 0 };
	bench_init(&b);
	open_survey(&b);
	begin_good(&b);
	size_t left = PPPOE_SURVEY_TAGS_MAX - (b.w.length - b.mark - 2) - 4;
	pppoe_tag_write(&b.w, PPPOE_TAG_VENDOR_SPECIFIC, bytes_of(value, left + 1));
	refuse(&b, PPPOE_SURVEY_MALFORMED);
	begin_good(&b);
	pppoe_tag_write(&b.w, PPPOE_TAG_VENDOR_SPECIFIC, bytes_of(value, left));
	assert_true(give(&b, 0));
	assert_int_equal(b.memory[0].length, PPPOE_SURVEY_TAGS_MAX);
}

static void test_host_uniq_of_the_caller(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	memcpy(b.config.host_uniq, "mine", 4);
	b.config.host_uniq_length = 4;
	open_survey(&b);
	pass(&b, 1000 * MS);
	assert_true(bytes_equal(padi_tags(&b, 0).host_uniq.value, bytes_of("mine", 4)));
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_HOST_UNIQ, "yours");
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	assert_true(give_pado(&b, ac, "ac", ""));

	bench_init(&b);
	b.config.without_host_uniq = true;
	open_survey(&b);
	assert_false(padi_tags(&b, 0).host_uniq.present);
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_HOST_UNIQ, "of another program");
	refuse(&b, PPPOE_SURVEY_NOT_OURS);
	assert_true(give_pado(&b, ac, "ac", ""));
}

static void test_vlans(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.wire_count = 3;
	b.wires[0].vlan = 0;
	b.wires[1].vlan = 7;
	b.wires[2].vlan = 4094;
	open_survey(&b);
	assert_int_equal(b.sent, 3);
	assert_int_equal(b.frame_length, 14 + 4 + 6 + 4 + 12);
	(void)padi_tags(&b, 4094);
	pass(&b, 10 * MS);
	begin_pado(&b, ac);
	tag(&b, PPPOE_TAG_AC_NAME, "ac");
	tag(&b, PPPOE_TAG_SERVICE_NAME, "");
	return_host_uniq(&b, 4094);
	assert_false(give(&b, 8));
	pppoe_survey_receive(&b.survey, 7, writer_written(&b.w), b.now);
	assert_int_equal(b.answers.count, 1);
	assert_int_equal(b.memory[0].vlan, 7);
	/* The same concentrator in another VLAN is another answer. */
	pppoe_survey_receive(&b.survey, 4094, writer_written(&b.w), b.now);
	assert_int_equal(b.answers.count, 2);
	/* Only where nobody has answered it asks again. */
	pass(&b, 990 * MS);
	assert_int_equal(b.sent, 4);
	(void)padi_tags(&b, 0);
	pass(&b, 1000 * MS);
	pass(&b, 1000 * MS);
	assert_true(pppoe_survey_is_over(&b.survey));
	assert_int_equal(b.sent, 5);
}

/* Frames are taken when they can be sent: the last VLAN has the whole time for its answer. */
static void test_slow_sending(void **state)
{
	(void)state;
	struct bench b;
	struct bytes frame;
	bench_init(&b);
	b.wire_count = 2;
	b.wires[1].vlan = 7;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1 };
	struct random random;
	random_init(&random, seed);
	pppoe_survey_init(&b.survey, &b.config, 0, b.wires, 2, &b.answers, &random);
	pppoe_survey_open(&b.survey, b.now);
	assert_true(pppoe_survey_next_frame(&b.survey, b.now, &frame));
	b.now += 600 * MS;
	assert_true(pppoe_survey_next_frame(&b.survey, b.now, &frame));
	assert_false(pppoe_survey_next_frame(&b.survey, b.now, &frame));
	assert_int_equal(pppoe_survey_deadline(&b.survey), b.now + 1000 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_latency_of_an_earlier_attempt),
		cmocka_unit_test(test_what_is_asked_for),
		cmocka_unit_test(test_incomplete_answers),
		cmocka_unit_test(test_frames_that_are_no_answer),
		cmocka_unit_test(test_longest_answer),
		cmocka_unit_test(test_host_uniq_of_the_caller),
		cmocka_unit_test(test_vlans),
		cmocka_unit_test(test_slow_sending),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
