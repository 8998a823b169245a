/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The concentrator's side of PPPoE discovery (RFC 2516 section 5, RFC 4638).  Pure.
 *
 * A PADI costs no memory: the AC-Cookie of the PADO carries a nonce and a keyed hash over the
 * nonce, the host's address and its port (HMAC-SHA-256, cut), under a key that rotates; the last
 * key stays good for one period more.  PADOs that wait for their delay stand in a queue of fixed
 * size. A session exists from a valid PADR on.  A repeated PADR (same host, same cookie: our PADS
 * was lost) gets the same PADS again.
 *
 * A host is an Ethernet address on a port (base/port.h): the same address on another interface or
 * VLAN is another host.
 */
#pragma once

#include "base/port.h"
#include "base/time.h"
#include "crypto/random.h"
#include "pppoe/host.h"
#include "pppoe/packet.h"

#define PPPOE_SERVICES_MAX 16
#define PPPOE_PADO_QUEUE 64 /* PADOs waiting for their delay; with more, the oldest go at once */
#define PPPOE_SESSIONS_MAX 65534 /* ids 1 .. 0xfffe */
#define PPPOE_COOKIE_NONCE_LENGTH 8
#define PPPOE_COOKIE_HASH_LENGTH 16
#define PPPOE_HOST_BUCKETS 4096 /* a power of 2 */
#define PPPOE_PADI_METERS 4096 /* a power of 2 */

struct pppoe_concentrator_config {
	struct mac address[PORT_INTERFACES_MAX]; /* ours on each interface */
	char name[PPPOE_NAME_MAX + 1];
	char services[PPPOE_SERVICES_MAX][PPPOE_NAME_MAX + 1]; /* none: only the empty one */
	unsigned service_count;
	bool any_service; /* accept whatever Service-Name is asked for */
	uint16_t max_payload; /* over 1492: RFC 4638 up to this; else 0 */
	unsigned sessions_max; /* the slots handed to init; at most PPPOE_SESSIONS_MAX */
	unsigned sessions_per_mac; /* 0: no limit */
	uint32_t pado_delay_ms;
	uint32_t padi_rate; /* PADIs a second answered, with a burst of as many; 0: no limit */
	uint32_t padi_rate_per_mac; /* the same for each address; 0: no limit */
	uint16_t first_id; /* the first session's; 0: at random */
	bool random_ids; /* each at random; else each the one after the last */
	char message[PPPOE_NAME_MAX + 1]; /* MOTM for each new session; "" for none */
	char url[PPPOE_NAME_MAX + 1]; /* HURL, likewise */
	uint32_t cookie_key_ms; /* a key's period; 0: 60000 */
};

/* Named "dialtone", the empty service, 256 sessions, no limit, no delay, 1492 bytes. */
struct pppoe_concentrator_config pppoe_concentrator_config_default(struct mac address);

/* One session of the table; its index is the caller's handle, 0 .. sessions_max - 1. */
struct pppoe_slot {
	uint16_t session_id; /* 0: free */
	struct mac host;
	uint32_t port;
	uint16_t max_payload;
	uint8_t service; /* index into services; service_count: none of them (any_service) */
	uint8_t cookie_hash[8]; /* of the PADR that opened it, to know its repetition */
	uint32_t next; /* private: the next free slot, or the next in the host's bucket */
};

enum pppoe_concentrator_drop {
	PPPOE_CONCENTRATOR_DROP_FRAME, /* short, wrong version, length or tags */
	PPPOE_CONCENTRATOR_DROP_ADDRESS, /* from a group address; PADR not for us */
	PPPOE_CONCENTRATOR_DROP_CODE,
	PPPOE_CONCENTRATOR_DROP_SERVICE, /* PADI for a service that we don't have */
	PPPOE_CONCENTRATOR_DROP_RATE,
	PPPOE_CONCENTRATOR_DROP_BUSY, /* PADI or PADR while the owner has too much to do already */
	PPPOE_CONCENTRATOR_DROP_FULL, /* PADI while the table, or the host's share, is full */
	PPPOE_CONCENTRATOR_DROP_COOKIE, /* PADR whose cookie is missing, forged or too old */
	PPPOE_CONCENTRATOR_DROP_SESSION, /* PADT for no session of that host */
	PPPOE_CONCENTRATOR_DROP_COUNT,
};

enum pppoe_concentrator_action_kind {
	PPPOE_CONCENTRATOR_SEND, /* .frame, to .port */
	PPPOE_CONCENTRATOR_OPENED, /* .slot: comes after the PADS's PPPOE_CONCENTRATOR_SEND */
	PPPOE_CONCENTRATOR_CLOSED, /* .slot: by the host's PADT; already free again */
};

