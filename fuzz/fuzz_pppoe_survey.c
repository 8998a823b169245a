/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The survey of who is there.  The input is a byte of choices and a list of records:
 *
 *	+--------------+---------+-----------+-------------------------
 *	| operation, 1 | VLAN, 1 | length, 2 | payload, length bytes ...
 *	+--------------+---------+-----------+-------------------------
 */
#include <stdlib.h>

#include "pppoe/survey.h"

enum operation {
	OPERATION_FRAME, /* the payload is a whole frame */
	OPERATION_PADO, /* the payload is tags: addresses, header and Host-Uniq are right */
	OPERATION_TIME, /* goes on by the payload's 32 bits, in microseconds */
	OPERATION_COUNT,
};

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } }, peer = { { 2, 0, 0, 0, 0, 2 } };

#define WIRES 3
#define ANSWERS 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void check_answer(const struct pppoe_survey_answer *answer, mono_us now)
{
	struct pppoe_tags tags;
	require(answer->length <= PPPOE_SURVEY_TAGS_MAX);
	require(pppoe_tags_read(bytes_of(answer->tags, answer->length), &tags));
	require(!answer->matches || (tags.ac_name.present && tags.service_name.present));
	require(answer->vlan < WIRES && answer->interface == 3);
	require(!mac_is_group(answer->concentrator));
	require(answer->latency >= 0 && answer->latency <= now);
}

static void check(struct pppoe_survey *survey, const struct pppoe_survey_answers *answers,
		  mono_us now)
{
	struct bytes frame;
	for (unsigned frames = 0; pppoe_survey_next_frame(survey, now, &frame); frames++) {
		require(frames < WIRES);
		require(frame.length >= ETHERNET_HEADER_LENGTH + PPPOE_HEADER_LENGTH + 4 &&
			frame.length <= PPPOE_SURVEY_FRAME_MAX);
	}
	require(pppoe_survey_is_over(survey) == (pppoe_survey_deadline(survey) == MONO_NEVER));
	require(answers->count <= ANSWERS);
	for (size_t i = 0; i < answers->count; i++)
		check_answer(&answers->answer[i], now);
}

static void receive_tags(struct pppoe_survey *survey, uint16_t vlan, struct bytes tags, mono_us now)
{
	uint8_t frame[3000];
	struct writer w = writer_of(frame, sizeof(frame));
	ethernet_write(&w, us, peer, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADO, 0);
	if (!survey->config.without_host_uniq)
		pppoe_tag_write(&w, PPPOE_TAG_HOST_UNIQ, bytes_of(survey->config.host_uniq, 8));
	writer_bytes(&w, tags);
	pppoe_packet_end(&w, mark);
	pppoe_survey_receive(survey, vlan, writer_written(&w), now);
}

static struct pppoe_survey_config config_of(uint8_t choice)
{
	struct pppoe_survey_config config = { .address = us, .wait_ms = 1000, .attempts = 3 };
	config.without_host_uniq = (choice & 1) != 0;
	config.has_service_name = (choice & 2) != 0;
	if (choice & 4)
		memcpy(config.service_name, "internet", 9);
	if (choice & 8)
		memcpy(config.concentrator_name, "bras", 5);
	if (choice & 16)
		config.max_payload = 1500;
	return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pppoe_survey survey;
	struct pppoe_survey_wire wires[WIRES] = { { .vlan = 0 }, { .vlan = 1 }, { .vlan = 2 } };
	static struct pppoe_survey_answer memory[ANSWERS];
	struct pppoe_survey_answers answers = { memory, ANSWERS, 0 };
	struct random random;
	mono_us now = 0;
	struct reader r = reader_of(bytes_of(data, size));
	const struct pppoe_survey_config config = config_of(reader_u8(&r));
	random_init(&random, (const uint8_t[RANDOM_SEED_LENGTH]){ 0 });
	pppoe_survey_init(&survey, &config, 3, wires, WIRES, &answers, &random);
	pppoe_survey_open(&survey, now);
	check(&survey, &answers, now);
	while (r.left > 0) {
		uint8_t operation = reader_u8(&r) % OPERATION_COUNT;
		uint16_t vlan = reader_u8(&r) % (WIRES + 1);
		struct bytes payload = reader_bytes(&r, reader_u16(&r));
		struct reader p = reader_of(payload);
		if (r.failed)
			break;
		if (operation == OPERATION_FRAME)
			pppoe_survey_receive(&survey, vlan, payload, now);
		else if (operation == OPERATION_PADO)
			receive_tags(&survey, vlan, payload, now);
		else
			now += reader_u32(&p) % 2000000;
		pppoe_survey_tick(&survey, now);
		check(&survey, &answers, now);
	}
	return 0;
}
