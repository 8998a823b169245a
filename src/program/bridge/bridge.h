/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a bridge: discovery, the session, its end. */
#pragma once

#include "pppoe/host.h"
#include "program/bridge/wire.h"

enum bridge_exit { BRIDGE_EXIT_OK, BRIDGE_EXIT_FAILED };

struct bridge {
	const struct bridge_options *options;
	struct wire wire;
	struct random random;
	struct pppoe_host_config config;
	struct pppoe_host host;
	bool records; /* pppd's terminal has N_HDLC: see pump.h */
};

/* Once the wire is open. */
void bridge_init(struct bridge *bridge, const struct bridge_options *options);

/* Does what was asked for and returns the exit code.  Has no use for any privilege. */
int bridge_run(struct bridge *bridge);

/* Sends the frame of an action; false, and it was said why. */
bool bridge_send(struct bridge *bridge, const struct pppoe_host_action *action);
