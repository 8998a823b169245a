/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tags of the discovery stage (RFC 2516 section 4 and appendix A, RFC 4638):
 *
 *	+-------------------------------+-------------------------------+
 *	|           TAG_TYPE            |          TAG_LENGTH           |
 *	+-------------------------------+-------------------------------+
 *	|          TAG_VALUE, TAG_LENGTH bytes ...
 *	+----------------------------------------------------------------
 */
#pragma once

#include "base/bytes.h"

enum pppoe_tag_type {
	PPPOE_TAG_END_OF_LIST = 0x0000,
	PPPOE_TAG_SERVICE_NAME = 0x0101,
	PPPOE_TAG_AC_NAME = 0x0102,
	PPPOE_TAG_HOST_UNIQ = 0x0103,
	PPPOE_TAG_AC_COOKIE = 0x0104,
	PPPOE_TAG_VENDOR_SPECIFIC = 0x0105,
	PPPOE_TAG_RELAY_SESSION_ID = 0x0110,
	PPPOE_TAG_HURL = 0x0111, /* draft-carrel-info-pppoe-ext, in a PADM */
	PPPOE_TAG_MOTM = 0x0112,
	PPPOE_TAG_PPP_MAX_PAYLOAD = 0x0120,
	PPPOE_TAG_SERVICE_NAME_ERROR = 0x0201,
	PPPOE_TAG_AC_SYSTEM_ERROR = 0x0202,
	PPPOE_TAG_GENERIC_ERROR = 0x0203,
};

/* As RFC 2516 and RFC 4638 call it; NULL if they don't know it. */
const char *pppoe_tag_name(uint16_t type);

/* The longest values that we take: all that has to go into a reply must fit into one frame. */
#define PPPOE_COOKIE_MAX 1024
#define PPPOE_RELAY_SESSION_ID_MAX 64 /* RFC 2516 appendix A speaks of 12 bytes */

/* An empty value is not the same as no tag: both have to be returned as they came. */
struct pppoe_tag {
	bool present;
	struct bytes value;
};

struct pppoe_tags {
	struct pppoe_tag service_name; /* the first one */
	unsigned service_names; /* how many there are */
	struct pppoe_tag ac_name, host_uniq, ac_cookie, relay_session_id;
	struct pppoe_tag max_payload; /* PPP-Max-Payload, 2 bytes: pppoe_tags_max_payload() */
	struct pppoe_tag service_name_error, ac_system_error, generic_error; /* the first of each */
	struct bytes list; /* all of them, for pppoe_tags_next_service() */
};

/* TR-101: each of the two names of a subscriber's line has at most so many bytes. */
#define PPPOE_LINE_ID_MAX 63

/*
 * Reads the payload of a discovery packet.  False if it is malformed: a tag is truncated or has an
 * impossible length, or one that may stand only once is repeated (AC-Name, Host-Uniq, AC-Cookie,
 * Relay-Session-Id, PPP-Max-Payload).  End-Of-List ends the list even if more follows; unknown
 * and Vendor-Specific tags are passed over (RFC 2516: an unknown one "MUST be ignored").  Which
 * tags a packet must have depends on its code and is not judged here.  The values are borrowed.
 */
bool pppoe_tags_read(struct bytes payload, struct pppoe_tags *ret_tags);

/* The value of PPP-Max-Payload, 0 if there is none. */
uint16_t pppoe_tags_max_payload(const struct pppoe_tags *tags);

/* Takes the next Service-Name from a reader over tags->list; false when there are no more. */
bool pppoe_tags_next_service(struct reader *r, struct bytes *ret_name);

/* Whether a concentrator of that name sent them; "" is any. */
bool pppoe_tags_name_concentrator(const struct pppoe_tags *tags, struct bytes name);

/* Whether they offer that service; "" is any. */
bool pppoe_tags_offer_service(const struct pppoe_tags *tags, struct bytes name);

/*
 * What an access node between host and concentrator has put in (TR-101 section 3.9.1, appendix A of
 * TR-101's PPPoE Intermediate Agent): Vendor-Specific of vendor 3561, then pairs of type, length
 * and value:
 *
 *	+-------------------------------+------+--------+---------------
 *	|     0x00000de9, 4             | 0x01 | length | circuit id ...   0x02: remote id
 *	+-------------------------------+------+--------+---------------
 *
 * Empty where it says nothing, or what cannot be.  Borrowed.
 */
void pppoe_tags_line_id(const struct pppoe_tags *tags, struct bytes *ret_circuit_id,
			struct bytes *ret_remote_id);

void pppoe_tag_write(struct writer *w, enum pppoe_tag_type type, struct bytes value);
void pppoe_tag_write_max_payload(struct writer *w, uint16_t max_payload);

/* Writes the tag again, unchanged, if it was there. */
void pppoe_tag_return(struct writer *w, enum pppoe_tag_type type, const struct pppoe_tag *tag);
