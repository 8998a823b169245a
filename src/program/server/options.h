/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of pppoe-server. */
#pragma once

#include "access/access.h"
#include "linux/device.h"

#define SERVER_DEVICE_DEFAULT "pppoes%d"

struct server_options {
	const char *interface; /* of argv, as all strings here */
	const char *device;
	const char *secrets; /* NULL: the two usual files */
	uint32_t local, remote; /* host byte order */
	unsigned count;
	unsigned mtu; /* 0: what PPPoE lets through */
	bool foreground;
	struct access_config access; /* all that the command line says about it */
};

enum options_result { OPTIONS_GO, OPTIONS_DONE, OPTIONS_WRONG };

/* Says on stderr what is wrong, or on stdout what was asked for (-h, -V). */
enum options_result options_read(struct server_options *ret_options, int argc, char **argv);