struct pppoe_concentrator_action {
	enum pppoe_concentrator_action_kind kind;
	struct bytes frame;
	uint32_t port;
	uint32_t slot;
	/* OPENED: what an access node in between says of the line (TR-101 section 3.9.1); borrowed
	 */
	struct bytes circuit_id, remote_id;
	const char *words; /* what the host said in its PADT, printable; "" if nothing */
};

struct pppoe_waiting_pado {
	mono_us due;
	struct mac host;
	uint32_t port;
	uint16_t max_payload; /* the host's PPP-Max-Payload, 0 if none */
	bool has_host_uniq, has_relay_session_id;
	uint8_t service_length, host_uniq_length, relay_session_id_length;
	uint8_t service_name[PPPOE_NAME_MAX], host_uniq[PPPOE_HOST_UNIQ_MAX];
	uint8_t relay_session_id[PPPOE_RELAY_SESSION_ID_MAX];
};

/* The PADIs of one address; of two that fall together the newer one has the place. */
struct pppoe_padi_meter {
	uint32_t host; /* a hash */
	uint32_t second; /* of the clock */
	uint32_t count; /* in that second */
};

struct pppoe_concentrator {
	/* private */
	struct pppoe_concentrator_config config;
	struct random *random;
	struct pppoe_slot *slots;
	uint32_t slot_count, slots_used, free_first, free_last;
	uint16_t next_id;
	uint16_t slot_of_id[65536]; /* slot + 1, 0 if none */
	uint32_t slot_of_host[PPPOE_HOST_BUCKETS]; /* the first of a hash bucket's slots */
	uint64_t host_salt; /* of that hash */
	uint8_t key[2][32]; /* [0] today's, [1] the one before */
	mono_us key_until;
	bool keyed;
	uint64_t padi_tokens; /* token bucket, in millionths of a PADI */
	mono_us padi_filled;
	bool padi_metered;
	bool busy;
	struct pppoe_padi_meter padi_meters[PPPOE_PADI_METERS];
	struct pppoe_waiting_pado waiting[PPPOE_PADO_QUEUE];
	unsigned waiting_first, waiting_count;
	mono_us released; /* waiting PADOs due by then go out through next_action */
	bool releasing;
	uint64_t drops[PPPOE_CONCENTRATOR_DROP_COUNT];
	char words[PPPOE_NAME_MAX + 1];
	uint8_t frame[PPPOE_DISCOVERY_FRAME_MAX];
	uint8_t message_frame[PPPOE_DISCOVERY_FRAME_MAX]; /* PADM, beside the PADS */
	struct pppoe_concentrator_action actions[3];
	unsigned actions_made, actions_taken;
};

/*
 * slots: config->sessions_max of them, zeroed here, owned by the caller; random outlives it.
 * The machine is some 250 kB large: not for the stack.
 */
void pppoe_concentrator_init(struct pppoe_concentrator *c,
			     const struct pppoe_concentrator_config *config,
			     struct pppoe_slot *slots, struct random *random);

/* A whole Ethernet frame of type 0x8863, without the tags that port speaks of. */
void pppoe_concentrator_receive(struct pppoe_concentrator *c, uint32_t port, struct bytes frame,
				mono_us now);

/* While busy, no new session: PADIs and PADRs go unanswered, so that hosts ask again later. */
void pppoe_concentrator_set_busy(struct pppoe_concentrator *c, bool busy);

/* Sends the PADOs whose delay is over, each made when next_action takes it. */
void pppoe_concentrator_tick(struct pppoe_concentrator *c, mono_us now);
mono_us pppoe_concentrator_deadline(const struct pppoe_concentrator *c);

/* Ends a session by PADT with `reason` in a Generic-Error tag and frees the slot. */
void pppoe_concentrator_close(struct pppoe_concentrator *c, uint32_t slot, const char *reason);

/*
 * The slot of a session frame: false unless `id` is open and belongs to `host`
 * (RFC 2516 section 4: SESSION_ID "defines a PPP session along with" both addresses).
 */
bool pppoe_concentrator_find(const struct pppoe_concentrator *c, uint32_t port, struct mac host,
			     uint16_t id, uint32_t *ret_slot);

/*
 * Takes the next action; false if there is none.  Drain after each verb: the next one forgets (but
 * not the waiting PADOs).  A frame is valid until the next call of anything, this one too.
 */
bool pppoe_concentrator_next_action(struct pppoe_concentrator *c,
				    struct pppoe_concentrator_action *ret_action);
uint64_t pppoe_concentrator_drops(const struct pppoe_concentrator *c,
				  enum pppoe_concentrator_drop reason);
const char *pppoe_concentrator_drop_name(enum pppoe_concentrator_drop reason);

/* Open sessions. */
unsigned pppoe_concentrator_sessions(const struct pppoe_concentrator *c);
