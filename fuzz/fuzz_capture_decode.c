/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames in words, their secrets hidden, and what is learnt from them.  The input is a list of
 * frames, each behind 16 bits of its length.
 */
#include <stdlib.h>

#include "capture/advice.h"
#include "capture/decode.h"
#include "capture/secrets.h"

#define FRAME_MAX 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void check_line(const struct capture_packet *packet, bool show)
{
	char line[CAPTURE_LINE_MAX];
	struct text text = text_of(line, sizeof(line));
	bool good = capture_decode(&text, packet, show);
	require(good || packet->kind != CAPTURE_OTHER);
	require(text.length == strlen(line) && text.length < sizeof(line));
	for (size_t i = 0; i < text.length; i++)
		require((uint8_t)line[i] >= ' ' && line[i] != 0x7f);
}

static void check_secrets(struct bytes frame, const struct capture_packet *packet)
{
	uint8_t once[FRAME_MAX], twice[FRAME_MAX];
	struct reader r = reader_of(frame);
	size_t length = r.left;
	reader_copy(&r, once, length);
	capture_hide_secrets(once, length);
	memcpy(twice, once, length);
	capture_hide_secrets(twice, length);
	require(memcmp(once, twice, length) == 0);
	/* Bytes of PPP alone. */
	if (packet->kind == CAPTURE_DISCOVERY || packet->kind == CAPTURE_OTHER)
		require(length == 0 || memcmp(once, frame.data, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(bytes_of(data, size));
	struct advice advice;
	advice_init(&advice);
	while (r.left > 0) {
		struct capture_packet packet;
		struct bytes frame = reader_bytes(&r, reader_u16(&r) % FRAME_MAX);
		if (r.failed)
			break;
		capture_packet_read(frame, &packet);
		require(packet.kind < CAPTURE_KINDS && packet.vlan_count <= CAPTURE_TAGS);
		check_line(&packet, false);
		check_line(&packet, true);
		check_secrets(frame, &packet);
		enum advice_state before = advice.state;
		bool changed = advice_receive(&advice, &packet);
		require(changed == (before != advice.state) && before <= advice.state);
		require(advice.service_length <= PPPOE_NAME_MAX);
		require(advice.service[PPPOE_NAME_MAX] == 0 && advice.user[255] == 0);
	}
	return 0;
}
