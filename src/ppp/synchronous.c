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

enum synchronous_result synchronous_next(struct reader *octets, size_t most, struct bytes *ret_ppp)
{
	if (octets->left == 0)
		return SYNCHRONOUS_END;
	struct bytes ppp = hdlc_ppp_of(bytes_of(octets->next, octets->left));
	size_t before = octets->left - ppp.length; /* of Address and Control */
	struct reader r = reader_of(ppp);
	uint16_t protocol = reader_u8(&r);
	/* RFC 1661 section 2: the first octet of a protocol is even, the last odd, so a field that
	 * was compressed to one octet (section 6.5) shows. */
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | reader_u8(&r));
	if (r.failed)
		return SYNCHRONOUS_MORE;
	if (protocol == 0xff) /* the Address, and not yet the Control */
		return octets->left < 2 ? SYNCHRONOUS_MORE : SYNCHRONOUS_UNKNOWN;

	size_t protocol_length = ppp.length - r.left;
	size_t length = information_length(&r, protocol);
	if (r.failed)
		return SYNCHRONOUS_MORE;
	if (length == 0 || protocol_length + length > most)
		return SYNCHRONOUS_UNKNOWN;
	if (protocol_length + length > ppp.length)
		return SYNCHRONOUS_MORE;
	(void)reader_bytes(octets, before);
	*ret_ppp = reader_bytes(octets, protocol_length + length);
	return SYNCHRONOUS_FRAME;
}
