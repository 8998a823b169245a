/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets into LCP, IPCP and IPV6CP without a session around them.  First byte: protocol and role;
 * then packets, each after a byte of its length.  Answers to requests are held against them.
 */
#include <stdlib.h>

#include "ppp/ipcp.h"
#include "ppp/ipv6cp.h"
#include "ppp/lcp.h"

#define PAYLOAD_MAX 1492

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bed {
	struct ppp_config config;
	struct random random;
	struct ppp_outbox outbox;
	struct ppp_context context;
	struct lcp lcp;
	struct ipcp ipcp;
	struct ipv6cp ipv6cp;
	struct ppp_control *control;
};

static void check(bool good)
{
	if (!good)
		abort();
}

static bool contains(struct bytes list, const struct tlv *wanted)
{
	struct reader r = reader_of(list);
	struct tlv item;
	while (tlv_next_option(&r, &item) == TLV_ITEM)
		if (item.type == wanted->type && bytes_equal(item.value, wanted->value))
			return true;
	return false;
}

static void check_list(struct bytes list, const struct bytes *within)
{
	struct reader r = reader_of(list);
	struct tlv item;
	enum tlv_result result;
	check(list.length > 0);
	while ((result = tlv_next_option(&r, &item)) == TLV_ITEM)
		check(!within || contains(*within, &item));
	check(result == TLV_END);
}

/* RFC 1661 section 5.2 - 5.4: an Ack is the request, a Reject a part of it, a Nak a list. */
static void check_answer(const struct ppp_packet *request, const struct ppp_packet *answer)
{
	switch (answer->code) {
	case PPP_CONFIGURE_ACK:
		check(bytes_equal(answer->data, request->data));
		break;
	case PPP_CONFIGURE_NAK:
		check_list(answer->data, NULL);
		break;
	case PPP_CONFIGURE_REJECT:
		check_list(answer->data, &request->data);
		break;
	default:
		return;
	}
	check(request->code == PPP_CONFIGURE_REQUEST);
	check(answer->identifier == request->identifier);
}

static void drain(struct bed *bed, const struct ppp_packet *request)
{
	struct ppp_action action;
	while (ppp_outbox_next(&bed->outbox, &action)) {
		struct ppp_packet packet;
		check(action.kind == PPP_SEND && action.protocol == bed->control->type->protocol);
		check(action.packet.length <= PAYLOAD_MAX);
		check(ppp_packet_read(action.packet, &packet));
		if (request)
			check_answer(request, &packet);
	}
	check(bed->outbox.lost == 0);
	check(bed->control->state < PPP_STATE_COUNT);
	bool timed = ppp_state_timed(bed->control->state);
	check(timed == (bed->control->deadline != MONO_NEVER));
}

static void receive(struct bed *bed, struct bytes bytes)
{
	struct ppp_packet packet;
	if (!ppp_packet_read(bytes, &packet))
		return;
	check(packet.whole.length == packet.data.length + PPP_PACKET_HEADER_LENGTH);
	check(packet.whole.length <= bytes.length);
	bool was_open = ppp_control_is_open(bed->control);
	unsigned signals = bed->control == &bed->lcp.control
				   ? lcp_receive(&bed->lcp, &bed->context, &packet)
				   : ppp_control_receive(bed->control, &bed->context, &packet);
	check(!(signals & PPP_SIGNAL_DOWN) || was_open);
	check(!(signals & PPP_SIGNAL_UP) || ppp_control_is_open(bed->control));
	if (signals & PPP_SIGNAL_UP && bed->control == &bed->lcp.control)
		lcp_echo_start(&bed->lcp, &bed->context);
	drain(bed, &packet);
}

static void tick(struct bed *bed, uint32_t ms)
{
	bed->context.now = mono_after_ms(bed->context.now, ms);
	ppp_control_tick(bed->control, &bed->context);
	if (bed->control == &bed->lcp.control)
		lcp_echo_tick(&bed->lcp, &bed->context);
	drain(bed, NULL);
}

static void begin(struct bed *bed, uint8_t role)
{
	static const uint8_t seed[RANDOM_SEED_LENGTH] = { 0 };
	memset(bed, 0, sizeof(*bed));
	bed->config = ppp_config_default();
	bed->config.demand = role & 4 ? PPP_AUTH_ALL : 0;
	bed->config.assign_address = role & 8;
	bed->config.offer_dns[1] = role & 16 ? 0x0a000035 : 0;
	random_init(&bed->random, seed);
	ppp_outbox_init(&bed->outbox);
	bed->context = (struct ppp_context){
		.config = &bed->config,
		.random = &bed->random,
		.outbox = &bed->outbox,
		.payload_max = PAYLOAD_MAX,
		.peer_mru = role & 32 ? 128 : PAYLOAD_MAX,
		.give_address = role & 8 ? 0x0a000002 : 0,
	};
	lcp_init(&bed->lcp);
	ipcp_init(&bed->ipcp);
	ipv6cp_init(&bed->ipv6cp);
	lcp_prepare(&bed->lcp, &bed->context);
	ipcp_prepare(&bed->ipcp, &bed->context);
	ipv6cp_prepare(&bed->ipv6cp, &bed->context);
	struct ppp_control *controls[] = { &bed->lcp.control, &bed->ipcp.control,
					   &bed->ipv6cp.control };
	bed->control = controls[(role & 3) % 3];
	ppp_control_up(bed->control, &bed->context);
	ppp_control_open(bed->control, &bed->context);
	drain(bed, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bed bed;
	struct reader r = reader_of(bytes_of(data, size));
	begin(&bed, reader_u8(&r));
	while (r.left > 0) {
		uint8_t length = reader_u8(&r);
		if (length == 0)
			tick(&bed, (uint32_t)reader_u8(&r) * 100);
		else
			receive(&bed, reader_bytes(&r, length));
	}
	return 0;
}
