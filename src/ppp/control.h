/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One control protocol (LCP, IPCP, IPV6CP): the automaton of RFC 1661 section 4 brought to life,
 * with restart timer, counters, identifiers and the option list of section 6.  What differs from
 * protocol to protocol is a struct ppp_control_type with its table of options.
 */
#pragma once

#include "ppp/automaton.h"
#include "ppp/context.h"

enum ppp_verdict { PPP_ACK, PPP_NAK, PPP_REJECT };

/* A row of an option table.  Every function gets the structure whose first member is the control.
 */
struct ppp_option {
	uint8_t type;
	uint8_t length_min, length_max; /* of the value, without the two bytes of header */
	const char *name;

	/*
	 * Judges the option in the peer's request.  For PPP_NAK it writes the value it would
	 * accept. A value of the wrong length comes as an empty one, and should be answered by
	 * PPP_NAK. NULL: always rejected.
	 */
	enum ppp_verdict (*judge)(void *owner, struct ppp_context *context, struct bytes value,
				  struct writer *nak);
	void (*agree)(void *owner, struct bytes value); /* the request with it was acknowledged */

	/* Our own request: writes the value and returns true, or false if it isn't asked for. */
	bool (*ask)(const void *owner, struct writer *w);
	void (*naked)(void *owner, struct ppp_context *context, struct bytes value);
	void (*rejected)(void *owner, struct ppp_context *context);
};

struct ppp_control_type {
	uint16_t protocol;
	const char *name;
	const struct ppp_option *options;
	unsigned option_count;
	void (*forget_peer)(void *owner); /* before agree(): the values of options left out */
	void (*missing)(void *owner, struct ppp_context *context, struct reader request,
			struct writer *nak); /* options we want the peer to ask for; may be NULL */
};

/* What came of a call, besides packets: the layer's signals of RFC 1661, and one of ours. */
enum ppp_signal {
	PPP_SIGNAL_UP = PPP_TLU,
	PPP_SIGNAL_DOWN = PPP_TLD,
	PPP_SIGNAL_STARTED = PPP_TLS,
	PPP_SIGNAL_FINISHED = PPP_TLF,
	PPP_SIGNAL_NO_AGREEMENT = 1 << 14, /* negotiation goes in circles: give up */
	PPP_SIGNAL_SILENCE = 1 << 15, /* finished because Max-Configure requests went unanswered */
};

#define PPP_REQUEST_MAX 40

struct ppp_control {
	/* private */
	const struct ppp_control_type *type;
	enum ppp_state state;
	unsigned restarts_left;
	uint8_t quick_tries; /* made while the restart time is very short */
	uint32_t restart_ms;
	mono_us deadline;
	uint8_t identifier; /* of our latest request */
	bool outstanding; /* it has not been answered */
	uint8_t terminate_identifier, reject_identifier;
	uint8_t naks_sent; /* without an Ack: RFC 1661 Max-Failure */
	uint8_t naks_received;
	uint8_t request_length;
	uint8_t request[PPP_REQUEST_MAX]; /* options of our latest request, as sent */
	bool heard; /* the peer speaks this protocol */
	uint8_t naked_identifier; /* of the request that naks_sent counted last */
	uint8_t repeats; /* of the request agreed on, while open */
	bool agreed; /* the following is the peer's request that we acknowledged last */
	uint8_t agreed_identifier;
	uint8_t agreed_length;
	uint8_t agreed_request[PPP_REQUEST_MAX];
	struct ppp_packet packet; /* the one being answered */
	struct bytes answer; /* options of the Nak or Reject being sent */
	uint8_t answer_code;
	const char *reason; /* for Terminate-Request */
};

void ppp_control_init(struct ppp_control *control, const struct ppp_control_type *type);

/* Each returns a set of enum ppp_signal. */
unsigned ppp_control_up(struct ppp_control *control, struct ppp_context *context);
unsigned ppp_control_down(struct ppp_control *control, struct ppp_context *context);
unsigned ppp_control_open(struct ppp_control *control, struct ppp_context *context);
unsigned ppp_control_close(struct ppp_control *control, struct ppp_context *context,
			   const char *reason);
unsigned ppp_control_tick(struct ppp_control *control, struct ppp_context *context);

/* Codes 1 to 7.  Answers every other code by Code-Reject: the protocol takes its own out first. */
unsigned ppp_control_receive(struct ppp_control *control, struct ppp_context *context,
			     const struct ppp_packet *packet);

/* The peer sent a Protocol-Reject for this protocol (RFC 1661 section 5.7): RXJ-. */
unsigned ppp_control_protocol_rejected(struct ppp_control *control, struct ppp_context *context);

static inline bool ppp_control_is_open(const struct ppp_control *control)
{
	return control->state == PPP_OPENED;
}
