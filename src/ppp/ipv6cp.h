/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPV6CP (RFC 5072): agrees on the two interface identifiers of the link-local addresses.
 * Identifiers in host byte order; 0 stands for none.
 */
#pragma once

#include "ppp/control.h"

struct ipv6cp {
	struct ppp_control control; /* first */
	bool ask_id; /* private */

	/* results, valid once open */
	uint64_t id; /* ours */
	uint64_t peer_id;
};

void ipv6cp_init(struct ipv6cp *ipv6cp);
void ipv6cp_prepare(struct ipv6cp *ipv6cp, struct ppp_context *context);
