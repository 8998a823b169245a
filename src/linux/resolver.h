/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's resolver: who rules over it, and the plain file /etc/resolv.conf when nobody does.
 *
 * What was in the place of that file (file, symbolic link, or nothing) is kept before it is
 * replaced, together with what was written, and comes back unless somebody else has changed the
 * file meanwhile.  Lines that do so at the same time wait for each other, for as long as a few
 * files take to be written.  Functions return 0 or a negative errno, with the file concerned in
 * *where.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum resolver_ruler {
	RESOLVER_FILE, /* nobody: the file is ours to replace */
	RESOLVER_RESOLVCONF, /* Debian's resolvconf, or openresolv */
	RESOLVER_SYSTEMD, /* systemd-resolved: the file leads to what it writes */
};

/* file: /etc/resolv.conf.  ret_program: the one to run for the latter two. */
enum resolver_ruler resolver_find_ruler(const char *file, const char **ret_program);

struct resolver_paths {
	const char *file; /* /etc/resolv.conf; a symbolic link is followed as far as it leads */
	/* Where the former file is kept: NAME.resolv in each of those folders that exist.  The
	 * first is that of other lines too. */
	const char *folders[2];
	const char *name; /* of the line */
};

struct resolver_where {
	char path[PATH_MAX];
};

#define RESOLVER_SERVERS 2

/* Addresses of IPv4 or IPv6, as text; "" or NULL: none. */
struct resolver_servers {
	const char *address[RESOLVER_SERVERS];
};

int resolver_file_write(const struct resolver_paths *paths, const struct resolver_servers *servers,
			struct resolver_where *where);

enum resolver_restored {
	RESOLVER_NOTHING_KEPT, /* nothing was written, or all is back already */
	RESOLVER_RESTORED,
	RESOLVER_CHANGED_BY_OTHERS, /* the file is theirs now, and stays so */
	RESOLVER_HANDED_ON, /* another line has written after us: it will put ours back */
};

/* At the end, and at the start for what a crash has left.  The kept file is removed if it went
 * well. */
int resolver_file_restore(const struct resolver_paths *paths, enum resolver_restored *ret_restored,
			  struct resolver_where *where);

/* "nameserver ..." lines.  Returns the length; `to` is always NUL-terminated. */
size_t resolver_format(const struct resolver_servers *servers, char *to, size_t size);
