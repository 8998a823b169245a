/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The option negotiation automaton of RFC 1661 section 4.1, as its table: rows and columns stand in
 * the RFC's order.  tests/unit/test_automaton.c holds all 160 cells against the RFC's text.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum ppp_state {
	PPP_INITIAL,
	PPP_STARTING,
	PPP_CLOSED,
	PPP_STOPPED,
	PPP_CLOSING,
	PPP_STOPPING,
	PPP_REQUEST_SENT,
	PPP_ACK_RECEIVED,
	PPP_ACK_SENT,
	PPP_OPENED,
	PPP_STATE_COUNT,
};

enum ppp_event {
	PPP_EVENT_UP,
	PPP_EVENT_DOWN,
	PPP_EVENT_OPEN,
	PPP_EVENT_CLOSE,
	PPP_EVENT_TIMEOUT, /* TO+: the restart counter is above zero */
	PPP_EVENT_TIMEOUT_LAST, /* TO- */
	PPP_EVENT_REQUEST_GOOD, /* RCR+ */
	PPP_EVENT_REQUEST_BAD, /* RCR- */
	PPP_EVENT_ACK, /* RCA */
	PPP_EVENT_NAK, /* RCN: Nak or Reject */
	PPP_EVENT_TERMINATE_REQUEST, /* RTR */
	PPP_EVENT_TERMINATE_ACK, /* RTA */
	PPP_EVENT_UNKNOWN_CODE, /* RUC */
	PPP_EVENT_REJECT_HARMLESS, /* RXJ+ */
	PPP_EVENT_REJECT_FATAL, /* RXJ- */
	PPP_EVENT_ECHO, /* RXR: Echo-Request, Echo-Reply, Discard-Request */
	PPP_EVENT_COUNT,
};

enum ppp_automaton_action {
	PPP_TLU = 1 << 0, /* This-Layer-Up */
	PPP_TLD = 1 << 1, /* This-Layer-Down */
	PPP_TLS = 1 << 2, /* This-Layer-Started */
	PPP_TLF = 1 << 3, /* This-Layer-Finished */
	PPP_IRC = 1 << 4, /* Initialize-Restart-Count */
	PPP_ZRC = 1 << 5, /* Zero-Restart-Count */
	PPP_SCR = 1 << 6, /* Send-Configure-Request */
	PPP_SCA = 1 << 7, /* Send-Configure-Ack */
	PPP_SCN = 1 << 8, /* Send-Configure-Nak or -Reject */
	PPP_STR = 1 << 9, /* Send-Terminate-Request */
	PPP_STA = 1 << 10, /* Send-Terminate-Ack */
	PPP_SCJ = 1 << 11, /* Send-Code-Reject */
	PPP_SER = 1 << 12, /* Send-Echo-Reply */
};

struct ppp_transition {
	uint16_t actions; /* of enum ppp_automaton_action */
	uint8_t next; /* enum ppp_state */
	bool possible; /* false: the RFC's "-", the event cannot happen in that state */
};

extern const struct ppp_transition ppp_automaton[PPP_EVENT_COUNT][PPP_STATE_COUNT];

/* The restart timer runs in these states and in no other (RFC 1661 section 4.2). */
static inline bool ppp_state_timed(enum ppp_state state)
{
	return state >= PPP_CLOSING && state <= PPP_ACK_SENT;
}

const char *ppp_state_name(enum ppp_state state);
