/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hooks of /etc/ppp, with the arguments and the environment that pppd gives them
 * (pppd(8), SCRIPTS), and rp-pppoe's pppoe-lost, which has no arguments.
 */
#pragma once

#include "base/mac.h"
#include "base/time.h"
#include "config/line_config.h"
#include "link/link.h"
#include "program/line/children.h"

enum hook {
	HOOK_AUTH_UP,
	HOOK_IP_PRE_UP,
	HOOK_IP_UP,
	HOOK_IPV6_UP,
	HOOK_IP_DOWN,
	HOOK_IPV6_DOWN,
	HOOK_AUTH_DOWN,
	HOOK_LOST, /* rp-pppoe's own: before each new attempt */
	HOOKS,
};

/* What a hook is told beside the configuration. */
struct hook_facts {
	const char *link; /* the line's name */
	const char *device;
	const char *interface; /* what pppd calls the tty */
	struct link_session_id session;
	struct link_addresses addresses;
	bool use_peer_dns; /* whether a hook is to look after the resolver */
	uint64_t connect_s, sent_bytes, received_bytes; /* for those of the way down */
};

bool hook_exists(enum hook hook);

/*
 * Runs the hook if it exists.  One of the way down takes back its counterpart where that has not
 * begun yet, and is then not needed either.  done: may be NULL.
 */
void hook_run(struct children *children, enum hook hook, const struct line_config *config,
	      const struct hook_facts *facts, void (*done)(void *context), void *context);
