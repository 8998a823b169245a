/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/service_notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An absolute path, or "@" for the NUL that an abstract address begins with. */
static bool take_address(struct service_notify *notify, const char *path)
{
	size_t length = path ? strlen(path) : 0;
	if (length < 2 || length > sizeof(notify->address.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return false;
	notify->address.sun_family = AF_UNIX;
	memcpy(notify->address.sun_path, path, length);
	if (path[0] == '@')
		notify->address.sun_path[0] = '\0';
	notify->address_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return true;
}

static uint64_t number_of(const char *text)
{
	char *end;
	if (!text || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' ? number : 0;
}

void service_notify_init(struct service_notify *notify)
{
	const char *pid = getenv("WATCHDOG_PID");
	*notify = (struct service_notify){ .socket = -1 };
	if (take_address(notify, getenv("NOTIFY_SOCKET")))
		notify->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (notify->socket >= 0 && (!pid || number_of(pid) == (uint64_t)getpid()))
		notify->watchdog_us = number_of(getenv("WATCHDOG_USEC"));
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void service_notify_done(struct service_notify *notify)
{
	if (notify->socket >= 0)
		close(notify->socket);
	notify->socket = -1;
	notify->watchdog_us = 0;
}

int service_notify_send(const struct service_notify *notify, const char *state)
{
	if (notify->socket < 0)
		return 0;
	ssize_t sent = sendto(notify->socket, state, strlen(state), MSG_NOSIGNAL,
			      (const struct sockaddr *)&notify->address, notify->address_length);
	return sent < 0 ? -errno : 0;
}
