/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LCP (RFC 1661 section 5 - 6; Identification and Time-Remaining of RFC 1570): opens one link, says
 * who authenticates by what, keeps it alive by echoes, and notices a link that is looped back. What
 * RFC 2516 section 7 forbids over PPPoE (ACCM, ACFC, FCS alternatives) or advises against (PFC) is
 * rejected.
 */
#pragma once

#include "ppp/control.h"

struct lcp {
	struct ppp_control control; /* first */
	/* private, but for the results below */
	uint16_t ask_mru; /* 0: rejected, not asked for */
	uint16_t payload_max;
	uint32_t ask_magic; /* 0: rejected, not asked for */
	unsigned may_demand; /* set of enum ppp_auth that the peer has not turned down */
	bool demand_refused; /* the peer will not authenticate by anything we demand */
	bool prove_refused; /* the peer's last demand was none of what we are ready to do */
	unsigned loops; /* times our own magic number came back */

	mono_us echo_deadline;
	uint8_t echo_identifier;
	unsigned echo_unanswered;
	bool echo_rejected; /* the peer does not know echoes: the keep-alive is off */
	bool probing; /* the peer may be gone: echoes come fast until one is answered */
	bool heard; /* something came from the peer since the last echo */
	mono_us echo_sent;
	int64_t round_trip_us; /* of the last echo answered; -1: none yet */

	/* results, valid once open */
	uint16_t peer_mru; /* what the peer asked for, 1500 if nothing */
	uint32_t peer_magic;
	enum ppp_auth prove_by; /* the peer demands it of us */
	enum ppp_auth demand; /* we demand it of the peer */
};

enum lcp_health { LCP_ALIVE, LCP_SILENT, LCP_LOOPED };

void lcp_init(struct lcp *lcp);

/* Before open: takes the wishes of context->config. */
void lcp_prepare(struct lcp *lcp, struct ppp_context *context);

/*
 * Any packet of protocol 0xc021 but Protocol-Reject, which the session takes out.
 * Returns a set of enum ppp_signal.
 */
unsigned lcp_receive(struct lcp *lcp, struct ppp_context *context, const struct ppp_packet *packet);

/* Sends Protocol-Reject for a packet of a protocol that we don't do; only while open. */
void lcp_reject_protocol(struct lcp *lcp, struct ppp_context *context, uint16_t protocol,
			 struct bytes information);

/* Begins the keep-alive; call on PPP_SIGNAL_UP. */
void lcp_echo_start(struct lcp *lcp, struct ppp_context *context);
enum lcp_health lcp_echo_tick(struct lcp *lcp, struct ppp_context *context);

/* Something was received from the peer (for config->echo_adaptive). */
static inline void lcp_echo_heard(struct lcp *lcp)
{
	lcp->heard = true;
}

const char *ppp_auth_name(enum ppp_auth auth);
