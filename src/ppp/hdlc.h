/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PPP in HDLC-like framing on asynchronous links (RFC 1662), as pppd speaks it on a terminal. Pure:
 * an encoder and a decoder over memory of the caller.
 *
 *	+------+---------+---------+----------+-------------+-----+------+
 *	| Flag | Address | Control | Protocol | Information | FCS | Flag |
 *	| 0x7e |  0xff   |  0x03   | 1 or 2   |      *      |  2  | 0x7e |
 *	+------+---------+---------+----------+-------------+-----+------+
 *	        \----------------- octet-stuffed -------------------/
 *
 * Section 4.2: an octet that is the Flag Sequence, the Control Escape (0x7d), or a control
 *character that the Async-Control-Character-Map names is sent as the Control Escape and the octet
 *with its sixth bit changed (exclusive-or 0x20).  The FCS is of the octets before that, least
 *significant octet first.
 */
#pragma once

#include "base/bytes.h"

#define HDLC_FLAG 0x7e
#define HDLC_ESCAPE 0x7d

/* Section 7.1: the map that both sides begin with, and pppd's default-asyncmap stays with. */
#define HDLC_ACCM_DEFAULT UINT32_C(0xffffffff)

#define HDLC_FCS_INITIAL 0xffff /* appendix C: PPPINITFCS16 */
#define HDLC_FCS_GOOD 0xf0b8 /* PPPGOODFCS16: over a frame and its FCS */

/* Goes on with an FCS over more octets.  What is sent is its ones complement. */
uint16_t hdlc_fcs(uint16_t fcs, struct bytes octets);

/* What stands around a PPP packet (that begins with its protocol field) in a decoded frame. */
#define HDLC_ADDRESS_CONTROL_LENGTH 2
#define HDLC_FCS_LENGTH 2
#define HDLC_OVERHEAD (HDLC_ADDRESS_CONTROL_LENGTH + HDLC_FCS_LENGTH)

/* The most bytes that the frame of a PPP packet may take: all escaped, and two flags. */
#define HDLC_ENCODED_MAX(ppp_length) (2 * ((ppp_length) + HDLC_OVERHEAD) + 2)

struct hdlc_encoder {
	/* private */
	uint8_t sent[256][2]; /* what goes out for an octet; */
	uint8_t count[256]; /* and how many of the two it is */
};

/* accm: bit n set: control character n is escaped. */
void hdlc_encoder_init(struct hdlc_encoder *encoder, uint32_t accm);

/*
 * Writes the frame of one PPP packet, which begins with its protocol field.  The writer fails, and
 * nothing is written, if there is less room than HDLC_ENCODED_MAX().
 */
void hdlc_encode(const struct hdlc_encoder *encoder, struct writer *w, struct bytes ppp);

/* Why frames were dropped.  RFC 1662 has all of them "silently discarded". */
enum hdlc_drop {
	HDLC_DROP_FCS,
	HDLC_DROP_TOO_LONG, /* than the memory */
	HDLC_DROP_SHORT, /* section 4.3: "less than 4 octets" */
	HDLC_DROP_ABORTED, /* section 4.3: ends with a Control Escape */
	HDLC_DROP_COUNT,
};

/* The receiver of one direction.  It may stop and go on between any two octets. */
struct hdlc_decoder {
	/* private */
	uint8_t *memory;
	size_t capacity, length;
	bool escaped, too_long;
	uint64_t drops[HDLC_DROP_COUNT];
};

/*
 * memory: where frames are decoded, of which `capacity` bytes hold Address, Control, the PPP packet
 * and the FCS; borrowed.
 */
void hdlc_decoder_init(struct hdlc_decoder *decoder, void *memory, size_t capacity);

/* From now on frames go elsewhere, with the same capacity.  To be called between two frames. */
void hdlc_decoder_move(struct hdlc_decoder *decoder, void *memory);

/*
 * Takes octets until a good frame is complete: true, and *ret_ppp is the PPP packet from its
 * protocol field on, in the decoder's memory and valid until the next call.  False when all octets
 * are taken and no frame is complete; call again with more.  Bad frames are counted.  Address and
 * Control may be missing (RFC 1661 section 6.6); the packet is never empty.
 *
 * No control character is taken for line noise (section 7.1 lets a receiver do that): a terminal
 * pair adds none, and a peer with a map of 0 sends them as they are.
 */
bool hdlc_decode(struct hdlc_decoder *decoder, struct reader *octets, struct bytes *ret_ppp);

uint64_t hdlc_decoder_drops(const struct hdlc_decoder *decoder, enum hdlc_drop reason);
const char *hdlc_drop_name(enum hdlc_drop reason);

/* The PPP packet of a frame without FCS: what follows Address and Control, if they are there. */
static inline struct bytes hdlc_ppp_of(struct bytes frame)
{
	struct reader r = reader_of(frame);
	/* No protocol begins so: the first of two octets is even, and a field compressed to one is
	 * never 0xff (RFC 1661 sections 2, 6.6). */
	if (reader_u16(&r) != 0xff03)
		return frame;
	return reader_rest(&r);
}
