/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/synchronous.h"

#include "ppp/hdlc.h"

#define PROTOCOL_IPV4 0x0021
#define PROTOCOL_IPV6 0x0057
#define IPV4_HEADER_LENGTH 20
#define IPV6_HEADER_LENGTH 40
#define CONTROL_HEADER_LENGTH 4

/*
 * Whose packets begin with Code, Identifier and Length (RFC 1661 section 5): the network control
 * protocols, which have 0x8000 to 0xbfff (section 2), LCP, PAP, CHAP and EAP.  Of the other link
 * layer protocols some have something else there (0xc025, link quality report).
 */
static bool is_control(uint16_t protocol)
{
	return (protocol >= 0x8000 && protocol <= 0xbfff) || protocol == 0xc021 ||
	       protocol == 0xc023 || protocol == 0xc223 || protocol == 0xc227;
}

/*
 * The length of a packet's information by its own word, 0 if it has none.  r stands behind the
 * protocol field, and has failed afterwards if the word is not there yet.
 */
static size_t information_length(struct reader *r, uint16_t protocol)
{
	size_t length;
	if (protocol == PROTOCOL_IPV4) {
		(void)reader_u16(r); /* version, header length, type of service */
		length = reader_u16(r);
		return length < IPV4_HEADER_LENGTH ? 0 : length;
	}
	if (protocol == PROTOCOL_IPV6) {
		(void)reader_u32(r); /* version, traffic class, flow label */
		return (size_t)reader_u16(r) + IPV6_HEADER_LENGTH;
	}
	if (is_control(protocol)) {
		(void)reader_u16(r); /* Code, Identifier */
		length = reader_u16(r);
		return length < CONTROL_HEADER_LENGTH ? 0 : length;
	}
	return 0;
}

/* What of a frame's begin is looked for again: Address, Control, protocol and an IPv4 header. */
#define REPEATED_LENGTH (HDLC_ADDRESS_CONTROL_LENGTH + 2 + IPV4_HEADER_LENGTH)
#define REPEATED_LEAST (HDLC_ADDRESS_CONTROL_LENGTH + 2)

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Whether the octets at `at` are those at the begin, `length` of them or as many as there are. */
static bool is_begin(struct bytes octets, size_t at, size_t length)
{
	length = least(length, octets.length - at);
	return length >= REPEATED_LEAST && memcmp(octets.data, octets.data + at, length) == 0;
}

/* Whether the frame begins again at `at`; that may have been cut, too, and begin once more. */
static bool begins_again(struct bytes octets, size_t at)
{
	/* What stands before `at` is all there is to compare. */
	size_t length = least(at, REPEATED_LENGTH);
	if (is_begin(octets, at, length))
		return true;
	for (size_t cut = REPEATED_LEAST; cut < length && at + cut < octets.length; cut++)
		if (is_begin(octets, at, cut) && is_begin(octets, at + cut, length))
			return true;
	return false;
}

/* Where in the octets, before `end`, the frame at their begin begins again; `end` if it doesn't. */
static size_t find_repetition(struct bytes octets, size_t end)
{
	struct reader r = reader_of(octets);
	(void)reader_u8(&r);
	while (r.left > 0) {
		const uint8_t *found = memchr(r.next, octets.data[0], r.left);
		if (found == NULL)
			return end;
		size_t at = (size_t)(found - octets.data);
		if (at >= end || begins_again(octets, at))
			return least(at, end);
		(void)reader_bytes(&r, (size_t)(found - r.next) + 1);
	}
	return end;
}

/* Address and Control, as far as they are there: not an empty one. */
static bool begins_frame(struct bytes octets)
{
	return octets.data[0] == 0xff && (octets.length < 2 || octets.data[1] == 0x03);
}

/* Takes what stands before the next Address and Control, or else everything. */
static enum synchronous_result take_noise(struct reader *octets, struct bytes *ret_noise)
{
	struct reader r = *octets;
	(void)reader_u8(&r);
	const uint8_t *found = r.left > 0 ? memchr(r.next, 0xff, r.left) : NULL;
	size_t length = found != NULL ? (size_t)(found - octets->next) : octets->left;
	*ret_noise = reader_bytes(octets, length);
	return SYNCHRONOUS_CUT;
}

enum synchronous_result synchronous_next(struct reader *octets, size_t most, struct bytes *ret_ppp)
{
	if (octets->left == 0)
		return SYNCHRONOUS_END;
	struct reader r = *octets;
	if (!begins_frame(bytes_of(octets->next, octets->left)))
		return take_noise(octets, ret_ppp);
	(void)reader_u16(&r); /* fails, like all below, where there is one octet */
	/* A begin that was cut says nothing of the length yet. */
	struct bytes all = bytes_of(octets->next, octets->left);
	size_t begin = least(all.length, REPEATED_LENGTH);
	size_t end = find_repetition(all, begin);
	if (end < begin) {
		*ret_ppp = reader_bytes(octets, end);
		return SYNCHRONOUS_CUT;
	}
	uint16_t protocol = reader_u8(&r);
	/* RFC 1661 section 2: the first octet of a protocol is even, the last odd, so a field that
	 * was compressed to one octet (section 6.5) shows. */
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | reader_u8(&r));
	size_t header_length = octets->left - r.left;
	size_t length = information_length(&r, protocol);
	if (r.failed)
		return SYNCHRONOUS_MORE;
	if (length == 0 || header_length + length - HDLC_ADDRESS_CONTROL_LENGTH > most)
		return SYNCHRONOUS_UNKNOWN;
	length += header_length;
	if (length > octets->left)
		return SYNCHRONOUS_MORE;
	/* Where the next frame follows, or nothing does yet, this one was not cut. */
	struct bytes rest = bytes_of(all.data + length, all.length - length);
	end = rest.length == 0 || begins_frame(rest) ? length : find_repetition(all, length);
	struct bytes frame = reader_bytes(octets, end);
	*ret_ppp = end < length ? frame : hdlc_ppp_of(frame);
	return end < length ? SYNCHRONOUS_CUT : SYNCHRONOUS_FRAME;
}
