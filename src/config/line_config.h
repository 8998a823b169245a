/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration of a line: Fedora's ifcfg-ppp0 and rp-pppoe's pppoe.conf, which are lists of
 * shell assignments.  Nothing is executed: a line is KEY=VALUE, the value bare or quoted, and
 * anything else of the shell is an error that names file and line.  An empty value leaves what is
 * there, but for texts.
 *
 * The one exception is what rp-pppoe's own pppoe.conf has in it: CF_BASE=`basename $CONFIG` is
 * passed over, and $CF_BASE in a value means line_config.base.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mac.h"

#define LINE_CONFIG_TEXT 256

struct line_config {
	char base[LINE_CONFIG_TEXT]; /* what $CF_BASE stands for: the file's name without .conf */
	char interface[LINE_CONFIG_TEXT]; /* ETH */
	char user[LINE_CONFIG_TEXT]; /* USER */
	char device[LINE_CONFIG_TEXT]; /* DEVICE; "": the first free pppN */
	char service_name[LINE_CONFIG_TEXT]; /* SERVICENAME; "": any */
	char concentrator_name[LINE_CONFIG_TEXT]; /* ACNAME; "": any */
	struct mac concentrator_address; /* ACMAC; zero: any */
	char host_uniq[2 * 64 + 1]; /* HOST_UNIQ: hexadecimal digits; "": random */
	bool default_route; /* DEFROUTE (DEFAULTROUTE) */
	unsigned metric; /* METRIC of the default route */
	bool ipv6; /* IPV6INIT */
	bool ipv6_default_route; /* IPV6_DEFROUTE */
	bool peer_dns; /* PEERDNS */
	unsigned echo_interval_s; /* LCP_INTERVAL; 0: none */
	unsigned echo_failures; /* LCP_FAILURE */
	bool echo_adaptive; /* LCP_ADAPTIVE */
	unsigned mtu; /* MTU; over 1492 by RFC 4638 */
	uint32_t address; /* IPADDR: a fixed one to ask for, host byte order; 0: none */
	unsigned auth; /* AUTH: set of bits, in the order of line_config_auth_names */
	bool persist; /* RETRY_ON_FAILURE */
	char pid_file[LINE_CONFIG_TEXT]; /* PIDFILE; "": none */
	char secrets[LINE_CONFIG_TEXT]; /* SECRETS; "": chap-secrets and pap-secrets of /etc/ppp */
};

/* The names AUTH takes; bit i of line_config.auth is name i. */
extern const char *const line_config_auth_names[]; /* "pap", "chap", "mschap-v2", "eap", NULL */

struct line_config_problem {
	unsigned line; /* 0: the file as a whole */
	bool fatal; /* false: a warning */
	char text[512];
};

#define LINE_CONFIG_PROBLEMS 32

struct line_config_problems {
	unsigned count; /* of those kept */
	bool fatal; /* any of them */
	struct line_config_problem problem[LINE_CONFIG_PROBLEMS];
};

struct line_config line_config_default(void);

/* Reads the text of a file into *config, over what is there; config->base is the caller's to set.
 */
void line_config_parse(struct line_config *config, const char *text, size_t length,
		       struct line_config_problems *problems);

/* The key of a setting that is still missing for dialling, or NULL. */
const char *line_config_missing(const struct line_config *config);
