/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line, dialled and kept up: discovery, PPP, and the policy of dialling again.  Pure.
 *
 *	off -> [carrier] -> discovery -> lcp -> auth -> network -> up -> ... -> waiting -> discovery
 *
 * It sees Ethernet frames of discovery and of PPP control; the data plane's frames never come here.
 * Drain link_next_action() after every verb.
 */
#pragma once

#include "link/failure.h"
#include "link/redial.h"
#include "ppp/session.h"
#include "pppoe/host.h"

struct link_config {
	struct pppoe_host_config pppoe; /* its address and max_payload are set from link_wire() */
	struct ppp_config ppp;
	struct redial_config redial;
	uint16_t mtu; /* the longest IP packet wanted, bytes; over 1492 by RFC 4638 */
	bool persist; /* dial again after a failure or loss; else LINK_FINISHED */
	uint32_t carrier_grace_ms; /* an open session survives this much of lost carrier */
	uint32_t idle_ms; /* a line that moves no IP packet for so long hangs up; 0: never */
};

struct link_config link_config_default(void);

/* The Ethernet interface the line runs on, as it is now. */
struct link_wire {
	bool present;
	bool carrier;
	struct mac address;
	uint16_t mtu; /* bytes of Ethernet payload */
};

/* What was agreed: the whole of what a data plane and the host need to know. */
struct link_addresses {
	bool ipv4, ipv6; /* which of the two is open; neither: the line is down */
	uint32_t local, remote; /* host byte order; remote 0: the peer did not say */
	uint32_t dns[2]; /* host byte order; 0: none */
	uint64_t interface_id, peer_interface_id;
	uint16_t mtu, mru; /* the longest IP packet to and from the peer, bytes */
};

struct link_session_id {
	bool known;
	struct mac peer;
	uint16_t id; /* host byte order */
};

enum link_action_kind {
	LINK_SEND_DISCOVERY, /* .frame, valid until the next call */
	LINK_SEND_SESSION, /* .frame, likewise */
	LINK_SESSION, /* .session: from now on (or no longer) the only one of concern */
	LINK_NEED_SECRET, /* our password for the peer called .text; answer by link_secret() */
	LINK_ADDRESSES, /* .addresses: what is open has changed */
	LINK_EVENT, /* .stage and .text: for the log */
	LINK_FAILED, /* .failure and .text (for the log); the line is down */
	LINK_FINISHED, /* closed, or given up; nothing more will come */
};

#define LINK_TEXT_SIZE 512

struct link_action {
	enum link_action_kind kind;
	struct bytes frame;
	struct link_session_id session;
	struct link_addresses addresses;
	enum link_stage stage;
	bool accepted; /* LINK_EVENT: name and password were, just now */
	const char *text; /* printable, valid until the next call */
	const struct link_failure *failure;
};

enum link_drop {
	LINK_DROP_FRAME, /* not a well-formed session frame */
	LINK_DROP_SESSION, /* of another session or address, or of none */
	LINK_DROP_COUNT,
};

#define LINK_ACTIONS 48

struct link {
	/* for reading */
	enum link_stage stage;
	struct link_failure failure; /* the last one */
	uint64_t drops[LINK_DROP_COUNT];
	uint64_t discovery_drops[PPPOE_DROP_COUNT]; /* of the attempts before this one */
	uint64_t lost; /* actions that found no room: a mistake of ours, or frames in a flood */
	/* private */
	struct link_config config;
	struct random random;
	struct link_wire wire;
	struct pppoe_host host;
	struct ppp_session ppp;
	struct ppp_outbox outbox;
	struct redial redial;
	struct link_addresses addresses;
	struct link_session_id session;
	struct link_session_id left; /* the last one that ended; the concentrator may not know */
	struct mac left_address; /* ours in that session */
	bool left_untold; /* it ended while the wire was away: PADT when that is back */
	unsigned unanswered; /* PADIs since the last PADS */
	bool closing, finished, was_up;
	mono_us moved_at; /* when the last IP packet did */
	mono_us chosen_at; /* when the PADR went out */
	mono_us up_since, redial_at, grace_until;
	const char *close_reason;
	struct link_action actions[LINK_ACTIONS];
	unsigned made, taken;
	uint8_t frames[12288]; /* of actions */
	size_t frames_used;
	char texts[16][LINK_TEXT_SIZE]; /* of actions */
	unsigned texts_used;
};

/* seed: entropy for everything random in this line. */
void link_init(struct link *link, const struct link_config *config,
	       const uint8_t seed[RANDOM_SEED_LENGTH]);

/*
 * A session that an earlier run has left, and ended by PADT: should the concentrator stay silent,
 * it is ended once more.  address: ours in it.  Before or after link_open(); an own one counts
 * more.
 */
void link_remember(struct link *link, const struct link_session_id *session, struct mac address);

/* Dials, as soon as there is a wire with carrier, and stays at it. */
void link_open(struct link *link, mono_us now);

/* Hangs up politely: Terminate-Request, PADT; LINK_FINISHED follows.  reason: a string that stays.
 */
void link_close(struct link *link, const char *reason, mono_us now);

/* The interface changed, appeared or vanished. */
void link_wire(struct link *link, const struct link_wire *wire, mono_us now);

/* A whole Ethernet frame, of type 0x8863 or 0x8864. */
void link_receive(struct link *link, struct bytes frame, mono_us now);

/* secret: NULL if there is none for us. */
void link_secret(struct link *link, const struct bytes *secret, mono_us now);

/* The data plane has received something since the last call. */
void link_heard(struct link *link);

/* IP packets have moved, in or out, since the last call: for idle_ms. */
void link_moved(struct link *link, mono_us now);

/* Discovery frames that were dropped, in all attempts. */
uint64_t link_discovery_drops(const struct link *link, enum pppoe_drop reason);

void link_tick(struct link *link, mono_us now);
mono_us link_deadline(const struct link *link);
bool link_next_action(struct link *link, struct link_action *ret_action);
