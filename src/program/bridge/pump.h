/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bridge's data path: PPP frames between pppd's terminal and the session's packet socket, many
 * a system call, nothing allocated after the start.
 *
 *	pppd -> read() -> decoder -> place in a batch, PPPoE header put before it -> sendmmsg()
 *	recvmmsg() -> batch -> encoder -> one buffer -> write() -> pppd
 *
 * Where one side can't take more, nothing is read from the other until it can.
 */
#pragma once

#include <poll.h>
#include <stdio.h>

#include "base/mac.h"
#include "linux/packet_batch.h"
#include "plane/mss_clamp.h"
#include "ppp/hdlc.h"
#include "pppoe/packet.h"

/* What stands before a PPP packet (that begins with its protocol field) on the wire. */
#define PUMP_HEADER_LENGTH (ETHERNET_HEADER_LENGTH + PPPOE_HEADER_LENGTH)

/* Of a batch's place: the header, and Address and Control in the last two bytes of it; before it
 * what it moves by where these two, and half of the protocol, are not sent. */
#define PUMP_PLACE_OFFSET 4
#define PUMP_PPP_MAX (PACKET_BATCH_BYTES - PUMP_PLACE_OFFSET - PUMP_HEADER_LENGTH - HDLC_FCS_LENGTH)

#define PUMP_READ_BYTES (64 << 10)
#define PUMP_WRITE_BYTES (PACKET_BATCH_FRAMES * HDLC_ENCODED_MAX(PUMP_PPP_MAX))

/* What was not passed on. */
enum pump_drop {
	PUMP_DROP_TOO_LONG, /* of pppd, for the wire */
	PUMP_DROP_FRAMING, /* of pppd: no PPP packet */
	PUMP_DROP_SESSION, /* of the wire: of another session */
	PUMP_DROP_LENGTH, /* of the wire: LENGTH is wrong */
	PUMP_DROP_TERMINAL, /* a synchronous frame of which pppd took but a part */
	PUMP_DROP_COUNT,
};

struct pump_settings {
	int from_pppd, to_pppd; /* descriptors, non-blocking; not owned */
	int wire; /* packet socket, filtered to the session; not owned */
	struct mac local, peer;
	uint16_t ethertype; /* of session frames, host byte order */
	uint16_t session_id; /* host byte order */
	uint16_t wire_mtu; /* bytes of Ethernet payload */
	struct mss_limits mss;
	bool synchronous;
	bool records; /* synchronous: a read() is a frame, or several that ran together */
	FILE *log; /* of -D; NULL: none; not owned */
};

struct pump {
	/* private */
	struct pump_settings settings;
	uint8_t out_header[PUMP_HEADER_LENGTH - 2], in_header[PUMP_HEADER_LENGTH - 2];
	size_t ppp_max; /* bytes of a packet to the wire */
	bool active, long_frame_told;
	int taken; /* epoll descriptor, see open_taken(); -1: none */
	uint64_t drops[PUMP_DROP_COUNT];

	struct packet_batch out, in;
	unsigned out_place; /* where the next frame of pppd is made */
	struct hdlc_decoder decoder;
	struct hdlc_encoder encoder;
	struct reader unread; /* of `input` */
	struct bytes unwritten; /* of `output` */
	uint8_t input[PUMP_READ_BYTES];
	uint8_t output[PUMP_WRITE_BYTES];
};

/* NULL if there is no memory. */
struct pump *pump_new(const struct pump_settings *settings);
void pump_free(struct pump *pump); /* NULL is fine */

enum { PUMP_POLL_FROM_PPPD, PUMP_POLL_TO_PPPD, PUMP_POLL_WIRE, PUMP_POLLS };

/* Fills what poll() has to watch. */
void pump_polls(const struct pump *pump, struct pollfd ret_polls[PUMP_POLLS]);

enum pump_result {
	PUMP_OK,
	PUMP_END_OF_FILE, /* pppd has closed its terminal */
	PUMP_ERROR, /* errno says why: the wire is gone, or pppd's side broken */
};

/* Moves what there is, a bounded amount. */
enum pump_result pump_run(struct pump *pump, const struct pollfd polls[PUMP_POLLS]);

/* Whether a frame came by since the last call. */
bool pump_was_active(struct pump *pump);

/* "what=count ..." of all that was dropped, with the decoder's own reasons; "" if nothing was. */
void pump_describe_drops(const struct pump *pump, char *to, size_t capacity);

/* Whether pppd sent a frame that was too long for the wire, the first time it is asked after one.
 */
bool pump_met_long_frame(struct pump *pump);
