/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session whose peer, owner and clock are the input: one byte of role, then commands, see
 * run_command().  What must hold of every session is checked after each.
 */
#include <stdlib.h>

#include "ppp/words.h"

#define PAYLOAD_MAX 1492
#define REQUEST_MAX 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct owner {
	struct ppp_config config;
	struct random random;
	struct ppp_outbox outbox;
	struct ppp_session session;
	mono_us now;
	bool open, ipv4_up, ipv6_up;
	/* Our latest Configure-Requests, of LCP, IPCP and IPV6CP. */
	size_t request_length[3];
	uint8_t request[3][REQUEST_MAX];
};

static const uint16_t protocols[] = { PPP_LCP, PPP_PAP, PPP_CHAP, PPP_EAP, PPP_IPCP, PPP_IPV6CP };
static const uint16_t negotiated[] = { PPP_LCP, PPP_IPCP, PPP_IPV6CP };

static void check(bool good)
{
	if (!good)
		abort();
}

static void note(bool *up, bool now_up)
{
	check(*up != now_up);
	*up = now_up;
}

static void note_packet(struct owner *owner, const struct ppp_action *action)
{
	struct ppp_packet packet;
	check(action->packet.length <= PAYLOAD_MAX);
	check(ppp_packet_read(action->packet, &packet));
	check(packet.whole.length == action->packet.length);
	if (packet.code != PPP_CONFIGURE_REQUEST)
		return;
	for (size_t i = 0; i < 3; i++) {
		if (negotiated[i] != action->protocol)
			continue;
		check(action->packet.length <= REQUEST_MAX);
		memcpy(owner->request[i], action->packet.data, action->packet.length);
		owner->request_length[i] = action->packet.length;
	}
}

static void act(struct owner *owner, const struct ppp_action *action)
{
	check(owner->open);
	switch (action->kind) {
	case PPP_SEND:
		note_packet(owner, action);
		break;
	case PPP_NEED_OWN_SECRET:
	case PPP_NEED_PEER_SECRET:
	case PPP_LCP_UP:
	case PPP_PROVEN:
	case PPP_CHECKED:
		break;
	case PPP_IPV4_UP:
		check(owner->session.ipcp.address != 0);
		note(&owner->ipv4_up, true);
		break;
	case PPP_IPV4_DOWN:
		note(&owner->ipv4_up, false);
		break;
	case PPP_IPV6_UP:
		note(&owner->ipv6_up, true);
		break;
	case PPP_IPV6_DOWN:
		note(&owner->ipv6_up, false);
		break;
	case PPP_ENDED:
		check(!owner->ipv4_up && !owner->ipv6_up);
		owner->open = false;
		break;
	}
}

static void drain(struct owner *owner)
{
	const struct ppp_session *session = &owner->session;
	struct ppp_action action;
	unsigned count = 0;
	while (ppp_outbox_next(&owner->outbox, &action)) {
		act(owner, &action);
		count++;
	}
	check(count < 16 && owner->outbox.lost == 0);
	check((session->phase == PPP_DEAD) == !owner->open);
	check(owner->open || ppp_session_deadline(session) == MONO_NEVER);
	check(strlen(ppp_session_words(session)) < PPP_WORDS_SIZE);
	char words[512];
	struct text t = text_of(words, sizeof(words));
	ppp_words_explain(&t, ppp_session_words(session));
}

static void tick(struct owner *owner)
{
	ppp_session_tick(&owner->session, owner->now);
	drain(owner);
	check(ppp_session_deadline(&owner->session) > owner->now);
}

static void open_session(struct owner *owner)
{
	if (!owner->open)
		owner->ipv4_up = owner->ipv6_up = false;
	owner->open = true;
	ppp_session_open(&owner->session, PAYLOAD_MAX, owner->now);
	drain(owner);
}

static void receive(struct owner *owner, uint16_t protocol, struct bytes bytes)
{
	ppp_session_receive(&owner->session, protocol, bytes, owner->now);
	drain(owner);
}

static void wait_for(struct owner *owner, uint32_t ms)
{
	mono_us until = mono_after_ms(owner->now, ms);
	while (ppp_session_deadline(&owner->session) <= until) {
		check(ppp_session_deadline(&owner->session) >= owner->now);
		owner->now = ppp_session_deadline(&owner->session);
		tick(owner);
	}
	owner->now = until;
}

