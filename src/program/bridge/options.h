/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of pppoe, which is rp-pppoe's. */
#pragma once

#include "base/mac.h"
#include "pppoe/host.h"

enum bridge_task {
	BRIDGE_CONNECT, /* be a pppd's wire */
	BRIDGE_LIST, /* -A: print who answers */
	BRIDGE_DISCOVER, /* -d: open a session, print it, and leave it open */
	BRIDGE_KILL, /* -k: end the session that -e names */
};

struct bridge_options {
	enum bridge_task task;
	const char *interface; /* of argv, as all strings here; default eth0 */
	const char *log_file, *pid_file; /* NULL: none */
	const char *service, *concentrator, *host_uniq; /* NULL: any; none */
	bool host_uniq_of_pid; /* -U */
	bool synchronous, no_discovery_socket;
	bool has_session; /* -e */
	struct pppoe_session session;
	struct mac address; /* -H; zero: the interface's own */
	uint16_t discovery_type, session_type; /* of Ethernet, host byte order */
	uint16_t mss; /* 0: as it is */
	unsigned inactivity_s; /* 0: for ever */
	unsigned discovery_s; /* before the second PADI or PADR; 0: not said */
};

enum options_result { OPTIONS_GO, OPTIONS_DONE, OPTIONS_WRONG };

/* Says on stderr what is wrong, or on stdout what was asked for (-h, -V). */
enum options_result options_read(struct bridge_options *ret_options, int argc, char **argv);
