/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line driven by the input: the first bytes are its configuration, each byte after them is an
 * operation, with what follows as its operands.  An honest concentrator answers too, so that deep
 * states are near; the input may spoil, repeat or drop what it says.
 */
#include <stdlib.h>

#include "../tests/small_concentrator.h"
#include "link/link.h"

#define QUEUE 32
#define FRAME 1600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum operation {
	RECEIVE_RAW, /* length, bytes */
	RECEIVE_SESSION, /* protocol, length, bytes: in our session */
	RECEIVE_DISCOVERY, /* code, length, bytes: from our concentrator */
	HONEST, /* the concentrator's next frame */
	SPOILT, /* ... with a byte changed: offset, xor */
	REPEATED, /* ... and once again later */
	DROPPED,
	TALK, /* frames go to and fro, this many */
	WAIT, /* until the next deadline */
	WAIT_MS, /* so many, times 16 */
	WIRE, /* flags */
	SECRET, /* 0: none */
	HEARD,
	RESTART, /* of the concentrator */
	HANG_UP, /* by the concentrator, by PADT */
	CLOSE,
	OPERATION_COUNT,
};

struct frame {
	size_t length;
	uint8_t bytes[FRAME];
};

struct bench {
	struct link link;
	struct small_concentrator ac;
	struct link_wire wire;
	mono_us now;
	struct frame queue[QUEUE]; /* of the concentrator */
	unsigned first, count;
	struct reader input;
	/* what the line has said */
	bool session_known, finished, secret_wanted;
	struct link_addresses addresses;
};

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac us_renewed = { { 2, 0, 0, 0, 0, 2 } };
static const struct mac ac_address = { { 2, 0, 0, 0, 0, 0xac } };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void from_ac(void *owner, struct bytes frame, mono_us now)
{
	struct bench *b = owner;
	(void)now;
	if (b->count == QUEUE || frame.length > FRAME)
		return;
	struct frame *f = &b->queue[(b->first + b->count++) % QUEUE];
	f->length = frame.length;
	memcpy(f->bytes, frame.data, frame.length);
}

static void to_ac(struct bench *b, const struct link_action *action)
{
	struct pppoe_session_frame frame;
	if (action->kind == LINK_SEND_SESSION) {
		must(pppoe_session_read(action->frame, &frame));
		must(b->session_known);
	}
	must(action->frame.length <= FRAME);
	if (b->wire.present && b->wire.carrier)
		small_receive(&b->ac, action->frame, b->now);
}

static void hear_addresses(struct bench *b, const struct link_addresses *a)
{
	must(a->ipv4 != b->addresses.ipv4 || a->ipv6 != b->addresses.ipv6);
	must(b->session_known || (!a->ipv4 && !a->ipv6));
	must(!a->ipv4 || a->local != 0);
	b->addresses = *a;
}

static void act(struct bench *b, const struct link_action *action)
{
	must(!b->finished);
	switch (action->kind) {
	case LINK_SEND_DISCOVERY:
	case LINK_SEND_SESSION:
		to_ac(b, action);
		break;
	case LINK_SESSION:
		must(action->session.known != b->session_known);
		must(!b->addresses.ipv4 && !b->addresses.ipv6);
		b->session_known = action->session.known;
		break;
	case LINK_NEED_SECRET:
		b->secret_wanted = true;
		break;
	case LINK_ADDRESSES:
		hear_addresses(b, &action->addresses);
		break;
	case LINK_EVENT:
		must(action->text && strlen(action->text) < LINK_TEXT_SIZE);
		break;
	case LINK_FAILED:
		must(!b->session_known && action->failure && action->text);
		break;
	case LINK_FINISHED:
		b->finished = true;
		break;
	}
}

static void drain(struct bench *b)
{
	struct link_action action;
	while (link_next_action(&b->link, &action))
		act(b, &action);
	must(b->link.lost == 0);
	must(b->link.session.known == b->session_known);
	must(b->link.finished == b->finished);
	must(!b->finished || link_deadline(&b->link) == MONO_NEVER);
}