static void answer_secret(struct owner *owner, uint8_t how)
{
	struct bytes secret = bytes_of_text(how & 2 ? "secret" : "wrong");
	const struct bytes *given = how & 4 ? NULL : &secret;
	if (how & 1)
		ppp_session_own_secret(&owner->session, given, owner->now);
	else
		ppp_session_peer_secret(&owner->session, given, owner->now);
	drain(owner);
}

static void command_owner(struct owner *owner, uint8_t what)
{
	switch (what % 6) {
	case 0:
		open_session(owner);
		break;
	case 1:
		ppp_session_close(&owner->session, "Closed", owner->now);
		break;
	case 2:
		ppp_session_down(&owner->session, owner->now);
		break;
	case 3:
		ppp_session_heard(&owner->session);
		break;
	case 4:
		ppp_session_probe(&owner->session, owner->now);
		break;
	default:
		ppp_session_give_address(&owner->session, what);
		break;
	}
	drain(owner);
}

/* Acknowledges our latest request, or answers it by another code. */
static void answer_request(struct owner *owner, uint8_t which, uint8_t code)
{
	which %= 3;
	if (owner->request_length[which] == 0)
		return;
	uint8_t packet[REQUEST_MAX];
	memcpy(packet, owner->request[which], owner->request_length[which]);
	packet[0] = code;
	receive(owner, negotiated[which], bytes_of(packet, owner->request_length[which]));
}

/* 0 - 5: a packet of that protocol, its length and its bytes; the others as they stand. */
static void run_command(struct owner *owner, struct reader *r)
{
	uint8_t command = reader_u8(r) % 12;
	switch (command) {
	case 6:
		wait_for(owner, (uint32_t)reader_u8(r) * 50);
		break;
	case 7: {
		uint16_t protocol = reader_u16(r);
		receive(owner, protocol, reader_bytes(r, reader_u16(r)));
		break;
	}
	case 8:
		answer_request(owner, reader_u8(r), PPP_CONFIGURE_ACK);
		break;
	case 9:
		answer_secret(owner, reader_u8(r));
		break;
	case 10:
		command_owner(owner, reader_u8(r));
		break;
	case 11: { /* a clock that jumps, and one call long after the deadline; or code and Nak */
		uint8_t how = reader_u8(r);
		if (how & 0x80) {
			answer_request(owner, how, how & 0x40 ? 4 : 3);
			break;
		}
		owner->now = mono_after_ms(owner->now, (uint32_t)how * 1000);
		tick(owner);
		break;
	}
	default:
		receive(owner, protocols[command], reader_bytes(r, reader_u8(r)));
		break;
	}
}

static void configure(struct owner *owner, uint8_t role)
{
	owner->config = ppp_config_default();
	memcpy(owner->config.name, "user", 5);
	owner->config.ipv6 = role & 2;
	owner->config.echo_adaptive = role & 4;
	if (role & 1) {
		static const enum ppp_auth auths[] = { PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5,
						       PPP_AUTH_MSCHAPV2, PPP_AUTH_EAP_MD5 };
		owner->config.prove_by = role & 8 ? PPP_AUTH_ALL : 0;
		owner->config.demand = role & 0x40 ? PPP_AUTH_ALL : auths[role >> 4 & 3];
		owner->config.rechallenge_ms = role & 0x80 ? 5000 : 0;
		owner->config.address = 0x0a000001;
		owner->config.assign_address = true;
		owner->config.offer_dns[0] = 0x0a000035;
		owner->config.request_dns = false;
		owner->session.context.give_address = 0x0a000002;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[RANDOM_SEED_LENGTH] = { 0 };
	static struct owner owner;
	struct reader r = reader_of(bytes_of(data, size));
	uint8_t role = reader_u8(&r);
	memset(&owner, 0, sizeof(owner));
	owner.now = 1000000;
	random_init(&owner.random, seed);
	ppp_outbox_init(&owner.outbox);
	ppp_session_init(&owner.session, &owner.config, &owner.random, &owner.outbox);
	configure(&owner, role);
	open_session(&owner);
	while (r.left > 0)
		run_command(&owner, &r);
	ppp_session_down(&owner.session, owner.now);
	drain(&owner);
	check(!owner.open);
	return 0;
}
