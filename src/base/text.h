/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounded text without stdio, for the pure rooms.  A text is always NUL-terminated; what does not
 * fit is cut.  Bytes of a peer go in only through text_peer(), which makes them printable, so
 * that no log line or terminal sees a control character of somebody else's.
 */
#pragma once

#include "base/bytes.h"
#include "base/mac.h"

struct text {
	char *start;
	size_t length, capacity;
};

/* memory: `capacity` bytes, at least 1, that outlive the text. */
struct text text_of(char *memory, size_t capacity);

void text_string(struct text *t, const char *string);
void text_decimal(struct text *t, uint64_t value);
void text_hex(struct text *t, uint64_t value, unsigned digits); /* lower case, zero-padded */
void text_mac(struct text *t, struct mac mac); /* 00:1b:21:... */
void text_ipv4(struct text *t, uint32_t address); /* address in host byte order */
void text_ipv6(struct text *t, struct bytes address); /* 16 bytes; RFC 5952 */
void text_interface_id(struct text *t, uint64_t id); /* fe80::xxxx:xxxx:xxxx:xxxx */

/* Bytes of a peer between double quotes; what is not printable ASCII or UTF-8 becomes `.`. */
void text_peer(struct text *t, struct bytes bytes);

/* Copies bytes of a peer as a printable string, cut to capacity - 1. */
void text_copy_peer(char *to, size_t capacity, struct bytes bytes);
