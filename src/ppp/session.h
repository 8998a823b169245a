/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One PPP session over a link that carries whole frames (RFC 1661 section 3): ties the phases
 *together,
 *
 *	dead -> establish (LCP) -> authenticate -> network (IPCP, IPV6CP) -> terminate -> dead
 *
 * for the dialling and the answering side alike.  Pure.  Drain the outbox after every verb.
 */
#pragma once

#include "ppp/auth.h"
#include "ppp/ipcp.h"
#include "ppp/ipv6cp.h"
#include "ppp/lcp.h"

enum ppp_phase {
	PPP_DEAD,
	PPP_ESTABLISH,
	PPP_AUTHENTICATE,
	PPP_NETWORK,
	PPP_TERMINATE,
};

enum ppp_failure {
	PPP_FAILURE_NONE, /* ended because ppp_session_close() asked for it */
	PPP_FAILURE_LCP_SILENT, /* our Configure-Requests went unanswered */
	PPP_FAILURE_LCP_NO_AGREEMENT,
	PPP_FAILURE_LOOPED, /* we hear ourselves */
	PPP_FAILURE_AUTH_REJECTED, /* the peer does not take our name and password */
	PPP_FAILURE_AUTH_NO_SECRET, /* we have no password for that name */
	PPP_FAILURE_AUTH_METHOD, /* the peer demands a protocol that is not allowed here */
	PPP_FAILURE_AUTH_SILENT, /* no answer to our answer */
	PPP_FAILURE_AUTH_IMPOSTOR, /* the peer took us but does not know our secret (MS-CHAPv2) */
	PPP_FAILURE_PEER_AUTH_REFUSED, /* the peer will not authenticate itself */
	PPP_FAILURE_PEER_AUTH_REJECTED, /* ... or did so wrongly */
	PPP_FAILURE_PEER_AUTH_SILENT, /* ... or never answered */
	PPP_FAILURE_NETWORK_SILENT, /* no answer to IPCP (IPV6CP) */
	PPP_FAILURE_NETWORK_NO_AGREEMENT,
	PPP_FAILURE_NETWORK_REJECTED, /* the peer does none of our network protocols */
	PPP_FAILURE_NO_ADDRESS, /* the peer gave us no IPv4 address */
	PPP_FAILURE_ECHO_SILENT, /* the keep-alive went unanswered */
	PPP_FAILURE_PEER_TERMINATED,
	PPP_FAILURE_TOO_LONG, /* config->establish_ms is over */
	PPP_FAILURE_LOWER_DOWN, /* ppp_session_down() */
	PPP_FAILURE_COUNT,
};

struct ppp_session {
	/* for reading: phase, failure and the results named in lcp, ipcp and ipv6cp; else private
	 */
	enum ppp_phase phase;
	enum ppp_failure failure;
	struct ppp_context context;
	struct lcp lcp;
	struct ipcp ipcp;
	struct ipv6cp ipv6cp;
	struct ppp_prover prover;
	struct ppp_checker checker;
	bool own_secret_asked;
	unsigned peer_secrets_due; /* asked for and not yet answered */
	bool ipv4_up, ipv6_up;
	bool ipv4_lost, ipv6_lost; /* given up in this session */
	enum ppp_failure network_failure; /* of the network protocol lost first */
	mono_us establish_deadline;
};

/* config, random and outbox outlive the session. */
void ppp_session_init(struct ppp_session *session, const struct ppp_config *config,
		      struct random *random, struct ppp_outbox *outbox);

/* How long the lower layer takes for a question and its answer, for the timers; before open. */
void ppp_session_set_round_trip(struct ppp_session *session, uint32_t round_trip_ms);

/*
 * Begins on a lower layer that is up.  payload_max: the longest packet it carries, bytes, without
 * PPP's protocol field (PPPoE: 1492).  Only while dead.
 */
void ppp_session_open(struct ppp_session *session, uint16_t payload_max, mono_us now);

/* Ends it by Terminate-Request with `reason`, a string that stays; PPP_ENDED follows in time. */
void ppp_session_close(struct ppp_session *session, const char *reason, mono_us now);

/* The lower layer is gone: ends at once, with nothing sent. */
void ppp_session_down(struct ppp_session *session, mono_us now);

/* The same, and the peer took it away (PADT): perhaps its answer to what was said in PPP. */
void ppp_session_taken_down(struct ppp_session *session, mono_us now);

/* information: what follows PPP's protocol field. */
void ppp_session_receive(struct ppp_session *session, uint16_t protocol, struct bytes information,
			 mono_us now);
void ppp_session_tick(struct ppp_session *session, mono_us now);
mono_us ppp_session_deadline(const struct ppp_session *session);

/*
 * The answers to PPP_NEED_..._SECRET; NULL: there is none.  The secret is not kept.  Each
 * PPP_NEED_PEER_SECRET is answered once, in their order, and not after PPP_ENDED.
 */
void ppp_session_own_secret(struct ppp_session *session, const struct bytes *secret, mono_us now);
void ppp_session_peer_secret(struct ppp_session *session, const struct bytes *secret, mono_us now);

/* The name the peer authenticates by, as it came, for looking its secret up. */
struct bytes ppp_session_peer_name(const struct ppp_session *session);

/* The IPv4 address to give to the peer, host byte order; before the network phase. */
void ppp_session_give_address(struct ppp_session *session, uint32_t address);

/* Data has come from the peer since the last call (for the adaptive keep-alive). */
void ppp_session_heard(struct ppp_session *session);

/* Asks the peer for a sign of life now, not at the next echo interval; but once a second at most.
 */
void ppp_session_probe(struct ppp_session *session, mono_us now);

/* What the peer said last about success or failure, printable; "" if nothing. */
const char *ppp_session_words(const struct ppp_session *session);

/* The longest packet that may be sent to the peer, bytes; once LCP is up. */
uint16_t ppp_session_mtu(const struct ppp_session *session);
