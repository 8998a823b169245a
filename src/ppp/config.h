/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PPP session is asked to be.  The dialling side and the answering side are the same code:
 * they differ only in these values.  One struct ppp_config serves any number of sessions.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Authentication protocols, as bits so that a set of them fits in an unsigned. */
enum ppp_auth {
	PPP_AUTH_NONE = 0,
	PPP_AUTH_PAP = 1, /* RFC 1334 */
	PPP_AUTH_CHAP_MD5 = 2, /* RFC 1994 */
	PPP_AUTH_MSCHAPV2 = 4, /* RFC 2759 */
	PPP_AUTH_EAP_MD5 = 8, /* RFC 3748 with MD5-Challenge */
	PPP_AUTH_ALL = 15,
};

#define PPP_NAME_MAX 255
#define PPP_SECRET_MAX 255

struct ppp_config {
	char name[PPP_NAME_MAX + 1]; /* ours, in the authentication of either direction */

	unsigned prove_by; /* set of enum ppp_auth: how we are ready to authenticate ourselves */
	unsigned demand; /* set: the peer must authenticate by one of these; 0: it need not */

	uint16_t mru; /* the MRU we want, bytes; cut to what the session's PPPoE allows */

	bool ipv4, ipv6; /* which network protocols to negotiate */
	uint32_t address; /* our IPv4 address, host byte order; 0: the peer names it */
	bool request_dns; /* ask for name servers (RFC 1877) */
	uint32_t offer_dns[2]; /* name servers for a peer that asks; 0: none */
	bool assign_address; /* insist that the peer take the address given for it */
	uint64_t interface_id; /* ours for IPV6CP; 0: a random one */

	uint32_t echo_interval_ms; /* 0: no keep-alive */
	unsigned echo_failures; /* this many Echo-Requests unanswered end the session; 0: never */
	bool echo_adaptive; /* ask only when nothing was received since the last time */
	uint32_t rechallenge_ms; /* demand CHAP again this often; 0: never */

	uint32_t restart_min_ms, restart_max_ms; /* restart timer: starts short and doubles */
	unsigned max_configure, max_terminate, max_failure; /* RFC 1661 section 4.6 */
	uint32_t establish_ms; /* from open to a network protocol up; then the attempt fails */
};

/*
 * The dialler's usual values: all of prove_by, IPv4, DNS, MRU 1492, echo each 20 s and 3 times,
 * restart 250 ms to 3 s, Max-Configure 10, Max-Terminate 2, Max-Failure 5, 60 s in all.
 */
struct ppp_config ppp_config_default(void);
