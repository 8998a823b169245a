/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line's name servers, for the host's resolver: through resolvconf, systemd-resolved, or the
 * plain file, whichever rules; with NETNS through the file that `ip netns exec` shows there.
 * Nothing that goes wrong here takes the line down: it is said in the log.
 */
#pragma once

#include "config/line_config.h"
#include "program/line/children.h"

struct name_servers;

/*
 * name: of the line, for what is kept in `folders` (linux/resolver.h).  note: for the log.  Puts
 * right what a crash has left.  All of it is borrowed.  NULL if out of memory.
 */
struct name_servers *name_servers_new(const struct line_config *config, const char *name,
				      const char *const folders[2], struct children *children,
				      children_note *note, void *context);
void name_servers_free(struct name_servers *servers); /* NULL is fine; unset them before */

/* Whether the resolver is told by us, so that no hook has to. */
bool name_servers_are_ours(const struct line_config *config);

/* Whether they are those of the configuration, whatever the peer says and whenever it does. */
bool name_servers_are_fixed(const struct line_config *config);

/* peer: what the peer said, host byte order; 0: none. */
void name_servers_set(struct name_servers *servers, const char *device, const uint32_t peer[2]);

/* Puts everything back. */
void name_servers_unset(struct name_servers *servers);
