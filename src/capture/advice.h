/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a host's dialling tells about its provider's line: how it asks for its session (the PADR),
 * and who it says it is.  Hears the first host that asks, and what goes on between it and its
 * concentrator from then on.
 */
#pragma once

#include "capture/packet.h"
#include "pppoe/host.h"

#define ADVICE_OFFERS 8 /* concentrators whose names are remembered until one is asked */

enum advice_state {
	ADVICE_WAITS, /* for a PADR */
	ADVICE_ASKED, /* there was one: what it says is known */
	ADVICE_SESSION, /* a session frame: its Ethernet type is known */
	ADVICE_UP, /* addresses are being agreed on, or IP goes through: nothing more will come */
};

/* Texts are as they were sent, and not printable by themselves; a NUL is behind them. */
struct advice {
	enum advice_state state;
	struct mac host, concentrator;
	uint16_t vlan[CAPTURE_TAGS];
	unsigned vlan_count;
	uint16_t discovery_type, session_type; /* of Ethernet */
	uint16_t session_id;
	uint8_t service[PPPOE_NAME_MAX + 1], concentrator_name[PPPOE_NAME_MAX + 1];
	size_t service_length, concentrator_name_length; /* 0: any; not known */
	uint8_t host_uniq[PPPOE_HOST_UNIQ_MAX];
	size_t host_uniq_length;
	uint16_t max_payload; /* that it asked for; 0: none */
	uint8_t user[256];
	size_t user_length; /* 0: not known */
	/* private */
	struct advice_offer {
		struct mac concentrator;
		uint8_t name[PPPOE_NAME_MAX];
		size_t name_length;
	} offer[ADVICE_OFFERS];
	unsigned next_offer;
};

void advice_init(struct advice *advice);

/* True if the state has changed. */
bool advice_receive(struct advice *advice, const struct capture_packet *packet);
