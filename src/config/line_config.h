/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration of a line: Fedora's ifcfg-ppp0 and rp-pppoe's pppoe.conf, which are lists of
 * shell assignments.  Nothing is executed: a line is KEY=VALUE, the value bare or quoted, and
 * anything else of the shell is an error that names file and line.  An empty value is as good as
 * none: what the key was given before is forgotten.
 *
 * Two things of the shell do work.  $KEY or ${KEY} in a value stands for the value that KEY was
 * given above it in the same file.  And what rp-pppoe's own pppoe.conf has in it: CF_BASE=`basename
 * $CONFIG` makes $CF_BASE the name of the file, which it is without, too.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mac.h"

#define LINE_CONFIG_TEXT 256
#define LINE_CONFIG_ADDRESS 46 /* an IPv4 or IPv6 address */
#define LINE_CONFIG_KEYS 96 /* there are not more */

#define LINE_CONFIG_CLAMP_AUTO 1 /* of clamp_mss: what the route's MTU leaves room for */

enum line_config_firewall {
	LINE_CONFIG_FIREWALL_NONE,
	LINE_CONFIG_FIREWALL_STANDALONE,
	LINE_CONFIG_FIREWALL_MASQUERADE,
};

enum line_config_engine {
	LINE_CONFIG_ENGINE_UNSAID, /* ours, or pppd where there is a plugin for it */
	LINE_CONFIG_ENGINE_BUILTIN,
	LINE_CONFIG_ENGINE_PPPD,
};

enum line_config_dns_type {
	LINE_CONFIG_DNS_SERVER, /* what the peer says, if peer_dns */
	LINE_CONFIG_DNS_SPECIFY, /* those of DNS1 and DNS2 */
	LINE_CONFIG_DNS_NOCHANGE, /* the host's resolver is not ours to change */
};

struct line_config {
	bool from_pppd; /* out of pppd's options (config/pppd_options.h), not of keys */
	char base[LINE_CONFIG_TEXT]; /* the name of the file, and $CF_BASE until that is given */
	char path[LINE_CONFIG_TEXT]; /* of the file, from the root on; "" if it is too long */
	char interface[LINE_CONFIG_TEXT]; /* ETH */
	unsigned vlan; /* VLAN on that interface; 0: none */
	char network[LINE_CONFIG_TEXT]; /* NETNS the line's device lives in; "": as the interface */
	char user[LINE_CONFIG_TEXT]; /* USER */
	char device[LINE_CONFIG_TEXT]; /* DEVICE; "": the first free pppN */
	bool device_is_unit; /* it was given as a number: UNIT */
	char service_name[LINE_CONFIG_TEXT]; /* SERVICENAME; "": any */
	char concentrator_name[LINE_CONFIG_TEXT]; /* ACNAME; "": any */
	struct mac concentrator_address; /* ACMAC; zero: any */
	char host_uniq[2 * 64 + 1]; /* HOST_UNIQ: hexadecimal digits; "": random */
	bool default_route; /* DEFROUTE (DEFAULTROUTE) */
	unsigned metric; /* METRIC of the default route */
	bool ipv6; /* IPV6INIT */
	bool ipv6_default_route; /* IPV6_DEFROUTE */
	bool peer_dns; /* PEERDNS */
	enum line_config_dns_type dns_type; /* DNSTYPE */
	char dns[2][LINE_CONFIG_ADDRESS]; /* DNS1, DNS2: as inet_ntop() writes them; "": none */
	char default_routes_file[LINE_CONFIG_TEXT]; /* DEFAULT_ROUTES_FILE; "": none */
	unsigned hook_timeout_s; /* HOOK_TIMEOUT */
	bool auth_hooks; /* AUTH_HOOKS: run auth-up and auth-down too */
	unsigned echo_interval_s; /* LCP_INTERVAL; 0: none */
	unsigned echo_failures; /* LCP_FAILURE */
	bool echo_adaptive; /* LCP_ADAPTIVE */
	unsigned mtu; /* MTU; over 1492 by RFC 4638 */
	unsigned mru; /* MRU; 0: as mtu */
	enum line_config_firewall firewall; /* FIREWALL */
	unsigned clamp_mss; /* CLAMPMSS: bytes of a TCP segment over IPv4; 0: no */
	uint32_t address; /* IPADDR: a fixed one to ask for, host byte order; 0: none */
	unsigned auth; /* AUTH: set of bits, in the order of line_config_auth_names */
	bool persist; /* RETRY_ON_FAILURE */
	char ip_parameter[LINE_CONFIG_TEXT]; /* pppd's ipparam: a word for the hooks */
	char link_name[LINE_CONFIG_TEXT]; /* pppd's linkname: a name of the line for its files */
	char pid_file[LINE_CONFIG_TEXT]; /* PIDFILE; "": none */
	char secrets[LINE_CONFIG_TEXT]; /* SECRETS; "": chap-secrets and pap-secrets of /etc/ppp */
	unsigned connect_timeout_s; /* CONNECT_TIMEOUT: how long pppoe-start waits; 0: not at all */
	unsigned connect_poll_s; /* CONNECT_POLL: how often pppoe-start shows that it waits; 0: it
				    does not */
	char ping[LINE_CONFIG_TEXT]; /* PING: what it shows on a terminal then */
	char force_ping[LINE_CONFIG_TEXT]; /* FORCEPING: the same, and not on a terminal only */
	char type[LINE_CONFIG_TEXT]; /* TYPE: what kind of interface the file is about */
	bool on_boot; /* ONBOOT: the keeper brings the line up unless it was stopped */
	unsigned check_interval_s; /* CHECK_INTERVAL of the keeper; 0: never */
	enum line_config_engine engine; /* ENGINE */
	char plugin[LINE_CONFIG_TEXT]; /* LINUX_PLUGIN of pppd; "": pppoe on a pty */
	char pppd[LINE_CONFIG_TEXT]; /* PPPD: where it is */
	char pppoe[LINE_CONFIG_TEXT]; /* PPPOE */
	char pppd_extra[LINE_CONFIG_TEXT]; /* PPPD_EXTRA: words between blanks */
	char pppoe_extra[LINE_CONFIG_TEXT]; /* PPPOE_EXTRA */
	unsigned pppoe_timeout_s; /* PPPOE_TIMEOUT of pppoe; 0: none */
	bool synchronous; /* SYNCHRONOUS, between pppd and pppoe */
	bool demand; /* DEMAND: dial when there is something to send */
	unsigned demand_idle_s; /* ... and hang up after so long without; 0: never */
	unsigned given[LINE_CONFIG_KEYS]; /* by key: the line of the file that gave it; 0: none */
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

/*
 * Sets config->base and config->path from the path of the file that is about to be parsed.  Links
 * in the folders above it are followed; the file may be one itself, and need not be there.
 */
void line_config_set_base(struct line_config *config, const char *path);

/* The names of all keys, for pages and completion; NULL beyond the last one. */
const char *line_config_key_name(size_t index);

/* Why a key has no effect here, or NULL if it has one. */
const char *line_config_key_note(size_t index);

/* Whether the line is pppd's, not our own engine's. */
bool line_config_uses_pppd(const struct line_config *config);

/*
 * The value of a key, as a file would say it; "" for one without effect.  False if another key has
 * said the same thing later in the file, or neither was said and the other one comes first.
 */
bool line_config_key_value(const struct line_config *config, size_t index,
			   char ret_value[LINE_CONFIG_TEXT]);

/* Reads the text of a file into *config, over what is there; config->base is the caller's to set.
 */
void line_config_parse(struct line_config *config, const char *text, size_t length,
		       struct line_config_problems *problems);

/*
 * Whether a line dialled by the one is the same as by the other: keys that pppoe-start and the
 * keeper alone look at do not count.
 */
bool line_config_same_line(const struct line_config *a, const struct line_config *b);

/* The key, or pppd's option, of a setting that is still missing for dialling, or NULL. */
const char *line_config_missing(const struct line_config *config);
