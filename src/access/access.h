/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The concentrator composed: PPPoE discovery, a PPP session for each host, their addresses and
 * their timers.  Pure: all memory is handed in at the start and there is no other.
 *
 * The owner feeds frames, time and secrets, and drains the actions after each verb.  One action
 * may be followed by any number of others (a tick may concern thousands of sessions): each is
 * made when it is taken, so nothing is queued and nothing overflows.
 *
 * The data path asks here too: whose packet a frame is, and where a packet has to go.
 */
#pragma once

#include "base/deadlines.h"
#include "base/slot_map.h"
#include "pppoe/concentrator.h"
#include "pppoe/session.h"
#include "pppoe/tags.h"
#include "ppp/session.h"

/* Strangers' session frames answered by PADT, a second: see access_receive(). */
#define ACCESS_STRANGERS_A_SECOND 100

/* What one session may do; 0 stands for no limit. */
struct access_limits {
	uint64_t down_rate, up_rate; /* bytes of IP a second, to and from the host */
	uint32_t session_s; /* from the first network protocol on */
	uint32_t idle_s; /* without an IP packet either way */
	uint32_t silence_s; /* without anything from the host */
};

/* Addresses first .. first + count - 1, host byte order. */
struct access_range {
	uint32_t first, count;
};

struct access_config {
	struct pppoe_concentrator_config pppoe; /* sessions_max is the number of slots */
	struct ppp_config ppp; /* of every session; address, and interface_id with IPv6, not 0 */
	/* The pool: in ascending order, apart; of more addresses than slots the last are left. */
	const struct access_range *pool; /* outlives the machine */
	uint32_t pool_ranges;
	uint16_t mtu; /* the longest IP packet to any host; 0: what PPPoE lets through */
	struct access_limits limits; /* of each session that has none of its own */
	unsigned dialling_max; /* sessions that are not up yet; then no new ones; 0: no limit */
	char interface_name[PORT_INTERFACES_MAX][16]; /* for the log; "" where there is one */
};

/* A concentrator's usual values for this Ethernet address; no pool, no authentication yet. */
struct access_config access_config_default(struct mac address);

enum access_action_kind {
	ACCESS_SEND, /* .frame to .port, valid until the next call */
	ACCESS_NEED_SECRET, /* of .name, for .slot; answer by access_secret(), now or later */
	ACCESS_UP, /* .slot carries IPv4, IPv6 or both from now on; .text for the log */
	ACCESS_DOWN, /* .slot carries neither any more; .text for the log */
	ACCESS_ENDED, /* .slot is free again, and what was known of it is .ended; .text for the log
		       */
	ACCESS_EVENT, /* .text for the log */
};

struct access_path;
struct access_session;

/* All that is known of a session. */
struct access_view {
	const struct access_path *path;
	const struct access_session *session;
};

struct access_action {
	enum access_action_kind kind;
	uint32_t slot;
	struct bytes frame;
	uint32_t port;
	struct bytes name; /* as it came; borrowed until the next call */
	enum ppp_auth auth; /* what the host authenticates by */
	uint32_t address; /* what the pool would give it now, host byte order; 0: nothing */
	struct access_view ended; /* until the next call */
	const char *text; /* printable, "session=0x0012 mac=... event=..."; until the next call */
};

/* What is known of a host that wants in. */
struct access_secret {
	struct bytes secret;
	uint32_t address; /* its own fixed one, host byte order; 0: one of the pool */
	const struct access_limits *limits; /* its own; NULL: the configuration's */
};

/* Packets that passed, and bytes of IP. */
struct access_flow {
	uint64_t packets, bytes;
};

/*
 * A token bucket.  It may go below zero by one packet, which may be 64 KB that are yet to be cut:
 * what is over is paid back before the next one passes.
 */
struct access_meter {
	int64_t tokens; /* bytes */
	mono_us filled;
};