static void receive(struct bench *b, struct bytes frame)
{
	link_receive(&b->link, frame, b->now);
	drain(b);
}

static void tick(struct bench *b)
{
	link_tick(&b->link, b->now);
	drain(b);
	must(link_deadline(&b->link) > b->now);
	small_tick(&b->ac, b->now);
}

/* A copy of just its size, so that the sanitizer sees a read beyond it. */
static void receive_copy(struct bench *b, struct bytes frame)
{
	uint8_t *copy = malloc(frame.length > 0 ? frame.length : 1);
	must(copy != NULL);
	if (frame.length > 0)
		memcpy(copy, frame.data, frame.length);
	receive(b, bytes_of(copy, frame.length));
	free(copy);
}

static struct bytes operand(struct bench *b)
{
	size_t length = reader_u8(&b->input);
	return reader_bytes(&b->input, length < b->input.left ? length : b->input.left);
}

static void receive_session(struct bench *b)
{
	static const uint16_t protocols[] = { PPP_LCP,	PPP_PAP,    PPP_CHAP, PPP_EAP,
					      PPP_IPCP, PPP_IPV6CP, PPP_IPV4, 0x80fd };
	uint16_t protocol = protocols[reader_u8(&b->input) % 8];
	uint8_t frame[512];
	struct writer w = writer_of(frame, sizeof(frame));
	pppoe_session_write(&w, b->wire.address, ac_address, b->link.session.id, protocol,
			    operand(b));
	receive_copy(b, writer_written(&w));
}

static void receive_discovery(struct bench *b)
{
	static const uint8_t codes[] = { PPPOE_PADO, PPPOE_PADS, PPPOE_PADT, PPPOE_PADI };
	uint8_t code = codes[reader_u8(&b->input) % 4];
	uint16_t id = code == PPPOE_PADT ? b->link.session.id : reader_u8(&b->input);
	uint8_t frame[512];
	struct writer w = writer_of(frame, sizeof(frame));
	ethernet_write(&w, b->wire.address, ac_address, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, code, id);
	if (code == PPPOE_PADS || code == PPPOE_PADO)
		pppoe_tag_write(&w, PPPOE_TAG_HOST_UNIQ,
				bytes_of(b->link.host.host_uniq, b->link.host.host_uniq_length));
	writer_bytes(&w, operand(b));
	pppoe_packet_end(&w, mark);
	receive_copy(b, writer_written(&w));
}

static void next_of_ac(struct bench *b, enum operation how)
{
	uint8_t offset = how == SPOILT ? reader_u8(&b->input) : 0;
	uint8_t change = how == SPOILT ? reader_u8(&b->input) : 0;
	if (b->count == 0)
		return;
	struct frame f = b->queue[b->first];
	b->first = (b->first + 1) % QUEUE;
	b->count--;
	if (how == SPOILT)
		f.bytes[offset % f.length] ^= change;
	if (how == REPEATED)
		from_ac(b, bytes_of(f.bytes, f.length), b->now);
	if (how != DROPPED)
		receive_copy(b, bytes_of(f.bytes, f.length));
}

static void change_wire(struct bench *b)
{
	uint8_t flags = reader_u8(&b->input);
	b->wire.present = flags & 1;
	b->wire.carrier = (flags & 3) == 3;
	b->wire.address = flags & 4 ? us_renewed : us;
	b->wire.mtu = flags & 8 ? 1508 : flags & 16 ? flags : 1500;
	link_wire(&b->link, &b->wire, b->now);
	drain(b);
}

static void give_secret(struct bench *b)
{
	const struct bytes right = bytes_of_text("secret"), wrong = bytes_of_text("wrong");
	uint8_t which = reader_u8(&b->input);
	link_secret(&b->link, which == 0 ? NULL : which == 1 ? &wrong : &right, b->now);
	drain(b);
}

static void talk(struct bench *b)
{
	for (unsigned left = reader_u8(&b->input); left > 0 && b->count > 0; left--) {
		next_of_ac(b, HONEST);
		if (!b->secret_wanted)
			continue;
		b->secret_wanted = false;
		const struct bytes secret = bytes_of_text("secret");
		link_secret(&b->link, &secret, b->now);
		drain(b);
	}
}

