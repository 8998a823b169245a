/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum (RFC 1071).  Sums are of 16-bit words as they lie in memory, which works
 * in either byte order (section 2 B): what is loaded from a packet is stored back the same way.
 */
#pragma once

#include "base/bytes.h"

/* Adds bytes to a sum.  All slices but the last are of even length. */
uint64_t checksum_add(uint64_t sum, struct bytes bytes);

/*
 * Adds the pseudo-header of TCP and UDP, for IPv4 (RFC 9293 section 3.1) or IPv6 (RFC 8200
 * section 8.1).  addresses: source and destination, 8 or 32 bytes; length: of header and payload.
 */
uint64_t checksum_add_pseudo(uint64_t sum, struct bytes addresses, uint8_t protocol,
			     uint32_t length);

/* Folded to 16 bits, not complemented; 0xffff over data that holds its right checksum. */
uint16_t checksum_fold(uint64_t sum);

/* Stores a folded value, or its complement, which is what belongs in a header. */
void checksum_store_folded(uint8_t to[2], uint16_t folded);
void checksum_store(uint8_t to[2], uint64_t sum);
