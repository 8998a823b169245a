/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of pppd for a line with ENGINE=pppd or LINUX_PLUGIN: word for word what the
 * pppoe-connect script of rp-pppoe composes of the same settings, and behind those words what that
 * script has no setting for.  Pure.
 *
 *	pppd pty "pppoe -p PIDFILE.pppoe -I eth0 -T 80 -U -m 1412" noipdefault noauth ... user me
 *	pppd plugin rp-pppoe.so nic-eth0 noipdefault noauth ... user me
 *
 * pppd hands the text behind `pty` to a shell, so each word of it that a shell would not leave as
 *it is stands between single quotes.
 */
#pragma once

#include "config/line_config.h"

#define PPPD_COMMAND_WORDS 256

struct pppd_command {
	char *words[PPPD_COMMAND_WORDS + 1]; /* ends with NULL; into `text` */
	size_t count;
	/* private */
	char text[8192];
	size_t used;
	bool too_much;
};

/* interface: the Ethernet one, ETH or the VLAN on it.  False if it is too long. */
bool pppd_command_make(struct pppd_command *command, const struct line_config *config,
		       const char *interface);
