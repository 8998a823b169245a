/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's side of PPPoE discovery (RFC 2516 section 5, RFC 4638): finds a concentrator, opens a
 * session with it, watches for the end of that session.  Pure: no I/O, no clock, no memory of its
 * own.  Whether and when to try again after a failure is not decided here but in link/.
 */
#pragma once

#include "base/time.h"
#include "crypto/random.h"
#include "pppoe/packet.h"
#include "pppoe/tags.h"

#define PPPOE_NAME_MAX 255 /* bytes of a service or concentrator name that we keep */
#define PPPOE_HOST_UNIQ_MAX 64 /* bytes of a Host-Uniq that we make or keep */

struct pppoe_host_config {
	struct mac address; /* our own */
	bool has_service_name; /* false: any service, sent as the empty Service-Name */
	char service_name[PPPOE_NAME_MAX + 1];
	char concentrator_name[PPPOE_NAME_MAX + 1]; /* "": any */
	struct mac concentrator_address; /* zero: any */
	uint8_t host_uniq[PPPOE_HOST_UNIQ_MAX];
	size_t host_uniq_length; /* 0: a random one for each attempt */
	bool without_host_uniq; /* send none, and take what comes: for one host on the wire alone */
	uint16_t max_payload; /* over 1492: ask for it by PPP-Max-Payload (RFC 4638); else 0 */
	uint32_t retry_min_ms,
		retry_max_ms; /* before the second PADI or PADR; doubles, with jitter */
	unsigned attempts; /* PADIs, and then PADRs, before giving up */
};

/* 500 ms doubling to 8 s, 5 attempts, no filter. */
struct pppoe_host_config pppoe_host_config_default(struct mac address);

enum pppoe_host_state {
	PPPOE_HOST_IDLE,
	PPPOE_HOST_PADI_SENT,
	PPPOE_HOST_PADR_SENT,
	PPPOE_HOST_OPEN
};

enum pppoe_failure {
	PPPOE_FAILURE_NONE,
	PPPOE_FAILURE_NO_PADO, /* nobody answered */
	PPPOE_FAILURE_NO_MATCH, /* somebody answered, but not whom the filters ask for; words: who
				 */
	PPPOE_FAILURE_NO_PADS,
	PPPOE_FAILURE_SERVICE_NAME, /* Service-Name-Error */
	PPPOE_FAILURE_AC_SYSTEM, /* AC-System-Error */
	PPPOE_FAILURE_GENERIC, /* Generic-Error */
	PPPOE_FAILURE_SESSION_ZERO, /* PADS with SESSION_ID 0 and no error tag, or 0xffff */
	PPPOE_FAILURE_PADT, /* the concentrator ended the session */
};

/* Why frames were dropped, counted by reason. */
enum pppoe_drop {
	PPPOE_DROP_SHORT,
	PPPOE_DROP_VERSION,
	PPPOE_DROP_LENGTH,
	PPPOE_DROP_TAGS, /* truncated, repeated or badly sized tags */
	PPPOE_DROP_ADDRESS, /* not for us, from a group address, or not from our concentrator */
	PPPOE_DROP_CODE, /* not a code for a host */
	PPPOE_DROP_HOST_UNIQ, /* somebody else's */
	PPPOE_DROP_FILTER, /* PADO of another concentrator or service than asked for */
	PPPOE_DROP_REFUSAL, /* PADO with an error tag: its words are kept for the failure */
	PPPOE_DROP_STATE, /* late or early: a PADO after the choice, a second PADS ... */
	PPPOE_DROP_SESSION, /* PADT for another session; PADO with a SESSION_ID */
	PPPOE_DROP_COUNT,
};

struct pppoe_session {
	uint16_t id; /* host byte order, never 0 */
	struct mac concentrator;
	char concentrator_name[PPPOE_NAME_MAX + 1]; /* made printable */
	char service_name[PPPOE_NAME_MAX + 1]; /* made printable */
	uint16_t max_payload; /* over 1492: the lesser of what both sides named (RFC 4638) */
};

enum pppoe_host_action_kind {
	PPPOE_HOST_SEND, /* .frame: a whole Ethernet frame, valid until the next call */
	PPPOE_HOST_PADO_TAKEN, /* see pppoe_host_session(): concentrator and names are known */
	PPPOE_HOST_OPENED, /* see pppoe_host_session() */
	PPPOE_HOST_FAILED, /* .failure, and .words of the peer; the machine is idle again */
};

struct pppoe_host_action {
	enum pppoe_host_action_kind kind;
	struct bytes frame;
	enum pppoe_failure failure;
	const char *words; /* what the peer said, printable; "" if nothing */
};

struct pppoe_host {
	/* private */
	struct pppoe_host_config config;
	struct random *random;
	enum pppoe_host_state state;
	struct pppoe_session session;
	mono_us deadline;
	uint32_t retry_ms;
	unsigned sent; /* PADIs or PADRs in this state */
	enum pppoe_failure failure; /* of the PADI stage if no better PADO comes; its words below */
	uint8_t host_uniq[PPPOE_HOST_UNIQ_MAX];
	size_t host_uniq_length;
	uint8_t cookie[PPPOE_COOKIE_MAX], relay_session_id[PPPOE_RELAY_SESSION_ID_MAX];
	size_t cookie_length, relay_session_id_length;
	bool has_cookie, has_relay_session_id;
	uint64_t drops[PPPOE_DROP_COUNT];
	char words[PPPOE_NAME_MAX + 1];
	uint8_t frame[PPPOE_DISCOVERY_FRAME_MAX];
	struct pppoe_host_action actions[2];
	unsigned actions_made, actions_taken;
};

/* random outlives the machine. */
void pppoe_host_init(struct pppoe_host *host, const struct pppoe_host_config *config,
		     struct random *random);

/* Begins with a PADI, always broadcast.  Only in state idle. */
void pppoe_host_open(struct pppoe_host *host, mono_us now);

/*
 * Takes over a session that was opened elsewhere, as if discovery had just ended, without an
 * action.  Only in state idle.  Of the session, its id and concentrator are needed.
 */
void pppoe_host_adopt(struct pppoe_host *host, const struct pppoe_session *session);

/*
 * Ends whatever goes on, and says so to the concentrator by PADT with `reason` in a Generic-Error
 * tag if a session is open (RFC 2516 section 5.5).  Makes no PPPOE_HOST_FAILED.
 */
void pppoe_host_close(struct pppoe_host *host, const char *reason);

/* A whole Ethernet frame of type 0x8863.  Frames of other types are none of its business. */
void pppoe_host_receive(struct pppoe_host *host, struct bytes frame, mono_us now);

void pppoe_host_tick(struct pppoe_host *host, mono_us now);
mono_us pppoe_host_deadline(const struct pppoe_host *host);

/* Takes the next action; false if there is none.  Drain after each verb: the next one forgets. */
bool pppoe_host_next_action(struct pppoe_host *host, struct pppoe_host_action *ret_action);

enum pppoe_host_state pppoe_host_state(const struct pppoe_host *host);
const struct pppoe_session *pppoe_host_session(const struct pppoe_host *host);
uint64_t pppoe_host_drops(const struct pppoe_host *host, enum pppoe_drop reason);
const char *pppoe_drop_name(enum pppoe_drop reason);
