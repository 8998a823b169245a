/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change to the host that several lines may rely on, and that no kernel takes back when they die:
 * an interface that was set up, a VLAN's device, forwarding.  Each is on record as a file in
 * /run/dialtone, and the lines that rely on it hold a lock on that file.  Whoever is the last of
 * them takes the change back; where the last one was killed, the next line to start does.
 *
 *	/run/dialtone/NAME.INDEX.NAMESPACE.KIND		eth0.2.4026531840.up
 *
 * The name says all, so that there is no content that a crash could leave half-written.
 */
#pragma once

#include <stdbool.h>

enum host_change_kind {
	HOST_CHANGE_UP, /* the interface was down */
	HOST_CHANGE_VLAN, /* it was not there; index: of the interface below it */
	HOST_CHANGE_FORWARDING, /* of IPv4 was off */
	HOST_CHANGE_TABLE, /* nftables' table of a line, where it does not go by itself */
	HOST_CHANGE_KINDS,
};

struct host_change_key {
	enum host_change_kind kind;
	char name[16]; /* of the interface, or else a word */
	int index; /* of the interface; 0: not of one */
	unsigned long long network; /* the namespace (namespace_number()) */
};

/* One that this line relies on.  Zeroed: none. */
struct host_change {
	bool held;
	struct host_change_key key;
	int lock; /* -1: it could not be put on record */
};

/*
 * Relies on the change if it is on record: a line has made it.  False, and nothing held, if not:
 * then it is not for us to take back.
 */
bool host_change_join(struct host_change *change, const struct host_change_key *key);

/*
 * Puts it on record and relies on it, just before it is made.  Held in any case; a negative errno
 * if there is no record, so that it would be left by a crash.
 */
int host_change_hold(struct host_change *change, const struct host_change_key *key);

/* Takes the change back, whatever may have become of it meanwhile. */
typedef void host_change_undo(void *context, const struct host_change_key *key);

/* Does not rely on it any more; undone if nobody else does.  Nothing held is fine. */
void host_change_leave(struct host_change *change, host_change_undo *undo, void *context);

/* The same for one that needs no undoing: it is off the record if nobody else relies on it. */
void host_change_forget(struct host_change *change);

/* Undoes what is on record of these kinds (a set of bits) in this namespace, and has nobody. */
void host_change_sweep(unsigned kinds, unsigned long long network, host_change_undo *undo,
		       void *context);
