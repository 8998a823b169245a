/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firewall of a line: one nftables table of its own, `inet dialtone_NAME`, that goes as a whole
 * and touches nobody else's.  What it lets through is what rp-pppoe's firewall-standalone and
 * firewall-masq did, for this line's device alone, and for IPv6 too.
 */
#pragma once

#include <stdbool.h>
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

/* How long the table lives. */
enum firewall_life {
	FIREWALL_LASTING, /* until it is removed */
	FIREWALL_TIED, /* no longer than the process that makes it, however that ends */
	FIREWALL_TIED_AGAIN, /* the same, over one that this process has tied to itself already */
};

/*
 * The commands that make the table, or make it anew, in one transaction.  Pure.  Returns the
 * length, -EINVAL for a name or device that has other characters than letters, digits and "_.-@:"
 * or is too long, or a number that is none of the above, -ENOSPC if `to` is too small.
 */
int firewall_write(char *to, size_t size, const char *name, const char *device,
		   enum firewall_mode mode, unsigned clamp_mss, enum firewall_life life);

#define FIREWALL_TEXT_MAX 4096

struct firewall;

/*
 * Without a table yet, in the network namespace that the process is in now.  tied: the table is to
 * go with this process (a kernel before 5.12 can't: then it lasts).  NULL if out of memory.
 */
struct firewall *firewall_new(const char *name, bool tied);

/* Takes a tied table away; one that lasts stays.  NULL is fine. */
void firewall_free(struct firewall *firewall);

/*
 * Makes the table, in the place of the one there may be, if there is something to do.  device: need
 * not be there yet.  Negative errno, with what nftables said, or what to do, in `why`; -EIO if
 * there are only words.  Whatever was there before stays then.
 */
int firewall_apply(struct firewall *firewall, const char *device, enum firewall_mode mode,
		   unsigned clamp_mss, char *why, size_t size);

/* Whether the table that was made would outlive this process. */
bool firewall_lasts(const struct firewall *firewall);

/* Takes a table that lasts away.  0 if there was none. */
int firewall_remove(const char *name);

/* Whether the host forwards IPv4 between its interfaces (net.ipv4.ip_forward); 1, 0, or -errno. */
int firewall_forwarding(void);
int firewall_set_forwarding(bool on);
