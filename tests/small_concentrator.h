/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest access concentrator for tests of the dialling side: pppoe_concentrator and up to
 * SMALL_SESSIONS ppp_sessions in virtual time, with no policy of its own.
 */
#pragma once

#include <stdlib.h>

#include "ppp/session.h"
#include "pppoe/concentrator.h"
#include "pppoe/session.h"

#define SMALL_SESSIONS 8
#define SMALL_ADDRESS 0x0a000001 /* 10.0.0.1; hosts get those that follow */

struct small_concentrator {
	struct pppoe_concentrator_config config;
	struct ppp_config ppp;
	const char *user, *password;
	bool one_session; /* deaf to the PADIs of an address that has a session, as some are */
	void (*send)(void *owner, struct bytes frame, mono_us now); /* must not call back */
	void *owner;
	/* for reading */
	unsigned opened, hung_up; /* sessions opened; sessions ended by the host's PADT */
	char padt_words[PPPOE_NAME_MAX + 1]; /* of the last PADT that ended one */
	struct ppp_session sessions[SMALL_SESSIONS];
	/* private */
	struct pppoe_concentrator *pppoe;
	struct pppoe_slot slots[SMALL_SESSIONS];
	struct ppp_outbox outbox;
	struct random random;
};

/* Wishes in config and ppp may still be changed before small_start(). */
static inline void small_init(struct small_concentrator *ac, struct mac address)
{
	memset(ac, 0, sizeof(*ac));
	ac->config = pppoe_concentrator_config_default(address);
	ac->config.sessions_max = SMALL_SESSIONS;
	ac->ppp = ppp_config_default();
	memcpy(ac->ppp.name, "ac", 3);
	ac->ppp.demand = PPP_AUTH_CHAP_MD5;
	ac->ppp.prove_by = 0;
	ac->ppp.address = SMALL_ADDRESS;
	ac->ppp.assign_address = true;
	ac->ppp.request_dns = false;
	ac->ppp.offer_dns[0] = 0x0a000035;
	ac->ppp.offer_dns[1] = 0x0a000036;
	ac->ppp.echo_interval_ms = 30000;
	ac->user = "user";
	ac->password = "secret";
	ac->pppoe = malloc(sizeof(*ac->pppoe));
	if (!ac->pppoe)
		abort();
}

static inline void small_done(struct small_concentrator *ac)
{
	free(ac->pppoe);
	ac->pppoe = NULL;
}

/* Also: starts again, with every session forgotten and nobody told. */
static inline void small_start(struct small_concentrator *ac, uint64_t seed)
{
	uint8_t bytes[RANDOM_SEED_LENGTH] = { 0 };
	memcpy(bytes, &seed, sizeof(seed));
	random_init(&ac->random, bytes);
	pppoe_concentrator_init(ac->pppoe, &ac->config, ac->slots, &ac->random);
	ppp_outbox_init(&ac->outbox);
	for (unsigned i = 0; i < SMALL_SESSIONS; i++)
		ppp_session_init(&ac->sessions[i], &ac->ppp, &ac->random, &ac->outbox);
}

static inline void small_send_ppp(struct small_concentrator *ac, uint32_t slot, uint16_t protocol,
				  struct bytes packet, mono_us now)
{
	uint8_t frame[2000];
	struct writer w = writer_of(frame, sizeof(frame));
	const struct pppoe_slot *s = &ac->slots[slot];
	pppoe_session_write(&w, s->host, ac->config.address[0], s->session_id, protocol, packet);
	if (!w.failed && s->session_id != 0)
		ac->send(ac->owner, writer_written(&w), now);
}

static inline void small_drain_pppoe(struct small_concentrator *ac, mono_us now);

static inline void small_peer_secret(struct small_concentrator *ac, uint32_t slot, mono_us now)
{
	struct ppp_session *session = &ac->sessions[slot];
	struct bytes secret = bytes_of_text(ac->password);
	bool known = bytes_equal(ppp_session_peer_name(session), bytes_of_text(ac->user));
	ppp_session_peer_secret(session, known ? &secret : NULL, now);
}

