/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of pppoe-server, and the files that it names. */
#pragma once

#include "access/access.h"
#include "config/address_pool.h"
#include "linux/device.h"
#include "linux/packet_tags.h"

#define SERVER_DEVICE_DEFAULT "pppoes%d"
#define SERVER_OPTIONS_FILE "/etc/ppp/pppoe-server-options"

struct server_interface {
	char name[DEVICE_NAME_SIZE];
	struct packet_vlans vlans;
};

struct server_options {
	struct server_interface interfaces[PORT_INTERFACES_MAX];
	unsigned interface_count;
	const char *device; /* of argv, as all strings here */
	const char *secrets; /* NULL: the two usual files */
	const char *options_file, *pool_file, *pid_file; /* NULL: the usual one; none; none */
	const char *control; /* name of the control socket; NULL: as the device, "": none */
	const char *group; /* whose members may command; NULL: none */
	uint32_t local, remote; /* host byte order */
	unsigned count;
	unsigned mtu; /* 0: what PPPoE lets through */
	uint16_t mss; /* 0: no clamping */
	uint16_t discovery_type, session_type; /* ethertypes */
	bool foreground;
	bool check_pool; /* only whether the file is right */
	struct address_pool pool;
	struct access_range range; /* of the pool, if there is no file */
	struct access_config access; /* all that the command line says about it */
};

enum options_result { OPTIONS_GO, OPTIONS_DONE, OPTIONS_WRONG, OPTIONS_FAILED };

/* Says on stderr what is wrong, or on stdout what was asked for (-h, -V). */
enum options_result options_read(struct server_options *ret_options, int argc, char **argv);
void options_done(struct server_options *options);

/* False, and a message on stderr.  The options file need not exist unless -O names it. */
bool options_read_file(struct server_options *options);
bool options_read_pool(struct server_options *options);
