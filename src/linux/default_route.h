/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The default routes of this network namespace: which there are, and when one is taken away.
 * Functions return 0 or a negative errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The IPv4 default routes of the main table as `ip route` prints them, one a line.  -ENOBUFS if
 * they do not fit.  Returns the length of the text, which is NUL-terminated.
 */
int default_route_list(char *to, size_t size);

struct default_route_watch;

struct default_route_watch *default_route_watch_new(void); /* NULL and errno */
void default_route_watch_free(struct default_route_watch *watch); /* NULL is fine */
int default_route_watch_descriptor(const struct default_route_watch *watch);

enum default_route_event {
	DEFAULT_ROUTE_KEPT, /* nothing of concern */
	DEFAULT_ROUTE_REMOVED, /* one through the device was */
	DEFAULT_ROUTE_IN_DOUBT, /* one was replaced by another, or messages were lost: add it again
				 */
};

/* Reads all that waits.  index: of the device of concern. */
enum default_route_event default_route_watch_read(struct default_route_watch *watch, int index);