static inline void small_drain_ppp(struct small_concentrator *ac, uint32_t slot, mono_us now)
{
	struct ppp_action action;
	while (ppp_outbox_next(&ac->outbox, &action)) {
		if (action.kind == PPP_SEND)
			small_send_ppp(ac, slot, action.protocol, action.packet, now);
		else if (action.kind == PPP_NEED_PEER_SECRET)
			small_peer_secret(ac, slot, now);
		else if (action.kind == PPP_ENDED && ac->slots[slot].session_id != 0) {
			pppoe_concentrator_close(ac->pppoe, slot, "PPP has ended");
			small_drain_pppoe(ac, now);
		}
	}
}

static inline void small_drain_pppoe(struct small_concentrator *ac, mono_us now)
{
	struct pppoe_concentrator_action action;
	while (pppoe_concentrator_next_action(ac->pppoe, &action)) {
		uint32_t slot = action.slot;
		switch (action.kind) {
		case PPPOE_CONCENTRATOR_SEND:
			ac->send(ac->owner, action.frame, now);
			break;
		case PPPOE_CONCENTRATOR_OPENED:
			ac->opened++;
			ppp_session_init(&ac->sessions[slot], &ac->ppp, &ac->random, &ac->outbox);
			ppp_session_give_address(&ac->sessions[slot], SMALL_ADDRESS + 1 + slot);
			ppp_session_open(&ac->sessions[slot], ac->slots[slot].max_payload, now);
			small_drain_ppp(ac, slot, now);
			break;
		case PPPOE_CONCENTRATOR_CLOSED:
			ac->hung_up++;
			memcpy(ac->padt_words, action.words, strlen(action.words) + 1);
			ppp_session_down(&ac->sessions[slot], now);
			small_drain_ppp(ac, slot, now);
			break;
		}
	}
}

/* Whether the PADI of an address that has a session already. */
static inline bool small_is_deaf_to(const struct small_concentrator *ac,
				    const struct ethernet_frame *frame)
{
	struct pppoe_packet packet;
	if (!ac->one_session || pppoe_packet_read(frame->payload, &packet) != PPPOE_READ_OK ||
	    packet.code != PPPOE_PADI)
		return false;
	for (unsigned i = 0; i < SMALL_SESSIONS; i++)
		if (ac->slots[i].session_id != 0 && mac_equal(ac->slots[i].host, frame->source))
			return true;
	return false;
}

static inline void small_receive(struct small_concentrator *ac, struct bytes frame, mono_us now)
{
	struct ethernet_frame ethernet;
	struct pppoe_session_frame session;
	uint32_t slot;
	if (!ethernet_read(frame, &ethernet))
		return;
	if (ethernet.type == ETHERNET_PPPOE_DISCOVERY) {
		if (small_is_deaf_to(ac, &ethernet))
			return;
		pppoe_concentrator_receive(ac->pppoe, 0, frame, now);
		small_drain_pppoe(ac, now);
	} else if (pppoe_session_read(frame, &session) &&
		   mac_equal(session.destination, ac->config.address[0]) &&
		   pppoe_concentrator_find(ac->pppoe, 0, session.source, session.session_id,
					   &slot)) {
		ppp_session_receive(&ac->sessions[slot], session.protocol, session.information,
				    now);
		small_drain_ppp(ac, slot, now);
	}
}

static inline mono_us small_deadline(const struct small_concentrator *ac)
{
	mono_us first = pppoe_concentrator_deadline(ac->pppoe);
	for (unsigned i = 0; i < SMALL_SESSIONS; i++)
		first = mono_earlier(first, ppp_session_deadline(&ac->sessions[i]));
	return first;
}

static inline void small_tick(struct small_concentrator *ac, mono_us now)
{
	pppoe_concentrator_tick(ac->pppoe, now);
	small_drain_pppoe(ac, now);
	for (uint32_t i = 0; i < SMALL_SESSIONS; i++) {
		ppp_session_tick(&ac->sessions[i], now);
		small_drain_ppp(ac, i, now);
	}
}

/* Ends a session by PADT alone, as an operator does. */
static inline void small_padt(struct small_concentrator *ac, uint32_t slot, const char *reason,
			      mono_us now)
{
	pppoe_concentrator_close(ac->pppoe, slot, reason);
	small_drain_pppoe(ac, now);
	ppp_session_down(&ac->sessions[slot], now);
	small_drain_ppp(ac, slot, now);
}
