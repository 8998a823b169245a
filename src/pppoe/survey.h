/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks who is there (RFC 2516 sections 5.1 and 5.2): PADIs on one interface, untagged or in VLANs,
 * and the PADOs that come back.  No session is opened.  Pure: no I/O, no clock, no memory of its
 * own.
 */
#pragma once

#include "base/time.h"
#include "crypto/random.h"
#include "pppoe/host.h"

#define PPPOE_SURVEY_UNTAGGED 0 /* in the place of a VLAN */
#define PPPOE_SURVEY_VLAN_LAST 4094 /* IEEE 802.1Q */
#define PPPOE_SURVEY_TAGS_MAX 1484 /* bytes of a PADO's tags: no discovery packet may have more */
#define PPPOE_SURVEY_FRAME_MAX (PPPOE_DISCOVERY_FRAME_MAX + 4) /* with a VLAN tag */

struct pppoe_survey_config {
	struct mac address; /* our own */
	bool has_service_name; /* false: any service, asked for by the empty Service-Name */
	char service_name[PPPOE_NAME_MAX + 1];
	char concentrator_name[PPPOE_NAME_MAX + 1]; /* "": any */
	uint8_t host_uniq[PPPOE_HOST_UNIQ_MAX];
	size_t host_uniq_length; /* 0: a random one */
	bool without_host_uniq; /* send none, and take answers that have none */
	uint16_t max_payload; /* over 1492: ask for it by PPP-Max-Payload (RFC 4638) */
	uint32_t wait_ms; /* after each PADI */
	unsigned attempts; /* PADIs, at most 255: no more once one that is wanted has answered */
};

struct pppoe_survey_answer {
	unsigned interface; /* as the survey was told */
	uint16_t vlan; /* or PPPOE_SURVEY_UNTAGGED */
	struct mac concentrator;
	/*
	 * It has AC-Name and Service-Name (section 5.2 demands both), and fits the names asked for.
	 */
	bool matches;
	mono_us latency; /* since the PADI that it answers, as far as that can be told */
	uint16_t length;
	uint8_t tags[PPPOE_SURVEY_TAGS_MAX]; /* well-formed: pppoe_tags_read() takes them */
};

/* Where the answers of one survey, or of several, are put; the memory is the caller's. */
struct pppoe_survey_answers {
	struct pppoe_survey_answer *answer;
	size_t capacity, count;
};

/* Why frames were no answer, or none to be kept. */
enum pppoe_survey_ignored {
	PPPOE_SURVEY_MALFORMED,
	PPPOE_SURVEY_NOT_OURS, /* no PADO, for somebody else, or with another Host-Uniq */
	PPPOE_SURVEY_NO_AC_NAME, /* kept, but no match */
	PPPOE_SURVEY_NO_SERVICE, /* likewise */
	PPPOE_SURVEY_REPEATED, /* the same offer of the same concentrator */
	PPPOE_SURVEY_NO_ROOM, /* there are more answers than their memory has room for */
	PPPOE_SURVEY_IGNORED_COUNT,
};

/* A VLAN to be asked in. */
struct pppoe_survey_wire {
	uint16_t vlan; /* filled by the caller */
	/* private */
	bool answered;
	mono_us sent; /* the last PADI */
};

struct pppoe_survey {
	/* private */
	struct pppoe_survey_config config;
	unsigned interface;
	struct pppoe_survey_wire *wires;
	size_t wire_count, next_wire; /* the next to get a PADI of this attempt */
	struct pppoe_survey_answers *answers;
	unsigned attempt;
	bool done;
	mono_us deadline;
	uint64_t ignored[PPPOE_SURVEY_IGNORED_COUNT];
	uint8_t frame[PPPOE_SURVEY_FRAME_MAX];
};

/* wires and answers outlive the machine. */
void pppoe_survey_init(struct pppoe_survey *survey, const struct pppoe_survey_config *config,
		       unsigned interface, struct pppoe_survey_wire *wires, size_t wire_count,
		       struct pppoe_survey_answers *answers, struct random *random);

void pppoe_survey_open(struct pppoe_survey *survey, mono_us now);

/*
 * The next frame to be sent, its VLAN's tag in it; valid until the next call.  False if there is
 * none for now.  To be asked at the time that it can be sent, and again after each tick.
 */
bool pppoe_survey_next_frame(struct pppoe_survey *survey, mono_us now, struct bytes *ret_frame);

/*
 * A frame of type 0x8863 without its tag, which is `vlan`.  True if it became the last of the
 * answers.
 */
bool pppoe_survey_receive(struct pppoe_survey *survey, uint16_t vlan, struct bytes frame,
			  mono_us now);

void pppoe_survey_tick(struct pppoe_survey *survey, mono_us now);
mono_us pppoe_survey_deadline(const struct pppoe_survey *survey); /* MONO_NEVER once it is over */
bool pppoe_survey_is_over(const struct pppoe_survey *survey);

/* Whether there was a match on every wire. */
bool pppoe_survey_is_answered(const struct pppoe_survey *survey);
uint64_t pppoe_survey_ignored(const struct pppoe_survey *survey, enum pppoe_survey_ignored reason);
