/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PPP session asks its owner to do, as plain values, and the queue they wait in.  One outbox
 * may serve any number of sessions: drain it after each call of a session's verb.
 */
#pragma once

#include "base/bytes.h"
#include "ppp/packet.h"

enum ppp_action_kind {
	PPP_SEND, /* .protocol and .packet, borrowed until the outbox is next used */
	PPP_NEED_OWN_SECRET, /* answer by ppp_session_own_secret() */
	PPP_NEED_PEER_SECRET, /* that of ppp_session_peer_name(); answer by
				 ppp_session_peer_secret() */
	PPP_LCP_UP, /* results in session->lcp */
	PPP_PROVEN, /* the peer accepts us */
	PPP_CHECKED, /* we accept the peer */
	PPP_IPV4_UP, /* results in session->ipcp */
	PPP_IPV4_DOWN,
	PPP_IPV6_UP, /* results in session->ipv6cp */
	PPP_IPV6_DOWN,
	PPP_ENDED, /* why: session->failure and ppp_session_words() */
};

struct ppp_action {
	enum ppp_action_kind kind;
	uint16_t protocol; /* host byte order */
	struct bytes packet;
};

struct ppp_outbox {
	/* private */
	struct ppp_action actions[24];
	unsigned made, taken;
	uint8_t bytes[6 * PPP_PACKET_MAX];
	size_t used;
	uint64_t lost; /* packets that found no room; PPP's restart timers make up for them */
};

void ppp_outbox_init(struct ppp_outbox *outbox);

/* Takes the next action; false if there is none. */
bool ppp_outbox_next(struct ppp_outbox *outbox, struct ppp_action *ret_action);

/* For the protocols: a writer on room for one packet, then the packet as an action. */
struct writer ppp_outbox_begin(struct ppp_outbox *outbox);
void ppp_outbox_end(struct ppp_outbox *outbox, uint16_t protocol, const struct writer *w);
void ppp_outbox_put(struct ppp_outbox *outbox, enum ppp_action_kind kind);
