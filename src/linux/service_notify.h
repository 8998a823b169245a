/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service tells the manager that started it, in systemd's protocol (sd_notify(3)): datagrams
 * of NAME=VALUE lines to the socket of $NOTIFY_SOCKET; and the watchdog that it asks for by
 * $WATCHDOG_USEC.  Nothing here blocks: a manager that does not read misses words.
 */
#pragma once

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct service_notify {
	int socket; /* -1: nobody has asked */
	uint64_t watchdog_us; /* how long we may be silent; 0: as long as we like */
	struct sockaddr_un address;
	socklen_t address_length;
};

/*
 * Takes what the environment says, and takes it out of there: it was said to this process, not to
 * its children.  A watchdog for another process (WATCHDOG_PID) is not ours.
 */
void service_notify_init(struct service_notify *notify);
void service_notify_done(struct service_notify *notify);

/* state: "READY=1", or several lines.  0, also where nobody has asked, or a negative errno. */
int service_notify_send(const struct service_notify *notify, const char *state);
