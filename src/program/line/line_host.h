/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that an open line means to this host, in pppd's order: its device, addresses and routes
 * (host_setup.h), the hooks, the name servers, /etc/default-routes; our default route put back when
 * somebody else takes it away; and the session that a crash would leave, remembered on disk.
 *
 *	up:   ip-pre-up (waited for), device up, routes, name servers, ip-up, ipv6-up
 *	down: device gone, name servers put back, ip-down, ipv6-down
 */
#pragma once

#include <uv.h>

#include "program/line/host_setup.h"
#include "program/line/remembered.h"

struct line_host;

/* Whom it tells. */
struct line_host_owner {
	void *context;
	void (*note)(void *context, const char *text); /* for the log */
	/* The host is as `addresses` say.  device: as of host_setup_apply(). */
	void (*up)(void *context, const struct link_addresses *addresses, int device,
		   const char *text);
	void (*failed)(void *context, const char *text); /* it could not be made so */
};

/*
 * interface: under the line; borrowed, and looked at anew each time.  NULL and errno.  Puts right
 * what a crash has left of the resolver's file.
 */
struct line_host *line_host_new(uv_loop_t *loop, const struct line_config *config,
				const char *interface, const struct line_host_owner *owner);

/* The line's name: of its device, or else its interface; no other line that runs has it. */
const char *line_host_name(const struct line_host *host);

/* The end: nothing is left, nothing else may be called.  NULL is fine. */
void line_host_undo(struct line_host *host);

/*
 * Makes the firewall of the DEVICE that another, pppd, is going to make; of one that it chooses
 * itself only once it is there.  Negative errno and the words for it in `text`.
 */
int line_host_protect(struct line_host *host, char *text, size_t size);

/* The memory, after uv_loop_close(). */
void line_host_free(struct line_host *host);

struct host_setup *line_host_setup(struct line_host *host);

/*
 * The session is open (known), or it is over.  ended: the concentrator knows that it is.
 * address: of our interface.
 */
void line_host_session(struct line_host *host, const struct link_session_id *session,
		       struct mac address, bool ended);

/* The password was accepted. */
void line_host_authenticated(struct line_host *host);

/* What is open has changed.  up() or failed() follows, at once or after ip-pre-up, unless down. */
void line_host_addresses(struct line_host *host, const struct link_addresses *addresses);

/* Nothing is open any more.  True if something was. */
bool line_host_down(struct line_host *host);

/* An attempt has failed, or the line was lost, and it is to be dialled anew. */
void line_host_lost(struct line_host *host);

/*
 * DEMAND: the device waits for traffic (host_setup_rest()), with the name servers of the last
 * session or the configured ones, so that a name that is asked for dials.  Its TUN descriptor,
 * which stays the host's, or a negative errno, said in the log.
 */
int line_host_rest(struct line_host *host);

/* Somebody took the device away, or spoilt it: as line_host_down(), and the device goes too. */
void line_host_lose_device(struct line_host *host);

/* A session that a crash left on this interface; each is told once, and forgotten. */
bool line_host_take_left_session(struct line_host *host, struct mac address,
				 struct link_session_id *ret_session);

/* Takes all down; done: when the hooks have ended, or were ended.  Only the first call counts. */
void line_host_end(struct line_host *host, void (*done)(void *context), void *context);