static void wait(struct bench *b)
{
	mono_us next = link_deadline(&b->link);
	next = mono_earlier(next, small_deadline(&b->ac));
	if (next == MONO_NEVER)
		return;
	if (next > b->now)
		b->now = next;
	tick(b);
}

static void hang_up(struct bench *b)
{
	for (uint32_t slot = 0; slot < SMALL_SESSIONS; slot++)
		if (b->ac.slots[slot].session_id != 0)
			small_padt(&b->ac, slot, "bye", b->now);
}

static void step(struct bench *b)
{
	enum operation operation = reader_u8(&b->input) % OPERATION_COUNT;
	switch (operation) {
	case RECEIVE_RAW:
		receive_copy(b, operand(b));
		break;
	case RECEIVE_SESSION:
		receive_session(b);
		break;
	case RECEIVE_DISCOVERY:
		receive_discovery(b);
		break;
	case HONEST:
	case SPOILT:
	case REPEATED:
	case DROPPED:
		next_of_ac(b, operation);
		break;
	case TALK:
		talk(b);
		break;
	case WAIT:
		wait(b);
		break;
	case WAIT_MS:
		b->now = mono_after_ms(b->now, reader_u8(&b->input) * 16u);
		tick(b);
		break;
	case WIRE:
		change_wire(b);
		break;
	case SECRET:
		give_secret(b);
		break;
	case HEARD:
		link_heard(&b->link);
		link_moved(&b->link, b->now);
		break;
	case RESTART:
		small_start(&b->ac, reader_u8(&b->input));
		break;
	case HANG_UP:
		hang_up(b);
		break;
	case CLOSE:
		link_close(&b->link, "closed", b->now);
		drain(b);
		break;
	case OPERATION_COUNT:
		break;
	}
}

static void begin(struct bench *b)
{
	static const enum ppp_auth methods[] = { PPP_AUTH_NONE,	    PPP_AUTH_PAP,
						 PPP_AUTH_CHAP_MD5, PPP_AUTH_MSCHAPV2,
						 PPP_AUTH_EAP_MD5,  PPP_AUTH_ALL };
	uint8_t flags = reader_u8(&b->input), method = reader_u8(&b->input);
	struct link_config config = link_config_default();
	memcpy(config.ppp.name, "user", 5);
	config.ppp.ipv6 = flags & 1;
	config.ppp.echo_adaptive = flags & 2;
	config.mtu = config.ppp.mru = flags & 4 ? 1500 : 1492;
	config.persist = flags & 8;
	config.ppp.echo_interval_ms = flags & 16 ? 1000 : 0;
	config.pppoe.has_service_name = flags & 32;
	config.idle_ms = method & 128 ? 2000 : 0;
	b->ac.one_session = method & 64;
	b->ac.ppp.ipv6 = flags & 64;
	b->ac.ppp.demand = methods[(method & 63) % 6];
	b->ac.config.max_payload = flags & 128 ? 1500 : 0;
	small_start(&b->ac, flags);

	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1 };
	b->wire = (struct link_wire){ true, true, us, 1500 };
	link_init(&b->link, &config, seed);
	const struct link_session_id left = { b->ac.one_session, ac_address, 7 };
	link_remember(&b->link, &left, us);
	link_wire(&b->link, &b->wire, b->now);
	link_open(&b->link, b->now);
	drain(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench *b = calloc(1, sizeof(*b));
	must(b != NULL);
	b->now = 1000000;
	b->input = reader_of(bytes_of(data, size));
	small_init(&b->ac, ac_address);
	b->ac.send = from_ac;
	b->ac.owner = b;
	begin(b);
	while (b->input.left > 0)
		step(b);
	link_close(&b->link, "the end", b->now);
	drain(b);
	link_close(&b->link, "at once", b->now);
	drain(b);
	must(b->finished);
	small_done(&b->ac);
	free(b);
	return 0;
}
