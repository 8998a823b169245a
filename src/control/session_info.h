/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A concentrator and its sessions, as its control socket tells of them: plain values.  What is not
 * known is left out of the JSON: an empty text, a number below 0.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSION_INFO_TEXT 64

struct session_info {
	int64_t id; /* of PPPoE */
	char mac[18];
	char interface[16], vlan[12]; /* "100", "100.200" */
	char state[12]; /* "dialling", "up", "closing" */
	char name[SESSION_INFO_TEXT]; /* as the host authenticated */
	char ipv4[16], ipv6[46];
	char circuit_id[SESSION_INFO_TEXT], remote_id[SESSION_INFO_TEXT]; /* TR-101 */
	int64_t seconds; /* since it was opened */
	int64_t mtu; /* bytes */
	int64_t up_packets, up_bytes, down_packets, down_bytes; /* from and to the host */
	int64_t up_rate, down_rate; /* bits a second it is held to */
};

struct concentrator_info {
	char name[16]; /* of the control socket */
	char device[16];
	int64_t pid;
	bool draining;
	int64_t sessions, sessions_max, dialling;
	int64_t opened, closed, authenticated, rejected; /* since the start */
};

/* Which sessions are meant: all that is said must fit.  Nothing said: all. */
struct session_filter {
	int64_t id; /* below 0: whichever */
	char name[SESSION_INFO_TEXT], mac[18], address[46]; /* "": whichever */
};

bool session_filter_fits(const struct session_filter *filter, const struct session_info *info);
