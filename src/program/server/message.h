/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two processes of pppoe-server say to each other, over a SOCK_SEQPACKET pair: the guard,
 * which keeps privileges and the secrets and never sees the wire, and the worker, which has the
 * wire and nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MESSAGE_TEXT_MAX 255

enum message_kind {
	/* The worker's */
	MESSAGE_READY, /* it listens */
	MESSAGE_ASK, /* .slot .session_id .auth .address .text: a name that wants in */
	MESSAGE_RELOAD, /* read the secrets again */
	/* The guard's */
	MESSAGE_ANSWER, /* .slot .session_id .answer; if known .address .text: the secret */
	MESSAGE_RESERVE, /* .address: somebody's own from now on */
	MESSAGE_STOP, /* end all sessions; a second time: at once */
	MESSAGE_COUNTERS, /* write them to the log */
};

enum message_answer {
	ANSWER_UNKNOWN, /* nobody of that name */
	ANSWER_KNOWN,
	ANSWER_NO_ADDRESS, /* the name may not have the address that the pool has for it */
};

/* Fixed size; both processes are the same program. */
struct message {
	uint8_t kind; /* enum message_kind, as those below theirs */
	uint8_t auth; /* enum ppp_auth */
	uint8_t answer;
	uint8_t length; /* of text */
	uint16_t session_id;
	uint32_t slot;
	uint32_t address; /* host byte order; ASK: the pool's; ANSWER: the fixed one, or 0 */
	uint8_t text[MESSAGE_TEXT_MAX];
};

/* A connected pair, with room for some thousand messages; close-on-exec.  0 or an errno < 0. */
int message_pair(int ret_ends[2]);

/* 0; -EAGAIN, if there is no room and `wait` is false; -EPIPE at the end. */
int message_send(int socket, const struct message *message, bool wait);

/* 1: one came; 0: none waits; -EPIPE at the end, or another negative errno. */
int message_receive(int socket, struct message *ret_message);
