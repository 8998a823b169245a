/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firewall of a line: one nftables table of its own, `inet dialtone_NAME`, that goes as a whole
 * and touches nobody else's.  What it lets through is what rp-pppoe's firewall-standalone and
 * firewall-masq did, for this line's device alone, and for IPv6 too.
 */
#pragma once

#include <stddef.h>

enum firewall_mode {
	FIREWALL_NONE,
	FIREWALL_STANDALONE, /* nobody out there can begin a thing; nothing is forwarded */
	FIREWALL_MASQUERADE, /* the same, and the host's own networks share its address */
};

#define FIREWALL_CLAMP_NONE 0
#define FIREWALL_CLAMP_TO_MTU 1 /* what the MTU of the packet's route leaves room for */
/* Or bytes of a TCP segment over IPv4; over IPv6, whose header is longer, 20 less. */
#define FIREWALL_CLAMP_LEAST 88

/*
 * The commands that make the table, or make it anew, in one transaction.  Pure.  Returns the
 * length, -EINVAL for a name or device that has other characters than letters, digits and "_.-@:"
 * or is too long, or a number that is none of the above, -ENOSPC if `to` is too small.
 */
int firewall_write(char *to, size_t size, const char *name, const char *device,
		   enum firewall_mode mode, unsigned clamp_mss);

#define FIREWALL_TEXT_MAX 4096

/*
 * Makes the table.  device: need not be there yet.  FIREWALL_MASQUERADE lets the host forward IPv4
 * (net.ipv4.ip_forward), which firewall_remove() does not take back: others may rely on it.  With
 * no mode and no clamping it is firewall_remove().  Negative errno; -EIO if nftables refused for a
 * reason it only has words for.
 */
int firewall_apply(const char *name, const char *device, enum firewall_mode mode,
		   unsigned clamp_mss);

/* Takes the table away.  0 if there was none. */
int firewall_remove(const char *name);
