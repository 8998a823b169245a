/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The codecs from the Ethernet header down: an input is one frame.  What was read and is written
 * again must read the same; a peer's bytes as text must be printable.
 */
#include <stdlib.h>

#include "base/text.h"
#include "ppp/packet.h"
#include "pppoe/session.h"
#include "pppoe/tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static void check_text(struct bytes value)
{
	char memory[64];
	text_copy_peer(memory, sizeof(memory), value);
	check(strlen(memory) < sizeof(memory));
	for (const char *c = memory; *c; c++)
		check((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void check_tags(struct bytes payload)
{
	struct pppoe_tags tags;
	if (!pppoe_tags_read(payload, &tags))
		return;
	unsigned services = 0;
	struct reader r = reader_of(tags.list);
	struct bytes name;
	while (pppoe_tags_next_service(&r, &name)) {
		check_text(name);
		services++;
	}
	check(services == tags.service_names);

	uint8_t memory[2048];
	struct writer w = writer_of(memory, sizeof(memory));
	pppoe_tag_return(&w, PPPOE_TAG_HOST_UNIQ, &tags.host_uniq);
	pppoe_tag_return(&w, PPPOE_TAG_AC_COOKIE, &tags.ac_cookie);
	pppoe_tag_return(&w, PPPOE_TAG_RELAY_SESSION_ID, &tags.relay_session_id);
	struct pppoe_tags again;
	if (w.failed || !pppoe_tags_read(writer_written(&w), &again))
		return;
	check(bytes_equal(tags.host_uniq.value, again.host_uniq.value));
	check(bytes_equal(tags.ac_cookie.value, again.ac_cookie.value));
	check(bytes_equal(tags.relay_session_id.value, again.relay_session_id.value));
}

static void check_session(struct bytes frame)
{
	struct pppoe_session_frame session;
	if (!pppoe_session_read(frame, &session))
		return;
	uint8_t memory[65536 + 64];
	struct writer w = writer_of(memory, sizeof(memory));
	pppoe_session_write(&w, session.destination, session.source, session.session_id,
			    session.protocol, session.information);
	check(!w.failed && w.length <= frame.length);
	check(memcmp(memory, frame.data, w.length) == 0);

	struct ppp_packet packet;
	if (ppp_packet_read(session.information, &packet))
		check(packet.whole.length == packet.data.length + PPP_PACKET_HEADER_LENGTH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes frame = bytes_of(data, size);
	struct ethernet_frame ethernet;
	if (!ethernet_read(frame, &ethernet))
		return 0;
	struct pppoe_packet packet;
	if (pppoe_packet_read(ethernet.payload, &packet) == PPPOE_READ_OK)
		check_tags(packet.payload);
	check_session(frame);
	return 0;
}
