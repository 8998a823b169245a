/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PPP in synchronous framing on a terminal (pppd's `sync`): a frame is Address, Control and PPP
 *packet, with neither flags, stuffing nor FCS (RFC 1662 section 5 has these done by the hardware).
 *Pure.
 *
 * A terminal keeps no boundaries between two writes, and even a line discipline that should
 * (N_HDLC) sees two of them as one when they come quickly.  So the frames are told apart by what
 * they carry: IPv4, IPv6 and every control protocol say how long they are.  And where the
 * terminal had no room for all of a frame, Linux's ppp_synctty writes the whole of it again:
 *
 *	| ff 03 00 21 45 ... cut | ff 03 00 21 45 ...                the same, whole |
 */
#pragma once

#include "base/bytes.h"

enum synchronous_result {
	SYNCHRONOUS_FRAME, /* *ret_ppp is a packet, from its protocol field on; taken */
	SYNCHRONOUS_CUT, /* *ret_ppp is what is no frame: the begin of one that comes again, noise;
			  * taken
			  */
	SYNCHRONOUS_MORE, /* the packet goes on beyond the octets; nothing is taken */
	SYNCHRONOUS_UNKNOWN, /* a frame of a kind that doesn't say its length; nothing is taken */
	SYNCHRONOUS_END, /* there are no octets */
};

/*
 * Cuts the first frame off.  most: of a packet; what claims to be longer is unknown.  Frames must
 * begin with Address and Control (RFC 2516 section 7: a host "MUST NOT" ask for their compression).
 * *ret_ppp is borrowed.
 */
enum synchronous_result synchronous_next(struct reader *octets, size_t most, struct bytes *ret_ppp);
