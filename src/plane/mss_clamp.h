/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lowers the maximum segment size that TCP SYNs announce (RFC 9293 section 3.7.1), so that hosts
 * which know nothing of the line's smaller MTU, and to whom no "packet too big" finds its way, send
 * what fits. No I/O: works on an IP packet in memory, whichever way it goes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mss_limits {
	uint16_t ipv4, ipv6; /* bytes of TCP payload; 0: leave as it is */
};

/* For packets of one size: that of IPv6 is 20 bytes less, as its header is that much longer. */
struct mss_limits mss_limits_of(uint16_t mss_ipv4);

/*
 * Looks at one IPv4 or IPv6 packet, and changes it in place; true if it did.  Only a SYN that
 * announces more than the limit is changed, and its checksum with it, by difference (RFC 1624): a
 * wrong one stays as wrong as it was.  A SYN without the option is left alone: it means 536 (IPv6:
 * 1220) anyway.  So is whatever is no TCP, a later fragment, truncated, malformed, or authenticated
 * (IPv6 and IPv4 with AH).
 */
bool mss_clamp(uint8_t *packet, size_t length, const struct mss_limits *limits);
