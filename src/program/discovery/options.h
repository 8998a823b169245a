/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of pppoe-discovery: rp-pppoe's and pppd's, and more. */
#pragma once

#include "discover/discover.h"

struct discovery_options {
	const char *interface[DISCOVER_PORTS]; /* of argv; eth0 if none is given */
	unsigned interface_count;
	bool all; /* every interface there is */
	struct discover_vlans vlans;
	const char *log_file; /* NULL: none */
	bool quiet, json;
	struct pppoe_survey_config survey;
};

enum options_result { OPTIONS_GO, OPTIONS_DONE, OPTIONS_WRONG };

/* Says on stderr what is wrong, or on stdout what was asked for (-h, -V). */
enum options_result options_read(struct discovery_options *ret_options, int argc, char **argv);
