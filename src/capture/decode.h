/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of words for a frame, as:
 *
 *	02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff PADI: Service-Name "", Host-Uniq 6162
 *	02:00:00:00:00:01 > 02:00:00:00:00:02 0x1a2b LCP Configure-Request 1: MRU 1492
 *
 * English, since programs read it too.  What is not printable becomes a dot; long values are cut.
 */
#pragma once

#include "base/text.h"
#include "capture/packet.h"

#define CAPTURE_LINE_MAX 4096 /* bytes, NUL included; what does not fit is cut */

/* show_secrets: also the password, and what was made of it.  False if something is malformed. */
bool capture_decode(struct text *to, const struct capture_packet *packet, bool show_secrets);
