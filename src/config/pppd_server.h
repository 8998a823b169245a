/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /etc/ppp/pppoe-server-options, which pppoe-server used to hand to each pppd: the words of it that
 * mean something to a concentrator that speaks PPP itself.
 *
 *	require-chap
 *	lcp-echo-interval 10
 *	lcp-echo-failure 2
 *	ms-dns 192.0.2.53
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PPPD_SERVER_FILE_MAX 65536

/* Bits of a set. */
enum pppd_server_auth {
	PPPD_SERVER_PAP = 1,
	PPPD_SERVER_CHAP = 2,
	PPPD_SERVER_MSCHAPV2 = 4,
	PPPD_SERVER_EAP = 8,
};

struct pppd_server_options {
	unsigned require, refuse; /* sets */
	bool no_auth;
	int echo_interval_s, echo_failures; /* -1: nothing is said, as below */
	bool echo_adaptive;
	uint32_t dns[2]; /* host byte order; 0: none */
	int mtu, mru; /* bytes */
	int ipv6; /* 0 or 1 */
	int idle_s, session_s;
	char name[256]; /* "": nothing is said */
};

struct pppd_server_problem {
	const char *path;
	unsigned line; /* from 1 */
	bool fatal; /* false: it has no effect, and the rest has */
	const char *text; /* printable */
};

/*
 * Reads the text of that file.  What has no meaning here is passed over; what would matter and has
 * no effect is told.  False if a problem was fatal.
 */
bool pppd_server_parse(struct pppd_server_options *ret_options, const char *path, const char *text,
		       size_t length,
		       void (*complain)(void *context, const struct pppd_server_problem *problem),
		       void *context);
