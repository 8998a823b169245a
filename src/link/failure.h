/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a line is not up, in words: the stage, what happened, what the peer said, what to try. */
#pragma once

#include "base/text.h"
#include "link/redial.h"
#include "ppp/session.h"
#include "pppoe/host.h"

enum link_stage {
	LINK_OFF,
	LINK_NO_CARRIER, /* the interface is not there, is down, or has no carrier */
	LINK_DISCOVERY,
	LINK_LCP,
	LINK_AUTHENTICATION,
	LINK_NETWORK,
	LINK_OPEN,
	LINK_WAITING, /* for the next attempt */
	LINK_IDLE, /* for the packet that dials: DEMAND */
	LINK_CLOSING,
	LINK_STAGE_COUNT,
};

const char *link_stage_name(enum link_stage stage);

#define LINK_WORDS_SIZE 256

struct link_failure {
	enum link_stage stage; /* where it happened */
	enum redial_cause cause;
	const char *what; /* one sentence, a constant */
	const char *advice; /* what to try, a constant; "" if nothing helps but waiting */
	char words[LINK_WORDS_SIZE]; /* of the peer, explained and printable; "" if none */
};

/* "failed: at=auth (what happened) peer_said=... try: ...", or "lost: ...": for the log. */
void link_failure_text(struct text *t, const struct link_failure *failure);

void link_failure_pppoe(struct link_failure *failure, enum link_stage stage,
			enum pppoe_failure kind, const char *words);
void link_failure_ppp(struct link_failure *failure, enum link_stage stage, enum ppp_failure kind,
		      const char *words);
void link_failure_carrier(struct link_failure *failure, enum link_stage stage);
void link_failure_room(struct link_failure *failure, enum link_stage stage);