/* Why a session ends, as accounting asks for it (RFC 2866 section 5.10). */
enum access_end {
	ACCESS_END_HOST, /* the host wanted it */
	ACCESS_END_LOST, /* the host no longer answers, or PPP failed */
	ACCESS_END_IDLE,
	ACCESS_END_SESSION_LIMIT,
	ACCESS_END_ADMIN, /* kicked */
	ACCESS_END_SHUTDOWN,
	ACCESS_END_PREEMPTED, /* a newer session has its address */
	ACCESS_END_REFUSED, /* never let in */
};

/* What the data path has to know of one session, close together in memory. */
struct access_path {
	uint64_t peer_interface_id; /* 0: none */
	uint32_t address; /* the host's, host byte order; 0: none */
	uint32_t port;
	uint16_t session_id; /* 0: the slot is free */
	uint16_t mtu; /* the longest IP packet to the host */
	struct mac host;
	bool ipv4, ipv6; /* which of them is open */
	bool heard; /* an IP packet came since the last tick */
	mono_us last_heard; /* of anything the host sent */
	mono_us last_data; /* of IP, either way */
	struct access_flow up, down; /* from and to the host */
	struct access_meter up_meter, down_meter;
	uint64_t up_rate, down_rate; /* bytes a second; 0: no limit */
};

struct access_session {
	struct ppp_session ppp;
	uint32_t wanted_address; /* what the secret's entry says; 0: one of the pool */
	bool up, was_up;
	mono_us opened, since; /* PPPoE; the first network protocol */
	struct access_limits limits;
	enum access_end end; /* why it is being closed */
	const char *close_reason; /* ours; NULL: the session's own failure says it */
	char name[64]; /* the host's in authentication, printable, cut; "" before */
	/* What the access node says of the host's line (TR-101), printable; "" for nothing. */
	char circuit_id[PPPOE_LINE_ID_MAX + 1], remote_id[PPPOE_LINE_ID_MAX + 1];
};

/* Counted since the start. */
struct access_counters {
	uint64_t sessions_opened, sessions_closed; /* PPPoE */
	uint64_t authenticated, rejected;
	uint64_t session_frames, strangers; /* session frames; those of no session of ours */
};

struct access {
	/* for reading */
	struct access_counters counters;
	/* private */
	struct access_config config;
	struct random random;
	struct pppoe_concentrator concentrator;
	struct ppp_outbox outbox;
	uint32_t slot_count;
	struct pppoe_slot *slots;
	struct access_session *sessions;
	struct access_path *paths;
	uint8_t *pool; /* enum pool_state of each of its addresses, one after the other */
	uint32_t pool_count;
	unsigned dialling; /* sessions that have not been up yet */
	bool draining;
	struct slot_map addresses, interface_ids;
	struct deadlines deadlines;

	mono_us now;
	uint32_t current; /* the slot that the outbox's actions are of */
	bool ticking;
	struct access_path ended; /* of the session that ended last */
	uint32_t evicted; /* + 1: a slot whose fixed address somebody else has now got */
	bool closing;
	const char *close_reason;
	uint32_t close_next; /* the next slot to be closed */
	mono_us close_until; /* then the rest is closed without more ado */
	bool hanging_up; /* ... which is now */
	uint32_t strangers_left;
	mono_us strangers_since;

	size_t frame_length; /* of a PADT for a stranger, in frame; else 0 */
	uint32_t frame_port;
	uint8_t frame[ETHERNET_HEADER_LENGTH + PPPOE_PPP_OVERHEAD + PPP_PACKET_MAX];
	char text[640];
};

/* Bytes of memory for this many slots. */
size_t access_memory_size(uint32_t slots);

/*
 * memory: a block of access_memory_size(config->pppoe.sessions_max) bytes, aligned as malloc()
 * does, that outlives the machine, as does none of the other arguments.
 */
void access_init(struct access *access, const struct access_config *config, void *memory,
		 const uint8_t seed[RANDOM_SEED_LENGTH]);

