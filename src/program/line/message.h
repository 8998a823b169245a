/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What monitor and engine say to each other over one SOCK_SEQPACKET pair: one struct message a
 * datagram, cut to the length of its kind.  Both ends are the same program, so the structures go
 * over as they are.  The monitor believes nothing: kind, length, flags and texts are checked.
 */
#pragma once

#include "link/link.h"
#include "plane/plane.h"

enum message_kind {
	/* monitor to engine */
	MESSAGE_START, /* .start; descriptors: discovery, control and data socket, or none yet */
	MESSAGE_WIRE, /* .wire; descriptors: three new sockets if the interface was replaced */
	MESSAGE_SECRET, /* .secret */
	MESSAGE_PLANE, /* .plane; descriptor: the TUN device, or none if it stays the same */
	MESSAGE_CLOSE, /* hang up, and end */
	MESSAGE_ASK, /* for a sign of life: MESSAGE_ALIVE is the answer */
	/* engine to monitor */
	MESSAGE_SESSION, /* .session */
	MESSAGE_ADDRESSES, /* .addresses */
	MESSAGE_NEED_SECRET, /* .report.text: the concentrator's name, "" if it has none */
	MESSAGE_EVENT, /* .report */
	MESSAGE_FAILED, /* .report */
	MESSAGE_ALIVE, /* .drops */
	MESSAGE_FINISHED, /* the engine ends */
	MESSAGE_KIND_COUNT,
};

/* A session that ended before; the concentrator may hold it still. */
struct message_left {
	struct link_session_id session;
	struct mac address; /* ours in it */
};

#define MESSAGE_SOCKETS 3
enum message_socket { SOCKET_DISCOVERY, SOCKET_CONTROL, SOCKET_DATA };

struct message_start {
	struct link_config config;
	struct link_wire wire;
	int wire_index;
	struct message_left left;
	uint8_t seed[RANDOM_SEED_LENGTH];
};

struct message_wire {
	struct link_wire wire;
	int wire_index;
	struct message_left left;
};

struct message_secret {
	uint32_t question; /* that of the MESSAGE_NEED_SECRET it answers */
	bool found;
	uint8_t length;
	uint8_t bytes[PPP_SECRET_MAX];
};

#define MESSAGE_NO_REDIAL UINT32_MAX

struct message_failure {
	enum link_stage at;
	uint32_t redial_in_ms; /* MESSAGE_NO_REDIAL: none is planned */
	char what[LINK_WORDS_SIZE], advice[LINK_WORDS_SIZE], words[LINK_WORDS_SIZE];
};

struct message_report {
	enum link_stage stage;
	bool accepted; /* MESSAGE_EVENT: name and password were, just now */
	enum redial_cause cause; /* MESSAGE_FAILED */
	uint32_t question; /* MESSAGE_NEED_SECRET: a number to know the answer by */
	mono_us at;
	char text[LINK_TEXT_SIZE];
	/* For the status; "" if not known. */
	char concentrator[PPPOE_NAME_MAX + 1], service[PPPOE_NAME_MAX + 1];
	char auth[16]; /* how we prove who we are */
	struct message_failure failure; /* MESSAGE_FAILED */
};

/* Frames and packets that were dropped, since the engine began, by reason. */
struct message_drops {
	uint64_t discovery[PPPOE_DROP_COUNT];
	uint64_t session[LINK_DROP_COUNT];
	uint64_t data[PLANE_DROP_COUNT];
};

struct message {
	enum message_kind kind;
	union {
		struct message_start start;
		struct message_wire wire;
		struct message_secret secret;
		struct link_session_id session;
		struct link_addresses addresses; /* MESSAGE_ADDRESSES and MESSAGE_PLANE */
		struct message_report report;
		struct message_drops drops;
	};
};

/* The length of a message of this kind, header included. */
size_t message_length(enum message_kind kind);

/* 0 or a negative errno. */
int message_send(int socket, const struct message *message, const int *descriptors, size_t count);

/*
 * Receives one message.  1, 0 at the end of the connection, or a negative errno: -EAGAIN, and
 * -EPROTO for one that no honest peer sends (its descriptors are closed).
 */
int message_receive(int socket, struct message *ret_message, int ret_descriptors[MESSAGE_SOCKETS],
		    bool from_engine);
