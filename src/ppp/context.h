/* SPDX-License-Identifier: BSD-2-Clause */
/* What the protocols of one session share while one of its verbs runs.  Private to this room. */
#pragma once

#include "base/text.h"
#include "base/time.h"
#include "crypto/random.h"
#include "ppp/action.h"
#include "ppp/config.h"

#define PPP_WORDS_SIZE 160

struct ppp_context {
	const struct ppp_config *config;
	struct random *random;
	struct ppp_outbox *outbox;
	mono_us now;
	uint16_t payload_max; /* what one PPPoE frame carries, without PPP's protocol field */
	uint16_t peer_mru; /* the longest packet the peer takes */
	bool round_trip_known;
	uint32_t round_trip_ms; /* of the lower layer */
	uint32_t give_address; /* IPv4 address we name for the peer; 0: it names its own */
	uint8_t auth_identifier; /* of the latest packet we began an authentication with */
	char words[PPP_WORDS_SIZE]; /* what the peer said last, printable */
};

/* The longest packet that we may send to the peer, header and all. */
static inline size_t ppp_context_packet_max(const struct ppp_context *context)
{
	return context->peer_mru < PPP_PACKET_MAX ? context->peer_mru : PPP_PACKET_MAX;
}

/* Sends one packet. */
void ppp_context_send(struct ppp_context *context, uint16_t protocol, uint8_t code,
		      uint8_t identifier, struct bytes data);

/*
 * The restart timer's first value: config->restart_min_ms, or three round trips where those are
 * known.  Short, since a peer that is slow to start its PPP loses our first requests, but never so
 * short that an answer cannot be back.
 */
uint32_t ppp_context_restart_ms(const struct ppp_context *context);