/* Keeps an address out of the pool: it is somebody's own, or the concentrator's. */
void access_reserve(struct access *access, uint32_t address);

/*
 * A whole Ethernet frame of the discovery stage, or of the session stage.  Session frames of no
 * session of ours are answered by PADT, so that hosts dial again at once after a restart of the
 * concentrator.  IP packets are passed over: they go through access_inbound().  port: where it came
 * from (base/port.h); the frame is without the tags that it speaks of.
 */
void access_receive(struct access *access, uint32_t port, struct bytes frame, mono_us now);

/*
 * The answer to ACCESS_NEED_SECRET; NULL: there is none for that name.  The secret is not kept.  A
 * fixed address that another session has goes over to this one once it has shown that it knows
 * the secret, and the other is closed.
 */
void access_secret(struct access *access, uint32_t slot, const struct access_secret *secret,
		   mono_us now);

/* Ends one session politely.  reason: a string that stays. */
void access_close(struct access *access, uint32_t slot, enum access_end end, const char *reason,
		  mono_us now);

/* Takes no new sessions, and lets those that are there go on; or takes them again. */
void access_drain(struct access *access, bool draining);

/* Other limits for a session that is there. */
void access_limit(struct access *access, uint32_t slot, const struct access_limits *limits,
		  mono_us now);

/*
 * Ends all sessions, by Terminate-Request and PADT, and takes no new ones.  Done when
 * access_sessions() is 0, which is soon: hosts that don't answer are not waited for long.
 */
void access_shutdown(struct access *access, const char *reason, mono_us now);

void access_tick(struct access *access, mono_us now);
mono_us access_deadline(const struct access *access);

/* Takes the next action; false if there is none.  Drain after each verb. */
bool access_next_action(struct access *access, struct access_action *ret_action);

unsigned access_sessions(const struct access *access);

/* Discovery frames dropped. */
uint64_t access_discovery_drops(const struct access *access, enum pppoe_concentrator_drop reason);

/* False unless the slot, 0 .. access_slots() - 1, is that of an open PPPoE session. */
bool access_look(const struct access *access, uint32_t slot, struct access_view *ret_view);
uint32_t access_slots(const struct access *access);

/* NULL unless the slot is that of an open PPPoE session. */
const struct access_path *access_path(const struct access *access, uint32_t slot);

/* Why a packet does not pass. */
enum access_verdict {
	ACCESS_PASS,
	ACCESS_DROP_FRAME, /* not a well-formed session frame, or no IP packet in it */
	ACCESS_DROP_SESSION, /* of no session of that host */
	ACCESS_DROP_PROTOCOL, /* IPv4 or IPv6 is not open in this session */
	ACCESS_DROP_SOURCE, /* from an address that is not the host's */
	ACCESS_DROP_DESTINATION, /* to an address that no host has */
	ACCESS_DROP_RATE, /* more than the session may send or receive */
	ACCESS_VERDICT_COUNT,
};

const char *access_verdict_name(enum access_verdict verdict);

/*
 * Judges a session frame with an IP packet from a host.  IPv4: only from the host's own address.
 * IPv6: link-local only from its own interface identifier; any other unicast source passes.
 */
enum access_verdict access_inbound(struct access *access, uint32_t port, struct bytes frame,
				   mono_us now, uint32_t *ret_slot, struct bytes *ret_packet);

/*
 * Finds the session of an IP packet for a host: by its IPv4 address, or by its interface
 * identifier if it is link-local.  Only its headers are looked at: its length is for whoever sends
 * it to hold against the path's mtu, as is counting in access_down() what it was cut into.
 */
enum access_verdict access_outbound(struct access *access, struct bytes packet, mono_us now,
				    uint32_t *ret_slot, uint16_t *ret_protocol);

/* Where to count what goes to the host of this slot; NULL unless it is open. */
struct access_flow *access_down(struct access *access, uint32_t slot);
