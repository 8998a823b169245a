/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPCP (RFC 1332) with name servers (RFC 1877).  Header compression is refused.  IPv4 addresses in
 * host byte order; 0 stands for none.
 */
#pragma once

#include "ppp/control.h"

struct ipcp {
	struct ppp_control control; /* first */
	/* private, but for the results below */
	bool ask_address, ask_dns[2];

	/* results, valid once open */
	uint32_t address; /* ours */
	uint32_t peer_address; /* 0: the peer never named one */
	uint32_t dns[2];
};

/* Whether a host can have this address; one that can't is not taken from a peer. */
bool ipcp_is_host_address(uint32_t address);

void ipcp_init(struct ipcp *ipcp);
void ipcp_prepare(struct ipcp *ipcp, struct ppp_context *context);
